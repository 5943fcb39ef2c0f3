//! Which bytes of a scanned file no report shows: a file holds secrets in more shapes than a URL does.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem;

use super::redact::Secrets;
use crate::dialect::escape::hex;
use crate::dialect::params::{SECRET, SECRET_SHOWN};
use crate::dialect::span::Span;

/// Signs between a name and its value in a URL, however the file escapes them.
const SIGNS: [&[u8]; 7] = [b"=", b"%3d", b"%253d", b"\\u003d", b"\\x3d", b"&#61;", b"&#x3d;"];

/// A value with quotes around it, or with a digit in it, is taken for a secret from this many characters on: shorter
/// ones are words of the code.
const LONG: usize = 16;

/// No secret is longer than so many bytes.
const FAR: usize = 1 << 16;

/// Base64 is looked into from this many characters on.
const RUN: usize = 40;

/// So much may stand between two parts of a value: quotes, a sign that joins them, a line's end and its indentation.
const GAP: usize = 120;

/// The bytes that are hidden.
#[derive(Debug, Default)]
pub struct Veil {
    /// In order, without overlaps: what follows the characters of a secret that are shown.
    hidden: Vec<Range<usize>>,
}

impl Veil {
    /// Looks for secrets in the lines of a part of a text. One that goes on in lines behind the part is not looked at there.
    pub fn of(text: &[u8], part: Span, secrets: Secrets) -> Self {
        let mut veil = Self::default();
        if secrets == Secrets::Shown {
            return veil;
        }
        let (start, end) = (part.start as usize, part.end as usize);
        let rest = text.get(end..).unwrap_or_default();
        let rest = rest.get(..FAR).unwrap_or(rest);
        let end = end + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let text = text.get(..end).unwrap_or(text);
        let from = start.saturating_sub(FAR);
        let before = text.get(from..start).unwrap_or_default();
        let mut at = from + memchr::memrchr(b'\n', before).map_or(0, |line| line + 1);
        let mut behind = b' ';
        while let Some(&byte) = text.get(at) {
            let rest = text.get(at..).unwrap_or_default();
            let found = match byte {
                b's' | b'S' | b'j' | b'J' | b'o' | b'O' | b'%' => named(rest),
                _ => None,
            };
            match found.or_else(|| token(behind, rest)).or_else(|| base64(behind, rest)) {
                Some(value) => {
                    veil.hide(text, at + value.start..at + value.end);
                    at += value.end.max(1);
                    while let Some(more) = continued(text.get(at..).unwrap_or_default()) {
                        veil.cover(at + more.start..at + more.end);
                        at += more.end;
                    }
                }
                None => at += 1,
            }
            behind = text.get(at - 1).copied().unwrap_or(b' ');
        }
        veil
    }

    /// Hides a value but for its first characters; all of one that is not longer than those.
    fn hide(&mut self, text: &[u8], value: Range<usize>) {
        let shown =
            if value.len() > SECRET_SHOWN { value.start + SECRET_SHOWN } else { value.start };
        // Not in the middle of a character.
        let is_inside = |at: &usize| text.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
        let start = (value.start..=shown).rev().find(|at| !is_inside(at)).unwrap_or(value.start);
        self.cover(start..value.end);
    }

    fn cover(&mut self, bytes: Range<usize>) {
        match self.hidden.last_mut() {
            Some(last) if bytes.start <= last.end => last.end = last.end.max(bytes.end),
            _ if !bytes.is_empty() => self.hidden.push(bytes),
            _ => {}
        }
    }

    /// A part of the text, with an ellipsis for what is hidden of it.
    pub(super) fn show(&self, text: &[u8], span: Span) -> String {
        let mut out = Vec::new();
        self.write(text, span, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    /// Appends a part of the text, with an ellipsis for what is hidden of it.
    pub fn write(&self, text: &[u8], span: Span, out: &mut Vec<u8>) {
        let (mut at, end) = (span.start as usize, span.end as usize);
        let first = self.hidden.partition_point(|hidden| hidden.end <= at);
        for hidden in self.hidden.iter().skip(first).take_while(|hidden| hidden.start < end) {
            out.extend_from_slice(text.get(at..hidden.start.max(at)).unwrap_or_default());
            out.extend_from_slice("\u{2026}".as_bytes());
            at = hidden.end.min(end);
        }
        out.extend_from_slice(text.get(at..end).unwrap_or_default());
    }
}

/// The value of a secret name that the text begins with; empty, if it stands in the next piece of code or text.
fn named(text: &[u8]) -> Option<Range<usize>> {
    let at = SECRET.iter().find_map(|name| name_length(text, name))?;
    let behind = text.get(at..)?;
    if let Some(sign) = SIGNS.iter().find(|sign| starts_with(behind, sign)) {
        let start = at + sign.len();
        let value = text.get(start..)?;
        // A hole of a template is no value, and neither is a quote that ends here.
        let hole = matches!(
            value,
            [b'$' | b'{' | b'<' | b'(' | b'#' | b'[', ..] | [b'%', b's' | b'd' | b'v' | b'@', ..]
        );
        let end = value.iter().position(|byte| ends_value(*byte)).unwrap_or(value.len());
        let goes_on = || continued(value.get(end..).unwrap_or_default()).is_some();
        if !hole && (end > 0 || goes_on()) {
            return Some(start..start + end);
        }
    }
    assigned(behind).map(|value| at + value.start..at + value.end)
}

/// The length of this name at the beginning of a text, in any letters, percent-encoded up to twice or not.
fn name_length(text: &[u8], name: &str) -> Option<usize> {
    name.bytes().try_fold(0, |at, letter| {
        let rest = text.get(at..)?;
        let (code, length) = match rest {
            [b'%', b'2', b'5', high, low, ..] => (hex(high)? << 4 | hex(low)?, 5),
            [b'%', high, low, ..] => (hex(high)? << 4 | hex(low)?, 3),
            _ => (*rest.first()?, 1),
        };
        code.eq_ignore_ascii_case(&letter).then_some(at + length)
    })
}

/// The next part of a value that ends here, if there is one: in another string behind a sign that joins them, or in the next
/// line of a text.
fn continued(text: &[u8]) -> Option<Range<usize>> {
    let near = text.get(..GAP).unwrap_or(text);
    let skip = |from: usize, which: &[u8]| {
        let rest = near.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| which.contains(byte)).count()
    };
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
    let value = text.get(start..)?;
    let length = value.iter().position(|byte| !is_value(*byte)).unwrap_or(value.len());
    let inside = value.get(..length)?;
    // Code and prose that follow are no values.
    let is_secret = if is_quote(closed) {
        length > 0
    } else {
        length >= LONG && inside.iter().any(u8::is_ascii_digit)
    };
    is_secret.then_some(start..start + length)
}

/// The value in `": "value"`, `' => 'value'`, `= "value"` and the like, behind a name.
fn assigned(behind: &[u8]) -> Option<Range<usize>> {
    let skip = |from: usize, which: &[u8]| {
        let rest = behind.get(from..).unwrap_or_default();
        // So much may stand between a name and its value, and more would cost time.
        from + rest.iter().take(GAP).take_while(|byte| which.contains(byte)).count()
    };
    let closed = skip(0, b"\\\"'`])");
    let spaced = skip(closed, b" \t");
    let signed = skip(spaced, b":=>,");
    if signed == spaced {
        return None;
    }
    let start = skip(signed, b" \t\r\n");
    let quoted = skip(start, b"\\\"'`");
    let value = behind.get(quoted..)?;
    let end = value.iter().position(|byte| !is_value(*byte)).unwrap_or(value.len());
    let inside = value.get(..end)?;
    let is_secret = end >= LONG && (quoted > start || inside.iter().any(u8::is_ascii_digit));
    is_secret.then_some(quoted..quoted + end)
}

/// The token that the text begins with, if it is not the rest of a word.
fn token(behind: u8, text: &[u8]) -> Option<Range<usize>> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if !text.starts_with(b"eyJ") || is_letter(behind) {
        return None;
    }
    let segment = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        let length = rest.iter().position(|byte| !is_letter(*byte)).unwrap_or(rest.len());
        (length > 0).then_some(from + length)
    };
    let next = |end: usize| (text.get(end) == Some(&b'.')).then(|| segment(end + 1)).flatten();
    let second = next(segment(0)?)?;
    Some(0..next(second).unwrap_or(second))
}

/// The run of Base64 that the text begins with, if it holds a secret.
fn base64(behind: u8, text: &[u8]) -> Option<Range<usize>> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"+/".contains(&byte);
    if is_letter(behind) {
        return None;
    }
    let end = text.iter().position(|byte| !is_letter(*byte)).unwrap_or(text.len());
    if end < RUN {
        return None;
    }
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    // Of a run that is cut somewhere, the whole groups of four.
    let whole = text.get(..end - end % 4).unwrap_or_default();
    let decoded = GeneralPurpose::new(&STANDARD, config).decode(whole).ok()?.to_ascii_lowercase();
    let holds = |name: &str| memmem::find(&decoded, name.as_bytes()).is_some();
    SECRET.into_iter().chain(["eyj"]).any(holds).then_some(0..end)
}

fn starts_with(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start))
}

fn ends_value(byte: u8) -> bool {
    b"&#\"'`<> \\|;,(){}[]".contains(&byte) || byte.is_ascii_whitespace()
}

fn is_value(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=_-.%~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let veil = Veil::of(text.as_bytes(), Span::new(0, text.len()), Secrets::Hidden);
        veil.show(text.as_bytes(), Span::new(0, text.len()))
    }

    #[test]
    fn secrets_are_found_however_a_file_writes_them() {
        for (text, wanted) in [
            ("?:a=1&:signature=0123456789&:b=2", "?:a=1&:signature=012345\u{2026}&:b=2"),
            ("&amp;:signature=0123456789&amp;", "&amp;:signature=012345\u{2026}&amp;"),
            ("%3Asignature%3D0123456789'", "%3Asignature%3D012345\u{2026}'"),
            ("\\u0026:jwt\\u003dabcdefghij\"", "\\u0026:jwt\\u003dabcdef\u{2026}\""),
            (":signature=short&", ":signature=\u{2026}&"),
            ("{\":signature\": \"0123456789abcdef0\"}", "{\":signature\": \"012345\u{2026}\"}"),
            ("'oauth_token' => 'AAECAwQFBgcICQoL'", "'oauth_token' => 'AAECAw\u{2026}'"),
            ("jwt: 0123456789abcdef # x", "jwt: 012345\u{2026} # x"),
            ("&:sig%6Eature=0123456789&", "&:sig%6Eature=012345\u{2026}&"),
            ("&:oauth%5ftoken=0123456789", "&:oauth%5ftoken=012345\u{2026}"),
            ("%253A%256Awt%253D0123456789", "%253A%256Awt%253D012345\u{2026}"),
            ("t = 'eyJhbGciOi.eyJzdWIi.c2ln'", "t = 'eyJhbG\u{2026}'"),
            ("token=eyJhbGciOi.eyJzdWIi.c2ln", "token=eyJhbG\u{2026}"),
        ] {
            assert_eq!(shown(text), wanted);
            let veil = Veil::of(text.as_bytes(), Span::new(0, text.len()), Secrets::Shown);
            assert_eq!(veil.show(text.as_bytes(), Span::new(0, text.len())), text);
        }
    }

    #[test]
    fn a_value_that_goes_on_elsewhere_is_hidden_to_its_end() {
        for (text, wanted) in [
            ("\":signature=\" +\n  \"0123456789\";", "\":signature=\" +\n  \"\u{2026}\";"),
            (
                "':signature=01234567' . '89ab'.'cd'",
                "':signature=012345\u{2026}' . '\u{2026}'.'\u{2026}'",
            ),
            (
                "(\"?:jwt=abcdefgh\"\r\n f\"ijk\"\r\n)",
                "(\"?:jwt=abcdef\u{2026}\"\r\n f\"\u{2026}\"\r\n)",
            ),
            (
                ">-\n :signature=0123456\n  0123456789abcdef0\nb: c",
                ">-\n :signature=012345\u{2026}\n  \u{2026}\nb: c",
            ),
            (":signature=\\\n0123456789abcdef0", ":signature=\\\n\u{2026}"),
            (
                "p[\":signature\"] =\n    \"0123456789abcdef0\"",
                "p[\":signature\"] =\n    \"012345\u{2026}\"",
            ),
        ] {
            assert_eq!(shown(text), wanted);
        }
        for text in [
            "url += '&:signature=' + sign(url)\nconst other = 'text';",
            "a = '&:signature=' + '&:mode=userbacked'",
            "# :signature=\nEMBED_URL=https://h/embed/1-7CbVjjUMMTKQpYa2E7NwkI",
            "['&:signature=', 'another']",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn base64_that_holds_one_is_a_secret() {
        use base64::engine::general_purpose::STANDARD_NO_PAD as STANDARD;
        let text = STANDARD.encode("https://h/embed/x?:a=1&:signature=0123456789");
        assert_eq!(shown(&format!("url: {text}")), "url: aHR0cH\u{2026}");
        let text = STANDARD.encode("nothing of this has to be hidden from anyone");
        assert_eq!(shown(&text), text);
    }

    #[test]
    fn code_is_left_as_it_is() {
        for text in [
            "url += '&:signature=' + sign(url)",
            "`&:signature=${signature}`",
            "f\"&:jwt={token}\"",
            "'&:signature=%s' % signature",
            "const jwt = require('jsonwebtoken')",
            "signature: String,",
            "def signature(url) = hmac(url)",
            "app/models/concerns/embeddable/signature/of/a/long/path",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn a_part_of_a_text_shows_no_more_than_the_whole() {
        let text = b"x :signature=0123456789abcdef y";
        let veil = Veil::of(text, Span::new(0, text.len()), Secrets::Hidden);
        for start in 0..text.len() {
            for end in start..text.len() {
                let part = veil.show(text, Span::new(start, end));
                assert!(!part.contains(['6', '7', '8', '9', 'c', 'f']), "{part}");
            }
        }
    }

    #[test]
    fn hostile_text_takes_no_longer() {
        for piece in ["signature=", "jwt:", "eyJ", "eyJ.", "a=", "oauth_token\"", "jwt=a "] {
            let text = piece.repeat((1 << 20) / piece.len());
            shown(&text);
        }
    }
}
