//! What `check` advises can be done with `check`.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::{Place, root};

/// The options that a text names.
fn options(text: &str) -> BTreeSet<&str> {
    let is_part = |c: char| c.is_ascii_lowercase() || c == '-';
    let name = |at: usize| {
        let rest = &text[at..];
        &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())]
    };
    let starts = text.match_indices("--").map(|(at, _)| at);
    let begins = |at: &usize| !text[..*at].ends_with(is_part);
    starts.filter(begins).map(name).filter(|name| name.len() > 4).collect()
}

#[test]
fn advice_names_only_options_that_check_has() {
    let place = Place::new();
    let help = place.run("check --help").exits(0).out().to_owned();
    let known = options(&help);
    assert!(known.contains("--unsafe-fixes") && !known.contains("--trust-input"));
    let fires = root().join("fixtures/fires");
    let (mut rules, mut advised) = (BTreeSet::new(), 0);
    for flags in [
        "",
        "--org acme --fix --diff --report json=out.json",
        "--unsafe-fixes --diff --report json=out.json",
    ] {
        let run = place.run("check --no-config --fail-on never --show-secrets").args(flags);
        let ran = if flags.is_empty() { run.args("--format json -o out.json") } else { run };
        ran.arg(&fires).arg(root().join("fixtures/repos/marked")).exits(0);
        let document: Value = serde_json::from_str(&place.read("out.json")).unwrap();
        for finding in document["findings"].as_array().unwrap() {
            let text = format!("{} {}", finding["message"], finding["suggestion"]);
            let unknown: Vec<_> =
                options(&text).into_iter().filter(|name| !known.contains(name)).collect();
            assert!(unknown.is_empty(), "{flags} {}: {text}", finding["rule"]);
            rules.insert(finding["rule"].as_str().unwrap().to_owned());
            advised += usize::from(finding["suggestion"].is_string());
        }
    }
    assert!(rules.len() > 40 && advised > 200, "{} {advised}", rules.len());
    // Nothing is signed in a file, so nothing has to be proved.
    assert!(!rules.contains("unverified-signature"));
    let files = fs::read_dir(&fires).unwrap().count();
    assert!(files > rules.len());
}

#[test]
fn the_steps_of_a_report_name_only_options_that_check_has() {
    let place = Place::new();
    let help = place.run("check --help").exits(0).out().to_owned();
    let known = options(&help);
    for format in ["human", "markdown", "concise"] {
        let run = place.run(&format!("check --no-config --fail-on never --format {format}"));
        let ran = run.arg(root().join("fixtures/fires")).exits(0);
        let unknown: Vec<_> =
            options(ran.out()).into_iter().filter(|name| !known.contains(name)).collect();
        assert!(unknown.is_empty(), "{format}: {unknown:?}");
    }
}
