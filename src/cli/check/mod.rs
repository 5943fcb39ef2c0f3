//! `check`: the files of a tree scanned in one pass, judged by the policy, and fixed if that is asked for.

mod diff;
mod judge;
mod replace;
mod report;

use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use self::judge::{Fixing, Judge, Judged};
use self::report::{Piece, Reports, Totals};
use super::args::{Check, FailOn};
use super::config;
use super::error::CliError;
use super::exit::Exit;
use super::files::{self, Group};
use super::levels::levels;
use super::lists;
use super::output::{self, Flow, Output};
use super::pipeline;
use super::progress::Progress;
use super::system;
use crate::convert::Targets;
use crate::input::files::{Candidate, Hidden, Reader, Skip};
use crate::judge::{Judgement, Scratch};
use crate::policy::{Baseline, Config, Day, Ignores};
use crate::report::redact::{self, Secrets};
use crate::rule::{Context, Embeds, Text};
use crate::scan::{self, Bases, Needles, Options};

/// The baseline that is written if none is named.
const BASELINE: &str = "embed2jwt-baseline.json";

/// Runs the command.
pub(super) fn run(args: &Check) -> Result<Exit, CliError> {
    let config = config::load(&args.config)?;
    let levels = levels(&config.levels, &args.levels)?;
    let map = lists::load_map(&args.target.map, &config)?;
    let org = args.target.org.clone().or_else(|| config.map.org.clone());
    let workbook = args.target.workbook.as_deref().or(config.map.workbook.as_deref());
    let targets = Targets::new(&map, org, workbook);
    let writes_baseline = baseline_to_write(args, &config);
    let baseline_file = writes_baseline.as_ref().or(baseline_to_read(args, &config)).cloned();
    let baseline = match &baseline_file {
        Some(file) if writes_baseline.is_none() => read_baseline(file)?,
        _ => Baseline::default(),
    };
    let maps = if args.target.map.is_empty() { &config.map.files } else { &args.target.map };
    let reports = args.output.report.iter().map(|report| &report.file);
    let own = args.output.file.iter().chain(reports).chain(maps).chain(&baseline_file);
    let tree = files::tree(&args.files, &config, own.map(PathBuf::as_path))?;
    let today = Day::of(args.output.now.unwrap_or_else(system::now));
    let ignores = (!args.known.no_ignores).then(|| Ignores::new(today));
    let fixing = match (args.fixing.unsafe_fixes, args.fixing.fix || args.fixing.diff) {
        (true, _) => Some(Fixing::All),
        (false, true) => Some(Fixing::Safe),
        (false, false) => None,
    };
    let names: Vec<&str> =
        config.parameters.iter().flat_map(|rows| rows.rows().map(|row| row.name)).collect();
    let asked = !map.is_empty() || workbook.is_some() || fixing.is_some();
    let context = Context {
        hosts: &config.check.hosts,
        parameters: config.parameters.as_ref(),
        embeds: asked.then_some(&targets as &dyn Embeds),
        converting: fixing.is_some(),
        ..Context::none()
    };
    let bases = Mapped(&targets);
    let mut reports = Reports::begin(args)?;
    let job = Job {
        judge: Judge {
            levels: &levels,
            ignores: ignores.as_ref(),
            baseline: &baseline,
            learning: writes_baseline.is_some(),
        },
        options: Options { context: &context, bases: Some(&bases) },
        needles: Needles::new(&config.check.hosts, &names),
        fixing,
        diff: args.fixing.diff,
        secrets: if args.output.show_secrets { Secrets::Shown } else { Secrets::Hidden },
        reports: reports.formats(),
        verbose: args.output.verbose,
    };
    let largest = files::largest(&args.files, &config);
    let progress = Progress::new(None, args.output.quiet);
    let mut totals = Totals::default();
    let mut learned = Baseline::default();
    let mut seen = HashSet::new();
    let mut flow = Flow::Continue;
    let ((), outcome) = pipeline::deal(
        lists::threads(args.output.threads),
        files::WAITING,
        |send| files::send(tree, send),
        || (Reader::new(largest), Scratch::default()),
        |(reader, scratch), _, group: Group| job.group(reader, scratch, group),
        |batch: Batch| {
            flow = reports.write(&batch.piece)?;
            batch.notes.iter().for_each(|note| output::note(note));
            totals.add(&batch.totals);
            progress.files(totals.files);
            for (path, rule, name) in &batch.learned {
                learned.add(path, rule, name);
            }
            seen.extend(batch.seen);
            Ok::<_, CliError>(flow)
        },
    );
    progress.clear();
    outcome?;
    if flow == Flow::Closed {
        return Ok(Exit::Clean);
    }
    // What is known of files that are not there any more is stale too.
    let gone = |path: &str| {
        !seen.contains(path)
            && fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound)
    };
    totals.stale += baseline.files().filter(|(path, _)| gone(path)).map(|(_, n)| n).sum::<u64>();
    reports.end(&totals)?;
    if let Some(file) = &writes_baseline {
        let mut output = Output::file(file)?;
        output.write(&learned.write())?;
        output.finish()?;
    }
    if !args.output.quiet {
        tell(
            args,
            &totals,
            writes_baseline.is_some().then(|| learned.count()),
            baseline_file.as_deref(),
        );
    }
    if totals.left_alone > 0 {
        return Err(CliError::Unfixed(totals.left_alone));
    }
    if totals.unread > 0 {
        return Err(CliError::Unread(totals.unread));
    }
    if args.strict && totals.skipped() > 0 {
        return Err(CliError::Strict(totals.skipped()));
    }
    let failing = match args.output.fail_on.unwrap_or(FailOn::Warning) {
        FailOn::Error => totals.errors,
        FailOn::Warning => totals.errors + totals.warnings,
        FailOn::Info => totals.errors + totals.warnings + totals.infos,
        FailOn::Never => 0,
    };
    Ok(if failing > 0 { Exit::Findings } else { Exit::Clean })
}

/// The baseline that known findings are read from, if one is named.
fn baseline_to_read<'a>(args: &'a Check, config: &'a Config) -> Option<&'a PathBuf> {
    args.known.baseline.as_ref().or(config.check.baseline.as_ref())
}

/// The baseline that is to be written, if one is.
fn baseline_to_write(args: &Check, config: &Config) -> Option<PathBuf> {
    let named = args.known.write_baseline.as_ref()?;
    let named = named.as_ref().or(baseline_to_read(args, config));
    Some(named.cloned().unwrap_or_else(|| PathBuf::from(BASELINE)))
}

fn read_baseline(file: &Path) -> Result<Baseline, CliError> {
    let bytes =
        fs::read(file).map_err(|source| CliError::Read { file: file.to_owned(), source })?;
    Ok(Baseline::parse(&file.display().to_string(), &bytes)?)
}

/// Says on standard error what no report does.
fn tell(args: &Check, totals: &Totals, learned: Option<u64>, baseline: Option<&Path>) {
    let many = |count: u64, what: &str| {
        if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
    };
    let file = baseline.map(|file| file.display().to_string()).unwrap_or_default();
    let file = redact::printable(&file);
    if let Some(count) = learned {
        output::note(&format!("{} written to {file}", many(count, "known finding")));
    }
    if totals.stale > 0 {
        let (count, verb) =
            (many(totals.stale, "known finding"), if totals.stale == 1 { "is" } else { "are" });
        output::note(&format!(
            "{count} of {file} {verb} not there any more; --write-baseline writes it anew"
        ));
    }
    if totals.fixed > 0 {
        let would = if args.fixing.diff { "would be " } else { "" };
        output::note(&format!(
            "{} {would}fixed in {}",
            many(totals.fixed, "finding"),
            many(totals.fixed_files, "file")
        ));
    }
}

/// The map as the scan asks it.
struct Mapped<'a>(&'a Targets<'a>);

impl Bases for Mapped<'_> {
    fn base(&self, judgement: &Judgement<'_>) -> Option<Vec<u8>> {
        self.0.base(judgement)
    }
}

/// What all threads share.
struct Job<'a> {
    judge: Judge<'a>,
    options: Options<'a>,
    needles: Needles,
    /// Nothing, if nothing is to be fixed.
    fixing: Option<Fixing>,
    /// Whether fixes are shown, and not written.
    diff: bool,
    secrets: Secrets,
    reports: report::Formats,
    verbose: bool,
}

/// What became of a group of files.
#[derive(Default)]
struct Batch {
    /// For the outputs.
    piece: Piece,
    totals: Totals,
    /// For a person.
    notes: Vec<String>,
    /// For the baseline: path, rule, fingerprint.
    learned: Vec<(String, &'static str, String)>,
    /// Files of the baseline that were scanned.
    seen: Vec<String>,
}

impl Job<'_> {
    fn group(&self, reader: &mut Reader, scratch: &mut Scratch, group: Group) -> Batch {
        let mut batch = Batch { piece: self.reports.piece(), ..Batch::default() };
        for file in group {
            match file {
                Ok(file) => match reader.read(&file.path) {
                    Ok(bytes) => self.file(&file, bytes, scratch, &mut batch),
                    Err(skip) => self.skip(&file.name, file.named, &skip, &mut batch),
                },
                Err(Hidden { name, skip }) => self.skip(&name, false, &skip, &mut batch),
            }
        }
        batch
    }

    /// Counts what was left out, and names it to whoever wants to know.
    fn skip(&self, name: &str, named: bool, skip: &Skip, batch: &mut Batch) {
        let totals = &mut batch.totals;
        match skip {
            Skip::Binary => totals.binary += 1,
            Skip::TooLarge(_) => totals.too_large += 1,
            Skip::NotAFile => totals.no_file += 1,
            Skip::Unreadable(_) => totals.unreadable += 1,
        }
        let broken = named && matches!(skip, Skip::Unreadable(_));
        totals.unread += u64::from(broken);
        if self.verbose || broken {
            batch.notes.push(format!("{}: left out: {skip}", redact::printable(name)));
        }
    }

    fn file(&self, file: &Candidate, bytes: &[u8], scratch: &mut Scratch, batch: &mut Batch) {
        batch.totals.files += 1;
        batch.totals.bytes += bytes.len() as u64;
        let is_known = self.judge.baseline.knows(&file.name);
        if is_known {
            batch.seen.push(file.name.clone());
        }
        let ignores = self.judge.ignores;
        let wanted = self.needles.may_match(bytes)
            || ignores.is_some_and(|i| i.may_match(bytes))
            || is_known;
        if !wanted {
            return;
        }
        let examine =
            |text: &Text<'_>, scratch: &mut Scratch| scan::examine(text, &self.options, scratch);
        let text = Text::new(bytes);
        let first = self.judge.judge(&file.name, text.bytes(), examine(&text, scratch));
        let mended = self.fixing.and_then(|fixing| {
            self.judge.mend(&file.name, bytes, &first, fixing, scratch, examine)
        });
        let Some(mended) = mended else { return self.report(&file.name, &text, first, batch) };
        if self.diff {
            let new = Text::new(&mended.bytes);
            diff::write(&file.name, text.bytes(), new.bytes(), self.secrets, &mut batch.piece.diff);
        } else if let Err(problem) = replace::replace(&file.path, bytes, &mended.bytes) {
            batch.notes.push(format!("{}: not fixed: {problem}", redact::printable(&file.name)));
            batch.totals.left_alone += 1;
            return self.report(&file.name, &text, first, batch);
        }
        batch.totals.fixed += mended.fixed;
        batch.totals.fixed_files += 1;
        if self.diff {
            self.report(&file.name, &text, first, batch);
        } else {
            self.report(&file.name, &Text::new(&mended.bytes), mended.judged, batch);
        }
    }

    /// Counts what was found in a file, and gives it to the reports.
    fn report(&self, name: &str, text: &Text<'_>, judged: Judged, batch: &mut Batch) {
        batch.totals.count(&judged);
        let learned = judged.learned.into_iter();
        batch.learned.extend(learned.map(|(rule, print)| (name.to_owned(), rule, print)));
        self.reports.record(name, text, &judged.found, &mut batch.piece);
    }
}
