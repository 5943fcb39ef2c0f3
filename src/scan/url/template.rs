//! A URL in a file with a sign for whatever code fills in.

use super::read::Candidate;
use crate::dialect::params::Id;
use crate::dialect::span::Span;
use crate::judge::Judgement;
use crate::rule::{PLACEHOLDER, Template};
use crate::scan::template::{MOST, variables};

/// The template that a URL in code is, which is of this number among the findings.
pub(super) fn of(
    text: &[u8],
    candidate: &Candidate,
    judgement: &Judgement<'_>,
    number: usize,
) -> Template {
    let mut url = Vec::with_capacity(candidate.bytes.len());
    let mut from = 0;
    for placeholder in &candidate.placeholders {
        url.extend_from_slice(Span::new(from, placeholder.start as usize).of(&candidate.bytes));
        url.extend_from_slice(PLACEHOLDER.as_bytes());
        from = placeholder.end as usize;
    }
    url.extend_from_slice(candidate.bytes.get(from..).unwrap_or_default());
    let client_id = judgement.get(Id::ClientId).map(|arg| candidate.map.span(arg.param.value));
    let (client_id_variable, secret_variable) =
        if candidate.placeholders.is_empty() || number >= MOST {
            (None, None)
        } else {
            variables(text, candidate.span, client_id)
        };
    Template {
        url: String::from_utf8_lossy(&url).into_owned(),
        client_id_variable,
        secret_variable,
    }
}
