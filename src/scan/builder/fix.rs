//! Edits inside literal parameter strings: they stay valid parameter strings of the same escape.

use super::mention::{Form, Mention, Separator};
use super::token::{Mark, at_end, at_start};
use crate::dialect::escape::decode;
use crate::dialect::params::{Fate, Id, Loss};
use crate::dialect::span::Span;
use crate::dialect::values::{boolean, footer_position};
use crate::rule::{Fix, Safety};

/// The fixes of one group, in the order of its mentions.
pub(super) struct Fixer<'t> {
    text: &'t [u8],
    /// Whether `:menu_position` stands in the group.
    has_position: bool,
    /// Where the last removal ended: a separator before that is gone.
    removed: u32,
}

impl<'t> Fixer<'t> {
    pub(super) fn new(text: &'t [u8], has_position: bool) -> Self {
        Self { text, has_position, removed: 0 }
    }

    /// The edit that mends this mention, if there is a safe one.
    pub(super) fn fix(&mut self, mention: &Mention) -> Option<Fix> {
        let raw = mention.value?.of(self.text);
        if mention.form == Form::Key {
            return None;
        }
        let value = decode(raw, mention.row.plus);
        let (span, replacement) = match mention.row.fate {
            Fate::Replaced => (mention.span, self.position(mention, &value)?),
            Fate::Unsupported
                if mention.row.loss != Loss::None && !mention.row.loss.with_value(&value) =>
            {
                (self.removal(mention)?, Vec::new())
            }
            _ => return None,
        };
        Some(Fix { span, replacement, safety: Safety::Safe })
    }

    /// `:menu_position=…` with the colon and the `=` as they are written here.
    fn position(&self, mention: &Mention, value: &[u8]) -> Option<Vec<u8>> {
        let name = Id::MenuPosition.row().name;
        let known = boolean(value).is_some();
        if self.has_position || !known || mention.row.target != Some(name) {
            return None;
        }
        let colon = Span { start: mention.span.start, end: mention.name.start };
        let equals = Span { start: mention.name.end, end: mention.value?.start };
        let position = footer_position(value).as_bytes();
        Some([colon.of(self.text), name.as_bytes(), equals.of(self.text), position].concat())
    }

    /// The parameter with the separator before it or, where that opens the query or is gone, the one behind it.
    fn removal(&mut self, mention: &Mention) -> Option<Span> {
        let before = mention.before;
        // Whole inside another URL, its separators are escaped as its `=` is; others are the outer one's.
        let equals = Span { start: mention.name.end, end: mention.value?.start };
        let nested = |mark: &[u8]| mark.starts_with(b"%");
        let same_level = |mark: &[u8]| nested(mark) == nested(equals.of(self.text));
        let joined = mention.goes == Separator::Before && before.start >= self.removed;
        // The one behind decides too: what is left must not come to stand beside another level's.
        let (_, behind) = self.around(mention.span);
        let separator = match at_start(behind) {
            Some((Mark::Ampersand, _)) if !same_level(behind) => return None,
            Some((Mark::Ampersand, length)) => Some(length),
            _ => None,
        };
        let span = if joined {
            let span = before.join(mention.span);
            let is_empty = self.is_whole(span) && !self.is_appended(span);
            let doubled = matches!(at_end(self.around(span).0), Some((Mark::Ampersand, _)));
            if is_empty || doubled || !same_level(before.of(self.text)) {
                return None;
            }
            span
        } else if mention.goes == Separator::Unknown {
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
            Span::new(mention.span.start as usize, mention.span.end as usize + length)
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

    /// Whether code appends the string, so that it may be empty. What it compares or searches for may not.
    fn is_appended(&self, span: Span) -> bool {
        let (before, _) = self.around(span);
        let quote = at_end(before).map_or(0, |(_, length)| length);
        let outside = before.get(..before.len() - quote).unwrap_or_default();
        let outside = outside.trim_ascii_end();
        outside.ends_with(b"+=") || outside.ends_with(b".=") || outside.ends_with(b"+")
    }

    fn around(&self, span: Span) -> (&'t [u8], &'t [u8]) {
        let before = self.text.get(..span.start as usize).unwrap_or_default();
        (before, self.text.get(span.end as usize..).unwrap_or_default())
    }
}
