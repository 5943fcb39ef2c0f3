//! The grammar of csv and tsv: where a record ends, where its cells are, what a cell says.
//!
//! It is the grammar of the `csv` crate, which a test holds it to. That crate gives no positions in the text, though,
//! and the parser beneath it is made in microseconds and does not survive `clone`, too slow for a row and a cell.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr2};

/// How far a record reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// Its bytes, with its line feed if it has one.
    pub(super) len: usize,
    /// Whether every quote is closed. If not, the record reaches to the end of the input.
    pub(super) closed: bool,
}

/// Finds the end of the record at the start of `input`, showing the place of every cell to `visit`.
///
/// Only a line feed ends a record, so that lines are counted as editors count them; a carriage return before it
/// belongs to no cell. The end of the input ends a record too.
pub(super) fn record(
    delimiter: u8,
    input: &[u8],
    mut visit: impl FnMut(usize, Range<usize>),
) -> Extent {
    let (mut index, mut start) = (0, 0);
    loop {
        let (end, closed) = cell_end(delimiter, input, start);
        match input.get(end) {
            Some(&byte) if byte == delimiter => {
                visit(index, start..end);
                index += 1;
                start = end + 1;
            }
            feed => {
                let len = end + usize::from(feed.is_some());
                let end = match input.get(start..end) {
                    Some([.., b'\r']) => end - 1,
                    _ => end,
                };
                visit(index, start..end);
                return Extent { len, closed };
            }
        }
    }
}

/// Where the cell at `start` ends: at a delimiter, a line feed or the end of the input; and whether its quote is closed.
fn cell_end(delimiter: u8, input: &[u8], start: usize) -> (usize, bool) {
    let mut at = start;
    // A quote opens at the start of a cell alone; elsewhere it is a character like any other.
    if input.get(at) == Some(&b'"') {
        at += 1;
        loop {
            let Some(quote) = input.get(at..).and_then(|rest| memchr(b'"', rest)) else {
                return (input.len(), false);
            };
            at += quote + 1;
            if input.get(at) != Some(&b'"') {
                break;
            }
            at += 1;
        }
    }
    let rest = input.get(at..).unwrap_or_default();
    (at + memchr2(delimiter, b'\n', rest).unwrap_or(rest.len()), true)
}

/// What a cell says; borrowed unless a quote in it is doubled.
pub(super) fn decode(cell: &[u8]) -> Cow<'_, [u8]> {
    let mut rest = match cell {
        [b'"', body @ .., b'"'] if memchr(b'"', body).is_none() => return Cow::Borrowed(body),
        [b'"', body @ ..] => body,
        _ => return Cow::Borrowed(cell),
    };
    let mut said = Vec::with_capacity(rest.len());
    while let Some((before, after)) =
        memchr(b'"', rest).and_then(|quote| rest.split_at_checked(quote))
    {
        said.extend_from_slice(before);
        if let [b'"', b'"', after @ ..] = after {
            said.push(b'"');
            rest = after;
        } else {
            // The closing quote; what follows it up to the delimiter is taken as it is.
            rest = after.get(1..).unwrap_or_default();
            break;
        }
    }
    said.extend_from_slice(rest);
    Cow::Owned(said)
}

/// Where in a cell's raw text the byte `offset` of what it says stands; for its end, the closing quote.
///
/// `from` is a pair (raw, said) of places that belong together and are not behind `offset`; it is moved along, so that
/// asking for one offset after the other walks over the cell once.
pub(super) fn raw_offset(cell: &[u8], offset: usize, from: &mut Option<(usize, usize)>) -> usize {
    if !cell.starts_with(b"\"") {
        return offset;
    }
    let (mut raw, mut said) = from.unwrap_or((1, 0));
    let found = loop {
        let len = match cell.get(raw..) {
            Some([b'"', b'"', ..]) => 2,
            None | Some([] | [b'"']) => break raw,
            // After the closing quote the rest is as it is written.
            Some([b'"', ..]) => break raw + 1 + (offset - said),
            Some(_) => 1,
        };
        if said == offset {
            break raw;
        }
        raw += len;
        said += 1;
    };
    *from = Some((raw, said));
    found
}

/// Whether a physical line of a table holds nothing. Tabs hold something: they separate cells.
pub(super) fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\r' | b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(input: &str) -> (Vec<&str>, Extent) {
        let mut found = Vec::new();
        let extent = record(b',', input.as_bytes(), |_, range| {
            found.push(&input[range]);
        });
        (found, extent)
    }

    #[test]
    fn a_record_ends_at_the_first_line_feed_outside_quotes() {
        let closed = |len| Extent { len, closed: true };
        assert_eq!(cells("a,b\nc"), (vec!["a", "b"], closed(4)));
        assert_eq!(cells("a,b\r\nc"), (vec!["a", "b"], closed(5)));
        assert_eq!(cells("a,"), (vec!["a", ""], closed(2)));
        assert_eq!(cells("\"a\nb\",c\nd"), (vec!["\"a\nb\"", "c"], closed(8)));
        assert_eq!(cells("\"a\",\"b\"\r\nc"), (vec!["\"a\"", "\"b\""], closed(9)));
        assert_eq!(cells("a\"b,c\nd"), (vec!["a\"b", "c"], closed(6)), "a quote inside a cell");
    }

    #[test]
    fn an_open_quote_reaches_to_the_end_and_says_so() {
        assert_eq!(cells("a,\"b\nc\n"), (vec!["a", "\"b\nc\n"], Extent { len: 7, closed: false }));
        assert_eq!(cells("\"a\"\"\n").1, Extent { len: 5, closed: false });
    }

    #[test]
    fn a_byte_order_mark_within_the_file_is_part_of_the_cell() {
        assert_eq!(cells("\u{feff}\"a,b\n").0, ["\u{feff}\"a", "b"]);
    }

    #[test]
    fn cells_are_unescaped_and_every_byte_is_found_again() {
        for (cell, says) in [
            ("plain", "plain"),
            ("\"quoted\"", "quoted"),
            ("\"\"", ""),
            ("\"say \"\"hi\"\" now\"", "say \"hi\" now"),
            ("\"\"\"\"", "\""),
            ("\"ab\"cd", "abcd"),
            ("a\"b", "a\"b"),
        ] {
            let decoded = decode(cell.as_bytes());
            assert_eq!(decoded, says.as_bytes(), "{cell}");
            for (offset, byte) in says.bytes().enumerate() {
                let raw = raw_offset(cell.as_bytes(), offset, &mut None);
                assert_eq!(cell.as_bytes()[raw], byte, "{cell} at {offset}");
            }
        }
        assert_eq!(raw_offset(b"\"a\"\"b\"", 1, &mut None), 2, "the first of the two quotes");
        assert_eq!(raw_offset(b"\"a\"\"b\"", 2, &mut None), 4);
        assert_eq!(raw_offset(b"\"ab\"", 2, &mut None), 3, "the end");
    }
}
