//! Finds what must not be shown in a text. Names are read as the scanner reads them, out of every escape.

use std::ops::Range;

use super::block;
use super::call;
use super::name::{Name, Role, is_name_byte};
use super::shape::{self, Shapes};
use super::value::{self, Value};

/// What the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// One URL: a value reaches to the next `&` or `#`, whatever is in it.
    Url,
    /// A message, a name or a value of a URL, with URLs in it.
    Text,
    /// A file, which holds secrets in more forms than a URL does.
    File,
}

/// How much of a secret is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Its first characters: signatures and tokens, which can be told apart by them.
    Head,
    /// Nothing.
    Nothing,
}

/// No secret is longer, in bytes.
pub(super) const FAR: usize = 1 << 16;

/// Gives every part of `range` that must not be shown to `found`, in order. Secrets that begin in the range may end behind it.
pub(super) fn find(
    text: &[u8],
    range: Range<usize>,
    reach: Reach,
    mut found: impl FnMut(Range<usize>, Shown),
) {
    let mut at = range.start;
    let mut call_end = 0;
    // The quote that ends the string of a call that has been looked at.
    let mut closes = 0;
    let mut shapes = Shapes::default();
    while at < range.end {
        let Some(&byte) = text.get(at) else { break };
        if !is_name_byte(byte) && !b"%\\&^".contains(&byte) {
            let hidden = match byte {
                b'"' | b'\'' | b'`' if at < call_end && at != closes => {
                    let (end, hidden) = call::argument(text, at);
                    closes = end;
                    hidden
                }
                b':' if reach == Reach::File => shape::password(text, at),
                _ => None,
            };
            if let Some(hidden) = hidden {
                at = hidden.end;
                found(hidden, Shown::Nothing);
            } else {
                at += 1;
            }
            continue;
        }
        let name = if reach == Reach::File { Name::read(text, at) } else { Name::of_url(text, at) };
        if let Some((hidden, shown)) = shapes.find(text, at..name.end, reach) {
            at = hidden.end;
            found(hidden, shown);
            continue;
        }
        if reach == Reach::File
            && text.get(at..name.end).is_some_and(|word| word.eq_ignore_ascii_case(b"value"))
            && let Some((value, role)) = block::before_name(text, name.end)
        {
            at = value.end;
            found(value, if role == Role::Signed { Shown::Head } else { Shown::Nothing });
            continue;
        }
        let value = match name.role {
            Role::Signed => value::signed(text, name.end, reach),
            Role::Held if reach == Reach::File => {
                if !name.gives(text, at) {
                    call_end = call_end.max(call::call_end(text, name.end, false));
                }
                value::held(text, at, &name)
            }
            Role::Call if reach == Reach::File => {
                let word = text.get(at..name.end).unwrap_or_default();
                call_end = call_end.max(call::call_end(text, name.end, word.contains(&b'.')));
                let option = block::option(text, name.end).filter(|_| word.starts_with(b"-"));
                option.map(|span| Value { span, shown: Shown::Nothing })
            }
            _ => None,
        };
        match value {
            Some(Value { span, shown }) => {
                at = span.end;
                closes = at;
                found(span, shown);
                let goes_on = |at: usize| {
                    let is_string = matches!(text.get(at), Some(b'"' | b'\'' | b'`' | b'\\'));
                    reach == Reach::File && (is_string || name.role == Role::Signed)
                };
                while let Some(more) = value::continued(text, at, shown).filter(|_| goes_on(at)) {
                    at = more.end;
                    closes = at;
                    found(more, Shown::Nothing);
                }
            }
            None => at = name.end,
        }
    }
}
