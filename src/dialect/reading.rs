//! Reading the tokens of the new dialect, whatever is in them, and verifying their signature.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::claims::Part;
use super::key::HmacKey;
use super::values::MILLISECONDS_FROM;

/// The longest token that is read, in bytes. Servers refuse a URL of this length long before.
const LONGEST: usize = 1 << 20;

/// The code of HS256 as text: no token is shorter.
const SIGNATURE: usize = 43;

/// What stands where a token belongs.
#[derive(Debug)]
pub enum Reading {
    /// Nothing yet: a template's placeholder, or a word that stands for a token.
    Placeholder,
    /// No token.
    Broken(Broken),
    /// A token.
    Token(Box<Token>),
}

/// A token's content. The signature is not judged by reading.
#[derive(Debug)]
pub struct Token {
    /// The header, in its order.
    pub header: Map<String, Value>,
    /// The claims, in their order.
    pub claims: Map<String, Value>,
}

/// A time in a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    /// Seconds since 1970.
    pub seconds: u64,
    /// Whether it is written in milliseconds: Sigma answers "Invalid time".
    pub milliseconds: bool,
}

/// Why a text is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// There is nothing.
    Empty,
    /// Over a megabyte.
    TooLong,
    /// Not three parts; the number there is.
    Parts(usize),
    /// A part is not base64url.
    Base64(&'static str),
    /// A part is no JSON.
    Json(Part),
    /// A part is JSON, but no object.
    NotObject(Part),
    /// One name stands twice in an object: which of the values counts is anyone's guess.
    Repeated(Part, String),
}

impl Part {
    /// Its name for a person.
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Payload => "payload",
        }
    }
}

impl Reading {
    /// Reads a decoded value. `whole` says that it is meant to be a token: then only a template's placeholder is none.
    pub fn of(text: &[u8], whole: bool) -> Self {
        if begins_placeholder(text) || (!whole && is_stand_in(text)) {
            return Self::Placeholder;
        }
        match Token::read(text) {
            Ok(token) => Self::Token(Box::new(token)),
            Err(broken) => Self::Broken(broken),
        }
    }

    /// The token, if it is one.
    pub fn token(&self) -> Option<&Token> {
        match self {
            Self::Token(token) => Some(token),
            Self::Placeholder | Self::Broken(_) => None,
        }
    }
}

/// Whether something is yet to be filled in: `${token}`, `{{ token }}`, `<token>`, `$(token)`, `%s`; or was cut out, `eyJ...`.
/// No single changed byte makes a token one of these.
fn begins_placeholder(text: &[u8]) -> bool {
    let pair = |open: u8, close: u8| {
        memchr::memchr(open, text).is_some_and(|at| {
            text.get(at + 1..).is_some_and(|rest| memchr::memchr(close, rest).is_some())
        })
    };
    let has = |part: &[u8]| memchr::memmem::find(text, part).is_some();
    [(b'{', b'}'), (b'<', b'>'), (b'(', b')'), (b'[', b']')].iter().any(|(a, b)| pair(*a, *b))
        || has(b"...")
        || has("\u{2026}".as_bytes())
        || has(b"***")
        || matches!(text, b"%s" | b"%v" | b"%@" | b"$")
        || (text.len() < SIGNATURE && text.starts_with(b"$"))
}

/// Whether a short word stands for a token in an example: nothing, `TOKEN`, `your-token`, `xxx.yyy.zzz`.
fn is_stand_in(text: &[u8]) -> bool {
    if text.is_empty() {
        return true;
    }
    if text.len() >= SIGNATURE || text.starts_with(b"eyJ") {
        return false;
    }
    let one_letter = |part: &[u8]| match part {
        [first, rest @ ..] => rest.len() >= 2 && rest.iter().all(|byte| byte == first),
        [] => false,
    };
    let word = text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte));
    let lower = text.to_ascii_lowercase();
    let names_one = lower.ends_with(b"token") || lower.ends_with(b"jwt");
    (word && (names_one || !text.iter().any(u8::is_ascii_lowercase)))
        || text.split(|byte| *byte == b'.').all(one_letter)
}

impl Token {
    /// Reads header and claims.
    pub fn read(text: &[u8]) -> Result<Self, Broken> {
        if text.is_empty() {
            return Err(Broken::Empty);
        }
        if text.len() > LONGEST {
            return Err(Broken::TooLong);
        }
        let mut parts = text.split(|byte| *byte == b'.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Broken::Parts(memchr::memchr_iter(b'.', text).count() + 1));
        };
        let token =
            Self { header: object(header, Part::Header)?, claims: object(payload, Part::Payload)? };
        match URL_SAFE_NO_PAD.decode(signature) {
            Ok(_) => Ok(token),
            Err(_) => Err(Broken::Base64("signature")),
        }
    }

    /// A claim as a time: in seconds since 1970, whatever it is written in. `None` if it is no time.
    pub fn time(&self, claim: &str) -> Option<Time> {
        let number = self.claims.get(claim)?;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates; not negative"
        )]
        let whole = |number: f64| (number >= 0.0).then_some(number as u64);
        let number = number.as_u64().or_else(|| number.as_f64().and_then(whole))?;
        let milliseconds = number >= MILLISECONDS_FROM;
        Some(Time { seconds: if milliseconds { number / 1000 } else { number }, milliseconds })
    }

    /// The part of this name.
    pub fn part(&self, part: Part) -> &Map<String, Value> {
        match part {
            Part::Header => &self.header,
            Part::Payload => &self.claims,
        }
    }
}

/// Whether a text ends in the signature of what stands before its last dot, in constant time. It need not be a token
/// otherwise.
pub fn verify(text: &[u8], key: &HmacKey) -> bool {
    let Some(dot) = memchr::memrchr(b'.', text) else { return false };
    let (message, signature) = text.split_at(dot);
    let signature = signature.get(1..).unwrap_or_default();
    // The code has one length: what is longer need not be decoded.
    signature.len() == SIGNATURE
        && URL_SAFE_NO_PAD.decode(signature).is_ok_and(|code| key.has_code(message, &code))
}

fn object(base64: &[u8], part: Part) -> Result<Map<String, Value>, Broken> {
    let json = URL_SAFE_NO_PAD.decode(base64).map_err(|_| Broken::Base64(part.name()))?;
    let mut repeated = None;
    // The recursion of serde_json is bounded, and with it that of `Once`.
    let mut reader = serde_json::Deserializer::from_slice(&json);
    let value = Once { repeated: &mut repeated }.deserialize(&mut reader).and_then(|value| {
        reader.end()?;
        Ok(value)
    });
    match (value, repeated) {
        (Err(_), _) => Err(Broken::Json(part)),
        (Ok(_), Some(name)) => Err(Broken::Repeated(part, name)),
        (Ok(Value::Object(map)), None) => Ok(map),
        (Ok(_), None) => Err(Broken::NotObject(part)),
    }
}

/// Reads JSON as a value, and notes the first name that stands twice in one object.
struct Once<'r> {
    repeated: &'r mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Once<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(Once { repeated: &mut *self.repeated })? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let value = access.next_value_seed(Once { repeated: &mut *self.repeated })?;
            if map.contains_key(&name) {
                self.repeated.get_or_insert(name);
            } else {
                map.insert(name, value);
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::secret::Secret;

    /// Made by Node's `jsonwebtoken` 9 with the secret `demo-embed-secret`.
    const NODE_TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImNpZCJ9.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJpc3MiOiJjaWQiLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJ0ZWFtcyI6WyJBIFwiQlwiIiwiw5wiXX0.e2Wyb-DEJmuY_ezfTtl7Qrg-TDA8XG35Za-FcaK28Kc";

    fn key(secret: &str) -> HmacKey {
        HmacKey::new(&Secret::new(secret.into()).unwrap())
    }

    fn encode(json: &str) -> String {
        URL_SAFE_NO_PAD.encode(json)
    }

    fn broken(payload: &str) -> Broken {
        Token::read(format!("{}.{}.AA", encode("{}"), encode(payload)).as_bytes()).unwrap_err()
    }

    #[test]
    fn a_token_of_another_library_is_read_and_verified() {
        let token = Token::read(NODE_TOKEN.as_bytes()).unwrap();
        assert_eq!(
            Value::Object(token.header),
            serde_json::json!({"alg": "HS256", "typ": "JWT", "kid": "cid"})
        );
        assert_eq!(token.claims["teams"], serde_json::json!(["A \"B\"", "\u{dc}"]));
        assert!(verify(NODE_TOKEN.as_bytes(), &key("demo-embed-secret")));
        assert!(!verify(NODE_TOKEN.as_bytes(), &key("demo-embed-secreT")));
    }

    #[test]
    fn no_changed_byte_verifies_and_none_is_taken_for_a_placeholder() {
        let key = key("demo-embed-secret");
        for at in 0..NODE_TOKEN.len() {
            for byte in [b'A', b'B', b'.', b'{', b'<', b'%', b'=', 0xff] {
                let mut text = NODE_TOKEN.as_bytes().to_vec();
                if std::mem::replace(&mut text[at], byte) != byte {
                    assert!(!verify(&text, &key), "{byte} at {at}");
                    assert!(
                        !matches!(Reading::of(&text, false), Reading::Placeholder),
                        "{byte} at {at}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_no_token_says_why() {
        for (text, why) in [
            ("", Broken::Empty),
            ("abc", Broken::Parts(1)),
            ("a.b.c.d.e", Broken::Parts(5)),
            ("a.b.c", Broken::Base64("header")),
            ("e30.e+30.", Broken::Base64("payload")),
            ("e30.e30.=", Broken::Base64("signature")),
            ("e30=.e30.", Broken::Base64("header")),
            ("AAAA.e30.", Broken::Json(Part::Header)),
            ("e30.MQ.", Broken::NotObject(Part::Payload)),
        ] {
            assert_eq!(Token::read(text.as_bytes()).unwrap_err(), why, "{text}");
        }
        assert_eq!(Token::read(&vec![b'.'; LONGEST + 1]).unwrap_err(), Broken::TooLong);
        assert_eq!(broken(r#"{"sub":1}}"#), Broken::Json(Part::Payload));
        assert_eq!(
            broken(r#"{"sub":1,"a":{"sub":2},"sub":3}"#),
            Broken::Repeated(Part::Payload, "sub".into())
        );
        assert_eq!(broken(r#"{"a":[{"b":1,"b":1}]}"#), Broken::Repeated(Part::Payload, "b".into()));
    }

    #[test]
    fn a_deep_or_hostile_payload_does_not_end_the_run() {
        for deep in
            ["[".repeat(100_000), "{\"a\":".repeat(100_000), format!("[{}]", "1,".repeat(9))]
        {
            assert_eq!(broken(&deep), Broken::Json(Part::Payload));
        }
        assert_eq!(broken(r#"{"exp":1e999}"#), Broken::Json(Part::Payload));
    }

    #[test]
    fn placeholders_are_no_tokens() {
        for placeholder in [
            "${token}",
            "{{ token }}",
            "{0}",
            "<token>",
            "#{t}",
            "$TOKEN",
            "%s",
            "eyJhbGci...",
            "$(jwt)",
            "[token]",
            "eyJhbG\u{2026}",
        ] {
            assert!(
                matches!(Reading::of(placeholder.as_bytes(), true), Reading::Placeholder),
                "{placeholder}"
            );
        }
        for word in ["", "TOKEN", "your_jwt", "<jwt", "signedToken", "xxx.yyyyy.zzz"] {
            assert_eq!(
                matches!(Reading::of(word.as_bytes(), false), Reading::Placeholder),
                word != "<jwt",
                "{word}"
            );
            assert!(matches!(Reading::of(word.as_bytes(), true), Reading::Broken(_)), "{word}");
        }
        for text in ["a.b.c", "not.a.token", "eyJ.eyJ.x", NODE_TOKEN] {
            assert!(!matches!(Reading::of(text.as_bytes(), false), Reading::Placeholder), "{text}");
        }
    }

    proptest! {
        #[test]
        fn junk_is_read_without_a_panic(
            text in proptest::collection::vec(any::<u8>(), 0..80),
            json in "[\\[\\]{}:,\"a1e.\\-\\\\]{0,40}",
        ) {
            Reading::of(&text, true);
            Reading::of(&text, false);
            verify(&text, &key("s"));
            let token = format!("{}.{}.", encode("{}"), encode(&json));
            // What serde_json reads as an object is one here, unless a name stands twice.
            let is_object = serde_json::from_str::<Map<String, Value>>(&json).is_ok();
            match Token::read(token.as_bytes()) {
                Ok(_) | Err(Broken::Repeated(..)) => prop_assert!(is_object),
                Err(_) => prop_assert!(!is_object),
            }
        }
    }
}
