//! Rules about the session: mode, length, time, signature.

use crate::dialect::params::Id;
use crate::dialect::source::{MIGRATION, OLD_ERRORS};
use crate::dialect::values::{Lifetime, Time, lifetime, time};
use crate::rule::{Arg, Check, Finding, Findings, Severity, Signature, View, declare_rule};

declare_rule! {
    /// ## What it finds
    /// `:mode` with another value than `userbacked`.
    ///
    /// ## Why it matters
    /// `view` and `explore` were the modes of the older, anonymous embedding: such a URL has no e-mail address, and no JWT equivalent for a
    /// user without one is documented. Of another mode the old dialect says `Invalid embed request.`
    ///
    /// ## What to do
    /// Decide which users those embeds are to have. A token has no mode; the parameter is dropped.
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
    let value = arg.value(view.url.bytes);
    if !value.is_empty() && *value != *b"userbacked" {
        let finding = Finding::new(&INVALID_MODE, arg.param.span()).about(arg.index);
        findings.push(if is_anonymous(&value) {
            finding.message(ANONYMOUS).suggest("decide which user this embed is to have")
        } else {
            finding.suggest("nothing to do for the new URL: a token needs no mode")
        });
    }
}

declare_rule! {
    /// ## What it finds
    /// `:session_length` that is no positive number (error), or is over 2592000 seconds, 30 days (warning).
    ///
    /// ## Why it matters
    /// It becomes the token's life: `exp` minus `iat`, 2592000 seconds at most. The old dialect says `":session_length" exceeds maximum`.
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
    let value = arg.value(view.url.bytes);
    // With another length for all URLs nobody reads this one.
    if value.is_empty() || view.context.lifetime_given {
        return;
    }
    let finding = Finding::new(&INVALID_SESSION_LENGTH, arg.param.span()).about(arg.index);
    match lifetime(&value) {
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
    /// `:time` that is no number (error), or is in milliseconds (warning).
    ///
    /// ## Why it matters
    /// Times are in seconds. The same slip, `Date.now()` without `/ 1000`, breaks `iat` and `exp` of a token.
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
    let value = arg.value(view.url.bytes);
    if value.is_empty() {
        return;
    }
    let finding = Finding::new(&INVALID_TIME, arg.param.span()).about(arg.index);
    match time(&value) {
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
    /// A secret is given, and `:signature` is not the HMAC-SHA256 of the URL before it; or it is, but a parameter that becomes a claim
    /// stands behind it, where nothing was signed. The secret is that of the URL's own client id; with `--client-id` naming another
    /// one nothing is verified.
    ///
    /// ## Why it matters
    /// The URL was changed after it was signed, or the secret is another one: `Invalid embed signature.` Converting it would sign a token for a user, a team or
    /// an attribute that nobody vouched for.
    ///
    /// ## What to do
    /// Check the secret first: if no URL of a list verifies, it is the wrong one. If URLs were re-encoded on their way into the list,
    /// export them again. `--warn signature-mismatch` converts all the same.
    ///
    /// ```fires --secret demo-embed-secret
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:client_id=c1&:email=ann@example.com&:signature=0000000000000000000000000000000000000000000000000000000000000000
    /// ```
    /// ```silent --secret demo-embed-secret
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:client_id=c1&:email=ann@example.com&:signature=2a51bdba0f72ee2c9363aee1568d896bc6ba36069120f7a9d98cfa7930b0653c
    /// ```
    pub static SIGNATURE_MISMATCH = {
        id: "signature-mismatch",
        summary: "the signature is not that of this URL and this secret",
        severity: Error,
        sources: &[MIGRATION, OLD_ERRORS],
        check: Check::Signed(check_signature),
    }
}

fn check_signature(view: &View<'_>, findings: &mut Findings) {
    let Some(signature) = view.get(Id::Signature) else { return };
    match view.signature {
        Signature::NotVerified => {}
        Signature::Mismatch => findings.push(
            Finding::new(&SIGNATURE_MISMATCH, signature.param.span()).about(signature.index).suggest(
                "check the secret; if it is the right one, the URL was changed after it was signed",
            ),
        ),
        Signature::Verified => {
            let appended = view.args.iter().filter(|arg| {
                arg.index > signature.index && arg.row.fate.is_signed()
            });
            findings.extend(appended.map(|arg| {
                Finding::new(&SIGNATURE_MISMATCH, arg.param.span())
                    .about(arg.index)
                    .message("it stands behind the signature: nobody signed it")
                    .suggest("put the signature last where the URL is made; if it stands there, this was added later")
            }));
        }
    }
}
