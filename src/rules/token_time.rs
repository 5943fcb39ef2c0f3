//! Rules about how long a token lives, and for which version of Sigma's reading it is written.

use serde_json::Value;

use super::token::about;
use crate::dialect::claims::{AUDIENCE, MAX_LIFETIME, Part, TABLE};
use crate::dialect::reading::Token;
use crate::dialect::source::{CLAIMS, NEW_ERRORS, QUICKSTART_CLAIMS};
use crate::rule::{Check, Finding, Findings, TokenArg, View, declare_rule};

declare_rule! {
    /// ## What it finds
    /// `iat` or `exp` in milliseconds.
    ///
    /// ## Why it matters
    /// Both are seconds. JavaScript's `Date.now()` gives milliseconds.
    ///
    /// ## What to do
    /// Divide by 1000 and round down: `Math.floor(Date.now() / 1000)`.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwMDAwfQ.ZYw0LSM1Fpl3QW7FfHLJUCQFmqKQZU0RcG6VpUQLYaA&:embed=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8&:embed=true
    /// ```
    pub static JWT_MILLISECONDS = {
        id: "jwt-milliseconds",
        summary: "a time in milliseconds, where seconds belong",
        severity: Error,
        sources: &[CLAIMS, QUICKSTART_CLAIMS],
        check: Check::Token(check_milliseconds),
    }
}

fn check_milliseconds(_: &View<'_>, carried: &TokenArg, token: &Token, findings: &mut Findings) {
    for name in ["iat", "exp"] {
        if token.time(name).is_some_and(|time| time.milliseconds) {
            findings.push(
                about(&JWT_MILLISECONDS, carried)
                    .message(format!("`{name}` is in milliseconds, where seconds belong"))
                    .suggest("divide by 1000 and round down"),
            );
        }
    }
}

declare_rule! {
    /// ## What it finds
    /// A token that lives longer than 2592000 seconds, 30 days: `exp` minus `iat`.
    ///
    /// ## Why it matters
    /// A token may live 30 days at most.
    ///
    /// ## What to do
    /// Set `exp` to at most `iat` + 2592000. An hour is enough for most embeds, and safer.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUyNTkyMDAxfQ.qxbBFDmbSsi7tADuGzkPfcMslvGPg_Sh1E1CBdNi1pQ&:embed=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUyNTkyMDAwfQ.lZeKM9587cvBhOPQ4M_21l1Qr2SGTPsCs5K0AEF1ZjE&:embed=true
    /// ```
    pub static JWT_TOO_LONG = {
        id: "jwt-too-long",
        summary: "the token lives longer than 30 days",
        severity: Error,
        sources: &[CLAIMS],
        check: Check::Token(check_length),
    }
}

fn check_length(_: &View<'_>, carried: &TokenArg, token: &Token, findings: &mut Findings) {
    let (Some(iat), Some(exp)) = (token.time("iat"), token.time("exp")) else { return };
    let length = exp.seconds.saturating_sub(iat.seconds);
    if length > MAX_LIFETIME {
        findings.push(
            about(&JWT_TOO_LONG, carried)
                .message(format!(
                    "the token lives {length} seconds, more than {MAX_LIFETIME} (30 days)"
                ))
                .suggest(format!("set `exp` to at most `iat` + {MAX_LIFETIME}")),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// A token whose `exp` is in the past, or not after its `iat`. `--now` sets the clock.
    ///
    /// ## Why it matters
    /// `exp cannot be in the past`; `EINVAL` for an expired token. A token is short-lived and for one use; a stored one is always
    /// dead.
    ///
    /// ## What to do
    /// Make the token when the page is requested, and do not store it. If it is fresh, check the clock of the server that makes
    /// it.
    ///
    /// ```fires --now 1750003600
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8&:embed=true
    /// ```
    /// ```silent --now 1750003599
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8&:embed=true
    /// ```
    pub static JWT_EXPIRED = {
        id: "jwt-expired",
        summary: "the token has expired: Sigma answers `exp cannot be in the past`",
        severity: Warning,
        sources: &[CLAIMS, NEW_ERRORS],
        check: Check::Token(check_expiry),
    }
}

fn check_expiry(view: &View<'_>, carried: &TokenArg, token: &Token, findings: &mut Findings) {
    let Some(exp) = token.time("exp") else { return };
    let expired = || about(&JWT_EXPIRED, carried);
    if view.context.now.is_some_and(|now| exp.seconds <= now) {
        findings.push(expired().suggest("make a new token for every use"));
    } else if token.time("iat").is_some_and(|iat| exp.seconds <= iat.seconds) {
        findings.push(
            expired()
                .message("`exp` is not after `iat`: the token has expired when it is issued")
                .suggest("set `exp` to `iat` plus the seconds that the token should live"),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// `ver` that is neither the string `1.0` nor `1.1`; `oauth_token` or `connection_oauth_tokens` in a token that is not of
    /// version 1.1.
    ///
    /// ## Why it matters
    /// There are two versions, and 1.0 is assumed. Only version 1.1 has OAuth tokens:
    /// `connection_oauth_tokens is only supported in ver 1.1`.
    ///
    /// ## What to do
    /// Write `"ver": "1.1"` with `"aud": "sigmacomputing"`, or leave `ver` out.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJ2ZXIiOiIyIn0.OTLm5vWLLkMqkQAu-bkEUasGeNcBDhdtxKTpxL171BQ&:embed=true
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJvYXV0aF90b2tlbiI6IkFBRUNBd1FGQmdjSUNRb0xEQTBPRHc9PS5FQkVTRXhRVkZoY1lHUm9iLkRoMTI4VjVNOUZCSnBKVlR3WHRkeVE9PS5xOEJCVzdBT3p5SjZXZ2lJbmJyRSJ9.FyyVqc7b5WNwT0x0xlYrXJDOZbPZ-8JSHQqR1pO7XS0&:embed=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJ2ZXIiOiIxLjAifQ.Vi4DlDC1xIbpyMaO5i6R708U5nM5adxWogp7uS8TJnA&:embed=true
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJvYXV0aF90b2tlbiI6IkFBRUNBd1FGQmdjSUNRb0xEQTBPRHc9PS5FQkVTRXhRVkZoY1lHUm9iLkRoMTI4VjVNOUZCSnBKVlR3WHRkeVE9PS5xOEJCVzdBT3p5SjZXZ2lJbmJyRSIsInZlciI6IjEuMSIsImF1ZCI6InNpZ21hY29tcHV0aW5nIn0.RKz8QceGynzpOoRGOg12I372kSpk8Ml5nS4wnOM1sC8&:embed=true
    /// ```
    pub static JWT_BAD_VERSION = {
        id: "jwt-bad-version",
        summary: "`ver` is neither `1.0` nor `1.1`, or not the one that the claims need",
        severity: Error,
        sources: &[CLAIMS, QUICKSTART_CLAIMS],
        check: Check::Token(check_version),
    }
}

fn check_version(_: &View<'_>, carried: &TokenArg, token: &Token, findings: &mut Findings) {
    match token.claims.get("ver") {
        Some(Value::String(ver)) if ver == "1.1" => return,
        None => {}
        Some(Value::String(ver)) if ver == "1.0" => {}
        Some(other) => {
            let kind = if other.is_string() { "" } else { ", a string in quotes" };
            findings.push(
                about(&JWT_BAD_VERSION, carried)
                    .message(format!("`ver` is neither `1.0` nor `1.1`{kind}"))
                    .suggest("write `\"ver\": \"1.1\"`, or leave it out"),
            );
            return;
        }
    }
    let needs = TABLE.iter().filter(|row| row.part == Part::Payload && row.encrypted);
    for row in needs.filter(|row| token.claims.contains_key(row.name)) {
        findings.push(
            about(&JWT_BAD_VERSION, carried)
                .message(format!("`{}` needs a token of version 1.1", row.name))
                .suggest(format!("add `\"ver\": \"1.1\"` and `\"aud\": \"{AUDIENCE}\"`")),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// A token of version 1.1 whose `aud` is missing or not `sigmacomputing`.
    ///
    /// ## Why it matters
    /// `aud` must be `sigmacomputing` with version 1.1. With version 1.0 `aud` is ignored, and so is it here.
    ///
    /// ## What to do
    /// Write `"aud": "sigmacomputing"`: one string, not an array.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJ2ZXIiOiIxLjEifQ.uY53JAwMs8ZLaXD5u0YFlSvkHRk3CeKb5gGx1lDnrVk&:embed=true
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJ2ZXIiOiIxLjEiLCJhdWQiOiJzaWdtYSJ9.7xRz5huf_TVsZVszn26F-iaz_ZmbakMJOTNusQpoyMU&:embed=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJ2ZXIiOiIxLjEiLCJhdWQiOiJzaWdtYWNvbXB1dGluZyJ9.sWXse5EgDTZs3u0-vAat38ZtD3Etq1iy5611i235gpI&:embed=true
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJhdWQiOiJzaWdtYSJ9.qHlWWqnQP20tXQLx1OSreWTrK-J34UwKPmQbQwrdKj4&:embed=true
    /// ```
    pub static JWT_BAD_AUDIENCE = {
        id: "jwt-bad-audience",
        summary: "a token of version 1.1 needs `sigmacomputing` as its `aud`",
        severity: Error,
        sources: &[CLAIMS],
        check: Check::Token(check_audience),
    }
}

fn check_audience(_: &View<'_>, carried: &TokenArg, token: &Token, findings: &mut Findings) {
    let text = |name: &str| token.claims.get(name).and_then(Value::as_str);
    if text("ver") != Some("1.1") || text("aud") == Some(AUDIENCE) {
        return;
    }
    let finding: Finding = about(&JWT_BAD_AUDIENCE, carried);
    let finding = if token.claims.contains_key("aud") { finding } else { finding.missing("aud") };
    findings.push(finding.suggest(format!("write `\"aud\": \"{AUDIENCE}\"`")));
}
