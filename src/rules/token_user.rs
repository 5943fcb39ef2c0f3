//! Rules about whose token it is: the credentials that sign it, and the teams of its user.

use serde_json::Value;

use super::token::about;
use crate::dialect::claims::NOT_INTERNAL;
use crate::dialect::reading::Token;
use crate::dialect::source::{ACCESS, CLAIMS, QUICKSTART_CLAIMS};
use crate::rule::{Check, Findings, TokenArg, UserKind, View, declare_rule};

declare_rule! {
    /// ## What it finds
    /// A token whose `iss` is not its `kid`.
    ///
    /// ## Why it matters
    /// Both are the client id of the credentials that sign the token. Two ids in one token are a mistake: one of them belongs to
    /// other credentials.
    ///
    /// ## What to do
    /// Write the same client id into both, or leave `iss` out.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJpc3MiOiJjMiJ9.NW8InETa8imEiHoKm9XtbqMzGIYryHtxessDj7UXgDE&:embed=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJpc3MiOiJjMSJ9.GDkz93B1KflxlxPp83XGzA-X8kQ6UHNh7US4Ngb5AJ0&:embed=true
    /// ```
    pub static JWT_ISSUER_MISMATCH = {
        id: "jwt-issuer-mismatch",
        summary: "`iss` is another client id than `kid`",
        severity: Error,
        sources: &[CLAIMS],
        check: Check::Token(check_issuer),
    }
}

fn check_issuer(_: &View<'_>, carried: &TokenArg, token: &Token, findings: &mut Findings) {
    let kid = token.header.get("kid").and_then(Value::as_str).filter(|kid| !kid.is_empty());
    let iss = token.claims.get("iss").and_then(Value::as_str);
    if let (Some(kid), Some(iss)) = (kid, iss)
        && kid != iss
    {
        findings.push(
            about(&JWT_ISSUER_MISMATCH, carried)
                .suggest("write the client id that signs the token into both, or leave `iss` out"),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// A token without `teams`, or with an empty list. Not with `--user internal`.
    ///
    /// ## Why it matters
    /// Without teams, a new embed user is not created. Sigma advises always to pass `teams` and `account_type` for embed users.
    /// The token of an internal user must not have them: a token with nothing but `sub` may be one of those.
    ///
    /// ## What to do
    /// Write the teams of the embed user: `"teams": ["Sales"]`. If all tokens are those of internal users, turn the rule off
    /// (`--off jwt-missing-teams`).
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8&:embed=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJ0ZWFtcyI6WyJTYWxlcyJdfQ.BEcDMLtwjmneGA4XXUvUZfm61jwVUpzTwbdn0sqACnk&:embed=true
    /// ```
    pub static JWT_MISSING_TEAMS = {
        id: "jwt-missing-teams",
        summary: "the token has no teams: without them a new embed user is not created",
        severity: Warning,
        sources: &[ACCESS, QUICKSTART_CLAIMS],
        check: Check::Token(check_teams),
    }
}

fn check_teams(view: &View<'_>, carried: &TokenArg, token: &Token, findings: &mut Findings) {
    let named = match token.claims.get("teams") {
        None => false,
        Some(Value::Array(teams)) => !teams.is_empty(),
        // `jwt-wrong-type` says what is wrong with it.
        Some(_) => true,
    };
    if named || view.context.user == UserKind::Internal {
        return;
    }
    let finding = about(&JWT_MISSING_TEAMS, carried)
        .missing("teams")
        .suggest("write the teams of the embed user: `\"teams\": [\"Sales\"]`");
    let may_be_internal = !NOT_INTERNAL.iter().any(|name| token.claims.contains_key(*name));
    findings.push(if may_be_internal {
        finding.message(
            "the token has no teams: without them a new embed user is not created; only the token of an internal user goes without",
        )
    } else {
        finding
    });
}
