//! What a report of judged URLs is given: one record a URL, and at the end a summary of bounded size.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Origin, redact};
use crate::dialect::params::{COUNT, Loss, Parameter, TABLE};
use crate::judge::{Judgement, Verdict};
use crate::rule::{Arg, Finding, Kind, Rule, Severity, Signature};

/// One URL after judging and after the policy has spoken.
pub struct Record<'a> {
    /// The list's name.
    pub source: &'a Arc<str>,
    /// The row's line.
    pub line: u64,
    /// The row's number in the run, from 0.
    pub number: u64,
    /// What is to be said of it.
    pub judgement: &'a Judgement<'a>,
    /// Whether it can be moved, and at what price.
    pub verdict: Verdict,
    /// The row's URL as it came.
    pub text: &'a [u8],
    /// Where it comes from.
    pub origin: &'a dyn Origin,
}

/// A format. Rows are written by several threads into buffers that are joined in the order of the input.
pub trait Report: Send + Sync {
    /// Whether [`Report::begin`] needs the summary: then the rows are held in a temporary file until the end.
    fn begins_with_summary(&self) -> bool {
        false
    }

    /// What stands between two pieces that [`Report::row`] writes. `row` ends each with it; the last one is cut off.
    fn separator(&self) -> &'static [u8] {
        b""
    }

    /// What stands before the rows. The summary is empty unless the report asked for it.
    fn begin(&self, summary: &Summary, out: &mut Vec<u8>);

    /// One URL.
    fn row(&self, record: &Record<'_>, out: &mut Vec<u8>);

    /// What stands behind the rows.
    fn end(&self, summary: &Summary, out: &mut Vec<u8>);
}

/// Where a finding stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The list's name.
    pub source: Arc<str>,
    /// The row's line.
    pub line: u64,
    /// 1-based, in characters.
    pub column: u64,
    /// Behind the last character.
    pub end_column: u64,
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

/// Single findings that are kept of each severity, for formats that show the first few.
pub const FIRST: usize = 10;

/// Different embed ids that are counted exactly.
pub const EMBEDS: usize = 100_000;

/// How often a parameter is used, and how often it is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Use {
    /// Occurrences in URLs on an embed path.
    pub count: u64,
    /// Those whose effect has no counterpart.
    pub lost: u64,
    /// Those whose loss lets the embed user do more.
    pub widens: u64,
}

impl Use {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.lost += other.lost;
        self.widens += other.widens;
    }
}

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

/// What a run tells at its end; its size does not depend on the input's.
#[derive(Clone, Debug)]
pub struct Summary {
    /// URLs.
    pub urls: u64,
    /// By kind, in the order of [`KINDS`].
    pub kinds: [u64; KINDS.len()],
    /// By verdict, in the order of [`VERDICTS`].
    pub verdicts: [u64; VERDICTS.len()],
    /// Findings by severity, in the order of [`SEVERITIES`].
    pub findings: [u64; SEVERITIES.len()],
    /// Signed URLs by what came of verifying them: verified, mismatch, not verified.
    pub signatures: [u64; 3],
    /// Parameters by the number of their row.
    pub parameters: [Use; COUNT],
    /// Parameters whose row is the configuration's.
    configured: Vec<(&'static Parameter, Use)>,
    /// Different embed ids with whether the map knows them; at most [`EMBEDS`].
    embeds: HashMap<Vec<u8>, bool>,
    /// Equal findings, by rule, severity and message.
    groups: BTreeMap<(usize, Severity, String), Group>,
    /// The first findings of each severity, in the order of [`SEVERITIES`].
    pub first: [Vec<Single>; SEVERITIES.len()],
}

/// Kinds in the order in which they are told.
pub const KINDS: [Kind; 6] = [
    Kind::LegacySigned,
    Kind::LegacyEmbed,
    Kind::PublicEmbed,
    Kind::Jwt,
    Kind::Other,
    Kind::Malformed,
];

/// Verdicts in the order in which they are told.
pub const VERDICTS: [Verdict; 4] =
    [Verdict::Lossless, Verdict::Lossy, Verdict::Blocked, Verdict::None];

/// Severities in the order in which they are told.
pub const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

impl Default for Summary {
    fn default() -> Self {
        Self {
            urls: 0,
            kinds: [0; KINDS.len()],
            verdicts: [0; VERDICTS.len()],
            findings: [0; SEVERITIES.len()],
            signatures: [0; 3],
            parameters: [Use::default(); COUNT],
            configured: Vec::new(),
            embeds: HashMap::new(),
            groups: BTreeMap::new(),
            first: Default::default(),
        }
    }
}

/// Adds one to the count of `what` in a list that is ordered as `order`.
fn count<T: PartialEq, const N: usize>(counts: &mut [u64; N], order: &[T; N], what: &T) {
    for (slot, _) in counts.iter_mut().zip(order).filter(|(_, other)| *other == what) {
        *slot += 1;
    }
}

impl Summary {
    /// Counts one URL. `known` says whether the map knows its embed id.
    pub fn add(&mut self, record: &Record<'_>, known: bool) {
        let judgement = record.judgement;
        self.urls += 1;
        count(&mut self.kinds, &KINDS, &judgement.kind);
        count(&mut self.verdicts, &VERDICTS, &record.verdict);
        if judgement.kind == Kind::LegacySigned {
            let order = [Signature::Verified, Signature::Mismatch, Signature::NotVerified];
            count(&mut self.signatures, &order, &judgement.signature);
        }
        if matches!(judgement.kind, Kind::LegacySigned | Kind::LegacyEmbed | Kind::PublicEmbed) {
            for arg in judgement.args {
                self.add_use(arg, record.text);
            }
        }
        if let Some(id) = judgement.embed_id() {
            self.add_embed(id.strip_prefix(b"1-").unwrap_or(id).to_vec(), known);
        }
        for finding in judgement.findings.iter() {
            self.add_finding(record, finding);
        }
    }

    fn add_use(&mut self, arg: &Arg, bytes: &[u8]) {
        let lost = u64::from(arg.is_lost(bytes, false));
        let widens = if matches!(arg.row.loss, Loss::Access { .. }) { lost } else { 0 };
        self.add_uses(arg.row, Use { count: 1, lost, widens });
    }

    fn add_uses(&mut self, row: &'static Parameter, uses: Use) {
        if std::ptr::eq(row, row.id.row()) {
            if let Some(slot) = self.parameters.get_mut(row.id as usize) {
                slot.add(uses);
            }
            return;
        }
        match self.configured.iter_mut().find(|(known, _)| std::ptr::eq(*known, row)) {
            Some((_, slot)) => slot.add(uses),
            None => self.configured.push((row, uses)),
        }
    }

    fn add_embed(&mut self, id: Vec<u8>, known: bool) {
        if self.embeds.len() < EMBEDS || self.embeds.contains_key(&id) {
            self.embeds.insert(id, known);
        }
    }

    fn add_finding(&mut self, record: &Record<'_>, finding: &Finding) {
        count(&mut self.findings, &SEVERITIES, &finding.severity);
        let spot = Spot {
            source: Arc::clone(record.source),
            line: record.line,
            column: record.origin.column(finding.span.start),
            end_column: record.origin.column(finding.span.end),
        };
        // A message may name what stood in the URL, and a summary is read where no secret may be.
        let hide = |text: &str| redact::within(text.into(), redact::Secrets::Hidden).into_owned();
        let order = SEVERITIES.iter().position(|severity| *severity == finding.severity);
        if let Some(first) = order.and_then(|order| self.first.get_mut(order))
            && first.len() < FIRST
        {
            first.push(Single {
                rule: finding.rule,
                message: hide(&finding.message),
                suggestion: hide(&finding.suggestion),
                spot: spot.clone(),
            });
        }
        self.add_group(Group {
            rule: finding.rule,
            severity: finding.severity,
            message: hide(&finding.message),
            suggestion: hide(&finding.suggestion),
            count: 1,
            spots: vec![spot],
        });
    }

    fn add_group(&mut self, mut group: Group) {
        let mut key = (group.rule.index, group.severity, group.message.clone());
        if self.groups.len() >= GROUPS && !self.groups.contains_key(&key) {
            group.rule.summary.clone_into(&mut group.message);
            group.suggestion.clear();
            key.2.clone_from(&group.message);
        }
        match self.groups.get_mut(&key) {
            Some(known) => {
                known.count += group.count;
                let room = SPOTS.saturating_sub(known.spots.len());
                known.spots.extend(group.spots.into_iter().take(room));
            }
            None => {
                self.groups.insert(key, group);
            }
        }
    }

    /// Adds what was counted of the rows that come next in the order of the input.
    pub fn merge(&mut self, next: Self) {
        fn sum<const N: usize>(into: &mut [u64; N], from: &[u64; N]) {
            into.iter_mut().zip(from).for_each(|(into, from)| *into += from);
        }
        self.urls += next.urls;
        sum(&mut self.kinds, &next.kinds);
        sum(&mut self.verdicts, &next.verdicts);
        sum(&mut self.findings, &next.findings);
        sum(&mut self.signatures, &next.signatures);
        for (into, from) in self.parameters.iter_mut().zip(next.parameters) {
            into.add(from);
        }
        for (row, uses) in next.configured {
            self.add_uses(row, uses);
        }
        for (id, known) in next.embeds {
            self.add_embed(id, known);
        }
        for (into, from) in self.first.iter_mut().zip(next.first) {
            let room = FIRST.saturating_sub(into.len());
            into.extend(from.into_iter().take(room));
        }
        for group in next.groups.into_values() {
            self.add_group(group);
        }
    }

    /// Equal findings: the heaviest first, then the most frequent, then by rule.
    pub fn groups(&self) -> Vec<&Group> {
        let mut groups: Vec<_> = self.groups.values().collect();
        groups.sort_by_key(|group| {
            (std::cmp::Reverse((group.severity, group.count)), group.rule.index, &group.message)
        });
        groups
    }

    /// How many different embed ids there are, and how many of them the map knows. [`EMBEDS`] means that many or more.
    pub fn embeds(&self) -> (usize, usize) {
        (self.embeds.len(), self.embeds.values().filter(|known| **known).count())
    }

    /// How many URLs are of this kind.
    pub fn kind(&self, kind: Kind) -> u64 {
        KINDS.iter().zip(self.kinds).filter(|(other, _)| **other == kind).map(|(_, n)| n).sum()
    }

    /// How many URLs have this verdict.
    pub fn verdict(&self, verdict: Verdict) -> u64 {
        let pairs = VERDICTS.iter().zip(self.verdicts);
        pairs.filter(|(other, _)| **other == verdict).map(|(_, n)| n).sum()
    }

    /// How many findings have this severity.
    pub fn severity(&self, severity: Severity) -> u64 {
        let pairs = SEVERITIES.iter().zip(self.findings);
        pairs.filter(|(other, _)| **other == severity).map(|(_, n)| n).sum()
    }

    /// The parameters that are used: those of the table in its order, then those of the configuration by name.
    pub fn used(&self) -> impl Iterator<Item = (&'static Parameter, Use)> {
        let mut configured = self.configured.clone();
        configured.sort_by_key(|(row, _)| row.name);
        TABLE.iter().zip(self.parameters).filter(|(_, used)| used.count > 0).chain(configured)
    }
}
