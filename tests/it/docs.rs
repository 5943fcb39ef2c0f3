//! What is generated says what the declarations say: pages, the README's table, the lists of the configuration's schema, and
//! the parameters that the model of the interoperability tests reads.

use embed2jwt::dialect::escape::Plus;
use embed2jwt::dialect::params::TABLE;
use embed2jwt::policy::config::{FATES, is_open};
use embed2jwt::report::docs::{parameter_rows, parameters_markdown, rules_markdown};
use embed2jwt::rules::RULES;
use serde_json::json;

use crate::support::{assert_block, assert_file};

#[test]
fn the_page_of_rules_is_fresh() {
    assert_file("docs/rules.md", &rules_markdown());
}

#[test]
fn the_page_of_parameters_is_fresh() {
    assert_file("docs/parameters.md", &parameters_markdown());
}

#[test]
fn the_readmes_table_of_parameters_is_fresh() {
    let (from, to) = ("<!-- parameters: generated -->", "<!-- /parameters -->");
    assert_block("README.md", from, to, &parameter_rows());
}

/// The elements of an array, one a line.
fn words<'a>(indent: &str, words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("{indent}{word:?}")).collect::<Vec<_>>().join(",\n") + "\n"
}

#[test]
fn the_schema_of_the_configuration_names_the_rules_fates_and_parameters_that_there_are() {
    let path = "docs/schema/config.schema.json";
    let rules = std::iter::once("all").chain(RULES.iter().map(|rule| rule.id));
    let from = "    \"rule\": {\n      \"enum\": [";
    assert_block(path, from, "      ]", &words("        ", rules));

    let from = "    \"fate\": {\n      \"enum\": [";
    assert_block(path, from, "      ]", &words("        ", FATES.iter().map(|fate| fate.name())));

    let closed = TABLE.iter().filter(|row| !row.is_pattern() && !is_open(row.name));
    let from = "      \"not\": {\n        \"anyOf\": [\n          {\n            \"enum\": [";
    let closed = closed.map(|row| row.name).chain(["jwt"]);
    assert_block(path, from, "            ]", &words("              ", closed));
}

#[test]
fn the_parameters_of_the_interoperability_tests_are_fresh() {
    let rows = TABLE.iter().filter(|row| !row.is_pattern());
    let rows: Vec<_> = rows
        .map(|row| {
            let shape = json!({
                "name": row.name,
                "fate": row.fate.name(),
                "signs": row.signs,
                "literal_plus": row.plus == Plus::Literal,
            });
            shape.to_string()
        })
        .collect();
    assert_file("tests/interop/parameters.json", &format!("[\n{}\n]\n", rows.join(",\n")));
}
