//! What is wrong with a map file is said with its place, the value, and what to do.

use std::path::Path;

use miette::Diagnostic as _;

use super::tests::{EMBED, EMBED_BARE, EMBED_UUID, WORKBOOK, WORKBOOK_UUID, read};
use super::*;

/// The message and the help, as one text.
pub(super) fn told(error: &MapError) -> String {
    format!("{error} | {}", error.help().unwrap())
}

fn refused(text: &str, format: Format) -> String {
    told(&read(text, format).unwrap_err())
}

pub(super) fn assert_has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}

#[test]
fn a_missing_column_is_named_with_what_was_probably_meant() {
    for (header, missing, near) in [
        ("embedId,org,workbook_id", "`embed_id`", "by `embedId`"),
        ("embed_id,org,workbookId", "`workbook_id`", "by `workbookId`"),
        ("embed_id,org,workbook,workbook_name", "`workbook_id`", "by `workbook`"),
        ("embed,workbook_id", "`embed_id`", "by `embed`"),
    ] {
        let said = refused(&format!("{header}\n1-a,acme,w\n"), Format::Csv);
        let first = header.split(',').next().unwrap();
        assert_has(&said, &["m:1", missing, near, &format!("columns are `{first}`")]);
    }
}

#[test]
fn of_a_file_that_is_no_map_nothing_is_shown() {
    let said = refused("demo-embed-secret\n", Format::Csv);
    assert_has(&said, &["m:1", "this is not a map", "embed_id,org,workbook_id"]);
    assert!(!said.contains("demo"), "{said}");
}

#[test]
fn a_column_that_is_only_respelled_is_not_taken_for_a_note() {
    let said = refused("embed_id,workbook_id,pageId\n1-a,w,p\n", Format::Csv);
    assert_has(&said, &["m:1", "`pageId`", "did you mean `page_id`?"]);
    let both = read("embed_id,workbook_id,org,Org\n1-a,w,acme,x\n", Format::Csv).unwrap();
    assert_eq!(both.only_org(), Some("acme"));
}

#[test]
fn a_column_or_key_given_twice_is_refused() {
    let said = refused("embed_id,workbook_id,org,org\n", Format::Csv);
    assert_has(&said, &["m:1", "`org` is given twice"]);
    let said = refused("[{\"embed_id\":\"a\",\n\"org\":\"x\",\n\"org\":\"y\"}]", Format::Json);
    assert_has(&said, &["m:3", "`org` is given twice"]);
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_known_one() {
    let json = "[\n{\"embed_id\": \"a\", \"workbookId\": \"w\"}]";
    let toml = "[[embed]]\nembedd_id = 'a'\n";
    let lone = "{\"embedId\": \"1-a\"}";
    assert_has(&refused(json, Format::Json), &["m:2", "`workbookId`", "`workbook_id`?"]);
    assert_has(&refused(toml, Format::Toml), &["m:2", "`embedd_id`", "`embed_id`?"]);
    assert_has(&refused(lone, Format::Json), &["m:1", "`embedId`", "`embed_id`?"]);
    let said = refused("[a]\ncolour = 'red'\n", Format::Toml);
    assert_has(&said, &["m:2", "`colour`", "the names are embed_id, org"]);
}

#[test]
fn two_entries_that_agree_are_one_and_the_first_is_kept() {
    let text = format!(
        "embed_id,org,workbook_id,workbook_name\n\
         {EMBED},acme,{WORKBOOK},\n{EMBED_UUID},acme,{WORKBOOK_UUID},Sales\n{EMBED_BARE},acme,{WORKBOOK},\n"
    );
    let map = read(&text, Format::Csv).unwrap();
    assert_eq!(map.len(), 1);
    assert_eq!(map.get(EMBED.as_bytes()).unwrap().place.line, 2);
}

#[test]
fn two_entries_that_differ_are_named_both() {
    let text =
        format!("embed_id,org,workbook_id\n{EMBED},acme,w1\n1-b,acme,w\n{EMBED_UUID},other,w2\n");
    let said = refused(&text, Format::Csv);
    assert_has(&said, &["m:2 and m:4", EMBED_UUID, "org is `acme`, then `other`"]);
    assert_has(&said, &["workbook_id is `w1`, then `w2`"]);
}

#[test]
fn each_difference_counts_but_a_name_only_against_a_name() {
    for (one, two, differs) in [
        (",,,", ",p,,", Some("page_id is empty, then `p`")),
        (",,e,", ",,f,", Some("element_id is `e`, then `f`")),
        (",,,yes", ",,,", Some("public is `true`, then `false`")),
        ("A,,,", "B,,,", Some("workbook_name is `A`, then `B`")),
        ("A,,,", ",,,", None),
    ] {
        let text = format!(
            "embed_id,workbook_id,workbook_name,page_id,element_id,public\na,w,{one}\na,w,{two}\n"
        );
        match (read(&text, Format::Csv), differs) {
            (Ok(map), None) => assert_eq!(map.len(), 1),
            (Err(error), Some(differs)) => assert_has(&error.to_string(), &[differs]),
            (result, _) => panic!("{text}: {result:?}"),
        }
    }
}

#[test]
fn files_may_not_contradict_each_other_and_the_map_stays_as_it_was() {
    let mut map = EmbedMap::default();
    map.parse("a.csv", b"embed_id,workbook_id\n1-a,w\n", Format::Csv).unwrap();
    let second = b"[x]\nworkbook_id = 'w'\n[1-a]\nworkbook_id = 'v'\n";
    let error = map.parse("b.toml", second, Format::Toml).unwrap_err();
    assert_has(&error.to_string(), &["a.csv:2 and b.toml:3"]);
    assert_eq!(map.len(), 1);
    assert!(map.get(b"x").is_none());
    assert_eq!(map.get(b"1-a").unwrap().workbook_id.as_deref(), Some("w"));
}

#[test]
fn a_value_that_cannot_stand_in_a_path_is_refused() {
    for (row, parts) in [
        ("1-a,https://app.sigmacomputing.com/acme,w", ["org", "holds `:`", "only the slug"]),
        ("1-a,/acme,w", ["org `/acme`", "holds `/`", "only the slug"]),
        ("1-a,a b,w", ["org `a b`", "holds a space", "only the slug"]),
        ("1-a,..,w", ["org `..`", "cannot be part of a path", "only the slug"]),
        ("1-a,acme,w?x", ["workbook_id `w?x`", "holds `?`", "whole URL"]),
        ("1-a,acme,x/r0WXMPpc0YtQCTFR7CdDK", ["workbook_id", "holds `/`", "whole URL"]),
        ("1-a,acme,wörk", ["workbook_id", "holds `ö`", "whole URL"]),
        ("1-a,acme,w,p/q", ["page_id `p/q`", "holds `/`", "only letters"]),
        ("1-a,acme,w,,e%20", ["element_id `e%20`", "holds `%`", "only letters"]),
        ("1-a,acme,w,p,e", ["element_id `e`", "together with a page_id", "leave the other empty"]),
        ("1-a,acme,w,,,maybe", ["public `maybe`", "neither true nor false", "leave it empty"]),
        ("a/b,acme,w", ["embed_id `a/b`", "not an embed id", "follows /embed/"]),
        (",acme,w", ["m:3", "without embed_id", "follows /embed/"]),
    ] {
        let header = "embed_id,org,workbook_id,page_id,element_id,public\n1-z,acme,w\n";
        let said = refused(&format!("{header}{row}\n"), Format::Csv);
        assert_has(&said, &parts);
        assert_has(&said, &["m:3: "]);
    }
}

#[test]
fn a_workbook_url_must_be_one_and_must_not_contradict_its_row() {
    let base = "https://app.sigmacomputing.com/acme/workbook/w";
    for (row, said) in [
        (format!("other,{base},,"), "org `other` is not the `acme` of the workbook's URL"),
        (format!(",{base}/page/p,q,"), "page_id `q` is not the `p`"),
        (format!(",{base}/page/p,,e"), "element_id `e` is given together with a page_id"),
        (format!(",{base}/tag/prod,,"), "is the URL of a tagged version"),
        (format!(",{base}?:nodeId=p,q,"), "page_id `q` is not the `p`"),
        (format!(",{base}?:nodeId=p,,e"), "element_id `e` is given together with a page_id"),
        (format!(",{base}/page/p?:nodeId=q,,"), "names two pages"),
        (
            format!(",{base}?:bookmark=b,,"),
            "has the parameter `:bookmark`, which cannot be carried",
        ),
        (format!(",{base}?Region=West,,"), "has the parameter `Region`, which cannot be carried"),
        (format!(",{base}#x,,"), "has a part behind `#`"),
        (",https://app.sigmacomputing.com/acme/dashboard/w,,".into(), "not the URL of a workbook"),
        (",https://app.sigmacomputing.com//workbook/w,,".into(), "not the URL of a workbook"),
        (
            ",https://app.sigmacomputing.com/a b/workbook/w,,".into(),
            "a part that cannot be in a path",
        ),
    ] {
        let text = format!("embed_id,org,workbook_id,page_id,element_id\n1-a,{row}\n");
        assert_has(&refused(&text, Format::Csv), &["m:2", said]);
    }
}

#[test]
fn a_token_or_a_secret_in_a_workbook_cell_is_refused_and_not_repeated() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJlLXBsYW50ZWQ";
    let secret = "0123456789abcdef".repeat(4);
    let url = format!("https://app.sigmacomputing.com/acme/workbook/{WORKBOOK}");
    for cell in [token.to_owned(), secret.clone(), format!("{url}?:jwt={token}&:embed=true")] {
        let error = read(&format!("embed_id,org,workbook_id\n1-a,acme,{cell}\n"), Format::Csv);
        let error = error.unwrap_err();
        let said = format!("{} {:?}", told(&error), miette::Report::new(error));
        assert_has(&said, &["m:2", "workbook_id"]);
        for hidden in [&token[8..], &secret[8..]] {
            assert!(!said.contains(hidden), "{said}");
        }
    }
}

#[test]
fn an_embed_id_is_no_workbook_id() {
    for id in [EMBED, EMBED_UUID, EMBED_BARE] {
        let text = format!("embed_id,workbook_id\n{EMBED},{id}\n");
        assert_has(&refused(&text, Format::Csv), &["m:2", "is an embed id"]);
    }
}

#[test]
fn a_row_that_slipped_is_refused() {
    let said = refused("embed_id,workbook_name,workbook_id\na,Sales, EU,w\n", Format::Csv);
    assert_has(&said, &["m:2", "4 cells under 3 columns", "double quotes"]);
    let said = refused("embed_id,workbook_id,note\na,w,\"x\nb,w,y\nc,w,z\n", Format::Csv);
    assert_has(&said, &["m:2", "not valid CSV", "not closed"]);
}

#[test]
fn what_is_no_map_is_refused_with_its_line() {
    for (format, text, parts) in [
        (Format::Json, "[\n{\"embed_id\": }]", ["m:2", "not valid JSON", "extension"]),
        (Format::Json, "[{}", ["m:1", "not valid JSON", "EOF"]),
        (Format::Json, "[\n{\"embed_id\":\"\\ud800\"}]", ["m:2", "not valid JSON", "extension"]),
        (Format::Json, "[\"1-a\"]", ["m:1", "a string where an entry belongs", "[[embed]]"]),
        (Format::Json, "{\"1-a\":\n7}", ["m:1", "`1-a` is a number", "keyed by embed id"]),
        (Format::Json, "[{\"embed_id\":\n7}]", ["m:2", "embed_id is a number", "as a string"]),
        (Format::Json, "[{\"embed_id\":[[[1]]]}]", ["m:1", "embed_id is a list", "as a string"]),
        (
            Format::Json,
            "[{\"embed_id\":\"a\",\"public\":2}]",
            ["m:1", "public is", "true or false"],
        ),
        (Format::Json, "[{\"org\":\"a\"}]", ["m:1", "without embed_id", "/embed/"]),
        (Format::Json, "[] []", ["m:1", "a list where", "an array"]),
        (Format::Json, "{\"a\":{\"embed_id\":\"b\"}}", ["m:1", "another embed_id: `b`", "leave"]),
        (Format::Toml, "[[embed]]\nembed_id = \n", ["m:2", "not valid TOML", "extension"]),
        (Format::Toml, "[a]\n[a]\n", ["m:2", "not valid TOML", "extension"]),
        (Format::Toml, "[a]\norg = 2026-01-01\n", ["m:2", "org is a date", "as a string"]),
        (Format::Csv, "  \n\n", ["m: ", "empty", "embed_id,org,workbook_id"]),
        (Format::Json, "", ["m: ", "empty", "embed_id,org,workbook_id"]),
    ] {
        assert_has(&refused(text, format), &parts);
    }
}

#[test]
fn bytes_that_are_not_utf8_are_named_by_line() {
    let mut map = EmbedMap::default();
    let latin1 = b"embed_id,workbook_id,note\n1-a,w,caf\xE9\n";
    let error = map.parse("m", latin1, Format::Csv).unwrap_err();
    assert_has(&told(&error), &["m:2: not UTF-8", "CSV UTF-8"]);
    let utf16 = b"\xFF\xFEe\0m\0";
    let error = map.parse("m", utf16, Format::Csv).unwrap_err();
    assert_has(&told(&error), &["m:1: not UTF-8"]);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let mut map = EmbedMap::default();
    let dir = tempfile::tempdir().unwrap();
    let error = map.load(dir.path()).unwrap_err();
    assert_has(&told(&error), &["is a directory", "its own --map"]);
    let error = map.load(&dir.path().join("none.csv")).unwrap_err();
    assert_has(&told(&error), &["none.csv: cannot read", "check the path"]);
    assert!(std::error::Error::source(&error).is_some());
    let big = dir.path().join("big.csv");
    std::fs::File::create(&big).unwrap().set_len(MAX_BYTES + 1).unwrap();
    assert_has(&told(&map.load(&big).unwrap_err()), &["larger than 64 MiB"]);
    #[cfg(unix)]
    if Path::new("/dev/null").exists() {
        let error = map.load(Path::new("/dev/null")).unwrap_err();
        assert_has(&error.to_string(), &["empty"]);
    }
}

#[test]
fn an_entry_from_elsewhere_obeys_the_same_rule() {
    let mut map = read("embed_id,workbook_id\n1-a,w\n", Format::Csv).unwrap();
    let mut entry = map.get(b"1-a").unwrap().clone();
    entry.place.line = 9;
    map.insert(entry.clone()).unwrap();
    assert_eq!(map.get(b"1-a").unwrap().place.line, 2);
    entry.workbook_id = None;
    let error = map.insert(entry).unwrap_err();
    assert_has(&told(&error), &["m:2 and m:9", "`w`, then empty", "keep the right one"]);
}

#[test]
fn a_map_in_toml_is_smaller_and_no_map_has_more_embeds_than_its_limit() {
    let mut map = EmbedMap::default();
    let comments = "#\n".repeat(4 << 20) + "#";
    let error = map.parse("m.toml", comments.as_bytes(), Format::Toml).unwrap_err();
    assert!(error.to_string().contains("larger than 4 MiB"), "{error}");
    let rows: Vec<_> = (0..=MAX_ENTRIES).map(|n| format!("e{n},,\n")).collect();
    let text = format!("embed_id,org,workbook_id\n{}", rows.concat());
    let error = map.parse("m.csv", text.as_bytes(), Format::Csv).unwrap_err();
    assert!(error.to_string().contains("m.csv:100002: more than 100000 embeds"), "{error}");
    assert!(map.is_empty());
}
