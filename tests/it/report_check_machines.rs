//! The reports of scanned files that pipelines read: what GitHub and the readers of `JUnit` know a finding by.

use std::collections::BTreeSet;

use embed2jwt::dialect::span::Span;
use serde_json::{Value, json};

use crate::report_check::{File, found, read, shown};

#[test]
fn sarif_names_lines_as_github_does() {
    // By tests/interop/line_hash.py; the fourth line equals the second, and what follows it to the end.
    let text =
        "a\n\t:theme=dark\n".to_owned() + &"x".repeat(100) + "\n:theme=dark\n" + &"x".repeat(100);
    let mut first = found(&text, "theme-case", ":theme=dark");
    let mut second = first.clone();
    let start = text.rfind(":theme").unwrap();
    second.finding.span = Span::new(start, start + 11);
    let utf16 = |file: &File| {
        let units = String::from_utf8(file.bytes.clone()).unwrap();
        ("\u{feff}".to_owned() + &units).encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    first.parameter = Some("theme".to_owned());
    let mut file = File::new("a", &text).with(first).with(second);
    let hashes = |file: &File| -> Vec<Value> {
        let mut results = read("sarif", std::slice::from_ref(file))["runs"][0]["results"].take();
        let results = results.as_array_mut().unwrap().iter_mut();
        results
            .map(|result| result["partialFingerprints"]["primaryLocationLineHash"].take())
            .collect()
    };
    assert_eq!(hashes(&file), ["1e45dcd937c628e:1", "1e45dcd937c628e:2"]);
    // GitHub reads files as UTF-8, so of others it shall make its own.
    file.bytes = utf16(&file);
    assert_eq!(hashes(&file), [Value::Null, Value::Null]);
}

#[test]
fn sarif_says_what_is_about_security() {
    let document = read("sarif", &[]);
    let rules = document["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let graded: Vec<(&str, &str)> = rules
        .iter()
        .filter_map(|rule| {
            let properties = &rule["properties"];
            let severity = properties["security-severity"].as_str();
            let tags = properties["tags"].as_array().unwrap();
            // GitHub heeds the number of rules with this tag alone.
            assert_eq!(severity.is_some(), tags.contains(&json!("security")), "{rule}");
            Some((rule["id"].as_str()?, severity?))
        })
        .collect();
    let wanted = [
        ("plaintext-oauth-token", "7.0"),
        ("signed-url-in-file", "7.0"),
        ("unsupported-hide-run-as-recipient", "5.0"),
        ("unsupported-hide-schedule", "5.0"),
        ("unsupported-hide-send", "5.0"),
        ("unsupported-hide-sheet-interactions", "5.0"),
    ];
    assert_eq!(graded.iter().copied().collect::<BTreeSet<_>>(), BTreeSet::from(wanted));
}

#[test]
fn cases_of_junit_keep_their_names_when_lines_are_added_above() {
    let names = |text: &str| -> Vec<String> {
        let mut file = File::new("a", text);
        for (start, part) in text.match_indices(":theme=dark") {
            let mut found = found(text, "theme-case", part);
            found.finding.span = Span::new(start, start + part.len());
            file.found.push(found);
        }
        file = file.with(found(text, "missing-colon", "mode"));
        let junit = shown("junit", &[file]);
        let document = roxmltree::Document::parse(&junit).unwrap();
        let cases = document.descendants().filter(|node| node.has_tag_name("testcase"));
        cases.map(|case| case.attribute("name").unwrap().to_owned()).collect()
    };
    let text = ":theme=dark\n:theme=dark mode\n";
    assert_eq!(names(text), ["theme-case", "theme-case (2)", "missing-colon"]);
    assert_eq!(names(&format!("\n\n  {text}")), names(text));
}
