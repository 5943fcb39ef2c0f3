//! What a person should do next, derived from the summary.

use super::audit::Summary;
use super::page::{grouped, plural};
use super::tally::EMBEDS;
use crate::judge::Verdict;
use crate::rule::{Kind, Severity};

/// What a run could ask.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    /// A map that knows embeds.
    pub map: bool,
    /// A secret to verify signatures with.
    pub keys: bool,
}

/// The steps in their order, as plain sentences.
pub fn next(summary: &Summary, given: Given) -> Vec<String> {
    let mut steps = Vec::new();
    let (lossless, lossy) = (summary.verdict(Verdict::Lossless), summary.verdict(Verdict::Lossy));
    let blocked = summary.verdict(Verdict::Blocked);
    let [_, mismatch, _] = summary.signatures;
    if blocked > 0 {
        let rules = rules(summary, Severity::Error);
        steps.push(format!(
            "Fix the {} blocked {} first: {rules}.",
            grouped(blocked),
            plural(blocked, "URL", "URLs"),
        ));
    }
    if mismatch > 0 {
        steps.push(format!(
            "Find out where the {} {} with a signature that does not fit {} from: another secret, or somebody changed {}.",
            grouped(mismatch),
            plural(mismatch, "URL", "URLs"),
            plural(mismatch, "comes", "come"),
            plural(mismatch, "it", "them"),
        ));
    }
    steps.extend(permissions(summary));
    steps.extend(mapping(summary, given.map));
    let bare = summary.kind(Kind::LegacyEmbed);
    if bare > 0 {
        steps.push(format!(
            "Find out which of the {} embed {} without a user {} public, and mark {} in the map (`public`): public embeds stay as they are.",
            grouped(bare),
            plural(bare, "path", "paths"),
            plural(bare, "is", "are"),
            plural(bare, "it", "those"),
        ));
    }
    if lossless + lossy > 0 {
        let secret = if given.keys { "" } else { ", with the embed secret (--secret-file FILE)" };
        let count = lossless + lossy;
        steps.push(format!(
            "Run `embed2jwt convert --map FILE`{secret} right before the new URLs are used: {} {} can be converted.",
            grouped(count),
            plural(count, "URL", "URLs"),
        ));
    }
    if steps.is_empty() {
        steps.push("Nothing: no URL has to be moved.".to_owned());
    }
    steps
}

/// The rules with findings of this weight, the most frequent first.
fn rules(summary: &Summary, severity: Severity) -> String {
    let mut ids: Vec<&str> = Vec::new();
    for group in summary.tally.groups().iter().filter(|group| group.severity == severity) {
        if !ids.contains(&group.rule.id) {
            ids.push(group.rule.id);
        }
    }
    ids.join(", ")
}

/// Restrictions that are lost have to be set in Sigma before anything is converted.
fn permissions(summary: &Summary) -> Option<String> {
    let widened: Vec<_> = summary.uses.used().filter(|(_, used)| used.widens > 0).collect();
    let mut remedies: Vec<(&str, Vec<String>)> = Vec::new();
    for (row, _) in widened {
        let name = format!(":{}", row.name);
        match remedies.iter_mut().find(|(remedy, _)| *remedy == row.remedy) {
            Some((_, names)) => names.push(name),
            None => remedies.push((row.remedy, vec![name])),
        }
    }
    let each: Vec<_> = remedies
        .iter()
        .map(|(remedy, names)| format!("{}: {}", names.join(", "), remedy.replace("**", "")))
        .collect();
    (!each.is_empty()).then(|| {
        format!(
            "Before converting, set permissions in Sigma, or embed users can do more than before. {}.",
            each.join("; ")
        )
    })
}

/// Embeds without a workbook cannot be converted.
fn mapping(summary: &Summary, map: bool) -> Option<String> {
    let (embeds, known) = summary.embed_ids.count();
    let unknown = embeds.saturating_sub(known) as u64;
    if unknown == 0 || summary.kind(Kind::LegacySigned) + summary.kind(Kind::LegacyEmbed) == 0 {
        return None;
    }
    let more = if embeds >= EMBEDS { " or more" } else { "" };
    let ids = plural(unknown, "embed id", "embed ids");
    let what = if map {
        format!("Complete the map: it does not know {}{more} {ids}.", grouped(unknown))
    } else {
        format!(
            "Make a map (embed_id,org,workbook_id): the list holds {}{more} {ids}.",
            grouped(unknown)
        )
    };
    Some(what + " Only edit URLs, which name their workbook themselves, do without.")
}
