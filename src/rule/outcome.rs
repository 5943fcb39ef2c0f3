//! What becomes of a parameter. Rules, conversion, fixes and reports read it; nothing else decides it.

use crate::dialect::params::{Fate, Id, Loss, PATH, Parameter};
use crate::dialect::values::footer_position;

/// What becomes of one parameter of a legacy URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The token carries its value: its row names the claim or the field of the header.
    Claim,
    /// It stays in the URL, with every byte of its value.
    Keep {
        /// Whether it is a restriction, which the embed's user can remove from the URL.
        removable: bool,
    },
    /// It goes.
    Drop(Reason),
    /// Something else is written in its place.
    Replace(Replacement),
}

/// Why a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// JWT-signed URLs have no such parameter.
    Unsupported(Lost),
    /// Nothing needs it any more.
    Obsolete,
    /// The tables do not know it.
    Unknown,
    /// It must not be in the token of an internal user.
    Internal,
    /// Another parameter of the URL makes the same claim.
    Outvoted,
    /// What it says is in the new URL already, or it says nothing.
    Redundant,
}

/// What is written in the place of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// `:menu_position` with this value.
    MenuPosition(&'static str),
    /// The page in the path, unless the map names another.
    Page,
    /// A parameter of this name, with the same value.
    Parameter(&'static str),
}

/// What goes with a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lost {
    /// Nothing: its value did nothing.
    Nothing,
    /// An effect.
    Effect,
    /// A restriction: the embed's user can do more.
    Restriction,
}

impl Outcome {
    /// What becomes of a parameter by itself, whatever is beside it. Without a value, code fills it in: then it counts as one
    /// that matters.
    pub fn of(row: &Parameter, value: Option<&[u8]>) -> Self {
        let lost = || match (row.loss, value.is_none_or(|value| row.loss.with_value(value))) {
            (Loss::Effect { .. }, true) => Lost::Effect,
            (Loss::Access { .. }, true) => Lost::Restriction,
            _ => Lost::Nothing,
        };
        match row.fate {
            Fate::Claim | Fate::Header => Self::Claim,
            Fate::Kept => Self::Keep { removable: row.is_removable() && lost() != Lost::Nothing },
            Fate::Replaced => match (row.target, value) {
                (None, _) | (_, Some(b"")) => Self::Drop(Reason::Redundant),
                (Some(PATH), _) if row.id == Id::NodeId => Self::Replace(Replacement::Page),
                (Some(target), Some(value)) if is_footer(row, target) => {
                    Self::Replace(Replacement::MenuPosition(footer_position(value)))
                }
                (Some(target), _) => Self::Replace(Replacement::Parameter(target)),
            },
            Fate::Unsupported => Self::Drop(Reason::Unsupported(lost())),
            Fate::Obsolete => Self::Drop(Reason::Obsolete),
            Fate::Unknown => Self::Drop(Reason::Unknown),
        }
    }

    /// What is lost with it.
    pub fn lost(self) -> Lost {
        match self {
            Self::Drop(Reason::Unsupported(lost)) => lost,
            Self::Drop(Reason::Unknown) => Lost::Effect,
            _ => Lost::Nothing,
        }
    }

    /// Whether it becomes the menu position of the new URL.
    pub fn is_position(self) -> bool {
        let name = Id::MenuPosition.row().name;
        match self {
            Self::Replace(Replacement::MenuPosition(_)) => true,
            Self::Replace(Replacement::Parameter(target)) => target == name,
            _ => false,
        }
    }
}

/// Whether it is `:show_footer` with the meaning of the table: its values are not those of `:menu_position`.
fn is_footer(row: &Parameter, target: &str) -> bool {
    row.id == Id::ShowFooter && target == Id::MenuPosition.row().name
}
