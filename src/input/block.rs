//! A block of whole records, and its rows.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr, memchr_iter};
use serde_json::value::RawValue;

use super::json::Fault;
use super::layout::Layout;
use super::row::{Escape, Rest, Row, column_of};
use super::{BLOCK_SIZE, Format, MAX_COLUMNS, MAX_ROW, RowProblem, cells, json};

/// More parameters than a block of URLs has that an application made: those have one every twenty bytes or so.
const MANY_PARTS: usize = 8192;

/// How a block was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Whole records.
    Records,
    /// Physical lines of a table, each to be read by itself, because a quote in them stays open.
    Lines,
    /// No data: a line over the limit stood here.
    TooLong,
}

/// Whole records of one source, to be turned into rows by any thread.
pub struct Block {
    pub(super) source: Arc<str>,
    pub(super) shape: Arc<Layout>,
    pub(super) kind: Kind,
    pub(super) data: Vec<u8>,
    /// Where the rows begin: after the header.
    pub(super) start: usize,
    /// The physical line of `start`.
    pub(super) line: u64,
}

impl Block {
    /// The name of the source.
    pub fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// Whether what is read of it takes far more memory than that of other blocks: it holds a long row, or very many parameters.
    pub fn is_large(&self) -> bool {
        self.data.len() > 2 * BLOCK_SIZE || memchr_iter(b'&', self.rest()).nth(MANY_PARTS).is_some()
    }

    /// The rows, borrowed from the block. Blank lines are skipped, and lines starting with `#` where the format has
    /// no other use for them: in lines and jsonl.
    pub fn rows(&self) -> Rows<'_> {
        Rows {
            shape: &self.shape,
            kind: self.kind,
            rest: self.rest(),
            line: self.line,
            passed: self.kind == Kind::TooLong,
        }
    }

    pub(super) fn rest(&self) -> &[u8] {
        self.data.get(self.start..).unwrap_or_default()
    }

    /// Leaves `len` bytes out of the rows.
    pub(super) fn advance(&mut self, len: usize) {
        let lines = memchr_iter(b'\n', self.rest().get(..len).unwrap_or_default()).count();
        self.start += len;
        self.line += lines as u64;
    }
}

/// The rows of a block, in order.
pub struct Rows<'a> {
    shape: &'a Layout,
    kind: Kind,
    rest: &'a [u8],
    /// The physical line at which `rest` starts.
    line: u64,
    /// The row for a line that was passed over is still to be given.
    passed: bool,
}

impl<'a> Iterator for Rows<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        if std::mem::take(&mut self.passed) {
            return Some(too_long(self.line));
        }
        while !self.rest.is_empty() {
            let len = memchr(b'\n', self.rest).map_or(self.rest.len(), |end| end + 1);
            let row = match self.shape.format {
                Format::Lines => self.take(len, plain),
                Format::Jsonl => self.take(len, object),
                Format::Csv | Format::Tsv => self.table(len),
            };
            if row.is_some() {
                return row;
            }
        }
        None
    }
}

impl<'a> Rows<'a> {
    /// Takes `len` bytes and makes a row of the record they are, given without its line feed.
    fn take(
        &mut self,
        len: usize,
        make: impl FnOnce(&'a Layout, &'a [u8], u64) -> Option<Row<'a>>,
    ) -> Option<Row<'a>> {
        let (raw, rest) = self.rest.split_at_checked(len)?;
        let line = self.line;
        self.rest = rest;
        let record = raw.strip_suffix(b"\n").unwrap_or(raw);
        self.line += (raw.len() - record.len()) as u64;
        if record.len() > MAX_ROW { Some(too_long(line)) } else { make(self.shape, record, line) }
    }

    /// The record of a table that starts with a physical line of `len` bytes.
    fn table(&mut self, len: usize) -> Option<Row<'a>> {
        let physical = self.rest.get(..len)?;
        if cells::is_blank(physical) {
            return self.take(len, |_, _, _| None);
        }
        let scope = if self.kind == Kind::Lines { physical } else { self.rest };
        let (mut url, mut last, mut surplus, mut count) = (None, 0..0, false, 0);
        let shape = self.shape;
        let extent = cells::record(shape.delimiter(), scope, |index, range| {
            if index == shape.columns.url {
                url = Some(range.clone());
            }
            count = index + 1;
            surplus |= index > shape.columns.carried.len() && !range.is_empty();
            last = range;
        });
        let row = self.take(extent.len, |shape, record, line| {
            Some(if count > MAX_COLUMNS {
                let problem = RowProblem::TooManyCells { limit: MAX_COLUMNS };
                Row::problem(problem, line, record, 0, Rest::None)
            } else if extent.closed {
                cell(shape, record, line, url, surplus)
            } else {
                // Columns are carried only from a record that is read as it was meant.
                Row::problem(RowProblem::OpenQuote, line, record, last.start, Rest::None)
            })
        });
        // `take` has counted the line feed at the end; a cell may hold more.
        if extent.len > len {
            let inner = scope.get(..extent.len.saturating_sub(1)).unwrap_or_default();
            self.line += memchr_iter(b'\n', inner).count() as u64;
        }
        row
    }
}

fn too_long<'a>(line: u64) -> Row<'a> {
    Row::problem(RowProblem::TooLong { limit: MAX_ROW }, line, b"", 0, Rest::None)
}

/// A line that is a URL.
fn plain<'a>(_: &'a Layout, record: &'a [u8], line: u64) -> Option<Row<'a>> {
    let text = record.trim_ascii_start();
    if text.is_empty() || text.starts_with(b"#") {
        return None;
    }
    let start = record.len() - text.len();
    let text = text.trim_ascii_end();
    Some(Row::url(text.into(), line, record, start..start + text.len(), Escape::None, Rest::None))
}

/// A record of a table, given the place of the URL's cell, and whether there is more in it than columns.
fn cell<'a>(
    shape: &'a Layout,
    record: &'a [u8],
    line: u64,
    url: Option<Range<usize>>,
    surplus: bool,
) -> Row<'a> {
    let rest = Rest::Cells { shape, record };
    let field = || shape.field.clone();
    let Some(range) = url else {
        let end = record.strip_suffix(b"\r").unwrap_or(record).len();
        return Row::problem(RowProblem::NoField { field: field() }, line, record, end, rest);
    };
    let raw = record.get(range.clone()).unwrap_or_default();
    let text = cells::decode(raw);
    if text.trim_ascii().is_empty() {
        return Row::problem(RowProblem::Empty { field: field() }, line, record, range.start, rest);
    }
    let quoted = raw.starts_with(b"\"");
    if surplus && !quoted {
        // A comma in a URL that is not quoted cuts it, and what is cut off may be an account type or a team.
        return Row::problem(RowProblem::Surplus, line, record, range.end, rest);
    }
    let escape = if quoted { Escape::Quotes } else { Escape::None };
    Row::url(text, line, record, range, escape, rest)
}

/// A line that is a JSON object.
fn object<'a>(shape: &'a Layout, record: &'a [u8], line: u64) -> Option<Row<'a>> {
    let text = record.trim_ascii_start();
    if text.is_empty() || text.starts_with(b"#") {
        return None;
    }
    Some(value(shape, record, line).unwrap_or_else(|fault| {
        let column = column_of(record, fault.at);
        let problem = RowProblem::NotJson(format!("{} (column {column})", fault.reason));
        Row::problem(problem, line, record, fault.at, Rest::None)
    }))
}

fn value<'a>(shape: &'a Layout, record: &'a [u8], line: u64) -> Result<Row<'a>, Fault> {
    let text = std::str::from_utf8(record).map_err(|error| Fault {
        reason: "it holds bytes that are not UTF-8".to_owned(),
        at: error.valid_up_to(),
    })?;
    let rest = Rest::Keys { shape, line: text };
    let field = || shape.field.clone();
    let Some(value) = json::find(text, &shape.field)?.map(RawValue::get) else {
        return Ok(Row::problem(RowProblem::NoField { field: field() }, line, record, 0, rest));
    };
    // The value is a part of the line; its place is not told otherwise.
    let start = value.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    if !value.starts_with('"') {
        let problem = RowProblem::FieldNotText { field: field(), found: json::kind(value) };
        return Ok(Row::problem(problem, line, record, start, rest));
    }
    let url: Cow<'_, [u8]> = match json::decode(value) {
        Ok(Cow::Borrowed(url)) => url.as_bytes().into(),
        Ok(Cow::Owned(url)) => url.into_bytes().into(),
        Err(fault) => {
            return Err(Fault { at: start + fault.at, ..fault });
        }
    };
    if url.trim_ascii().is_empty() {
        return Ok(Row::problem(RowProblem::Empty { field: field() }, line, record, start, rest));
    }
    Ok(Row::url(url, line, record, start..start + value.len(), Escape::Json, rest))
}
