//! What a summary counts whatever the run is about: findings, parameters, embed ids; of bounded size.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::redact;
use crate::dialect::params::{COUNT, Parameter, TABLE};
use crate::rule::{Arg, Finding, Lost, Outcome, Rule, Severity};

/// A part of a source. Lines and columns are 1-based; columns count characters of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Where it begins.
    pub line: u64,
    /// Where it begins.
    pub column: u64,
    /// Where it ends.
    pub end_line: u64,
    /// Behind the last character.
    pub end_column: u64,
}

impl Region {
    /// A part of one line.
    pub fn in_line(line: u64, column: u64, end_column: u64) -> Self {
        Self { line, column, end_line: line, end_column: end_column.max(column) }
    }
}

/// Where a finding stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The list's name, or the file's path.
    pub source: Arc<str>,
    /// The part of it.
    pub region: Region,
}

/// Equal findings.
#[derive(Clone, Debug)]
pub struct Group {
    /// Their rule.
    pub rule: &'static Rule,
    /// Their weight.
    pub severity: Severity,
    /// What they say.
    pub message: String,
    /// What to do.
    pub suggestion: String,
    /// How many there are.
    pub count: u64,
    /// The first of them, up to [`SPOTS`].
    pub spots: Vec<Spot>,
}

/// Spots that are kept of a group.
pub const SPOTS: usize = 3;

/// Groups that are kept apart by their message; beyond it, findings of a rule are one group. Messages can hold names
/// from the list, and memory must not grow with it.
const GROUPS: usize = 1000;

/// Messages of one rule that have a row of their own: beyond it, they are one row. Some messages hold a line or a name,
/// and a table of a thousand rows is none.
const WORDINGS: usize = 5;

/// Single findings that are kept of each severity, for formats that show the first few.
pub const FIRST: usize = 10;

/// Different embed ids that are counted exactly.
pub const EMBEDS: usize = 100_000;

/// One of the first findings.
#[derive(Clone, Debug)]
pub struct Single {
    /// Its rule.
    pub rule: &'static Rule,
    /// What it says.
    pub message: String,
    /// What to do.
    pub suggestion: String,
    /// Where.
    pub spot: Spot,
}

/// Severities in the order in which they are told.
pub const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

/// Adds one to the count of `what` in a list that is ordered as `order`.
pub(super) fn count<T: PartialEq, const N: usize>(counts: &mut [u64; N], order: &[T; N], what: &T) {
    for (slot, _) in counts.iter_mut().zip(order).filter(|(_, other)| *other == what) {
        *slot += 1;
    }
}

/// Adds counts to counts.
pub(super) fn sum<const N: usize>(into: &mut [u64; N], from: &[u64; N]) {
    into.iter_mut().zip(from).for_each(|(into, from)| *into += from);
}

/// The findings of a run.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By severity, in the order of [`SEVERITIES`].
    pub findings: [u64; SEVERITIES.len()],
    /// Equal findings, by rule and severity, then by message.
    groups: BTreeMap<(usize, Severity), BTreeMap<String, Group>>,
    /// How many groups there are.
    kept: usize,
    /// The first findings of each severity, in the order of [`SEVERITIES`].
    pub first: [Vec<Single>; SEVERITIES.len()],
}

impl Tally {
    /// Counts one finding. Only of the first of their kind is the spot asked for.
    pub fn add(&mut self, finding: &Finding, spot: impl Fn() -> Spot) {
        count(&mut self.findings, &SEVERITIES, &finding.severity);
        // A message may name what stood in the URL, and a summary is read where no secret may be.
        let (message, suggestion) = redact::words(finding, redact::Secrets::Hidden);
        let order = SEVERITIES.iter().position(|severity| *severity == finding.severity);
        if let Some(first) = order.and_then(|order| self.first.get_mut(order))
            && first.len() < FIRST
        {
            first.push(Single {
                rule: finding.rule,
                message: message.clone().into_owned(),
                suggestion: suggestion.clone().into_owned(),
                spot: spot(),
            });
        }
        let known = self.groups.get_mut(&(finding.rule.index, finding.severity));
        if let Some(known) = known.and_then(|groups| groups.get_mut(&*message)) {
            known.count += 1;
            if known.spots.len() < SPOTS {
                known.spots.push(spot());
            }
            return;
        }
        self.add_group(Group {
            rule: finding.rule,
            severity: finding.severity,
            message: message.into_owned(),
            suggestion: suggestion.into_owned(),
            count: 1,
            spots: vec![spot()],
        });
    }

    fn add_group(&mut self, mut group: Group) {
        let groups = self.groups.entry((group.rule.index, group.severity)).or_default();
        if self.kept >= GROUPS && !groups.contains_key(&group.message) {
            group.rule.summary.clone_into(&mut group.message);
            group.suggestion.clear();
        }
        if let Some(known) = groups.get_mut(&group.message) {
            known.count += group.count;
            let room = SPOTS.saturating_sub(known.spots.len());
            known.spots.extend(group.spots.into_iter().take(room));
        } else {
            self.kept += 1;
            groups.insert(group.message.clone(), group);
        }
    }

    /// Adds what was counted of what comes next in the order of the input.
    pub fn merge(&mut self, next: Self) {
        sum(&mut self.findings, &next.findings);
        for (into, from) in self.first.iter_mut().zip(next.first) {
            let room = FIRST.saturating_sub(into.len());
            into.extend(from.into_iter().take(room));
        }
        for group in next.groups.into_values().flat_map(BTreeMap::into_values) {
            self.add_group(group);
        }
    }

    /// Equal findings: the heaviest first, then the most frequent, then by rule.
    pub fn groups(&self) -> Vec<&Group> {
        let mut groups: Vec<_> = self.groups.values().flat_map(BTreeMap::values).collect();
        groups.sort_by_key(|group| {
            (std::cmp::Reverse((group.severity, group.count)), group.rule.index, &group.message)
        });
        groups
    }

    /// The groups as people read them: of a rule with many wordings, those behind the first few are one.
    pub fn condensed(&self) -> Vec<Group> {
        let groups = self.groups();
        let mut rows: Vec<Group> = Vec::new();
        let mut others: Vec<Group> = Vec::new();
        for group in &groups {
            let same = |other: &Group| other.rule == group.rule && other.severity == group.severity;
            let many = groups.iter().filter(|other| same(other)).count() > WORDINGS;
            let shown = rows.iter().filter(|other| same(other)).count();
            // The summary puts what it no longer keeps apart under the rule's own words.
            if !many || (shown < WORDINGS && group.message != group.rule.summary) {
                rows.push((*group).clone());
            } else if let Some(other) = others.iter_mut().find(|other| same(other)) {
                other.count += group.count;
                let room = SPOTS.saturating_sub(other.spots.len());
                other.spots.extend(group.spots.iter().take(room).cloned());
            } else {
                others.push(Group {
                    message: format!("{} (various)", group.rule.summary),
                    suggestion: "`--format ndjson` lists each".to_owned(),
                    ..(*group).clone()
                });
            }
        }
        rows.append(&mut others);
        rows.sort_by_key(|row| std::cmp::Reverse((row.severity, row.count)));
        rows
    }

    /// How many findings each rule has at each severity: the heaviest first, then the most frequent.
    pub fn by_rule(&self) -> Vec<(&'static Rule, Severity, u64)> {
        let mut rules: Vec<(&'static Rule, Severity, u64)> = Vec::new();
        for group in self.groups() {
            let same = |(rule, severity, _): &&mut (&'static Rule, Severity, u64)| {
                *rule == group.rule && *severity == group.severity
            };
            match rules.iter_mut().find(same) {
                Some((_, _, n)) => *n += group.count,
                None => rules.push((group.rule, group.severity, group.count)),
            }
        }
        rules.sort_by_key(|(rule, severity, n)| (std::cmp::Reverse((*severity, *n)), rule.index));
        rules
    }

    /// How many findings have this severity.
    pub fn severity(&self, severity: Severity) -> u64 {
        let pairs = SEVERITIES.iter().zip(self.findings);
        pairs.filter(|(other, _)| **other == severity).map(|(_, n)| n).sum()
    }

    /// How many findings there are.
    pub fn total(&self) -> u64 {
        self.findings.iter().sum()
    }
}

/// How often a parameter is used, and how often it is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Use {
    /// Occurrences.
    pub count: u64,
    /// Those whose effect has no counterpart.
    pub lost: u64,
    /// Those whose loss lets the embed user do more.
    pub widens: u64,
    /// Restrictions that stay in the URL, where the embed's user can take them out.
    pub exposed: u64,
}

impl Use {
    /// One use with this outcome.
    pub fn of(outcome: Outcome) -> Self {
        let lost = outcome.lost();
        Self {
            count: 1,
            lost: (lost > Lost::Nothing).into(),
            widens: (lost == Lost::Restriction).into(),
            exposed: (outcome == Outcome::Keep { removable: true }).into(),
        }
    }

    /// What several findings say of one place.
    pub(super) fn max(self, other: Self) -> Self {
        Self {
            count: self.count.max(other.count),
            lost: self.lost.max(other.lost),
            widens: self.widens.max(other.widens),
            exposed: self.exposed.max(other.exposed),
        }
    }

    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.lost += other.lost;
        self.widens += other.widens;
        self.exposed += other.exposed;
    }
}

/// The parameters of a run.
#[derive(Clone, Debug)]
pub struct Uses {
    /// By the number of their row.
    table: [Use; COUNT],
    /// Those whose row is the configuration's.
    configured: Vec<(&'static Parameter, Use)>,
}

impl Default for Uses {
    fn default() -> Self {
        Self { table: [Use::default(); COUNT], configured: Vec::new() }
    }
}

impl Uses {
    /// Counts one parameter of a URL.
    pub fn add_arg(&mut self, arg: &Arg) {
        self.add(arg.row, Use::of(arg.outcome));
    }

    /// Counts uses of the parameters of a row.
    pub fn add(&mut self, row: &'static Parameter, uses: Use) {
        if std::ptr::eq(row, row.id.row()) {
            if let Some(slot) = self.table.get_mut(row.id as usize) {
                slot.add(uses);
            }
            return;
        }
        match self.configured.iter_mut().find(|(known, _)| std::ptr::eq(*known, row)) {
            Some((_, slot)) => slot.add(uses),
            None => self.configured.push((row, uses)),
        }
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, next: Self) {
        for (into, from) in self.table.iter_mut().zip(next.table) {
            into.add(from);
        }
        for (row, uses) in next.configured {
            self.add(row, uses);
        }
    }

    /// The parameters that are used: those of the table in its order, then those of the configuration by name.
    pub fn used(&self) -> impl Iterator<Item = (&'static Parameter, Use)> {
        let mut configured = self.configured.clone();
        configured.sort_by_key(|(row, _)| row.name);
        TABLE.iter().zip(self.table).filter(|(_, used)| used.count > 0).chain(configured)
    }
}

/// The different embed ids of a run.
#[derive(Clone, Debug, Default)]
pub struct EmbedIds {
    /// With whether the map knows them; at most [`EMBEDS`].
    known: HashMap<Vec<u8>, bool>,
}

impl EmbedIds {
    /// Counts an embed id. `known` says whether the map knows it.
    pub fn add(&mut self, id: &[u8], known: bool) {
        let id = id.strip_prefix(b"1-").unwrap_or(id);
        match self.known.get_mut(id) {
            Some(slot) => *slot = known,
            None => self.insert(id.to_vec(), known),
        }
    }

    fn insert(&mut self, id: Vec<u8>, known: bool) {
        if self.known.len() < EMBEDS || self.known.contains_key(&id) {
            self.known.insert(id, known);
        }
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, next: Self) {
        for (id, known) in next.known {
            self.insert(id, known);
        }
    }

    /// How many there are, and how many of them the map knows. [`EMBEDS`] means that many or more.
    pub fn count(&self) -> (usize, usize) {
        (self.known.len(), self.known.values().filter(|known| **known).count())
    }
}
