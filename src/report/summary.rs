//! What a run of `convert` tells a person at its end.

use std::fmt::Write;

use super::convert::Counts;

/// The summary, for standard error.
pub fn convert(counts: &Counts) -> String {
    let mut text = format!(
        "{} {}: {} converted ({} lossless, {} lossy), {} unchanged, {} failed\n",
        counts.rows(),
        if counts.rows() == 1 { "URL" } else { "URLs" },
        counts.converted,
        counts.lossless,
        counts.lossy,
        counts.unchanged,
        counts.failed,
    );
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
        text.push_str("kept, but the embed's user can take it out of the URL (set the permission in Sigma):\n");
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
