//! The text of each rule that fired, so that a page explains itself without the network.

use std::fmt::Write;

use super::escape::{escape, prose};
use super::rows::severity;

use crate::report::docs::{condition, documentation};
use crate::report::tally::Tally;
use crate::rule::Rule;

/// A link to the text of a rule.
pub(super) fn link(rule: &Rule) -> String {
    format!("<a href=\"#rule-{0}\"><code>{0}</code></a>", rule.id)
}

/// The section of the rules that have findings.
pub(super) fn section(tally: &Tally) -> String {
    let mut rules: Vec<&'static Rule> = Vec::new();
    for (rule, ..) in tally.by_rule() {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    if rules.is_empty() {
        return String::new();
    }
    let mut out =
        String::from("<section aria-labelledby=\"rules\">\n<h2 id=\"rules\">Rules</h2>\n");
    for rule in rules {
        let _ = write!(
            out,
            "<article class=\"rule\" aria-labelledby=\"rule-{0}\">\n<h3 id=\"rule-{0}\"><code>{0}</code></h3>\n\
             <p>{1} {2}. Default level.</p>\n{3}</article>\n",
            rule.id,
            severity(rule.severity),
            prose(rule.summary),
            html(&documentation(rule))
        );
    }
    out + "</section>\n"
}

/// The Markdown that the texts of rules are written in: headings, paragraphs, code between fences, tables.
fn html(text: &str) -> String {
    let mut out = String::new();
    for (number, part) in text.split("```").enumerate() {
        // Every other part is between fences.
        match part.split_once('\n') {
            Some((word, code)) if number % 2 == 1 => {
                let name = match word.split(' ').next().unwrap_or_default() {
                    "fires" => "It fires on",
                    "silent" => "It is silent on",
                    _ => "",
                };
                if !name.is_empty() {
                    let flags = word.split_once(' ').map(|(_, flags)| flags).unwrap_or_default();
                    let with = if flags.is_empty() { "" } else { ", with " };
                    let _ = writeln!(out, "<p>{name}{with}{}:</p>", prose(&condition(flags)));
                }
                let lines: Vec<_> = code.trim_end().lines().map(escape).collect();
                let _ = writeln!(out, "<pre><code>{}</code></pre>", lines.join("\n"));
            }
            _ => blocks(part, &mut out),
        }
    }
    out
}

/// Headings, paragraphs and tables.
fn blocks(text: &str, out: &mut String) {
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let belongs = |next: &&str| !next.trim().is_empty() && !next.starts_with(['#', '|']);
        if let Some(heading) = line.strip_prefix("## ") {
            let _ = writeln!(out, "<h4>{}</h4>", prose(heading));
        } else if line.starts_with('|') {
            let rows = std::iter::from_fn(|| lines.next_if(|next| next.starts_with('|')));
            table(line, rows, out);
        } else if !line.trim().is_empty() {
            let mut paragraph = line.trim().to_owned();
            while let Some(next) = lines.next_if(belongs) {
                paragraph.push(' ');
                paragraph.push_str(next.trim());
            }
            let _ = writeln!(out, "<p>{}</p>", prose(&paragraph));
        }
    }
}

fn table<'a>(head: &str, rows: impl Iterator<Item = &'a str>, out: &mut String) {
    let row = |line: &str, element: &str| {
        let cells = line.trim_matches(|c| c == '|' || c == ' ').split(" | ");
        let cell = |cell: &str| format!("<{element}>{}</{}>", prose(cell), &element[..2]);
        format!("<tr>{}</tr>\n", cells.map(cell).collect::<String>())
    };
    let _ = write!(
        out,
        "<table class=\"plain\">\n<thead>{}</thead>\n<tbody>\n",
        row(head, "th scope=\"col\"")
    );
    let is_rule = |line: &&str| line.chars().all(|c| "|- :".contains(c));
    rows.filter(|line| !is_rule(line)).for_each(|line| out.push_str(&row(line, "td")));
    out.push_str("</tbody>\n</table>\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RULES;

    #[test]
    fn the_text_of_a_rule_becomes_html() {
        assert_eq!(
            html(
                "## What it finds\nA `<b>`,\nand **more**.\n\n| a | b |\n|---|---|\n| `x`, y | 2 |\n\n```fires --now 1\n https://h/?a=<1>\n```\n```js\nf();\n```\n"
            ),
            "<h4>What it finds</h4>\n<p>A <code>&lt;b&gt;</code>, and <strong>more</strong>.</p>\n\
             <table class=\"plain\">\n<thead><tr><th scope=\"col\">a</th><th scope=\"col\">b</th></tr>\n</thead>\n<tbody>\n\
             <tr><td><code>x</code>, y</td><td>2</td></tr>\n</tbody>\n</table>\n\
             <p>It fires on, with <code>--now 1</code>:</p>\n<pre><code> https://h/?a=&lt;1&gt;</code></pre>\n\
             <pre><code>f();</code></pre>\n"
        );
    }

    #[test]
    fn nothing_is_left_of_the_marks_of_any_rule() {
        for rule in RULES {
            let html = html(&documentation(rule));
            let prose: String = html
                .split("<code>")
                .map(|part| part.split_once("</code>").map_or(part, |(_, rest)| rest))
                .collect();
            for mark in ["```", "**", "## ", "\n- ", "`"] {
                assert!(!prose.contains(mark), "{}: {mark} in {prose}", rule.id);
            }
        }
    }
}
