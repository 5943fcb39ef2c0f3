//! The query of the new URL, as the plan has it.

use crate::dialect::params::Id;
use crate::dialect::url::Colon;
use crate::judge::Judgement;
use crate::rule::{Arg, Outcome, Replacement};

/// Appends what comes behind the token: `&:embed=true`, the kept parameters in their order, what replaces others, the added
/// one, the fragment.
pub(super) fn write_query(judgement: &Judgement<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"&:embed=true");
    for arg in judgement.args.iter().filter(|arg| matches!(arg.outcome, Outcome::Keep { .. })) {
        write_kept(judgement, arg, out);
    }
    for arg in judgement.args {
        if let Outcome::Replace(Replacement::Parameter(name)) = arg.outcome {
            write_new(name, judgement.bytes(arg.param.value), out);
        }
    }
    let replaced = judgement.args.iter().find_map(|arg| match arg.outcome {
        Outcome::Replace(Replacement::MenuPosition(position)) => Some(position),
        _ => None,
    });
    if let Some(position) = replaced.or(judgement.added_position) {
        write_new(Id::MenuPosition.row().name, position.as_bytes(), out);
    }
    if let Some(fragment) = judgement.url.as_ref().and_then(|url| url.fragment) {
        out.push(b'#');
        out.extend_from_slice(judgement.bytes(fragment));
    }
}

/// Writes a parameter of Sigma's.
fn write_new(name: &str, value: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"&:");
    out.extend_from_slice(name.as_bytes());
    out.push(b'=');
    out.extend_from_slice(value);
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
