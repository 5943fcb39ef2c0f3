//! A parameter in code that builds URLs: what the rules say of it that need no whole URL.

use super::{display, misspelt, parameter, path, unsupported};
use crate::dialect::params::{Fate, Id, Parameter};
use crate::dialect::span::Span;
use crate::rule::{Context, Finding, Outcome};

/// A parameter as it stands in code.
#[derive(Clone, Copy, Debug)]
pub struct Fragment<'a> {
    /// Its row.
    pub row: &'static Parameter,
    /// Its name without the colon, decoded.
    pub name: &'a str,
    /// Its value, decoded; nothing if the code fills it in.
    pub value: Option<&'a [u8]>,
    /// Where.
    pub span: Span,
    /// Whether `:menu_position` stands beside it.
    pub has_position: bool,
}

impl Fragment<'_> {
    /// What becomes of it.
    pub fn outcome(&self) -> Outcome {
        Outcome::of(self.row, self.value)
    }
}

/// The finding of the rule for this parameter, if it has one.
pub fn check(context: &Context<'_>, fragment: &Fragment<'_>) -> Option<Finding> {
    let &Fragment { row, name, value, span, has_position } = fragment;
    match row.fate {
        Fate::Unsupported => unsupported::in_code(row, value, span)
            .or_else(|| parameter::undocumented(row, value, span))
            .or_else(|| misspelt::unknown(context, row, name, span, false)),
        Fate::Replaced if row.id == Id::NodeId => path::page(row, span),
        Fate::Replaced => display::footer(row, value, has_position, false, span),
        Fate::Unknown => misspelt::wrong_case(context, row, name, span)
            .or_else(|| misspelt::unknown(context, row, name, span, false)),
        _ => unsupported::in_code(row, value, span)
            .or_else(|| parameter::undocumented(row, value, span)),
    }
}
