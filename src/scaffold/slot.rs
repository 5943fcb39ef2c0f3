//! What several builders say of one parameter: the same literal, or something that has to become an argument.

use std::fmt::Write as _;

use super::model::Note;
use super::sample::Sample;
use crate::dialect::params::Parameter;

/// A value as one builder has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// It stands in the code.
    Literal(String),
    /// Code fills it in.
    Placeholder,
}

/// One place where a parameter was seen.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// The number of the sample.
    pub(super) sample: usize,
    pub(super) value: Value,
    /// Whether the sample is a part of a URL, which other code may or may not add.
    pub(super) partial: bool,
}

/// All that is known of one parameter.
#[derive(Clone, Debug, Default)]
pub(super) struct Slot {
    /// Its name in the new URL.
    pub(super) key: String,
    /// Its name in the old one, if it is another.
    pub(super) label: String,
    pub(super) seen: Vec<Seen>,
    /// The row that has something to say about it.
    pub(super) row: Option<&'static Parameter>,
    /// Whether it is not in the new URL.
    pub(super) lost: bool,
    /// Whether it takes the place of another.
    pub(super) replaced: bool,
}

impl Slot {
    pub(super) fn add(&mut self, seen: Seen) {
        self.seen.push(seen);
    }

    /// The first builder that does not have it.
    pub(super) fn missing(&self, whole: &[usize]) -> Option<usize> {
        let is_seen = |number| self.seen.binary_search_by_key(number, |seen| seen.sample).is_ok();
        whole.iter().find(|number| !is_seen(number)).copied()
    }
}

/// The literal that all builders agree on. If they do not, it is an argument, and the places are named.
pub(super) fn settle(
    slot: &Slot,
    whole: &[usize],
    samples: &[Sample],
    notes: &mut Vec<Note>,
) -> Option<String> {
    let mut literals = slot.seen.iter().filter_map(|seen| match &seen.value {
        Value::Literal(literal) => Some((literal, seen)),
        Value::Placeholder => None,
    });
    let (first, at) = literals.next()?;
    let place = |number: usize| {
        samples.get(number).map(|s| format!("{}:{}", s.file, s.line)).unwrap_or_default()
    };
    let other = literals.find(|(literal, _)| *literal != first);
    let missing = slot.missing(whole);
    let name = if slot.label.is_empty() { &slot.key } else { &slot.label };
    let mut text = format!("`{name}` is `{first}` in {}", place(at.sample));
    if let Some((literal, seen)) = other {
        let _ = write!(text, " and `{literal}` in {}", place(seen.sample));
    } else if let Some(number) = missing.filter(|_| !at.partial) {
        let _ = write!(text, ", and {} does not have it", place(number));
    } else if at.partial
        || slot.seen.iter().any(|seen| seen.value == Value::Placeholder || seen.partial)
    {
        // A value that varies in one place only is an argument, and contradicts nobody.
        return None;
    } else {
        return Some(first.clone());
    }
    text.push_str(": it is an argument");
    notes.push(Note(text));
    None
}
