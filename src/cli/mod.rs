//! The commands: arguments in, everything else put together, an exit status out.

mod args;
mod audit;
mod check;
mod config;
mod convert;
mod document;
mod error;
mod exit;
mod explain;
mod files;
mod git;
mod inspect;
mod keep;
mod levels;
mod lists;
mod manual;
mod map;
mod offer;
mod output;
mod pipeline;
mod progress;
mod queue;
mod reading;
mod scaffold;
mod secret;
mod small;
mod system;
mod terminal;
mod unfinished;

pub use exit::Exit;

use std::ffi::OsString;
use std::io::ErrorKind;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, Parser};

use self::args::{Cli, Command};
use self::error::{CliError, Tame};
use crate::report::redact;

/// Runs the command line; everything that can go wrong is told on standard error.
pub fn run(arguments: impl Iterator<Item = OsString>) -> Exit {
    let ran = match Cli::try_parse_from(arguments) {
        Ok(cli) => dispatch(&cli),
        Err(mut error) => {
            hide_secrets(&mut error);
            if error.use_stderr() {
                let text = error.render();
                let text = if terminal::of_errors().colour {
                    text.ansi().to_string()
                } else {
                    text.to_string()
                };
                output::note(&format!("{}: {text}", output::PROGRAM));
                return Exit::Failed;
            }
            match error.print() {
                Err(source) if source.kind() != ErrorKind::BrokenPipe => {
                    Err(CliError::Output { name: "standard output".to_owned(), source })
                }
                _ => Ok(Exit::Clean),
            }
        }
    };
    match ran {
        Ok(exit) => exit,
        Err(error) => {
            output::diagnose(&Tame::new(error));
            Exit::Failed
        }
    }
}

/// An argument that is refused may be a URL with its token.
fn hide_secrets(error: &mut clap::Error) {
    for kind in [ContextKind::InvalidValue, ContextKind::InvalidSubcommand, ContextKind::InvalidArg]
    {
        if let Some(ContextValue::String(value)) = error.get(kind) {
            let shown = redact::line(value);
            error.insert(kind, ContextValue::String(shown));
        }
    }
}

fn dispatch(cli: &Cli) -> Result<Exit, CliError> {
    match &cli.command {
        Command::Audit(args) => audit::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Convert(args) => convert::run(args),
        Command::Check(args) => check::run(args),
        Command::Map(args) => map::run(args),
        Command::Scaffold(args) => scaffold::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "embed2jwt", &mut script);
            output::print(&script)
        }
        Command::Man(args) => manual::run(args),
    }
}
