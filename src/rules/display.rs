//! Rules about how the embed looks: menu, language, height, theme.

use std::borrow::Cow;

use crate::dialect::params::{Fate, Id, Parameter};
use crate::dialect::source::{NEW_PARAMETERS, OLD_PARAMETERS, QUICKSTART_CLAIMS};
use crate::dialect::span::Span;
use crate::dialect::values::{boolean, footer_position};
use crate::rule::{Arg, Check, Finding, Findings, View, declare_rule};

declare_rule! {
    /// ## What it finds
    /// `:show_footer`.
    ///
    /// ## Why it matters
    /// JWT-signed URLs have `:menu_position` instead. `:show_footer=false` also hid page tabs, **Save as**, **Edit** and the
    /// logo: with a `:menu_position` other than `none` they come back.
    ///
    /// ## What to do
    /// `false`, in any case, becomes `:menu_position=none`; any other value becomes the old default, `:menu_position=bottom`. If
    /// the URL has a `:menu_position` already, nothing is added. `convert` does this automatically.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:show_footer=false
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:menu_position=none
    /// ```
    pub static REPLACED_SHOW_FOOTER = {
        id: "replaced-show-footer",
        summary: "`:show_footer` is replaced by `:menu_position`",
        severity: Warning,
        check: Check::Param(&[Id::ShowFooter], check_footer),
    }
}

fn check_footer(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    let value = arg.value(view.url);
    let has_position = view.get(Id::MenuPosition).is_some();
    // Nothing comes back where the menu is hidden by its position too.
    let hidden = view.is(Id::MenuPosition, "none");
    let span = arg.param.span();
    let finding = footer(arg.row, Some(value), has_position, hidden, span);
    findings.extend(finding.map(|finding| finding.about(arg.index)));
}

/// The finding for a replaced parameter; without a value, code fills it in.
pub(super) fn footer(
    row: &'static Parameter,
    value: Option<&[u8]>,
    has_position: bool,
    hidden: bool,
    span: Span,
) -> Option<Finding> {
    if row.fate != Fate::Replaced {
        return None;
    }
    let is_footer = row.target == Some(Id::MenuPosition.row().name);
    let was_hidden = value.is_some_and(|value| boolean(value) == Some(false));
    let finding = Finding::new(&REPLACED_SHOW_FOOTER, span);
    let finding = if is_footer && has_position && was_hidden && !hidden {
        finding.message(
            "`:show_footer=false` also hid page tabs, Save as, Edit and the logo: with a `:menu_position` other than `none` they come back",
        )
    } else {
        finding
    };
    let suggestion: Cow<'static, str> = match value {
        _ if !is_footer => row.remedy.into(),
        _ if has_position => "remove it: the URL has a `:menu_position` already".into(),
        Some(value) => format!("use `:menu_position={}`", footer_position(value)).into(),
        None => row.remedy.into(),
    };
    Some(finding.suggest(suggestion))
}

declare_rule! {
    /// ## What it finds
    /// A legacy signed URL with neither `:menu_position` nor `:show_footer`.
    ///
    /// ## Why it matters
    /// In old URLs the menu is at the bottom by default; in new ones, by the table of parameters, there is no menu by default.
    ///
    /// ## What to do
    /// Nothing: `convert` adds `:menu_position=bottom`, so that the embed stays the same. `--no-preserve-defaults` leaves it out.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:email=ann@example.com
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:email=ann@example.com&:menu_position=top
    /// ```
    pub static IMPLICIT_MENU_POSITION = {
        id: "implicit-menu-position",
        summary: "`:menu_position=bottom` is added to keep the old default",
        severity: Info,
        sources: &[NEW_PARAMETERS, OLD_PARAMETERS, QUICKSTART_CLAIMS],
        check: Check::Signed(check_position),
    }
}

fn check_position(view: &View<'_>, findings: &mut Findings) {
    if view.added_position.is_some() {
        findings.push(
            Finding::new(&IMPLICIT_MENU_POSITION, view.base()).missing(Id::MenuPosition.row().name),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// `:hide_menu=true` without `:menu_position=top` or `:menu_position=bottom`.
    ///
    /// ## Why it matters
    /// `:hide_menu` works only where there is a menu bar, and new URLs have none by default.
    ///
    /// ## What to do
    /// Set `:menu_position`. `convert` adds the old default, `bottom`, unless `--no-preserve-defaults` is given.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_menu=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_menu=true&:menu_position=top
    /// ```
    pub static HIDE_MENU_WITHOUT_POSITION = {
        id: "hide-menu-without-position",
        summary: "`:hide_menu` works only with `:menu_position` `top` or `bottom`",
        severity: Warning,
        check: Check::AnyParam(&[Id::HideMenu], check_menu),
    }
}

fn check_menu(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    let placed = view.is(Id::MenuPosition, "top") || view.is(Id::MenuPosition, "bottom");
    if arg.row.fate == Fate::Kept && !placed && boolean(arg.value(view.url)) != Some(false) {
        findings.push(
            Finding::new(&HIDE_MENU_WITHOUT_POSITION, arg.param.span())
                .about(arg.index)
                .suggest("set `:menu_position=bottom` or `:menu_position=top`"),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// `:lng_variant` without `:lng`.
    ///
    /// ## Why it matters
    /// A variant belongs to a language.
    ///
    /// ## What to do
    /// Add `:lng`.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:lng_variant=kids
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:lng=fr-ca&:lng_variant=kids
    /// ```
    pub static LNG_VARIANT_WITHOUT_LNG = {
        id: "lng-variant-without-lng",
        summary: "`:lng_variant` needs `:lng`",
        severity: Warning,
        check: Check::AnyParam(&[Id::LngVariant], check_variant),
    }
}

fn check_variant(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    if arg.row.fate == Fate::Kept && view.get(Id::Lng).is_none() {
        findings.push(
            Finding::new(&LNG_VARIANT_WITHOUT_LNG, arg.param.span())
                .about(arg.index)
                .suggest("add `:lng`"),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// `:responsive_height` with a value other than `false` on an edit URL.
    ///
    /// ## Why it matters
    /// Sigma's table of parameters requires `false` on an edit URL.
    ///
    /// ## What to do
    /// Set it to `false`, or leave it out.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI/workbook/Q-r0WXMPpc0YtQCTFR7CdDK/edit?:responsive_height=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:responsive_height=true
    /// ```
    pub static RESPONSIVE_HEIGHT_ON_EDIT = {
        id: "responsive-height-on-edit",
        summary: "`:responsive_height` must be `false` on an edit URL",
        severity: Warning,
        check: Check::AnyParam(&[Id::ResponsiveHeight], check_height),
    }
}

fn check_height(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    if arg.row.fate == Fate::Kept
        && view.place.is_edit()
        && boolean(arg.value(view.url)) != Some(false)
    {
        findings.push(
            Finding::new(&RESPONSIVE_HEIGHT_ON_EDIT, arg.param.span())
                .about(arg.index)
                .suggest("write `:responsive_height=false`, or leave it out"),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// `:theme` with the name of one of Sigma's themes in a different case: `dark`.
    ///
    /// ## Why it matters
    /// Theme names are case-sensitive.
    ///
    /// ## What to do
    /// Write `Light`, `Dark` or `Surface`. The value is carried over unchanged, since an organisation may have a theme of that
    /// name.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:theme=dark
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:theme=Acme%20dark
    /// ```
    pub static THEME_CASE = {
        id: "theme-case",
        summary: "theme names are case-sensitive",
        severity: Warning,
        check: Check::AnyParam(&[Id::Theme], check_theme),
    }
}

fn check_theme(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    let value = arg.value(view.url);
    let theme = ["Light", "Dark", "Surface"]
        .iter()
        .find(|theme| value.eq_ignore_ascii_case(theme.as_bytes()) && *value != *theme.as_bytes());
    if let Some(theme) = theme
        && arg.row.fate == Fate::Kept
    {
        findings.push(
            Finding::new(&THEME_CASE, arg.param.span())
                .about(arg.index)
                .suggest(format!("write `:theme={theme}`")),
        );
    }
}
