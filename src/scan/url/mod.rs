//! URLs in a text, however they are quoted, escaped and broken over lines.

mod base;
mod base64;
mod end;
mod findings;
mod fix;
pub(super) mod join;
mod leftover;
mod map;
pub(super) mod placeholder;
mod public;
mod read;
pub(super) mod start;
mod template;
#[cfg(test)]
mod tests;

use super::{Examined, Options};
use crate::dialect::span::Span;
use crate::judge::{Scratch, judge};
use crate::rule::Kind;

use read::{Candidate, read};
use start::{DEEPEST, Starts};

/// Judges every URL that begins at one of `starts`. The spans are those of the URLs, in order; none overlaps another.
pub(super) fn examine(
    text: &[u8],
    starts: &Starts,
    options: &Options<'_>,
    scratch: &mut Scratch,
    examined: &mut Examined,
) -> Vec<Span> {
    let mut taken = urls(text, &starts.urls, options, scratch, examined);
    if !starts.base64.is_empty() {
        taken.extend(base64::examine(text, &starts.base64, options, scratch, examined));
        taken.sort_unstable();
        examined.embeds.sort_by_key(|embed| embed.span);
    }
    apart(&mut taken);
    taken
}

/// Leaves out what lies in another: a URL in a parameter of a URL.
fn apart(spans: &mut Vec<Span>) {
    let mut end = 0;
    spans.retain(|span| {
        let apart = span.start >= end;
        end = end.max(span.end);
        apart
    });
}

/// The URLs that begin at `starts`, which are in order.
fn urls(
    text: &[u8],
    starts: &[start::Start],
    options: &Options<'_>,
    scratch: &mut Scratch,
    examined: &mut Examined,
) -> Vec<Span> {
    let mut taken = Vec::new();
    let mut candidate = Candidate::default();
    // How far the text has been read as a URL, by the depth of its encoding: every byte is read once at each, however many
    // hosts stand in it.
    let mut names = base::MOST_NAMES;
    let mut read_to = [0; DEEPEST as usize + 1];
    for (n, start) in starts.iter().enumerate() {
        if examined.found.len() >= options.most {
            break;
        }
        let Some(done) = read_to.get_mut(start.depth as usize) else { continue };
        if start.at < *done {
            continue;
        }
        read(text, *start, starts.get(n + 1..).unwrap_or_default(), &mut candidate);
        *done = candidate.span.end as usize;
        let judgement = judge(&candidate.bytes, options.context, scratch);
        match judgement.kind {
            Kind::Malformed if base::is_joined(text, &candidate, &mut names) => {
                taken.push(candidate.span);
                examined.urls += 1;
                examined.found.push(findings::base(&candidate));
                continue;
            }
            Kind::Malformed => continue,
            Kind::Other => {
                // On Sigma's host it is a page or a new URL without its token: nobody's building code.
                if judgement.url.as_ref().is_some_and(|url| !url.path.is_empty()) {
                    taken.push(candidate.span);
                    leftover::add(text, &candidate, &judgement, options, &mut examined.found);
                }
                continue;
            }
            Kind::LegacySigned | Kind::LegacyEmbed | Kind::PublicEmbed | Kind::Jwt => {}
        }
        taken.push(candidate.span);
        examined.urls += 1;
        if judgement.kind == Kind::LegacyEmbed && public::is_public(text, candidate.span) {
            examined.embeds.extend(findings::embed(text, &candidate, &judgement, true));
            continue;
        }
        findings::add(text, &candidate, &judgement, options, examined);
    }
    taken
}
