//! GitLab code quality of judged URLs: an array with one object a finding.

use serde::Serialize;

use super::Report;
use super::audit::{Record, Summary, Urls};
use super::location::{Base, Names, parameter, wording};
use crate::rule::Severity;

/// One document.
#[derive(Debug)]
pub struct Gitlab {
    /// What paths are relative to.
    pub base: Base,
}

#[derive(Serialize)]
struct Shape<'a> {
    description: &'a str,
    check_name: &'static str,
    fingerprint: String,
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

impl Report<Urls> for Gitlab {
    fn separator(&self) -> &'static [u8] {
        b",\n"
    }

    fn begin(&self, _: &Summary, out: &mut Vec<u8>) {
        out.extend_from_slice(b"[\n");
    }

    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        if record.judgement.findings.is_empty() {
            return;
        }
        let path = self.base.path(record.source);
        let mut names = Names::new(&path, record.text);
        for finding in record.judgement.findings.iter() {
            let parameter = parameter(record.judgement, finding);
            let shape = Shape {
                description: &wording(&finding.message, &finding.suggestion),
                check_name: finding.rule.id,
                fingerprint: names.next(finding.rule, parameter.as_deref()),
                severity: match finding.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Info => "info",
                },
                location: Location { path: &path, lines: Lines { begin: record.line } },
            };
            super::element(&shape, b",\n", out);
        }
    }

    fn end(&self, _: &Summary, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\n]\n");
    }
}
