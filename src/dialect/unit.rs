//! One character of a text, out of the escapes of the languages it may be written in: HTML, JSON, JavaScript, shell, Markdown.

use crate::dialect::escape::hex;

/// A character as it is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    /// Its code point.
    pub(crate) value: u32,
    /// How many bytes of the text write it.
    pub(crate) len: usize,
    /// Whether it is written otherwise than by itself.
    pub(crate) escaped: bool,
}

impl Unit {
    fn plain(byte: u8) -> Self {
        Self { value: u32::from(byte), len: 1, escaped: false }
    }

    fn escaped(value: u32, len: usize) -> Self {
        Self { value, len, escaped: true }
    }

    /// Whether it is this ASCII character.
    pub(crate) fn is(self, byte: u8) -> bool {
        self.value == u32::from(byte)
    }
}

/// Backslashes that write one character: text inside a text inside a text doubles them.
const MOST_BACKSLASHES: usize = 8;

/// The entities that stand for a character of a URL, or for one that ends it.
const NAMED: [(&[u8], u32); 31] = [
    (b"amp;", '&' as u32),
    (b"lt;", '<' as u32),
    (b"gt;", '>' as u32),
    (b"quot;", '"' as u32),
    (b"apos;", '\'' as u32),
    (b"colon;", ':' as u32),
    (b"equals;", '=' as u32),
    (b"sol;", '/' as u32),
    (b"quest;", '?' as u32),
    (b"num;", '#' as u32),
    (b"percnt;", '%' as u32),
    (b"lowbar;", '_' as u32),
    (b"nbsp;", 0xa0),
    (b"ensp;", 0x2002),
    (b"emsp;", 0x2003),
    (b"thinsp;", 0x2009),
    (b"ndash;", 0x2013),
    (b"mdash;", 0x2014),
    (b"lsquo;", 0x2018),
    (b"rsquo;", 0x2019),
    (b"sbquo;", 0x201a),
    (b"ldquo;", 0x201c),
    (b"rdquo;", 0x201d),
    (b"bdquo;", 0x201e),
    (b"bull;", 0x2022),
    (b"hellip;", 0x2026),
    (b"lsaquo;", 0x2039),
    (b"rsaquo;", 0x203a),
    (b"laquo;", 0xab),
    (b"raquo;", 0xbb),
    (b"middot;", 0xb7),
];

/// The character at `at`; nothing at the end of the text, and where something stands that no URL goes on behind.
pub(crate) fn unit(text: &[u8], at: usize) -> Option<Unit> {
    match *text.get(at)? {
        b'&' => Some(entity(text, at).unwrap_or(Unit::plain(b'&'))),
        b'\\' => backslash(text, at),
        // The shell of Windows.
        b'^' if text.get(at + 1) == Some(&b'&') => Some(Unit::escaped(u32::from(b'&'), 2)),
        byte if byte.is_ascii() => Some(Unit::plain(byte)),
        _ => character(text, at),
    }
}

/// How often what is percent-encoded may have been encoded again.
const DEEPEST: u8 = 3;

/// The character at `at` out of every escape around it: those of the text, then percent-encoding. A byte that [`unit`] reads
/// nothing from is itself.
pub(crate) fn letter(text: &[u8], at: usize) -> Option<Unit> {
    let mut read = unit(text, at).unwrap_or(Unit::plain(*text.get(at)?));
    for _ in 0..DEEPEST {
        if !read.is(b'%') {
            break;
        }
        let digit = |at: usize| {
            let unit = unit(text, at)?;
            Some((hex(&u8::try_from(unit.value).ok()?)?, unit.len))
        };
        let Some((high, first)) = digit(at + read.len) else { break };
        let Some((low, second)) = digit(at + read.len + first) else { break };
        read = Unit::escaped(u32::from(high << 4 | low), read.len + first + second);
    }
    Some(read)
}

/// A character outside ASCII.
fn character(text: &[u8], at: usize) -> Option<Unit> {
    let rest = text.get(at..text.len().min(at + 4))?;
    let c = rest.utf8_chunks().next()?.valid().chars().next()?;
    Some(Unit { value: u32::from(c), len: c.len_utf8(), escaped: false })
}

fn entity(text: &[u8], at: usize) -> Option<Unit> {
    let rest = text.get(at + 1..)?;
    if let [b'#', rest @ ..] = rest {
        let (digits, radix, skip) = match rest {
            [b'x' | b'X', digits @ ..] => (digits, 16, 3),
            _ => (rest, 10, 2),
        };
        let (value, count) = number(digits, radix, 7);
        let whole = count > 0 && digits.get(count) == Some(&b';');
        return whole.then(|| Unit::escaped(value, skip + count + 1));
    }
    let (mut value, mut len) = (None, 1);
    // Escaped more than once: `&amp;amp;`, `&amp;quot;`.
    while value.is_none_or(|value| value == u32::from(b'&'))
        && let Some((name, next)) = named(text, at + len)
    {
        (value, len) = (Some(next), len + name.len());
    }
    value.map(|value| Unit::escaped(value, len))
}

fn named(text: &[u8], at: usize) -> Option<(&'static [u8], u32)> {
    let rest = text.get(at..)?;
    // Most of what is behind an ampersand is no entity, and the first letter says so.
    let first = *rest.first().filter(|byte| byte.is_ascii_lowercase())?;
    let begins = |name: &[u8]| name.first() == Some(&first) && rest.starts_with(name);
    NAMED.iter().find(|(name, _)| begins(name)).copied()
}

fn backslash(text: &[u8], at: usize) -> Option<Unit> {
    let rest = text.get(at..)?;
    let count = rest.iter().take(MOST_BACKSLASHES).take_while(|b| **b == b'\\').count();
    let rest = rest.get(count..)?;
    match rest {
        [b'u', b'{', digits @ ..] => {
            let (value, n) = number(digits, 16, 6);
            let whole = n > 0 && digits.get(n) == Some(&b'}');
            whole.then(|| Unit::escaped(value, count + n + 3))
        }
        [b'u', digits @ ..] => exactly(digits, 4).map(|value| Unit::escaped(value, count + 5)),
        [b'x', digits @ ..] => exactly(digits, 2).map(|value| Unit::escaped(value, count + 3)),
        [b'"' | b'\'' | b'`' | b'\\', ..] => None,
        [byte, ..] if byte.is_ascii_punctuation() => {
            Some(Unit::escaped(u32::from(*byte), count + 1))
        }
        _ => None,
    }
}

fn exactly(digits: &[u8], count: usize) -> Option<u32> {
    let (value, found) = number(digits, 16, count);
    (found == count).then_some(value)
}

/// The number that up to `most` digits write, and how many there are.
fn number(digits: &[u8], radix: u32, most: usize) -> (u32, usize) {
    let value = |b: &u8| hex(b).map(u32::from).filter(|digit| *digit < radix);
    digits
        .iter()
        .take(most)
        .map_while(value)
        .fold((0, 0), |(sum, n), digit| (sum * radix + digit, n + 1))
}

/// A byte that is percent-encoded `depth` times at `at`, and how many bytes of the text write it. What is encoded less often
/// is taken as well.
pub(crate) fn percent(text: &[u8], at: usize, depth: u8) -> Option<(u8, usize)> {
    let mut end = at + 1;
    let mut byte = b'%';
    for _ in 0..depth {
        if byte != b'%' {
            break;
        }
        let (high, low) = (text.get(end).and_then(hex)?, text.get(end + 1).and_then(hex)?);
        byte = high << 4 | low;
        end += 2;
    }
    Some((byte, end - at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(char, usize)> {
        let unit = unit(text.as_bytes(), 0)?;
        Some((char::from_u32(unit.value)?, unit.len))
    }

    #[test]
    fn a_character_is_read_out_of_every_escape() {
        for text in
            ["&", "&amp;", "&#38;", "&#x26;", "&#X26;", "&amp;amp;", r"\u0026", r"\x26", "^&"]
        {
            assert_eq!(read(text), Some(('&', text.len())), "{text}");
        }
        for text in ["/", r"\/", r"\\/", "&sol;", "&#47;", r"\u002F", r"\u{2f}", r"\\u002f"] {
            assert_eq!(read(text), Some(('/', text.len())), "{text}");
        }
        for text in ["&rdquo;", "&#8221;", "&#x201d;", "&amp;rdquo;"] {
            assert_eq!(read(text), Some(('\u{201d}', text.len())), "{text}");
        }
        assert_eq!(read("\u{e9}t"), Some(('\u{e9}', 2)));
    }

    #[test]
    fn what_only_looks_like_an_escape_is_taken_as_it_stands() {
        for text in ["&am;", "&#;", "&#x;", "&#38", "&:email="] {
            assert_eq!(read(text), Some(('&', 1)), "{text}");
        }
    }

    #[test]
    fn a_line_end_or_a_quote_behind_a_backslash_is_the_end() {
        for text in [r"\n", r#"\""#, r"\'", r"\", "\\\n", r"\u00", "\\\\\\\\\\\\\\\\\\\\"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_letter_is_read_out_of_escapes_within_escapes() {
        for text in ["s", "%73", "%2573", "%252573", r"\u0073", "&#115;", r"\u002573", "&#37;73"] {
            let read = letter(text.as_bytes(), 0).map(|unit| (unit.value, unit.len));
            assert_eq!(read, Some((u32::from(b's'), text.len())), "{text}");
        }
        for text in ["%", "%7", r"\", "%%73"] {
            let read = letter(text.as_bytes(), 0).map(|unit| (unit.value, unit.len));
            assert_eq!(read, Some((u32::from(text.as_bytes()[0]), 1)), "{text}");
        }
    }

    #[test]
    fn percent_encoding_is_taken_off_as_often_as_it_was_put_on() {
        assert_eq!(percent(b"%3A", 0, 1), Some((b':', 3)));
        assert_eq!(percent(b"%253A", 0, 1), Some((b'%', 3)));
        assert_eq!(percent(b"%253A", 0, 2), Some((b':', 5)));
        assert_eq!(percent(b"%3A", 0, 2), Some((b':', 3)));
        assert_eq!(percent(b"%3", 0, 1), None);
        assert_eq!(percent(b"%25x", 0, 2), None);
    }
}
