//! A URL and what is known beside it become a judgement: kind, fates, findings, verdict.

mod plan;
pub mod run;
pub mod step;
mod token;

pub use step::{Explain, Step};
pub use token::{is_bare_token, judge_token};

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::dialect::id::embed_uuid;
use crate::dialect::legacy;
use crate::dialect::params::{COUNT, Id};
use crate::dialect::path::Place;
use crate::dialect::span::Span;
use crate::dialect::url::{Colon, Param, Url};
use crate::rule::{
    ABSENT, Arg, Context, EmbedStatus, Finding, Findings, Kind, Lost, Outcome, Reason, Severity,
    Signature, TokenArg, View,
};
use crate::rules;

use uuid::Uuid;

/// The host that is always one of Sigma's.
pub const HOST: &[u8] = b"app.sigmacomputing.com";

/// Whether a URL can be moved to the new dialect, and at what price.
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
    params: Vec<Param>,
    args: Vec<Arg>,
    hashes: Vec<u32>,
    findings: Findings,
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
    pub(crate) first: [u32; COUNT],
    /// Those that carry a token.
    pub tokens: Vec<TokenArg>,
    /// What came of verifying its signature, or its token's.
    pub signature: Signature,
    /// What the rules say, in the order of the places.
    pub findings: &'a mut Findings,
    /// The most that is lost with a parameter.
    pub lost: Lost,
    /// The menu position that the new URL needs to look like the old one, if no parameter says it.
    pub added_position: Option<&'static str>,
}

impl<'a> Judgement<'a> {
    /// Nothing is known of the row but what `findings` say.
    fn malformed(findings: &'a mut Findings) -> Self {
        Self {
            url: None,
            kind: Kind::Malformed,
            place: Place::Other,
            args: &[],
            first: [ABSENT; COUNT],
            tokens: Vec::new(),
            signature: Signature::NotVerified,
            findings,
            lost: Lost::Nothing,
            added_position: None,
        }
    }

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

    /// The bytes of the URL in a span.
    pub fn bytes(&self, span: Span) -> &[u8] {
        self.url.as_ref().map_or(&[], |url| span.of(url.bytes))
    }

    /// The embed id in the path.
    pub fn embed_id(&self) -> Option<&[u8]> {
        self.place.embed_id().map(|span| self.bytes(span))
    }

    /// The UUID behind the embed id, if it is a real one.
    pub fn embed_uuid(&self) -> Option<Uuid> {
        embed_uuid(self.embed_id()?)
    }
}

/// Judges one URL.
pub fn judge<'a>(
    bytes: &'a [u8],
    context: &Context<'_>,
    scratch: &'a mut Scratch,
) -> Judgement<'a> {
    let Scratch { params, args, hashes, findings } = scratch;
    findings.clear();
    args.clear();
    let mut judgement = Judgement::malformed(findings);
    let url = match Url::parse(bytes, params) {
        Ok(url) => url,
        Err(error) => {
            judgement.findings.push(rules::malformed(error));
            return judgement;
        }
    };
    if !url.is_web() || !is_sigma(url.host(), context.hosts) {
        judgement.kind = Kind::Other;
        judgement.url = Some(url);
        return judgement;
    }
    judgement.place = Place::of(bytes, url.path);
    resolve(&url, context, args, hashes, &mut judgement.first);
    let signed = args.iter().any(|arg| arg.row.signs);
    let mut embed = EmbedStatus::NotAsked;
    judgement.tokens = token::tokens(args, judgement.place, bytes, context);
    judgement.kind = match judgement.place {
        _ if !judgement.tokens.is_empty() => Kind::Jwt,
        Place::BrokenEmbed { at } => {
            judgement.findings.push(broken_path(at, url.path));
            Kind::Malformed
        }
        Place::Embed { id, workbook, .. } => {
            if let Some(embeds) = context.embeds {
                embed = embeds.status(id.of(bytes), workbook.is_some());
            }
            match embed {
                EmbedStatus::Public => Kind::PublicEmbed,
                _ if signed => Kind::LegacySigned,
                _ => Kind::LegacyEmbed,
            }
        }
        Place::Workbook { .. } if signed => Kind::LegacySigned,
        Place::DataModel | Place::Ask | Place::Other if signed => {
            judgement.findings.push(lost_path(url.path));
            Kind::Malformed
        }
        Place::Workbook { .. } | Place::DataModel | Place::Ask | Place::Other => Kind::Other,
    };
    let first = judgement.first;
    let number = |id: Id| first.get(id as usize).filter(|n| **n != ABSENT).map(|n| *n as usize);
    judgement.added_position = plan::decide(&url, judgement.kind, context, args, number);
    judgement.lost = args.iter().map(|arg| arg.outcome.lost()).max().unwrap_or(Lost::Nothing);
    judgement.args = args;
    let mut appended = false;
    if judgement.kind == Kind::LegacySigned {
        (judgement.signature, appended) = verify(&url, &judgement, context);
    }
    if judgement.kind == Kind::Jwt {
        judgement.signature = token::of_all(&judgement.tokens);
    }
    let view = View {
        url: &url,
        kind: judgement.kind,
        place: judgement.place,
        args: judgement.args,
        first: &judgement.first,
        tokens: &judgement.tokens,
        embed,
        signature: judgement.signature,
        appended,
        added_position: judgement.added_position,
        context,
    };
    rules::check(&view, judgement.findings);
    judgement.url = Some(url);
    judgement
}

/// The judgement of a row whose content could not be had.
pub fn unreadable(problem: String, scratch: &mut Scratch) -> Judgement<'_> {
    let Scratch { findings, .. } = scratch;
    findings.clear();
    findings.push(rules::unreadable(Span::default(), problem, ""));
    Judgement::malformed(findings)
}

/// The finding for parameters of an embed on a path of Sigma's host that is none of an embed.
fn lost_path(path: Span) -> Finding {
    let message = "the parameters of a signed embed URL on a path that leads to no embed";
    rules::unreadable(path, message, "write `/embed/<embedId>`")
}

/// The finding for an embed path that leads nowhere.
fn broken_path(at: Span, path: Span) -> Finding {
    if at == path {
        rules::unreadable(at, "an `/embed` path without an id", "write `/embed/<embedId>`")
    } else {
        rules::unreadable(
            at,
            "a part that an `/embed` path does not have",
            "the path is `/embed/<embedId>[/tag/<tag>][/workbook/<name>-<Id>[/edit]]`",
        )
    }
}

/// Whether a host is one of Sigma's, whatever its case and with or without the final dot.
fn is_sigma(host: &[u8], hosts: &[String]) -> bool {
    let host = host.strip_suffix(b".").unwrap_or(host);
    host.eq_ignore_ascii_case(HOST)
        || hosts.iter().any(|other| host.eq_ignore_ascii_case(other.as_bytes()))
}

/// Repetitions are looked for by comparing up to this many names; beyond it by hashing, since rows may be hostile.
const FEW: usize = 32;

/// Gives every parameter its row, and finds repetitions.
fn resolve(
    url: &Url<'_>,
    context: &Context<'_>,
    args: &mut Vec<Arg>,
    hashes: &mut Vec<u32>,
    first: &mut [u32; COUNT],
) {
    hashes.clear();
    let mut seen = [ABSENT; COUNT];
    let mut names: HashMap<(bool, Cow<'_, [u8]>), u32> = HashMap::new();
    for param in url.params {
        if param.key.is_empty() && !param.has_equals {
            continue;
        }
        let colon = param.colon != Colon::None;
        let mut arg = Arg {
            index: args.len(),
            param: *param,
            row: Id::Control.row(),
            earlier: None,
            outcome: Outcome::Drop(Reason::Unknown),
        };
        if colon {
            arg.row = context.lookup(&arg.name(url.bytes));
        }
        let number = u32::try_from(arg.index).unwrap_or(u32::MAX);
        if !arg.row.is_pattern() {
            arg.earlier = seen.get(arg.row.id as usize).copied().filter(|&n| n != ABSENT);
        } else if arg.index < FEW {
            // Most names differ; their hashes say so without decoding them again.
            let hash = hash(&arg.name(url.bytes));
            hashes.resize(arg.index, 0);
            let same = |(other, &known): (&Arg, &u32)| {
                known == hash && other.row.id == arg.row.id && other.has_name_of(&arg, url.bytes)
            };
            arg.earlier =
                args.iter().zip(&*hashes).position(same).and_then(|n| u32::try_from(n).ok());
            hashes.push(hash);
        } else {
            if names.is_empty() {
                for (n, other) in (0u32..).zip(args.iter()).filter(|(_, o)| o.row.is_pattern()) {
                    let colon = other.param.colon != Colon::None;
                    names.entry((colon, other.name(url.bytes))).or_insert(n);
                }
            }
            match names.entry((colon, arg.name(url.bytes))) {
                Entry::Occupied(entry) => {
                    arg.earlier = Some(*entry.get());
                }
                Entry::Vacant(entry) => {
                    entry.insert(number);
                }
            }
        }
        let row = arg.row.id as usize;
        if let Some(slot) = seen.get_mut(row).filter(|slot| **slot == ABSENT) {
            *slot = number;
        }
        if !arg.param.value.is_empty()
            && let Some(slot) = first.get_mut(row).filter(|slot| **slot == ABSENT)
        {
            *slot = number;
        }
        args.push(arg);
    }
}

/// FNV-1a: short names, and only those of one URL are compared.
fn hash(name: &[u8]) -> u32 {
    name.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// What came of verifying, and whether a good signature has claims behind it: those it does not cover, so the URL as a
/// whole is not proved.
fn verify(url: &Url<'_>, judgement: &Judgement<'_>, context: &Context<'_>) -> (Signature, bool) {
    let (Some(keys), Some(signature), Some(client)) =
        (context.keys, judgement.get(Id::Signature), judgement.get(Id::ClientId))
    else {
        return (Signature::NotVerified, false);
    };
    let appended = || judgement.args.iter().any(|arg| arg.is_appended(signature));
    match keys.key(&client.value(url.bytes)) {
        None => (Signature::NotVerified, false),
        Some(key) if !legacy::verify(url, &signature.param, key) => (Signature::Mismatch, false),
        Some(_) if appended() => (Signature::Mismatch, true),
        Some(_) => (Signature::Verified, false),
    }
}
