//! `embed2jwt: ignore` comments: which findings they hide, and which of them hide nothing.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::{UnknownRule, nearest};
use crate::dialect::span::Span;
use crate::rule::{Finding, Found, Rule};
use crate::rules::{RULES, files, find};
use crate::text::Day;

/// The longest part of a comment that is read.
const LONGEST: usize = 1000;

/// So many names that are no rule's are told of one comment.
const MOST_UNKNOWN: usize = 10;

/// How a comment begins that is meant for this program.
const BEGINNING: &str = "embed2jwt:";

/// What such a comment says.
const WORD: &str = "ignore";

/// A longer word is not compared with it.
const LONGEST_WORD: usize = 12;

/// Reads such comments.
#[derive(Debug)]
pub struct Ignores {
    today: Day,
}

/// One comment.
struct Comment<'t> {
    /// From the program's name to the last word that is understood.
    span: Span,
    line: usize,
    /// The rules that it names; all, if it names none.
    rules: Option<Vec<&'static Rule>>,
    unknown: Vec<(Span, &'t str)>,
    /// Why it hides nothing, whatever stands there.
    void: Option<Finding>,
}

impl Ignores {
    /// What stands in a file that has one: the end of the program's name, since its beginning is a common word.
    pub const NEEDLE: &str = "2jwt:";

    /// Comments are good until the end of their day.
    pub fn new(today: Day) -> Self {
        Self { today }
    }

    /// Which of these findings are hidden, and what is to be said of the comments. `needles` are the places where
    /// [`Self::NEEDLE`] stands in the text; these and the findings are in order.
    ///
    /// A comment is for its own line. If nothing that it could hide stands there, it is for the line below.
    pub fn apply(&self, text: &[u8], needles: &[u32], found: &[Found]) -> (Vec<bool>, Vec<Found>) {
        if needles.is_empty() {
            return (vec![false; found.len()], Vec::new());
        }
        let lines = Lines::of(text);
        let comments = needles.iter().filter_map(|at| self.comment(text, *at as usize, &lines));
        let comments: Vec<_> = comments.collect();
        let place = |found: &Found| {
            let Span { start, end } = found.finding.span;
            let first = lines.number(start as usize);
            (first, lines.number((end as usize).saturating_sub(1)).max(first))
        };
        let places: Vec<_> = found.iter().map(place).collect();
        let used = hide(&comments, found, &places);
        let mut said = Vec::new();
        for (comment, is_used) in comments.into_iter().zip(&used.comments) {
            for (span, name) in &comment.unknown {
                said.push(unknown(*span, name));
            }
            match comment.void {
                Some(finding) => said.push(finding),
                None if !is_used && comment.unknown.is_empty() => {
                    let finding = Finding::new(&files::UNUSED_SUPPRESSION, comment.span);
                    said.push(finding.suggest("remove it, or name the rule that it is for"));
                }
                None => {}
            }
        }
        (used.findings, said.into_iter().map(Found::new).collect())
    }

    /// Reads the comment around this needle, if it is one.
    fn comment<'t>(&self, text: &'t [u8], at: usize, lines: &Lines) -> Option<Comment<'t>> {
        let at = (at + Self::NEEDLE.len()).checked_sub(BEGINNING.len())?;
        // Quoted in prose, or the end of another word; but two dashes or slashes begin a comment.
        let before = text.get(..at)?;
        let begins = before.ends_with(b"--") || before.ends_with(b"//");
        let is_part = |b: &u8| *b == b'`' || b.is_ascii_alphanumeric() || b"-_./".contains(b);
        if !begins && before.last().is_some_and(is_part) {
            return None;
        }
        let rest = text.get(at..)?;
        let end = memchr::memchr2(b'\n', b'\r', rest.get(..LONGEST).unwrap_or(rest));
        let whole = rest.get(..end.unwrap_or(LONGEST.min(rest.len())))?;
        let whole = match std::str::from_utf8(whole) {
            Ok(whole) => whole,
            Err(error) => std::str::from_utf8(whole.get(..error.valid_up_to())?).ok()?,
        };
        let place = |part: &str| {
            let start = at + (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
            Span::new(start, start + part.len())
        };
        let blank = [' ', '\t'];
        let rest = whole.strip_prefix(BEGINNING)?.trim_start_matches(blank);
        let is_word = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        let word = rest.split(|c| !is_word(c)).next().unwrap_or_default();
        if word != WORD {
            let void = misspelt(word, place(word))?.into();
            let span = place(whole.get(..whole.len() - rest.len() + word.len())?);
            return Some(Comment {
                span,
                line: lines.number(at),
                rules: None,
                unknown: Vec::new(),
                void,
            });
        }
        let mut rest = rest.strip_prefix(word)?;
        let mut rules = None;
        let mut unknown = Vec::new();
        if let Some(list) = rest.trim_start_matches(blank).strip_prefix('[') {
            let Some((list, after)) = list.split_once(']') else {
                // Nobody knows which rules are meant.
                let span = place(whole.get(..whole.len() - list.len())?);
                let void = Finding::new(&files::UNUSED_SUPPRESSION, span)
                    .message("this comment hides nothing: its list of rules is not closed")
                    .suggest("close the list with `]`, in the same line");
                let (line, void) = (lines.number(at), Some(void));
                return Some(Comment { span, line, rules: None, unknown, void });
            };
            let named = rules.insert(Vec::new());
            for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                match find(name) {
                    Some(rule) => named.push(rule),
                    None if unknown.len() < MOST_UNKNOWN => unknown.push((place(name), name)),
                    None => {}
                }
            }
            rest = after;
        } else if let Some(name) = bare_rule(rest) {
            let span = place(whole.get(..whole.len() - rest.len())?).join(place(name));
            let void = Finding::new(&files::UNUSED_SUPPRESSION, span)
                .message("this comment hides nothing: a rule needs brackets")
                .suggest(format!("write `{WORD}[{name}]`"));
            let (line, void) = (lines.number(at), Some(void));
            return Some(Comment { span, line, rules: None, unknown, void });
        }
        let head = place(whole.get(..whole.len() - rest.len())?);
        let until =
            rest.split_whitespace().find_map(|word| Some((word, word.strip_prefix("until=")?)));
        let span = until.map_or(head, |(word, _)| head.join(place(word)));
        let void = until.and_then(|(_, date)| {
            // The comment's own end may follow without a space: `-->`.
            let date = date.get(..10).unwrap_or(date);
            let finding = Finding::new(&files::UNUSED_SUPPRESSION, span);
            match Day::parse(date) {
                Some(day) if day >= self.today => None,
                Some(_) => Some(
                    finding
                        .message(format!("this comment is past its date, {date}: it hides nothing"))
                        .suggest("fix what it hid, or give it a later date"),
                ),
                None => Some(
                    finding
                        .message(format!("this comment hides nothing: there is no day `{date}`"))
                        .suggest("write the day as `until=2027-01-31`: year, month, day"),
                ),
            }
        });
        Some(Comment { span, line: lines.number(at), rules, unknown, void })
    }
}

/// What is said of a word that is meant to be [`WORD`]; nothing of another one.
fn misspelt(word: &str, span: Span) -> Option<Finding> {
    let small = word.to_ascii_lowercase();
    let longer = small.strip_prefix(WORD).is_some_and(|rest| !rest.is_empty());
    let near = small.len() <= LONGEST_WORD && strsim::osa_distance(&small, WORD) <= 2;
    if !longer && !near {
        return None;
    }
    let finding = Finding::new(&files::UNUSED_SUPPRESSION, span)
        .message("this comment hides nothing: its first word is misspelt");
    Some(finding.suggest(format!("write `{WORD}`, on the line of the finding or the one above it")))
}

/// The rule that is named right behind the word, as if it were the reason.
fn bare_rule(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches([' ', '\t', '(', ':', '=']);
    let name = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next()?;
    find(name).map(|rule| rule.id)?;
    Some(name)
}

/// What is said of a name that is no rule's.
fn unknown(span: Span, name: &str) -> Finding {
    let near = nearest(name, RULES.iter().map(|rule| rule.id));
    let suggestion = match near {
        Some(id) => format!("did you mean `{id}`?"),
        None => UnknownRule::new("").advice().to_owned(),
    };
    // What looks like no rule is not repeated: nobody knows what it is.
    let is_word = name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-');
    let message =
        if is_word { format!("there is no rule `{name}`") } else { "no such rule".into() };
    Finding::new(&files::UNUSED_SUPPRESSION, span).message(message).suggest(suggestion)
}

/// What hides and what is hidden, by number.
struct Used {
    comments: Vec<bool>,
    findings: Vec<bool>,
}

/// A rule by its number, or all of them.
type Key = Option<usize>;

/// Matches comments with findings, by lines: each once for its rules, so that time does not grow with the product.
fn hide(comments: &[Comment<'_>], found: &[Found], places: &[(usize, usize)]) -> Used {
    let keys = |comment: &Comment<'_>| -> Vec<Key> {
        match &comment.rules {
            _ if comment.void.is_some() => Vec::new(),
            Some(rules) => rules.iter().map(|rule| Some(rule.index)).collect(),
            None => vec![None],
        }
    };
    // First lines of findings, and how far those reach that begin there or before.
    let mut reach: HashMap<Key, Vec<(usize, usize)>> = HashMap::new();
    for (found, (first, last)) in found.iter().zip(places) {
        for key in [None, Some(found.finding.rule.index)] {
            let reach = reach.entry(key).or_default();
            let far = reach.last().map_or(*last, |(_, far)| *last.max(far));
            reach.push((*first, far));
        }
    }
    let begun = |key: &Key, line: usize| {
        let reach = reach.get(key).map(Vec::as_slice).unwrap_or_default();
        reach.partition_point(|(first, _)| *first <= line).checked_sub(1).and_then(|n| reach.get(n))
    };
    // Lines that are hidden, by rule.
    let mut own: HashMap<Key, Vec<usize>> = HashMap::new();
    let mut below: HashMap<Key, Vec<usize>> = HashMap::new();
    let mut used = Vec::new();
    for comment in comments {
        let keys = keys(comment);
        let stands =
            |key: &Key| begun(key, comment.line).is_some_and(|(_, far)| *far >= comment.line);
        let follows = |key: &Key| {
            begun(key, comment.line + 1).is_some_and(|(first, _)| *first > comment.line)
        };
        let (lines, line, is_used) = if keys.iter().any(stands) {
            (&mut own, comment.line, true)
        } else {
            (&mut below, comment.line + 1, keys.iter().any(follows))
        };
        for key in keys {
            lines.entry(key).or_default().push(line);
        }
        used.push(is_used);
    }
    let is_hidden = |(found, (first, last)): (&Found, &(usize, usize))| {
        [None, Some(found.finding.rule.index)].iter().any(|key| {
            let within = |lines: &HashMap<Key, Vec<usize>>, last: usize| {
                let lines = lines.get(key).map(Vec::as_slice).unwrap_or_default();
                lines.get(lines.partition_point(|line| line < first)).is_some_and(|l| *l <= last)
            };
            within(&own, *last) || within(&below, *first)
        })
    };
    Used { comments: used, findings: found.iter().zip(places).map(is_hidden).collect() }
}

/// The ends of a text's lines, to number its places by.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &[u8]) -> Self {
        Self(memchr::memchr_iter(b'\n', text).collect())
    }

    /// The 1-based line of a byte.
    fn number(&self, at: usize) -> usize {
        self.0.partition_point(|end| *end < at) + 1
    }
}
