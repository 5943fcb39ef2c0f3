//! Rules about the user: address, teams, attributes, names, and what a token says of them.

use crate::dialect::oauth::{Encrypt, is_encrypted};
use crate::dialect::params::Id;
use crate::dialect::source::{CLAIMS, MIGRATION, NEW_ERRORS, OLD_ERRORS, QUICKSTART_CLAIMS};
use crate::dialect::values::{Email, Shape, attributes, email, teams};
use crate::rule::{Arg, Check, Finding, Findings, Severity, UserKind, View, declare_rule};

declare_rule! {
    /// ## What it finds
    /// `:email` that is not an address with a domain by RFC 1035 (error), has an underscore in the domain (warning), or has an
    /// underscore or a letter outside ASCII before the `@` (info). The same for the claim `sub` of a token.
    ///
    /// ## Why it matters
    /// The address becomes the token's `sub`, the user's identity: `Invalid sub field in payload.` Old URLs answered `":email" is
    /// not valid`. Sigma's documentation bars white space and "unsupported characters, such as underscores", though its own
    /// quickstarts use `client_a@client_a.com`.
    ///
    /// ## What to do
    /// Give the user's address. A literal `+` is a plus sign here, never a space.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:email=ann.example.com
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:email=ann@exa_mple.com
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:email=ann+embed@example.com
    /// ```
    pub static INVALID_EMAIL = {
        id: "invalid-email",
        summary: "`:email` is not an e-mail address that Sigma accepts",
        severity: Error,
        sources: &[CLAIMS, OLD_ERRORS, NEW_ERRORS],
        check: Check::Param(&[Id::Email], check_email),
    }
}

fn check_email(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    if arg.param.value.is_empty() {
        return;
    }
    let verdict = match arg.text(view.url) {
        Some(text) => email(text),
        None => Email::Invalid("bytes that are not UTF-8"),
    };
    let finding = Finding::new(&INVALID_EMAIL, arg.param.span()).about(arg.index);
    findings.extend(say_email(finding, ":email", verdict));
}

/// Completes the finding about an address, which is that of a parameter or of a claim.
pub(super) fn say_email(finding: Finding, name: &str, verdict: Email) -> Option<Finding> {
    let unsupported = |place: &str| {
        format!("`{name}` has a character {place} that Sigma's documentation calls unsupported")
    };
    match verdict {
        Email::Fine => None,
        Email::DoubtfulUser => Some(
            finding
                .severity(Severity::Info)
                .message(unsupported("before the `@`"))
                .suggest("try one such user first"),
        ),
        Email::DoubtfulDomain => Some(
            finding
                .severity(Severity::Warning)
                .message(unsupported("in the domain, an underscore,"))
                .suggest("try one such user first"),
        ),
        Email::Invalid(why) => Some(
            finding
                .message(format!("`{name}` is not an e-mail address: {why}"))
                .suggest("give the user's e-mail address"),
        ),
    }
}

declare_rule! {
    /// ## What it finds
    /// `:external_user_team` or `:teams` that begins like a JSON array but is not an array of strings, or is not UTF-8.
    ///
    /// ## Why it matters
    /// Teams decide what the embed user may see, and a new embed user is not created without them.
    ///
    /// ## What to do
    /// Write names separated by commas (`Sales,Ops`), or a JSON array of strings.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:teams=%5B%22Sales%22
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:teams=%5B%22Sales%22,%22Ops%22%5D
    /// ```
    pub static INVALID_TEAMS = {
        id: "invalid-teams",
        summary: "the teams cannot be read",
        severity: Error,
        check: Check::Param(&[Id::ExternalUserTeam, Id::Teams], check_teams),
    }
}

fn check_teams(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    if let Err(shape) = teams(arg.value(view.url)) {
        let message = match shape {
            Shape::NotUtf8 => "the teams are not UTF-8",
            _ => "the teams begin like a JSON array, but are not an array of strings",
        };
        findings.push(
            Finding::new(&INVALID_TEAMS, arg.param.span())
                .about(arg.index)
                .message(message)
                .suggest("write names separated by commas, or a JSON array of strings"),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// `:user_attributes` that is not a JSON object of strings, or a `:ua_…` without a name or with bytes that are not UTF-8.
    ///
    /// ## Why it matters
    /// User attributes decide which rows the embed user sees. Without one of them, the embed shows too much or nothing.
    ///
    /// ## What to do
    /// Write `{"Region":"West","Size":"3"}`, percent-encoded. Every value is a string; several values are one string:
    /// `"West,Midwest"`.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:user_attributes=%7B%22Size%22:3%7D
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:user_attributes=%7B%22Size%22:%223%22%7D
    /// ```
    pub static INVALID_USER_ATTRIBUTES = {
        id: "invalid-user-attributes",
        summary: "the user attributes cannot be read",
        severity: Error,
        check: Check::Param(&[Id::UserAttributes, Id::UserAttribute], check_attributes),
    }
}

fn check_attributes(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    let bytes = view.url.bytes;
    let message = if arg.row.id == Id::UserAttribute {
        let name = arg.name(bytes);
        if *name == *b"ua_" {
            "`:ua_` names no attribute"
        } else if std::str::from_utf8(&name).is_err() || arg.text(view.url).is_none() {
            "the attribute is not UTF-8"
        } else {
            return;
        }
    } else if arg.param.value.is_empty() {
        return;
    } else {
        match attributes(arg.value(view.url)) {
            Ok(_) => return,
            Err(Shape::NotUtf8) => "`:user_attributes` is not UTF-8",
            Err(Shape::NoName) => "`:user_attributes` has an attribute without a name",
            Err(Shape::Repeated) => "`:user_attributes` gives one attribute two values",
            Err(Shape::NotTexts) => "`:user_attributes` is not a JSON object of strings",
        }
    };
    findings.push(
        Finding::new(&INVALID_USER_ATTRIBUTES, arg.param.span())
            .about(arg.index)
            .message(message)
            .suggest("write a JSON object whose values are strings, percent-encoded, or `:ua_<Name>=<value>`"),
    );
}

declare_rule! {
    /// ## What it finds
    /// A legacy signed URL without `:account_type`. For a token without `account_type` it is an info if the token has teams or
    /// user attributes; without them, it may be the token of an internal user, who must not have one.
    ///
    /// ## Why it matters
    /// A token without `account_type` gives the embed user the highest account type there is: more rights than the old URL gave.
    ///
    /// ## What to do
    /// Find out which account type the user had: `convert --account-type NAME` gives it to all URLs that lack one.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:email=ann@example.com
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:email=ann@example.com&:account_type=View
    /// ```
    pub static MISSING_ACCOUNT_TYPE = {
        id: "missing-account-type",
        summary: "no account type: a token without one gives the highest there is",
        severity: Warning,
        sources: &[CLAIMS, QUICKSTART_CLAIMS],
        check: Check::Signed(check_account_type),
    }
}

fn check_account_type(view: &View<'_>, findings: &mut Findings) {
    let context = view.context;
    if view.get(Id::AccountType).is_none()
        && context.user == UserKind::Embed
        && !context.account_type_given
    {
        findings.push(
            Finding::new(&MISSING_ACCOUNT_TYPE, view.base())
                .missing(Id::AccountType.row().name)
                .suggest(
                    "give `convert` the account type that these users had: `--account-type NAME`",
                ),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// `:first_name` without `:last_name`, or vice versa; the same for the claims of a token.
    ///
    /// ## Why it matters
    /// The claims go together: both or neither.
    ///
    /// ## What to do
    /// Add the other name.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:first_name=Ann
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:first_name=Ann&:last_name=Example
    /// ```
    pub static UNPAIRED_NAME = {
        id: "unpaired-name",
        summary: "a first name needs a last name, and vice versa",
        severity: Warning,
        sources: &[CLAIMS],
        check: Check::Embed(check_names),
    }
}

fn check_names(view: &View<'_>, findings: &mut Findings) {
    let (arg, other) = match (view.get(Id::FirstName), view.get(Id::LastName)) {
        (Some(arg), None) => (arg, "`:last_name`"),
        (None, Some(arg)) => (arg, "`:first_name`"),
        _ => return,
    };
    findings.push(
        Finding::new(&UNPAIRED_NAME, arg.param.span())
            .about(arg.index)
            .suggest(format!("add {other}")),
    );
}

declare_rule! {
    /// ## What it finds
    /// With `--user internal`: a URL with teams, user attributes, an account type, a first or a last name, or
    /// a token that carries them.
    ///
    /// ## Why it matters
    /// The token of an internal user must not carry `teams`, `user_attributes`, `account_type`, `first_name` or `last_name`:
    /// Sigma uses the user's own (`Cannot update account type for internal users.`). They are left out, so a filter by user
    /// attribute now uses the attributes that Sigma holds for the user.
    ///
    /// ## What to do
    /// Make sure that the user's own teams, attributes and account type in Sigma are the right ones.
    ///
    /// ```fires --user internal
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:email=ann@example.com&:account_type=View
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:email=ann@example.com&:account_type=View
    /// ```
    pub static INTERNAL_USER_CLAIMS = {
        id: "internal-user-claims",
        summary: "left out of the token: an internal user has their own",
        severity: Warning,
        sources: &[MIGRATION, NEW_ERRORS],
        check: Check::Param(
            &[
                Id::AccountType,
                Id::ExternalUserTeam,
                Id::Teams,
                Id::UserAttribute,
                Id::UserAttributes,
                Id::FirstName,
                Id::LastName,
            ],
            check_internal,
        ),
    }
}

fn check_internal(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    if view.context.user == UserKind::Internal && !arg.param.value.is_empty() {
        findings.push(
            Finding::new(&INTERNAL_USER_CLAIMS, arg.param.span())
                .about(arg.index)
                .suggest("check what Sigma holds for this user"),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// `:oauth_token` that is not in the encrypted form of a token: four base64 parts, of salt, iv, tag and ciphertext. It is
    /// plain text, or it was encrypted for an old URL, in a form that is not documented. Nothing distinguishes the two. The same
    /// for the claims `oauth_token` and `connection_oauth_tokens` of a token.
    ///
    /// ## Why it matters
    /// Everyone who sees the URL can read the claims of the token. Sigma accepts an OAuth token only if it is encrypted with the
    /// embed secret.
    ///
    /// ## What to do
    /// If it is plain text, let `convert` encrypt it (`--encrypt-oauth-token`), or encrypt it where the URL is made. A value that
    /// could be cipher text (base64 or hex of whole blocks of 16 bytes, or of something that begins with `Salted__`) is not
    /// encrypted a second time; `--encrypt-oauth-token=all` declares that all values are plain text. If it is encrypted, get the
    /// plain token from where the URL is made.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:oauth_token=ya29.demo
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:oauth_token=AAECAwQFBgcICQoLDA0ODw==.EBESExQVFhcYGRob.Dh128V5M9FBJpJVTwXtdyQ==.q8BBW7AOzyJ6WgiInbrE
    /// ```
    pub static PLAINTEXT_OAUTH_TOKEN = {
        id: "plaintext-oauth-token",
        summary: "the OAuth token is not in the encrypted form that a token requires",
        severity: Error,
        check: Check::Param(&[Id::OauthToken], check_oauth),
    }
}

fn check_oauth(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    if arg.param.value.is_empty() {
        return;
    }
    let encrypt = view.context.encrypt_oauth_token;
    let text = arg.text(view.url);
    if text.is_some_and(|text| is_encrypted(text) || encrypt.takes(text)) {
        return;
    }
    let finding = Finding::new(&PLAINTEXT_OAUTH_TOKEN, arg.param.span()).about(arg.index);
    findings.push(if encrypt == Encrypt::Never {
        finding
            .message(
                "the OAuth token is not in the form that a token requires: it is plain text, or encrypted in the old way; \
                 nothing distinguishes the two",
            )
            .suggest("if it is plain text, `convert --encrypt-oauth-token` encrypts it with the embed secret")
    } else {
        finding
            .message("the OAuth token may be cipher text already, so it is not encrypted a second time")
            .suggest("if all OAuth tokens of the list are plain text, give `--encrypt-oauth-token=all`")
    });
}
