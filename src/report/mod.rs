//! Showing what was found and made: one file a format; values leave through `redact`.

pub mod advice;
pub mod audit;
pub mod check;
pub mod concise;
pub mod convert;
pub mod docs;
pub mod frame;
pub mod github;
pub mod gitlab;
pub mod html;
#[cfg(feature = "cli")]
pub mod human;
pub mod inspect;
pub mod json;
pub mod junit;
mod line_hash;
pub mod location;
pub mod markdown;
#[cfg(feature = "cli")]
mod page;
mod place;
pub mod redact;
pub mod sarif;
pub mod statistics;
pub mod summary;
pub mod table;
pub mod tally;
pub mod wire;
mod words;

use serde_json::value::RawValue;

use crate::rule::Finding;

/// The value of another column of a row, as it came.
#[derive(Clone, Copy, Debug)]
pub enum Cell<'a> {
    /// A cell of a table.
    Text(&'a [u8]),
    /// A value of an object.
    Json(&'a RawValue),
}

/// Where a row comes from, for the columns of findings and the cells to carry along.
pub trait Origin {
    /// The 1-based column, in characters of the line, of a byte of the row's URL.
    fn column(&self, offset: u32) -> u64;
    /// Calls `each` for every other column of the row, in order.
    fn carried(&self, each: &mut dyn FnMut(&str, Cell<'_>));
}

/// What a report is about.
pub trait Subject {
    /// What a format is given piece by piece.
    type Record<'a>;
    /// What it is given at the end; its size does not depend on the input's.
    type Summary: Default;
}

/// A format. Records are written by several threads into buffers that are joined in the order of the input.
pub trait Report<S: Subject>: Send + Sync {
    /// Whether [`Report::begin`] needs the summary: then the records are held in a temporary file until the end.
    fn begins_with_summary(&self) -> bool {
        false
    }

    /// Whether it shows the lines of findings from the summary of files: nobody keeps them otherwise.
    fn shows_frames(&self) -> bool {
        false
    }

    /// Whether it shows the code that replaces the first builder: nobody writes it otherwise.
    fn shows_rewrite(&self) -> bool {
        false
    }

    /// Whether it gives names to findings, which must differ between equal rows.
    fn names_rows(&self) -> bool {
        false
    }

    /// What stands between two pieces that [`Report::record`] writes. `record` ends each with it; the last one is cut off.
    fn separator(&self) -> &'static [u8] {
        b""
    }

    /// What stands before the records. The summary is empty unless the report asked for it.
    fn begin(&self, summary: &S::Summary, out: &mut Vec<u8>);

    /// One URL, or one file.
    fn record(&self, record: &S::Record<'_>, out: &mut Vec<u8>);

    /// What stands behind the records.
    fn end(&self, summary: &S::Summary, out: &mut Vec<u8>);
}

/// Where the pages of the documentation can be read.
const PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/");

/// Where the documentation of a rule can be read.
pub fn help_link(rule: &str) -> String {
    format!("{PAGES}rules.md#{rule}")
}

/// Appends one element of an array that is written piece by piece.
fn element(shape: &impl serde::Serialize, separator: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    if serde_json::to_writer(&mut *out, shape).is_err() {
        // Serialising into a buffer cannot fail; half an element must not stand all the same.
        out.truncate(start);
        return;
    }
    out.extend_from_slice(separator);
}

/// One finding for a person, as compilers print theirs: `place: severity[rule]: message`, then what to do.
pub fn finding_text(place: &str, finding: &Finding) -> String {
    let head = format!("{place}: {}[{}]: {}\n", finding.severity, finding.rule.id, finding.message);
    let help = match &*finding.suggestion {
        "" => String::new(),
        // Emphasis is for Markdown.
        suggestion => format!("  help: {}\n", suggestion.replace("**", "")),
    };
    let text = redact::text((head + &help).as_bytes(), redact::Secrets::Hidden);
    redact::printable(&text).into_owned()
}
