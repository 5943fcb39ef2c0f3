//! The table and summary of `audit`: they fit their width, colour is asked for, equal findings are one row, nothing leaks.

use std::fmt::Write as _;

use crate::support::{NOW, Place, Ran, Run, SECRET, crate_file, legacy, root, sign, unsigned};

fn audit(place: &Place, args: &str) -> Run {
    place.run("audit --fail-on never").args(args)
}

/// Columns that a text takes: the tests use no wide characters but these.
fn width(line: &str) -> usize {
    line.chars().map(|c| if ('\u{4e00}'..='\u{9fff}').contains(&c) { 2 } else { 1 }).sum()
}

/// The text as one line, whatever the width broke it into.
fn prose(ran: &Ran) -> String {
    ran.out().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// URLs of every kind, with long and wide names.
fn mixed() -> String {
    let wide = "顧客地域名".repeat(12);
    let mut text = crate_file("fixtures/real/urls.txt");
    for url in [
        legacy(&format!("&:{wide}=1&Kontrolle-{wide}=2")),
        legacy(&format!("&:{}=1", "unbroken".repeat(30))),
        legacy("&:hide_run_as_recipient=true"),
        "not a URL".to_owned(),
    ] {
        writeln!(text, "{url}").unwrap();
    }
    text
}

// ---- width ----

#[test]
fn no_line_is_wider_than_the_page() {
    let place = Place::new();
    place
        .file("顧客の一覧表.txt", mixed())
        .file("a-rather-long-name-of-a-list-of-urls.txt", mixed());
    for columns in [20, 30, 40, 59, 60, 80, 119, 120, 200] {
        let files = "顧客の一覧表.txt a-rather-long-name-of-a-list-of-urls.txt";
        let ran = audit(&place, files).env("COLUMNS", columns.to_string()).exits(0);
        for line in ran.out().lines() {
            assert!(width(line) <= columns, "{columns}: {line:?} takes {}", width(line));
            assert!(!line.ends_with(' '), "{columns}: {line:?}");
        }
    }
}

#[test]
fn without_a_terminal_the_page_is_80_columns_wide_unless_columns_says_otherwise() {
    let place = Place::new();
    let run = |columns: Option<&str>| {
        let run = audit(&place, "");
        let run = if let Some(columns) = columns { run.env("COLUMNS", columns) } else { run };
        let ran = run.stdin(mixed()).exits(0);
        ran.out().lines().map(width).max().unwrap()
    };
    let usual = run(None);
    assert!((70..=80).contains(&usual), "{usual}");
    for nonsense in ["", "0", "7", "-100", "wide", "99999999"] {
        assert_eq!(run(Some(nonsense)), usual, "{nonsense}");
    }
    assert!(run(Some("200")) > 120);
    assert!(run(Some("40")) <= 40);
}

// ---- colour ----

#[test]
fn colour_is_where_it_is_wanted() {
    for (flags, env, coloured) in [
        ("", "", false),
        ("--color auto", "TERM=xterm-256color", false),
        ("--color always", "", true),
        ("--color always", "NO_COLOR=1", true),
        ("--color always", "TERM=dumb", true),
        ("--color never", "CLICOLOR_FORCE=1", false),
        ("", "CLICOLOR_FORCE=1", true),
        ("", "CLICOLOR_FORCE=0", false),
        ("", "CLICOLOR_FORCE=", false),
        ("", "CLICOLOR_FORCE=1 NO_COLOR=1", false),
        ("", "CLICOLOR_FORCE=1 NO_COLOR=", true),
    ] {
        let mut run = audit(&Place::new(), flags);
        for (name, value) in env.split_whitespace().filter_map(|pair| pair.split_once('=')) {
            run = run.env(name, value);
        }
        let ran = run.stdin(mixed()).exits(0);
        assert_eq!(ran.out().contains('\u{1b}'), coloured, "{flags} {env}");
    }
}

#[test]
fn colour_marks_severities_and_headings_and_changes_nothing_else() {
    let list = format!("{}\nnot a URL\n", legacy("&:loading_bg=1"));
    for columns in ["40", "80", "160"] {
        let run = |flags: &str| {
            let run = audit(&Place::new(), flags).env("COLUMNS", columns);
            run.stdin(&list).exits(0).out().to_owned()
        };
        let coloured = run("--color always");
        for mark in
            ["\u{1b}[31merror\u{1b}[0m", "\u{1b}[33mwarning\u{1b}[0m", "\u{1b}[34minfo\u{1b}[0m"]
        {
            assert!(coloured.contains(mark), "{mark:?} is not in {coloured:?}");
        }
        assert!(coloured.starts_with("\u{1b}[1mFindings\u{1b}[0m\n"));
        let bare = ["0", "1", "31", "33", "34"]
            .iter()
            .fold(coloured, |text, code| text.replace(&format!("\u{1b}[{code}m"), ""));
        assert_eq!(bare, run(""), "{columns}");
    }
}

#[test]
fn a_file_is_not_coloured_unless_always() {
    let place = Place::new();
    let list = legacy("");
    for (flags, coloured) in [("", false), ("--color always", true)] {
        let run = audit(&place, "--report human=report.txt").args(flags);
        let ran = run.env("CLICOLOR_FORCE", "1").stdin(&list).exits(0);
        assert!(ran.out().contains('\u{1b}'), "the pipe is forced");
        assert_eq!(place.read("report.txt").contains('\u{1b}'), coloured, "{flags}");
        let run = audit(&place, "-o main.txt").args(flags).env("CLICOLOR_FORCE", "1");
        assert!(run.stdin(&list).exits(0).stdout.is_empty());
        assert_eq!(place.read("main.txt").contains('\u{1b}'), coloured, "{flags}");
    }
}

// ---- rows ----

#[test]
fn ten_thousand_equal_findings_are_one_row() {
    let mut list = String::new();
    for n in 0..10_000 {
        let url = unsigned().replace("n-1", &format!("n-{n}"));
        writeln!(list, "{url}&:hide_run_as_recipient=true&:signature=00").unwrap();
    }
    let place = Place::new();
    let ran = audit(place.file("list.txt", list), "list.txt").exits(0);
    let rows: Vec<_> = ran.lines().into_iter().filter(|line| line.starts_with("warning")).collect();
    assert_eq!(rows.len(), 2, "{}", ran.out());
    for rule in ["deprecated-signed-url", "unsupported-hide-run-as-recipient"] {
        assert!(rows.iter().any(|row| row.contains(rule) && row.contains(" 10,000 ")), "{rows:?}");
    }
    let text = prose(&ran);
    assert!(text.contains("list.txt:1:1, list.txt:2:1, list.txt:3:1, 9,997 more"), "{text}");
    assert!(ran.lines().len() < 100);
}

#[test]
fn findings_of_many_wordings_do_not_make_an_endless_table() {
    let url = unsigned();
    let mut list = String::new();
    for n in 0..3000 {
        writeln!(list, "{url}&:odd_{n}=1&:signature=00").unwrap();
    }
    let ran = audit(&Place::new(), "").stdin(list).exits(0);
    let rows = ran.lines().into_iter().filter(|line| line.contains("  unknown-parameter")).count();
    assert_eq!(rows, 6, "five by themselves, the rest together");
    let text = prose(&ran);
    let rest = "warning 2,995 unknown-parameter not in the tables this release knows (various)";
    assert!(text.contains(rest), "{text}");
    assert!(ran.lines().len() < 150, "{}", ran.lines().len());
}

#[test]
fn the_heaviest_rows_come_first() {
    let ran = audit(&Place::new(), "").stdin(mixed()).exits(0);
    let levels: Vec<_> = ran
        .lines()
        .into_iter()
        .filter_map(|line| line.split(' ').next())
        .filter(|word| ["error", "warning", "info"].contains(word))
        .collect();
    let rank = |level: &&str| ["error", "warning", "info"].iter().position(|l| l == level);
    assert!(levels.is_sorted_by_key(rank), "{levels:?}");
    assert!(levels.contains(&"error") && levels.contains(&"info"));
}

// ---- what a manager reads ----

#[test]
fn the_summary_of_the_real_urls() {
    let list = root().join("fixtures/real/urls.txt");
    let ran = audit(&Place::new(), "").arg(list).exits(0);
    let text = prose(&ran);
    for part in [
        "14 URLs 10 legacy signed (deprecated) 3 an embed path without a user",
        "1 another page",
        "8 lossless: everything is carried over",
        "2 lossy: something has no counterpart",
        "0 blocked",
        "4 nothing to do",
        "0 verified, 0 mismatch, 10 not verified: no secret was given",
        "12 different embed ids; no map was given (--map)",
        ":nonce 10 claim jti",
        ":client_id 10 header kid, claim iss",
        ":theme 3 kept",
        ":show_footer 1 replaced by :menu_position",
        ":signature 10 no longer needed",
        ":hide_run_as_recipient 1 lost (lets the embed user do more)",
        ":loading_bg 1 lost",
        ":hide_send 1 kept, but the embed's user can remove it",
        ":hide_sheet_interactions 1 dropped: it has no effect here",
        "any key without a colon 6 kept",
        ":hide_workbook_name 1 lost",
        ":nodeId 1 replaced by the page in the path",
        "Before converting, set permissions in Sigma",
        ":hide_run_as_recipient: disable the Run exports as recipient permission",
        "Make a map (embed_id,org,workbook_id): the list holds 12 embed ids.",
        "Run `embed2jwt convert --map FILE`, with the embed secret",
        "10 URLs can be converted.",
    ] {
        assert!(text.contains(part), "{part:?} is not in {}", ran.out());
    }
    assert!(!text.contains("Fix the"), "nothing is blocked");
}

#[test]
fn with_a_map_and_the_secret_the_summary_says_what_they_told() {
    let place = Place::new();
    let map = root().join("fixtures/sample/map.csv");
    let list = crate_file("fixtures/sample/urls.txt");
    let run = || audit(&place, "--map").arg(&map).env("SIGMA_EMBED_SECRET", SECRET);
    let text = prose(&run().stdin(&list).exits(0));
    for part in [
        "7 verified, 0 mismatch, 0 not verified Embeds",
        "1 a public embed, according to the map (not deprecated)",
        "8 different embed ids; the map knows 7",
        "Complete the map: it lacks 1 embed id.",
    ] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    // One that somebody changed is an error, and comes first.
    let text = prose(&run().stdin(list.replace("ann@", "eve@")).exits(0));
    for part in [
        "6 verified, 1 mismatch, 0 not verified",
        "1 blocked",
        "1. Fix the 1 blocked URL first: signature-mismatch.",
        "Find out where the 1 URL with a signature that does not match comes from",
    ] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
}

#[test]
fn what_nothing_proves_is_not_counted_as_convertible() {
    let signed = legacy("");
    let empty = format!("{}&:signature=", unsigned());
    let other = unsigned().replace("c-1", "c-2") + "&:signature=00";
    let place = Place::new();
    place.file("c.toml", "c-1 = { env = \"OURS\" }\n");
    let list = [signed, unsigned(), empty, other].join("\n");
    let run = |flags: &str| {
        prose(&audit(&place, flags).env("OURS", crate::support::SECRET).stdin(&list).exits(0))
    };
    let text = run("");
    for part in [
        "0 verified, 0 mismatch, 4 not verified",
        "Export the 2 URLs without a signature as they were signed: `convert` refuses them",
        "right before the new URLs are used: 2 URLs can be converted.",
    ] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    let text = run("--credentials c.toml");
    for part in [
        "1 verified, 0 mismatch, 3 not verified",
        "Export the 2 URLs without a signature",
        "Give the secrets of the 1 URL whose client id has no secret here (--credentials FILE)",
        "right before the new URLs are used: 1 URL can be converted.",
    ] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
}

#[test]
fn a_list_without_anything_to_do_says_so() {
    let ran = audit(&Place::new(), "").stdin("https://example.com/\n").exits(0);
    let text = prose(&ran);
    assert!(text.contains("Nothing was found."), "{text}");
    assert!(text.contains("Nothing: no URL has to be migrated."), "{text}");
}

#[test]
fn an_empty_list_says_that_there_was_nothing() {
    let ran = audit(&Place::new(), "").stdin("# only a comment\n").exits(2);
    assert_eq!(ran.out(), "There was nothing to audit: no row has a URL.\n");
}

// ---- what must not be there ----

#[test]
fn nothing_steers_the_terminal() {
    let place = Place::new();
    let odd = "&:\u{1b}[31mred\u{7}=1&:a%1b%5b2Jb=1&:line%0aerror%20forged=1&:tab%09=1&:c1%C2%9b=1";
    place.file("li\u{1b}[1mst\nerror 9.txt", format!("{}\nnot\u{1b}[2J a URL\n", legacy(odd)));
    for columns in ["40", "80", "160"] {
        let run = audit(&place, "").arg("li\u{1b}[1mst\nerror 9.txt").env("COLUMNS", columns);
        let ran = run.exits(0);
        let steers = |c: char| c.is_control() && c != '\n';
        assert!(!ran.out().contains(steers), "{:?}", ran.out());
        assert!(
            !ran.lines()
                .iter()
                .any(|line| line.starts_with("error 9") || line.starts_with("error forged"))
        );
    }
}

#[test]
fn signatures_tokens_and_the_secret_are_not_shown() {
    let forged = "c0ffee11223344556677889900aabbccddeeff00112233445566778899aabbcc";
    let list = [
        format!("{}&:signature={forged}", unsigned()),
        format!("{}&:oauth_token=ya29.PlantedToken&:signature={forged}", unsigned()),
        format!("not a URL &:signature={forged}"),
        format!("https://app.sigmacomputing.com/acme/workbook/x?:jwt={forged}"),
        sign(&unsigned()),
    ];
    for flags in ["", "--show-secrets", "--error all", "--color always"] {
        let run = audit(&Place::new(), flags).args(&format!("--now {NOW}"));
        let ran = run.env("SIGMA_EMBED_SECRET", SECRET).stdin(list.join("\n")).exits(0);
        let text = ran.out().to_owned() + &ran.err();
        for secret in ["c0ffee1", "ya29.Pl", SECRET] {
            assert!(!text.contains(secret), "{flags}: {secret} is in {text}");
        }
    }
}
