//! URLs in a text, however they are quoted, escaped and broken over lines.

use super::{Examined, Options};
use crate::dialect::span::Span;
use crate::judge::Scratch;

/// Judges every URL of Sigma's in the text. The spans are those of the URLs, in order.
pub(super) fn examine(
    _text: &[u8],
    _options: &Options<'_>,
    _scratch: &mut Scratch,
    _examined: &mut Examined,
) -> Vec<Span> {
    Vec::new()
}
