//! What is known of a URL or a file, as light objects: the JSON of schema 1 is read when somebody asks for it.

use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList};
use serde::Deserialize;

use crate::error::{At, error};

/// The object of `--format ndjson`, read once.
struct Parsed(PyOnceLock<Py<PyDict>>);

impl Parsed {
    const fn new() -> Self {
        Self(PyOnceLock::new())
    }

    fn get<'py>(&self, py: Python<'py>, json: &str) -> PyResult<&Bound<'py, PyDict>> {
        let parse = || Ok::<_, PyErr>(loads(py, json)?.cast_into::<PyDict>()?.unbind());
        Ok(self.0.get_or_try_init(py, parse)?.bind(py))
    }
}

/// What Python makes of a JSON text.
pub(crate) fn loads<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (json,))
}

/// A class of what is known of one URL: what both have in common, and the members of its own.
macro_rules! of_url {
    ($(#[$documentation:meta])* $name:ident, $inner:ty, { $($own:tt)* }) => {
        $(#[$documentation])*
        #[pyclass(frozen, mapping, module = "embed2jwt")]
        pub(crate) struct $name {
            inner: $inner,
            parsed: Parsed,
        }

        impl From<$inner> for $name {
            fn from(inner: $inner) -> Self {
                Self { inner, parsed: Parsed::new() }
            }
        }

        #[pymethods]
        impl $name {
            $($own)*

            #[getter]
            fn verdict(&self) -> &'static str {
                self.inner.verdict.name()
            }

            #[getter]
            fn signature(&self) -> &'static str {
                self.inner.signature.name()
            }

            #[getter]
            fn rules(&self) -> Vec<&'static str> {
                self.inner.rules.clone()
            }

            #[getter]
            pub(crate) fn json(&self) -> &str {
                self.inner.json()
            }

            fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                loads(py, self.json())
            }

            fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
                Ok(self.parsed.get(py, self.json())?.keys())
            }

            fn __getitem__<'py>(&self, py: Python<'py>, key: &str) -> PyResult<Bound<'py, PyAny>> {
                let found = self.parsed.get(py, self.json())?.get_item(key)?;
                found.ok_or_else(|| PyKeyError::new_err(key.to_owned()))
            }
        }
    };
}

of_url! {
    /// What is known of one URL: the object of `audit --format ndjson`.
    Audited, embed2jwt::Audited, {
        #[getter]
        fn kind(&self) -> &'static str {
            self.inner.kind.name()
        }

        fn __repr__(&self) -> String {
            let (kind, verdict) = (self.kind(), self.verdict());
            format!("Audited({kind}, {verdict}, rules={:?})", self.inner.rules)
        }
    }
}

of_url! {
    /// What became of one URL: the object of `convert --format ndjson`.
    Converted, embed2jwt::Converted, {
        #[getter]
        fn status(&self) -> &'static str {
            self.inner.status.name()
        }

        #[getter]
        fn url(&self) -> Option<&str> {
            self.inner.url.as_deref()
        }

        /// Raises the exception of a URL that was not converted.
        fn raise_for_status(&self) -> PyResult<()> {
            failure(self.json(), None).map_or(Ok(()), Err)
        }

        /// Without the URL: it has a token.
        fn __repr__(&self) -> String {
            let (status, verdict) = (self.status(), self.verdict());
            format!("Converted({status}, {verdict}, rules={:?})", self.inner.rules)
        }
    }
}

/// What was found in one file: the objects of `check --format ndjson`.
#[pyclass(frozen, module = "embed2jwt")]
pub(crate) struct Scanned(pub(crate) embed2jwt::Scanned);

#[pymethods]
impl Scanned {
    #[getter]
    fn rules(&self) -> Vec<&'static str> {
        self.0.rules.clone()
    }

    #[getter]
    fn urls(&self) -> u64 {
        self.0.urls
    }

    #[getter]
    fn cut(&self) -> bool {
        self.0.cut
    }

    #[getter]
    fn findings<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.0.json().map(|json| loads(py, json)).collect()
    }

    #[getter]
    fn json(&self) -> Vec<&str> {
        self.0.json().collect()
    }

    fn __repr__(&self) -> String {
        format!("Scanned(urls={}, rules={:?})", self.0.urls, self.0.rules)
    }
}

/// Why a row was not converted.
#[derive(Deserialize)]
struct Failed {
    line: u64,
    status: String,
    findings: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    rule: String,
    severity: String,
    message: String,
    suggestion: Option<String>,
}

/// The exception of a row that failed: what stopped it, in which row and column.
pub(crate) fn failure(json: &str, column: Option<&str>) -> Option<PyErr> {
    let failed: Failed = serde_json::from_str(json).ok()?;
    if failed.status != "failed" {
        return None;
    }
    let reason = failed.findings.iter().find(|finding| finding.severity == "error");
    let place = match column {
        Some(column) => format!("row {}, column `{column}`", failed.line),
        None => format!("row {}", failed.line),
    };
    let words = reason.map_or_else(
        || "it was not converted".to_owned(),
        |reason| match &reason.suggestion {
            Some(suggestion) => format!("{}: {} ({suggestion})", reason.rule, reason.message),
            None => format!("{}: {}", reason.rule, reason.message),
        },
    );
    let rule = reason.map(|reason| reason.rule.as_str());
    Some(error(format!("{place}: {words}"), At { rule, row: Some(failed.line), column }))
}
