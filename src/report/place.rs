//! Lines and columns of the places in a file that something is said of.

use memchr::{memchr_iter, memrchr};

use super::tally::Region;
use crate::dialect::span::{Span, characters};

/// What may stand before the first character.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Some places of a text. They are found in one pass, and nothing is kept of the lines between them.
#[derive(Debug, Default)]
pub(super) struct Places {
    marks: Vec<Mark>,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    offset: usize,
    line: u64,
    column: u64,
}

impl Places {
    /// Both ends of each of these parts of the text.
    pub(super) fn of(text: &[u8], spans: impl Iterator<Item = Span>) -> Self {
        let mut offsets: Vec<usize> =
            spans.flat_map(|span| [span.start as usize, span.end as usize]).collect();
        offsets.sort_unstable();
        offsets.dedup();
        let first = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        // Where the last place was, and where columns can be counted on from.
        let (mut at, mut line) = (first, 1);
        let (mut counted, mut column) = (first, 1);
        let mark = |offset: usize| {
            let asked = offset;
            let offset = offset.clamp(first, text.len().max(first));
            let between = text.get(at..offset).unwrap_or_default();
            if let Some(end) = memrchr(b'\n', between) {
                line += memchr_iter(b'\n', between).count() as u64;
                (counted, column) = (at + end + 1, 1);
            }
            at = offset;
            let here = column + characters(text.get(counted..offset).unwrap_or_default());
            // Within a character the count cannot be taken up again.
            if text.get(offset).is_none_or(|byte| byte & 0xc0 != 0x80) {
                (counted, column) = (offset, here);
            }
            Mark { offset: asked, line, column: here }
        };
        Self { marks: offsets.into_iter().map(mark).collect() }
    }

    /// Where a part stands, if both of its ends were asked for.
    pub(super) fn region(&self, span: Span) -> Region {
        let find = |offset: u32| {
            let next = self.marks.partition_point(|mark| mark.offset < offset as usize);
            let found = self.marks.get(next).or(self.marks.last());
            found.map_or((1, 1), |mark| (mark.line, mark.column))
        };
        let ((line, column), (end_line, end_column)) = (find(span.start), find(span.end));
        Region { line, column, end_line, end_column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_region(text: &[u8], part: &[u8], wanted: [u64; 4]) {
        let start = text.windows(part.len()).position(|window| window == part).unwrap();
        let span = Span::new(start, start + part.len());
        // Other places do not change where this one is.
        let others = (0..text.len()).step_by(3).map(|at| Span::new(at, at));
        for places in [Places::of(text, [span].into_iter()), Places::of(text, others.chain([span]))]
        {
            let Region { line, column, end_line, end_column } = places.region(span);
            assert_eq!([line, column, end_line, end_column], wanted);
        }
    }

    #[test]
    fn columns_are_characters_of_the_line() {
        assert_region(b"here", b"here", [1, 1, 1, 5]);
        assert_region(b"a\nbc here\n", b"here", [2, 4, 2, 8]);
        assert_region(b"a\r\n\r\n\there", b"here", [3, 2, 3, 6]);
        assert_region("\u{1f4a9}\u{e9} here".as_bytes(), b"here", [1, 4, 1, 8]);
        assert_region(b"a\xff\xfe here", b"here", [1, 5, 1, 9]);
        assert_region(b"ahe\nre b", b"he\nre", [1, 2, 2, 3]);
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        assert_region("\u{feff}here".as_bytes(), b"here", [1, 1, 1, 5]);
        assert_region("\u{feff}\nhere".as_bytes(), b"here", [2, 1, 2, 5]);
        let whole = Span::new(0, 7);
        let places = Places::of("\u{feff}here".as_bytes(), [whole].into_iter());
        assert_eq!(places.region(whole), Region::in_line(1, 1, 5));
    }

    #[test]
    fn a_place_behind_the_end_is_the_end() {
        let far = Span::new(2, 99);
        assert_eq!(Places::of(b"ab", [far].into_iter()).region(far), Region::in_line(1, 3, 3));
    }
}
