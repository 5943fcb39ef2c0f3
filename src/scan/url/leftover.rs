//! What a new URL still carries of the old dialect: a base path may be fixed before the parameters behind it.

use super::fix::UrlFixer;
use super::read::Candidate;
use crate::dialect::params::{Fate, Id};
use crate::judge::Judgement;
use crate::rule::{Arg, Finding, Found};
use crate::rules::code::{self, Fragment};
use crate::scan::Options;

/// Adds what is to be said of the parameters that the new dialect does not have. Of a new URL there is nothing else to say.
pub(super) fn add(
    text: &[u8],
    candidate: &Candidate,
    judgement: &Judgement<'_>,
    options: &Options<'_>,
    found: &mut Vec<Found>,
) {
    let is_leftover = |arg: &&Arg| {
        // The address bar shows a workbook's page so, whether or not the URL is one of an embed.
        let leftover =
            matches!(arg.row.fate, Fate::Unsupported | Fate::Replaced) && arg.row.id != Id::NodeId;
        leftover && !candidate.has_placeholder(arg.param.key)
    };
    let mut leftovers = judgement.args.iter().filter(is_leftover).peekable();
    if !judgement.place.takes_token() || leftovers.peek().is_none() {
        return;
    }
    let fixer = UrlFixer::new(text, candidate, judgement, options, false);
    let has_position = judgement.get(Id::MenuPosition).is_some();
    for arg in leftovers {
        let name = arg.shown_name(&candidate.bytes).into_owned();
        let value = judgement.value(arg);
        let known = !candidate.has_placeholder(arg.param.value);
        let fragment = Fragment {
            row: arg.row,
            name: &name,
            value: known.then_some(value),
            span: arg.param.span(),
            has_position,
        };
        if let Some(finding) = code::check(options.context, &fragment) {
            found.push(Found {
                kind: Some(judgement.kind),
                embed_id: None,
                outcome: Some(fragment.outcome()),
                fix: fixer.fix(&finding, Some(arg)),
                finding: Finding { span: candidate.map.span(finding.span), ..finding },
                parameter: Some(name),
                template: None,
                builds: false,
            });
        }
    }
}
