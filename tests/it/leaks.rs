//! What lets its holder sign in stays inside: the embed secret altogether, signatures and tokens but for six characters.

use std::fs;

use serde_json::Value;

use crate::support::{Place, Ran, cut, hex, hmac, unsigned};

/// An embed secret that no other text holds.
const SECRET: &str = "planted-Secret-7f3e9b21c4";
/// An OAuth token in plain text.
const OAUTH: &str = "ya29.PlantedOauthToken-55aa";
/// A token of the new dialect, as a URL of the input carries it.
const JWT: &str = "PlantedHeader.PlantedPayload.PlantedTokenSignature";
/// A signature that is not that of its URL.
const FORGED: &str = "c0ffee11223344556677889900aabbccddeeff00112233445566778899aabbcc";

const BASE: &str =
    "convert --trust-input --org acme --workbook r0WXMPpc0YtQCTFR7CdDK --now 1750000000";

fn signature(url: &str) -> String {
    hex(&hmac(SECRET.as_bytes(), url.as_bytes()))
}

/// Everything a run leaves behind: both streams and the files it wrote.
fn left(ran: &Ran, place: &Place, files: &[&str]) -> String {
    let mut text = String::from_utf8_lossy(&ran.stdout).into_owned() + &ran.err();
    for file in files {
        text += &fs::read_to_string(place.path(file)).unwrap_or_default();
    }
    text
}

/// A text may show the first six characters of a secret, but not seven.
#[track_caller]
fn assert_short(text: &str, secret: &str) {
    let seven: String = secret.chars().take(7).collect();
    assert!(!text.contains(&seven), "{seven}… is in {text}");
}

/// The embed secret is in no way there: as it is, in base64, in hex.
#[track_caller]
fn assert_secret_is_inside(text: &str) {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD_NO_PAD.encode(SECRET);
    for form in [SECRET, &base64, &hex(SECRET.as_bytes()), "planted-Secret"] {
        assert!(!text.contains(form), "{form} is in {text}");
    }
}

#[test]
fn no_format_shows_a_signature_a_token_or_the_secret() {
    let signed = unsigned();
    let good = signature(&signed);
    let plain = format!("{signed}&:oauth_token={OAUTH}");
    let encoded = format!("{signed}&%3Aoauth_token={OAUTH}").replace("&:", "&%3A");
    let rows = [
        format!("{signed}&:signature={good}"),
        format!("{signed}&:signature={FORGED}"),
        format!("{signed}&:SIGNATURE={FORGED}"),
        format!("{signed}&signature={FORGED}"),
        format!("{plain}&:signature={}", signature(&plain)),
        format!("{encoded}&%3Asignature={}", signature(&encoded)),
        format!("not a URL &:signature={FORGED}&:oauth_token={OAUTH}&:jwt={JWT}"),
        format!("https://app.sigmacomputing.com/embed/?:signature={FORGED}"),
        format!("{signed}&:theme=%zz&:signature={FORGED}"),
        format!("{signed}&:jwt={JWT}#:signature={FORGED}"),
    ];
    // All formats of one run, since encryption is 600,000 rounds of a hash for each token.
    let reports = ["report.ndjson", "report.csv"];
    for flags in ["-v", "", "--encrypt-oauth-token -v", "--error all", "--off all"] {
        let place = Place::new();
        let ran = place
            .run(BASE)
            .args(&format!("{flags} --report ndjson=report.ndjson --report csv=report.csv"))
            .env("SIGMA_EMBED_SECRET", SECRET)
            .stdin(rows.join("\n"))
            .exits(1);
        // The two rows that are carried to the output as they came: they are the result, not a report of it.
        let unchanged = rows.last().unwrap();
        assert!(reports.iter().all(|report| place.path(report).exists()), "{flags}");
        let text = left(&ran, &place, &reports).replace(unchanged, "");
        assert_secret_is_inside(&text);
        // Parameters that only look like secrets are for the old URL's host to read; they are carried.
        let carried = format!("&signature={FORGED}");
        let text = text.replace(&carried, "");
        for secret in [&good, FORGED, OAUTH, JWT] {
            assert_short(&text, secret);
        }
    }
}

/// The rows of the test above that hold secrets, and names and values in which one may hide.
fn planted() -> Vec<String> {
    let signed = unsigned();
    let plain = format!("{signed}&:oauth_token={OAUTH}");
    vec![
        format!("{signed}&:signature={}", signature(&signed)),
        format!("{signed}&:signature={FORGED}"),
        format!("{signed}&:SIGNATURE={FORGED}&signature={FORGED}"),
        format!("{plain}&:signature={}", signature(&plain)),
        format!("not a URL &:signature={FORGED}&:oauth_token={OAUTH}&:jwt={JWT}"),
        format!("https://app.sigmacomputing.com/embed/?:signature={FORGED}"),
        format!("{signed}&:theme=%zz&:signature={FORGED}"),
        format!("{signed}&:jwt={JWT}#:signature={FORGED}"),
        format!("\"{signed}&:signature={FORGED}\""),
        // In a name, and in a value that is a URL itself.
        format!("{signed}&:signature%3D{FORGED}=1"),
        format!("{signed}&back=https%3A%2F%2Fapp.example%2F%3F%3Asignature%3D{FORGED}"),
        format!("{signed}&:sig%6Eature={FORGED}&:oauth%5Ftoken={OAUTH}&:%6Awt={JWT}"),
        format!("{signed}&amp;:signature={FORGED}"),
        format!("{signed}&::signature='{FORGED}'"),
        format!("{signed}&:signature =<{FORGED}> {FORGED}"),
    ]
}

#[test]
fn a_row_that_holds_the_embed_secret_is_neither_shown_nor_converted() {
    let row = format!("{}&:theme={SECRET}&Region={SECRET}#{SECRET}", unsigned());
    let formats = [
        "human", "concise", "json", "ndjson", "sarif", "github", "gitlab", "junit", "csv",
        "markdown", "html",
    ];
    let reports = formats.iter().flat_map(|format| {
        ["audit", "inspect"].map(|command| (format!("{command} --format {format}"), 1))
    });
    let conversions = ["lines", "ndjson", "csv"]
        .map(|format| (format!("{BASE} --trust-input -v --format {format}"), 1));
    for (command, status) in reports.chain(conversions) {
        let place = Place::new();
        let ran =
            place.run(&command).env("SIGMA_EMBED_SECRET", SECRET).stdin(row.clone()).exits(status);
        let text = left(&ran, &place, &[]);
        assert!(!command.starts_with("convert") || !text.contains("?:jwt="), "{command}: {text}");
        assert_secret_is_inside(&text);
    }
}

#[test]
fn no_report_of_an_audit_shows_a_signature_a_token_or_the_secret() {
    let formats = [
        "human", "concise", "json", "ndjson", "sarif", "github", "gitlab", "junit", "csv",
        "markdown", "html",
    ];
    for format in formats {
        for flags in ["", "-v", "--error all", "--off all --fail-on never"] {
            let place = Place::new();
            let command = format!(
                "audit --format {format} {flags} --report ndjson=report.ndjson --color always"
            );
            let summary = place.path("step.md");
            let ran = place
                .run(&command)
                .env("SIGMA_EMBED_SECRET", SECRET)
                .env("GITHUB_STEP_SUMMARY", &summary)
                .stdin(planted().join("\n"))
                .done();
            assert_ne!(ran.status, Some(2), "{command}: {}", ran.err());
            let text = left(&ran, &place, &["report.ndjson", "step.md"]);
            assert_secret_is_inside(&text);
            for secret in [OAUTH, JWT, FORGED, &signature(&unsigned())] {
                assert_short(&text, secret);
            }
        }
    }
}

#[test]
fn reports_shorten_to_six_characters_unless_told_to_show_all() {
    let signed = format!("{}&:oauth_token={OAUTH}", unsigned());
    let url = format!("{signed}&:signature={}", signature(&signed));
    let run = |flags: &str| {
        let run = Place::new().run(BASE).args("--encrypt-oauth-token --format ndjson").args(flags);
        run.env("SIGMA_EMBED_SECRET", SECRET).stdin(&url).exits(0).record()
    };
    let value = |record: &Value, name: &str| {
        let parameters = record["parameters"].as_array().unwrap();
        parameters.iter().find(|p| p["name"] == name).unwrap()["value"].as_str().unwrap().to_owned()
    };
    let hidden = run("");
    let good = signature(&signed);
    assert_eq!(value(&hidden, "signature"), format!("{}…", &good[..6]));
    assert_eq!(value(&hidden, "oauth_token"), format!("{}…", &OAUTH[..6]));
    assert!(hidden["claims"]["oauth_token"].as_str().unwrap().ends_with('…'));
    assert_short(&hidden["input"].to_string(), &good);
    assert_short(&hidden["input"].to_string(), OAUTH);

    let shown = run("--show-secrets");
    assert_eq!(value(&shown, "signature"), good);
    assert_eq!(value(&shown, "oauth_token"), OAUTH);
    assert!(shown["input"].as_str().unwrap().contains(&good));
    assert!(shown["claims"]["oauth_token"].as_str().unwrap().contains('.'));
    assert_secret_is_inside(&shown.to_string());
}

#[test]
fn a_url_with_a_token_is_printed_as_it_came_and_shortened_in_reports() {
    let url = format!("https://app.sigmacomputing.com/acme/workbook/x?:jwt={JWT}&:embed=true");
    let run = |format: &str| {
        let run = Place::new().run(BASE).args(&format!("--format {format} -v"));
        run.env("SIGMA_EMBED_SECRET", SECRET).stdin(&url).exits(0)
    };
    let lines = run("lines");
    assert_eq!(lines.lines(), [url.as_str()]);
    assert_short(&lines.err(), JWT);
    let record = run("ndjson").record();
    assert_eq!(record["url"], url);
    assert_short(&record["input"].to_string(), JWT);
    assert_short(&record["parameters"].to_string(), JWT);
}

#[test]
fn the_secret_is_in_no_error_wherever_it_was_put_by_mistake() {
    let place = Place::new();
    place
        .file("list.txt", unsigned())
        .file("secret.txt", SECRET)
        .file("text.toml", SECRET)
        .file("value.toml", format!("\"c-1\" = \"{SECRET}\"\n"))
        .file("file.toml", format!("\"c-1\" = {{ file = \"{SECRET}\" }}\n"))
        .file("env.toml", format!("\"c-1\" = {{ env = \"{SECRET}\" }}\n"))
        .file("other.toml", format!("\"c-1\" = {{ secret = \"{SECRET}\" }}\n"))
        .file("array.toml", format!("\"c-1\" = [\"{SECRET}\"]\n"))
        .file("broken.toml", format!("\"c-1\" = \"{SECRET}\n"))
        .file("bytes.toml", [b"\"c-1\" = \"", SECRET.as_bytes(), b"\xff\"\n"].concat())
        .file(
            "utf16.txt",
            SECRET.encode_utf16().fold(vec![0xff, 0xfe], |mut bytes, unit| {
                bytes.extend(unit.to_le_bytes());
                bytes
            }),
        );
    let credentials = [
        "text.toml",
        "value.toml",
        "file.toml",
        "env.toml",
        "other.toml",
        "array.toml",
        "broken.toml",
        "bytes.toml",
        "secret.txt",
    ];
    for file in credentials {
        let ran = place.run(BASE).args(&format!("--credentials {file} list.txt")).exits(2);
        assert_secret_is_inside(&left(&ran, &place, &[]));
    }
    for args in [
        "--secret-file utf16.txt list.txt",
        "--secret-file secret.txt missing.txt",
        "--secret-file secret.txt --map missing.csv list.txt",
        "--secret-file secret.txt --format xml list.txt",
        "--secret-file secret.txt -o missing/out.txt list.txt",
        "--secret-file secret.txt --off nonsense list.txt",
    ] {
        let ran = place.run(BASE).args(args).exits(2);
        assert_secret_is_inside(&left(&ran, &place, &[]));
    }
}

#[test]
fn help_does_not_show_what_the_environment_holds() {
    let place = Place::new();
    for args in ["convert --help", "--help", "man", "completions bash", "explain"] {
        let run = place.run(args).env("SIGMA_EMBED_SECRET", SECRET);
        let ran = run.env("SIGMA_EMBED_CLIENT_ID", "planted-client").exits(0);
        assert_secret_is_inside(ran.out());
        assert!(!ran.out().contains("planted-client"), "{args}");
    }
}

#[test]
fn an_error_in_a_map_does_not_show_the_signature_of_a_url_in_it() {
    let place = Place::new();
    let url = format!("{}&:signature={FORGED}", unsigned());
    let token = format!("https://app.sigmacomputing.com/acme/workbook/?:jwt={JWT}");
    place
        .file("id.csv", format!("embed_id,org,workbook_id\n\"{url} x\",acme,\n"))
        .file("workbook.csv", format!("embed_id,org,workbook_id\n1-1,acme,{token}\n"))
        .file("org.csv", format!("embed_id,org,workbook_id\n1-1,\"{url}\",x\n"))
        .file("header.csv", format!("embed_id,org,\"{url}\"\n1-1,a,b\n"))
        .file("list.csv", format!("{url}\n"))
        .file("broken.json", format!("[{{\"embed_id\":\"{url}\" \"org\"}}]"))
        .file("name.json", format!("[{{\"{url}\":\"x\"}}]"))
        .file("broken.toml", format!("[[embed]]\nembed_id = {url}\n"))
        .file("twice.csv", format!("embed_id,org,workbook_id\n\"{url}\",a,x\n\"{url}\",b,y\n"));
    for map in [
        "id.csv",
        "workbook.csv",
        "org.csv",
        "header.csv",
        "list.csv",
        "broken.json",
        "name.json",
        "broken.toml",
        "twice.csv",
    ] {
        let run = place
            .run(&format!("convert --trust-input --map {map}"))
            .env("SIGMA_EMBED_SECRET", SECRET);
        let ran = run.stdin(unsigned()).done();
        assert_ne!(ran.status, Some(0), "{map}");
        let text: String = ran.err().chars().filter(|c| !c.is_whitespace() && *c != '│').collect();
        for secret in [FORGED, JWT] {
            assert_short(&text, secret);
        }
        assert_secret_is_inside(&text);
    }
}

#[test]
fn a_header_without_the_field_does_not_show_the_signature_of_a_url_in_it() {
    let place = Place::new();
    place.file("list.csv", format!("{}&:signature={FORGED}\n", unsigned()));
    let run = place.run(BASE).args("list.csv").env("SIGMA_EMBED_SECRET", SECRET);
    let ran = run.exits(2);
    let text: String = ran.err().chars().filter(|c| !c.is_whitespace() && *c != '│').collect();
    assert_short(&text, FORGED);
}

#[test]
fn a_row_that_is_no_object_does_not_show_the_signature_in_it() {
    let rows = [
        format!("{{\"url\":\"{}&:signature={FORGED}", unsigned()),
        format!("\"{}&:signature={FORGED}\"", unsigned()),
    ];
    for format in ["lines", "ndjson", "csv"] {
        let run =
            Place::new().run(BASE).args(&format!("--input-format jsonl -v --format {format}"));
        let ran = run.env("SIGMA_EMBED_SECRET", SECRET).stdin(rows.join("\n")).exits(1);
        let text = String::from_utf8_lossy(&ran.stdout).into_owned() + &ran.err();
        assert_short(&text, FORGED);
    }
}

#[test]
fn an_encrypted_oauth_token_is_whole_in_the_new_url_alone() {
    let signed = format!("{}&:oauth_token={OAUTH}", unsigned());
    let url = format!("{signed}&:signature={}", signature(&signed));
    let run = Place::new().run(BASE).args("--encrypt-oauth-token --format ndjson");
    let ran = run.env("SIGMA_EMBED_SECRET", SECRET).stdin(url).exits(0);
    let record = ran.record();
    let new = record["url"].as_str().unwrap();
    let token = cut(new).token;
    let payload = token.split('.').nth(1).unwrap().to_owned();
    assert!(!ran.out().replace(&payload, "").contains(OAUTH));
    assert!(!payload.is_empty() && !new.contains(OAUTH));
}

#[test]
fn a_line_end_in_a_name_or_an_argument_begins_no_workflow_command() {
    let place = Place::new();
    for command in ["check", "audit", "inspect", "explain", "check --config", "check --baseline"] {
        let ran = place.run(command).arg("a\n::error::planted").exits(2);
        let begins = |line: &str| line.trim_start().starts_with("::");
        assert!(!ran.err().lines().any(begins), "{command}: {}", ran.err());
    }
}

#[test]
fn an_error_shows_no_token_that_an_argument_or_a_configuration_holds() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";
    let place = Place::new();
    place.file("link.toml", "https://user:hunter2planted@github.com\n");
    place.file("token.toml", format!("oauth_token = {token}\n"));
    for arguments in [
        vec!["inspect".to_owned(), format!("Bearer {token}")],
        vec!["convert".to_owned(), "--workbook".to_owned(), format!("https://h/?:jwt={token}")],
        vec!["check".to_owned(), token.to_owned()],
        vec![token.to_owned()],
        vec!["check".to_owned(), "--config".to_owned(), "token.toml".to_owned()],
        vec!["check".to_owned(), "--config".to_owned(), "link.toml".to_owned()],
    ] {
        let (command, rest) = arguments.split_first().unwrap();
        let ran = rest.iter().fold(place.run(command), crate::support::Run::arg).exits(2);
        assert_short(&ran.err(), token);
        assert!(!ran.err().contains("hunter2"), "{}", ran.err());
    }
}
