//! The rules: their names and weights, their documentation, and a fixture for each that it fires on.

use std::collections::BTreeSet;
use std::fs;

use embed2jwt::convert::{Credentials, Targets};
use embed2jwt::judge::{Scratch, judge};
use embed2jwt::map::{EmbedMap, Format};
use embed2jwt::rule::{Check, Context, Example, Expectation, Rule, UserKind, examples};
use embed2jwt::rules::RULES;
use embed2jwt::secret::Secret;
use serde_json::Value;

use crate::support::{Place, WORKBOOK, crate_file, findings, root};

/// The levels that users are promised, by hand: the one list of rules that nothing writes anew, so that a renamed rule or
/// another level is approved by somebody.
const CONTRACT: &str = "
    deprecated-signed-url warning
    deprecated-embed-path warning
    unsupported-hide-send warning
    unsupported-hide-schedule warning
    unsupported-hide-run-as-recipient warning
    unsupported-hide-sheet-interactions warning
    unsupported-show-underlying-data info
    unsupported-loading-bg info
    unsupported-loading-text info
    unsupported-use-user-name info
    replaced-show-footer warning
    undocumented-parameter info
    unknown-parameter warning
    missing-colon warning
    wrong-case warning
    duplicate-parameter error
    missing-parameter error
    missing-account-type warning
    missing-query-separator warning
    malformed-url error
    insecure-scheme warning
    placeholder-embed-id info
    unmapped-embed error
    public-embed info
    page-in-query info
    invalid-mode warning
    invalid-email error
    invalid-session-length error
    invalid-time error
    invalid-user-attributes error
    invalid-teams error
    encoded-comma warning
    unpaired-name warning
    hide-menu-without-position warning
    lng-variant-without-lng warning
    responsive-height-on-edit warning
    theme-case warning
    implicit-menu-position info
    control-value-rls info
    plaintext-oauth-token error
    internal-user-claims warning
    reused-nonce warning
    inconsistent-user warning
    signature-mismatch error
    unverified-signature error
    token-already-expired warning
    legacy-url-builder warning
    embed-api-call warning
    signed-url-in-file warning
    unused-suppression warning
    jwt-missing-kid error
    jwt-wrong-algorithm error
    jwt-missing-claim error
    jwt-expired warning
    jwt-too-long error
    jwt-milliseconds error
    jwt-bad-version error
    jwt-bad-audience error
    jwt-wrong-type error
    jwt-unknown-claim warning
    jwt-bad-signature error
    jwt-issuer-mismatch error
    jwt-missing-teams warning
    jwt-legacy-path error
    jwt-missing-colon error
    jwt-missing-embed warning
    jwt-leftover-parameter warning
";

fn lines(text: &str) -> BTreeSet<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn ids_are_kebab_case_and_each_is_one_rules() {
    let mut seen = BTreeSet::new();
    for rule in RULES {
        assert!(seen.insert(rule.id), "{} is declared twice", rule.id);
        let words: Vec<_> = rule.id.split('-').collect();
        let word = |word: &&str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        assert!(words.iter().all(word), "{}", rule.id);
    }
}

#[test]
fn the_rules_are_those_of_the_contract() {
    let declared: BTreeSet<_> =
        RULES.iter().map(|rule| format!("{} {}", rule.id, rule.severity)).collect();
    let promised = lines(CONTRACT);
    let missing: Vec<_> = promised.difference(&declared).collect();
    assert!(missing.is_empty(), "not declared: {missing:?}");
    let extra: Vec<_> = declared.difference(&promised).collect();
    assert!(extra.is_empty(), "not in the contract: {extra:?}");
}

#[test]
fn documentation_says_what_why_and_what_to_do() {
    for rule in RULES {
        let heads: Vec<_> =
            rule.documentation.lines().filter_map(|line| line.trim().strip_prefix("## ")).collect();
        assert_eq!(heads, ["What it finds", "Why it matters", "What to do"], "{}", rule.id);
        assert!(!rule.summary.is_empty() && !rule.summary.ends_with('.'), "{}", rule.id);
    }
}

/// Whether a rule about runs fires on any URL of a list: only a command that sees the whole list can tell.
fn fires_in_run(rule: &Rule, urls: &[&str]) -> bool {
    let ran =
        Place::new().run("audit --format ndjson --fail-on never").stdin(urls.join("\n")).exits(0);
    ran.records().iter().flat_map(findings).any(|(id, _)| id == rule.id)
}

/// What `check` finds in a file of this content, with its weight.
fn found_in_file(text: &str) -> Vec<(String, String)> {
    let place = Place::new();
    place.file("a.txt", text);
    let ran = place.run("check --format ndjson --fail-on never --no-config a.txt").exits(0);
    let word = |record: &Value, name: &str| record[name].as_str().unwrap().to_owned();
    ran.records().iter().map(|found| (word(found, "rule"), word(found, "severity"))).collect()
}

/// Whether a rule fires on a line, judged under the conditions that the example's flags name.
fn fires(rule: &Rule, line: &str, flags: &str) -> bool {
    let mut words = flags.split_whitespace();
    let mut map = EmbedMap::default();
    let (mut org, mut secret, mut user, mut now) = (None, None, UserKind::Embed, None);
    let mut issued_at_url = false;
    while let Some(flag) = words.next() {
        let value = words.next().unwrap_or_else(|| panic!("{}: {flag} has no value", rule.id));
        match (flag, value) {
            ("--org", slug) => org = Some(slug.to_owned()),
            ("--secret", text) => secret = Secret::new(text.as_bytes().to_vec()),
            ("--now", seconds) => now = Some(seconds.parse().unwrap()),
            ("--issued-at", "url") => issued_at_url = true,
            ("--user", "internal") => user = UserKind::Internal,
            // A map that says this very embed is public.
            ("--map", "public") => {
                let id = line.split('/').nth(4).unwrap().split(['?', '&']).next().unwrap();
                let table = format!("embed_id,org,workbook_id,public\n{id},acme,,true\n");
                map.parse("map.csv", table.as_bytes(), Format::Csv).unwrap();
            }
            other => panic!("{}: unknown flag {other:?}", rule.id),
        }
    }
    let targets = Targets::new(&map, org, None);
    let credentials = secret.map(|secret| Credentials::one(secret, None));
    let mut context = Context::none();
    if !flags.is_empty() {
        context.converting = true;
        context.embeds = Some(&targets);
    }
    if let Some(credentials) = &credentials {
        context.keys = Some(credentials);
    }
    context.user = user;
    context.now = now;
    context.issued_at_url = issued_at_url;
    let mut scratch = Scratch::default();
    let judgement = judge(line.as_bytes(), &context, &mut scratch);
    judgement.findings.iter().any(|finding| finding.rule == rule)
}

#[test]
fn every_example_in_the_documentation_is_true() {
    for rule in RULES {
        let all: Vec<Example> = examples(rule).collect();
        for expectation in [Expectation::Fires, Expectation::Silent] {
            let of_kind = |example: &&Example| example.expectation == expectation;
            assert!(all.iter().any(|e| of_kind(&e)), "{} has no {expectation:?}", rule.id);
            for example in all.iter().filter(of_kind) {
                let urls: Vec<_> =
                    example.text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
                assert!(!urls.is_empty(), "{}: an empty example", rule.id);
                // A file is one example, whatever its lines.
                if matches!(rule.check, Check::File) {
                    let fires = found_in_file(example.text).iter().any(|(id, _)| id == rule.id);
                    let expected = expectation == Expectation::Fires;
                    assert_eq!(fires, expected, "{} on {urls:?}", rule.id);
                    continue;
                }
                if matches!(rule.check, Check::Run) {
                    assert_eq!(example.flags, "", "{}: flags of a list", rule.id);
                    let fires = fires_in_run(rule, &urls);
                    assert_eq!(fires, expectation == Expectation::Fires, "{} on {urls:?}", rule.id);
                    continue;
                }
                for url in urls {
                    assert_eq!(
                        fires(rule, url, example.flags),
                        expectation == Expectation::Fires,
                        "{} on {url}",
                        rule.id
                    );
                }
            }
        }
    }
}

/// A fixture: the flags it is run with, and its URLs, each with what the comment before it says. For a rule about files
/// every line is a file.
struct Fixture {
    flags: String,
    urls: Vec<(String, String)>,
}

fn fixture(path: &str) -> Fixture {
    let mut fixture = Fixture { flags: String::new(), urls: Vec::new() };
    let mut comment = String::new();
    for line in crate_file(path).lines().filter(|line| !line.is_empty()) {
        if let Some(flags) = line.strip_prefix("# flags:") {
            flags.trim().clone_into(&mut fixture.flags);
        } else if let Some(text) = line.strip_prefix("# ") {
            text.clone_into(&mut comment);
        } else {
            fixture.urls.push((comment.clone(), line.to_owned()));
        }
    }
    assert!(!fixture.urls.is_empty(), "{path} holds no URL");
    fixture
}

/// Runs `audit` over the URLs of a fixture as one list.
fn found_in_run(fixture: &Fixture) -> Vec<Vec<(String, String)>> {
    let urls: Vec<_> = fixture.urls.iter().map(|(_, url)| url.as_str()).collect();
    let run = Place::new().run("audit --format ndjson --fail-on never").args(&fixture.flags);
    run.stdin(urls.join("\n")).exits(0).records().iter().map(findings).collect()
}

/// Runs `convert` over the URLs of a fixture; without other flags every URL leads to one workbook.
fn found(fixture: &Fixture) -> Vec<Vec<(String, String)>> {
    let place = Place::new();
    place.file("public.csv", crate_file("fixtures/fires/public.map.csv"));
    let named = ["--org", "--map"].iter().any(|flag| fixture.flags.contains(flag));
    // The word for a run that trusts nothing.
    if fixture.flags == "proved" {
        let urls: Vec<_> = fixture.urls.iter().map(|(_, url)| url.as_str()).collect();
        let run = place.convert_proved("--format ndjson").stdin(urls.join("\n"));
        return run.done().records().iter().map(findings).collect();
    }
    // Each row by itself.
    let alone = "--format ndjson --off reused-nonce --off inconsistent-user";
    let run = place.bare(&fixture.flags).args(alone);
    let run =
        if named { run } else { run.args("--org acme").args(&format!("--workbook {WORKBOOK}")) };
    let urls: Vec<_> = fixture.urls.iter().map(|(_, url)| url.as_str()).collect();
    let ran = run.stdin(urls.join("\n")).done();
    let records = ran.records();
    assert_eq!(records.len(), fixture.urls.len(), "{}", ran.err());
    records.iter().map(findings).collect()
}

#[test]
fn every_rule_fires_on_its_fixture_with_the_weight_the_fixture_names() {
    for rule in RULES {
        let path = format!("fixtures/fires/{}.txt", rule.id);
        let fixture = fixture(&path);
        let of_run = matches!(rule.check, Check::Run);
        let of_file = matches!(rule.check, Check::File);
        let all_found = if of_run {
            found_in_run(&fixture)
        } else if of_file {
            fixture.urls.iter().map(|(_, line)| found_in_file(line)).collect()
        } else {
            found(&fixture)
        };
        assert_eq!(all_found.len(), fixture.urls.len(), "{path}");
        for ((comment, url), found) in fixture.urls.iter().zip(all_found) {
            let weight = comment.split(':').next().unwrap();
            // The first of the URLs that contradict one another has nothing to contradict.
            if of_run && weight == "none" {
                assert!(!found.iter().any(|(id, _)| id == rule.id), "{path}: {url}: {found:?}");
                continue;
            }
            assert!(["error", "warning", "info"].contains(&weight), "{path}: {url} has no weight");
            let wanted = (rule.id.to_owned(), weight.to_owned());
            assert!(found.contains(&wanted), "{path}: {wanted:?} is not in {found:?} of {url}");
        }
        // Some URL shows the weight that the rule is listed with.
        let default = |(comment, _): &(String, String)| comment.starts_with(rule.severity.name());
        assert!(fixture.urls.iter().any(default), "{path} does not show the default weight");
    }
}

#[test]
fn every_fixture_belongs_to_a_rule() {
    let ids: BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
    for entry in fs::read_dir(root().join("fixtures/fires")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(id) = name.strip_suffix(".txt") {
            assert!(ids.contains(id), "fixtures/fires/{name} is no rule's");
        }
    }
}

#[test]
fn silent_fixtures_raise_nothing_but_what_their_comments_name() {
    let mut files = 0;
    for entry in fs::read_dir(root().join("fixtures/silent")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = format!("fixtures/silent/{name}");
        let fixture = fixture(&path);
        for ((comment, url), found) in fixture.urls.iter().zip(found(&fixture)) {
            let allowed = comment.split(':').next().unwrap();
            let allowed: BTreeSet<_> = allowed.split(' ').filter(|rule| *rule != "none").collect();
            let found: BTreeSet<_> = found.iter().map(|(rule, _)| rule.as_str()).collect();
            assert_eq!(found, allowed, "{path}: {url}");
        }
        files += 1;
    }
    assert!(files > 0);
}
