//! `json` and `ndjson` of judged URLs: the shapes of schema 1.

use serde::Serialize;
use serde_json::{Value, json};

use super::audit::{KINDS, Record, Summary, Urls, VERDICTS};
use super::check::{CheckSummary, FileRecord, Files};
use super::inspect::Inspector;
use super::redact::{self, Secrets};
use super::tally::SEVERITIES;
use super::{Report, element, wire};
use crate::dialect::path::Place;
use crate::rule::Kind;

/// One object a line.
pub struct Ndjson<'a> {
    /// Whether secrets are shown.
    pub secrets: Secrets,
    /// What `inspect` adds to each URL.
    pub inspector: Option<Inspector<'a>>,
}

/// One document.
pub struct Json<'a> {
    /// Whether secrets are shown.
    pub secrets: Secrets,
    /// What `inspect` adds to each URL.
    pub inspector: Option<Inspector<'a>>,
}

/// One URL.
#[derive(Serialize)]
pub(super) struct UrlRecord<'a> {
    schema: u32,
    source: &'a str,
    line: u64,
    url: String,
    kind: &'static str,
    embed_id: Option<String>,
    embed_uuid: Option<String>,
    tag: Option<String>,
    edit: bool,
    verdict: &'static str,
    /// Of a legacy signed URL: `verified`, `mismatch` or `not-verified`.
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<&'static str>,
    parameters: Vec<wire::Parameter<'a>>,
    findings: Vec<wire::FindingShape<'a>>,
}

fn write(
    record: &Record<'_>,
    secrets: Secrets,
    inspector: Option<&Inspector<'_>>,
    end: &[u8],
    out: &mut Vec<u8>,
) {
    let shape = shape(record, secrets);
    match inspector {
        Some(inspector) => element(&inspector.shape(&shape, record), end, out),
        None => element(&shape, end, out),
    }
}

fn shape<'a>(record: &'a Record<'_>, secrets: Secrets) -> UrlRecord<'a> {
    let judgement = record.judgement;
    let text = |bytes: &[u8]| redact::within(String::from_utf8_lossy(bytes), secrets).into_owned();
    let tag = match judgement.place {
        Place::Embed { tag, .. } => tag.map(|tag| text(judgement.bytes(tag))),
        _ => None,
    };
    UrlRecord {
        schema: wire::SCHEMA,
        source: record.source,
        line: record.line,
        url: redact::url(record.text, secrets),
        kind: judgement.kind.name(),
        embed_id: judgement.embed_id().map(text),
        embed_uuid: judgement.embed_uuid.map(|uuid| uuid.to_string()),
        tag,
        edit: judgement.place.is_edit(),
        verdict: record.verdict.name(),
        signature: (judgement.kind == Kind::LegacySigned).then(|| judgement.signature.name()),
        parameters: wire::parameters(judgement, secrets),
        findings: wire::findings(judgement, record.origin, secrets),
    }
}

impl Report<Urls> for Ndjson<'_> {
    fn begin(&self, _: &Summary, _: &mut Vec<u8>) {}

    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        write(record, self.secrets, self.inspector.as_ref(), b"\n", out);
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
        head(&summary_shape(summary), "urls", out);
    }

    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        write(record, self.secrets, self.inspector.as_ref(), b",\n", out);
    }

    fn end(&self, _: &Summary, out: &mut Vec<u8>) {
        out.extend_from_slice(END);
    }
}

impl Report<Files> for Ndjson<'_> {
    fn begin(&self, _: &CheckSummary, _: &mut Vec<u8>) {}

    fn record(&self, record: &FileRecord<'_>, out: &mut Vec<u8>) {
        for finding in wire::file_findings(record, self.secrets) {
            element(&Line { schema: wire::SCHEMA, finding }, b"\n", out);
        }
    }

    fn end(&self, _: &CheckSummary, _: &mut Vec<u8>) {}
}

/// A finding that stands alone.
#[derive(Serialize)]
struct Line<'a> {
    schema: u32,
    #[serde(flatten)]
    finding: wire::FileFinding<'a>,
}

impl Report<Files> for Json<'_> {
    fn begins_with_summary(&self) -> bool {
        true
    }

    fn separator(&self) -> &'static [u8] {
        b",\n"
    }

    fn begin(&self, summary: &CheckSummary, out: &mut Vec<u8>) {
        head(&check_summary_shape(summary), "findings", out);
    }

    fn record(&self, record: &FileRecord<'_>, out: &mut Vec<u8>) {
        for finding in wire::file_findings(record, self.secrets) {
            element(&finding, b",\n", out);
        }
    }

    fn end(&self, _: &CheckSummary, out: &mut Vec<u8>) {
        out.extend_from_slice(END);
    }
}

/// A document up to its array.
fn head(summary: &Value, array: &str, out: &mut Vec<u8>) {
    let head = format!(
        "{{\"schema\":{},\"tool\":{},\"summary\":{summary},\"{array}\":[\n",
        wire::SCHEMA,
        json!({"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")}),
    );
    out.extend_from_slice(head.as_bytes());
}

/// What stands behind them.
const END: &[u8] = b"\n]}\n";

/// The summary of scanned files as it stands in the document.
fn check_summary_shape(summary: &CheckSummary) -> Value {
    let mut shape = json!({"files": summary.files, "bytes": summary.bytes, "urls": summary.urls});
    let Value::Object(fields) = &mut shape else { return shape };
    for (severity, count) in SEVERITIES.iter().zip(summary.tally.findings) {
        fields.insert(severity.name().to_owned(), count.into());
    }
    let (embeds, known) = summary.embed_ids.count();
    let skipped = summary.skipped;
    let more = json!({
        "fixable": summary.fixable,
        "fixable_unsafe": summary.fixable_unsafe,
        "affected_files": summary.affected,
        "skipped": {
            "binary": skipped.binary,
            "too_large": skipped.too_large,
            "unreadable": skipped.unreadable,
            "cut": skipped.cut,
        },
        "ignored": summary.ignored,
        "allowed": summary.allowed,
        "suppressed": summary.suppressed,
        "baselined": summary.baselined,
        "learned": summary.learned,
        "stale": summary.stale,
        "fixed": summary.fixed,
        "embeds": {"distinct": embeds, "mapped": known},
        "parameters": summary.uses.used().map(|(row, used)| json!({
            "name": row.name,
            "fate": row.fate.name(),
            "target": row.target,
            "count": used.count,
            "lost": used.lost,
        })).collect::<Vec<_>>(),
    });
    if let Value::Object(more) = more {
        fields.extend(more);
    }
    shape
}

/// The summary as it stands in the document.
pub fn summary_shape(summary: &Summary) -> Value {
    let kinds: serde_json::Map<_, _> = KINDS
        .iter()
        .zip(summary.kinds)
        .map(|(kind, count)| (kind.name().to_owned(), count.into()))
        .collect();
    let verdicts: serde_json::Map<_, _> = VERDICTS
        .iter()
        .zip(summary.verdicts)
        .map(|(verdict, count)| (verdict.name().to_owned(), count.into()))
        .collect();
    let [verified, mismatch, not_verified] = summary.signatures;
    let (embeds, known) = summary.embed_ids.count();
    let mut shape = json!({
        "urls": summary.urls,
        "kinds": kinds,
        "verdicts": verdicts,
        "signatures": {"verified": verified, "mismatch": mismatch, "not-verified": not_verified},
        "allowed": summary.allowed,
        "embeds": {"distinct": embeds, "mapped": known},
        "parameters": summary.uses.used().map(|(row, used)| json!({
            "name": row.name,
            "fate": row.fate.name(),
            "target": row.target,
            "count": used.count,
            "lost": used.lost,
        })).collect::<Vec<_>>(),
    });
    if let Value::Object(shape) = &mut shape {
        for (severity, count) in SEVERITIES.iter().zip(summary.tally.findings) {
            shape.insert(severity.name().to_owned(), count.into());
        }
    }
    shape
}
