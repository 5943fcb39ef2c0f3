//! Percent-encoding as Sigma's signers use it.

use std::borrow::Cow;

/// What a literal `+` in a value means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plus {
    /// A space, as form encoding writes it.
    Space,
    /// A plus sign: in an e-mail address (`ann+embed@…`) and in base64.
    Literal,
}

/// Decodes `%XX` and, if asked, `+`. A `%` without two hex digits stays as it is: the rules report it.
pub fn decode(raw: &[u8], plus: Plus) -> Cow<'_, [u8]> {
    let special = |b: &u8| *b == b'%' || (*b == b'+' && plus == Plus::Space);
    let Some(first) = raw.iter().position(special) else {
        return Cow::Borrowed(raw);
    };
    let (clean, rest) = raw.split_at(first);
    let mut out = Vec::with_capacity(raw.len());
    out.extend_from_slice(clean);
    append_decoded(rest, plus, &mut out);
    Cow::Owned(out)
}

/// Appends what [`decode`] makes of it.
pub fn append_decoded(mut rest: &[u8], plus: Plus, out: &mut Vec<u8>) {
    out.reserve(rest.len());
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            b'+' if plus == Plus::Space => out.push(b' '),
            b'%' => match (tail.first().and_then(hex), tail.get(1).and_then(hex)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    rest = tail.get(2..).unwrap_or_default();
                }
                _ => out.push(b'%'),
            },
            _ => out.push(byte),
        }
    }
}

/// Offset of the first `%` that is not followed by two hex digits.
pub fn broken_escape(raw: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'%', raw).find(|&at| !is_escape(raw.get(at..).unwrap_or_default()))
}

/// Whether the bytes begin with a `%` and two hex digits, of which the caller has seen the `%`.
pub fn is_escape(raw: &[u8]) -> bool {
    matches!(raw, [_, high, low, ..] if hex(high).is_some() && hex(low).is_some())
}

/// The value of a hex digit of either case.
pub fn hex(byte: &u8) -> Option<u8> {
    let digit = HEX[*byte as usize];
    (digit < 16).then_some(digit)
}

/// The value of every hex digit; 255 for any other byte.
static HEX: [u8; 256] = {
    let mut digits = [u8::MAX; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value as usize] as usize] = value;
        digits[b"0123456789ABCDEF"[value as usize] as usize] = value;
        value += 1;
    }
    digits
};

/// Bytes as lower-case hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value & 0xf)]);
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(digit(byte >> 4));
        out.push(digit(*byte));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_is_written_as_it_is_read() {
        assert_eq!(hexadecimal(&[0x00, 0x0f, 0xa5, 0xff]), "000fa5ff");
        for digit in 0..16 {
            assert_eq!(hex(&hexadecimal(&[digit]).as_bytes()[1]), Some(digit));
        }
    }

    #[test]
    fn a_plus_is_a_space_only_where_asked() {
        assert_eq!(*decode(b"a+b%2Bc%20d", Plus::Space), *b"a b+c d");
        assert_eq!(*decode(b"a+b%2Bc%20d", Plus::Literal), *b"a+b+c d");
    }

    #[test]
    fn a_broken_escape_is_left_as_it_is() {
        for raw in ["%", "100%", "%G0", "%0", "%%", "%2"] {
            assert_eq!(*decode(raw.as_bytes(), Plus::Space), *raw.as_bytes());
            assert!(broken_escape(raw.as_bytes()).is_some(), "{raw}");
        }
        assert_eq!(broken_escape(b"%41%zz%"), Some(3));
        assert_eq!(broken_escape(b"a%2Cb%ff"), None);
        assert_eq!(*decode(b"%%41", Plus::Space), *b"%A");
    }
}
