//! What `check` gives to its reports, and where they go.

use crate::cli::args::{Check, ReportFormat};
use crate::cli::config::choose;
use crate::cli::document::{self, Document, Showing};
use crate::cli::error::CliError;
use crate::cli::git;
use crate::cli::output::{self, Flow, Output};
use crate::cli::terminal::look;
use crate::policy::Config;
use crate::report::Report;
use crate::report::advice::Given;
use crate::report::check::{CheckSummary, FileRecord, Files};
use crate::report::github;
use crate::report::statistics::Statistics;

/// The formats of a run, in the order of their outputs: the main one, unless a diff or a list of files takes its place, and those beside.
pub(super) struct Formats {
    reports: Vec<Box<dyn Report<Files>>>,
    /// What each of them is.
    kinds: Vec<ReportFormat>,
}

impl Formats {
    pub(super) fn of(args: &Check, config: &Config, given: Given, now: u64) -> Self {
        let output = &args.output;
        let configured = config.check.report.format.as_deref();
        let configured = configured.filter(|_| !args.statistics);
        let format = choose(output.format, configured, ReportFormat::Human);
        let main = (!prints_text(args))
            .then_some((format, output::is_file(output.common.file.as_deref())));
        let beside =
            output.report.iter().map(|report| (report.format, output::is_file(Some(&report.file))));
        let formats: Vec<_> = main.into_iter().chain(beside).collect();
        let kinds: Vec<_> = formats.iter().map(|(format, _)| *format).collect();
        let mut showing = Showing::of(output, given, now);
        if kinds.contains(&ReportFormat::Html) {
            (showing.about.repository, showing.about.commit) = git::head();
        }
        let report = |(format, to_file): (ReportFormat, bool)| {
            let look = look(output.color, to_file, output.quiet);
            document::report::<Files>(format, look, &showing)
        };
        let mut reports: Vec<_> = formats.into_iter().map(report).collect();
        if let Some(main) = reports.first_mut().filter(|_| args.statistics) {
            *main = Box::new(Statistics);
        }
        Self { reports, kinds }
    }

    /// Whether one of them shows the lines of findings.
    pub(super) fn show_frames(&self) -> bool {
        self.reports.iter().any(|report| report.shows_frames())
    }

    /// Whether one of them shows the code that replaces a builder.
    pub(super) fn show_rewrite(&self) -> bool {
        self.reports.iter().any(|report| report.shows_rewrite())
    }

    /// Buffers for what a group of files writes: one for each format.
    pub(super) fn buffers(&self) -> Vec<Vec<u8>> {
        self.reports.iter().map(|_| Vec::new()).collect()
    }

    /// One file.
    pub(super) fn record(&self, record: &FileRecord<'_>, buffers: &mut [Vec<u8>]) {
        for (report, out) in self.reports.iter().zip(buffers) {
            report.record(record, out);
        }
    }
}

/// Whether something else than a report goes to the main output.
fn prints_text(args: &Check) -> bool {
    args.fixing.diff || args.show_files
}

/// The outputs of a run.
pub(super) struct Outputs<'a> {
    /// A diff, or names of files.
    text: Option<Output>,
    documents: Vec<Document<'a, Files>>,
    github: bool,
}

impl<'a> Outputs<'a> {
    pub(super) fn begin(args: &Check, formats: &'a Formats) -> Result<Self, CliError> {
        let beside = args.output.report.iter().map(|report| &*report.file);
        let common = &args.output.common;
        let mut outputs = output::open(common.file.as_deref(), beside, common.holds())?.into_iter();
        let mut text = if prints_text(args) { outputs.next() } else { None };
        text.iter_mut().for_each(Output::escape_for_terminal);
        let outputs = outputs.zip(&formats.kinds).map(|(mut output, kind)| {
            if *kind == ReportFormat::Csv {
                output.escape_for_terminal();
            }
            output
        });
        let reports = formats.reports.iter().map(|report| &**report);
        let begin = |(report, output)| Document::begin(report, output);
        let documents = reports.zip(outputs).map(begin).collect::<Result<_, _>>()?;
        let github = formats.kinds.contains(&ReportFormat::Github);
        Ok(Self { text, documents, github })
    }

    /// What a group of files wrote.
    pub(super) fn write(&mut self, text: &[u8], buffers: &[Vec<u8>]) -> Result<Flow, CliError> {
        let mut flow = Flow::Continue;
        if let Some(output) = &mut self.text {
            flow = output.write(text)?;
        }
        for (document, bytes) in self.documents.iter_mut().zip(buffers) {
            if document.rows(bytes)? == Flow::Closed {
                flow = Flow::Closed;
            }
        }
        Ok(flow)
    }

    pub(super) fn end(self, summary: &CheckSummary) -> Result<(), CliError> {
        if let Some(output) = self.text {
            output.finish()?;
        }
        for document in self.documents {
            document.end(summary)?;
        }
        if self.github {
            document::step_summary(|base| github::check_step_summary(summary, base))?;
        }
        Ok(())
    }
}
