//! What a thread does with a group of files.

use super::judge::{Fixing, Judge, Judged};
use super::report::Formats;
use super::{diff, replace};
use crate::cli::files::Group;
use crate::input::files::{Candidate, Hidden, Reader, Skip};
use crate::judge::Scratch;
use crate::report::check::{CheckSummary, FileRecord};
use crate::report::redact::{self, Secrets};
use crate::rule::{EmbedStatus, Text};
use crate::rules::files::LEGACY_URL_BUILDER;
use crate::scaffold;
use crate::scan::{self, Options};
use crate::secret::Secret;

/// What no report tells.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    /// Files that were named, and could not be read.
    pub(super) unread: u64,
    /// Findings that are gone, or would be.
    pub(super) fixed: u64,
    pub(super) fixed_files: u64,
    /// Files that could not be fixed.
    pub(super) left_alone: u64,
}

/// Findings of one file that are told: nobody reads more, and a file may be made to fill the memory.
pub(super) const MOST: usize = 10_000;

/// How much of a group is handed over at a time, in bytes.
const HEAVY: usize = 256 << 10;

/// What all threads share.
pub(super) struct Job<'a> {
    pub(super) judge: Judge<'a>,
    pub(super) options: Options<'a>,
    /// Nothing, if nothing is to be fixed.
    pub(super) fixing: Option<Fixing>,
    /// Whether fixes are shown, and not written.
    pub(super) diff: bool,
    pub(super) secrets: Secrets,
    /// Those the run was given: no line shows them.
    pub(super) known: &'a [Secret],
    pub(super) formats: &'a Formats,
    pub(super) verbose: bool,
}

/// What became of a group of files.
#[derive(Default)]
pub(super) struct Batch {
    /// For the outputs.
    pub(super) buffers: Vec<Vec<u8>>,
    pub(super) diff: Vec<u8>,
    pub(super) summary: CheckSummary,
    pub(super) tally: Tally,
    /// For a person.
    pub(super) notes: Vec<String>,
    /// For the baseline: path, rule, fingerprint.
    pub(super) learned: Vec<(String, &'static str, String)>,
    /// Files of the baseline that were scanned.
    pub(super) seen: Vec<String>,
}

impl Batch {
    /// About how many bytes it keeps in memory.
    fn weight(&self) -> usize {
        let learned = self.learned.iter().map(|(path, _, print)| path.len() + print.len());
        self.buffers.iter().map(Vec::capacity).sum::<usize>()
            + self.diff.capacity()
            + learned.sum::<usize>()
    }
}

impl Job<'_> {
    /// Looks at a group of files. What comes of them is handed over to `done` with its weight, whenever that is much.
    pub(super) fn group(
        &self,
        reader: &mut Reader,
        scratch: &mut Scratch,
        group: Group,
        done: &mut dyn FnMut(usize, Batch),
    ) {
        let empty = || Batch { buffers: self.formats.buffers(), ..Batch::default() };
        let mut batch = empty();
        for file in group {
            match file {
                Ok(file) => match reader.read(&file) {
                    Ok(bytes) => self.file(&file, bytes, scratch, &mut batch),
                    Err(skip) => self.skip(&file.name(), file.named, &skip, &mut batch),
                },
                Err(Hidden { name, skip, named }) => self.skip(&name, named, &skip, &mut batch),
            }
            let weight = batch.weight();
            if weight >= HEAVY {
                done(weight, std::mem::replace(&mut batch, empty()));
            }
        }
        done(batch.weight(), batch);
    }

    /// Counts what was left out, and names it to whoever wants to know.
    fn skip(&self, name: &str, named: bool, skip: &Skip, batch: &mut Batch) {
        let skipped = &mut batch.summary.skipped;
        match skip {
            Skip::Binary => skipped.binary += 1,
            Skip::TooLarge(_) => skipped.too_large += 1,
            Skip::NotAFile | Skip::Unreadable(_) => skipped.unreadable += 1,
        }
        let broken = named && skip.is_failure();
        batch.tally.unread += u64::from(broken);
        if self.verbose || broken {
            batch.notes.push(format!("{}: left out: {skip}", redact::line(name)));
        }
    }

    fn file(&self, file: &Candidate, bytes: &[u8], scratch: &mut Scratch, batch: &mut Batch) {
        batch.summary.files += 1;
        batch.summary.bytes += bytes.len() as u64;
        let name = &*file.name();
        if self.judge.baseline.knows(name) {
            batch.seen.push(name.to_owned());
        }
        let examine =
            |text: &Text<'_>, scratch: &mut Scratch| scan::examine(text, &self.options, scratch);
        let text = Text::new(bytes);
        let first = self.judge.judge(name, text.bytes(), examine(&text, scratch));
        let mended = self
            .fixing
            .and_then(|fixing| self.judge.mend(name, bytes, &first, fixing, scratch, examine));
        let Some(mended) = mended else { return self.report(name, &text, first, batch) };
        if self.diff {
            let new = Text::new(&mended.bytes);
            diff::write(
                name,
                text.bytes(),
                new.bytes(),
                (self.secrets, self.known),
                &mut batch.diff,
            );
        } else if let Err(problem) = replace::replace(&file.path, bytes, &mended.bytes) {
            batch.notes.push(format!("{}: not fixed: {problem}", redact::line(name)));
            batch.tally.left_alone += 1;
            return self.report(name, &text, first, batch);
        }
        batch.tally.fixed += mended.fixed;
        batch.tally.fixed_files += 1;
        if self.diff {
            self.report(name, &text, first, batch);
        } else {
            batch.summary.fixed += mended.fixed;
            self.report(name, &Text::new(&mended.bytes), mended.judged, batch);
        }
    }

    /// Counts what was found in a file, and gives it to the reports.
    fn report(&self, name: &str, text: &Text<'_>, mut judged: Judged, batch: &mut Batch) {
        let summary = &mut batch.summary;
        for found in judged.found.iter_mut().filter(|f| f.finding.rule == &LEGACY_URL_BUILDER) {
            // The language of the file is the one to write the new code in.
            let Some(language) = scaffold::of_file(name) else { break };
            found.finding.suggestion =
                format!("`embed2jwt scaffold {}` writes the code that replaces it", language.name)
                    .into();
            summary.languages.insert(language.name);
        }
        summary.urls += judged.urls;
        summary.allowed += judged.allowed;
        summary.suppressed += judged.suppressed;
        summary.baselined += judged.known;
        summary.stale += judged.stale;
        if judged.cut {
            summary.skipped.cut += 1;
            let name = redact::line(name);
            batch.notes.push(format!(
                "{name}: {MOST} findings or comments and more: the rest is not looked at"
            ));
        }
        for embed in &judged.embeds {
            let id = embed.id.as_bytes();
            let status = self.options.context.embeds.map(|embeds| embeds.status(id, false));
            let unknown = [None, Some(EmbedStatus::NotAsked), Some(EmbedStatus::Unmapped)];
            summary.embed_ids.add(id, embed.public || !unknown.contains(&status));
        }
        let learned = judged.learned.into_iter();
        batch.learned.extend(learned.map(|(rule, print)| (name.to_owned(), rule, print)));
        if judged.found.is_empty() {
            return;
        }
        let record = FileRecord::new(name, text, &judged.found);
        let frames = self.formats.show_frames().then_some((self.secrets, self.known));
        summary.add(&record, self.options.context, frames);
        self.formats.record(&record, &mut batch.buffers);
    }
}
