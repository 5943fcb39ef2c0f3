//! `convert` signs only what is proved: a forged list converts nothing, whatever it is written in.

use serde_json::{Value, json};

use crate::support::{
    Place, SECRET, claims, cut, findings, hex, hmac, legacy, open_token, severity_of, sign,
    unsigned,
};

/// A URL as its owner signed it, forged in the four ways of somebody who can write into the list.
fn forged() -> Vec<(&'static str, String)> {
    let admin = unsigned().replace("ann@example.com", "admin@example.com");
    let other = hex(&hmac(b"another secret", admin.as_bytes()));
    vec![
        ("signature cut off", admin.clone()),
        ("signed with another secret", format!("{admin}&:signature={other}")),
        ("changed after signing", legacy("").replace("ann@example.com", "admin@example.com")),
        ("a claim appended", format!("{}&:ua_Role=admin", legacy(""))),
        ("an empty signature", format!("{admin}&:signature=")),
    ]
}

/// The list in every format of the input, with the name of the file that says which it is.
fn lists(urls: &[String]) -> Vec<(&'static str, Vec<u8>)> {
    let rows = |before: &str, between: fn(&str) -> String, end: &str| {
        let all: String = urls.iter().map(|url| between(url) + end).collect();
        (before.to_owned() + &all).into_bytes()
    };
    let quoted = |url: &str| format!("7,\"{url}\"");
    let lines = rows("", str::to_owned, "\n");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, &lines).unwrap();
    vec![
        ("list.txt", lines),
        ("list.csv", rows("id,url\n", quoted, "\n")),
        ("list.tsv", rows("id\turl\n", |url| format!("7\t{url}"), "\n")),
        ("list.jsonl", rows("", |url| json!({"id": 7, "url": url}).to_string(), "\n")),
        ("list.txt.gz", packed.finish().unwrap()),
    ]
}

#[test]
fn a_forged_list_converts_nothing_in_any_input_format() {
    let urls: Vec<_> = forged().into_iter().map(|(_, url)| url).collect();
    for (name, content) in lists(&urls) {
        let place = Place::new();
        place.file(name, content);
        for format in ["lines", "ndjson", "csv"] {
            let ran = place.convert_proved(&format!("--format {format} {name}")).exits(1);
            assert!(!ran.out().contains(":jwt="), "{name} {format}: {}", ran.out());
            let expected = "signatures: 0 verified, 0 trusted without proof, 5 refused";
            assert!(ran.err().contains(expected), "{name}: {}", ran.err());
        }
        // A rule that is turned down or off signs nothing that nobody signed.
        let flags = "--warn unverified-signature --off missing-parameter";
        let ran = place.convert_proved(&format!("{flags} --format ndjson {name}")).exits(1);
        assert!(ran.records().iter().all(|record| record["status"] == "failed"), "{name}");
    }
}

#[test]
fn a_configuration_cannot_vouch_for_the_list() {
    for (content, status) in [
        ("[rules]\nunverified-signature = \"off\"\n", 1),
        ("[rules]\nall = \"off\"\n", 1),
        ("[convert]\ntrust-input = true\n", 2),
    ] {
        let place = Place::new();
        place.file("embed2jwt.toml", content);
        let ran = place.convert_proved("").stdin(unsigned()).exits(status);
        assert!(!ran.out().contains(":jwt="), "{content}");
    }
}

#[test]
fn only_a_configuration_that_was_named_lets_a_mismatch_pass() {
    let changed = legacy("").replace("ann@example.com", "admin@example.com");
    for rules in
        ["signature-mismatch = \"warning\"", "signature-mismatch = \"off\"", "all = \"info\""]
    {
        let place = Place::new();
        place.file("embed2jwt.toml", format!("[rules]\n{rules}\n"));
        for (flags, status) in [
            ("", 1),
            ("--config embed2jwt.toml", 0),
            ("--warn signature-mismatch", 0),
            ("--warn all", 0),
        ] {
            let ran = place.convert_proved(flags).stdin(&changed).exits(status);
            assert_eq!(ran.out().contains(":jwt="), status == 0, "{rules} {flags}");
        }
    }
    // To say less about a list is no danger: only `convert` signs.
    let place = Place::new();
    place.file("embed2jwt.toml", "[rules]\nsignature-mismatch = \"info\"\n");
    let run = place.run("audit --format ndjson --fail-on never").env("SIGMA_EMBED_SECRET", SECRET);
    let record = run.stdin(&changed).exits(0).record();
    assert_eq!(severity_of(&record, "signature-mismatch").as_deref(), Some("info"));
}

#[test]
fn credentials_of_a_configuration_that_was_only_found_prove_nothing_for_another_client_id() {
    let place = Place::new();
    // Whoever wrote the list signed it with a secret of their own, which the configuration beside it names.
    place
        .file("mine.txt", "a secret of the list's author")
        .file("c.toml", "c-1 = { file = \"mine.txt\" }\nc-9 = { env = \"OUR_SECRET\" }\n")
        .file("embed2jwt.toml", "[convert]\nclient-id = \"c-9\"\ncredentials = \"c.toml\"\n");
    let signature = hex(&hmac(b"a secret of the list's author", unsigned().as_bytes()));
    let forged = format!("{}&:signature={signature}", unsigned());
    let run = |flags: &str| {
        let run = place.run("convert --org acme --workbook r0WXMPpc0YtQCTFR7CdDK --format ndjson");
        run.args(flags).env("OUR_SECRET", SECRET).stdin(&forged)
    };
    for flags in ["", "--client-id c-9"] {
        let record = run(flags).exits(1).record();
        assert_eq!(record["signature"], "not-verified", "{flags}");
        assert_eq!(severity_of(&record, "unverified-signature").as_deref(), Some("error"));
    }
    // Whoever names them vouches for them.
    for flags in ["--config embed2jwt.toml", "--credentials c.toml"] {
        assert_eq!(run(flags).exits(0).record()["signature"], "verified", "{flags}");
    }
    // A token of the same client id is signed with the secret that verified the URL, so nothing is gained.
    let own = run("--client-id c-1").exits(0).record();
    open_token(&cut(own["url"].as_str().unwrap()).token, "a secret of the list's author");
}

#[test]
fn fail_on_never_converts_no_more_and_fails_for_nothing() {
    let run = |flags: &str| Place::new().convert_proved(flags).stdin(unsigned());
    assert_eq!(run("--fail-on failed").exits(1).out(), "\n");
    let ran = run("--fail-on never").exits(0);
    assert_eq!(ran.out(), "\n");
    assert!(ran.err().contains("1 failed"), "{}", ran.err());
    // What the command could not do is no finding.
    Place::new().convert_proved("--fail-on never").stdin("").exits(2);
}

#[test]
fn a_client_id_from_outside_verifies_nothing_without_the_old_secret() {
    let place = Place::new();
    let urls = lists(&[legacy("")]);
    for (name, content) in urls {
        place.file(name, content);
        let ran = place.convert_proved(&format!("--client-id c-9 --format ndjson {name}")).exits(1);
        assert_eq!(severity_of(&ran.record(), "unverified-signature").as_deref(), Some("error"));
    }
    // The same client id is no other.
    place.convert_proved("--client-id c-1").stdin(legacy("")).exits(0);
    let ran = place.bare("--org acme --workbook r0WXMPpc0YtQCTFR7CdDK --client-id c-9");
    assert_eq!(claims(ran.stdin(legacy("")).exits(0).lines()[0])["iss"], "c-9");
}

#[test]
fn with_both_secrets_the_old_one_verifies_and_the_new_one_signs() {
    let place = Place::new();
    place
        .file("old.txt", SECRET)
        .file("new.txt", "new secret")
        .file("both.toml", "c-1 = { file = \"old.txt\" }\nc-9 = { file = \"new.txt\" }\n");
    let run = |url: String| {
        place.convert_proved("--credentials both.toml --client-id c-9 --format ndjson").stdin(url)
    };
    let record = run(legacy("")).exits(0).record();
    assert_eq!(record["signature"], "verified");
    open_token(&cut(record["url"].as_str().unwrap()).token, "new secret");
    assert_eq!(record["header"]["kid"], "c-9");
    run(legacy("").replace("ann@", "bob@")).exits(1);
    run(sign(&unsigned().replace("c-1", "c-2"))).exits(1);
}

#[test]
fn who_trusts_the_list_gets_what_is_not_proved_but_not_what_is_disproved() {
    let statuses = |flags: &str| -> Vec<(&'static str, String, String)> {
        let each = |(what, url): (&'static str, String)| {
            let record = Place::new()
                .convert_proved(&format!("--format ndjson {flags}"))
                .stdin(url)
                .done()
                .record();
            let text = |key: &str| record[key].as_str().unwrap().to_owned();
            (what, text("status"), text("signature"))
        };
        forged().into_iter().map(each).collect()
    };
    let row = |what, status: &str, signature: &str| (what, status.to_owned(), signature.to_owned());
    let with = |cut_off: &str, mismatch: &str| {
        vec![
            row("signature cut off", cut_off, "not-verified"),
            row("signed with another secret", mismatch, "mismatch"),
            row("changed after signing", mismatch, "mismatch"),
            row("a claim appended", mismatch, "mismatch"),
            row("an empty signature", cut_off, "not-verified"),
        ]
    };
    assert_eq!(statuses(""), with("failed", "failed"));
    assert_eq!(statuses("--trust-input"), with("converted", "failed"));
    assert_eq!(statuses("--warn signature-mismatch"), with("failed", "converted"));
}

/// The findings about proof.
fn about_proof(record: &Value) -> Vec<(String, String)> {
    let rules = ["unverified-signature", "signature-mismatch", "missing-parameter"];
    findings(record).into_iter().filter(|(rule, _)| rules.contains(&rule.as_str())).collect()
}

#[test]
fn a_trusted_row_says_so_and_the_summary_counts_it() {
    let ran = Place::new().convert("--format ndjson").stdin(unsigned()).exits(0);
    let info = [("unverified-signature".to_owned(), "info".to_owned())];
    assert_eq!(about_proof(&ran.record()), info);
    let expected = "signatures: 0 verified, 1 trusted without proof, 0 refused";
    assert!(ran.err().contains(expected), "{}", ran.err());
}

#[test]
fn audit_and_inspect_name_only_what_has_no_signature() {
    for command in ["audit", "inspect"] {
        let found = |url: &str| {
            let run = Place::new().run(command).args("--format ndjson --fail-on never");
            about_proof(&run.stdin(url).exits(0).record())
        };
        let info = [("unverified-signature".to_owned(), "info".to_owned())];
        assert_eq!(found(&unsigned()), info, "{command}");
        assert_eq!(found(&(unsigned() + "&:signature=")), info, "{command}");
        assert_eq!(found(&legacy("")), [], "{command}");
    }
}

#[test]
fn inspect_counts_signatures_where_it_is_given_several_urls() {
    let wrong = legacy("").replace("ann@", "bob@");
    let list = [legacy(""), unsigned(), wrong].join("\n");
    let run = || Place::new().run("inspect --fail-on never").env("SIGMA_EMBED_SECRET", SECRET);
    let ran = run().stdin(list).exits(0);
    assert!(
        ran.out().contains("signatures: 1 verified, 1 mismatch, 1 not verified"),
        "{}",
        ran.out()
    );
    assert!(!run().stdin(legacy("")).exits(0).out().contains("signatures:"));
}

#[test]
fn the_summary_says_which_of_the_two_causes_is_likely() {
    let changed = legacy("").replace("ann@", "bob@");
    let summary =
        |urls: &[String]| Place::new().convert_proved("").stdin(urls.join("\n")).exits(1).err();
    let all = summary(&[changed.clone(), changed.clone()]);
    assert!(all.contains("no signature matches, so the secret is probably wrong"), "{all}");
    assert!(all.contains("--warn signature-mismatch"), "{all}");
    let some = summary(&[legacy(""), changed]);
    assert!(some.contains("these URLs were probably changed after they were signed"), "{some}");
    // A good signature with a claim behind it: the secret is the right one.
    let appended = summary(&[format!("{}&:ua_Role=admin", legacy(""))]);
    assert!(appended.contains("were probably changed"), "{appended}");
    let missing = summary(&[unsigned()]);
    assert!(missing.contains("--trust-input") && missing.contains("--credentials"), "{missing}");
}

#[test]
fn a_claim_behind_a_good_signature_is_a_mismatch_everywhere() {
    let place = Place::new();
    place.file("secret.txt", SECRET).file("list.txt", format!("{}&:ua_Role=admin", legacy("")));
    for command in ["audit", "inspect", "convert --org acme --workbook r0WXMPpc0YtQCTFR7CdDK"] {
        let flags = "--secret-file secret.txt --format ndjson list.txt";
        let record = place.run(command).args(flags).exits(1).record();
        assert_eq!(record["signature"], "mismatch", "{command}");
        let finding = record["findings"].as_array().unwrap();
        let finding = finding.iter().find(|f| f["rule"] == "signature-mismatch").unwrap();
        assert_eq!(finding["parameter"], "ua_Role", "{command}");
    }
    let summary = place.run("audit --secret-file secret.txt list.txt").exits(1);
    assert!(summary.out().contains("0 verified, 1 mismatch"), "{}", summary.out());
    // What is not part of the token may come behind it: the embed's user can change it anyway.
    let record = place.convert_proved("--format ndjson").stdin(legacy("") + "&:theme=Dark");
    assert_eq!(record.exits(0).record()["signature"], "verified");
}

#[test]
fn what_is_written_behind_a_good_signature_changes_no_claim_however_it_is_spelt() {
    let place = Place::new();
    let record = |url: &str, flags: &str| {
        let ran = place.convert_proved(&format!("--format ndjson {flags}")).stdin(url).done();
        ran.record()
    };
    let honest = record(&legacy(""), "")["claims"].clone();
    for suffix in [
        "&:email=admin@example.com",
        "&%3Aemail=admin@example.com",
        "&%3a%65mail=admin@example.com",
        "&email=admin@example.com",
        "&:Email=admin@example.com",
        "&amp;:email=admin@example.com",
        "?:email=admin@example.com",
        ";:email=admin@example.com",
        "#&:email=admin@example.com",
        "%26:email=admin@example.com",
        "&:teams=Admins",
        "&:external_user_team=[\"Admins\"]",
        "&:account_type=Admin",
        "&:ua_%52ole=admin",
        "&:user_attributes={\"Role\":\"admin\"}",
        "&:client_id=c-9",
        "&:session_length=2592000",
        "&:time=1750000000",
        "&:nonce=n-2",
        "&:first_name=A&:last_name=B",
        "&:eval_connection_id=other",
        "&:signature=00",
        "&%3Asignature=00&:email=admin@example.com",
        "\0&:email=admin@example.com",
    ] {
        // Nor with what is said about findings: only a disproved signature may be let pass, and by its own name.
        for flags in ["", "--trust-input", "--warn duplicate-parameter --off malformed-url"] {
            let record = record(&format!("{}{suffix}", legacy("")), flags);
            let is_honest = record["claims"] == honest;
            assert!(record["status"] == "failed" || is_honest, "{suffix} {flags}: {record}");
        }
    }
}

#[test]
fn the_secret_of_one_client_proves_nothing_for_another() {
    let place = Place::new();
    place
        .file("one.txt", SECRET)
        .file("two.txt", "the secret of c-2")
        .file("both.toml", "c-1 = { file = \"one.txt\" }\nc-2 = { file = \"two.txt\" }\n");
    let run = |url: &str, flags: &str| {
        let run = place.convert_proved("--credentials both.toml --format ndjson").args(flags);
        run.stdin(url).done().record()
    };
    // The owner of c-1 writes a URL of c-2 and signs it with their own secret.
    let cross = sign(&unsigned().replace("c-1", "c-2"));
    for flags in ["", "--trust-input", "--client-id c-1", "--client-id c-2"] {
        let record = run(&cross, flags);
        assert_eq!(
            (&record["status"], &record["signature"]),
            (&json!("failed"), &json!("mismatch"))
        );
    }
    // Two client ids: the one that verifies is the one that signs.
    for url in [
        sign(&unsigned().replace(":client_id=c-1", ":client_id=c-1&:client_id=c-2")),
        sign(&unsigned().replace(":client_id=c-1", ":client_id=c-2&%3Aclient_id=c-1")),
        sign(&unsigned().replace(":client_id=c-1", "%3Aclient_id=c-1&:client_id=c-2")),
    ] {
        assert_eq!(run(&url, "")["status"], "failed");
        let record = run(&url, "--warn duplicate-parameter");
        let is_own = record["signature"] == "verified" && record["claims"]["iss"] == "c-1";
        assert!(record["status"] == "failed" || is_own, "{record}");
    }
}

#[test]
fn csv_has_the_signature_and_the_old_url_beside_the_new_one() {
    let place = Place::new();
    place.file("list.csv", format!("id,signature,url\n7,mine,\"{}\"\n", legacy("")));
    let ran = place.convert_proved("--format csv list.csv").exits(0);
    let mut table = csv::Reader::from_reader(ran.stdout.as_slice());
    let header = table.headers().unwrap().clone();
    let row = table.records().next().unwrap().unwrap();
    let cell = |name: &str| &row[header.iter().position(|column| column == name).unwrap()];
    assert_eq!((cell("signature"), cell("input.signature"), cell("id")), ("verified", "mine", "7"));
    assert!(cell("input").starts_with(&format!("{}&:signature=", unsigned())));
    assert!(cell("input").ends_with('…') && cell("url").contains("?:jwt="));
}

#[test]
fn urls_without_an_account_type_are_counted_and_can_be_given_one() {
    let without = sign(&unsigned().replace("&:account_type=View", ""));
    let list = [without.clone(), legacy("")].join("\n");
    let ran = Place::new().convert_proved("").stdin(&list).exits(0);
    assert!(ran.err().contains("1 converted without an account type"), "{}", ran.err());
    assert!(ran.err().contains("--account-type NAME"), "{}", ran.err());
    assert_eq!(claims(ran.lines()[0]).get("account_type"), None);

    let flag = "--account-type Lite";
    let ran = Place::new().convert_proved(flag).stdin(&list).exits(0);
    assert!(!ran.err().contains("account type"), "{}", ran.err());
    assert_eq!(claims(ran.lines()[0])["account_type"], "Lite");
    assert_eq!(claims(ran.lines()[1])["account_type"], "View");

    let place = Place::new();
    place.file("embed2jwt.toml", "[convert]\naccount-type = \"Lite\"\n");
    let ran = place.convert_proved("").stdin(&without).exits(0);
    assert_eq!(claims(ran.lines()[0])["account_type"], "Lite");
    let ran = Place::new().convert_proved(&format!("{flag} --user internal"));
    assert_eq!(claims(ran.stdin(&without).exits(0).lines()[0]).get("account_type"), None);
    Place::new().convert_proved("").arg("--account-type=").stdin(&without).exits(2);

    let run = Place::new().run("inspect --explain-conversion --format ndjson --fail-on never");
    let record = run.args(flag).stdin(&without).exits(0).record();
    let steps = record["conversion"].as_array().unwrap();
    let step = steps.iter().find(|step| step["name"] == "account_type").unwrap();
    assert_eq!((&step["part"], &step["becomes"]), (&json!("added"), &json!("Lite")));
}

#[test]
fn a_token_that_is_expired_when_it_is_made_is_named() {
    // Begins at 1749999000 and lives 600 seconds, so it ends 400 seconds before the clock of the tests.
    let ran = Place::new().convert_proved("--issued-at url --format ndjson").stdin(legacy(""));
    let ran = ran.exits(0);
    let record = ran.record();
    assert_eq!(record["claims"]["exp"], 1_749_999_600);
    assert_eq!(severity_of(&record, "token-already-expired").as_deref(), Some("warning"));
    assert_eq!((&record["status"], &record["verdict"]), (&json!("converted"), &json!("lossless")));
    assert!(
        ran.err().contains("1 converted into a token that has already expired"),
        "{}",
        ran.err()
    );
    for flags in ["", "--issued-at url --ttl 1001", "--issued-at url --now 1749999599"] {
        let run = Place::new().convert_proved(&format!("{flags} --format ndjson"));
        let record = run.stdin(legacy("")).exits(0).record();
        assert_eq!(severity_of(&record, "token-already-expired"), None, "{flags}");
    }
    let strict = "--issued-at url --error token-already-expired";
    Place::new().convert_proved(strict).stdin(legacy("")).exits(1);
}

#[test]
fn an_oauth_token_that_can_be_cipher_text_is_not_encrypted_a_second_time() {
    // What `openssl enc -aes-256-cbc -base64` writes begins like this.
    let old = legacy("&:oauth_token=U2FsdGVkX18AAQIDBAUGB6k=");
    let plain = legacy("&:oauth_token=ya29.plain");
    for (url, flags, status) in [
        (&plain, "", 1),
        (&plain, "--encrypt-oauth-token", 0),
        (&plain, "--encrypt-oauth-token=plain", 0),
        (&old, "", 1),
        (&old, "--encrypt-oauth-token", 1),
        (&old, "--encrypt-oauth-token=all", 0),
    ] {
        let ran = Place::new().convert_proved(&format!("{flags} --format ndjson")).stdin(url);
        let record = ran.exits(status).record();
        let severity = severity_of(&record, "plaintext-oauth-token");
        assert_eq!(severity.as_deref(), (status == 1).then_some("error"), "{flags}");
    }
    // Whoever turns the rule down has the value carried as it is, never encrypted over it.
    let ran = Place::new().convert_proved("--warn plaintext-oauth-token").stdin(&old).exits(0);
    assert_eq!(claims(ran.lines()[0])["oauth_token"], "U2FsdGVkX18AAQIDBAUGB6k=");
}

#[test]
fn what_names_no_workbook_or_organisation_is_refused_without_repeating_a_token() {
    let base = "https://app.sigmacomputing.com/acme/workbook/Sales-r0WXMPpc0YtQCTFR7CdDK";
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJlLXBsYW50ZWQ";
    let with_token = format!("{base}?:jwt={token}&:embed=true");
    let page = format!("{base}/page/p1");
    let tests = [
        ("--workbook", "nonsense", 2),
        ("--workbook", "..", 2),
        ("--workbook", &with_token, 2),
        ("--workbook", token, 2),
        ("--workbook", &page, 2),
        ("--workbook", base, 0),
        ("--workbook", "Sales-r0WXMPpc0YtQCTFR7CdDK", 0),
        ("--workbook", "0e51172a-a4c0-4954-8c8c-9d854dcf4434", 0),
        ("--org", "..", 2),
        ("--org", "a/b", 2),
    ];
    for (flag, value, status) in tests {
        let flags = if flag == "--org" { "--workbook r0WXMPpc0YtQCTFR7CdDK" } else { "--org acme" };
        let run = Place::new().bare(flags).arg(flag).arg(value).stdin(legacy(""));
        let ran = run.exits(status);
        assert!(!ran.err().contains("c2lnbmF0dXJl"), "{}", ran.err());
        if status == 2 && flag == "--workbook" {
            assert!(ran.prose().contains("UUID"), "{value}: {}", ran.err());
        }
    }
    let place = Place::new();
    for value in ["nonsense", &with_token] {
        place.file("embed2jwt.toml", format!("[map]\norg = \"acme\"\nworkbook = \"{value}\"\n"));
        let ran = place.bare("").stdin(legacy("")).exits(2);
        assert!(ran.err().contains("names no workbook"), "{}", ran.err());
        assert!(!ran.err().contains("c2lnbmF0dXJl"), "{}", ran.err());
    }
}
