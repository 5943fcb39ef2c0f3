//! `map pull`: the embed map from Sigma's REST API.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueHint};

use super::super::error::CliError;
use super::super::exit::Exit;
use super::super::output::{self, Output};
use super::super::progress::Fetching;
use super::super::secret;
use super::super::system::SystemClock;
use super::super::unfinished::Holds;
use super::api::{self, ApiArgs, MapCommandError};
use super::journal::Journal;
use super::{MapFormat, counted};
use crate::map::pull::state::{Fetched, Saved};
use crate::map::pull::{Counts, Denied, Job, Network, Patience, Pulled, Watcher, pull};
use crate::map::{Format, fill, write};
use crate::report::redact;

/// How many workbooks or embeds a summary names without being asked for all.
const NAMED: usize = 10;

/// `map pull`
#[derive(Args, Debug)]
pub(super) struct Pull {
    #[command(flatten)]
    api: ApiArgs,
    #[command(flatten)]
    client: ClientArgs,
    #[command(flatten)]
    output: PullOutput,
}

/// How the API is asked.
#[derive(Args, Debug)]
#[command(next_help_heading = "Requests")]
struct ClientArgs {
    /// Number of parallel requests.
    #[arg(short = 'j', long = "threads", alias = "jobs", value_name = "N", default_value = "6", value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
    /// How often a request is sent at most; every answer counts, 429 too.
    #[arg(long, value_name = "N", default_value = "6", value_parser = clap::value_parser!(u32).range(1..=100))]
    attempts: u32,
    /// Milliseconds before a request is sent again; each further wait is twice as long, up to a minute.
    #[arg(long, value_name = "MS", default_value = "500", value_parser = clap::value_parser!(u64).range(1..=60_000))]
    retry_delay: u64,
    /// Seconds to wait for an answer.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// Seconds for the whole pull; what was fetched is kept for `--resume`.
    #[arg(long, value_name = "SECONDS", default_value = "3600", value_parser = clap::value_parser!(u64).range(1..=604_800))]
    deadline: u64,
}

/// Where the map goes.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
struct PullOutput {
    /// The format of the map; otherwise by the extension of the file, or csv.
    #[arg(long, value_name = "FORMAT", conflicts_with = "fill")]
    format: Option<MapFormat>,
    /// Write to this file instead of standard output: whole or not at all.
    #[arg(short = 'o', long = "output", value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// Fill in what this map leaves blank, such as one of `map init`, and keep the rest of it.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    fill: Option<PathBuf>,
    /// Continue where an earlier pull was interrupted. What is fetched is kept in STATE until the map is written; by
    /// default beside the output, its name with `.pull` at its end.
    #[arg(long, value_name = "STATE", num_args = 0..=1, value_hint = ValueHint::FilePath)]
    #[allow(clippy::option_option, reason = "the flag, and its value")]
    resume: Option<Option<PathBuf>>,
    /// Name all workbooks that could not be read on standard error, not only the first.
    #[arg(short, long)]
    verbose: bool,
    /// Print nothing to standard error but errors of the run.
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
}

impl PullOutput {
    /// The file that will hold the map; standard output if there is none.
    fn target(&self) -> Option<&Path> {
        let file = self.file.as_deref().or(self.fill.as_deref());
        file.filter(|file| output::is_file(Some(file)))
    }

    fn format(&self) -> Format {
        let of_file = || Format::of_path(self.file.as_deref()?);
        self.format.map(Format::from).or_else(of_file).unwrap_or(Format::Csv)
    }

    /// The file that holds the state.
    fn state(&self) -> Result<Option<PathBuf>, MapCommandError> {
        match &self.resume {
            Some(Some(named)) => Ok(Some(named.clone())),
            Some(None) if self.target().is_none() => Err(MapCommandError::NoState),
            _ => Ok(self.target().map(|target| {
                let mut name = OsString::from(target);
                name.push(".pull");
                name.into()
            })),
        }
    }
}

/// Runs the command.
pub(super) fn run(args: &Pull) -> Result<Exit, CliError> {
    let output = &args.output;
    let base = api::base(&args.api)?;
    let credentials = api::credentials(&args.api)?;
    if !output.quiet {
        secret::warn_of_open_files(args.api.client_secret_file.as_deref());
    }
    let route = api::route(Duration::from_secs(args.client.timeout))?;
    // Before the first request: what is wrong with a file is no news for the end of an hour's pull.
    let skeleton = output.fill.as_deref().map(fill::Skeleton::load).transpose()?;
    let state = output.state()?;
    let written = output.target().into_iter().chain(state.as_deref());
    output::keep_inputs(written, &api::secret_files(&args.api))?;
    if let Some(target) = output.target().filter(|target| target.is_dir()) {
        let source = io::Error::from(ErrorKind::IsADirectory);
        return Err(CliError::Output { name: target.display().to_string(), source });
    }
    let (journal, saved) = match state {
        Some(path) => {
            // It is removed in the end.
            if output.target().is_some_and(|target| output::is_same(target, &path)) {
                return Err(CliError::SameOutput { name: path.display().to_string() });
            }
            let opened = Journal::open(&path, output.resume.is_some(), &base, &credentials)?;
            (Some(opened.0), opened.1)
        }
        None => (None, Saved::default()),
    };
    if saved.workbooks() > 0 && !output.quiet {
        output::remark(&format!("continuing after {}", counted(saved.workbooks(), "workbook")));
    }

    let jobs = usize::from(args.client.jobs);
    let job = Job {
        base: &base,
        credentials: &credentials,
        patience: Patience {
            attempts: args.client.attempts,
            delay: Duration::from_millis(args.client.retry_delay),
            deadline: Duration::from_secs(args.client.deadline),
        },
        jobs,
        saved,
    };
    let network = Network::new(&base, &route, jobs);
    let mut keeper = Keeper { journal, progress: Fetching::new(output.quiet) };
    let outcome = pull(job, &network, &SystemClock::new(), &mut keeper);
    keeper.progress.clear();
    let pulled = match outcome {
        Ok(pulled) => pulled,
        Err(error) => {
            keeper.tell();
            return Err(error.into());
        }
    };

    let text = match &skeleton {
        Some(skeleton) => {
            let filled = skeleton.fill(&pulled.map);
            if !output.quiet {
                for line in filling(&filled) {
                    output::note(&redact::line(&line));
                }
            }
            filled.text
        }
        None => write::write(pulled.map.entries(), output.format()),
    };
    let mut sink = Output::of(output.target(), Holds::Reports)?;
    sink.write(text.as_bytes())?;
    sink.finish()?;
    if let Some(journal) = keeper.journal {
        journal.remove();
    }
    if !output.quiet {
        for line in summary(&pulled, output.verbose) {
            output::note(&redact::line(&line));
        }
    }
    let all = pulled.denied.is_empty() && pulled.odd.is_empty();
    Ok(if all { Exit::Clean } else { Exit::Findings })
}

/// Keeps what comes in, and shows how far it is.
struct Keeper {
    journal: Option<Journal>,
    progress: Fetching,
}

impl Keeper {
    /// Says what an interrupted pull has kept.
    fn tell(self) {
        let Some(journal) = self.journal else { return };
        let (kept @ 1.., path) = journal.kept() else { return journal.remove() };
        output::remark(&redact::line(&format!(
            "{} kept in {}: the same command with --resume continues from there",
            counted(kept, "workbook"),
            path.display()
        )));
    }
}

impl Watcher for Keeper {
    fn fetched(&mut self, fetched: &Fetched<'_>) -> io::Result<()> {
        self.journal.as_mut().map_or(Ok(()), |journal| journal.add(fetched))
    }

    fn progress(&mut self, counts: Counts) {
        self.progress.show(counts);
    }
}

/// What was fetched and what was not, for a person.
fn summary(pulled: &Pulled, verbose: bool) -> Vec<String> {
    let entries = || pulled.map.entries();
    let public = entries().filter(|entry| entry.public).count();
    let archived = entries().filter(|entry| entry.archived).count();
    let open = entries().filter(|entry| entry.org.is_none()).count();
    let mut parts =
        vec![counted(pulled.counts.listed, "workbook"), counted(pulled.map.len(), "embed")];
    let remarks = [(public, "of them public"), (archived, "in archived workbooks")];
    parts.extend(remarks.iter().filter(|(n, _)| *n > 0).map(|(n, name)| format!("{n} {name}")));
    let mut lines = vec![parts.join(", ")];
    if open > 0 {
        lines.push(format!(
            "for {} the API does not name the organisation: give it with --org SLUG to the commands that read the map",
            counted(open, "embed")
        ));
    }
    let denied = |Denied { workbook, status }: &Denied| {
        let why = if *status == 403 { "these credentials may not read it" } else { "not found" };
        format!("{workbook}: {why} (status {status})")
    };
    let denied: Vec<_> = pulled.denied.iter().map(denied).collect();
    for (left_out, noun) in [(&denied, "workbook"), (&pulled.odd, "embed")] {
        if !left_out.is_empty() {
            lines.push(format!("not in the map: {}", counted(left_out.len(), noun)));
            let shown = if verbose { usize::MAX } else { NAMED };
            lines.extend(left_out.iter().take(shown).map(|line| format!("  {line}")));
            let more = left_out.len().saturating_sub(shown);
            lines.extend((more > 0).then(|| format!("  and {more} more (-v names all)")));
        }
    }
    lines
}

/// What was filled in and what was not, for a person.
fn filling(filled: &fill::Filled) -> Vec<String> {
    let named = |embeds: &[String]| {
        let shown: Vec<_> = embeds.iter().take(NAMED).map(String::as_str).collect();
        let more = embeds.len().saturating_sub(NAMED);
        let rest = if more > 0 { format!(", and {more} more") } else { String::new() };
        shown.join(", ") + &rest
    };
    let mut lines = vec![format!("filled in: {}", counted(filled.filled, "embed"))];
    let rest = [
        (&filled.blank, "still without a workbook"),
        (&filled.differing, "left unchanged, though the API differs"),
    ];
    lines.extend(rest.iter().filter(|(embeds, _)| !embeds.is_empty()).map(|(embeds, words)| {
        format!("{words}: {} ({})", counted(embeds.len(), "embed"), named(embeds))
    }));
    lines
}
