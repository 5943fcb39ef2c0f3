//! Rules about what a token holds: its form, header, claims and their types.

use std::borrow::Cow;

use serde_json::Value;

use super::user::{
    INTERNAL_USER_CLAIMS, INVALID_EMAIL, MISSING_ACCOUNT_TYPE, PLAINTEXT_OAUTH_TOKEN,
    UNPAIRED_NAME, say_email,
};
use crate::dialect::claims::{ALGORITHM, Claim, Demand, NOT_INTERNAL, Part, TABLE, Type, find};
use crate::dialect::oauth::is_encrypted;
use crate::dialect::params::lookup;
use crate::dialect::reading::{Broken, Reading, Token};
use crate::dialect::source::{CLAIMS, NEW_ERRORS, QUICKSTART_CLAIMS, QUICKSTART_JWT, RFC_7519};
use crate::dialect::values::email;
use crate::rule::{
    Check, Finding, Findings, Rule, Severity, TokenArg, UserKind, View, declare_rule,
};
use crate::text::{nearest, plural};

/// A finding about a token: it stands at the parameter, and names the claim. No value of a claim is in its texts.
pub(super) fn about(rule: &'static Rule, carried: &TokenArg) -> Finding {
    Finding::new(rule, carried.arg.param.span()).about(carried.arg.index)
}

/// A name from a token as a message shows it.
fn shown(name: &str) -> Cow<'_, str> {
    const LONGEST: usize = 40;
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}\u{2026}", name.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(name),
    }
}

declare_rule! {
    /// ## What it finds
    /// Something that is not a token: not three base64url parts without padding, of which the first two are JSON objects; or a
    /// name that occurs twice in one object. And a claim of another type than in Sigma's table: `teams` that is not an array of
    /// strings, `user_attributes` that is not an object of strings, `iat` or `exp` that is not a whole number of seconds (a
    /// fraction is a warning).
    ///
    /// A placeholder instead of the token (`${token}`, `{{ token }}`, `<token>`, `eyJ...`) is not a token, and nothing is
    /// reported for it. In a scanned file this also holds for an empty value and for a word like `TOKEN`.
    ///
    /// ## Why it matters
    /// What is not a token signs nobody in. Claims have the types of Sigma's table: strings, arrays of strings, whole seconds.
    ///
    /// ## What to do
    /// Let a JWT library write the token, and give it strings, arrays and numbers: `"teams": ["Sales"]`, `"user_attributes":
    /// {"Region": "West,Midwest"}`, `"exp": 1750003600`.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJ0ZWFtcyI6IlNhbGVzIn0.tr41UXxLTikKvJ8bYsIxvDpYoqa_3CMgFYyCEsAo2tQ&:embed=true
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiJ9.e30&:embed=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJ0ZWFtcyI6WyJTYWxlcyJdfQ.BEcDMLtwjmneGA4XXUvUZfm61jwVUpzTwbdn0sqACnk&:embed=true
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=${token}&:embed=true
    /// ```
    pub static JWT_WRONG_TYPE = {
        id: "jwt-wrong-type",
        summary: "the token, or one of its claims, does not have the form of Sigma's table",
        severity: Error,
        sources: &[CLAIMS, RFC_7519],
        check: Check::Carried(check_types),
    }
}

fn check_types(_: &View<'_>, carried: &TokenArg, findings: &mut Findings) {
    match &carried.reading {
        Reading::Placeholder => {}
        Reading::Broken(broken) => findings.push(unreadable(carried, broken)),
        Reading::Token(token) => {
            for row in &TABLE {
                if let Some(value) = token.part(row.part).get(row.name) {
                    findings.extend(wrong_type(carried, row, value));
                }
            }
        }
    }
}

fn unreadable(carried: &TokenArg, broken: &Broken) -> Finding {
    let finding = about(&JWT_WRONG_TYPE, carried);
    let base64 = "a token is base64url without padding: use it as the JWT library returns it";
    let json = "let a JWT library write the token";
    match broken {
        Broken::Empty => {
            finding.message("the token is empty").suggest("put the token behind `:jwt=`")
        }
        Broken::TooLong => {
            finding.message("the token is longer than 1 MiB").suggest("shorten its claims")
        }
        Broken::Parts(parts) => {
            let noun = plural(*parts as u64, "part", "parts");
            finding
                .message(format!("not a token: it has {parts} {noun}, not three separated by dots"))
                .suggest("write the whole token: header, claims, signature")
        }
        Broken::Base64(part) => {
            finding.message(format!("not a token: its {part} is not base64url")).suggest(base64)
        }
        Broken::Json(part) => {
            finding.message(format!("not a token: its {} is not JSON", part.name())).suggest(json)
        }
        Broken::NotObject(part) => finding
            .message(format!("not a token: its {} is not a JSON object", part.name()))
            .suggest(json),
        Broken::Repeated(part, name) => finding
            .message(format!("`{}` occurs twice in the token's {}", shown(name), part.name()))
            .suggest("write every name once"),
    }
}

/// What is wrong with the type of a value. What other rules judge whole is left to them.
fn wrong_type(carried: &TokenArg, row: &Claim, value: &Value) -> Option<Finding> {
    if matches!(row.name, "alg" | "ver" | "aud") {
        return None;
    }
    let finding = about(&JWT_WRONG_TYPE, carried);
    let name = row.name;
    let (needed, suggestion) = match (row.kind, value) {
        (Type::Text, Value::String(_)) => return None,
        (Type::Seconds, Value::Number(number)) => {
            return match (number.as_u64(), number.as_f64()) {
                (Some(_), _) => None,
                (None, Some(seconds)) if seconds >= 0.0 && seconds.fract() == 0.0 => None,
                (None, Some(seconds)) if seconds >= 0.0 => Some(
                    finding
                        .severity(Severity::Warning)
                        .message(format!("`{name}` has a fraction of a second"))
                        .suggest("write whole seconds since 1970"),
                ),
                _ => Some(
                    finding
                        .message(format!("`{name}` is negative"))
                        .suggest("write whole seconds since 1970"),
                ),
            };
        }
        (Type::Texts, Value::Array(items)) if items.iter().all(Value::is_string) => return None,
        (Type::TextByName, Value::Object(map)) if map.values().all(Value::is_string) => {
            return None;
        }
        (Type::Text, _) => ("a string", "write one string in quotes"),
        (Type::Seconds, _) => ("a number", "write whole seconds since 1970, without quotes"),
        (Type::Texts, _) => ("an array of strings", "write it like `[\"Sales\", \"Ops\"]`"),
        (Type::TextByName, _) => (
            "an object of strings",
            "write it like `{\"Region\": \"West,Midwest\"}`: several values are one string",
        ),
    };
    Some(finding.message(format!("`{name}` is not {needed}")).suggest(suggestion))
}

declare_rule! {
    /// ## What it finds
    /// A token whose `alg` is not HS256, or is missing.
    ///
    /// ## Why it matters
    /// HS256 is the only algorithm. A token with `none` is not signed at all, so anybody can write one.
    ///
    /// ## What to do
    /// Sign with HS256; in most libraries it is the default. If the `alg` of a valid token was changed, that is an attack.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.KbsUoV5-QIYJHKm-aTFXfvAUs6jQzthYqu60ZO9NXV9czrJy7oyr71PUHoPQa67zghuXnV6fpJrC-2TTncVYOw&:embed=true
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJub25lIiwidHlwIjoiSldUIiwia2lkIjoiYzEifQ.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.&:embed=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8&:embed=true
    /// ```
    pub static JWT_WRONG_ALGORITHM = {
        id: "jwt-wrong-algorithm",
        summary: "the token is not signed with HS256",
        severity: Error,
        sources: &[CLAIMS],
        check: Check::Token(check_algorithm),
    }
}

fn check_algorithm(_: &View<'_>, carried: &TokenArg, token: &Token, findings: &mut Findings) {
    let algorithm = token.header.get("alg").and_then(Value::as_str);
    let is_name = |name: &str| name.len() <= 16 && name.bytes().all(|b| b.is_ascii_alphanumeric());
    let message = match algorithm {
        Some(ALGORITHM) => return,
        Some(name) if name.eq_ignore_ascii_case("none") => {
            Cow::Borrowed("`alg` is `none`: the token is not signed")
        }
        Some(name) if is_name(name) => Cow::Owned(format!("`alg` is `{name}`: it has to be HS256")),
        _ => Cow::Borrowed("`alg` is not HS256"),
    };
    findings.push(about(&JWT_WRONG_ALGORITHM, carried).message(message).suggest("sign with HS256"));
}

declare_rule! {
    /// ## What it finds
    /// A token whose header has no `kid`, or an empty one.
    ///
    /// ## Why it matters
    /// `kid` is the client id. Without it, or if the credentials lack the *Embedding* privilege: `Invalid kid parameter`.
    ///
    /// ## What to do
    /// Give the client id as `kid` in the header: `keyid` in Node's `jsonwebtoken`, `headers={"kid": …}` in `PyJWT`,
    /// `setProtectedHeader` in `jose`.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.3m0IGy74eO2_LTF8qQTUoezXX7StPy9HfE8cjdnmAbw&:embed=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8&:embed=true
    /// ```
    pub static JWT_MISSING_KID = {
        id: "jwt-missing-kid",
        summary: "the token's header has no `kid`: Sigma answers `Invalid kid parameter`",
        severity: Error,
        sources: &[CLAIMS, NEW_ERRORS, QUICKSTART_CLAIMS],
        check: Check::Token(check_kid),
    }
}

fn check_kid(_: &View<'_>, carried: &TokenArg, token: &Token, findings: &mut Findings) {
    let misplaced = token.claims.contains_key("kid");
    match token.header.get("kid") {
        Some(Value::String(kid)) if kid.is_empty() => {}
        None => {}
        Some(_) => return,
    }
    findings.push(about(&JWT_MISSING_KID, carried).missing("kid").suggest(if misplaced {
        "`kid` is among the claims: put it into the header"
    } else {
        "put the client id into the header as `kid`"
    }));
}

declare_rule! {
    /// ## What it finds
    /// A token without `sub`, `jti`, `iat` or `exp`, or with an empty `sub` or `jti`.
    ///
    /// ## Why it matters
    /// They are required: `sub` is the user (`Invalid sub field in payload.`), `jti` makes the token unique, `iat` and `exp`
    /// limit the session.
    ///
    /// ## What to do
    /// Set the claim where the token is made. Some libraries set `iat` by themselves, none sets `jti`.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJpYXQiOjE3NTAwMDAwMDAsImV4cCI6MTc1MDAwMzYwMH0.hPYZoYtJdEoHlh2gfC-sKmCK0_zF3sFtIJCYmR91gL0&:embed=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwfQ.hMFB9acBCrOIvCY9nXVolPpKCvia7uegsj5td6vwHH8&:embed=true
    /// ```
    pub static JWT_MISSING_CLAIM = {
        id: "jwt-missing-claim",
        summary: "the token lacks a claim that Sigma requires",
        severity: Error,
        sources: &[CLAIMS, NEW_ERRORS],
        check: Check::Token(check_claims),
    }
}

fn check_claims(view: &View<'_>, carried: &TokenArg, token: &Token, findings: &mut Findings) {
    let required = |row: &&Claim| row.part == Part::Payload && row.demand == Demand::Always;
    for row in TABLE.iter().filter(required) {
        let wrong = match token.claims.get(row.name) {
            None => "is missing",
            Some(Value::String(text)) if text.is_empty() => "is empty",
            Some(_) => continue,
        };
        findings.push(
            about(&JWT_MISSING_CLAIM, carried)
                .missing(row.name)
                .message(format!("the claim `{}` {wrong}", row.name))
                .suggest(format!("set it: {}", row.about)),
        );
    }
    check_user(view, carried, token, findings);
}

/// What rules of the old dialect say of a user, said of the claims that took the place of the parameters.
fn check_user(view: &View<'_>, carried: &TokenArg, token: &Token, findings: &mut Findings) {
    let claims = &token.claims;
    let text =
        |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if let Some(sub) = text("sub") {
        findings.extend(say_email(about(&INVALID_EMAIL, carried), "sub", email(sub)));
    }
    let other = match (claims.contains_key("first_name"), claims.contains_key("last_name")) {
        (true, false) => Some("last_name"),
        (false, true) => Some("first_name"),
        _ => None,
    };
    if let Some(other) = other {
        findings.push(
            about(&UNPAIRED_NAME, carried)
                .missing(other)
                .suggest(format!("add the claim `{other}`")),
        );
    }
    check_user_kind(view, carried, token, findings);
    for row in TABLE.iter().filter(|row| row.encrypted) {
        let plain = match claims.get(row.name) {
            Some(Value::String(token)) => !is_encrypted(token),
            Some(Value::Object(map)) => {
                map.values().filter_map(Value::as_str).any(|token| !is_encrypted(token))
            }
            _ => false,
        };
        if plain {
            findings.push(
                about(&PLAINTEXT_OAUTH_TOKEN, carried)
                    .message(format!(
                        "`{}` is not in the form that a token requires: it is plain text, which everyone who sees the URL can \
                         read, or encrypted in another way",
                        row.name
                    ))
                    .suggest("encrypt its plain text with the embed secret where the token is made"),
            );
        }
    }
}

fn check_user_kind(view: &View<'_>, carried: &TokenArg, token: &Token, findings: &mut Findings) {
    let has = |name: &&str| token.claims.contains_key(*name);
    if view.context.user == UserKind::Internal {
        for name in NOT_INTERNAL.iter().filter(|name| has(name)) {
            findings.push(
                about(&INTERNAL_USER_CLAIMS, carried)
                    .message(format!(
                        "the token of an internal user must not carry `{name}`: they have their own"
                    ))
                    .suggest(format!("leave `{name}` out")),
            );
        }
    } else if !has(&"account_type") && ["teams", "user_attributes"].iter().any(has) {
        findings.push(
            about(&MISSING_ACCOUNT_TYPE, carried)
                .severity(Severity::Info)
                .missing("account_type")
                .message("no `account_type`: the user gets the highest there is")
                .suggest("name the account type of the embed users"),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// A claim that is not in Sigma's table, with the claim that was probably meant: `teams` for `team`, `account_type` for
    /// `account_types`, `sub` for `email`. After twenty of them the rest is only counted.
    ///
    /// ## Why it matters
    /// Sigma ignores `team`, a mistake in its own first sample. A claim that is not in the table has no documented effect.
    ///
    /// ## What to do
    /// Correct the name if it is a typo; otherwise leave the claim out. Everyone who sees the URL can read it.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJ0ZWFtIjpbIlNhbGVzIl19.GOZPHSq7OrmdYTaMJYA6WG3MtZt9q3H6lR_HrqUzgLM&:embed=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJ0ZWFtcyI6WyJTYWxlcyJdLCJ0ZW5hbnQiOiJ0MSJ9.f8MxgaNl2YIk7ussmXGnszx82nBR22JGKmO1WbYfLgQ&:embed=true
    /// ```
    pub static JWT_UNKNOWN_CLAIM = {
        id: "jwt-unknown-claim",
        summary: "not in the table of claims this release knows",
        severity: Warning,
        sources: &[CLAIMS, QUICKSTART_JWT],
        check: Check::Token(check_unknown),
    }
}

/// Unknown claims that are named one by one: a token may hold any number.
const NAMED: usize = 20;

fn check_unknown(_: &View<'_>, carried: &TokenArg, token: &Token, findings: &mut Findings) {
    let mut unknown = token.claims.keys().filter(|name| find(Part::Payload, name).is_none());
    for name in unknown.by_ref().take(NAMED) {
        let suggestion = meant(name).unwrap_or_else(|| "leave it out".to_owned());
        findings.push(
            about(&JWT_UNKNOWN_CLAIM, carried)
                .message(format!(
                    "the claim `{}` is not in the table this release knows",
                    shown(name)
                ))
                .suggest(suggestion),
        );
    }
    let rest = unknown.count();
    if rest > 0 {
        findings.push(
            about(&JWT_UNKNOWN_CLAIM, carried)
                .message(format!("{rest} more claims that are not in the table this release knows"))
                .suggest("leave them out"),
        );
    }
}

/// What a claim of this name was meant to be.
fn meant(name: &str) -> Option<String> {
    // Longer ones are near nothing, and the distance costs the product of the lengths.
    if name.len() > 40 {
        return None;
    }
    if find(Part::Header, name).is_some() {
        return Some(format!("`{name}` belongs in the token's header"));
    }
    let plain = |name: &str| {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|c| c.to_ascii_lowercase()).collect::<String>()
    };
    let wanted = plain(name);
    let claims = || TABLE.iter().filter(|row| row.part == Part::Payload);
    let same = claims().find(|row| plain(row.name) == wanted);
    let near = || {
        let names = claims().map(|row| (row.name, row));
        nearest(name, names, |other| 1 + usize::from(other.len() > 5))
    };
    if let Some(row) = same {
        return Some(format!("did you mean `{}`?", row.name));
    }
    // The old dialect's names are known words here.
    let row = lookup(name.strip_prefix(':').unwrap_or(name).as_bytes());
    match row.target.filter(|_| row.fate.is_signed()) {
        Some(target) if find(Part::Header, target).is_some() => {
            Some(format!("did you mean `{target}`? It belongs in the token's header"))
        }
        Some(target) => Some(format!("did you mean `{target}`?")),
        None => near().map(|row| format!("did you mean `{}`?", row.name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_claims_are_answered_with_what_was_meant() {
        for (name, claim) in [
            ("team", "teams"),
            ("account_types", "account_type"),
            ("accountType", "account_type"),
            ("Teams", "teams"),
            ("user_attribute", "user_attributes"),
            ("first-name", "first_name"),
            ("email", "sub"),
            ("nonce", "jti"),
            ("external_user_team", "teams"),
            ("ua_Region", "user_attributes"),
            ("client_id", "kid"),
            ("session_length", "exp"),
            ("tennant", "tenant"),
        ] {
            let meant = meant(name).unwrap();
            assert!(meant.starts_with(&format!("did you mean `{claim}`?")), "{name}: {meant}");
        }
        assert_eq!(meant("kid").unwrap(), "`kid` belongs in the token's header");
        for name in ["nbf", "role", "mode", "", "x".repeat(100).as_str()] {
            assert_eq!(meant(name), None, "{name}");
        }
    }
}
