//! Where the value of a name is, in a URL, in code and in configuration.

use std::ops::Range;

use super::block;
use super::call::{CALL, literal};
use super::find::{FAR, Reach, Shown};
use super::name::{Name, Role, role};
use crate::dialect::unit::letter;

/// A value with quotes around it, or with a digit in it, is taken for a secret from this many characters on: shorter
/// ones are words of the code.
const LONG: usize = 16;

/// So much may be between a name and its value, and between two parts of a value: quotes, a sign that joins them, a
/// line's end and its indentation.
const GAP: usize = 120;

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
        if reach != Reach::Url && begins_placeholder(text, start) {
            return placeholder(text, start).and_then(found);
        }
        if end > start || (reach == Reach::File && continued(text, end, Shown::Head).is_some()) {
            return found(start..end);
        }
    }
    if let Some(value) = in_object(text, at) {
        return found(value);
    }
    if reach == Reach::Url { None } else { assigned(text, at).and_then(found) }
}

/// The value of a member of a JSON object, in whatever escapes: `%22:%22value%22`.
fn in_object(text: &[u8], at: usize) -> Option<Range<usize>> {
    let mut at = at;
    let skip = |mut at: usize, wanted: &[u8]| loop {
        match letter(text, at) {
            Some(unit) if wanted.iter().any(|byte| unit.is(*byte)) => at += unit.len,
            _ => return at,
        }
    };
    let is_quote = |at: usize| letter(text, at).is_some_and(|unit| unit.is(b'"'));
    at = skip(at, b"\\");
    if !is_quote(at) {
        return None;
    }
    let sign = skip(skip(at, b"\""), b" ");
    let start = skip(sign, b": \\");
    if start == sign || !is_quote(start) {
        return None;
    }
    let start = skip(start, b"\"");
    let mut end = start;
    while let Some(unit) = letter(text, end) {
        if b"\"\\ \n&#".iter().any(|byte| unit.is(*byte)) || end - start > FAR {
            break;
        }
        end += unit.len;
    }
    (end - start >= LONG).then_some(start..end)
}

/// Where the value begins behind the `=` of a parameter, which may be escaped and have blanks around it.
fn equals(text: &[u8], at: usize, reach: Reach) -> Option<usize> {
    let mut at = at;
    loop {
        let unit = letter(text, at)?;
        match u8::try_from(unit.value).ok()? {
            b'=' => return Some(at + unit.len),
            // Code has blanks there, and its value is not a URL's.
            b' ' if unit.escaped || reach != Reach::File => at += unit.len,
            b'+' if reach != Reach::File || text.get(at + 1) == Some(&b'=') => at += unit.len,
            _ => return None,
        }
    }
}

/// Whether a template's placeholder or a piece of code begins here.
fn begins_placeholder(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    matches!(
        rest,
        [b'$' | b'{' | b'<' | b'(' | b'#' | b'[', ..] | [b'%', b's' | b'd' | b'v' | b'@', ..]
    )
}

/// The value in what looks like a placeholder, if it is none: no name is as long and has as many digits.
fn placeholder(text: &[u8], at: usize) -> Option<Range<usize>> {
    let start = at + count(text, at, |byte| b"${<(#[% ".contains(&byte));
    let end = start + count(text, start, |byte| byte.is_ascii_alphanumeric());
    let digits = text.get(start..end)?.iter().filter(|byte| byte.is_ascii_digit()).count();
    (end - start >= LONG && digits >= 3).then_some(start..end)
}

/// The next part of a value that ends at `at`, if there is one: in another string behind a sign that joins them, or in the
/// next line of a text.
pub(super) fn continued(text: &[u8], at: usize, shown: Shown) -> Option<Range<usize>> {
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
    let length = match (shown, text.get(start.wrapping_sub(1))) {
        (Shown::Nothing, Some(quote)) if is_quote(closed) => closing(text, start, *quote) - start,
        _ => count(text, start, is_value),
    };
    let inside = text.get(start..start + length)?;
    let behind = text.get(start + length + 1..).unwrap_or_default();
    let behind = behind.get(..4).unwrap_or(behind).trim_ascii_start();
    if is_quote(closed) && (behind.starts_with(b"=") || behind.starts_with(b":")) {
        return None;
    }
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
    /// Whether the sign is a `>` that ends a tag.
    is_tag: bool,
}

/// The sign and the quotes in `": "value`, `' => 'value'`, `= "value"`, `" value="…"`, `">value<`, and the like.
fn assignment(text: &[u8], at: usize) -> Option<Assignment> {
    let near = text.get(at..)?;
    let near = near.get(..GAP).unwrap_or(near);
    let skip = |from: usize, which: &[u8]| from + count(near, from, |byte| which.contains(&byte));
    let closed = skip(0, b"\\\"'`])");
    // `{"name": "signature", "value": "…"}`, `<add key="signature" value="…"/>`, and YAML's pairs in two lines.
    let behind = skip(closed, b" \t\r\n,;\\\"'`");
    let is_word = |at: usize, word: &[u8]| {
        near.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
    };
    // `variable "secret" { default = "…" }`, `{"SECRET": {"value": "…"}}`.
    let opened = skip(closed, b" \t\r\n:={\\\"'`");
    let is_opened = near.get(closed..opened)?.contains(&b'{');
    let inner = if is_opened { opened } else { behind };
    let pair =
        [&b"value"[..], b"default"].into_iter().find(|word| inner > 0 && is_word(inner, word));
    let pair = pair.map(|word| skip(inner + word.len(), b"\\\"'`])"));
    let pair =
        pair.filter(|from| near.get(skip(*from, b" \t")).is_some_and(|byte| b":=,".contains(byte)));
    let is_pair = pair.is_some();
    let from = pair.unwrap_or(closed);
    let spaced = skip(from, b" \t");
    let is_choice = closed > 0 && (is_word(spaced, b"or ") || is_word(spaced, b"{ "));
    let signs: &[u8] = if closed > 0 || is_pair { b":=>,?|" } else { b":=>?|" };
    let signed = if is_choice { spaced + 2 } else { skip(spaced, signs) };
    if signed == spaced {
        return None;
    }
    let sign = *near.get(signed - 1)?;
    let is_tag = sign == b'>' && signed == spaced + 1;
    let start = skip(signed, b" \t\r\n");
    // An anchor or a type of YAML.
    let marked = near.get(start).is_some_and(|byte| b"&!".contains(byte)) && sign == b':';
    let mark = near.get(start..)?.iter().position(|byte| *byte == b' ').filter(|_| marked);
    let start = mark.map_or(start, |end| start + end + 1);
    // A type: `SECRET: &str = "…"`.
    let start = if mark.is_some() { skip(start, b"= ") } else { start };
    // The value of another line is one only if quotes or a pair say so.
    let prefix = usize::from(
        near.get(start).is_some_and(|byte| b"bBfFrRuU@$".contains(byte))
            && near.get(start + 1).is_some_and(|byte| b"\"'`".contains(byte)),
    );
    let is_empty = matches!(near.get(start + prefix..), Some([a @ (b'"' | b'\'' | b'`'), b, rest @ ..])
        if a == b && rest.first() != Some(a));
    let quoted = if is_empty { start + prefix } else { skip(start + prefix, b"\\\"'`") };
    let is_quoted = quoted > start + prefix;
    let is_broken = near.get(signed..start)?.contains(&b'\n');
    if is_broken && !is_quoted && !is_pair {
        return None;
    }
    let start = if is_quoted { quoted } else { start };
    Some(Assignment { start: at + start, quoted: is_quoted, sign, is_tag })
}

/// The value of a signature or token that code or configuration assigns.
fn assigned(text: &[u8], at: usize) -> Option<Range<usize>> {
    let is_token = |span: &Range<usize>| {
        let value = text.get(span.clone()).unwrap_or_default();
        value.len() >= LONG
            && value.iter().all(|byte| is_value(*byte))
            && value.iter().any(u8::is_ascii_digit)
    };
    let name = text.get(at.saturating_sub(LONG)..at)?;
    let begin = at
        - name
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"_-:".contains(byte))
            .count();
    // A row of a table: `signature,0123456789abcdef`.
    let cell = || {
        let start = text.get(at).filter(|byte| **byte == b',').map(|_| at + 1)?;
        Some(start..start + count(text, start, is_value))
    };
    let other = block::lines(text, begin, at).or_else(|| block::element(text, begin, at));
    let other = other.or_else(cell);
    if let Some(other) = other.filter(is_token) {
        return Some(other);
    }
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
    // `--secret VALUE`, and the header `Authorization: Bearer VALUE`.
    let word = text.get(begin..at)?;
    let is_flag = word.starts_with(b"-") || before.ends_with(b"--");
    if (is_flag || word.eq_ignore_ascii_case(b"bearer"))
        && let Some(value) = block::option(text, at)
    {
        return nothing(value);
    }
    // The default of a placeholder: `${secret:value}`, `${SECRET:-value}`.
    if before.ends_with(b"${") && text.get(at) == Some(&b':') {
        let start = at + 1 + count(text, at + 1, |byte| b"-=+".contains(&byte));
        return nothing(start..until(text, start, |c| "}\"'\n".contains(c)));
    }
    if let Some(value) = block::element(text, begin, at).or_else(|| block::lines(text, begin, at)) {
        return nothing(value);
    }
    let Some(assignment) = assignment(text, at) else {
        return block::behind_blank(text, begin, at).and_then(nothing);
    };
    let start = assignment.start;
    if assignment.quoted {
        let quote = *text.get(start - 1)?;
        let end = string_end(text, start, quote);
        let value = text.get(start..end)?;
        return if is_placeholder(value) { None } else { nothing(start..end) };
    }
    if assignment.is_tag {
        return block::content(text, start).and_then(nothing);
    }
    // In code, whoever wrote `,` or `=>` wrote quotes around a string.
    if b",>".contains(&assignment.sign) {
        return None;
    }
    let near = text.get(start..)?;
    let near = near.get(..CALL).unwrap_or(near);
    if let Some(value) = bracketed(text, start) {
        return nothing(value);
    }
    let value = near.split(|byte| b"\r\n".contains(byte)).next()?;
    // `Password=value;Pool=1` is no code.
    let is_setting = text.get(start.wrapping_sub(1)) == Some(&b'=')
        && memchr::memchr(b';', value)
            .is_some_and(|end| value.get(end + 1).is_some_and(u8::is_ascii_alphanumeric));
    let is_empty = value.starts_with(b"''") || value.starts_with(b"\"\"");
    if is_empty || is_placeholder(value) || (is_code(value) && !is_setting) {
        return literal(text, start, start + value.len()).map(Value::nothing_of);
    }
    let lead = before.rsplit(|byte| *byte == b'\n').next().unwrap_or(before);
    let lead = lead.trim_ascii();
    let opens_line = [&b""[..], b"-", b"export", b"set", b"ENV", b"ARG", b"\"", b"'"]
        .contains(&lead)
        || lead.ends_with(b"-e");
    // A whole setting in quotes: `putenv("SECRET=value")`.
    if let Some(quote) = before.last().filter(|byte| b"\"'`".contains(byte))
        && text.get(at) != Some(quote)
    {
        return nothing(start..closing(text, start, *quote));
    }
    // A line of a file of settings is the value to its end; elsewhere it is one word.
    let is_end = |c: char| c.is_whitespace() || "\"'`;,)]}<".contains(c);
    let word = until(text, start, is_end);
    if opens_line {
        let mut line = until(text, start, |c| c == '\n' || c == '\r');
        // A backslash continues the line.
        while text.get(..line)?.ends_with(b"\\") && line - start < FAR && line < text.len() {
            line = until(text, line + 1, |c| c == '\n' || c == '\r');
        }
        let value = text.get(start..line)?;
        let comment = memchr::memmem::find(value, b" #").unwrap_or(value.len());
        let end = start + value.get(..comment)?.trim_ascii_end().len();
        return nothing(start..end);
    }
    let is_spaced = text.get(start.wrapping_sub(1)) != Some(&b':');
    let is_prose = text.get(word) == Some(&b' ') && assignment.sign == b':' && is_spaced;
    if is_prose { None } else { nothing(start..word) }
}

/// Where a string ends, which three quotes may open: then at the next three, in whatever line.
fn string_end(text: &[u8], start: usize, quote: u8) -> usize {
    let three = [quote; 3];
    let is_long = text.get(..start).is_some_and(|before| before.ends_with(&three));
    let rest = text.get(start..).unwrap_or_default();
    let rest = rest.get(..FAR).unwrap_or(rest);
    let end = if is_long { memchr::memmem::find(rest, &three) } else { None };
    end.map_or_else(|| closing(text, start, quote), |end| start + end)
}

/// The text in Ruby's `%q(…)` and Lua's `[[…]]`.
fn bracketed(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let rest = rest.get(..FAR).unwrap_or(rest);
    let (open, close): (usize, &[u8]) = match rest {
        [b'[', b'[', ..] => (2, b"]]"),
        [b'%', b'q' | b'Q' | b'w' | b'W', b'(', ..] => (3, b")"),
        [b'%', b'q' | b'Q' | b'w' | b'W', b'[', ..] => (3, b"]"),
        [b'%', b'q' | b'Q' | b'w' | b'W', b'{', ..] => (3, b"}"),
        _ => return None,
    };
    let end = memchr::memmem::find(rest.get(open..)?, close)?;
    Some(at + open..at + open + end)
}

/// Whether a value names the place of a secret and is none.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
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
pub(super) fn is_code(value: &[u8]) -> bool {
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
    let has = |class: fn(&u8) -> bool| chain.iter().any(class);
    let is_random = word.len() >= LONG
        && digits > 0
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase);
    let is_name = digits < 3 && (is_path || says_secret || (ends && !is_random));
    is_called || is_word || is_name
}

/// Where the string ends that begins at `at`: at its quote, or with a line that does not close it.
pub(super) fn closing(text: &[u8], at: usize, quote: u8) -> usize {
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
pub(super) fn count(text: &[u8], at: usize, fits: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let rest = rest.get(..FAR).unwrap_or(rest);
    rest.iter().position(|byte| !fits(*byte)).unwrap_or(rest.len())
}

/// The first place from `at` on whose character, read out of its escape, ends the value.
pub(super) fn until(text: &[u8], at: usize, ends: impl Fn(char) -> bool) -> usize {
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
