//! GitLab code quality of judged URLs or scanned files: an array with one object a finding.

use serde::Serialize;

use super::Report;
use super::audit::{Record, Summary, Urls};
use super::check::{CheckSummary, FileRecord, Files};
use super::location::{Base, Names, parameter, wording};
use crate::rule::{Finding, Severity};

/// One document.
#[derive(Debug)]
pub struct Gitlab {
    /// What paths are relative to.
    pub base: Base,
}

#[derive(Serialize)]
struct Issue<'a> {
    description: &'a str,
    check_name: &'static str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u64,
}

/// What stands between two objects.
const SEPARATOR: &[u8] = b",\n";

/// One object.
fn object(finding: &Finding, path: &str, line: u64, fingerprint: &str, out: &mut Vec<u8>) {
    let shape = Issue {
        description: &wording(&finding.message, &finding.suggestion),
        check_name: finding.rule.id,
        fingerprint,
        severity: match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Info => "info",
        },
        location: Location { path, lines: Lines { begin: line } },
    };
    super::element(&shape, SEPARATOR, out);
}

impl Report<Urls> for Gitlab {
    fn names_rows(&self) -> bool {
        true
    }

    fn separator(&self) -> &'static [u8] {
        SEPARATOR
    }

    fn begin(&self, _: &Summary, out: &mut Vec<u8>) {
        out.extend_from_slice(b"[\n");
    }

    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        if record.judgement.findings.is_empty() {
            return;
        }
        let path = self.base.path(record.source);
        let mut names = Names::new(&path, record.text, record.twin);
        for finding in record.judgement.findings.iter() {
            let parameter = parameter(record.judgement, finding);
            let name = names.next(finding.rule, parameter.as_deref());
            object(finding, &path, record.line, &name, out);
        }
    }

    fn end(&self, _: &Summary, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\n]\n");
    }
}

impl Report<Files> for Gitlab {
    fn separator(&self) -> &'static [u8] {
        SEPARATOR
    }

    fn begin(&self, _: &CheckSummary, out: &mut Vec<u8>) {
        out.extend_from_slice(b"[\n");
    }

    fn record(&self, record: &FileRecord<'_>, out: &mut Vec<u8>) {
        let path = self.base.path(record.path);
        for item in &record.items {
            let name = item.unique_fingerprint();
            object(&item.found.finding, &path, item.region.line, &name, out);
        }
    }

    fn end(&self, _: &CheckSummary, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\n]\n");
    }
}
