//! `docs/dependencies.md` says of every crate that `Cargo.toml` names why it is there.

use std::collections::BTreeSet;

use toml::Table;

use crate::support::crate_file;

fn names(manifest: &Table, key: &str) -> BTreeSet<String> {
    let table = manifest.get(key).and_then(|table| table.as_table());
    table.into_iter().flat_map(Table::keys).cloned().collect()
}

/// The names in the first column of a section's table.
fn rows(page: &str, section: &str) -> BTreeSet<String> {
    let text = page.split(&format!("\n## {section}\n")).nth(1).unwrap();
    let lines = text.split("\n## ").next().unwrap().lines();
    let name = |line: &str| line.strip_prefix("| `")?.split('`').next().map(str::to_owned);
    lines.filter_map(name).collect()
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let manifest: Table = crate_file("Cargo.toml").parse().unwrap();
    let mut shipped = names(&manifest, "dependencies");
    for (_, target) in manifest["target"].as_table().unwrap() {
        shipped.extend(names(target.as_table().unwrap(), "dependencies"));
    }
    let page = crate_file("docs/dependencies.md");
    assert_eq!(rows(&page, "What ships"), shipped);
    assert_eq!(rows(&page, "What only tests need"), names(&manifest, "dev-dependencies"));
}
