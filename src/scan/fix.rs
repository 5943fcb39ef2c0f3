//! Edits applied to a file: in order, without those that overlap, and nothing outside of them touched.

use crate::dialect::span::Span;
use crate::rule::{Fix, Text};

/// A file's bytes with these fixes applied. Of two that touch the same bytes the first is taken; the other one is found
/// again, if it is still needed, when the result is scanned.
pub fn apply<'f>(
    file: &[u8],
    text: &Text<'_>,
    fixes: impl IntoIterator<Item = &'f Fix>,
) -> Vec<u8> {
    let mut fixes: Vec<&Fix> = fixes.into_iter().collect();
    fixes.sort_by_key(|fix| fix.span);
    let mut out = Vec::with_capacity(file.len());
    let mut copied = 0;
    let mut last: Option<Span> = None;
    for fix in fixes {
        let span = fix.span;
        let overlaps = last.is_some_and(|last| span.start < last.end || span.start == last.start);
        if overlaps || span.end as usize > text.bytes().len() {
            continue;
        }
        let place = text.in_file(span);
        let Some(before) = file.get(copied..place.start as usize) else { continue };
        out.extend_from_slice(before);
        out.extend_from_slice(&text.spell(&fix.replacement));
        copied = place.end as usize;
        last = Some(span);
    }
    out.extend_from_slice(file.get(copied..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Safety;

    fn fix(start: usize, end: usize, replacement: &str) -> Fix {
        let replacement = replacement.as_bytes().to_vec();
        Fix { span: Span::new(start, end), replacement, safety: Safety::Safe }
    }

    fn fixed(file: &[u8], fixes: &[Fix]) -> Vec<u8> {
        apply(file, &Text::new(file), fixes)
    }

    #[test]
    fn fixes_are_applied_in_the_order_of_their_places() {
        let fixes = [fix(8, 9, "III"), fix(0, 1, "I"), fix(4, 5, "")];
        assert_eq!(fixed(b"a b\rc\xffd\ne", &fixes), b"I b\r\xffd\nIII");
        assert_eq!(fixed(b"abc", &[]), b"abc");
    }

    #[test]
    fn of_fixes_that_overlap_the_first_is_taken() {
        let fixes = [fix(1, 4, "X"), fix(3, 5, "Y"), fix(4, 6, "Z"), fix(4, 6, "Z")];
        assert_eq!(fixed(b"abcdefg", &fixes), b"aXZg");
        assert_eq!(fixed(b"abc", &[fix(1, 1, "X"), fix(1, 1, "X")]), b"aXbc");
    }

    #[test]
    fn a_fix_that_lies_outside_of_the_file_is_none() {
        assert_eq!(fixed(b"abc", &[fix(2, 9, "X"), fix(9, 10, "Y"), fix(0, 1, "Z")]), b"Zbc");
    }

    #[test]
    fn utf_16_is_written_as_it_was_read() {
        type Order = fn(u16) -> [u8; 2];
        for order in [u16::to_le_bytes as Order, u16::to_be_bytes] {
            let spell = |text: &str| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
            // Half a unit at the end, which no text can hold, stays too.
            let half = [spell("\u{feff}\u{1f4a9}a\u{e9}c"), vec![7]].concat();
            let at = "\u{feff}\u{1f4a9}a".len();
            let wanted = [spell("\u{feff}\u{1f4a9}a\u{fc}\u{1f4a9}c"), vec![7]].concat();
            assert_eq!(fixed(&half, &[fix(at, at + 2, "\u{fc}\u{1f4a9}")]), wanted);
        }
    }
}
