//! The parts of the page that only scanned files have.

use std::fmt::Write;

use super::Head;
use super::escape::{escape, prose};
use super::rows::{severity, shown};
use super::sections::becomes;

use crate::report::advice::{self, Given};
use crate::report::check::{CheckSummary, FileRecord, Item};
use crate::report::redact::Secrets;
use crate::report::tally::SEVERITIES;
use crate::report::words;
use crate::text::{counted, grouped};

/// How many findings of a file are shown.
const FINDINGS: usize = 200;

/// Everything before the first section.
pub(super) fn head(summary: &CheckSummary) -> String {
    Head {
        name: "Sigma embed check",
        size: &counted(summary.files, "file"),
        headline: &words::check_headline(summary),
        sections: "<li><a href=\"#next\">What to do next</a></li><li><a href=\"#findings\">Findings</a></li><li><a href=\"#parameters\">Parameters</a></li>\
             <li><a href=\"#files\">Files</a></li>",
        script: "'none'",
    }
    .html()
}

/// Headline numbers, and what the report leaves out.
pub(super) fn numbers(summary: &CheckSummary) -> String {
    let mut cells =
        format!("<div class=\"all\"><dt>files</dt><dd>{}</dd></div>\n", grouped(summary.files));
    for level in SEVERITIES {
        let _ = writeln!(
            cells,
            "<div><dt>{}</dt><dd>{}</dd></div>",
            severity(level),
            grouped(summary.tally.severity(level))
        );
    }
    let _ = writeln!(cells, "<div><dt>URLs</dt><dd>{}</dd></div>", grouped(summary.urls));
    let mut notes = String::new();
    for line in words::check_counts(summary) {
        let _ = write!(notes, "<li>{}</li>", prose(&line));
    }
    let notes = if notes.is_empty() {
        notes
    } else {
        format!("<div class=\"steps\"><ul>{notes}</ul></div>\n")
    };
    format!(
        "<section aria-labelledby=\"numbers\">\n<h2 id=\"numbers\">What was looked at</h2>\n\
         <dl class=\"numbers\">\n{cells}</dl>\n{notes}</section>\n"
    )
}

/// What to do next.
pub(super) fn next(summary: &CheckSummary) -> String {
    let mut out =
        String::from("<section aria-labelledby=\"next\">\n<h2 id=\"next\">What to do next</h2>\n");
    let (_, known) = summary.embed_ids.count();
    let steps = advice::next_of_files(summary, Given { map: known > 0, keys: false });
    if steps.is_empty() {
        return out + "<p>Nothing.</p>\n</section>\n";
    }
    out.push_str("<ol class=\"steps\">\n");
    for step in steps {
        let _ = writeln!(out, "<li><p>{}</p></li>", prose(&step));
    }
    out + "</ol>\n</section>\n"
}

/// The parameters that findings are about, and what becomes of each.
pub(super) fn parameters(summary: &CheckSummary) -> String {
    let mut out = String::from(
        "<section aria-labelledby=\"parameters\">\n<h2 id=\"parameters\">Parameters</h2>\n",
    );
    let used: Vec<_> = summary.uses.used().collect();
    if used.is_empty() {
        return out + "<p>No finding is about one.</p>\n</section>\n";
    }
    out.push_str(
        "<table class=\"plain\">\n<thead><tr><th scope=\"col\">Parameter</th><th scope=\"col\" class=\"n\">Places</th>\
         <th scope=\"col\">What becomes of it</th></tr></thead>\n<tbody>\n",
    );
    for (row, used) in used {
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td>{}</td></tr>",
            prose(&words::parameter(row)),
            grouped(used.count),
            becomes(row)
        );
    }
    out + "</tbody>\n</table>\n</section>\n"
}

/// The head of the table of files.
pub(super) fn table(summary: &CheckSummary) -> String {
    let out = "<section aria-labelledby=\"files\">\n<h2 id=\"files\">Files</h2>\n".to_owned();
    if summary.tally.total() == 0 {
        return out + "<p>None has a finding.</p>\n</section>\n";
    }
    out + "<table class=\"plain\" aria-labelledby=\"files\">\n<thead><tr><th scope=\"col\">Place</th>\
           <th scope=\"col\">Severity</th><th scope=\"col\">Finding</th></tr></thead>\n"
}

/// The findings of one file.
pub(super) fn write(record: &FileRecord<'_>, secrets: Secrets, out: &mut Vec<u8>) {
    if record.items.is_empty() {
        return;
    }
    // A path breaks where its parts end.
    let path = escape(&shown(record.path.as_bytes(), secrets)).replace('/', "/<wbr>");
    let mut body = format!(
        "<tbody>\n<tr><th scope=\"rowgroup\" colspan=\"3\"><code>{path}</code></th></tr>\n"
    );
    for Item { found, region, .. } in record.items.iter().take(FINDINGS) {
        let finding = &found.finding;
        let text = |text: &str| prose(&shown(text.as_bytes(), secrets));
        let mut about = text(&finding.message);
        if !finding.suggestion.is_empty() {
            let _ = write!(about, "<span class=\"about\">{}</span>", text(&finding.suggestion));
        }
        if let Some(fix) = &found.fix {
            let replacement = escape(&shown(&fix.replacement, secrets));
            let _ = write!(about, "<span class=\"about\">Fix: <code>{replacement}</code></span>");
        }
        let _ = writeln!(
            body,
            "<tr><td class=\"n\">{}:{}</td><td>{}</td><td><code>{}</code> {about}</td></tr>",
            region.line,
            region.column,
            severity(finding.severity),
            finding.rule.id
        );
    }
    let more = record.items.len().saturating_sub(FINDINGS);
    if more > 0 {
        let _ = writeln!(
            body,
            "<tr><td colspan=\"3\">and {} more in this file: <code>--format csv</code> has them all</td></tr>",
            grouped(more as u64)
        );
    }
    body.push_str("</tbody>\n");
    out.extend_from_slice(body.as_bytes());
}
