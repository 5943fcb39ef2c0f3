//! The parts of the page that stand before its rows: numbers, charts, steps and grouped findings.

use std::fmt::Write;

use super::ROWS;
use super::escape::{escape, prose};
use super::filter::{self, Facet};
use super::next::steps;
use super::rows::{severity, shown};
use super::rule::link;

use crate::dialect::params::Parameter;
use crate::judge::Verdict;
use crate::report::audit::{Summary, VERDICTS};
use crate::report::redact::Privacy;
use crate::report::tally::{Group, Spot, Tally};
use crate::report::words::{self, FATES};
use crate::text::{counted, grouped};

/// Units of a bar's full length.
const FULL: u64 = 1000;

/// Units between the parts of a bar.
const GAP: u64 = 3;

/// The part of a bar that `n` of `all` is: nothing only if it is nothing.
fn length(n: u64, all: u64) -> u64 {
    if n == 0 || all == 0 {
        return 0;
    }
    let part = u128::from(n) * u128::from(FULL) / u128::from(all);
    u64::try_from(part).unwrap_or(FULL).clamp(6, FULL)
}

/// A bar for the eyes; its number stands beside it as text.
fn bar(class: &str, n: u64, most: u64) -> String {
    format!(
        "<svg class=\"bar {class}\" viewBox=\"0 0 {FULL} 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">\
         <rect width=\"{}\" height=\"10\"/></svg>",
        length(n, most)
    )
}

/// Headline numbers, and the URLs by verdict as one bar.
pub(super) fn numbers(summary: &Summary) -> String {
    let mut cells =
        format!("<div class=\"all\"><dt>URLs</dt><dd>{}</dd></div>\n", grouped(summary.urls));
    let mut parts = String::new();
    let (mut start, mut told) = (0, 0);
    for verdict in VERDICTS {
        let (name, n) = (verdict.name(), summary.verdict(verdict));
        let shown = if verdict == Verdict::None { "nothing to migrate" } else { name };
        let about =
            if verdict == Verdict::None { "no signed embed" } else { words::verdict(verdict) };
        let _ = writeln!(
            cells,
            "<div class=\"{name}\"><dt>{shown}</dt><dd>{}</dd><dd class=\"about\">{about}</dd></div>",
            grouped(n)
        );
        if n > 0 {
            // Every part can be seen, and the last one ends where the bar does.
            told += n;
            let end = length(told, summary.urls).max(start + 2 * GAP).min(FULL);
            let gap = if told < summary.urls { GAP } else { 0 };
            let _ = write!(
                parts,
                "<rect class=\"{name}\" x=\"{start}\" width=\"{}\" height=\"10\"/>",
                end.saturating_sub(start + gap)
            );
            start = end;
        }
    }
    format!(
        "<section aria-labelledby=\"numbers\">\n<h2 id=\"numbers\">URLs by verdict</h2>\n<dl class=\"numbers\">\n{cells}</dl>\n\
         <svg class=\"bar whole\" viewBox=\"0 0 {FULL} 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">{parts}</svg>\n</section>\n"
    )
}

/// What to do next.
pub(super) fn next(summary: &Summary, keys: bool) -> String {
    let mut out =
        String::from("<section aria-labelledby=\"next\">\n<h2 id=\"next\">What to do next</h2>\n");
    let steps = steps(summary, keys);
    if steps.is_empty() {
        return out + "<p>Nothing: none of these URLs has to change.</p>\n</section>\n";
    }
    out.push_str("<ol class=\"steps\">\n");
    for step in steps {
        let _ = write!(out, "<li><h3>{}</h3><p>{}</p>", prose(&step.head), prose(&step.text));
        if !step.points.is_empty() {
            out.push_str("<ul>");
            for point in &step.points {
                let _ = write!(out, "<li>{}</li>", prose(point));
            }
            out.push_str("</ul>");
        }
        out.push_str("</li>\n");
    }
    out + "</ol>\n</section>\n"
}

/// Findings by rule, then equal findings with their places.
pub(super) fn findings(tally: &Tally, privacy: Privacy, place: impl Fn(&Spot) -> String) -> String {
    let mut out =
        String::from("<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">Findings</h2>\n");
    let rules = tally.by_rule();
    if rules.is_empty() {
        return out + "<p>There are none.</p>\n</section>\n";
    }
    let most = rules.iter().map(|(_, _, n)| *n).max().unwrap_or_default();
    out.push_str(
        "<h3 id=\"by-rule\">By rule</h3>\n<table class=\"chart\" aria-labelledby=\"by-rule\">\n<thead><tr><th scope=\"col\">Rule</th>\
         <th scope=\"col\">Severity</th><th scope=\"col\" class=\"n\">Findings</th><td></td></tr></thead>\n<tbody>\n",
    );
    for (rule, level, n) in rules {
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"n\">{}</td><td class=\"draw\">{}</td></tr>",
            link(rule),
            severity(level),
            grouped(n),
            bar(level.name(), n, most)
        );
    }
    out.push_str(
        "</tbody>\n</table>\n<h3 id=\"by-message\">Messages and first locations</h3>\n<ul class=\"groups\" aria-labelledby=\"by-message\">\n",
    );
    for found in tally.condensed() {
        out.push_str(&group(&found, privacy, &place));
    }
    out + "</ul>\n</section>\n"
}

/// A place in a list.
pub(super) fn place(spot: &Spot, privacy: Privacy) -> String {
    format!(
        "<code>{}:{}:{}</code>",
        escape(&shown(spot.source.as_bytes(), privacy)),
        spot.region.line,
        spot.region.column
    )
}

fn group(group: &Group, privacy: Privacy, place: impl Fn(&Spot) -> String) -> String {
    let text = |text: &str| shown(text.as_bytes(), privacy);
    let suggestion = match &*group.suggestion {
        "" => String::new(),
        advice => format!("<p class=\"advice\">{}</p>", prose(&text(advice))),
    };
    let mut places: Vec<_> = group.spots.iter().map(place).collect();
    let further = words::further(group);
    if further > 0 {
        places.push(format!("and {} more", grouped(further)));
    }
    format!(
        "<li><p class=\"count\">{}<span class=\"sr\"> times</span></p><div><p class=\"what\">{} {} {}</p>{suggestion}<p class=\"places\">{}</p></div></li>\n",
        grouped(group.count),
        severity(group.severity),
        link(group.rule),
        prose(&text(&group.message)),
        places.join(", ")
    )
}

/// Parameters by what becomes of them, those that are lost, and all of them.
pub(super) fn parameters(summary: &Summary) -> String {
    let mut out = String::from(
        "<section aria-labelledby=\"parameters\">\n<h2 id=\"parameters\">Parameters</h2>\n",
    );
    let used: Vec<_> = summary.uses.used().collect();
    if used.is_empty() {
        return out + "<p>No embed URL has parameters.</p>\n</section>\n";
    }
    out.push_str("<div class=\"halves\">\n<div>\n<h3 id=\"by-fate\">By what becomes of them</h3>\n<table class=\"chart\" aria-labelledby=\"by-fate\">\n<thead><tr><th scope=\"col\">Fate</th><th scope=\"col\" class=\"n\">Parameters</th><td></td></tr></thead>\n<tbody>\n");
    let sums = FATES.map(|fate| {
        let of = used.iter().filter(|(row, _)| row.fate == fate);
        (fate, of.map(|(_, used)| used.count).sum::<u64>())
    });
    let most = sums.iter().map(|(_, n)| *n).max().unwrap_or_default();
    for (fate, n) in sums.into_iter().filter(|(_, n)| *n > 0) {
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{} <span class=\"about\">{}</span></th><td class=\"n\">{}</td><td class=\"draw\">{}</td></tr>",
            fate.name(),
            words::fate(fate),
            grouped(n),
            bar(fate.name(), n, most)
        );
    }
    out.push_str("</tbody>\n</table>\n</div>\n<div>\n<h3 id=\"lost\">What is lost</h3>\n");
    let mut lost: Vec<_> = used.iter().filter(|(_, used)| used.lost > 0).collect();
    // What widens access weighs more than a colour, and comes first.
    lost.sort_by_key(|(_, used)| (used.widens == 0, std::cmp::Reverse(used.lost)));
    if lost.is_empty() {
        out.push_str("<p>Nothing: every effect of these parameters is carried over.</p>\n");
    } else {
        out.push_str("<table class=\"chart\" aria-labelledby=\"lost\">\n<thead><tr><th scope=\"col\">Parameter</th><th scope=\"col\" class=\"n\">Lost</th><td></td></tr></thead>\n<tbody>\n");
        let most = lost.iter().map(|(_, used)| used.lost).max().unwrap_or_default();
        for (row, used) in lost {
            let widens = used.widens > 0;
            let mark = if widens { " <span class=\"tag widens\">widens access</span>" } else { "" };
            let _ = writeln!(
                out,
                "<tr><th scope=\"row\">{}{mark}</th><td class=\"n\">{}</td><td class=\"draw\">{}</td></tr>",
                prose(&words::parameter(row)),
                grouped(used.lost),
                bar(if widens { "widens" } else { "unsupported" }, used.lost, most)
            );
        }
        out.push_str("</tbody>\n</table>\n");
    }
    let _ = write!(
        out,
        "</div>\n</div>\n<details>\n<summary>All {} and what becomes of each</summary>\n<table class=\"plain\">\n<thead><tr>\
         <th scope=\"col\">Parameter</th><th scope=\"col\" class=\"n\">Used</th><th scope=\"col\" class=\"n\">Lost</th><th scope=\"col\">What becomes of it</th></tr></thead>\n<tbody>\n",
        counted(used.len() as u64, "parameter")
    );
    for (row, used) in used {
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
            prose(&words::parameter(row)),
            grouped(used.count),
            grouped(used.lost),
            becomes(row)
        );
    }
    out + "</tbody>\n</table>\n</details>\n</section>\n"
}

/// What becomes of a parameter, and what to do about it.
pub(super) fn becomes(row: &Parameter) -> String {
    let remedy = match row.remedy {
        "" => String::new(),
        remedy => format!("<span class=\"about\">{}</span>", prose(remedy)),
    };
    format!("{} {remedy}", prose(&words::becomes(row)))
}

/// The head of the table of URLs.
pub(super) fn urls(summary: &Summary) -> String {
    let mut out = String::from("<section aria-labelledby=\"urls\">\n<h2 id=\"urls\">URLs</h2>\n");
    if summary.urls == 0 {
        return out + "<p>There are none.</p>\n</section>\n";
    }
    if summary.urls > ROWS {
        let _ = writeln!(
            out,
            "<p class=\"cap\">The first {} of {} are listed here. The other {} are counted above but not listed: \
             <code>embed2jwt audit --format csv</code> has them all.</p>",
            grouped(ROWS),
            counted(summary.urls, "URL"),
            grouped(summary.urls - ROWS)
        );
    }
    let verdicts = VERDICTS.map(|verdict| (verdict.name(), verdict.name())).to_vec();
    let facets =
        [Facet { name: "verdict", label: "Verdict", options: verdicts }, filter::severities(true)];
    out.push_str(&filter::form("URLs", &facets, false));
    out.push_str(
        "<table id=\"url-table\" aria-labelledby=\"urls\">\n<thead><tr>\
         <th scope=\"col\" data-key=\"line\" class=\"place\">Line</th>\
         <th scope=\"col\" data-key=\"verdict\" class=\"verdict\">Verdict</th>\
         <th scope=\"col\" data-key=\"kind\" class=\"kind\">Kind</th>\
         <th scope=\"col\" data-key=\"embed\" class=\"embed\">Embed id</th>\
         <th scope=\"col\" data-key=\"findings\" class=\"findings\">Findings</th></tr></thead>\n",
    );
    out
}
