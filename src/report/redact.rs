//! The one door through which values from outside reach a report or a terminal.

use std::borrow::Cow;

use crate::dialect::escape::hex;
use crate::dialect::params::{SECRET, SECRET_SHOWN};

/// What every JSON object begins with in base64, and so every token.
const TOKEN: &str = "eyJ";

/// A shorter word is no token: an empty one with its signature has more than three times as many bytes.
const SHORTEST: usize = 20;

/// Whether secrets are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// Shortened.
    Hidden,
    /// In full: `--show-secrets`.
    Shown,
}

/// A name, a value or a message for a report: any of them may hold a URL, and with it a secret.
pub fn within(text: Cow<'_, str>, secrets: Secrets) -> Cow<'_, str> {
    // Nearly none does, and every report asks for every one of them.
    if secrets == Secrets::Shown || !(text.contains(['=', '%']) || text.contains(TOKEN)) {
        return text;
    }
    Cow::Owned(self::text(text.as_bytes(), secrets))
}

/// The value of a parameter or claim for a report.
pub fn value<'a>(name: &str, value: &'a [u8], secrets: Secrets) -> Cow<'a, str> {
    let text = String::from_utf8_lossy(value);
    let hidden = secrets == Secrets::Hidden && is_secret(name.as_bytes());
    if hidden { Cow::Owned(shorten(&text)) } else { within(text, secrets) }
}

/// The first characters and an ellipsis; nothing is shown of a value that is not longer than that.
fn shorten(text: &str) -> String {
    let longer = text.chars().nth(SECRET_SHOWN).is_some();
    let shown = if longer { text.chars().take(SECRET_SHOWN).collect() } else { String::new() };
    shown + "\u{2026}"
}

/// A text that may hold URLs, with the values of secret parameters shortened wherever `name=` stands, encoded or not.
pub fn text(bytes: &[u8], secrets: Secrets) -> String {
    let ends = |c: char| "&#\"'<> \\".contains(c) || c.is_whitespace();
    // A quote may stand before a value.
    hide(bytes, secrets, |c| "\"'\\".contains(c), ends)
}

/// A URL, with the values of secret parameters shortened: all of each, whatever stands in it.
pub fn url(bytes: &[u8], secrets: Secrets) -> String {
    hide(bytes, secrets, |_| false, |c| c == '&' || c == '#')
}

/// Shortens the values, which begin behind what `opens` them, up to what `ends` them.
fn hide(
    bytes: &[u8],
    secrets: Secrets,
    opens: impl Fn(char) -> bool,
    ends: impl Fn(char) -> bool,
) -> String {
    let text = String::from_utf8_lossy(bytes);
    if secrets == Secrets::Shown {
        return text.into_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for sign in memchr::memchr2_iter(b'=', b'%', text.as_bytes()) {
        let before = text.as_bytes().get(at..sign).unwrap_or_default();
        let Some(rest) = text.get(sign..).filter(|_| sign >= at) else { continue };
        let Some(length) = equals(rest.as_bytes()).filter(|_| is_secret(before)) else { continue };
        let value = rest.get(length..).unwrap_or_default();
        let inside = value.trim_start_matches(&opens);
        let start = sign + length + value.len() - inside.len();
        let end = inside.find(&ends).unwrap_or(inside.len());
        if let Some(value) = inside.get(..end).filter(|value| !value.is_empty()) {
            out.push_str(text.get(at..start).unwrap_or_default());
            out.push_str(&shorten(value));
            at = start + end;
        }
    }
    out.push_str(text.get(at..).unwrap_or_default());
    if out.contains(TOKEN) { without_tokens(&out) } else { out }
}

/// The length of the `=` that a text begins with, as it is or percent-encoded.
fn equals(text: &[u8]) -> Option<usize> {
    match text {
        [b'=', ..] => Some(1),
        [b'%', b'3', b'd' | b'D', ..] => Some(3),
        [b'%', b'2', b'5', b'3', b'd' | b'D', ..] => Some(5),
        _ => None,
    }
}

/// Whether a text ends in the name of a secret: in any letters, percent-encoded or not, with blanks behind it or without.
fn is_secret(text: &[u8]) -> bool {
    let mut text = text.trim_ascii_end();
    while let Some(before) = text.strip_suffix(b"%20").or_else(|| text.strip_suffix(b"+")) {
        text = before.trim_ascii_end();
    }
    SECRET.iter().any(|name| name.bytes().rev().try_fold(text, without_letter).is_some())
}

/// A text without the letter that it ends with.
fn without_letter(text: &[u8], letter: u8) -> Option<&[u8]> {
    if let [before @ .., last] = text
        && last.eq_ignore_ascii_case(&letter)
    {
        return Some(before);
    }
    let (before, [high, low]) = text.split_last_chunk()?;
    let code = hex(high)? << 4 | hex(low)?;
    let before = before.strip_suffix(b"%25").or_else(|| before.strip_suffix(b"%"))?;
    code.eq_ignore_ascii_case(&letter).then_some(before)
}

/// A text with the tokens in it shortened that no name gives away: words that begin as a token does and hold a dot.
fn without_tokens(text: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-_.+/=".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(TOKEN) {
        let (before, word) = rest.split_at(at);
        out.push_str(before);
        let end = word.find(|c| !is_word(c)).unwrap_or(word.len());
        let (word, behind) = word.split_at(end);
        let is_token = word.len() >= SHORTEST && word.contains('.');
        out.push_str(&if is_token { Cow::Owned(shorten(word)) } else { Cow::Borrowed(word) });
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Control characters, invisible ones, and those that turn the order of their neighbours.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A text whose unseen characters are shown as escapes: they could steer a terminal or hide what stands there. Line ends
/// stay.
pub fn printable(text: &str) -> Cow<'_, str> {
    let steers = |c: char| is_unseen(c) && c != '\n';
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let escape = |c: char| {
        if steers(c) { c.escape_default().to_string() } else { c.to_string() }
    };
    Cow::Owned(text.chars().map(escape).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_values_are_shortened_to_six_characters() {
        assert_eq!(value("signature", b"0123456789", Secrets::Hidden), "012345\u{2026}");
        assert_eq!(value("OAuth_Token", b"0123456789", Secrets::Hidden), "012345\u{2026}");
        assert_eq!(value("jwt", b"012345", Secrets::Hidden), "\u{2026}");
        assert_eq!(value("signature", b"0123456789", Secrets::Shown), "0123456789");
        assert_eq!(value("nonce", b"0123456789", Secrets::Hidden), "0123456789");
        for name in ["amp;:signature", ":signature", "signature ", "sig%6Eature", "%256Awt"] {
            assert_eq!(value(name, b"0123456789", Secrets::Hidden), "012345\u{2026}", "{name}");
        }
    }

    #[test]
    fn a_secret_in_a_url_is_hidden_to_its_end() {
        for (raw, shown) in [
            ("?:oauth%5Ftoken=0123456789&:b=2", "?:oauth%5Ftoken=012345\u{2026}&:b=2"),
            ("?:sig%6Eature=0123456789#f", "?:sig%6Eature=012345\u{2026}#f"),
            ("?:%256A%2577t%253D0123456789", "?:%256A%2577t%253D012345\u{2026}"),
            ("?:signature='0123456789'&:b=2", "?:signature='01234\u{2026}&:b=2"),
            ("?:signature=<0123456789>", "?:signature=<01234\u{2026}"),
            ("?:signature=0123 456789 0123", "?:signature=0123 4\u{2026}"),
            ("?:signature =0123456789&:a=", "?:signature =012345\u{2026}&:a="),
            ("?:signature%20=0123456789", "?:signature%20=012345\u{2026}"),
            (
                "?a=1&amp;:signature=0123456789&amp;:b=2",
                "?a=1&amp;:signature=012345\u{2026}&amp;:b=2",
            ),
            ("?:signature==0123456789", "?:signature==01234\u{2026}"),
            ("?:signature=&:nonce=0123456789", "?:signature=&:nonce=0123456789"),
            ("?:design=0123456789&nature=x", "?:design=0123456789&nature=x"),
        ] {
            assert_eq!(url(raw.as_bytes(), Secrets::Hidden), shown);
            assert_eq!(url(raw.as_bytes(), Secrets::Shown), raw);
        }
        assert_eq!(
            text(b"`:signature='0123456789'`", Secrets::Hidden),
            "`:signature='012345\u{2026}'`"
        );
    }

    #[test]
    fn secrets_in_a_text_are_found_however_they_are_written() {
        for (raw, shown) in [
            (
                "https://h/?:a=1&:signature=0123456789&:b=2",
                "https://h/?:a=1&:signature=012345\u{2026}&:b=2",
            ),
            ("?%3Asignature%3D0123456789", "?%3Asignature%3D012345\u{2026}"),
            ("?:JWT=abcdefghi.jkl.mno#f", "?:JWT=abcdef\u{2026}#f"),
            ("signature=aaaaaaaa&jwt=bbbbbbbb", "signature=aaaaaa\u{2026}&jwt=bbbbbb\u{2026}"),
            ("eyJhbGciOi.eyJzdWIi.c2ln", "eyJhbG\u{2026}"),
            ("a (eyJhbGciOi.eyJzdWIi.c2ln), b", "a (eyJhbG\u{2026}), b"),
            ("eyJhbGciOi and keyJ.x", "eyJhbGciOi and keyJ.x"),
            ("the signature is = good", "the signature is = good"),
            ("append `?:jwt=<token>&:embed=true`", "append `?:jwt=<token>&:embed=true`"),
        ] {
            assert_eq!(text(raw.as_bytes(), Secrets::Hidden), shown);
            assert_eq!(text(raw.as_bytes(), Secrets::Shown), raw);
        }
    }

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\r\n"), "a\\u{1b}[31mb\\r\n");
        assert_eq!(printable("gr\u{fc}n"), "gr\u{fc}n");
        assert_eq!(printable("a\u{202e}b\u{200b}c\u{feff}"), "a\\u{202e}b\\u{200b}c\\u{feff}");
    }
}
