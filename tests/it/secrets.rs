//! Where the embed secret comes from: a file, the environment, or a file that names one for each client id.

use std::fs;

use crate::support::{Place, SECRET, cut, hex, hmac, legacy, open_token, severity_of, unsigned};

const BASE: &str =
    "convert --org acme --workbook r0WXMPpc0YtQCTFR7CdDK --jti nonce --now 1750000000";

/// The three ways, as the error names them.
const WAYS: [&str; 3] = ["--secret-file", "--credentials", "SIGMA_EMBED_SECRET"];

#[test]
fn the_secret_is_the_files_text_without_its_line_end_or_mark() {
    for (what, content) in [
        ("bare", "demo-embed-secret"),
        ("line feed", "demo-embed-secret\n"),
        ("both", "demo-embed-secret\r\n"),
        ("mark", "\u{feff}demo-embed-secret\r\n"),
    ] {
        let place = Place::new();
        place.file("secret.txt", content);
        let ran = place.run(BASE).args("--secret-file secret.txt").stdin(legacy("")).exits(0);
        open_token(&cut(ran.lines()[0]).token, SECRET);
        assert!(!ran.err().contains(SECRET), "{what}");
    }
}

#[test]
fn white_space_within_a_secret_is_part_of_it() {
    let place = Place::new();
    place.file("secret.txt", " a secret \n");
    let ran =
        place.run(BASE).args("--secret-file secret.txt --trust-input").stdin(unsigned()).exits(0);
    open_token(&cut(ran.lines()[0]).token, " a secret ");
}

#[test]
fn the_environment_holds_the_secret_as_it_is_and_a_file_comes_first() {
    let place = Place::new();
    let ran = place.run(BASE).env("SIGMA_EMBED_SECRET", SECRET).stdin(legacy("")).exits(0);
    open_token(&cut(ran.lines()[0]).token, SECRET);
    place.file("secret.txt", SECRET);
    let ran = place
        .run(BASE)
        .args("--secret-file secret.txt")
        .env("SIGMA_EMBED_SECRET", "another")
        .stdin(legacy(""))
        .exits(0);
    open_token(&cut(ran.lines()[0]).token, SECRET);
}

#[test]
fn a_secret_of_any_bytes_signs() {
    for secret in ["x", "ü€", &"long".repeat(50)] {
        let place = Place::new();
        place.file("secret.txt", secret);
        let ran = place
            .run(BASE)
            .args("--secret-file secret.txt --trust-input")
            .stdin(unsigned())
            .exits(0);
        open_token(&cut(ran.lines()[0]).token, secret);
    }
}

#[test]
fn without_a_secret_nothing_is_read_and_the_three_ways_are_named() {
    let place = Place::new();
    place.file("empty.txt", "").file("blank.txt", "\r\n");
    let runs = [
        place.run(BASE),
        place.run(BASE).env("SIGMA_EMBED_SECRET", ""),
        place.run(BASE).args("--secret-file empty.txt"),
        place.run(BASE).args("--secret-file blank.txt"),
    ];
    for run in runs {
        // The list does not exist: were it looked at first, the error would name it.
        let ran = run.args("missing.txt").exits(2);
        for way in WAYS {
            assert!(ran.err().contains(way), "{way} is not in {}", ran.err());
        }
        assert!(!ran.err().contains("missing.txt"), "{}", ran.err());
    }
    // The name of a file that is not there may be the secret.
    let ran = place.run(BASE).args("--secret-file hunter2").exits(2);
    assert!(ran.prose().contains("--secret-file"), "{}", ran.err());
    assert!(!ran.err().contains("hunter2"), "{}", ran.err());
}

#[test]
fn a_secret_file_in_utf16_is_refused_rather_than_signed_with() {
    let place = Place::new();
    place.file("secret.txt", b"\xff\xfed\0e\0m\0o\0");
    let ran = place.run(BASE).args("--secret-file secret.txt").stdin(legacy("")).exits(2);
    assert!(ran.prose().contains("UTF-16"), "{}", ran.err());
}

#[test]
fn no_flag_takes_the_secret_itself() {
    for flag in ["--secret", "--embed-secret"] {
        Place::new().run(BASE).args(flag).arg(SECRET).stdin(legacy("")).exits(2);
    }
}

/// A URL of another client, signed with that client's secret.
fn of_client(id: &str, secret: &str) -> String {
    let url = unsigned().replace("c-1", id);
    format!("{url}&:signature={}", hex(&hmac(secret.as_bytes(), url.as_bytes())))
}

#[test]
fn credentials_name_a_file_or_a_variable_for_each_client() {
    let place = Place::new();
    fs::create_dir(place.path("keys")).unwrap();
    place.file("keys/one.txt", "secret one\n");
    let list = format!("{}\n{}\n", of_client("c-1", "secret one"), of_client("c-2", "secret two"));
    for (one, two) in [
        ("{ file = \"one.txt\" }", "{ env = \"TWO\" }"),
        ("\"one.txt\"", "\"TWO\""),
        ("\"file:one.txt\"", "\"env:TWO\""),
    ] {
        place.file("keys/all.toml", format!("\"c-1\" = {one}\n\"c-2\" = {two}\n"));
        let ran = place
            .run(BASE)
            .args("--credentials keys/all.toml")
            .env("TWO", "secret two")
            .stdin(&list)
            .exits(0);
        open_token(&cut(ran.lines()[0]).token, "secret one");
        let (header, _) = open_token(&cut(ran.lines()[1]).token, "secret two");
        assert!(header.contains(r#""kid":"c-2""#), "{header}");
    }
}

#[test]
fn a_client_without_a_secret_is_an_error_of_its_row() {
    let place = Place::new();
    place.file("one.txt", "secret one").file("all.toml", "\"c-1\" = \"one.txt\"\n");
    let list = format!("{}\n{}\n", of_client("c-9", "?"), of_client("c-1", "secret one"));
    let ran = place.run(BASE).args("--credentials all.toml --format ndjson").stdin(&list).exits(1);
    let records = ran.records();
    assert_eq!(records[0]["status"], "failed");
    assert_eq!(severity_of(&records[0], "missing-parameter").as_deref(), Some("error"));
    assert_eq!(records[1]["status"], "converted");
    // The same, given on the command line, is a broken run.
    let ran = place.run(BASE).args("--credentials all.toml --client-id c-9").stdin(&list).exits(2);
    assert!(ran.prose().contains("all.toml"), "{}", ran.err());
    assert!(ran.stdout.is_empty());
}

#[test]
fn a_client_id_from_outside_counts_for_every_url() {
    let place = Place::new();
    let without = unsigned().replace(":client_id=c-1&", "");
    for run in [
        place.convert("--client-id c-9"),
        place.convert("").env("SIGMA_EMBED_CLIENT_ID", "c-9"),
        place.convert("--client-id c-9").env("SIGMA_EMBED_CLIENT_ID", "c-8"),
    ] {
        let ran = run.stdin(format!("{}\n{without}\n", legacy(""))).exits(0);
        for line in ran.lines() {
            let (header, claims) = open_token(&cut(line).token, SECRET);
            assert!(header.contains(r#""kid":"c-9""#), "{header}");
            assert!(claims.contains(r#""iss":"c-9""#), "{claims}");
        }
    }
}

#[test]
fn credentials_that_cannot_be_used_are_a_broken_run() {
    let place = Place::new();
    for content in [
        "",
        "not toml",
        "\"c-1\" = 1\n",
        "\"c-1\" = \"missing.txt\"\n",
        "\"c-1\" = { env = \"UNSET\" }\n",
        "\"c-1\" = { file = \"missing.txt\" }\n",
    ] {
        place.file("all.toml", content);
        let ran = place.run(BASE).args("--credentials all.toml").stdin(legacy("")).exits(2);
        assert!(ran.stdout.is_empty(), "{content}");
    }
    place.run(BASE).args("--credentials missing.toml").stdin(legacy("")).exits(2);
}
