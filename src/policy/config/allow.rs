//! `allow`: patterns of text that is never reported, each a text, or a table of a rule and its pattern.

use toml::de::DeValue;

use super::error::ConfigError;
use super::table::{Item, Table};
use crate::policy::{Allow, UnknownRule};
use crate::rule::Rule;
use crate::rules::find;

/// Reads the list.
pub(super) fn read(item: &Item<'_, '_>) -> Result<Allow, ConfigError> {
    let mut allow = Allow::default();
    for value in item.items("a list: `[\"…\", { rule = \"…\", pattern = \"…\" }]`")? {
        match value.value.get_ref() {
            DeValue::Table(table) => {
                let mut table = Table::new(value.source, value.key.clone(), table.clone())?;
                let named = table.take("rule", rule)?;
                let rule = named.ok_or_else(|| missing(&value, "rule"))?;
                table
                    .take("pattern", |item| add(&mut allow, Some(rule), item))?
                    .ok_or_else(|| missing(&value, "pattern"))?;
                table.finish()?;
            }
            _ => add(&mut allow, None, &value)?,
        }
    }
    Ok(allow)
}

fn add(allow: &mut Allow, rule: Option<&Rule>, item: &Item<'_, '_>) -> Result<(), ConfigError> {
    let pattern = item.text()?;
    allow.add(rule, &pattern).map_err(|error| {
        let help = "write a regular expression in single quotes: `'/embed/1-demo\\b'`; plain characters match themselves";
        item.wrong("has a pattern that cannot be used", error.to_string(), help)
    })
}

fn rule(item: &Item<'_, '_>) -> Result<&'static Rule, ConfigError> {
    let name = item.text()?;
    let advice = || UnknownRule::new(&name).advice().to_owned();
    find(&name).ok_or_else(|| item.wrong("names no existing rule", "no such rule", advice()))
}

fn missing(item: &Item<'_, '_>, key: &str) -> ConfigError {
    let help = "write `{ rule = \"…\", pattern = \"…\" }`, or the pattern alone for all rules";
    item.wrong(&format!("has an entry without `{key}`"), "in this one", help)
}
