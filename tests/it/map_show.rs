//! `map show`: the map as a run would use it, and how much of a list it covers.

use serde_json::{Value, json};

use crate::support::{EMBED, EMBED_UUID, Place, WORKBOOK, WORKBOOK_UUID, crate_file, legacy};

const HEADER: &str = "embed_id,org,workbook_id,workbook_name,page_id,element_id,public,archived";

fn place() -> Place {
    let place = Place::new();
    place
        .file("a.csv", format!("embed_id,org,workbook_id\n{EMBED_UUID},acme,{WORKBOOK_UUID}\n"))
        .file(
            "b.toml",
            "[1-page]\nworkbook_id = 'wp'\npage_id = 'p1'\n[1-open]\npublic = true\n[1-blank]\n",
        );
    place
}

#[test]
fn files_are_one_map_with_what_holds_for_all() {
    let place = place();
    let shown = place.run("map show a.csv --map b.toml --format csv").exits(0);
    let rows = [
        HEADER.to_owned(),
        format!("{EMBED_UUID},acme,{WORKBOOK},,,,false,false"),
        "1-page,acme,wp,,p1,,false,false".into(),
        "1-open,,,,,,true,false".into(),
        "1-blank,acme,,,,,false,false".into(),
    ];
    assert_eq!(shown.lines(), rows);
    let other = place.run("map show b.toml --org other --format csv").exits(0);
    assert_eq!(other.lines()[1], "1-page,other,wp,,p1,,false,false");
    let one =
        place.run("map show a.csv b.toml --workbook r0WXMPpc0YtQCTFR7CdDK --format csv").exits(0);
    assert_eq!(
        one.lines()[1..3],
        [
            format!("{EMBED_UUID},acme,r0WXMPpc0YtQCTFR7CdDK,,,,false,false"),
            "1-page,acme,r0WXMPpc0YtQCTFR7CdDK,,,,false,false".into()
        ]
    );
}

#[test]
fn the_configuration_names_the_map_too() {
    let place = place();
    place.file("embed2jwt.toml", "[map]\nfiles = ['b.toml']\norg = 'from-file'\n");
    let shown = place.run("map show --format csv").exits(0);
    assert_eq!(shown.lines()[1], "1-page,from-file,wp,,p1,,false,false");
    let ran = place.run("map show --no-config").exits(2);
    assert!(ran.prose().contains("there is no map to show"), "{}", ran.err());
}

#[test]
fn every_format_is_a_map_again() {
    let place = place();
    let csv = place.run("map show a.csv b.toml --format csv").exits(0);
    for format in ["json", "toml", "csv"] {
        place.run(&format!("map show a.csv b.toml --format {format} -o out.{format}")).exits(0);
        let again = place.run(&format!("map show out.{format} --format csv")).exits(0);
        assert_eq!(again.out(), csv.out());
    }
}

#[test]
fn a_person_gets_a_table() {
    let ran = place().run("map show a.csv b.toml").env("COLUMNS", "100").exits(0);
    let out = ran.out();
    for part in [
        &format!("/acme/workbook/{WORKBOOK}"),
        "/acme/workbook/wp/page/p1",
        "public",
        "no workbook yet",
        "4 embeds, 1 of them public, 1 without a workbook",
    ] {
        assert!(out.contains(part), "{part} is not in {out}");
    }
}

#[test]
fn a_conflict_names_both_places() {
    let place = place();
    place.file("c.csv", format!("embed_id,org,workbook_id\n\n{EMBED},acme,other\n"));
    let said = place.run("map show a.csv c.csv").exits(2).prose();
    assert!(said.contains("a.csv:2") && said.contains("c.csv:3"), "{said}");
}

/// A list of URLs: two of a mapped embed, a public one, one that is blank and one that is missing.
fn list() -> String {
    let with = |id: &str| legacy("").replace(EMBED, id);
    [
        legacy(""),
        legacy("&:theme=Dark"),
        "# a comment".to_owned(),
        "https://app.sigmacomputing.com/embed/1-open".into(),
        with("1-blank"),
        with("1-gone"),
        "https://example.com/".into(),
    ]
    .join("\n")
}

#[test]
fn a_list_is_held_against_the_map() {
    let place = place();
    place.file("urls.txt", list());
    let ran = place.run("map show a.csv b.toml --urls urls.txt").exits(1);
    let lines: Vec<_> =
        ran.lines().iter().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        lines,
        [
            "map uses embed first",
            "blank 1 1-blank urls.txt:5",
            "missing 1 1-gone urls.txt:6",
            "",
            "The map covers 2 of 4 embeds, 3 of 5 uses.",
        ]
    );
    let csv = place.run("map show a.csv b.toml --format csv --urls -").stdin(list()).exits(1);
    assert_eq!(csv.lines()[1], format!("{EMBED},mapped,2,<stdin>,1"));
    assert_eq!(csv.lines()[2], "1-open,public,1,<stdin>,4");
    place.file("good.csv", format!("url,x\n{},1\n", legacy("")));
    let ran = place.run("map show a.csv --urls good.csv").exits(0);
    assert_eq!(ran.out(), "The map covers 1 of 1 embeds, 1 of 1 uses.\n");
    place.run("map show a.csv --urls good.csv --format toml").exits(2);
    place.run("map show a.csv --urls missing.txt").exits(2);
    place.run("map show a.csv --urls -").exits(2);
}

#[test]
fn an_edit_url_needs_the_organisation_only() {
    let place = place();
    let edit = legacy("").replace(EMBED, &format!("1-landing/workbook/Sales-{WORKBOOK}/edit"));
    let ran = place.run("map show a.csv --urls - --format csv").stdin(&edit).exits(0);
    assert_eq!(ran.lines()[1], "1-landing,mapped,1,<stdin>,1");
    let both = format!("{edit}\n{}", legacy("").replace(EMBED, "1-landing"));
    let ran = place.run("map show a.csv --urls - --format csv").stdin(both).exits(1);
    assert_eq!(ran.lines()[1], "1-landing,missing,2,<stdin>,1");
    let bare = place.run("map show b.toml --urls - --format csv").stdin(edit).exits(1);
    assert_eq!(bare.lines()[1], "1-landing,no-organization,1,<stdin>,1");
}

#[test]
fn a_repository_is_held_against_the_map() {
    let place = place();
    std::fs::create_dir(place.path("app")).unwrap();
    let base = "https://app.sigmacomputing.com/embed";
    place
        .file("app/a.env", format!("# embeds\nMAIN={base}/{EMBED}\nOTHER={base}/1-gone\n"))
        .file("app/b.js", format!("const url = '{base}/1-landing/workbook/S-{WORKBOOK}/edit';\nopen('{base}/1-gone');\n"))
        .file("c.md", format!("See {base}/1-open and {base}/<embedId>.\n"));
    let ran = place.run("map show a.csv b.toml --path app --path c.md --format csv").exits(1);
    let mut rows: Vec<_> = ran.lines()[1..].iter().map(|line| line.replace('\\', "/")).collect();
    rows.sort();
    let mut expected = [
        format!("{EMBED},mapped,1,app/a.env,2"),
        "1-gone,missing,2,app/a.env,3".into(),
        "1-landing,mapped,1,app/b.js,1".into(),
        "1-open,public,1,c.md,1".into(),
    ];
    expected.sort();
    assert_eq!(rows, expected);
    // Lists and files count together; the map itself uses nothing.
    place.file("urls.txt", legacy(""));
    let ran = place.run("map show a.csv b.toml --path . --urls urls.txt --format json").exits(1);
    let document: Value = serde_json::from_str(ran.out()).unwrap();
    let uses: Vec<_> = document["ids"].as_array().unwrap().iter().map(|id| &id["uses"]).collect();
    assert_eq!(document["ids"][0]["embed_id"], EMBED);
    assert_eq!(uses, [&json!(2), &json!(2), &json!(1), &json!(1)]);
    place.run("map show a.csv --path nowhere").exits(2);
}

#[test]
fn the_documents_fit_their_schema() {
    let schema: Value = serde_json::from_str(&crate_file("docs/schema/map.schema.json")).unwrap();
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is one itself");
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let place = place();
    place.file("urls.txt", list());
    for (args, status) in [("a.csv b.toml", 0), ("a.csv b.toml --urls urls.txt", 1)] {
        let ran = place.run(&format!("map show --format json {args}")).exits(status);
        let document: Value = serde_json::from_str(ran.out()).unwrap();
        let errors: Vec<_> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?} in {document}");
    }
    let entry = json!({"embed_id": "1-a", "workbook_id": 7});
    for bad in [json!({}), json!({"embeds": [entry]}), json!({"schema": 1, "embeds": 1})] {
        assert!(!validator.is_valid(&bad), "{bad}");
    }
}
