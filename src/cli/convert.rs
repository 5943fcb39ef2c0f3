//! `convert`: a list of legacy signed URLs in, JWT-signed URLs out, row for row.

use super::args::{
    self, Convert, ConvertFailOn, IssuedAt, Jti, JwtVersion, Output, OutputFormat, SecretArgs,
    Target, TokenArgs, User,
};
use super::config::{self, choose, switch};
use super::error::CliError;
use super::exit::Exit;
use super::levels::levels;
use super::lists::{self, RowOrigin};
use super::output::{self, Flow};
use super::pipeline::{self, HEAVY};
use super::progress::Progress;
use super::secret;
use super::system::now;
use super::unfinished::Holds;
use crate::convert::{self, ConvertError, Credentials, Targets, TokenId, UrlConverter};
use crate::dialect::oauth::Encrypt;
use crate::engine::{PagedEntropy, Provenance, read, record, turns::Turns};
use crate::input::{self, Block, Row, Source};
use crate::judge::run::{Print, Run, join};
use crate::judge::{Draft, Judgement, Scratch, Shelf};
use crate::map::EmbedMap;
use crate::policy::{Config, Levels};
use crate::report::convert::{Counts, Csv, Format, Lines, Ndjson, Record, Status};
use crate::report::redact::Secrets;
use crate::report::{finding_text, redact, summary};
use crate::rule::{Context, Finding, Severity, UserKind};
use crate::rules::session::SIGNATURE_MISMATCH;

/// Rows whose findings are printed to standard error; the rest is counted.
const NOTED_ROWS: usize = 20;

/// Runs the command.
pub(super) fn run(args: &Convert) -> Result<Exit, CliError> {
    // Everything that can be wrong with the command itself is found before any input is read.
    let config = config::load(&args.config)?;
    let Output { common, report, .. } = &args.output;
    let (lists, map) = (&args.input.files, &args.target.map);
    lists::keep_inputs(common, report, lists, map, Some(&args.secret), &config)?;
    let mut configured = config.levels.clone();
    if !config.named {
        // It may come with the list: then it must not let pass what the signature disproves.
        configured.keep_error(&SIGNATURE_MISMATCH);
    }
    let levels = levels(&configured, &args.levels)?;
    let credentials = secret::configured(&args.secret, &config)?;
    if !args.output.quiet {
        secret::warn_of_open_files(secret::files(&args.secret, &config).iter().map(AsRef::as_ref));
    }
    let map = lists::load_map(&args.target.map, &config)?;
    let targets = targets(&args.target, &config, &map);
    let options = options(&args.token, &args.secret, args.trust_input, &config);
    let sources = lists::open(&args.input.files, &args.input.rows)?;
    let formats = formats(args, &config, &sources);
    let reports = args.output.report.iter().map(|report| &*report.file);
    let mut outputs = output::open(args.output.common.file.as_deref(), reports, Holds::Tokens)?;
    outputs.iter_mut().for_each(output::Output::escape_for_terminal);
    let context = context(args, &config, &options, &targets, &credentials);
    let secrets = credentials.secrets();
    let job = Job {
        context,
        levels: &levels,
        options: &options,
        targets: &targets,
        credentials: &credentials,
        secrets: &redact::SecretFinder::new(&secrets),
        formats: &formats,
        turns: Turns::new(Run::default()),
        verbose: args.output.verbose,
    };

    let total: Option<u64> = sources.iter().map(Source::size).sum();
    let progress = Progress::new(total, args.output.quiet);
    let mut counts = Counts::default();
    let mut noted = Noted::new(&args.output);
    let mut flow = Flow::Continue;
    for (format, output) in formats.iter().zip(&mut outputs) {
        let mut head = Vec::new();
        format.begin(&mut head);
        output.write(&head)?;
    }
    pipeline::run(
        sources,
        lists::threads(args.output.common.threads),
        &progress,
        || job.worker(),
        |worker, number, block, done| job.block(worker, number, block, done),
        |batch: Result<Batch, ConvertError>| {
            let written = batch
                .map_err(|error| CliError::Convert(error.to_string()))
                .and_then(|batch| write(&mut outputs, &batch).map(|written| (batch, written)));
            // Nobody waits for blocks that do not come any more.
            if !matches!(written, Ok((_, Flow::Continue))) {
                job.turns.close();
            }
            let (batch, written) = written?;
            flow = written;
            counts.merge(batch.counts);
            noted.show(&batch.notes, &progress);
            progress.rows(counts.rows());
            Ok::<_, CliError>(flow)
        },
    )?;
    progress.clear();
    if flow == Flow::Closed {
        return Ok(Exit::Clean);
    }
    if counts.rows() == 0 {
        return Err(CliError::NoInput { reason: "no row has a URL" });
    }
    for output in outputs {
        output.finish()?;
    }
    if !args.output.quiet {
        noted.finish();
        output::note(&summary::convert(&counts));
    }
    let fails =
        match choose(args.output.fail_on, config.convert.fail_on.as_deref(), ConvertFailOn::Failed)
        {
            ConvertFailOn::Failed => counts.failed > 0,
            ConvertFailOn::Never => false,
        };
    Ok(if fails { Exit::Findings } else { Exit::Clean })
}

/// Writes a block to every output.
fn write(outputs: &mut [output::Output], batch: &Batch) -> Result<Flow, CliError> {
    let mut flow = Flow::Continue;
    for (output, bytes) in outputs.iter_mut().zip(&batch.outputs) {
        if output.write(bytes)? == Flow::Closed {
            flow = Flow::Closed;
        }
    }
    Ok(flow)
}

/// Where URLs lead. A map that is named by a flag is not overruled by the workbook of the configuration.
pub(super) fn targets<'a>(args: &Target, config: &Config, map: &'a EmbedMap) -> Targets<'a> {
    let org = args.org.clone().or_else(|| config.map.org.clone());
    let configured = config.map.workbook.as_deref().filter(|_| args.map.is_empty());
    Targets::new(map, org, args.workbook.as_deref().or(configured))
}

/// What is known beside the URLs.
fn context<'a>(
    args: &Convert,
    config: &'a Config,
    options: &convert::Options,
    targets: &'a Targets<'_>,
    credentials: &'a Credentials,
) -> Context<'a> {
    Context {
        hosts: &config.hosts,
        parameters: config.parameters.as_ref(),
        embeds: Some(targets),
        keys: Some(credentials),
        converting: true,
        keep_unknown: switch(
            args.token.keep_unknown,
            args.token.no_keep_unknown,
            config.convert.keep_unknown,
            false,
        ),
        preserve_defaults: switch(
            args.token.preserve_defaults,
            args.token.no_preserve_defaults,
            config.convert.preserve_defaults,
            true,
        ),
        ..options.context()
    }
}

/// How to convert. Only the command line may trust the input: a configuration may come with the list that it would vouch for.
pub(super) fn options(
    token: &TokenArgs,
    secret: &SecretArgs,
    trust_input: bool,
    config: &Config,
) -> convert::Options {
    let file = &config.convert;
    convert::Options {
        token_id: match choose(token.jti, file.jti.as_deref(), Jti::Fresh) {
            Jti::Fresh => TokenId::Fresh,
            Jti::Nonce => TokenId::Nonce,
            Jti::Derived => TokenId::Derived,
        },
        now: token.now.unwrap_or_else(now),
        issued_at: match choose(token.issued_at, file.issued_at.as_deref(), IssuedAt::Now) {
            IssuedAt::Now => convert::IssuedAt::Now,
            IssuedAt::Url => convert::IssuedAt::Url,
        },
        lifetime: token.ttl.or(file.ttl),
        version_1_1: matches!(
            choose(token.jwt_version, file.jwt_version.as_deref(), JwtVersion::V1_0),
            JwtVersion::V1_1
        ),
        user: match choose(token.user, file.user.as_deref(), User::Embed) {
            User::Embed => UserKind::Embed,
            User::Internal => UserKind::Internal,
        },
        client_id: secret::client_id_or_configured(secret, config),
        account_type: token.account_type.clone().or_else(|| file.account_type.clone()),
        trust_input,
        encrypt_oauth_token: match token.encrypt_oauth_token {
            Some(args::Encrypt::All) => Encrypt::All,
            Some(args::Encrypt::Plain) => Encrypt::Plain,
            None => encrypt(token.no_encrypt_oauth_token, file.encrypt_oauth_token),
        },
    }
}

/// What the configuration says of OAuth tokens: that all are plain text is for the command line to say.
fn encrypt(refused: bool, configured: Option<bool>) -> Encrypt {
    if !refused && configured == Some(true) { Encrypt::Plain } else { Encrypt::Never }
}

/// The formats in the order of the outputs: the main one first.
fn formats(args: &Convert, config: &Config, sources: &[Source]) -> Vec<Box<dyn Format>> {
    let secrets = args.output.common.secrets();
    let reports = args.output.report.iter().map(|report| report.format);
    let main = choose(args.output.format, config.convert.format.as_deref(), OutputFormat::Lines);
    std::iter::once(main)
        .chain(reports)
        .map(|format| -> Box<dyn Format> {
            match format {
                OutputFormat::Lines => Box::new(Lines),
                OutputFormat::Ndjson => Box::new(Ndjson { secrets }),
                OutputFormat::Csv => Box::new(csv(sources, secrets)),
            }
        })
        .collect()
}

/// The table's columns are those of the first list; what other lists or objects have beside them goes into one more.
fn csv(sources: &[Source], secrets: Secrets) -> Csv {
    let columns = sources.first().map(Source::header).unwrap_or_default();
    let complete = sources.iter().all(|source| {
        source.format() != input::Format::Jsonl
            && source.header().iter().all(|column| columns.contains(column))
    });
    Csv::new(columns, complete, secrets)
}

/// What all threads share.
struct Job<'a> {
    context: Context<'a>,
    levels: &'a Levels,
    options: &'a convert::Options,
    targets: &'a Targets<'a>,
    credentials: &'a Credentials,
    secrets: &'a redact::SecretFinder<'a>,
    formats: &'a [Box<dyn Format>],
    /// What the URLs say of one another.
    turns: Turns<Run>,
    verbose: bool,
}

/// What a thread has of its own.
struct Worker<'a> {
    converter: UrlConverter<'a, PagedEntropy>,
    scratch: Scratch,
    url: Vec<u8>,
    /// How long the outputs of the last block were: those of the next will be about as long, and need not grow step by step.
    room: usize,
}

/// What became of a block.
struct Batch {
    /// The rows in each format.
    outputs: Vec<Vec<u8>>,
    counts: Counts,
    /// Findings for a person, one text a row.
    notes: Vec<String>,
}

impl Batch {
    /// About how many bytes it keeps in memory.
    fn weight(&self) -> usize {
        self.outputs.iter().map(Vec::len).sum::<usize>()
            + self.notes.iter().map(String::capacity).sum::<usize>()
    }
}

impl<'a> Job<'a> {
    fn worker(&self) -> Worker<'a> {
        let converter =
            UrlConverter::new(self.options, self.targets, self.credentials, PagedEntropy::system());
        Worker { converter, scratch: Scratch::default(), url: Vec::new(), room: 0 }
    }

    /// Reads a block; asks, in the order of the input, what its URLs say of one another; then converts them.
    fn block(
        &self,
        worker: &mut Worker<'a>,
        number: u64,
        block: &Block,
        done: &mut dyn FnMut(usize, Result<Batch, ConvertError>),
    ) {
        let Worker { converter, scratch: Scratch { shelf, findings }, url, room } = worker;
        let last = *room;
        let empty = || Batch {
            outputs: self.formats.iter().map(|_| Vec::with_capacity(last)).collect(),
            counts: Counts::default(),
            notes: Vec::new(),
        };
        let mut batch = empty();
        shelf.clear();
        let rows: Vec<Row<'_>> = block.rows().collect();
        let drafts: Vec<_> = rows.iter().map(|row| self.read(row, shelf)).collect();
        let prints: Vec<_> = drafts.iter().map(|(_, draft)| Print::of(draft, shelf)).collect();
        let see = |run: &mut Run| -> Vec<_> {
            let see = |(row, print): (&Row<'_>, Option<Print>)| {
                print.map(|print| run.see(&print, block.source(), row.line)).unwrap_or_default()
            };
            rows.iter().zip(prints).map(see).collect()
        };
        let Some(found) = self.turns.take(number, see) else { return };
        for ((row, (old, draft)), found) in rows.iter().zip(drafts).zip(found) {
            let mut judgement = draft.check(shelf, &self.context, findings);
            join(&mut judgement, found);
            let row = (&**block.source(), row);
            if let Err(error) = self.row((converter, url), old, &mut judgement, row, &mut batch) {
                return done(0, Err(error));
            }
            let weight = batch.weight();
            if weight >= HEAVY {
                done(weight, Ok(std::mem::replace(&mut batch, empty())));
            }
        }
        *room = batch.outputs.iter().map(Vec::len).max().unwrap_or_default().min(HEAVY);
        done(batch.weight(), Ok(batch));
    }

    /// The row as far as it may be shown, and what is read of it.
    fn read<'r>(&self, row: &'r Row<'_>, shelf: &mut Shelf) -> (&'r [u8], Draft<'r>) {
        read(row.content.as_deref(), &self.context, self.secrets, false, shelf)
    }

    fn row(
        &self,
        (converter, url): (&mut UrlConverter<'a, PagedEntropy>, &mut Vec<u8>),
        old: &[u8],
        judgement: &mut Judgement<'_>,
        (source, row): (&str, &Row<'_>),
        batch: &mut Batch,
    ) -> Result<(), ConvertError> {
        self.levels.apply(judgement.findings);
        let from = Provenance { source, line: row.line, origin: &RowOrigin(row) };
        record((converter, url), judgement, old, from, |record| {
            batch.counts.add(record);
            for (format, out) in self.formats.iter().zip(&mut batch.outputs) {
                format.row(record, out);
            }
            if self.verbose || (record.status == Status::Failed && batch.notes.len() <= NOTED_ROWS)
            {
                batch.notes.extend(note(record, self.verbose));
            }
        })
    }
}

/// The findings of a row for a person: those that stopped it, or all.
fn note(record: &Record<'_>, all: bool) -> Option<String> {
    let shown = |finding: &&Finding| all || finding.severity == Severity::Error;
    let text: String = record
        .judgement
        .findings
        .iter()
        .filter(shown)
        .map(|finding| {
            let column = record.origin.column(finding.span.start);
            finding_text(&format!("{}:{}:{column}", record.source, record.line), finding)
        })
        .collect();
    (!text.is_empty()).then_some(text)
}

/// Prints what stopped rows, as long as there are few.
struct Noted {
    quiet: bool,
    verbose: bool,
    shown: usize,
}

impl Noted {
    fn new(args: &Output) -> Self {
        Self { quiet: args.quiet, verbose: args.verbose, shown: 0 }
    }

    fn show(&mut self, notes: &[String], progress: &Progress) {
        if self.quiet || notes.is_empty() {
            return;
        }
        progress.clear();
        for text in notes {
            if self.verbose || self.shown < NOTED_ROWS {
                output::note(text);
            }
            self.shown += 1;
        }
    }

    fn finish(&self) {
        if !self.verbose && self.shown > NOTED_ROWS {
            output::remark(
                "more rows failed; `--verbose` prints the findings of all, `--format ndjson` writes them",
            );
        }
    }
}
