//! `embed2jwt` for Python: the front door of the crate with Python's types. Every decision is the library's.

mod columns;
mod error;
mod options;
mod results;
mod rows;
mod scan;
mod table;
mod work;

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the command line; its exit status. Python's lock is free meanwhile.
#[pyfunction]
fn command(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| embed2jwt::cli::run(arguments.into_iter()).into())
}

/// The module `embed2jwt._native`.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("Embed2JwtError", module.py().get_type::<error::Embed2JwtError>())?;
    module.add_class::<options::Secret>()?;
    module.add_class::<rows::Memory>()?;
    module.add_class::<results::Audited>()?;
    module.add_class::<results::Converted>()?;
    module.add_class::<results::Scanned>()?;
    module.add_class::<work::Auditor>()?;
    module.add_class::<work::Converter>()?;
    module.add_class::<scan::Scanner>()?;
    module.add_function(wrap_pyfunction!(command, module)?)
}
