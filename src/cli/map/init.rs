//! `map init`: a map of every embed id that stands in files, with the workbooks still to be filled in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::args::MapInit;
use super::super::config;
use super::super::error::CliError;
use super::super::exit::Exit;
use super::super::output::{self, Output};
use super::counted;
use super::embeds::Scan;
use crate::dialect::id::IdKey;
use crate::map::{self, skeleton};

/// Runs the command.
pub(super) fn run(args: &MapInit) -> Result<Exit, CliError> {
    let config = config::load(&args.config)?;
    let mut output = match &args.file {
        Some(file) => Output::file(file)?,
        None => Output::stdout(),
    };
    let scan = Scan {
        files: &args.files,
        config: &config,
        threads: args.threads,
        verbose: args.verbose,
        quiet: args.quiet,
    };
    let mut embeds = BTreeMap::new();
    scan.run(args.file.iter().map(PathBuf::as_path), |_, embed| {
        embeds.entry(IdKey::of(embed.id.as_bytes()).into_owned()).or_insert(embed.id);
    })?;
    let mut ids: Vec<String> = embeds.into_values().collect();
    ids.sort();
    output.write(&skeleton::write(&ids, format(args)))?;
    output.finish()?;
    if !args.quiet {
        let embeds = counted(ids.len(), "embed");
        output::note(&format!("{embeds} found; fill in `org` and `workbook_id` of each"));
    }
    Ok(Exit::Clean)
}

/// The format that is asked for, or that the file's name tells.
fn format(args: &MapInit) -> map::Format {
    let by_name = || args.file.as_deref().map(Path::new).and_then(map::Format::of_path);
    args.format.map(Into::into).or_else(by_name).unwrap_or(map::Format::Csv)
}
