//! One file: what the scan finds in it, what the policy leaves of that, and what the file becomes when it is fixed.

use std::borrow::Cow;
use std::sync::Arc;

use crate::dialect::params::Id;
use crate::judge::Scratch;
use crate::judge::run::Run;
use crate::policy::{Allow, Baseline, Ignores, Levels};
use crate::report::check::Fingerprints;
use crate::rule::{Finding, Fix, Found, Kind, Safety, Text};
use crate::scan::{Embed, Examined, Printed, fix, suppress};
use crate::text::language_of;

/// How often a file is fixed: fixes that overlap need another round.
const ROUNDS: usize = 10;

/// Which fixes are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fixing {
    /// Only those that change nothing for the embed's users.
    Safe,
    /// All.
    All,
}

impl Fixing {
    fn of(self, found: &Found) -> Option<&Fix> {
        found.fix.as_ref().filter(|fix| self == Self::All || fix.safety == Safety::Safe)
    }

    fn count(self, found: &[Found]) -> usize {
        found.iter().filter(|found| self.of(found).is_some()).count()
    }
}

/// What decides which findings are left.
pub(crate) struct Judge<'a> {
    pub(crate) allow: &'a Allow,
    pub(crate) levels: &'a Levels,
    /// Nothing, if no comment hides anything.
    pub(crate) ignores: Option<&'a Ignores>,
    pub(crate) baseline: &'a Baseline,
    /// Whether what is found goes to the baseline, and not to the reports.
    pub(crate) learning: bool,
}

/// What is to be said of a file.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub(crate) found: Vec<Found>,
    pub(crate) urls: u64,
    pub(crate) embeds: Vec<Embed>,
    /// Whether there is more in it than is told.
    pub(crate) cut: bool,
    /// Findings in text that is never reported.
    pub(crate) allowed: u64,
    /// Findings that a comment hides.
    pub(crate) suppressed: u64,
    /// Findings that the baseline knows.
    pub(crate) known: u64,
    /// Findings that the baseline knows, and that are not there any more.
    pub(crate) stale: u64,
    /// What the baseline is to know: rule and fingerprint.
    pub(crate) learned: Vec<(&'static str, String)>,
}

/// A file after fixing.
pub(crate) struct Rewritten {
    pub(crate) bytes: Vec<u8>,
    /// What is to be said of it now.
    pub(crate) judged: Judged,
    /// Findings that are gone.
    pub(crate) fixed: u64,
}

impl Judge<'_> {
    /// Takes out of what was found what comments and the baseline hide and what is turned off.
    pub(crate) fn judge(&self, path: &str, text: &[u8], examined: Examined) -> Judged {
        let Examined { mut found, spans, urls, embeds, words, cut, prints: _ } = examined;
        let mut judged = Judged { urls, embeds, cut, ..Judged::default() };
        // What the baseline knows a finding by.
        let mut fingerprints = Fingerprints::new(path, text);
        let mut name = |found: &Found| {
            (found.finding.rule.id, fingerprints.of(found.finding.rule, found.finding.span))
        };
        judged.allowed = self.allow.apply_to_file(text, &spans, &mut found);
        if let Some(ignores) = self.ignores {
            let (hidden, said) = ignores.apply(text, &words, &found);
            judged.suppressed = drop_marked(&mut found, &hidden);
            if !said.is_empty() {
                found.extend(said);
                found.sort_by_key(|found| (found.finding.span, found.finding.rule.index));
            }
        }
        if !self.learning && self.baseline.knows(path) {
            let names: Vec<_> = found.iter().map(&mut name).collect();
            let compared = self
                .baseline
                .compare(path, names.iter().map(|(rule, name)| (*rule, name.as_str())));
            judged.known = drop_marked(&mut found, &compared.known);
            judged.stale = compared.stale;
        }
        found.retain_mut(|found| self.levels.weigh(&mut found.finding));
        if self.learning {
            judged.learned = found.drain(..).map(|found| name(&found)).collect();
        }
        judged.found = found;
        judged
    }

    /// Hides what was found in a file with comments; nothing, if there is no place for one, or if they do not hide it.
    pub(crate) fn hide(
        &self,
        path: &str,
        file: &[u8],
        first: &Judged,
        reason: &str,
        scratch: &mut Scratch,
        examine: impl Fn(&Text<'_>, &mut Scratch) -> Examined,
    ) -> Option<Rewritten> {
        let text = Text::new(file);
        let comments = suppress::comments(path, text.bytes(), &first.found, reason);
        let hidden: usize = comments.iter().map(|(_, count)| count).sum();
        if hidden == 0 {
            return None;
        }
        let bytes = fix::apply(file, &text, comments.iter().map(|(fix, _)| fix));
        let new = Text::new(&bytes);
        let judged = self.judge(path, new.bytes(), examine(&new, scratch));
        let as_meant = judged.found.len() + hidden == first.found.len();
        as_meant.then_some(Rewritten { bytes, judged, fixed: hidden as u64 })
    }

    /// Fixes a file until nothing is left to fix; nothing, if that leads nowhere.
    pub(crate) fn fix(
        &self,
        path: &str,
        file: &[u8],
        first: &Judged,
        fixing: Fixing,
        scratch: &mut Scratch,
        examine: impl Fn(&Text<'_>, &mut Scratch) -> Examined,
    ) -> Option<Rewritten> {
        let all = fixing.count(&first.found);
        let mut bytes = Cow::Borrowed(file);
        let mut judged: Option<Judged> = None;
        for _ in 0..ROUNDS {
            let found = &judged.as_ref().unwrap_or(first).found;
            if fixing.count(found) == 0 {
                break;
            }
            let fixes = found.iter().filter_map(|found| fixing.of(found));
            let next = fix::apply(&bytes, &Text::new(&bytes), fixes);
            if next == *bytes {
                break;
            }
            let text = Text::new(&next);
            judged = Some(self.judge(path, text.bytes(), examine(&text, scratch)));
            bytes = Cow::Owned(next);
        }
        let judged = judged?;
        let fixed = all.saturating_sub(fixing.count(&judged.found)) as u64;
        (fixed > 0).then(|| Rewritten { bytes: bytes.into_owned(), judged, fixed })
    }
}

/// Drops the findings that are marked, and counts them.
fn drop_marked(found: &mut Vec<Found>, marks: &[bool]) -> u64 {
    let before = found.len();
    let mut marks = marks.iter();
    found.retain(|_| !marks.next().copied().unwrap_or(false));
    (before - found.len()) as u64
}

/// What one URL repeats or contradicts.
pub(crate) type Said = Vec<(Id, Finding)>;

/// Adds what the run says of the URLs of a file; nothing, if fixing has left others of them.
pub(crate) fn add(examined: &mut Examined, said: &[Said]) {
    if examined.prints.len() != said.len() {
        return;
    }
    for (printed, said) in examined.prints.iter().zip(said) {
        examined.found.extend(said.iter().map(|(id, finding)| {
            let span = if *id == Id::Nonce { printed.nonce } else { printed.email };
            Found {
                parameter: Some(id.row().name.to_owned()),
                kind: Some(Kind::LegacySigned),
                ..Found::new(Finding { span, ..finding.clone() })
            }
        }));
    }
    examined.found.sort_by_key(|found| (found.finding.span, found.finding.rule.index));
}

/// What the signed URLs of a file repeat or contradict of those before them, for each of them.
pub(crate) fn prints(name: &str, text: &[u8], examined: &Examined, run: &mut Run) -> Vec<Said> {
    let source: Arc<str> = name.into();
    let (mut at, mut line) = (0, 1);
    let see = |printed: &Printed| {
        let start = (printed.nonce.start as usize).max(at);
        line += memchr::memchr_iter(b'\n', text.get(at..start).unwrap_or_default()).count() as u64;
        at = start;
        run.see(&printed.print, &source, line)
    };
    examined.prints.iter().map(see).collect()
}

/// Has findings in code that builds URLs say which command writes the code that replaces it. The language of the file is the
/// one to write it in; `language` is told its name.
pub(crate) fn suggest(name: &str, found: &mut [Found], mut language: impl FnMut(&'static str)) {
    let Some(known) = language_of(name) else { return };
    for found in found.iter_mut().filter(|found| found.builds) {
        found.finding.suggestion =
            format!("`embed2jwt scaffold {known}` writes the code that replaces it").into();
        language(known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::span::Span;
    use crate::policy::Level;
    use crate::rule::Finding;
    use crate::rules::find;
    use crate::text::Day;

    /// A stand-in for the scan: `bad` is rewritten by `good`, `BAD` by `bad` but not safely; `worse` cannot be rewritten.
    fn examine(text: &Text<'_>, _: &mut Scratch) -> Examined {
        let whole = String::from_utf8_lossy(text.bytes()).into_owned();
        let words = whole.match_indices(Ignores::NEEDLE);
        let words = words.map(|(at, _)| u32::try_from(at).unwrap()).collect();
        let mut examined = Examined { words, ..Examined::default() };
        for (word, rewritten) in [
            ("bad", Some(("good", Safety::Safe))),
            ("BAD", Some(("bad", Safety::Unsafe))),
            ("worse", None),
        ] {
            examined.found.extend(whole.match_indices(word).map(|(at, _)| {
                let span = Span::new(at, at + word.len());
                Found {
                    fix: rewritten.map(|(with, safety)| Fix {
                        span,
                        replacement: with.as_bytes().to_vec(),
                        safety,
                    }),
                    ..Found::new(Finding::new(find("theme-case").unwrap(), span))
                }
            }));
        }
        examined.found.sort_by_key(|found| found.finding.span);
        examined
    }

    struct Policy {
        allow: Allow,
        levels: Levels,
        ignores: Ignores,
        baseline: Baseline,
    }

    impl Policy {
        fn new() -> Self {
            let ignores = Ignores::new(Day::of(0));
            let (allow, levels) = (Allow::default(), Levels::default());
            Self { allow, levels, ignores, baseline: Baseline::default() }
        }

        fn judge(&self) -> Judge<'_> {
            let Self { allow, levels, ignores, baseline } = self;
            Judge { allow, levels, ignores: Some(ignores), baseline, learning: false }
        }

        fn first(&self, text: &str) -> Judged {
            let bytes = text.as_bytes();
            self.judge().judge("a", bytes, examine(&Text::new(bytes), &mut Scratch::default()))
        }

        /// The file after fixing, with the findings that are gone and those that are left.
        fn rewritten(&self, text: &str, fixing: Fixing) -> Option<(String, u64, usize)> {
            let (first, scratch) = (self.first(text), &mut Scratch::default());
            let rewritten =
                self.judge().fix("a", text.as_bytes(), &first, fixing, scratch, examine)?;
            let left = rewritten.judged.found.len();
            Some((String::from_utf8(rewritten.bytes).unwrap(), rewritten.fixed, left))
        }
    }

    #[test]
    fn only_what_is_asked_for_is_fixed() {
        let policy = Policy::new();
        let text = "bad BAD worse bad";
        let safe = policy.rewritten(text, Fixing::Safe);
        assert_eq!(safe, Some(("good BAD worse good".to_owned(), 2, 2)));
        // The second round fixes what the first one made.
        let all = policy.rewritten(text, Fixing::All);
        assert_eq!(all, Some(("good good worse good".to_owned(), 3, 1)));
        assert_eq!(policy.rewritten("good good worse good", Fixing::All), None);
        assert_eq!(policy.rewritten("", Fixing::All), None);
    }

    #[test]
    fn what_a_comment_hides_is_not_fixed() {
        let text = "bad # embed2jwt: ignore\nbad";
        let fixed = Policy::new().rewritten(text, Fixing::All);
        assert_eq!(fixed, Some(("bad # embed2jwt: ignore\ngood".to_owned(), 1, 0)));
        let hidden = Policy::new().first(text);
        assert_eq!((hidden.found.len(), hidden.suppressed), (1, 1));
    }

    #[test]
    fn what_is_allowed_is_neither_reported_nor_fixed() {
        let mut policy = Policy::new();
        policy.allow.add(None, "^bad$").unwrap();
        assert_eq!(policy.rewritten("bad worse", Fixing::All), None);
        let judged = policy.first("bad worse");
        assert_eq!((judged.found.len(), judged.allowed), (1, 1));
    }

    #[test]
    fn what_the_baseline_knows_is_not_fixed() {
        let mut policy = Policy::new();
        let learning = Judge { learning: true, ..policy.judge() };
        let text = Text::new(b"bad 1");
        let learned = learning.judge("a", text.bytes(), examine(&text, &mut Scratch::default()));
        assert!(learned.found.is_empty(), "what is learned is not reported");
        for (rule, name) in &learned.learned {
            policy.baseline.add("a", rule, name);
        }
        let fixed = policy.rewritten("bad 2\nbad 1\n", Fixing::All);
        assert_eq!(fixed, Some(("good 2\nbad 1\n".to_owned(), 1, 0)));
        let gone = policy.first("good");
        assert_eq!((gone.known, gone.stale), (0, 1));
        let there = policy.first("bad 1");
        assert_eq!((there.known, there.stale, there.found.len()), (1, 0, 0));
    }

    #[test]
    fn a_rule_that_is_off_neither_fixes_nor_makes_comments_unused() {
        let mut policy = Policy::new();
        policy.levels.set("theme-case", Level::Off).unwrap();
        assert_eq!(policy.rewritten("bad", Fixing::All), None);
        let judged = policy.first("bad # embed2jwt: ignore");
        assert!(judged.found.is_empty());
    }

    #[test]
    fn a_fix_that_mends_nothing_is_not_made() {
        let never = |text: &Text<'_>, _: &mut Scratch| {
            let mut examined = examine(text, &mut Scratch::default());
            for found in &mut examined.found {
                found.fix = Some(Fix {
                    span: Span::new(0, 0),
                    replacement: b"x".to_vec(),
                    safety: Safety::Safe,
                });
            }
            examined
        };
        let policy = Policy::new();
        let text = Text::new(b"worse");
        let scratch = &mut Scratch::default();
        let first = policy.judge().judge("a", text.bytes(), never(&text, scratch));
        assert!(policy.judge().fix("a", b"worse", &first, Fixing::All, scratch, never).is_none());
    }
}
