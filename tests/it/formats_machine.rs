//! The formats of `audit` that machines read: each is read by a reader that is not ours and tells what ndjson tells.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::{EMBED, Place, Ran, crate_file, legacy, records, sarif_errors, unsigned};

const FORMATS: [&str; 5] = ["sarif", "github", "gitlab", "junit", "csv"];

/// A finding as every format tells it: line, rule, severity.
type Told = (u64, String, String);

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// Rows that try to be something else in one format or another.
fn hostile() -> Vec<u8> {
    let url = |more: &str| format!("https://app.sigmacomputing.com/embed/{EMBED}?{more}");
    let mut rows: Vec<Vec<u8>> = [
        url(":<script>alert(1)</script>=1&:\"'`=2"),
        url(":]]>=1&:<!--=1&:&amp;=1&:<?x?>=1"),
        url(":%0A%3A%3Aerror%3A%3Aevil=1&:%0D%0Aevil=1"),
        url(":%1B[31mred=1&:%00nul=1&:%EF%BF%BF=1&:%C2%85=1&:%09=1"),
        url(":[x](https://evil.example/)=1&:|**x**|=1&:{0}=1"),
        url(":%3Dcmd|'/C calc'!A0=1&%2B1=2&-1=2&%40SUM(1)=3&%09=1"),
        url(&format!(":{}=1", "long".repeat(1000))),
        url(&format!(":{}=1", "%C3%BC".repeat(2000))),
        url(":same=1&:same=2&:same=3"),
        "=cmd|'/C calc'!A0".to_owned(),
        "+1".to_owned(),
        "-1".to_owned(),
        "@SUM(1)".to_owned(),
        "https://app.sigmacomputing.com/embed/<b>\"x\"?:nonce=1".to_owned(),
        "\u{1b}]0;title\u{7}".to_owned(),
        "\"quoted\", \"and, cut\"".to_owned(),
    ]
    .map(String::into_bytes)
    .into();
    rows.push(b"https://app.sigmacomputing.com/embed/\xff?:\xfe=\x01\x02&:nonce=1".to_vec());
    rows.push(b"a\0b".to_vec());
    rows.join(&b'\n')
}

/// The lists that every format is held against.
fn lists() -> Vec<(&'static str, Vec<u8>)> {
    let real = crate_file("fixtures/real/urls.txt");
    let many: String =
        (0..1000).map(|i| legacy(&format!("&:odd{i}=1&:hide_send=true")) + "\n").collect();
    let one: String = (0..1000).fold(unsigned(), |url, i| format!("{url}&:odd{i}=1"));
    vec![
        ("real", real.into_bytes()),
        ("hostile", hostile()),
        ("many", many.into_bytes()),
        ("one", one.into_bytes()),
    ]
}

fn audit(list: &[u8], format: &str) -> Ran {
    Place::new().file("urls.txt", list).run("audit urls.txt --format").arg(format).exits(1)
}

/// What ndjson tells.
fn told(list: &[u8]) -> Vec<Told> {
    let of_record = |record: Value| {
        let line = record["line"].as_u64().unwrap();
        let finding = |finding: &Value| (line, text(&finding["rule"]), text(&finding["severity"]));
        record["findings"].as_array().unwrap().iter().map(finding).collect::<Vec<_>>()
    };
    audit(list, "ndjson").records().into_iter().flat_map(of_record).collect()
}

/// The only run of a document that fits the published schema.
#[track_caller]
fn sarif_run(ran: &Ran) -> Value {
    let mut document: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let errors = sarif_errors(&document);
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(document["version"], "2.1.0");
    assert_eq!(document["runs"].as_array().unwrap().len(), 1);
    document["runs"][0].take()
}

#[test]
fn sarif_fits_the_published_schema_and_tells_every_finding() {
    for (name, list) in lists() {
        let run = sarif_run(&audit(&list, "sarif"));
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let result = |result: &Value| {
            let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
            assert_eq!(rule["id"], result["ruleId"]);
            let message = text(&result["message"]["text"]);
            assert!(message.chars().count() <= 1000 && !message.contains("]("), "{message}");
            let locations = result["locations"].as_array().unwrap();
            assert_eq!(locations.len(), 1);
            let place = &locations[0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], "urls.txt");
            let region = &place["region"];
            assert!(region["endColumn"].as_u64() >= region["startColumn"].as_u64(), "{region}");
            let level = match text(&result["level"]).as_str() {
                "note" => "info".to_owned(),
                level => level.to_owned(),
            };
            (region["startLine"].as_u64().unwrap(), text(&result["ruleId"]), level)
        };
        let results: Vec<Told> = run["results"].as_array().unwrap().iter().map(result).collect();
        assert!(results == told(&list), "{name}");
    }
}

#[test]
fn sarif_declares_every_rule() {
    let ran = audit(legacy("").as_bytes(), "sarif");
    let run = sarif_run(&ran);
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "embed2jwt");
    assert_eq!(driver["semanticVersion"], env!("CARGO_PKG_VERSION"));
    let rules = driver["rules"].as_array().unwrap();
    let ids: Vec<_> = rules.iter().map(|rule| text(&rule["id"])).collect();
    let known: Vec<_> = embed2jwt::rules::RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids, known);
    for rule in rules {
        for pointer in [
            "/name",
            "/shortDescription/text",
            "/fullDescription/text",
            "/help/text",
            "/help/markdown",
            "/helpUri",
            "/defaultConfiguration/level",
            "/properties/tags/0",
        ] {
            assert!(!text(rule.pointer(pointer).unwrap()).is_empty(), "{pointer} of {rule}");
        }
        assert!(text(&rule["name"]).chars().all(char::is_alphanumeric));
    }
}

/// The documents of a list of three URLs, and of the same list with lines above.
fn fingerprints(list: &str, args: &str) -> Vec<String> {
    let place = Place::new();
    let ran = place.file("urls.txt", list).run("audit urls.txt --format sarif").args(args).exits(1);
    let results = sarif_run(&ran)["results"].take();
    let of = |result: &Value| text(&result["partialFingerprints"]["embed2jwt/v1"]);
    results.as_array().unwrap().iter().map(of).collect()
}

#[test]
fn fingerprints_outlive_edits_above_and_are_those_of_one_finding() {
    let list = [legacy("&:odd=1&:odd=2&:other=3"), legacy("&:hide_send=true")].join("\n");
    let found = fingerprints(&list, "");
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len(), "all differ");
    let pushed_down = format!("# a comment\n\n{list}");
    assert_eq!(fingerprints(&pushed_down, ""), found);
    assert_eq!(fingerprints(&list, "--show-secrets"), found, "secrets are no part of them");
    assert_eq!(fingerprints(&list, "--error all"), found, "levels are no part of them");
    // Signed with another secret it is another signature, but the same finding.
    let (head, signature) = list.rsplit_once("signature=").unwrap();
    let resigned = format!("{head}signature={}{}", &signature[..6], "0".repeat(58));
    assert_eq!(fingerprints(&resigned, ""), found);
}

#[test]
fn findings_of_equal_urls_have_names_of_their_own() {
    let place = Place::new();
    let row = legacy("&:hide_send=true");
    // The same but for what is shown of the signature, so that no report tells them apart.
    let resigned = format!("{}{}", &row[..row.len() - 4], "0000");
    let list = [row.as_str(), &unsigned(), &row, &resigned, &row].join("\n");
    let names = |list: &str, jobs: &str| {
        let run = place.run("audit --format gitlab").args(jobs).stdin(list).exits(1);
        let issues: Value = serde_json::from_str(run.out()).unwrap();
        let issues = issues.as_array().unwrap();
        issues.iter().map(|issue| text(&issue["fingerprint"])).collect::<Vec<_>>()
    };
    let found = names(&list, "-j1");
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len(), "GitLab drops equal ones");
    assert!(
        found.iter().all(|name| name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit()))
    );
    assert_eq!(names(&format!("# above\n\n{list}"), "-j4"), found, "they outlive lines above");
    let many = format!("{}\n", legacy("")).repeat(1000);
    let found = names(&many, "-j4");
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len());
    assert_eq!(names(&many, "-j1"), found);
}

#[test]
fn locations_are_relative_however_a_list_is_named() {
    let place = Place::new();
    std::fs::create_dir(place.path("a b")).unwrap();
    place.file("a b/100%.txt", legacy(""));
    let uri = |ran: &Ran| {
        let result = sarif_run(ran)["results"][0].take();
        text(&result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
    };
    let absolute = std::fs::canonicalize(place.path("a b/100%.txt")).unwrap();
    for name in [absolute.to_str().unwrap(), "a b/100%.txt", "./a b/../a b/100%.txt"] {
        let ran = place.run("audit --format sarif").arg(name).exits(1);
        assert_eq!(uri(&ran), "a%20b/100%25.txt", "{name}");
        let ran = place.run("audit --format gitlab").arg(name).exits(1);
        let issues: Value = serde_json::from_slice(&ran.stdout).unwrap();
        assert_eq!(issues[0]["location"]["path"], "a b/100%.txt");
        let ran = place.run("audit --format github").arg(name).exits(1);
        assert!(ran.out().starts_with("::warning file=a b/100%25.txt,line=1,"), "{}", ran.out());
    }
    let ran = place.run("audit --format sarif").stdin(legacy("")).exits(1);
    assert_eq!(uri(&ran), "stdin");
    let elsewhere = Place::new();
    let ran = elsewhere.run("audit --format sarif").arg(&absolute).exits(1);
    assert_eq!(uri(&ran), "100%25.txt");
}

#[test]
fn github_shows_ten_of_each_level_and_says_how_many_more() {
    for (name, list) in lists() {
        let ran = audit(&list, "github");
        let expected = told(&list);
        assert!(name != "many" || expected.len() >= 3000);
        for (command, severity) in [("error", "error"), ("warning", "warning"), ("notice", "info")]
        {
            let shown: Vec<(u64, String)> = ran
                .lines()
                .iter()
                .filter_map(|line| line.strip_prefix(&format!("::{command} file=urls.txt,line=")))
                .map(|rest| {
                    let (line, rest) = rest.split_once(",col=").unwrap();
                    let (_, rest) = rest.split_once(",title=embed2jwt(").unwrap();
                    let (rule, message) = rest.split_once(")::").unwrap();
                    assert!(
                        !message.is_empty() && !message.contains(char::is_control),
                        "{message}"
                    );
                    (line.parse().unwrap(), rule.to_owned())
                })
                .collect();
            let all: Vec<_> = expected.iter().filter(|told| told.2 == severity).collect();
            let first: Vec<_> = all.iter().take(10).map(|told| (told.0, told.1.clone())).collect();
            assert_eq!(shown, first, "{name}, {severity}");
            let more = format!("{} more {command}s", all.len().saturating_sub(10));
            let last = ran.lines().pop().unwrap_or_default().replace(';', ",");
            assert_eq!(last.contains(&format!(" {more},")), all.len() > 10, "{name}: {last}");
        }
        // Every line is a command or the last one.
        let others = ran.lines().iter().filter(|line| !line.starts_with("::")).count();
        assert!(others <= 1 && ran.lines().len() <= 31, "{name}");
    }
}

#[test]
fn the_summary_of_a_step_is_appended() {
    let place = Place::new();
    place.file("urls.txt", hostile()).file("summary.md", "before\n");
    let run = |args: &str| {
        let summary = place.path("summary.md");
        place.run("audit urls.txt").args(args).env("GITHUB_STEP_SUMMARY", summary).exits(1)
    };
    run("--format csv");
    assert_eq!(place.read("summary.md"), "before\n", "no format of GitHub's is asked for");
    run("--format github");
    let once = place.read("summary.md");
    assert!(once.starts_with("before\n## embed2jwt\n"), "{once}");
    assert!(once.contains("| blocked |") && once.contains("| error | [malformed-url]("), "{once}");
    assert!(!once.contains("evil") && !once.contains("script"), "nothing of the URLs: {once}");
    run("--format csv --report github=commands.txt");
    assert!(place.read("summary.md").len() > once.len());
    assert!(place.read("commands.txt").starts_with("::error "));
    place.run("audit urls.txt --format github").env("GITHUB_STEP_SUMMARY", "").exits(1);
    let missing = place.path("no/such/summary.md");
    let ran =
        place.run("audit urls.txt --format github").env("GITHUB_STEP_SUMMARY", missing).exits(2);
    assert!(ran.prose().contains("summary.md"), "{}", ran.err());
}

#[test]
fn gitlab_fits_its_schema_and_tells_every_finding() {
    let schema: Value =
        serde_json::from_str(&crate_file("docs/schema/gitlab.schema.json")).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for (name, list) in lists() {
        let document: Value = serde_json::from_slice(&audit(&list, "gitlab").stdout).unwrap();
        let errors: Vec<_> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        let issues = document.as_array().unwrap();
        let issue = |issue: &Value| {
            let severity = match issue["severity"].as_str().unwrap() {
                "major" => "error",
                "minor" => "warning",
                severity => severity,
            };
            let line = issue["location"]["lines"]["begin"].as_u64().unwrap();
            (line, text(&issue["check_name"]), severity.to_owned())
        };
        let found: Vec<Told> = issues.iter().map(issue).collect();
        assert!(found == told(&list), "{name}");
        let names: BTreeSet<_> = issues.iter().map(|i| text(&i["fingerprint"])).collect();
        assert_eq!(names.len(), issues.len(), "{name}");
    }
}

#[test]
fn junit_is_xml_that_tells_every_url_and_finding() {
    for (name, list) in lists() {
        let ran = audit(&list, "junit");
        let document = roxmltree::Document::parse(ran.out()).unwrap();
        let suites = document.root_element();
        let suite = suites.first_element_child().unwrap();
        let cases: Vec<_> = suite.children().filter(roxmltree::Node::is_element).collect();
        let records = audit(&list, "ndjson").records();
        assert_eq!(cases.len(), records.len(), "{name}");
        let mut failures = 0;
        let mut names = BTreeSet::new();
        for (case, record) in cases.iter().zip(&records) {
            assert_eq!(case.tag_name().name(), "testcase");
            assert_eq!(case.attribute("classname"), Some("urls.txt"));
            let label = case.attribute("name").unwrap();
            assert!(names.insert(label), "{label}: readers follow a case by its name");
            let findings = record["findings"].as_array().unwrap();
            let heavy = findings.iter().any(|finding| finding["severity"] != "info");
            failures += usize::from(heavy);
            let Some(verdict) = case.first_element_child() else {
                assert!(findings.is_empty(), "{record}");
                continue;
            };
            assert_eq!(case.children().filter(roxmltree::Node::is_element).count(), 1);
            let tag = if heavy { "failure" } else { "system-out" };
            assert_eq!(verdict.tag_name().name(), tag, "{record}");
            let body = verdict.text().unwrap();
            let mut rest = body;
            for finding in findings {
                let head =
                    format!(": {}[{}]: ", text(&finding["severity"]), text(&finding["rule"]));
                rest = rest.split_once(&head).unwrap_or_else(|| panic!("no {head} in {body}")).1;
            }
            if heavy {
                let rule = verdict.attribute("type").unwrap();
                assert!(findings.iter().any(|f| f["rule"] == rule && f["severity"] != "info"));
                assert!(verdict.has_attribute("message"));
            }
        }
        for node in [suites, suite] {
            assert_eq!(node.attribute("tests"), Some(cases.len().to_string().as_str()), "{name}");
            assert_eq!(node.attribute("failures"), Some(failures.to_string().as_str()), "{name}");
        }
    }
}

/// The rows of a table by the names of its columns.
fn table(ran: &Ran) -> (Vec<String>, Vec<csv::StringRecord>) {
    let mut reader = csv::Reader::from_reader(&*ran.stdout);
    let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
    (header, reader.records().map(|row| row.expect("as many cells as columns")).collect())
}

#[test]
fn the_table_has_a_row_for_every_finding_and_for_every_url_without() {
    for (name, list) in lists() {
        let (header, rows) = table(&audit(&list, "csv"));
        assert_eq!(
            header.join(","),
            "source,line,column,end_column,kind,verdict,embed_id,severity,rule,parameter,message,suggestion,url"
        );
        let found: Vec<Told> = rows
            .iter()
            .filter(|row| !row[8].is_empty())
            .map(|row| (row[1].parse().unwrap(), row[8].to_owned(), row[7].to_owned()))
            .collect();
        assert!(found == told(&list), "{name}");
        let records = audit(&list, "ndjson").records();
        let silent = |record: &&Value| record["findings"].as_array().unwrap().is_empty();
        let expected: Vec<_> =
            records.iter().filter(silent).map(|record| record["line"].to_string()).collect();
        let lines: Vec<_> =
            rows.iter().filter(|row| row[8].is_empty()).map(|row| &row[1]).collect();
        assert_eq!(lines, expected, "{name}");
        for cell in rows.iter().flatten() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "a formula: {cell:?}");
        }
        let by_line: BTreeMap<u64, &Value> =
            records.iter().map(|record| (record["line"].as_u64().unwrap(), record)).collect();
        // Cells are those of ndjson, apart from the apostrophe.
        for row in &rows {
            let line: u64 = row[1].parse().unwrap();
            let record = by_line[&line];
            let url = text(&record["url"]);
            let cell = row[12].strip_prefix('\'').unwrap_or(&row[12]);
            let beginning = cell.strip_suffix('\u{2026}').filter(|_| url.len() > 8192);
            assert!(cell == url || beginning.is_some_and(|cell| url.starts_with(cell)), "{cell}");
            assert_eq!((&row[4], &row[5]), (&*text(&record["kind"]), &*text(&record["verdict"])));
        }
    }
}

#[test]
fn an_empty_list_is_a_valid_empty_document() {
    let run =
        |format: &str| Place::new().run("audit --format").arg(format).stdin("# nothing\n").exits(2);
    assert_eq!(sarif_run(&run("sarif"))["results"].as_array().unwrap().len(), 0);
    assert_eq!(run("github").out(), "");
    assert_eq!(serde_json::from_str::<Value>(run("gitlab").out()).unwrap(), Value::Array(vec![]));
    let junit = run("junit");
    let document = roxmltree::Document::parse(junit.out()).unwrap();
    assert_eq!(document.root_element().attribute("tests"), Some("0"));
    assert!(document.descendants().all(|node| node.tag_name().name() != "testcase"));
    let (header, rows) = table(&run("csv"));
    assert_eq!((header.len(), rows.len()), (13, 0));
}

#[test]
fn threads_change_nothing() {
    for (name, list) in lists().into_iter().filter(|(name, _)| *name != "one") {
        let place = Place::new();
        place.file("urls.txt", &list).file("more.txt", legacy("").repeat(3));
        for format in FORMATS {
            let run = |threads: &str| {
                let run = place.run("audit urls.txt more.txt --format").arg(format);
                run.args(threads).exits(1).stdout
            };
            assert!(run("-j 1") == run("-j 8"), "{format} of {name}");
        }
    }
}

#[test]
fn every_format_can_be_had_beside_another() {
    let place = Place::new();
    let list = lists().remove(0).1;
    place.file("urls.txt", &list);
    let mut run = place.run("audit urls.txt --format ndjson");
    for format in FORMATS {
        run = run.arg("--report").arg(format!("{format}=out.{format}"));
    }
    let ran = run.exits(1);
    assert_eq!(records(ran.out()).len(), audit(&list, "ndjson").records().len());
    for format in FORMATS {
        assert_eq!(place.read(&format!("out.{format}")), audit(&list, format).out(), "{format}");
    }
}

#[test]
fn no_format_shows_a_secret() {
    const PLANTED: &str = "5ecret5ecret5ecret5ecret";
    let base = format!("https://app.sigmacomputing.com/embed/{EMBED}");
    let rows = [
        format!("{base}?:nonce=1&:email=a@b.example&:oauth_token={PLANTED}&:signature={PLANTED}"),
        format!("{base}?:nonce=1&:signature%3D{PLANTED}=1&:x%26signature={PLANTED}"),
        format!("{base}?%3Anonce=1&%3Asignature%3D{PLANTED}"),
        format!("{base}?:nonce=1&:SIGNATURE={PLANTED}&:Oauth_Token={PLANTED}"),
        format!("https://app.sigmacomputing.com/acme/workbook/x?:jwt={PLANTED}&:embed=true"),
        format!("{base}&:signature={PLANTED}?:nonce=1"),
        format!("no URL signature={PLANTED}"),
    ];
    let place = Place::new();
    place.file("urls.txt", rows.join("\n")).file("secret.txt", "an embed secret of its own");
    for format in FORMATS {
        let args = format!("audit urls.txt --secret-file secret.txt --format {format}");
        let summary = place.path("summary.md");
        let ran = place.run(&args).env("GITHUB_STEP_SUMMARY", &summary).exits(1);
        assert!(!ran.out().contains(&PLANTED[..7]), "{format}: {}", ran.out());
        assert!(!ran.err().contains(&PLANTED[..7]), "{format}: {}", ran.err());
        if ["csv", "junit"].contains(&format) {
            assert!(ran.out().contains("signature=5ecret\u{2026}"), "{}", ran.out());
            let shown = place.run(&args).args("--show-secrets").exits(1);
            assert!(shown.out().contains(PLANTED), "{format}");
        }
    }
    assert!(!place.read("summary.md").contains(&PLANTED[..7]));
}
