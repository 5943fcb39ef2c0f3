//! `json` and `ndjson` of `inspect`: the shapes of `audit` with header, claims and signature.

use serde_json::{Map, Value, json};

use super::{Inspector, shown, time, token};
use crate::report::Report;
use crate::report::audit::{Record, Summary, Urls};
use crate::report::{element, json as audit};

/// One object a line.
pub struct Ndjson<'a>(pub Inspector<'a>);

/// One document.
pub struct Json<'a>(pub Inspector<'a>);

fn write(inspector: &Inspector<'_>, record: &Record<'_>, end: &[u8], out: &mut Vec<u8>) {
    let Ok(Value::Object(mut shape)) =
        serde_json::to_value(audit::shape(record, inspector.secrets))
    else {
        return;
    };
    let token = token(record.judgement);
    let part = |map: fn(&crate::dialect::reading::Token) -> &Map<String, Value>| {
        token.map_or(Value::Null, |token| Value::Object(shown(map(token), inspector.secrets)))
    };
    shape.insert("header".to_owned(), part(|token| &token.header));
    shape.insert("claims".to_owned(), part(|token| &token.claims));
    shape.insert("signature".to_owned(), record.judgement.signature.name().into());
    let times = token.map_or(Value::Null, |token| {
        let times = time::Times::of(token);
        json!({
            "issued_at": times.issued.map(time::iso),
            "expires_at": times.expires.map(time::iso),
            "lifetime": times.lifetime(),
            "expired": times.expires.map(|expires| expires <= inspector.now),
        })
    });
    shape.insert("times".to_owned(), times);
    if inspector.decrypt.is_some() {
        let decrypted = inspector.decrypted(record).into_iter().map(|one| match one.outcome {
            Ok((length, plain)) => json!({
                "name": one.name, "decrypts": true, "length": length,
                "value": plain.as_ref().map(|text| text.as_str()), "problem": null,
            }),
            Err(problem) => json!({
                "name": one.name, "decrypts": false, "length": null, "value": null,
                "problem": problem,
            }),
        });
        shape.insert("oauth_tokens".to_owned(), decrypted.collect());
    }
    if inspector.explain.is_some() {
        let steps = inspector.steps(record).into_iter().map(|step| {
            json!({
                "part": step.part.name(), "name": step.name, "value": step.value, "fate": step.fate,
                "target": step.target, "becomes": step.becomes, "why": step.why,
            })
        });
        shape.insert("conversion".to_owned(), steps.collect());
    }
    element(&shape, end, out);
}

impl Report<Urls> for Ndjson<'_> {
    fn begin(&self, _: &Summary, _: &mut Vec<u8>) {}

    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        write(&self.0, record, b"\n", out);
    }

    fn end(&self, _: &Summary, _: &mut Vec<u8>) {}
}

impl Report<Urls> for Json<'_> {
    fn begins_with_summary(&self) -> bool {
        true
    }

    fn separator(&self) -> &'static [u8] {
        b",\n"
    }

    fn begin(&self, summary: &Summary, out: &mut Vec<u8>) {
        audit::begin(summary, out);
    }

    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        write(&self.0, record, b",\n", out);
    }

    fn end(&self, _: &Summary, out: &mut Vec<u8>) {
        out.extend_from_slice(audit::END);
    }
}
