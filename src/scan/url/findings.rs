//! What is said of a URL in a file: the judgement, without what a template or code makes nonsense of, at its place in the text.

use super::fix::UrlFixer;
use super::read::Candidate;
use super::template;
use crate::dialect::params::{Fate, Id};
use crate::dialect::span::Span;
use crate::judge::Judgement;
use crate::judge::run::Print;
use crate::rule::{Arg, Finding, Found, Kind, Rule};
use crate::rules::files::SIGNED_URL_IN_FILE;
use crate::rules::path::{DEPRECATED_EMBED_PATH, DEPRECATED_SIGNED_URL, UNMAPPED_EMBED};
use crate::rules::{MALFORMED_URL, display, parameter, session, user};
use crate::scan::{Embed, Examined, Options, Printed};

/// Rules that look at the value of a parameter: there is none where a placeholder is.
static OF_VALUES: [&Rule; 13] = [
    &MALFORMED_URL,
    &parameter::DUPLICATE_PARAMETER,
    &parameter::ENCODED_COMMA,
    &session::INVALID_MODE,
    &session::INVALID_SESSION_LENGTH,
    &session::INVALID_TIME,
    &session::SIGNATURE_MISMATCH,
    &user::INVALID_EMAIL,
    &user::INVALID_TEAMS,
    &user::INVALID_USER_ATTRIBUTES,
    &user::PLAINTEXT_OAUTH_TOKEN,
    &display::RESPONSIVE_HEIGHT_ON_EDIT,
    &display::THEME_CASE,
];

/// Rules about the URL as a whole, of which each URL has one.
static OF_URLS: [&Rule; 2] = [&DEPRECATED_SIGNED_URL, &DEPRECATED_EMBED_PATH];

/// Rules that miss a parameter: code may add it.
static OF_ABSENCE: [&Rule; 4] = [
    &MALFORMED_URL,
    &user::UNPAIRED_NAME,
    &display::HIDE_MENU_WITHOUT_POSITION,
    &display::LNG_VARIANT_WITHOUT_LNG,
];

/// What may be said of a parameter of a JWT-signed URL whose value is not known: how its name is written, and that it
/// does not belong there.
static WHATEVER_THE_TOKEN: [&str; 2] = ["jwt-missing-colon", "jwt-leftover-parameter"];

/// Adds what is to be said of a URL.
pub(super) fn add(
    text: &[u8],
    candidate: &Candidate,
    judgement: &Judgement<'_>,
    options: &Options<'_>,
    examined: &mut Examined,
) {
    let seal = seal(candidate, judgement);
    let whole = seal.is_some() && candidate.placeholders.is_empty() && candidate.tags.is_empty();
    let id = embed(text, candidate, judgement, judgement.kind == Kind::PublicEmbed);
    let fixer = UrlFixer::new(text, candidate, judgement, options, seal.is_some());
    let number = examined.found.len();
    let filled_in = |arg: &Arg| candidate.has_placeholder(arg.param.value);
    // Without a signature the URL goes on elsewhere, and that code is found there.
    let builds = judgement.get(Id::Signature).is_some_and(filled_in);
    let signs_later = builds || judgement.args.iter().any(|arg| arg.row.signs && filled_in(arg));
    let found = |finding: Finding, arg: Option<&Arg>| Found {
        parameter: match arg {
            Some(arg) => Some(arg.shown_name(&candidate.bytes).into_owned()),
            None => finding.missing.map(str::to_owned),
        },
        kind: Some(judgement.kind),
        embed_id: id.as_ref().map(|embed| embed.id.clone()),
        // Beside a token an unknown parameter is not dropped: it may be the token itself.
        outcome: arg
            .filter(|arg| judgement.kind != Kind::Jwt || arg.row.fate != Fate::Unknown)
            .map(|arg| arg.outcome),
        fix: fixer.fix(&finding, arg),
        template: OF_URLS
            .contains(&finding.rule)
            .then(|| Box::new(template::of(text, candidate, judgement, number))),
        builds: builds && finding.rule == &DEPRECATED_SIGNED_URL,
        finding: Finding { span: candidate.map.span(finding.span), parameter: None, ..finding },
    };
    for finding in &*judgement.findings {
        let arg = finding.parameter.and_then(|n| judgement.args.get(n));
        if let Some(mut finding) = sensible(finding, arg, candidate, judgement.kind, whole) {
            if signs_later && finding.rule == &DEPRECATED_SIGNED_URL {
                finding.suggestion = "the code that builds it has to sign a token instead".into();
            }
            examined.found.push(found(finding, arg));
        }
    }
    if let Some(arg) = seal {
        let finding = Finding::new(&SIGNED_URL_IN_FILE, arg.param.span())
            .suggest("store the URL without it; the application signs when the URL is used");
        examined.found.push(found(finding, Some(arg)));
    }
    examined.embeds.extend(id);
    let is_known =
        |arg: &Arg| is_literal(candidate, arg) && !candidate.has_placeholder(arg.param.key);
    if let Some(print) = Print::of_judged(judgement, is_known) {
        let place = |id| {
            let arg = judgement.get(id);
            arg.map_or(candidate.span, |arg| candidate.map.span(arg.param.span()))
        };
        let (nonce, email) = (place(Id::Nonce), place(Id::Email));
        examined.prints.push(Printed { print, nonce, email });
    }
}

/// What is to be said of a base path to which code joins the id.
pub(super) fn base(candidate: &Candidate) -> Found {
    let finding = Finding::new(&DEPRECATED_EMBED_PATH, candidate.span).suggest(
        "an id is joined to it: join the organisation, `/workbook/` and the workbook's id instead, and sign a token",
    );
    Found { kind: Some(Kind::LegacyEmbed), ..Found::new(finding) }
}

/// The embed that a URL is of.
pub(super) fn embed(
    text: &[u8],
    candidate: &Candidate,
    judgement: &Judgement<'_>,
    public: bool,
) -> Option<Embed> {
    let span = judgement.place.embed_id()?;
    Some(Embed { id: written(text, candidate, span), span: candidate.map.span(span), public })
}

/// The signature or token that is stored with the URL.
fn seal<'j>(candidate: &Candidate, judgement: &'j Judgement<'_>) -> Option<&'j Arg> {
    judgement.args.iter().find(|arg| {
        let signs = match judgement.kind {
            Kind::Jwt => is_token(arg, &candidate.bytes),
            _ => arg.row.id == Id::Signature,
        };
        signs && is_literal(candidate, arg)
    })
}

fn is_token(arg: &Arg, bytes: &[u8]) -> bool {
    arg.name(bytes).eq_ignore_ascii_case(b"jwt")
}

/// Whether a value is one, rather than a place for one.
fn is_literal(candidate: &Candidate, arg: &Arg) -> bool {
    let value = arg.param.value.of(&candidate.bytes);
    let bytes = value.trim_ascii();
    let is_name = bytes.iter().all(|b| b.is_ascii_uppercase() || b"_-".contains(b));
    let is_crossed_out = bytes.iter().all(|b| b"xX*.".contains(b));
    let is_last = arg.param.value.end as usize == candidate.bytes.len();
    let lead = bytes.get(..4).unwrap_or_default();
    !(candidate.has_placeholder(arg.param.value)
        || (is_last && candidate.shortened)
        || is_name
        || is_crossed_out
        || lead.eq_ignore_ascii_case(b"your")
        || bytes.starts_with(b"[")
        || memchr::memmem::find(bytes, b"...").is_some())
}

/// The finding as it holds for a URL in a file, if it does.
fn sensible(
    finding: &Finding,
    arg: Option<&Arg>,
    candidate: &Candidate,
    kind: Kind,
    whole: bool,
) -> Option<Finding> {
    let is_in = |rules: &[&Rule]| rules.contains(&finding.rule);
    if (finding.missing.is_some() || is_in(&OF_ABSENCE)) && !whole {
        return None;
    }
    // Nothing is signed in a file, so nothing has to be proved.
    if is_in(&[&session::UNVERIFIED_SIGNATURE]) {
        return None;
    }
    if is_in(&[&UNMAPPED_EMBED]) && candidate.has_placeholder(finding.span) {
        return None;
    }
    // Of two branches of a template one is taken.
    if finding.rule == &parameter::DUPLICATE_PARAMETER && !candidate.tags.is_empty() {
        return None;
    }
    let Some(arg) = arg else { return Some(finding.clone()) };
    let filled = is_literal(candidate, arg);
    let of_token = kind == Kind::Jwt && !WHATEVER_THE_TOKEN.contains(&finding.rule.id);
    if candidate.has_placeholder(arg.param.key) || (!filled && (is_in(&OF_VALUES) || of_token)) {
        return None;
    }
    let mut finding = finding.clone();
    // The advice depends on a value that is not known.
    if !filled && arg.row.fate == Fate::Replaced {
        finding.suggestion = arg.row.remedy.into();
    }
    Some(finding)
}

/// A part of the URL for a person: a placeholder as it is written.
fn written(text: &[u8], candidate: &Candidate, part: Span) -> String {
    let bytes = if candidate.has_placeholder(part) {
        candidate.map.span(part).of(text)
    } else {
        part.of(&candidate.bytes)
    };
    String::from_utf8_lossy(bytes).into_owned()
}
