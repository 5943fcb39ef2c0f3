//! What is generated says what the declarations say, and what is written by hand is short, and leads where it says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use embed2jwt::dialect::escape::Plus;
use embed2jwt::dialect::params::TABLE;
use embed2jwt::policy::config::{FATES, is_open};
use embed2jwt::report::docs::{parameter_rows, parameters_markdown, rules_markdown};
use embed2jwt::rules::RULES;
use serde_json::json;

use crate::pages::{markdown, pages};
use crate::support::{assert_block, assert_file, crate_file, root};

#[test]
fn the_page_of_rules_is_fresh() {
    assert_file("docs/rules.md", &rules_markdown());
}

#[test]
fn the_page_of_parameters_is_fresh() {
    assert_file("docs/parameters.md", &parameters_markdown());
}

#[test]
fn the_table_of_parameters_is_fresh() {
    let (from, to) = ("<!-- parameters: generated -->", "<!-- /parameters -->");
    assert_block("docs/convert.md", from, to, &parameter_rows());
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

// ---- what is written by hand ----

/// The lines of a page outside of its fenced blocks and comments.
pub(crate) fn prose(text: &str) -> Vec<(usize, &str)> {
    let (mut lines, mut until) = (Vec::new(), None);
    for (index, line) in text.lines().enumerate() {
        match until {
            Some(end) => {
                if line.ends_with(end) {
                    until = None;
                }
            }
            None if line.starts_with("```") => until = Some("```"),
            None if line.starts_with("<!--") => {
                until = (!line.ends_with("-->")).then_some("-->");
            }
            None => lines.push((index + 1, line)),
        }
    }
    lines
}

/// The sentences of a page: a paragraph, an item of a list, a cell of a table and a heading begin and end one.
fn sentences(text: &str) -> Vec<String> {
    let (mut blocks, mut open) = (Vec::new(), String::new());
    for (_, line) in prose(text) {
        let trimmed = line.trim_start();
        let item = trimmed.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let starts = ["- ", "# ", "## ", "### ", " "].iter().any(|mark| item.starts_with(mark));
        if trimmed.starts_with('|') {
            blocks.extend(trimmed.split('|').map(str::to_owned));
        } else if trimmed.is_empty() || starts {
            blocks.push(std::mem::take(&mut open));
            open.push_str(item);
        } else {
            open.push(' ');
            open.push_str(line);
        }
    }
    blocks.push(open);
    let ends = |block: &String| {
        let mut found = Vec::new();
        let mut sentence = String::new();
        for word in block.split_whitespace() {
            sentence.push_str(word);
            sentence.push(' ');
            if word.trim_end_matches(['*', ')', '`']).ends_with(['.', '?', '!', ':', ';']) {
                found.push(std::mem::take(&mut sentence));
            }
        }
        found.push(sentence);
        found
    };
    blocks.iter().flat_map(ends).collect()
}

#[test]
fn the_readme_is_read_in_five_minutes() {
    let lines = crate_file("README.md").lines().count();
    assert!(lines <= 250, "README.md has {lines} lines");
}

#[test]
fn no_sentence_has_more_than_forty_words() {
    for page in pages().iter().chain([&"CONTRIBUTING.md".to_owned(), &"ARCHITECTURE.md".to_owned()])
    {
        for sentence in sentences(&crate_file(page)) {
            let words = sentence.split_whitespace().count();
            assert!(words <= 40, "{page}: {words} words: {sentence}");
        }
    }
}

/// The anchor of a heading, as GitHub and mdBook make it.
fn slug(heading: &str) -> String {
    let keep = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heading.trim().to_lowercase().chars().filter(keep).collect::<String>().replace(' ', "-")
}

/// The anchors of a page.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let headings = prose(text).into_iter().filter(|(_, line)| line.starts_with('#'));
    let anchor = |(_, line): (usize, &str)| {
        let slug = slug(line.trim_start_matches('#'));
        let times = times.entry(slug.clone()).or_default();
        *times += 1;
        if *times == 1 { slug } else { format!("{slug}-{}", *times - 1) }
    };
    headings.map(anchor).collect()
}

/// The targets of the links in a line, code left out.
fn links(line: &str) -> Vec<&str> {
    let code = line.split('`').skip(1).step_by(2).map(|code| code.as_bytes().as_ptr_range());
    let code: Vec<_> = code.collect();
    let target = |(at, _): (usize, &str)| {
        let rest = &line[at + 2..];
        let inside = code.iter().any(|code| code.contains(&rest.as_ptr()));
        rest.split_once(')').map(|(target, _)| target).filter(|_| !inside)
    };
    line.match_indices("](").filter_map(target).collect()
}

#[test]
fn every_link_within_the_repository_leads_somewhere() {
    let mut dead = Vec::new();
    for page in markdown() {
        let text = crate_file(&page);
        let folder = Path::new(&page).parent().unwrap();
        for (number, line) in prose(&text) {
            for link in links(line).into_iter().filter(|link| !link.contains("://")) {
                let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
                let target = root().join(folder).join(path);
                let target = if path.is_empty() { root().join(&page) } else { target };
                let anchored = anchor.is_empty()
                    || fs::read_to_string(&target)
                        .is_ok_and(|text| anchors(&text).contains(anchor));
                if !target.exists() || !anchored {
                    dead.push(format!("{page}:{number}: {link}"));
                }
            }
        }
    }
    assert!(dead.is_empty(), "dead links:\n{}", dead.join("\n"));
}

#[test]
fn every_page_is_in_the_book() {
    let summary = crate_file("docs/SUMMARY.md");
    let in_book: BTreeSet<_> = prose(&summary).into_iter().flat_map(|(_, l)| links(l)).collect();
    for page in markdown() {
        if let Some(name) = page.strip_prefix("docs/").filter(|name| *name != "SUMMARY.md") {
            assert!(in_book.contains(name), "docs/SUMMARY.md does not name {name}");
        }
    }
}

#[test]
fn every_recipe_is_linked_from_a_page() {
    let pages: Vec<_> = pages().iter().map(|page| crate_file(page)).collect();
    for entry in fs::read_dir(root().join("recipes")).unwrap() {
        let link = format!("recipes/{})", entry.unwrap().file_name().to_str().unwrap());
        assert!(pages.iter().any(|page| page.contains(&link)), "no page links {link}");
    }
}

#[test]
fn sentences_links_and_anchors_are_seen() {
    let page = "# A `b` c\n\nOne two. Three\nfour: five.\n\n- item\n\n| cell one | two |\n```sh\nno\n```\n## A b c\n";
    let seen: Vec<_> = sentences(page).into_iter().filter(|s| !s.trim().is_empty()).collect();
    let expected = [
        "# A `b` c ",
        "One two. ",
        "Three four: ",
        "five. ",
        "- item ",
        "cell one ",
        "two ",
        "## A b c ",
    ];
    assert_eq!(seen, expected);
    assert_eq!(anchors(page), BTreeSet::from(["a-b-c".to_owned(), "a-b-c-1".to_owned()]));
    assert_eq!(links("see [a](b.md#c), ![d](e.png), `[f](g)`"), ["b.md#c", "e.png"]);
}
