//! One line of JSON: the field that holds the URL, the other fields, and where a decoded byte stands in the text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::text::Fields;

/// Why a line is no object, and at which byte that shows.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) reason: String,
    pub(super) at: usize,
}

/// The value of `field`, the last one if it is there twice; the whole line is checked to be one object.
pub(super) fn find<'a>(line: &'a str, field: &str) -> Result<Option<&'a RawValue>, Fault> {
    let start = line.len() - line.trim_start().len();
    match line.trim_start().bytes().next() {
        Some(b'{') => {}
        Some(b'[') => {
            return Err(Fault {
                reason: "it is an array; `jq -c '.[]'` turns a file that is one array into lines"
                    .to_owned(),
                at: start,
            });
        }
        _ => {
            return Err(Fault { reason: "it does not start with `{`".to_owned(), at: start });
        }
    }
    let mut parser = serde_json::Deserializer::from_str(line);
    FindField(field)
        .deserialize(&mut parser)
        .and_then(|value| parser.end().map(|()| value))
        .map_err(|error| fault(&error, line))
}

fn fault(error: &serde_json::Error, line: &str) -> Fault {
    if error.is_eof() {
        let reason =
            "it does not end on this line; `jq -c .` writes each object on a line of its own";
        return Fault { reason: reason.to_owned(), at: line.trim_end().len() };
    }
    let text = error.to_string();
    // The position is told by the caller, in characters of the file's line.
    let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    Fault { reason: reason.to_owned(), at: error.column().saturating_sub(1) }
}

/// The text of a JSON string; borrowed unless something in it is escaped.
pub(super) fn decode(literal: &str) -> Result<Cow<'_, str>, Fault> {
    match literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(body) if !body.contains('\\') => Ok(Cow::Borrowed(body)),
        _ => serde_json::from_str(literal).map(Cow::Owned).map_err(|error| fault(&error, literal)),
    }
}

/// What kind of JSON value a text is, with its article.
pub(super) fn kind(value: &str) -> &'static str {
    match value.bytes().next() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// Where in the raw text of a JSON string, its opening quote included, the byte `offset` of what it says stands.
///
/// `from` is as for [`cells::raw_offset`](super::cells::raw_offset).
pub(super) fn raw_offset(
    literal: &[u8],
    offset: usize,
    from: &mut Option<(usize, usize)>,
) -> usize {
    let (mut raw, mut said) = from.unwrap_or((1, 0));
    while said < offset {
        let (raw_len, said_len) = match literal.get(raw..) {
            None | Some([]) => break,
            Some([b'\\', b'u', rest @ ..]) => match hex4(rest) {
                // The first half of a pair: two escapes make one character of four bytes.
                Some(0xd800..=0xdbff) => (12, 4),
                Some(unit) => (6, char::from_u32(unit).map_or(3, char::len_utf8)),
                None => (1, 1),
            },
            Some([b'\\', _, ..]) => (2, 1),
            Some(_) => (1, 1),
        };
        if said + said_len > offset {
            break;
        }
        raw += raw_len;
        said += said_len;
    }
    *from = Some((raw, said));
    raw.min(literal.len())
}

fn hex4(text: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(text.get(..4)?).ok()?;
    u32::from_str_radix(digits, 16).ok()
}

/// All fields but `field`, in order, as they are written. Empty when the line is no object.
pub(super) fn others<'a>(line: &'a str, field: &str) -> Vec<(Cow<'a, str>, &'a RawValue)> {
    let mut fields = serde_json::from_str::<Fields<'a>>(line).map_or_else(|_| Vec::new(), |f| f.0);
    fields.retain(|(name, _)| name != field);
    fields
}

/// Finds one field of an object without allocating for the others.
struct FindField<'f>(&'f str);

impl<'de> DeserializeSeed<'de> for FindField<'_> {
    type Value = Option<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FindField<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(is_field) = map.next_key_seed(IsField(self.0))? {
            if is_field {
                found = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// Compares a key, escaped or not, without keeping it.
struct IsField<'f>(&'f str);

impl<'de> DeserializeSeed<'de> for IsField<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for IsField<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<bool, E> {
        Ok(key == self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decoded_byte_is_found_again_in_the_escaped_text() {
        // `a&b/é😀"c`, written with every kind of escape.
        let literal = r#""a\u0026b\/\u00e9\ud83d\ude00\"c""#;
        assert_eq!(decode(literal).unwrap(), "a&b/é😀\"c");
        for (offset, raw) in [(0, 1), (1, 2), (2, 8), (3, 9), (4, 11), (6, 17), (10, 29), (11, 31)]
        {
            assert_eq!(raw_offset(literal.as_bytes(), offset, &mut None), raw, "byte {offset}");
        }
        assert_eq!(
            raw_offset(literal.as_bytes(), 12, &mut None),
            literal.len() - 1,
            "the closing quote"
        );
    }

    #[test]
    fn the_last_of_two_equal_keys_wins_and_keys_may_be_escaped() {
        let found = find(r#"{"url":"a","x":{"url":1},"\u0075rl":"b"}"#, "url").unwrap().unwrap();
        assert_eq!(found.get(), r#""b""#);
        assert!(find("{}", "url").unwrap().is_none());
    }

    #[test]
    fn the_fault_says_what_is_wrong_and_where() {
        for (line, at, says) in [
            ("[{\"url\":\"a\"},", 0, "jq -c '.[]'"),
            ("  https://x", 2, "start with"),
            ("{\"url\": \"a\"", 11, "jq -c ."),
            ("{\"url\": a}", 8, "expected value"),
            ("{} {}", 3, "trailing characters"),
        ] {
            let fault = find(line, "url").unwrap_err();
            assert_eq!(fault.at, at, "{line}: {}", fault.reason);
            assert!(fault.reason.contains(says), "{line}: {}", fault.reason);
        }
    }
}
