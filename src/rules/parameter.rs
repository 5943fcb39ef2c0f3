//! Rules about parameters as such: missing, repeated, undocumented, and how their values are written.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::misspelt::colonless;
use super::session::{ANONYMOUS, is_anonymous};
use crate::dialect::params::{Id, Need, Parameter, TABLE};
use crate::dialect::source::{
    CHARACTERS, CLAIMS, NEW_PARAMETERS, NOTES_2023_07, OLD_ERRORS, OLD_PARAMETERS,
    QUICKSTART_CLAIMS, SAMPLES,
};
use crate::dialect::span::Span;
use crate::dialect::url::Colon;
use crate::dialect::values::{attributes, teams};
use crate::rule::{
    Arg, Check, Finding, Findings, Lost, Outcome, Reason, Severity, Trait, UserKind, View,
    declare_rule,
};

declare_rule! {
    /// ## What it finds
    /// A legacy signed URL without a required parameter, or with an empty one. Errors: `:email`, `:client_id`, and a client id
    /// whose secret was not given. Warnings: `:nonce`, `:mode`, `:external_user_id`, a team, `:session_length`, `:time`.
    ///
    /// ## Why it matters
    /// Without an e-mail address or a client id, no token can be made. An anonymous URL (`:mode=view`, `:mode=explore`) never had
    /// an address, and no JWT equivalent for a user without one is documented. Without teams, a new embed user is not created.
    /// Without a session length, `convert` uses 3600 seconds.
    ///
    /// ## What to do
    /// Find out why it is missing: often a variable was empty when the list was made. `--client-id` and `--ttl` set the client id
    /// and the session length for all URLs.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:email=
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:email=ann@example.com&:client_id=c1&:external_user_id=7&:external_user_team=Sales&:account_type=View&:mode=userbacked&:session_length=600&:time=1750000000&:signature=0000000000000000000000000000000000000000000000000000000000000000
    /// ```
    pub static MISSING_PARAMETER = {
        id: "missing-parameter",
        summary: "a required parameter is missing",
        severity: Error,
        sources: &[OLD_PARAMETERS, CLAIMS, OLD_ERRORS],
        check: Check::Signed(check_missing),
    }
}

/// What `convert` does about a parameter that is not there.
fn without(row: &Parameter) -> (&'static str, &'static str) {
    match row.id {
        Id::Email => (
            "`:email` is missing: the token would have no user",
            "give every URL its user's e-mail address",
        ),
        Id::ClientId => (
            "`:client_id` is missing: the token would have no `kid`",
            "give `--client-id`, or fix the URL",
        ),
        Id::Nonce => {
            ("`:nonce` is missing", "a new token id is made; fix the code that made the URL")
        }
        Id::Time => ("`:time` is missing", "the token begins when it is made"),
        Id::SessionLength => (
            "`:session_length` is missing: the token lives 3600 seconds",
            "give `--ttl SECONDS` for another length",
        ),
        Id::ExternalUserTeam => {
            ("no team: without teams a new embed user is not created", "add `:external_user_team`")
        }
        Id::Mode => ("`:mode=userbacked` is missing", "nothing to do: a token needs no mode"),
        Id::ExternalUserId => {
            ("`:external_user_id` is missing", "nothing to do: the user of a token is its `sub`")
        }
        _ => ("a required parameter is missing", ""),
    }
}

/// The rows of which a URL should have a parameter.
static NEEDED: LazyLock<Vec<&Parameter>> =
    LazyLock::new(|| TABLE.iter().filter(|row| row.need != Need::No).collect());

fn check_missing(view: &View<'_>, findings: &mut Findings) {
    let context = view.context;
    for row in NEEDED.iter().copied() {
        let excused = match row.id {
            Id::ClientId => context.client_id_given,
            Id::SessionLength => context.lifetime.is_some(),
            // The team of an internal user is their own.
            Id::ExternalUserTeam => view.names_a_team() || context.user == UserKind::Internal,
            _ => false,
        };
        // A parameter of teams may be there and name none.
        let is_there = row.id != Id::ExternalUserTeam && view.get(row.id).is_some();
        if excused || is_there {
            continue;
        }
        let needed = row.need == Need::Required || (row.id == Id::Nonce && context.nonce_needed);
        let anonymous = row.id == Id::Email
            && view.get(Id::Mode).is_some_and(|arg| is_anonymous(arg.value(view.url)));
        let (message, suggestion) = if anonymous {
            (ANONYMOUS, "decide which user this embed should have")
        } else {
            without(row)
        };
        findings.push(
            Finding::new(&MISSING_PARAMETER, view.base())
                .missing(row.name)
                .severity(if needed { Severity::Error } else { Severity::Warning })
                .message(message)
                .suggest(suggestion),
        );
    }
    if let (Some(arg), Some(keys), false) =
        (view.get(Id::ClientId), context.keys, context.client_id_given)
        && context.converting
        && !keys.can_sign(arg.value(view.url))
    {
        findings.push(
            Finding::new(&MISSING_PARAMETER, arg.param.span())
                .about(arg.index)
                .message("there is no secret for this client id")
                .suggest(
                    "add the client id with its secret file or variable to the credentials file",
                ),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// A parameter that occurs twice, or two parameters that become the same claim (`:external_user_team` and `:teams`,
    /// `:ua_Region` and `Region` in `:user_attributes`). An error if the values differ, a warning if they are equal.
    ///
    /// ## Why it matters
    /// No source says which of two values counts. A token can hold only one, and the wrong one gives the user other rights.
    ///
    /// ## What to do
    /// Keep the right one. If both are equal, `convert` keeps the first.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:ua_Region=West&:ua_Region=East
    /// ```
    /// ```fires
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=x&:embed=true&:theme=Dark&:theme=Light
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:ua_Region=West&:ua_Area=East
    /// ```
    pub static DUPLICATE_PARAMETER = {
        id: "duplicate-parameter",
        summary: "the parameter occurs twice",
        severity: Error,
        sources: &[CLAIMS],
        check: Check::AnyTrait(Trait::Doubled, check_duplicate),
    }
}

fn check_duplicate(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    let bytes = view.url.bytes;
    let first = match arg.earlier {
        Some(first) => view.args.get(first as usize),
        None => None,
    };
    if let Some(first) = first {
        let differs = first.value(view.url) != arg.value(view.url);
        let colon = if arg.param.colon == Colon::None { "" } else { ":" };
        let message = format!("`{colon}{}` occurs twice", arg.shown_name(bytes));
        findings.push(duplicate(arg, differs, message.into()));
        return;
    }
    let clash = match arg.row.id {
        Id::Teams => {
            view.get(Id::ExternalUserTeam).filter(|_| !arg.param.value.is_empty()).map(|other| {
                let read = |arg: &Arg| teams(arg.value(view.url));
                (
                    read(arg) != read(other),
                    "`:teams` and `:external_user_team` become the same claim",
                )
            })
        }
        Id::UserAttributes => attribute_clash(view, arg)
            .map(|differs| (differs, "an attribute of `:user_attributes` also occurs as `:ua_…`")),
        _ => None,
    };
    if let Some((differs, message)) = clash {
        findings.push(duplicate(arg, differs, message.into()));
    }
}

/// Whether an attribute of the object has another value as `:ua_…`; `None` if none stands twice.
fn attribute_clash(view: &View<'_>, object: &Arg) -> Option<bool> {
    let bytes = view.url.bytes;
    let singles: HashMap<_, _> = view
        .args
        .iter()
        .filter(|arg| arg.row.id == Id::UserAttribute && arg.earlier.is_none())
        .map(|arg| (arg.name(bytes), arg))
        .collect();
    if singles.is_empty() {
        return None;
    }
    let pairs = attributes(object.value(view.url)).ok()?;
    pairs
        .iter()
        .filter_map(|(name, value)| {
            let single = singles.get(format!("ua_{name}").as_bytes())?;
            Some(single.text(view.url) != Some(value))
        })
        .reduce(|a, b| a || b)
}

fn duplicate(arg: &Arg, differs: bool, message: Cow<'static, str>) -> Finding {
    Finding::new(&DUPLICATE_PARAMETER, arg.param.span())
        .about(arg.index)
        .severity(if differs { Severity::Error } else { Severity::Warning })
        .message(if differs { format!("{message}, with another value").into() } else { message })
        .suggest(if differs { "keep the right one" } else { "the first one is kept" })
}

declare_rule! {
    /// ## What it finds
    /// A parameter that Sigma's own samples use, but its newest table of supported parameters does not list: it is kept. Also an
    /// old one that no table lists any more: `:show_workbook_name`, `:hide_workbook_name`, `:fullScreen`, `:allow_export`. It is
    /// dropped, with a warning where a restriction is lost: `:allow_export=false`.
    ///
    /// ## Why it matters
    /// No table promises that a kept parameter still works, or that a dropped one has a counterpart.
    ///
    /// ## What to do
    /// Look at the converted embed once. Where `:allow_export=false` is dropped, disable the **Download** permission of the embed
    /// users' account type.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:disable_mobile_view=yes
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_tooltip=true
    /// ```
    pub static UNDOCUMENTED_PARAMETER = {
        id: "undocumented-parameter",
        summary: "Sigma's newest table does not list it",
        severity: Info,
        sources: &[SAMPLES, QUICKSTART_CLAIMS, NEW_PARAMETERS, NOTES_2023_07],
        check: Check::Trait(Trait::Undocumented, check_undocumented),
    }
}

fn check_undocumented(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    if !arg.row.undocumented {
        return;
    }
    let value = arg.value(view.url);
    let finding = undocumented(arg.row, Some(value), arg.param.span());
    findings.extend(finding.map(|finding| finding.about(arg.index)));
}

/// The finding for a parameter that is kept without a promise, or old and dropped; without a value, code fills it in.
pub(super) fn undocumented(
    row: &'static Parameter,
    value: Option<&[u8]>,
    span: Span,
) -> Option<Finding> {
    if !row.undocumented {
        return None;
    }
    let name = row.name;
    let finding = Finding::new(&UNDOCUMENTED_PARAMETER, span);
    let Outcome::Drop(Reason::Unsupported(lost)) = Outcome::of(row, value) else {
        let message = format!("`:{name}` is kept, though Sigma's newest table does not list it");
        return Some(finding.message(message).suggest(row.remedy));
    };
    let finding = finding.message(format!(
        "`:{name}` is an old parameter that no table lists any more: it is dropped"
    ));
    Some(match lost {
        Lost::Nothing => finding.suggest("remove it"),
        Lost::Effect => finding.suggest(row.remedy),
        Lost::Restriction => finding.severity(Severity::Warning).suggest(row.remedy),
    })
}

declare_rule! {
    /// ## What it finds
    /// `%2C` between several teams, or between several values of a user attribute (`:ua_…`). Not in the value
    /// of a workbook control: there `%2C` is a comma that belongs to the value (`Amount=1%2C000`).
    ///
    /// ## Why it matters
    /// A comma that separates values should be literal. Signers write both forms, so `convert` splits teams at either: a team
    /// whose name has a comma becomes two.
    ///
    /// ## What to do
    /// Write a literal comma between values.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:external_user_team=Team%20A%2CTeam%20B
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:external_user_team=Team%20A,Team%20B&Amount=1%2C000
    /// ```
    pub static ENCODED_COMMA = {
        id: "encoded-comma",
        summary: "`%2C` between several values",
        severity: Warning,
        sources: &[CHARACTERS],
        check: Check::Param(&[Id::ExternalUserTeam, Id::Teams, Id::UserAttribute], check_comma),
    }
}

fn check_comma(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    let raw = view.bytes(arg.param.value);
    // A JSON array (`[` or `%5B`) has its commas by right.
    if arg.value(view.url).starts_with(b"[") {
        return;
    }
    let comma = raw.windows(3).position(|w| w.eq_ignore_ascii_case(b"%2C"));
    if let Some(at) = comma
        && at > 0
        && at + 3 < raw.len()
    {
        let start = arg.param.value.start as usize + at;
        findings.push(
            Finding::new(&ENCODED_COMMA, Span::new(start, start + 3))
                .about(arg.index)
                .suggest("write a literal `,` between values"),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// The value of a workbook control in the URL: any key without a colon.
    ///
    /// ## Why it matters
    /// The old signature covered the whole URL. Now only the token is signed: the embed's user can see and change everything
    /// else. A control value that decided which rows a user may see no longer protects anything.
    ///
    /// ## What to do
    /// If it served row-level security, make it a user attribute (`:ua_<Name>`, in the token `user_attributes`) and filter by that.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&Store-Region=West
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:ua_Region=West
    /// ```
    pub static CONTROL_VALUE_RLS = {
        id: "control-value-rls",
        summary: "a control value: the embed's user can change it, since only the token is signed now",
        severity: Info,
        check: Check::Param(&[Id::Control], check_control),
    }
}

fn check_control(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    if !arg.param.key.is_empty() && arg.param.colon == Colon::None && colonless(view, arg).is_none()
    {
        findings.push(
            Finding::new(&CONTROL_VALUE_RLS, arg.param.span())
                .about(arg.index)
                .suggest("if it served row-level security, make it a user attribute"),
        );
    }
}
