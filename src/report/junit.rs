//! `JUnit` XML of judged URLs: one case a URL, which fails with its errors and warnings.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Report;
use super::audit::{Record, Summary, Urls};
use super::redact::{self, Secrets};
use crate::rule::Severity;

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

/// What is said of a URL: the URL, then every finding in two lines.
fn body(record: &Record<'_>, secrets: Secrets) -> String {
    let mut text = String::from_utf8_lossy(record.text).into_owned();
    for finding in record.judgement.findings.iter() {
        let column = record.origin.column(finding.span.start);
        let (severity, rule) = (finding.severity, finding.rule.id);
        // A text takes everything.
        let _ = write!(text, "\ncolumn {column}: {severity}[{rule}]: {}", finding.message);
        if !finding.suggestion.is_empty() {
            let _ = write!(text, "\n  help: {}", finding.suggestion);
        }
    }
    // A name in a message may be one that hides a secret.
    redact::text(text.as_bytes(), secrets)
}

impl Report<Urls> for Junit {
    fn begins_with_summary(&self) -> bool {
        true
    }

    fn begin(&self, summary: &Summary, out: &mut Vec<u8>) {
        let failures = self.failures.load(Ordering::Relaxed);
        let totals = format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\"", summary.urls);
        let name = env!("CARGO_PKG_NAME");
        let head = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{name}\" {totals}>\n\
             <testsuite name=\"{name} audit\" {totals} skipped=\"0\">\n"
        );
        out.extend_from_slice(head.as_bytes());
    }

    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        let mut name = format!("line {}", record.line);
        if let Some(id) = record.judgement.embed_id() {
            name = name + " " + &redact::text(id, self.secrets);
        }
        let mut case =
            format!("<testcase classname=\"{}\" name=\"{}\"", escape(record.source), escape(&name));
        let findings = record.judgement.findings.iter();
        // The first of the heaviest; `max_by_key` would take the last.
        match findings.rev().max_by_key(|finding| finding.severity) {
            None => case.push_str("/>\n"),
            Some(finding) => {
                let text = body(record, self.secrets);
                // Between tags a line end stays one, and people read it there.
                let text = escape(&text).replace("&#10;", "\n");
                // A text takes everything.
                let _ = if finding.severity == Severity::Info {
                    writeln!(case, "><system-out>{text}</system-out></testcase>")
                } else {
                    self.failures.fetch_add(1, Ordering::Relaxed);
                    let rule = finding.rule.id;
                    let message = redact::text(finding.message.as_bytes(), self.secrets);
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

    fn end(&self, _: &Summary, out: &mut Vec<u8>) {
        out.extend_from_slice(b"</testsuite>\n</testsuites>\n");
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
