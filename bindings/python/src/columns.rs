//! Columns in the layout of Arrow, as bytes: `pyarrow` makes arrays of them without a copy.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

/// There is more text than a column can hold.
#[derive(Debug)]
pub(crate) struct TooLarge;

/// Bits, the first of a byte last.
#[derive(Debug, Default)]
struct Bits {
    bytes: Vec<u8>,
    len: usize,
}

impl Bits {
    fn push(&mut self, bit: bool) {
        if self.len.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit) << (self.len % 8);
        }
        self.len += 1;
    }
}

/// Where things begin, and the end of the last.
#[derive(Debug)]
struct Offsets(Vec<u8>);

impl Default for Offsets {
    fn default() -> Self {
        Self(0_i32.to_le_bytes().to_vec())
    }
}

impl Offsets {
    fn push(&mut self, end: usize) -> Result<(), TooLarge> {
        let end = i32::try_from(end).map_err(|_| TooLarge)?;
        self.0.extend_from_slice(&end.to_le_bytes());
        Ok(())
    }
}

/// A column of text.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    valid: Bits,
    nulls: usize,
    offsets: Offsets,
    data: Vec<u8>,
}

impl Texts {
    pub(crate) fn push(&mut self, text: Option<&str>) -> Result<(), TooLarge> {
        self.valid.push(text.is_some());
        match text {
            Some(text) => self.data.extend_from_slice(text.as_bytes()),
            None => self.nulls += 1,
        }
        self.offsets.push(self.data.len())
    }
}

/// A column of numbers.
#[derive(Debug, Default)]
pub(crate) struct Numbers(Vec<u8>);

impl Numbers {
    pub(crate) fn push(&mut self, number: u64) {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        self.0.extend_from_slice(&number.to_le_bytes());
    }
}

/// A column of yes and no.
#[derive(Debug, Default)]
pub(crate) struct Flags(Bits);

impl Flags {
    pub(crate) fn push(&mut self, flag: bool) {
        self.0.push(flag);
    }
}

/// A column of lists of records, each with fields.
#[derive(Debug, Default)]
pub(crate) struct Lists<F> {
    offsets: Offsets,
    len: usize,
    pub(crate) fields: F,
}

impl<F> Lists<F> {
    /// The list of a row had so many records.
    pub(crate) fn end(&mut self, records: usize) -> Result<(), TooLarge> {
        self.len += records;
        self.offsets.push(self.len)
    }

    pub(crate) fn into_fields(self) -> (Vec<u8>, F) {
        (self.offsets.0, self.fields)
    }
}

/// A column as Python is given it.
#[derive(Debug)]
pub(crate) enum Column {
    Text(Texts),
    Number(Numbers),
    Flag(Flags),
    List(Vec<u8>, Vec<(&'static str, Column)>),
}

impl Column {
    /// Kind, validity, offsets, data, fields.
    pub(crate) fn into_python(self, py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        let bytes = |bytes: &[u8]| PyBytes::new(py, bytes);
        match self {
            Self::Text(Texts { valid, nulls, offsets, data }) => {
                let valid = (nulls > 0).then(|| bytes(&valid.bytes));
                ("text", valid, bytes(&offsets.0), bytes(&data), py.None()).into_pyobject(py)
            }
            Self::Number(Numbers(data)) => {
                ("number", py.None(), py.None(), bytes(&data), py.None()).into_pyobject(py)
            }
            Self::Flag(Flags(data)) => {
                ("flag", py.None(), py.None(), bytes(&data.bytes), py.None()).into_pyobject(py)
            }
            Self::List(offsets, fields) => {
                let field = |(name, column): (&'static str, Self)| {
                    Ok::<_, PyErr>((name, column.into_python(py)?))
                };
                let fields: Vec<_> = fields.into_iter().map(field).collect::<PyResult<_>>()?;
                let fields = PyList::new(py, fields)?;
                ("list", py.None(), bytes(&offsets), py.None(), fields).into_pyobject(py)
            }
        }
    }
}
