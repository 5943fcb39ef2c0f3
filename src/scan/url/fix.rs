//! Edits that fix a URL in its place, written as the URL around them is.

use memchr::memmem;

use super::read::Candidate;
use crate::dialect::params::{COUNT, Fate, Id};
use crate::dialect::span::Span;
use crate::dialect::unit::{percent, unit};
use crate::dialect::values::boolean;
use crate::judge::Judgement;
use crate::rule::{Arg, Finding, Fix, Lost, Outcome, Reason, Replacement, Rule, Safety};
use crate::rules::display::REPLACED_SHOW_FOOTER;
use crate::rules::files::SIGNED_URL_IN_FILE;
use crate::rules::path::DEPRECATED_EMBED_PATH;
use crate::scan::Options;
use crate::scan::builder::is_comment;

/// What stands further behind a URL is not appended to it.
const APPENDED_WITHIN: usize = 1_000;

/// How often a parameter stands in a URL.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Absent,
    /// The value of every occurrence is that of the one with this number.
    As(usize),
    /// With several values: which of them Sigma took is not for us to say.
    Contested,
}

/// What is needed to fix one URL.
pub(super) struct UrlFixer<'a> {
    text: &'a [u8],
    candidate: &'a Candidate,
    judgement: &'a Judgement<'a>,
    options: &'a Options<'a>,
    /// Whether a signature or token stands in it.
    sealed: bool,
    /// What stands in the URL of each row.
    rows: [Standing; COUNT],
    /// How many parameters at the beginning go away.
    leading: usize,
}

impl<'a> UrlFixer<'a> {
    pub(super) fn new(
        text: &'a [u8],
        candidate: &'a Candidate,
        judgement: &'a Judgement<'a>,
        options: &'a Options<'a>,
        sealed: bool,
    ) -> Self {
        let rows = [Standing::Absent; COUNT];
        let mut fixer = Self { text, candidate, judgement, options, sealed, rows, leading: 0 };
        if !sealed {
            for arg in judgement.args {
                fixer.note(arg);
            }
            let goes = |arg: &&Arg| fixer.goes(arg);
            fixer.leading = judgement.args.iter().take_while(goes).count();
        }
        fixer
    }

    fn note(&mut self, arg: &Arg) {
        let Some(slot) = self.rows.get_mut(arg.row.id as usize) else { return };
        *slot = match *slot {
            Standing::Absent => Standing::As(arg.index),
            Standing::As(n) => match self.judgement.args.get(n) {
                Some(other) if self.judgement.value(other) == self.judgement.value(arg) => {
                    Standing::As(n)
                }
                _ => Standing::Contested,
            },
            Standing::Contested => Standing::Contested,
        };
    }

    fn standing(&self, id: Id) -> Standing {
        self.rows.get(id as usize).copied().unwrap_or(Standing::Absent)
    }

    /// The fix of a finding. A URL from several lines or literals has none: the edit would have to tell what belongs to the
    /// URL from what belongs to the code between its parts.
    pub(super) fn fix(&self, finding: &Finding, arg: Option<&Arg>) -> Option<Fix> {
        if self.candidate.joined {
            return None;
        }
        if finding.rule == &SIGNED_URL_IN_FILE {
            return self.unsign();
        }
        // What is signed is dead: taking a parameter out of it fixes nothing.
        if self.sealed {
            return None;
        }
        if finding.rule == &DEPRECATED_EMBED_PATH {
            return self.base(finding.span);
        }
        if finding.rule == &REPLACED_SHOW_FOOTER {
            return self.footer(arg?);
        }
        if is_unsupported(finding.rule) { self.remove(arg?) } else { None }
    }

    /// The workbook's path for that of the embed: not by itself, since the code that signs it must change in the same step.
    fn base(&self, base: Span) -> Option<Fix> {
        if self.candidate.has_placeholder(base) {
            return None;
        }
        let by = self.options.bases?.base(self.judgement)?;
        self.replace(base, &by, Safety::Unsafe)
    }

    /// The URL without its signature or token, for the application to sign.
    fn unsign(&self) -> Option<Fix> {
        if !self.candidate.placeholders.is_empty() {
            return None;
        }
        let by = self.options.bases?.unsigned(self.judgement)?;
        self.replace(Span::new(0, self.candidate.bytes.len()), &by, Safety::Unsafe)
    }

    /// Whether a parameter can be taken out without loss.
    fn goes(&self, arg: &Arg) -> bool {
        let unknown = self.candidate.has_placeholder(arg.param.span());
        if unknown || self.standing(arg.row.id) == Standing::Contested {
            return false;
        }
        match arg.outcome {
            // What only the configuration calls unsupported the old URL still takes.
            Outcome::Drop(Reason::Unsupported(Lost::Nothing)) => {
                arg.row.id.row().fate == Fate::Unsupported
            }
            Outcome::Drop(Reason::Redundant) => self.is_footer(arg),
            _ => false,
        }
    }

    /// Takes a parameter out with the `&` on one side of it. At the beginning of the query it is the one behind, and the `?`
    /// stays: code may append more. No two such edits touch the same byte.
    fn remove(&self, arg: &Arg) -> Option<Fix> {
        if !self.goes(arg) {
            return None;
        }
        let mut span = arg.param.span();
        if arg.index < self.leading {
            if self.candidate.bytes.get(span.end as usize) == Some(&b'&') {
                span.end += 1;
            }
        } else {
            span.start = span.start.checked_sub(1)?;
        }
        self.replace(span, b"", Safety::Safe)
    }

    /// Whether it is `:show_footer` with the meaning of the table, and with one of its values: of another, a part may not
    /// belong to the URL.
    fn is_footer(&self, arg: &Arg) -> bool {
        let known = boolean(self.judgement.value(arg)).is_some();
        known && arg.row.id == Id::ShowFooter && arg.row.target == Some(Id::MenuPosition.row().name)
    }

    /// Whether code appends a `:menu_position` to the URL, for all that is seen here.
    fn is_continued(&self) -> bool {
        let end = self.candidate.span.end as usize;
        let behind = self.text.get(end..).unwrap_or_default();
        let behind = behind.get(..APPENDED_WITHIN).unwrap_or(behind);
        let near = memmem::find(behind, b"://").and_then(|at| behind.get(..at)).unwrap_or(behind);
        memmem::find_iter(near, Id::MenuPosition.row().name)
            .any(|at| !is_comment(self.text, end + at))
    }

    fn footer(&self, arg: &Arg) -> Option<Fix> {
        let unknown = self.candidate.has_placeholder(arg.param.span());
        if !self.is_footer(arg) || unknown || self.standing(Id::ShowFooter) == Standing::Contested {
            return None;
        }
        let Outcome::Replace(Replacement::MenuPosition(position)) = arg.outcome else {
            return self.remove(arg);
        };
        // An empty menu position is none, and yet in the way of another.
        if self.standing(Id::MenuPosition) != Standing::Absent || self.is_continued() {
            return None;
        }
        let colon = Span { start: arg.param.key.start, end: arg.param.name.start };
        let mut by = colon.of(&self.candidate.bytes).to_vec();
        by.extend_from_slice(Id::MenuPosition.row().name.as_bytes());
        by.push(b'=');
        by.extend_from_slice(position.as_bytes());
        self.replace(arg.param.span(), &by, Safety::Safe)
    }

    /// The edit that puts `by` in the place of a part of the URL.
    fn replace(&self, part: Span, by: &[u8], safety: Safety) -> Option<Fix> {
        let map = &self.candidate.map;
        // The template needs its tags, in pairs.
        if self.candidate.tags.iter().any(|at| part.start < *at && *at < part.end) {
            return None;
        }
        // The scheme that is not written stays so.
        let by =
            if self.candidate.bare && part.start == 0 { by.strip_prefix(b"https://")? } else { by };
        let span = map.span(part);
        let replacement = self.spell(by);
        // A character that cannot be written here, whatever the reason, would change the URL or the file around it.
        let reads = read_back(&replacement, self.candidate.depth).is_some_and(|read| read == by);
        reads.then_some(Fix { span, replacement, safety })
    }

    /// Bytes of a URL as this one spells them.
    fn spell(&self, by: &[u8]) -> Vec<u8> {
        if by.is_empty() {
            return Vec::new();
        }
        let mut spellings: [Span; 128] = [Span::default(); 128];
        for (at, text) in self.candidate.map.escapes() {
            let byte = self.candidate.bytes.get(at as usize).copied().unwrap_or(0xff);
            // No place demands that a letter is escaped.
            if byte.is_ascii_alphanumeric() {
                continue;
            }
            if let Some(slot) = spellings.get_mut(byte as usize)
                && slot.is_empty()
            {
                *slot = text;
            }
        }
        let mut out = Vec::with_capacity(by.len());
        for byte in by {
            let spelling = spellings.get(*byte as usize).map(|span| span.of(self.text));
            match spelling {
                Some(spelling) if !spelling.is_empty() => out.extend_from_slice(spelling),
                _ => self.write(*byte, &mut out),
            }
        }
        out
    }

    /// Writes a byte of which the URL has no example.
    fn write(&self, byte: u8, out: &mut Vec<u8>) {
        if self.candidate.depth == 0 || byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(byte);
            return;
        }
        out.push(b'%');
        for _ in 1..self.candidate.depth {
            out.extend_from_slice(b"25");
        }
        let digit = |value: u8| b"0123456789ABCDEF".get(value as usize).copied().unwrap_or(b'0');
        out.extend([digit(byte >> 4), digit(byte & 15)]);
    }
}

/// Whether the rule is that of an unsupported parameter.
fn is_unsupported(rule: &Rule) -> bool {
    rule.id.starts_with("unsupported-")
}

/// What a text is read as where a URL stands.
fn read_back(text: &[u8], depth: u8) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let unit = unit(text, at)?;
        if depth > 0 && unit.is(b'%') {
            let (byte, len) = percent(text, at, depth)?;
            out.push(byte);
            at += len;
            continue;
        }
        let c = char::from_u32(unit.value)?;
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        at += unit.len;
    }
    Some(out)
}
