//! What a run of `convert` tells a person at its end.

use std::fmt::Write;

use super::convert::Counts;
use crate::text::plural;

/// The summary, for standard error.
pub fn convert(counts: &Counts) -> String {
    let mut text = format!(
        "{} {}: {} converted ({} lossless, {} lossy), {} unchanged, {} failed\n",
        counts.rows(),
        plural(counts.rows(), "URL", "URLs"),
        counts.converted,
        counts.lossless,
        counts.lossy,
        counts.unchanged,
        counts.failed,
    );
    signatures(counts, &mut text);
    if counts.without_account_type > 0 {
        let _ = writeln!(
            text,
            "{} converted without an account type: a token without one gives the highest there is; --account-type NAME gives one",
            counts.without_account_type
        );
    }
    if counts.expired > 0 {
        let _ = writeln!(
            text,
            "{} converted into a token that has already expired: leave out --issued-at url",
            counts.expired
        );
    }
    if !counts.lost.is_empty() {
        text.push_str("lost, because JWT-signed URLs have no counterpart:\n");
        let mut lost: Vec<_> = counts.lost.iter().collect();
        // What widens access weighs more than a colour, and comes first.
        lost.sort_by_key(|(name, (count, widens))| (!widens, u64::MAX - count, **name));
        for (name, (count, widens)) in lost {
            let weight = if *widens { "  (the embed user can do more)" } else { "" };
            let _ = writeln!(text, "  {count:>7}  {name}{weight}");
        }
    }
    if !counts.exposed.is_empty() {
        text.push_str("kept, but the embed's user can remove it from the URL (set the permission in Sigma):\n");
        for (name, count) in &counts.exposed {
            let _ = writeln!(text, "  {count:>7}  {name}");
        }
    }
    if !counts.stopped_by.is_empty() {
        text.push_str("failed because of:\n");
        let mut rules: Vec<_> = counts.stopped_by.iter().collect();
        rules.sort_by_key(|(rule, count)| (u64::MAX - **count, **rule));
        for (rule, count) in rules {
            let _ = writeln!(text, "  {count:>7}  {rule}  (embed2jwt explain {rule})");
        }
    }
    text
}

/// What was proved, and for what was refused the likely cause: the run as a whole shows which.
fn signatures(counts: &Counts, text: &mut String) {
    let Counts { verified, trusted, mismatched, unverified, .. } = *counts;
    let refused = mismatched + unverified;
    if verified + trusted + refused == 0 {
        return;
    }
    let _ = writeln!(
        text,
        "signatures: {verified} verified, {trusted} trusted without proof, {refused} refused"
    );
    if mismatched > 0 {
        let cause = if verified + counts.appended == 0 {
            "no signature matches, so the secret is probably wrong: check it first, since a token signed with it would not work either"
        } else {
            "others match, so these URLs were probably changed after they were signed (--warn signature-mismatch converts them if you trust the list anyway)"
        };
        let _ = writeln!(text, "  {mismatched:>7}  do not match: {cause}");
    }
    if unverified > 0 {
        let _ = writeln!(
            text,
            "  {unverified:>7}  not verified: no signature, or no secret of the URL's client id (--credentials FILE gives it; --trust-input converts them if you trust the whole list)"
        );
    }
}

/// How many findings `allow` hides.
pub fn allowed(findings: u64) -> String {
    let noun = plural(findings, "finding", "findings");
    format!("{findings} {noun} hidden by `allow` in the configuration")
}
