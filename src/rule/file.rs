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
    /// The URL it is about, if that is one that is built or an embed's; nothing for a finding about a part of one.
    pub template: Option<Box<Template>>,
    /// Whether it stands for code that builds a signed URL, which has to sign a token instead. A place of code has one.
    pub builds: bool,
}

impl Found {
    /// A finding that is about no parameter and no URL, without a fix.
    pub fn new(finding: Finding) -> Self {
        Self {
            finding,
            parameter: None,
            kind: None,
            embed_id: None,
            outcome: None,
            fix: None,
            template: None,
            builds: false,
        }
    }
}

/// A legacy URL as the code has it that builds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// The URL, with [`PLACEHOLDER`] for whatever code fills in.
    pub url: String,
    /// The environment variable that the client id comes from, if it is seen.
    pub client_id_variable: Option<String>,
    /// The environment variable that the embed secret comes from, if it is seen.
    pub secret_variable: Option<String>,
}

/// What stands in a [`Template`] for what code fills in.
pub const PLACEHOLDER: &str = "{}";
