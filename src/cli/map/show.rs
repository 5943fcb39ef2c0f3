//! `map show`: the map that a run would use, or how much of a list it covers.

use clap::Args;

use super::super::error::CliError;
use super::super::exit::Exit;

/// `map show`
#[derive(Args, Debug)]
pub(super) struct Show {}

/// Runs the command.
pub(super) fn run(_: &Show) -> Result<Exit, CliError> {
    Ok(Exit::Clean)
}
