//! THE claim table, in the order of the output, and the claims of one token.

use std::borrow::Cow;

use super::source::{
    ACCESS, CLAIMS, CREDENTIALS, EMBED_API, MIGRATION, NEW_ERRORS, NOTES_2026_02, NOTES_2026_07,
    OAUTH, QUICKSTART_CLAIMS, QUICKSTART_JWT, RFC_7519, SDK, Source,
};
use super::values::Teams;

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
    pub teams: Teams<'a>,
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

/// The name of a claim that is not the first, as JSON has it between two values.
macro_rules! name {
    ($name:literal) => {
        concat!(",\"", $name, "\":")
    };
}

impl Claims<'_> {
    /// Appends them as a JSON object, in the order of the table.
    pub fn write(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        out.extend_from_slice(b"{\"sub\":");
        write_string(&self.sub, out)?;
        let mut string = |name: &str, text: &str| {
            out.extend_from_slice(name.as_bytes());
            write_string(text, out)
        };
        string(name!("iss"), &self.iss)?;
        string(name!("jti"), &self.jti)?;
        for (name, seconds) in [(name!("iat"), self.iat), (name!("exp"), self.exp)] {
            out.extend_from_slice(name.as_bytes());
            serde_json::to_writer(&mut *out, &seconds)?;
        }
        let optional = |name: &str, text: Option<&Cow<'_, str>>, out: &mut Vec<u8>| {
            let Some(text) = text else { return Ok(()) };
            out.extend_from_slice(name.as_bytes());
            write_string(text, out)
        };
        optional(name!("account_type"), self.account_type.as_ref(), out)?;
        let mut before = b'[';
        for team in self.teams.iter() {
            if before == b'[' {
                out.extend_from_slice(name!("teams").as_bytes());
            }
            out.push(before);
            write_string(team, out)?;
            before = b',';
        }
        if before == b',' {
            out.push(b']');
        }
        let mut before = b'{';
        for (name, value) in &self.user_attributes {
            if before == b'{' {
                out.extend_from_slice(name!("user_attributes").as_bytes());
            }
            out.push(before);
            write_string(name, out)?;
            out.push(b':');
            write_string(value, out)?;
            before = b',';
        }
        if before == b',' {
            out.push(b'}');
        }
        optional(name!("eval_connection_id"), self.eval_connection_id.as_ref(), out)?;
        optional(name!("first_name"), self.first_name.as_ref(), out)?;
        optional(name!("last_name"), self.last_name.as_ref(), out)?;
        optional(name!("oauth_token"), self.oauth_token.as_ref(), out)?;
        if self.version_1_1 {
            optional(name!("ver"), Some(&Cow::Borrowed("1.1")), out)?;
            optional(name!("aud"), Some(&Cow::Borrowed(AUDIENCE)), out)?;
        }
        out.push(b'}');
        Ok(())
    }
}

/// Appends a JSON string. Most need no escape, and a look at all bytes at once is many times faster than one at each.
#[allow(clippy::needless_bitwise_bool, reason = "without branches the compiler uses vectors")]
fn write_string(text: &str, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let needs_escape = |found, b: &u8| found | (*b < 0x20) | (*b == b'"') | (*b == b'\\');
    if text.as_bytes().iter().fold(false, needs_escape) {
        return serde_json::to_writer(out, text);
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(claims: &Claims<'_>) -> Vec<u8> {
        let mut json = Vec::new();
        claims.write(&mut json).unwrap();
        json
    }

    #[test]
    fn claims_are_written_in_the_order_of_the_table() {
        let text = || Some(Cow::Borrowed("x"));
        let claims = Claims {
            account_type: text(),
            teams: Teams::Array(vec!["t".into()]),
            user_attributes: vec![("a".into(), "b".into())],
            eval_connection_id: text(),
            first_name: text(),
            last_name: text(),
            oauth_token: text(),
            version_1_1: true,
            ..Claims::default()
        };
        let json: serde_json::Value = serde_json::from_slice(&written(&claims)).unwrap();
        let names: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
        let table: Vec<_> =
            TABLE.iter().filter(|row| row.part == Part::Payload).map(|row| row.name).collect();
        assert_eq!(names, table[..names.len()]);
        assert_eq!(table[names.len()..], ["connection_oauth_tokens", "tenant"]);
    }

    /// What another writer of JSON makes of the same claims.
    #[test]
    fn strings_are_escaped_as_json_demands() {
        for text in [
            "",
            "a b",
            "\"",
            "\"two\"",
            "\\",
            "\\\\",
            "\u{1}\u{1f}",
            "\u{1f}",
            "\"\n",
            "\n\t",
            "\u{7f}",
            "\u{fc}\u{1f600}",
            "</script>",
        ] {
            let claims = Claims {
                sub: text.into(),
                teams: Teams::Array(vec![text.into(), "b".into()]),
                user_attributes: vec![(text.into(), text.into()), ("c".into(), "d".into())],
                ..Claims::default()
            };
            let expected = serde_json::json!({
                "sub": text, "iss": "", "jti": "", "iat": 0, "exp": 0,
                "teams": [text, "b"], "user_attributes": {text: text, "c": "d"},
            });
            assert_eq!(String::from_utf8(written(&claims)).unwrap(), expected.to_string());
        }
    }

    #[test]
    fn absent_claims_are_left_out() {
        let json = written(&Claims { iat: 1, exp: 2, ..Claims::default() });
        assert_eq!(json, br#"{"sub":"","iss":"","jti":"","iat":1,"exp":2}"#);
    }
}
