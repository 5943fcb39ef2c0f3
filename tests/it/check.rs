//! Which files `check` scans, what it leaves out, and how it ends.

use std::fs;
use std::process::Command;

use embed2jwt::dialect::id::to_base62;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{EMBED, Place, Ran, WORKBOOK, legacy, records};

/// A base path of which nothing but `deprecated-embed-path` is to be said.
pub(crate) fn base() -> String {
    format!("https://app.sigmacomputing.com/embed/{EMBED}")
}

/// Where [`map`] sends it.
pub(crate) fn moved() -> String {
    format!("https://app.sigmacomputing.com/acme/workbook/{WORKBOOK}")
}

/// A map of the only embed.
pub(crate) fn map() -> String {
    format!("embed_id,org,workbook_id\n{EMBED},acme,{WORKBOOK}\n")
}

/// Writes files, in folders that are made for them.
pub(crate) fn plant(place: &Place, files: &[(&str, &str)]) {
    for (name, content) in files {
        fs::create_dir_all(place.path(name).parent().unwrap()).unwrap();
        place.file(name, content);
    }
}

/// A folder in which each of these files holds a base path.
pub(crate) fn tree(names: &[&str]) -> Place {
    let place = Place::new();
    let content = format!("url = {}\n", base());
    plant(&place, &names.iter().map(|name| (*name, &*content)).collect::<Vec<_>>());
    place
}

/// `check` in ndjson; its findings.
pub(crate) fn check(place: &Place, args: &str, status: i32) -> Vec<Value> {
    place.run("check --format ndjson").args(args).exits(status).records()
}

/// The files that findings are in, each once.
pub(crate) fn paths(findings: &[Value]) -> Vec<String> {
    let mut paths: Vec<_> =
        findings.iter().map(|finding| finding["path"].as_str().unwrap().to_owned()).collect();
    paths.dedup();
    paths
}

pub(crate) fn scanned(place: &Place, args: &str) -> Vec<String> {
    paths(&check(place, &format!("--fail-on never {args}"), 0))
}

/// The summary of `--format json`.
pub(crate) fn summary(ran: &Ran) -> Value {
    let document: Value = serde_json::from_str(ran.out()).unwrap();
    document["summary"].clone()
}

pub(crate) fn git(place: &Place, args: &[&str]) {
    let ran = Command::new("git")
        .current_dir(place.path("."))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .args(["-c", "user.name=Ann", "-c", "user.email=ann@example.com"])
        .args(args)
        .output()
        .unwrap();
    assert!(ran.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&ran.stderr));
}

// ---- the status ----

#[test]
fn the_status_follows_the_heaviest_finding() {
    let place = tree(&["a.env"]);
    for (args, status) in [
        ("", 1),
        ("--fail-on error", 0),
        ("--fail-on warning", 1),
        ("--fail-on never", 0),
        ("--off deprecated-embed-path", 0),
        ("--info deprecated-embed-path", 0),
        ("--info deprecated-embed-path --fail-on info", 1),
        ("--error all --fail-on error", 1),
    ] {
        for format in [
            "human", "concise", "json", "sarif", "github", "gitlab", "junit", "csv", "markdown",
            "html",
        ] {
            place.run("check --format").arg(format).args(args).exits(status);
        }
    }
    for nothing in ["clean.txt", "empty/"] {
        let clean = Place::new();
        plant(&clean, &[("clean.txt", "nothing here\n"), ("empty/.gitkeep", "")]);
        clean.run("check").arg(nothing).exits(0);
    }
}

#[test]
fn a_path_that_is_not_there_breaks_the_run() {
    let place = tree(&["a.env"]);
    for args in
        ["gone.txt", "a.env gone", "--files-from gone", "--baseline gone.json", "--map gone.csv"]
    {
        let ran = place.run("check").args(args).exits(2);
        assert!(ran.out().is_empty() && ran.prose().contains("gone"), "{}", ran.err());
    }
    for usage in
        ["--staged --since x", "--max-file-size x", "--diff --format json", "--exclude a{b"]
    {
        place.run("check").args(usage).exits(2);
    }
}

#[test]
fn a_finding_is_placed_in_the_file_as_it_stands() {
    let place = Place::new();
    place.file("a.py", format!("# \u{e9}\n  url = '{}'\n", base()));
    let found = check(&place, "", 1);
    assert_eq!(found.len(), 1, "{found:?}");
    let place = |key: &str| found[0][key].as_u64().unwrap();
    let end = 11 + base().len() as u64;
    assert_eq!((place("line"), place("column"), place("end_column")), (2, 10, end - 1));
    assert_eq!((place("byte_start"), place("byte_end")), (14, 14 + base().len() as u64));
    assert_eq!(found[0]["rule"], "deprecated-embed-path");
    assert_eq!(found[0]["embed_id"], EMBED);
}

// ---- which files ----

#[test]
fn a_tree_is_walked_as_ripgrep_does_and_hidden_files_too() {
    let place = tree(&[
        ".env",
        ".git/config",
        ".github/ci.yml",
        "build/out.js",
        "src/a.ts",
        "src/gen/b.ts",
        "z.md",
    ]);
    plant(&place, &[(".gitignore", "/build/\n"), ("src/.gitignore", "gen\n")]);
    assert_eq!(scanned(&place, ""), [".env", ".github/ci.yml", "src/a.ts", "z.md"]);
    assert_eq!(scanned(&place, "./src z.md"), ["src/a.ts", "z.md"]);
    assert_eq!(scanned(&place, "build/out.js"), ["build/out.js"]);
}

#[test]
fn a_file_is_called_the_same_however_its_folder_is_named() {
    let place = tree(&["src/a.ts", "src/b/c.ts", "src/out/d.ts", "top.md"]);
    place.file(".gitignore", "/src/out/\n");
    let absolute = place.path("src").display().to_string();
    for name in ["src", "./src", "src/", "src/.", "././src", "src/b/..", &absolute] {
        assert_eq!(scanned(&place, name), ["src/a.ts", "src/b/c.ts"], "{name}");
    }
    for name in ["top.md", "./top.md", "src/../top.md"] {
        assert_eq!(scanned(&place, name), ["top.md"], "{name}");
    }
    for name in ["", ".", "./", "src/.."] {
        assert_eq!(scanned(&place, name), ["src/a.ts", "src/b/c.ts", "top.md"], "{name}");
    }
    // From below, what lies in the folder is called from there, and the rest by its way.
    let ran = place.run("check --format json --fail-on never ..").within("src").exits(0);
    let document: Value = serde_json::from_str(ran.out()).unwrap();
    let found = document["findings"].as_array().unwrap();
    assert_eq!(paths(found), ["a.ts", "b/c.ts", "../top.md"]);
}

#[cfg(unix)]
#[test]
fn what_was_to_be_read_and_is_no_file_ends_the_run_as_unread() {
    let place = tree(&["a.ts"]);
    let made = Command::new("mkfifo").arg(place.path("pipe")).status().unwrap();
    assert!(made.success());
    let ran = place.run("check a.ts pipe").exits(2);
    assert!(ran.err().contains("pipe: left out: it is not a regular file"), "{}", ran.err());
    // One that was only found is counted.
    place.run("check .").exits(1);
}

#[cfg(unix)]
#[test]
fn a_link_in_a_list_is_passed_by_as_one_in_a_tree() {
    let place = tree(&["inside/a.ts", "outside/b.ts"]);
    std::os::unix::fs::symlink(place.path("outside/b.ts"), place.path("inside/link.ts")).unwrap();
    place.file("list", "inside/a.ts\ninside/link.ts\n");
    assert_eq!(scanned(&place, "inside"), ["inside/a.ts"]);
    assert_eq!(scanned(&place, "--files-from list"), ["inside/a.ts"]);
}

#[test]
fn a_staged_file_that_is_gone_is_missed() {
    let place = tree(&["a.ts", "b.ts"]);
    git(&place, &["init", "-q"]);
    git(&place, &["add", "."]);
    fs::remove_file(place.path("a.ts")).unwrap();
    let ran = place.run("check --staged").exits(2);
    assert!(ran.err().contains("a.ts"), "{}", ran.err());
}

#[test]
fn tools_are_told_paths_from_the_root_of_the_repository() {
    let place = tree(&["src/a.ts", "other/b.ts"]);
    git(&place, &["init", "-q"]);
    for (format, pointer) in [("sarif", "/runs/0/results"), ("gitlab", "")] {
        let ran = place.run(&format!("check --format {format} . ../other")).within("src").exits(1);
        let document: Value = serde_json::from_str(ran.out()).unwrap();
        let told = document.pointer(pointer).unwrap().to_string();
        assert!(told.contains("\"src/a.ts\"") && told.contains("\"other/b.ts\""), "{told}");
    }
    let ran = place.run("check --format github ../other").within("src").exits(1);
    assert!(ran.out().contains("file=other/b.ts"), "{}", ran.out());
}

#[test]
fn the_order_is_that_of_the_paths_however_many_threads_there_are() {
    let names: Vec<String> = (0..300).map(|n| format!("d{}/f{n}.txt", n % 7)).collect();
    let place = tree(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let one = place.run("check --format json -j1").exits(1);
    let many = place.run("check --format json -j7").exits(1);
    assert_eq!(one.out(), many.out());
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(scanned(&place, ""), sorted);
}

#[test]
fn excludes_hold_for_files_that_are_named() {
    let place = tree(&["a.js", "a.min.js", "vendor/b.js"]);
    let args = "--exclude *.min.js --exclude /vendor/";
    assert_eq!(scanned(&place, args), ["a.js"]);
    assert_eq!(scanned(&place, &format!("{args} a.js a.min.js vendor/b.js")), ["a.js"]);
    assert_eq!(scanned(&place, "--include *.min.js"), ["a.min.js"]);
}

#[test]
fn patterns_of_a_configuration_are_relative_to_it() {
    let place = tree(&["src/a.js", "src/docs/b.js", "docs/c.js", "docs/keep/d.js"]);
    place.file("embed2jwt.toml", "[check]\nexclude = [\"/docs/*\", \"!/docs/keep\"]\n");
    let all = ["docs/keep/d.js", "src/a.js", "src/docs/b.js"];
    assert_eq!(scanned(&place, ""), all);
    let below = place.run("check --format ndjson . ../docs").within("src").exits(1);
    assert_eq!(paths(&below.records()), ["../docs/keep/d.js", "a.js", "docs/b.js"]);
    // The flag comes in the place of the configured includes, and beside the configured excludes.
    place.file("embed2jwt.toml", "[check]\ninclude = [\"*.ts\"]\nexclude = [\"docs\"]\n");
    assert!(check(&place, "", 2).is_empty(), "no file is selected");
    assert_eq!(scanned(&place, "--include *.js"), ["src/a.js"]);
}

#[test]
fn a_list_of_files_has_lines_or_nuls() {
    let place = tree(&["a.txt", "b c.txt", "d.txt", "e.txt"]);
    let list = |bytes: &[u8]| {
        let ran = place.run("check --format ndjson --files-from -").stdin(bytes).exits(1);
        paths(&ran.records())
    };
    assert_eq!(list(b"d.txt\r\n\nb c.txt\n"), ["b c.txt", "d.txt"]);
    assert_eq!(list(b"d.txt\0b c.txt"), ["b c.txt", "d.txt"]);
    place.file("list", "a.txt\na.txt\n./a.txt\n");
    assert_eq!(scanned(&place, "--files-from list"), ["a.txt"]);
    place.file("list", "");
    assert_eq!(check(&place, "--files-from list", 0), [Value::Null; 0]);
}

#[test]
fn git_says_which_files_are_staged_or_have_changed() {
    let place = tree(&["old.txt", "gone.txt", "sub/changed.txt"]);
    git(&place, &["init", "-q"]);
    git(&place, &["add", "."]);
    git(&place, &["commit", "-qm", "first"]);
    git(&place, &["tag", "v1"]);
    let other = format!("# other\nurl = {}\n", base());
    plant(
        &place,
        &[("sub/changed.txt", &other), ("gr\u{fc}n \"x\".txt", &other), ("untracked.txt", &other)],
    );
    fs::remove_file(place.path("gone.txt")).unwrap();
    assert_eq!(scanned(&place, "--staged"), [""; 0]);
    assert_eq!(scanned(&place, "--since v1"), ["sub/changed.txt"]);
    git(&place, &["add", "gr\u{fc}n \"x\".txt", "gone.txt"]);
    assert_eq!(scanned(&place, "--staged"), ["gr\u{fc}n \"x\".txt"]);
    assert_eq!(scanned(&place, "--since HEAD"), ["gr\u{fc}n \"x\".txt", "sub/changed.txt"]);
    assert_eq!(scanned(&place, "--since HEAD --exclude sub"), ["gr\u{fc}n \"x\".txt"]);
    assert_eq!(scanned(&place, "--since HEAD sub"), ["sub/changed.txt"]);
    let below = place.run("check --format ndjson --since HEAD").within("sub").exits(1).records();
    assert_eq!(paths(&below), ["changed.txt"]);
    for reference in ["v2", "--output=x", ""] {
        let ran = place.run("check").arg(format!("--since={reference}")).exits(2);
        assert!(ran.prose().contains("git cannot list"), "{}", ran.err());
    }
    assert!(!place.path("x").exists());
    Place::new().run("check --staged").exits(2);
}

#[test]
fn what_is_left_out_is_counted_and_named() {
    let place = tree(&["a.txt", "large.txt"]);
    place.file("image.png", b"\x89PNG\0\0https://app.sigmacomputing.com/embed/x");
    place.file("large.txt", format!("{}{}", base(), " ".repeat(2000)));
    let args = "check --format json --max-file-size 1K";
    let quiet = place.run(args).exits(1);
    assert_eq!(quiet.err(), "");
    let counts = summary(&quiet);
    assert_eq!(counts["files"], 1);
    assert_eq!(counts["skipped"]["binary"], 1);
    assert_eq!(counts["skipped"]["too_large"], 1);
    let named = place.run(args).arg("-v").exits(1);
    let large = fs::metadata(place.path("large.txt")).unwrap().len();
    let lines: Vec<_> = named.err().lines().map(str::to_owned).collect();
    assert_eq!(
        lines,
        [
            "embed2jwt: note: image.png: left out: it is binary".to_owned(),
            format!("embed2jwt: note: large.txt: left out: it is too large: {large} bytes")
        ]
    );
    let strict = place.run(args).arg("--strict").exits(2);
    assert!(strict.prose().contains("2 files left out, and --strict is given"), "{}", strict.err());
    assert_eq!(strict.out(), quiet.out(), "the report is written all the same");
    place.run("check --strict a.txt").exits(1);
    place.file("embed2jwt.toml", "[check]\nmax-file-size = \"10K\"\n");
    assert_eq!(scanned(&place, ""), ["a.txt", "large.txt"]);
}

#[test]
fn standard_input_is_scanned_under_the_name_it_is_given() {
    let place = tree(&["a.txt"]);
    let text = format!("x\nurl = {}?:nonce=1&:show_footer=false\n", base());
    let run = |flags: &str| place.run("check --format ndjson").args(flags).stdin(&text);
    for (flags, name) in [("-", "<stdin>"), ("- --stdin-filename src/a.js", "src/a.js")] {
        let found = run(flags).exits(1).records();
        assert!(!found.is_empty(), "{flags}");
        assert!(found.iter().all(|f| f["path"] == name && f["line"] == 2), "{flags}: {found:?}");
    }
    // Patterns see the name.
    assert_eq!(run("- --stdin-filename src/a.js --exclude *.js").exits(0).out(), "");
    assert_eq!(run("- --stdin-filename src/a.js --include *.ts").exits(0).out(), "");
    // There is no file to fix, and none of that name is touched.
    for flags in ["- --fix", "- --stdin-filename a.txt --unsafe-fixes"] {
        assert!(run(flags).exits(2).prose().contains("standard input cannot be fixed"), "{flags}");
    }
    let before = place.read("a.txt");
    let diff = place.run("check - --stdin-filename a.txt --fix --diff").stdin(&text).exits(1);
    assert!(
        diff.out().contains("+++") && diff.out().contains(":menu_position=none"),
        "{}",
        diff.out()
    );
    assert_eq!(place.read("a.txt"), before);
    run("- a.txt").exits(2);
    for flags in ["--stdin-filename a.js", "a.txt --stdin-filename a.js"] {
        assert!(run(flags).exits(2).prose().contains("give `-`"), "{flags}");
    }
    assert_eq!(place.run("check -").stdin("").exits(0).err(), "");
}

#[test]
fn a_run_that_selects_no_file_could_not_do_its_work() {
    let place = tree(&["a.txt", "src/b.js"]);
    fs::create_dir(place.path("empty")).unwrap();
    for flags in
        ["--include scr/**", "--exclude *", "empty", "src --exclude *.js", "a.txt --include *.js"]
    {
        let ran = place.run("check --format json").args(flags).exits(2);
        assert!(ran.prose().contains("no file was selected"), "{flags}: {}", ran.err());
        assert_eq!(summary(&ran)["files"], 0, "{flags}: the report is written all the same");
    }
    // Nothing is learned from it either.
    place.run("check --include scr/** --write-baseline=known.json").exits(2);
    assert!(!place.path("known.json").exists());
    // A hook names files, and an excluded one among them is none of its business.
    place.run("check a.txt --exclude a.txt").exits(0);
    place.run("check --files-from -").stdin("").exits(0);
    // What was left out was selected.
    place.file("empty/image.png", b"\x89PNG\0\0");
    place.run("check empty").exits(0);
}

#[test]
fn utf_16_is_read_where_it_has_its_mark() {
    let place = Place::new();
    let text = format!("\u{feff}\u{1f4a9} {}\r\n", base());
    let file: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    place.file("a.reg", file);
    let found = check(&place, "", 1);
    assert_eq!((&found[0]["line"], &found[0]["column"]), (&1.into(), &3.into()));
    assert_eq!(found[0]["byte_start"], 8);
    assert_eq!(found[0]["byte_end"], 8 + 2 * base().len());
}

#[test]
fn the_files_of_the_run_are_not_scanned() {
    let place = tree(&["a.txt"]);
    place.file("map.csv", format!("embed_id,org,workbook_id\n{},acme,x\n", base()));
    let args = "check --show-secrets --format json -o out.json --report csv=out.csv --map map.csv";
    place.run(args).exits(1);
    let (json, csv) = (place.read("out.json"), place.read("out.csv"));
    assert!(json.contains("embed_id") && csv.contains("a.txt"));
    place.run(args).exits(1);
    assert_eq!((json, csv), (place.read("out.json"), place.read("out.csv")));
    assert_eq!(place.names(), ["a.txt", "map.csv", "out.csv", "out.json"]);
}

#[test]
fn a_reader_who_has_seen_enough_ends_the_run_quietly() {
    let names: Vec<String> = (0..3000).map(|n| format!("{n}.txt")).collect();
    let place = tree(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut run = place.run("check --format ndjson");
    let mut child = run.spawn();
    drop(child.stdout.take());
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(0));
    assert!(done.stderr.is_empty());
}

#[test]
fn no_output_gives_a_signature_away() {
    let place = Place::new();
    let url = legacy("&:hide_send=true");
    let signature = url.rsplit('=').next().unwrap().to_owned();
    place.file("a.txt", format!("{url}\n'&:signature={signature}' # embed2jwt: ignore[x]\n"));
    place.file("map.csv", map());
    let reports = "--report sarif=1 --report github=2 --report gitlab=3 --report junit=4 --report csv=5 \
                   --report markdown=6 --report html=7 --report ndjson=8 --report human=9";
    for args in
        ["--format json -v", "--map map.csv --diff --unsafe-fixes", "--write-baseline=known"]
    {
        let ran = place.run("check --fail-on never").args(args).args(reports).exits(0);
        let written = place.names().into_iter().filter(|name| name != "a.txt");
        let texts = written.map(|name| place.read(&name)).chain([ran.out().to_owned(), ran.err()]);
        for text in texts {
            assert!(!text.contains(&signature[..10]), "{args}: {text}");
        }
    }
}

// ---- map init ----

#[test]
fn map_init_lists_every_embed_once() {
    let place = Place::new();
    let bare = &EMBED[2..];
    plant(
        &place,
        &[
            ("b.txt", &format!("{} {}", base(), legacy(""))),
            ("a.md", &format!("<https://app.sigmacomputing.com/embed/{bare}>")),
            ("c.ts", "`https://app.sigmacomputing.com/embed/${id}?:nonce=${n}`\n"),
            ("d.env", "BASE=https://app.sigmacomputing.com/embed/1-2oEyl8tXhJHjBQyXzrHgpV\n"),
            (".gitignore", "out.txt\n"),
            ("out.txt", "https://app.sigmacomputing.com/embed/1-6JvK8jUMMTKQpYa2E7NwkI\n"),
        ],
    );
    let map = place.run("map init").exits(0);
    let rows = format!("embed_id,org,workbook_id,public\n1-2oEyl8tXhJHjBQyXzrHgpV,,,\n{bare},,,\n");
    assert_eq!(map.out(), rows);
    assert_eq!(
        map.err(),
        "embed2jwt: note: 2 embeds found; fill in `org` and `workbook_id` of each\n"
    );
    assert_eq!(place.run("map init -q b.txt d.env --exclude d.env").exits(0).lines().len(), 2);
    for file in ["map.csv", "map.json", "map.toml"] {
        place.run("map init -q -o").arg(file).exits(0);
        // It is one that can be read, with nothing filled in.
        place.run("check --fail-on never -q --map").arg(file).exits(0);
    }
    let json: Value = serde_json::from_str(&place.read("map.json")).unwrap();
    assert_eq!(json[1]["embed_id"], bare);
    let toml = place.run("map init -q --format toml").exits(0);
    assert_eq!(toml.out(), place.read("map.toml"));
    place.run("map init gone").exits(2);
}

#[test]
fn map_init_keeps_what_was_filled_in() {
    let other = "1-2oEyl8tXhJHjBQyXzrHgpV";
    let place = Place::new();
    let public =
        format!("{{\"embedUrl\": \"{}\", \"public\": true}}", base().replace(EMBED, other));
    plant(&place, &[("a.txt", &base()), ("b.json", &public)]);
    let filled = format!("embed_id,team,org,workbook_id\n{EMBED},Sales,acme,{WORKBOOK}\n");
    place.file("map.csv", &filled);
    let ran = place.run("map init -o map.csv").exits(0);
    let note = "embed2jwt: note: 2 embeds found, 1 of them new to the map; fill in `org` and `workbook_id` of each\n";
    assert_eq!(ran.err(), note);
    let merged = format!(
        "embed_id,team,org,workbook_id,public\n{EMBED},Sales,acme,{WORKBOOK},\n{other},,,,true\n"
    );
    assert_eq!(place.read("map.csv"), merged);
    place.run("map init -q -o map.csv").exits(0);
    assert_eq!(place.read("map.csv"), merged, "a second time");
    // What is no map is not overwritten either.
    place.file("notes.csv", "my notes\n");
    place.run("map init -o notes.csv").exits(2);
    assert_eq!(place.read("notes.csv"), "my notes\n");
}

#[test]
fn the_map_tells_public_embeds() {
    let place = tree(&["a.txt"]);
    place.file("map.csv", format!("embed_id,org,workbook_id,public\n{EMBED},,,true\n"));
    let found = records(place.run("check --format ndjson --map map.csv").exits(0).out());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["rule"], "public-embed");
}

#[test]
fn a_file_of_nothing_but_findings_is_told_of_in_part_and_not_in_silence() {
    let place = Place::new();
    place.file("a.txt", "&:hide_send=true\n".repeat(30_000)).file("b.txt", "&:hide_send=true");
    let args = "check --no-config --format json --fail-on never";
    let ran = place.run(args).exits(0);
    let told: Value = serde_json::from_str(ran.out()).unwrap();
    assert_eq!(told["summary"]["skipped"]["cut"], 1);
    let of = |path: &str| {
        let findings = told["findings"].as_array().unwrap();
        findings.iter().filter(|finding| finding["path"] == path).count()
    };
    // The builder's finding, and that of its parameter.
    assert_eq!(of("b.txt"), 2);
    assert!((10_000..11_000).contains(&of("a.txt")), "{}", of("a.txt"));
    assert!(ran.err().contains("a.txt: more than 10000 findings or comments: the rest"));
    place.run(&format!("{args} --strict")).exits(2);
    // Comments that hide nothing are findings too.
    let place = Place::new();
    place.file("a.txt", "# embed2jwt: ignore\n".repeat(30_000));
    let ran = place.run(args).exits(0);
    let told: Value = serde_json::from_str(ran.out()).unwrap();
    assert_eq!(
        (&told["summary"]["skipped"]["cut"], &told["summary"]["warning"]),
        (&1.into(), &10_000.into())
    );
    // No embed is lost: the map is of all.
    place.file("urls.txt", legacy_paths(12_000));
    assert_eq!(place.run("map init urls.txt").exits(0).lines().len(), 12_001);
}

/// Embed paths with different ids, one a line.
fn legacy_paths(count: u128) -> String {
    let path = |n: u128| {
        // Version 4, variant 1, as ids have them.
        let uuid = Uuid::from_u128(n << 80 | 4 << 76 | 2 << 62 | n);
        format!("https://app.sigmacomputing.com/embed/1-{}\n", to_base62(uuid))
    };
    (1..=count).map(path).collect()
}

#[test]
fn what_is_lost_is_counted_by_what_becomes_of_each_parameter() {
    let place = Place::new();
    let new = format!("{}?:jwt=eyJhbGciOiJIUzI1NiJ9.e30.c2lnbg&:embed=true", moved());
    let old = legacy("&:hide_run_as_recipient=true&:hide_sheet_interactions=false&:of_ours=1");
    place.file("a.txt", format!("{new}\n{old}\n"));
    let ran = place.run("check --format json --fail-on never a.txt").exits(0);
    let document: Value = serde_json::from_str(ran.out()).unwrap();
    let used = document["summary"]["parameters"].as_array().unwrap();
    let lost = |name: &str| used.iter().find(|row| row["name"] == name).map(|row| &row["lost"]);
    assert_eq!(lost("hide_run_as_recipient"), Some(&json!(1)));
    assert_eq!(lost("hide_sheet_interactions"), Some(&json!(0)), "`false` restricts nothing");
    // The token, which the tables of the old dialect do not know either, is not lost.
    assert_eq!(lost("any other `:name`"), Some(&json!(1)), "{used:?}");
}
