//! Workflow commands of GitHub Actions for judged URLs or scanned files, and the summary of a workflow's step.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Report;
use super::audit::{Record, Summary, Urls, VERDICTS};
use super::check::{CheckSummary, FileRecord, Files};
use super::location::{Base, wording};
use super::redact::printable;
use super::tally::{FIRST, Group, SEVERITIES, Single, Tally};
use super::words;
use crate::rule::Severity;

/// One command for each of the first findings of a level: GitHub shows no more of them.
#[derive(Debug)]
pub struct Github {
    /// What paths are relative to.
    pub base: Base,
}

/// A level's command, and its name in a sentence.
fn level(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Error => ("error", "errors"),
        Severity::Warning => ("warning", "warnings"),
        Severity::Info => ("notice", "notices"),
    }
}

/// The message of a command.
fn data(text: &str) -> String {
    printable(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A list has no parts of more than one line; a part of a file may have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Several,
}

impl Github {
    fn command(&self, severity: Severity, single: &Single, lines: Lines) -> String {
        let region = single.spot.region;
        let end_line = match lines {
            Lines::One => String::new(),
            Lines::Several => format!(",endLine={}", region.end_line),
        };
        // GitHub takes columns of one line only.
        let columns = if region.end_line == region.line {
            format!(",col={},endColumn={}", region.column, region.end_column)
        } else {
            String::new()
        };
        format!(
            "::{} file={},line={}{end_line}{columns},title={}::{}\n",
            level(severity).0,
            property(&self.base.path(&single.spot.source)),
            region.line,
            property(&format!("{}({})", env!("CARGO_PKG_NAME"), single.rule.id)),
            data(&wording(&single.message, &single.suggestion))
        )
    }

    fn commands(&self, tally: &Tally, lines: Lines, out: &mut Vec<u8>) {
        let mut more = Vec::new();
        for ((severity, first), count) in
            SEVERITIES.into_iter().zip(&tally.first).zip(tally.findings)
        {
            for single in first {
                out.extend_from_slice(self.command(severity, single, lines).as_bytes());
            }
            let hidden = count.saturating_sub(first.len() as u64);
            if hidden > 0 {
                more.push(format!("{hidden} more {}", level(severity).1));
            }
        }
        if !more.is_empty() {
            let line = format!(
                "{}: {}; GitHub shows {FIRST} of each level in a step\n",
                env!("CARGO_PKG_NAME"),
                more.join(", ")
            );
            out.extend_from_slice(line.as_bytes());
        }
    }
}

impl Report<Urls> for Github {
    fn begin(&self, _: &Summary, _: &mut Vec<u8>) {}

    fn record(&self, _: &Record<'_>, _: &mut Vec<u8>) {}

    fn end(&self, summary: &Summary, out: &mut Vec<u8>) {
        self.commands(&summary.tally, Lines::One, out);
    }
}

impl Report<Files> for Github {
    fn begin(&self, _: &CheckSummary, _: &mut Vec<u8>) {}

    fn record(&self, _: &FileRecord<'_>, _: &mut Vec<u8>) {}

    fn end(&self, summary: &CheckSummary, out: &mut Vec<u8>) {
        self.commands(&summary.tally, Lines::Several, out);
    }
}

/// The summary of a step, in GitHub's Markdown: what can be moved, and what was found, by rule.
pub fn step_summary(summary: &Summary, base: &Base) -> String {
    let mut out = format!(
        "## {}\n\n{} URLs\n\n| verdict | URLs |\n|---|---:|\n",
        env!("CARGO_PKG_NAME"),
        summary.urls
    );
    for (verdict, count) in VERDICTS.iter().zip(summary.verdicts) {
        // A text takes everything.
        let _ = writeln!(out, "| {} | {count} |", verdict.name());
    }
    rules(&summary.tally, base, &mut out);
    out
}

/// The same of scanned files.
pub fn check_step_summary(summary: &CheckSummary, base: &Base) -> String {
    let mut out = format!("## {}\n\n{}\n", env!("CARGO_PKG_NAME"), words::check_headline(summary));
    for (i, line) in
        [words::check_fixes(summary), words::check_counts(summary)].concat().iter().enumerate()
    {
        // A blank line before the list. A text takes everything.
        let _ = writeln!(out, "{}- {line}", if i == 0 { "\n" } else { "" });
    }
    rules(&summary.tally, base, &mut out);
    out
}

/// What was found, by rule.
fn rules(tally: &Tally, base: &Base, out: &mut String) {
    let mut rules: BTreeMap<_, (&Group, u64)> = BTreeMap::new();
    for group in tally.groups() {
        let key = (std::cmp::Reverse(group.severity), group.rule.index);
        rules.entry(key).or_insert((group, 0)).1 += group.count;
    }
    if !rules.is_empty() {
        out.push_str("\n| level | rule | findings | about | first at |\n|---|---|---:|---|---|\n");
    }
    for (group, count) in rules.values() {
        // Of the most frequent message: the others are further down in the report.
        let first = group.spots.first();
        let place = first
            .map(|spot| format!("{}:{}", markdown(&base.path(&spot.source)), spot.region.line));
        let _ = writeln!(
            out,
            "| {} | [{}]({}) | {count} | {} | {} |",
            group.severity,
            group.rule.id,
            super::help_link(group.rule.id),
            group.rule.summary.replace('|', "\\|"),
            place.unwrap_or_default()
        );
    }
    out.push('\n');
}

/// A text that is nothing but text in a cell of a table: what could mean something is written as its number.
fn markdown(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        let plain = !c.is_ascii() || c.is_ascii_alphanumeric() || " ./-".contains(c);
        if plain && !c.is_control() {
            out.push(c);
        } else {
            let shown = if c.is_control() { '\u{fffd}' } else { c };
            let _ = write!(out, "&#{};", u32::from(shown));
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_or_begins_another() {
        assert_eq!(data("100%\n::error::\u{1b}"), "100%25%0A::error::\\u{1b}");
        assert_eq!(property("a:b,c%2C\n"), "a%3Ab%2Cc%252C%0A");
    }

    #[test]
    fn nothing_of_a_name_is_markup() {
        assert_eq!(markdown("a/b-1.txt"), "a/b-1.txt");
        assert_eq!(markdown("<b>|\n`"), "&#60;b&#62;&#124;&#65533;&#96;");
    }
}
