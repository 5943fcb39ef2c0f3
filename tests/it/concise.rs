//! `--format concise`: one line a finding, where editors and `grep` look for it, and the outcome behind them.

use crate::check::{base, plant};
use crate::support::{NOW, Place, legacy};

/// `path:line:column: level[rule] message`, taken apart.
fn parts(line: &str) -> (&str, u64, u64, &str, &str, &str) {
    let (place, rest) = line.split_once(": ").unwrap();
    let mut place = place.rsplitn(3, ':');
    let mut number = || place.next().unwrap().parse().unwrap();
    let (column, row) = (number(), number());
    let path = place.next().unwrap();
    let (level, rest) = rest.split_once('[').unwrap();
    let (rule, message) = rest.split_once("] ").unwrap();
    (path, row, column, level, rule, message)
}

#[test]
fn check_prints_a_line_for_each_finding_and_the_outcome() {
    let place = Place::new();
    let text = format!("# \u{e9}\n\u{e9} = '{}'\nx = '&:hide_send=true'\n", base());
    plant(&place, &[("src/a b.py", &text), ("image.png", "\u{0}"), ("z.txt", "nothing")]);
    let ran = place.run("check --format concise").exits(1);
    let lines = ran.lines();
    let found: Vec<_> = lines[..3].iter().map(|line| parts(line)).collect();
    let places: Vec<_> =
        found.iter().map(|(path, line, column, ..)| (*path, *line, *column)).collect();
    assert_eq!(places, [("src/a b.py", 2, 6), ("src/a b.py", 3, 7), ("src/a b.py", 3, 7)]);
    let rules: Vec<_> = found.iter().map(|(.., level, rule, _)| (*level, *rule)).collect();
    assert_eq!(
        rules,
        [
            ("warning", "deprecated-embed-path"),
            ("warning", "unsupported-hide-send"),
            ("warning", "legacy-url-builder")
        ]
    );
    assert!(found.iter().all(|(.., message)| !message.is_empty()), "{lines:?}");
    assert_eq!(
        lines[3..],
        ["3 findings in 1 of 2 files.", "1 file skipped: 1 binary (`-v` names them)"]
    );
    place.run("check --format concise z.txt").exits(0);
    assert_eq!(
        place.run("check --format concise z.txt").exits(0).out(),
        "Nothing was found in 1 file.\n"
    );
}

#[test]
fn statistics_count_the_findings_of_each_rule() {
    let place = Place::new();
    let text = format!("{0}\n{0}\nx = '&:loading_bg=1'\n", base());
    plant(&place, &[("a.txt", &text), ("b.txt", &base())]);
    let ran = place.run("check --statistics").exits(1);
    let words: Vec<Vec<_>> =
        ran.lines().iter().map(|line| line.split_whitespace().take(3).collect()).collect();
    assert_eq!(
        words[..3],
        [
            vec!["3", "warning", "deprecated-embed-path"],
            vec!["1", "warning", "legacy-url-builder"],
            vec!["1", "info", "unsupported-loading-bg"],
        ]
    );
    assert_eq!(ran.lines()[3..], ["5 findings in 2 of 2 files."]);
    place.run("check --statistics --report json=all.json -o counts.txt").exits(1);
    assert_eq!(place.read("counts.txt"), ran.out());
    assert!(place.read("all.json").contains("\"rule\":\"legacy-url-builder\""));
    place.file("clean.txt", "nothing");
    assert_eq!(
        place.run("check --statistics clean.txt").exits(0).out(),
        "Nothing was found in 1 file.\n"
    );
    for other in ["--format json", "--diff", "--show-files"] {
        place.run("check --statistics").args(other).exits(2);
    }
    place.file("embed2jwt.toml", "[check]\nformat = \"json\"\n");
    assert_eq!(place.run("check --statistics a.txt b.txt").exits(1).out(), ran.out());
}

#[test]
fn lists_are_numbered_by_their_lines() {
    let place = Place::new();
    place.file("urls.txt", format!("# a list\n{}\n", legacy("&:loading_bg=1")));
    for command in ["audit", "inspect"] {
        let run = place.run(&format!("{command} --format concise --now {NOW} urls.txt"));
        let ran = run.exits(1);
        let lines = ran.lines();
        let (outcome, found) = lines.split_last().unwrap();
        assert_eq!(*outcome, format!("{} findings in 1 URL.", found.len()), "{command}");
        let lost = found
            .iter()
            .map(|line| parts(line))
            .find(|(.., rule, _)| *rule == "unsupported-loading-bg");
        let column = legacy("&:loading_bg=1").find(":loading_bg").unwrap() as u64 + 1;
        let (path, line, at, level, ..) = lost.unwrap();
        assert_eq!((path, line, at, level), ("urls.txt", 2, column, "info"), "{command}");
    }
}

#[cfg(unix)]
#[test]
fn a_name_or_a_value_does_not_make_another_line() {
    let place = Place::new();
    plant(&place, &[("a\nb\u{1b}[31m.txt", &format!("{}?:the%0Ame=x\n", base()))]);
    let ran = place.run("check --format concise").exits(1);
    let lines = ran.lines();
    assert!(
        lines[..lines.len() - 1].iter().all(|line| line.starts_with("a\\nb\\u{1b}[31m.txt:1:")),
        "{lines:?}"
    );
}
