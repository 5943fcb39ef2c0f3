//! One row of a list: a URL or a problem, its place in the file, and what stood beside it.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;
use std::vec;

use memchr::{memchr_iter, memrchr};
use serde_json::value::RawValue;

use super::layout::Layout;
use super::{MAX_PARTS, RowProblem, cells, json};
use crate::dialect::span::characters;

/// One record, borrowed from its block.
pub struct Row<'a> {
    /// The 1-based physical line on which the URL begins: for a record of a table that spans lines, the line of the
    /// URL itself, so that line and [`column`](Row::column) name one place. For a problem, the line it shows on.
    pub line: u64,
    /// The URL without ASCII white space at its ends, unescaped, byte for byte; or why there is none.
    pub content: Result<Cow<'a, [u8]>, RowProblem>,
    record: &'a [u8],
    /// Where in `record` the physical line `line` starts.
    line_start: usize,
    /// The URL as it is written in `record`, with its quotes and the white space around it.
    raw: Range<usize>,
    /// The white space that was trimmed from the start of the unescaped URL.
    lead: usize,
    escape: Escape,
    rest: Rest<'a>,
    marks: RefCell<Marks>,
}

/// How far marks lie apart, in bytes of the URL.
const STRIDE: usize = 1 << 12;

/// Places whose columns are known. A row may be long and full of findings, in any order, so no count begins far away.
#[derive(Default)]
struct Marks {
    /// One at every [`STRIDE`], as far as columns were asked for.
    laid: Vec<Mark>,
    /// The last place whose column was asked for: most are asked for in order.
    last: Mark,
}

/// A place whose column is known.
#[derive(Clone, Copy, Default)]
struct Mark {
    offset: usize,
    /// Where the unescaping stands.
    unescaped: Option<(usize, usize)>,
    /// A byte of the line, and how many characters are before it.
    at: usize,
    characters: u64,
}

/// How a URL is written in its record.
#[derive(Clone, Copy)]
pub(super) enum Escape {
    /// As it is.
    None,
    /// Within quotes, a quote in it doubled.
    Quotes,
    /// As a JSON string.
    Json,
}

/// Where the other columns are.
#[derive(Clone, Copy)]
pub(super) enum Rest<'a> {
    /// There are none.
    None,
    /// In a record of a table.
    Cells { shape: &'a Layout, record: &'a [u8] },
    /// In a JSON object.
    Keys { shape: &'a Layout, line: &'a str },
}

impl<'a> Row<'a> {
    /// A row with a URL, not yet trimmed, at `raw` in the record that starts at physical line `line`.
    pub(super) fn url(
        url: Cow<'a, [u8]>,
        line: u64,
        record: &'a [u8],
        raw: Range<usize>,
        escape: Escape,
        rest: Rest<'a>,
    ) -> Self {
        // Fewer bytes cannot hold more.
        if url.len() > MAX_PARTS && memchr_iter(b'&', &url).count() > MAX_PARTS {
            let problem = RowProblem::TooManyParts { limit: MAX_PARTS };
            return Self::problem(problem, line, record, raw.start, rest);
        }
        let lead = url.len() - url.trim_ascii_start().len();
        let url = match url {
            Cow::Borrowed(url) => Cow::Borrowed(url.trim_ascii()),
            Cow::Owned(mut url) => {
                url.drain(..lead);
                url.truncate(url.trim_ascii_end().len());
                Cow::Owned(url)
            }
        };
        let mut row = Row {
            line,
            content: Ok(url),
            record,
            line_start: 0,
            raw,
            lead,
            escape,
            rest,
            marks: RefCell::default(),
        };
        row.find_line(row.place(0, &mut None));
        row
    }

    /// A row with a problem that shows at byte `at` of the record that starts at physical line `line`.
    pub(super) fn problem(
        problem: RowProblem,
        line: u64,
        record: &'a [u8],
        at: usize,
        rest: Rest<'a>,
    ) -> Self {
        let (content, escape) = (Err(problem), Escape::None);
        let mut row = Row {
            line,
            content,
            record,
            line_start: 0,
            raw: at..at,
            lead: 0,
            escape,
            rest,
            marks: RefCell::default(),
        };
        row.find_line(at);
        row
    }

    /// The 1-based column of byte `offset` of the URL, in characters of the physical line; for a problem the column
    /// where it shows, whatever the offset.
    ///
    /// A byte-order mark at the start of the file is no character; a sequence that is not UTF-8 is one. Should the URL
    /// itself hold a line feed (in a quoted cell), it counts as a character, so that columns go up with the offset.
    pub fn column(&self, offset: usize) -> u64 {
        let Marks { laid, last } = &mut *self.marks.borrow_mut();
        while let next = (laid.len() + 1) * STRIDE
            && next <= offset
        {
            let before = laid.last().copied().unwrap_or_default();
            laid.push(self.walk(before, next).0);
        }
        let before = (offset / STRIDE).checked_sub(1).and_then(|number| laid.get(number));
        let before = before.copied().unwrap_or_default();
        let nearest = if (before.offset..=offset).contains(&last.offset) { *last } else { before };
        let (mark, column) = self.walk(nearest, offset);
        *last = mark;
        column
    }

    /// Counts from a mark to byte `offset` of the URL: a mark there, and the column.
    fn walk(&self, from: Mark, offset: usize) -> (Mark, u64) {
        let line = self.record.get(self.line_start..).unwrap_or_default();
        let mut unescaped = from.unescaped;
        let place = self.place(offset, &mut unescaped);
        let at = place.saturating_sub(self.line_start).min(line.len());
        let count = |at: usize| characters(line.get(from.at..at).unwrap_or_default());
        let column = from.characters + count(at) + 1;
        // Within a character, or what is left of one, the count cannot be taken up again: it is from where that begins.
        let continues = |at: usize| line.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
        let begins = (at.saturating_sub(3)..=at).rev().find(|at| !continues(*at));
        let mark = match begins {
            Some(begins) if begins < from.at => from,
            Some(begins) if begins < at => {
                Mark { offset, unescaped, at: begins, characters: from.characters + count(begins) }
            }
            _ => Mark { offset, unescaped, at, characters: column - 1 },
        };
        (mark, column)
    }

    /// What the record holds beside the URL, in order: the columns of a table by the names of
    /// [`Source::header`](super::Source::header), or the other keys of a JSON object.
    ///
    /// A table's row always gives all columns of the header, those it is too short for as empty text; a cell beyond
    /// the header is named `column5` after its place among all columns. Nothing is carried by a record that could not
    /// be read, nor by lines.
    pub fn carried(&self) -> Carried<'a> {
        let all = match self.rest {
            Rest::None => Vec::new(),
            Rest::Cells { shape, record } => table_cells(shape, record),
            Rest::Keys { shape, line } => json::others(line, &shape.field)
                .into_iter()
                .map(|(name, value)| (name, CarriedValue::Json(value)))
                .collect(),
        };
        Carried(all.into_iter())
    }

    /// Where in the record byte `offset` of the URL stands.
    fn place(&self, offset: usize, from: &mut Option<(usize, usize)>) -> usize {
        let raw = self.record.get(self.raw.clone()).unwrap_or_default();
        let offset = offset.saturating_add(self.lead);
        let within = match self.escape {
            Escape::None => offset,
            Escape::Quotes => cells::raw_offset(raw, offset, from),
            Escape::Json => json::raw_offset(raw, offset, from),
        };
        self.raw.start + within.min(raw.len())
    }

    /// Moves from the record's first physical line to the one on which byte `at` stands.
    fn find_line(&mut self, at: usize) {
        let before = self.record.get(..at).unwrap_or_default();
        if let Some(feed) = memrchr(b'\n', before) {
            self.line += memchr_iter(b'\n', before).count() as u64;
            self.line_start = feed + 1;
        }
    }
}

/// The 1-based column, in characters, of byte `at` of a line.
pub(super) fn column_of(line: &[u8], at: usize) -> u64 {
    characters(line.get(..at).unwrap_or(line)) + 1
}

fn table_cells<'a>(shape: &'a Layout, record: &'a [u8]) -> Vec<(Cow<'a, str>, CarriedValue<'a>)> {
    let columns = &shape.columns;
    let mut all = Vec::with_capacity(columns.carried.len());
    cells::record(shape.delimiter(), record, |index, range| {
        if index == columns.url {
            return;
        }
        let name = columns.carried.get(index - usize::from(index > columns.url));
        let name = name.map_or_else(|| columns.beyond(index).into(), |name| name.as_str().into());
        let cell = cells::decode(record.get(range).unwrap_or_default());
        all.push((name, CarriedValue::Text(cell)));
    });
    // No cell beyond the header can have come before one that is missing.
    for name in columns.carried.iter().skip(all.len()) {
        all.push((name.as_str().into(), CarriedValue::Text(Cow::Borrowed(b""))));
    }
    all
}

/// A value that stands beside the URL.
#[derive(Clone, Debug)]
pub enum CarriedValue<'a> {
    /// A cell of a table, unescaped, byte for byte.
    Text(Cow<'a, [u8]>),
    /// A JSON value as it is written.
    Json(&'a RawValue),
}

/// The values that stand beside a URL, each with its name, in order.
#[derive(Clone, Debug)]
pub struct Carried<'a>(vec::IntoIter<(Cow<'a, str>, CarriedValue<'a>)>);

impl<'a> Iterator for Carried<'a> {
    type Item = (Cow<'a, str>, CarriedValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}
