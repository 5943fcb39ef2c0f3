//! The reports of scanned files, driven through the library: what is found is made by hand.

use std::collections::BTreeSet;

use embed2jwt::dialect::span::Span;
use embed2jwt::report::advice::Given;
use embed2jwt::report::check::{CheckSummary, FileRecord, Files, Fingerprints};
use embed2jwt::report::concise::Concise;
use embed2jwt::report::github::Github;
use embed2jwt::report::gitlab::Gitlab;
use embed2jwt::report::html::{About, Html};
use embed2jwt::report::human::{Human, Look};
use embed2jwt::report::json::{Json, Ndjson};
use embed2jwt::report::junit::Junit;
use embed2jwt::report::location::Base;
use embed2jwt::report::markdown::Markdown;
use embed2jwt::report::redact::{Privacy, Secrets, Users};
use embed2jwt::report::sarif::Sarif;
use embed2jwt::report::table::Table;
use embed2jwt::report::{Report, help_link};
use embed2jwt::rule::{Context, Finding, Fix, Found, Kind, Rule, Safety, Text};
use embed2jwt::rules;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::{NOW, crate_file, records, sarif_errors};

/// A file and what is found in it.
pub(crate) struct File {
    path: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) found: Vec<Found>,
}

fn rule(id: &str) -> &'static Rule {
    rules::RULES.iter().find(|rule| rule.id == id).unwrap()
}

/// A finding about the first place where the text holds `part`.
pub(crate) fn found(text: &str, id: &str, part: &str) -> Found {
    let start = text.find(part).unwrap();
    Found::new(Finding::new(rule(id), Span::new(start, start + part.len())))
}

impl File {
    pub(crate) fn new(path: &'static str, text: &str) -> Self {
        Self { path, bytes: text.as_bytes().to_vec(), found: Vec::new() }
    }

    pub(crate) fn with(mut self, found: Found) -> Self {
        self.found.push(found);
        self
    }
}

const FORMATS: [&str; 11] = [
    "human", "concise", "json", "ndjson", "sarif", "github", "gitlab", "junit", "csv", "markdown",
    "html",
];

pub(crate) fn look(width: u16, colour: bool) -> Look {
    Look { width, colour, ascii: false, quiet: false }
}

pub(crate) fn report(format: &str, secrets: Secrets) -> Box<dyn Report<Files>> {
    let base = Base::default();
    let given = Given { map: false, keys: false };
    match format {
        "human" => Box::new(Human { look: look(100, false), given }),
        "concise" => Box::new(Concise { secrets, quiet: false }),
        "json" => Box::new(Json { secrets, inspector: None }),
        "ndjson" => Box::new(Ndjson { secrets, inspector: None }),
        "sarif" => Box::new(Sarif { base }),
        "github" => Box::new(Github { base }),
        "gitlab" => Box::new(Gitlab { base }),
        "junit" => Box::new(Junit::new(secrets)),
        "csv" => Box::new(Table { secrets }),
        "markdown" => Box::new(Markdown { users: Users::Hidden }),
        "html" => {
            let privacy = Privacy { secrets, users: Users::Hidden };
            let about = About { now: NOW, ..About::default() };
            Box::new(Html { privacy, given, about })
        }
        other => panic!("{other}"),
    }
}

/// What the command line does with a report, file by file as its threads do.
pub(crate) fn run(
    report: &dyn Report<Files>,
    files: &[File],
    secrets: Secrets,
) -> (String, CheckSummary) {
    let mut summary = CheckSummary::default();
    let mut body = Vec::new();
    for file in files {
        let text = Text::new(&file.bytes);
        let record = FileRecord::new(file.path, &text, &file.found);
        report.record(&record, &mut body);
        let mut own = CheckSummary { files: 1, ..CheckSummary::default() };
        own.bytes = file.bytes.len() as u64;
        own.add(&record, &Context::none(), report.shows_frames().then_some(secrets));
        summary.merge(own);
    }
    let mut out = Vec::new();
    report.begin(&summary, &mut out);
    out.extend_from_slice(body.strip_suffix(report.separator()).unwrap_or_default());
    report.end(&summary, &mut out);
    (String::from_utf8(out).unwrap(), summary)
}

pub(crate) fn shown(format: &str, files: &[File]) -> String {
    run(&*report(format, Secrets::Hidden), files, Secrets::Hidden).0
}

pub(crate) fn read(format: &str, files: &[File]) -> Value {
    serde_json::from_str(&shown(format, files)).unwrap()
}

/// A page with a stored URL, and code.
pub(crate) fn small() -> Vec<File> {
    let page = "# Report\n\tgr\u{fc}n \u{1f4a9} https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n&:show_footer=false&:hide_send=true\n";
    let code = "x = 1\nurl = base + '&:email=' + email\n";
    let mut footer = found(page, "replaced-show-footer", ":show_footer=false");
    footer.finding = footer.finding.message("`show_footer` is replaced").suggest("write it");
    footer.parameter = Some("show_footer".to_owned());
    footer.kind = Some(Kind::LegacySigned);
    footer.embed_id = Some("1-7CbVjjUMMTKQpYa2E7NwkI".to_owned());
    footer.fix = Some(Fix {
        span: footer.finding.span,
        replacement: b":menu_position=none".to_vec(),
        safety: Safety::Safe,
    });
    let mut send = found(page, "unsupported-hide-send", ":hide_send=true");
    send.parameter = Some("hide_send".to_owned());
    send.kind = Some(Kind::LegacySigned);
    vec![
        File::new("docs/a b.md", page).with(footer).with(send),
        File::new("src/app.py", code).with(found(code, "legacy-url-builder", "&:email=")),
    ]
}

#[test]
fn json_tells_what_the_contract_says() {
    let text = "# A\n\tgr\u{fc}n \u{1f4a9} x?:show_footer=false\n";
    let mut footer = found(text, "replaced-show-footer", ":show_footer=false");
    footer.finding = footer.finding.message("replaced").suggest("write `:menu_position=none`");
    footer.parameter = Some("show_footer".to_owned());
    footer.kind = Some(Kind::LegacySigned);
    footer.embed_id = Some("1-abc".to_owned());
    footer.fix = Some(Fix {
        span: footer.finding.span,
        replacement: b":menu_position=none".to_vec(),
        safety: Safety::Safe,
    });
    let files = [File::new("docs/a.md", text).with(footer)];
    let finding = json!({
        "rule": "replaced-show-footer",
        "severity": "warning",
        "message": "replaced",
        "suggestion": "write `:menu_position=none`",
        "parameter": "show_footer",
        "path": "docs/a.md",
        "line": 2,
        "column": 11,
        "end_line": 2,
        "end_column": 29,
        "byte_start": 18,
        "byte_end": 36,
        "kind": "legacy-signed",
        "embed_id": "1-abc",
        "fix": {
            "safe": true,
            "replacement": ":menu_position=none",
            "byte_start": 18,
            "byte_end": 36,
        },
        // By Python's hashlib: of rule, path, line and span, each behind its length in eight bytes.
        "fingerprint": "fae6d3f3f5b1c8ba4cf8021bc906dc4b55b957b2f7293b2dabfd45a676adb24a",
        "help": help_link("replaced-show-footer"),
    });
    let document = read("json", &files);
    assert_eq!(
        document,
        json!({
            "schema": 1,
            "tool": {"name": "embed2jwt", "version": env!("CARGO_PKG_VERSION")},
            "summary": {
                "files": 1, "bytes": 37, "urls": 0,
                "error": 0, "warning": 1, "info": 0,
                "fixable": 1, "fixable_unsafe": 0, "affected_files": 1,
                "skipped": {"binary": 0, "too_large": 0, "unreadable": 0, "cut": 0},
                "ignored": 0, "allowed": 0, "suppressed": 0, "baselined": 0, "learned": 0, "stale": 0, "fixed": 0,
                "embeds": {"distinct": 0, "mapped": 0},
                "parameters": [{
                    "name": "show_footer", "fate": "replaced", "target": "menu_position", "count": 1, "lost": 0,
                }],
            },
            "findings": [finding],
        })
    );
    // The keys of the contract come first, in its order.
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&document), ["schema", "tool", "summary", "findings"]);
    assert_eq!(
        keys(&document["summary"])[..7],
        ["files", "bytes", "urls", "error", "warning", "info", "fixable"]
    );
    assert_eq!(keys(&document["findings"][0]), keys(&finding));
    let mut line = read("ndjson", &files);
    assert_eq!(line.as_object_mut().unwrap().shift_remove("schema"), Some(json!(1)));
    assert_eq!(line, finding);
}

#[test]
fn places_are_those_of_the_file_whatever_its_encoding() {
    let text = "# A\n\tgr\u{fc}n \u{1f4a9} x?:show_footer=false\n";
    let with_mark = format!("\u{feff}{text}");
    let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        with_mark.encode_utf16().flat_map(order).collect()
    };
    for (bytes, text, byte_start, byte_end) in [
        (with_mark.clone().into_bytes(), &*with_mark, 21, 39),
        (utf16(u16::to_le_bytes), &*with_mark, 32, 68),
        (utf16(u16::to_be_bytes), &*with_mark, 32, 68),
    ] {
        let found = found(text, "replaced-show-footer", ":show_footer=false");
        let files = [File { path: "a", bytes, found: vec![found] }];
        let finding = read("json", &files)["findings"][0].take();
        assert_eq!([&finding["line"], &finding["column"], &finding["end_column"]], [2, 11, 29]);
        assert_eq!([&finding["byte_start"], &finding["byte_end"]], [byte_start, byte_end]);
        let region = &read("sarif", &files)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
            ["region"];
        assert_eq!([&region["startLine"], &region["startColumn"]], [2, 11]);
        assert_eq!(
            [&region["byteOffset"], &region["byteLength"]],
            [byte_start, byte_end - byte_start]
        );
    }
}

#[test]
fn a_finding_over_several_lines_ends_where_it_ends() {
    let text = "a = (\n  '?:nonce=' +\n  '&:email=')\n";
    let files = [File::new("a.js", text).with(found(
        text,
        "legacy-url-builder",
        "'?:nonce=' +\n  '&:email='",
    ))];
    let finding = read("json", &files)["findings"][0].take();
    let place = ["line", "column", "end_line", "end_column"].map(|key| finding[key].as_u64());
    assert_eq!(place, [2, 3, 3, 13].map(Some));
    let region = &read("sarif", &files)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        ["region"];
    assert_eq!([&region["endLine"], &region["endColumn"]], [3, 13]);
    let command = shown("github", &files);
    assert!(command.starts_with("::warning file=a.js,line=2,endLine=3,title="), "{command}");
    assert!(shown("human", &files).contains("a.js:2:3"));
}

/// Files that hold secrets in every shape, with findings beside and on them.
fn secretive() -> Vec<File> {
    let text = "u = 'https://app.sigmacomputing.com/embed/1-a?:nonce=n&:signature=5EC2E75EC2E7fedcab'\n\
                k = {':signature': '5EC2E75EC2E75EC2E7'}\n\
                t = 'eyJhbGciOiJIUzI1NiJ9.eyJwbGFudGVkIjoiYSJ9.5EC2E75EC2E75EC2E7'\n";
    let mut whole = found(
        text,
        "signed-url-in-file",
        "https://app.sigmacomputing.com/embed/1-a?:nonce=n&:signature=5EC2E75EC2E7fedcab",
    );
    whole.finding = whole
        .finding
        .message("`:signature=5EC2E75EC2E7fedcab` is stored".to_owned())
        .suggest("drop `:jwt=5EC2E75EC2E7fedcab`".to_owned());
    whole.parameter = Some("signature=5EC2E75EC2E7fedcab".to_owned());
    whole.embed_id = Some("x?:signature=5EC2E75EC2E7fedcab".to_owned());
    whole.fix = Some(Fix {
        span: whole.finding.span,
        replacement: b"https://h/?:signature=5EC2E75EC2E7fedcab".to_vec(),
        safety: Safety::Unsafe,
    });
    let key = found(text, "legacy-url-builder", ":signature'");
    let inside = found(text, "theme-case", "C2E75EC2E75EC2E7'\n");
    let token = found(text, "theme-case", "eyJhbGciOiJIUzI1NiJ9");
    vec![File::new("a.py", text).with(whole).with(key).with(inside).with(token)]
}

#[test]
fn secrets_stay_inside() {
    for format in FORMATS {
        let out = shown(format, &secretive());
        for secret in ["5EC2E75", "C2E75EC2E7", "fedcab", "eyJwbGFu"] {
            assert!(!out.contains(secret), "{secret} in {format}: {out}");
        }
        let all = run(&*report(format, Secrets::Shown), &secretive(), Secrets::Shown).0;
        if !["github", "sarif", "gitlab", "markdown"].contains(&format) {
            assert!(all.contains(":signature=5EC2E75EC2E7fedcab"), "{format}: {all}");
        }
    }
}

#[test]
fn a_fingerprint_knows_a_finding_again() {
    let of = |path: &str, text: &str, part: &str| {
        let start = text.find(part).unwrap();
        let span = Span::new(start, start + part.len());
        Fingerprints::new(path, text.as_bytes()).of(rule("theme-case"), span)
    };
    let first = of("a", "x :theme=dark&:signature=0123456789abcdef", ":theme=dark");
    for same in [
        "\n\n\n   x :theme=dark&:signature=0123456789abcdef\r\nmore",
        "x :theme=dark&:signature=012345ffffffffff",
    ] {
        assert_eq!(of("a", same, ":theme=dark"), first, "{same}");
    }
    assert_ne!(of("b", "x :theme=dark&:signature=0123456789abcdef", ":theme=dark"), first);
    assert_ne!(of("a", "y :theme=dark&:signature=0123456789abcdef", ":theme=dark"), first);
    assert_ne!(of("a", "x :theme=dark&:signature=0123456789abcdef", "x :theme=dark"), first);
    // A minified file is one line: what stands far away is no part of it.
    let long = |end: &str| format!("{}:theme=dark{}{end}", "x".repeat(5000), "y".repeat(5000));
    assert_eq!(of("a", &long("1"), ":theme=dark"), of("a", &long("2"), ":theme=dark"));
}

#[test]
fn equal_findings_of_a_file_have_names_of_their_own_where_tools_want_it() {
    let text = ":theme=dark\n".repeat(3);
    let mut file = File::new("a", &text);
    for line in 0..3 {
        let mut found = found(&text, "theme-case", ":theme=dark");
        found.finding.span = Span::new(12 * line, 12 * line + 11);
        file.found.push(found);
    }
    let files = [file];
    let texts = |values: Vec<&Value>| -> BTreeSet<String> {
        values.into_iter().map(|value| value.as_str().unwrap().to_owned()).collect()
    };
    let document = read("json", &files);
    let findings = document["findings"].as_array().unwrap();
    assert_eq!(texts(findings.iter().map(|f| &f["fingerprint"]).collect()).len(), 1);
    let gitlab = read("gitlab", &files);
    let objects = gitlab.as_array().unwrap();
    let names = texts(objects.iter().map(|object| &object["fingerprint"]).collect());
    assert_eq!(names.len(), 3);
    let is_digit = |c: char| matches!(c, '0'..='9' | 'a'..='f');
    for name in &names {
        assert!(name.len() == 64 && name.chars().all(is_digit), "no SHA-256: {name}");
    }
    let sarif = read("sarif", &files);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let prints = results.iter().map(|result| &result["partialFingerprints"]["embed2jwt/v1"]);
    assert_eq!(texts(prints.collect()), names);
}

#[test]
fn sarif_fits_the_published_schema_and_carries_fixes() {
    let document = read("sarif", &small());
    assert_eq!(sarif_errors(&document), [""; 0]);
    let results = document["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    let change = &results[0]["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "docs/a%20b.md");
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], ":menu_position=none");
    let region = &results[0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(&change["replacements"][0]["deletedRegion"], region);
    assert!(results[1].get("fixes").is_none());
    // A fix whose text would have to be shortened is none that a tool could apply.
    let secretive = read("sarif", &secretive());
    assert!(secretive["runs"][0]["results"][0].get("fixes").is_none());
}

/// Files whose names and findings try to be something else in one format or another.
fn hostile() -> Vec<File> {
    let message =
        "`<script>alert(1)</script>` ]]> | **x** [x](https://evil) \u{1b}[31m \u{0} ::error:: = %";
    let text = "\u{1b}]0;t\u{7}a\0 <script>\"x\"</script> \u{202e} =1+1";
    [
        "a/<script>alert(1)</script>.md",
        "=cmd|' \"C\" calc'!A0",
        "-a,b\nc",
        "@x::error file=a::b%0A",
        "\u{1b}[31m|`x`",
    ]
    .map(|path| {
        let mut finding = found(text, "unknown-parameter", "<script>");
        finding.finding = finding.finding.message(message).suggest(message);
        finding.parameter = Some("=1+1\u{0}<b>".to_owned());
        finding.embed_id = Some("@SUM(1)<b>".to_owned());
        finding.fix = Some(Fix {
            span: finding.finding.span,
            replacement: b"-1<b>\xff\0".to_vec(),
            safety: Safety::Unsafe,
        });
        File::new(path, text).with(finding)
    })
    .into()
}

#[test]
fn nothing_in_a_file_has_a_meaning_in_a_report() {
    let files = hostile();
    assert_eq!(sarif_errors(&read("sarif", &files)), [""; 0]);
    assert_eq!(read("gitlab", &files).as_array().unwrap().len(), files.len());
    assert_eq!(shown("ndjson", &files).lines().count(), files.len());
    assert_eq!(shown("github", &files).lines().count(), files.len());
    for format in ["human", "github", "html", "markdown", "junit"] {
        let out = shown(format, &files);
        assert!(!out.contains(['\u{1b}', '\0', '\u{202e}']), "{format}: {out}");
    }
    for format in ["html", "junit"] {
        let out = shown(format, &files);
        assert!(!out.contains("<script>alert") && !out.contains("<b>"), "{format}: {out}");
    }
    let page = shown("html", &files);
    assert_eq!(page.matches("<script").count(), 1, "that of the page");
    let junit = shown("junit", &files);
    let document = roxmltree::Document::parse(&junit).unwrap();
    let cases = document.descendants().filter(|node| node.has_tag_name("testcase"));
    assert_eq!(cases.count(), files.len());
    let table = shown("csv", &files);
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let columns = reader.headers().unwrap().len();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), files.len());
    for row in rows {
        assert_eq!(row.len(), columns);
        assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{row:?}");
    }
}

#[test]
fn nothing_found_is_a_whole_empty_document() {
    for files in [vec![], vec![File::new("a", "x")]] {
        assert_eq!(read("json", &files)["findings"], json!([]));
        assert_eq!(shown("ndjson", &files), "");
        let sarif = read("sarif", &files);
        assert_eq!(sarif_errors(&sarif), [""; 0]);
        assert_eq!(sarif["runs"][0]["results"], json!([]));
        assert_eq!(shown("github", &files), "");
        assert_eq!(read("gitlab", &files), json!([]));
        let junit = shown("junit", &files);
        let document = roxmltree::Document::parse(&junit).unwrap();
        assert_eq!(document.root_element().attribute("failures"), Some("0"));
        assert_eq!(shown("csv", &files).lines().count(), 1);
        assert!(shown("markdown", &files).contains("There are none."));
        let page = shown("html", &files);
        assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
        let human = shown("human", &files);
        let said =
            if files.is_empty() { "No file was scanned." } else { "Nothing was found in 1 file." };
        assert!(human.starts_with(said), "{human}");
    }
}

#[test]
fn every_place_of_every_text_can_be_reported() {
    let texts: [&[u8]; 6] = [
        b"",
        b"\n\r\n\n",
        b"a\xff\xfeb\xf0\x9f\n\x80\x80:jwt=eyJ.eyJ.x\r",
        "\u{feff}\u{fc}\t\u{1f4a9}\u{2028}\n\u{202e}".as_bytes(),
        b"\xff\xfea\0\n\0\x3d\xd8\xa9\xdcb\0:\0\x00\xd8x",
        b"signature=0123456789\n\n\x1b[31m",
    ];
    for text in texts {
        let length = Text::new(text).bytes().len();
        let mut file = File { path: "a", bytes: text.to_vec(), found: Vec::new() };
        let mut all = Vec::new();
        for start in 0..length + 2 {
            for end in start..length + 3 {
                let mut found = found(":", "theme-case", ":");
                found.finding.span = Span::new(start, end);
                found.fix = Some(Fix {
                    span: Span::new(end, end + 1),
                    replacement: text.to_vec(),
                    safety: Safety::Safe,
                });
                file.found = vec![found.clone()];
                all.push(found);
                let human = shown("human", std::slice::from_ref(&file));
                assert!(human.contains("warning[theme-case]") && human.contains("[a:"), "{human}");
            }
        }
        file.found = all;
        let files = [file];
        assert_eq!(sarif_errors(&read("sarif", &files)), [""; 0]);
        for format in FORMATS {
            shown(format, &files);
        }
        for line in records(&shown("ndjson", &files)) {
            let [from, to] = ["line", "end_line"].map(|key| line[key].as_u64());
            assert!(from >= Some(1) && to >= from, "{line}");
        }
    }
}

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(&crate_file("docs/schema/check.schema.json")).unwrap();
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is one itself");
    jsonschema::draft202012::new(&schema).unwrap()
}

#[test]
fn what_is_printed_fits_the_schema() {
    let validator = validator();
    for files in [vec![], small(), secretive(), hostile()] {
        let document = read("json", &files);
        let errors: Vec<_> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        for line in records(&shown("ndjson", &files)) {
            assert!(validator.is_valid(&line), "{line}");
        }
    }
}

#[test]
fn a_damaged_document_does_not_fit_the_schema() {
    let validator = validator();
    let good = read("json", &small());
    let line = records(&shown("ndjson", &small())).remove(0);
    for pointer in ["", "/summary", "/summary/skipped", "/findings/0", "/findings/0/fix"] {
        let keys = good.pointer(pointer).unwrap().as_object().unwrap().keys();
        // Without its array a document is read as a line, and is none either.
        for key in keys {
            let mut damaged = good.clone();
            damaged.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(key);
            assert!(!validator.is_valid(&damaged), "without {pointer}/{key}");
        }
    }
    for key in line.as_object().unwrap().keys() {
        let mut damaged = line.clone();
        damaged.as_object_mut().unwrap().remove(key);
        assert!(!validator.is_valid(&damaged), "without {key}");
    }
    for (pointer, value) in [
        ("/schema", json!(2)),
        ("/summary/files", json!(-1)),
        ("/findings/0/line", json!(0)),
        ("/findings/0/column", json!("1")),
        ("/findings/0/severity", json!("fatal")),
        ("/findings/0/kind", json!("legacy")),
        ("/findings/0/fix/safe", json!("yes")),
        ("/findings/0/fingerprint", json!("abc")),
        ("/findings/0/rule", json!("Not Kebab")),
    ] {
        let mut damaged = good.clone();
        *damaged.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.is_valid(&damaged), "{pointer}");
    }
}
