//! What speaks for code that builds legacy URLs, and what against: the points that `explain legacy-url-builder` lists.

use std::cell::OnceCell;

use memchr::memmem::{self, Finder};

use super::reference::{Form, Reference, Seen, is_bind, read};
use crate::dialect::params::{COUNT, Fate, Id, Rarity};
use crate::dialect::span::Span;
use crate::rule::Context;
use crate::scan::needle;

/// From this many points on a group of references is a builder.
pub(super) const ENOUGH: i32 = 8;
/// What all names that everybody uses are worth together, unless a separator stands before one.
pub(super) const MOST_OF_COMMON: i32 = 4;
/// What all parameters that the new dialect has too are worth together.
pub(super) const MOST_OF_KEPT: i32 = 4;
/// So many of the groups of [`WORDS`] are Sigma's own.
const OWN_WORDS: usize = 3;
/// How far around a group the words are looked for, in bytes.
pub(super) const WORDS_WITHIN: usize = 2_000;

/// How long a list of values may be, in bytes.
const LIST_WITHIN: usize = 2_000;

/// What one reference is worth, by how it is written and by who else has the name.
pub(super) static POINTS: [(Form, [(Rarity, i32); 3]); 5] = [
    (Form::Joined, [(Rarity::Own, 8), (Rarity::Rare, 8), (Rarity::Common, 6)]),
    (Form::Opening, [(Rarity::Own, 8), (Rarity::Rare, 5), (Rarity::Common, 2)]),
    (Form::Key, [(Rarity::Own, 8), (Rarity::Rare, 3), (Rarity::Common, 2)]),
    (Form::Loose, [(Rarity::Own, 8), (Rarity::Rare, 3), (Rarity::Common, 2)]),
    (Form::Spaced, [(Rarity::Own, 4), (Rarity::Rare, 2), (Rarity::Common, 0)]),
];

/// Words near a group, and what they are worth once.
pub(super) struct Words {
    /// What they are worth together.
    pub points: i32,
    /// One of them is enough.
    pub words: &'static [&'static str],
}

/// Hosts and words of Sigma's and of code that puts queries together; the last group speaks against.
pub(super) static WORDS: [Words; 6] = [
    Words { points: 6, words: &["sigmacomputing"] },
    Words { points: 6, words: &["userbacked"] },
    Words { points: 4, words: &["SIGMA_", "Sigma", "sigma_", "sigma-"] },
    Words { points: 4, words: &["/embed/"] },
    Words {
        points: 4,
        words: &[
            "URLSearchParams",
            "searchParams",
            "queryParam",
            "url.Values",
            "urlencode",
            "http_build_query",
            "encode_www_form",
            "to_query",
        ],
    },
    Words {
        points: -6,
        words: &[
            "bindValue",
            "bindParam",
            "ExpressionAttribute",
            "setParameter",
            "prepare(",
            "execute(",
        ],
    },
];

/// What a group's parameters say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Points of parameters that the new dialect does not have.
    pub legacy: i32,
    /// Of these, the points of parameters behind a separator.
    pub joined: i32,
    /// Of the legacy ones, the points of those that make a URL a signed one.
    pub signing: i32,
    /// Points of parameters that both dialects have.
    pub kept: i32,
    /// Whether the token of the new dialect stands among them.
    pub token: bool,
    /// Whether one of the legacy ones is more than a whole string with a name that others have too.
    pub evident: bool,
}

impl Tally {
    /// Counts a group. Each parameter counts once, as it is written best; one in `binds` does not, nor does a mode that
    /// Sigma does not have, unless something of Sigma's is `near`.
    pub(super) fn of(
        references: &[Reference],
        text: &[u8],
        binds: Option<&[bool; COUNT]>,
        near: bool,
    ) -> Self {
        let mut best = [0; COUNT];
        let mut joined = [false; COUNT];
        let mut written = [false; COUNT];
        let mut tally = Self::default();
        for reference in references {
            let id = reference.row.id as usize;
            tally.token |= reference.is_token(text);
            let is_bind = binds.is_some_and(|binds| binds.get(id) == Some(&true));
            if is_bind || reference.quoted || !near && is_foreign_mode(reference, text) {
                continue;
            }
            if let (Some(best), Some(joined)) = (best.get_mut(id), joined.get_mut(id)) {
                *best = (*best).max(points(reference));
                *joined |= reference.form == Form::Joined;
                if let Some(written) = written.get_mut(id) {
                    *written |= reference.form != Form::Key;
                }
            }
        }
        let (mut common, mut common_signing) = (0, 0);
        let mut counted = [false; COUNT];
        for reference in references {
            let id = reference.row.id as usize;
            if std::mem::replace(counted.get_mut(id).unwrap_or(&mut true), true) {
                continue;
            }
            let points = best.get(id).copied().unwrap_or_default();
            let own = reference.row.rarity == Rarity::Own;
            tally.evident |=
                points > 0 && reference.row.is_telling() && (own || written.get(id) == Some(&true));
            match reference.row.fate {
                Fate::Unknown => {}
                _ if !reference.row.is_telling() => tally.kept += points,
                _ if reference.row.rarity == Rarity::Common && joined.get(id) != Some(&true) => {
                    common += points;
                    common_signing += if reference.row.signs { points } else { 0 };
                }
                _ => {
                    tally.joined += if joined.get(id) == Some(&true) { points } else { 0 };
                    tally.legacy += points;
                    tally.signing += if reference.row.signs { points } else { 0 };
                }
            }
        }
        tally.legacy += common.min(MOST_OF_COMMON);
        tally.signing += common_signing.min(MOST_OF_COMMON);
        tally.kept = tally.kept.min(MOST_OF_KEPT);
        tally
    }
}

/// The modes that Sigma has, and those that its anonymous embeds had.
const MODES: [&[u8]; 3] = [b"userbacked", b"view", b"explore"];

/// Whether a mode stands there that is another product's: `&:mode=edit`.
fn is_foreign_mode(reference: &Reference, text: &[u8]) -> bool {
    let is_other = |value: &Span| !MODES.contains(&value.of(text));
    reference.row.id == Id::Mode && reference.value.as_ref().is_some_and(is_other)
}

fn points(reference: &Reference) -> i32 {
    let rarity = reference.row.rarity;
    POINTS
        .iter()
        .filter(|(form, _)| *form == reference.form)
        .flat_map(|(_, points)| points)
        .find(|(known, _)| *known == rarity)
        .map_or(0, |(_, points)| *points)
}

/// The words around groups that come in order. Each word is looked for once in the whole text, however many groups ask.
pub(super) struct Around<'t> {
    text: &'t [u8],
    context: &'t Context<'t>,
    words: Vec<Word>,
    whole: OnceCell<Whole>,
}

/// What is to be known of the whole text.
pub(super) struct Whole {
    /// The parameters whose names are bind variables of SQL.
    pub binds: [bool; COUNT],
    /// Whether the token of the new dialect stands somewhere.
    pub token: bool,
}

struct Word {
    group: usize,
    finder: Finder<'static>,
    /// The first place that is not before the last question.
    next: Option<usize>,
    /// How far it was looked for.
    upto: usize,
}

/// A word is looked for this far ahead: not in the whole of a large file, nor anew for every group.
const LOOK_AHEAD: usize = 1 << 13;

impl<'t> Around<'t> {
    /// Nothing is looked for before it is asked.
    pub(super) fn new(text: &'t [u8], context: &'t Context<'t>) -> Self {
        Self { text, context, words: Vec::new(), whole: OnceCell::new() }
    }

    /// The points of the words near `start..end`, and whether some are Sigma's own. The starts must not go back.
    pub(super) fn points(&mut self, start: usize, end: usize) -> (i32, bool) {
        if self.words.is_empty() {
            self.words = words(self.context.hosts);
        }
        let from = start.saturating_sub(WORDS_WITHIN);
        let near = self.text.get(..self.text.len().min(end + WORDS_WITHIN)).unwrap_or_default();
        let mut stand = [false; WORDS.len()];
        for word in &mut self.words {
            let is_past = word.next.is_some_and(|next| next < from);
            if is_past || word.next.is_none() && word.upto < near.len() {
                // What was looked at already may hold the beginning of the word.
                let seen = if is_past {
                    from
                } else {
                    from.max(word.upto.saturating_sub(word.finder.needle().len()))
                };
                word.upto = self.text.len().min(near.len() + LOOK_AHEAD);
                let ahead = self.text.get(seen..word.upto).unwrap_or_default();
                word.next = word.finder.find(ahead).map(|at| seen + at);
            }
            let stands =
                word.next.is_some_and(|next| next + word.finder.needle().len() <= near.len());
            if let Some(group) = stand.get_mut(word.group) {
                *group |= stands;
            }
        }
        let points = WORDS
            .iter()
            .zip(stand)
            .filter(|(_, stands)| *stands)
            .map(|(words, _)| words.points)
            .sum();
        (points, stand.iter().take(OWN_WORDS).any(|stands| *stands))
    }

    /// Reads the whole text, when this is asked for the first time.
    pub(super) fn whole(&self) -> &Whole {
        self.whole.get_or_init(|| {
            let mut whole = Whole { binds: [false; COUNT], token: false };
            needle::known_colons(self.text, self.context, |at, colon| {
                match read(self.text, at, colon, self.context) {
                    Seen::Reference(reference) => whole.token |= reference.is_token(self.text),
                    Seen::Bare(id) => {
                        let before = self.text.get(..at).unwrap_or_default();
                        if let Some(slot) = whole.binds.get_mut(id as usize) {
                            *slot = *slot || is_bind(before, || is_listed(before));
                        }
                    }
                    Seen::Nothing => {}
                }
            });
            whole
        })
    }
}

/// Whether a list of values has begun not far before.
fn is_listed(before: &[u8]) -> bool {
    let near = before.get(before.len().saturating_sub(LIST_WITHIN)..).unwrap_or_default();
    ["VALUES", "values"].iter().any(|word| memmem::find(near, word.as_bytes()).is_some())
}

fn words(hosts: &[String]) -> Vec<Word> {
    let word = |group: usize, word: &str| Word {
        group,
        finder: Finder::new(word).into_owned(),
        next: None,
        upto: 0,
    };
    let known = WORDS.iter().enumerate();
    // The configuration's hosts speak as Sigma's own does.
    known
        .flat_map(|(group, words)| words.words.iter().map(move |text| (group, *text)))
        .chain(hosts.iter().map(|host| (0, host.as_str())))
        .map(|(group, text)| word(group, text))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::files::LEGACY_URL_BUILDER;

    #[test]
    fn the_documentation_lists_the_points() {
        let documentation = LEGACY_URL_BUILDER.documentation;
        for (form, points) in &POINTS {
            let example = match form {
                Form::Joined => "| `&:email=`, behind a separator |",
                Form::Opening => "| `\":email=\"`, at the beginning of a string |",
                Form::Key => "| `\":email\"`, a whole string |",
                Form::Loose => "| `PARAMS=:email=x`, elsewhere |",
                Form::Spaced => "| `params :email=x`, behind white space |",
            };
            let [(_, own), (_, rare), (_, common)] = points;
            let line = format!("{example} {own} | {rare} | {common} |");
            assert!(documentation.contains(&line), "{line}");
        }
        for Words { points, words } in &WORDS {
            for word in *words {
                let word = format!("`{word}`");
                let line = documentation.lines().find(|line| line.contains(&word));
                let line = line.unwrap_or_else(|| panic!("{word} is not documented"));
                assert!(line.contains(&format!("| {points:+} |")), "{line}");
            }
        }
        for number in [ENOUGH, MOST_OF_COMMON, MOST_OF_KEPT] {
            assert!(documentation.contains(&number.to_string()), "{number}");
        }
    }

    #[test]
    fn the_words_are_found_near_every_group_that_asks() {
        let far = " ".repeat(3_000);
        let text = format!("/embed/{far}x{far}userbacked /embed/");
        let context = Context::none();
        let mut around = Around::new(text.as_bytes(), &context);
        assert_eq!(around.points(100, 120), (4, false));
        assert_eq!(around.points(3_010, 3_011), (0, false));
        assert_eq!(around.points(5_000, 5_010), (10, true));
        assert_eq!(around.points(6_000, 6_010), (10, true));
    }
}
