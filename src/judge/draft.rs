//! Reading a URL: what it is, the rows of its parameters, its signature, and the plan. Rules look at it afterwards.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use super::{HOST, Judgement, plan, token};
use crate::dialect::escape::append_decoded;
use crate::dialect::id::{IdKey, embed_uuid};
use crate::dialect::legacy;
use crate::dialect::params::{COUNT, Id};
use crate::dialect::path::Place;
use crate::dialect::span::Span;
use crate::dialect::url::{Colon, Param, Url};
use crate::rule::{
    ABSENT, Arg, Context, EmbedStatus, Finding, Findings, First, Kind, Lost, Outcome, Reason,
    Signature, TokenArg, Traits, View,
};
use crate::rules;

use uuid::Uuid;
use zeroize::Zeroizing;

/// The parameters of URLs that were read, one after the other.
#[derive(Debug, Default)]
pub struct Shelf {
    params: Vec<Param>,
    args: Vec<Arg>,
    hashes: Vec<u32>,
    /// Of each URL with parameters the first of each row.
    firsts: Vec<First>,
    /// The values that are written with escapes; they may hold tokens.
    decoded: Zeroizing<Vec<u8>>,
}

impl Shelf {
    /// Forgets all URLs.
    pub fn clear(&mut self) {
        self.args.clear();
        self.firsts.clear();
        self.decoded.clear();
    }

    /// The arrays of `first` of a URL without parameters.
    fn first(&self, number: usize) -> &First {
        static NONE: First = [ABSENT; COUNT];
        self.firsts.get(number).unwrap_or(&NONE)
    }
}

/// A URL that was read, and whose findings are still to come.
#[derive(Debug)]
pub struct Draft<'a> {
    pub(super) url: Option<Url<'a>>,
    pub(super) kind: Kind,
    pub(super) place: Place,
    /// Its parameters on the shelf.
    args: Range<usize>,
    /// The number of its array on the shelf.
    first: usize,
    pub(super) tokens: Vec<TokenArg>,
    embed_uuid: Option<Uuid>,
    entry: Option<usize>,
    embed: EmbedStatus,
    traits: Traits,
    pub(super) signature: Signature,
    appended: bool,
    lost: Lost,
    added_position: Option<&'static str>,
    /// Why it cannot be read.
    problem: Option<Finding>,
    /// Whether it is a token without a URL around it.
    pub(super) is_bare: bool,
}

impl<'a> Draft<'a> {
    /// Reads one URL. Its parameters are added to the shelf, which [`Draft::check`] must be given again.
    pub fn read(bytes: &'a [u8], context: &Context<'_>, shelf: &mut Shelf) -> Self {
        let start = shelf.args.len();
        let mut draft = Self::malformed(start, None);
        let url = match Url::parse(bytes, &mut shelf.params) {
            Ok(url) => url,
            Err(error) => {
                draft.problem = Some(rules::malformed(error));
                return draft;
            }
        };
        draft.url = Some(url);
        if !url.is_web() || !is_sigma(url.host(), context.hosts) {
            draft.kind = Kind::Other;
            return draft;
        }
        draft.place = Place::of(bytes, url.path);
        draft.first = shelf.firsts.len();
        let first = resolve(&url, context, shelf);
        shelf.firsts.push(first);
        draft.args = start..shelf.args.len();
        let url = Url { decoded: &shelf.decoded, ..url };
        let args = shelf.args.get_mut(start..).unwrap_or_default();
        draft.tokens = token::tokens(args, draft.place, bytes, context);
        draft.classify(&url, args, context);
        let number = |id: Id| first.get(id as usize).filter(|n| **n != ABSENT).map(|n| *n as usize);
        draft.added_position = plan::decide(&url, draft.kind, context, args, number);
        for arg in args.iter() {
            draft.traits.add(arg);
        }
        draft.lost = args.iter().map(|arg| arg.outcome.lost()).max().unwrap_or(Lost::Nothing);
        match draft.kind {
            Kind::LegacySigned => {
                (draft.signature, draft.appended) = verify(&url, args, &first, context);
            }
            Kind::Jwt => draft.signature = token::of_all(&draft.tokens),
            _ => {}
        }
        draft
    }

    /// A row whose content could not be had.
    pub fn unreadable(problem: String) -> Self {
        Self::malformed(0, Some(rules::unreadable(Span::default(), problem, "")))
    }

    /// Nothing is known of the row but the problem.
    pub(super) fn malformed(at: usize, problem: Option<Finding>) -> Self {
        Self {
            url: None,
            kind: Kind::Malformed,
            place: Place::Other,
            args: at..at,
            first: usize::MAX,
            tokens: Vec::new(),
            embed_uuid: None,
            entry: None,
            embed: EmbedStatus::NotAsked,
            traits: Traits::default(),
            signature: Signature::NotVerified,
            appended: false,
            lost: Lost::Nothing,
            added_position: None,
            problem,
            is_bare: false,
        }
    }

    /// What it is, by its path, its parameters, its tokens and the map.
    fn classify(&mut self, url: &Url<'_>, args: &[Arg], context: &Context<'_>) {
        let signed = args.iter().any(|arg| arg.row.signs);
        self.kind = match self.place {
            _ if !self.tokens.is_empty() => Kind::Jwt,
            Place::BrokenEmbed { at } => {
                self.problem = Some(broken_path(at, url.path));
                Kind::Malformed
            }
            Place::Embed { id, workbook, .. } => {
                let id = id.of(url.bytes);
                self.embed_uuid = embed_uuid(id);
                if let Some(embeds) = context.embeds {
                    self.entry =
                        embeds.entry(&self.embed_uuid.map_or_else(|| IdKey::of(id), IdKey::Uuid));
                    self.embed = embeds.status(self.entry, workbook.is_some());
                }
                match self.embed {
                    EmbedStatus::Public => Kind::PublicEmbed,
                    _ if signed => Kind::LegacySigned,
                    _ => Kind::LegacyEmbed,
                }
            }
            Place::Workbook { .. } if signed => Kind::LegacySigned,
            Place::DataModel | Place::Ask | Place::Other if signed => {
                self.problem = Some(lost_path(url.path));
                Kind::Malformed
            }
            Place::Workbook { .. } | Place::DataModel | Place::Ask | Place::Other => Kind::Other,
        };
    }

    /// Its parameters.
    pub(super) fn args<'s>(&self, shelf: &'s Shelf) -> &'s [Arg] {
        shelf.args.get(self.args.clone()).unwrap_or_default()
    }

    /// The first of them of each row.
    pub(super) fn first<'s>(&self, shelf: &'s Shelf) -> &'s First {
        shelf.first(self.first)
    }

    /// The URL with the decoded values of its parameters.
    pub(super) fn url<'s>(&self, shelf: &'s Shelf) -> Option<Url<'s>>
    where
        'a: 's,
    {
        self.url.map(|url| Url { decoded: &shelf.decoded, ..url })
    }

    /// Has the rules look at it. `findings` is emptied and filled.
    pub fn check(
        self,
        shelf: &'a Shelf,
        context: &Context<'_>,
        findings: &'a mut Findings,
    ) -> Judgement<'a> {
        findings.clear();
        let args = self.args(shelf);
        let first = self.first(shelf);
        let url = self.url(shelf);
        findings.extend(self.problem);
        // What is on another host is nobody's business here.
        if let Some(url) = url.as_ref().filter(|_| self.kind != Kind::Other) {
            let view = View {
                url,
                kind: self.kind,
                place: self.place,
                args,
                first,
                tokens: &self.tokens,
                embed_uuid: self.embed_uuid,
                embed: self.embed,
                traits: self.traits,
                signature: self.signature,
                appended: self.appended,
                added_position: self.added_position,
                context,
            };
            if self.is_bare {
                rules::check_tokens(&view, findings);
            } else {
                rules::check(&view, findings);
            }
        }
        Judgement {
            url,
            kind: self.kind,
            place: self.place,
            args,
            first,
            tokens: self.tokens,
            embed_uuid: self.embed_uuid,
            entry: self.entry,
            signature: self.signature,
            findings,
            lost: self.lost,
            added_position: self.added_position,
        }
    }
}

/// The finding for parameters of an embed on a path of Sigma's host that leads to no embed.
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

/// Puts every parameter on the shelf with its row and its decoded value, and finds repetitions. The first of each row that has
/// a value.
fn resolve(url: &Url<'_>, context: &Context<'_>, shelf: &mut Shelf) -> First {
    let Shelf { params, args, hashes, decoded, .. } = shelf;
    hashes.clear();
    let (mut seen, mut first) = ([ABSENT; COUNT], [ABSENT; COUNT]);
    let mut names: HashMap<(bool, Cow<'_, [u8]>), u32> = HashMap::new();
    let start = args.len();
    for param in &*params {
        if param.key.is_empty() && !param.has_equals {
            continue;
        }
        let colon = param.colon != Colon::None;
        let mut arg = Arg {
            index: args.len() - start,
            param: *param,
            row: Id::Control.row(),
            earlier: None,
            decoded: Span::default(),
            outcome: Outcome::Drop(Reason::Unknown),
        };
        if colon {
            arg.row = context.lookup(&arg.name(url.bytes));
        }
        if param.value_escaped {
            let start = decoded.len();
            append_decoded(param.value.of(url.bytes), arg.row.plus, decoded);
            arg.decoded = Span::new(start, decoded.len());
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
            arg.earlier = args
                .iter()
                .skip(start)
                .zip(&*hashes)
                .position(same)
                .and_then(|n| u32::try_from(n).ok());
            hashes.push(hash);
        } else {
            if names.is_empty() {
                for (n, other) in
                    (0u32..).zip(args.iter().skip(start)).filter(|(_, o)| o.row.is_pattern())
                {
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
    first
}

/// FNV-1a: short names, and only those of one URL are compared.
fn hash(name: &[u8]) -> u32 {
    name.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// What came of verifying, and whether a good signature has claims behind it: those it does not cover, so the URL as a
/// whole is not proved.
fn verify(url: &Url<'_>, args: &[Arg], first: &First, context: &Context<'_>) -> (Signature, bool) {
    let get = |id: Id| first.get(id as usize).and_then(|n| args.get(*n as usize));
    let (Some(keys), Some(signature), Some(client)) =
        (context.keys, get(Id::Signature), get(Id::ClientId))
    else {
        return (Signature::NotVerified, false);
    };
    let appended = || args.iter().any(|arg| arg.is_appended(signature));
    match keys.key(client.value(url)) {
        None => (Signature::NotVerified, false),
        Some(key) if !legacy::verify(url, &signature.param, key) => (Signature::Mismatch, false),
        Some(_) if appended() => (Signature::Mismatch, true),
        Some(_) => (Signature::Verified, false),
    }
}
