//! Input that is damaged, absurd or meant to harm: the right finding at the right place, and the next row is right again.

use std::fs;
use std::io::Write as _;

use embed2jwt::convert::{
    Credentials, Entropy, IssuedAt, NoEntropy, Options, Targets, TokenId, UrlConverter,
};
use embed2jwt::dialect::oauth::Encrypt;
use embed2jwt::judge::{Scratch, judge};
use embed2jwt::map::EmbedMap;
use embed2jwt::rule::{Context, Kind, UserKind};
use embed2jwt::secret::Secret;
use proptest::prelude::*;
use serde_json::Value;

use crate::support::{
    EMBED, EMBED_UUID, NOW, Place, WORKBOOK, claims, cut, legacy, open_token, sign, unsigned,
};

/// Converts a hostile row between two good ones, which must come out as ever; gives back the record of the row.
#[track_caller]
fn between(row: impl AsRef<[u8]>, status: i32) -> Value {
    let good = legacy("");
    let list = [good.as_bytes(), b"\n", row.as_ref(), b"\n", good.as_bytes(), b"\n"].concat();
    let mut records = Place::new().convert("--format ndjson").stdin(list).exits(status).records();
    assert_eq!(records.len(), 3);
    for good in [0, 2] {
        assert_eq!(records[good]["status"], "converted");
        assert_eq!(records[good]["claims"]["sub"], "ann@example.com");
        assert_eq!(records[good]["line"], good + 1);
    }
    assert_eq!(records[1]["line"], 2);
    records.remove(1)
}

/// The finding of a rule in a record.
#[track_caller]
fn finding<'r>(record: &'r Value, rule: &str) -> &'r Value {
    let findings = record["findings"].as_array().unwrap();
    findings.iter().find(|f| f["rule"] == rule).unwrap_or_else(|| panic!("no {rule} in {record}"))
}

/// The 1-based column of a text in a row, in characters.
fn column(row: &str, text: &str) -> usize {
    row.split(text).next().unwrap().chars().count() + 1
}

// ---- files ----

#[test]
fn what_is_no_list_is_a_broken_run_that_names_it() {
    let place = Place::new();
    fs::create_dir(place.path("folder")).unwrap();
    place
        .file("empty.txt", "")
        .file("mark.txt", "\u{feff}")
        .file("empty.csv", "")
        .file("good.txt", legacy(""));
    for (args, text) in [
        ("missing.txt", "missing.txt"),
        ("folder", "folder"),
        ("good.txt missing.txt", "missing.txt"),
        ("empty.txt", "no input"),
        ("mark.txt", "no input"),
        ("empty.csv", "input"),
    ] {
        let ran = place.convert(args).exits(2);
        assert!(ran.prose().contains(text), "{args}: {}", ran.err());
        assert!(ran.stdout.is_empty(), "{args}");
    }
}

#[test]
fn a_line_of_100_mb_is_a_finding_on_that_line() {
    let good = legacy("");
    let ran = Place::new().convert("--format ndjson").feed(move |stdin| {
        let line = format!("{good}\n");
        stdin.write_all(line.as_bytes()).unwrap();
        stdin.write_all(good.as_bytes()).unwrap();
        let chunk = vec![b'x'; 1 << 20];
        for _ in 0..100 {
            stdin.write_all(&chunk).unwrap();
        }
        stdin.write_all(b"\n").unwrap();
        stdin.write_all(line.as_bytes()).unwrap();
    });
    assert_eq!(ran.status, Some(1), "{}", ran.err());
    assert!(ran.stdout.len() < 100_000, "the line is not printed again");
    let records = ran.records();
    assert_eq!(records.len(), 3);
    assert_eq!(finding(&records[1], "malformed-url")["severity"], "error");
    assert_eq!((&records[1]["status"], &records[1]["line"]), (&"failed".into(), &2.into()));
    assert_eq!((&records[2]["status"], &records[2]["line"]), (&"converted".into(), &3.into()));
}

// ---- bytes ----

#[test]
fn bytes_that_are_no_text_are_a_finding_at_their_column() {
    let row = legacy("&Stadt=Münch");
    for bad in [&b"\0"[..], b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x01", b" ", b"\t"] {
        let bytes = [row.as_bytes(), bad, b"&x=1"].concat();
        let record = between(&bytes, 1);
        let finding = finding(&record, "malformed-url");
        assert_eq!(finding["severity"], "error", "{bad:?}");
        assert_eq!(finding["column"], row.chars().count() + 1, "{bad:?}");
        assert_eq!((&record["status"], &record["kind"]), (&"failed".into(), &"malformed".into()));
        assert!(record["url"].is_null());
    }
}

#[test]
fn a_percent_sign_alone_is_an_error_in_a_claim_and_carried_elsewhere() {
    for bad in ["%", "%G1", "%GG", "%1", "%%41"] {
        let row = legacy(&format!("&:ua_Region={bad}&:theme=Dark"));
        let record = between(&row, 1);
        let found = finding(&record, "malformed-url");
        assert_eq!(found["severity"], "error", "{bad}");
        assert_eq!(found["column"], column(&row, &format!("{bad}&:theme")), "{bad}");
        assert_eq!(found["parameter"], "ua_Region");

        let record = between(legacy(&format!("&Store={bad}")), 0);
        assert_eq!(finding(&record, "malformed-url")["severity"], "warning", "{bad}");
        let rest = cut(record["url"].as_str().unwrap()).rest;
        assert!(rest.ends_with(&format!("&Store={bad}")), "{rest}");
    }
}

#[test]
fn escaped_bytes_that_are_no_text_become_no_claim() {
    for (parameter, rule) in [
        (":first_name=%FF&:last_name=x", "malformed-url"),
        (":eval_connection_id=%C3", "malformed-url"),
        (":ua_Region=%FF", "invalid-user-attributes"),
        (":ua_%FF=West", "invalid-user-attributes"),
    ] {
        let record = between(legacy(&format!("&{parameter}")), 1);
        assert_eq!(finding(&record, rule)["severity"], "error", "{parameter}");
        assert!(record["claims"].is_null());
    }
    let email = sign(&unsigned().replace("ann@", "%FF@"));
    assert_eq!(finding(&between(email, 1), "invalid-email")["severity"], "error");
    let team = sign(&unsigned().replace("=Sales", "=%FF"));
    assert_eq!(finding(&between(team, 1), "invalid-teams")["severity"], "error");
}

#[test]
fn escaped_control_characters_stay_escaped_wherever_they_go() {
    let record = between(legacy("&:ua_x=%00%0A%1B&k%0A=v%00"), 0);
    assert_eq!(record["claims"]["user_attributes"]["x"], "\0\n\u{1b}");
    let url = record["url"].as_str().unwrap();
    assert!(url.ends_with("&k%0A=v%00"), "{url}");
}

#[test]
fn nothing_in_a_url_steers_the_terminal() {
    for parameter in
        [":evil%1B[31m=1", ":ua_%1B]0;x%07=%FF", "k%1B[2J=1%2C2", ":%C2%9B31m=1", ":a%0D%0Aerror=1"]
    {
        let ran = Place::new().convert("-v").stdin(legacy(&format!("&{parameter}"))).done();
        let text = ran.err();
        let steers = |c: char| c.is_control() && c != '\n';
        assert!(!text.contains(steers), "{parameter}: {text:?}");
        assert!(!text.lines().any(|line| line.starts_with("error=1")), "{parameter}: {text:?}");
    }
    // A raw escape character: in the row, in the name of a file, in a rule and in a map.
    let place = Place::new();
    let row = format!("{}&\u{1b}[31m=1", legacy(""));
    place.file("m.csv", "embed_id,org,workbook_id\n\u{1b}[31m,a b\u{1b}[31m,x\n");
    for run in [
        place.convert("-v").stdin(&row),
        place.convert("missing\u{1b}[31m.txt"),
        place.convert("--off").arg("x\u{1b}[31m").stdin(legacy("")),
        place.bare("--map m.csv").stdin(legacy("")),
    ] {
        let ran = run.done();
        assert_ne!(ran.status, Some(0));
        assert!(!ran.err().contains('\u{1b}'), "{:?}", ran.err());
    }
}

// ---- values ----

#[test]
fn two_values_for_one_parameter_are_an_error_at_the_second() {
    let row = legacy("&:ua_A=1&:ua_A=2");
    let record = between(&row, 1);
    let found = finding(&record, "duplicate-parameter");
    assert_eq!((&found["severity"], &found["parameter"]), (&"error".into(), &"ua_A".into()));
    assert_eq!(found["column"], column(&row, ":ua_A=2"));
    assert_eq!(found["end_column"], column(&row, ":ua_A=2") + 7);
    let twice = format!("{}&:email=bob@example.com", unsigned());
    assert_eq!(finding(&between(sign(&twice), 1), "duplicate-parameter")["severity"], "error");
}

#[test]
fn session_lengths_that_are_none_are_errors_and_too_long_ones_are_clamped() {
    for length in ["abc", "-1", "0", "1h", "NaN", "inf", "0x10", "+5", "%20"] {
        let row = sign(&unsigned().replace("=600", &format!("={length}")));
        let record = between(&row, 1);
        let found = finding(&record, "invalid-session-length");
        assert_eq!(found["severity"], "error", "{length}");
        assert_eq!(found["column"], column(&row, ":session_length"), "{length}");
    }
    for length in ["99999999999999999999", "2592001", "1e300"] {
        let record = between(sign(&unsigned().replace("=600", &format!("={length}"))), 0);
        assert_eq!(finding(&record, "invalid-session-length")["severity"], "warning", "{length}");
        assert_eq!(record["claims"]["exp"], NOW + 2_592_000);
    }
}

#[test]
fn times_in_milliseconds_or_with_a_fraction_are_read_and_others_are_errors() {
    let of = |time: &str| sign(&unsigned().replace("=1749999000", &format!("={time}")));
    assert_eq!(finding(&between(of("1749999000000"), 0), "invalid-time")["severity"], "warning");
    let record = between(of("1749999000.123"), 0);
    assert!(record["findings"].as_array().unwrap().iter().all(|f| f["rule"] != "invalid-time"));
    for time in ["yesterday", "-5", "NaN", "2025-06-15"] {
        assert_eq!(finding(&between(of(time), 1), "invalid-time")["severity"], "error", "{time}");
    }
    // The end of time does not overflow.
    let ran = Place::new().convert("--issued-at url").stdin(of("18446744073709551615")).done();
    assert!(ran.status == Some(0) || ran.status == Some(1), "{}", ran.err());
    let ran = Place::new().convert("--now 18446744073709551615").stdin(legacy("")).done();
    assert!(ran.status.is_some_and(|status| status < 3), "{}", ran.err());
}

#[test]
fn a_secret_of_one_byte_signs() {
    let ran = Place::new().convert("").env("SIGMA_EMBED_SECRET", "x").stdin(unsigned()).exits(0);
    open_token(&cut(ran.lines()[0]).token, "x");
}

#[test]
fn ten_thousand_parameters_are_no_trouble() {
    use std::fmt::Write as _;
    let mut url = unsigned();
    let mut kept = String::new();
    for n in 0..9_900 {
        write!(kept, "&k{n}=v").unwrap();
    }
    url.push_str(&kept);
    let ran =
        Place::new().convert("-q").stdin(format!("{}\n{}\n", sign(&url), legacy(""))).exits(0);
    assert!(cut(ran.lines()[0]).rest == format!(":embed=true&:menu_position=top{kept}"));
    assert_eq!(claims(ran.lines()[1])["sub"], "ann@example.com");
    // The same name over and over, each with another value.
    let mut url = unsigned();
    for n in 0..9_900 {
        write!(url, "&:ua_a={n}").unwrap();
    }
    let record = between(sign(&url), 1);
    let found = record["findings"].as_array().unwrap();
    assert_eq!(found.iter().filter(|f| f["rule"] == "duplicate-parameter").count(), 9_899);
}

// ---- maps ----

#[test]
fn two_rows_for_one_embed_that_differ_are_both_named() {
    let place = Place::new();
    place.file(
        "m.csv",
        format!("embed_id,org,workbook_id\n{EMBED},acme,{WORKBOOK}\n\n{EMBED_UUID},acme,7f55QbPFuCnK2n0P2tSuBl\n"),
    );
    let ran = place.bare("--map m.csv").stdin(legacy("")).exits(2);
    for text in ["m.csv:2", "m.csv:4", WORKBOOK, "7f55QbPFuCnK2n0P2tSuBl"] {
        assert!(ran.prose().contains(text), "{text} is not in {}", ran.err());
    }
    place
        .file("a.csv", format!("embed_id,org,workbook_id\n{EMBED},acme,{WORKBOOK}\n"))
        .file("b.csv", format!("embed_id,org,workbook_id\n{EMBED},other,{WORKBOOK}\n"));
    let ran = place.bare("--map a.csv --map b.csv").stdin(legacy("")).exits(2);
    assert!(ran.prose().contains("a.csv:2") && ran.prose().contains("b.csv:2"), "{}", ran.err());
    // Two rows that agree are one.
    place.file("b.csv", format!("embed_id,org,workbook_id\n{EMBED_UUID},acme,{WORKBOOK}\n"));
    place.bare("--map a.csv --map b.csv").stdin(legacy("")).exits(0);
}

#[test]
fn a_map_that_cannot_be_read_says_what_is_wrong_with_it() {
    let place = Place::new();
    place
        .file("column.csv", format!("embed_id,org,workbok_id\n{EMBED},acme,{WORKBOOK}\n"))
        .file("empty.csv", "")
        .file("broken.json", "[{\"embed_id\":")
        .file("broken.toml", "[[embed]\n")
        .file("bytes.csv", b"embed_id,org,workbook_id\n\xff,a,b\n");
    for (map, text) in [
        ("column.csv", "workbook_id"),
        ("empty.csv", "empty"),
        ("broken.json", "broken.json:1"),
        ("broken.toml", "broken.toml:1"),
        ("bytes.csv", "UTF-8"),
        ("missing.csv", "missing.csv"),
        (".", "directory"),
    ] {
        let ran = place.bare(&format!("--map {map}")).stdin(legacy("")).exits(2);
        assert!(ran.prose().contains(text), "{map}: {}", ran.err());
        assert!(ran.stdout.is_empty());
    }
    for slug in ["a/b", "../x", "a?b", "a b", ""] {
        place.bare("--org").arg(slug).stdin(legacy("")).exits(2);
    }
}

// ---- anything ----

/// Randomness that is none.
struct Zeros;

impl Entropy for Zeros {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy> {
        buffer.fill(0);
        Ok(())
    }
}

/// Judges and converts one row through the library; the new URL, if there is one.
fn through_the_library(row: &[u8], internal: bool) -> Option<Vec<u8>> {
    let map = EmbedMap::default();
    let targets = Targets::new(&map, Some("acme".to_owned()), Some(WORKBOOK));
    let credentials = Credentials::one(Secret::new(b"s".to_vec()).unwrap(), None);
    let user = if internal { UserKind::Internal } else { UserKind::Embed };
    let mut context = Context::none();
    context.embeds = Some(&targets);
    context.converting = true;
    context.user = user;
    context.keep_unknown = true;
    let options = Options {
        token_id: TokenId::Fresh,
        now: NOW,
        issued_at: IssuedAt::Url,
        lifetime: None,
        version_1_1: false,
        user,
        client_id: None,
        account_type: None,
        trust_input: true,
        encrypt_oauth_token: Encrypt::All,
    };
    let mut scratch = Scratch::default();
    let judgement = judge(row, &context, &mut scratch);
    let length = u32::try_from(row.len()).unwrap();
    for finding in judgement.findings.iter() {
        assert!(finding.span.start <= finding.span.end && finding.span.end <= length);
    }
    if judgement.kind != Kind::LegacySigned {
        return None;
    }
    let mut converter = UrlConverter::new(&options, &targets, &credentials, Zeros);
    let mut out = b"before".to_vec();
    // Whatever the findings say: a caller may have silenced them.
    if converter.convert(&judgement, &mut out).is_ok() {
        return Some(out.split_off(6));
    }
    assert_eq!(out, b"before", "an error leaves nothing behind");
    None
}

/// A row that looks like a legacy URL with anything for its parameters.
fn legacy_like() -> impl Strategy<Value = Vec<u8>> {
    let names = prop::sample::select(vec![
        ":nonce",
        ":client_id",
        ":email",
        ":time",
        ":session_length",
        ":teams",
        ":user_attributes",
        ":external_user_team",
        ":ua_a",
        "%3Aua_b",
        ":oauth_token",
        ":theme",
        ":show_footer",
        "x",
        ":signature",
        ":menu_position",
        ":",
        "",
        ":unknown",
        "%",
    ]);
    let value = prop_oneof![
        "[ -~]{0,12}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..12),
        prop::sample::select(vec![
            "a@b.c",
            "1",
            "%7B%22a%22:%22b%22%7D",
            "[%22a%22]",
            "%",
            "%41",
            ""
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop::collection::vec((names, value), 0..12).prop_map(|pairs| {
        let mut row = format!("https://app.sigmacomputing.com/embed/{EMBED}?").into_bytes();
        for (name, value) in pairs {
            row.extend_from_slice(name.as_bytes());
            row.push(b'=');
            row.extend(value);
            row.push(b'&');
        }
        row
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(row in prop::collection::vec(any::<u8>(), 0..200)) {
        through_the_library(&row, false);
    }

    #[test]
    fn whatever_comes_out_is_a_url_on_one_line(row in legacy_like(), internal in any::<bool>()) {
        if let Some(new) = through_the_library(&row, internal) {
            let new = String::from_utf8(new).expect("a new URL is text");
            prop_assert!(!new.contains(char::is_whitespace) && !new.contains(char::is_control), "{new:?}");
            let parsed = url::Url::parse(&new).expect("another parser reads it");
            prop_assert_eq!(parsed.path(), format!("/acme/workbook/{WORKBOOK}"));
            prop_assert_eq!(cut(&new).token.split('.').count(), 3);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn as_many_lines_come_out_as_rows_went_in(
        rows in prop::collection::vec(prop_oneof![
            legacy_like().prop_map(|row| row.into_iter().filter(|b| *b != b'\n').collect()),
            prop::collection::vec(any::<u8>().prop_filter("line ends", |b| *b != b'\n'), 1..40),
        ], 1..20)
    ) {
        // Rows that are blank or comments are none; a first byte keeps these from being either.
        let list: Vec<u8> = rows.iter().flat_map(|row: &Vec<u8>| [b"h", &row[..], b"\n"].concat()).collect();
        let ran = Place::new().convert("-q").stdin(&list).done();
        prop_assert!(ran.status == Some(0) || ran.status == Some(1), "{}", ran.err());
        let lines = ran.stdout.iter().fold(0, |n, byte| n + usize::from(*byte == b'\n'));
        prop_assert_eq!(lines, rows.len());
    }
}
