//! From the bytes of a URL back to where they are written in the text.

use crate::dialect::span::Span;

/// A stretch of the URL that is written in one way.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// Where it begins in the URL.
    url: u32,
    /// Where it is written in the text. If the bytes are written as they are, the end is that of the first byte.
    text: Span,
    /// Whether the bytes are written as they are.
    literal: bool,
}

/// Runs in the order of the URL. A URL without escapes is one.
#[derive(Clone, Debug, Default)]
pub(super) struct Map(Vec<Run>);

impl Map {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The byte at `url` is written as it is, at `text`.
    pub(super) fn literal(&mut self, url: usize, text: usize) {
        let follows = self.0.last().is_some_and(|run| {
            run.literal
                && url.wrapping_sub(run.url as usize) == text.wrapping_sub(run.text.start as usize)
        });
        if !follows {
            self.push(url, Span::new(text, text + 1), true);
        }
    }

    /// The bytes from `url` on are written by an escape.
    pub(super) fn escape(&mut self, url: usize, text: Span) {
        self.push(url, text, false);
    }

    fn push(&mut self, url: usize, text: Span, literal: bool) {
        self.0.push(Run { url: u32::try_from(url).unwrap_or(u32::MAX), text, literal });
    }

    /// Where a part of the URL is written.
    pub(super) fn span(&self, url: Span) -> Span {
        let first = self.byte(url.start);
        if url.is_empty() {
            return Span { start: first.start, end: first.start };
        }
        Span { start: first.start, end: self.byte(url.end - 1).end.max(first.start) }
    }

    fn byte(&self, at: u32) -> Span {
        let next = self.0.partition_point(|run| run.url <= at);
        let Some(run) = next.checked_sub(1).and_then(|n| self.0.get(n)) else {
            return Span::default();
        };
        let by = if run.literal { at - run.url } else { 0 };
        Span { start: run.text.start + by, end: run.text.end + by }
    }

    /// The escapes: where each begins in the URL, and how it is written.
    pub(super) fn escapes(&self) -> impl Iterator<Item = (u32, Span)> {
        self.0.iter().filter(|run| !run.literal).map(|run| (run.url, run.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_url_is_found_where_it_is_written() {
        // `a&amp;b&amp;cd` at 10
        let mut map = Map::default();
        map.literal(0, 10);
        map.escape(1, Span::new(11, 16));
        map.literal(2, 16);
        map.escape(3, Span::new(17, 22));
        map.literal(4, 22);
        map.literal(5, 23);
        let spans = [(0, 1), (1, 2), (2, 3), (3, 6), (0, 6), (4, 4), (6, 6)];
        let found = spans.map(|(a, b)| {
            let span = map.span(Span::new(a, b));
            (span.start, span.end)
        });
        assert_eq!(found, [(10, 11), (11, 16), (16, 17), (17, 24), (10, 24), (22, 22), (24, 24)]);
        assert_eq!(map.escapes().count(), 2);
    }
}
