//! `map show`: the map that a run would use, or how much of a list or a repository it covers.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use comfy_table::{ContentArrangement, Table, presets};

use super::super::args::{Color, Files, Rows, path_part, workbook};
use super::super::config::{self, ConfigArgs};
use super::super::error::CliError;
use super::super::exit::Exit;
use super::super::lists;
use super::super::output::{self, Flow, Output};
use super::super::terminal::look;
use super::super::unfinished::Holds;
use super::api::MapCommandError;
use super::coverage::{Coverage, Uses};
use super::embeds::Scan;
use crate::convert::Targets;
use crate::dialect::id::workbook_url_id;
use crate::dialect::path::Place;
use crate::judge::{Scratch, judge};
use crate::map::{EmbedMap, Entry, Format, Target, write};
use crate::policy::Config;
use crate::report::redact::{self, printable};
use crate::rule::{Context, Embeds, Kind};

/// `map show`
#[derive(Args, Debug)]
pub(super) struct Show {
    /// Map files: csv, json or toml; without any, those of the configuration.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,
    /// The same, as in the other commands. Repeatable.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    map: Vec<PathBuf>,
    /// The organisation's slug, for entries that name none.
    #[arg(long, value_name = "SLUG", value_parser = path_part)]
    org: Option<String>,
    /// The workbook of every entry.
    #[arg(long, value_name = "ID", value_parser = workbook)]
    workbook: Option<String>,
    #[command(flatten)]
    lists: ListArgs,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    output: ShowOutput,
}

/// What the map is held against.
#[derive(Args, Debug)]
#[command(next_help_heading = "Coverage")]
struct ListArgs {
    /// A list of URLs, `-` for standard input: print which of its embeds the map covers, instead of the map. Repeatable.
    #[arg(long, value_name = "LIST", value_hint = ValueHint::FilePath)]
    urls: Vec<PathBuf>,
    /// A folder or file of a repository: the same for the embeds in its files, as `check` finds them. Repeatable.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    path: Vec<PathBuf>,
    #[command(flatten)]
    rows: Rows,
}

impl ListArgs {
    fn is_none(&self) -> bool {
        self.urls.is_empty() && self.path.is_empty()
    }
}

/// Where it goes.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
struct ShowOutput {
    /// The format of the output.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: ShowFormat,
    /// Write to this file instead of standard output: whole or not at all.
    #[arg(short = 'o', long = "output", value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
}

/// Formats of `map show`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ShowFormat {
    /// A table.
    Human,
    /// Comma-separated, as `--map` reads it.
    Csv,
    /// One document, as `--map` reads it.
    Json,
    /// `[[embed]]` tables, as `--map` reads them; of a map alone.
    Toml,
}

/// Runs the command.
pub(super) fn run(args: &Show) -> Result<Exit, CliError> {
    let config = config::load(&args.config)?;
    let mut files = args.files.clone();
    files.extend(args.map.iter().cloned());
    let workbook = args.workbook.as_deref().or(config.map.workbook.as_deref());
    if files.is_empty() && config.map.files.is_empty() && workbook.is_none() {
        return Err(MapCommandError::NoMap.into());
    }
    let format = args.output.format;
    if format == ShowFormat::Toml && !args.lists.is_none() {
        return Err(MapCommandError::NoTomlCoverage.into());
    }
    let read = files.iter().chain(&config.map.files).chain(&args.lists.urls).chain(&config.file);
    let read: Vec<_> = read.map(PathBuf::as_path).collect();
    output::keep_inputs(args.output.file.iter().map(PathBuf::as_path), &read)?;
    let map = lists::load_map(&files, &config)?;
    let org = args.org.clone().or_else(|| config.map.org.clone());
    let width = look(Color::Never, output::is_file(args.output.file.as_deref()), false).width;
    let (text, exit) = if args.lists.is_none() {
        let entries = effective(&map, org.as_deref(), workbook);
        let text = match format {
            ShowFormat::Human => page(&entries, width),
            ShowFormat::Csv => write::write(&entries, Format::Csv),
            ShowFormat::Json => write::write(&entries, Format::Json),
            ShowFormat::Toml => write::write(&entries, Format::Toml),
        };
        (text, Exit::Clean)
    } else {
        let coverage = coverage(args, &map, &Targets::new(&map, org, workbook), &config)?;
        let text = match format {
            ShowFormat::Human | ShowFormat::Toml => coverage.page(width),
            ShowFormat::Csv => coverage.csv(),
            ShowFormat::Json => coverage.json(),
        };
        (text, if coverage.is_whole() { Exit::Clean } else { Exit::Findings })
    };
    let mut output = Output::of(args.output.file.as_deref(), Holds::Reports)?;
    output.escape_for_terminal();
    if output.write(text.as_bytes())? == Flow::Closed {
        return Ok(Exit::Clean);
    }
    output.finish()?;
    Ok(exit)
}

/// The entries with what is given for all of them, as `convert` would use them.
fn effective(map: &EmbedMap, org: Option<&str>, workbook: Option<&str>) -> Vec<Entry> {
    let org = org.or_else(|| map.only_org());
    let workbook = workbook.map(workbook_url_id);
    let entry = |entry: &Entry| {
        let mut entry = entry.clone();
        if entry.public {
            return entry;
        }
        entry.org = entry.org.or_else(|| org.map(str::to_owned));
        if workbook.is_some() && entry.workbook_id != workbook {
            entry.workbook_id.clone_from(&workbook);
            entry.workbook_name = None;
        }
        if workbook.is_some() {
            entry.target = Target::Workbook;
        }
        entry.workbook_id = entry.workbook_id.map(|id| redact::line(&id));
        entry
    };
    map.entries().map(entry).collect()
}

/// Entries that the page for a person shows.
const SHOWN: usize = 1000;

/// A table for a person, and the sums below.
fn page(entries: &[Entry], width: u16) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width)
        .set_header(["embed", "leads to", "name", ""]);
    for entry in entries.iter().take(SHOWN) {
        let remarks = [
            (entry.public, "public"),
            (entry.archived, "archived"),
            (entry.is_unmapped(), "no workbook yet"),
            (!entry.public && !entry.is_unmapped() && entry.org.is_none(), "no organisation"),
        ];
        let remarks: Vec<_> = remarks.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
        table.add_row([
            printable(&entry.embed_id).into_owned(),
            leads_to(entry),
            printable(entry.workbook_name.as_deref().unwrap_or_default()).into_owned(),
            remarks.join(", "),
        ]);
    }
    let count = |is: fn(&Entry) -> bool| entries.iter().filter(|entry| is(entry)).count();
    let (public, blank) = (count(|entry| entry.public), count(Entry::is_unmapped));
    let mut lines: Vec<_> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    if entries.len() > SHOWN {
        lines.push(format!("and {} more (--format csv prints all)", entries.len() - SHOWN));
    }
    lines.push(String::new());
    lines.push(format!(
        "{} embeds, {public} of them public, {blank} without a workbook",
        entries.len()
    ));
    lines.join("\n") + "\n"
}

fn leads_to(entry: &Entry) -> String {
    let Some(workbook) = &entry.workbook_id else { return String::new() };
    let org = entry.org.as_deref().unwrap_or("…");
    match &entry.target {
        Target::Workbook => format!("/{org}/workbook/{workbook}"),
        Target::Page(id) => format!("/{org}/workbook/{workbook}/page/{id}"),
        Target::Element(id) => format!("/{org}/workbook/{workbook}/element/{id}"),
    }
}

/// What the map has for the embeds of lists and of files.
fn coverage(
    args: &Show,
    map: &EmbedMap,
    targets: &Targets<'_>,
    config: &Config,
) -> Result<Coverage, CliError> {
    let mut uses = Uses::default();
    if !args.lists.urls.is_empty() {
        of_lists(&args.lists, targets, config, &mut uses)?;
    }
    if !args.lists.path.is_empty() {
        let files = Files { paths: args.lists.path.clone(), ..Files::default() };
        let scan = Scan { files: &files, config, threads: None, verbose: false, quiet: false };
        // A map that lies in the repository names embeds, but does not use them.
        let maps = args.files.iter().chain(&args.map).chain(&config.map.files);
        let own = maps.chain(args.output.file.iter()).chain(&args.lists.urls);
        scan.run(own.map(PathBuf::as_path), |file, embed| {
            uses.add(embed.id.as_bytes(), embed.named, file, embed.line);
        })?;
    }
    Ok(uses.against(map, targets))
}

fn of_lists(
    args: &ListArgs,
    targets: &Targets<'_>,
    config: &Config,
    uses: &mut Uses,
) -> Result<(), CliError> {
    let context = Context {
        hosts: &config.hosts,
        parameters: config.parameters.as_ref(),
        embeds: Some(targets as &dyn Embeds),
        ..Context::none()
    };
    let mut scratch = Scratch::default();
    let mut rows = 0u64;
    for mut source in lists::open(&args.urls, &args.rows)? {
        while let Some(block) = source.next_block()? {
            for row in block.rows() {
                rows += 1;
                let Ok(text) = &row.content else { continue };
                let judgement = judge(text, &context, &mut scratch);
                let embeds = [Kind::LegacySigned, Kind::LegacyEmbed, Kind::PublicEmbed];
                if let (true, Some(id)) = (embeds.contains(&judgement.kind), judgement.embed_id()) {
                    let named = matches!(judgement.place, Place::Embed { workbook: Some(_), .. });
                    uses.add(id, named, block.source(), row.line);
                }
            }
        }
    }
    if rows == 0 { Err(CliError::NoInput { reason: "no row has a URL" }) } else { Ok(()) }
}
