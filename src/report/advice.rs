//! What a person should do next, derived from the summary.

use super::audit::Summary;
use super::check::CheckSummary;
use super::tally::{EMBEDS, EmbedIds, Use, Uses};
use crate::judge::Verdict;
use crate::rule::{Kind, Rule, Severity};
use crate::rules::files::SIGNED_URL_IN_FILE;
use crate::text::{counted, grouped, plural};

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
            "Find out where the {} with a signature that does not match {} from: another secret, or somebody changed {}.",
            counted(mismatch, "URL"),
            plural(mismatch, "comes", "come"),
            plural(mismatch, "it", "them"),
        ));
    }
    steps.extend(permissions(&summary.uses));
    steps.extend(mapping(summary, given.map));
    let bare = summary.kind(Kind::LegacyEmbed);
    if bare > 0 {
        steps.push(format!(
            "Find out which of the {} embed {} without a user {} public, and mark {} in the map (`public`): public embeds stay unchanged.",
            grouped(bare),
            plural(bare, "path", "paths"),
            plural(bare, "is", "are"),
            plural(bare, "it", "those"),
        ));
    }
    let [unsigned, unverified] = summary.unproved;
    // Without any secret, the one that is given later is expected to verify.
    let unverified = if given.keys { unverified } else { 0 };
    if unsigned > 0 {
        steps.push(format!(
            "Export the {} without a signature as {} signed: `convert` refuses {}, unless you trust the whole list and give `--trust-input`.",
            counted(unsigned, "URL"),
            plural(unsigned, "it was", "they were"),
            plural(unsigned, "it", "them"),
        ));
    }
    if unverified > 0 {
        steps.push(format!(
            "Give the secrets of the {} whose client id has no secret here (--credentials FILE): otherwise `convert` refuses {}.",
            counted(unverified, "URL"),
            plural(unverified, "it", "them"),
        ));
    }
    let count = summary.convertible(given.keys);
    if count > 0 {
        let secret = if given.keys { "" } else { ", with the embed secret (--secret-file FILE)" };
        steps.push(format!(
            "Run `embed2jwt convert --map FILE`{secret} right before the new URLs are used: {} can be converted.",
            counted(count, "URL"),
        ));
    }
    if steps.is_empty() {
        steps.push("Nothing: no URL has to be migrated.".to_owned());
    }
    steps
}

/// The steps after a scan of files; none if nothing was found.
pub fn next_of_files(summary: &CheckSummary, given: Given) -> Vec<String> {
    let mut steps = Vec::new();
    let findings = |n: u64| counted(n, "finding");
    let stored = of_rule(summary, &SIGNED_URL_IN_FILE);
    if stored > 0 {
        steps.push(format!(
            "Remove the {} signed {} from the files: whoever can read a file can read the signature.",
            grouped(stored),
            plural(stored, "URL", "URLs"),
        ));
    }
    steps.extend(permissions(&summary.uses));
    steps.extend(file_map(&summary.embed_ids, given.map));
    let (safe, other) = (summary.fixable, summary.fixable_unsafe);
    if safe > 0 {
        steps.push(format!(
            "Run `embed2jwt check --fix`: it fixes {}, and the application works as before; `--diff` shows it first.",
            findings(safe)
        ));
    }
    if other > 0 {
        steps.push(format!(
            "Look at what `embed2jwt check --unsafe-fixes --diff` would write for {}: it changes what the application does.",
            findings(other)
        ));
    }
    if summary.builders > 0 {
        let named = |language: &&str| format!("`embed2jwt scaffold {language}`");
        let commands: Vec<_> = summary.languages.iter().map(named).collect();
        let commands = if commands.is_empty() {
            "`embed2jwt scaffold LANG`".to_owned()
        } else {
            commands.join(" or ")
        };
        steps.push(format!(
            "Change the code that builds URLs in {}: it has to sign a token. {commands} writes the code for it.",
            counted(summary.builders, "location"),
        ));
    }
    steps
}

/// How many findings a rule has.
fn of_rule(summary: &CheckSummary, rule: &Rule) -> u64 {
    let rules = summary.tally.by_rule().into_iter();
    rules.filter(|(other, ..)| *other == rule).map(|(_, _, n)| n).sum()
}

/// A base path without a workbook cannot be rewritten.
fn file_map(embed_ids: &EmbedIds, map: bool) -> Option<String> {
    let (embeds, known) = embed_ids.count();
    let unknown = embeds.saturating_sub(known) as u64;
    let more = if embeds >= EMBEDS { " or more" } else { "" };
    let ids = plural(unknown, "embed id", "embed ids");
    (unknown > 0).then(|| {
        let what = if map { "Complete the map: it lacks" } else { "Make a map of" };
        format!(
            "{what} {}{more} {ids}. `embed2jwt map init` writes a skeleton to fill in; with it, base paths can be rewritten.",
            grouped(unknown)
        )
    })
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

/// Restrictions that are lost, or that the embed's user can remove from the URL, have to be set in Sigma before anything is
/// converted.
fn permissions(uses: &Uses) -> Vec<String> {
    let lost = remedies(uses, |used| used.widens > 0).map(|each| {
        format!("Before converting, set permissions in Sigma, or embed users can do more than before. {each}.")
    });
    let exposed = remedies(uses, |used| used.exposed > 0).map(|each| {
        format!("Set permissions in Sigma for what stays in the URL, where the embed's user can remove it. {each}.")
    });
    lost.into_iter().chain(exposed).collect()
}

/// The parameters that are used so, and what to do about them.
fn remedies(uses: &Uses, which: fn(&Use) -> bool) -> Option<String> {
    let mut remedies: Vec<(&str, Vec<String>)> = Vec::new();
    for (row, _) in uses.used().filter(|(_, used)| which(used)) {
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
    (!each.is_empty()).then(|| each.join("; "))
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
        format!("Complete the map: it lacks {}{more} {ids}.", grouped(unknown))
    } else {
        format!(
            "Make a map (embed_id,org,workbook_id): the list holds {}{more} {ids}.",
            grouped(unknown)
        )
    };
    Some(what + " Only edit URLs need no row: they name their workbook themselves.")
}
