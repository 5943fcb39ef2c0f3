//! The query of the new URL: what is kept of the old one, and what is added.

use super::Options;
use crate::dialect::params::{Fate, Id};
use crate::dialect::url::Colon;
use crate::dialect::values::footer_position;
use crate::judge::Judgement;
use crate::rule::Arg;

/// Appends what stands behind the token: `&:embed=true`, the kept parameters in their order, the added one, the fragment.
pub(super) fn write_query(judgement: &Judgement<'_>, options: &Options, out: &mut Vec<u8>) {
    out.extend_from_slice(b"&:embed=true");
    for arg in judgement.args {
        if is_kept(judgement, arg, options) {
            write_kept(judgement, arg, out);
        }
    }
    if let Some(position) = added_position(judgement, options) {
        out.extend_from_slice(b"&:menu_position=");
        out.extend_from_slice(position.as_bytes());
    }
    if let Some(fragment) = judgement.url.as_ref().and_then(|url| url.fragment) {
        out.push(b'#');
        out.extend_from_slice(judgement.bytes(fragment));
    }
}

fn is_kept(judgement: &Judgement<'_>, arg: &Arg, options: &Options) -> bool {
    let fate = match arg.row.fate {
        Fate::Kept => true,
        Fate::Unknown => options.keep_unknown,
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

/// The menu position to add: what `:show_footer` stood for, or the old default.
fn added_position(judgement: &Judgement<'_>, options: &Options) -> Option<&'static str> {
    if judgement.get(Id::MenuPosition).is_some() {
        return None;
    }
    match judgement.get(Id::ShowFooter) {
        Some(arg) => {
            let bytes = judgement.url.as_ref().map_or(&[][..], |url| url.bytes);
            Some(footer_position(&arg.value(bytes)))
        }
        None => options.preserve_defaults.then_some("bottom"),
    }
}
