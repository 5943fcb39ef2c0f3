//! What can be wrong with a list: an [`InputError`] ends the reading of a source, a [`RowProblem`] concerns one row.

use std::io;
use std::sync::Arc;

/// Why a source cannot be read, or not to its end.
#[derive(thiserror::Error, miette::Diagnostic, Debug)]
pub enum InputError {
    /// The file is not there, or may not be read.
    #[error("cannot open {name}")]
    #[diagnostic(help("check the path and its permissions; `-` reads standard input"))]
    Open {
        /// The path as it was given.
        name: Arc<str>,
        /// What the operating system said.
        source: io::Error,
    },
    /// The path is a directory.
    #[error("{name} is a directory, not a list of URLs")]
    #[diagnostic(help("name the files in it"))]
    Directory {
        /// The path as it was given.
        name: Arc<str>,
    },
    /// Reading failed; what was read before has been given out.
    #[error("cannot read all of {name}")]
    #[diagnostic(help(
        "the rows before line {line} were read; make the file readable and run again"
    ))]
    Read {
        /// The source.
        name: Arc<str>,
        /// The line that could not be read whole.
        line: u64,
        /// What the operating system said.
        source: io::Error,
    },
    /// Compressed data are damaged or cut off; what was read before has been given out.
    #[error("cannot decompress all of {name}: the {compression} data is damaged or truncated")]
    #[diagnostic(help(
        "the rows before line {line} were read; `{compression} -t` tests the file: fetch it again, or decompress it first"
    ))]
    Decompress {
        /// The source.
        name: Arc<str>,
        /// `gzip` or `zstd`.
        compression: &'static str,
        /// The line that could not be read whole.
        line: u64,
        /// What the decompressor said.
        source: io::Error,
    },
    /// The header row has no column of the wanted name.
    #[error("no column `{field}` in the header of {name}: it has {found}")]
    #[diagnostic(help(
        "`--field NAME` names the column that holds the URL, and `--delimiter CHARACTER` what stands between two columns; the first row must be the header"
    ))]
    NoColumn {
        /// The source.
        name: Arc<str>,
        /// The column that was looked for.
        field: String,
        /// The columns that are there, as text.
        found: String,
    },
    /// The header names more columns than [`MAX_COLUMNS`](super::MAX_COLUMNS).
    #[error("the header of {name} has more than {limit} columns")]
    #[diagnostic(help("if this is not a table, `--input-format lines` reads one URL a line"))]
    TooManyColumns {
        /// The source.
        name: Arc<str>,
        /// The most that a table has.
        limit: usize,
    },
    /// The header row cannot be told from what follows it.
    #[error("the header of {name} (line {line}) {fault}", fault = header_fault(*.open_quote))]
    #[diagnostic(help(
        "the first row names the columns; if this is not a table, `--input-format lines` reads one URL a line"
    ))]
    Header {
        /// The source.
        name: Arc<str>,
        /// Where the header starts.
        line: u64,
        /// Whether it opens a quote without closing it; otherwise it is longer than a row may be.
        open_quote: bool,
    },
}

fn header_fault(open_quote: bool) -> &'static str {
    if open_quote { "opens a quote that is never closed" } else { "is longer than 1 MiB" }
}

/// Why a row holds no URL.
#[derive(thiserror::Error, Clone, Debug, PartialEq, Eq)]
pub enum RowProblem {
    /// The row is longer than [`MAX_ROW`](super::MAX_ROW); it was passed over.
    #[error(
        "the row is longer than {limit} bytes and was skipped: is this a list of URLs, one a row?"
    )]
    TooLong {
        /// The longest row that is read.
        limit: usize,
    },
    /// The record has more cells than [`MAX_COLUMNS`](super::MAX_COLUMNS).
    #[error("the record has more than {limit} cells and was skipped")]
    TooManyCells {
        /// The most that a table has.
        limit: usize,
    },
    /// The URL has more parts than [`MAX_PARTS`](super::MAX_PARTS).
    #[error("the URL has more than {limit} parameters and was skipped: which program made it?")]
    TooManyParts {
        /// The most that are read.
        limit: usize,
    },
    /// A cell opens a quote that is not closed before the end of the file or the limit of a row.
    #[error(
        "the row opens a quote that is never closed: close it, or write a quote within quotes twice"
    )]
    OpenQuote,
    /// The URL is not quoted, and the record has more cells than the header: it may have been cut.
    #[error(
        "the record has more cells than the header, so a separator within the URL may have cut it: put the URL in quotes"
    )]
    Surplus,
    /// The line is not one JSON object; the text says what is wrong, where, and what to do.
    #[error("the line is not a JSON object: {0}")]
    NotJson(String),
    /// The record lacks the field.
    #[error(
        "the record has no `{field}`: add it, or name the field that holds the URL with `--field NAME`"
    )]
    NoField {
        /// The column or key that was looked for.
        field: String,
    },
    /// The field is there and empty.
    #[error("`{field}` is empty in this record: fill in the URL or remove the record")]
    Empty {
        /// The column or key.
        field: String,
    },
    /// The field is JSON, but not a string.
    #[error("`{field}` is {found}, not a string: write the URL as a JSON string")]
    FieldNotText {
        /// The key.
        field: String,
        /// What it is instead, with its article.
        found: &'static str,
    },
}
