//! Reports on their way to their outputs, whatever they are about.

use std::fs::File;
use std::io::{Read, Seek, Write};

use super::args::{AuditOutput, FailOn, ReportFormat};
use super::error::CliError;
use super::exit::Exit;
use super::output::{Flow, Output};
use super::unfinished::nameless;
use crate::report::advice::Given;
use crate::report::concise::Concise;
use crate::report::github::Github;
use crate::report::gitlab::Gitlab;
use crate::report::html::{About, Html};
use crate::report::human::{Human, Look};
use crate::report::json::{Json, Ndjson};
use crate::report::junit::Junit;
use crate::report::location::Base;
use crate::report::markdown::Markdown;
use crate::report::redact::{Privacy, Users};
use crate::report::sarif::Sarif;
use crate::report::table::Table;
use crate::report::tally::Tally;
use crate::report::{Report, Subject};
use crate::rule::Severity;

/// What reports show, and say of their run.
#[derive(Clone)]
pub(super) struct Showing {
    pub(super) privacy: Privacy,
    pub(super) given: Given,
    pub(super) about: About,
}

impl Showing {
    /// For a run that began at `now`.
    pub(super) fn of(output: &AuditOutput, given: Given, now: u64) -> Self {
        let users = if output.show_users { Users::Shown } else { Users::Hidden };
        let privacy = Privacy { secrets: output.common.secrets(), users };
        Self { privacy, given, about: About { now, ..About::default() } }
    }
}

/// The report of a format.
pub(super) fn report<S: Subject>(
    format: ReportFormat,
    look: Look,
    showing: &Showing,
) -> Box<dyn Report<S>>
where
    Human: Report<S>,
    Concise: Report<S>,
    Json<'static>: Report<S>,
    Ndjson<'static>: Report<S>,
    Sarif: Report<S>,
    Github: Report<S>,
    Gitlab: Report<S>,
    Junit: Report<S>,
    Table: Report<S>,
    Html: Report<S>,
    Markdown: Report<S>,
{
    let Showing { privacy, given, about } = showing.clone();
    let Privacy { secrets, users } = privacy;
    match format {
        ReportFormat::Human => Box::new(Human { look, given }),
        ReportFormat::Concise => Box::new(Concise { secrets, quiet: look.quiet }),
        ReportFormat::Json => Box::new(Json { secrets, inspector: None }),
        ReportFormat::Sarif => Box::new(Sarif { base: base() }),
        ReportFormat::Github => Box::new(Github { base: base() }),
        ReportFormat::Gitlab => Box::new(Gitlab { base: base() }),
        ReportFormat::Junit => Box::new(Junit::new(secrets)),
        ReportFormat::Csv => Box::new(Table { secrets }),
        ReportFormat::Html => Box::new(Html { privacy, given, about }),
        ReportFormat::Markdown => Box::new(Markdown { users }),
        ReportFormat::Ndjson => Box::new(Ndjson { secrets, inspector: None }),
    }
}

/// What the paths of reports are relative to: the root of the repository, or the working directory if there is none.
pub(super) fn base() -> Base {
    let Ok(here) = std::env::current_dir() else { return Base::default() };
    let root = here.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&here);
    Base::new(root.to_str().unwrap_or_default(), here.to_str().unwrap_or_default())
}

/// Adds a text to the summary of the step, if this is one of GitHub Actions.
pub(super) fn step_summary(text: impl FnOnce(&Base) -> String) -> Result<(), CliError> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let opened = File::options().append(true).create(true).open(&path);
    opened.and_then(|mut file| file.write_all(text(&base()).as_bytes())).map_err(|source| {
        let name = std::path::Path::new(&path).display().to_string();
        CliError::Output { name, source }
    })
}

/// The exit status that the findings deserve.
pub(super) fn exit(tally: &Tally, fail_on: FailOn) -> Exit {
    let failing: &[Severity] = match fail_on {
        FailOn::Error => &[Severity::Error],
        FailOn::Warning => &[Severity::Error, Severity::Warning],
        FailOn::Info => &[Severity::Error, Severity::Warning, Severity::Info],
        FailOn::Never => &[],
    };
    let fails = failing.iter().any(|severity| tally.severity(*severity) > 0);
    if fails { Exit::Findings } else { Exit::Clean }
}

/// One report on its way to its output.
pub(super) struct Document<'a, S: Subject> {
    report: &'a dyn Report<S>,
    output: Output,
    /// The records, while the summary that must stand before them is not there yet.
    held: Option<File>,
    started: bool,
}

impl<'a, S: Subject> Document<'a, S> {
    pub(super) fn begin(report: &'a dyn Report<S>, mut output: Output) -> Result<Self, CliError> {
        let held = if report.begins_with_summary() {
            Some(tempfile::tempfile().map_err(nameless).map_err(held_error)?)
        } else {
            let mut head = Vec::new();
            report.begin(&S::Summary::default(), &mut head);
            output.write(&head)?;
            None
        };
        Ok(Self { report, output, held, started: false })
    }

    /// Writes what records wrote; between two pieces stands the report's separator, behind the last one it does not.
    pub(super) fn rows(&mut self, bytes: &[u8]) -> Result<Flow, CliError> {
        let separator = self.report.separator();
        let Some(piece) = bytes.strip_suffix(separator).filter(|_| !bytes.is_empty()) else {
            return Ok(Flow::Continue);
        };
        let started = std::mem::replace(&mut self.started, true);
        for bytes in [if started { separator } else { b"" }, piece] {
            match &mut self.held {
                Some(file) => file.write_all(bytes).map_err(held_error)?,
                None => {
                    if self.output.write(bytes)? == Flow::Closed {
                        return Ok(Flow::Closed);
                    }
                }
            }
        }
        Ok(Flow::Continue)
    }

    pub(super) fn end(mut self, summary: &S::Summary) -> Result<(), CliError> {
        if let Some(mut held) = self.held {
            let mut head = Vec::new();
            self.report.begin(summary, &mut head);
            self.output.write(&head)?;
            held.rewind().map_err(held_error)?;
            let mut page = vec![0; 1 << 16];
            loop {
                let read = held.read(&mut page).map_err(held_error)?;
                let Some(bytes) = page.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
                if self.output.write(bytes)? == Flow::Closed {
                    break;
                }
            }
        }
        let mut tail = Vec::new();
        self.report.end(summary, &mut tail);
        self.output.write(&tail)?;
        self.output.finish()
    }
}

fn held_error(source: std::io::Error) -> CliError {
    CliError::Output { name: "a temporary file".to_owned(), source }
}
