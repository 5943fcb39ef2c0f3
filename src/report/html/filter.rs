//! The form that narrows the rows of a page; hidden until the page's script works it.

use std::fmt::Write;

use super::escape::escape;

/// A choice among the rows.
pub(super) struct Facet {
    /// The name of the attribute that rows have.
    pub(super) name: &'static str,
    /// What it is called.
    pub(super) label: &'static str,
    /// Values, and what they are called.
    pub(super) options: Vec<(&'static str, &'static str)>,
}

/// The severities, as a choice.
pub(super) fn severities(none: bool) -> Facet {
    let mut options =
        vec![("error", "with an error"), ("warning", "with a warning"), ("info", "with an info")];
    if none {
        options.push(("none", "without findings"));
    } else {
        options = vec![("error", "error"), ("warning", "warning"), ("info", "info")];
    }
    Facet { name: "severity", label: "Severity", options }
}

/// The form. `noun` is what the rows are; `groups` says whether they stand in groups that open and close.
pub(super) fn form(noun: &str, facets: &[Facet], groups: bool) -> String {
    let mut out = format!(
        "<form id=\"filter\" role=\"search\" aria-label=\"Filter the {noun}\" data-noun=\"{noun}\" hidden>\n\
         <p><label for=\"filter-text\">Text</label><input id=\"filter-text\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\"></p>\n"
    );
    for Facet { name, label, options } in facets {
        let _ = write!(
            out,
            "<p><label for=\"filter-{name}\">{label}</label><select id=\"filter-{name}\" data-facet=\"{name}\"><option value=\"\">any</option>"
        );
        for (value, label) in options {
            let _ = write!(out, "<option value=\"{}\">{}</option>", escape(value), escape(label));
        }
        out.push_str("</select></p>\n");
    }
    out.push_str("<p><button type=\"reset\">Clear</button></p>\n");
    if groups {
        out.push_str(
            "<p class=\"open\"><button type=\"button\" data-open=\"false\">Collapse all</button> \
             <button type=\"button\" data-open=\"true\">Expand all</button></p>\n",
        );
    }
    out + "<p id=\"filter-count\" role=\"status\"></p>\n</form>\n"
}
