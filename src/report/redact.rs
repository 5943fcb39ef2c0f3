//! The one door through which values from outside reach a report or a terminal.

use std::borrow::Cow;

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
    let hidden =
        secrets == Secrets::Hidden && SECRET.iter().any(|secret| name.eq_ignore_ascii_case(secret));
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
    let text = String::from_utf8_lossy(bytes);
    if secrets == Secrets::Shown {
        return text.into_owned();
    }
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    // The next value of each name. What was found once is not looked for again: a text may hold a million.
    let mut next = SECRET.map(|name| next_value(&lower, name, 0));
    while let Some(value) = next.iter().flatten().min().copied() {
        let rest = text.get(value..).unwrap_or_default();
        let end = rest
            .find(|c: char| "&#\"'<> \\".contains(c) || c.is_whitespace())
            .map_or(text.len(), |end| value + end);
        out.push_str(text.get(at..value).unwrap_or_default());
        if value < end {
            out.push_str(&shorten(text.get(value..end).unwrap_or_default()));
        }
        at = end;
        for (known, name) in next.iter_mut().zip(SECRET) {
            if known.is_some_and(|known| known < end.max(value + 1)) {
                *known = next_value(&lower, name, end);
            }
        }
    }
    out.push_str(text.get(at..).unwrap_or_default());
    if out.contains(TOKEN) { without_tokens(&out) } else { out }
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

/// Where the next value of a secret name begins: behind `name=`, with the `=` as it is or percent-encoded.
fn next_value(lower: &str, name: &str, from: usize) -> Option<usize> {
    let rest = lower.get(from..)?;
    rest.match_indices(name).find_map(|(at, _)| {
        let behind = rest.get(at + name.len()..)?;
        let sign = ["=", "%3d", "%253d"].iter().find(|sign| behind.starts_with(**sign))?;
        Some(from + at + name.len() + sign.len())
    })
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
