//! The facts about the two dialects, a test each: section 3 claims, section 4 parameters, section 5 the errors of Sigma's server.

mod claims;
mod errors;
mod parameters;
mod sources;

use embed2jwt::judge::{Scratch, judge};
use embed2jwt::rule::{Context, UserKind};
use serde_json::{Value, json};

use crate::support::{NOW, Place, TARGET, claims as claims_of, cut, hmac, legacy, sign, unsigned};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What the rules say of a URL: rule, severity and message.
fn said_as(url: &str, user: UserKind) -> Vec<(String, String, String)> {
    let mut context = Context::none();
    context.user = user;
    context.whole = true;
    context.now = Some(NOW);
    let mut scratch = Scratch::default();
    let judgement = judge(url.as_bytes(), &context, &mut scratch);
    let text =
        |finding: &embed2jwt::rule::Finding| format!("{} {}", finding.message, finding.suggestion);
    let all = judgement.findings.iter();
    all.map(|f| (f.rule.id.to_owned(), f.severity.name().to_owned(), text(f))).collect()
}

fn said(url: &str) -> Vec<(String, String, String)> {
    said_as(url, UserKind::Embed)
}

/// The severity of the first finding of a rule.
fn level(url: &str, rule: &str) -> Option<String> {
    said(url).into_iter().find(|(id, _, _)| id == rule).map(|(_, severity, _)| severity)
}

/// Message and suggestion of the first finding of a rule.
#[track_caller]
fn text(url: &str, rule: &str) -> String {
    let all = said(url);
    let found = all.iter().find(|(id, _, _)| id == rule);
    found.unwrap_or_else(|| panic!("no {rule} in {all:?}")).2.clone()
}

/// A URL with a token of these header fields and claims beside the required ones; `null` takes one away.
fn jwt_with(header: &Value, more: &Value) -> String {
    let mut head = json!({"alg": "HS256", "typ": "JWT", "kid": "c-1"});
    let mut claims = json!({"sub": "ann@example.com", "jti": "n-1", "iat": NOW, "exp": NOW + 3600,
        "account_type": "View", "teams": ["Sales"]});
    for (into, from) in [(&mut head, header), (&mut claims, more)] {
        let into = into.as_object_mut().unwrap();
        into.extend(from.as_object().unwrap().clone());
        into.retain(|_, value| !value.is_null());
    }
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let message = format!("{}.{}", part(&head), part(&claims));
    let signature = URL_SAFE_NO_PAD.encode(hmac(b"demo-embed-secret", message.as_bytes()));
    format!("{TARGET}?:jwt={message}.{signature}&:embed=true")
}

fn jwt(more: &Value) -> String {
    jwt_with(&json!({}), more)
}

/// The record of `convert` for the sound legacy URL with more parameters.
fn converted(more: &str) -> Value {
    converted_with("", more)
}

fn converted_with(flags: &str, more: &str) -> Value {
    let run = Place::new().convert(&format!("--format ndjson {flags}"));
    run.stdin(legacy(more)).done().record()
}

/// The claims that `convert` writes for the legacy URL with more parameters.
fn claims_with(more: &str) -> Value {
    claims_of(converted(more)["url"].as_str().unwrap())
}

/// The query behind the token of what `convert` writes.
fn rest(more: &str) -> String {
    cut(converted(more)["url"].as_str().unwrap()).rest
}

/// The sound legacy URL with one of its parameters written otherwise; nothing takes it away.
fn with(name: &str, parameter: &str) -> String {
    let url = unsigned();
    let (base, query) = url.split_once('?').unwrap();
    let start = format!(":{name}=");
    let kept = query.split('&').filter(|part| !part.starts_with(&start));
    let all: Vec<_> = kept.chain(Some(parameter).filter(|p| !p.is_empty())).collect();
    sign(&format!("{base}?{}", all.join("&")))
}
