//! Rules about names of parameters: unknown, without their colon, in other letters.

use super::unsupported::own_rule;
use crate::dialect::overlay::Overlay;
use crate::dialect::params::{Fate, Id, Parameter, TABLE};
use crate::dialect::source::{CONTROLS, NEW_ERRORS, NEW_PARAMETERS, OLD_PARAMETERS};
use crate::dialect::span::Span;
use crate::rule::{Arg, Check, Context, Finding, Findings, Kind, Trait, View, declare_rule};
use crate::text::nearest;

declare_rule! {
    /// ## What it finds
    /// A parameter with a colon that is not in the tables this release knows. Also one that the configuration marks as
    /// unsupported and that has no rule of its own.
    ///
    /// ## Why it matters
    /// Either it is misspelt and has no effect, or Sigma's tables have changed since this release. For a URL parameter that does
    /// not exist, new URLs answer `EINVAL`.
    ///
    /// ## What to do
    /// Correct the name if it is a typo. Otherwise the parameter is dropped; `--keep-unknown` carries it over.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_everything=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_tooltip=true
    /// ```
    pub static UNKNOWN_PARAMETER = {
        id: "unknown-parameter",
        summary: "not in the tables this release knows",
        severity: Warning,
        sources: &[NEW_PARAMETERS, OLD_PARAMETERS, NEW_ERRORS],
        check: Check::AnyTrait(Trait::Uncarried, check_unknown),
    }
}

fn check_unknown(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    let beside_token = view.kind == Kind::Jwt;
    let is_token = || view.tokens.iter().any(|token| token.arg.index == arg.index);
    let is_asked = match arg.row.fate {
        Fate::Unknown => !is_token(),
        // Beside a token it has a rule of its own.
        Fate::Unsupported => !beside_token,
        _ => false,
    };
    if is_asked {
        let name = arg.shown_name(view.url.bytes);
        let finding = unknown(view.context, arg.row, &name, arg.param.span(), beside_token);
        findings.extend(finding.map(|finding| finding.about(arg.index)));
    }
}

/// The finding for a parameter that nobody knows, unless only its case is wrong. Beside a token nothing becomes of it.
pub(super) fn unknown(
    context: &Context<'_>,
    row: &'static Parameter,
    name: &str,
    span: Span,
    beside_token: bool,
) -> Option<Finding> {
    match row.fate {
        Fate::Unknown => {}
        // Only the configuration says so: the table's own have rules of their own.
        Fate::Unsupported if own_rule(row.id).is_none() && !row.undocumented => {
            let message = format!("JWT-signed URLs have no parameter `:{}`", row.name);
            return Some(
                Finding::new(&UNKNOWN_PARAMETER, span).message(message).suggest(row.remedy),
            );
        }
        _ => return None,
    }
    if in_other_case(context, name).is_some() {
        return None;
    }
    let fate = match (beside_token, context.keep_unknown) {
        (true, _) => "",
        (false, true) => ": kept as it is",
        (false, false) => ": dropped",
    };
    let message = format!("`:{name}` is not in the tables this release knows{fate}");
    let suggestion = match near(context, name) {
        Some(row) => format!("did you mean `:{}`?", row.name),
        None if beside_token => "remove it".to_owned(),
        None if context.keep_unknown => String::new(),
        None => "remove it, or keep it with `--keep-unknown`".to_owned(),
    };
    Some(Finding::new(&UNKNOWN_PARAMETER, span).message(message).suggest(suggestion))
}

/// The parameter whose name differs in one letter.
fn near(context: &Context<'_>, name: &str) -> Option<&'static Parameter> {
    nearest(name, rows(context).map(|row| (row.name, row)), |_| 1)
}

fn in_other_case(context: &Context<'_>, name: &str) -> Option<&'static Parameter> {
    rows(context).find(|row| row.name != name && row.name.eq_ignore_ascii_case(name))
}

/// The rows that are names, of the table and of the configuration.
fn rows<'a>(context: &Context<'a>) -> impl Iterator<Item = &'static Parameter> + 'a {
    let table = TABLE.iter().filter(|row| !row.is_pattern());
    table.chain(context.parameters.into_iter().flat_map(Overlay::rows))
}

declare_rule! {
    /// ## What it finds
    /// A key without a colon that has the name of a Sigma parameter, in a URL that lacks the parameter itself.
    ///
    /// ## Why it matters
    /// A key without a colon is a workbook control: it has no effect as a parameter.
    ///
    /// ## What to do
    /// Add the colon, unless there is a control of this name. The key is carried over unchanged.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&hide_send=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&Store-Region=West
    /// ```
    pub static MISSING_COLON = {
        id: "missing-colon",
        summary: "a Sigma parameter without its colon is a workbook control",
        severity: Warning,
        sources: &[OLD_PARAMETERS, CONTROLS],
        check: Check::Param(&[Id::Control], check_colon),
    }
}

/// The row whose name a control has, unless the URL has that parameter as well.
pub(super) fn colonless(view: &View<'_>, arg: &Arg) -> Option<&'static Parameter> {
    let row = view.context.lookup(&arg.name(view.url.bytes));
    let standing = !row.is_pattern() && view.get(row.id).is_some();
    (row.fate != Fate::Unknown && !standing).then_some(row)
}

fn check_colon(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    if colonless(view, arg).is_some() {
        let name = arg.shown_name(view.url.bytes);
        findings.push(
            Finding::new(&MISSING_COLON, arg.param.span())
                .about(arg.index)
                .message(format!(
                    "`{name}` without its colon is a workbook control, not a parameter"
                ))
                .suggest(format!("write `:{name}`")),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// A Sigma parameter in a different case: `:Email`, `:hide_Send`, `:showunderlyingdata`.
    ///
    /// ## Why it matters
    /// Parameter names are case-sensitive: this is not the parameter.
    ///
    /// ## What to do
    /// Write the name as in the table. Otherwise the parameter is dropped, as any unknown one.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:Hide_Tooltip=true
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_tooltip=true
    /// ```
    pub static WRONG_CASE = {
        id: "wrong-case",
        summary: "parameter names are case-sensitive",
        severity: Warning,
        sources: &[OLD_PARAMETERS],
        check: Check::AnyParam(&[Id::Unknown], check_case),
    }
}

fn check_case(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    if arg.row.fate == Fate::Unknown {
        let name = arg.shown_name(view.url.bytes);
        let finding = wrong_case(view.context, arg.row, &name, arg.param.span());
        findings.extend(finding.map(|finding| finding.about(arg.index)));
    }
}

/// The finding for a known name in other letters.
pub(super) fn wrong_case(
    context: &Context<'_>,
    row: &'static Parameter,
    name: &str,
    span: Span,
) -> Option<Finding> {
    if row.fate != Fate::Unknown {
        return None;
    }
    let row = in_other_case(context, name)?;
    let finding = Finding::new(&WRONG_CASE, span)
        .message(format!("`:{name}` is not `:{}`: names are case-sensitive", row.name));
    Some(finding.suggest(format!("write `:{}`", row.name)))
}
