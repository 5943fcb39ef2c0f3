//! `convert`: lists in, new URLs out, row for row; where URLs lead; what their tokens say.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::support::{
    EMBED, EMBED_UUID, Place, Ran, TARGET, WORKBOOK, WORKBOOK_UUID, claims, cut, findings, legacy,
    severity_of, sign, unsigned,
};

/// The new URL has this base.
#[track_caller]
fn leads_to(ran: &Ran, base: &str) {
    assert_eq!(cut(ran.lines()[0]).base, base);
}

fn address(url: &str) -> String {
    claims(url)["sub"].as_str().unwrap().to_owned()
}

/// The URL of a user of this name.
fn of(name: &str) -> String {
    sign(&unsigned().replace("ann@", &format!("{name}@")))
}

// ---- lists ----

#[test]
fn lines_in_lines_out_row_for_row() {
    let text = format!(
        "# a comment\n\n{}\nnot a URL\n  \nhttps://example.com/x\n{}\n",
        of("ann"),
        of("bob")
    );
    let ran = Place::new().convert("").stdin(text).exits(1);
    let lines = ran.lines();
    assert_eq!(lines.len(), 4);
    assert_eq!(address(lines[0]), "ann@example.com");
    assert_eq!(lines[1], "", "a URL that is not converted is an empty line");
    assert_eq!(lines[2], "https://example.com/x", "what is no legacy URL is printed as it came");
    assert_eq!(address(lines[3]), "bob@example.com");
    assert!(ran.out().ends_with('\n'));
}

#[test]
fn the_whole_new_url_is_base_token_embed_and_the_rest() {
    let ran = Place::new().convert("").stdin(format!("{}#top", legacy("&Store=West"))).exits(0);
    let url = ran.lines()[0];
    let token = cut(url).token;
    assert_eq!(url, format!("{TARGET}?:jwt={token}&:embed=true&:menu_position=top&Store=West#top"));
}

#[test]
fn standard_input_is_read_without_a_file_or_for_a_dash() {
    let place = Place::new();
    place.file("first.txt", of("first")).file("last.txt", of("last"));
    let ran = place.convert("").stdin(of("ann")).exits(0);
    assert_eq!(address(ran.lines()[0]), "ann@example.com");
    let ran = place.convert("first.txt - last.txt --format ndjson").stdin(of("ann")).exits(0);
    let records = ran.records();
    let seen: Vec<_> = records
        .iter()
        .map(|r| (r["source"].as_str().unwrap(), r["claims"]["sub"].as_str().unwrap()))
        .collect();
    assert_eq!(
        seen,
        [
            ("first.txt", "first@example.com"),
            ("<stdin>", "ann@example.com"),
            ("last.txt", "last@example.com")
        ]
    );
    let twice = place.convert("- -").stdin(of("ann")).exits(2);
    assert!(twice.err().contains("twice"), "{}", twice.err());
}

#[test]
fn a_dash_only_means_standard_input_where_a_file_is_named() {
    let place = Place::new();
    place.file("-", of("file"));
    let ran = place.convert("./-").stdin(of("stdin")).exits(0);
    assert_eq!(address(ran.lines()[0]), "file@example.com");
}

#[test]
fn tables_and_objects_name_their_field() {
    let place = Place::new();
    let url = of("ann");
    place
        .file("a.csv", format!("id,url\n1,\"{url}\"\n"))
        .file("a.tsv", format!("url\tid\n{url}\t1\n"))
        .file("a.jsonl", format!("{{\"id\":1,\"url\":\"{}\"}}\n", url.replace('/', "\\/")))
        .file("plain", format!("id\turl\n1\t{url}\n"));
    for file in ["a.csv", "a.tsv", "a.jsonl", "--input-format tsv plain"] {
        let ran = place.convert(file).exits(0);
        assert_eq!(address(ran.lines()[0]), "ann@example.com", "{file}");
    }
    place.file("b.csv", format!("id,Embed Link\n1,{url}\n"));
    let ran = place.convert("b.csv --field").arg("Embed Link").exits(0);
    assert_eq!(address(ran.lines()[0]), "ann@example.com");
    let ran = place.convert("b.csv").exits(2);
    assert!(ran.prose().contains("no column `url`"), "{}", ran.err());
    assert!(ran.prose().contains("Embed Link"), "{}", ran.err());
    assert!(ran.stdout.is_empty());
}

#[test]
fn lists_are_read_in_every_encoding_and_compression_they_come_in() {
    let text = format!("{}\n{}\n", of("ann"), of("bob"));
    let utf16 = |big: bool| -> Vec<u8> {
        let unit = |u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() };
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
    };
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    let cases = [
        ("with a mark", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("with other line ends", text.replace('\n', "\r\n").into_bytes()),
        ("without the last line end", text.trim_end().as_bytes().to_vec()),
        ("UTF-16, little end first", utf16(false)),
        ("UTF-16, big end first", utf16(true)),
        ("gzip", gzip.finish().unwrap()),
        ("zstd", zstd(text.as_bytes())),
    ];
    let wanted = Place::new().convert("").stdin(&text).exits(0).stdout;
    assert_eq!(String::from_utf8_lossy(&wanted).lines().count(), 2);
    for (what, bytes) in cases {
        let place = Place::new();
        place.file("list.txt", &bytes);
        assert_eq!(place.convert("list.txt").exits(0).stdout, wanted, "{what}, from a file");
        assert_eq!(place.convert("").stdin(&bytes).exits(0).stdout, wanted, "{what}, from a pipe");
    }
}

/// A zstd frame (RFC 8878) of one raw block: magic number, a header with the size in four bytes, the block.
fn zstd(content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len()).unwrap();
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0b1010_0000];
    frame.extend(size.to_le_bytes());
    // Three bytes: last block, raw, and its size from the fourth bit on.
    frame.extend(&(1 | size << 3).to_le_bytes()[..3]);
    frame.extend(content);
    frame
}

#[test]
fn a_compressed_list_that_is_cut_off_is_a_broken_run() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(of("ann").repeat(50).as_bytes()).unwrap();
    let bytes = gzip.finish().unwrap();
    let place = Place::new();
    place.file("list.gz", &bytes[..bytes.len() / 2]).file("out.txt", "old");
    let ran = place.convert("list.gz -o out.txt").exits(2);
    assert!(ran.prose().contains("gzip"), "{}", ran.err());
    assert_eq!(place.read("out.txt"), "old");
}

// ---- the carried columns ----

#[test]
fn csv_carries_the_other_columns_cell_for_cell() {
    let place = Place::new();
    place.file(
        "list.csv",
        format!(
            "customer,url,note\n\"Doe, \"\"J\"\"\",{},\"two\nlines\"\n x ,{},\n",
            of("ann"),
            of("bob")
        ),
    );
    let ran = place.convert("list.csv --format csv").exits(0);
    let mut table = csv::Reader::from_reader(ran.out().as_bytes());
    let header: Vec<_> = table.headers().unwrap().iter().map(str::to_owned).collect();
    let own = ["source", "line", "status", "verdict", "url", "rules", "signature", "input"];
    assert_eq!(header, [&own[..], &["customer", "note"]].concat());
    let rows: Vec<_> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    let cells = |row: &csv::StringRecord| row.iter().map(str::to_owned).collect::<Vec<_>>();
    let first = cells(&rows[0]);
    assert_eq!(first[..4], ["list.csv", "2", "converted", "lossless"]);
    assert_eq!(address(&first[4]), "ann@example.com");
    assert_eq!(first[5..7], ["deprecated-signed-url", "verified"]);
    assert_eq!(first[8..], ["Doe, \"J\"", "two\nlines"]);
    let second = cells(&rows[1]);
    assert_eq!(second[1], "4", "the first row has two lines");
    assert_eq!(second[8..], [" x ", ""]);
}

#[test]
fn a_column_with_a_name_of_ours_is_carried_under_another() {
    let place = Place::new();
    place.file("list.csv", format!("status,url,rules\nold,{},mine\n", of("ann")));
    let ran = place.convert("list.csv --format csv").exits(0);
    let header = ran.lines()[0];
    assert_eq!(
        header,
        "source,line,status,verdict,url,rules,signature,input,input.status,input.rules"
    );
    assert!(ran.lines()[1].ends_with(",old,mine"), "{}", ran.out());
    let record = place.convert("list.csv --format ndjson").exits(0).record();
    assert_eq!(record["status"], "converted");
    assert_eq!(record["input.status"], "old");
    assert_eq!(record["input.rules"], "mine");
}

#[test]
fn ndjson_carries_values_as_they_are_written() {
    let line = format!(
        r#"{{"n":1.50,"big":12345678901234567890123,"deep":{{"a":[null,true]}},"url":"{}","text":"\u00fc"}}"#,
        of("ann")
    );
    let ran = Place::new().convert("--input-format jsonl --format ndjson").stdin(line).exits(0);
    assert!(
        ran.out().contains(r#""n":1.50,"big":12345678901234567890123,"deep":{"a":[null,true]}"#),
        "{}",
        ran.out()
    );
    assert_eq!(ran.record()["text"], "ü");
}

#[test]
fn csv_of_objects_has_what_has_no_column_in_one_more() {
    let line = format!(r#"{{"id":7,"url":"{}"}}"#, of("ann"));
    let ran = Place::new().convert("--input-format jsonl --format csv").stdin(line).exits(0);
    assert!(ran.lines()[0].ends_with(",input.other"), "{}", ran.out());
    assert!(ran.lines()[1].ends_with(r#","{""id"":7}""#), "{}", ran.out());
}

#[test]
fn ndjson_has_the_shape_of_the_contract() {
    let record = Place::new()
        .convert("--format ndjson")
        .stdin(legacy("&:hide_run_as_recipient=true"))
        .exits(0)
        .record();
    assert_eq!(record["schema"], 1);
    assert_eq!(record["source"], "<stdin>");
    assert_eq!(record["line"], 1);
    assert_eq!(record["status"], "converted");
    assert_eq!(record["verdict"], "lossy");
    assert_eq!(
        record["parameters"][0],
        json!({"name":"nonce","value":"n-1","fate":"claim","target":"jti"})
    );
    let finding = record["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["rule"] == "unsupported-hide-run-as-recipient")
        .unwrap();
    let column = u64::try_from(
        legacy("&:hide_run_as_recipient=true").find(":hide_run_as_recipient").unwrap(),
    )
    .unwrap()
        + 1;
    assert_eq!(finding["column"], column);
    assert_eq!(finding["end_column"], column + 27, ":hide_run_as_recipient=true has 27 characters");
    assert_eq!(finding["parameter"], "hide_run_as_recipient");
    assert!(finding["help"].as_str().unwrap().starts_with("https://"), "{finding}");
    assert!(
        finding["suggestion"].as_str().unwrap().contains("Run exports as recipient"),
        "{finding}"
    );
}

#[test]
fn columns_count_characters_of_the_line_not_bytes() {
    let url = format!("{}&:theme=dark", unsigned().replace("Sales", "Gr%C3%BCn,grün"));
    let place = Place::new();
    place.file("list.csv", format!("kunde,url\nMüller,\"{}\"\n", sign(&url)));
    let record = place.convert("list.csv --format ndjson").exits(0).record();
    let line = format!("Müller,\"{}\"", sign(&url));
    let at = line.split(":theme").next().unwrap().chars().count() + 1;
    let finding =
        record["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "theme-case").unwrap();
    assert_eq!(finding["column"], at);
}

#[test]
fn columns_find_every_parameter_however_the_url_is_written() {
    use std::fmt::Write as _;
    // Quotes are doubled in a table and escaped in JSON, so what follows them moves.
    let mut url = unsigned();
    for n in 0..40 {
        write!(url, "&:ü{n}=\"{}\"", "é".repeat(n % 3)).unwrap();
    }
    let table = url.replace('"', "\"\"");
    let json = url.replace('"', "\\\"").replace('é', "\\u00e9");
    for (name, list, quote) in [
        ("list.txt", url.clone(), "\""),
        ("list.csv", format!("ort,url\n\"zwei\nMünchen\",\"{table}\"\n"), "\"\""),
        ("list.jsonl", format!("{{\"ort\":\"München\",\"url\":\"{json}\"}}"), "\\\""),
    ] {
        let place = Place::new();
        place.file(name, &list);
        let record = place.convert(&format!("{name} --format ndjson")).exits(0).record();
        let line = list.lines().nth(usize::try_from(record["line"].as_u64().unwrap()).unwrap() - 1);
        let line: Vec<char> = line.unwrap().chars().collect();
        let mut seen = 0;
        for finding in record["findings"].as_array().unwrap() {
            if finding["rule"] == "unknown-parameter" {
                let at = |key: &str| usize::try_from(finding[key].as_u64().unwrap()).unwrap() - 1;
                let text: String = line[at("column")..at("end_column")].iter().collect();
                assert!(text.starts_with(&format!(":ü{seen}={quote}")), "{name}: {text}");
                assert!(text.ends_with(quote), "{name}: {text}");
                seen += 1;
            }
        }
        assert_eq!(seen, 40, "{name}");
    }
}

// ---- where URLs lead ----

#[test]
fn maps_in_every_format_say_the_same() {
    let place = Place::new();
    place
        .file("m.csv", format!("embed_id,org,workbook_id\n{EMBED},acme,{WORKBOOK}\n"))
        .file(
            "m.json",
            format!(r#"[{{"embed_id":"{EMBED}","org":"acme","workbook_id":"{WORKBOOK}"}}]"#),
        )
        .file(
            "m.toml",
            format!(
                "[[embed]]\nembed_id = \"{EMBED}\"\norg = \"acme\"\nworkbook_id = \"{WORKBOOK}\"\n"
            ),
        );
    for map in ["m.csv", "m.json", "m.toml"] {
        leads_to(&place.bare(&format!("--map {map}")).stdin(legacy("")).exits(0), TARGET);
    }
}

#[test]
fn ids_are_taken_in_every_spelling() {
    for embed in [EMBED, &EMBED[2..], EMBED_UUID, &EMBED_UUID.to_uppercase()] {
        for workbook in [WORKBOOK, WORKBOOK_UUID] {
            let place = Place::new();
            place.file("m.csv", format!("embed_id,org,workbook_id\n{embed},acme,{workbook}\n"));
            leads_to(&place.bare("--map m.csv").stdin(legacy("")).exits(0), TARGET);
        }
        let old = legacy("").replace("/embed/1-", "/embed/");
        let old = sign(old.split("&:signature").next().unwrap());
        let place = Place::new();
        place.file("m.csv", format!("embed_id,org,workbook_id\n{embed},acme,{WORKBOOK}\n"));
        leads_to(&place.bare("--map m.csv").stdin(old).exits(0), TARGET);
    }
    // With a name before it both load (reference, section 2); the id at least is there, once.
    let ran = Place::new()
        .bare("--org acme --workbook")
        .arg(format!("Sales-{WORKBOOK}"))
        .stdin(legacy(""))
        .exits(0);
    assert!(cut(ran.lines()[0]).base.ends_with(WORKBOOK));
    leads_to(
        &Place::new().bare("--org acme --workbook").arg(WORKBOOK_UUID).stdin(legacy("")).exits(0),
        TARGET,
    );
}

#[test]
fn several_maps_are_one() {
    let place = Place::new();
    place
        .file(
            "a.csv",
            "embed_id,org,workbook_id\n1-5ROVG8NwQrGNLF31mh1VJS,acme,7f55QbPFuCnK2n0P2tSuBl\n",
        )
        .file("b.csv", format!("embed_id,org,workbook_id\n{EMBED},acme,{WORKBOOK}\n"));
    let other = sign(&unsigned().replace(EMBED, "1-5ROVG8NwQrGNLF31mh1VJS"));
    let ran =
        place.bare("--map a.csv --map b.csv").stdin(format!("{}\n{other}\n", legacy(""))).exits(0);
    assert_eq!(cut(ran.lines()[0]).base, TARGET);
    assert_eq!(
        cut(ran.lines()[1]).base,
        "https://app.sigmacomputing.com/acme/workbook/7f55QbPFuCnK2n0P2tSuBl"
    );
}

#[test]
fn pages_elements_tags_and_edits_have_their_paths() {
    let place = Place::new();
    let path = |embed: &str, more: &str| {
        sign(&unsigned().replace(&format!("/{EMBED}"), &format!("/{embed}{more}")))
    };
    place.file(
        "m.csv",
        format!(
            "embed_id,org,workbook_id,page_id,element_id\n{EMBED},acme,{WORKBOOK},,\n\
             1-5ROVG8NwQrGNLF31mh1VJS,acme,{WORKBOOK},H9cAxKfnXP,\n1-24vP6WRI5BK8C8dLX4kzac,acme,{WORKBOOK},,r3EaXGblJV\n"
        ),
    );
    for (url, tail) in [
        (path(EMBED, ""), ""),
        (path(EMBED, "/tag/prod"), "/tag/prod"),
        (path("1-5ROVG8NwQrGNLF31mh1VJS", ""), "/page/H9cAxKfnXP"),
        (path("1-24vP6WRI5BK8C8dLX4kzac", ""), "/element/r3EaXGblJV"),
        (path(EMBED, &format!("/workbook/My_Book-{WORKBOOK}/edit")), "/edit"),
    ] {
        leads_to(&place.bare("--map m.csv").stdin(&url).exits(0), &format!("{TARGET}{tail}"));
    }
}

#[test]
fn the_organisation_of_the_row_comes_before_the_one_for_all() {
    let place = Place::new();
    let row = |org: &str| format!("embed_id,org,workbook_id\n{EMBED},{org},{WORKBOOK}\n");
    let edit =
        sign(&unsigned().replace(EMBED, &format!("{EMBED}/workbook/My-Book-{WORKBOOK}/edit")));
    for (of_row, flags, org) in [
        ("acme", "", "acme"),
        ("acme", "--org other", "acme"),
        ("", "--org other", "other"),
        ("acme", "--org other --config org.toml", "acme"),
        ("", "--org other --config org.toml", "other"),
        ("", "--config org.toml", "configured"),
        ("acme", "--config org.toml", "acme"),
    ] {
        place.file("m.csv", row(of_row)).file("org.toml", "[map]\norg = \"configured\"\n");
        let base = format!("https://app.sigmacomputing.com/{org}/workbook/{WORKBOOK}");
        let run = |url: &str| place.bare("--map m.csv").args(flags).stdin(url).exits(0);
        leads_to(&run(&legacy("")), &base);
        leads_to(&run(&edit), &format!("{base}/edit"));
    }
    // A workbook for all changes the workbook, not the organisation.
    place.file("m.csv", row("acme"));
    let ran = place.bare("--map m.csv --org other --workbook 7f55QbPFuCnK2n0P2tSuBl");
    let base = "https://app.sigmacomputing.com/acme/workbook/7f55QbPFuCnK2n0P2tSuBl";
    leads_to(&ran.stdin(legacy("")).exits(0), base);
}

#[test]
fn an_edit_url_needs_no_map_only_the_organisation() {
    let url = sign(
        &unsigned()
            .replace(EMBED, &format!("{EMBED}/workbook/My-Book-7f55QbPFuCnK2n0P2tSuBl/edit")),
    );
    let ran = Place::new().bare("--org acme").stdin(url).exits(0);
    leads_to(&ran, "https://app.sigmacomputing.com/acme/workbook/7f55QbPFuCnK2n0P2tSuBl/edit");
}

#[test]
fn an_embed_without_a_workbook_is_not_converted() {
    let place = Place::new();
    place.file("m.csv", format!("embed_id,org,workbook_id\n{EMBED},acme,\n"));
    for args in ["", "--org acme", "--map m.csv", &format!("--workbook {WORKBOOK}")] {
        let ran = place.bare(args).args("--format ndjson").stdin(legacy("")).exits(1);
        let record = ran.record();
        assert_eq!(severity_of(&record, "unmapped-embed").as_deref(), Some("error"), "{args}");
        assert_eq!((&record["status"], &record["verdict"]), (&json!("failed"), &json!("blocked")));
        assert!(
            record["url"].is_null() && record["claims"].is_null() && record["header"].is_null()
        );
    }
}

#[test]
fn the_workbook_in_the_path_comes_before_the_one_for_all() {
    let named = format!("{EMBED}/workbook/My-Book-7f55QbPFuCnK2n0P2tSuBl/edit");
    let url = sign(&unsigned().replace(EMBED, &named));
    let ran = Place::new().bare(&format!("--org acme --workbook {WORKBOOK}")).stdin(url).exits(0);
    leads_to(&ran, "https://app.sigmacomputing.com/acme/workbook/7f55QbPFuCnK2n0P2tSuBl/edit");
}

#[test]
fn a_public_embed_is_left_alone_even_with_a_workbook_for_all() {
    let place = Place::new();
    place.file("m.csv", format!("embed_id,org,workbook_id,public\n{EMBED},acme,,true\n"));
    for url in [format!("https://app.sigmacomputing.com/embed/{EMBED}?Store=West"), legacy("")] {
        let ran = place.convert("--map m.csv --format ndjson").stdin(&url).exits(0);
        let record = ran.record();
        assert_eq!(record["status"], "unchanged");
        assert_eq!(record["url"], url);
        assert_eq!(findings(&record), [("public-embed".to_owned(), "info".to_owned())]);
        // The row of the map may be wrong.
        let doubts = record["findings"][0]["message"].as_str().unwrap().contains("names a user");
        assert_eq!(doubts, url == legacy(""));
        let ran = place.convert("--map m.csv").stdin(&url).exits(0);
        assert_eq!(ran.lines(), [url.as_str()]);
    }
}

#[test]
fn other_urls_are_printed_as_they_came() {
    for url in [
        "https://example.com/embed/x?:nonce=1",
        "https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=a.b.c&:embed=true",
        "HTTPS://App.SigmaComputing.com/",
        "ftp://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=1",
    ] {
        assert_eq!(Place::new().convert("").stdin(url).exits(0).out(), format!("{url}\n"));
    }
}

#[test]
fn the_new_url_is_https_on_the_host_of_the_old() {
    let url = sign(
        &unsigned().replace("https://app.sigmacomputing.com/", "http://App.SigmaComputing.com:80/"),
    );
    leads_to(&Place::new().convert("").stdin(url).exits(0), TARGET);
}

#[test]
fn an_ampersand_for_the_question_mark_is_mended() {
    let url = sign(&unsigned().replace("?:nonce", "&:nonce"));
    let ran = Place::new().convert("--format ndjson").stdin(url).exits(0);
    let record = ran.record();
    assert_eq!(cut(record["url"].as_str().unwrap()).base, TARGET);
    assert_eq!(severity_of(&record, "missing-query-separator").as_deref(), Some("warning"));
}

// ---- much at once ----

#[test]
fn order_and_bytes_do_not_depend_on_threads() {
    let mut list = String::new();
    for n in 0..5000 {
        let url = match n % 50 {
            7 => "not a URL".to_owned(),
            13 => format!("https://example.com/{n}"),
            _ => of(&format!("user{n}")),
        };
        list.push_str(&url);
        list.push('\n');
    }
    let place = Place::new();
    place.file("list.txt", &list);
    for format in ["lines", "ndjson", "csv"] {
        let run = |threads: u32| {
            place
                .convert(&format!("list.txt --quiet --format {format} -j {threads}"))
                .exits(1)
                .stdout
        };
        let one = run(1);
        assert!(one == run(8), "{format} differs between one thread and eight");
        let rows = String::from_utf8_lossy(&one).lines().count();
        assert_eq!(rows, if format == "csv" { 5001 } else { 5000 });
    }
    let ran = place.convert("list.txt -j 8 --jti fresh").exits(1);
    for (n, line) in ran.lines().iter().enumerate() {
        match n % 50 {
            7 => assert_eq!(*line, ""),
            13 => assert_eq!(*line, format!("https://example.com/{n}")),
            _ => assert_eq!(claims(line)["sub"], Value::from(format!("user{n}@example.com"))),
        }
    }
    assert_eq!(ran.lines().len(), 5000);
}
