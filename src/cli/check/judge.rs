//! One file: what the scan finds in it, what the policy leaves of that, and what the file becomes when it is fixed.

use std::borrow::Cow;

use crate::judge::Scratch;
use crate::policy::{Baseline, Ignores, Levels};
use crate::report::check::fingerprint;
use crate::rule::{Fix, Found, Safety, Text};
use crate::scan::{Embed, Examined, fix};

/// How often a file is fixed: fixes that overlap need another round.
const ROUNDS: usize = 10;

/// Which fixes are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fixing {
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
pub(super) struct Judge<'a> {
    pub(super) levels: &'a Levels,
    /// Nothing, if no comment hides anything.
    pub(super) ignores: Option<&'a Ignores>,
    pub(super) baseline: &'a Baseline,
    /// Whether what is found goes to the baseline, and not to the reports.
    pub(super) learning: bool,
}

/// What is to be said of a file.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) found: Vec<Found>,
    pub(super) urls: u64,
    pub(super) embeds: Vec<Embed>,
    /// Findings that a comment hides.
    pub(super) suppressed: u64,
    /// Findings that the baseline knows.
    pub(super) known: u64,
    /// Findings that the baseline knows, and that are not there any more.
    pub(super) stale: u64,
    /// What the baseline is to know: rule and fingerprint.
    pub(super) learned: Vec<(&'static str, String)>,
}

/// A file after fixing.
pub(super) struct Mended {
    pub(super) bytes: Vec<u8>,
    /// What is to be said of it now.
    pub(super) judged: Judged,
    /// Findings that are gone.
    pub(super) fixed: u64,
}

/// What the baseline knows a finding by.
fn name(path: &str, text: &[u8], found: &Found) -> String {
    fingerprint(found.finding.rule, path, text, found.finding.span)
}

impl Judge<'_> {
    /// Takes out of what was found what comments and the baseline hide and what is turned off.
    pub(super) fn judge(&self, path: &str, text: &[u8], examined: Examined) -> Judged {
        let Examined { mut found, urls, embeds } = examined;
        let mut judged = Judged { urls, embeds, ..Judged::default() };
        if let Some(ignores) = self.ignores {
            let (hidden, said) = ignores.apply(text, &found);
            judged.suppressed = drop_marked(&mut found, &hidden);
            if !said.is_empty() {
                found.extend(said);
                found.sort_by_key(|found| (found.finding.span, found.finding.rule.index));
            }
        }
        if !self.learning && self.baseline.knows(path) {
            let names: Vec<_> = found
                .iter()
                .map(|found| (found.finding.rule.id, name(path, text, found)))
                .collect();
            let compared = self
                .baseline
                .compare(path, names.iter().map(|(rule, name)| (*rule, name.as_str())));
            judged.known = drop_marked(&mut found, &compared.known);
            judged.stale = compared.stale;
        }
        found.retain_mut(|found| self.levels.weigh(&mut found.finding));
        if self.learning {
            judged.learned = found
                .drain(..)
                .map(|found| (found.finding.rule.id, name(path, text, &found)))
                .collect();
        }
        judged.found = found;
        judged
    }

    /// Fixes a file until nothing is left to fix; nothing, if that leads nowhere.
    pub(super) fn mend(
        &self,
        path: &str,
        file: &[u8],
        first: &Judged,
        fixing: Fixing,
        scratch: &mut Scratch,
        examine: impl Fn(&Text<'_>, &mut Scratch) -> Examined,
    ) -> Option<Mended> {
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
        (fixed > 0).then(|| Mended { bytes: bytes.into_owned(), judged, fixed })
    }
}

/// Drops the findings that are marked, and counts them.
fn drop_marked(found: &mut Vec<Found>, marks: &[bool]) -> u64 {
    let before = found.len();
    let mut marks = marks.iter();
    found.retain(|_| !marks.next().copied().unwrap_or(false));
    (before - found.len()) as u64
}
