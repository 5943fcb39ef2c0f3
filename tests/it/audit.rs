//! What `audit` says of lists: kinds, verdicts, maps, signatures, levels, exit statuses, runs over several files.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::{
    EMBED, EMBED_UUID, Place, Run, SECRET, crate_file, findings, legacy, records, root,
    severity_of, sign, unsigned,
};

/// `audit` in ndjson without a secret; the exit status does not depend on findings unless `args` say so.
fn audit(place: &Place, args: &str) -> Run {
    let never = if args.contains("--fail-on") { "" } else { "--fail-on never" };
    place.run("audit --format ndjson").args(never).args(args)
}

fn audit_one(args: &str, url: &str) -> Value {
    audit(&Place::new(), args).stdin(url).exits(0).record()
}

fn text<'a>(record: &'a Value, key: &str) -> &'a str {
    record[key].as_str().unwrap_or_else(|| panic!("{key} is no text in {record}"))
}

// ---- kinds and verdicts ----

#[test]
fn a_signed_url_on_a_path_of_no_embed_is_not_passed_by() {
    for path in
        ["//embed/1-7CbVjjUMMTKQpYa2E7NwkI", "/a/embed/1-7CbVjjUMMTKQpYa2E7NwkI", "/EMBED/1-x", "/"]
    {
        let url = format!("https://app.sigmacomputing.com{path}?:nonce=n&:email=a@b.example");
        let record = audit_one("", &url);
        assert_eq!(
            (text(&record, "kind"), text(&record, "verdict")),
            ("malformed", "blocked"),
            "{url}"
        );
        // Nothing of an embed's: a page of the application.
        let page = audit_one("", &format!("https://app.sigmacomputing.com{path}?:theme=Dark"));
        assert_eq!(text(&page, "kind"), "other", "{path}");
    }
}

#[test]
fn a_list_of_teams_without_a_team_misses_one() {
    for teams in ["", ",", "%5B%5D", "[]"] {
        let record = audit_one("", &unsigned().replace("=Sales", &format!("={teams}")));
        assert_eq!(
            severity_of(&record, "missing-parameter").as_deref(),
            Some("warning"),
            "{teams}"
        );
    }
}

/// Line, kind, verdict, tag and edit of every URL of fixtures/real/urls.txt, found by reading it.
const REAL: [(u64, &str, &str, Option<&str>, bool); 14] = [
    (2, "legacy-signed", "lossless", None, false),
    (4, "legacy-signed", "lossless", None, false),
    (6, "legacy-signed", "lossless", None, false),
    // `hide_run_as_recipient=true`
    (8, "legacy-signed", "lossy", None, false),
    // `hide_run_as_recipient=true` and more
    (10, "legacy-signed", "lossy", None, false),
    (12, "legacy-signed", "lossless", None, false),
    (14, "legacy-signed", "lossless", None, false),
    (16, "legacy-signed", "lossless", None, false),
    (18, "legacy-signed", "lossless", None, true),
    (20, "legacy-signed", "lossless", Some("prod"), false),
    (22, "legacy-embed", "none", None, false),
    (24, "legacy-embed", "none", None, false),
    (26, "legacy-embed", "none", Some("prod"), false),
    (28, "other", "none", None, false),
];

#[test]
fn every_real_url_is_what_it_is() {
    let list = root().join("fixtures/real/urls.txt");
    let records = audit(&Place::new(), "").arg(&list).exits(0).records();
    let seen: Vec<_> = records
        .iter()
        .map(|record| {
            let edit = record["edit"].as_bool().unwrap();
            let line = record["line"].as_u64().unwrap();
            (line, text(record, "kind"), text(record, "verdict"), record["tag"].as_str(), edit)
        })
        .collect();
    assert_eq!(seen, REAL);
    for record in &records {
        assert_eq!(text(record, "source"), list.to_str().unwrap());
        let signed = record["kind"] == "legacy-signed";
        assert_eq!(record.get("signature").is_some(), signed, "{record}");
    }
}

#[test]
fn kinds_that_the_real_list_lacks() {
    for (url, kind, verdict) in [
        ("https://app.sigmacomputing.com/acme/workbook/x-y?:jwt=a.b.c&:embed=true", "jwt", "none"),
        ("https://example.com/embed/1-a?:email=a", "other", "none"),
        ("https://app.sigmacomputing.com/embed/", "malformed", "blocked"),
        ("not a URL", "malformed", "blocked"),
    ] {
        let record = audit_one("", url);
        assert_eq!((text(&record, "kind"), text(&record, "verdict")), (kind, verdict), "{url}");
    }
    let blocked = audit_one("", &sign(&unsigned().replace("ann@example.com", "ann")));
    assert_eq!(text(&blocked, "verdict"), "blocked");
    let one = audit_one("", &legacy(""));
    assert_eq!((text(&one, "embed_id"), text(&one, "embed_uuid")), (EMBED, EMBED_UUID));
}

// ---- the map ----

#[test]
fn the_map_tells_public_embeds() {
    let map = root().join("fixtures/convert/real.map.csv");
    let list = root().join("fixtures/real/urls.txt");
    let run = audit(&Place::new(), "--report json=all.json --map");
    let place = Place::new();
    let records = run.arg(&map).arg(&list).exits(0).records();
    let kinds: Vec<_> = records.iter().map(|record| text(record, "kind")).collect();
    assert_eq!(kinds[10..], ["public-embed", "public-embed", "legacy-embed", "other"]);
    assert!(kinds[..10].iter().all(|kind| *kind == "legacy-signed"));
    for record in &records[10..12] {
        assert_eq!(severity_of(record, "deprecated-embed-path"), None);
        assert_eq!(severity_of(record, "public-embed").as_deref(), Some("info"));
    }
    // Only the placeholder of line 26 and no other embed is unknown to the map.
    let run = audit(&place, "--report json=all.json --map").arg(map).arg(list);
    run.exits(0);
    let all: Value = serde_json::from_str(&place.read("all.json")).unwrap();
    assert_eq!(all["summary"]["embeds"], json!({"distinct": 12, "mapped": 11}));
    assert_eq!(all["summary"]["kinds"]["public-embed"], 2);
}

#[test]
fn a_map_that_is_no_map_breaks_the_run() {
    let place = Place::new();
    for map in ["missing.csv", "."] {
        audit(&place, "--map").arg(map).stdin(legacy("")).exits(2);
    }
}

// ---- signatures ----

#[test]
fn signatures_are_verified_with_the_secret_and_only_then() {
    let place = Place::new();
    place.file("secret.txt", format!("{SECRET}\n"));
    place.file("other.txt", "another-secret");
    place.file("credentials.toml", "\"c-1\" = { file = \"secret.txt\" }\n");
    place.file("stranger.toml", "\"c-2\" = { file = \"secret.txt\" }\n");
    let good = legacy("");
    let tampered = good.replace("ann@", "eve@");
    let none = unsigned();
    for (flags, url, signature, mismatch) in [
        ("--secret-file secret.txt", &good, "verified", false),
        ("--secret-file secret.txt", &tampered, "mismatch", true),
        ("--secret-file secret.txt", &none, "not-verified", false),
        ("--secret-file other.txt", &good, "mismatch", true),
        ("--credentials credentials.toml", &good, "verified", false),
        ("--credentials credentials.toml", &tampered, "mismatch", true),
        // The secret of another client id says nothing.
        ("--credentials stranger.toml", &good, "not-verified", false),
        ("", &good, "not-verified", false),
        ("", &tampered, "not-verified", false),
    ] {
        let record = audit(&place, flags).stdin(url).exits(0).record();
        assert_eq!(text(&record, "signature"), signature, "{flags} {url}");
        let severity = severity_of(&record, "signature-mismatch");
        assert_eq!(severity.as_deref(), mismatch.then_some("error"), "{flags} {url}");
        if mismatch {
            assert_eq!(text(&record, "verdict"), "blocked");
            audit(&place, &format!("{flags} --fail-on error")).stdin(url).exits(1);
        } else {
            audit(&place, &format!("{flags} --fail-on error")).stdin(url).exits(0);
        }
    }
    let record = audit(&place, "").env("SIGMA_EMBED_SECRET", SECRET).stdin(&good).exits(0).record();
    assert_eq!(text(&record, "signature"), "verified");
    audit(&place, "--secret-file missing.txt").stdin(&good).exits(2);
    audit(&place, "--credentials missing.toml").stdin(&good).exits(2);
}

// ---- levels and exit statuses ----

#[test]
fn the_exit_status_follows_fail_on_in_every_format() {
    let info = "https://app.sigmacomputing.com/embed/2Fb3n6osB7MZ0psRKGqR6";
    let place = Place::new();
    place.file("map.csv", "embed_id,org,workbook_id,public\n2Fb3n6osB7MZ0psRKGqR6,acme,,true\n");
    // For each list: its statuses with error, warning, info, never.
    for (list, statuses) in [
        ("https://example.com/", [0, 0, 0, 0]),
        (info, [0, 0, 1, 0]),
        (&legacy(""), [0, 1, 1, 0]),
        ("not a URL", [1, 1, 1, 0]),
    ] {
        for format in ["human", "json", "ndjson"] {
            for (level, status) in ["error", "warning", "info", "never"].iter().zip(statuses) {
                let args = format!("audit --map map.csv --format {format} --fail-on {level}");
                let ran = place.run(&args).stdin(list).exits(status);
                assert!(!ran.stdout.is_empty());
            }
            // Without the flag a warning fails.
            let args = format!("audit --map map.csv --format {format}");
            place.run(&args).stdin(list).exits(statuses[1]);
        }
    }
}

#[test]
fn levels_change_severities_verdicts_and_the_exit_status() {
    let lossy = legacy("&:hide_run_as_recipient=true");
    let rule = "unsupported-hide-run-as-recipient";
    for (flags, severity, verdict, status) in [
        ("", Some("warning"), "lossy", 0),
        ("--error unsupported-hide-run-as-recipient", Some("error"), "blocked", 1),
        ("--info unsupported-hide-run-as-recipient", Some("info"), "lossy", 0),
        ("--off unsupported-hide-run-as-recipient", None, "lossy", 0),
        ("--off all", None, "lossy", 0),
        ("--error all", Some("error"), "blocked", 1),
        ("--off all --error unsupported-hide-run-as-recipient", Some("error"), "blocked", 1),
        ("--error all --off unsupported-hide-run-as-recipient", None, "blocked", 1),
        ("--info all --warn unsupported-hide-run-as-recipient", Some("warning"), "lossy", 0),
    ] {
        let run = audit(&Place::new(), "--fail-on error").args(flags);
        let record = run.stdin(&lossy).exits(status).record();
        assert_eq!(severity_of(&record, rule).as_deref(), severity, "{flags}");
        assert_eq!(text(&record, "verdict"), verdict, "{flags}");
    }
    let ran = audit(&Place::new(), "--off unsuported-hide-run-as-recipient").stdin(&lossy).exits(2);
    assert!(
        ran.prose().contains("did you mean `unsupported-hide-run-as-recipient`"),
        "{}",
        ran.err()
    );
    // Rules about the run obey too.
    let twice = format!("{lossy}\n{lossy}\n");
    let run = |flags: &str| audit(&Place::new(), flags).stdin(&twice).exits(0).records();
    assert_eq!(severity_of(&run("")[1], "reused-nonce").as_deref(), Some("warning"));
    let error = &run("--error reused-nonce")[1];
    assert_eq!(severity_of(error, "reused-nonce").as_deref(), Some("error"));
    assert_eq!(text(error, "verdict"), "blocked");
    assert_eq!(severity_of(&run("--off reused-nonce")[1], "reused-nonce"), None);
}

// ---- input ----

#[test]
fn files_standard_input_and_compressed_files_are_one_run() {
    let place = Place::new();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(format!("link,id\n{},7\n", legacy("&:theme=Dark")).as_bytes()).unwrap();
    place.file("a.csv.gz", gzip.finish().unwrap());
    place.file("b.txt", format!("# one\n\n{}\n", legacy("")));
    place.file("c.jsonl", format!("{}\n", json!({"link": legacy("&:lng=de")})));
    let run = audit(&place, "--field link a.csv.gz b.txt - c.jsonl");
    let records = run.stdin("https://example.com/\n").exits(0).records();
    let places: Vec<_> =
        records.iter().map(|r| (text(r, "source"), r["line"].as_u64().unwrap())).collect();
    assert_eq!(places, [("a.csv.gz", 2), ("b.txt", 3), ("<stdin>", 1), ("c.jsonl", 1)]);
    let kinds: Vec<_> = records.iter().map(|r| text(r, "kind")).collect();
    assert_eq!(kinds, ["legacy-signed", "legacy-signed", "other", "legacy-signed"]);
}

#[test]
fn a_bad_row_is_a_finding_of_its_own() {
    let rows: [&[u8]; 5] =
        [b"a\xff\xfe", b"a\0b", b"https://exa mple.com", b"https://example.com/", b"\x1b[2J"];
    let ran = audit(&Place::new(), "--fail-on error").stdin(rows.join(&b'\n')).exits(1);
    let records = ran.records();
    assert_eq!(records.len(), rows.len());
    for (record, kind) in records.iter().zip(["malformed", "malformed", "malformed", "other"]) {
        assert_eq!(text(record, "kind"), kind, "{record}");
        let error = severity_of(record, "malformed-url");
        assert_eq!(error.as_deref(), (kind == "malformed").then_some("error"), "{record}");
    }
}

#[test]
fn without_input_or_with_a_folder_there_is_nothing_to_do() {
    let place = Place::new();
    fs::create_dir(place.path("folder")).unwrap();
    place.file("header.csv", "url,id\n");
    for format in ["human", "json", "ndjson"] {
        for list in ["", "\n\n", "# a comment\n"] {
            let ran = place.run(&format!("audit --format {format}")).stdin(list).exits(2);
            assert!(ran.prose().contains("no input"), "{}", ran.err());
        }
        for file in ["folder", "missing.txt", "header.csv"] {
            let ran = place.run(&format!("audit --format {format} {file}")).exits(2);
            assert!(!ran.stderr.is_empty());
        }
    }
    let ran = place.run("audit --format json").stdin("").exits(2);
    let empty: Value = serde_json::from_str(ran.out()).unwrap();
    assert_eq!((&empty["urls"], &empty["summary"]["urls"]), (&json!([]), &json!(0)));
}

// ---- the run ----

#[test]
fn what_urls_say_of_one_another_names_the_other_place() {
    let place = Place::new();
    place.file("a.txt", format!("# first\n{}\n{}\n", legacy(""), "https://example.com/"));
    let same_nonce = sign(&unsigned().replace("ann@", "bob@"));
    let other_team = sign(&unsigned().replace("n-1", "n-2").replace("=Sales", "=Ops"));
    place.file("b.txt", format!("{same_nonce}\n{other_team}\n{same_nonce}\n"));
    let records = audit(&place, "a.txt b.txt").exits(0).records();
    let message = |record: &Value, rule: &str| {
        let all = record["findings"].as_array().unwrap();
        all.iter().find(|f| f["rule"] == rule).map(|f| {
            let parameter = f["parameter"].as_str().unwrap_or_default();
            assert!(f["column"].as_u64().unwrap() > 1, "{f}");
            format!("{parameter}: {}", f["message"].as_str().unwrap())
        })
    };
    assert_eq!(message(&records[0], "reused-nonce"), None);
    let said = message(&records[2], "reused-nonce").unwrap();
    assert_eq!(said, "nonce: the nonce was used before, in line 2 of a.txt");
    let said = message(&records[3], "inconsistent-user").unwrap();
    assert_eq!(said, "email: the same user has other teams in line 2 of a.txt");
    let said = message(&records[4], "reused-nonce").unwrap();
    assert!(said.contains("line 2 of a.txt"), "the first place, not the last: {said}");
    assert_eq!(message(&records[4], "inconsistent-user"), None, "bob is the same twice");
}

/// How many rows [`repeating`] has, and after how many a nonce returns.
const ROWS: usize = 800;
const ROUND: usize = 241;

/// Rows in which nonces and users return, near and far. They are so long that there are more than two blocks of 64 KiB for
/// each of eight threads.
fn repeating() -> String {
    let long = "x".repeat(1500);
    let mut list = String::new();
    for n in 0..ROWS {
        let (nonce, user, team) = (n % ROUND, n % 31, n % 5);
        writeln!(
            list,
            "https://app.sigmacomputing.com/embed/{EMBED}?:nonce={nonce}&:client_id=c&:email=u{user}@example.com\
             &:external_user_team=T{team}&:time=1&Store={long}&:signature=0"
        )
        .unwrap();
    }
    assert!(list.len() > 2 * 8 * (64 << 10));
    list
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let place = Place::new();
    place.file("list.txt", repeating());
    for format in ["human", "ndjson"] {
        let run = |threads: u32| {
            let args = format!("audit list.txt --fail-on never --format {format} -j {threads}");
            place.run(&args).exits(0).stdout
        };
        let one = run(1);
        assert!(run(8) == one, "{format} with 8 threads differs");
        if format == "ndjson" {
            let records = records(std::str::from_utf8(&one).unwrap());
            let reused = |record: &&Value| severity_of(record, "reused-nonce").is_some();
            assert_eq!(records.iter().filter(reused).count(), ROWS - ROUND);
            assert!(reused(&&records[ROUND]) && !reused(&&records[ROUND - 1]));
        }
    }
}

// ---- output ----

#[test]
fn reports_are_more_formats_of_one_run() {
    let place = Place::new();
    place.file("list.txt", format!("{}\nnot a URL\n", legacy("")));
    let args = "audit list.txt -o main.txt --report json=a.json --report ndjson=a.ndjson --report human=a.txt";
    let ran = place.run(args).exits(1);
    assert!(ran.stdout.is_empty());
    assert_eq!(place.read("main.txt"), place.read("a.txt"));
    assert!(place.read("main.txt").contains("2 URLs"));
    let all: Value = serde_json::from_str(&place.read("a.json")).unwrap();
    assert_eq!(all["urls"].as_array().unwrap(), &records(&place.read("a.ndjson")));
    for format in ["human", "json", "ndjson"] {
        let alone = place.run(&format!("audit list.txt --format {format}")).exits(1);
        let file = if format == "human" { "a.txt".to_owned() } else { format!("a.{format}") };
        assert_eq!(alone.out(), place.read(&file), "{format}");
    }
    for bad in ["ndjson", "ndjson=", "xml=a.xml", "ndjson=missing/a"] {
        place.run("audit list.txt --report").arg(bad).exits(2);
    }
    place.run("audit list.txt -o a.txt --report json=a.txt").exits(2);
}

#[test]
fn a_broken_run_leaves_the_old_files() {
    let place = Place::new();
    place.file("list.txt", legacy("")).file("old.txt", "old").file("old.json", "old");
    for broken in ["list.txt missing.txt", "list.txt --map missing.csv", "."] {
        let run = place.run("audit -o old.txt --report json=old.json").args(broken);
        assert!(run.exits(2).stdout.is_empty());
        assert_eq!((place.read("old.txt"), place.read("old.json")), ("old".into(), "old".into()));
        assert_eq!(place.names(), ["list.txt", "old.json", "old.txt"], "{broken}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_run_quietly() {
    let place = Place::new();
    place.file("list.txt", repeating());
    for format in ["json", "ndjson"] {
        let run = place.run(&format!("audit list.txt --format {format}"));
        let output = run.left_early();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format}");
        assert!(matches!(output.status.code(), Some(0 | 1)), "{format}: {:?}", output.status);
    }
}

#[test]
fn standard_output_of_a_machine_format_holds_nothing_else() {
    let list = format!("{}\nnot a URL\n", legacy("&:hide_run_as_recipient=true"));
    for format in ["json", "ndjson"] {
        let ran = Place::new().run(&format!("audit --format {format}")).stdin(&list).exits(1);
        for value in serde_json::Deserializer::from_str(ran.out()).into_iter::<Value>() {
            value.unwrap();
        }
        assert_eq!(ran.err(), "");
    }
}

#[test]
fn secrets_are_shortened_unless_told_to_show_all() {
    let url = legacy("&:oauth_token=ya29.PlantedToken");
    let signature = url.rsplit('=').next().unwrap();
    for format in ["json", "ndjson"] {
        let run = |flags: &str| {
            let args = format!("audit --format {format} --fail-on never {flags}");
            Place::new().run(&args).stdin(&url).exits(0).out().to_owned()
        };
        let (hidden, shown) = (run(""), run("--show-secrets"));
        for secret in [signature, "ya29.PlantedToken"] {
            assert!(!hidden.contains(&secret[..7]), "{secret} is in {hidden}");
            assert!(hidden.contains(&format!("{}…", &secret[..6])), "{hidden}");
            assert!(shown.contains(secret));
        }
    }
}

// ---- shapes ----

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(&crate_file("docs/schema/audit.schema.json")).unwrap();
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is one itself");
    jsonschema::draft202012::new(&schema).unwrap()
}

#[track_caller]
fn assert_valid(validator: &Validator, value: &Value) {
    let errors: Vec<_> = validator.iter_errors(value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?} in {value}");
}

/// Every URL of the fixtures, and rows that are none.
fn everything() -> Vec<u8> {
    let mut list = Vec::new();
    for folder in ["fires", "silent", "real", "sample"] {
        for entry in fs::read_dir(root().join("fixtures").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "txt") {
                list.extend(fs::read(path).unwrap());
                list.push(b'\n');
            }
        }
    }
    list.extend(b"\xff\0\nhttps://app.sigmacomputing.com/acme/workbook/x?:jwt=a.b.c\n");
    list
}

#[test]
fn what_is_printed_fits_the_schema() {
    let validator = validator();
    let map = root().join("fixtures/convert/real.map.csv");
    for flags in ["", "--show-secrets", "--off all", "--error all"] {
        let run = |format: &str| {
            let args = format!("audit --fail-on never --format {format} {flags} --map");
            let run = Place::new().run(&args).arg(&map).env("SIGMA_EMBED_SECRET", SECRET);
            run.stdin(everything()).exits(0)
        };
        let lines = run("ndjson").records();
        assert!(lines.len() > 100);
        for record in &lines {
            assert_valid(&validator, record);
        }
        let document: Value = serde_json::from_str(run("json").out()).unwrap();
        assert_valid(&validator, &document);
        assert_eq!(document["urls"].as_array().unwrap(), &lines);
        // The summary counts what the records say.
        let summary = &document["summary"];
        assert_eq!(summary["urls"], lines.len());
        for (key, field) in
            [("kinds", "kind"), ("verdicts", "verdict"), ("signatures", "signature")]
        {
            for (name, count) in summary[key].as_object().unwrap() {
                let found = lines.iter().filter(|line| line[field] == **name).count();
                assert_eq!(*count, found, "{key} {name}");
            }
        }
        for severity in ["error", "warning", "info"] {
            let found = lines.iter().flat_map(findings).filter(|(_, s)| s == severity).count();
            assert_eq!(summary[severity], found, "{severity}");
        }
    }
}

#[test]
fn a_damaged_record_does_not_fit() {
    let validator = validator();
    let url = legacy("&:hide_run_as_recipient=true");
    let good = audit_one("", &url);
    assert_valid(&validator, &good);
    let keys = "schema source line url kind embed_id embed_uuid tag edit verdict signature parameters findings";
    for key in keys.split(' ') {
        let mut record = good.clone();
        record.as_object_mut().unwrap().remove(key).unwrap();
        assert!(!validator.is_valid(&record), "a record without {key} fits");
    }
    for (pointer, value) in [
        ("/schema", json!(2)),
        ("/line", json!(0)),
        ("/kind", json!("legacy")),
        ("/kind", json!("other")),
        ("/verdict", json!("fine")),
        ("/verdict", json!("none")),
        ("/signature", json!("ok")),
        ("/embed_uuid", json!("1-7CbV")),
        ("/edit", json!("no")),
        ("/parameters/0/fate", json!("lost")),
        ("/findings/0/severity", json!("fatal")),
        ("/findings/0/column", json!(0)),
    ] {
        let mut record = good.clone();
        *record.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.is_valid(&record), "{pointer} changed fits");
    }
    let ran = Place::new().run("audit --format json --fail-on never").stdin(&url).exits(0);
    let document: Value = serde_json::from_str(ran.out()).unwrap();
    for pointer in ["/summary/urls", "/summary/embeds/mapped", "/tool/name", "/urls/0/kind"] {
        let mut damaged = document.clone();
        *damaged.pointer_mut(pointer).unwrap() = json!(-1);
        assert!(!validator.is_valid(&damaged), "{pointer} changed fits");
    }
}

// ---- explain ----

#[test]
fn explain_in_json_holds_every_rule() {
    use embed2jwt::rules::RULES;
    let place = Place::new();
    let all: Value =
        serde_json::from_str(place.run("explain --format json").exits(0).out()).unwrap();
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), RULES.len());
    for (shape, rule) in all.iter().zip(RULES) {
        assert_eq!(text(shape, "id"), rule.id);
        assert_eq!(text(shape, "severity"), rule.severity.name());
        assert_eq!(text(shape, "summary"), rule.summary);
        assert!(text(shape, "documentation").starts_with("## What it finds\n"), "{shape}");
        assert!(text(shape, "help").ends_with(&format!("#{}", rule.id)));
        let examples = shape["examples"].as_array().unwrap();
        for expectation in ["fires", "silent"] {
            assert!(examples.iter().any(|e| e["expectation"] == expectation), "{}", rule.id);
        }
        for example in examples {
            assert!(example["flags"].is_string());
            assert!(text(example, "text").lines().all(|line| line == line.trim()), "{example}");
            assert!(text(example, "text").ends_with('\n'));
        }
    }
    let one = place.run("explain --format json reused-nonce").exits(0);
    let one: Value = serde_json::from_str(one.out()).unwrap();
    assert_eq!(Some(&one), all.iter().find(|shape| shape["id"] == "reused-nonce"));
    let human = place.run("explain --format human reused-nonce").exits(0);
    assert_eq!(human.out(), place.run("explain reused-nonce").exits(0).out());
    place.run("explain --format xml").exits(2);
}
