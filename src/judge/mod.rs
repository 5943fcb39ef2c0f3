//! A URL and what is known beside it become a judgement: kind, fates, findings, verdict.

mod draft;
mod plan;
pub mod run;
mod token;

pub use draft::{Draft, Shelf};
pub use token::is_bare_token;

use crate::dialect::params::Id;
use crate::dialect::path::Place;
use crate::dialect::span::Span;
use crate::dialect::url::Url;
use crate::rule::{
    ABSENT, Arg, Context, Findings, First, Kind, Lost, Severity, Signature, TokenArg,
};

use uuid::Uuid;

/// The host that is always one of Sigma's.
pub const HOST: &[u8] = b"app.sigmacomputing.com";

/// Whether a URL can be migrated, and with which losses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// There is nothing to migrate.
    None,
    /// Everything is carried over.
    Lossless,
    /// Something that had an effect has no counterpart.
    Lossy,
    /// An error stands in the way.
    Blocked,
}

impl Verdict {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Lossless => "lossless",
            Self::Lossy => "lossy",
            Self::Blocked => "blocked",
        }
    }
}

/// Vectors that are filled for every URL; keeping them from one URL to the next saves their allocation.
#[derive(Debug, Default)]
pub struct Scratch {
    /// The parameters of the URLs that were read.
    pub shelf: Shelf,
    /// The findings of the URL that was checked last.
    pub findings: Findings,
}

/// What is to be said of one URL.
#[derive(Debug)]
pub struct Judgement<'a> {
    /// The URL, if it can be read as one.
    pub url: Option<Url<'a>>,
    /// What it is.
    pub kind: Kind,
    /// Where its path leads.
    pub place: Place,
    /// Its parameters with their rows.
    pub args: &'a [Arg],
    /// Number of the first parameter of each row that has a value.
    pub(crate) first: &'a First,
    /// Those that carry a token.
    pub tokens: Vec<TokenArg>,
    /// The UUID behind its embed id, if that is a real one.
    pub embed_uuid: Option<Uuid>,
    /// The number of its embed's entry in the map.
    pub entry: Option<usize>,
    /// What came of verifying its signature, or its token's.
    pub signature: Signature,
    /// What the rules say, in the order of the places.
    pub findings: &'a mut Findings,
    /// The most that is lost with a parameter.
    pub lost: Lost,
    /// The menu position that the new URL needs to look like the old one, if no parameter says it.
    pub added_position: Option<&'static str>,
}

impl Judgement<'_> {
    /// Can it be moved? An error stands in the way, so this is asked after the policy has spoken.
    pub fn verdict(&self) -> Verdict {
        match self.kind {
            Kind::Malformed => Verdict::Blocked,
            Kind::LegacySigned if self.is_blocked() => Verdict::Blocked,
            Kind::LegacySigned if self.lost > Lost::Nothing => Verdict::Lossy,
            Kind::LegacySigned => Verdict::Lossless,
            Kind::LegacyEmbed | Kind::PublicEmbed | Kind::Jwt | Kind::Other => Verdict::None,
        }
    }

    /// Whether it is a token without a URL around it.
    pub fn is_bare_token(&self) -> bool {
        self.kind == Kind::Jwt && self.args.is_empty()
    }

    /// Whether one of the findings is an error.
    pub fn is_blocked(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// The first parameter of this row that has a value.
    pub fn get(&self, id: Id) -> Option<&Arg> {
        let index = *self.first.get(id as usize)?;
        if index == ABSENT { None } else { self.args.get(index as usize) }
    }

    /// The decoded value of one of its parameters.
    pub fn value(&self, arg: &Arg) -> &[u8] {
        self.url.as_ref().map_or(&[], |url| arg.value(url))
    }

    /// The bytes of the URL in a span.
    pub fn bytes(&self, span: Span) -> &[u8] {
        self.url.as_ref().map_or(&[], |url| span.of(url.bytes))
    }

    /// The embed id in the path.
    pub fn embed_id(&self) -> Option<&[u8]> {
        self.place.embed_id().map(|span| self.bytes(span))
    }
}

/// Judges one URL: reads it, and has the rules look at it.
pub fn judge<'a>(
    bytes: &'a [u8],
    context: &Context<'_>,
    scratch: &'a mut Scratch,
) -> Judgement<'a> {
    let Scratch { shelf, findings } = scratch;
    shelf.clear();
    let draft = Draft::read(bytes, context, shelf);
    draft.check(shelf, context, findings)
}
