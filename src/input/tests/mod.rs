//! The behaviour of the room, format by format; expected values are worked out by hand.

mod encodings;
mod files;
mod jsonl;
mod lines;
mod tables;

use std::io::{self, Cursor, Read, Write};
use std::ops::RangeInclusive;

use proptest::prelude::*;

use super::*;

/// What a test looks at in a row: line, column of the URL's first byte, the URL or the problem.
type Seen = (u64, u64, Result<String, RowProblem>);

fn options(format: Format) -> Options {
    Options { format: Some(format), ..Options::default() }
}

fn source(format: Format, input: impl Into<Vec<u8>>) -> Source {
    let reader = Box::new(Cursor::new(input.into()));
    Source::from_reader("list", reader, &options(format)).unwrap()
}

/// The rows of a source and the error that ended it.
fn drain(mut source: Source) -> (Vec<Seen>, Option<InputError>) {
    let mut seen = Vec::new();
    loop {
        match source.next_block() {
            Ok(Some(block)) => seen.extend(block.rows().map(|row| {
                let url = row.content.clone();
                (row.line, row.column(0), url.map(|url| String::from_utf8_lossy(&url).into_owned()))
            })),
            Ok(None) => return (seen, None),
            Err(error) => {
                assert!(source.next_block().unwrap().is_none(), "an error is the end");
                return (seen, Some(error));
            }
        }
    }
}

fn seen(format: Format, input: impl Into<Vec<u8>>) -> Vec<Seen> {
    let (seen, error) = drain(source(format, input));
    assert!(error.is_none(), "{error:?}");
    seen
}

/// A long text, made of one part for each number.
fn joined(numbers: RangeInclusive<u64>, part: impl Fn(u64) -> String) -> String {
    numbers.map(part).collect::<Vec<_>>().concat()
}

fn ok(line: u64, column: u64, url: &str) -> Seen {
    (line, column, Ok(url.to_owned()))
}

/// Looks at the only row of an input.
fn with_row<T>(format: Format, input: &str, look: impl FnOnce(Row<'_>) -> T) -> T {
    let block = source(format, input).next_block().unwrap().unwrap();
    let mut rows = block.rows();
    let row = rows.next().unwrap();
    assert!(rows.next().is_none());
    look(row)
}

fn columns<const N: usize>(format: Format, input: &str, offsets: [usize; N]) -> [u64; N] {
    with_row(format, input, |row| offsets.map(|offset| row.column(offset)))
}

/// The carried values of the only row, one `name=value` each.
fn carried(format: Format, input: &str) -> Vec<String> {
    with_row(format, input, |row| {
        let show = |(name, value)| match value {
            CarriedValue::Text(text) => format!("{name}={}", String::from_utf8_lossy(&text)),
            CarriedValue::Json(json) => format!("{name}={json}"),
        };
        row.carried().map(show).collect()
    })
}

/// What opening a source fails with, its help included.
fn refusal(format: Format, input: &str) -> String {
    let reader = Box::new(Cursor::new(input.to_owned()));
    let error = Source::from_reader("list", reader, &options(format)).err().unwrap();
    format!("{error}; {}", miette::Diagnostic::help(&error).unwrap())
}

/// Gives its bytes in portions of the given sizes, over and over.
struct Portions {
    bytes: Cursor<Vec<u8>>,
    sizes: Vec<usize>,
    turn: usize,
}

impl Read for Portions {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes[self.turn % self.sizes.len()].min(buffer.len());
        self.turn += 1;
        self.bytes.read(&mut buffer[..size])
    }
}

proptest! {
    /// However the bytes arrive, the rows are the same; and no input is a panic.
    #[test]
    fn rows_do_not_depend_on_how_the_bytes_arrive(
        text in "(\u{feff})?(url|a,url|url\ta)?\n?([ab\"#,\t\r\n\\\\{}:é\u{feff}]|\"url\":\"x\"){0,60}",
        sizes in prop::collection::vec(1_usize..9, 1..5),
        format in prop::sample::select(vec![Format::Lines, Format::Csv, Format::Tsv, Format::Jsonl]),
    ) {
        let read = |reader: Box<dyn Read + Send>| match Source::from_reader("list", reader, &options(format)) {
            Ok(source) => Ok(drain(source).0),
            Err(error) => Err(error.to_string()),
        };
        let bytes = text.into_bytes();
        let whole = read(Box::new(Cursor::new(bytes.clone())));
        let parts = read(Box::new(Portions { bytes: Cursor::new(bytes), sizes, turn: 0 }));
        prop_assert_eq!(whole, parts);
    }

    /// The grammar of tables is that of the `csv` crate, wherever quotes stand.
    #[test]
    fn a_table_says_what_the_csv_crate_says(body in "([ab\",\n]|\"\"|,\"){0,40}") {
        // The two differ by intent where the file ends within a quote, and in lines of spaces.
        let text = format!("{body}\n");
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(text.as_bytes());
        let expected: Vec<Vec<String>> =
            reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        let mut found = Vec::new();
        let mut rest = text.as_bytes();
        while let Some(&first) = rest.first() {
            if first == b'\n' {
                rest = &rest[1..];
                continue;
            }
            let mut record = Vec::new();
            let extent = cells::record(b',', rest, |_, range| {
                record.push(String::from_utf8(cells::decode(&rest[range]).into_owned()).unwrap());
            });
            found.push(record);
            rest = &rest[extent.len..];
        }
        prop_assert_eq!(found, expected);
    }
}
