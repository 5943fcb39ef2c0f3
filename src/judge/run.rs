//! What the URLs of one run say of one another: a memory of fixed size, asked in the order of the input.

use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{HashMap, VecDeque};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::Judgement;
use crate::dialect::params::Id;
use crate::dialect::span::Span;
use crate::dialect::values::{attributes, teams};
use crate::rule::{Finding, Kind};
use crate::rules::run::{INCONSISTENT_USER, REUSED_NONCE};

/// How many different nonces, and how many different users, are remembered.
const REMEMBERED: usize = 1 << 17;

/// What a URL says of its user, as hashes: no value of a list is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print {
    nonce: Option<u64>,
    email: Option<u64>,
    teams: u64,
    account_type: u64,
    attributes: u64,
}

impl Print {
    /// The print of a legacy signed URL; others have none.
    pub fn of(judgement: &Judgement<'_>) -> Option<Self> {
        if judgement.kind != Kind::LegacySigned {
            return None;
        }
        let bytes = judgement.url.as_ref().map_or(&[][..], |url| url.bytes);
        let value = |id| judgement.get(id).map(|arg| hash(&arg.value(bytes)));
        let teams = [Id::ExternalUserTeam, Id::Teams].into_iter().find_map(|id| judgement.get(id));
        let names = teams.and_then(|arg| teams_of(arg.param.value.of(bytes)));
        Some(Self {
            nonce: value(Id::Nonce),
            email: value(Id::Email),
            teams: names.unwrap_or_default(),
            account_type: value(Id::AccountType).unwrap_or_default(),
            attributes: attributes_of(judgement, bytes),
        })
    }
}

/// The names in no order.
fn teams_of(raw: &[u8]) -> Option<u64> {
    let mut names = teams(raw).ok()?;
    names.sort_unstable();
    names.dedup();
    Some(hash(&names))
}

/// All attributes, of `:ua_…` and of the object, in no order.
fn attributes_of(judgement: &Judgement<'_>, bytes: &[u8]) -> u64 {
    let mut pairs: Vec<u64> = Vec::new();
    for arg in judgement.args.iter().filter(|arg| arg.earlier.is_none()) {
        match arg.row.id {
            Id::UserAttribute => {
                let name = arg.name(bytes);
                pairs.push(hash(&(name.get(3..).unwrap_or_default(), &*arg.value(bytes))));
            }
            Id::UserAttributes => {
                for (name, value) in attributes(arg.param.value.of(bytes)).unwrap_or_default() {
                    pairs.push(hash(&(name.as_bytes(), value.as_bytes())));
                }
            }
            _ => {}
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    if pairs.is_empty() { 0 } else { hash(&pairs) }
}

fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Where a URL stands.
#[derive(Clone, Debug)]
struct Seen<T> {
    source: Arc<str>,
    line: u64,
    what: T,
}

/// The first place of each key, for the last [`REMEMBERED`] keys.
#[derive(Debug)]
struct Memory<T> {
    places: HashMap<u64, Seen<T>>,
    order: VecDeque<u64>,
}

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Self { places: HashMap::new(), order: VecDeque::new() }
    }
}

impl<T> Memory<T> {
    /// The earlier place of the key, or `None` after remembering this one.
    fn earlier(&mut self, key: u64, seen: impl FnOnce() -> Seen<T>) -> Option<&Seen<T>> {
        if !self.places.contains_key(&key)
            && self.order.len() >= REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.places.remove(&oldest);
        }
        match self.places.entry(key) {
            Entry::Occupied(entry) => Some(entry.into_mut()),
            Entry::Vacant(entry) => {
                entry.insert(seen());
                self.order.push_back(key);
                None
            }
        }
    }
}

/// The memory of a run.
#[derive(Debug, Default)]
pub struct Run {
    nonces: Memory<()>,
    users: Memory<(u64, u64, u64)>,
}

impl Run {
    /// What the URL at this place repeats or contradicts. URLs must come in the order of the input.
    pub fn see(&mut self, print: &Print, source: &Arc<str>, line: u64) -> Vec<(Id, Finding)> {
        let mut findings = Vec::new();
        let place = |earlier: &Arc<str>, at: u64| {
            if earlier == source { format!("line {at}") } else { format!("line {at} of {earlier}") }
        };
        if let Some(nonce) = print.nonce {
            let seen = || Seen { source: Arc::clone(source), line, what: () };
            if let Some(earlier) = self.nonces.earlier(nonce, seen) {
                let place = place(&earlier.source, earlier.line);
                findings.push((
                    Id::Nonce,
                    Finding::new(&REUSED_NONCE, Span::default())
                        .message(format!("the nonce was used before, in {place}"))
                        .suggest("give every URL a nonce of its own"),
                ));
            }
        }
        if let Some(email) = print.email {
            let claims = (print.teams, print.account_type, print.attributes);
            let seen = || Seen { source: Arc::clone(source), line, what: claims };
            if let Some(earlier) = self.users.earlier(email, seen)
                && earlier.what != claims
            {
                let place = place(&earlier.source, earlier.line);
                let differs = [
                    (earlier.what.0 != claims.0, "teams"),
                    (earlier.what.1 != claims.1, "account type"),
                    (earlier.what.2 != claims.2, "user attributes"),
                ];
                let differs: Vec<_> =
                    differs.iter().filter(|(differs, _)| *differs).map(|(_, what)| *what).collect();
                findings.push((
                    Id::Email,
                    Finding::new(&INCONSISTENT_USER, Span::default())
                        .message(format!(
                            "the same user has other {} in {place}",
                            differs.join(" and other ")
                        ))
                        .suggest("give a user the same claims everywhere"),
                ));
            }
        }
        findings
    }
}

/// Adds what the run says of a URL to its findings, at the parameters it is about.
pub fn join(judgement: &mut Judgement<'_>, findings: Vec<(Id, Finding)>) {
    for (id, mut finding) in findings {
        if let Some(arg) = judgement.get(id) {
            finding.span = arg.param.span();
            finding.parameter = Some(arg.index);
        }
        judgement.findings.push(finding);
    }
    judgement.findings.sort_by_key(|finding| (finding.span.start, finding.rule.index));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::{Scratch, judge};
    use crate::rule::Context;

    fn see(run: &mut Run, line: u64, query: &str) -> Vec<String> {
        let url = format!("https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?{query}");
        let mut scratch = Scratch::default();
        let judgement = judge(url.as_bytes(), &Context::none(), &mut scratch);
        let print = Print::of(&judgement).unwrap();
        let findings = run.see(&print, &"list".into(), line);
        findings.into_iter().map(|(_, finding)| finding.message.into_owned()).collect()
    }

    #[test]
    fn a_repeated_nonce_names_the_first_place() {
        let mut run = Run::default();
        assert!(see(&mut run, 1, ":nonce=a&:email=x@a.example").is_empty());
        assert!(see(&mut run, 2, ":nonce=b&:email=y@a.example").is_empty());
        assert_eq!(
            see(&mut run, 5, ":nonce=%61&:email=z@a.example"),
            ["the nonce was used before, in line 1"]
        );
    }

    #[test]
    fn what_differs_between_two_urls_of_a_user_is_named() {
        let mut run = Run::default();
        let first = ":email=a@a.example&:teams=A,B&:account_type=View&:ua_R=West&:ua_S=1";
        assert!(see(&mut run, 1, first).is_empty());
        // The same, in another order and another spelling.
        let same = ":user_attributes={\"S\":\"1\",\"R\":\"West\"}&:account_type=View&:external_user_team=B,A&:email=a%40a.example";
        assert!(see(&mut run, 2, same).is_empty());
        let other = first.replace("View", "Build").replace("West", "East");
        assert_eq!(
            see(&mut run, 3, &other),
            ["the same user has other account type and other user attributes in line 1"]
        );
        assert_eq!(
            see(&mut run, 4, ":email=a@a.example&:account_type=View&:ua_R=West&:ua_S=1"),
            ["the same user has other teams in line 1"]
        );
    }

    #[test]
    fn memory_is_bounded_and_forgets_the_oldest() {
        let mut run = Run::default();
        let print = |n: u64| Print {
            nonce: Some(n),
            email: None,
            teams: 0,
            account_type: 0,
            attributes: 0,
        };
        let source: Arc<str> = "list".into();
        for n in 0..=REMEMBERED as u64 {
            assert!(run.see(&print(n), &source, n).is_empty());
        }
        assert_eq!(run.nonces.places.len(), REMEMBERED);
        assert!(run.see(&print(0), &source, 9).is_empty());
        assert_eq!(run.see(&print(REMEMBERED as u64), &source, 9).len(), 1);
    }
}
