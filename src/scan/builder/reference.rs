//! The places in a text that name a parameter the way code does which builds URLs; decided from bytes, in no language.

use super::token::{Mark, at_end, at_start};
use crate::dialect::escape::hex;
use crate::dialect::params::{Fate, Id, Parameter, Rarity, TABLE, USER_ATTRIBUTE_PREFIX};
use crate::dialect::span::Span;
use crate::rule::Context;
use crate::scan::needle::encoded_colon;
use crate::scan::url::join::goes_on;
use crate::scan::url::placeholder::{control, placeholder};

/// The name of the parameter that carries the token of a JWT-signed URL. The table is of the old dialect, and has it not.
const TOKEN: &[u8] = b"jwt";

/// How a parameter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Behind a separator, with `=` or the end of the string behind it: `&:email=`.
    Joined,
    /// At the beginning of a string, with `=` behind it: `":email="`.
    Opening,
    /// The whole of a string: `":email"`.
    Key,
    /// Elsewhere, with `=` behind it: `PARAMS=:email=`.
    Loose,
    /// The same behind white space, as attributes and words stand.
    Spaced,
}

/// A separator beside a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// The one before it.
    Before,
    /// The one behind it: it stands first.
    Behind,
    /// Which one, only the code knows.
    Unknown,
}

/// One such place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reference {
    /// From the colon to the end of the literal value or of the placeholder in its place, or of the name if there is neither.
    pub span: Span,
    /// The name without its colon.
    pub name: Span,
    /// The value, if it stands there literally and whole.
    pub value: Option<Span>,
    /// How it is written.
    pub form: Form,
    /// Whether it stands alone in backticks: Markdown writes about parameters so.
    pub quoted: bool,
    /// The mark before the colon; empty if there is none.
    pub before: Span,
    /// The separator that goes when the parameter goes.
    pub goes: Separator,
    /// The row of the table.
    pub row: &'static Parameter,
}

impl Reference {
    /// Where it ends.
    pub(super) fn end(&self) -> usize {
        self.span.end as usize
    }

    /// Whether it is the token of a JWT-signed URL.
    pub(super) fn is_token(&self, text: &[u8]) -> bool {
        self.row.fate == Fate::Unknown && self.name.of(text) == TOKEN
    }
}

/// What a colon turned out to be.
pub(super) enum Seen {
    /// A parameter of a builder.
    Reference(Reference),
    /// A name of the table that nothing marks as one of Sigma's: a symbol, an attribute, a bind variable.
    Bare(Id),
    /// Nothing of interest.
    Nothing,
}

/// Longer names are nobody's.
const LONGEST_NAME: usize = 64;
/// A literal value that is longer is not looked at: it keeps hostile input from being read again and again.
const LONGEST_VALUE: usize = 256;

/// The next colon from `from` on, plain or percent-encoded up to twice: its place and length.
pub(super) fn next_colon(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    memchr::memchr2_iter(b':', b'%', rest).find_map(|at| {
        let here = rest.get(at..).unwrap_or_default();
        let length = if here.starts_with(b":") { 1 } else { encoded_colon(here)? };
        Some((from + at, length))
    })
}

/// What stands at a colon of this length.
pub(super) fn read(text: &[u8], at: usize, colon: usize, context: &Context<'_>) -> Seen {
    let start = at + colon;
    let Some(length) = name_length(text.get(start..).unwrap_or_default()) else {
        return Seen::Nothing;
    };
    let end = start + length;
    let name = text.get(start..end).unwrap_or_default();
    let (before, behind) =
        (text.get(..at).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let Some(lead) = lead(before) else {
        return Seen::Nothing;
    };
    let tail = tail(behind, name);
    let row = context.lookup(name);
    if let Lead::Quote { glued: Glue::Other, .. } = lead
        && row.rarity != Rarity::Own
    {
        // The end of somebody's key or message: `id + ":nonce"`.
        return Seen::Nothing;
    }
    let (form, equals) = match (lead, tail) {
        (Lead::Quote { glued: Glue::Separator, .. }, Tail::Equals(equals)) => {
            (Form::Joined, equals)
        }
        (Lead::Quote { glued: Glue::Separator, .. }, Tail::Quote(_) | Tail::Placeholder) => {
            (Form::Joined, 0)
        }
        (Lead::Separator { .. }, Tail::Equals(equals)) => (Form::Joined, equals),
        (Lead::Separator { .. }, Tail::Quote(_) | Tail::Placeholder) => (Form::Joined, 0),
        (Lead::Quote { quote, .. }, Tail::Equals(equals)) => {
            let value = behind.get(equals..).unwrap_or_default();
            // Behind the `=` its own string may end, but no other begins: that is an attribute, `:mode="edit"`.
            if matches!(at_start(value), Some((Mark::Quote(other), _)) if other != quote) {
                return Seen::Nothing;
            }
            (Form::Opening, equals)
        }
        (Lead::Quote { quote, .. }, Tail::Quote(other)) if quote == other => (Form::Key, 0),
        (Lead::Quote { .. }, Tail::Placeholder) => (Form::Key, 0),
        (Lead::Other, Tail::Equals(equals)) => {
            let value = behind.get(equals..).unwrap_or_default();
            if matches!(at_start(value), Some((Mark::Quote(_), _))) {
                return Seen::Nothing;
            }
            let spaced = before.last().is_none_or(u8::is_ascii_whitespace);
            (if spaced { Form::Spaced } else { Form::Loose }, equals)
        }
        (Lead::Other, Tail::Other | Tail::Quote(_)) => return bare(row),
        _ => return Seen::Nothing,
    };
    // Other software has parameters with colons too, and SQL has names for everything.
    let known = row.fate != Fate::Unknown || name == TOKEN || has_other_case(name, form);
    if !known && form != Form::Joined {
        return Seen::Nothing;
    }
    let value = if equals > 0 {
        value(behind, equals).map(|length| Span::new(end + equals, end + equals + length))
    } else {
        None
    };
    let stop = match value {
        Some(value) => value.end as usize,
        // A placeholder of the same string is filled in by code, and is what stands there.
        None if equals > 0 => {
            end + placeholder(text, end + equals, b'=')
                .map_or(0, |placeholder| equals + placeholder)
        }
        None => end,
    };
    let (before, goes, backtick) = match lead {
        Lead::Separator { length, question: false } => (length, Separator::Before, false),
        Lead::Separator { length, question: true } => (length, Separator::Behind, false),
        Lead::Quote { length, quote, glued: Glue::Other } => {
            (length, Separator::Unknown, quote == b'`')
        }
        Lead::Quote { length, quote, .. } => (length, Separator::Behind, quote == b'`'),
        Lead::Other => (0, Separator::Behind, false),
    };
    let ends = matches!(text.get(stop), Some(b'`')) && (form == Form::Key || value.is_some());
    Seen::Reference(Reference {
        span: Span::new(at, stop),
        name: Span::new(start, end),
        value,
        form,
        quoted: backtick && ends,
        before: Span::new(at - before, at),
        goes,
        row,
    })
}

/// Whether a quoted name is one of the table's in other letters.
fn has_other_case(name: &[u8], form: Form) -> bool {
    form == Form::Key
        && name.iter().any(u8::is_ascii_alphabetic)
        && TABLE.iter().any(|row| row.name.as_bytes().eq_ignore_ascii_case(name))
}

/// The length of the name that a text begins with.
fn name_length(text: &[u8]) -> Option<usize> {
    if !text.first()?.is_ascii_alphabetic() {
        return None;
    }
    // The names of attributes are the organisation's.
    let free = text.starts_with(USER_ATTRIBUTE_PREFIX);
    let mut length = 0;
    while let Some(&byte) = text.get(length) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => length += 1,
            b'.' if free => length += 1,
            b'%' if free && escape_in_name(text.get(length..).unwrap_or_default()) => length += 3,
            _ => break,
        }
        if length > LONGEST_NAME {
            return None;
        }
    }
    Some(length)
}

/// Whether a percent-escape is part of a name: not one of a mark that ends it.
fn escape_in_name(text: &[u8]) -> bool {
    is_escape(text) && at_start(text).is_none() && !text.starts_with(b"%25")
}

fn is_escape(text: &[u8]) -> bool {
    matches!(text, [b'%', high, low, ..] if hex(high).is_some() && hex(low).is_some())
}

/// What stands before a colon.
#[derive(Clone, Copy)]
enum Lead {
    Separator { length: usize, question: bool },
    Quote { length: usize, quote: u8, glued: Glue },
    Other,
}

/// What a string is appended to.
#[derive(Clone, Copy)]
enum Glue {
    /// To nothing.
    None,
    /// To a string that ends in a separator: `"?" + ":email="`.
    Separator,
    /// To something else.
    Other,
}

/// Nothing if the colon belongs to the word before it.
fn lead(before: &[u8]) -> Option<Lead> {
    match at_end(before) {
        Some((Mark::Ampersand, length)) => Some(Lead::Separator { length, question: false }),
        // `(?:` opens a group of a regular expression, `$?` is the status of a command.
        Some((Mark::Question, 1)) if before.ends_with(b"(?") || before.ends_with(b"$?") => None,
        Some((Mark::Question, length)) => Some(Lead::Separator { length, question: true }),
        Some((Mark::Quote(quote), length)) => {
            let outside = before.get(..before.len() - length).unwrap_or_default();
            opens(outside).then(|| Lead::Quote { length, quote, glued: glue(outside) })
        }
        Some((Mark::Equals, _)) => Some(Lead::Other),
        None => match before {
            // Behind an escaped line end, or `%s` that stands for the beginning of the URL.
            [.., b'\\', b'n' | b'r' | b't'] | [.., b'%', b's' | b'v'] => Some(Lead::Other),
            [.., last] if last.is_ascii_alphanumeric() || b"_:$.-@".contains(last) => None,
            _ => Some(Lead::Other),
        },
    }
}

/// Whether a quote behind this opens a string: no word runs into it but a prefix such as `f` or `rb`.
fn opens(outside: &[u8]) -> bool {
    let word = outside.iter().rev().take(3).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let (outside, prefix) = outside.split_at(outside.len() - word);
    let closed = match outside.last() {
        Some(b'_' | b')' | b']') => true,
        // A string of that one letter ends here.
        Some(b'"' | b'\'' | b'`') => word > 0,
        _ => false,
    };
    !closed && word < 3 && prefix.iter().all(|byte| b"fFrRbBuUL".contains(byte))
}

/// What a string that begins behind this is appended to.
fn glue(outside: &[u8]) -> Glue {
    let trim = |text: &[u8]| {
        let spaces = text.iter().rev().take(80).take_while(|byte| byte.is_ascii_whitespace());
        text.len() - spaces.count()
    };
    let Some([before @ .., operator]) = outside.get(..trim(outside)) else {
        return Glue::None;
    };
    // VB joins by `&`, PHP by a dot.
    if !b"+.&".contains(operator) {
        return Glue::None;
    }
    let Some(before) = before.get(..trim(before)) else {
        return Glue::Other;
    };
    match at_end(before) {
        Some((Mark::Quote(_), length)) => {
            match at_end(before.get(..before.len() - length).unwrap_or_default()) {
                Some((Mark::Ampersand | Mark::Question, _)) => Glue::Separator,
                _ => Glue::Other,
            }
        }
        _ => Glue::Other,
    }
}

/// What stands behind a name.
#[derive(Clone, Copy)]
enum Tail {
    /// `=`, of this length.
    Equals(usize),
    /// The end of a string.
    Quote(u8),
    /// Code fills in the rest of the name of an attribute.
    Placeholder,
    Other,
}

fn tail(behind: &[u8], name: &[u8]) -> Tail {
    match at_start(behind) {
        // Comparisons, hashes of Ruby's, matches.
        Some((Mark::Equals, 1)) if matches!(behind, [_, b'=' | b'>' | b'~', ..]) => Tail::Other,
        Some((Mark::Equals, length)) => Tail::Equals(length),
        Some((Mark::Quote(quote), _)) => Tail::Quote(quote),
        _ if name == USER_ATTRIBUTE_PREFIX && begins_placeholder(behind) => Tail::Placeholder,
        _ => Tail::Other,
    }
}

/// Whether code or a template fills something in here.
fn begins_placeholder(text: &[u8]) -> bool {
    match text {
        [b'$' | b'{' | b'<' | b'[', ..] | [b'#', b'{', ..] | [b'\\', b'(', ..] => true,
        [b'%', ..] => !is_escape(text),
        _ => false,
    }
}

/// Whether an escaped mark ends the value: in a URL inside another, or since a parameter follows.
fn ends_value(text: &[u8], nested: bool) -> bool {
    match at_start(text) {
        Some((Mark::Ampersand, length)) => {
            nested
                || matches!(next_colon(text.get(..length + 5).unwrap_or(text), length), Some((at, _)) if at == length)
        }
        Some((Mark::Quote(_), _)) => nested,
        _ => false,
    }
}

/// The length of the value behind `=`, if all of it stands there.
pub(super) fn value(behind: &[u8], equals: usize) -> Option<usize> {
    let text = behind.get(equals..)?;
    // Other ways to say that something is filled in: `@Model.Email`, `!EMAIL!`, `:email`.
    if matches!(text, [b'@' | b'!' | b':', ..]) {
        return None;
    }
    // Whole inside another URL, an escaped `&` ends the value; otherwise it is part of it.
    let nested = behind.starts_with(b"%");
    let mut length = 0;
    while let Some(&byte) = text.get(length) {
        let rest = text.get(length..).unwrap_or_default();
        let before = length.checked_sub(1).and_then(|at| text.get(at)).unwrap_or(&b'=');
        // A tag behind the value says whether the parameter stands there, not what it is.
        if length > 0 && control(text, length).is_some() {
            break;
        }
        if placeholder(text, length, *before).is_some() {
            return None;
        }
        match byte {
            b'%' if ends_value(rest, nested) => break,
            b'%' if is_escape(rest) => length += 3,
            b'%' => return None,
            0xe2 if at_start(rest).is_some() => break,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | 0x80.. => length += 1,
            _ if b"-._~@+:,/*!".contains(&byte) => length += 1,
            b'<' if length > 0 => break,
            // Code goes on with it.
            b'"' | b'\'' | b'`' if goes_on(text, length) => return None,
            b'(' | b'=' => return None,
            _ if begins_placeholder(rest) => return None,
            _ => break,
        }
        if length > LONGEST_VALUE {
            return None;
        }
    }
    // The full stop of a sentence.
    let read = text.get(..length)?;
    let trimmed = read.iter().rev().take_while(|byte| b".,:!*".contains(byte)).count();
    Some(length - trimmed).filter(|length| *length > 0)
}

fn bare(row: &'static Parameter) -> Seen {
    if row.fate == Fate::Unknown { Seen::Nothing } else { Seen::Bare(row.id) }
}

/// Whether a bare name behind this is a bind variable of SQL rather than a symbol: those are compared, assigned, or in a list
/// of values.
pub(super) fn is_bind(before: &[u8], listed: impl FnOnce() -> bool) -> bool {
    let spaces = before.iter().rev().take(8).take_while(|byte| byte.is_ascii_whitespace()).count();
    match before.get(..before.len() - spaces) {
        Some([.., b'=']) => true,
        // Not the end of a tag, nor an arrow.
        Some([.., b' ' | b'<', b'<' | b'>']) => spaces > 0,
        Some([.., b'(' | b',']) => listed(),
        _ => false,
    }
}
