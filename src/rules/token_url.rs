//! Rules about the URL that carries a token, and the token's signature.

use crate::dialect::claims::ALGORITHM;
use crate::dialect::params::{Fate, Id};
use crate::dialect::path::Place;
use crate::dialect::reading::Reading;
use crate::dialect::source::{
    CLAIMS, EMBED_API, MIGRATION, NEW_PARAMETERS, QUICKSTART_JWT, RFC_7519,
};
use crate::dialect::url::Colon;
use crate::dialect::values::boolean;
use crate::rule::{
    Arg, Check, Finding, Findings, Severity, Signature, TokenArg, View, declare_rule,
};

use super::token::about;

declare_rule! {
    /// ## What it finds
    /// A secret is given, and the token's signature is not the HMAC-SHA256 of its header and claims. With
    /// `--credentials` the secret is that of the token's `kid`. A token with another algorithm has
    /// `jwt-wrong-algorithm` instead.
    ///
    /// ## Why it matters
    /// The token was changed after it was signed, or signed with another secret.
    ///
    /// ## What to do
    /// Check the secret first: if no token verifies, it is wrong, or belongs to another client id than `kid` names. Sign with the
    /// secret as a UTF-8 string, not decoded from hex or base64.
    ///
    /// ```fires --secret demo-embed-secret
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.ktu4Q5zwYg5SFc2-vtKOnJamEm8oTue7LVtyxgNNNEM&:embed=true
    /// ```
    /// ```silent --secret demo-embed-secret
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8&:embed=true
    /// ```
    pub static JWT_BAD_SIGNATURE = {
        id: "jwt-bad-signature",
        summary: "the signature does not match this token and this secret",
        severity: Error,
        sources: &[CLAIMS, RFC_7519],
        check: Check::Carried(check_signature),
    }
}

fn check_signature(_: &View<'_>, carried: &TokenArg, findings: &mut Findings) {
    let other_algorithm = carried.reading.token().is_some_and(|token| {
        token.header.get("alg").and_then(|alg| alg.as_str()) != Some(ALGORITHM)
    });
    if carried.signature == Signature::Mismatch && !other_algorithm {
        findings.push(about(&JWT_BAD_SIGNATURE, carried).suggest(
            "check the secret; if it is right, the token was changed after it was signed",
        ));
    }
}

declare_rule! {
    /// ## What it finds
    /// A token on the deprecated path `/embed/…`.
    ///
    /// ## Why it matters
    /// The path of a JWT-signed URL is that of the workbook: `/<org>/workbook/<workbookId>`.
    ///
    /// ## What to do
    /// Put the token behind the workbook's URL. The embed map names the workbook of each embed id; `map pull` fetches it from
    /// Sigma.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8&:embed=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8&:embed=true
    /// ```
    pub static JWT_LEGACY_PATH = {
        id: "jwt-legacy-path",
        summary: "a token on the deprecated `/embed` path",
        severity: Error,
        sources: &[MIGRATION],
        check: Check::Jwt(check_path),
    }
}

fn check_path(view: &View<'_>, findings: &mut Findings) {
    if matches!(view.place, Place::Embed { .. } | Place::BrokenEmbed { .. }) {
        findings.push(
            Finding::new(&JWT_LEGACY_PATH, view.url.path)
                .suggest("write `/<org>/workbook/<workbookId>` instead"),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// `?jwt=` where `?:jwt=` belongs, or the name in a different case (`:JWT`); a colon that is percent-encoded is a warning.
    ///
    /// ## Why it matters
    /// Without its colon it is a workbook control: the URL has no token. Sigma's own first guide has this mistake. The colon is
    /// literal in every sample.
    ///
    /// ## What to do
    /// Write `:jwt=` after the URL was encoded, not before.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8&:embed=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8&:embed=true
    /// ```
    pub static JWT_MISSING_COLON = {
        id: "jwt-missing-colon",
        summary: "`jwt` without its colon is a workbook control: the URL has no token",
        severity: Error,
        sources: &[EMBED_API, QUICKSTART_JWT],
        check: Check::Jwt(check_colon),
    }
}

fn check_colon(view: &View<'_>, findings: &mut Findings) {
    for carried in view.tokens {
        let arg = &carried.arg;
        let finding = about(&JWT_MISSING_COLON, carried).suggest("write `:jwt=`");
        match arg.param.colon {
            Colon::None => findings.push(finding),
            _ if *arg.name(view.url.bytes) != *b"jwt" => {
                findings
                    .push(finding.message("`:jwt` is written in lower case: the URL has no token"));
            }
            Colon::Encoded => findings.push(finding.severity(Severity::Warning).message(
                "the colon of `:jwt` is percent-encoded: Sigma's samples have it literally",
            )),
            Colon::Plain => {}
        }
    }
}

declare_rule! {
    /// ## What it finds
    /// A URL with a token but without `:embed=true`. In a scanned file nothing is reported for a URL that ends with `:jwt=`: code
    /// may append the rest.
    ///
    /// ## Why it matters
    /// Every JWT-signed URL has it: it is what makes the workbook an embed.
    ///
    /// ## What to do
    /// Add `&:embed=true`.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8&:embed=true
    /// ```
    pub static JWT_MISSING_EMBED = {
        id: "jwt-missing-embed",
        summary: "no `:embed=true`: the workbook is not opened as an embed",
        severity: Warning,
        sources: &[EMBED_API, QUICKSTART_JWT],
        check: Check::Jwt(check_embed),
    }
}

fn check_embed(view: &View<'_>, findings: &mut Findings) {
    let breaks_off = |carried: &TokenArg| {
        !view.context.whole
            && matches!(carried.reading, Reading::Placeholder)
            && carried.arg.index + 1 == view.args.len()
    };
    if view.tokens.iter().any(breaks_off) {
        return;
    }
    let add = "add `&:embed=true`";
    match view.get(Id::Embed) {
        None => findings.push(
            Finding::new(&JWT_MISSING_EMBED, view.base())
                .missing(Id::Embed.row().name)
                .suggest(add),
        ),
        Some(arg) if boolean(arg.value(view.url)) != Some(true) => findings.push(
            Finding::new(&JWT_MISSING_EMBED, arg.param.span())
                .about(arg.index)
                .message("`:embed` is not `true`: the workbook is not opened as an embed")
                .suggest("write `:embed=true`"),
        ),
        Some(_) => {}
    }
}

declare_rule! {
    /// ## What it finds
    /// An old parameter that is still in the query of a URL with a token: one that became a claim, one that is no longer
    /// supported, or one that nothing needs.
    ///
    /// ## Why it matters
    /// Only the token is signed. A team or an attribute in the query is missing from the token; an unsupported restriction
    /// restricts nothing; and everyone who sees the URL can read the user's data.
    ///
    /// ## What to do
    /// Put claims into the token, and remove the rest. `embed2jwt explain` has a rule for each unsupported parameter.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8&:embed=true&:hide_sheet_interactions=true
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8&:embed=true&:email=ann@example.com
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8&:embed=true&:theme=Dark&Store-Region=West
    /// ```
    pub static JWT_LEFTOVER_PARAMETER = {
        id: "jwt-leftover-parameter",
        summary: "an old parameter that does not belong beside a token",
        severity: Warning,
        sources: &[MIGRATION, NEW_PARAMETERS],
        check: Check::Jwt(check_leftovers),
    }
}

fn check_leftovers(view: &View<'_>, findings: &mut Findings) {
    for arg in view.args {
        findings.extend(leftover(view, arg));
    }
}

fn leftover(view: &View<'_>, arg: &Arg) -> Option<Finding> {
    let name = arg.shown_name(view.url.bytes);
    let (message, suggestion) = match (arg.row.fate, arg.row.target) {
        (Fate::Claim, Some(target)) => (
            format!("`:{name}` does not belong beside a token: it is the claim `{target}` now"),
            format!("set `{target}` in the token, and remove the parameter"),
        ),
        (Fate::Header, Some(target)) => (
            format!(
                "`:{name}` does not belong beside a token: it is `{target}` in the token's header now"
            ),
            format!("set `{target}` in the token's header, and remove the parameter"),
        ),
        (Fate::Replaced, Some(_)) => (
            format!("`:{name}` is replaced by {} in JWT-signed URLs", arg.row.replacement()),
            arg.row.remedy.to_owned(),
        ),
        (Fate::Unsupported, _) => (
            format!("JWT-signed URLs have no parameter `:{name}`: it does nothing"),
            arg.row.remedy.to_owned(),
        ),
        (Fate::Obsolete, _) => {
            (format!("`:{name}` has no effect beside a token"), "remove the parameter".to_owned())
        }
        _ => return None,
    };
    Some(
        Finding::new(&JWT_LEFTOVER_PARAMETER, arg.param.span())
            .about(arg.index)
            .message(message)
            .suggest(suggestion),
    )
}
