//! Who owns the repository is written in `Cargo.toml`; every other page that shows it says the same.

use std::fs;
use std::path::Path;

use crate::support::{crate_file, root};

const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// The files that users see, with their texts.
fn pages() -> Vec<(String, String)> {
    let mut names = vec![
        "README.md",
        "SECURITY.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "action.yml",
        ".pre-commit-hooks.yaml",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect::<Vec<_>>();
    for folder in ["docs", "docs/schema", "recipes", "packaging", ".github/workflows"] {
        let entries = fs::read_dir(root().join(folder)).into_iter().flatten().flatten();
        let files = entries.filter(|entry| entry.path().is_file());
        names
            .extend(files.map(|entry| format!("{folder}/{}", entry.file_name().to_string_lossy())));
    }
    let is_text = |name: &String| Path::new(name).extension().is_none_or(|end| end != "png");
    names.into_iter().filter(is_text).map(|name| (name.clone(), crate_file(&name))).collect()
}

#[test]
fn every_address_of_the_repository_is_that_of_the_manifest() {
    let path = REPOSITORY.strip_prefix("https://github.com/").expect("the repository is on GitHub");
    let (owner, name) = path.split_once('/').unwrap();
    assert_eq!(name, env!("CARGO_PKG_NAME"));
    let mut seen = 0;
    for (file, text) in pages() {
        assert!(!text.contains("OWNER"), "{file} names nobody as the owner");
        for (at, _) in text.match_indices(&format!("/{name}")) {
            let before = &text[..at];
            let word = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
            let who = before.rsplit(word).next().unwrap();
            let lead = before.strip_suffix(who).unwrap();
            if lead.ends_with("github.com/")
                || lead.ends_with("uses: ")
                || lead.ends_with("ghcr.io/")
            {
                assert_eq!(who, owner, "{file}");
                seen += 1;
            }
        }
    }
    assert!(seen >= 3, "only {seen} addresses were found");
}
