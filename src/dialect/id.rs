//! The ids in Sigma's URLs: base62 (`1-7CbV…`) on one side, UUIDs on the other.
//!
//! Source: reference, section 1: alphabet `0-9a-zA-Z`, most significant digit first, the number a version-4 UUID.

use std::borrow::Cow;

use uuid::Uuid;

const ALPHABET: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The value of every digit; 255 for what is none.
static DIGITS: [u8; 256] = {
    let mut digits = [u8::MAX; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        #[allow(clippy::cast_possible_truncation, reason = "below 62")]
        {
            digits[ALPHABET[value] as usize] = value as u8;
        }
        value += 1;
    }
    digits
};

/// The most digits a 128-bit number needs in base 62.
const MAX_DIGITS: usize = 22;

/// The URL form of a UUID: base62, leading zeros not written.
pub fn to_base62(uuid: Uuid) -> String {
    let mut digits = [0u8; MAX_DIGITS];
    let mut start = MAX_DIGITS;
    let mut rest = uuid.as_u128();
    while start > 0 {
        start -= 1;
        if let (Some(slot), Some(&digit)) =
            (digits.get_mut(start), ALPHABET.get((rest % 62) as usize))
        {
            *slot = digit;
        }
        rest /= 62;
        if rest == 0 {
            break;
        }
    }
    digits.iter().skip(start).map(|&b| char::from(b)).collect()
}

/// The number that up to 22 base62 digits write, or `None` for another character, no digit, or more than 128 bits.
///
/// Leading zeros are accepted: older embed URLs carry them.
pub fn from_base62(text: &[u8]) -> Option<Uuid> {
    if text.is_empty() || text.len() > MAX_DIGITS {
        return None;
    }
    // Ten digits at a time fit into 64 bits, whose arithmetic costs a fraction of that of 128.
    let mut number: u128 = 0;
    for chunk in text.chunks(10) {
        let (mut part, mut scale) = (0u64, 1u64);
        for &byte in chunk {
            let digit = DIGITS[byte as usize];
            if digit >= 62 {
                return None;
            }
            part = part * 62 + u64::from(digit);
            scale *= 62;
        }
        number = number.checked_mul(u128::from(scale))?.checked_add(u128::from(part))?;
    }
    Some(Uuid::from_u128(number))
}

/// Whether `uuid` can be one that Sigma gave out: version 4, RFC variant. Ids made up for documentation are not.
pub fn is_real(uuid: Uuid) -> bool {
    uuid.get_version_num() == 4 && matches!(uuid.get_variant(), uuid::Variant::RFC4122)
}

/// The UUID behind an embed id as it stands in a path (`1-7CbV…` or the older `7CbV…`), if it is a real one.
pub fn embed_uuid(text: &[u8]) -> Option<Uuid> {
    let digits = text.strip_prefix(b"1-").unwrap_or(text);
    from_base62(digits).filter(|uuid| is_real(*uuid))
}

/// What a table of ids is looked up by, so that a UUID, `1-<base62>` and bare base62 of one object are equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdKey<'a> {
    /// A real id, however it was written.
    Uuid(Uuid),
    /// Anything else, byte for byte: a placeholder, a template placeholder.
    Text(Cow<'a, [u8]>),
}

impl IdKey<'_> {
    /// The key of an id given as a UUID (with or without hyphens) or as it stands in a URL.
    pub fn of(text: &[u8]) -> IdKey<'_> {
        match embed_uuid(text).or_else(|| Uuid::try_parse_ascii(text).ok()) {
            Some(uuid) => IdKey::Uuid(uuid),
            None => IdKey::Text(Cow::Borrowed(text)),
        }
    }

    /// The same key, free of the text it was read from.
    pub fn into_owned(self) -> IdKey<'static> {
        match self {
            IdKey::Uuid(uuid) => IdKey::Uuid(uuid),
            IdKey::Text(text) => IdKey::Text(Cow::Owned(text.into_owned())),
        }
    }
}

/// A workbook id in the form a URL takes: bare base62 for a UUID, a URL id or `<Name>-<urlId>`; anything else as it came.
pub fn workbook_url_id(text: &str) -> String {
    if let Ok(uuid) = Uuid::try_parse(text) {
        return to_base62(uuid);
    }
    let last = text.rsplit('-').next().unwrap_or(text);
    match from_base62(last.as_bytes()) {
        Some(uuid) if is_real(uuid) => last.to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pairs as Sigma's own API and logs print them.
    const PAIRS: &str = include_str!("../../fixtures/real/pairs.csv");

    #[test]
    fn every_known_pair_converts_both_ways() {
        let mut seen = 0;
        for line in PAIRS.lines().skip(1) {
            let mut cells = line.split(',').skip(1);
            let (Some(uuid), Some(url_id)) = (cells.next(), cells.next()) else {
                panic!("not a pair: {line}");
            };
            let uuid: Uuid = uuid.parse().unwrap();
            assert_eq!(to_base62(uuid), url_id);
            assert_eq!(from_base62(url_id.as_bytes()), Some(uuid));
            assert!(is_real(uuid), "{url_id}");
            seen += 1;
        }
        assert_eq!(seen, 10);
    }

    #[test]
    fn an_embed_id_has_one_key_in_all_its_spellings() {
        let key = IdKey::of(b"fa3cecb4-a9b5-4d81-9bcf-1bea81678fec");
        assert_eq!(key, IdKey::of(b"1-7CbVjjUMMTKQpYa2E7NwkI"));
        assert_eq!(key, IdKey::of(b"7CbVjjUMMTKQpYa2E7NwkI"));
        assert_eq!(key, IdKey::of(b"FA3CECB4A9B54D819BCF1BEA81678FEC"));
    }

    #[test]
    fn ids_of_the_documentation_are_placeholders() {
        for text in [
            "1-1abCDEFG2hIjKLMnopqrST",
            "<embedId>",
            "${id}",
            "",
            "1-",
            "abc",
            "1-7CbV jUMMTKQpYa2E7NwkI",
        ] {
            assert_eq!(embed_uuid(text.as_bytes()), None, "{text}");
        }
    }

    /// RFC 9562: the version is the 13th hexadecimal digit, the variant the 17th.
    #[test]
    fn only_uuids_of_version_4_are_ids() {
        for (uuid, expected) in [
            ("fa3cecb4-a9b5-4d81-9bcf-1bea81678fec", true),
            ("fa3cecb4-a9b5-1d81-9bcf-1bea81678fec", false),
            ("fa3cecb4-a9b5-4d81-1bcf-1bea81678fec", false),
        ] {
            let url_id = to_base62(uuid.parse().unwrap());
            assert_eq!(is_real(uuid.parse().unwrap()), expected, "{uuid}");
            let named = format!("Sales-{url_id}");
            assert_eq!(workbook_url_id(&named) == url_id, expected, "{named}");
        }
    }

    #[test]
    fn numbers_over_128_bits_and_foreign_characters_are_refused() {
        assert_eq!(from_base62(b"7N42dgm5tFLK9N8MT7fHC7"), Some(Uuid::from_u128(u128::MAX)));
        assert_eq!(from_base62(b"7N42dgm5tFLK9N8MT7fHC8"), None);
        assert_eq!(from_base62(b"7CbVjjUMMTKQpYa2E7Nwk-"), None);
        assert_eq!(from_base62(b"00000000000000000000000"), None);
        assert_eq!(to_base62(Uuid::nil()), "0");
    }

    #[test]
    fn a_workbook_id_is_bare_in_a_url() {
        let bare = "r0WXMPpc0YtQCTFR7CdDK";
        assert_eq!(workbook_url_id("0e51172a-a4c0-4954-8c8c-9d854dcf4434"), bare);
        assert_eq!(workbook_url_id("Embed_API_QuickStart-r0WXMPpc0YtQCTFR7CdDK"), bare);
        assert_eq!(workbook_url_id(bare), bare);
        assert_eq!(workbook_url_id("12aBc3DEFgHiJk4lmnOPq5"), "12aBc3DEFgHiJk4lmnOPq5");
    }
}
