//! Files are scanned for legacy embeds and the code that builds them.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use embed2jwt::report::redact;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyDict};

use crate::options;
use crate::results::Scanned;
use crate::work::of_settings;

/// Scans files.
#[pyclass(frozen, module = "embed2jwt")]
pub(crate) struct Scanner(Mutex<embed2jwt::Scanner>);

/// The largest file that is read: as the command has it.
const LARGEST: u64 = 64 << 20;

#[pymethods]
impl Scanner {
    #[new]
    #[pyo3(signature = (**options))]
    fn new(options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let scanner = embed2jwt::Scanner::new(options::settings(options)?);
        Ok(Self(Mutex::new(scanner.map_err(of_settings)?)))
    }

    /// Scans one file, by its path or its bytes. `name` is what results call it, and says what language it is in.
    #[pyo3(signature = (file, *, name = None))]
    fn scan(&self, file: &Bound<'_, PyAny>, name: Option<String>) -> PyResult<Scanned> {
        let (name, bytes) = read(file, name)?;
        let scan = || self.0.lock().unwrap_or_else(PoisonError::into_inner).scan(&name, &bytes);
        Ok(Scanned(file.py().detach(scan)))
    }

    /// The file with its fixes applied, the unsafe ones too if they are wanted; `None` if there is nothing to fix.
    #[pyo3(signature = (file, *, name = None, unsafe_fixes = false))]
    fn fix(
        &self,
        file: &Bound<'_, PyAny>,
        name: Option<String>,
        unsafe_fixes: bool,
    ) -> PyResult<Option<Vec<u8>>> {
        let (name, bytes) = read(file, name)?;
        let fix = || {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).fix(&name, &bytes, unsafe_fixes)
        };
        Ok(file.py().detach(fix))
    }
}

/// The name and the bytes of a file.
fn read(file: &Bound<'_, PyAny>, name: Option<String>) -> PyResult<(String, Vec<u8>)> {
    if let Ok(bytes) = file.cast::<PyBytes>() {
        return Ok((name.unwrap_or_else(|| "input".to_owned()), bytes.as_bytes().to_vec()));
    }
    if let Ok(bytes) = file.cast::<PyByteArray>() {
        return Ok((name.unwrap_or_else(|| "input".to_owned()), bytes.to_vec()));
    }
    let Ok(path) = file.extract::<PathBuf>() else {
        return Err(PyTypeError::new_err("a file is a path or its bytes"));
    };
    let shown = redact::line(&path.to_string_lossy());
    let size = std::fs::metadata(&path)?.len();
    if size > LARGEST {
        return Err(crate::error::refused(format!("{shown}: larger than {} MiB", LARGEST >> 20)));
    }
    Ok((name.unwrap_or_else(|| path.to_string_lossy().into_owned()), std::fs::read(&path)?))
}
