//! Which files `check` scans where a repository has ignore rules: what git tracks, what is named, and all of it on demand.

use std::fs;
use std::io::Write as _;
use std::process::Command;

use serde_json::Value;

use crate::check::{base, check, git, paths, plant, scanned, summary, tree};
use crate::support::{Place, legacy};

/// A repository with a tracked file and others that its rules name.
fn repository() -> Place {
    let place =
        tree(&[".env", "node_modules/kept/a.js", "node_modules/b.js", "out.log", "src/a.ts"]);
    git(&place, &["init", "-q"]);
    git(&place, &["add", "."]);
    git(&place, &["rm", "-q", "--cached", "node_modules/b.js", "out.log"]);
    place.file(".gitignore", ".env*\nnode_modules/\n*.log\n");
    let content = format!("url = {}\n", base());
    plant(&place, &[(".env.local", &content), ("dist/c.js", &content)]);
    place.file(".git/info/exclude", "dist\n");
    place
}

#[test]
fn a_tracked_file_is_scanned_though_a_rule_names_it() {
    let place = repository();
    let tracked = [".env", "node_modules/kept/a.js", "src/a.ts"];
    assert_eq!(scanned(&place, ""), tracked);
    let from_below = place.run("check --format ndjson ..").within("src").exits(1);
    assert_eq!(paths(&from_below.records()), ["../.env", "../node_modules/kept/a.js", "a.ts"]);
    // What is named is scanned, whoever knows it.
    assert_eq!(
        scanned(&place, "node_modules out.log"),
        ["node_modules/b.js", "node_modules/kept/a.js", "out.log"]
    );
    for shape in ["--index-version 2", "--index-version 3", "--index-version 4", "--split-index"] {
        let args: Vec<_> = ["update-index"].into_iter().chain(shape.split(' ')).collect();
        git(&place, &args);
        assert_eq!(scanned(&place, ""), tracked, "{shape}");
    }
    // Staged on top of a split index.
    git(&place, &["add", "-f", "out.log"]);
    assert_eq!(scanned(&place, ""), [".env", "node_modules/kept/a.js", "out.log", "src/a.ts"]);
}

#[test]
fn what_the_rules_leave_out_is_counted_and_named() {
    let place = repository();
    let ran = place.run("check --format json --fail-on never").exits(0);
    assert_eq!(ran.err(), "");
    assert_eq!(summary(&ran)["ignored"], 4);
    let named = place.run("check --format json --fail-on never -v").exits(0);
    let why = "left out: an ignore rule names it";
    let lines = [".env.local", "dist/", "node_modules/b.js", "out.log"]
        .map(|name| format!("embed2jwt: note: {name}: {why}"));
    assert_eq!(named.err().lines().collect::<Vec<_>>(), lines);
    for format in ["human", "concise", "markdown"] {
        let ran = place.run(&format!("check --format {format} --fail-on never")).exits(0);
        let words = ran.out().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words.contains("4 files and folders left out by ignore rules"),
            "{format}: {words}"
        );
    }
    // They were not to be scanned, so nothing is missing.
    place.run("check --strict --fail-on never").exits(0);
}

#[test]
fn no_gitignore_scans_everything_but_git_itself() {
    let place = repository();
    place.file(".ignore", "src\n");
    assert_eq!(
        scanned(&place, "--no-gitignore"),
        [
            ".env",
            ".env.local",
            "dist/c.js",
            "node_modules/b.js",
            "node_modules/kept/a.js",
            "out.log",
            "src/a.ts"
        ]
    );
    let ran = place.run("check --format json --no-gitignore --fail-on never").exits(0);
    assert_eq!(summary(&ran)["ignored"], 0);
    // What is for tools that search holds for tracked files too.
    assert_eq!(scanned(&place, ""), [".env", "node_modules/kept/a.js"]);
}

#[test]
fn everything_ignored_is_no_file_to_scan() {
    let place = tree(&["a.txt"]);
    place.file(".gitignore", "*\n");
    let ran = place.run("check").exits(2);
    assert!(ran.prose().contains("no file was selected"), "{}", ran.err());
    assert_eq!(scanned(&place, "--no-gitignore"), ["a.txt"]);
}

#[test]
fn worktrees_and_submodules_have_an_index_of_their_own() {
    let place = repository();
    git(&place, &["commit", "-qm", "first"]);
    git(&place, &["worktree", "add", "-q", "tree"]);
    place.file("tree/.gitignore", ".env\nsrc\n");
    let below = place.run("check --format ndjson").within("tree").exits(1);
    assert_eq!(paths(&below.records()), [".env", "node_modules/kept/a.js", "src/a.ts"]);
    // Another repository in the folder is one by itself, and not this one's content if a rule names it.
    place.file(".gitignore", "tree\n.env\nnode_modules/\n*.log\n");
    assert_eq!(scanned(&place, ""), [".env", ".env.local", "node_modules/kept/a.js", "src/a.ts"]);
}

#[test]
fn a_hostile_repository_runs_nothing_and_holds_nothing_up() {
    let place = repository();
    let run = format!("touch {}", place.path("ran").display());
    for (key, value) in [
        ("core.fsmonitor", &*run),
        ("core.hooksPath", "."),
        ("core.excludesFile", "/dev/zero"),
        ("filter.x.clean", &run),
    ] {
        git(&place, &["config", key, value]);
    }
    place.file(".gitattributes", "* filter=x\n");
    check(&place, "", 1);
    assert!(!place.path("ran").exists());
    // What is no index is said, and nothing is taken for tracked.
    for content in [&b"DIRC\0\0\0\x04\xff\xff\xff\xff"[..], b"", b"DIRC", &[0xff; 5000]] {
        fs::write(place.path(".git/index"), content).unwrap();
        let ran = place.run("check --format json -v").exits(1);
        assert!(ran.err().contains(".git/index: left out: it cannot be read"), "{}", ran.err());
        assert_eq!(summary(&ran)["skipped"]["unreadable"], 1);
    }
    assert_eq!(scanned(&place, ""), ["src/a.ts"]);
}

#[cfg(unix)]
#[test]
fn pipes_in_the_place_of_rules_are_not_waited_for() {
    let pipe = |name: &str| {
        let place = repository();
        let _ = fs::remove_file(place.path(name));
        assert!(Command::new("mkfifo").arg(place.path(name)).status().unwrap().success());
        place
    };
    // Without the index nothing that is ignored is tracked.
    check(&pipe(".git/index"), "", 1);
    // Without its rules nobody knows what is to be scanned.
    for name in [".gitignore", ".ignore", ".git/info/exclude"] {
        let ran = pipe(name).run("check").exits(2);
        assert!(
            ran.err().contains(&format!("{name}: left out: it is not a regular file")),
            "{name}"
        );
    }
}

#[test]
fn show_files_names_what_would_be_scanned() {
    let place = repository();
    place.file("image.png", b"\x89PNG\0\0").file("large.txt", " ".repeat(3000));
    let args = "check --show-files --max-file-size 2K";
    let ran = place.run(args).exits(0);
    assert_eq!(ran.lines(), [".env", ".gitignore", "node_modules/kept/a.js", "src/a.ts"]);
    assert_eq!(ran.err(), "");
    assert!(place.run(args).arg("-v").exits(0).err().contains("image.png: left out: it is binary"));
    place.run(args).args("-o list").exits(0);
    assert_eq!(place.read("list"), ran.out());
    place.run(args).args("--include scr/**").exits(2);
    place.run(args).arg("gone").exits(2);
    for other in ["--format json", "--fix", "--diff", "--write-baseline", "--report json=a"] {
        place.run(args).args(other).exits(2);
    }
}

// ---- compressed files ----

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

#[test]
fn a_compressed_file_is_read_if_it_is_named() {
    let place = Place::new();
    let log = format!("first line\nGET {}\n", legacy(""));
    place.file("access.log.gz", gzip(&log)).file("a.txt", "nothing");
    let ran = place.run("check --format json").exits(0);
    assert_eq!(summary(&ran)["skipped"]["binary"], 1, "found on the way, it is binary");
    for named in ["access.log.gz", "a.txt access.log.gz"] {
        let found = check(&place, named, 1);
        assert!(
            found.iter().all(|one| one["path"] == "access.log.gz" && one["line"] == 2),
            "{found:?}"
        );
        assert!(found.iter().any(|one| one["rule"] == "signed-url-in-file"));
        // Nobody packs it again.
        assert!(found.iter().all(|one| one["fix"] == Value::Null));
    }
    let packed = place.run("check --format ndjson -").stdin(gzip(&log)).exits(1);
    assert!(!packed.records().is_empty());
    let before = fs::read(place.path("access.log.gz")).unwrap();
    check(&place, "access.log.gz --unsafe-fixes", 1);
    assert_eq!(fs::read(place.path("access.log.gz")).unwrap(), before);
}

#[test]
fn what_cannot_be_unpacked_is_binary_and_what_unpacks_to_too_much_is_too_large() {
    let place = Place::new();
    let mut broken = gzip("x");
    broken.truncate(12);
    place.file("broken.gz", broken).file("bomb.gz", gzip(&" ".repeat(5_000_000)));
    let ran = place.run("check --format json --max-file-size 1M -v broken.gz bomb.gz").exits(0);
    assert_eq!(
        ran.err().lines().collect::<Vec<_>>(),
        [
            "embed2jwt: note: bomb.gz: left out: it is too large: 1048577 bytes",
            "embed2jwt: note: broken.gz: left out: it is binary"
        ]
    );
}
