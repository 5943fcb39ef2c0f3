//! Rules about parameters that JWT-signed URLs do not have. Fate and remedy come from the parameter table.

use crate::dialect::params::{Fate, Id, Loss, Parameter};
use crate::dialect::span::Span;
use crate::rule::{Arg, Check, Finding, Findings, Rule, Severity, View, declare_rule};

/// The finding for an unsupported parameter in a URL.
fn unsupported(rule: &'static Rule, view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    let value = arg.value(view.url.bytes);
    let finding = judge(rule, arg.row, Some(&value), arg.param.span());
    findings.extend(finding.map(|finding| finding.about(arg.index)));
}

/// The finding for one in code.
pub(super) fn in_code(
    row: &'static Parameter,
    value: Option<&[u8]>,
    span: Span,
) -> Option<Finding> {
    // Only the configuration says so, and no rule stands for it.
    if row.id.row().fate != Fate::Unsupported {
        return None;
    }
    let own = |rule: &&Rule| matches!(rule.check, Check::Param(ids, _) if *ids == [row.id]);
    judge(super::RULES.iter().copied().find(own)?, row, value, span)
}

/// It weighs nothing if the value restricted nothing; without one, code fills it in. The configuration may say that Sigma has
/// brought the parameter back.
fn judge(
    rule: &'static Rule,
    row: &'static Parameter,
    value: Option<&[u8]>,
    span: Span,
) -> Option<Finding> {
    if row.fate != Fate::Unsupported {
        return None;
    }
    let finding = Finding::new(rule, span);
    let lost = value.is_none_or(|value| row.loss.with_value(value));
    Some(match (row.loss, lost) {
        (_, true) => finding.suggest(row.remedy),
        (Loss::Access { .. }, false) => finding
            .severity(Severity::Info)
            .message(
                "JWT-signed URLs have no such parameter; with this value it restricted nothing",
            )
            .suggest("remove it"),
        _ => finding.severity(Severity::Info).suggest("remove it"),
    })
}

declare_rule! {
    /// ## What it finds
    /// `:hide_send`, which hides **Send now**, and with it exports and downloads. A warning; an info with the value `false`, which restricts nothing.
    ///
    /// ## Why it matters
    /// JWT-signed URLs have no such parameter. The embed user can export and download again: the URL took that away, the new one does not.
    ///
    /// ## What to do
    /// Disable the **Download** permission of the embed users' account type.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_send=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_tooltip=true
    /// ```
    pub static UNSUPPORTED_HIDE_SEND = {
        id: "unsupported-hide-send",
        summary: "`:hide_send` is not supported in JWT-signed URLs: the restriction is lost",
        severity: Warning,
        check: Check::Param(&[Id::HideSend], |view, arg, findings| {
            unsupported(&UNSUPPORTED_HIDE_SEND, view, arg, findings);
        }),
    }
}

declare_rule! {
    /// ## What it finds
    /// `:hide_schedule`, which hides scheduled exports. A warning; an info with the value `false`, which restricts nothing.
    ///
    /// ## Why it matters
    /// JWT-signed URLs have no such parameter. The embed user can schedule exports again: the URL took that away, the new one does not.
    ///
    /// ## What to do
    /// Disable the **Schedule export** permission of the embed users' account type.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_schedule=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_tooltip=true
    /// ```
    pub static UNSUPPORTED_HIDE_SCHEDULE = {
        id: "unsupported-hide-schedule",
        summary: "`:hide_schedule` is not supported in JWT-signed URLs: the restriction is lost",
        severity: Warning,
        check: Check::Param(&[Id::HideSchedule], |view, arg, findings| {
            unsupported(&UNSUPPORTED_HIDE_SCHEDULE, view, arg, findings);
        }),
    }
}

declare_rule! {
    /// ## What it finds
    /// `:hide_run_as_recipient`, which hides **Run as recipient** for exports. A warning; an info with the value `false`, which restricts nothing.
    ///
    /// ## Why it matters
    /// JWT-signed URLs have no such parameter. The embed user can run exports as their recipient again: the URL took that away, the new one does not.
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
    /// `:hide_sheet_interactions`, which takes the sheet's interactions away. A warning; an info with the value `false`, which restricts nothing.
    ///
    /// ## Why it matters
    /// JWT-signed URLs have no such parameter. The embed user can interact with sheets again: the URL took that away, the new one does not.
    ///
    /// ## What to do
    /// There is no replacement. Restrict the embed users' account type, or rebuild the page.
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
    /// `:showUnderlyingData`, which decides whether the data behind an element can be shown. A warning; an info with the value `true`, which restricts nothing.
    ///
    /// ## Why it matters
    /// JWT-signed URLs have no such parameter. With `false`, the embed user can look behind elements again: the URL took that away, the new one does not.
    ///
    /// ## What to do
    /// There is no replacement. Restrict the embed users' account type, and check what the elements' data sources hold.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:showUnderlyingData=false
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_tooltip=true
    /// ```
    pub static UNSUPPORTED_SHOW_UNDERLYING_DATA = {
        id: "unsupported-show-underlying-data",
        summary: "`:showUnderlyingData` is not supported in JWT-signed URLs: the restriction is lost",
        severity: Warning,
        check: Check::Param(&[Id::ShowUnderlyingData], |view, arg, findings| {
            unsupported(&UNSUPPORTED_SHOW_UNDERLYING_DATA, view, arg, findings);
        }),
    }
}

declare_rule! {
    /// ## What it finds
    /// `:loading_bg`, which colours the background of the loading page.
    ///
    /// ## Why it matters
    /// JWT-signed URLs have no such parameter. The loading page has Sigma's colours again. Nothing else changes.
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
    /// `:loading_text`, which colours the text of the loading page.
    ///
    /// ## Why it matters
    /// JWT-signed URLs have no such parameter. The loading page has Sigma's colours again. Nothing else changes.
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
    /// `:use_user_name`, which shows the user's name.
    ///
    /// ## Why it matters
    /// JWT-signed URLs have no such parameter. The user may be shown under another name. Nothing else changes.
    ///
    /// ## What to do
    /// There is no replacement; the `first_name` and `last_name` claims name the user.
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
