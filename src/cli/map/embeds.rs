//! The embeds in a repository's files, for the commands about the map.

use std::path::Path;
use std::sync::Arc;

use memchr::memchr_iter;

use super::super::args::Files;
use super::super::error::CliError;
use super::super::files::{self, Group};
use super::super::lists;
use super::super::output::{self, Flow};
use super::super::pipeline;
use super::super::progress::Progress;
use crate::dialect::path::is_path_part;
use crate::input::files::Reader;
use crate::judge::Scratch;
use crate::policy::Config;
use crate::report::redact::{self, Secrets};
use crate::rule::{Context, Text};
use crate::scan::{self, Needles, Options};

/// An embed id in a file.
pub(super) struct Embed {
    pub(super) id: String,
    /// Whether the path behind it names the workbook, as that of an edit URL does.
    pub(super) named: bool,
    /// Whether what stands around it says that it is public.
    pub(super) public: bool,
    pub(super) line: u64,
}

/// How the files are gone through.
pub(super) struct Scan<'a> {
    pub(super) files: &'a Files,
    pub(super) config: &'a Config,
    /// Threads, if a number is asked for.
    pub(super) threads: Option<u16>,
    /// Whether every file that is left out is named.
    pub(super) verbose: bool,
    pub(super) quiet: bool,
}

/// What a group of files gives.
#[derive(Default)]
struct Batch {
    embeds: Vec<(Arc<str>, Vec<Embed>)>,
    files: u64,
    /// Files that were named, and could not be read.
    unread: u64,
    notes: Vec<String>,
}

impl<'p> Scan<'p> {
    /// Hands over the embeds of every file but the run's own, in the order of the files.
    pub(super) fn run(
        &self,
        own: impl IntoIterator<Item = &'p Path>,
        mut each: impl FnMut(&Arc<str>, Embed),
    ) -> Result<(), CliError> {
        let tree = files::tree(self.files, self.config, own)?;
        let context = Context {
            hosts: &self.config.hosts,
            parameters: self.config.parameters.as_ref(),
            ..Context::none()
        };
        let needles = Needles::new(&context, &[]);
        let options =
            Options { context: &context, needles: &needles, bases: None, most: usize::MAX };
        let largest = files::largest(self.files, self.config);
        let progress = Progress::new(None, self.quiet);
        let (mut scanned, mut unread) = (0, 0);
        let ((), outcome) = pipeline::deal(
            lists::threads(self.threads),
            files::WAITING,
            |send| files::send(tree, send),
            || (Reader::new(largest), Scratch::default()),
            |(reader, scratch), _, group: Group, done| {
                let mut batch = Batch::default();
                for file in group {
                    let left_out = match file {
                        Err(hidden) => Some((hidden.name, hidden.skip, hidden.named)),
                        Ok(file) => match reader.read(&file) {
                            Ok(content) => {
                                batch.files += 1;
                                let found = embeds(&Text::new(content.bytes), &options, scratch);
                                if !found.is_empty() {
                                    batch.embeds.push((file.name().into(), found));
                                }
                                None
                            }
                            Err(skip) => Some((file.name().into_owned(), skip, file.named)),
                        },
                    };
                    let Some((name, skip, named)) = left_out else { continue };
                    let broken = named && skip.is_failure();
                    batch.unread += u64::from(broken);
                    if self.verbose || broken {
                        batch.notes.push(format!("{}: left out: {skip}", redact::line(&name)));
                    }
                }
                done(0, batch);
            },
            |batch: Batch| {
                batch.notes.iter().for_each(|note| output::note(note));
                scanned += batch.files;
                unread += batch.unread;
                progress.files(scanned);
                for (name, embeds) in batch.embeds {
                    for embed in embeds {
                        each(&name, embed);
                    }
                }
                Ok::<_, CliError>(Flow::Continue)
            },
        );
        progress.clear();
        outcome?;
        if unread > 0 { Err(CliError::Unread(unread)) } else { Ok(()) }
    }
}

fn embeds(text: &Text<'_>, options: &Options<'_>, scratch: &mut Scratch) -> Vec<Embed> {
    let mut found = scan::examine(text, options, scratch).embeds;
    // A hole of a template is no id, and neither is a token.
    let is_id = |id: &str| is_path_part(id) && redact::within(id.into(), Secrets::Hidden) == id;
    found.retain(|embed| is_id(&embed.id));
    found.sort_by_key(|embed| embed.span);
    let bytes = text.bytes();
    let (mut reached, mut line) = (0, 1);
    let embed = |embed: scan::Embed| {
        let (start, end) = (embed.span.start as usize, embed.span.end as usize);
        let passed = bytes.get(reached..start).unwrap_or_default();
        line += memchr_iter(b'\n', passed).count() as u64;
        reached = reached.max(start);
        let behind = bytes.get(end..).unwrap_or_default();
        let named = behind.starts_with(b"/workbook/");
        Embed { id: embed.id, named, public: embed.public, line }
    };
    found.into_iter().map(embed).collect()
}
