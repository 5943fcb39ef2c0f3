//! `check --fix`: what it changes, what it leaves alone, and what is left of a file when it is killed.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use crate::check::{base, check, map, moved, plant};
use crate::support::{Place, sign, unsigned};

/// A place with a map and one file.
fn place(name: &str, content: impl AsRef<[u8]>) -> Place {
    let place = Place::new();
    place.file("map.csv", map());
    place.file(name, content);
    place
}

const FIX: &str = "check --map map.csv --unsafe-fixes";
const SAFE: &str = "check --map map.csv --fix";

/// The file's bytes after fixing, which says so.
#[track_caller]
fn fixed(content: impl AsRef<[u8]>, flags: &str) -> Vec<u8> {
    let place = place("a.txt", content);
    let ran = place.run(FIX).args("--format ndjson --fail-on never").args(flags).exits(0);
    assert!(ran.err().contains(" fixed in 1 file\n"), "{}", ran.err());
    let once = fs::read(place.path("a.txt")).unwrap();
    let again = place.run(FIX).args("--format ndjson --fail-on never").args(flags).exits(0);
    assert_eq!(fs::read(place.path("a.txt")).unwrap(), once, "a second run changes nothing");
    assert_eq!((again.out(), &*again.err()), (ran.out(), ""));
    once
}

#[test]
fn a_base_path_becomes_that_of_the_workbook_and_no_other_byte_changes() {
    for (before, behind) in
        [("BASE=", "\n"), ("\u{feff}a\r\n\t'", "'\r\n\r\n"), ("\r<", ">"), ("x \u{1f4a9} ", "")]
    {
        let (old, new) =
            (before.to_owned() + &base() + behind, before.to_owned() + &moved() + behind);
        assert_eq!(fixed(&old, ""), new.as_bytes());
    }
    let latin = [b"caf\xe9 \xff ".to_vec(), base().into_bytes(), b" \xfc".to_vec()].concat();
    assert_eq!(
        fixed(latin, ""),
        [b"caf\xe9 \xff ".to_vec(), moved().into_bytes(), b" \xfc".to_vec()].concat()
    );
}

#[test]
fn utf_16_stays_utf_16() {
    for order in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
        let spell = |url: &str| -> Vec<u8> {
            format!("\u{feff}\u{1f4a9} \"{url}\"\r\n").encode_utf16().flat_map(order).collect()
        };
        assert_eq!(fixed(spell(&base()), ""), spell(&moved()));
    }
}

#[test]
fn a_fix_that_is_not_safe_is_made_only_when_it_is_asked_for() {
    let url = sign(&unsigned());
    let place = place("a.txt", &url);
    let safe = place.run(SAFE).args("--format ndjson").exits(1);
    assert_eq!(place.read("a.txt"), url, "{}", safe.err());
    place.run(FIX).args("--fail-on never -q").exits(0);
    let new = place.read("a.txt");
    assert_eq!(new, format!("{}?:embed=true&:menu_position=top", moved()));
}

#[test]
fn what_remains_is_reported_and_decides_the_status() {
    let place = place("a.txt", base());
    let ran = place.run(FIX).args("--format ndjson").exits(0);
    assert_eq!((ran.out(), &*ran.err()), ("", "embed2jwt: note: 1 finding fixed in 1 file\n"));
    let unmapped = "https://app.sigmacomputing.com/embed/1-2oEyl8tXhJHjBQyXzrHgpV";
    plant(&place, &[("a.txt", &format!("{}\n{unmapped}\n", base())), ("b.txt", &base())]);
    let ran = place.run(FIX).args("--format ndjson").exits(1);
    assert_eq!(ran.err(), "embed2jwt: note: 2 findings fixed in 2 files\n");
    assert!(ran.records().iter().all(|found| found["path"] == "a.txt" && found["line"] == 2));
    let rules: Vec<_> = ran.records().iter().map(|found| found["rule"].clone()).collect();
    // What was to be fixed and cannot be, for want of a workbook, is an error; looking alone asks for none.
    assert_eq!(rules, ["deprecated-embed-path", "placeholder-embed-id", "unmapped-embed"]);
    assert_eq!(place.read("a.txt"), format!("{}\n{unmapped}\n", moved()));
    place.file("b.txt", "https://app.sigmacomputing.com/embed/${id}");
    let both = place.run("check --map map.csv --format ndjson").exits(1);
    assert!(!both.out().contains("unmapped-embed"), "{}", both.out());
    let placeholder = place.run(FIX).args("--format ndjson --fail-on never b.txt").exits(0);
    assert!(!placeholder.out().contains("unmapped-embed"), "{}", placeholder.out());
}

#[test]
fn a_diff_shows_what_fixing_would_do_and_writes_nothing() {
    let content = format!("1\n2\n3\n4\nURL={}\n", base());
    let place = place("a.txt", &content);
    let ran = place.run("check --map map.csv --diff --unsafe-fixes").exits(1);
    let diff = format!(
        "--- a/a.txt\n+++ b/a.txt\n@@ -2,4 +2,4 @@\n 2\n 3\n 4\n-URL={}\n+URL={}\n",
        base(),
        moved()
    );
    assert_eq!(
        (ran.out(), &*ran.err()),
        (&*diff, "embed2jwt: note: 1 finding would be fixed in 1 file\n")
    );
    place.run("check --diff --fail-on error -q").exits(0);
    for flags in ["--fix", "-q", "--unsafe-fixes -o out.diff --report json=out.json"] {
        place.run("check --map map.csv --diff").args(flags).exits(1);
        assert_eq!(place.read("a.txt"), content);
    }
    assert_eq!(place.read("out.diff"), diff);
    assert!(place.read("out.json").contains("deprecated-embed-path"));
    assert_eq!(
        place.run("check --diff -q").exits(1).out(),
        "",
        "without a map nothing can be fixed"
    );
}

#[test]
fn a_diff_of_nothing_says_so_and_ends_as_the_findings_do() {
    let place = place("a.txt", format!("URL={}\n", base()));
    for (flags, status) in [("", 1), ("--fail-on error", 0), ("--fix", 1)] {
        let ran = place.run("check --map map.csv --diff").args(flags).exits(status);
        assert_eq!((ran.out(), &*ran.err()), ("", "embed2jwt: note: nothing to fix\n"), "{flags}");
    }
    place.file("a.txt", "nothing here\n");
    let ran = place.run("check --diff").exits(0);
    assert_eq!((ran.out(), &*ran.err()), ("", "embed2jwt: note: nothing to fix\n"));
    assert_eq!(place.run("check --diff -q").exits(0).err(), "");
}

/// The application would sign the old way on the new path: one of the two cannot change alone.
#[test]
fn a_base_path_is_not_moved_while_code_elsewhere_signs_for_it() {
    let place = Place::new();
    place.file("map.csv", map());
    let env = format!("EMBED_PATH={}\n", base());
    let builder = "let url = process.env.EMBED_PATH + '?:nonce=' + nonce;\n\
                   url += '&:mode=userbacked';\n\
                   url += '&:hide_run_as_recipient=false';\n\
                   url += '&:show_footer=false';\n\
                   url += '&:signature=' + sign(url);\n";
    plant(&place, &[(".env", &env), ("sign.js", builder)]);
    let ran = place.run(SAFE).args("--format ndjson").exits(1);
    assert_eq!(ran.err(), "embed2jwt: note: 2 findings fixed in 1 file\n");
    assert_eq!(place.read(".env"), env);
    let path = ran.records().into_iter().find(|found| found["rule"] == "deprecated-embed-path");
    assert_eq!(path.unwrap()["fix"]["safe"], false);
    assert_eq!(
        place.read("sign.js"),
        "let url = process.env.EMBED_PATH + '?:nonce=' + nonce;\n\
         url += '&:mode=userbacked';\n\
         url += '&:menu_position=none';\n\
         url += '&:signature=' + sign(url);\n"
    );
    place.run(FIX).args("-q").exits(1);
    assert_eq!(place.read(".env"), format!("EMBED_PATH={}\n", moved()));
}

#[test]
fn an_answer_of_the_api_about_a_public_embed_is_left_alone() {
    let answer = |public: bool| {
        format!("{{\"entries\": [{{\"embedUrl\": \"{}\", \"public\": {public}}}]}}\n", base())
    };
    let place = place("answer.json", answer(true));
    let ran = place.run(FIX).args("--format ndjson").exits(0);
    assert_eq!((ran.out(), place.read("answer.json")), ("", answer(true)));
    place.file("answer.json", answer(false));
    assert_eq!(check(&place, "--map map.csv", 1)[0]["rule"], "deprecated-embed-path");
}

#[test]
fn a_diff_hides_secrets_as_reports_do() {
    let url = sign(&unsigned());
    let place = place("a.txt", &url);
    let signature = url.rsplit('=').next().unwrap();
    let diff = |flags: &str| {
        let ran = place.run("check --map map.csv --diff --unsafe-fixes").args(flags).exits(1);
        ran.out().to_owned()
    };
    assert!(diff("").contains(&format!("signature={}\u{2026}", &signature[..6])));
    assert!(!diff("").contains(&signature[..8]));
    assert!(diff("--show-secrets").contains(signature));
}

#[test]
fn what_is_hidden_is_not_fixed() {
    let content = format!("{0} # embed2jwt: ignore\nx {0}\ny {0}\n", base());
    let place = place("a.txt", &content);
    place.file("first.txt", "").file("a.txt", format!("x {}\n", base()));
    place.run("check -q --write-baseline").exits(0);
    place.file("a.txt", &content);
    place.run(FIX).args("-q --baseline embed2jwt-baseline.json").exits(0);
    let new = format!("{0} # embed2jwt: ignore\nx {0}\ny {1}\n", base(), moved());
    assert_eq!(place.read("a.txt"), new);
    place.run(FIX).args("-q --off deprecated-embed-path").exits(0);
    assert_eq!(place.read("a.txt"), new, "a rule that is off fixes nothing");
}

#[cfg(unix)]
#[test]
fn the_mode_stays_and_a_link_stays_one() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let place = place("a.sh", base());
    let mode = |name: &str| fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o7777;
    fs::set_permissions(place.path("a.sh"), fs::Permissions::from_mode(0o751)).unwrap();
    symlink("a.sh", place.path("link")).unwrap();
    place.run(FIX).args("-q link").exits(0);
    assert_eq!((place.read("a.sh"), mode("a.sh")), (moved(), 0o751));
    assert!(fs::symlink_metadata(place.path("link")).unwrap().is_symlink());
    assert_eq!(place.names(), ["a.sh", "link", "map.csv"], "nothing is left behind");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_written_is_left_alone_and_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = place("a.txt", base());
    place.file("b.txt", base());
    fs::set_permissions(place.path("a.txt"), fs::Permissions::from_mode(0o444)).unwrap();
    let ran = place.run(FIX).args("--format ndjson").exits(2);
    assert!(
        ran.err().starts_with("embed2jwt: note: a.txt: not fixed: it is read-only\n"),
        "{}",
        ran.err()
    );
    assert_eq!((place.read("a.txt"), place.read("b.txt")), (base(), moved()));
    assert_eq!(ran.record()["path"], "a.txt", "what is in it is still there");
}

#[test]
fn a_reader_who_goes_away_stops_no_fixing() {
    let place = Place::new();
    place.file("map.csv", map());
    let content =
        format!("{}\nhttps://app.sigmacomputing.com/embed/1-2oEyl8tXhJHjBQyXzrHgpV\n", base());
    for n in 0..500 {
        place.file(&format!("{n}.txt"), &content);
    }
    let mut run = place.run(FIX).args("--format ndjson");
    let mut child = run.spawn();
    drop(child.stdout.take());
    child.wait_with_output().unwrap();
    assert!((0..500).all(|n| place.read(&format!("{n}.txt")).starts_with(&moved())));
}

/// The contents of all files but those that a scan takes for nobody's.
fn contents(place: &Place) -> BTreeMap<String, String> {
    let is_content = |name: &String| !name.starts_with(".embed2jwt-");
    place
        .names()
        .into_iter()
        .filter(is_content)
        .map(|name| (name.clone(), place.read(&name)))
        .collect()
}

#[test]
fn killed_at_any_moment_every_file_is_old_or_new() {
    const FILES: usize = 200;
    let place = Place::new();
    place.file("map.csv", map());
    // Long enough that a file is not written with one call.
    let text = |url: &str, n: usize| format!("{n} {url}\n{}\n{url}\n", "x".repeat(50_000));
    for n in 0..FILES {
        place.file(&format!("{n}.txt"), text(&base(), n));
    }
    let (mut between, mut delay) = (0, Duration::from_millis(2));
    for _ in 0..40 {
        let mut run = place.run(FIX).args("-q");
        let mut child = run.spawn();
        std::thread::sleep(delay);
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        let files = contents(&place);
        assert_eq!(files.len(), FILES + 1);
        let mut new = 0;
        for n in 0..FILES {
            let content = &files[&format!("{n}.txt")];
            if *content == text(&moved(), n) {
                new += 1;
            } else {
                assert!(*content == text(&base(), n), "{n}.txt is neither old nor new");
            }
        }
        between += usize::from(new > 0 && new < FILES);
        if new == FILES && ended.success() {
            break;
        }
        delay = delay.mul_f64(1.5).min(Duration::from_millis(300));
    }
    assert!(between > 0, "it was never killed at work");
    // What was left behind is taken for nothing, and the rest is done by the next run.
    place.run(FIX).args("-q").exits(0);
    assert_eq!(check(&place, "", 0), [""; 0]);
    let files = contents(&place);
    assert!((0..FILES).all(|n| files[&format!("{n}.txt")] == text(&moved(), n)));
}
