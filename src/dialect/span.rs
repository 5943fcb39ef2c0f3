//! Places in a text, as byte ranges; lines and columns are born in `report`.

use std::str::Utf8Chunk;

/// A half-open byte range into the text it was read from. Rows are shorter than 4 GiB by the limit of `input`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end`; an end before the start is an empty range at the start.
    pub fn new(start: usize, end: usize) -> Self {
        let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let start = clip(start);
        Self { start, end: clip(end).max(start) }
    }

    /// The bytes of `text` in this range, or nothing if the range does not lie in it.
    pub fn of(self, text: &[u8]) -> &[u8] {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// The same of a string; nothing either if the range cuts a character.
    pub fn of_text(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// Whether the range holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest range that holds both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// How many characters bytes are; a sequence that is not UTF-8 is one.
pub fn characters(bytes: &[u8]) -> u64 {
    if let Ok(text) = std::str::from_utf8(bytes) {
        // Many times faster.
        return text.chars().count() as u64;
    }
    let of_chunk = |chunk: Utf8Chunk<'_>| {
        chunk.valid().chars().count() + usize::from(!chunk.invalid().is_empty())
    };
    bytes.utf8_chunks().map(of_chunk).sum::<usize>() as u64
}
