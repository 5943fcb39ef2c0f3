//! Reads the files of a tree in threads, for commands that take something out of each and change none.

use super::error::CliError;
use super::files::{self, Group};
use super::lists;
use super::output::{self, Flow};
use super::pipeline;
use super::progress::Progress;
use crate::input::files::{Reader, Tree};
use crate::judge::Scratch;
use crate::report::redact;
use crate::rule::Text;

/// The files of a run, and how they are read.
pub(super) struct Reading {
    pub(super) tree: Tree,
    /// Threads, if a number is asked for.
    pub(super) threads: Option<u16>,
    /// The largest file that is read.
    pub(super) largest: u64,
    /// Whether every file that is left out is named.
    pub(super) verbose: bool,
    pub(super) quiet: bool,
}

/// What a group of files gives.
struct Batch<R> {
    taken: Vec<R>,
    files: u64,
    /// Files that were named, and could not be read.
    unread: u64,
    notes: Vec<String>,
}

impl Reading {
    /// Has `look` take something out of every file, given with its name, and hands it over in the order of the files.
    /// Answers how many files there were.
    pub(super) fn run<R: Send>(
        self,
        look: impl Fn(&str, &Text<'_>, &mut Scratch) -> R + Sync,
        mut each: impl FnMut(R) -> Flow,
    ) -> Result<u64, CliError> {
        let Self { tree, threads, largest, verbose, quiet } = self;
        let progress = Progress::new(None, quiet);
        let (mut scanned, mut unread) = (0, 0);
        let (_, outcome) = pipeline::deal(
            lists::threads(threads),
            files::WAITING,
            files::is_large,
            |send| files::send(tree, send),
            || (Reader::new(largest), Scratch::default()),
            |(reader, scratch), _, group: Group, done| {
                let mut batch = Batch { taken: Vec::new(), files: 0, unread: 0, notes: Vec::new() };
                for file in group {
                    let (name, skip, named) = match file {
                        Err(hidden) => (hidden.name, hidden.skip, hidden.named),
                        Ok(file) => match reader.read(&file) {
                            Ok(content) => {
                                batch.files += 1;
                                let text = Text::new(content.bytes);
                                batch.taken.push(look(&file.name(), &text, scratch));
                                continue;
                            }
                            Err(skip) => (file.name().into_owned(), skip, file.named),
                        },
                    };
                    let broken = named && skip.is_failure();
                    batch.unread += u64::from(broken);
                    if verbose || broken {
                        batch.notes.push(format!("{}: left out: {skip}", redact::line(&name)));
                    }
                }
                done(0, batch);
            },
            |batch: Batch<R>| {
                batch.notes.iter().for_each(|note| output::remark(note));
                scanned += batch.files;
                unread += batch.unread;
                progress.files(scanned);
                let mut flow = Flow::Continue;
                for taken in batch.taken {
                    if flow == Flow::Continue {
                        flow = each(taken);
                    }
                }
                Ok::<_, CliError>(flow)
            },
        );
        progress.clear();
        outcome?;
        if unread > 0 { Err(CliError::Unread(unread)) } else { Ok(scanned) }
    }
}
