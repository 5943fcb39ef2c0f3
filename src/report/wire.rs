//! The JSON shapes of schema 1: fields may be added, never renamed or removed.

use std::borrow::Cow;

use serde::Serialize;

use super::check::{FileRecord, Item};
use super::{Origin, help_link, location, redact};
use crate::judge::Judgement;
use crate::rule::{Arg, Finding, Safety};

/// The number in every object.
pub const SCHEMA: u32 = 1;

/// One parameter of a URL.
#[derive(Debug, Serialize)]
pub struct Parameter<'a> {
    name: Cow<'a, str>,
    value: Cow<'a, str>,
    fate: &'static str,
    target: Option<&'static str>,
}

/// The parameters of a URL, in order.
pub fn parameters<'a>(
    judgement: &'a Judgement<'_>,
    secrets: redact::Secrets,
) -> Vec<Parameter<'a>> {
    let bytes = judgement.url.as_ref().map_or(&[][..], |url| url.bytes);
    let parameter = |arg: &Arg| {
        let name = arg.shown_name(bytes);
        let value = redact::value(&name, judgement.value(arg), secrets);
        let name = redact::within(name, secrets);
        Parameter { name, value, fate: arg.row.fate.name(), target: arg.row.target }
    };
    judgement.args.iter().map(parameter).collect()
}

/// One finding.
#[derive(Debug, Serialize)]
pub struct FindingShape<'a> {
    rule: &'static str,
    severity: &'static str,
    parameter: Option<Cow<'a, str>>,
    message: Cow<'a, str>,
    suggestion: Option<Cow<'a, str>>,
    column: u64,
    end_column: u64,
    help: String,
}

/// The findings of a URL, in order.
pub fn findings<'a>(
    judgement: &'a Judgement<'_>,
    origin: &dyn Origin,
    secrets: redact::Secrets,
) -> Vec<FindingShape<'a>> {
    let shown = |text| redact::within(text, secrets);
    let shape = |finding: &'a Finding| {
        let (message, suggestion) = redact::words(finding, secrets);
        FindingShape {
            rule: finding.rule.id,
            severity: finding.severity.name(),
            parameter: location::parameter(judgement, finding).map(shown),
            message,
            suggestion: Some(suggestion).filter(|words| !words.is_empty()),
            column: origin.column(finding.span.start),
            end_column: origin.column(finding.span.end),
            help: help_link(finding.rule.id),
        }
    };
    judgement.findings.iter().map(shape).collect()
}

/// One finding in a file.
#[derive(Debug, Serialize)]
pub struct FileFinding<'a> {
    rule: &'static str,
    severity: &'static str,
    message: Cow<'a, str>,
    suggestion: Option<Cow<'a, str>>,
    parameter: Option<Cow<'a, str>>,
    path: &'a str,
    line: u64,
    column: u64,
    end_line: u64,
    end_column: u64,
    byte_start: u32,
    byte_end: u32,
    kind: Option<&'static str>,
    embed_id: Option<Cow<'a, str>>,
    fix: Option<FixShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<TemplateShape<'a>>,
    fingerprint: &'a str,
    help: String,
}

/// What fixes a finding.
#[derive(Debug, Serialize)]
struct FixShape<'a> {
    safe: bool,
    replacement: Cow<'a, str>,
    /// What is replaced, which need not be what the finding is about.
    byte_start: u32,
    byte_end: u32,
}

/// The URL that code builds.
#[derive(Debug, Serialize)]
struct TemplateShape<'a> {
    url: String,
    client_id_variable: Option<&'a str>,
    secret_variable: Option<&'a str>,
}

/// The findings of a file, in order.
pub(super) fn file_findings<'a>(
    record: &'a FileRecord<'_>,
    secrets: redact::Secrets,
) -> impl Iterator<Item = FileFinding<'a>> {
    let shown = move |text: &'a str| redact::within(Cow::Borrowed(text), secrets);
    // The findings about one URL in code come one after the other, each with its template.
    let mut last = ("", String::new());
    let mut template_url = move |url: &'a str| {
        if last.0 != url {
            last = (url, redact::template(url, secrets));
        }
        last.1.clone()
    };
    record.items.iter().map(move |item| {
        let Item { found, region, fingerprint, .. } = item;
        let bytes = record.text.in_file(found.finding.span);
        let (message, suggestion) = redact::words(&found.finding, secrets);
        FileFinding {
            rule: found.finding.rule.id,
            severity: found.finding.severity.name(),
            message,
            suggestion: Some(suggestion).filter(|words| !words.is_empty()),
            parameter: found.parameter.as_deref().map(shown),
            path: record.path,
            line: region.line,
            column: region.column,
            end_line: region.end_line,
            end_column: region.end_column,
            byte_start: bytes.start,
            byte_end: bytes.end,
            kind: found.kind.map(crate::rule::Kind::name),
            embed_id: found.embed_id.as_deref().map(shown),
            fix: found.fix.as_ref().map(|fix| {
                let bytes = record.text.in_file(fix.span);
                FixShape {
                    safe: fix.safety == Safety::Safe,
                    replacement: redact::within(String::from_utf8_lossy(&fix.replacement), secrets),
                    byte_start: bytes.start,
                    byte_end: bytes.end,
                }
            }),
            template: found.template.as_ref().map(|template| TemplateShape {
                url: template_url(&template.url),
                client_id_variable: template.client_id_variable.as_deref(),
                secret_variable: template.secret_variable.as_deref(),
            }),
            fingerprint,
            help: help_link(found.finding.rule.id),
        }
    })
}
