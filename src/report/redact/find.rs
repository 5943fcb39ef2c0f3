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
    found: impl FnMut(Range<usize>, Shown),
) {
    let mut at = range.start;
    let mut call_end = 0;
    // The quote that ends the string of a call that has been looked at.
    let mut closes = 0;
    let mut shapes = Shapes::default();
    let mut ahead = Ahead { values: Vec::new(), end: range.start, found };
    while at < range.end {
        if let Some((value, role)) = ahead.next(at) {
            let begin = at;
            let mut word = last_word(text, &value.span);
            at = at.max(value.span.end);
            closes = at;
            ahead.tell(value.span, value.shown);
            let goes_on = |at: usize| {
                let is_string = matches!(text.get(at), Some(b'"' | b'\'' | b'`' | b'\\'));
                reach == Reach::File && (is_string || role == Role::Signed)
            };
            while role != Role::Plain
                && goes_on(at)
                && let Some(more) = value::continued(text, at, value.shown)
            {
                word = last_word(text, &more);
                at = more.end;
                closes = at;
                ahead.tell(more, Shown::Nothing);
            }
            // What was taken for the end of a value may be the name of the next one.
            at = word
                .filter(|word| *word > begin || role == Role::Signed && *word == begin)
                .unwrap_or(at);
            continue;
        }
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
            at += 1;
            ahead
                .values
                .extend(hidden.map(|span| (Value { span, shown: Shown::Nothing }, Role::Plain)));
            continue;
        }
        let name = if reach == Reach::File { Name::read(text, at) } else { Name::of_url(text, at) };
        let mut from = at;
        while let Some((hidden, shown)) = shapes.find(text, from..name.end, reach) {
            let end = hidden.end;
            ahead.values.push((Value { span: hidden, shown }, Role::Plain));
            if end <= from || end >= name.end {
                break;
            }
            from = end;
        }
        if reach == Reach::File
            && text.get(at..name.end).is_some_and(|word| word.eq_ignore_ascii_case(b"value"))
            && let Some((span, role)) = block::before_name(text, name.end)
        {
            at = name.end;
            let shown = if role == Role::Signed { Shown::Head } else { Shown::Nothing };
            ahead.values.push((Value { span, shown }, Role::Plain));
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
                let option =
                    word.starts_with(b"-").then(|| block::option(text, name.end)).flatten();
                option.map(|span| Value { span, shown: Shown::Nothing })
            }
            Role::Plain if reach == Reach::File && name.is_key(text, at) => {
                value::held(text, at, &name).filter(|value| shape::is_strong(text, &value.span))
            }
            _ => None,
        };
        at = name.end;
        ahead.values.extend(value.map(|value| (value, name.role)));
    }
    while let Some((value, _)) = ahead.next(usize::MAX) {
        ahead.tell(value.span, value.shown);
    }
}

/// Where the last word of a value begins, if what follows it makes it the name of another value, or a function.
fn last_word(text: &[u8], value: &Range<usize>) -> Option<usize> {
    let inside = text.get(value.clone())?;
    let word = inside.strip_suffix(b"=").or_else(|| inside.strip_suffix(b":")).unwrap_or(inside);
    let is_name = word.len() < inside.len()
        || text.get(value.end).is_some_and(|next| b"(=:\"'`".contains(next));
    let length = word.iter().rev().take(64).take_while(|byte| is_name_byte(**byte)).count();
    (is_name && length > 0).then_some(value.start + word.len() - length)
}

/// Values whose names have been read. What is between a name and its value may hold other secrets, so it is read too.
struct Ahead<F> {
    /// In no order: nearly always there is one. A value that was found by its shape has no role.
    values: Vec<(Value, Role)>,
    /// Where the last part ends that was given.
    end: usize,
    found: F,
}

impl<F: FnMut(Range<usize>, Shown)> Ahead<F> {
    /// The first value, if it begins at `at` or before.
    fn next(&mut self, at: usize) -> Option<(Value, Role)> {
        let begins = |(_, (value, _)): &(usize, &(Value, Role))| value.span.start;
        let (first, (value, _)) = self.values.iter().enumerate().min_by_key(begins)?;
        (value.span.start <= at).then(|| self.values.swap_remove(first))
    }

    /// Gives a part that must not be shown: of one that overlaps with the part before, what is behind that.
    fn tell(&mut self, hidden: Range<usize>, shown: Shown) {
        if hidden.start >= self.end {
            self.end = hidden.end;
            (self.found)(hidden, shown);
        } else if hidden.end > self.end {
            let rest = self.end..hidden.end;
            self.end = hidden.end;
            (self.found)(rest, Shown::Nothing);
        }
    }
}
