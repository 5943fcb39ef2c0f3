//! Documentation generated from the declarations: rules and tables as Markdown and as text.

use std::fmt::Write;

use crate::dialect::claims::{self, Demand, Part, Type};
use crate::dialect::params::{self, Loss, Need};
use crate::dialect::source::Source;
use crate::rule::{Expectation, Rule, examples};
use crate::rules::RULES;

/// The first line of every generated file.
const GENERATED: &str = "<!-- Generated from the declarations in src/ by `EMBED2JWT_BLESS=1 cargo test --test it docs`; do not edit. -->\n\n";

/// A rule's documentation as it was written, without the space that every documentation comment begins with.
pub fn documentation(rule: &Rule) -> String {
    let line = |line: &str| line.strip_prefix(' ').unwrap_or(line).to_owned() + "\n";
    rule.documentation.lines().map(line).collect()
}

/// The heading of what a reader is looking for, which `explain` prints last.
const TO_DO: &str = "## What to do\n";

/// One rule for `explain`: its name, level and documentation, the examples indented, and at the end what to do.
pub fn rule_text(rule: &'static Rule) -> String {
    let all = documentation(rule);
    let mut prose = String::new();
    for (number, part) in all.split("```").enumerate() {
        match part.split_once('\n') {
            // Every other part is between fences: an example, or code that belongs to the text.
            Some((word, code)) if number % 2 == 1 => {
                if !["fires", "silent"].iter().any(|example| word.starts_with(example)) {
                    prose.push_str("\n\n");
                    indent(code, &mut prose);
                }
            }
            // A block ends its line itself.
            _ if prose.ends_with('\n') => {
                let part = part.trim_end();
                prose.push_str(part.strip_prefix('\n').unwrap_or(part));
            }
            _ => prose.push_str(part.trim_end()),
        }
    }
    let (about, to_do) = prose.split_once(TO_DO).unwrap_or((&prose, ""));
    let mut text = format!(
        "# {}\n\n{}\n\nDefault level: {}\n\n{}\n\n## Examples\n",
        rule.id,
        sentence(rule.summary),
        rule.severity,
        about.trim_end()
    );
    for example in examples(rule) {
        let what = match example.expectation {
            Expectation::Fires => "It fires on",
            Expectation::Silent => "It is silent on",
        };
        let flags = match condition(example.flags) {
            flags if flags.is_empty() => flags,
            flags => format!(", with {flags}"),
        };
        let _ = writeln!(text, "\n{what}{flags}:\n");
        let example = example.text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
        indent(&example.collect::<Vec<_>>().join("\n"), &mut text);
    }
    text.push_str("\n## Sources\n\n");
    for source in rule.all_sources() {
        let _ = writeln!(text, "- {} ({})", source.url, source.date);
    }
    let _ = writeln!(text, "\n{TO_DO}{}", to_do.trim_end());
    text
}

/// The flags of an example in words: some name what comes from a file.
pub(super) fn condition(flags: &str) -> String {
    match flags.split_once(' ') {
        Some(("--secret", secret)) => format!("the embed secret `{secret}`"),
        Some(("--map", "public")) => "a map that marks the embed as public".to_owned(),
        _ if flags.is_empty() => String::new(),
        _ => format!("`{flags}`"),
    }
}

/// Appends code as a block of Markdown without fences.
fn indent(code: &str, out: &mut String) {
    for line in code.trim_end().lines() {
        let _ = writeln!(out, "{}", format!("    {line}").trim_end());
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// `docs/rules.md`
pub fn rules_markdown() -> String {
    let mut out = format!(
        "{GENERATED}# Rules\n\nEvery rule, its default level and what it is about. Some findings have a lower severity than their rule; its text explains when. \
         `embed2jwt explain RULE` prints the same.\n\n| rule | default | about |\n|---|---|---|\n"
    );
    for rule in RULES {
        let _ =
            writeln!(out, "| [`{0}`](#{0}) | {1} | {2} |", rule.id, rule.severity, rule.summary);
    }
    for rule in RULES {
        // Below the rule's own heading its sections are one level deeper.
        let text = documentation(rule).replace("\n## ", "\n### ").replacen("## ", "### ", 1);
        let _ = write!(
            out,
            "\n## {}\n\n{} Default level: {}.\n\n{}\nSources: {}.\n",
            rule.id,
            sentence(rule.summary),
            rule.severity,
            text,
            links(&rule.all_sources())
        );
    }
    out
}

/// Sources as links with their dates.
fn links(sources: &[Source]) -> String {
    let link = |source: &Source| {
        let page = source.url.rsplit('/').next().unwrap_or(source.url);
        format!("[{page}]({}) ({})", source.url, source.date)
    };
    sources.iter().map(link).collect::<Vec<_>>().join(", ")
}

/// What becomes of every parameter, as rows of a Markdown table.
pub fn parameter_rows() -> String {
    let mut out = String::from("| parameter | what becomes of it | what to do |\n|---|---|---|\n");
    for row in &params::TABLE {
        let name = if row.is_pattern() && row.id != params::Id::UserAttribute {
            row.name.to_owned()
        } else {
            format!("`{}`", row.name)
        };
        let fate = match (row.fate, row.target) {
            (params::Fate::Claim, Some(target)) => format!("claim `{target}`"),
            (params::Fate::Header, Some(target)) => format!("header `{target}`, claim `iss`"),
            (params::Fate::Replaced, Some(_)) => format!("replaced by {}", row.replacement()),
            (fate, _) => fate.name().to_owned(),
        };
        let harmless = match row.loss {
            Loss::Access { harmless } if row.is_removable() => {
                format!(
                    "; the embed's user can remove it from the URL (`{harmless}` restricts nothing)"
                )
            }
            Loss::Access { harmless } | Loss::Effect { harmless } if !harmless.is_empty() => {
                format!("; nothing is lost with `{harmless}`")
            }
            _ => String::new(),
        };
        let _ = writeln!(out, "| {name} | {fate}{harmless} | {} |", row.remedy);
    }
    out
}

/// `docs/parameters.md`
pub fn parameters_markdown() -> String {
    let mut out = format!(
        "{GENERATED}# Parameters and claims\n\nA source is a page with its date; a page without one has the date on which it was read.\n\n\
         ## Parameters of the old URL\n\n\
         | parameter | fate | target | required in old URLs | values | sources |\n|---|---|---|---|---|---|\n"
    );
    for row in &params::TABLE {
        let need = match row.need {
            Need::No => "",
            Need::Expected => "yes",
            Need::Required => "yes, and no token without it",
        };
        let target = row.target.map(|target| format!("`{target}`")).unwrap_or_default();
        let _ = writeln!(
            out,
            "| `{}` | {} | {target} | {need} | {} | {} |",
            row.name.trim_matches('`'),
            row.fate.name(),
            row.values,
            links(row.sources)
        );
    }
    out.push_str("\n## What becomes of each\n\n");
    out.push_str(&parameter_rows());
    out.push_str(
        "\n## Claims of the new token\n\n| claim | where | required | type | about | sources |\n|---|---|---|---|---|---|\n",
    );
    for row in &claims::TABLE {
        let part = match row.part {
            Part::Header => "header",
            Part::Payload => "payload",
        };
        let demand = match row.demand {
            Demand::Always => "yes",
            Demand::WithVersion11 => "with `ver` 1.1",
            Demand::Optional => "no",
        };
        let kind = match row.kind {
            Type::Text => "string",
            Type::Seconds => "number of seconds",
            Type::Texts => "array of strings",
            Type::TextByName => "object of strings",
        };
        let _ = writeln!(
            out,
            "| `{}` | {part} | {demand} | {kind} | {} | {} |",
            row.name,
            row.about,
            links(row.sources)
        );
    }
    out
}
