//! Rules about the URL as a text: can it be read at all.

use crate::dialect::escape::broken_escape;
use crate::dialect::params::Id;
use crate::dialect::source::{OLD_ERRORS, QUICKSTART_JWT, RFC_3986};
use crate::dialect::span::Span;
use crate::dialect::url::{Colon, Malformed, Separator};
use crate::rule::{Arg, Check, Finding, Findings, Severity, View, declare_rule};

declare_rule! {
    /// ## What it finds
    /// A row of a list that cannot be read as a URL: no `https://`, no host, white space, control characters, bytes that are not
    /// UTF-8, more than 1 MiB. An `/embed` path without an id, or with parts that embed URLs do not have. Parameters of a signed
    /// URL on a path that does not lead to an embed (`//embed/<id>`). A `%` that is not followed by two hex digits (a warning
    /// where the value is carried over byte for byte). A URL that is still HTML-escaped (`&amp;`).
    ///
    /// ## Why it matters
    /// Such a URL does not load, or has other values than intended. Converting it would carry the mistake into a token.
    ///
    /// ## What to do
    /// Fix the row at the column of the finding; the other rows are not affected.
    ///
    /// ```fires
    /// app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI
    /// ```
    /// ```fires
    /// https://app.sigmacomputing.com//embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:email=ann@example.com
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI
    /// ```
    pub static MALFORMED_URL = {
        id: "malformed-url",
        summary: "the row cannot be read as a URL",
        severity: Error,
        sources: &[RFC_3986, OLD_ERRORS],
        check: Check::Embed(check_text),
    }
}

/// The finding for a row that does not parse.
pub fn malformed(error: Malformed) -> Finding {
    let (message, suggestion) = error.reason.texts();
    Finding::new(&MALFORMED_URL, error.span).message(message).suggest(suggestion)
}

/// The finding for a row whose content could not be had at all, or a path that leads nowhere.
pub fn unreadable(
    span: Span,
    message: impl Into<std::borrow::Cow<'static, str>>,
    suggestion: impl Into<std::borrow::Cow<'static, str>>,
) -> Finding {
    Finding::new(&MALFORMED_URL, span).message(message).suggest(suggestion)
}

fn check_text(view: &View<'_>, findings: &mut Findings) {
    if view.url.broken_escape {
        check_escapes(view, findings);
    }
    // What is to become a claim must be text. The rules of e-mail, teams and attributes say so of theirs.
    for arg in view.args {
        let judged_elsewhere = matches!(
            arg.row.id,
            Id::Email | Id::ExternalUserTeam | Id::Teams | Id::UserAttribute | Id::UserAttributes
        );
        if arg.row.fate.is_signed() && !judged_elsewhere && arg.text(view.url).is_none() {
            findings.push(
                unreadable(
                    arg.param.span(),
                    "the value is not UTF-8, so it cannot become a claim",
                    "percent-encode the value as UTF-8",
                )
                .about(arg.index),
            );
        }
    }
    let html = view.args.iter().find(|arg| {
        arg.param.colon == Colon::None && view.bytes(arg.param.key).starts_with(b"amp;")
    });
    if let Some(arg) = html {
        findings.push(
            unreadable(
                arg.param.key,
                "the URL is HTML-escaped: it has `&amp;` instead of `&`",
                "copy the URL as the browser sees it, with `&` instead of `&amp;`",
            )
            .about(arg.index),
        );
    }
}

/// A broken escape in the path or in what becomes a claim is an error; elsewhere the bytes are carried or dropped as they are.
fn check_escapes(view: &View<'_>, findings: &mut Findings) {
    let broken = |span: Span, findings: &mut Findings, about: Option<&Arg>| {
        if let Some(at) = broken_escape(view.bytes(span)) {
            let at = span.start as usize + at;
            let claimed = about.is_none_or(|arg| arg.row.fate.is_signed());
            let mut finding = unreadable(
                Span::new(at, at + 1),
                "a `%` that is not followed by two hex digits",
                "write a percent sign itself as `%25`",
            )
            .severity(if claimed { Severity::Error } else { Severity::Warning });
            finding.parameter = about.map(|arg| arg.index);
            findings.push(finding);
        }
    };
    broken(view.base(), findings, None);
    for arg in view.args {
        broken(arg.param.span(), findings, Some(arg));
    }
}

declare_rule! {
    /// ## What it finds
    /// A URL with `http:`.
    ///
    /// ## Why it matters
    /// The token in the new URL signs in whoever holds it, once. Over plain HTTP, everyone on the network path can read it.
    ///
    /// ## What to do
    /// Write `https:`; `convert` does this automatically.
    ///
    /// ```fires
    /// http://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI
    /// ```
    /// ```silent
    /// HTTPS://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI
    /// ```
    pub static INSECURE_SCHEME = {
        id: "insecure-scheme",
        summary: "the URL uses `http:`: everyone on the network path can read the signature or the token",
        severity: Warning,
        sources: &[QUICKSTART_JWT],
        check: Check::Any(check_scheme),
    }
}

fn check_scheme(view: &View<'_>, findings: &mut Findings) {
    if view.bytes(view.url.scheme).eq_ignore_ascii_case(b"http") {
        findings.push(Finding::new(&INSECURE_SCHEME, view.url.scheme).suggest("use `https:`"));
    }
}

declare_rule! {
    /// ## What it finds
    /// `&` between the path and the first parameter, where `?` belongs: `/embed/<id>&:nonce=…`.
    ///
    /// ## Why it matters
    /// By the rules of URLs, the parameters are then part of the path. Code in public repositories writes such URLs; no source
    /// says that new paths are read this way.
    ///
    /// ## What to do
    /// Fix the code that builds the URL. `convert` reads the parameters anyway and writes `?`.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI&:theme=Dark
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:theme=Dark
    /// ```
    pub static MISSING_QUERY_SEPARATOR = {
        id: "missing-query-separator",
        summary: "`&` where the first `?` belongs",
        severity: Warning,
        sources: &[RFC_3986],
        check: Check::Any(check_separator),
    }
}

fn check_separator(view: &View<'_>, findings: &mut Findings) {
    if view.url.separator == Separator::Ampersand {
        let at = Span { start: view.url.path.end, end: view.url.path.end + 1 };
        findings
            .push(Finding::new(&MISSING_QUERY_SEPARATOR, at).suggest("begin the query with `?`"));
    }
}
