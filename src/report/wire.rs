//! The JSON shapes of schema 1: fields may be added, never renamed or removed.

use std::borrow::Cow;

use serde::Serialize;

use super::{Origin, help_link, location, redact};
use crate::judge::Judgement;
use crate::rule::{Arg, Finding};

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
        let value = match arg.value(bytes) {
            Cow::Borrowed(value) => redact::value(&name, value, secrets),
            Cow::Owned(value) => redact::value(&name, &value, secrets).into_owned().into(),
        };
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
    let shape = |finding: &'a Finding| FindingShape {
        rule: finding.rule.id,
        severity: finding.severity.name(),
        parameter: location::parameter(judgement, finding).map(shown),
        message: shown(Cow::Borrowed(&*finding.message)),
        suggestion: Some(&*finding.suggestion)
            .filter(|text| !text.is_empty())
            .map(|text| shown(Cow::Borrowed(text))),
        column: origin.column(finding.span.start),
        end_column: origin.column(finding.span.end),
        help: help_link(finding.rule.id),
    };
    judgement.findings.iter().map(shape).collect()
}
