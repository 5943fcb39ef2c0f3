//! SARIF 2.1.0 of judged URLs or scanned files: one run that declares every rule, one result a finding.
//!
//! Every finding is written, however many there are. GitHub code scanning takes 25,000 results of a run and shows the
//! first 5,000 of them; a longer list is best cut into several, or audited with `--off` for the rules of little weight.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::audit::{Record, Summary, Urls};
use super::check::{CheckSummary, FileRecord, Files, Item};
use super::location::{Base, Names, parameter, wording};
use super::redact::{self, Secrets};
use super::tally;
use super::{Report, docs, help_link, line_hash};
use crate::dialect::params::{Id, Loss};
use crate::dialect::span::Span;
use crate::rule::{Check, Finding, Fix, Rule, Safety, Severity};
use crate::rules::files::SIGNED_URL_IN_FILE;
use crate::rules::user::PLAINTEXT_OAUTH_TOKEN;
use crate::rules::{RULES, unsupported};
use crate::text::Encoding;

/// The longest text of a message, in characters: what GitHub shows.
const LONGEST: usize = 1000;

/// One document.
#[derive(Debug)]
pub struct Sarif {
    /// What URIs are relative to.
    pub base: Base,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [Location<'a>; 1],
    partial_fingerprints: Fingerprints<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixes: Option<[FixShape<'a>; 1]>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: Physical<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical<'a> {
    artifact_location: Artifact<'a>,
    region: Region,
}

#[derive(Serialize)]
struct Artifact<'a> {
    uri: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
    start_column: u64,
    /// Only where it is another line.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u64>,
    end_column: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte_offset: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte_length: Option<u32>,
}

impl Region {
    /// `bytes` are those of the file, if it is one.
    fn of(region: tally::Region, bytes: Option<Span>) -> Self {
        Self {
            start_line: region.line,
            start_column: region.column,
            end_line: (region.end_line > region.line).then_some(region.end_line),
            end_column: region.end_column,
            byte_offset: bytes.map(|bytes| bytes.start),
            byte_length: bytes.map(|bytes| bytes.end - bytes.start),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixShape<'a> {
    description: Message,
    artifact_changes: [Change<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact<'a>,
    replacements: [Replacement<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Content<'a>,
}

#[derive(Serialize)]
struct Content<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Fingerprints<'a> {
    #[serde(rename = "embed2jwt/v1")]
    v1: &'a str,
    /// GitHub's own. Without it, the action that uploads the report computes it from the file.
    #[serde(rename = "primaryLocationLineHash", skip_serializing_if = "Option::is_none")]
    line: Option<&'a str>,
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// The text of a message. A name from the list that is written as a link must not become one.
fn text(message: &str, suggestion: &str) -> String {
    let text = wording(message, suggestion).replace("](", "] (");
    match text.char_indices().nth(LONGEST - 1) {
        Some((end, last)) if end + last.len_utf8() < text.len() => {
            text.get(..end).unwrap_or_default().to_owned() + "\u{2026}"
        }
        _ => text,
    }
}

/// `unsupported-hide-send` as `UnsupportedHideSend`.
fn pascal_case(id: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    id.split('-').map(word).collect()
}

/// The first paragraph of a rule's documentation: what it finds.
fn description(documentation: &str) -> &str {
    let section = documentation.split("\n## ").next().unwrap_or_default();
    let text = section.split_once('\n').map_or(section, |(_, text)| text).trim();
    text.split("\n\n").next().unwrap_or_default()
}

/// How grave it is for security, from 0 to 10 as GitHub takes it: a token that lies in a file, and protection that is lost with
/// a parameter. Other rules are about something else.
fn security_severity(rule: &Rule) -> Option<&'static str> {
    if [&SIGNED_URL_IN_FILE, &PLAINTEXT_OAUTH_TOKEN].contains(&rule) {
        return Some("7.0");
    }
    let protects = |id: &Id| matches!(id.row().loss, Loss::Access { .. });
    let is_lost = unsupported::is_of_family(rule)
        && matches!(rule.check, Check::Param(ids, _) if ids.iter().any(protects));
    is_lost.then_some("5.0")
}

fn declaration(rule: &Rule) -> Value {
    let documentation = docs::documentation(rule);
    let mut properties = json!({"tags": ["sigma", "embed", "migration"]});
    if let Some(severity) = security_severity(rule) {
        properties = json!({"tags": ["sigma", "embed", "migration", "security"], "security-severity": severity});
    }
    json!({
        "id": rule.id,
        "name": pascal_case(rule.id),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": description(&documentation)},
        "help": {"text": documentation, "markdown": documentation},
        "helpUri": help_link(rule.id),
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": properties,
    })
}

/// What stands between two results.
const SEPARATOR: &[u8] = b",\n";

/// The document up to its results.
fn head(out: &mut Vec<u8>) {
    let tool = json!({"driver": {
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "rules": RULES.iter().map(|rule| declaration(rule)).collect::<Vec<_>>(),
    }});
    let head = format!(
        "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[\
         {{\"tool\":{tool},\"columnKind\":\"unicodeCodePoints\",\"results\":[\n"
    );
    out.extend_from_slice(head.as_bytes());
}

/// One result.
fn result(
    finding: &Finding,
    uri: &str,
    region: Region,
    fingerprints: Fingerprints<'_>,
    fix: Option<FixShape<'_>>,
    out: &mut Vec<u8>,
) {
    let shape = SarifResult {
        rule_id: finding.rule.id,
        rule_index: finding.rule.index,
        level: level(finding.severity),
        message: Message { text: text(&finding.message, &finding.suggestion) },
        locations: [Location {
            physical_location: Physical { artifact_location: Artifact { uri }, region },
        }],
        partial_fingerprints: fingerprints,
        fixes: fix.map(|fix| [fix]),
    };
    super::element(&shape, SEPARATOR, out);
}

impl Report<Urls> for Sarif {
    fn names_rows(&self) -> bool {
        true
    }

    fn separator(&self) -> &'static [u8] {
        SEPARATOR
    }

    fn begin(&self, _: &Summary, out: &mut Vec<u8>) {
        head(out);
    }

    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        if record.judgement.findings.is_empty() {
            return;
        }
        let uri = self.base.uri(record.source);
        let mut names = Names::new(&uri, record.text, record.twin);
        for finding in record.judgement.findings.iter() {
            let parameter = parameter(record.judgement, finding);
            let column = |offset| record.origin.column(offset);
            let (start, end) = (column(finding.span.start), column(finding.span.end));
            let region = Region::of(tally::Region::in_line(record.line, start, end), None);
            let name = names.next(finding.rule, parameter.as_deref());
            // The lines behind this one, which GitHub's hash is made from too, are not here.
            result(finding, &uri, region, Fingerprints { v1: &name, line: None }, None, out);
        }
    }

    fn end(&self, _: &Summary, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\n]}]}\n");
    }
}

impl Report<Files> for Sarif {
    fn separator(&self) -> &'static [u8] {
        SEPARATOR
    }

    fn begin(&self, _: &CheckSummary, out: &mut Vec<u8>) {
        head(out);
    }

    fn record(&self, record: &FileRecord<'_>, out: &mut Vec<u8>) {
        let uri = self.base.uri(record.path);
        let lines = record.items.iter().map(|item| item.region.line).collect();
        // GitHub reads every file as UTF-8.
        let hashes = match record.text.encoding() {
            Encoding::Utf8 => line_hash::of_lines(record.text.bytes(), &lines),
            Encoding::Utf16Le | Encoding::Utf16Be => BTreeMap::new(),
        };
        for item in &record.items {
            let Item { found, region, .. } = item;
            let line = hashes.get(&region.line).map(String::as_str);
            let bytes = record.text.in_file(found.finding.span);
            let fix = found.fix.as_ref().and_then(|fix| fix_shape(fix, record, &uri));
            let (region, name) = (Region::of(*region, Some(bytes)), item.unique_fingerprint());
            let fingerprints = Fingerprints { v1: &name, line };
            result(&found.finding, &uri, region, fingerprints, fix, out);
        }
    }

    fn end(&self, _: &CheckSummary, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\n]}]}\n");
    }
}

/// A fix for tools that apply it. One that is not text, or whose text would have to be shortened, is none to apply.
fn fix_shape<'a>(fix: &'a Fix, record: &FileRecord<'_>, uri: &'a str) -> Option<FixShape<'a>> {
    let text = std::str::from_utf8(&fix.replacement).ok()?;
    if redact::within(text.into(), Secrets::Hidden) != text {
        return None;
    }
    let description = match fix.safety {
        Safety::Safe => "safe: the embed stays the same",
        Safety::Unsafe => "unsafe: it changes what the application does",
    };
    let bytes = record.text.in_file(fix.span);
    let replacement = Replacement {
        deleted_region: Region::of(record.region(fix.span), Some(bytes)),
        inserted_content: Content { text },
    };
    Some(FixShape {
        description: Message { text: description.to_owned() },
        artifact_changes: [Change {
            artifact_location: Artifact { uri },
            replacements: [replacement],
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_and_hold_no_links() {
        assert_eq!(text("bad", ""), "bad");
        assert_eq!(
            text("`[x](https://evil)` is unknown", "go"),
            "`[x] (https://evil)` is unknown; go"
        );
        let fits = "\u{fc}".repeat(LONGEST);
        assert_eq!(text(&fits, ""), fits);
        let cut = text(&(fits + "x"), "");
        assert_eq!(cut.chars().count(), LONGEST);
        assert!(cut.ends_with("\u{fc}\u{2026}"));
    }

    #[test]
    fn a_declaration_says_what_the_rule_finds() {
        assert_eq!(pascal_case("jwt-bad-audience"), "JwtBadAudience");
        assert_eq!(
            description("## What it finds\nA thing.\n\nHow.\n\n## Why it matters\nSo.\n"),
            "A thing."
        );
        for rule in RULES {
            let documentation = docs::documentation(rule);
            let text = description(&documentation);
            assert!(!text.is_empty() && text.len() <= 1000 && !text.contains("##"), "{}", rule.id);
        }
    }
}
