//! A table of judged URLs or scanned files: one row a finding, and one for a URL without; comma-separated by RFC 4180, lines
//! ended by `\n`.

use std::borrow::Cow;

use super::Report;
use super::audit::{Record, Summary, Urls};
use super::check::{CheckSummary, FileRecord, Files, Item};
use super::location::parameter;
use super::redact::{self, Secrets};
use crate::rule::{Kind, Safety};

/// The names of the columns.
const COLUMNS: [&str; 13] = [
    "source",
    "line",
    "column",
    "end_column",
    "kind",
    "verdict",
    "embed_id",
    "severity",
    "rule",
    "parameter",
    "message",
    "suggestion",
    "url",
];

/// The names of the columns for files.
const FILE_COLUMNS: [&str; 15] = [
    "path",
    "line",
    "column",
    "end_line",
    "end_column",
    "kind",
    "embed_id",
    "severity",
    "rule",
    "parameter",
    "message",
    "suggestion",
    "fix",
    "replacement",
    "fingerprint",
];

/// The longest URL that stands in every row of its findings, in bytes. A longer one stands in the first of them, and the
/// others show its beginning: a long URL with many findings would become a table as large as both multiplied.
const LONG: usize = 8192;

/// How much of it they show, in characters.
const BEGINNING: usize = 100;

/// One document.
#[derive(Debug)]
pub struct Table {
    /// Whether secrets are shown.
    pub secrets: Secrets,
}

/// A cell that no spreadsheet takes for a formula: an apostrophe goes before what would begin one.
fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// Writes rows to a buffer, which takes everything.
struct Rows<'a>(csv::Writer<&'a mut Vec<u8>>);

impl<'a> Rows<'a> {
    fn new(out: &'a mut Vec<u8>) -> Self {
        Self(csv::Writer::from_writer(out))
    }

    fn add<const N: usize>(&mut self, cells: [&str; N]) {
        let _ = self.0.write_record(cells.map(harmless).each_ref().map(|cell| cell.as_bytes()));
    }
}

impl Report<Urls> for Table {
    fn begin(&self, _: &Summary, out: &mut Vec<u8>) {
        Rows::new(out).add(COLUMNS);
    }

    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        let judgement = record.judgement;
        let line = record.line.to_string();
        let (kind, verdict) = (judgement.kind.name(), record.verdict.name());
        let embed_id = judgement.embed_id().map(|id| redact::text(id, self.secrets));
        let embed_id = embed_id.as_deref().unwrap_or_default();
        let url = redact::url(record.text, self.secrets);
        let again: Cow<'_, str> = if url.len() > LONG {
            url.chars().take(BEGINNING).chain(['\u{2026}']).collect()
        } else {
            Cow::Borrowed(&url)
        };
        let text = |text: &str| redact::text(text.as_bytes(), self.secrets);
        let mut rows = Rows::new(out);
        if judgement.findings.is_empty() {
            let none = "";
            rows.add([
                record.source,
                &line,
                none,
                none,
                kind,
                verdict,
                embed_id,
                none,
                none,
                none,
                none,
                none,
                &url,
            ]);
        }
        for (i, finding) in judgement.findings.iter().enumerate() {
            let parameter = parameter(judgement, finding);
            rows.add([
                record.source,
                &line,
                &record.origin.column(finding.span.start).to_string(),
                &record.origin.column(finding.span.end).to_string(),
                kind,
                verdict,
                embed_id,
                finding.severity.name(),
                finding.rule.id,
                // A name may be one that hides a secret.
                &text(parameter.as_deref().unwrap_or_default()),
                &text(&finding.message),
                &text(&finding.suggestion),
                if i == 0 { &url } else { &again },
            ]);
        }
    }

    fn end(&self, _: &Summary, _: &mut Vec<u8>) {}
}

impl Report<Files> for Table {
    fn begin(&self, _: &CheckSummary, out: &mut Vec<u8>) {
        Rows::new(out).add(FILE_COLUMNS);
    }

    fn record(&self, record: &FileRecord<'_>, out: &mut Vec<u8>) {
        let text = |text: &[u8]| redact::text(text, self.secrets);
        let optional = |name: Option<&str>| text(name.unwrap_or_default().as_bytes());
        let mut rows = Rows::new(out);
        for Item { found, region, fingerprint, .. } in &record.items {
            let [line, column, end_line, end_column] =
                [region.line, region.column, region.end_line, region.end_column]
                    .map(|number| number.to_string());
            let (fix, replacement) = match &found.fix {
                Some(fix) if fix.safety == Safety::Safe => ("safe", text(&fix.replacement)),
                Some(fix) => ("unsafe", text(&fix.replacement)),
                None => ("", String::new()),
            };
            rows.add([
                record.path,
                &line,
                &column,
                &end_line,
                &end_column,
                found.kind.map(Kind::name).unwrap_or_default(),
                &optional(found.embed_id.as_deref()),
                found.finding.severity.name(),
                found.finding.rule.id,
                &optional(found.parameter.as_deref()),
                &text(found.finding.message.as_bytes()),
                &text(found.finding.suggestion.as_bytes()),
                fix,
                &replacement,
                fingerprint,
            ]);
        }
    }

    fn end(&self, _: &CheckSummary, _: &mut Vec<u8>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1", "+1", "-1", "@f", "\t=1", "\r=1"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["", "1", "a=1", "https://h", "'=1"] {
            assert_eq!(harmless(cell), cell);
        }
    }
}
