//! `man`: the manual as one page, the page of a command, or a page for each of them in a folder.

use std::fs;
use std::io;
use std::path::Path;

use clap::{Command, CommandFactory as _};

use super::args::{Cli, Man};
use super::error::CliError;
use super::exit::Exit;
use super::output::{self, Output};
use super::unfinished::Holds;

/// Runs the command.
pub(super) fn run(args: &Man) -> Result<Exit, CliError> {
    let mut command = Cli::command();
    command.build();
    let broken = |source| CliError::Output { name: "the manual page".to_owned(), source };
    if let Some(folder) = &args.out_dir {
        let unwritable = |source| CliError::Output { name: folder.display().to_string(), source };
        fs::create_dir_all(folder).map_err(unwritable)?;
        write_all(&command, folder)?;
        return Ok(Exit::Clean);
    }
    let mut named = &command;
    for name in &args.command {
        named = named
            .find_subcommand(name)
            .ok_or_else(|| CliError::NoCommand { name: args.command.join(" ") })?;
    }
    let mut page = page(named).map_err(broken)?;
    if args.command.is_empty() {
        add_all(&command, &mut page).map_err(broken)?;
    }
    output::print(&page)
}

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    Ok(page)
}

/// Its own commands.
fn commands(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|sub| sub.get_name() != "help")
}

/// A file for the command and for each of its commands: `embed2jwt-map-pull.1`.
fn write_all(command: &Command, folder: &Path) -> Result<(), CliError> {
    let name = command.get_bin_name().unwrap_or(command.get_name()).replace(' ', "-") + ".1";
    let broken = |source| CliError::Output { name: name.clone(), source };
    let page = page(command).map_err(broken)?;
    let mut output = Output::of(Some(&folder.join(&name)), Holds::Reports)?;
    output.write(&page)?;
    output.finish()?;
    commands(command).try_for_each(|sub| write_all(sub, folder))
}

/// The sections of a command's own commands.
fn add_all(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    for sub in commands(command) {
        let man = clap_mangen::Man::new(
            sub.clone().display_name(sub.get_bin_name().unwrap_or_default().to_owned()),
        );
        man.render_name_section(page)?;
        man.render_synopsis_section(page)?;
        man.render_options_section(page)?;
        add_all(sub, page)?;
    }
    Ok(())
}
