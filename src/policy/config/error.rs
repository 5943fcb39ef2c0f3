//! What can be wrong with a configuration file, each with its place, an excerpt, and what to do.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, SourceCode};
use thiserror::Error;

use crate::text::Frame;

/// The largest configuration that is read.
pub const MAX_BYTES: u64 = 1 << 20;

/// Why a configuration could not be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The operating system refuses the file.
    #[error("{file}: cannot read this configuration file")]
    Read {
        /// The file.
        file: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is larger than [`MAX_BYTES`].
    #[error("{file}: larger than {} MiB, too large for a configuration", MAX_BYTES >> 20)]
    TooLarge {
        /// The file.
        file: String,
    },
    /// The bytes are no UTF-8.
    #[error("{file}:{line}: not UTF-8 text")]
    NotUtf8 {
        /// The file.
        file: Arc<str>,
        /// The line with the first bad byte.
        line: usize,
    },
    /// Something in it is wrong.
    #[error("{}: {}", .0.place, .0.problem)]
    Wrong(Box<Wrong>),
}

/// Something wrong at one place of the file.
#[derive(Debug)]
pub struct Wrong {
    /// Where.
    pub place: ConfigPlace,
    /// What is wrong.
    pub problem: String,
    /// What stands at the marked part of the excerpt.
    pub(super) label: Cow<'static, str>,
    /// What to do.
    pub(super) help: Cow<'static, str>,
    pub(super) frame: Frame,
}

/// A place in a file, counted from 1; columns in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigPlace {
    /// The file.
    pub file: Arc<str>,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl fmt::Display for ConfigPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl ConfigError {
    fn wrong(&self) -> Option<&Wrong> {
        match self {
            Self::Wrong(wrong) => Some(wrong),
            Self::Read { .. } | Self::TooLarge { .. } | Self::NotUtf8 { .. } => None,
        }
    }
}

impl Diagnostic for ConfigError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(match self {
            Self::Read { .. } => {
                "check the path and its permissions; `--no-config` runs without one"
            }
            Self::TooLarge { .. } => "is this the file you meant?",
            Self::NotUtf8 { .. } => "save the file as UTF-8",
            Self::Wrong(wrong) => &*wrong.help,
        }))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.wrong()?.frame.source())
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let wrong = self.wrong()?;
        let label = wrong.frame.label(&wrong.label);
        Some(Box::new(std::iter::once(label)))
    }
}
