//! What the values of single parameters mean: times, lengths, teams, attributes, e-mail addresses.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};

use super::claims::MAX_LIFETIME;

/// From here on a time is in milliseconds: as seconds it would be the year 5138.
pub const MILLISECONDS_FROM: u64 = 100_000_000_000;

/// The value of `:time`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// Seconds, a fraction cut off.
    Seconds(u64),
    /// Milliseconds: Sigma answers "Invalid time".
    Milliseconds(u64),
}

impl Time {
    /// As whole seconds since 1970, whatever it was written in.
    pub fn seconds(self) -> u64 {
        match self {
            Self::Seconds(seconds) => seconds,
            Self::Milliseconds(milliseconds) => milliseconds / 1000,
        }
    }
}

/// Reads `:time`; `None` if it is no number or a negative one.
pub fn time(value: &[u8]) -> Option<Time> {
    let number = number(value)?;
    Some(if number < MILLISECONDS_FROM {
        Time::Seconds(number)
    } else {
        Time::Milliseconds(number)
    })
}

/// Seconds a session lives if nothing says how long.
pub const DEFAULT_LIFETIME: u64 = 3600;

/// The value of `:session_length`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// Within what Sigma allows.
    Seconds(u64),
    /// Over 30 days: clamped to that.
    TooLong,
}

impl Lifetime {
    /// In seconds, at most 30 days.
    pub fn seconds(self) -> u64 {
        match self {
            Self::Seconds(seconds) => seconds,
            Self::TooLong => MAX_LIFETIME,
        }
    }
}

/// Reads `:session_length`; `None` if it is no number, zero or negative.
pub fn lifetime(value: &[u8]) -> Option<Lifetime> {
    match number(value)? {
        0 => None,
        seconds if seconds <= MAX_LIFETIME => Some(Lifetime::Seconds(seconds)),
        _ => Some(Lifetime::TooLong),
    }
}

/// A number that is not negative: digits, as long as they like, or a decimal as other languages print one.
fn number(value: &[u8]) -> Option<u64> {
    let digit = |n: u64, b: &u8| {
        let digit = b.wrapping_sub(b'0');
        (digit < 10).then(|| n.saturating_mul(10).saturating_add(u64::from(digit)))
    };
    if let Some(number) = value.iter().try_fold(0, digit).filter(|_| !value.is_empty()) {
        return Some(number);
    }
    let text = std::str::from_utf8(value).ok()?;
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number: f64 = text.parse().ok().filter(|n: &f64| n.is_finite())?;
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates; not negative"
    )]
    Some(number as u64)
}

/// Why teams or attributes cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The decoded bytes are not UTF-8.
    NotUtf8,
    /// It begins like JSON and is none, or of another shape.
    NotTexts,
    /// The attribute has no name.
    NoName,
    /// One name has two values.
    Repeated,
}

/// The teams of a user, as they were written.
#[derive(Clone, Debug)]
pub enum Teams<'a> {
    /// Names separated by commas, with white space around them and empty ones between them.
    Separated(&'a str),
    /// A JSON array of names.
    Array(Vec<String>),
}

impl Teams<'_> {
    /// The names, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let (separated, array) = match self {
            Self::Separated(text) => (*text, &[][..]),
            Self::Array(names) => ("", &**names),
        };
        let separated = separated.split(',').map(|name| name.trim_matches(' '));
        separated.filter(|name| !name.is_empty()).chain(array.iter().map(String::as_str))
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

impl Default for Teams<'_> {
    fn default() -> Self {
        Self::Separated("")
    }
}

impl PartialEq for Teams<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// Reads the decoded value of `:external_user_team` or `:teams`: names separated by `,`, or a JSON array of them.
pub fn teams(value: &[u8]) -> Result<Teams<'_>, Shape> {
    let text = str::from_utf8(value).map_err(|_| Shape::NotUtf8)?;
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text).map(Teams::Array).map_err(|_| Shape::NotTexts);
    }
    Ok(Teams::Separated(text))
}

/// Reads the decoded value of `:user_attributes`: a JSON object of texts, in its order.
pub fn attributes(value: &[u8]) -> Result<Vec<(String, String)>, Shape> {
    let text = str::from_utf8(value).map_err(|_| Shape::NotUtf8)?;
    let mut json = serde_json::Deserializer::from_str(text);
    let pairs = json.deserialize_map(Pairs).map_err(|_| Shape::NotTexts)?;
    json.end().map_err(|_| Shape::NotTexts)?;
    let mut once: Vec<(String, String)> = Vec::with_capacity(pairs.len());
    let mut at = HashMap::new();
    for (name, value) in pairs {
        if name.is_empty() {
            return Err(Shape::NoName);
        }
        match at.entry(name.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(value.clone());
                once.push((name, value));
            }
            Entry::Occupied(entry) if *entry.get() == value => {}
            Entry::Occupied(_) => return Err(Shape::Repeated),
        }
    }
    Ok(once)
}

/// Reads an object in its order, with every repetition of a key.
struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(String, String)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object whose values are strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}

/// A boolean, whatever its case: Sigma's own signers write `False` too.
pub fn boolean(value: &[u8]) -> Option<bool> {
    if value.eq_ignore_ascii_case(b"true") {
        Some(true)
    } else if value.eq_ignore_ascii_case(b"false") {
        Some(false)
    } else {
        None
    }
}

/// The menu position that a value of `:show_footer` stands for: anything but `false` showed the footer.
pub fn footer_position(value: &[u8]) -> &'static str {
    if boolean(value) == Some(false) { "none" } else { "bottom" }
}

/// What Sigma will make of an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Email {
    /// Nothing speaks against it.
    Fine,
    /// Characters in the local part that Sigma's documentation calls unsupported, though such addresses are common.
    DoubtfulUser,
    /// An underscore in the domain: unsupported too, though Sigma's own quickstarts have one.
    DoubtfulDomain,
    /// Refused, and why.
    Invalid(&'static str),
}

/// What Sigma will make of an address: a local part, `@`, a domain by RFC 1035 (letters, digits, hyphens).
pub fn email(text: &str) -> Email {
    let of_text = classes(text.as_bytes());
    let is_ascii = of_text & BEYOND_ASCII == 0;
    if of_text & BLANK != 0
        || (!is_ascii && text.chars().any(|c| c.is_whitespace() || c.is_control()))
    {
        return Email::Invalid("white space");
    }
    let text = text.as_bytes();
    let Some(at) = memchr::memchr(b'@', text) else {
        return Email::Invalid("no `@`");
    };
    let (local, domain) =
        (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
    if local.is_empty() {
        return Email::Invalid("nothing before the `@`");
    }
    if domain.contains(&b'@') {
        return Email::Invalid("more than one `@`");
    }
    if classes(local) & QUOTED != 0 {
        return Email::Invalid("a character before the `@` that would have to be quoted");
    }
    if domain.is_empty() || domain.len() > 253 {
        return Email::Invalid("no domain behind the `@`, or one of more than 253 characters");
    }
    for label in domain.split(|&b| b == b'.') {
        let (Some(first), Some(last)) = (label.first(), label.last()) else {
            return Email::Invalid("an empty or overlong part in the domain");
        };
        if label.len() > 63 {
            return Email::Invalid("an empty or overlong part in the domain");
        }
        if classes(label) & !(PLAIN | UNDERSCORE) != 0 {
            return Email::Invalid(
                "a character in the domain that is not a letter, digit or hyphen",
            );
        }
        if *first == b'-' || *last == b'-' {
            return Email::Invalid("a part of the domain that begins or ends with a hyphen");
        }
    }
    if classes(domain) & UNDERSCORE != 0 {
        Email::DoubtfulDomain
    } else if of_text & UNDERSCORE != 0 || !is_ascii {
        Email::DoubtfulUser
    } else {
        Email::Fine
    }
}

/// The classes of the bytes of addresses.
const PLAIN: u8 = 1;
const UNDERSCORE: u8 = 2;
const BLANK: u8 = 4;
const QUOTED: u8 = 8;
const BEYOND_ASCII: u8 = 16;
const OTHER: u8 = 32;

/// The class of every byte: an address is looked at a few times, and a look at the table is cheaper than comparisons.
static CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        #[allow(clippy::cast_possible_truncation, reason = "below 256")]
        let class = match byte as u8 {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' => PLAIN,
            b'_' => UNDERSCORE,
            // Of ASCII, white space and control characters are just these.
            0..=b' ' | 0x7f => BLANK,
            b'<' | b'>' | b'(' | b')' | b'[' | b']' | b'\\' | b',' | b';' | b':' | b'"' => QUOTED,
            0x80.. => BEYOND_ASCII,
            _ => OTHER,
        };
        classes[byte] = class;
        byte += 1;
    }
    classes
};

/// The classes that are among the bytes.
fn classes(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |all, byte| all | CLASSES[usize::from(*byte)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::escape::{Plus, decode};

    #[test]
    fn times_are_seconds_whole_or_decimal() {
        for (text, expected) in [
            ("1729785600", Some(Time::Seconds(1_729_785_600))),
            ("1724108453.123", Some(Time::Seconds(1_724_108_453))),
            ("1.7297856E9", Some(Time::Seconds(1_729_785_600))),
            ("1729785600000", Some(Time::Milliseconds(1_729_785_600_000))),
            ("99999999999999999999", Some(Time::Milliseconds(u64::MAX))),
            ("0", Some(Time::Seconds(0))),
            ("abc", None),
            ("-1", None),
            ("", None),
            ("inf", None),
            ("NaN", None),
            ("1e999", None),
            ("12abc", None),
            (" 12", None),
        ] {
            assert_eq!(time(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(Time::Milliseconds(1_729_785_600_999).seconds(), 1_729_785_600);
    }

    #[test]
    fn a_lifetime_is_positive_and_at_most_thirty_days() {
        for (text, expected) in [
            ("3600", Some(3600)),
            ("600.9", Some(600)),
            ("2592000", Some(2_592_000)),
            ("2592001", Some(2_592_000)),
            ("99999999999999999999", Some(2_592_000)),
            ("0", None),
            ("0.5", None),
            ("-1", None),
            ("abc", None),
            ("1h", None),
        ] {
            assert_eq!(lifetime(text.as_bytes()).map(Lifetime::seconds), expected, "{text}");
        }
        assert_eq!(lifetime(b"2592001"), Some(Lifetime::TooLong));
    }

    #[test]
    fn teams_are_split_at_commas_of_either_spelling() {
        let read = |raw: &str| {
            teams(&decode(raw.as_bytes(), Plus::Space))
                .map(|names| names.iter().collect::<Vec<_>>().join("|"))
        };
        assert_eq!(read("Client_A"), Ok("Client_A".into()));
        assert_eq!(
            read("Embedded%20Users,EmbeddingTown"),
            Ok("Embedded Users|EmbeddingTown".into())
        );
        assert_eq!(read("Team%20A%2CTeam+B"), Ok("Team A|Team B".into()));
        assert_eq!(read("A,,%20B%20,"), Ok("A|B".into()));
        assert_eq!(read("%5B%22A%2C1%22,%22B%22%5D"), Ok("A,1|B".into()));
        assert_eq!(read(""), Ok(String::new()));
        assert_eq!(read("[1]"), Err(Shape::NotTexts));
        assert_eq!(read("[\"a\""), Err(Shape::NotTexts));
        assert_eq!(read("%FF"), Err(Shape::NotUtf8));
    }

    #[test]
    fn attributes_are_an_object_of_texts() {
        let read = |raw: &str| attributes(&decode(raw.as_bytes(), Plus::Space));
        assert_eq!(
            read("%7B%22b%22:%22West,Midwest%22,%22a%22:%22%22%7D"),
            Ok(vec![("b".into(), "West,Midwest".into()), ("a".into(), String::new())])
        );
        for bad in ["[]", "{\"a\":1}", "{\"a\":null}", "{", "x", "{} {}", "{\"a\":{\"b\":\"c\"}}"] {
            assert_eq!(read(bad), Err(Shape::NotTexts), "{bad}");
        }
        assert_eq!(read("{\"\":\"x\"}"), Err(Shape::NoName));
        assert_eq!(read("{\"a\":\"x\",\"a\":\"x\"}"), Ok(vec![("a".into(), "x".into())]));
        assert_eq!(read("{\"a\":\"x\",\"a\":\"y\"}"), Err(Shape::Repeated));
    }

    #[test]
    fn addresses_are_judged_as_the_documentation_says() {
        for fine in ["ann@example.com", "ann+embed@mail.example", "a.b@localhost", "x@1.example"] {
            assert_eq!(email(fine), Email::Fine, "{fine}");
        }
        for doubtful in ["client_a@client-a.example", "j\u{f6}rg@example.com"] {
            assert_eq!(email(doubtful), Email::DoubtfulUser, "{doubtful}");
        }
        for doubtful in ["client_a@client_a.com", "ann@exa_mple.com"] {
            assert_eq!(email(doubtful), Email::DoubtfulDomain, "{doubtful}");
        }
        for bad in [
            "",
            "ann",
            "@example.com",
            "ann@",
            "a b@example.com",
            "ann@_x-.example",
            "a@b@c.example",
            "ann@-x.example",
            "ann@x-.example",
            "ann@x..example",
            "ann@ex\u{e4}mple.com",
            "a,b@c.example",
            "ann@.example",
            "Ann <ann@example.com>",
        ] {
            assert!(matches!(email(bad), Email::Invalid(_)), "{bad}");
        }
    }
}
