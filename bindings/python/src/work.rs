//! Auditors and converters: lists of Python objects in, light objects out, with Python's lock free meanwhile.

use embed2jwt::convert::ConvertError;
use embed2jwt::report::Report;
use embed2jwt::report::audit::Urls;
use embed2jwt::report::convert::{Format as _, Ndjson};
use embed2jwt::report::json;
use embed2jwt::report::redact::Secrets;
use embed2jwt::{Row, SettingsError};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::error::refused;
use crate::options::{self, Secret};
use crate::results::{Audited, Converted, failure};
use crate::rows::{Held, Memory, held, is_one};
use crate::table::{Make, batches};

/// Checks URLs.
#[pyclass(frozen, module = "embed2jwt")]
pub(crate) struct Auditor {
    inner: embed2jwt::Auditor,
    secrets: Secrets,
    threads: usize,
}

/// Converts URLs.
#[pyclass(frozen, module = "embed2jwt")]
pub(crate) struct Converter {
    inner: embed2jwt::Converter,
    secrets: Secrets,
    threads: usize,
}

/// Batches of columns: how many rows each has, and its columns.
type Batches<'py> = Vec<(usize, Bound<'py, PyList>)>;

pub(crate) fn of_settings(error: SettingsError) -> PyErr {
    refused(match error {
        SettingsError::NoSecret => {
            "no embed secret: give `secret`, `secret_file` or `credentials`".to_owned()
        }
        other => other.to_string(),
    })
}

fn of_run(error: ConvertError) -> PyErr {
    refused(error.to_string())
}

fn shown(settings: &embed2jwt::Settings) -> Secrets {
    if settings.show_secrets { Secrets::Shown } else { Secrets::Hidden }
}

/// The results of one URL or of a list of them, and which of the two it was.
fn run<T: Send>(
    urls: &Bound<'_, PyAny>,
    memory: Option<&Bound<'_, Memory>>,
    make: impl Fn(&mut embed2jwt::Memory, &[Row<'_>]) -> PyResult<Vec<T>> + Send + Sync,
) -> PyResult<(bool, Vec<T>)> {
    let is_one = is_one(urls);
    let held = if is_one { vec![Held::of(urls.clone())] } else { held(urls)? };
    let rows: Vec<_> = held.iter().map(Held::row).collect();
    let memory = memory.map(Bound::get);
    let all = urls.py().detach(|| match memory {
        // Whoever holds it may wait for Python's lock, which is free here.
        Some(memory) => make(&mut memory.lock(), &rows),
        None => make(&mut embed2jwt::Memory::default(), &rows),
    })?;
    Ok((is_one, all))
}

fn answer<'py, T: IntoPyObjectExt<'py>>(
    py: Python<'py>,
    is_one: bool,
    mut all: Vec<T>,
) -> PyResult<Bound<'py, PyAny>> {
    if is_one && let Some(one) = all.pop() {
        return one.into_bound_py_any(py);
    }
    let all: Vec<_> =
        all.into_iter().map(|one| one.into_bound_py_any(py)).collect::<PyResult<_>>()?;
    Ok(PyList::new(py, all)?.into_any())
}

#[pymethods]
impl Auditor {
    #[new]
    #[pyo3(signature = (**options))]
    fn new(options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let settings = options::settings(options)?;
        let (secrets, threads) = (shown(&settings), settings.threads);
        Ok(Self {
            inner: embed2jwt::Auditor::new(settings).map_err(of_settings)?,
            secrets,
            threads,
        })
    }

    /// Checks URLs, as `embed2jwt audit` does.
    #[pyo3(signature = (urls, *, memory = None))]
    fn audit<'py>(
        &self,
        urls: &Bound<'py, PyAny>,
        memory: Option<&Bound<'py, Memory>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (is_one, all) =
            run(urls, memory, |memory, rows| Ok(self.inner.audit_all(memory, rows)))?;
        answer(urls.py(), is_one, all.into_iter().map(Audited::from).collect())
    }

    /// Reads URLs and tokens in full, as `embed2jwt inspect` does.
    #[pyo3(signature = (urls, *, memory = None))]
    fn inspect<'py>(
        &self,
        urls: &Bound<'py, PyAny>,
        memory: Option<&Bound<'py, Memory>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (is_one, all) =
            run(urls, memory, |memory, rows| Ok(self.inner.inspect_all(memory, rows)))?;
        answer(urls.py(), is_one, all.into_iter().map(Audited::from).collect())
    }

    #[pyo3(signature = (rows, wanted, memory = None))]
    fn _batches<'py>(
        &self,
        rows: &Bound<'py, PyAny>,
        wanted: Vec<String>,
        memory: Option<&Bound<'py, Memory>>,
    ) -> PyResult<Batches<'py>> {
        let report = json::Ndjson { secrets: self.secrets, inspector: None };
        let lines = |memory: &mut embed2jwt::Memory, rows: &[Row<'_>]| {
            Ok(self.inner.each(memory, rows, false, |record| {
                let mut line = Vec::new();
                Report::<Urls>::record(&report, record, &mut line);
                line
            }))
        };
        batches(
            rows,
            memory,
            &Make { threads: self.threads, wanted: &wanted, raises: None, lines: &lines },
        )
    }

    /// Of each URL what it may repeat of others, as keyed hashes: nonce, user, and the user's claims. Zero is no nonce or user.
    fn _marks(
        &self,
        urls: &Bound<'_, PyAny>,
        key: &Bound<'_, Secret>,
    ) -> PyResult<Vec<(i64, i64, [i64; 3])>> {
        let key = &key.get().0;
        let (_, marks) = run(urls, None, |_, rows| Ok(self.inner.marks(rows, key)))?;
        let mark = |mark: Option<embed2jwt::Mark>| {
            let Some(mark) = mark else { return (0, 0, [0; 3]) };
            let number = |hash: Option<u64>| hash.map_or(0, |hash| hash.max(1).cast_signed());
            (number(mark.nonce), number(mark.user), mark.claims.map(u64::cast_signed))
        };
        Ok(marks.into_iter().map(mark).collect())
    }
}

#[pymethods]
impl Converter {
    #[new]
    #[pyo3(signature = (**options))]
    fn new(options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let settings = options::settings(options)?;
        let (secrets, threads) = (shown(&settings), settings.threads);
        Ok(Self {
            inner: embed2jwt::Converter::new(settings).map_err(of_settings)?,
            secrets,
            threads,
        })
    }

    /// Converts URLs, as `embed2jwt convert` does.
    #[pyo3(signature = (urls, *, memory = None, errors = "finding"))]
    fn convert<'py>(
        &self,
        urls: &Bound<'py, PyAny>,
        memory: Option<&Bound<'py, Memory>>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let raises = raises(errors)?;
        let (is_one, all) =
            run(urls, memory, |memory, rows| self.inner.convert_all(memory, rows).map_err(of_run))?;
        if raises && let Some(error) = all.iter().find_map(|one| failure(one.json(), None)) {
            return Err(error);
        }
        answer(urls.py(), is_one, all.into_iter().map(Converted::from).collect())
    }

    #[pyo3(signature = (rows, wanted, memory = None, errors = "finding", column = "url"))]
    fn _batches<'py>(
        &self,
        rows: &Bound<'py, PyAny>,
        wanted: Vec<String>,
        memory: Option<&Bound<'py, Memory>>,
        errors: &str,
        column: &str,
    ) -> PyResult<Batches<'py>> {
        let raises = raises(errors)?.then_some(column);
        let report = Ndjson { secrets: self.secrets };
        let lines = |memory: &mut embed2jwt::Memory, rows: &[Row<'_>]| {
            let line = |record: &embed2jwt::report::convert::Record<'_>| {
                let mut line = Vec::new();
                report.row(record, &mut line);
                line
            };
            self.inner.each(memory, rows, line).map_err(of_run)
        };
        batches(
            rows,
            memory,
            &Make { threads: self.threads, wanted: &wanted, raises, lines: &lines },
        )
    }
}

fn raises(errors: &str) -> PyResult<bool> {
    match errors {
        "finding" => Ok(false),
        "raise" => Ok(true),
        _ => Err(refused("`errors` is `finding` or `raise`")),
    }
}
