//! `audit`: every URL of a list judged, in one streaming pass, in as many formats as are asked for.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use super::args::{Audit, AuditOutput, FailOn, ReportFormat};
use super::config::{self, choose};
use super::document::{self, Document, Showing};
use super::error::CliError;
use super::exit::Exit;
use super::levels::levels;
use super::lists::{self, RowOrigin};
use super::output::{self, Flow};
use super::pipeline::{self, HEAVY};
use super::progress::Progress;
use super::secret;
use super::system::now;
use super::terminal::look;
use crate::convert::{Credentials, Targets};
use crate::engine::{read, turns::Turns};
use crate::input::{Block, Row, Source};
use crate::judge::run::{Print, Run, join};
use crate::judge::{Draft, Judgement, Scratch, Shelf};
use crate::policy::{Allow, Levels};
use crate::report::advice::Given;
use crate::report::audit::{Record, Summary, Urls};
use crate::report::human::Look;
use crate::report::{Report, finding_text, github, redact, summary as words};
use crate::rule::{Context, EmbedStatus, Embeds, Keys, Kind};
use crate::secret::Secret;

/// Runs the command.
pub(super) fn run(args: &Audit) -> Result<Exit, CliError> {
    let config = config::load(&args.config)?;
    let AuditOutput { common, report, .. } = &args.output;
    lists::keep_inputs(common, report, &args.input.files, &args.map, Some(&args.secret), &config)?;
    let levels = levels(&config.levels, &args.levels)?;
    let credentials = secret::optional(&args.secret)?;
    if !args.output.quiet {
        secret::warn_of_open_files(secret::files(&args.secret, &config).iter().map(AsRef::as_ref));
    }
    let map = lists::load_map(&args.map, &config)?;
    let targets = Targets::new(&map, None, None);
    let sources = lists::open(&args.input.files, &args.input.rows)?;
    let given = Given { map: !map.is_empty(), keys: credentials.is_some() };
    let now = args.output.now.unwrap_or_else(now);
    let showing = Showing::of(&args.output, given, now);
    let context = Context {
        hosts: &config.hosts,
        parameters: config.parameters.as_ref(),
        embeds: (!map.is_empty()).then_some(&targets as &dyn Embeds),
        keys: credentials.as_ref().map(|keys| keys as &dyn Keys),
        now: Some(now),
        whole: true,
        client_id_given: secret::client_id(&args.secret).is_some(),
        ..Context::none()
    };
    let work = Work {
        sources,
        context,
        allow: &config.allow,
        levels: &levels,
        bare_tokens: false,
        output: &args.output,
        format: choose(args.output.format, config.audit.format.as_deref(), ReportFormat::Human),
        fail_on: choose(args.output.fail_on, config.audit.fail_on.as_deref(), FailOn::Warning),
        secrets: credentials.as_ref().map(Credentials::secrets).unwrap_or_default(),
    };
    work.run(|format, look| document::report(format, look, &showing))
}

/// Lists with what they are judged by and where the reports go: of `audit` and of `inspect`.
pub(super) struct Work<'a> {
    pub(super) sources: Vec<Source>,
    pub(super) context: Context<'a>,
    pub(super) allow: &'a Allow,
    pub(super) levels: &'a Levels,
    /// Whether a row may be a token without a URL.
    pub(super) bare_tokens: bool,
    pub(super) output: &'a AuditOutput,
    pub(super) format: ReportFormat,
    pub(super) fail_on: FailOn,
    /// Secrets that no report shows: a row that holds one is not read.
    pub(super) secrets: Vec<Secret>,
}

impl<'a> Work<'a> {
    /// Judges every row in one streaming pass.
    pub(super) fn run(
        self,
        report: impl Fn(ReportFormat, Look) -> Box<dyn Report<Urls> + 'a>,
    ) -> Result<Exit, CliError> {
        let Self { sources, context, allow, levels, bare_tokens, output: args, .. } = self;
        let (format, fail_on) = (self.format, self.fail_on);
        let reports = args.report.iter();
        let reports = reports.map(|report| (report.format, output::is_file(Some(&report.file))));
        let formats: Vec<_> =
            std::iter::once((format, output::is_file(args.common.file.as_deref())))
                .chain(reports)
                .map(|(format, to_file)| report(format, look(args.color, to_file, args.quiet)))
                .collect();
        let files = args.report.iter().map(|report| &*report.file);
        let mut outputs = output::open(args.common.file.as_deref(), files, args.common.holds())?;
        let beside = args.report.iter().map(|report| report.format);
        for (format, output) in std::iter::once(format).chain(beside).zip(&mut outputs) {
            if format == ReportFormat::Csv {
                output.escape_for_terminal();
            }
        }
        let mut outputs: Vec<Document<Urls>> = formats
            .iter()
            .zip(outputs)
            .map(|(report, output)| Document::begin(&**report, output))
            .collect::<Result<_, _>>()?;

        let job = Job {
            context,
            allow,
            levels,
            bare_tokens,
            formats: &formats,
            secrets: &redact::SecretFinder::new(&self.secrets),
            turns: Turns::new(Memory::default()),
            names: formats.iter().any(|format| format.names_rows()),
            verbose: args.verbose,
        };
        let total: Option<u64> = sources.iter().map(Source::size).sum();
        let progress = Progress::new(total, args.quiet);
        let mut summary = Summary::default();
        let mut flow = Flow::Continue;
        let outcome = pipeline::run(
            sources,
            lists::threads(args.common.threads),
            &progress,
            Scratch::default,
            |scratch, number, block, done| job.block(scratch, number, block, done),
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
            document::step_summary(|base| github::step_summary(&summary, base))?;
        }
        if summary.allowed > 0 && !args.quiet {
            output::remark(&words::allowed(summary.allowed));
        }
        if summary.urls == 0 {
            return Err(CliError::NoInput { reason: "no row has a URL" });
        }
        Ok(document::exit(&summary.tally, fail_on))
    }
}

/// Rows whose names are remembered, to tell equal ones apart: as many as nonces are.
const NAMED: usize = 1 << 16;

/// What the rows of a run say of one another.
#[derive(Default)]
struct Memory {
    run: Run,
    /// The rows so far.
    count: u64,
    /// How often each name was there.
    names: HashMap<u64, u64>,
}

impl Memory {
    /// What tells a row from equal ones before it. Once too many are remembered, it is the row's number.
    fn twin(&mut self, name: Option<u64>, number: u64) -> u64 {
        let Some(name) = name else { return 0 };
        let is_full = self.names.len() >= NAMED;
        match self.names.entry(name) {
            Entry::Occupied(mut known) => {
                *known.get_mut() += 1;
                *known.get()
            }
            Entry::Vacant(_) if is_full => 1 << 63 | number,
            Entry::Vacant(new) => {
                new.insert(0);
                0
            }
        }
    }
}

/// What all threads share.
struct Job<'a> {
    context: Context<'a>,
    allow: &'a Allow,
    levels: &'a Levels,
    bare_tokens: bool,
    formats: &'a [Box<dyn Report<Urls> + 'a>],
    secrets: &'a redact::SecretFinder<'a>,
    /// The memory of the run.
    turns: Turns<Memory>,
    /// Whether a format gives names to findings.
    names: bool,
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

impl Batch {
    /// About how many bytes it keeps in memory.
    fn weight(&self) -> usize {
        self.outputs.iter().map(Vec::capacity).sum::<usize>()
            + self.notes.iter().map(String::capacity).sum::<usize>()
    }
}

impl Job<'_> {
    /// Reads a block; asks, in the order of the input, what its URLs say of one another; then checks and writes them, which
    /// every thread does by itself.
    fn block(
        &self,
        scratch: &mut Scratch,
        number: u64,
        block: &Block,
        done: &mut dyn FnMut(usize, Batch),
    ) {
        let Scratch { shelf, findings } = scratch;
        shelf.clear();
        let rows: Vec<Row<'_>> = block.rows().collect();
        let drafts: Vec<(&[u8], Draft<'_>)> =
            rows.iter().map(|row| self.read(row, shelf)).collect();
        let prints: Vec<Option<Print>> =
            drafts.iter().map(|(_, draft)| Print::of(draft, shelf)).collect();
        let name = |(text, _): &(&[u8], Draft<'_>)| {
            self.names.then(|| {
                let mut hasher = DefaultHasher::new();
                (block.source(), redact::url(text, redact::Secrets::Hidden)).hash(&mut hasher);
                hasher.finish()
            })
        };
        let names: Vec<Option<u64>> = drafts.iter().map(name).collect();
        let turn = self.turns.take(number, |memory| {
            let first = memory.count;
            memory.count += rows.len() as u64;
            let mut next = first..;
            let see = |((row, print), name): ((&Row<'_>, Option<Print>), Option<u64>)| {
                let twin = memory.twin(name, next.next().unwrap_or_default());
                let print = print.map(|print| memory.run.see(&print, block.source(), row.line));
                (twin, print.unwrap_or_default())
            };
            (first, rows.iter().zip(prints).zip(names).map(see).collect::<Vec<_>>())
        });
        let empty = || {
            let outputs = self.formats.iter().map(|_| Vec::new()).collect();
            Batch { outputs, ..Batch::default() }
        };
        let mut batch = empty();
        let Some((first, found)) = turn else { return };
        for (((number, row), (text, draft)), (twin, found)) in
            (first..).zip(&rows).zip(drafts).zip(found)
        {
            let mut judgement = draft.check(shelf, &self.context, findings);
            join(&mut judgement, found);
            self.row(&mut judgement, block.source(), (number, twin), (row, text), &mut batch);
            let weight = batch.weight();
            if weight >= HEAVY {
                done(weight, std::mem::replace(&mut batch, empty()));
            }
        }
        done(batch.weight(), batch);
    }

    /// The text of a row that may be shown, and what it is.
    fn read<'r>(&self, row: &'r Row<'_>, shelf: &mut Shelf) -> (&'r [u8], Draft<'r>) {
        read(row.content.as_deref(), &self.context, self.secrets, self.bare_tokens, shelf)
    }

    fn row(
        &self,
        judgement: &mut Judgement<'_>,
        source: &Arc<str>,
        (number, twin): (u64, u64),
        (row, text): (&Row<'_>, &[u8]),
        batch: &mut Batch,
    ) {
        batch.summary.allowed += self.allow.apply(text, judgement.findings);
        self.levels.apply(judgement.findings);
        // A token that was changed may begin with anything: only with its name before it will every report hide it.
        let is_other = judgement.is_bare_token() && !text.starts_with(b"eyJ");
        let named = if is_other { [b":jwt=", text].concat() } else { Vec::new() };
        let record = Record {
            source,
            line: row.line,
            number,
            twin,
            verdict: judgement.verdict(),
            judgement,
            text: if is_other { &named } else { text },
            origin: &RowOrigin(row),
        };
        let status = self.context.embeds.map(|embeds| embeds.status(judgement.entry, false));
        let known = judgement.place.embed_id().is_some()
            && !matches!(status, None | Some(EmbedStatus::Unmapped | EmbedStatus::NotAsked));
        batch.summary.add(&record, known);
        if self.verbose && judgement.kind == Kind::Malformed {
            batch.notes.extend(judgement.findings.iter().map(|finding| {
                let column = record.origin.column(finding.span.start);
                finding_text(&format!("{source}:{}:{column}", row.line), finding)
            }));
        }
        for (format, out) in self.formats.iter().zip(&mut batch.outputs) {
            format.record(&record, out);
        }
    }
}
