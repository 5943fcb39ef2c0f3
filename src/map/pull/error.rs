//! Why a pull could not be finished, with what to do.

use std::fmt;
use std::io;

use miette::Diagnostic;
use thiserror::Error;

/// How many workbooks a message names.
const NAMED: usize = 10;

/// A workbook whose embeds were not fetched, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The workbook's name, or its id if it has none.
    pub workbook: String,
    /// Why; nothing if it was not asked for.
    pub reason: Option<String>,
}

/// A pull that came to no end.
#[derive(Debug, Diagnostic, Error)]
pub enum PullError {
    /// The client id or the secret is wrong.
    #[error("the API rejects these credentials (status {status})")]
    #[diagnostic(help(
        "check SIGMA_CLIENT_ID and SIGMA_CLIENT_SECRET (or the files given for them), and that the base URL is that of your organisation's cloud"
    ))]
    Credentials {
        /// What it answered.
        status: u16,
    },
    /// The list of workbooks.
    #[error("the list of workbooks cannot be fetched: {reason}")]
    #[diagnostic(help(
        "check the base URL, and that the owner of the credentials may use the API; nothing was written"
    ))]
    List {
        /// Why.
        reason: String,
    },
    /// The embeds of some workbooks.
    #[error("{}", NotFetched(missing, *all))]
    #[diagnostic(help("the map was not written: it would lack their embeds"))]
    Incomplete {
        /// The workbooks, by name.
        missing: Vec<Missing>,
        /// How many workbooks there are.
        all: usize,
    },
    /// The operating system gives the process no thread.
    #[error("no thread could be started")]
    #[diagnostic(help(
        "the process or its user has too many threads: raise the limit (`ulimit -u`), or close other programs"
    ))]
    NoThread(#[source] io::Error),
    /// The caller could not keep what was fetched.
    #[error("what was fetched cannot be saved")]
    Keep(#[source] io::Error),
}

struct NotFetched<'a>(&'a [Missing], usize);

impl fmt::Display for NotFetched<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(missing, all) = self;
        write!(f, "the embeds of {} of {all} workbooks could not be fetched", missing.len())?;
        // Those with a reason tell more than those that were not asked for.
        let (told, silent): (Vec<_>, Vec<_>) = missing.iter().partition(|it| it.reason.is_some());
        let named = told.iter().chain(&silent).take(NAMED);
        for (n, Missing { workbook, reason }) in named.enumerate() {
            let reason = reason.as_deref().unwrap_or("not asked for any more");
            write!(f, "{} {workbook}: {reason}", if n == 0 { ":" } else { ";" })?;
        }
        match missing.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}
