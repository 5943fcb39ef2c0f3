//! Where the value of a name is, in a URL, in code and in configuration.

use std::ops::Range;

use super::find::{FAR, Reach, Shown};
use super::name::{Name, Role, is_name_byte, role};
use crate::dialect::unit::letter;

/// A value with quotes around it, or with a digit in it, is taken for a secret from this many characters on: shorter
/// ones are words of the code.
const LONG: usize = 16;

/// So much may be between a name and its value, and between two parts of a value: quotes, a sign that joins them, a
/// line's end and its indentation.
const GAP: usize = 120;

/// The arguments of a call are looked at up to here.
const CALL: usize = 600;

/// Arguments of signing functions that are no keys.
const WORDS: [&str; 26] = [
    "sha1",
    "sha256",
    "sha384",
    "sha512",
    "hs256",
    "hs384",
    "hs512",
    "rs256",
    "hmac",
    "hmacsha256",
    "hmacsha1",
    "hex",
    "utf8",
    "utf16",
    "ascii",
    "latin1",
    "binary",
    "base64",
    "base64url",
    "raw",
    "sign",
    "verify",
    "jwt",
    "alg",
    "typ",
    "kid",
];

/// A value that must not be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) span: Range<usize>,
    pub(super) shown: Shown,
}

impl Value {
    fn nothing_of(span: Range<usize>) -> Self {
        Self { span, shown: Shown::Nothing }
    }
}

/// The value of a signature or a token whose name ends at `at`. It is empty if it begins in the next piece of code or text.
pub(super) fn signed(text: &[u8], at: usize, reach: Reach) -> Option<Value> {
    let found = |span| Some(Value { span, shown: Shown::Head });
    if let Some(start) = equals(text, at, reach) {
        let (start, end) = match reach {
            Reach::Url => (start, until(text, start, |c| c == '&' || c == '#')),
            Reach::Text => {
                let start = start + count(text, start, |byte| b"\"'\\".contains(&byte));
                (start, until(text, start, |c| "&#\"'<> \\".contains(c) || c.is_whitespace()))
            }
            Reach::File => (start, until(text, start, ends_value)),
        };
        if reach != Reach::Url && is_hole(text, start) {
            return hole(text, start).and_then(found);
        }
        if end > start || (reach == Reach::File && continued(text, end).is_some()) {
            return found(start..end);
        }
    }
    if reach == Reach::Url { None } else { assigned(text, at).and_then(found) }
}

/// Where the value begins behind the `=` of a parameter, which may be escaped and have blanks around it.
fn equals(text: &[u8], at: usize, reach: Reach) -> Option<usize> {
    let mut at = at;
    loop {
        let unit = letter(text, at)?;
        match u8::try_from(unit.value).ok()? {
            b'=' => return Some(at + unit.len),
            // Code has blanks there, and a value that is none of a URL.
            b' ' if unit.escaped || reach != Reach::File => at += unit.len,
            b'+' if reach != Reach::File || text.get(at + 1) == Some(&b'=') => at += unit.len,
            _ => return None,
        }
    }
}

/// Whether a template's placeholder or a piece of code begins here.
fn is_hole(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    matches!(
        rest,
        [b'$' | b'{' | b'<' | b'(' | b'#' | b'[', ..] | [b'%', b's' | b'd' | b'v' | b'@', ..]
    )
}

/// The value in what looks like a placeholder, if it is none: no name is as long and has as many digits.
fn hole(text: &[u8], at: usize) -> Option<Range<usize>> {
    let start = at + count(text, at, |byte| b"${<(#[% ".contains(&byte));
    let end = start + count(text, start, |byte| byte.is_ascii_alphanumeric());
    let digits = text.get(start..end)?.iter().filter(|byte| byte.is_ascii_digit()).count();
    (end - start >= LONG && digits >= 3).then_some(start..end)
}

/// The next part of a value that ends at `at`, if there is one: in another string behind a sign that joins them, or in the
/// next line of a text.
pub(super) fn continued(text: &[u8], at: usize) -> Option<Range<usize>> {
    let near = text.get(at..)?;
    let near = near.get(..GAP).unwrap_or(near);
    let skip = |from: usize, which: &[u8]| from + count(near, from, |byte| which.contains(&byte));
    let is_quote = |at: usize| matches!(near.get(at), Some(b'"' | b'\'' | b'`'));
    let closed = skip(0, b"\\");
    let start = if is_quote(closed) {
        let open = skip(closed + 1, b" \t\r\n+.&~|<>\\()");
        // A string may have a prefix: `f"…"`.
        let open = open + usize::from(near.get(open).is_some_and(u8::is_ascii_alphabetic));
        is_quote(open).then_some(open + 1)?
    } else {
        // A text that is folded, or a line that is continued by a backslash.
        let end = skip(0, b" \t\\\r");
        (near.get(end) == Some(&b'\n')).then(|| skip(end, b" \t\r\n"))?
    };
    let start = at + start;
    let length = count(text, start, is_value);
    let inside = text.get(start..start + length)?;
    // Code and prose that follow are no values.
    let is_secret = if is_quote(closed) {
        length > 0
    } else {
        length >= LONG && inside.iter().any(u8::is_ascii_digit)
    };
    is_secret.then_some(start..start + length)
}

/// What is between a name and its value.
struct Assignment {
    /// Where the value begins.
    start: usize,
    /// Whether quotes are opened before it.
    quoted: bool,
    /// The sign, without blanks.
    sign: u8,
}

/// The sign and the quotes in `": "value`, `' => 'value'`, `= "value"`, `" value="…"`, `">value<`, and the like.
fn assignment(text: &[u8], at: usize) -> Option<Assignment> {
    let near = text.get(at..)?;
    let near = near.get(..GAP).unwrap_or(near);
    let skip = |from: usize, which: &[u8]| from + count(near, from, |byte| which.contains(&byte));
    let closed = skip(0, b"\\\"'`])");
    // `{"name": "signature", "value": "…"}`, `<add key="signature" value="…"/>`, and YAML's pairs in two lines.
    let behind = skip(closed, b" \t\r\n,;\\\"'`");
    let word = near.get(behind..behind + 5).unwrap_or_default();
    let is_pair = behind > 0 && word.eq_ignore_ascii_case(b"value");
    let from = if is_pair { skip(behind + 5, b"\\\"'`])") } else { closed };
    let spaced = skip(from, b" \t");
    let signed = skip(spaced, if closed > 0 || is_pair { b":=>,?|" } else { b":=>?|" });
    if signed == spaced {
        return None;
    }
    let sign = *near.get(signed - 1)?;
    let start = skip(signed, b" \t\r\n");
    // The value of another line is one only if quotes or a pair say so.
    let prefix = usize::from(
        near.get(start).is_some_and(|byte| b"bBfFrRuU@$".contains(byte))
            && near.get(start + 1).is_some_and(|byte| b"\"'`".contains(byte)),
    );
    let quoted = skip(start + prefix, b"\\\"'`");
    let is_quoted = quoted > start + prefix;
    let is_broken = near.get(signed..start)?.contains(&b'\n');
    if is_broken && !is_quoted && !is_pair {
        return None;
    }
    let start = if is_quoted { quoted } else { start };
    Some(Assignment { start: at + start, quoted: is_quoted, sign })
}

/// The value of a signature or token that code or configuration assigns.
fn assigned(text: &[u8], at: usize) -> Option<Range<usize>> {
    let assignment = assignment(text, at)?;
    let start = assignment.start;
    let length = count(text, start, is_value);
    let inside = text.get(start..start + length)?;
    let is_secret = length >= LONG && (assignment.quoted || inside.iter().any(u8::is_ascii_digit));
    is_secret.then_some(start..start + length)
}

/// The value of a secret, password or key, whose name is the word from `begin` on.
pub(super) fn held(text: &[u8], begin: usize, name: &Name) -> Option<Value> {
    let at = name.end;
    let before = text.get(begin.saturating_sub(200)..begin).unwrap_or_default();
    let nothing = |span: Range<usize>| (!span.is_empty()).then(|| Value::nothing_of(span));
    // `--secret VALUE`, the header `Authorization: Bearer VALUE`, and an element of XML.
    let word = text.get(begin..at)?;
    let is_flag = word.starts_with(b"--") || before.ends_with(b"--");
    if (is_flag || word.eq_ignore_ascii_case(b"bearer")) && text.get(at) == Some(&b' ') {
        let end = until(text, at + 1, |c| c.is_whitespace() || "\"'`<,;)".contains(c));
        return if is_placeholder(text.get(at + 1..end)?) { None } else { nothing(at + 1..end) };
    }
    if before.ends_with(b"<") && text.get(at) == Some(&b'>') {
        let end = until(text, at + 1, |c| c == '<');
        return if is_placeholder(text.get(at + 1..end)?.trim_ascii()) {
            None
        } else {
            nothing(at + 1..end)
        };
    }
    let assignment = assignment(text, at)?;
    let start = assignment.start;
    if assignment.quoted {
        let quote = *text.get(start - 1)?;
        let end = closing(text, start, quote);
        let value = text.get(start..end)?;
        return if is_placeholder(value) { None } else { nothing(start..end) };
    }
    // In code, whoever wrote `,` or `=>` wrote quotes around a string.
    if b",>".contains(&assignment.sign) {
        return None;
    }
    let near = text.get(start..)?;
    let near = near.get(..CALL).unwrap_or(near);
    let value = near.split(|byte| b"\r\n".contains(byte)).next()?;
    if is_placeholder(value) || is_code(value) {
        return literal(text, start, start + value.len()).map(Value::nothing_of);
    }
    let lead = before.rsplit(|byte| *byte == b'\n').next().unwrap_or(before);
    let lead = lead.trim_ascii();
    let opens_line = [&b""[..], b"-", b"export", b"set", b"ENV", b"ARG", b"\"", b"'"]
        .contains(&lead)
        || lead.ends_with(b"-e");
    // A line of a file of settings is the value to its end; elsewhere it is one word.
    let is_end = |c: char| c.is_whitespace() || "\"'`;,)]}<".contains(c);
    let word = until(text, start, is_end);
    if opens_line {
        let value = text.get(start..until(text, start, |c| c == '\n' || c == '\r'))?;
        let comment = memchr::memmem::find(value, b" #").unwrap_or(value.len());
        let end = start + value.get(..comment)?.trim_ascii_end().len();
        return nothing(start..end);
    }
    let is_prose = text.get(word) == Some(&b' ') && assignment.sign == b':';
    if is_prose { None } else { nothing(start..word) }
}

/// Whether a value names the place of a secret and is none.
fn is_placeholder(value: &[u8]) -> bool {
    let begins =
        |word: &[u8]| value.get(..word.len()).is_some_and(|v| v.eq_ignore_ascii_case(word));
    let is_variable = value.len() > 3
        && value.contains(&b'_')
        && value.iter().all(|byte| byte.is_ascii_uppercase() || b"_".contains(byte));
    value.is_empty()
        || is_variable
        || matches!(value, [b'$', b'{' | b'(' | b'A'..=b'Z' | b'a'..=b'z' | b'_', ..])
        || [&b"{{"[..], b"<", b"#{", b"%(", b"%s", b"http://", b"https://", b"your", b"...", b"***"]
            .iter()
            .any(|word| begins(word))
}

/// Words of languages, which are no values.
const OF_LANGUAGES: [&[u8]; 18] = [
    b"null",
    b"none",
    b"nil",
    b"true",
    b"false",
    b"undefined",
    b"string",
    b"str",
    b"bytes",
    b"new",
    b"await",
    b"required",
    b"optional",
    b"required.",
    b"any",
    b"byte",
    b"char",
    b"let",
];

/// Whether an unquoted value is an expression, a type or a word of a language.
fn is_code(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    if matches!(
        value.first(),
        Some(b'$' | b'{' | b'[' | b'(' | b'<' | b'&' | b'*' | b'@' | b'|' | b'>' | b'!' | b'%')
    ) {
        return true;
    }
    let is_chain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.:$?>-&".contains(byte);
    let length = value.iter().position(|byte| !is_chain(byte)).unwrap_or(value.len());
    let (chain, behind) = value.split_at_checked(length).unwrap_or((value, b""));
    let digits = chain.iter().filter(|byte| byte.is_ascii_digit()).count();
    let word = chain.trim_ascii_end();
    let is_word = OF_LANGUAGES.iter().any(|known| word.eq_ignore_ascii_case(known));
    let is_path =
        [&b"."[..], b"::", b"->"].iter().any(|dot| memchr::memmem::find(chain, dot).is_some());
    let says_secret = role(word) != Role::Plain;
    let is_called = matches!(behind.first(), Some(b'(' | b'['));
    let ends = matches!(behind.trim_ascii().first(), Some(b';' | b',' | b')' | b'}'));
    is_called || is_word || (digits < 3 && (is_path || says_secret || ends))
}

/// The first string in a part of a line that may be a secret: `getenv("SECRET") || "changeme"`.
fn literal(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let mut at = start;
    while at < end {
        if text.get(at).is_some_and(|byte| b"\"'`".contains(byte)) {
            if let Some(found) = argument(text, at) {
                return Some(found);
            }
            at = closing(text, at + 1, *text.get(at)?) + 1;
        } else {
            at += 1;
        }
    }
    None
}

/// Where the call ends whose name ends at `at`; before it if nothing is called.
pub(super) fn call_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let rest = rest.get(..CALL).unwrap_or(rest);
    if rest.first() != Some(&b'(') && !rest.starts_with(b" (") {
        return 0;
    }
    let mut depth = 0_usize;
    for (n, byte) in rest.iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return at + n,
            b')' => depth -= 1,
            _ => {}
        }
    }
    at + rest.len()
}

/// The string that opens at `at`, if it may be a key.
pub(super) fn argument(text: &[u8], at: usize) -> Option<Range<usize>> {
    let quote = *text.get(at)?;
    let end = closing(text, at + 1, quote);
    let value = text.get(at + 1..end)?;
    let letters: Vec<u8> = value.iter().filter(|b| b.is_ascii_alphanumeric()).copied().collect();
    let is_word = WORDS.iter().any(|word| letters.eq_ignore_ascii_case(word.as_bytes()));
    let is_key_name =
        value.iter().all(|byte| is_name_byte(*byte)) && text.get(end + 1) == Some(&b':');
    // A part of the URL that is signed, or text with a placeholder.
    let is_url = value.iter().any(|byte| b"&?/{ \n".contains(byte)) || value.starts_with(b":");
    let is_hidden = !(is_word || is_key_name || is_url || is_placeholder(value));
    (is_hidden && text.get(end) == Some(&quote)).then_some(at + 1..end)
}

/// Where the string ends that begins at `at`: at its quote, or with a line that does not close it.
fn closing(text: &[u8], at: usize, quote: u8) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let rest = rest.get(..FAR).unwrap_or(rest);
    let mut escaped = false;
    for (n, byte) in rest.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if rest.get(n + 1) != Some(&quote) || quote == b'\\' => escaped = true,
            b'\\' => return at + n,
            b'\n' if quote != b'`' => return at + n,
            byte if *byte == quote => return at + n,
            _ => {}
        }
    }
    at + rest.len()
}

/// How many bytes from `at` on fit.
fn count(text: &[u8], at: usize, fits: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let rest = rest.get(..FAR).unwrap_or(rest);
    rest.iter().position(|byte| !fits(*byte)).unwrap_or(rest.len())
}

/// The first place from `at` on whose character, read out of its escape, ends the value.
fn until(text: &[u8], at: usize, ends: impl Fn(char) -> bool) -> usize {
    let mut at = at;
    while let Some(byte) = text.get(at) {
        let (c, len) = match byte {
            b'\\' | b'&' | b'^' | 0x80.. => match crate::dialect::unit::unit(text, at) {
                Some(unit) => {
                    (char::from_u32(unit.value).unwrap_or(char::REPLACEMENT_CHARACTER), unit.len)
                }
                None => (char::from(*byte), 1),
            },
            byte => (char::from(*byte), 1),
        };
        if ends(c) {
            break;
        }
        at += len;
    }
    at
}

fn ends_value(c: char) -> bool {
    "&#\"'`<> \\|;,(){}[]".contains(c) || c.is_whitespace()
}

fn is_value(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=_-.%~".contains(&byte)
}
