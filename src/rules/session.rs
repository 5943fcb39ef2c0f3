//! Rules about the session: mode, length, time, signature.

use crate::dialect::params::Id;
use crate::dialect::source::{MIGRATION, OLD_ERRORS};
use crate::dialect::values::{DEFAULT_LIFETIME, Lifetime, Time, lifetime, time};
use crate::rule::{Arg, Check, Finding, Findings, Severity, Signature, View, declare_rule};

declare_rule! {
    /// ## What it finds
    /// `:mode` with a value other than `userbacked`.
    ///
    /// ## Why it matters
    /// `view` and `explore` were the modes of the older, anonymous embedding. Such a URL has no e-mail address, and no JWT
    /// equivalent for a user without one is documented. For any other mode, old URLs answered `Invalid embed request.`
    ///
    /// ## What to do
    /// Decide which users these embeds should have. A token has no mode; the parameter is dropped.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:mode=UserBacked
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:mode=userbacked
    /// ```
    pub static INVALID_MODE = {
        id: "invalid-mode",
        summary: "the only mode is `userbacked`",
        severity: Warning,
        check: Check::Param(&[Id::Mode], check_mode),
    }
}

/// Said of a URL of the older, anonymous embedding.
pub(super) const ANONYMOUS: &str = "anonymous embedding (`:mode=view`, `:mode=explore`): such a URL has no e-mail address, and no JWT equivalent for a user without one is documented";

/// Whether the value of `:mode` is one of the older, anonymous embedding.
pub(super) fn is_anonymous(mode: &[u8]) -> bool {
    mode == b"view" || mode == b"explore"
}

fn check_mode(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    let value = arg.value(view.url);
    if !value.is_empty() && value != b"userbacked" {
        let finding = Finding::new(&INVALID_MODE, arg.param.span()).about(arg.index);
        findings.push(if is_anonymous(value) {
            finding.message(ANONYMOUS).suggest("decide which user this embed should have")
        } else {
            finding.suggest("nothing to do for the new URL: a token needs no mode")
        });
    }
}

declare_rule! {
    /// ## What it finds
    /// `:session_length` that is not a positive number (error), or is over 2592000 seconds, 30 days (warning).
    ///
    /// ## Why it matters
    /// It becomes the lifetime of the token: `exp` minus `iat`, at most 2592000 seconds. Old URLs answered `":session_length"
    /// exceeds maximum`.
    ///
    /// ## What to do
    /// Write whole seconds from 1 to 2592000. `convert` clamps a longer session to 30 days; `--ttl` sets one length for all URLs.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:session_length=1h
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:session_length=3600
    /// ```
    pub static INVALID_SESSION_LENGTH = {
        id: "invalid-session-length",
        summary: "`:session_length` is not a number of seconds from 1 to 2592000",
        severity: Error,
        check: Check::Param(&[Id::SessionLength], check_length),
    }
}

fn check_length(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    let value = arg.value(view.url);
    // With another length for all URLs nobody reads this one.
    if value.is_empty() || view.context.lifetime.is_some() {
        return;
    }
    let finding = Finding::new(&INVALID_SESSION_LENGTH, arg.param.span()).about(arg.index);
    match lifetime(value) {
        Some(Lifetime::Seconds(_)) => {}
        Some(Lifetime::TooLong) => findings.push(
            finding
                .severity(Severity::Warning)
                .message("`:session_length` is over 2592000 seconds (30 days)")
                .suggest("it is clamped to 2592000"),
        ),
        None => findings.push(
            finding
                .message("`:session_length` is not a positive number of seconds")
                .suggest("write whole seconds, such as `3600`, or give `--ttl SECONDS`"),
        ),
    }
}

declare_rule! {
    /// ## What it finds
    /// `:time` that is not a number (error), or is in milliseconds (warning).
    ///
    /// ## Why it matters
    /// Times are in seconds. The same mistake, `Date.now()` without `/ 1000`, breaks `iat` and `exp` of a token.
    ///
    /// ## What to do
    /// Write seconds since 1970. With `--issued-at url` `convert` divides milliseconds by 1000.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:time=1729785600000
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:time=1729785600.4812
    /// ```
    pub static INVALID_TIME = {
        id: "invalid-time",
        summary: "`:time` is not in seconds since 1970",
        severity: Error,
        check: Check::Param(&[Id::Time], check_time),
    }
}

fn check_time(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    let value = arg.value(view.url);
    if value.is_empty() {
        return;
    }
    let finding = Finding::new(&INVALID_TIME, arg.param.span()).about(arg.index);
    match time(value) {
        Some(Time::Seconds(_)) => {}
        Some(Time::Milliseconds(_)) => findings.push(
            finding
                .severity(Severity::Warning)
                .message("`:time` is in milliseconds")
                .suggest("divide by 1000 where the URL is made"),
        ),
        None => findings.push(
            finding
                .message("`:time` is not a number of seconds since 1970")
                .suggest("write seconds since 1970, such as `1750000000`"),
        ),
    }
}

declare_rule! {
    /// ## What it finds
    /// The secret of the URL's client id is given, and `:signature` is not the HMAC-SHA256 of the URL before it. Or it is, but
    /// a parameter that becomes a claim comes after it, where nothing is signed: that is a mismatch too.
    ///
    /// ## Why it matters
    /// The URL was changed after it was signed, or signed with another secret: `Invalid embed signature.` Converting it would
    /// sign a token for a user, a team or an attribute that nobody vouched for.
    ///
    /// ## What to do
    /// If no URL of a list verifies, the secret is probably wrong. If some do not, these were changed after they were signed: by
    /// somebody, or by a tool that re-encoded them; export them again. `--warn signature-mismatch` converts them if you trust the
    /// list anyway; `--trust-input` does not.
    ///
    /// ```fires --secret demo-embed-secret
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:client_id=c1&:email=ann@example.com&:signature=0000000000000000000000000000000000000000000000000000000000000000
    /// ```
    /// ```silent --secret demo-embed-secret
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:client_id=c1&:email=ann@example.com&:signature=2a51bdba0f72ee2c9363aee1568d896bc6ba36069120f7a9d98cfa7930b0653c
    /// ```
    pub static SIGNATURE_MISMATCH = {
        id: "signature-mismatch",
        summary: "the signature does not match this URL and this secret",
        severity: Error,
        sources: &[MIGRATION, OLD_ERRORS],
        check: Check::Signed(check_signature),
    }
}

fn check_signature(view: &View<'_>, findings: &mut Findings) {
    let Some(signature) = view.get(Id::Signature) else { return };
    if view.signature != Signature::Mismatch {
        return;
    }
    if !view.appended {
        let value = view.bytes(signature.param.value);
        let is_whole =
            value.contains(&b'%') || (value.len() == 64 && value.iter().all(u8::is_ascii_hexdigit));
        if !is_whole {
            findings.push(
                Finding::new(&SIGNATURE_MISMATCH, signature.param.span())
                    .about(signature.index)
                    .message("the signature is not 64 hex digits: it was cut off, or something follows it")
                    .suggest("export the URL again"),
            );
            return;
        }
        findings.push(
            Finding::new(&SIGNATURE_MISMATCH, signature.param.span()).about(signature.index).suggest(
                "if all rows fail, the secret is probably wrong; if some do, these URLs were changed after they were \
                 signed. `--warn signature-mismatch` converts them if you trust the list anyway",
            ),
        );
        return;
    }
    let appended = view.args.iter().filter(|arg| arg.is_appended(signature));
    findings.extend(appended.map(|arg| {
        Finding::new(&SIGNATURE_MISMATCH, arg.param.span())
            .about(arg.index)
            .message("it comes after the signature, which does not cover it")
            .suggest(
                "put the signature last where the URL is made; if it is last there, somebody appended this. \
                 `--warn signature-mismatch` converts it if you trust the list anyway",
            )
    }));
}

declare_rule! {
    /// ## What it finds
    /// In `convert`: a legacy signed URL that nothing proves to be one of yours. It has no signature, or the secret that would
    /// verify it was not given: `--client-id` names a new credential whose secret never signed this URL. With `--trust-input` it
    /// is an info. In `audit` and `inspect` it is an info too, and only for a URL without any signature; the others are counted
    /// in the summary.
    ///
    /// ## Why it matters
    /// `convert` signs a token for the user, the teams and the attributes that the URL names. Anyone who can write into the list
    /// could have one signed for an administrator, by removing the signature and changing the address.
    ///
    /// ## What to do
    /// Give the secret of the URL's own client id: `--credentials FILE` accepts those of several client ids, so that with
    /// `--client-id` the old one verifies and the new one signs. `--trust-input` converts such URLs if you know where the whole
    /// list comes from. Neither the configuration nor `--warn` or `--off` does that, and a signature that does not match stays an
    /// error.
    ///
    /// ```fires --secret demo-embed-secret
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:client_id=c1&:email=admin@example.com
    /// ```
    /// ```silent --secret demo-embed-secret
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:client_id=c1&:email=ann@example.com&:signature=2a51bdba0f72ee2c9363aee1568d896bc6ba36069120f7a9d98cfa7930b0653c
    /// ```
    pub static UNVERIFIED_SIGNATURE = {
        id: "unverified-signature",
        summary: "nothing proves that this URL is one of yours",
        severity: Error,
        sources: &[MIGRATION],
        check: Check::Signed(check_proof),
    }
}

fn check_proof(view: &View<'_>, findings: &mut Findings) {
    let context = view.context;
    let signature = view.get(Id::Signature);
    let asked = context.converting || (context.whole && signature.is_none());
    if view.signature != Signature::NotVerified || !asked {
        return;
    }
    let (message, suggestion) = match (signature, view.get(Id::ClientId)) {
        (None, _) => (
            "no signature: nothing proves that this URL is one of yours",
            "export the URL as it was signed; `--trust-input` converts it if you trust the whole list",
        ),
        (_, None) => (
            "no client id: it is not known which secret signed this URL",
            "export the URL as it was signed; `--trust-input` converts it if you trust the whole list",
        ),
        _ => (
            "no secret was given for this URL's client id, so its signature is not verified",
            "give that secret too, with `--credentials FILE`; `--trust-input` converts the URL if you trust the whole list",
        ),
    };
    let is_error = context.converting && !context.trust_input;
    let finding = match signature {
        Some(arg) => Finding::new(&UNVERIFIED_SIGNATURE, arg.param.span()).about(arg.index),
        None => Finding::new(&UNVERIFIED_SIGNATURE, view.base()).missing(Id::Signature.row().name),
    };
    let finding = finding.severity(if is_error { Severity::Error } else { Severity::Info });
    findings.push(finding.message(message).suggest(suggestion));
}

declare_rule! {
    /// ## What it finds
    /// In `convert` with `--issued-at url`: `:time` plus the session length is not later than now, so the new token has expired
    /// when it is made. URLs that were recorded some time ago give such tokens.
    ///
    /// ## Why it matters
    /// Sigma answers "exp cannot be in the past": the new URL loads for nobody.
    ///
    /// ## What to do
    /// Leave out `--issued-at url`, so that tokens begin when they are made. Use it only to compare new URLs with the old ones.
    ///
    /// ```fires --issued-at url --now 1750000000
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:email=ann@example.com&:time=1749996400&:session_length=3600
    /// ```
    /// ```silent --issued-at url --now 1750000000
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:email=ann@example.com&:time=1749996401&:session_length=3600
    /// ```
    pub static TOKEN_ALREADY_EXPIRED = {
        id: "token-already-expired",
        summary: "the new token has already expired",
        severity: Warning,
        check: Check::Param(&[Id::Time], check_expiry),
    }
}

fn check_expiry(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    let context = view.context;
    let is_used = context.converting
        && context.issued_at_url
        && view.get(Id::Time).is_some_and(|first| first.index == arg.index);
    let (true, Some(now), Some(start)) = (is_used, context.now, time(arg.value(view.url))) else {
        return;
    };
    let length = match view.get(Id::SessionLength) {
        _ if context.lifetime.is_some() => context.lifetime,
        Some(length) => lifetime(length.value(view.url)).map(Lifetime::seconds),
        None => Some(DEFAULT_LIFETIME),
    };
    // A length that cannot be read is an error of its own.
    if length.is_some_and(|length| start.seconds().saturating_add(length) <= now) {
        findings.push(
            Finding::new(&TOKEN_ALREADY_EXPIRED, arg.param.span())
                .about(arg.index)
                .suggest("leave out `--issued-at url`: then the token begins when it is made"),
        );
    }
}
