//! What `check` gives to its reports.

use std::io::Write as _;

use serde_json::json;

use super::judge::Judged;
use crate::cli::args::Check;
use crate::cli::error::CliError;
use crate::cli::output::{self, Flow, Output};
use crate::report::redact;
use crate::rule::{Found, Safety, Severity, Text};

/// What a run counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    /// Files that were read to their end.
    pub(super) files: u64,
    pub(super) bytes: u64,
    pub(super) urls: u64,
    pub(super) errors: u64,
    pub(super) warnings: u64,
    pub(super) infos: u64,
    /// Findings with a fix, safe or not.
    pub(super) fixable: u64,
    pub(super) binary: u64,
    pub(super) too_large: u64,
    pub(super) no_file: u64,
    pub(super) unreadable: u64,
    /// Those of them that were named.
    pub(super) unread: u64,
    /// Findings that a comment hides.
    pub(super) suppressed: u64,
    /// Findings that the baseline hides.
    pub(super) known: u64,
    /// Findings of the baseline that are not there any more.
    pub(super) stale: u64,
    pub(super) fixed: u64,
    pub(super) fixed_files: u64,
    /// Files that could not be fixed.
    pub(super) left_alone: u64,
}

impl Totals {
    /// Files that were left out.
    pub(super) fn skipped(&self) -> u64 {
        self.binary + self.too_large + self.no_file + self.unreadable
    }

    /// Counts what was found in a file.
    pub(super) fn count(&mut self, judged: &Judged) {
        self.urls += judged.urls;
        self.suppressed += judged.suppressed;
        self.known += judged.known;
        self.stale += judged.stale;
        for found in &judged.found {
            match found.finding.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Info => self.infos += 1,
            }
            self.fixable += u64::from(found.fix.is_some());
        }
    }

    /// Adds what was counted elsewhere.
    pub(super) fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.urls += other.urls;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.infos += other.infos;
        self.fixable += other.fixable;
        self.binary += other.binary;
        self.too_large += other.too_large;
        self.no_file += other.no_file;
        self.unreadable += other.unreadable;
        self.unread += other.unread;
        self.suppressed += other.suppressed;
        self.known += other.known;
        self.stale += other.stale;
        self.fixed += other.fixed;
        self.fixed_files += other.fixed_files;
        self.left_alone += other.left_alone;
    }
}

/// What a group of files writes to the outputs.
#[derive(Default)]
pub(super) struct Piece {
    rows: Vec<u8>,
    pub(super) diff: Vec<u8>,
}

/// The formats, for all threads.
pub(super) struct Formats;

impl Formats {
    pub(super) fn piece(&self) -> Piece {
        Piece::default()
    }

    /// One file.
    pub(super) fn record(&self, path: &str, text: &Text<'_>, found: &[Found], piece: &mut Piece) {
        for found in found {
            let finding = &found.finding;
            let place = text.in_file(finding.span);
            let before = text.bytes().get(..finding.span.start as usize).unwrap_or_default();
            let shape = json!({
                "rule": finding.rule.id, "severity": finding.severity.name(), "message": finding.message,
                "suggestion": finding.suggestion, "parameter": found.parameter, "path": path,
                "line": memchr::memchr_iter(b'\n', before).count() + 1,
                "byte_start": place.start, "byte_end": place.end,
                "fix": found.fix.as_ref().map(|fix| json!({"safe": fix.safety == Safety::Safe})),
            });
            let line = redact::text(shape.to_string().as_bytes(), redact::Secrets::Hidden);
            let _ = writeln!(piece.rows, "{line}");
        }
    }
}

/// The outputs of a run.
pub(super) struct Reports {
    main: Output,
    diff: bool,
}

impl Reports {
    pub(super) fn begin(args: &Check) -> Result<Self, CliError> {
        let mut outputs = output::open(args.output.file.as_deref(), std::iter::empty())?;
        let main = outputs.pop().unwrap_or_else(Output::stdout);
        Ok(Self { main, diff: args.fixing.diff })
    }

    pub(super) fn formats(&self) -> Formats {
        Formats
    }

    pub(super) fn write(&mut self, piece: &Piece) -> Result<Flow, CliError> {
        self.main.write(if self.diff { &piece.diff } else { &piece.rows })
    }

    pub(super) fn end(self, _totals: &Totals) -> Result<(), CliError> {
        self.main.finish()
    }
}
