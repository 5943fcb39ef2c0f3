//! What is found in a scanned file, and the edits that fix it.

use super::{Finding, Kind, Outcome};
use crate::dialect::span::Span;

/// Whether a fix may be applied without asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Safety {
    /// The application works as before, whether or not anything else is migrated: `--fix`.
    Safe,
    /// Something else must change with it: `--unsafe-fixes`.
    #[default]
    Unsafe,
}

/// An edit that makes its finding go away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced, in bytes of the text.
    pub span: Span,
    /// By what, escaped as its place demands.
    pub replacement: Vec<u8>,
    /// Whether it may be applied without asking.
    pub safety: Safety,
}

/// Something found in a file.
#[derive(Clone, Debug)]
pub struct Found {
    /// The finding, with its span in bytes of the text. It numbers no parameter: there may be no URL.
    pub finding: Finding,
    /// The parameter it is about, decoded and without its colon.
    pub parameter: Option<String>,
    /// What the URL is that it was found in; nothing for code.
    pub kind: Option<Kind>,
    /// The embed id of that URL.
    pub embed_id: Option<String>,
    /// What becomes of that parameter, as far as its value is known.
    pub outcome: Option<Outcome>,
    /// What fixes it.
    pub fix: Option<Fix>,
}

impl Found {
    /// A finding that is about no parameter and no URL, without a fix.
    pub fn new(finding: Finding) -> Self {
        Self { finding, parameter: None, kind: None, embed_id: None, outcome: None, fix: None }
    }
}
