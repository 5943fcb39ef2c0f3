//! The vocabulary of judging: rules, severities, findings, and what a rule gets to see.

mod example;
mod file;
mod finding;
mod outcome;
mod step;
mod view;

pub use crate::text::{Encoding, Text};
pub use example::{Example, Expectation, examples};
pub use file::{Fix, Found, PLACEHOLDER, Safety, Template};
pub use finding::{Finding, Findings};
pub use outcome::{Lost, Outcome, Reason, Replacement};
pub use step::{Step, StepPart};
pub(crate) use view::{ABSENT, First, Traits};
pub use view::{
    Arg, Context, EmbedStatus, Embeds, Keys, Kind, Signature, TokenArg, Trait, UserKind, View,
};

use std::fmt;

use crate::dialect::params::Id;
use crate::dialect::reading::Token;
use crate::dialect::source::Source;

/// How much a finding weighs. Policy may change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Something is lost, deprecated or suspicious.
    Warning,
    /// The URL cannot be converted as it is.
    Error,
}

impl Severity {
    /// Its name in reports and flags.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The function of a rule that looks at a whole URL.
pub type UrlCheck = fn(&View<'_>, &mut Findings);
/// The function of a rule that looks at what stands where a token belongs.
pub type CarriedCheck = fn(&View<'_>, &TokenArg, &mut Findings);
/// The function of a rule that looks at one token.
pub type TokenCheck = fn(&View<'_>, &TokenArg, &Token, &mut Findings);
/// The function of a rule that looks at one parameter.
pub type ParamCheck = fn(&View<'_>, &Arg, &mut Findings);

/// What a rule looks at.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Every URL that the map says is public.
    Public(UrlCheck),
    /// Every URL on an embed path, signed or not.
    Embed(UrlCheck),
    /// Every legacy signed URL.
    Signed(UrlCheck),
    /// Every URL with a token.
    Jwt(UrlCheck),
    /// Every URL on an embed path, and every one with a token.
    Any(UrlCheck),
    /// Every parameter that carries a token, or is meant to.
    Carried(CarriedCheck),
    /// Every token that can be read.
    Token(TokenCheck),
    /// The URLs of a run beside one another: the run raises it.
    Run,
    /// Files rather than URLs: the scan raises it.
    File,
    /// Every occurrence of these parameters in a URL on an embed path.
    Param(&'static [Id], ParamCheck),
    /// The same, and in a URL with a token.
    AnyParam(&'static [Id], ParamCheck),
    /// Every parameter of a URL on an embed path in which one has the trait.
    Trait(Trait, ParamCheck),
    /// The same, and of a URL with a token.
    AnyTrait(Trait, ParamCheck),
}

/// A rule: declared once, with its documentation, beside its check.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case and stable.
    pub id: &'static str,
    /// Its number in the registry.
    pub index: usize,
    /// One line: the message of a finding that has no better one.
    pub summary: &'static str,
    /// The severity of a finding that does not say otherwise.
    pub severity: Severity,
    /// Markdown: what it finds, why it matters, what to do, examples.
    pub documentation: &'static str,
    /// Where its facts come from that are in no row of a table.
    pub sources: &'static [Source],
    /// What it looks at.
    pub check: Check,
}

impl Rule {
    /// Where its facts come from: its own sources, then those of the parameters it is about.
    pub fn all_sources(&self) -> Vec<Source> {
        let rows = match self.check {
            Check::Param(ids, _) | Check::AnyParam(ids, _) => ids,
            _ => &[],
        };
        let of_rows = rows.iter().flat_map(|id| id.row().sources);
        let mut sources: Vec<Source> = Vec::new();
        for source in self.sources.iter().chain(of_rows) {
            if !sources.contains(source) {
                sources.push(*source);
            }
        }
        sources
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}

impl Eq for Rule {}

/// Declares a rule with its documentation. The registry (`rules/mod.rs`) must name it, or it does not compile.
macro_rules! declare_rule {
    (
        $(#[doc = $doc:literal])+
        pub static $name:ident = {
            id: $id:literal,
            summary: $summary:expr,
            severity: $severity:ident,
            $(sources: $sources:expr,)?
            check: $check:expr $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        pub static $name: $crate::rule::Rule = $crate::rule::Rule {
            id: $id,
            index: super::Index::$name as usize,
            summary: $summary,
            severity: $crate::rule::Severity::$severity,
            documentation: concat!($($doc, "\n"),+),
            sources: $crate::rule::declared!($($sources)?),
            check: $check,
        };
    };
}

/// The sources of a declaration; none if it has none of its own.
macro_rules! declared {
    () => {
        &[]
    };
    ($sources:expr) => {
        $sources
    };
}

pub(crate) use {declare_rule, declared};
