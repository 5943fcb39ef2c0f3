//! Which bytes of a scanned file no report shows: a file holds secrets in more shapes than a URL does.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem;

use super::redact::Secrets;
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

/// The bytes that are hidden.
#[derive(Debug, Default)]
pub(super) struct Veil {
    /// In order, without overlaps: what follows the characters of a secret that are shown.
    hidden: Vec<Range<usize>>,
}

impl Veil {
    /// Looks for secrets in a part of a text, and so far before it that none is missed that reaches into it.
    pub(super) fn of(text: &[u8], part: Span, secrets: Secrets) -> Self {
        let mut veil = Self::default();
        if secrets == Secrets::Shown {
            return veil;
        }
        let text = text.get(..(part.end as usize).saturating_add(FAR)).unwrap_or(text);
        let (mut at, mut behind) = ((part.start as usize).saturating_sub(FAR), b' ');
        while let Some(&byte) = text.get(at) {
            let rest = text.get(at..).unwrap_or_default();
            let found = match byte {
                b's' | b'S' | b'j' | b'J' | b'o' | b'O' => named(rest),
                _ => None,
            };
            match found.or_else(|| token(behind, rest)).or_else(|| base64(behind, rest)) {
                Some(value) => {
                    veil.hide(text, at + value.start..at + value.end);
                    at += value.end.max(1);
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
        match self.hidden.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(value.end),
            _ if start < value.end => self.hidden.push(start..value.end),
            _ => {}
        }
    }

    /// A part of the text, with an ellipsis for what is hidden of it.
    pub(super) fn show(&self, text: &[u8], span: Span) -> String {
        let (mut at, end) = (span.start as usize, span.end as usize);
        let mut out = String::new();
        let mut push = |bytes: Option<&[u8]>| {
            out.push_str(&String::from_utf8_lossy(bytes.unwrap_or_default()));
        };
        let first = self.hidden.partition_point(|hidden| hidden.end <= at);
        for hidden in self.hidden.iter().skip(first).take_while(|hidden| hidden.start < end) {
            push(text.get(at..hidden.start.max(at)));
            push(Some("\u{2026}".as_bytes()));
            at = hidden.end.min(end);
        }
        push(text.get(at..end));
        out
    }
}

/// The value of a secret name that the text begins with.
fn named(text: &[u8]) -> Option<Range<usize>> {
    let name = SECRET.iter().find(|name| starts_with(text, name.as_bytes()))?;
    let at = name.len();
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
        if !hole && end > 0 {
            return Some(start..start + end);
        }
    }
    assigned(behind).map(|value| at + value.start..at + value.end)
}

/// The value in `": "value"`, `' => 'value'`, `= "value"` and the like, behind a name.
fn assigned(behind: &[u8]) -> Option<Range<usize>> {
    let skip = |from: usize, which: &[u8]| {
        let rest = behind.get(from..).unwrap_or_default();
        // So much may stand between a name and its value, and more would cost time.
        from + rest.iter().take(16).take_while(|byte| which.contains(byte)).count()
    };
    let closed = skip(0, b"\\\"'`])");
    let spaced = skip(closed, b" \t");
    let signed = skip(spaced, b":=>,");
    if signed == spaced {
        return None;
    }
    let start = skip(signed, b" \t");
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
            ("t = 'eyJhbGciOi.eyJzdWIi.c2ln'", "t = 'eyJhbG\u{2026}'"),
            ("token=eyJhbGciOi.eyJzdWIi.c2ln", "token=eyJhbG\u{2026}"),
        ] {
            assert_eq!(shown(text), wanted);
            let veil = Veil::of(text.as_bytes(), Span::new(0, text.len()), Secrets::Shown);
            assert_eq!(veil.show(text.as_bytes(), Span::new(0, text.len())), text);
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
