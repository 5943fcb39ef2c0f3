//! The options of the functions, as they come from JavaScript: named after the command's flags.

use embed2jwt::convert::{IssuedAt, NoEntropy, TokenId};
use embed2jwt::dialect::claims::MAX_LIFETIME;
use embed2jwt::dialect::oauth::Encrypt;
use embed2jwt::map::Format;
use embed2jwt::policy::Level;
use embed2jwt::rule::{Severity, UserKind};
use embed2jwt::{Keys, Settings};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{get_random_values, milliseconds};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Options {
    map: Option<String>,
    org: Option<String>,
    workbook: Option<String>,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    rules: Map<String, Value>,
    #[serde(default)]
    allow: Vec<String>,
    now: Option<u64>,
    jti: Option<Jti>,
    issued_at: Option<Begin>,
    ttl: Option<u64>,
    jwt_version: Option<Version>,
    user: Option<User>,
    client_id: Option<String>,
    account_type: Option<String>,
    encrypt_oauth_token: Option<Encrypted>,
    trust_input: Option<bool>,
    keep_unknown: Option<bool>,
    preserve_defaults: Option<bool>,
    explain_conversion: Option<bool>,
    show_secrets: Option<bool>,
    source: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Jti {
    Fresh,
    Nonce,
    Derived,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Begin {
    Now,
    Url,
}

#[derive(Deserialize)]
enum Version {
    #[serde(rename = "1.0")]
    V1_0,
    #[serde(rename = "1.1")]
    V1_1,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum User {
    Embed,
    Internal,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Encrypted {
    Plain,
    All,
}

/// The settings that options and secrets stand for; an error is a sentence for whoever wrote the options.
pub(crate) fn settings(options: &str, keys: Keys) -> Result<Settings, String> {
    let mut json = serde_json::Deserializer::from_str(options);
    let options: Options = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let text = error.inner().to_string();
        // Without the position in a text that the caller has never seen.
        let text = text.split(" at line ").next().unwrap_or(&text);
        if text.starts_with("unknown field") {
            format!("options: {text}")
        } else {
            format!("{}: {text}", error.path())
        }
    })?;
    let mut settings = Settings::default();
    settings.keys = keys;
    settings.now = options.now;
    settings.clock = Some(seconds);
    settings.random = Some(random);
    if let Some(map) = &options.map {
        let bytes = map.as_bytes();
        let read = settings.map.parse("map", bytes, Format::of_content(bytes));
        read.map_err(|error| format!("{error}: {}", error.advice()))?;
    }
    for (rule, level) in &options.rules {
        let level = match level.as_str() {
            Some("error") => Level::At(Severity::Error),
            Some("warning") => Level::At(Severity::Warning),
            Some("info") => Level::At(Severity::Info),
            Some("off") => Level::Off,
            _ => {
                return Err(format!(
                    "rules: the level of `{rule}` must be `error`, `warning`, `info` or `off`"
                ));
            }
        };
        let set = settings.levels.set(rule, level);
        set.map_err(|error| format!("rules: {error}: {}", error.advice()))?;
    }
    for pattern in &options.allow {
        settings
            .allow
            .add(None, pattern)
            .map_err(|error| format!("allow: `{pattern}`: {error}"))?;
    }
    if options.ttl.is_some_and(|ttl| !(1..=MAX_LIFETIME).contains(&ttl)) {
        return Err(format!("ttl: give seconds from 1 to {MAX_LIFETIME}, which is 30 days"));
    }
    for (name, value) in [("clientId", &options.client_id), ("accountType", &options.account_type)]
    {
        if value.as_deref() == Some("") {
            return Err(format!("{name}: it is empty: leave it out, or give its text"));
        }
    }
    (settings.org, settings.workbook) = (options.org, options.workbook);
    settings.hosts = options.hosts;
    let token = &mut settings.token;
    token.token_id = match options.jti {
        None | Some(Jti::Fresh) => TokenId::Fresh,
        Some(Jti::Nonce) => TokenId::Nonce,
        Some(Jti::Derived) => TokenId::Derived,
    };
    token.issued_at = match options.issued_at {
        None | Some(Begin::Now) => IssuedAt::Now,
        Some(Begin::Url) => IssuedAt::Url,
    };
    token.user = match options.user {
        None | Some(User::Embed) => UserKind::Embed,
        Some(User::Internal) => UserKind::Internal,
    };
    token.encrypt_oauth_token = match options.encrypt_oauth_token {
        None => Encrypt::Never,
        Some(Encrypted::Plain) => Encrypt::Plain,
        Some(Encrypted::All) => Encrypt::All,
    };
    token.version_1_1 = matches!(options.jwt_version, Some(Version::V1_1));
    token.lifetime = options.ttl;
    token.client_id = options.client_id;
    token.account_type = options.account_type;
    token.trust_input = options.trust_input.unwrap_or_default();
    settings.keep_unknown = options.keep_unknown.unwrap_or_default();
    settings.preserve_defaults = options.preserve_defaults.unwrap_or(true);
    settings.explain = options.explain_conversion.unwrap_or_default();
    settings.show_secrets = options.show_secrets.unwrap_or_default();
    if let Some(source) = options.source {
        settings.source = source;
    }
    Ok(settings)
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a clock is far from both ends"
)]
fn seconds() -> u64 {
    (milliseconds() / 1000.0) as u64
}

fn random(buffer: &mut [u8]) -> Result<(), NoEntropy> {
    get_random_values(buffer).map(drop).map_err(|_| NoEntropy)
}
