//! What can be wrong with a map file, each with its place, an excerpt, and what to do.

use std::borrow::Cow;
use std::fmt;
use std::io;

#[cfg(feature = "cli")]
use miette::{Diagnostic, LabeledSpan, SourceCode};
use thiserror::Error;

use super::column::Column;
use super::{MAX_ENTRIES, Place};
use crate::text::Frame;

/// The header that every help about columns ends with.
const HEADER: &str = "embed_id,org,workbook_id";

/// Why a map could not be read.
#[derive(Debug, Error)]
pub enum MapError {
    /// The operating system refuses the file.
    #[error("{file}: cannot read this map file")]
    Read {
        /// The file.
        file: String,
        /// The system's reason.
        source: io::Error,
    },
    /// A directory was named.
    #[error("{file}: is a directory, not a map file")]
    Directory {
        /// The directory.
        file: String,
    },
    /// There are more entries than [`MAX_ENTRIES`].
    #[error("{place}: more than {MAX_ENTRIES} embeds, too many for a map")]
    TooMany {
        /// The first that is too many.
        place: Place,
    },
    /// The file is larger than is read of its format.
    #[error("{file}: larger than {} MiB, too large for a map", limit >> 20)]
    TooLarge {
        /// The file.
        file: String,
        /// The most bytes that are read.
        limit: u64,
    },
    /// The bytes are no UTF-8.
    #[error("{place}: not UTF-8 text")]
    NotUtf8 {
        /// The line with the first bad byte.
        place: Place,
    },
    /// Nothing but white space.
    #[error("{file}: this map file is empty")]
    Empty {
        /// The file.
        file: String,
    },
    /// Built without the feature `cli`, the crate has no parser for TOML.
    #[cfg(not(feature = "cli"))]
    #[error("{file}: maps in TOML are read by the command only")]
    NoToml {
        /// The file.
        file: String,
    },
    /// The format's own rules are broken.
    #[error("{spot}: not valid {format}: {message}")]
    Syntax {
        /// Where.
        spot: Spot,
        /// The format's name.
        format: &'static str,
        /// The parser's reason.
        message: String,
    },
    /// The first line names no column of a map at all.
    #[error("{place}: this is not a map: the first line names none of its columns")]
    NoHeader {
        /// The first line.
        place: Place,
    },
    /// A table's header lacks a column.
    #[error("{spot}: no column `{missing}`; the columns are {found}")]
    MissingColumn {
        /// The header.
        spot: Spot,
        /// The column that is missing.
        missing: &'static str,
        /// The columns that are there.
        found: String,
        /// The one of them that was probably meant.
        nearest: Option<String>,
    },
    /// A name that is none of a map's.
    #[error("{spot}: unknown name `{name}`")]
    UnknownName {
        /// Where.
        spot: Spot,
        /// The name.
        name: String,
        /// The known name that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A name given twice in one header or one entry.
    #[error("{spot}: `{name}` is given twice")]
    Repeated {
        /// The second of the two.
        spot: Spot,
        /// The name.
        name: String,
    },
    /// The parts are fine, but are not put together as a map is.
    #[error("{spot}: {problem}")]
    Shape {
        /// Where.
        spot: Spot,
        /// What is wrong.
        problem: String,
        /// What to do.
        help: Cow<'static, str>,
    },
    /// One value is wrong.
    #[error("{spot}: {name} `{value}` {problem}")]
    Value {
        /// Where.
        spot: Spot,
        /// The name of the value.
        name: &'static str,
        /// The value, shortened.
        value: String,
        /// What is wrong.
        problem: Cow<'static, str>,
        /// What to do.
        help: Cow<'static, str>,
    },
    /// Two entries for one embed that do not agree.
    #[error("{first} and {spot}: two different entries for embed `{embed_id}`: {differs}")]
    Conflict {
        /// The entry read first.
        first: Place,
        /// The entry read second.
        spot: Spot,
        /// The embed as the second spells it.
        embed_id: String,
        /// What differs.
        differs: String,
    },
}

impl MapError {
    fn spot(&self) -> Option<&Spot> {
        match self {
            Self::Syntax { spot, .. }
            | Self::MissingColumn { spot, .. }
            | Self::UnknownName { spot, .. }
            | Self::Repeated { spot, .. }
            | Self::Shape { spot, .. }
            | Self::Value { spot, .. }
            | Self::Conflict { spot, .. } => Some(spot),
            #[cfg(not(feature = "cli"))]
            Self::NoToml { .. } => None,
            Self::Read { .. }
            | Self::Directory { .. }
            | Self::TooLarge { .. }
            | Self::TooMany { .. }
            | Self::NotUtf8 { .. }
            | Self::NoHeader { .. }
            | Self::Empty { .. } => None,
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> Cow<'_, str> {
        match self {
            Self::Read { .. } => "check the path given to --map, and that you may read it".into(),
            Self::Directory { .. } => "name the files in it, each with its own --map".into(),
            Self::TooLarge { .. } | Self::TooMany { .. } => {
                "a map has one row an embed: is this the file you meant? Otherwise split it and give --map twice".into()
            }
            Self::NotUtf8 { .. } => {
                "save the file as UTF-8 (in a spreadsheet: export as “CSV UTF-8”)".into()
            }
            Self::Empty { .. } | Self::NoHeader { .. } => format!("a map begins with a header such as `{HEADER}`").into(),
            Self::Syntax { format, .. } => {
                format!("fix the file, or rename it if it is not {format}: the extension names the format (.csv, .json, .toml)").into()
            }
            Self::MissingColumn {
                missing, nearest, ..
            } => match nearest {
                Some(near) => {
                    format!("did you mean `{missing}` by `{near}`? Rename that column").into()
                }
                None => format!("the first line must name the columns, such as `{HEADER}`").into(),
            },
            Self::UnknownName { nearest, .. } => match nearest {
                Some(near) => format!("did you mean `{near}`?").into(),
                None => format!("the names are {}", Column::ALL.map(Column::name).join(", ")).into(),
            },
            #[cfg(not(feature = "cli"))]
            Self::NoToml { .. } => "write the map as csv or json".into(),
            Self::Repeated { .. } => "keep one of the two".into(),
            Self::Shape { help, .. } | Self::Value { help, .. } => help.as_ref().into(),
            Self::Conflict { first, spot, .. } => {
                format!("keep the right one and delete the other, {first} or {spot}").into()
            }
        }
    }
}

#[cfg(feature = "cli")]
impl Diagnostic for MapError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.advice()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.spot()?.frame.as_ref()?.source())
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = self.spot()?.frame.as_ref()?.label("here");
        Some(Box::new(std::iter::once(label)))
    }
}

/// Where an error points: a place, and the excerpt to show for it.
#[derive(Debug)]
pub struct Spot {
    /// File and line.
    pub place: Place,
    pub(super) frame: Option<Box<Frame>>,
}

impl Spot {
    pub(super) fn new(place: Place) -> Self {
        Self { place, frame: None }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.place.fmt(f)
    }
}
