//! Code that builds legacy URLs: parameters near one another that no whole URL holds.

mod evidence;
mod fix;
mod reference;
mod statement;
mod template;
mod token;

#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::iter::Peekable;
use std::slice;

use evidence::{Around, ENOUGH, Tally};
use fix::{Fixer, has_position};
use reference::{Reference, Seen, next_colon, read};
pub(super) use statement::is_comment;

use super::Options;
use super::needle::encoded_colon;
use crate::dialect::escape::{Plus, decode};
use crate::dialect::overlay::Overlay;
use crate::dialect::params::{Fate, Id, TABLE, USER_ATTRIBUTE_PREFIX};
use crate::dialect::span::Span;
use crate::dialect::values::boolean;
use crate::rule::{Context, Finding, Found};
use crate::rules::code::{self, Fragment};
use crate::rules::files::LEGACY_URL_BUILDER;

/// A parameter belongs to a group if it stands at most this many lines behind the one before it…
const LINES: usize = 20;
/// … and at most this many bytes.
const BYTES: usize = 2_000;
/// So many bytes are read before a parameter that makes its group worth reading: more of the others are not named.
const AHEAD: usize = 4 * BYTES;
/// A longer group is cut: its findings are made when it is whole, and a file may be hostile.
const LONGEST_GROUP: usize = 256;

/// The names of which at least one stands, right behind a colon (`:`, or `3A` of any case), in every text in which
/// [`examine`] finds something.
pub(super) fn necessary(context: &Context<'_>) -> Vec<&'static str> {
    let prefix = std::str::from_utf8(USER_ATTRIBUTE_PREFIX).unwrap_or_default();
    let added = context.parameters.into_iter().flat_map(Overlay::rows);
    let rows = TABLE.iter().map(|row| context.parameters.map_or(row, |rows| rows.row(row.id)));
    let mut names: Vec<_> = rows
        .chain(added)
        .filter(|row| row.is_telling())
        .map(|row| if row.id == Id::UserAttribute { prefix } else { row.name })
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Adds what is to be said of building code around these colons, which are in order and all that [`is_legacy`] takes for one,
/// and outside of the spans `taken` by whole URLs.
pub(super) fn examine(
    text: &[u8],
    colons: &[u32],
    taken: &[Span],
    options: &Options<'_>,
    found: &mut Vec<Found>,
) {
    let context = options.context;
    let mut reader = Reader {
        text,
        context,
        around: Around::new(text, context),
        taken: taken.iter().peekable(),
        group: Vec::new(),
        found,
    };
    // A group without a parameter that speaks for the old dialect is no builder, so it is enough to read around those.
    let mut done = 0;
    for colon in colons {
        if reader.found.len() >= options.most {
            break;
        }
        let at = *colon as usize;
        let colon = encoded_colon(text.get(at..).unwrap_or_default()).unwrap_or(1);
        if at >= done
            && let Some(reference) = legacy(text, at, colon, context)
        {
            let from = done.max(at.saturating_sub(AHEAD));
            done = reader.read(from, reference.end()).max(at + colon);
        }
    }
}

/// Whether a parameter that speaks for the old dialect is at this colon, as code writes it.
pub(super) fn is_legacy(text: &[u8], at: usize, colon: usize, context: &Context<'_>) -> bool {
    legacy(text, at, colon, context).is_some()
}

fn legacy(text: &[u8], at: usize, colon: usize, context: &Context<'_>) -> Option<Reference> {
    match read(text, at, colon, context) {
        Seen::Reference(reference) => reference.row.is_telling().then_some(reference),
        _ => None,
    }
}

/// Reads groups of references.
struct Reader<'t, 'f> {
    text: &'t [u8],
    context: &'t Context<'t>,
    around: Around<'t>,
    /// The whole URLs that lie ahead.
    taken: Peekable<slice::Iter<'t, Span>>,
    group: Vec<Reference>,
    found: &'f mut Vec<Found>,
}

impl Reader<'_, '_> {
    /// Reads from `from` to `upto`, and on to the end of the group there. Returns how far it came.
    fn read(&mut self, mut from: usize, upto: usize) -> usize {
        while let Some((at, colon)) = next_colon(self.text, from) {
            if at >= upto && self.group.last().is_none_or(|last| at - last.end() > BYTES) {
                break;
            }
            while self.taken.next_if(|url| url.end as usize <= at).is_some() {}
            if let Some(url) = self.taken.peek().filter(|url| url.start as usize <= at) {
                from = (url.end as usize).max(at + colon);
                continue;
            }
            from = at + colon;
            if let Seen::Reference(reference) = read(self.text, at, colon, self.context) {
                let apart =
                    self.group.last().is_some_and(|last| !near(self.text, last, &reference));
                if apart || self.group.len() == LONGEST_GROUP {
                    self.report();
                    if at >= upto {
                        // It may belong to a group of its own, and is read again with that.
                        return at;
                    }
                }
                from = from.max(reference.end());
                self.group.push(reference);
            }
        }
        self.report();
        from
    }

    fn report(&mut self) {
        report(self.text, &self.group, self.context, &mut self.around, self.found);
        self.group.clear();
    }
}

/// Whether two references belong together.
fn near(text: &[u8], last: &Reference, next: &Reference) -> bool {
    let between = Span { start: last.span.end, end: next.span.start }.of(text);
    between.len() <= BYTES && memchr::memchr_iter(b'\n', between).count() <= LINES
}

/// Says what there is to be said of a group.
fn report(
    text: &[u8],
    group: &[Reference],
    context: &Context<'_>,
    around: &mut Around<'_>,
    found: &mut Vec<Found>,
) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return;
    };
    let verdict = Verdict::of(text, group, around, first.span.join(last.span));
    if verdict == Verdict::Nothing {
        return;
    }
    if verdict == Verdict::Builder {
        found.push(builder(text, group, found.len()));
    }
    let mut fixer = Fixer::new(text, group);
    for (number, reference) in group.iter().enumerate() {
        // In a builder of new URLs all that is wrong is what they do not have.
        let leftover = matches!(reference.row.fate, Fate::Unsupported | Fate::Replaced);
        if verdict == Verdict::Leftovers && !leftover || reference.is_token(text) {
            continue;
        }
        let name = shown(reference, text);
        let value = reference.value.map(|value| decode(value.of(text), reference.row.plus));
        let fragment = Fragment {
            row: reference.row,
            name: &name,
            value: value.as_deref().filter(|value| decides(reference, value)),
            span: reference.span,
            has_position: reference.row.fate == Fate::Replaced
                && has_position(text, reference.span),
        };
        if let Some(finding) = code::check(context, &fragment) {
            let (fix, outcome) = (fixer.fix(number), Some(fragment.outcome()));
            found.push(Found { parameter: Some(name), outcome, fix, ..Found::new(finding) });
        }
    }
}

/// Whether a literal value says what replaces the parameter: another one than a boolean stands for something in code.
fn decides(reference: &Reference, value: &[u8]) -> bool {
    reference.row.fate != Fate::Replaced || boolean(value).is_some()
}

/// What a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Something else that has such names, or a builder of JWT-signed URLs with nothing wrong.
    Nothing,
    /// A builder of JWT-signed URLs with parameters that those do not have.
    Leftovers,
    /// A builder of legacy URLs.
    Builder,
}

impl Verdict {
    fn of(text: &[u8], group: &[Reference], around: &mut Around<'_>, span: Span) -> Self {
        let mut tally = Tally::of(group, text, None, true);
        if tally.legacy == 0 {
            return Self::Nothing;
        }
        let (points, near) = around.points(span.start as usize, span.end as usize);
        // What the whole text says can only take away points: it is read again only now, since few groups come so far.
        if tally.legacy < ENOUGH && !tally.token && tally.legacy + tally.kept + points < ENOUGH {
            return Self::Nothing;
        }
        let whole = around.whole();
        tally = Tally::of(group, text, Some(&whole.binds), near);
        if whole.token {
            // The words stand around builders of either dialect.
            return if tally.signing >= ENOUGH {
                Self::Builder
            } else if tally.legacy >= ENOUGH || tally.token && tally.legacy > 0 {
                Self::Leftovers
            } else {
                Self::Nothing
            };
        }
        // Nobody else joins two such parameters to a URL, or one that only Sigma has, whatever the words say.
        let enough = tally.joined >= ENOUGH
            || tally.legacy > 0 && tally.legacy + tally.kept + points >= ENOUGH;
        // Statements of SQL are given such keys too, and routes are made of them.
        let others = !tally.evident && points <= 0;
        if enough && !others { Self::Builder } else { Self::Nothing }
    }
}

/// The finding for the group: it stands at its first parameter, and names each with what becomes of it.
fn builder(text: &[u8], group: &[Reference], number: usize) -> Found {
    let mut message = format!("{}: ", LEGACY_URL_BUILDER.summary);
    let mut names: Vec<String> = Vec::new();
    let mut place = None;
    for reference in group {
        if reference.is_token(text) {
            continue;
        }
        if reference.row.fate != Fate::Unknown {
            place.get_or_insert(reference.span);
        }
        let name = shown(reference, text);
        if names.contains(&name) {
            continue;
        }
        if !names.is_empty() {
            message.push_str(", ");
        }
        let _ = write!(message, "`:{name}` ({})", fate(reference));
        names.push(name);
    }
    let finding = Finding::new(&LEGACY_URL_BUILDER, place.unwrap_or_default())
        .message(message)
        .suggest("`embed2jwt scaffold LANG` writes code that signs a token, in place of this");
    let template = Some(Box::new(template::of(text, group, number)));
    Found { template, builds: true, ..Found::new(finding) }
}

/// What becomes of a parameter, in two words.
fn fate(reference: &Reference) -> String {
    let row = reference.row;
    let target = row.target.unwrap_or_default();
    match row.fate {
        Fate::Claim => format!("claim `{target}`"),
        Fate::Header => format!("header `{target}`"),
        Fate::Replaced => format!("replaced by {}", row.replacement()),
        Fate::Kept => "kept".to_owned(),
        Fate::Unsupported => "unsupported".to_owned(),
        Fate::Obsolete => "dropped: nothing needs it".to_owned(),
        Fate::Unknown => "unknown".to_owned(),
    }
}

/// The name for a person; where code fills in the rest of it, an ellipsis stands for that.
fn shown(reference: &Reference, text: &[u8]) -> String {
    let name = decode(reference.name.of(text), Plus::Literal);
    let mut name = String::from_utf8_lossy(&name).into_owned();
    if name.as_bytes() == USER_ATTRIBUTE_PREFIX {
        name.push('\u{2026}');
    }
    name
}
