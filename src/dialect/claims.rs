//! THE claim table, in the order of the output, and the claims of one token.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::source::{
    ACCESS, CLAIMS, CREDENTIALS, EMBED_API, MIGRATION, NEW_ERRORS, NOTES_2026_02, NOTES_2026_07,
    OAUTH, QUICKSTART_CLAIMS, QUICKSTART_JWT, RFC_7519, SDK, Source,
};

/// Where in a token a field stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The header.
    Header,
    /// The payload.
    Payload,
}

/// When Sigma demands a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// In every token.
    Always,
    /// In a token of version 1.1.
    WithVersion11,
    /// Never.
    Optional,
}

/// The JSON type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A string.
    Text,
    /// Whole seconds since 1970.
    Seconds,
    /// An array of strings.
    Texts,
    /// An object whose values are strings.
    TextByName,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Its name in the token.
    pub name: &'static str,
    /// Where it stands.
    pub part: Part,
    /// Whether it must.
    pub demand: Demand,
    /// Its type.
    pub kind: Type,
    /// Whether it holds what is encrypted with the embed secret: it needs version 1.1, and is hidden in reports.
    pub encrypted: bool,
    /// What it says, and what to mind.
    pub about: &'static str,
    /// Where the facts of this row come from.
    pub sources: &'static [Source],
}

const fn header(
    name: &'static str,
    demand: Demand,
    about: &'static str,
    sources: &'static [Source],
) -> Claim {
    Claim { name, part: Part::Header, demand, kind: Type::Text, encrypted: false, about, sources }
}

const fn payload(
    name: &'static str,
    demand: Demand,
    kind: Type,
    about: &'static str,
    sources: &'static [Source],
) -> Claim {
    Claim { name, part: Part::Payload, demand, kind, encrypted: false, about, sources }
}

const fn encrypted(
    name: &'static str,
    kind: Type,
    about: &'static str,
    sources: &'static [Source],
) -> Claim {
    Claim { encrypted: true, ..payload(name, Demand::Optional, kind, about, sources) }
}

/// The table: header fields, then the claims that `convert` writes, in their order, then those it never writes.
pub static TABLE: [Claim; 19] = [
    header("alg", Demand::Always, "HS256 and no other", &[CLAIMS]),
    header("typ", Demand::Optional, "JWT", &[RFC_7519]),
    header(
        "kid",
        Demand::Always,
        "the client id; without it, or if the credentials lack the *Embedding* privilege: \"Invalid kid parameter\"",
        &[CLAIMS, CREDENTIALS, QUICKSTART_CLAIMS],
    ),
    payload(
        "sub",
        Demand::Always,
        Type::Text,
        "the user's e-mail address; \"Invalid sub field in payload.\" if it is not one",
        &[CLAIMS, NEW_ERRORS, QUICKSTART_JWT],
    ),
    payload("iss", Demand::Optional, Type::Text, "the client id, as in `kid`", &[CLAIMS]),
    payload(
        "jti",
        Demand::Always,
        Type::Text,
        "unique: a token is for one use",
        &[CLAIMS, QUICKSTART_JWT],
    ),
    payload(
        "iat",
        Demand::Always,
        Type::Seconds,
        "seconds, not milliseconds",
        &[CLAIMS, QUICKSTART_CLAIMS],
    ),
    payload(
        "exp",
        Demand::Always,
        Type::Seconds,
        "2592000 seconds (30 days) after `iat` at most; \"exp cannot be in the past\"",
        &[CLAIMS, QUICKSTART_CLAIMS],
    ),
    payload(
        "account_type",
        Demand::Optional,
        Type::Text,
        "without it: the highest account type",
        &[CLAIMS, QUICKSTART_CLAIMS],
    ),
    payload(
        "teams",
        Demand::Optional,
        Type::Texts,
        "without teams a new user is not created; `team` is ignored",
        &[ACCESS, CLAIMS, QUICKSTART_CLAIMS],
    ),
    payload(
        "user_attributes",
        Demand::Optional,
        Type::TextByName,
        "several values stay one string: `West,Midwest`",
        &[CLAIMS, QUICKSTART_CLAIMS],
    ),
    payload(
        "eval_connection_id",
        Demand::Optional,
        Type::Text,
        "the connection to use; not with write-back features, nor on OAuth connections",
        &[MIGRATION, CLAIMS, OAUTH],
    ),
    payload(
        "first_name",
        Demand::Optional,
        Type::Text,
        "with `last_name` or not at all",
        &[MIGRATION, CLAIMS],
    ),
    payload(
        "last_name",
        Demand::Optional,
        Type::Text,
        "with `first_name` or not at all",
        &[MIGRATION, CLAIMS],
    ),
    encrypted(
        "oauth_token",
        Type::Text,
        "encrypted with the embed secret; needs `ver` 1.1",
        &[CLAIMS, OAUTH, SDK],
    ),
    payload("ver", Demand::Optional, Type::Text, "`1.0` (assumed) or `1.1`", &[CLAIMS, EMBED_API]),
    payload(
        "aud",
        Demand::WithVersion11,
        Type::Text,
        "`sigmacomputing` with `ver` 1.1; ignored with 1.0",
        &[CLAIMS, EMBED_API],
    ),
    encrypted(
        "connection_oauth_tokens",
        Type::TextByName,
        "connection id to encrypted token; needs `ver` 1.1",
        &[CLAIMS, SDK],
    ),
    payload(
        "tenant",
        Demand::Optional,
        Type::Text,
        "the tenant organisation, which has no credentials of its own",
        &[NOTES_2026_02, NOTES_2026_07],
    ),
];

/// The claims that the token of an internal user must not carry: they have their own.
pub const NOT_INTERNAL: [&str; 5] =
    ["account_type", "teams", "user_attributes", "first_name", "last_name"];

/// The row of a field; `None` if the table has no such field there.
pub fn find(part: Part, name: &str) -> Option<&'static Claim> {
    TABLE.iter().find(|row| row.part == part && row.name == name)
}

/// The longest a token may live, in seconds: 30 days.
pub const MAX_LIFETIME: u64 = 2_592_000;

/// The audience of a token of version 1.1.
pub const AUDIENCE: &str = "sigmacomputing";

/// The only algorithm.
pub const ALGORITHM: &str = "HS256";

/// The claims of one token. Absent ones are left out.
#[derive(Clone, Debug, Default)]
pub struct Claims<'a> {
    /// The user's e-mail address.
    pub sub: Cow<'a, str>,
    /// The client id.
    pub iss: Cow<'a, str>,
    /// Unique text.
    pub jti: Cow<'a, str>,
    /// Seconds since 1970.
    pub iat: u64,
    /// Seconds since 1970.
    pub exp: u64,
    /// The account type's name.
    pub account_type: Option<Cow<'a, str>>,
    /// Team names.
    pub teams: Vec<Cow<'a, str>>,
    /// Attribute names and values, each name once.
    pub user_attributes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// The connection to use.
    pub eval_connection_id: Option<Cow<'a, str>>,
    /// The user's first name.
    pub first_name: Option<Cow<'a, str>>,
    /// The user's last name.
    pub last_name: Option<Cow<'a, str>>,
    /// The encrypted OAuth token.
    pub oauth_token: Option<Cow<'a, str>>,
    /// Whether `ver` is 1.1; 1.0 is left out.
    pub version_1_1: bool,
}

/// The user attributes as a JSON object.
struct ByName<'a>(&'a [(Cow<'a, str>, Cow<'a, str>)]);

impl Serialize for ByName<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Serialize for Claims<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("sub", &self.sub)?;
        map.serialize_entry("iss", &self.iss)?;
        map.serialize_entry("jti", &self.jti)?;
        map.serialize_entry("iat", &self.iat)?;
        map.serialize_entry("exp", &self.exp)?;
        optional(&mut map, "account_type", self.account_type.as_ref())?;
        if !self.teams.is_empty() {
            map.serialize_entry("teams", &self.teams)?;
        }
        if !self.user_attributes.is_empty() {
            map.serialize_entry("user_attributes", &ByName(&self.user_attributes))?;
        }
        optional(&mut map, "eval_connection_id", self.eval_connection_id.as_ref())?;
        optional(&mut map, "first_name", self.first_name.as_ref())?;
        optional(&mut map, "last_name", self.last_name.as_ref())?;
        optional(&mut map, "oauth_token", self.oauth_token.as_ref())?;
        if self.version_1_1 {
            map.serialize_entry("ver", "1.1")?;
            map.serialize_entry("aud", AUDIENCE)?;
        }
        map.end()
    }
}

fn optional<M: SerializeMap>(
    map: &mut M,
    name: &str,
    value: Option<&Cow<'_, str>>,
) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_written_in_the_order_of_the_table() {
        let text = || Some(Cow::Borrowed("x"));
        let claims = Claims {
            account_type: text(),
            teams: vec!["t".into()],
            user_attributes: vec![("a".into(), "b".into())],
            eval_connection_id: text(),
            first_name: text(),
            last_name: text(),
            oauth_token: text(),
            version_1_1: true,
            ..Claims::default()
        };
        let json = serde_json::to_value(&claims).unwrap();
        let written: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
        let table: Vec<_> =
            TABLE.iter().filter(|row| row.part == Part::Payload).map(|row| row.name).collect();
        assert_eq!(written, table[..written.len()]);
        assert_eq!(table[written.len()..], ["connection_oauth_tokens", "tenant"]);
    }

    #[test]
    fn absent_claims_are_left_out() {
        let json = serde_json::to_string(&Claims { iat: 1, exp: 2, ..Claims::default() }).unwrap();
        assert_eq!(json, r#"{"sub":"","iss":"","jti":"","iat":1,"exp":2}"#);
    }
}
