//! The exception: what is wrong, and where.

use embed2jwt::report::redact;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

pyo3::create_exception!(embed2jwt, Embed2JwtError, PyValueError);

/// Where something is wrong, as far as that is known.
#[derive(Debug, Default)]
pub(crate) struct At<'a> {
    /// The rule that refused.
    pub(crate) rule: Option<&'a str>,
    /// The row, from 1.
    pub(crate) row: Option<u64>,
    /// The column of a table.
    pub(crate) column: Option<&'a str>,
}

/// The exception with its attributes, all of which are always there.
pub(crate) fn error(message: String, at: At<'_>) -> PyErr {
    Python::attach(|py| {
        let error = PyErr::new::<Embed2JwtError, _>(message);
        let value = error.value(py);
        let set = value
            .setattr("rule", at.rule)
            .and_then(|()| value.setattr("row", at.row))
            .and_then(|()| value.setattr("column", at.column));
        set.err().unwrap_or(error)
    })
}

/// An exception about the options.
pub(crate) fn refused(message: impl Into<String>) -> PyErr {
    error(message.into(), At::default())
}

/// A value from outside as a message may show it: short, in one line, without what it may hide.
pub(crate) fn shown(value: &str) -> String {
    redact::line(&value.chars().take(80).collect::<String>())
}
