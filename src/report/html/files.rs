//! The parts of the page that only scanned files have.

use std::fmt::Write;

use sha2::{Digest as _, Sha256};

use super::escape::{escape, prose};
use super::filter::{self, Facet};
use super::rows::{severity, shown};
use super::rule::link;
use super::sections::{self, becomes};
use super::{About, Head};

use crate::dialect::escape::hexadecimal;
use crate::report::advice::{self, Given};
use crate::report::check::{CheckSummary, FileRecord, Item, Rewrite};
use crate::report::frame::Frame;
use crate::report::redact::{Privacy, users, users_in_parts};
use crate::report::tally::{SEVERITIES, Spot};
use crate::report::words;
use crate::rule::{Safety, Severity};
use crate::text::{counted, grouped};

/// How many findings of a file are shown.
const FINDINGS: usize = 1000;

/// Characters of a line of code.
const ROOM: usize = 240;

/// Everything before the first section.
pub(super) fn head(summary: &CheckSummary, about: &About, privacy: Privacy) -> String {
    Head {
        name: "Sigma embed check",
        size: &counted(summary.files, "file"),
        headline: &words::check_headline(summary),
        sections: &[
            ("next", "What to do next", true),
            ("rewrite", "The code to change", summary.rewrite.is_some()),
            ("findings", "Findings", true),
            ("parameters", "Parameters", true),
            ("files", "Files", true),
            ("rules", "Rules", summary.tally.total() > 0),
        ],
    }
    .html(about, privacy)
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
        return out + "<p>No finding is about a parameter.</p>\n</section>\n";
    }
    out.push_str(
        "<table class=\"plain\">\n<thead><tr><th scope=\"col\">Parameter</th><th scope=\"col\" class=\"n\">Locations</th>\
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

/// Where the findings of a file are in the page.
fn anchor(path: &str) -> String {
    let hash = hexadecimal(&Sha256::digest(path.as_bytes()));
    format!("file-{}", hash.get(..16).unwrap_or_default())
}

/// A path that breaks where its parts end.
fn path(path: &str, privacy: Privacy) -> String {
    escape(&shown(path.as_bytes(), privacy)).replace('/', "/<wbr>")
}

/// A place in a file, as a link to the findings of the file.
pub(super) fn place(spot: &Spot, privacy: Privacy) -> String {
    format!("<a href=\"#{}\">{}</a>", anchor(&spot.source), sections::place(spot, privacy))
}

/// The old code and the new, beside each other.
pub(super) fn rewrite(summary: &CheckSummary, privacy: Privacy) -> String {
    let Some(Rewrite { path, line, old, language, new }) = &summary.rewrite else {
        return String::new();
    };
    let code = |text: &str| {
        let line = |line: &str| escape(&shown(line.replace('\t', "    ").as_bytes(), privacy));
        format!("<pre><code>{}</code></pre>", text.lines().map(line).collect::<Vec<_>>().join("\n"))
    };
    format!(
        "<section aria-labelledby=\"rewrite\">\n<h2 id=\"rewrite\">The code to change</h2>\n\
         <p>The old code builds legacy URLs in <a href=\"#{anchor}\"><code>{path}:{line}</code></a>, the first of {builders}. \
         The new code is what <code>embed2jwt scaffold {language}</code> writes for this file.</p>\n\
         <div class=\"sides\">\n<div>\n<h3>Old</h3>\n{old}\n</div>\n<div>\n<h3>New</h3>\n{new}\n</div>\n</div>\n</section>\n",
        anchor = anchor(path),
        path = self::path(path, privacy),
        builders = counted(summary.builders, "location"),
        old = code(old),
        new = code(new),
    )
}

/// The head of the findings of files: what narrows them, and the files with their counts.
pub(super) fn files(summary: &CheckSummary, privacy: Privacy) -> String {
    let mut out = "<section aria-labelledby=\"files\">\n<h2 id=\"files\">Files</h2>\n".to_owned();
    if summary.tally.total() == 0 {
        return out + "<p>No file has a finding.</p>\n</section>\n";
    }
    let _ = writeln!(
        out,
        "<details class=\"index\"{}>\n<summary>{} with findings</summary>\n<ul>",
        if summary.affected <= 20 { " open" } else { "" },
        counted(summary.affected, "file")
    );
    for (path, levels) in &summary.paths {
        let _ = writeln!(
            out,
            "<li><a href=\"#{}\"><code>{}</code></a> {}</li>",
            anchor(path),
            self::path(path, privacy),
            counts(levels)
        );
    }
    let more = summary.affected.saturating_sub(summary.paths.len() as u64);
    if more > 0 {
        let _ = writeln!(out, "<li>and {} more</li>", grouped(more));
    }
    out.push_str("</ul>\n</details>\n");
    let mut rules: Vec<_> = summary.tally.by_rule().iter().map(|(rule, ..)| rule.id).collect();
    rules.sort_unstable();
    rules.dedup();
    let options = rules.into_iter().map(|id| (id, id)).collect();
    let rules = Facet { name: "rule", label: "Rule", options };
    out + &filter::form("findings", &[rules, filter::severities(false)], true)
}

/// How many findings of each severity there are, as labels.
fn counts(levels: &[u64]) -> String {
    let label = |(level, n): (Severity, &u64)| {
        format!("<span class=\"tag {}\">{}</span>", level.name(), counted(*n, level.name()))
    };
    let levels = SEVERITIES.into_iter().zip(levels).filter(|(_, n)| **n > 0);
    levels.map(label).collect::<Vec<_>>().join(" ")
}

/// The findings of one file.
pub(super) fn write(record: &FileRecord<'_>, privacy: Privacy, out: &mut Vec<u8>) {
    if record.items.is_empty() {
        return;
    }
    let levels = SEVERITIES.map(|level| {
        record.items.iter().filter(|item| item.found.finding.severity == level).count() as u64
    });
    let mut body = format!(
        "<details class=\"group\" id=\"{}\" open>\n<summary><h3><code>{}</code></h3> {}</summary>\n<ol class=\"rows\">\n",
        anchor(record.path),
        path(record.path, privacy),
        counts(&levels)
    );
    let frames = record.frames(FINDINGS, privacy.secrets);
    let mut last = 0;
    for (item, frame) in record.items.iter().zip(&frames) {
        let is_same = last == item.region.line;
        last = item.region.line;
        finding(item, &code(frame, item.region.line, is_same, privacy), privacy, &mut body);
    }
    let more = record.items.len().saturating_sub(FINDINGS);
    if more > 0 {
        let _ = writeln!(
            body,
            "<li>and {} more in this file: <code>embed2jwt check --format csv</code> has them all</li>",
            grouped(more as u64)
        );
    }
    body.push_str("</ol>\n</details>\n");
    out.extend_from_slice(body.as_bytes());
}

fn finding(item: &Item<'_>, code: &str, privacy: Privacy, out: &mut String) {
    let Item { found, region, .. } = item;
    let finding = &found.finding;
    let text = |text: &str| prose(&shown(text.as_bytes(), privacy));
    let id = item.unique_fingerprint();
    let id = id.get(..16).unwrap_or_default();
    let _ = write!(
        out,
        "<li class=\"row\" id=\"f-{id}\" data-severity=\"{level}\" data-rule=\"{rule}\">\n\
         <p class=\"what\"><a class=\"at\" href=\"#f-{id}\">{line}:{column}</a> {tag} {link} {message}</p>\n{code}",
        level = finding.severity.name(),
        rule = finding.rule.id,
        line = region.line,
        column = region.column,
        tag = severity(finding.severity),
        link = link(finding.rule),
        message = text(&finding.message),
    );
    if !finding.suggestion.is_empty() {
        let _ = writeln!(out, "<p class=\"advice\">{}</p>", text(&finding.suggestion));
    }
    if let Some(fix) = &found.fix {
        let flag = match fix.safety {
            Safety::Safe => "--fix",
            Safety::Unsafe => "--unsafe-fixes",
        };
        let what = match &*shown(&fix.replacement, privacy) {
            "" => "removes it".to_owned(),
            replacement => format!("writes <code>{}</code>", escape(replacement)),
        };
        let _ = writeln!(out, "<p class=\"advice\"><code>{flag}</code> {what}</p>");
    }
    out.push_str("</li>\n");
}

/// The line of a finding with the finding marked, and the lines around it unless they are there already.
fn code(frame: &Frame, line: u64, is_same: bool, privacy: Privacy) -> String {
    let (above, parts, below) = frame.code(ROOM);
    let [before, marked, behind] = users_in_parts(parts, privacy.users).map(|part| escape(&part));
    let beside = |line: Option<String>| {
        let text = line.filter(|_| !is_same)?;
        Some(escape(&users(text.into(), privacy.users)))
    };
    let numbered = |number: u64, text: &str| {
        format!("<span class=\"l\"><span class=\"ln\">{number}</span> {text}</span>")
    };
    let lines = [
        beside(above).map(|text| numbered(line.saturating_sub(1), &text)),
        Some(numbered(line, &format!("{before}<mark>{marked}</mark>{behind}"))),
        beside(below).map(|text| numbered(line + 1, &text)),
    ];
    let lines: Vec<_> = lines.into_iter().flatten().collect();
    format!("<pre><code>{}</code></pre>\n", lines.concat())
}
