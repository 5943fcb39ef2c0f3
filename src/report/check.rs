//! What a report of scanned files is given: one record a file with findings, and at the end a summary of bounded size.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr, memrchr};
use sha2::{Digest as _, Sha256};

use super::Subject;
use super::frame::Frame;
use super::location::take;
use super::place::Places;
use super::redact::{Redaction, Secrets};
use super::tally::{EmbedIds, Region, SEVERITIES, Spot, Tally, Use, Uses, count};
use crate::dialect::escape::hexadecimal;
use crate::dialect::params::{Id, Parameter};
use crate::dialect::span::Span;
use crate::rule::{Context, Found, Rule, Safety, Text};
use crate::rules::parameter::CONTROL_VALUE_RLS;
use crate::secret::Secret;

/// The files of a repository.
#[derive(Debug)]
pub struct Files;

impl Subject for Files {
    type Record<'a> = FileRecord<'a>;
    type Summary = CheckSummary;
}

/// What is found in one file, after the policy has spoken, with what reports add: lines, columns, fingerprints.
#[derive(Debug)]
pub struct FileRecord<'a> {
    /// Relative to the root of the run, with slashes.
    pub path: &'a str,
    /// What it holds.
    pub text: &'a Text<'a>,
    pub(super) items: Vec<Item<'a>>,
    /// Secrets that the run was given: no line shows them.
    pub(super) known: &'a [Secret],
    places: Places,
}

/// One finding in a file.
#[derive(Debug)]
pub(super) struct Item<'a> {
    pub(super) found: &'a Found,
    pub(super) region: Region,
    /// See [`Fingerprints`]; equal findings of a file have the same.
    pub(super) fingerprint: String,
    /// How many equal ones stand before it in the file.
    before: u64,
}

impl<'a> FileRecord<'a> {
    /// Gives every finding its place in the file.
    pub fn new(path: &'a str, text: &'a Text<'a>, found: &'a [Found]) -> Self {
        let spans = |found: &Found| {
            let fix = found.fix.as_ref().map_or(found.finding.span, |fix| fix.span);
            [found.finding.span, fix]
        };
        let places = Places::of(text.bytes(), found.iter().flat_map(spans));
        let mut fingerprints = Fingerprints::new(path, text.bytes());
        let mut seen: HashMap<String, u64> = HashMap::new();
        let item = |found: &'a Found| {
            let span = found.finding.span;
            let fingerprint = fingerprints.of(found.finding.rule, span);
            let count = seen.entry(fingerprint.clone()).or_default();
            *count += 1;
            Item { found, region: places.region(span), fingerprint, before: *count - 1 }
        };
        Self { path, text, items: found.iter().map(item).collect(), known: &[], places }
    }

    /// The same, and no line of it shows these secrets.
    #[must_use]
    pub fn hiding(self, known: &'a [Secret]) -> Self {
        Self { known, ..self }
    }

    /// The first findings with the lines around them.
    pub(super) fn frames(&self, most: usize, secrets: Secrets) -> Vec<Frame> {
        let text = self.text.bytes();
        let shown = || self.items.iter().take(most);
        let part = shown().map(|item| item.found.finding.span).reduce(Span::join);
        let redaction = Redaction::of(text, part.unwrap_or_default(), secrets, self.known);
        let source: Arc<str> = self.path.into();
        let frame = |item: &Item<'_>| {
            Frame::new(item.found, item.region, &source, text, &redaction, secrets)
        };
        shown().map(frame).collect()
    }

    /// Where the text that a fix replaces stands.
    pub(super) fn region(&self, span: Span) -> Region {
        self.places.region(span)
    }
}

impl Item<'_> {
    /// A fingerprint that no other finding of the run has: 64 digits too.
    pub(super) fn unique_fingerprint(&self) -> Cow<'_, str> {
        if self.before == 0 {
            return Cow::Borrowed(&self.fingerprint);
        }
        let mut hash = Sha256::new();
        take(&mut hash, &self.fingerprint);
        hash.update(self.before.to_be_bytes());
        Cow::Owned(hexadecimal(&hash.finalize()))
    }
}

/// The longest line that a fingerprint is made from, in bytes; of a longer one it is made from the finding's own text.
const LINE: usize = 1000;

/// Makes the fingerprints of findings in a file.
#[derive(Debug)]
pub struct Fingerprints<'a> {
    path: &'a str,
    text: &'a [u8],
    /// The last line and the last own text without their secrets: findings of one place come one after the other.
    last: [(Range<usize>, String); 2],
}

impl<'a> Fingerprints<'a> {
    /// Those of findings in this text.
    pub fn new(path: &'a str, text: &'a [u8]) -> Self {
        Self { path, text, last: [const { (0..0, String::new()) }; 2] }
    }

    /// What a baseline knows a finding by: the SHA-256 of its rule, its path, and its line and its own text without
    /// secrets, indentation and line number.
    pub fn of(&mut self, rule: &Rule, span: Span) -> String {
        let mut hash = Sha256::new();
        take(&mut hash, rule.id);
        take(&mut hash, self.path);
        for (part, (known, shown)) in parts(self.text, span).into_iter().zip(&mut self.last) {
            if *known != part {
                let bytes = self.text.get(part.clone()).unwrap_or_default();
                let whole = Span::new(0, bytes.len());
                *shown = Redaction::of(bytes, whole, Secrets::Hidden, &[]).show(bytes, whole);
                *known = part;
            }
            take(&mut hash, shown.trim());
        }
        hexadecimal(&hash.finalize())
    }
}

/// The line of a finding and its own text.
fn parts(text: &[u8], span: Span) -> [Range<usize>; 2] {
    let (start, end) = (span.start as usize, span.end as usize);
    let own = start..end.min(start.saturating_add(LINE));
    let before = text.get(start.saturating_sub(LINE)..start).unwrap_or_default();
    let behind = text.get(end..end.saturating_add(LINE).min(text.len())).unwrap_or_default();
    let line_start = match memrchr(b'\n', before) {
        Some(at) => Some(start - before.len() + at + 1),
        None => (before.len() == start).then_some(0),
    };
    let line_end = match memchr(b'\n', behind) {
        Some(at) => Some(end + at),
        None => (end + behind.len() == text.len()).then_some(text.len()),
    };
    let line = match (line_start, line_end) {
        (Some(from), Some(to)) if to - from <= LINE => from..to,
        _ => own.clone(),
    };
    [line, own]
}

/// Files that were not looked at, or not to their end, by the reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// They hold no text.
    pub binary: u64,
    /// They are larger than what was asked for.
    pub too_large: u64,
    /// The system would not give them.
    pub unreadable: u64,
    /// They hold so many findings that the rest of each was not looked at.
    pub cut: u64,
}

impl Skipped {
    /// How many there are.
    pub fn total(self) -> u64 {
        self.binary + self.too_large + self.unreadable + self.cut
    }
}

/// What a run tells at its end; its size does not depend on that of the files.
#[derive(Clone, Debug, Default)]
pub struct CheckSummary {
    /// Files that were looked at.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// URLs of Sigma's in them.
    pub urls: u64,
    /// Files with findings.
    pub affected: u64,
    /// Findings with a fix that needs no asking.
    pub fixable: u64,
    /// Findings with a fix that changes what the application does.
    pub fixable_unsafe: u64,
    /// Files that were not looked at.
    pub skipped: Skipped,
    /// Files and folders that ignore rules leave out.
    pub ignored: u64,
    /// Findings in text that the configuration says is never reported.
    pub allowed: u64,
    /// Findings that a comment hides.
    pub suppressed: u64,
    /// Findings that the baseline hides.
    pub baselined: u64,
    /// Findings that were written to the baseline.
    pub learned: u64,
    /// Entries of the baseline that hide nothing any more.
    pub stale: u64,
    /// Findings that were fixed in this run.
    pub fixed: u64,
    /// The parameters that findings are about, each place counted once.
    pub uses: Uses,
    /// The embed ids.
    pub embed_ids: EmbedIds,
    /// Places where code builds a signed URL.
    pub builders: u64,
    /// The languages that the code of builders can be written in anew, as `scaffold` names them.
    pub languages: BTreeSet<&'static str>,
    /// The findings.
    pub tally: Tally,
    /// The first of them with the lines around them, up to [`FRAMES`].
    pub frames: Vec<Frame>,
    /// The first files with findings, up to [`PATHS`], and their findings in the order of [`SEVERITIES`].
    pub paths: Vec<(Arc<str>, [u64; SEVERITIES.len()])>,
    /// The first builder with the code that replaces it, if a report [shows](super::Report::shows_rewrite) it.
    pub rewrite: Option<Rewrite>,
}

/// Code that builds legacy URLs, and the code that replaces it, both without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// The file.
    pub path: Arc<str>,
    /// The first line that is shown of it.
    pub line: u64,
    /// The old lines.
    pub old: String,
    /// What `scaffold` calls the language.
    pub language: &'static str,
    /// The new code.
    pub new: String,
}

/// Lines of the old code that are shown.
const OLD: usize = 60;

/// The lines of a span, with those around them up to a blank line: code says in paragraphs what belongs together.
fn paragraph(text: &[u8], span: Span) -> Option<(usize, usize)> {
    let blank = |line: &[u8]| line.trim_ascii().is_empty();
    let before = text.get(..span.start as usize)?;
    let mut start = memrchr(b'\n', before).map_or(0, |at| at + 1);
    for line in text.get(..start)?.split_inclusive(|byte| *byte == b'\n').rev().take(OLD / 2) {
        if blank(line) {
            break;
        }
        start -= line.len();
    }
    let mut end = span.end as usize;
    let lines = text.get(end..)?.split_inclusive(|byte| *byte == b'\n');
    for (number, line) in lines.enumerate().take(OLD) {
        if number > 0 && blank(line) {
            break;
        }
        end += line.len();
    }
    Some((start, end))
}

impl Rewrite {
    /// The lines from the first to the last of these findings in one file, and the new code for them.
    pub fn new(
        record: &FileRecord<'_>,
        spans: impl Iterator<Item = Span>,
        (language, new): (&'static str, &str),
        secrets: Secrets,
    ) -> Option<Self> {
        let text = record.text.bytes();
        let span = spans.reduce(Span::join)?;
        let (start, end) = paragraph(text, span)?;
        let shown = |text: &[u8], from: usize, to: usize| {
            let span = Span::new(from, to);
            Redaction::of(text, span, secrets, record.known).show(text, span)
        };
        let old = shown(text, start, end.min(text.len()));
        let cut = old.lines().nth(OLD).is_some();
        let mut old = old.lines().take(OLD).collect::<Vec<_>>().join("\n");
        if cut {
            old.push_str("\n\u{2026}");
        }
        let line = Places::of(text, std::iter::once(Span::new(start, start)));
        Some(Self {
            path: record.path.into(),
            line: line.region(Span::new(start, start)).line,
            old,
            language,
            new: shown(new.as_bytes(), 0, new.len()),
        })
    }
}

/// Files that a report names before their findings.
pub const PATHS: usize = 500;

/// Findings that a person reads one by one. Of more than these, equal ones are told together.
pub const FRAMES: usize = 50;

impl CheckSummary {
    /// Counts what was found in one file. `context` knows the rows of the parameters. The lines of the first findings
    /// are kept if a report [shows](super::Report::shows_frames) them: `frames` says how.
    pub fn add(&mut self, record: &FileRecord<'_>, context: &Context<'_>, frames: Option<Secrets>) {
        if record.items.is_empty() {
            return;
        }
        self.affected += 1;
        let source: Arc<str> = record.path.into();
        let mut levels = [0; SEVERITIES.len()];
        let mut places: BTreeMap<(Span, &str), (&'static Parameter, Use)> = BTreeMap::new();
        for Item { found, region, .. } in &record.items {
            let finding = &found.finding;
            match found.fix.as_ref().map(|fix| fix.safety) {
                Some(Safety::Safe) => self.fixable += 1,
                Some(Safety::Unsafe) => self.fixable_unsafe += 1,
                None => {}
            }
            count(&mut levels, &SEVERITIES, &finding.severity);
            self.tally.add(finding, || Spot { source: Arc::clone(&source), region: *region });
            let Some(name) = found.parameter.as_deref() else { continue };
            let row = if finding.rule == &CONTROL_VALUE_RLS {
                Id::Control.row()
            } else {
                context.lookup(name.as_bytes())
            };
            let used = found.outcome.map_or(Use { count: 1, ..Use::default() }, Use::of);
            let (_, place) = places.entry((finding.span, name)).or_insert((row, used));
            *place = place.max(used);
        }
        for (row, used) in places.into_values() {
            self.uses.add(row, used);
        }
        if self.paths.len() < PATHS {
            self.paths.push((source, levels));
        }
        let room = FRAMES.saturating_sub(self.frames.len());
        if let Some(secrets) = frames.filter(|_| room > 0) {
            self.frames.extend(record.frames(room, secrets));
        }
    }

    /// Adds what was counted of the files that come next in the order of the run.
    pub fn merge(&mut self, next: Self) {
        let sums = [
            (&mut self.files, next.files),
            (&mut self.bytes, next.bytes),
            (&mut self.urls, next.urls),
            (&mut self.affected, next.affected),
            (&mut self.fixable, next.fixable),
            (&mut self.fixable_unsafe, next.fixable_unsafe),
            (&mut self.skipped.binary, next.skipped.binary),
            (&mut self.skipped.too_large, next.skipped.too_large),
            (&mut self.skipped.unreadable, next.skipped.unreadable),
            (&mut self.skipped.cut, next.skipped.cut),
            (&mut self.ignored, next.ignored),
            (&mut self.allowed, next.allowed),
            (&mut self.suppressed, next.suppressed),
            (&mut self.baselined, next.baselined),
            (&mut self.learned, next.learned),
            (&mut self.stale, next.stale),
            (&mut self.fixed, next.fixed),
            (&mut self.builders, next.builders),
        ];
        for (into, from) in sums {
            *into += from;
        }
        self.languages.extend(next.languages);
        self.uses.merge(next.uses);
        self.embed_ids.merge(next.embed_ids);
        self.tally.merge(next.tally);
        let room = FRAMES.saturating_sub(self.frames.len());
        self.frames.extend(next.frames.into_iter().take(room));
        let room = PATHS.saturating_sub(self.paths.len());
        self.paths.extend(next.paths.into_iter().take(room));
        self.rewrite = self.rewrite.take().or(next.rewrite);
    }
}
