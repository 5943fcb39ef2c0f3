//! The embeds in a repository's files, for the commands about the map.

use std::path::Path;
use std::sync::Arc;

use memchr::memchr_iter;

use super::super::args::Files;
use super::super::error::CliError;
use super::super::files;
use super::super::output::Flow;
use super::super::reading::Reading;
use crate::dialect::path::is_path_part;
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
        let reading = Reading {
            tree,
            threads: self.threads,
            largest: files::largest(self.files, self.config),
            verbose: self.verbose,
            quiet: self.quiet,
        };
        let look = |name: &str, text: &Text<'_>, scratch: &mut Scratch| {
            (Arc::from(name), embeds(text, &options, scratch))
        };
        let hand_over = |(name, embeds): (Arc<str>, Vec<Embed>)| {
            for embed in embeds {
                each(&name, embed);
            }
            Flow::Continue
        };
        reading.run(look, hand_over).map(|_| ())
    }
}

fn embeds(text: &Text<'_>, options: &Options<'_>, scratch: &mut Scratch) -> Vec<Embed> {
    let mut found = scan::examine(text, options, scratch).embeds;
    // A placeholder of a template is no id, and neither is a token.
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
