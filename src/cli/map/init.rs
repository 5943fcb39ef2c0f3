//! `map init`: a map of every embed id that stands in files, with the workbooks still to be filled in.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::super::args::MapInit;
use super::super::config;
use super::super::error::CliError;
use super::super::exit::Exit;
use super::super::output::{self, Output};
use super::super::unfinished::Holds;
use super::counted;
use super::embeds::Scan;
use crate::dialect::id::IdKey;
use crate::map::Format;
use crate::map::fill::Skeleton;
use crate::map::skeleton::{self, Embed};

/// Runs the command.
pub(super) fn run(args: &MapInit) -> Result<Exit, CliError> {
    let config = config::load(&args.config)?;
    // What was filled in by hand is not overwritten. A map that cannot be read is no map to write onto.
    let is_map = |file: &&PathBuf| fs::metadata(file).is_ok_and(|at| at.is_file() && at.len() > 0);
    let before = args.file.as_ref().filter(is_map).map(|file| Skeleton::load(file)).transpose()?;
    let mut output = Output::of(args.file.as_deref(), Holds::Reports)?;
    let scan = Scan {
        files: &args.files,
        config: &config,
        threads: args.threads,
        verbose: args.verbose,
        quiet: args.quiet,
    };
    let mut embeds = BTreeMap::new();
    scan.run(args.file.iter().map(PathBuf::as_path), |_, found| {
        let known = embeds.entry(IdKey::of(found.id.as_bytes()).into_owned());
        known.or_insert(Embed { id: found.id, public: false }).public |= found.public;
    })?;
    let mut embeds: Vec<Embed> = embeds.into_values().collect();
    embeds.sort_by(|one, other| one.id.cmp(&other.id));
    let (text, added) = match &before {
        Some(map) => {
            let added = map.with(&embeds, format(args).unwrap_or(map.format()));
            (added.text, Some(added.added))
        }
        None => (skeleton::write(&embeds, format(args).unwrap_or(Format::Csv)), None),
    };
    output.write(text.as_bytes())?;
    output.finish()?;
    if !args.quiet {
        let found = counted(embeds.len(), "embed");
        let new =
            added.map_or_else(String::new, |added| format!(", {added} of them new to the map"));
        output::remark(&format!("{found} found{new}; fill in `org` and `workbook_id` of each"));
    }
    Ok(Exit::Clean)
}

/// The format that is asked for, or that of the file's extension.
fn format(args: &MapInit) -> Option<Format> {
    let by_name = || args.file.as_deref().and_then(Format::of_path);
    args.format.map(Into::into).or_else(by_name)
}
