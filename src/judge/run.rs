//! What the URLs of one run say of one another: a memory of fixed size, asked in the order of the input.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};
use std::sync::{Arc, LazyLock};

use super::{Draft, Judgement, Shelf};
use crate::dialect::params::{Fate, Id, USER_ATTRIBUTE_PREFIX};
use crate::dialect::span::Span;
use crate::dialect::url::Url;
use crate::dialect::values::{attributes, teams};
use crate::rule::{Arg, Finding, Kind};
use crate::rules::run::{INCONSISTENT_USER, REUSED_NONCE};

/// How many different nonces, and how many different users, are remembered.
const REMEMBERED: usize = 1 << 16;

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
    /// The hashes: of the nonce, of the user, and of the user's teams, account type and attributes.
    pub fn hashes(&self) -> (Option<u64>, Option<u64>, [u64; 3]) {
        (self.nonce, self.email, [self.teams, self.account_type, self.attributes])
    }

    /// The print of a legacy signed URL; others have none.
    pub fn of(draft: &Draft<'_>, shelf: &Shelf) -> Option<Self> {
        let url = draft.url(shelf).filter(|_| draft.kind == Kind::LegacySigned)?;
        let (args, first) = (draft.args(shelf), draft.first(shelf));
        let get = |id| first.get(id as usize).and_then(|n| args.get(*n as usize));
        Some(Self::new(&url, args, get, &*KEY))
    }

    /// The same of a URL that is judged already, under a key that other processes may have too.
    pub fn under(judgement: &Judgement<'_>, key: &impl BuildHasher) -> Option<Self> {
        let url = judgement.url.filter(|_| judgement.kind == Kind::LegacySigned)?;
        Some(Self::new(&url, judgement.args, |id| judgement.get(id), key))
    }

    /// The same of a URL that is judged already, as far as `is_literal` says that its values are known.
    pub fn of_judged(judgement: &Judgement<'_>, is_literal: impl Fn(&Arg) -> bool) -> Option<Self> {
        let url = judgement.url.filter(|_| judgement.kind == Kind::LegacySigned)?;
        let mut print = Self::new(&url, judgement.args, |id| judgement.get(id), &*KEY);
        if !judgement.get(Id::Nonce).is_some_and(&is_literal) {
            print.nonce = None;
        }
        let of_user = |arg: &&Arg| {
            arg.row.fate == Fate::Claim
                && !matches!(arg.row.id, Id::Nonce | Id::Time | Id::SessionLength)
        };
        if !judgement.args.iter().filter(of_user).all(is_literal) {
            print.email = None;
        }
        (print.nonce.is_some() || print.email.is_some()).then_some(print)
    }

    fn new<'a>(
        url: &Url<'_>,
        args: &'a [Arg],
        get: impl Fn(Id) -> Option<&'a Arg>,
        key: &impl BuildHasher,
    ) -> Self {
        let value = |id| get(id).map(|arg| print(arg.value(url), key));
        let names = [Id::ExternalUserTeam, Id::Teams].into_iter().find_map(&get);
        let names = names.and_then(|arg| teams(arg.value(url)).ok()).unwrap_or_default();
        Self {
            nonce: value(Id::Nonce),
            email: value(Id::Email),
            teams: unordered(names.iter().map(|name| print(name.as_bytes(), key)), key),
            account_type: value(Id::AccountType).unwrap_or_default(),
            attributes: unordered(attributes_of(args, url, key), key),
        }
    }
}

/// The prints of all attributes, of `:ua_…` and of the object.
fn attributes_of(args: &[Arg], url: &Url<'_>, key: &impl BuildHasher) -> impl Iterator<Item = u64> {
    let single = move |arg: &Arg| {
        let name = arg.name(url.bytes);
        pair(name.strip_prefix(USER_ATTRIBUTE_PREFIX).unwrap_or_default(), arg.value(url), key)
    };
    let object = |arg: &Arg| attributes(arg.value(url)).unwrap_or_default();
    let is_one = |arg: &&Arg| matches!(arg.row.id, Id::UserAttribute | Id::UserAttributes);
    let of_user = args.iter().filter(is_one).filter(|arg| arg.earlier.is_none());
    of_user.flat_map(move |arg| {
        let is_object = arg.row.id == Id::UserAttributes;
        let pairs = if is_object { object(arg) } else { Vec::new() };
        let of_object = pairs
            .into_iter()
            .map(move |(name, value)| pair(name.as_bytes(), value.as_bytes(), key));
        (!is_object).then(|| single(arg)).into_iter().chain(of_object)
    })
}

/// One print for all, whatever their order and however often each is there.
fn unordered(mut prints: impl Iterator<Item = u64>, key: &impl BuildHasher) -> u64 {
    let Some(first) = prints.next() else { return 0 };
    // Most users have one team and one attribute at most.
    let Some(second) = prints.next() else { return first };
    let mut all = vec![first, second];
    all.extend(prints);
    all.sort_unstable();
    all.dedup();
    if all.len() == 1 {
        return first;
    }
    let mut hasher = key.build_hasher();
    for print in all {
        hasher.write_u64(print);
    }
    hasher.finish()
}

/// The key of a run's prints. Hostile lists must not know which of them collide.
static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// What is remembered of a value in its place.
fn print(value: &[u8], key: &impl BuildHasher) -> u64 {
    let mut hasher = key.build_hasher();
    hasher.write(value);
    hasher.finish()
}

/// The same of a name and its value.
fn pair(name: &[u8], value: &[u8], key: &impl BuildHasher) -> u64 {
    let mut hasher = key.build_hasher();
    hasher.write(name);
    // No byte of UTF-8, so that it is clear where the name ends.
    hasher.write_u8(0xff);
    hasher.write(value);
    hasher.finish()
}

/// A print is a keyed hash already.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, print: u64) {
        self.0 = print;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Where a URL stands, small: there are many. A line beyond four billion is told as that.
#[derive(Clone, Copy, Debug)]
struct Place {
    source: u32,
    line: u32,
}

/// The first place of each key, and what the URL there said, for the last [`REMEMBERED`] keys.
#[derive(Debug)]
struct Memory<T> {
    places: HashMap<u64, (Place, T), BuildHasherDefault<AsItIs>>,
    order: VecDeque<u64>,
    /// Whether nothing is forgotten.
    exact: bool,
}

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Self { places: HashMap::default(), order: VecDeque::new(), exact: false }
    }
}

impl<T: Copy> Memory<T> {
    /// The earlier place of the key, or `None` after remembering this one.
    fn earlier(&mut self, key: u64, place: Place, said: T) -> Option<(Place, T)> {
        if let Some(known) = self.places.get(&key) {
            return Some(*known);
        }
        if !self.exact
            && self.order.len() >= REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.places.remove(&oldest);
        }
        self.places.insert(key, (place, said));
        self.order.push_back(key);
        None
    }
}

/// The memory of a run.
#[derive(Debug, Default)]
pub struct Run {
    /// The lists so far, in order.
    sources: Vec<Arc<str>>,
    nonces: Memory<()>,
    /// Hashes of teams, account type and attributes; 32 bits of each are enough to tell that they differ.
    users: Memory<[u32; 3]>,
}

impl Run {
    /// A memory that forgets nothing, and grows with the nonces and users that it sees.
    pub fn exact() -> Self {
        let mut run = Self::default();
        (run.nonces.exact, run.users.exact) = (true, true);
        run
    }

    /// What the URL at this place repeats or contradicts. URLs must come in the order of the input.
    pub fn see(&mut self, print: &Print, source: &Arc<str>, line: u64) -> Vec<(Id, Finding)> {
        if self.sources.last() != Some(source) {
            self.sources.push(Arc::clone(source));
        }
        let number = u32::try_from(self.sources.len() - 1).unwrap_or(u32::MAX);
        let here = Place { source: number, line: u32::try_from(line).unwrap_or(u32::MAX) };
        let mut findings = Vec::new();
        if let Some(nonce) = print.nonce
            && let Some((earlier, ())) = self.nonces.earlier(nonce, here, ())
        {
            findings.push(reused(&self.told(earlier, here)));
        }
        #[allow(clippy::cast_possible_truncation, reason = "the lower half of a hash is a hash")]
        let claims = [print.teams, print.account_type, print.attributes].map(|hash| hash as u32);
        if let Some(email) = print.email
            && let Some((earlier, other)) = self.users.earlier(email, here, claims)
            && other != claims
        {
            let mut differs = other.iter().zip(&claims).map(|(other, claim)| other != claim);
            let differs = [(); 3].map(|()| differs.next() == Some(true));
            findings.push(inconsistent(differs, &self.told(earlier, here)));
        }
        findings
    }

    /// A place as a finding in `here` names it.
    fn told(&self, place: Place, here: Place) -> String {
        match self.sources.get(place.source as usize) {
            Some(source) if place.source != here.source => {
                format!("line {} of {source}", place.line)
            }
            _ => format!("line {}", place.line),
        }
    }
}

/// The finding of a nonce that was used at an earlier place.
pub fn reused(place: &str) -> (Id, Finding) {
    let finding = Finding::new(&REUSED_NONCE, Span::default())
        .message(format!("the nonce was used before, in {place}"))
        .suggest("give every URL a nonce of its own");
    (Id::Nonce, finding)
}

/// The finding of a user whose teams, account type or attributes differ from those at the first place.
pub fn inconsistent(differs: [bool; 3], place: &str) -> (Id, Finding) {
    let names = ["teams", "account type", "user attributes"];
    let differs: Vec<_> = names
        .into_iter()
        .zip(differs)
        .filter(|(_, differs)| *differs)
        .map(|(name, _)| name)
        .collect();
    let finding = Finding::new(&INCONSISTENT_USER, Span::default())
        .message(format!("the same user has other {} in {place}", differs.join(" and other ")))
        .suggest("give a user the same claims everywhere");
    (Id::Email, finding)
}

/// Adds what the run says of a URL to its findings, at the parameters it is about.
pub fn join(judgement: &mut Judgement<'_>, findings: Vec<(Id, Finding)>) {
    if findings.is_empty() {
        return;
    }
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
    use crate::rule::Context;

    fn see(run: &mut Run, line: u64, query: &str) -> Vec<String> {
        let url = format!("https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?{query}");
        let mut shelf = Shelf::default();
        let draft = Draft::read(url.as_bytes(), &Context::none(), &mut shelf);
        let print = Print::of(&draft, &shelf).unwrap();
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
        // A name twice is one.
        let twice = first.replace(":teams=A,B", ":teams=A,B,%20A");
        assert!(see(&mut run, 3, &twice).is_empty());
        let other = first.replace("View", "Build").replace("West", "East");
        assert_eq!(
            see(&mut run, 4, &other),
            ["the same user has other account type and other user attributes in line 1"]
        );
        assert_eq!(
            see(&mut run, 5, ":email=a@a.example&:account_type=View&:ua_R=West&:ua_S=1"),
            ["the same user has other teams in line 1"]
        );
    }

    fn print(nonce: u64) -> Print {
        Print { nonce: Some(nonce), email: None, teams: 0, account_type: 0, attributes: 0 }
    }

    #[test]
    fn memory_is_bounded_and_forgets_the_oldest() {
        let mut run = Run::default();
        let source: Arc<str> = "list".into();
        for n in 0..=REMEMBERED as u64 {
            assert!(run.see(&print(n), &source, n).is_empty());
        }
        assert_eq!(run.nonces.places.len(), REMEMBERED);
        assert!(run.see(&print(0), &source, 9).is_empty());
        assert_eq!(run.see(&print(REMEMBERED as u64), &source, 9).len(), 1);
    }

    #[test]
    fn an_exact_memory_forgets_nothing() {
        let mut run = Run::exact();
        let source: Arc<str> = "list".into();
        for n in 0..=REMEMBERED as u64 {
            assert!(run.see(&print(n), &source, n).is_empty());
        }
        assert_eq!(run.see(&print(0), &source, 9).len(), 1);
    }
}
