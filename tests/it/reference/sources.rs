//! Where the facts come from: every row and every rule names a page and its date.

use embed2jwt::dialect::params::TABLE;
use embed2jwt::dialect::{claims, source::Source};
use embed2jwt::report::docs::{parameters_markdown, rule_text, rules_markdown};
use embed2jwt::rules::RULES;

/// An address that a browser opens, and a day or a month.
fn check(of: &str, sources: &[Source]) {
    assert!(!sources.is_empty(), "{of} names no source");
    for Source { url, date } in sources {
        let page = url.strip_prefix("https://").unwrap_or_else(|| panic!("{of}: {url}"));
        assert!(page.split('/').all(|part| !part.is_empty()) && page.contains('/'), "{of}: {url}");
        let parts: Vec<_> = date.split('-').collect();
        let lengths: Vec<_> = parts.iter().map(|part| part.len()).collect();
        assert!(lengths == [4, 2] || lengths == [4, 2, 2], "{of}: {date}");
        let numbers: Vec<u32> = parts.iter().map(|part| part.parse().unwrap()).collect();
        assert!(
            (2005..=2026).contains(&numbers[0]) && (1..=12).contains(&numbers[1]),
            "{of}: {date}"
        );
    }
}

#[test]
fn every_row_of_both_tables_has_an_address_and_a_date() {
    for row in &TABLE {
        check(row.name, row.sources);
    }
    for row in &claims::TABLE {
        check(row.name, row.sources);
    }
}

#[test]
fn every_rule_has_an_address_and_a_date() {
    for rule in RULES {
        check(rule.id, &rule.all_sources());
    }
}

#[test]
fn the_page_of_parameters_shows_them_in_every_row() {
    let page = parameters_markdown();
    let of = |name: &str| {
        let row = format!("| `{}` |", name.trim_matches('`'));
        page.lines().find(|line| line.starts_with(&row)).unwrap_or_else(|| panic!("{name}"))
    };
    let rows = TABLE.iter().map(|row| (row.name, row.sources));
    for (name, sources) in rows {
        for source in sources {
            let line = of(name);
            assert!(line.contains(source.url) && line.contains(source.date), "{line}");
        }
    }
    let claims_part = page.split("## Claims of the new token").nth(1).unwrap();
    for row in &claims::TABLE {
        let start = format!("| `{}` |", row.name);
        let line = claims_part.lines().find(|line| line.starts_with(&start)).unwrap();
        for source in row.sources {
            assert!(line.contains(source.url) && line.contains(source.date), "{line}");
        }
    }
}

#[test]
fn explain_and_the_page_of_rules_show_the_sources_of_a_rule_and_of_its_rows() {
    let page = rules_markdown();
    for rule in RULES {
        let text = rule_text(rule);
        let section = page.split(&format!("\n## {}\n", rule.id)).nth(1).unwrap();
        let section = section.split("\n## ").next().unwrap();
        for source in rule.all_sources() {
            assert!(text.contains(&format!("{} ({})", source.url, source.date)), "{text}");
            assert!(section.contains(source.url) && section.contains(source.date), "{section}");
        }
    }
    let hide_send = rule_text(embed2jwt::rules::find("unsupported-hide-send").unwrap());
    assert!(hide_send.contains("01_2026_first_friday_features (2026-01)"), "{hide_send}");
}
