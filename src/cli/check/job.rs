//! What a thread does with a group of files.

use super::known::Names;
use super::report::Formats;
use super::{diff, replace};
use crate::cli::files::Group;
use crate::cli::pipeline::HEAVY;
use crate::cli::scaffold::Rewriter;
use crate::dialect::id::IdKey;
use crate::engine::MOST_FINDINGS;
use crate::engine::file::{Fixing, Judge, Judged, Said, add, prints, suggest};
use crate::engine::turns::Turns;
use crate::input::files::{Candidate, Content, Hidden, Reader, Skip};
use crate::judge::Scratch;
use crate::judge::run::Run;
use crate::report::check::{CheckSummary, FileRecord, Rewrite};
use crate::report::redact::{self, Secrets};
use crate::rule::{EmbedStatus, Found, Text};
use crate::scan::{self, Examined, Options};
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

/// What all threads share.
pub(super) struct Job<'a> {
    pub(super) judge: Judge<'a>,
    pub(super) options: Options<'a>,
    /// Nothing, if nothing is to be fixed.
    pub(super) fixing: Option<Fixing>,
    /// Why findings are to be hidden by comments, if they are.
    pub(super) reason: Option<&'a str>,
    /// Whether fixes are shown, and not written.
    pub(super) diff: bool,
    /// Whether files are named, and not scanned.
    pub(super) only_names: bool,
    pub(super) secrets: Secrets,
    /// What files are called in the baseline.
    pub(super) names: &'a Names,
    /// Those the run was given: no line shows them.
    pub(super) known: &'a [Secret],
    pub(super) formats: &'a Formats,
    /// Writes the code that replaces a builder.
    pub(super) rewriter: &'a Rewriter<'a>,
    /// What the URLs of all files say of one another.
    pub(super) turns: &'a Turns<Run>,
    pub(super) verbose: bool,
}

/// What became of a group of files.
#[derive(Default)]
pub(super) struct Batch {
    /// For the outputs.
    pub(super) buffers: Vec<Vec<u8>>,
    /// A diff, or names of files.
    pub(super) text: Vec<u8>,
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
            + self.text.capacity()
            + learned.sum::<usize>()
    }
}

impl Job<'_> {
    /// Looks at a group of files. What comes of them is handed over to `done` with its weight, whenever that is much.
    pub(super) fn group(
        &self,
        reader: &mut Reader,
        scratch: &mut Scratch,
        number: u64,
        group: Group,
        done: &mut dyn FnMut(usize, Batch),
    ) {
        let empty = || Batch { buffers: self.formats.buffers(), ..Batch::default() };
        let mut batch = empty();
        for file in group {
            match file {
                Ok(file) => match reader.read(&file) {
                    Ok(content) => self.file(number, &file, content, scratch, &mut batch),
                    Err(skip) => self.skip(&file.name(), file.named, &skip, &mut batch),
                },
                Err(Hidden { name, skip, named }) => self.skip(&name, named, &skip, &mut batch),
            }
            let weight = batch.weight();
            if weight >= HEAVY {
                done(weight, std::mem::replace(&mut batch, empty()));
            }
        }
        self.turns.pass(number);
        done(batch.weight(), batch);
    }

    /// Counts what was left out, and names it to whoever wants to know.
    fn skip(&self, name: &str, named: bool, skip: &Skip, batch: &mut Batch) {
        let skipped = &mut batch.summary.skipped;
        match skip {
            Skip::Ignored => batch.summary.ignored += 1,
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

    fn file(
        &self,
        number: u64,
        file: &Candidate,
        content: Content<'_>,
        scratch: &mut Scratch,
        batch: &mut Batch,
    ) {
        let Content { bytes, compressed, identity } = content;
        batch.summary.files += 1;
        batch.summary.bytes += bytes.len() as u64;
        let name = &*file.name();
        if self.only_names {
            batch.text.extend([name.as_bytes(), b"\n"].concat());
            return;
        }
        let known_as = &*self.names.of(name);
        if self.judge.baseline.knows(known_as) {
            batch.seen.push(known_as.to_owned());
        }
        let text = Text::new(bytes);
        let mut examined = scan::examine(&text, &self.options, scratch);
        let said = self.ask(number, name, text.bytes(), &examined);
        add(&mut examined, &said);
        let examine = |text: &Text<'_>, scratch: &mut Scratch| {
            let mut examined = scan::examine(text, &self.options, scratch);
            add(&mut examined, &said);
            examined
        };
        let mut first = self.judge.judge(known_as, text.bytes(), examined);
        if compressed {
            // Nobody packs it again.
            first.found.iter_mut().for_each(|found| found.fix = None);
        }
        let rewritten = match (self.reason, self.fixing) {
            (Some(_), _) if compressed || first.cut => None,
            (Some(reason), _) => self.judge.hide(known_as, bytes, &first, reason, scratch, examine),
            (None, Some(fixing)) => {
                self.judge.fix(known_as, bytes, &first, fixing, scratch, examine)
            }
            (None, None) => None,
        };
        let Some(rewritten) = rewritten else { return self.report(name, &text, first, batch) };
        if self.diff {
            let new = Text::new(&rewritten.bytes);
            diff::write(
                name,
                text.bytes(),
                new.bytes(),
                (self.secrets, self.known),
                &mut batch.text,
            );
        } else if let Err(problem) = replace::replace(file, identity, bytes, &rewritten.bytes) {
            batch.notes.push(format!("{}: not fixed: {problem}", redact::line(name)));
            batch.tally.left_alone += 1;
            return self.report(name, &text, first, batch);
        }
        batch.tally.fixed += rewritten.fixed;
        batch.tally.fixed_files += 1;
        if self.diff {
            self.report(name, &text, first, batch);
        } else {
            if self.reason.is_none() {
                batch.summary.fixed += rewritten.fixed;
            }
            self.report(name, &Text::new(&rewritten.bytes), rewritten.judged, batch);
        }
    }

    /// What the signed URLs of a file repeat or contradict of those before them, for each of them.
    fn ask(&self, number: u64, name: &str, text: &[u8], examined: &Examined) -> Vec<Said> {
        if examined.prints.is_empty() {
            return Vec::new();
        }
        let see = |run: &mut Run| prints(name, text, examined, run);
        self.turns.enter(number, see).unwrap_or_default()
    }

    /// The builders of a file beside the code that replaces them, if there are any.
    fn rewrite(
        &self,
        name: &str,
        text: &[u8],
        found: &[Found],
        record: &FileRecord<'_>,
    ) -> Option<Rewrite> {
        let is_builder = |found: &&Found| found.builds;
        found.iter().find(is_builder)?;
        let (language, code) = self.rewriter.rewrite(name, text, found)?;
        let spans = found.iter().filter(is_builder).map(|found| found.finding.span);
        Rewrite::new(record, spans, (language, &code), self.secrets)
    }

    /// Counts what was found in a file, and gives it to the reports.
    fn report(&self, name: &str, text: &Text<'_>, mut judged: Judged, batch: &mut Batch) {
        if judged.found.iter().any(|found| found.template.is_some()) {
            let secrets = redact::SecretFinder::new(self.known);
            let holds_one = |url: &str| secrets.finds_one(url.as_bytes());
            for found in &mut judged.found {
                found.template.take_if(|template| holds_one(&template.url));
            }
        }
        let summary = &mut batch.summary;
        suggest(name, &mut judged.found, |language| {
            summary.languages.insert(language);
        });
        summary.builders += judged.found.iter().filter(|found| found.builds).count() as u64;
        summary.urls += judged.urls;
        summary.allowed += judged.allowed;
        summary.suppressed += judged.suppressed;
        summary.baselined += judged.known;
        summary.stale += judged.stale;
        if judged.cut {
            summary.skipped.cut += 1;
            let name = redact::line(name);
            batch.notes.push(format!(
                "{name}: more than {MOST_FINDINGS} findings or comments: the rest of the file is not scanned"
            ));
        }
        for embed in &judged.embeds {
            let id = embed.id.as_bytes();
            let status = self.options.context.embeds;
            let status = status.map(|embeds| embeds.status(embeds.entry(&IdKey::of(id)), false));
            let unknown = [None, Some(EmbedStatus::NotAsked), Some(EmbedStatus::Unmapped)];
            summary.embed_ids.add(id, embed.public || !unknown.contains(&status));
        }
        let learned = judged.learned.into_iter();
        let known_as = self.names.of(name);
        batch.learned.extend(learned.map(|(rule, print)| (known_as.to_string(), rule, print)));
        if judged.found.is_empty() {
            return;
        }
        let record = FileRecord::new(name, text, &judged.found).hiding(self.known);
        if summary.rewrite.is_none() && self.formats.show_rewrite() {
            summary.rewrite = self.rewrite(name, text.bytes(), &judged.found, &record);
        }
        let frames = self.formats.show_frames().then_some(self.secrets);
        summary.add(&record, self.options.context, frames);
        self.formats.record(&record, &mut batch.buffers);
    }
}
