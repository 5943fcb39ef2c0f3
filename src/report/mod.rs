//! Showing what was found and made: one file a format; values leave through `redact`.

pub mod audit;
pub mod convert;
pub mod docs;
pub mod html;
pub mod json;
pub mod markdown;
pub mod redact;
pub mod summary;
pub mod wire;

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

/// Where the documentation of a rule can be read.
pub fn help_link(rule: &str) -> String {
    format!("https://docs.rs/crate/embed2jwt/latest/source/docs/rules.md#{rule}")
}

/// One finding for a person, as compilers print theirs: `place: severity[rule]: message`, then what to do.
pub fn finding_text(place: &str, finding: &Finding) -> String {
    let head = format!("{place}: {}[{}]: {}\n", finding.severity, finding.rule.id, finding.message);
    let help = match &*finding.suggestion {
        "" => String::new(),
        suggestion => format!("  help: {suggestion}\n"),
    };
    redact::printable(&(head + &help)).into_owned()
}
