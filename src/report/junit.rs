//! `JUnit` XML of judged URLs or scanned files: a URL or a finding is a case, which fails with an error or a warning.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Report;
use super::audit::{Record, Summary, Urls};
use super::check::{CheckSummary, FileRecord, Files};
use super::location::Names;
use super::redact::{self, Secrets};
use crate::rule::{Finding, Severity};

/// One document.
#[derive(Debug)]
pub struct Junit {
    /// Whether secrets are shown.
    secrets: Secrets,
    /// URLs with an error or a warning; the number stands before the rows, which are held until it is known.
    failures: AtomicU64,
}

impl Junit {
    /// A report of no URL yet.
    pub fn new(secrets: Secrets) -> Self {
        Self { secrets, failures: AtomicU64::new(0) }
    }
}

/// A text between tags or in an attribute. What XML 1.0 cannot hold, not even by number, is shown as an escape.
fn escape(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| match c {
        '<' | '>' | '&' | '"' | '\'' | '\u{fffe}' | '\u{ffff}' => false,
        c => !c.is_control(),
    };
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if is_plain(c) => out.push(c),
            // Written as they are, a reader turns line ends and tabs into something else.
            '<' | '>' | '&' | '"' | '\'' | '\t' | '\n' | '\r' => {
                // A text takes everything.
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(out)
}

/// Appends what is said of a finding, in two lines.
fn say(place: &str, finding: &Finding, text: &mut String) {
    // A text takes everything.
    let (severity, rule) = (finding.severity, finding.rule.id);
    let _ = write!(text, "{place}: {severity}[{rule}]: {}", finding.message);
    if !finding.suggestion.is_empty() {
        let _ = write!(text, "\n  help: {}", finding.suggestion);
    }
}

/// What is said of a URL: the URL, then every finding.
fn body(record: &Record<'_>, secrets: Secrets) -> String {
    let mut text = format!("line {}: {}", record.line, redact::url(record.text, secrets));
    for finding in record.judgement.findings.iter() {
        let column = record.origin.column(finding.span.start);
        text.push('\n');
        say(&format!("column {column}"), finding, &mut text);
    }
    text
}

/// The document up to its cases.
fn head(suite: &str, tests: u64, failures: u64, out: &mut Vec<u8>) {
    let totals = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\"");
    let name = env!("CARGO_PKG_NAME");
    let head = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{name}\" {totals}>\n\
         <testsuite name=\"{name} {suite}\" {totals} skipped=\"0\">\n"
    );
    out.extend_from_slice(head.as_bytes());
}

const TAIL: &[u8] = b"</testsuite>\n</testsuites>\n";

/// A case that its finding, if there is one, makes fail or only speak. `body` is what is said of it.
fn case(
    class: &str,
    name: &str,
    finding: Option<&Finding>,
    body: impl FnOnce() -> String,
    secrets: Secrets,
    out: &mut Vec<u8>,
) {
    let mut case = format!("<testcase classname=\"{}\" name=\"{}\"", escape(class), escape(name));
    match finding {
        None => case.push_str("/>\n"),
        Some(finding) => {
            // A name in a message may be one that hides a secret.
            let text = redact::text(body().as_bytes(), secrets);
            // Between tags a line end stays one, and people read it there.
            let text = escape(&text).replace("&#10;", "\n");
            // A text takes everything.
            let _ = if finding.severity == Severity::Info {
                writeln!(case, "><system-out>{text}</system-out></testcase>")
            } else {
                let rule = finding.rule.id;
                let message = redact::text(finding.message.as_bytes(), secrets);
                let message = escape(&message);
                writeln!(
                    case,
                    "><failure type=\"{rule}\" message=\"{message}\">{text}</failure></testcase>"
                )
            };
        }
    }
    out.extend_from_slice(case.as_bytes());
}

impl Report<Urls> for Junit {
    fn names_rows(&self) -> bool {
        true
    }

    fn begins_with_summary(&self) -> bool {
        true
    }

    fn begin(&self, summary: &Summary, out: &mut Vec<u8>) {
        head("audit", summary.urls, self.failures.load(Ordering::Relaxed), out);
    }

    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        // Readers follow a case from run to run by its name, so it must outlive lines above it.
        let names = Names::new(record.source, record.text, record.twin).row();
        let own = names.get(..12).unwrap_or_default();
        let name = match record.judgement.embed_id() {
            Some(id) => format!("{} {own}", redact::text(id, self.secrets)),
            None => format!("{} {own}", record.judgement.kind.name()),
        };
        let findings = record.judgement.findings.iter();
        // The first of the heaviest; `max_by_key` would take the last.
        let heaviest = findings.rev().max_by_key(|finding| finding.severity);
        if heaviest.is_some_and(|finding| finding.severity > Severity::Info) {
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
        case(record.source, &name, heaviest, || body(record, self.secrets), self.secrets, out);
    }

    fn end(&self, _: &Summary, out: &mut Vec<u8>) {
        out.extend_from_slice(TAIL);
    }
}

impl Report<Files> for Junit {
    fn begins_with_summary(&self) -> bool {
        true
    }

    fn begin(&self, summary: &CheckSummary, out: &mut Vec<u8>) {
        let [error, warning, info] = summary.tally.findings;
        let failures = error + warning;
        head("check", (failures + info).max(1), failures, out);
        if failures + info == 0 {
            // Some readers take a suite without cases for one that did not run.
            case("check", "no findings", None, String::new, self.secrets, out);
        }
    }

    fn record(&self, record: &FileRecord<'_>, out: &mut Vec<u8>) {
        let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
        for item in &record.items {
            let finding = &item.found.finding;
            let place = format!("line {}, column {}", item.region.line, item.region.column);
            // Readers follow a case from run to run by its name, so it must outlive edits above it.
            let count = seen.entry(finding.rule.id).or_default();
            *count += 1;
            let name = match count {
                1 => finding.rule.id.to_owned(),
                n => format!("{} ({n})", finding.rule.id),
            };
            let body = || {
                let mut text = String::new();
                say(&format!("{}, {place}", record.path), finding, &mut text);
                text
            };
            case(record.path, &name, Some(finding), body, self.secrets, out);
        }
    }

    fn end(&self, _: &CheckSummary, out: &mut Vec<u8>) {
        out.extend_from_slice(TAIL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_one_that_xml_can_hold() {
        assert_eq!(escape("gr\u{fc}n \u{1f600}"), "gr\u{fc}n \u{1f600}");
        assert_eq!(escape("<a b=\"c\">&'"), "&#60;a b=&#34;c&#34;&#62;&#38;&#39;");
        assert_eq!(escape("]]>\r\n\t"), "]]&#62;&#13;&#10;&#9;");
        assert_eq!(escape("\u{1b}\0\u{ffff}\u{85}"), "\\u{1b}\\u{0}\\u{ffff}\\u{85}");
    }
}
