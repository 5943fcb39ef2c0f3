//! `map`: the embed map, begun from files, fetched from Sigma's API, or shown.

mod api;
pub(super) use api::{CLIENT_ID, CLIENT_SECRET};
mod coverage;
mod embeds;
mod init;
mod journal;
mod pull;
mod show;

pub(super) use api::MapCommandError;

use clap::{Args, Subcommand, ValueEnum};

use super::args::MapInit;
use super::error::CliError;
use super::exit::Exit;
use crate::map::Format;
use crate::text;

/// `map`
#[derive(Args, Debug)]
pub(super) struct Map {
    #[command(subcommand)]
    command: MapCommand,
}

/// The commands about the map.
#[derive(Debug, Subcommand)]
enum MapCommand {
    /// Write a map of every embed id found in files, with the workbooks to fill in.
    Init(Box<MapInit>),
    /// Fetch the map from Sigma's REST API: every workbook, and the embeds of each.
    Pull(Box<pull::Pull>),
    /// Print the map that a run would use, or how much of a list or a repository it covers.
    Show(Box<show::Show>),
}

/// Formats of map files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum MapFormat {
    /// A table.
    Csv,
    /// One object, the entries under `embeds`.
    Json,
    /// `[[embed]]` tables.
    Toml,
}

impl From<MapFormat> for Format {
    fn from(format: MapFormat) -> Self {
        match format {
            MapFormat::Csv => Self::Csv,
            MapFormat::Json => Self::Json,
            MapFormat::Toml => Self::Toml,
        }
    }
}

/// A number of things, for a person.
fn counted(count: usize, noun: &str) -> String {
    text::counted(count as u64, noun)
}

/// Runs the command.
pub(super) fn run(args: &Map) -> Result<Exit, CliError> {
    match &args.command {
        MapCommand::Init(args) => init::run(args),
        MapCommand::Pull(args) => pull::run(args),
        MapCommand::Show(args) => show::run(args),
    }
}
