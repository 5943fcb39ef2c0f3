//! `check`: the files of a tree scanned in one pass, judged by the policy, and fixed if that is asked for.

mod diff;
mod job;
mod known;
mod replace;
mod report;

use std::collections::HashSet;
use std::path::PathBuf;

use self::job::{Batch, Job, Tally};
use self::known::Known;
use self::report::{Formats, Outputs};
use super::args::{self, AuditOutput, Check, FailOn};
use super::config;
use super::document;
use super::error::CliError;
use super::exit::Exit;
use super::files::{self, Group};
use super::levels::levels;
use super::lists;
use super::output::{self, Flow};
use super::pipeline;
use super::progress::Progress;
use super::scaffold::Rewriter;
use super::secret;
use super::system;
use crate::convert::Targets;
use crate::engine::MOST_FINDINGS;
use crate::engine::file::{Fixing, Judge};
use crate::engine::turns::Turns;
use crate::input::files::{Reader, Tree};
use crate::judge::Scratch;
use crate::judge::run::Run;
use crate::policy::{Baseline, Config, Ignores};
use crate::report::advice::Given;
use crate::report::check::CheckSummary;
use crate::report::redact;
use crate::rule::{Context, Embeds};
use crate::scan::{Needles, Options};
use crate::text::Day;

/// Runs the command.
pub(super) fn run(args: &Check) -> Result<Exit, CliError> {
    if files::is_stdin(&args.files)
        && (args.fixing.fix || args.fixing.unsafe_fixes || args.known.add_ignores.is_some())
        && !args.fixing.diff
    {
        return Err(CliError::FixStdin);
    }
    lists::no_url(&args.files.paths)?;
    let config = config::load(&args.config)?;
    let AuditOutput { common, report, .. } = &args.output;
    let read = args.files.list.iter().chain(&args.known.baseline).chain(&config.check.baseline);
    let read: Vec<_> = read.cloned().collect();
    lists::keep_inputs(common, report, &read, &args.target.map, None, &config)?;
    let levels = levels(&config.levels, &args.levels)?;
    let map = lists::load_map(&args.target.map, &config)?;
    let org = args.target.org.clone().or_else(|| config.map.org.clone());
    let workbook = args.target.workbook.as_deref().or(config.map.workbook.as_deref());
    let targets = Targets::new(&map, org, workbook);
    let known = Known::of(args, &config)?;
    let written = common.file.iter().chain(report.iter().map(|report| &report.file));
    let written = written.chain(known.file.iter().filter(|_| known.learning));
    output::differ(&written.map(PathBuf::as_path).collect::<Vec<_>>())?;
    let own = own_files(args, &config).chain(&known.file).map(PathBuf::as_path);
    let tree = files::tree(&args.files, &config, own)?;
    let now = args.output.now.unwrap_or_else(system::now);
    let ignores = (!args.known.no_ignores).then(|| Ignores::new(Day::of(now)));
    let fixing = match (args.fixing.unsafe_fixes, args.fixing.fix || args.fixing.diff) {
        (true, _) => Some(Fixing::All),
        (false, true) => Some(Fixing::Safe),
        (false, false) => None,
    };
    let has_map = !map.is_empty() || workbook.is_some();
    let context = Context {
        hosts: &config.hosts,
        parameters: config.parameters.as_ref(),
        now: Some(now),
        embeds: (has_map || fixing.is_some()).then_some(&targets as &dyn Embeds),
        // A diff ends as it does without: what cannot be fixed is no finding of it.
        converting: args.fixing.fix || args.fixing.unsafe_fixes,
        fixing: args.fixing.fix || args.fixing.unsafe_fixes,
        keep_unknown: config.convert.keep_unknown.unwrap_or(false),
        preserve_defaults: config.convert.preserve_defaults.unwrap_or(true),
        ..Context::none()
    };
    let secrets = args.output.common.secrets();
    let held = secret::in_environment();
    let given = Given { map: has_map, keys: false };
    let formats = Formats::of(args, &config, given, now);
    let rewriter = Rewriter::new(&config, &map, &targets);
    let outputs = Outputs::begin(args, &formats)?;
    let comments: &[_] = if ignores.is_some() { &[Ignores::NEEDLE] } else { &[] };
    let job = Job {
        judge: Judge {
            allow: &config.check.allow.clone().and(&config.allow),
            levels: &levels,
            ignores: ignores.as_ref(),
            baseline: &known.baseline,
            learning: known.learning,
        },
        options: Options {
            context: &context,
            needles: &Needles::new(&context, comments),
            bases: Some(&targets),
            most: MOST_FINDINGS,
        },
        fixing,
        reason: args.known.add_ignores.as_deref(),
        diff: args.fixing.diff,
        only_names: args.show_files,
        secrets,
        known: &held,
        names: &known.names,
        formats: &formats,
        rewriter: &rewriter,
        turns: &Turns::new(Run::default()),
        verbose: args.output.verbose,
    };
    let largest = files::largest(&args.files, &config);
    let progress = Progress::new(None, args.output.quiet);
    match scan_all(args, &job, &known, tree, largest, &progress, outputs)? {
        Some(outcome) => finish(args, &config, outcome, &known),
        None => Ok(Exit::Clean),
    }
}

/// Files that the run itself reads or writes, and that are no part of what it is asked about.
fn own_files<'a>(args: &'a Check, config: &'a Config) -> impl Iterator<Item = &'a PathBuf> {
    let maps = if args.target.map.is_empty() { &config.map.files } else { &args.target.map };
    let reports = args.output.report.iter().map(|report| &report.file);
    args.output.common.file.iter().chain(reports).chain(maps)
}

/// What a run has found out.
#[derive(Default)]
struct Outcome {
    summary: CheckSummary,
    tally: Tally,
    /// What the new baseline is to know.
    learned: Baseline,
    /// Files of the old one that were scanned.
    seen: HashSet<String>,
}

/// Scans the files and writes the reports; nothing, if their reader went away.
fn scan_all(
    args: &Check,
    job: &Job<'_>,
    known: &Known,
    tree: Tree,
    largest: u64,
    progress: &Progress,
    mut outputs: Outputs<'_>,
) -> Result<Option<Outcome>, CliError> {
    let changes = job.fixing.is_some() || job.reason.is_some();
    let writes = job.judge.learning || (changes && !job.diff);
    let mut outcome = Outcome::default();
    let mut flow = Flow::Continue;
    let (_, dealt) = pipeline::deal(
        lists::threads(args.output.common.threads),
        files::WAITING,
        files::is_large,
        |send| files::send(tree, send),
        || (Reader::new(largest), Scratch::default()),
        |(reader, scratch), number, group: Group, done| {
            job.group(reader, scratch, number, group, done);
        },
        |batch: Batch| {
            let written = outputs.write(&batch.text, &batch.buffers);
            if !matches!(written, Ok(Flow::Continue)) && !writes {
                job.turns.close();
            }
            flow = written.inspect_err(|_| job.turns.close())?;
            batch.notes.iter().for_each(|note| output::remark(note));
            outcome.summary.merge(batch.summary);
            outcome.tally.unread += batch.tally.unread;
            outcome.tally.fixed += batch.tally.fixed;
            outcome.tally.fixed_files += batch.tally.fixed_files;
            outcome.tally.left_alone += batch.tally.left_alone;
            for (path, rule, name) in &batch.learned {
                outcome.learned.add(path, rule, name);
            }
            outcome.seen.extend(batch.seen);
            progress.files(outcome.summary.files);
            // What is to be written is written, whoever reads about it.
            Ok::<_, CliError>(if writes { Flow::Continue } else { flow })
        },
    );
    progress.clear();
    dealt?;
    if flow == Flow::Closed && !writes {
        return Ok(None);
    }
    if known.learning {
        outcome.summary.learned = outcome.learned.count();
    } else {
        outcome.summary.stale += known.gone(&outcome.seen);
    }
    outputs.end(&outcome.summary)?;
    Ok(Some(outcome))
}

/// Writes the baseline, says what no report does, and decides how the run ended.
fn finish(
    args: &Check,
    config: &Config,
    outcome: Outcome,
    known: &Known,
) -> Result<Exit, CliError> {
    let Outcome { summary, tally, mut learned, seen } = outcome;
    if summary.files + summary.skipped.total() == 0 && !may_select_nothing(&args.files) {
        return Err(CliError::NoFile);
    }
    if let Some(file) = known.file.as_ref().filter(|_| known.learning) {
        known.write(file, &mut learned, &seen)?;
    }
    if !args.output.quiet {
        tell(args, &summary, tally, known);
    }
    if tally.left_alone > 0 {
        return Err(CliError::Unfixed(tally.left_alone));
    }
    if tally.unread > 0 {
        return Err(CliError::Unread(tally.unread));
    }
    let skipped = summary.skipped.total();
    if args.strict && skipped > 0 {
        return Err(CliError::Strict(skipped));
    }
    let configured = config.check.report.fail_on.as_deref();
    let fail_on = config::choose(args.output.fail_on, configured, FailOn::Warning);
    Ok(document::exit(&summary.tally, fail_on))
}

/// Whether it is no mistake that no file is scanned: git or a list said which, or a hook named files that are excluded.
fn may_select_nothing(args: &args::Files) -> bool {
    let only_files = !args.paths.is_empty() && args.paths.iter().all(|path| path.is_file());
    args.staged
        || args.since.is_some()
        || args.list.is_some()
        || files::is_stdin(args)
        || (only_files && args.include.is_empty())
}

/// Says on standard error what no report does.
fn tell(args: &Check, summary: &CheckSummary, tally: Tally, known: &Known) {
    let many = |count: u64, what: &str| {
        if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
    };
    let file = known.file.as_ref().map(|file| file.display().to_string()).unwrap_or_default();
    let file = redact::line(&file);
    if known.learning {
        output::remark(&format!("{} written to {file}", many(summary.learned, "known finding")));
    } else if known.found {
        output::remark(&format!("known findings come from {file}; --no-baseline shows them"));
    }
    if summary.stale > 0 {
        let are = if summary.stale == 1 { "is" } else { "are" };
        output::remark(&format!(
            "{} of {file} {are} stale: the findings are gone; --write-baseline renews it",
            many(summary.stale, "known finding")
        ));
    }
    if tally.fixed == 0 && args.fixing.diff {
        let what = if args.known.add_ignores.is_some() { "hide" } else { "fix" };
        output::remark(&format!("nothing to {what}"));
    } else if tally.fixed > 0 {
        let would = if args.fixing.diff { "would be " } else { "" };
        let (findings, files) = (many(tally.fixed, "finding"), many(tally.fixed_files, "file"));
        if args.known.add_ignores.is_some() {
            output::remark(&format!("{findings} {would}hidden by new comments in {files}"));
        } else {
            output::remark(&format!("{findings} {would}fixed in {files}"));
        }
    }
    let left = summary.tally.total();
    if args.known.add_ignores.is_some() && !args.fixing.diff && left > 0 {
        let findings = many(left, "finding");
        output::remark(&format!("{findings} left: no comment can be written there"));
    }
}
