//! `map init`: a map of every embed id that stands in files, with the workbooks still to be filled in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::args::MapInit;
use super::super::config;
use super::super::error::CliError;
use super::super::exit::Exit;
use super::super::files::{self, Group};
use super::super::lists;
use super::super::output::{self, Flow, Output};
use super::super::pipeline;
use super::super::progress::Progress;
use super::counted;
use crate::dialect::id::IdKey;
use crate::input::files::{Reader, Skip};
use crate::judge::Scratch;
use crate::map::{self, skeleton};
use crate::policy::config::is_path_part;
use crate::report::redact;
use crate::rule::{Context, Text};
use crate::scan::{self, Options};

/// What a group of files gives.
#[derive(Default)]
struct Batch {
    ids: Vec<String>,
    files: u64,
    /// Files that were named, and could not be read.
    unread: u64,
    notes: Vec<String>,
}

/// Runs the command.
pub(super) fn run(args: &MapInit) -> Result<Exit, CliError> {
    let config = config::load(&args.config)?;
    let tree = files::tree(&args.files, &config, args.file.iter().map(PathBuf::as_path))?;
    let mut output = match &args.file {
        Some(file) => Output::file(file)?,
        None => Output::stdout(),
    };
    let context = Context {
        hosts: &config.check.hosts,
        parameters: config.parameters.as_ref(),
        ..Context::none()
    };
    let options = Options { context: &context, bases: None };
    let needles = files::needles(&config);
    let largest = files::largest(&args.files, &config);
    let progress = Progress::new(None, args.quiet);
    let mut embeds = BTreeMap::new();
    let (mut scanned, mut unread) = (0, 0);
    let ((), outcome) = pipeline::deal(
        lists::threads(args.threads),
        files::WAITING,
        |send| files::send(tree, send),
        || (Reader::new(largest), Scratch::default()),
        |(reader, scratch), _, group: Group| {
            let mut batch = Batch::default();
            for file in group {
                let left_out = match file {
                    Err(hidden) => Some((hidden.name, hidden.skip, hidden.named)),
                    Ok(file) => match reader.read(&file.path) {
                        Ok(bytes) => {
                            batch.files += 1;
                            if needles.may_match(bytes) {
                                let found = scan::examine(&Text::new(bytes), &options, scratch);
                                let ids = found.embeds.into_iter().map(|embed| embed.id);
                                // A hole of a template is no id.
                                batch.ids.extend(ids.filter(|id| is_path_part(id)));
                            }
                            None
                        }
                        Err(skip) => Some((file.name, skip, file.named)),
                    },
                };
                let Some((name, skip, named)) = left_out else { continue };
                let broken = named && matches!(skip, Skip::Unreadable(_));
                batch.unread += u64::from(broken);
                if args.verbose || broken {
                    batch.notes.push(format!("{}: left out: {skip}", redact::printable(&name)));
                }
            }
            batch
        },
        |batch: Batch| {
            batch.notes.iter().for_each(|note| output::note(note));
            scanned += batch.files;
            unread += batch.unread;
            progress.files(scanned);
            for id in batch.ids {
                embeds.entry(IdKey::of(id.as_bytes()).into_owned()).or_insert(id);
            }
            Ok::<_, CliError>(Flow::Continue)
        },
    );
    progress.clear();
    outcome?;
    if unread > 0 {
        return Err(CliError::Unread(unread));
    }
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
