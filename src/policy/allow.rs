//! Text that is never reported: the patterns of `allow`.

use regex::bytes::{Regex, RegexBuilder};
use thiserror::Error;

use crate::dialect::span::Span;
use crate::rule::{Finding, Findings, Found, Rule};

/// A pattern that needs more memory is refused: it is searched for in every finding.
const LARGEST: usize = 1 << 20;

/// Why a pattern cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum BadPattern {
    /// It is no regular expression, for this reason.
    #[error("{0}")]
    Syntax(String),
    /// It would take too much memory.
    #[error("too large a pattern")]
    TooLarge,
    /// It is in every text, and nothing would be reported.
    #[error("it matches the empty string, so it would hide everything")]
    MatchesAll,
}

/// The patterns, each for all rules or for one.
#[derive(Clone, Debug, Default)]
pub struct Allow(Vec<(Option<usize>, Regex)>);

impl Allow {
    /// Adds a pattern, for one rule or for all.
    pub fn add(&mut self, rule: Option<&Rule>, pattern: &str) -> Result<(), BadPattern> {
        let built = RegexBuilder::new(pattern).size_limit(LARGEST).dfa_size_limit(LARGEST).build();
        let regex = built.map_err(|error| match error {
            regex::Error::Syntax(text) => BadPattern::Syntax(reason(&text)),
            _ => BadPattern::TooLarge,
        })?;
        if regex.is_match(b"") {
            return Err(BadPattern::MatchesAll);
        }
        self.0.push((rule.map(|rule| rule.index), regex));
        Ok(())
    }

    /// All patterns of both.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.0.extend_from_slice(&other.0);
        self
    }

    fn hides(&self, finding: &Finding, text: &[u8]) -> bool {
        self.0.iter().any(|(rule, regex)| {
            rule.is_none_or(|rule| rule == finding.rule.index) && regex.is_match(text)
        })
    }

    /// Drops what is never reported of the URL in `text`, and counts it.
    pub fn apply(&self, text: &[u8], findings: &mut Findings) -> u64 {
        if self.0.is_empty() {
            return 0;
        }
        let before = findings.len();
        findings.retain_mut(|finding| !self.hides(finding, text));
        (before - findings.len()) as u64
    }

    /// Drops what is never reported of a file, and counts it. What is found in one of its `urls`, which are
    /// in order, is a matter of that URL as it is written; anything else, of the text that is marked.
    pub fn apply_to_file(&self, text: &[u8], urls: &[Span], found: &mut Vec<Found>) -> u64 {
        if self.0.is_empty() {
            return 0;
        }
        let before = found.len();
        found.retain(|found| {
            let span = found.finding.span;
            let next = urls.partition_point(|url| url.end <= span.start);
            let url = urls.get(next).filter(|url| url.start <= span.start);
            !self.hides(&found.finding, url.copied().unwrap_or(span).of(text))
        });
        (before - found.len()) as u64
    }
}

/// The reason alone: the rest shows the pattern, which the frame of the file does better.
fn reason(text: &str) -> String {
    let last = text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("no pattern");
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::find;

    fn found(rule: &str, start: usize, end: usize) -> Found {
        let finding = Finding::new(find(rule).unwrap(), Span::new(start, end));
        Found::new(finding)
    }

    #[test]
    fn a_url_is_matched_whole_and_code_by_what_is_marked() {
        let text = b"https://h/embed/demo?:theme=dark and :mode=edit";
        let urls = [Span::new(0, 32)];
        let all = || vec![found("theme-case", 21, 32), found("invalid-mode", 37, 47)];
        let left = |pattern: &str, rule: Option<&str>| {
            let mut allow = Allow::default();
            allow.add(rule.map(|rule| find(rule).unwrap()), pattern).unwrap();
            let mut found = all();
            let hidden = allow.apply_to_file(text, &urls, &mut found);
            assert_eq!(usize::try_from(hidden).unwrap() + found.len(), 2);
            found.iter().map(|found| found.finding.rule.id).collect::<Vec<_>>()
        };
        assert_eq!(left("/embed/demo", None), ["invalid-mode"]);
        assert_eq!(left(r"^:mode=\w+$", None), ["theme-case"]);
        assert_eq!(left("e", Some("theme-case")), ["invalid-mode"]);
        assert_eq!(left("E", None).len(), 2);
        assert_eq!(left("(?i)/EMBED/", None), ["invalid-mode"]);
    }

    #[test]
    fn a_pattern_that_cannot_be_used_is_refused_with_its_reason() {
        let refused = |pattern: &str| Allow::default().add(None, pattern).unwrap_err().to_string();
        assert_eq!(refused("a(b"), "unclosed group");
        assert_eq!(refused("x*"), BadPattern::MatchesAll.to_string());
        assert_eq!(refused("[a-z]{1000}{1000}"), BadPattern::TooLarge.to_string());
    }

    #[test]
    fn a_hostile_pattern_takes_linear_time() {
        let mut allow = Allow::default();
        allow.add(None, "(a+)+$").unwrap();
        let text = [vec![b'a'; 100_000], b"b".to_vec()].concat();
        let mut found = vec![found("theme-case", 0, text.len())];
        assert_eq!(allow.apply_to_file(&text, &[], &mut found), 0);
    }
}
