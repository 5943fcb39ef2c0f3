//! The query of the new URL: what is kept of the old one, and what is added.

use std::collections::HashSet;

use crate::dialect::params::{Fate, Id, PATH};
use crate::dialect::url::Colon;
use crate::dialect::values::footer_position;
use crate::judge::Judgement;
use crate::rule::Arg;

/// What is kept and added beyond what is always kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Whether unknown parameters are kept.
    pub unknown: bool,
    /// Whether the old default of `:menu_position` is written out.
    pub defaults: bool,
}

/// Appends what stands behind the token: `&:embed=true`, the kept parameters in their order, the added one, the fragment.
pub(super) fn write_query(judgement: &Judgement<'_>, keep: Keep, out: &mut Vec<u8>) {
    out.extend_from_slice(b"&:embed=true");
    for arg in judgement.args {
        if is_kept(judgement, arg, keep) {
            write_kept(judgement, arg, out);
        }
    }
    write_replaced(judgement, out);
    if let Some(position) = added_position(judgement, keep) {
        out.extend_from_slice(b"&:menu_position=");
        out.extend_from_slice(position.as_bytes());
    }
    if let Some(fragment) = judgement.url.as_ref().and_then(|url| url.fragment) {
        out.push(b'#');
        out.extend_from_slice(judgement.bytes(fragment));
    }
}

pub(super) fn is_kept(judgement: &Judgement<'_>, arg: &Arg, keep: Keep) -> bool {
    let fate = match arg.row.fate {
        Fate::Kept => true,
        Fate::Unknown => keep.unknown,
        _ => false,
    };
    // `:embed` is written for all, and an empty menu position is none.
    fate && arg.row.id != Id::Embed
        && !(arg.row.id == Id::MenuPosition && arg.param.value.is_empty())
        && !repeats(judgement, arg)
}

/// Whether the first parameter of this name is the same to the byte. One that is only spelt otherwise stays: which of
/// the spellings Sigma reads is not for us to say.
fn repeats(judgement: &Judgement<'_>, arg: &Arg) -> bool {
    let first = arg.earlier.and_then(|first| judgement.args.get(first as usize));
    first.is_some_and(|first| {
        judgement.bytes(first.param.name) == judgement.bytes(arg.param.name)
            && judgement.bytes(first.param.value) == judgement.bytes(arg.param.value)
    })
}

/// Writes a parameter with a literal colon and every other byte as it came.
fn write_kept(judgement: &Judgement<'_>, arg: &Arg, out: &mut Vec<u8>) {
    out.push(b'&');
    if arg.param.colon != Colon::None {
        out.push(b':');
    }
    out.extend_from_slice(judgement.bytes(arg.param.name));
    if arg.param.has_equals {
        out.push(b'=');
    }
    out.extend_from_slice(judgement.bytes(arg.param.value));
}

/// Writes what takes the place of parameters that the configuration calls replaced, value byte for byte. What stands in
/// the URL already stays as it is, and of several that become the same the first is taken.
fn write_replaced(judgement: &Judgement<'_>, out: &mut Vec<u8>) {
    let mut written: HashSet<&str> = HashSet::new();
    for arg in judgement.args.iter().filter(|arg| arg.row.fate == Fate::Replaced) {
        let Some(target) = arg.row.target.filter(|target| arg.becomes(target)) else { continue };
        if is_table_footer(arg) || is_page(arg) || !written.insert(target) {
            continue;
        }
        let stands = |other: &Arg| {
            other.row.name == target
                && other.row.fate == Fate::Kept
                && !other.param.value.is_empty()
        };
        if !judgement.args.iter().any(stands) {
            out.extend_from_slice(b"&:");
            out.extend_from_slice(target.as_bytes());
            out.push(b'=');
            out.extend_from_slice(judgement.bytes(arg.param.value));
        }
    }
}

/// What takes the place of a replaced parameter: nothing if it stands in the URL already, or this one has no value.
pub(super) fn replacement(judgement: &Judgement<'_>, arg: &Arg) -> Option<String> {
    let target = arg.row.target.filter(|target| arg.becomes(target))?;
    if is_table_footer(arg) {
        if judgement.get(Id::MenuPosition).is_some() {
            return None;
        }
        let url = judgement.url.as_ref()?;
        return Some(footer_position(&arg.value(url.bytes)).to_owned());
    }
    let stands = |other: &Arg| {
        other.row.name == target && other.row.fate == Fate::Kept && !other.param.value.is_empty()
    };
    let first = judgement.args.iter().find(|other| other.becomes(target));
    let is_first = first.is_some_and(|first| first.index == arg.index);
    (is_first && !judgement.args.iter().any(stands))
        .then(|| String::from_utf8_lossy(judgement.bytes(arg.param.value)).into_owned())
}

/// Whether it is `:nodeId` with the meaning of the table: it becomes a part of the path.
pub(super) fn is_page(arg: &Arg) -> bool {
    arg.row.id == Id::NodeId && arg.becomes(PATH)
}

/// Whether it is `:show_footer` with the meaning of the table: its values are not those of `:menu_position`.
fn is_table_footer(arg: &Arg) -> bool {
    arg.row.id == Id::ShowFooter && arg.becomes(Id::MenuPosition.row().name)
}

/// The menu position to add: what `:show_footer` stood for, or the old default.
pub(super) fn added_position(judgement: &Judgement<'_>, keep: Keep) -> Option<&'static str> {
    if judgement.get(Id::MenuPosition).is_some() {
        return None;
    }
    let written = |arg: &Arg| arg.becomes(Id::MenuPosition.row().name) && !is_table_footer(arg);
    if judgement.args.iter().any(written) {
        return None;
    }
    match judgement.get(Id::ShowFooter) {
        Some(arg) if is_table_footer(arg) => {
            let bytes = judgement.url.as_ref().map_or(&[][..], |url| url.bytes);
            Some(footer_position(&arg.value(bytes)))
        }
        // The configuration says what becomes of it: its default is none of ours.
        Some(_) => None,
        None => keep.defaults.then_some("bottom"),
    }
}
