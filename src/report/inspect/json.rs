//! What `inspect` adds to the JSON records of `audit`: header, claims, signature, times, and what was asked for.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Inspector, shown, time, token};
use crate::report::audit::Record;

impl Inspector<'_> {
    /// The record of `audit` with what is added to it.
    pub(in crate::report) fn shape(&self, audited: &impl Serialize, record: &Record<'_>) -> Value {
        let mut shape = serde_json::to_value(audited).unwrap_or_default();
        let Value::Object(fields) = &mut shape else { return shape };
        let token = token(record.judgement);
        let part = |map: fn(&crate::dialect::reading::Token) -> &Map<String, Value>| {
            token.map_or(Value::Null, |token| Value::Object(shown(map(token), self.secrets)))
        };
        fields.insert("header".to_owned(), part(|token| &token.header));
        fields.insert("claims".to_owned(), part(|token| &token.claims));
        fields.insert("signature".to_owned(), record.judgement.signature.name().into());
        let times = token.map_or(Value::Null, |token| {
            let times = time::Times::of(token);
            json!({
                "issued_at": times.issued.map(time::iso),
                "expires_at": times.expires.map(time::iso),
                "lifetime": times.lifetime(),
                "expired": times.expires.map(|expires| expires <= self.now),
            })
        });
        fields.insert("times".to_owned(), times);
        if self.decrypt.is_some() {
            let decrypted = self.decrypted(record).into_iter().map(|one| match one.outcome {
                Ok((length, plain)) => json!({
                    "name": one.name, "decrypts": true, "length": length,
                    "value": plain.as_ref().map(|text| text.as_str()), "problem": null,
                }),
                Err(problem) => json!({
                    "name": one.name, "decrypts": false, "length": null, "value": null,
                    "problem": problem,
                }),
            });
            fields.insert("oauth_tokens".to_owned(), decrypted.collect());
        }
        if self.explain.is_some() {
            let steps = self.steps(record).into_iter().map(|step| {
            json!({
                "part": step.part.name(), "name": step.name, "value": step.value, "fate": step.fate,
                "target": step.target, "becomes": step.becomes, "why": step.why,
            })
        });
            fields.insert("conversion".to_owned(), steps.collect());
        }
        shape
    }
}
