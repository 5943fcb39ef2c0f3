//! A code frame: the lines around a finding, cut and redacted.

#[cfg(feature = "cli")]
mod render;

use std::sync::Arc;

use memchr::{memchr, memrchr};

use super::redact::{self, Redaction, Secrets, one_line, printable};
use super::tally::Region;
use crate::dialect::span::Span;
use crate::rule::{Found, Rule, Safety, Severity};

/// Bytes that are kept of a line on each side of a finding, of the finding, and of each line beside it. A minified file
/// is one line.
const NEAR: usize = 400;

/// A finding with the lines around it: without secrets, and short enough to be kept until the end of the run.
#[derive(Clone, Debug)]
pub struct Frame {
    rule: &'static Rule,
    severity: Severity,
    message: String,
    suggestion: String,
    fix: Option<(Safety, String)>,
    path: Arc<str>,
    region: Region,
    /// The line before.
    above: Option<String>,
    /// The finding's first line: what stands before it, the finding, what stands behind it.
    line: [String; 3],
    /// Whether more stands on either side.
    cut: [bool; 2],
    /// The line behind.
    below: Option<String>,
}

impl Frame {
    /// The frame of a finding. `redaction` is that of the whole text.
    pub(super) fn new(
        found: &Found,
        region: Region,
        path: &Arc<str>,
        text: &[u8],
        redaction: &Redaction,
        secrets: Secrets,
    ) -> Self {
        let start = (found.finding.span.start as usize).min(text.len());
        let end = (found.finding.span.end as usize).min(text.len()).max(start);
        let shown = |from: usize, to: usize| {
            let text = redaction.show(text, Span::new(whole(text, from), whole(text, to)));
            let text = text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
            printable(&text.replace('\t', "    ")).into_owned()
        };
        // Where the line ends that `from` is in, as far as it is looked at, and whether that is its end.
        let end_from = |from: usize| {
            let near = text.get(from..from.saturating_add(NEAR).min(text.len()));
            let near = near.unwrap_or_default();
            match memchr(b'\n', near) {
                Some(at) => (from + at, true),
                None => (from + near.len(), from + near.len() == text.len()),
            }
        };
        let start_of = |to: usize| {
            let from = to.saturating_sub(NEAR);
            match memrchr(b'\n', text.get(from..to).unwrap_or_default()) {
                Some(at) => (from + at + 1, true),
                None => (from, from == 0),
            }
        };
        let (line_start, is_start) = start_of(start);
        let (marked_end, ends) = end_from(start);
        let (marked_end, (line_end, is_end)) = if ends || end < marked_end {
            let marked_end = marked_end.min(end);
            (marked_end, end_from(marked_end))
        } else {
            (marked_end, (marked_end, false))
        };
        let above = (is_start && line_start > 0).then(|| {
            let end = line_start - 1;
            shown(start_of(end).0, end)
        });
        let below = (is_end && line_end + 1 < text.len())
            .then(|| shown(line_end + 1, end_from(line_end + 1).0));
        let hide = |text: &str| redact::within(text.into(), secrets).into_owned();
        let fix = found.fix.as_ref().map(|fix| {
            let replacement = String::from_utf8_lossy(&fix.replacement);
            (fix.safety, head(&hide(&replacement), NEAR).to_owned())
        });
        Self {
            rule: found.finding.rule,
            severity: found.finding.severity,
            message: one_line(&hide(&found.finding.message)),
            // Emphasis is for Markdown.
            suggestion: one_line(&hide(&found.finding.suggestion)).replace("**", ""),
            fix,
            path: Arc::clone(path),
            region,
            above,
            line: [shown(line_start, start), shown(start, marked_end), shown(marked_end, line_end)],
            cut: [!is_start, !is_end],
            below,
        }
    }

    /// What is found, and in which file.
    pub(super) fn about(&self) -> (&'static Rule, &str) {
        (self.rule, &self.path)
    }

    /// Line and column.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.region.line, self.region.column)
    }

    /// The lines as they are shown in so many characters: the one before, the finding's own in three parts, the one behind.
    pub(super) fn code(&self, room: usize) -> (Option<String>, [String; 3], Option<String>) {
        let beside = |line: &Option<String>| line.as_deref().map(|line| shorten(line, room));
        (beside(&self.above), self.fit(room), beside(&self.below))
    }

    /// The finding's line in so many characters: of the finding as much as there is room for, and then of both sides.
    fn fit(&self, room: usize) -> [String; 3] {
        let [before, marked, behind] = &self.line;
        let [left, middle, right] = self.line.each_ref().map(|part| part.chars().count());
        let marked = if middle > room { head(marked, room).to_owned() } else { marked.clone() };
        // An ellipsis on each side.
        let rest = room.saturating_sub(middle + 2);
        let (keep_left, keep_right) = if left + right <= rest {
            (left, right)
        } else {
            let keep_left = left.min((rest / 2).max(rest.saturating_sub(right)));
            (keep_left, right.min(rest - keep_left))
        };
        let mut first = tail(before, left - keep_left).to_owned();
        if keep_left < left || self.cut[0] {
            first.insert(0, '\u{2026}');
        }
        let mut last = head(behind, keep_right).to_owned();
        if keep_right < right || self.cut[1] {
            last.push('\u{2026}');
        }
        [first, marked, last]
    }

    /// What to do, in lines.
    pub(super) fn help(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.suggestion.is_empty() {
            lines.push(self.suggestion.clone());
        }
        if let Some((safety, replacement)) = &self.fix {
            let flag = match safety {
                Safety::Safe => "--fix",
                Safety::Unsafe => "--unsafe-fixes",
            };
            lines.push(match &*one_line(replacement) {
                "" => format!("`{flag}` removes it"),
                replacement => format!("`{flag}` writes `{replacement}`"),
            });
        }
        lines
    }
}

/// The same place, or the begin of the character that it is in.
fn whole(text: &[u8], at: usize) -> usize {
    let is_inside = |at: &usize| text.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    (at.saturating_sub(3)..=at).rev().find(|at| !is_inside(at)).unwrap_or(at)
}

/// A line in so many characters.
fn shorten(line: &str, room: usize) -> String {
    if line.chars().count() > room {
        format!("{}\u{2026}", head(line, room.saturating_sub(1)))
    } else {
        line.to_owned()
    }
}

/// The first characters.
fn head(text: &str, count: usize) -> &str {
    let end = text.char_indices().nth(count).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or_default()
}

/// What stands behind so many characters.
fn tail(text: &str, count: usize) -> &str {
    let start = text.char_indices().nth(count).map_or(text.len(), |(at, _)| at);
    text.get(start..).unwrap_or_default()
}
