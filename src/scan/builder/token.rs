//! The few marks that stand around a parameter in code, in every escape they are written in.

/// What a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// `?`
    Question,
    /// `&`
    Ampersand,
    /// `=`
    Equals,
    /// A quote; the byte is that of the plain one.
    Quote(u8),
}

/// How marks are spelt in strings, HTML, JSON and inside of other URLs. The first that fits is the one.
static SPELT: [(Mark, &[u8]); 45] = [
    (Mark::Ampersand, b"&amp;"),
    (Mark::Ampersand, b"&#38;"),
    (Mark::Ampersand, b"&#038;"),
    (Mark::Ampersand, b"&#x26;"),
    (Mark::Ampersand, b"\\u0026"),
    (Mark::Ampersand, b"\\x26"),
    (Mark::Ampersand, b"%26"),
    (Mark::Ampersand, b"%2526"),
    (Mark::Ampersand, b"^&"),
    (Mark::Question, b"&#63;"),
    (Mark::Question, b"&quest;"),
    (Mark::Question, b"\\u003f"),
    (Mark::Question, b"\\u003F"),
    (Mark::Question, b"\\x3f"),
    (Mark::Question, b"\\x3F"),
    (Mark::Question, b"%3f"),
    (Mark::Question, b"%3F"),
    (Mark::Question, b"%253f"),
    (Mark::Question, b"%253F"),
    (Mark::Question, b"?"),
    (Mark::Equals, b"&#61;"),
    (Mark::Equals, b"&#x3d;"),
    (Mark::Equals, b"&#x3D;"),
    (Mark::Equals, b"\\u003d"),
    (Mark::Equals, b"\\u003D"),
    (Mark::Equals, b"\\x3d"),
    (Mark::Equals, b"\\x3D"),
    (Mark::Equals, b"%3d"),
    (Mark::Equals, b"%3D"),
    (Mark::Equals, b"%253d"),
    (Mark::Equals, b"%253D"),
    (Mark::Equals, b"="),
    (Mark::Quote(b'"'), b"&quot;"),
    (Mark::Quote(b'"'), b"&#34;"),
    (Mark::Quote(b'\''), b"&#39;"),
    (Mark::Quote(b'\''), b"&apos;"),
    (Mark::Quote(b'"'), b"%22"),
    (Mark::Quote(b'\''), b"%27"),
    (Mark::Quote(b'"'), "\u{201c}".as_bytes()),
    (Mark::Quote(b'"'), "\u{201d}".as_bytes()),
    (Mark::Quote(b'\''), "\u{2018}".as_bytes()),
    (Mark::Quote(b'\''), "\u{2019}".as_bytes()),
    (Mark::Quote(b'"'), b"\\u0022"),
    (Mark::Quote(b'\''), b"\\u0027"),
    (Mark::Ampersand, b"&"),
];

/// The mark that `text` begins with, and its length. Backslashes before a quote belong to it.
pub(super) fn at_start(text: &[u8]) -> Option<(Mark, usize)> {
    let &first = text.first()?;
    if first == b'\\' {
        let slashes = text.iter().take(4).take_while(|byte| **byte == b'\\').count();
        if let Some(quote) = text.get(slashes).copied().and_then(plain_quote) {
            return Some((quote, slashes + 1));
        }
    } else if let Some(quote) = plain_quote(first) {
        return Some((quote, 1));
    } else if !b"&?=%^\xe2".contains(&first) {
        return None;
    }
    // The outer letter tells nearly all of them apart, without a call for each.
    let begins = |spelling: &[u8]| spelling.first() == Some(&first) && text.starts_with(spelling);
    let (mark, spelling) = SPELT.iter().find(|(_, spelling)| begins(spelling))?;
    // An entity that is none of ours: `&lt;`.
    if *spelling == b"&" && is_entity(text) { None } else { Some((*mark, spelling.len())) }
}

/// The mark that `text` ends with, and its length.
pub(super) fn at_end(text: &[u8]) -> Option<(Mark, usize)> {
    let &last = text.last()?;
    if let Some(quote) = plain_quote(last) {
        let slashes = text.iter().rev().skip(1).take(3).take_while(|byte| **byte == b'\\').count();
        return Some((quote, slashes + 1));
    }
    // Nearly every colon stands behind another letter.
    if !b"&?=;0123456789dDfF".contains(&last) && last < 0x80 {
        return None;
    }
    let ends = |spelling: &[u8]| spelling.last() == Some(&last) && text.ends_with(spelling);
    let (mark, spelling) = SPELT.iter().find(|(_, spelling)| ends(spelling))?;
    Some((*mark, spelling.len()))
}

fn plain_quote(byte: u8) -> Option<Mark> {
    matches!(byte, b'"' | b'\'' | b'`').then_some(Mark::Quote(byte))
}

/// Whether `&` begins the name or number of a character.
fn is_entity(text: &[u8]) -> bool {
    let name = text.get(1..).unwrap_or_default();
    let length = name
        .iter()
        .take(10)
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#')
        .count();
    length > 1 && name.get(length) == Some(&b';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_read_from_either_side() {
        for (mark, spelling) in &SPELT {
            let shown = String::from_utf8_lossy(spelling);
            let before = [b"x".as_slice(), spelling].concat();
            assert_eq!(at_end(&before), Some((*mark, spelling.len())), "{shown}");
            let behind = [spelling, b":x".as_slice()].concat();
            assert_eq!(at_start(&behind), Some((*mark, spelling.len())), "{shown}");
        }
    }

    #[test]
    fn a_quote_takes_its_backslashes_along() {
        assert_eq!(at_end(b"x\\\""), Some((Mark::Quote(b'"'), 2)));
        assert_eq!(at_start(b"\\\\\\'x"), Some((Mark::Quote(b'\''), 4)));
    }

    #[test]
    fn other_entities_and_letters_are_no_marks() {
        for text in ["&lt;b", "&nbsp;", "&#160;", "x", "", "\\n", "%41", "\u{20ac}"] {
            assert_eq!(at_start(text.as_bytes()), None, "{text}");
        }
        for text in ["x", "", "6", ";", "&lt;", "F"] {
            assert_eq!(at_end(text.as_bytes()), None, "{text}");
        }
    }
}
