//! Rules about parameters that the migration document calls unsupported. Fate and remedy come from the parameter table.

use crate::dialect::params::{Id, Loss, Parameter};
use crate::dialect::span::Span;
use crate::rule::{
    Arg, Check, Finding, Findings, Lost, Outcome, Reason, Rule, Severity, View, declare_rule,
};

/// The finding for an unsupported parameter in a URL.
fn unsupported(rule: &'static Rule, view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    let value = arg.value(view.url);
    let finding = judge(rule, arg.row, Some(value), arg.param.span());
    findings.extend(finding.map(|finding| finding.about(arg.index)));
}

/// The finding for one in code.
pub(super) fn in_code(
    row: &'static Parameter,
    value: Option<&[u8]>,
    span: Span,
) -> Option<Finding> {
    judge(own_rule(row.id)?, row, value, span)
}

/// Whether it is a rule about what the migration document calls unsupported.
pub(crate) fn is_of_family(rule: &Rule) -> bool {
    rule.id.starts_with("unsupported-")
}

/// The rule of this family for a row.
pub(super) fn own_rule(id: Id) -> Option<&'static Rule> {
    let own = |rule: &&Rule| matches!(rule.check, Check::Param(ids, _) if *ids == [id]);
    super::RULES.iter().copied().filter(|rule| is_of_family(rule)).find(own)
}

/// It weighs nothing if the value restricted nothing; without one, code fills it in. The configuration may say that Sigma has
/// brought the parameter back.
fn judge(
    rule: &'static Rule,
    row: &'static Parameter,
    value: Option<&[u8]>,
    span: Span,
) -> Option<Finding> {
    let finding = Finding::new(rule, span);
    let outcome = Outcome::of(row, value);
    Some(match (outcome, row.loss) {
        (Outcome::Keep { removable: true }, _) => finding
            .message(format!(
                "`:{}` is carried over, but only the token is signed, so the embed's user can remove it from the URL",
                row.name
            ))
            .suggest(row.remedy),
        (Outcome::Keep { removable: false }, Loss::Access { .. }) => {
            finding.severity(Severity::Info).message(format!(
                "`:{}` is carried over; with this value it restricts nothing",
                row.name
            ))
        }
        (Outcome::Drop(Reason::Unsupported(Lost::Nothing)), Loss::Access { .. }) => finding
            .severity(Severity::Info)
            .message(
                "JWT-signed URLs have no such parameter; with this value it restricted nothing",
            )
            .suggest("remove it"),
        (Outcome::Drop(Reason::Unsupported(Lost::Nothing)), _) => {
            finding.severity(Severity::Info).suggest("remove it")
        }
        (Outcome::Drop(Reason::Unsupported(_)), _) => finding.suggest(row.remedy),
        _ => return None,
    })
}

declare_rule! {
    /// ## What it finds
    /// `:hide_send`, which hides **Send now**. A warning; an info if the value is `false`, in any case, which restricts nothing.
    ///
    /// ## Why it matters
    /// The migration document lists it as unsupported. JWT-signed URLs have it again since January 2026, so it is carried over.
    /// But only the token is signed, so the embed's user can remove it from the URL. What holds is the permission of the account
    /// type.
    ///
    /// ## What to do
    /// Disable the **Download** permission of the embed users' account type. To drop the parameter, as the migration document
    /// says, set `hide_send = "unsupported"` in `[parameters]` of the configuration.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_send=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_tooltip=true
    /// ```
    pub static UNSUPPORTED_HIDE_SEND = {
        id: "unsupported-hide-send",
        summary: "`:hide_send` is kept, but the embed's user can remove it from a JWT-signed URL",
        severity: Warning,
        check: Check::Param(&[Id::HideSend], |view, arg, findings| {
            unsupported(&UNSUPPORTED_HIDE_SEND, view, arg, findings);
        }),
    }
}

declare_rule! {
    /// ## What it finds
    /// `:hide_schedule`, which hides **Schedule exports**. A warning; an info if the value is `false`, in any case, which
    /// restricts nothing.
    ///
    /// ## Why it matters
    /// The migration document lists it as unsupported. JWT-signed URLs have it again since January 2026, so it is carried over.
    /// But only the token is signed, so the embed's user can remove it from the URL. What holds is the permission of the account
    /// type.
    ///
    /// ## What to do
    /// Disable the **Schedule export** permission of the embed users' account type. To drop the parameter, as the migration
    /// document says, set `hide_schedule = "unsupported"` in `[parameters]` of the configuration.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_schedule=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_tooltip=true
    /// ```
    pub static UNSUPPORTED_HIDE_SCHEDULE = {
        id: "unsupported-hide-schedule",
        summary: "`:hide_schedule` is kept, but the embed's user can remove it from a JWT-signed URL",
        severity: Warning,
        check: Check::Param(&[Id::HideSchedule], |view, arg, findings| {
            unsupported(&UNSUPPORTED_HIDE_SCHEDULE, view, arg, findings);
        }),
    }
}

declare_rule! {
    /// ## What it finds
    /// `:hide_run_as_recipient`, which hides **Run queries as recipient** in **Send now** and **Schedule exports**. A warning; an
    /// info if the value is `false`, in any case, which restricts nothing.
    ///
    /// ## Why it matters
    /// JWT-signed URLs have no such parameter: what it hid is visible again.
    ///
    /// ## What to do
    /// Disable the **Run exports as recipient** permission of the embed users' account type.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_run_as_recipient=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_tooltip=true
    /// ```
    pub static UNSUPPORTED_HIDE_RUN_AS_RECIPIENT = {
        id: "unsupported-hide-run-as-recipient",
        summary: "`:hide_run_as_recipient` is not supported in JWT-signed URLs: the restriction is lost",
        severity: Warning,
        check: Check::Param(&[Id::HideRunAsRecipient], |view, arg, findings| {
            unsupported(&UNSUPPORTED_HIDE_RUN_AS_RECIPIENT, view, arg, findings);
        }),
    }
}

declare_rule! {
    /// ## What it finds
    /// `:hide_sheet_interactions`, which hides sort and filter in elements. A warning; an info if the value is `false`, in any
    /// case, which restricts nothing.
    ///
    /// ## Why it matters
    /// JWT-signed URLs have no such parameter: the embed user can sort and filter again.
    ///
    /// ## What to do
    /// Narrow the **Basic explore** and **Full explore** permissions of the embed users' account type.
    /// `:hide_element_interactions`, which JWT-signed URLs have since January 2026, is likely its successor, but no source says
    /// so: `convert` does not write it by itself.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_sheet_interactions=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_tooltip=true
    /// ```
    pub static UNSUPPORTED_HIDE_SHEET_INTERACTIONS = {
        id: "unsupported-hide-sheet-interactions",
        summary: "`:hide_sheet_interactions` is not supported in JWT-signed URLs: the restriction is lost",
        severity: Warning,
        check: Check::Param(&[Id::HideSheetInteractions], |view, arg, findings| {
            unsupported(&UNSUPPORTED_HIDE_SHEET_INTERACTIONS, view, arg, findings);
        }),
    }
}

declare_rule! {
    /// ## What it finds
    /// `:showUnderlyingData`, which decides whether the data of a single chart is shown at first; with
    /// `false` it is behind a context menu.
    ///
    /// ## Why it matters
    /// JWT-signed URLs have no such parameter. It is a display setting and restricts nothing: without it the
    /// embed user can do no more.
    ///
    /// ## What to do
    /// Nothing has to be restricted. Look at the converted embed once.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:showUnderlyingData=false
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_tooltip=true
    /// ```
    pub static UNSUPPORTED_SHOW_UNDERLYING_DATA = {
        id: "unsupported-show-underlying-data",
        summary: "`:showUnderlyingData` is not supported in JWT-signed URLs",
        severity: Info,
        check: Check::Param(&[Id::ShowUnderlyingData], |view, arg, findings| {
            unsupported(&UNSUPPORTED_SHOW_UNDERLYING_DATA, view, arg, findings);
        }),
    }
}

declare_rule! {
    /// ## What it finds
    /// `:loading_bg`, which sets the background colour of the loading page.
    ///
    /// ## Why it matters
    /// JWT-signed URLs have no such parameter: your own colours are lost. Nothing else changes.
    ///
    /// ## What to do
    /// Show a loading page of your own until the `workbook:loaded` event; the Embed SDK for React does that.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:loading_bg=FF0000
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_tooltip=true
    /// ```
    pub static UNSUPPORTED_LOADING_BG = {
        id: "unsupported-loading-bg",
        summary: "`:loading_bg` is not supported in JWT-signed URLs",
        severity: Info,
        check: Check::Param(&[Id::LoadingBg], |view, arg, findings| {
            unsupported(&UNSUPPORTED_LOADING_BG, view, arg, findings);
        }),
    }
}

declare_rule! {
    /// ## What it finds
    /// `:loading_text`, which sets the text colour of the loading page.
    ///
    /// ## Why it matters
    /// JWT-signed URLs have no such parameter: your own colours are lost. Nothing else changes.
    ///
    /// ## What to do
    /// Show a loading page of your own until the `workbook:loaded` event; the Embed SDK for React does that.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:loading_text=FFFFFF
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_tooltip=true
    /// ```
    pub static UNSUPPORTED_LOADING_TEXT = {
        id: "unsupported-loading-text",
        summary: "`:loading_text` is not supported in JWT-signed URLs",
        severity: Info,
        check: Check::Param(&[Id::LoadingText], |view, arg, findings| {
            unsupported(&UNSUPPORTED_LOADING_TEXT, view, arg, findings);
        }),
    }
}

declare_rule! {
    /// ## What it finds
    /// `:use_user_name`, which shows the name of the workbook's owner instead of the owner's e-mail address, in the menu and in
    /// e-mails.
    ///
    /// ## Why it matters
    /// JWT-signed URLs have no such parameter: the owner's e-mail address is shown.
    ///
    /// ## What to do
    /// There is no replacement. Make sure that the owner's address may be shown, or give the workbook another owner.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:use_user_name=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_tooltip=true
    /// ```
    pub static UNSUPPORTED_USE_USER_NAME = {
        id: "unsupported-use-user-name",
        summary: "`:use_user_name` is not supported in JWT-signed URLs",
        severity: Info,
        check: Check::Param(&[Id::UseUserName], |view, arg, findings| {
            unsupported(&UNSUPPORTED_USE_USER_NAME, view, arg, findings);
        }),
    }
}
