//! What a report of judged URLs is given: one record a URL, and at the end a summary of bounded size.

use std::sync::Arc;

use super::tally::{EmbedIds, Region, Spot, Tally, Uses, count, sum};
use super::{Origin, Subject};
use crate::dialect::params::Id;
use crate::judge::{Judgement, Verdict};
use crate::rule::{Kind, Signature};

/// One URL after judging and after the policy has spoken.
pub struct Record<'a> {
    /// The list's name.
    pub source: &'a Arc<str>,
    /// The row's line.
    pub line: u64,
    /// The row's number in the run, from 0.
    pub number: u64,
    /// Tells it from other rows that are equal but for their secrets: 0 for the first of them.
    pub twin: u64,
    /// What is to be said of it.
    pub judgement: &'a Judgement<'a>,
    /// Whether it can be migrated, and with which losses.
    pub verdict: Verdict,
    /// The row's URL as it came.
    pub text: &'a [u8],
    /// Where it comes from.
    pub origin: &'a dyn Origin,
}

/// The URLs of lists.
#[derive(Debug)]
pub struct Urls;

impl Subject for Urls {
    type Record<'a> = Record<'a>;
    type Summary = Summary;
}

/// What a run tells at its end; its size does not depend on the input's.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// URLs.
    pub urls: u64,
    /// By kind, in the order of [`KINDS`].
    pub kinds: [u64; KINDS.len()],
    /// By verdict, in the order of [`VERDICTS`].
    pub verdicts: [u64; VERDICTS.len()],
    /// Signed URLs by what came of verifying them: verified, mismatch, not verified.
    pub signatures: [u64; 3],
    /// Of those that nothing else blocks, the ones without a signature, and the ones whose signature was not verified.
    pub unproved: [u64; 2],
    /// The parameters of URLs on an embed path.
    pub uses: Uses,
    /// The embed ids.
    pub embed_ids: EmbedIds,
    /// The findings.
    pub tally: Tally,
    /// Findings of URLs that the configuration says are never reported.
    pub allowed: u64,
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
            if judgement.signature == Signature::NotVerified && record.verdict != Verdict::Blocked {
                let is_signed = judgement.get(Id::Signature).is_some();
                count(&mut self.unproved, &[false, true], &is_signed);
            }
        }
        if matches!(judgement.kind, Kind::LegacySigned | Kind::LegacyEmbed | Kind::PublicEmbed) {
            for arg in judgement.args {
                self.uses.add_arg(arg);
            }
        }
        if let Some(id) = judgement.embed_id() {
            self.embed_ids.add(id, known);
        }
        for finding in judgement.findings.iter() {
            self.tally.add(finding, || {
                let column = record.origin.column(finding.span.start);
                let end_column = record.origin.column(finding.span.end);
                let region = Region::in_line(record.line, column, end_column);
                Spot { source: Arc::clone(record.source), region }
            });
        }
    }

    /// Adds what was counted of the rows that come next in the order of the input.
    pub fn merge(&mut self, next: Self) {
        self.urls += next.urls;
        sum(&mut self.kinds, &next.kinds);
        sum(&mut self.verdicts, &next.verdicts);
        sum(&mut self.signatures, &next.signatures);
        sum(&mut self.unproved, &next.unproved);
        self.uses.merge(next.uses);
        self.embed_ids.merge(next.embed_ids);
        self.tally.merge(next.tally);
        self.allowed += next.allowed;
    }

    /// How many URLs `convert` takes, as far as is known: without a secret, the one that is given later is expected to verify.
    pub fn convertible(&self, keys: bool) -> u64 {
        let [unsigned, unverified] = self.unproved;
        let refused = unsigned + if keys { unverified } else { 0 };
        let moved = self.verdict(Verdict::Lossless) + self.verdict(Verdict::Lossy);
        moved.saturating_sub(refused)
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
}
