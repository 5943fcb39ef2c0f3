//! What Python gives as URLs becomes rows; what is no URL becomes a finding of its row.

use std::sync::{Mutex, MutexGuard, PoisonError};

use embed2jwt::input::{MAX_PARTS, MAX_ROW, RowProblem};
use embed2jwt::{Known, Row};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyFloat, PyString};

use crate::error::{At, error};

/// What a run remembers from one call to the next: nonces, users, and how many rows there were.
#[pyclass(frozen, module = "embed2jwt")]
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<embed2jwt::Memory>);

#[pymethods]
impl Memory {
    #[new]
    #[pyo3(signature = (*, exact = false))]
    fn new(exact: bool) -> Self {
        Self(Mutex::new(if exact {
            embed2jwt::Memory::exact()
        } else {
            embed2jwt::Memory::default()
        }))
    }

    /// The memory of rows that other machines share: for each its line, the first line of its nonce and of its user, 0 where
    /// there is none before it, and what differs of the user: 1 for teams, 2 for the account type, 4 for attributes.
    #[staticmethod]
    fn _known(rows: Vec<(u64, u64, u64, u8)>) -> Self {
        let known = |(line, nonce, user, differs): (u64, u64, u64, u8)| Known {
            line,
            nonce: Some(nonce).filter(|line| *line > 0),
            user: Some(user)
                .filter(|line| *line > 0)
                .map(|line| (line, [1, 2, 4].map(|bit| differs & bit != 0))),
        };
        Self(Mutex::new(embed2jwt::Memory::known(rows.into_iter().map(known).collect())))
    }
}

impl Memory {
    pub(crate) fn lock(&self) -> MutexGuard<'_, embed2jwt::Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A row that Python holds.
pub(crate) enum Held<'py> {
    Text(Bound<'py, PyString>),
    Bytes(Bound<'py, PyBytes>),
    /// Bytes that may change, copied.
    Copied(Vec<u8>),
    Problem(String),
}

impl<'py> Held<'py> {
    /// Any object.
    pub(crate) fn of(value: Bound<'py, PyAny>) -> Self {
        let value = match value.cast_into::<PyString>() {
            Ok(text) => return Self::Text(text),
            Err(error) => error.into_inner(),
        };
        let value = match value.cast_into::<PyBytes>() {
            Ok(bytes) => return Self::Bytes(bytes),
            Err(error) => error.into_inner(),
        };
        if let Ok(bytes) = value.cast::<PyByteArray>() {
            return Self::Copied(bytes.to_vec());
        }
        // As pandas writes what is missing.
        let is_nan = value.cast::<PyFloat>().is_ok_and(|number| number.value().is_nan());
        let kind = value.get_type().name().map(|name| name.to_string()).unwrap_or_default();
        Self::Problem(
            if value.is_none() || is_nan || matches!(kind.as_str(), "NAType" | "NaTType") {
                NULL.to_owned()
            } else {
                format!("the URL is {}, not text", crate::error::shown(&kind))
            },
        )
    }

    /// As the library takes it.
    pub(crate) fn row(&self) -> Row<'_> {
        match self {
            Self::Text(text) => match text.to_str() {
                Ok(text) => of_bytes(text.as_bytes()),
                Err(_) => Row::Problem(
                    "the URL holds half a character: it is not text in UTF-8".to_owned(),
                ),
            },
            Self::Bytes(bytes) => of_bytes(bytes.as_bytes()),
            Self::Copied(bytes) => of_bytes(bytes),
            Self::Problem(problem) => Row::Problem(problem.clone()),
        }
    }
}

const NULL: &str = "the URL is null";

/// The bytes of a row, within the limits of the command's lists.
pub(crate) fn of_bytes(bytes: &[u8]) -> Row<'_> {
    let bytes = bytes.trim_ascii();
    if bytes.is_empty() {
        return Row::Problem("the URL is empty".to_owned());
    }
    if bytes.len() > MAX_ROW {
        return Row::Problem(RowProblem::TooLong { limit: MAX_ROW }.to_string());
    }
    if bytes.len() > MAX_PARTS && bytes.iter().filter(|byte| **byte == b'&').count() > MAX_PARTS {
        return Row::Problem(RowProblem::TooManyParts { limit: MAX_PARTS }.to_string());
    }
    Row::Url(bytes)
}

/// The objects of an iterable.
pub(crate) fn held<'py>(urls: &Bound<'py, PyAny>) -> PyResult<Vec<Held<'py>>> {
    let rows = urls.try_iter().map_err(|_| {
        let kind = urls.get_type().name().map(|name| name.to_string()).unwrap_or_default();
        PyTypeError::new_err(format!("URLs are a str, bytes or an iterable of them, not {kind}"))
    })?;
    rows.map(|row| row.map(Held::of)).collect()
}

/// Whether this is one URL and no list of them.
pub(crate) fn is_one(urls: &Bound<'_, PyAny>) -> bool {
    urls.is_instance_of::<PyString>()
        || urls.is_instance_of::<PyBytes>()
        || urls.is_instance_of::<PyByteArray>()
}

/// A column of Arrow: text of all rows, where each begins, with the end of the last (64 bits each), and a byte for each row that
/// is 0 where it is null.
pub(crate) struct Packed<'a> {
    text: &'a [u8],
    offsets: &'a [u8],
    valid: Option<&'a [u8]>,
}

impl<'a> Packed<'a> {
    pub(crate) fn new(text: &'a [u8], offsets: &'a [u8], valid: Option<&'a [u8]>) -> Self {
        Self { text, offsets, valid }
    }

    /// How many rows it has.
    pub(crate) fn len(&self) -> usize {
        (self.offsets.len() / 8).saturating_sub(1)
    }

    /// Some of its rows.
    pub(crate) fn rows(&self, rows: std::ops::Range<usize>) -> PyResult<Vec<Row<'a>>> {
        let offset = |row: usize| {
            let bytes = self.offsets.get(row * 8..)?.first_chunk::<8>()?;
            usize::try_from(i64::from_le_bytes(*bytes)).ok()
        };
        let row = |row: usize| -> Option<Row<'a>> {
            if self.valid.is_some_and(|valid| valid.get(row) == Some(&0)) {
                return Some(Row::Problem(NULL.to_owned()));
            }
            self.text.get(offset(row)?..offset(row + 1)?).map(of_bytes)
        };
        let rows: Option<Vec<_>> = rows.map(row).collect();
        rows.ok_or_else(|| error("the offsets of the column are broken".to_owned(), At::default()))
    }
}
