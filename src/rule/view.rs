//! What a rule gets to see: one URL, its parameters' rows, and what is known beside it.

use std::borrow::Cow;

use super::outcome::Outcome;
use crate::dialect::escape::{Plus, decode};
use crate::dialect::id::IdKey;
use crate::dialect::key::HmacKey;
use crate::dialect::oauth::Encrypt;
use crate::dialect::overlay::Overlay;
use crate::dialect::params::{COUNT, Fate, Id, Parameter, lookup};
use crate::dialect::path::Place;
use crate::dialect::reading::Reading;
use crate::dialect::span::Span;
use crate::dialect::url::{Param, Url};
use crate::dialect::values::teams;

use uuid::Uuid;

/// What a URL is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The deprecated dialect, with a user.
    LegacySigned,
    /// The deprecated path without a user: a public embed or a base path, which of them only the map tells.
    LegacyEmbed,
    /// The same, and the map says that it is public.
    PublicEmbed,
    /// It carries a token.
    Jwt,
    /// Another page, another host.
    Other,
    /// It cannot be read.
    Malformed,
}

impl Kind {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::LegacySigned => "legacy-signed",
            Self::LegacyEmbed => "legacy-embed",
            Self::PublicEmbed => "public-embed",
            Self::Jwt => "jwt",
            Self::Other => "other",
            Self::Malformed => "malformed",
        }
    }
}

/// What the embed map says of an embed id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbedStatus {
    /// There is no map, or none is asked.
    NotAsked,
    /// The map does not know it, or names no workbook for it.
    Unmapped,
    /// A workbook replaces it, but its organisation is not known.
    NoOrganization,
    /// A workbook replaces it.
    Mapped,
    /// A public embed.
    Public,
}

/// Who knows embed ids.
pub trait Embeds: Sync {
    /// The number of an embed's entry in the map: looking it up costs more than all that is asked of it.
    fn entry(&self, embed: &IdKey<'_>) -> Option<usize>;
    /// What becomes of an embed with this entry. `names_workbook` is whether the path of its URL names one.
    fn status(&self, entry: Option<usize>, names_workbook: bool) -> EmbedStatus;
}

/// Who knows the keys of client ids.
pub trait Keys: Sync {
    /// The key a client id signs with, if its secret is at hand.
    fn key(&self, client_id: &[u8]) -> Option<&HmacKey>;
    /// Whether this client id can be given a token: `false` is an error of the row.
    fn can_sign(&self, client_id: &[u8]) -> bool;
}

/// What came of verifying the signature of a URL or a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// No secret at hand, or no signature.
    NotVerified,
    /// It is that of the URL's bytes, and nothing that becomes a claim was appended behind it.
    Verified,
    /// It is not, or a claim was appended.
    Mismatch,
}

impl Signature {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotVerified => "not-verified",
            Self::Verified => "verified",
            Self::Mismatch => "mismatch",
        }
    }
}

/// Whose token it is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserKind {
    /// A user who exists for the embed.
    Embed,
    /// A user of the organisation: teams, attributes and account type are their own.
    Internal,
}

/// What is known beside the URL: the same for all URLs of a run.
#[derive(Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Context<'a> {
    /// Hosts of Sigma beside `app.sigmacomputing.com`, in lower case.
    pub hosts: &'a [String],
    /// What the configuration changes in the parameter table.
    pub parameters: Option<&'a Overlay>,
    /// The embed map.
    pub embeds: Option<&'a dyn Embeds>,
    /// The keys of the client ids.
    pub keys: Option<&'a dyn Keys>,
    /// The clock, in seconds since 1970. Without one nothing is expired.
    pub now: Option<u64>,
    /// Whether every URL is meant as it stands, like a row of a list; in a file a token may be yet to be put in.
    pub whole: bool,
    /// Whether the URL is to be converted: then what stops that is a finding too.
    pub converting: bool,
    /// Whether files are to be fixed: then an embed path without a user is meant to become a workbook's.
    pub fixing: bool,
    /// Whether URLs are to be converted that nothing proves.
    pub trust_input: bool,
    /// Whether the client id is given from outside.
    pub client_id_given: bool,
    /// Whether the account type of URLs without one is given from outside.
    pub account_type_given: bool,
    /// Whether the token's id is made from the nonce.
    pub nonce_needed: bool,
    /// The session length in seconds, if it is given from outside.
    pub lifetime: Option<u64>,
    /// Whether tokens begin at the URL's `:time`, not when they are made.
    pub issued_at_url: bool,
    /// Whose tokens they are to be.
    pub user: UserKind,
    /// Whether unknown parameters are kept.
    pub keep_unknown: bool,
    /// Whether defaults that differ between the dialects are written out.
    pub preserve_defaults: bool,
    /// Which OAuth tokens are to be encrypted.
    pub encrypt_oauth_token: Encrypt,
}

impl Context<'_> {
    /// Nothing known: judging for its own sake.
    pub fn none() -> Self {
        Self {
            hosts: &[],
            parameters: None,
            embeds: None,
            keys: None,
            now: None,
            whole: false,
            converting: false,
            fixing: false,
            trust_input: false,
            client_id_given: false,
            account_type_given: false,
            nonce_needed: false,
            lifetime: None,
            issued_at_url: false,
            user: UserKind::Embed,
            keep_unknown: false,
            preserve_defaults: true,
            encrypt_oauth_token: Encrypt::Never,
        }
    }

    /// The row of a decoded name without its colon.
    pub fn lookup(&self, name: &[u8]) -> &'static Parameter {
        self.parameters.and_then(|rows| rows.get(name)).unwrap_or_else(|| lookup(name))
    }
}

/// One parameter with its row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Arg {
    /// Its number in the URL.
    pub index: usize,
    /// Its spans.
    pub param: Param,
    /// Its row; that of `Control` for a key without a colon.
    pub row: &'static Parameter,
    /// Number of the first parameter of the same name, if this is not it.
    pub earlier: Option<u32>,
    /// Where its decoded value is, if it is written with escapes.
    pub(crate) decoded: Span,
    /// What becomes of it.
    pub outcome: Outcome,
}

impl Arg {
    /// Its name, decoded, without the colon.
    pub fn name<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let raw = self.param.name.of(bytes);
        if self.param.name_escaped { decode(raw, Plus::Space) } else { Cow::Borrowed(raw) }
    }

    /// Whether it has the same decoded name as another.
    pub fn has_name_of(&self, other: &Self, bytes: &[u8]) -> bool {
        if self.param.name_escaped || other.param.name_escaped {
            self.name(bytes) == other.name(bytes)
        } else {
            self.param.name.of(bytes) == other.param.name.of(bytes)
        }
    }

    /// Its name as text for a person; bytes that are not UTF-8 are replaced.
    pub fn shown_name<'a>(&self, bytes: &'a [u8]) -> Cow<'a, str> {
        match self.name(bytes) {
            Cow::Borrowed(name) => String::from_utf8_lossy(name),
            Cow::Owned(name) => Cow::Owned(String::from_utf8_lossy(&name).into_owned()),
        }
    }

    /// Its value, decoded as its row demands.
    pub fn value<'a>(&self, url: &Url<'a>) -> &'a [u8] {
        if self.param.value_escaped {
            self.decoded.of(url.decoded)
        } else {
            self.param.value.of(url.bytes)
        }
    }

    /// Its value as text, if it is UTF-8.
    pub fn text<'a>(&self, url: &Url<'a>) -> Option<&'a str> {
        if self.param.value_escaped {
            str::from_utf8(self.value(url)).ok()
        } else {
            Some(self.param.value.of_text(url.text))
        }
    }

    /// Whether it becomes a part of the token although it comes after the signature, which does not cover it.
    pub fn is_appended(&self, signature: &Self) -> bool {
        self.index > signature.index && self.row.fate.is_signed()
    }
}

/// A parameter that carries a token, or is meant to.
#[derive(Debug)]
pub struct TokenArg {
    /// The parameter.
    pub arg: Arg,
    /// What it holds.
    pub reading: Reading,
    /// What came of verifying it.
    pub signature: Signature,
}

/// What only some parameters have, and rules look for: most URLs have none that does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// Another parameter of the URL has its name, or may make the same claim.
    Doubled = 1,
    /// Its fate is unknown or unsupported.
    Uncarried = 2,
    /// Sigma's newest table does not list it.
    Undocumented = 4,
}

/// A set of traits.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Traits(u8);

impl Traits {
    /// Adds those of a parameter.
    pub(crate) fn add(&mut self, arg: &Arg) {
        let doubled = arg.earlier.is_some() || matches!(arg.row.id, Id::Teams | Id::UserAttributes);
        let uncarried = matches!(arg.row.fate, Fate::Unknown | Fate::Unsupported);
        self.0 |= u8::from(doubled) * Trait::Doubled as u8;
        self.0 |= u8::from(uncarried) * Trait::Uncarried as u8;
        self.0 |= u8::from(arg.row.undocumented) * Trait::Undocumented as u8;
    }

    /// Whether a parameter has this one.
    pub(crate) fn has(self, one: Trait) -> bool {
        self.0 & one as u8 != 0
    }
}

/// Number of a parameter that is not there.
pub(crate) const ABSENT: u32 = u32::MAX;

/// Number of the first parameter of each row that has a value.
pub(crate) type First = [u32; COUNT];

/// Everything a rule sees of one URL.
pub struct View<'a> {
    /// The URL.
    pub url: &'a Url<'a>,
    /// What it is.
    pub kind: Kind,
    /// Where its path leads.
    pub place: Place,
    /// Its parameters.
    pub args: &'a [Arg],
    /// Number of the first parameter of each row that has a value.
    pub(crate) first: &'a First,
    /// Those that carry a token.
    pub tokens: &'a [TokenArg],
    /// The UUID behind its embed id, if that is a real one.
    pub embed_uuid: Option<Uuid>,
    /// What the map says.
    pub embed: EmbedStatus,
    /// What some of its parameters have.
    pub(crate) traits: Traits,
    /// What came of verifying its signature.
    pub signature: Signature,
    /// Whether the signature fits, but a claim was appended behind it.
    pub appended: bool,
    /// The menu position that the new URL needs to look like the old one, if no parameter says it.
    pub added_position: Option<&'static str>,
    /// What is known beside it.
    pub context: &'a Context<'a>,
}

impl<'a> View<'a> {
    /// The first parameter of this row that has a value: an empty one counts as absent.
    pub fn get(&self, id: Id) -> Option<&'a Arg> {
        let index = *self.first.get(id as usize)?;
        if index == ABSENT { None } else { self.args.get(index as usize) }
    }

    /// Whether this parameter has exactly this decoded value.
    pub fn is(&self, id: Id, value: &str) -> bool {
        self.get(id).is_some_and(|arg| arg.value(self.url) == value.as_bytes())
    }

    /// The bytes of a span.
    pub fn bytes(&self, span: Span) -> &'a [u8] {
        span.of(self.url.bytes)
    }

    /// Scheme to path: where a finding about the whole URL stands.
    pub fn base(&self) -> Span {
        Span { start: 0, end: self.url.path.end }
    }

    /// Whether one of the parameters that name a team names one; one that cannot be read is told by itself.
    pub fn names_a_team(&self) -> bool {
        let named = self.get(Id::ExternalUserTeam).or_else(|| self.get(Id::Teams));
        let names_one = |arg: &Arg| match teams(arg.value(self.url)) {
            Ok(names) => !names.is_empty(),
            Err(_) => true,
        };
        named.is_some_and(names_one)
    }
}
