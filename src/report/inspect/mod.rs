//! Single URLs in full: what they hold, what their token says, what converting would do.

#[cfg(feature = "cli")]
mod frame;
#[cfg(feature = "cli")]
mod human;
mod json;
pub(super) mod time;

#[cfg(feature = "cli")]
pub use human::Human;

use std::borrow::Cow;

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::audit::Record;
use super::redact::{self, Secrets};
use crate::dialect::claims::{Part, TABLE};
use crate::dialect::oauth::{self, OauthError};
use crate::dialect::reading::Token;
use crate::judge::Judgement;
use crate::rule::Step;

/// Decrypts an OAuth token with the secret of a client id; `None` if there is no secret for it.
pub type Decrypt<'a> =
    dyn Fn(&[u8], &str) -> Option<Result<Zeroizing<Vec<u8>>, OauthError>> + Sync + 'a;

/// What converting a URL would do, part by part.
pub type Explain<'a> = dyn Fn(&Judgement<'_>) -> Vec<Step> + Sync + 'a;

/// What is asked of every URL.
#[derive(Clone, Copy)]
pub struct Inspector<'a> {
    /// Whether secrets are shown.
    pub secrets: Secrets,
    /// The clock, in seconds since 1970.
    pub now: u64,
    /// Whether a secret was given.
    pub keys: bool,
    /// Decrypts OAuth tokens, if that was asked for.
    pub decrypt: Option<&'a Decrypt<'a>>,
    /// Explains conversions, if that was asked for.
    pub explain: Option<&'a Explain<'a>>,
}

/// What came of decrypting one OAuth token.
struct Decrypted {
    /// Where it stands: `oauth_token`, or a connection's id.
    name: String,
    /// Why it could not be, or the length and, if secrets are shown, the token.
    outcome: Result<(usize, Option<Zeroizing<String>>), &'static str>,
}

/// The first token of a URL that can be read.
fn token<'j>(judgement: &'j Judgement<'_>) -> Option<&'j Token> {
    judgement.tokens.iter().find_map(|carried| carried.reading.token())
}

/// A header or claims as a report may show them: what is encrypted is shortened, and so is what a string hides.
fn shown(map: &Map<String, Value>, secrets: Secrets) -> Map<String, Value> {
    let encrypted = |name: &str| TABLE.iter().any(|row| row.encrypted && row.name == name);
    let field = |(name, value): (&String, &Value)| {
        let value = if encrypted(name) && secrets == Secrets::Hidden {
            hidden(value)
        } else {
            shown_value(name, value, secrets)
        };
        (redact::within(Cow::Borrowed(name), secrets).into_owned(), value)
    };
    map.iter().map(field).collect()
}

fn shown_value(name: &str, value: &Value, secrets: Secrets) -> Value {
    match value {
        Value::String(text) => redact::value(name, text.as_bytes(), secrets).into(),
        Value::Array(items) => items.iter().map(|item| shown_value(name, item, secrets)).collect(),
        Value::Object(map) => Value::Object(shown(map, secrets)),
        other => other.clone(),
    }
}

/// The same shape with every text shortened.
fn hidden(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            redact::value("oauth_token", text.as_bytes(), Secrets::Hidden).into()
        }
        Value::Array(items) => items.iter().map(hidden).collect(),
        Value::Object(map) => {
            let field = |(name, value): (&String, &Value)| {
                (redact::within(Cow::Borrowed(name), Secrets::Hidden).into_owned(), hidden(value))
            };
            Value::Object(map.iter().map(field).collect())
        }
        // A token is a text; a number in its place may be one all the same.
        Value::Number(_) => "\u{2026}".into(),
        other => other.clone(),
    }
}

impl Inspector<'_> {
    /// Decrypts the OAuth tokens of a URL, if that was asked for: those of its token, or of its parameters.
    fn decrypted(&self, record: &Record<'_>) -> Vec<Decrypted> {
        let Some(decrypt) = self.decrypt else { return Vec::new() };
        let judgement = record.judgement;
        let mut found: Vec<(String, String)> = Vec::new();
        let mut client_id = Vec::new();
        if let Some(token) = token(judgement) {
            let kid = token.part(Part::Header).get("kid").and_then(Value::as_str);
            client_id = kid.unwrap_or_default().as_bytes().to_vec();
            for row in TABLE.iter().filter(|row| row.encrypted) {
                match token.part(row.part).get(row.name) {
                    Some(Value::String(text)) => found.push((row.name.to_owned(), text.clone())),
                    Some(Value::Object(map)) => {
                        let text = |(id, value): (&String, &Value)| {
                            Some((id.clone(), value.as_str()?.to_owned()))
                        };
                        found.extend(map.iter().filter_map(text));
                    }
                    _ => {}
                }
            }
        }
        for arg in judgement.args {
            let value = judgement.value(arg);
            let text = || String::from_utf8_lossy(value).into_owned();
            match arg.row.target {
                Some("oauth_token") => found.push((arg.row.name.to_owned(), text())),
                Some("kid") if client_id.is_empty() => client_id = value.to_vec(),
                _ => {}
            }
        }
        let attempt = |(name, text): (String, String)| Decrypted {
            outcome: self.attempt(decrypt, &client_id, &text),
            name: redact::within(Cow::Owned(name), self.secrets).into_owned(),
        };
        // Each attempt derives a key with 600,000 rounds: a hostile URL must not ask for thousands.
        found.into_iter().take(ATTEMPTS).map(attempt).collect()
    }

    fn attempt(
        &self,
        decrypt: &Decrypt<'_>,
        client_id: &[u8],
        text: &str,
    ) -> Result<(usize, Option<Zeroizing<String>>), &'static str> {
        if !oauth::is_encrypted(text) {
            return Err("not in the encrypted form");
        }
        match decrypt(client_id, text) {
            None => Err("there is no secret for this client id"),
            Some(Err(_)) => Err("not encrypted with this embed secret"),
            Some(Ok(plain)) => {
                let text = || Zeroizing::new(String::from_utf8_lossy(&plain).into_owned());
                Ok((plain.len(), (self.secrets == Secrets::Shown).then(text)))
            }
        }
    }

    /// What converting would do, if that was asked for, with the secrets hidden.
    fn steps(&self, record: &Record<'_>) -> Vec<Step> {
        let steps = self.explain.map(|explain| explain(record.judgement));
        let hide = |name: &str, text: Option<String>| {
            text.map(|text| redact::value(name, text.as_bytes(), self.secrets).into_owned())
        };
        let shown = |step: Step| Step {
            value: hide(&step.name, step.value),
            becomes: hide(&step.name, step.becomes),
            name: redact::within(Cow::Owned(step.name), self.secrets).into_owned(),
            ..step
        };
        steps.unwrap_or_default().into_iter().map(shown).collect()
    }
}

/// OAuth tokens of one URL that are decrypted.
const ATTEMPTS: usize = 8;
