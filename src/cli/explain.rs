//! `explain`: the documentation of the rules.

use comfy_table::{ContentArrangement, Table, presets};

use super::args::Explain;
use super::error::CliError;
use super::exit::Exit;
use super::output;
use crate::policy::UnknownRule;
use crate::report::docs::rule_text;
use crate::rules::{RULES, find};

/// Prints one rule, or the list of all.
pub(super) fn run(args: &Explain) -> Result<Exit, CliError> {
    match &args.rule {
        Some(id) => {
            let rule = find(id).ok_or_else(|| UnknownRule::new(id))?;
            output::print(rule_text(rule).as_bytes())
        }
        None => output::print(list().as_bytes()),
    }
}

fn list() -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["rule", "default", "about"]);
    for rule in RULES {
        table.add_row([rule.id, rule.severity.name(), rule.summary]);
    }
    let rows: Vec<_> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    rows.join("\n") + "\n"
}
