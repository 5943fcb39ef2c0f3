//! `concise`: one line a finding, as editors and `grep` read it, and the outcome of the run behind them.

use super::Report;
use super::audit::{Record, Summary, Urls};
use super::check::{CheckSummary, FileRecord, Files};
use super::redact::{self, Secrets, one_line};
use super::words;
use crate::rule::Finding;
use crate::text::counted;

/// One document.
#[derive(Debug)]
pub struct Concise {
    /// Whether secrets are shown.
    pub secrets: Secrets,
    /// Whether the outcome is left out.
    pub quiet: bool,
}

impl Concise {
    /// `path:line:column: level[rule] message`
    fn line(&self, source: &str, line: u64, column: u64, finding: &Finding, out: &mut Vec<u8>) {
        let (message, _) = redact::words(finding, self.secrets);
        let text = format!(
            "{}:{line}:{column}: {}[{}] {}\n",
            one_line(source),
            finding.severity,
            finding.rule.id,
            one_line(&message)
        );
        out.extend_from_slice(text.as_bytes());
    }
}

impl Report<Urls> for Concise {
    fn begin(&self, _: &Summary, _: &mut Vec<u8>) {}

    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        for finding in record.judgement.findings.iter() {
            let column = record.origin.column(finding.span.start);
            self.line(record.source, record.line, column, finding, out);
        }
    }

    fn end(&self, summary: &Summary, out: &mut Vec<u8>) {
        if self.quiet {
            return;
        }
        let findings = counted(summary.tally.total(), "finding");
        let urls = counted(summary.urls, "URL");
        out.extend_from_slice(format!("{findings} in {urls}.\n").as_bytes());
    }
}

impl Report<Files> for Concise {
    fn begin(&self, _: &CheckSummary, _: &mut Vec<u8>) {}

    fn record(&self, record: &FileRecord<'_>, out: &mut Vec<u8>) {
        for item in &record.items {
            let region = item.region;
            self.line(record.path, region.line, region.column, &item.found.finding, out);
        }
    }

    fn end(&self, summary: &CheckSummary, out: &mut Vec<u8>) {
        if self.quiet {
            return;
        }
        let counts = words::check_counts(summary);
        for line in std::iter::once(words::check_headline(summary)).chain(counts) {
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
    }
}
