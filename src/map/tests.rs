//! What a map file may look like, and what is read from it.

use std::path::{Path, PathBuf};

use super::*;

pub(super) const EMBED: &str = "1-7CbVjjUMMTKQpYa2E7NwkI";
pub(super) const EMBED_BARE: &str = "7CbVjjUMMTKQpYa2E7NwkI";
pub(super) const EMBED_UUID: &str = "fa3cecb4-a9b5-4d81-9bcf-1bea81678fec";
pub(super) const WORKBOOK: &str = "r0WXMPpc0YtQCTFR7CdDK";
pub(super) const WORKBOOK_UUID: &str = "0e51172a-a4c0-4954-8c8c-9d854dcf4434";

/// A map of one file called `m`.
pub(super) fn read(text: &str, format: Format) -> Result<EmbedMap, MapError> {
    let mut map = EmbedMap::default();
    map.parse("m", text.as_bytes(), format)?;
    Ok(map)
}

fn csv(text: &str) -> EmbedMap {
    read(text, Format::Csv).unwrap()
}

fn json(text: &str) -> EmbedMap {
    read(text, Format::Json).unwrap()
}

/// One entry as `embed org workbook target public`, whatever the line it stood on.
fn line(entry: &Entry) -> String {
    let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let target = match &entry.target {
        Target::Workbook => "whole".to_owned(),
        Target::Page(id) => format!("page:{id}"),
        Target::Element(id) => format!("element:{id}"),
    };
    let public = if entry.public { "public" } else { "private" };
    let (org, workbook) = (or(&entry.org), or(&entry.workbook_id));
    let name = or(&entry.workbook_name);
    format!("{} {org} {workbook} {name} {target} {public}", entry.embed_id)
}

fn lines(map: &EmbedMap) -> Vec<String> {
    map.entries().map(line).collect()
}

fn only(map: &EmbedMap) -> &Entry {
    assert_eq!(map.len(), 1);
    map.entries().next().unwrap()
}

#[test]
fn every_format_gives_the_same_map() {
    let expected = [
        format!("{EMBED} acme {WORKBOOK} Sales whole private"),
        "1-b acme wb - page:p1 private".to_owned(),
        "1-a - - - whole public".to_owned(),
    ];
    let w = WORKBOOK;
    let e = EMBED;
    let csv = format!(
        "embed_id,org,workbook_id,workbook_name,page_id,public\n\
         {e},acme,{w},Sales,,\n1-b,acme,wb,,p1,no\n1-a,,,,,true\n"
    );
    let json_rows = [
        format!(r#"{{"embed_id":"{e}","org":"acme","workbook_id":"{w}","workbook_name":"Sales"}}"#),
        r#"{"embed_id":"1-b","org":"acme","workbook_id":"wb","page_id":"p1","public":false}"#
            .into(),
        r#"{"embed_id":"1-a","org":null,"workbook_id":"","public":true}"#.into(),
    ];
    let rows = json_rows.join(",\n");
    let texts = [
        (Format::Csv, csv.clone()),
        (Format::Csv, csv.replace(',', ";")),
        (Format::Tsv, csv.replace(',', "\t")),
        (Format::Csv, csv.replace(',', "\t")),
        (Format::Json, format!("[{rows}]")),
        (Format::Json, format!("{{\"embeds\": [{rows}]}}")),
        (Format::Json, json_rows.join("\n")),
        (
            Format::Json,
            format!(
                r#"{{"{e}": {{"org":"acme","workbook_id":"{w}","workbook_name":"Sales"}},
                 "1-b": {{"org":"acme","workbook_id":"wb","page_id":"p1"}}, "1-a": {{"public":true}}}}"#
            ),
        ),
        (
            Format::Toml,
            format!(
                "[[embed]]\nembed_id = '{e}'\norg = 'acme'\nworkbook_id = '{w}'\nworkbook_name = 'Sales'\n\
                 [[embed]]\nembed_id = '1-b'\norg = 'acme'\nworkbook_id = 'wb'\npage_id = 'p1'\n\
                 [[embed]]\nembed_id = '1-a'\npublic = true\n"
            ),
        ),
        (
            Format::Toml,
            format!(
                "# keyed\n[\"{e}\"]\norg = 'acme'\nworkbook_id = '{w}'\nworkbook_name = 'Sales'\n\n\
                 [1-b]\norg = 'acme'\nworkbook_id = 'wb'\npage_id = 'p1'\n[1-a]\npublic = true\n"
            ),
        ),
    ];
    for (format, text) in texts {
        assert_eq!(lines(&read(&text, format).unwrap()), expected, "{text}");
        if format != Format::Tsv {
            assert_eq!(Format::of_content(text.as_bytes()), format, "{text}");
        }
    }
}

#[test]
fn an_embed_is_found_by_any_spelling_of_its_id() {
    for written in [EMBED, EMBED_BARE, EMBED_UUID] {
        let map = csv(&format!("embed_id,org,workbook_id\n{written},acme,wb\n"));
        for asked in [EMBED, EMBED_BARE, EMBED_UUID] {
            let entry = map.get(asked.as_bytes()).unwrap();
            assert_eq!(entry.embed_id, written);
        }
        assert!(map.get(b"1-4JRFW1HThPI1K3YTjouXI7").is_none());
        assert!(map.get(b"").is_none());
    }
}

#[test]
fn a_workbook_id_is_brought_into_url_form() {
    for written in [WORKBOOK, WORKBOOK_UUID, "Embed_API-r0WXMPpc0YtQCTFR7CdDK"] {
        let map = csv(&format!("embed_id,org,workbook_id\n1-a,acme,{written}\n"));
        assert_eq!(only(&map).workbook_id.as_deref(), Some(WORKBOOK), "{written}");
    }
}

#[test]
fn a_whole_embed_url_is_its_id() {
    for url in [
        format!("https://app.sigmacomputing.com/embed/{EMBED}"),
        format!("https://app.sigmacomputing.com/embed/{EMBED}/tag/prod?:nonce=1"),
        format!("https://app.sigmacomputing.com/embed/{EMBED}&:nonce=1"),
        format!("/embed/{EMBED}"),
    ] {
        let map = csv(&format!("embed_id,org,workbook_id\n{url},acme,wb\n"));
        assert_eq!(only(&map).embed_id, EMBED, "{url}");
    }
}

#[test]
fn a_whole_workbook_url_gives_org_workbook_and_part() {
    let base = "https://app.sigmacomputing.com/acme/workbook";
    for (url, target) in [
        (format!("{base}/{WORKBOOK}"), Target::Workbook),
        (format!("{base}/My%20Sales-{WORKBOOK}/"), Target::Workbook),
        (format!("{base}/Sales-{WORKBOOK}/edit"), Target::Workbook),
        (format!("{base}/Sales-{WORKBOOK}/edit?:nodeId=x"), Target::Page("x".into())),
        (format!("{base}/Sales-{WORKBOOK}?%3AnodeId=x"), Target::Page("x".into())),
        (format!("{base}/Sales-{WORKBOOK}/page/p1"), Target::Page("p1".into())),
        (format!("{base}/{WORKBOOK}/element/e1?:nodeId=e1"), Target::Element("e1".into())),
    ] {
        for org in ["", "acme"] {
            let map = csv(&format!("embed_id,org,workbook_id\n1-a,{org},{url}\n"));
            let entry = only(&map);
            assert_eq!(entry.org.as_deref(), Some("acme"), "{url}");
            assert_eq!(entry.workbook_id.as_deref(), Some(WORKBOOK), "{url}");
            assert_eq!(entry.target, target, "{url}");
        }
    }
}

#[test]
fn a_node_of_a_browsers_url_is_what_the_columns_say_it_is() {
    let url = format!("https://app.sigmacomputing.com/acme/workbook/{WORKBOOK}?:nodeId=n1");
    for (columns, target) in [
        (",", Target::Page("n1".into())),
        ("n1,", Target::Page("n1".into())),
        (",n1", Target::Element("n1".into())),
    ] {
        let map =
            csv(&format!("embed_id,org,workbook_id,page_id,element_id\n1-a,,{url},{columns}\n"));
        assert_eq!(only(&map).target, target, "{columns}");
    }
}

#[test]
fn a_page_or_an_element_is_the_target() {
    let map = csv("embed_id,org,workbook_id,page_id,element_id\n1-a,o,w,p,\n1-b,o,w,,e\n1-c,o,w\n");
    let targets: Vec<_> = map.entries().map(|entry| entry.target.clone()).collect();
    assert_eq!(targets, [Target::Page("p".into()), Target::Element("e".into()), Target::Workbook]);
}

#[test]
fn public_is_written_in_many_ways_and_needs_no_workbook() {
    let map =
        csv("embed_id,workbook_id,public\na,,true\nb,,YES\nc,,1\nd,w,False\ne,w,no\nf,w,0\ng,w,\n");
    let public: Vec<_> = map.entries().map(|entry| entry.public).collect();
    assert_eq!(public, [true, true, true, false, false, false, false]);
    assert!(map.entries().all(|entry| !entry.is_unmapped()));
}

#[test]
fn a_blank_of_a_skeleton_is_kept_but_unmapped() {
    let map = csv(&format!("embed_id,org,workbook_id\n{EMBED},,\n"));
    let entry = map.get(EMBED.as_bytes()).unwrap();
    assert_eq!(entry.workbook_id, None);
    assert!(entry.is_unmapped());
}

#[test]
fn what_spreadsheets_do_to_a_table_does_not_matter() {
    let plain = csv("embed_id,org,workbook_id\n1-a,acme,w\n");
    for text in [
        "\u{feff}embed_id,org,workbook_id\r\n1-a,acme,w\r\n",
        "embed_id,org,workbook_id\r1-a,acme,w\r",
        "embed_id,org,workbook_id\n1-a,acme,w",
        "\n\n embed_id , org,workbook_id \n\n , ,\n 1-a ,acme , w\n\n",
        "\"embed_id\",\"org\",\"workbook_id\"\n\"1-a\",\"acme\",\"w\"\n",
        "owner,workbook_id,Notes,embed_id,org\nAnn,w,\"a, b\nand \"\"c\"\"\",1-a,acme\nBob,,later,,\n",
        "embed_id,org,workbook_id\n1-a,acme,w,,\n",
    ] {
        assert_eq!(lines(&csv(text)), lines(&plain), "{text:?}");
    }
}

#[test]
fn the_org_column_may_be_missing() {
    assert_eq!(only(&csv("embed_id,workbook_id\n1-a,w\n")).org, None);
}

#[test]
fn a_map_without_rows_is_empty_but_no_error() {
    assert!(csv("embed_id,workbook_id\n").is_empty());
    assert!(json("[]").is_empty());
    assert!(json("{}").is_empty());
    assert!(json(r#"{"embeds": []}"#).is_empty());
}

#[test]
fn entries_know_their_lines_and_come_in_their_order() {
    let places = |text: &str, format| -> Vec<String> {
        let map = read(text, format).unwrap();
        map.entries().map(|entry| format!("{} {}", entry.place, entry.embed_id)).collect()
    };
    let expected = ["m:2 z", "m:4 y", "m:7 a"];
    assert_eq!(
        places("embed_id,workbook_id,n\nz,w\n\r\ny,w,\"\n\n\"\na,w\n", Format::Csv),
        expected
    );
    assert_eq!(places("{\n\"z\":{},\n\n\"y\":{\n},\n\n\"a\":{}}", Format::Json), expected);
    assert_eq!(places("\n[z]\n\n[y]\n\n\n[a]\n", Format::Toml), expected);
    assert_eq!(
        places(
            "\n[[embed]]\nembed_id='z'\n[[embed]]\nembed_id='y'\n\n[[embed]]\nembed_id='a'",
            Format::Toml
        ),
        ["m:2 z", "m:4 y", "m:7 a"]
    );
}

#[test]
fn a_key_written_with_escapes_is_the_same_key() {
    let map = json(r#"[{"embed\u005fid": "1-\u0061", "org": "acme", "workbook_id": "w"}]"#);
    assert_eq!(only(&map).embed_id, "1-a");
}

#[test]
fn the_only_org_is_the_one_that_all_name_who_name_one() {
    let org = |rows: &str| {
        let map = csv(&format!("embed_id,org,workbook_id\n{rows}"));
        map.only_org().map(str::to_owned)
    };
    assert_eq!(org("a,acme,w\nb,,w\nc,acme,w\n").as_deref(), Some("acme"));
    assert_eq!(org("a,acme,w\nb,other,w\n"), None);
    assert_eq!(org("a,,w\n"), None);
}

#[test]
fn several_files_become_one_map() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| -> PathBuf {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let mut map = EmbedMap::default();
    for path in [
        put("b.csv", "embed_id,workbook_id\n1-b,w\n"),
        put("a.JSON", r#"[{"embed_id": "1-a", "workbook_id": "w"}]"#),
        put("map", "[[embed]]\nembed_id = '1-c'\nworkbook_id = 'w'\n"),
    ] {
        map.load(&path).unwrap();
    }
    let ids: Vec<_> = map.entries().map(|entry| entry.embed_id.as_str()).collect();
    assert_eq!(ids, ["1-b", "1-a", "1-c"]);
    let file = &map.get(b"1-a").unwrap().place.file;
    assert_eq!(Path::new(file.as_ref()), dir.path().join("a.JSON"));
}
