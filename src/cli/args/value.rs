//! Values of arguments: each that is wrong says how to write it.

use crate::dialect::claims::MAX_LIFETIME;

/// A point in time.
pub(super) fn time(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| {
        "write seconds since 1970, such as 1750000000; `date +%s` prints the current time"
            .to_owned()
    })
}

/// How long a token lives.
pub(super) fn lifetime(text: &str) -> Result<u64, String> {
    const UNITS: [(char, u64); 4] = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)];
    let unit =
        UNITS.into_iter().find_map(|(unit, length)| Some((text.strip_suffix(unit)?, length)));
    let (number, length) = unit.unwrap_or((text, 1));
    let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(length));
    seconds.filter(|seconds| (1..=MAX_LIFETIME).contains(seconds)).ok_or_else(|| {
        format!("write seconds, such as 3600, or a number with `m`, `h` or `d`: `1h`; at most {MAX_LIFETIME} seconds (`30d`)")
    })
}

/// What stands between two columns.
pub(super) fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        _ if text == "tab" || text == "\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\"\r\n".contains(byte) => {
            Ok(*byte)
        }
        _ => Err("write one character, such as `;`, or `tab`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_has_a_unit_or_is_in_seconds() {
        for (text, seconds) in
            [("1", 1), ("3600", 3600), ("90s", 90), ("15m", 900), ("1h", 3600), ("30d", 2_592_000)]
        {
            assert_eq!(lifetime(text), Ok(seconds), "{text}");
        }
        for text in
            ["", "0", "h", "1 h", "1w", "31d", "-1", "1.5h", "1\u{e9}", "99999999999999999999d"]
        {
            assert!(lifetime(text).is_err_and(|help| help.contains("`1h`")), "{text}");
        }
    }

    #[test]
    fn a_delimiter_is_one_character() {
        for (text, byte) in [(";", b';'), ("tab", b'\t'), ("\\t", b'\t'), ("|", b'|'), (",", b',')]
        {
            assert_eq!(delimiter(text), Ok(byte), "{text}");
        }
        for text in ["", "a", ";;", "\"", "\n", "\u{fc}"] {
            assert!(delimiter(text).is_err(), "{text}");
        }
    }
}
