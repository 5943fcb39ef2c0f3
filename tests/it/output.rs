//! What `convert` leaves behind: files whole or untouched, more reports of one run, exit statuses; and the other commands.

use std::fs;
use std::io::Write as _;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt as _;

use embed2jwt::rules::RULES;

use crate::support::{EMBED, Place, SECRET, WORKBOOK, claims, legacy, records, sign, unsigned};

const FORMATS: [&str; 3] = ["lines", "ndjson", "csv"];

// ---- files ----

#[test]
fn output_to_a_file_is_what_standard_output_would_have_been() {
    for format in FORMATS {
        let place = Place::new();
        let wanted = place.convert(&format!("--format {format}")).stdin(legacy("")).exits(0);
        for flag in ["-o", "--output"] {
            let run = place.convert(&format!("--format {format} {flag} out"));
            assert!(run.stdin(legacy("")).exits(0).stdout.is_empty());
            assert_eq!(place.read("out"), wanted.out());
            assert_eq!(place.names(), ["out"], "nothing else is left behind");
        }
    }
}

#[test]
fn a_pipe_that_pauses_is_answered_row_by_row() {
    use std::io::{BufRead as _, BufReader};
    use std::sync::mpsc::channel;
    use std::time::Duration;
    let quoted = format!("\"{}\"", legacy(""));
    let flags = "--format lines --threads 2";
    for (input, head, row) in
        [("lines", "", legacy("")), ("csv", "id,url\n", format!("7,{quoted}"))]
    {
        let place = Place::new();
        let mut run = place.convert(&format!("{flags} --input-format {input}"));
        let mut child = run.spawn();
        let mut pipe = child.stdin.take().unwrap();
        let (send, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let reader = std::thread::spawn(move || {
            for line in stdout.lines() {
                send.send(line.unwrap()).unwrap();
            }
        });
        pipe.write_all(head.as_bytes()).unwrap();
        for number in 1..=3 {
            pipe.write_all(format!("{row}\n").as_bytes()).unwrap();
            // As long as it takes on a machine that is busy: without an answer the next row is never written.
            let line = lines.recv_timeout(Duration::from_secs(60));
            assert!(line.unwrap().contains("?:jwt="), "row {number} of {input}");
        }
        drop(pipe);
        reader.join().unwrap();
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn a_broken_run_leaves_the_old_file_and_nothing_beside_it() {
    let place = Place::new();
    place.file("out.txt", "old").file("list.txt", legacy("")).file("list.csv", "id\n1\n");
    for broken in ["list.txt missing.txt", ".", "list.txt list.csv", "list.txt --map missing.csv"] {
        let ran = place.convert(broken).args("-o out.txt --report ndjson=new.ndjson").exits(2);
        assert!(ran.stdout.is_empty());
        assert_eq!(place.read("out.txt"), "old", "{broken}");
        assert_eq!(place.names(), ["list.csv", "list.txt", "out.txt"], "{broken}");
    }
}

#[test]
fn a_run_that_breaks_in_the_middle_leaves_the_old_file() {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::none());
    gzip.write_all(format!("{}\n", legacy("")).repeat(2000).as_bytes()).unwrap();
    let bytes = gzip.finish().unwrap();
    let place = Place::new();
    place.file("out.txt", "old").file("list.gz", &bytes[..bytes.len() - 1000]);
    place.convert("list.gz -o out.txt").exits(2);
    assert_eq!(place.read("out.txt"), "old");
    assert_eq!(place.names(), ["list.gz", "out.txt"]);
}

#[cfg(unix)]
#[test]
fn a_replaced_file_keeps_its_mode_and_a_new_one_is_its_owners_alone() {
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let place = Place::new();
    place.file("old.txt", "old");
    fs::set_permissions(place.path("old.txt"), fs::Permissions::from_mode(0o640)).unwrap();
    place.convert("-o old.txt").stdin(legacy("")).exits(0);
    assert_eq!(mode(&place.path("old.txt")), 0o640);
    place.convert("-o new.txt").stdin(legacy("")).exits(0);
    assert_eq!(mode(&place.path("new.txt")), 0o600, "it holds tokens");
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_its_file_is_replaced() {
    let place = Place::new();
    place.file("real.txt", "old");
    std::os::unix::fs::symlink("real.txt", place.path("link.txt")).unwrap();
    place.convert("-o link.txt").stdin(legacy("")).exits(0);
    assert!(fs::symlink_metadata(place.path("link.txt")).unwrap().is_symlink());
    assert_eq!(claims(place.read("real.txt").trim())["sub"], "ann@example.com");
}

#[test]
fn an_output_that_cannot_be_written_is_told_before_work_begins() {
    let place = Place::new();
    fs::create_dir(place.path("folder")).unwrap();
    for target in ["folder", "missing/out.txt"] {
        let ran = place.convert(&format!("-o {target}")).stdin(legacy("")).exits(2);
        assert!(ran.prose().contains(target), "{}", ran.err());
    }
}

#[test]
fn reports_are_more_formats_of_one_run() {
    let place = Place::new();
    let ran = place
        .convert("--jti fresh --report ndjson=a.ndjson --report csv=a.csv --report lines=a.txt")
        .stdin(legacy(""))
        .exits(0);
    let url = ran.lines()[0];
    assert_eq!(place.read("a.txt"), ran.out(), "one token, not one a format");
    assert_eq!(records(&place.read("a.ndjson"))[0]["url"], url);
    assert!(place.read("a.csv").contains(url));
    for bad in ["ndjson", "ndjson=", "xml=a.xml", "=a"] {
        place.convert("--report").arg(bad).stdin(legacy("")).exits(2);
    }
    let twice = place.convert("-o a.txt --report ndjson=a.txt").stdin(legacy("")).exits(2);
    assert!(twice.prose().contains("two outputs"), "{}", twice.err());
}

// ---- exit statuses ----

#[test]
fn the_exit_status_is_the_same_in_every_format() {
    let place = Place::new();
    for format in FORMATS {
        let run = |list: &str| place.convert(&format!("--format {format}")).stdin(list);
        run(&legacy("")).exits(0);
        run("https://example.com/").exits(0);
        run(&format!("{}\nnot a URL\n", legacy(""))).exits(1);
        for nothing in ["", "\n", "# only a comment\n"] {
            let ran = run(nothing).exits(2);
            assert!(ran.prose().contains("no input"), "{}", ran.err());
        }
    }
}

#[test]
fn bad_usage_is_2_and_says_so() {
    let place = Place::new();
    for args in [
        "",
        "nonsense",
        "convert --nonsense",
        "convert --format xml",
        "convert --jti",
        "convert -j 0",
    ] {
        let ran = place.run(args).exits(2);
        assert!(ran.stdout.is_empty() && !ran.stderr.is_empty(), "{args}");
    }
}

#[test]
fn a_table_with_a_header_alone_is_no_input() {
    let place = Place::new();
    place.file("list.csv", "url,id\n");
    place.convert("list.csv").exits(2);
}

#[test]
fn standard_output_of_a_format_holds_nothing_else() {
    let place = Place::new();
    let list = format!("{}\nnot a URL\n", legacy("&:hide_run_as_recipient=true"));
    for format in FORMATS {
        let quiet = place.convert(&format!("--format {format} -q")).stdin(&list).exits(1);
        let loud = place.convert(&format!("--format {format} -v")).stdin(&list).exits(1);
        assert_eq!(quiet.out(), loud.out());
        assert_eq!(quiet.err(), "");
        for text in [
            "unsupported-hide-run-as-recipient",
            "malformed-url",
            "<stdin>:2:",
            "2 URLs",
            "1 failed",
        ] {
            assert!(loud.err().contains(text), "{text} is not in {}", loud.err());
        }
    }
}

#[test]
fn the_summary_counts_and_says_what_was_lost() {
    let list = format!(
        "{}\n{}\nhttps://example.com/\n\nx\n",
        legacy("&:hide_run_as_recipient=true"),
        legacy("")
    );
    let ran = Place::new().convert("").stdin(list).exits(1);
    let err = ran.err();
    for text in [
        "4 URLs: 2 converted (1 lossless, 1 lossy), 1 unchanged, 1 failed",
        "hide_run_as_recipient",
        "malformed-url",
    ] {
        assert!(err.contains(text), "{text} is not in {err}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_run_quietly() {
    let place = Place::new();
    place.file("list.txt", format!("{}\n", legacy("")).repeat(20_000));
    for format in FORMATS {
        let run = place.convert(&format!("list.txt --format {format}"));
        let output = run.left_early();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format}");
        assert_eq!(output.status.code(), Some(0), "{format}");
    }
}

// ---- the other commands ----

#[test]
fn explain_lists_all_rules_and_shows_each() {
    let place = Place::new();
    let list = place.run("explain").exits(0);
    for rule in RULES {
        let row =
            list.lines().into_iter().find(|line| line.trim().starts_with(&format!("{} ", rule.id)));
        let row = row.unwrap_or_else(|| panic!("{} is not listed", rule.id));
        assert!(row.contains(rule.severity.name()), "{row}");
        let shown = place.run(&format!("explain {}", rule.id)).exits(0);
        for text in [
            rule.id,
            "## What it finds",
            "## Why it matters",
            "## What to do",
            rule.severity.name(),
        ] {
            assert!(shown.out().contains(text), "{text} is not in explain {}", rule.id);
        }
        assert!(!shown.out().contains("```"), "{}", shown.out());
        let last = shown.lines().into_iter().rfind(|line| line.starts_with('#')).unwrap();
        assert_eq!(last, "## What to do", "{}", rule.id);
    }
}

#[test]
fn explain_answers_a_slip_with_the_nearest_rule() {
    let ran = Place::new().run("explain invalid-emial").exits(2);
    assert!(ran.prose().contains("did you mean `invalid-email`"), "{}", ran.err());
    let ran = Place::new().run("explain zzz").exits(2);
    assert!(!ran.prose().contains("did you mean"), "{}", ran.err());
}

#[test]
fn completions_and_manual_know_every_command() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish"] {
        let ran = place.run(&format!("completions {shell}")).exits(0);
        for word in ["convert", "explain", "completions", "man", "secret-file", "keep-unknown"] {
            assert!(ran.out().contains(word), "{word} is not in the completions of {shell}");
        }
    }
    place.run("completions nonsense").exits(2);
    // Rules, formats and what stands before a file's name are offered where they are values.
    for shell in ["bash", "zsh", "fish"] {
        let script = place.run(&format!("completions {shell}")).exits(0);
        for value in ["invalid-email", "sarif=", "concise", "all"] {
            assert!(script.out().contains(value), "{value} is not offered in {shell}");
        }
    }
    // In the help they would be a page of their own.
    let help = place.run("check --help").exits(0);
    assert!(!help.out().contains("invalid-email") && !help.out().contains("sarif="));
    let man = place.run("man").exits(0);
    for word in [".TH embed2jwt", "convert", "explain"] {
        assert!(man.out().contains(word), "{word} is not in the manual");
    }
}

#[test]
fn every_command_has_a_manual_page_of_its_own() {
    let place = Place::new();
    place.run("man --out-dir share/man1").exits(0);
    let mut pages: Vec<_> = std::fs::read_dir(place.path("share/man1"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    for name in ["embed2jwt.1", "embed2jwt-check.1", "embed2jwt-convert.1", "embed2jwt-map-pull.1"]
    {
        assert!(pages.iter().any(|page| page == name), "{pages:?}");
    }
    let check = place.run("man check").exits(0);
    assert_eq!(check.out(), place.read("share/man1/embed2jwt-check.1"));
    assert!(
        check.out().contains(".TH embed2jwt-check") && check.out().contains("stdin\\-filename")
    );
    assert!(!check.out().contains("issued\\-at"), "nothing of other commands");
    assert_eq!(
        place.run("man map pull").exits(0).out(),
        place.read("share/man1/embed2jwt-map-pull.1")
    );
    assert_eq!(place.run("man").exits(0).out(), place.run("man").exits(0).out());
    let ran = place.run("man chekc").exits(2);
    assert!(ran.prose().contains("there is no command `chekc`"), "{}", ran.err());
}

#[test]
fn help_and_version_are_results() {
    let place = Place::new();
    let help = place.run("--help").exits(0);
    assert!(help.out().contains("convert") && help.stderr.is_empty());
    let version = place.run("--version").exits(0);
    assert_eq!(version.out().trim(), concat!("embed2jwt ", env!("CARGO_PKG_VERSION")));
    let help = place.run("convert --help").exits(0);
    for flag in ["--map", "--secret-file", "SIGMA_EMBED_SECRET", "--jti", "--report"] {
        assert!(help.out().contains(flag), "{flag}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_no_file_with_tokens_behind() {
    use std::os::unix::process::ExitStatusExt as _;

    for (name, signal) in [("INT", 2), ("TERM", 15)] {
        let place = Place::new();
        place.file("out.txt", "as it was");
        let mut child = place.convert("-o out.txt --report ndjson=report.ndjson").spawn();
        // It waits for more input; both files are begun.
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(format!("{}\n", legacy("")).repeat(2_000).as_bytes()).unwrap();
        let begun = std::time::Instant::now();
        while place.names().iter().filter(|name| name.starts_with(".embed2jwt-")).count() < 2 {
            assert!(begun.elapsed().as_secs() < 60, "no file is begun");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let sent = std::process::Command::new("kill")
            .args([&format!("-{name}"), &child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(signal), "{status}");
        drop(stdin);
        let left: Vec<_> = place.names().into_iter().filter(|name| name.starts_with('.')).collect();
        assert_eq!(left, [""; 0]);
        assert_eq!(place.read("out.txt"), "as it was");
    }
}

#[test]
fn an_output_never_takes_the_place_of_what_is_read() {
    let place = Place::new();
    let map = format!("embed_id,org,workbook_id\n{EMBED},acme,{WORKBOOK}\n");
    place.file("urls.txt", sign(&unsigned())).file("map.csv", &map).file("secret", SECRET);
    place.file("embed2jwt.toml", "[convert]\nttl = 60\n");
    let run = "convert urls.txt --map map.csv --secret-file secret";
    std::fs::hard_link(place.path("urls.txt"), place.path("linked")).unwrap();
    for flags in [
        "-o urls.txt",
        "-o ./urls.txt",
        "-o linked",
        "-o map.csv",
        "-o secret",
        "-o embed2jwt.toml",
        "--report ndjson=urls.txt",
    ] {
        let ran = place.run(run).args(flags).exits(2);
        assert_eq!(ran.out(), "");
        assert!(
            ran.prose().contains("is read by this run, and would be overwritten"),
            "{}",
            ran.err()
        );
    }
    place.run("audit urls.txt -o urls.txt").exits(2);
    place.run("inspect urls.txt --report json=urls.txt").exits(2);
    place.run("check . --map map.csv -o map.csv").exits(2);
    assert_eq!((place.read("urls.txt"), place.read("map.csv")), (sign(&unsigned()), map));
    assert_eq!(
        (&*place.read("secret"), &*place.read("embed2jwt.toml")),
        (SECRET, "[convert]\nttl = 60\n")
    );
    // Before any of them is read.
    place.run("convert gone.txt --secret-file secret -o secret").exits(2);
    place.run(run).args("-o new.txt").exits(0);
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_cannot_be_written_is_an_error() {
    for flag in ["--help", "--version", "convert --help"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_embed2jwt"));
        let ran = command.args(flag.split(' ')).stdout(full).output().unwrap();
        assert_eq!(ran.status.code(), Some(2), "{flag}");
        assert!(String::from_utf8_lossy(&ran.stderr).contains("cannot write"), "{flag}");
    }
}
