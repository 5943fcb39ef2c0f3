//! The text of one map file: lines of byte offsets, and the excerpts that errors show.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use super::error::{MapError, Spot};
use super::{MAX_BYTES, Place};
use crate::dialect::params::{SECRET, SECRET_SHOWN};
use crate::judge::is_bare_token;
use crate::text::Frame;

/// The longest value quoted in a message, in characters.
const LONGEST_VALUE: usize = 100;

/// A map file's name and its text, without byte-order mark.
pub(super) struct Source<'a> {
    file: Arc<str>,
    pub(super) text: &'a str,
    /// An offset and its line, from where the next search goes on: rows come in order, so a file is counted once.
    reached: Cell<(usize, usize)>,
}

impl<'a> Source<'a> {
    pub(super) fn new(name: &str, bytes: &'a [u8]) -> Result<Self, MapError> {
        let file: Arc<str> = name.into();
        if bytes.len() as u64 > MAX_BYTES {
            return Err(MapError::TooLarge { file: name.into(), limit: MAX_BYTES });
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            MapError::NotUtf8 {
                place: Place { file: Arc::clone(&file), line: 1 + line_ends(good, 0, good.len()) },
            }
        })?;
        if text.trim().is_empty() {
            return Err(MapError::Empty { file: name.into() });
        }
        Ok(Self { file, text, reached: Cell::new((0, 1)) })
    }

    /// The line, from 1, of a byte offset.
    pub(super) fn place(&self, offset: usize) -> Place {
        let (mut from, mut line) = self.reached.get();
        if offset < from {
            (from, line) = (0, 1);
        }
        line += line_ends(self.text.as_bytes(), from, offset);
        self.reached.set((offset, line));
        Place { file: Arc::clone(&self.file), line }
    }

    /// The byte offset of a position as parsers give it: line and column from 1, in bytes.
    pub(super) fn offset(&self, line: usize, column: usize) -> usize {
        let before: usize =
            self.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        before.saturating_add(column.saturating_sub(1)).min(self.text.len())
    }

    /// What an error needs to point at `span`.
    pub(super) fn spot(&self, span: Range<usize>) -> Spot {
        let place = self.place(span.start);
        let frame = self.frame(span, &place);
        Spot { place, frame }
    }

    fn frame(&self, span: Range<usize>, place: &Place) -> Option<Box<Frame>> {
        let head = self.text.get(..span.start)?;
        let line_start = head.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let rest = self.text.get(line_start..)?;
        let line = rest.split(['\n', '\r']).next().unwrap_or(rest);
        let line = masked(line);
        let at = span.start - line_start;
        let number = place.line.saturating_sub(1);
        Some(Box::new(Frame::cut(&self.file, number, &line, at..at + span.len())))
    }
}

/// The line ends between two offsets: LF, CRLF, and the lone CR that the csv reader takes for one too.
fn line_ends(bytes: &[u8], from: usize, to: usize) -> usize {
    let part = bytes.get(from..to.min(bytes.len())).unwrap_or_default();
    part.iter()
        .zip(from..)
        .filter(|&(&byte, at)| {
            byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
        })
        .count()
}

/// A value from outside as a message may quote it: secrets masked, control characters escaped, of bounded length.
pub(super) fn shown(value: &str) -> String {
    let masked = masked(value);
    let mut chars = masked.chars();
    let mut text: String = chars.by_ref().take(LONGEST_VALUE).collect();
    if chars.next().is_some() {
        text.push('…');
    }
    text
}

/// Whether a text can be a token or a secret of an embed: neither is an id, and neither may go into a URL's path.
pub(super) fn looks_secret(text: &str) -> bool {
    let is_hex = text.len() >= SHORTEST_HEX_SECRET && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_hex || is_bare_token(text.as_bytes())
}

/// Longer than a UUID without its hyphens.
const SHORTEST_HEX_SECRET: usize = 33;

/// The text with everything hidden that must not be shown, byte for byte of the same length.
fn masked(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut hidden: Vec<Range<usize>> = Vec::new();
    // People paste whole signed URLs into maps.
    let signs = ["=", "%3d"];
    for name in SECRET.iter().flat_map(|name| signs.map(|sign| format!("{name}{sign}"))) {
        for (at, _) in lower.match_indices(&name) {
            let start = at + name.len();
            let value = lower.get(start..).unwrap_or_default();
            let end = value
                .find(|c: char| !(c.is_ascii_alphanumeric() || "-._~+/=%".contains(c)))
                .map_or(lower.len(), |length| start + length);
            hidden.push(start.saturating_add(SECRET_SHOWN)..end);
        }
    }
    // Or a token or a secret by itself.
    let parts = text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
    let mut at = 0;
    for part in parts {
        let word =
            part.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
        if looks_secret(word) {
            hidden.push(at + SECRET_SHOWN..at + word.len());
        }
        at += part.len();
    }
    hidden.sort_by_key(|range| range.start);
    let mut out = String::with_capacity(text.len());
    let mut ranges = hidden.into_iter().peekable();
    let mut end = 0;
    for (at, c) in text.char_indices() {
        while let Some(range) = ranges.next_if(|range| range.start <= at) {
            end = end.max(range.end);
        }
        if at < end {
            out.push('*');
        } else if c.is_control() && c != '\t' {
            // A file must not be able to steer the terminal that shows its error.
            out.extend(std::iter::repeat_n('?', c.len_utf8()));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_forwards_and_backwards() {
        let source = Source::new("m", b"a\r\nb\nc\rd").unwrap();
        for (offset, line) in [(0, 1), (3, 2), (5, 3), (7, 4), (3, 2), (99, 4)] {
            assert_eq!(source.place(offset).line, line, "{offset}");
        }
        assert_eq!(source.offset(2, 1), 3);
        assert_eq!(source.offset(9, 9), 8);
    }

    #[test]
    fn signatures_and_tokens_are_not_quoted() {
        let url = "x?:email=a&:signature=0123456789abcdef&:jwt=eyJhbGciOi.x.y, :JWT%3DeyJhbGciOi";
        let masked = masked(url);
        assert_eq!(
            masked,
            "x?:email=a&:signature=012345**********&:jwt=eyJhbG********, :JWT%3DeyJhbG****"
        );
        assert_eq!(masked.len(), url.len());
        assert_eq!(shown("signature=ü\u{1b}[31m"), "signature=ü?[31m");
    }

    #[test]
    fn a_long_value_is_cut() {
        let long = "ä".repeat(300);
        assert_eq!(shown(&long).chars().count(), LONGEST_VALUE + 1);
    }
}
