//! Repositories, files, signals and limits that mean harm: nothing of theirs is run, waited for, or written over.
#![cfg(unix)]

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{EMBED, Place, SECRET, WORKBOOK, legacy, sign, unsigned};

const BASE: &str = "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI";

fn mode(place: &Place, name: &str) -> u32 {
    fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777
}

fn pipe(place: &Place, name: &str) {
    assert!(Command::new("mkfifo").arg(place.path(name)).status().unwrap().success());
}

// ---- repositories ----

/// Runs git in a folder of the place, with a configuration of nobody.
#[track_caller]
fn git(place: &Place, folder: &str, args: &[&str]) {
    let ran = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args(args)
        .current_dir(place.path(folder))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", place.path(""))
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// A repository in `repo` with a commit of `a.txt`, which has changed since and is staged.
fn repository() -> Place {
    let place = Place::new();
    fs::create_dir(place.path("repo")).unwrap();
    place.file("repo/a.txt", "x\n").file("repo/.gitattributes", "*.txt filter=own diff=own\n");
    git(&place, "repo", &["init", "-q"]);
    git(&place, "repo", &["add", "."]);
    git(&place, "repo", &["commit", "-qm", "a"]);
    place.file("repo/a.txt", format!("{BASE}\n"));
    git(&place, "repo", &["add", "."]);
    // As old as the index: git has to look into the file to know whether it has changed.
    place.file("repo/a.txt", format!("{BASE}\nx\n"));
    place
}

#[test]
fn git_runs_nothing_that_a_repository_names() {
    let place = repository();
    let run = format!("touch {}; cat #", place.path("ran").display());
    for name in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "diff.external",
        "diff.own.textconv",
        "diff.own.command",
        "filter.own.clean",
        "filter.own.smudge",
        "filter.own.process",
        "core.alternateRefsCommand",
    ] {
        git(&place, "repo", &["config", name, &run]);
        for flags in ["--staged", "--since HEAD", "--since HEAD a.txt"] {
            let ran = place.run("check --format ndjson").args(flags).within("repo").exits(1);
            assert!(!place.path("ran").exists(), "{name} {flags}");
            assert_eq!(ran.records()[0]["path"], "a.txt", "{name} {flags}");
        }
        git(&place, "repo", &["config", "--unset", name]);
    }
    // That a filter is required makes no difference.
    git(&place, "repo", &["config", "filter.own.required", "true"]);
    git(&place, "repo", &["config", "filter.own.clean", "false"]);
    place.run("check --since HEAD").within("repo").exits(1);
}

#[test]
fn git_is_not_given_the_secrets_of_the_run() {
    let place = repository();
    let script = "#!/bin/sh\nenv > \"$HOME/env\"\nPATH=${PATH#*:} exec git \"$@\"\n";
    fs::create_dir(place.path("bin")).unwrap();
    place.file("bin/git", script);
    fs::set_permissions(place.path("bin/git"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", place.path("bin").display(), std::env::var("PATH").unwrap());
    let run = place.run("check --staged").within("repo").env("PATH", path);
    run.env("HOME", place.path(""))
        .env("SIGMA_EMBED_SECRET", "planted-one")
        .env("SIGMA_CLIENT_SECRET", "planted-two")
        .exits(1);
    let env = place.read("env");
    assert!(env.contains("PATH=") && !env.contains("planted"), "{env}");
}

#[test]
fn a_bare_repository_among_the_files_of_another_is_refused() {
    let place = Place::new();
    git(&place, "", &["init", "-q", "--bare", "bare"]);
    git(&place, "bare", &["config", "core.worktree", "."]);
    git(&place, "bare", &["config", "core.bare", "false"]);
    let ran = place.run("check --staged").within("bare").exits(2);
    assert!(ran.prose().contains("bare repository"), "{}", ran.err());
}

#[test]
fn a_work_tree_elsewhere_is_refused_unless_the_caller_names_it() {
    let place = repository();
    fs::create_dir(place.path("home")).unwrap();
    place.file("home/a.txt", format!("{BASE}\n"));
    let home = place.path("home");
    git(&place, "repo", &["config", "core.worktree", home.to_str().unwrap()]);
    let ran = place.run("check --staged --fix").within("repo").exits(2);
    assert!(
        ran.prose().contains("names a work tree that is not that of this folder"),
        "{}",
        ran.err()
    );
    let named = place.run("check --staged").within("repo").env("GIT_DIR", ".git");
    named.env("GIT_WORK_TREE", home).exits(1);
}

#[test]
fn a_configuration_that_was_found_names_files_of_its_repository_alone() {
    let place = Place::new();
    fs::create_dir_all(place.path("repo/sub")).unwrap();
    fs::create_dir(place.path("repo/.git")).unwrap();
    let map = format!("embed_id,org,workbook_id\n{EMBED},acme,{WORKBOOK}\n");
    place.file("map.csv", &map).file("repo/map.csv", &map).file("secret", SECRET);
    place.file("credentials.toml", "c-1 = { file = \"secret\" }\n");
    place.file("baseline.json", "{\"schema\": 1, \"findings\": []}");
    place.file("repo/sub/a.txt", format!("{BASE}\n"));
    symlink("../../map.csv", place.path("repo/sub/link.csv")).unwrap();
    pipe(&place, "repo/sub/pipe");
    for (key, text) in [
        ("files", "[map]\nfiles = [\"../../map.csv\"]\n"),
        ("files", "[map]\nfiles = [\"../map.csv\", \"link.csv\"]\n"),
        ("baseline", "[check]\nbaseline = \"../../baseline.json\"\n"),
        ("baseline", "[check]\nbaseline = \"pipe\"\n"),
        ("credentials", "[convert]\ncredentials = \"../../credentials.toml\"\n"),
    ] {
        place.file("repo/sub/embed2jwt.toml", text);
        for command in ["check", "audit", &format!("convert --org a --workbook {WORKBOOK}")] {
            let ran = place.run(command).within("repo/sub").stdin(legacy("")).exits(2);
            let said = format!("`{key}` in embed2jwt.toml names no file of its repository");
            assert!(ran.prose().contains(&said), "{}", ran.err());
        }
        if !text.contains("pipe") {
            place.run("check --config embed2jwt.toml").within("repo/sub").exits(1);
        }
    }
    // Its own repository is larger than its folder.
    place.file("repo/sub/embed2jwt.toml", "[map]\nfiles = [\"../map.csv\"]\n");
    place.run("check").within("repo/sub").exits(1);
    // What credentials in the repository name is outside all the same.
    place.file("repo/sub/embed2jwt.toml", "[convert]\ncredentials = \"own.toml\"\n");
    place.file("repo/sub/own.toml", "c-1 = { file = \"../../secret\" }\n");
    let convert = format!("convert --org acme --workbook {WORKBOOK}");
    let ran = place.run(&convert).within("repo/sub").stdin(sign(&unsigned())).exits(2);
    assert!(
        ran.prose().contains("entry 1 names a file outside of the repository"),
        "{}",
        ran.err()
    );
    place
        .run(&convert)
        .args("--config embed2jwt.toml")
        .within("repo/sub")
        .stdin(sign(&unsigned()))
        .exits(0);
}

#[test]
fn a_baseline_is_written_onto_a_baseline_alone() {
    let place = Place::new();
    place.file("a.txt", format!("{BASE}\n")).file("notes.txt", "mine").file("empty.json", "");
    place.file("map.json", "[]");
    for name in ["notes.txt", "map.json", "a.txt"] {
        let before = place.read(name);
        let ran = place.run(&format!("check --write-baseline={name} a.txt")).exits(2);
        assert!(ran.prose().contains(&format!("{name} is not a baseline")), "{}", ran.err());
        assert_eq!(place.read(name), before);
    }
    place.run("check --write-baseline=new.json a.txt").exits(0);
    place.run("check --write-baseline=new.json a.txt").exits(0);
    place.run("check --write-baseline=empty.json a.txt").exits(0);
    place.run("check --write-baseline=new.json a.txt -o new.json").exits(2);
    place.run("check --baseline new.json a.txt -o new.json").exits(2);
}

// ---- what is read ----

#[test]
fn a_pipe_or_a_device_in_the_place_of_a_file_is_not_waited_for() {
    let started = Instant::now();
    let place = Place::new();
    place.file("a.txt", format!("{BASE}\n"));
    pipe(&place, "embed2jwt.toml");
    let ran = place.run("check").exits(2);
    assert!(ran.prose().contains("it is not a regular file"), "{}", ran.err());
    fs::remove_file(place.path("embed2jwt.toml")).unwrap();
    symlink("/dev/zero", place.path("embed2jwt.toml")).unwrap();
    place.run("check").exits(2);
    fs::remove_file(place.path("embed2jwt.toml")).unwrap();

    fs::create_dir_all(place.path("sub/.git/info")).unwrap();
    place.file("sub/b.txt", format!("{BASE}\n"));
    for name in [".gitignore", ".ignore", "sub/.gitignore", "sub/.git/info/exclude"] {
        for kind in ["pipe", "device", "huge"] {
            match kind {
                "pipe" => pipe(&place, name),
                "device" => symlink("/dev/zero", place.path(name)).unwrap(),
                _ => fs::File::create(place.path(name)).unwrap().set_len(2 << 20).unwrap(),
            }
            let ran = place.run("check --format ndjson").exits(2);
            assert!(
                ran.err().starts_with(&format!("embed2jwt: note: {name}: left out: it ")),
                "{}",
                ran.err()
            );
            // The rest of the tree is scanned.
            assert_eq!(ran.records().len(), usize::from(name.starts_with("sub")), "{name} {kind}");
            place.run("map init").exits(2);
            fs::remove_file(place.path(name)).unwrap();
        }
    }
    place.run("check").exits(1);
    for flag in ["--secret-file", "--credentials", "--map"] {
        place.run("audit a.txt").arg(flag).arg("/dev/zero").exits(2);
    }
    for flag in ["--baseline", "--files-from", "--config"] {
        place.run("check").arg(flag).arg("/dev/zero").exits(2);
    }
    assert!(started.elapsed() < Duration::from_secs(120));
}

#[test]
fn a_url_of_more_parameters_than_anybody_writes_is_a_finding_of_its_row() {
    let place = Place::new();
    let row = |count: usize| format!("{BASE}?{}\n{BASE}\n", "&a=".repeat(count));
    let records = |count| place.run("audit --format ndjson").stdin(row(count)).exits(1).records();
    assert_eq!(records(10_000)[0]["kind"], "legacy-embed");
    let over = records(10_001);
    assert_eq!((&over[0]["kind"], &over[1]["kind"]), (&"malformed".into(), &"legacy-embed".into()));
    let said = over[0]["findings"][0]["message"].as_str().unwrap();
    assert!(said.contains("more than 10000 parameters"), "{said}");
    place.convert("").stdin(row(10_001)).exits(1);
}

#[test]
fn a_table_wider_than_a_spreadsheet_is_refused() {
    let place = Place::new();
    place.file("a.csv", format!("url{}\n{BASE}\n", ",a".repeat(16_384)));
    let ran = place.run("audit a.csv").exits(2);
    assert!(ran.prose().contains("has more than 16384 columns"), "{}", ran.err());
    place.file("a.csv", format!("url\n\"{BASE}\"{}\n\"{BASE}\"\n", ",a".repeat(16_384)));
    let records = place.run("audit a.csv --format ndjson").exits(1).records();
    assert_eq!(records[0]["kind"], "malformed");
    assert_eq!(records[1]["kind"], "legacy-embed");
    // Names that repeat are numbered, whatever numbers are taken already.
    place.file("a.csv", format!("url,a,a,a_2,a,url,a_2\n{}{}\n", legacy(""), ",1,2,3,4,5,6"));
    let ran = place.convert("a.csv --format csv").exits(0);
    assert!(ran.lines()[0].contains("a,a_2,a_2_2,a_3,url_2,a_2_3"), "{}", ran.lines()[0]);
}

// ---- what is written ----

#[test]
fn what_holds_tokens_is_its_owners_alone_and_the_rest_follows_the_mask() {
    let place = Place::new();
    place.file("urls.txt", legacy("")).file("a.txt", format!("{BASE}\n"));
    let masked = |args: &str, mask: &str| {
        let script = format!("umask {mask}; exec \"$0\" {args}");
        let mut command = Command::new("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_embed2jwt")]).current_dir(place.path(""));
        command.env("SIGMA_EMBED_SECRET", SECRET).output().unwrap();
    };
    for (args, modes) in [
        ("audit urls.txt -o out", [0o644, 0o640]),
        ("audit urls.txt --report json=out", [0o644, 0o640]),
        ("check a.txt -o out", [0o644, 0o640]),
        ("check a.txt --write-baseline=out", [0o644, 0o640]),
        ("map init a.txt -o out", [0o644, 0o640]),
        ("audit urls.txt --show-secrets -o out", [0o600, 0o600]),
        ("inspect urls.txt --show-secrets --report json=out", [0o600, 0o600]),
        ("convert urls.txt --org a --workbook r0WXMPpc0YtQCTFR7CdDK -o out", [0o600, 0o600]),
        (
            "convert urls.txt --org a --workbook r0WXMPpc0YtQCTFR7CdDK --report ndjson=out",
            [0o600, 0o600],
        ),
    ] {
        for (mask, expected) in [("022", modes[0]), ("027", modes[1])] {
            masked(args, mask);
            assert_eq!(mode(&place, "out"), expected, "{args}");
            fs::remove_file(place.path("out")).unwrap();
        }
    }
}

#[test]
fn a_minus_is_standard_output_and_no_output_is_named_twice() {
    let place = Place::new();
    place.file("urls.txt", legacy("")).file("a.txt", format!("{BASE}\n"));
    let map = format!("embed_id,org,workbook_id\n{EMBED},acme,{WORKBOOK}\n");
    place.file("map.csv", &map);
    for args in
        ["audit urls.txt", "inspect urls.txt", "check a.txt", "map init a.txt", "map show map.csv"]
    {
        let without = place.run(args).args("").done();
        let with = place.run(args).args("-o -").done();
        assert_eq!((with.status, with.out()), (without.status, without.out()), "{args}");
        assert!(!with.out().is_empty() && !place.path("-").exists(), "{args}");
    }
    let ran = place.convert("urls.txt -o - --report ndjson=r").exits(0);
    assert!(ran.out().starts_with("https://"));
    // The list and the result may both be the streams.
    place.convert("- -o -").stdin(legacy("")).exits(0);
    place.convert("urls.txt -o new --report ndjson=-").exits(0).record();
    for args in ["-o - --report json=-", "--report json=-", "--report json=r --report csv=./r"] {
        let ran = place.run("audit urls.txt").args(args).exits(2);
        assert!(ran.prose().contains("two outputs go to"), "{}", ran.err());
    }
}

#[test]
fn a_map_or_a_secret_is_no_output_of_any_command() {
    let place = Place::new();
    let map = format!("embed_id,org,workbook_id\n{EMBED},acme,{WORKBOOK}\n");
    place.file("map.csv", &map).file("secret", SECRET).file("urls.txt", legacy(""));
    place.file("all.toml", "c-1 = { file = \"secret\" }\n").file("list", "urls.txt\n");
    let of_map = "map show map.csv --urls urls.txt";
    for args in [
        "map show map.csv -o map.csv",
        "map show --map map.csv -o ./map.csv",
        &format!("{of_map} -o urls.txt"),
        "audit urls.txt --credentials all.toml -o secret",
        "convert urls.txt --credentials all.toml --report csv=secret",
        "check --files-from list -o list",
        "map pull --cloud gcp-us --client-secret-file secret --client-id-file list -o secret",
        "map pull --cloud gcp-us --client-secret-file secret --client-id-file list --resume list -o new",
    ] {
        let ran = place.run(args).exits(2);
        assert!(
            ran.prose().contains("is read by this run, and would be overwritten"),
            "{args}: {}",
            ran.err()
        );
    }
    assert_eq!((place.read("secret"), place.read("map.csv")), (SECRET.to_owned(), map));
}

#[test]
fn a_read_only_target_stays_as_it_is() {
    let place = Place::new();
    place.file("out", "old").file("urls.txt", legacy(""));
    fs::set_permissions(place.path("out"), fs::Permissions::from_mode(0o444)).unwrap();
    let ran = place.convert("urls.txt -o out").exits(2);
    assert!(ran.prose().contains("it is read-only"), "{}", ran.err());
    assert_eq!((place.read("out").as_str(), mode(&place, "out")), ("old", 0o444));
}

#[test]
fn extended_attributes_and_the_owner_stay() {
    let place = Place::new();
    place.file("a.html", format!("<a href=\"{BASE}?:show_footer=false\">\n")).file("out", "old");
    place.file("urls.txt", legacy(""));
    let file =
        |name: &str| fs::File::options().read(true).write(true).open(place.path(name)).unwrap();
    let flags = rustix::fs::XattrFlags::empty();
    for name in ["a.html", "out"] {
        // Not every file system has them.
        if rustix::fs::fsetxattr(file(name), "user.note", b"kept", flags).is_err() {
            return;
        }
    }
    let before = fs::metadata(place.path("a.html")).unwrap();
    place.run("check --fix a.html").done();
    place.convert("urls.txt -o out").exits(0);
    let after = fs::metadata(place.path("a.html")).unwrap();
    assert_ne!(before.ino(), after.ino(), "it was fixed");
    assert_eq!(
        (before.uid(), before.gid(), before.mode()),
        (after.uid(), after.gid(), after.mode())
    );
    for name in ["a.html", "out"] {
        let mut value = [0; 16];
        let length = rustix::fs::fgetxattr(file(name), "user.note", &mut value[..]).unwrap();
        assert_eq!(&value[..length], b"kept", "{name}");
    }
}

// ---- signals and limits ----

/// `convert` with its output begun, waiting for more input.
fn waiting(place: &Place, begin: &str) -> std::process::Child {
    place.file("out", "as it was");
    let script = format!(
        "{begin} exec \"$0\" convert -o out --org a --workbook {WORKBOOK} --trust-input --report ndjson=report"
    );
    let mut child = Command::new("bash")
        .args(["-c", &script, env!("CARGO_BIN_EXE_embed2jwt")])
        .current_dir(place.path(""))
        .env("SIGMA_EMBED_SECRET", SECRET)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    let rows = format!("{}\n", legacy("")).repeat(2_000);
    child.stdin.as_mut().unwrap().write_all(rows.as_bytes()).unwrap();
    let begun = Instant::now();
    while place.names().iter().filter(|name| name.starts_with(".embed2jwt-")).count() < 2 {
        assert!(begun.elapsed().as_secs() < 60, "no file is begun");
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

fn send(signal: &str, child: &std::process::Child) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

#[test]
fn no_signal_leaves_a_file_with_tokens_behind() {
    let polite = [("HUP", 1), ("INT", 2), ("QUIT", 3), ("TERM", 15)];
    // From timers, limits and batch systems, with the numbers that Linux gives them.
    let others = [
        ("ABRT", 6),
        ("USR1", 10),
        ("USR2", 12),
        ("ALRM", 14),
        ("XCPU", 24),
        ("VTALRM", 26),
        ("PROF", 27),
    ];
    let others = others.into_iter().filter(|_| cfg!(target_os = "linux"));
    for (name, number) in polite.into_iter().chain(others) {
        let place = Place::new();
        let mut child = waiting(&place, "ulimit -c 0;");
        send(name, &child);
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(number), "{name}: {status}");
        assert_eq!(place.names(), ["out"], "{name}");
        assert_eq!(place.read("out"), "as it was");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_that_is_ignored_ends_nothing() {
    for (name, begin) in
        [("HUP", "trap '' HUP;"), ("INT", "trap '' INT;"), ("QUIT", "trap '' QUIT;")]
    {
        let place = Place::new();
        let mut child = waiting(&place, begin);
        send(name, &child);
        std::thread::sleep(Duration::from_millis(100));
        drop(child.stdin.take());
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{name}: {status}");
        assert_eq!(place.names(), ["out", "report"], "{name}");
    }
}

#[test]
fn a_file_that_may_not_grow_is_an_error_and_leaves_nothing() {
    let place = Place::new();
    place.file("urls.txt", format!("{}\n", legacy("")).repeat(20_000));
    // In blocks of 1024 bytes.
    let script = format!(
        "ulimit -f 64; exec \"$0\" convert urls.txt -o out --org a --workbook {WORKBOOK} --trust-input"
    );
    let ran = Command::new("bash")
        .args(["-c", &script, env!("CARGO_BIN_EXE_embed2jwt")])
        .current_dir(place.path(""))
        .env("SIGMA_EMBED_SECRET", SECRET)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(2), "{said}");
    assert!(said.contains("cannot write out"), "{said}");
    assert_eq!(place.names(), ["urls.txt"]);
}

#[test]
fn no_thread_to_be_had_is_an_error() {
    let place = Place::new();
    place.file("urls.txt", legacy("")).file("a.txt", format!("{BASE}\n"));
    for args in [
        "audit urls.txt",
        "check a.txt",
        "check -j8 a.txt",
        "map init a.txt",
        "convert urls.txt --org a --workbook r0WXMPpc0YtQCTFR7CdDK -o out",
        "map pull --base-url https://no-such-host.invalid --attempts 1",
    ] {
        let run = place.run(args).env("SIGMA_EMBED_SECRET", SECRET).env("SIGMA_CLIENT_ID", "a");
        // No machine gives a thread a stack of this size.
        let ran = run
            .env("SIGMA_CLIENT_SECRET", "b")
            .env("RUST_MIN_STACK", (1u64 << 60).to_string())
            .exits(2);
        assert!(!ran.err().contains("panicked"), "{args}: {}", ran.err());
        assert!(ran.err().contains("embed2jwt: error: "), "{args}: {}", ran.err());
    }
    assert_eq!(place.names(), ["a.txt", "urls.txt"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_holds_a_secret_leaves_no_image_of_its_memory() {
    let limit = |args: &str, secret: bool| {
        let place = Place::new();
        let mut run = place.run(args);
        if secret {
            run = run.env("SIGMA_EMBED_SECRET", SECRET);
        }
        let mut child = run.spawn();
        let row = format!("{}\n", legacy(""));
        child.stdin.as_mut().unwrap().write_all(row.as_bytes()).unwrap();
        // The first row is answered: the secret is there.
        let mut first = [0; 1];
        child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
        let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
        drop(child.stdin.take());
        child.wait_with_output().unwrap();
        let line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        line.split_whitespace().skip(4).take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    let args = format!("convert --org a --workbook {WORKBOOK} --trust-input -j1");
    assert_eq!(limit(&args, true), ["0", "0"]);
}

#[test]
fn a_secret_that_others_can_read_is_warned_of() {
    let place = Place::new();
    place.file("secret", SECRET).file("all.toml", "c-1 = { file = \"secret\" }\n");
    for flags in ["--secret-file secret", "--credentials all.toml"] {
        for (mode, warned) in [(0o600, false), (0o640, true), (0o604, true), (0o400, false)] {
            fs::set_permissions(place.path("secret"), fs::Permissions::from_mode(mode)).unwrap();
            let said = "warning: other users can read the secret in secret";
            let audit = format!("audit --fail-on never {flags}");
            let ran = place.run(&audit).stdin(legacy("")).exits(0);
            assert_eq!(ran.err().contains(said), warned, "{mode:o}: {}", ran.err());
            let ran = place.run(&audit).args("-q").stdin(legacy("")).exits(0);
            assert_eq!(ran.err(), "");
        }
    }
}
