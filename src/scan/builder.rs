//! Code that builds legacy URLs: parameters near one another that no whole URL holds.

use super::Options;
use crate::dialect::span::Span;
use crate::rule::Found;

/// Adds what is to be said of building code outside of the spans `taken` by whole URLs.
pub(super) fn examine(
    _text: &[u8],
    _taken: &[Span],
    _options: &Options<'_>,
    _found: &mut Vec<Found>,
) {
}
