//! `audit`: every URL of a list judged, in one streaming pass, in as many formats as are asked for.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::sync::Arc;

use super::args::{Audit, AuditOutput, FailOn, ReportFormat};
use super::config::{self, choose};
use super::error::CliError;
use super::exit::Exit;
use super::levels::levels;
use super::lists::{self, RowOrigin};
use super::output::{self, Flow, Output};
use super::pipeline::{self, Turns};
use super::progress::Progress;
use super::secret;
use super::system::now;
use super::terminal::Look;
use crate::convert::Targets;
use crate::dialect::params::Id;
use crate::input::{Block, Row, Source};
use crate::judge::run::{Print, Run, join};
use crate::judge::{Judgement, Scratch, is_bare_token, judge, judge_token, unreadable};
use crate::policy::Levels;
use crate::report::advice::Given;
use crate::report::audit::{Record, Report, Summary};
use crate::report::finding_text;
use crate::report::github::{self, Github};
use crate::report::gitlab::Gitlab;
use crate::report::html::Html;
use crate::report::human::Human;
use crate::report::json::{Json, Ndjson};
use crate::report::junit::Junit;
use crate::report::location::Base;
use crate::report::markdown::Markdown;
use crate::report::redact::Secrets;
use crate::report::sarif::Sarif;
use crate::report::table::Table;
use crate::rule::{Context, EmbedStatus, Embeds, Finding, Keys, Kind, Severity};

/// Runs the command.
pub(super) fn run(args: &Audit) -> Result<Exit, CliError> {
    let config = config::load(&args.config)?;
    let levels = levels(&config.levels, &args.levels)?;
    let credentials = secret::optional(&args.secret)?;
    let map = lists::load_map(&args.map, &config)?;
    let targets = Targets::new(&map, None, None);
    let sources = lists::open(&args.input)?;
    let given = Given { map: !map.is_empty(), keys: credentials.is_some() };
    let context = Context {
        hosts: &config.check.hosts,
        parameters: config.parameters.as_ref(),
        embeds: (!map.is_empty()).then_some(&targets as &dyn Embeds),
        keys: credentials.as_ref().map(|keys| keys as &dyn Keys),
        now: Some(args.output.now.unwrap_or_else(now)),
        whole: true,
        client_id_given: secret::client_id(&args.secret).is_some(),
        ..Context::none()
    };
    let secrets = secrets(&args.output);
    let work = Work {
        sources,
        context,
        levels: &levels,
        bare_tokens: false,
        output: &args.output,
        format: choose(args.output.format, config.audit.format.as_deref(), ReportFormat::Human),
        fail_on: choose(args.output.fail_on, config.audit.fail_on.as_deref(), FailOn::Warning),
    };
    work.run(|format, look| report(format, secrets, look, given))
}

/// Lists with what they are judged by and where the reports go: of `audit` and of `inspect`.
pub(super) struct Work<'a> {
    pub(super) sources: Vec<Source>,
    pub(super) context: Context<'a>,
    pub(super) levels: &'a Levels,
    /// Whether a row may be a token without a URL.
    pub(super) bare_tokens: bool,
    pub(super) output: &'a AuditOutput,
    pub(super) format: ReportFormat,
    pub(super) fail_on: FailOn,
}

impl<'a> Work<'a> {
    /// Judges every row in one streaming pass.
    pub(super) fn run(
        self,
        report: impl Fn(ReportFormat, Look) -> Box<dyn Report + 'a>,
    ) -> Result<Exit, CliError> {
        let Self { sources, context, levels, bare_tokens, output: args, format, fail_on } = self;
        let reports = args.report.iter().map(|report| (report.format, true));
        let formats: Vec<_> = std::iter::once((format, args.file.is_some()))
            .chain(reports)
            .map(|(format, to_file)| report(format, Look::of(args.color, to_file)))
            .collect();
        let files = args.report.iter().map(|report| &*report.file);
        let outputs = output::open(args.file.as_deref(), files)?;
        let mut outputs: Vec<Document> = formats
            .iter()
            .zip(outputs)
            .map(|(report, output)| Document::begin(&**report, output))
            .collect::<Result<_, _>>()?;

        let job = Job {
            context,
            levels,
            bare_tokens,
            formats: &formats,
            turns: Turns::new((Run::default(), 0)),
            verbose: args.verbose,
        };
        let total: Option<u64> = sources.iter().map(Source::size).sum();
        let progress = Progress::new(total, args.quiet);
        let mut summary = Summary::default();
        let mut flow = Flow::Continue;
        let outcome = pipeline::run(
            sources,
            lists::threads(args.threads),
            &progress,
            Scratch::default,
            |scratch, number, block| job.block(scratch, number, block),
            |batch: Batch| {
                for (document, bytes) in outputs.iter_mut().zip(&batch.outputs) {
                    match document.rows(bytes) {
                        Ok(Flow::Continue) => {}
                        Ok(Flow::Closed) => flow = Flow::Closed,
                        Err(error) => {
                            job.turns.close();
                            return Err(error);
                        }
                    }
                }
                if flow == Flow::Closed {
                    job.turns.close();
                }
                batch.notes.iter().for_each(|note| output::note(note));
                summary.merge(batch.summary);
                progress.rows(summary.urls);
                Ok::<_, CliError>(flow)
            },
        );
        progress.clear();
        outcome?;
        if flow == Flow::Closed {
            return Ok(Exit::Clean);
        }
        for document in outputs {
            document.end(&summary)?;
        }
        let mut all = args.report.iter().map(|report| report.format);
        if format == ReportFormat::Github || all.any(|format| format == ReportFormat::Github) {
            step_summary(&summary)?;
        }
        if summary.urls == 0 {
            return Err(CliError::NoInput { reason: "no row holds a URL" });
        }
        let failing: &[Severity] = match fail_on {
            FailOn::Error => &[Severity::Error],
            FailOn::Warning => &[Severity::Error, Severity::Warning],
            FailOn::Info => &[Severity::Error, Severity::Warning, Severity::Info],
            FailOn::Never => &[],
        };
        let fails = failing.iter().any(|severity| summary.severity(*severity) > 0);
        Ok(if fails { Exit::Findings } else { Exit::Clean })
    }
}

/// Whether the reports show secrets.
pub(super) fn secrets(args: &AuditOutput) -> Secrets {
    if args.show_secrets { Secrets::Shown } else { Secrets::Hidden }
}

/// The report of a format.
pub(super) fn report(
    format: ReportFormat,
    secrets: Secrets,
    look: Look,
    given: Given,
) -> Box<dyn Report> {
    match format {
        ReportFormat::Human => Box::new(Human { width: look.width, colour: look.colour, given }),
        ReportFormat::Json => Box::new(Json { secrets }),
        ReportFormat::Sarif => Box::new(Sarif { base: base() }),
        ReportFormat::Github => Box::new(Github { base: base() }),
        ReportFormat::Gitlab => Box::new(Gitlab { base: base() }),
        ReportFormat::Junit => Box::new(Junit::new(secrets)),
        ReportFormat::Csv => Box::new(Table { secrets }),
        ReportFormat::Html => Box::new(Html { secrets }),
        ReportFormat::Markdown => Box::new(Markdown),
        ReportFormat::Ndjson => Box::new(Ndjson { secrets }),
    }
}

/// What the paths of reports are relative to: in a pipeline, the root of the repository.
fn base() -> Base {
    let folder = std::env::current_dir().ok();
    Base::new(folder.as_deref().and_then(std::path::Path::to_str))
}

/// Adds the summary to that of the step, if this is one of GitHub Actions.
fn step_summary(summary: &Summary) -> Result<(), CliError> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let text = github::step_summary(summary, &base());
    let opened = File::options().append(true).create(true).open(&path);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|source| {
        let name = std::path::Path::new(&path).display().to_string();
        CliError::Output { name, source }
    })
}

/// What all threads share.
struct Job<'a> {
    context: Context<'a>,
    levels: &'a Levels,
    bare_tokens: bool,
    formats: &'a [Box<dyn Report + 'a>],
    /// The memory of the run, and the number of the next row.
    turns: Turns<(Run, u64)>,
    verbose: bool,
}

/// What became of a block.
#[derive(Default)]
struct Batch {
    outputs: Vec<Vec<u8>>,
    summary: Summary,
    /// Rows that could not be read, for a person.
    notes: Vec<String>,
}

impl Job<'_> {
    /// Looks at a block twice: once for what its URLs say of one another, which must be asked in the order of the input,
    /// then to judge and write them, which every thread does by itself.
    fn block(&self, scratch: &mut Scratch, number: u64, block: &Block) -> Batch {
        let prints: Vec<(u64, Option<Print>)> =
            block.rows().map(|row| (row.line, Print::of(&self.judge(&row, scratch)))).collect();
        let turn = self.turns.take(number, |(run, rows)| {
            let first = *rows;
            *rows += prints.len() as u64;
            let see = |(line, print): &(u64, Option<Print>)| {
                print.map(|print| run.see(&print, block.source(), *line)).unwrap_or_default()
            };
            (first, prints.iter().map(see).collect::<Vec<_>>())
        });
        let mut batch = Batch {
            outputs: self.formats.iter().map(|_| Vec::new()).collect(),
            ..Batch::default()
        };
        let Some((first, found)) = turn else { return batch };
        for ((number, row), found) in (first..).zip(block.rows()).zip(found) {
            self.row(scratch, block.source(), number, &row, found, &mut batch);
        }
        batch
    }

    fn judge<'s>(&self, row: &'s Row<'_>, scratch: &'s mut Scratch) -> Judgement<'s> {
        match &row.content {
            Ok(text) if self.bare_tokens && is_bare_token(text) => {
                judge_token(text, &self.context, scratch)
            }
            Ok(text) => judge(text, &self.context, scratch),
            Err(problem) => unreadable(problem.to_string(), scratch),
        }
    }

    fn row(
        &self,
        scratch: &mut Scratch,
        source: &Arc<str>,
        number: u64,
        row: &Row<'_>,
        found: Vec<(Id, Finding)>,
        batch: &mut Batch,
    ) {
        let mut judgement = self.judge(row, scratch);
        join(&mut judgement, found);
        self.levels.apply(judgement.findings);
        // A token that was changed may begin with anything: only with its name before it will every report hide it.
        let text = row.content.as_deref().unwrap_or_default();
        let is_other = judgement.is_bare_token() && !text.starts_with(b"eyJ");
        let named = if is_other { [b":jwt=", text].concat() } else { Vec::new() };
        let record = Record {
            source,
            line: row.line,
            number,
            verdict: judgement.verdict(),
            judgement: &judgement,
            text: if is_other { &named } else { text },
            origin: &RowOrigin(row),
        };
        let known = match (self.context.embeds, judgement.embed_id()) {
            (Some(embeds), Some(id)) => {
                !matches!(embeds.status(id, false), EmbedStatus::Unmapped | EmbedStatus::NotAsked)
            }
            _ => false,
        };
        batch.summary.add(&record, known);
        if self.verbose && judgement.kind == Kind::Malformed {
            batch.notes.extend(judgement.findings.iter().map(|finding| {
                let column = record.origin.column(finding.span.start);
                finding_text(&format!("{source}:{}:{column}", row.line), finding)
            }));
        }
        for (format, out) in self.formats.iter().zip(&mut batch.outputs) {
            format.row(&record, out);
        }
    }
}

/// One report on its way to its output.
struct Document<'a> {
    report: &'a dyn Report,
    output: Output,
    /// The rows, while the summary that must stand before them is not there yet.
    held: Option<File>,
    started: bool,
}

impl<'a> Document<'a> {
    fn begin(report: &'a dyn Report, mut output: Output) -> Result<Self, CliError> {
        let held = if report.begins_with_summary() {
            Some(tempfile::tempfile().map_err(held_error)?)
        } else {
            let mut head = Vec::new();
            report.begin(&Summary::default(), &mut head);
            output.write(&head)?;
            None
        };
        Ok(Self { report, output, held, started: false })
    }

    /// Writes what rows wrote; between two pieces stands the report's separator, behind the last one it does not.
    fn rows(&mut self, bytes: &[u8]) -> Result<Flow, CliError> {
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

    fn end(mut self, summary: &Summary) -> Result<(), CliError> {
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
