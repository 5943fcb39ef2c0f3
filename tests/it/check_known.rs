//! Findings that `check` keeps to itself: what comments hide, and what the baseline knows.

use serde_json::Value;

use crate::check::{base, check, plant};
use crate::support::{NOW, Place, crate_file};

/// `(rule, line)` of the findings in one file.
fn check_file(name: &str, content: &str, args: &str) -> Vec<(String, u64)> {
    let place = Place::new();
    place.file(name, content);
    let status = i32::from(!args.contains("--fail-on"));
    rules(&check(&place, args, status))
}

fn rules(findings: &[Value]) -> Vec<(String, u64)> {
    let rule = |finding: &Value| finding["rule"].as_str().unwrap().to_owned();
    findings.iter().map(|f| (rule(f), f["line"].as_u64().unwrap())).collect()
}

/// What [`check_file`] finds of a file that may hold nothing.
fn left(content: &str) -> Vec<(String, u64)> {
    check_file("a.txt", content, "--fail-on never")
}

fn path_rule(line: u64) -> (String, u64) {
    ("deprecated-embed-path".to_owned(), line)
}

fn unused(line: u64) -> (String, u64) {
    ("unused-suppression".to_owned(), line)
}

// ---- comments ----

#[test]
fn a_comment_hides_what_stands_on_its_line_or_below_it() {
    let url = base();
    assert_eq!(left(&format!("{url}  # embed2jwt: ignore\n")), []);
    assert_eq!(left(&format!("<!-- embed2jwt: ignore -->\n{url}\n{url}\n")), [path_rule(3)]);
    assert_eq!(left(&format!("{url} // embed2jwt: ignore\n{url}\n")), [path_rule(2)]);
    assert_eq!(left(&format!("# embed2jwt: ignore\n\n{url}\n")), [unused(1), path_rule(3)]);
    let other = format!("{url} # embed2jwt: ignore[signed-url-in-file]\n");
    assert_eq!(left(&other), [path_rule(1), unused(1)]);
    assert_eq!(left(&format!("{url} # embed2jwt: ignore[theme-case,deprecated-embed-path]")), []);
}

#[test]
fn a_comment_in_a_file_without_anything_else_is_unused() {
    assert_eq!(left("x = 1  # embed2jwt: ignore[theme-case]\n"), [unused(1)]);
    let text = "\u{feff}x = 1  # embed2jwt: ignore\n";
    let place = Place::new();
    place.file("a.txt", text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>());
    let found = check(&place, "", 1);
    assert_eq!(rules(&found), [unused(1)]);
    assert_eq!((&found[0]["byte_start"], &found[0]["byte_end"]), (&20.into(), &54.into()));
}

#[test]
fn a_comment_past_its_date_hides_nothing() {
    let content = format!("{}  # embed2jwt: ignore until=2025-06-15 soon gone\n", base());
    assert_eq!(check_file("a.txt", &content, &format!("--fail-on never --now {NOW}")), []);
    let day = NOW + 86_400;
    let place = Place::new();
    place.file("a.txt", &content);
    let found = check(&place, &format!("--now {day}"), 1);
    assert_eq!(rules(&found), [path_rule(1), unused(1)]);
    let message = found[1]["message"].as_str().unwrap();
    assert!(message.contains("past its date, 2025-06-15"), "{message}");
}

#[test]
fn a_rule_that_is_misspelt_is_answered_with_the_nearest() {
    let place = Place::new();
    place.file("a.txt", format!("{}  # embed2jwt: ignore[deprecated-embed-paht]\n", base()));
    let found = check(&place, "", 1);
    assert_eq!(rules(&found), [path_rule(1), unused(1)]);
    assert_eq!(found[1]["suggestion"], "did you mean `deprecated-embed-path`?");
}

#[test]
fn comments_count_and_can_be_told_to_hide_nothing() {
    let place = Place::new();
    place.file("a.txt", format!("{} # embed2jwt: ignore\n", base()));
    place.file("b.txt", "# embed2jwt: ignore\n");
    assert_eq!(rules(&check(&place, "--no-ignores", 1)), [path_rule(1)]);
    assert_eq!(rules(&check(&place, "--off unused-suppression", 0)), []);
    let json: Value =
        serde_json::from_str(place.run("check --format json a.txt").exits(0).out()).unwrap();
    assert_eq!(json["summary"]["suppressed"], 1);
}

// ---- the baseline ----

/// A place whose findings are all known.
fn known() -> Place {
    let place = Place::new();
    let url = base();
    plant(
        &place,
        &[("a.txt", &format!("one {url}\n")), ("sub/b.txt", &format!("two {url}\ntwo {url}\n"))],
    );
    let ran = place.run("check --write-baseline --format ndjson").exits(0);
    assert_eq!(
        (ran.out(), &*ran.err()),
        ("", "embed2jwt: note: 3 known findings written to embed2jwt-baseline.json\n")
    );
    place
}

const READ: &str = "--baseline embed2jwt-baseline.json";

#[test]
fn what_the_baseline_knows_is_hidden() {
    let place = known();
    let ran = place.run("check --format json").args(READ).exits(0);
    let json: Value = serde_json::from_str(ran.out()).unwrap();
    assert_eq!(
        (&json["findings"], &json["summary"]["baselined"]),
        (&Value::Array(vec![]), &3.into())
    );
    assert_eq!(ran.err(), "");
    assert_eq!(check(&place, "--no-baseline", 1).len(), 3);
}

#[test]
fn the_file_of_the_usual_name_is_found_by_itself_and_named() {
    let place = known();
    let said = "embed2jwt: note: known findings come from embed2jwt-baseline.json; --no-baseline shows them\n";
    assert_eq!(place.run("check").exits(0).err(), said);
    assert_eq!(place.run("check -q").exits(0).err(), "");
    // From below as well, up to the root of the repository.
    let below = place.run("check").within("sub").exits(0);
    assert_eq!(below.err(), said.replace("from embed", "from ../embed"));
    place.file("more.txt", base());
    assert_eq!(place.run("check .. --format ndjson").within("sub").exits(1).records().len(), 1);
    std::fs::create_dir(place.path("sub/.git")).unwrap();
    assert_eq!(place.run("check").within("sub").exits(1).err(), "");
}

#[test]
fn a_file_is_known_by_its_way_from_the_baseline() {
    let place = known();
    for (folder, args) in [
        ("sub", "b.txt --baseline ../embed2jwt-baseline.json"),
        (".", "sub/b.txt"),
        ("sub", "./../sub/b.txt"),
    ] {
        place.run("check").args(args).within(folder).exits(0);
    }
    let absolute = place.path("sub/b.txt");
    place.run("check").arg(absolute).exits(0);
    // Written from below, it is the same file, and what was not scanned stays known.
    let first = place.read("embed2jwt-baseline.json");
    let ran = place.run("check --write-baseline").within("sub").exits(0);
    assert!(
        ran.err().contains("2 known findings written to ../embed2jwt-baseline.json"),
        "{}",
        ran.err()
    );
    assert_eq!(place.read("embed2jwt-baseline.json"), first);
    // In a folder of its own.
    std::fs::create_dir(place.path("ci")).unwrap();
    place.run("check -q --write-baseline=ci/known.json --no-config").exits(0);
    let json: Value = serde_json::from_str(&place.read("ci/known.json")).unwrap();
    assert_eq!(json["findings"][0]["path"], "../a.txt");
    place.run("check --baseline ../ci/known.json").within("sub").exits(0);
}

#[test]
fn the_report_says_how_many_findings_are_known_now() {
    let place = known();
    for format in ["human", "concise", "markdown", "html"] {
        let ran = place.run("check --write-baseline --format").arg(format).exits(0);
        let text = "3 findings written to the baseline, which hides them from now on.";
        assert!(ran.out().contains(text), "{format}: {}", ran.out());
    }
    let ran = place.run("check --write-baseline --format json").exits(0);
    let json: Value = serde_json::from_str(ran.out()).unwrap();
    assert_eq!(json["summary"]["learned"], 3);
}

#[test]
fn it_survives_edits_above_and_knows_no_other_file() {
    let place = known();
    let old = place.read("a.txt");
    plant(&place, &[("a.txt", &format!("# more\n\n{old}")), ("c.txt", &old), ("sub/a.txt", &old)]);
    let found = check(&place, READ, 1);
    let paths: Vec<_> = found.iter().map(|f| f["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["c.txt", "sub/a.txt"]);
}

#[test]
fn equal_findings_are_counted() {
    let place = known();
    let three = place.read("sub/b.txt") + "two " + &base() + "\n";
    plant(&place, &[("sub/b.txt", &three)]);
    assert_eq!(rules(&check(&place, READ, 1)), [path_rule(3)]);
}

#[test]
fn stale_entries_are_counted() {
    let place = known();
    plant(&place, &[("sub/b.txt", &format!("two {}\n", base()))]);
    std::fs::remove_file(place.path("a.txt")).unwrap();
    let ran = place.run("check").args(READ).exits(0);
    let said = "embed2jwt: note: 2 known findings of embed2jwt-baseline.json are stale: the findings are gone; \
                --write-baseline renews it\n";
    assert_eq!(ran.err(), said);
    // What was not scanned is not stale.
    place.file("c.txt", "");
    assert_eq!(known().run("check c.txt").args(READ).done().status, Some(2));
    assert_eq!(place.run("check -q c.txt").args(READ).exits(0).err(), "");
    let one = place.run("check c.txt").args(READ).exits(0);
    assert!(one.err().starts_with("embed2jwt: note: 1 known finding of "), "{}", one.err());
    place.run("check --write-baseline").args(READ).exits(0);
    assert_eq!(place.run("check").args(READ).exits(0).err(), "");
}

#[test]
fn it_is_the_same_file_whoever_writes_it() {
    let place = known();
    let first = place.read("embed2jwt-baseline.json");
    place.run("check -q -j5 --write-baseline=other.json . sub a.txt").exits(0);
    assert_eq!(place.read("other.json"), first);
    let json: Value = serde_json::from_str(&first).unwrap();
    assert_eq!(json["schema"], 1);
    let entries = json["findings"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!((&entries[0]["path"], &entries[0]["count"]), (&"a.txt".into(), &1.into()));
    assert_eq!((&entries[1]["path"], &entries[1]["count"]), (&"sub/b.txt".into(), &2.into()));
    // They are the fingerprints of the reports.
    let found = check(&place, "--no-baseline", 1);
    assert_eq!(entries[0]["fingerprint"], found[0]["fingerprint"]);
    assert_eq!(entries[0]["rule"], found[0]["rule"]);
    assert_eq!(first.lines().count(), 7, "one finding a line");
}

#[test]
fn it_fits_its_schema() {
    let schema: Value =
        serde_json::from_str(&crate_file("docs/schema/baseline.schema.json")).unwrap();
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is one itself");
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let mut json: Value = serde_json::from_str(&known().read("embed2jwt-baseline.json")).unwrap();
    assert!(validator.is_valid(&json), "{json}");
    json["findings"][0]["count"] = "2".into();
    assert!(!validator.is_valid(&json));
}

#[test]
fn it_can_stand_in_the_configuration() {
    let place = known();
    place.file("embed2jwt.toml", "[check]\nbaseline = \"known.json\"\n");
    place.run("check").exits(2);
    let ran = place.run("check --write-baseline").exits(0);
    assert!(ran.err().ends_with("/known.json\n"), "{}", ran.err());
    place.run("check").exits(0);
    assert_eq!(place.read("known.json"), place.read("embed2jwt-baseline.json"));
}

#[test]
fn a_baseline_that_is_none_breaks_the_run() {
    let place = known();
    place.file("bad.json", "{\"schema\": 1, \"findings\": [{}]}");
    for name in ["bad.json", "gone.json", "sub"] {
        let ran = place.run("check --baseline").arg(name).exits(2);
        assert!(ran.out().is_empty() && ran.prose().contains(name), "{}", ran.err());
    }
    place.run("check --write-baseline --fix").exits(2);
}
