//! Values that completions offer where any text is accepted and what is wrong with it is said elsewhere.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command, Error, ValueEnum};

use crate::rules::RULES;

/// Reads a value, and names others to a shell.
#[derive(Clone)]
pub(super) struct Offer<T> {
    pub(super) parse: fn(&str) -> Result<T, String>,
    pub(super) values: fn() -> Vec<PossibleValue>,
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Offer<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, Error> {
        self.parse.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.values)().into_iter()))
    }
}

/// The name of a rule.
pub(super) fn rule() -> Offer<String> {
    Offer { parse: |name| Ok(name.to_owned()), values: rules }
}

/// The same, or `all`.
pub(super) fn rule_or_all() -> Offer<String> {
    let values = || [PossibleValue::new("all")].into_iter().chain(rules()).collect();
    Offer { parse: |name| Ok(name.to_owned()), values }
}

fn rules() -> Vec<PossibleValue> {
    RULES.iter().map(|rule| PossibleValue::new(rule.id).help(rule.summary)).collect()
}

/// A format with the file behind it.
pub(super) fn format_of_file<F: ValueEnum>() -> Vec<PossibleValue> {
    let name = |format: &F| {
        let value = format.to_possible_value()?;
        let help = value.get_help().cloned().unwrap_or_default();
        Some(PossibleValue::new(format!("{}=", value.get_name())).help(help))
    };
    F::value_variants().iter().filter_map(name).collect()
}
