//! Numbers and names as reports for people write them.

use std::fmt::Write;

use super::audit::Summary;
use super::check::CheckSummary;
use super::summary;
use super::tally::Group;
use crate::dialect::params::{Fate, Parameter};
use crate::judge::Verdict;
use crate::text::{counted, grouped, plural};

/// What can become of a parameter, in the order in which it is told.
pub(super) const FATES: [Fate; 7] = [
    Fate::Claim,
    Fate::Header,
    Fate::Kept,
    Fate::Replaced,
    Fate::Obsolete,
    Fate::Unsupported,
    Fate::Unknown,
];

/// What a fate means.
pub(super) fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Claim => "becomes a claim of the token",
        Fate::Header => "goes into the header of the token",
        Fate::Kept => "stays in the URL",
        Fate::Replaced => "is replaced",
        Fate::Obsolete => "nothing needs it any more",
        Fate::Unsupported => "has no counterpart",
        Fate::Unknown => "not in the tables this release knows, dropped",
    }
}

/// What becomes of one parameter, as a sentence with code in it.
pub(super) fn becomes(row: &Parameter) -> String {
    match (row.fate, row.target) {
        (Fate::Claim, Some(target)) => format!("becomes the claim `{target}`"),
        (Fate::Header, Some(target)) => format!("becomes `{target}` in the token's header"),
        (Fate::Replaced, Some(_)) => format!("replaced by {}", row.replacement()),
        (Fate::Kept, _) if row.is_removable() => {
            "stays in the URL, where the embed's user can remove it".to_owned()
        }
        (other, _) => fate(other).to_owned(),
    }
}

/// The name of a parameter's row, as a sentence with code in it.
pub(super) fn parameter(row: &Parameter) -> String {
    if row.is_described() { row.name.to_owned() } else { format!("`{}`", row.name) }
}

/// What a verdict means.
pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Lossless => "everything is carried over",
        Verdict::Lossy => "something has no counterpart",
        Verdict::Blocked => "an error prevents the conversion",
        Verdict::None => "nothing to migrate",
    }
}

/// The run in a sentence.
pub(super) fn headline(summary: &Summary) -> String {
    if summary.urls == 0 {
        return "The list has no URL.".to_owned();
    }
    let of = |verdict| summary.verdict(verdict);
    let legacy = summary.urls - of(Verdict::None);
    if legacy == 0 {
        return format!("Nothing to migrate in {}.", counted(summary.urls, "URL"));
    }
    let mut out = format!(
        "{} of {} {} to be migrated to JWT:",
        grouped(legacy),
        counted(summary.urls, "URL"),
        plural(legacy, "has", "have")
    );
    let parts: Vec<String> = [
        (Verdict::Lossless, "without loss"),
        (Verdict::Lossy, "with a loss"),
        (Verdict::Blocked, "blocked by an error"),
    ]
    .into_iter()
    .filter(|(verdict, _)| of(*verdict) > 0)
    .map(|(verdict, words)| format!("{} {words}", grouped(of(verdict))))
    .collect();
    let _ = write!(out, " {}.", parts.join(", "));
    out
}

/// The run over files in a sentence.
pub(super) fn check_headline(summary: &CheckSummary) -> String {
    let files = counted(summary.files, "file");
    match summary.tally.total() {
        0 if summary.files == 0 => "No file was scanned.".to_owned(),
        0 if summary.learned > 0 => format!(
            "{} written to the baseline, which hides {} from now on.",
            counted(summary.learned, "finding"),
            if summary.learned == 1 { "it" } else { "them" }
        ),
        0 => format!("Nothing was found in {files}."),
        total => {
            format!("{} in {} of {files}.", counted(total, "finding"), grouped(summary.affected))
        }
    }
}

/// What can be fixed, a sentence each.
pub(super) fn check_fixes(summary: &CheckSummary) -> Vec<String> {
    let findings = |n: u64| counted(n, "finding");
    let (safe, other) = (summary.fixable, summary.fixable_unsafe);
    said([
        (safe, format!("{} with a safe fix: `embed2jwt check --fix`", findings(safe))),
        (
            other,
            format!(
                "{} with a fix that changes what the application does: `embed2jwt check --unsafe-fixes`",
                findings(other)
            ),
        ),
    ])
}

/// The sentences about something that there is.
fn said<const N: usize>(sentences: [(u64, String); N]) -> Vec<String> {
    sentences.into_iter().filter(|(n, _)| *n > 0).map(|(_, sentence)| sentence).collect()
}

/// What is not among the findings, a sentence each.
pub(super) fn check_counts(summary: &CheckSummary) -> Vec<String> {
    let findings = |n: u64| counted(n, "finding");
    let skipped = summary.skipped;
    let reasons = [
        (skipped.binary, "binary"),
        (skipped.too_large, "too large"),
        (skipped.unreadable, "unreadable"),
        (skipped.cut, "only in part"),
    ];
    let total = skipped.total();
    let reasons = said(reasons.map(|(n, reason)| (n, format!("{} {reason}", grouped(n)))));
    let stale = summary.stale;
    said([
        (summary.fixed, format!("{} fixed in this run", findings(summary.fixed))),
        (summary.allowed, summary::allowed(summary.allowed)),
        (summary.suppressed, format!("{} hidden by comments", findings(summary.suppressed))),
        (summary.baselined, format!("{} hidden by the baseline", findings(summary.baselined))),
        (
            stale,
            format!(
                "{} {} of the baseline {} nothing any more: `--write-baseline` renews it",
                grouped(stale),
                plural(stale, "entry", "entries"),
                plural(stale, "hides", "hide")
            ),
        ),
        (
            total,
            format!("{} skipped: {} (`-v` names them)", counted(total, "file"), reasons.join(", ")),
        ),
        (
            summary.ignored,
            format!(
                "{} {} left out by ignore rules (`-v` names them, `--no-gitignore` scans them)",
                grouped(summary.ignored),
                plural(summary.ignored, "file or folder", "files and folders")
            ),
        ),
    ])
}

/// How many findings a group has beside the places that are named.
pub(super) fn further(group: &Group) -> u64 {
    group.count.saturating_sub(group.spots.len() as u64)
}
