//! The plan: what becomes of every parameter of a URL, decided once.

use crate::dialect::claims::NOT_INTERNAL;
use crate::dialect::params::{Fate, Id, Loss, Parameter};
use crate::dialect::url::Url;
use crate::rule::{Arg, Context, Kind, Outcome, Reason, Replacement, UserKind};

/// The old default of the menu's position, which is another one in the new dialect.
const OLD_POSITION: &str = "bottom";

/// Decides what becomes of the parameters, and gives the menu position that the new URL needs beside them.
///
/// `first` gives the number of the first parameter of a row that has a value.
pub(super) fn decide(
    url: &Url<'_>,
    kind: Kind,
    context: &Context<'_>,
    args: &mut [Arg],
    first: impl Fn(Id) -> Option<usize>,
) -> Option<&'static str> {
    let has_position = first(Id::MenuPosition).is_some();
    // A URL of the new dialect has its defaults, and its token is an unknown parameter of the old one.
    let is_new = kind == Kind::Jwt;
    let keep_unknown = context.keep_unknown && !is_new;
    let mut replaced = 0_usize;
    for n in 0..args.len() {
        let (before, rest) = args.split_at_mut(n);
        let Some((arg, _)) = rest.split_first_mut() else { break };
        let row = arg.row;
        // Most rows ask for no value, and it may have to be decoded.
        let asks =
            row.fate == Fate::Replaced || (row.loss != Loss::None && row.fate != Fate::Unknown);
        let alone =
            if asks { Outcome::of(row, Some(arg.value(url))) } else { Outcome::of(row, None) };
        arg.outcome = match alone {
            Outcome::Claim if is_barred(row, context) => Outcome::Drop(Reason::Internal),
            Outcome::Claim if is_outvoted(arg, &first) => Outcome::Drop(Reason::Outvoted),
            Outcome::Drop(Reason::Unknown) if keep_unknown && !repeats(url, before, arg) => {
                Outcome::Keep { removable: false }
            }
            Outcome::Drop(Reason::Unknown) if keep_unknown => Outcome::Drop(Reason::Redundant),
            Outcome::Keep { .. } if is_redundant(url, before, arg) => {
                Outcome::Drop(Reason::Redundant)
            }
            other => other,
        };
        replaced += usize::from(matches!(arg.outcome, Outcome::Replace(_)));
    }
    if replaced > 0 {
        settle(args, has_position);
    }
    let is_placed = has_position
        || is_new
        || first(Id::ShowFooter).is_some()
        || args.iter().any(|arg| arg.outcome.is_position());
    let is_kept = || context.lookup(Id::MenuPosition.row().name.as_bytes()).fate == Fate::Kept;
    (context.preserve_defaults && !is_placed && is_kept()).then_some(OLD_POSITION)
}

/// Whether the claim must not be in the token of the user that the run is about.
fn is_barred(row: &Parameter, context: &Context<'_>) -> bool {
    context.user == UserKind::Internal
        && row.fate == Fate::Claim
        && row.target.is_some_and(|target| NOT_INTERNAL.contains(&target))
}

/// Whether another parameter makes the claim: the first of the name with a value, or `:external_user_team` beside `:teams`.
fn is_outvoted(arg: &Arg, first: impl Fn(Id) -> Option<usize>) -> bool {
    let maker = if arg.row.is_pattern() {
        arg.earlier.map(|earlier| earlier as usize)
    } else {
        first(arg.row.id)
    };
    maker.is_some_and(|maker| maker != arg.index)
        || (arg.row.id == Id::Teams && first(Id::ExternalUserTeam).is_some())
}

/// Whether a kept parameter is written anyway, or says nothing: every JWT-signed URL has `:embed`, and an empty menu position
/// is none.
fn is_redundant(url: &Url<'_>, before: &[Arg], arg: &Arg) -> bool {
    arg.row.id == Id::Embed
        || (arg.row.id == Id::MenuPosition && arg.param.value.is_empty())
        || repeats(url, before, arg)
}

/// Whether the first parameter of this name is the same to the byte. One that is only spelt otherwise stays: which of
/// the spellings Sigma reads is not for us to say.
fn repeats(url: &Url<'_>, before: &[Arg], arg: &Arg) -> bool {
    let first = arg.earlier.and_then(|earlier| before.get(earlier as usize));
    first.is_some_and(|first| {
        first.param.name.of(url.bytes) == arg.param.name.of(url.bytes)
            && first.param.value.of(url.bytes) == arg.param.value.of(url.bytes)
    })
}

/// Of several that become the same parameter the first is taken, and none if the URL has that parameter.
fn settle(args: &mut [Arg], has_position: bool) {
    let mut seen: Vec<&str> = Vec::new();
    for n in 0..args.len() {
        let Some(target) = args.get(n).and_then(target) else { continue };
        let is_kept = |other: &Arg| {
            other.row.name == target
                && other.row.fate == Fate::Kept
                && !other.param.value.is_empty()
        };
        let is_there = seen.contains(&target)
            || (has_position && target == Id::MenuPosition.row().name)
            || args.iter().any(is_kept);
        // Not asked again: a hostile URL has many of one name.
        if !seen.contains(&target) {
            seen.push(target);
        }
        if let Some(arg) = args.get_mut(n).filter(|_| is_there) {
            arg.outcome = Outcome::Drop(Reason::Redundant);
        }
    }
}

/// The parameter that takes the place of this one.
fn target(arg: &Arg) -> Option<&'static str> {
    match arg.outcome {
        Outcome::Replace(Replacement::MenuPosition(_)) => Some(Id::MenuPosition.row().name),
        Outcome::Replace(Replacement::Parameter(target)) => Some(target),
        _ => None,
    }
}
