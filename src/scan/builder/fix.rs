//! Edits inside literal parameter strings: they stay valid parameter strings of the same escape.

use memchr::memmem;

use super::reference::{Form, Reference, Separator};
use super::statement::{self, is_beside, is_comment};
use super::token::{Mark, at_end, at_start};
use super::{BYTES, LINES};
use crate::dialect::escape::decode;
use crate::dialect::params::{Id, Loss};
use crate::dialect::span::Span;
use crate::dialect::values::boolean;
use crate::rule::{Fix, Lost, Outcome, Reason, Replacement, Safety};

/// Of so many places it is asked whether a comment holds them; if there are more, one is code for all that is known.
const MOST_LOOKED_AT: usize = 8;

/// The fixes of one group, in the order of its references.
pub(super) struct Fixer<'t> {
    text: &'t [u8],
    group: &'t [Reference],
    /// What becomes of each reference.
    steps: Vec<Option<Step>>,
    /// Where the last removal ended: a separator before that is gone.
    removed: u32,
}

impl<'t> Fixer<'t> {
    pub(super) fn new(text: &'t [u8], group: &'t [Reference]) -> Self {
        let step = |number| step(text, group, number);
        Self { text, group, steps: (0..group.len()).map(step).collect(), removed: 0 }
    }

    /// The safe edit for the reference with this number, if there is one.
    pub(super) fn fix(&mut self, number: usize) -> Option<Fix> {
        let reference = self.group.get(number)?;
        let (span, replacement) = match self.steps.get(number)?.clone()? {
            Step::Replace(position) => (reference.span, position),
            Step::Remove => match self.string(number) {
                Some(contents) => (self.whole(contents)?, Vec::new()),
                None => (self.removal(reference)?, Vec::new()),
            },
        };
        Some(Fix { span, replacement, safety: Safety::Safe })
    }

    /// The contents of the string around a reference, if nothing of them is left.
    fn string(&self, number: usize) -> Option<Span> {
        let start = |reference: &Reference| match reference.goes {
            Separator::Before => reference.before.start,
            _ => reference.span.start,
        };
        let goes = |step: &Option<Step>| matches!(step, Some(Step::Remove));
        let mut first = self.group.get(number)?;
        let mut last = first;
        let before = self.group.get(..number)?.iter().zip(self.steps.get(..number)?);
        for (reference, step) in before.rev() {
            if reference.span.end != start(first) || !goes(step) {
                break;
            }
            first = reference;
        }
        let behind = self.group.get(number + 1..)?.iter().zip(self.steps.get(number + 1..)?);
        for (reference, step) in behind {
            if start(reference) != last.span.end || !goes(step) {
                break;
            }
            last = reference;
        }
        let contents = Span { start: start(first), end: last.span.end };
        self.is_whole(contents).then_some(contents)
    }

    /// The edit for a string of which nothing is left: its statement goes, or it is empty where code joins it to others.
    fn whole(&self, contents: Span) -> Option<Span> {
        statement::line(self.text, contents)
            .or_else(|| self.is_joined(contents).then_some(contents))
    }

    /// The parameter with the separator before it or, where that opens the query or is gone, the one behind it.
    fn removal(&mut self, reference: &Reference) -> Option<Span> {
        let before = reference.before;
        // Whole inside another URL, its separators are escaped as its `=` is; others are the outer one's.
        let equals = Span { start: reference.name.end, end: reference.value?.start };
        let nested = |mark: &[u8]| mark.starts_with(b"%");
        let same_level = |mark: &[u8]| nested(mark) == nested(equals.of(self.text));
        let joined = reference.goes == Separator::Before && before.start >= self.removed;
        // The one behind decides too: what is left must not come to stand beside another level's.
        let (_, behind) = self.around(reference.span);
        let separator = match at_start(behind) {
            Some((Mark::Ampersand, _)) if !same_level(behind) => return None,
            Some((Mark::Ampersand, length)) => Some(length),
            _ => None,
        };
        let span = if joined {
            let span = before.join(reference.span);
            let doubled = matches!(at_end(self.around(span).0), Some((Mark::Ampersand, _)));
            if doubled || !same_level(before.of(self.text)) {
                return None;
            }
            span
        } else if reference.goes == Separator::Unknown {
            return None;
        } else {
            let length = separator?;
            let next = behind.get(length..).unwrap_or_default();
            // Another separator, or the end of something that is no string.
            if next.first().is_none_or(u8::is_ascii_whitespace)
                || matches!(at_start(next), Some((Mark::Ampersand, _)))
            {
                return None;
            }
            Span::new(reference.span.start as usize, reference.span.end as usize + length)
        };
        self.removed = span.end;
        Some(span)
    }

    /// Whether nothing else stands in the string.
    fn is_whole(&self, span: Span) -> bool {
        let (before, behind) = self.around(span);
        matches!(at_end(before), Some((Mark::Quote(_), _)))
            && matches!(at_start(behind), Some((Mark::Quote(_), _)))
    }

    /// Whether an expression joins the string to others, so that it may be empty. What code appends alone may not: it would do
    /// nothing. What it compares or searches for may not either.
    fn is_joined(&self, span: Span) -> bool {
        let (before, behind) = self.around(span);
        let quote = at_end(before).map_or(0, |(_, length)| length);
        let outside = before.get(..before.len() - quote).unwrap_or_default().trim_ascii_end();
        let closing = at_start(behind).map_or(0, |(_, length)| length);
        let next = behind.get(closing..).unwrap_or_default();
        let is_appendix = matches!(at_start(span.of(self.text)), Some((Mark::Ampersand, _)));
        let joins = !outside.ends_with(b"++") && outside.ends_with(b"+");
        // Not a method of the string, nor an index into it.
        let is_last = next.trim_ascii_start().first().is_none_or(|byte| b";,)}]".contains(byte))
            || next.starts_with(b"\n") && !next.trim_ascii_start().starts_with(b".");
        is_appendix && joins && is_last && !is_bare_sum(outside, next)
    }

    fn around(&self, span: Span) -> (&'t [u8], &'t [u8]) {
        let before = self.text.get(..span.start as usize).unwrap_or_default();
        (before, self.text.get(span.end as usize..).unwrap_or_default())
    }
}

/// What becomes of a parameter.
#[derive(Clone, Debug)]
enum Step {
    Replace(Vec<u8>),
    Remove,
}

fn is_position(reference: &Reference) -> bool {
    reference.row.id == Id::MenuPosition
}

/// Whether code near this parameter sets `:menu_position`, for all that is known. In a comment, it is not there.
pub(super) fn has_position(text: &[u8], parameter: Span) -> bool {
    let (start, end) = (parameter.start as usize, parameter.end as usize);
    let from = start.saturating_sub(BYTES);
    let near = text.get(from..text.len().min(end + BYTES)).unwrap_or_default();
    let places = memmem::find_iter(near, Id::MenuPosition.row().name).map(|at| from + at);
    let is_near = |at: &usize| {
        let between = if *at < start { text.get(*at..start) } else { text.get(end..*at) };
        memchr::memchr_iter(b'\n', between.unwrap_or_default()).count() <= LINES
    };
    let mut places = places.filter(is_near);
    places.by_ref().take(MOST_LOOKED_AT).any(|at| !is_comment(text, at)) || places.next().is_some()
}

/// What becomes of a reference without harm.
fn step(text: &[u8], group: &[Reference], number: usize) -> Option<Step> {
    let reference = group.get(number)?;
    let raw = reference.value?.of(text);
    if reference.form == Form::Key {
        return None;
    }
    let value = decode(raw, reference.row.plus);
    match Outcome::of(reference.row, Some(&value)) {
        Outcome::Replace(Replacement::MenuPosition(new)) if boolean(&value).is_some() => {
            // Those that are nearest: a group may be long.
            let above = group.get(..number)?.iter().rev().find(|other| is_position(other));
            let below = group.get(number + 1..)?.iter().find(|other| is_position(other));
            let beside = |other: &Reference| is_beside(text, reference.span, other.span);
            if [above, below].into_iter().flatten().any(beside) {
                return Some(Step::Remove);
            }
            if has_position(text, reference.span) { None } else { position(text, reference, new) }
        }
        Outcome::Drop(Reason::Unsupported(Lost::Nothing)) if reference.row.loss != Loss::None => {
            Some(Step::Remove)
        }
        _ => None,
    }
}

/// `:menu_position=…` with the colon and the `=` as they are written here.
fn position(text: &[u8], reference: &Reference, position: &str) -> Option<Step> {
    let colon = Span { start: reference.span.start, end: reference.name.start };
    let equals = Span { start: reference.name.end, end: reference.value?.start };
    let name = Id::MenuPosition.row().name;
    Some(Step::Replace(
        [colon.of(text), name.as_bytes(), equals.of(text), position.as_bytes()].concat(),
    ))
}

/// Whether a sum has only this string added to it and is appended to itself: `url = url + "…"`.
fn is_bare_sum(outside: &[u8], next: &[u8]) -> bool {
    let line = outside.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let Some(sum) = line.strip_suffix(b"+") else { return false };
    let Some(equals) = memchr::memchr(b'=', sum) else { return false };
    let (target, again) = (sum.get(..equals), sum.get(equals + 1..));
    let ends = next
        .iter()
        .find(|byte| !matches!(byte, b' ' | b'\t'))
        .is_none_or(|byte| b";\r\n".contains(byte));
    ends && target.map(<[u8]>::trim_ascii) == again.map(<[u8]>::trim_ascii)
}
