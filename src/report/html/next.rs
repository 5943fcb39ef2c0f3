//! What to do next: steps that the summary suggests, in the order in which they are best taken.

use crate::dialect::params::Parameter;
use crate::judge::Verdict;
use crate::report::audit::Summary;
use crate::report::tally::Use;
use crate::report::words::parameter;
use crate::rule::{Kind, Severity};
use crate::rules::user::MISSING_ACCOUNT_TYPE;
use crate::text::{counted, grouped, plural};

/// One step. Both texts are sentences of ours, with Markdown's `code` and **weight** in them.
pub(super) struct Step {
    pub(super) head: String,
    pub(super) text: String,
    /// Points under it.
    pub(super) points: Vec<String>,
}

/// All steps; none if there is nothing to do. `keys` says whether a secret was given.
pub(super) fn steps(summary: &Summary, keys: bool) -> Vec<Step> {
    let builders = summary.kind(Kind::LegacySigned) > 0;
    [
        blocked(summary),
        access(summary),
        account_type(summary),
        effects(summary),
        paths(summary),
        map(summary),
        convert(summary, keys),
        builders.then(|| Step {
            head: "Change the code that builds the URLs".to_owned(),
            text: "A signed URL is used once. `embed2jwt check` finds, in a repository, the code that assembles them."
                .to_owned(),
            points: Vec::new(),
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn blocked(summary: &Summary) -> Option<Step> {
    let blocked = summary.verdict(Verdict::Blocked);
    if blocked == 0 {
        return None;
    }
    let errors =
        summary.tally.by_rule().into_iter().filter(|(_, severity, _)| *severity == Severity::Error);
    Some(Step {
        head: format!("Fix what blocks {}", counted(blocked, "URL")),
        text: "An error prevents the conversion.".to_owned(),
        points: errors
            .map(|(rule, _, n)| format!("`{}`, {}: {}.", rule.id, times(n), rule.summary))
            .collect(),
    })
}

fn access(summary: &Summary) -> Option<Step> {
    let mut points = lost(summary, |used| used.widens > 0);
    let is_lost = !points.is_empty();
    points.extend(exposed(summary));
    let text = match (is_lost, points.is_empty()) {
        (true, _) => {
            "These parameters restricted what embed users may do. Without them, the same users may do more."
        }
        _ => {
            "These parameters stay in the URL, but only the token is signed: what must hold is a permission."
        }
    };
    (!points.is_empty()).then(|| Step {
        head: "Restrict access before you switch".to_owned(),
        text: text.to_owned(),
        points,
    })
}

fn account_type(summary: &Summary) -> Option<Step> {
    let groups =
        summary.tally.groups().into_iter().filter(|group| group.rule == &MISSING_ACCOUNT_TYPE);
    let missing: u64 = groups.map(|group| group.count).sum();
    (missing > 0).then(|| Step {
        head: format!("Name an account type in {}", counted(missing, "URL")),
        text: "A token without one gives the highest account type there is: add `:account_type`."
            .to_owned(),
        points: Vec::new(),
    })
}

fn effects(summary: &Summary) -> Option<Step> {
    let points = lost(summary, |used| used.widens == 0);
    (!points.is_empty()).then(|| Step {
        head: "Replace what has no counterpart".to_owned(),
        text: "These parameters had an effect that JWT-signed URLs do not offer.".to_owned(),
        points,
    })
}

/// What to do about parameters that are lost.
fn lost(summary: &Summary, which: fn(&Use) -> bool) -> Vec<String> {
    let point = |(row, used): (&Parameter, Use)| {
        format!("{}, lost {}: {}.", parameter(row), times(used.lost), row.remedy)
    };
    summary.uses.used().filter(|(_, used)| used.lost > 0 && which(used)).map(point).collect()
}

/// What to do about restrictions that the embed's user can remove from the URL.
fn exposed(summary: &Summary) -> Vec<String> {
    let point = |(row, used): (&Parameter, Use)| {
        format!(
            "{}, kept {}, but the embed's user can remove it from the URL: {}.",
            parameter(row),
            times(used.exposed),
            row.remedy
        )
    };
    summary.uses.used().filter(|(_, used)| used.exposed > 0).map(point).collect()
}

fn paths(summary: &Summary) -> Option<Step> {
    let bare = summary.kind(Kind::LegacyEmbed);
    let has = plural(bare, "has", "have");
    (bare > 0).then(|| Step {
        head: "Distinguish public embeds from the base of signed URLs".to_owned(),
        text: format!(
            "{} {has} nothing but an `/embed/` path, which does not show what it is for. A public embed stays as it is, once the map says \
             `public`; the base of signed URLs moves to `/<org>/workbook/<workbookId>`.",
            counted(bare, "URL")
        ),
        points: Vec::new(),
    })
}

fn map(summary: &Summary) -> Option<Step> {
    let (embeds, known) = summary.embed_ids.count();
    (known < embeds).then(|| Step {
        head: "Map every embed to its workbook".to_owned(),
        text: format!(
            "The map knows {} of {}. `embed2jwt map pull` asks Sigma's REST API for the others.",
            grouped(known as u64),
            counted(embeds as u64, "embed id")
        ),
        points: Vec::new(),
    })
}

fn convert(summary: &Summary, keys: bool) -> Option<Step> {
    let ready = summary.convertible(keys);
    (ready > 0).then(|| Step {
        head: format!("Convert {}", counted(ready, "URL")),
        text: "`embed2jwt convert --map MAP --secret-file FILE` writes the JWT-signed URL of every row.".to_owned(),
        points: Vec::new(),
    })
}

fn times(n: u64) -> String {
    if n == 1 { "once".to_owned() } else { format!("{} times", grouped(n)) }
}
