//! `explain`: the documentation of the rules.

use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Value, json};

use super::args::Explain;
use super::error::CliError;
use super::exit::Exit;
use super::output;
use super::terminal;
use crate::policy::UnknownRule;
use crate::report::docs::{documentation, rule_text};
use crate::report::help_link;
use crate::rule::{Expectation, Rule, examples};
use crate::rules::{RULES, find};

/// Formats of `explain`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Text; a rule is Markdown.
    Human,
    /// One object for a rule, an array of them for all.
    Json,
}

/// Prints one rule, or all of them.
pub(super) fn run(args: &Explain) -> Result<Exit, CliError> {
    let rule = match &args.rule {
        Some(id) => Some(find(id).ok_or_else(|| UnknownRule::new(id))?),
        None => None,
    };
    let text = match (args.format, rule) {
        (Format::Human, Some(rule)) => rule_text(rule),
        (Format::Human, None) => list(),
        (Format::Json, Some(rule)) => format!("{:#}\n", shape(rule)),
        (Format::Json, None) => {
            let rules: Value = RULES.iter().map(|rule| shape(rule)).collect();
            format!("{rules:#}\n")
        }
    };
    output::print(text.as_bytes())
}

fn list() -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["rule", "default", "about"]);
    // In a pipe every rule is one line, for `grep`.
    if let Some(width) = terminal::columns() {
        table.set_width(width);
    }
    for rule in RULES {
        table.add_row([rule.id, rule.severity.name(), rule.summary]);
    }
    let rows: Vec<_> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    rows.join("\n") + "\n"
}

/// A rule as JSON.
fn shape(rule: &'static Rule) -> Value {
    let line = |line: &str| line.strip_prefix(' ').unwrap_or(line).to_owned() + "\n";
    let examples: Vec<_> = examples(rule)
        .map(|example| {
            json!({
                "expectation": match example.expectation {
                    Expectation::Fires => "fires",
                    Expectation::Silent => "silent",
                },
                "flags": example.flags,
                "text": example.text.trim_end().lines().map(line).collect::<String>(),
            })
        })
        .collect();
    json!({
        "id": rule.id,
        "summary": rule.summary,
        "severity": rule.severity.name(),
        "documentation": documentation(rule),
        "examples": examples,
        "help": help_link(rule.id),
    })
}
