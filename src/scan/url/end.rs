//! Where a URL ends that stands in something else without quotes: a cell of a table, a comment, a tag, marks of emphasis.

use super::join::begins_key;
use crate::dialect::params::{SECRET, lookup};
use crate::dialect::unit::unit;

/// What closes a comment or a tag.
static CLOSERS: [&[u8]; 9] =
    [b"*/", b"/>", b"/&gt;", b"-->", b"--&gt;", b"--%>", b"--}", b"%}", b"%>"];

/// Whether a comment or a tag is closed right behind a URL, at `at`; `last` is its last byte.
pub(super) fn closes(text: &[u8], at: usize, last: u8) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    match rest.first() {
        // `/*/` and `=*/*` are patterns.
        Some(b'*') if b"/=".contains(&last) => false,
        Some(b'*' | b'/' | b'-' | b'%') => CLOSERS.iter().any(|closer| rest.starts_with(closer)),
        _ => false,
    }
}

/// The longest name of a parameter with brackets in it.
const LONGEST_KEY: usize = 64;

/// Whether the opening bracket that `rest` begins with belongs to the query that it stands in; `last` is the byte before.
pub(super) fn bracket(rest: &[u8], last: u8) -> bool {
    // AsciiDoc writes the text of a link behind it, BBCode a tag: neither begins a value or a parameter, nor like a placeholder of
    // Template Toolkit's or Thymeleaf's, or a part that may be left out.
    let begins = |sign: &[u8]| rest.starts_with(sign);
    b"=[/?&".contains(&last) || [&b"[%"[..], b"[[", b"[&"].into_iter().any(begins) || {
        // `ua_x[]=`, `filter[a][b]=`
        let in_key = |b: &u8| b.is_ascii_alphanumeric() || b"[]_-".contains(b);
        let key = rest.iter().take(LONGEST_KEY).take_while(|b| in_key(b)).count();
        rest.get(..key).is_some_and(|key| key.ends_with(b"]")) && rest.get(key) == Some(&b'=')
    }
}

/// Whether a second `&` right behind the first, at `at`, begins the next command of a shell: no parameter follows.
pub(super) fn chains(text: &[u8], at: usize) -> bool {
    match unit(text, at) {
        Some(second) if second.is(b'&') => !begins_key(text, at + second.len),
        _ => false,
    }
}

/// Where the row of a table goes on in which a URL may stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Cell {
    /// Nothing separates cells in the parameter that is being read.
    #[default]
    Whole,
    /// Its value is a text, and may hold a separator.
    Text,
    /// From this byte of the URL on, if no other parameter of Sigma's follows.
    Ends(usize),
}

impl Cell {
    /// A separator follows these bytes; the parameter that is being read begins at `param`.
    pub(super) fn separate(&mut self, url: &[u8], param: usize) {
        // Each parameter is looked at once, however many separators are in it.
        if *self == Self::Whole {
            let is_text = holds_text(url.get(param..).unwrap_or_default());
            *self = if is_text { Self::Text } else { Self::Ends(url.len()) };
        }
    }

    /// Another parameter begins.
    pub(super) fn parameter(&mut self) {
        if *self == Self::Text {
            *self = Self::Whole;
        }
    }

    /// Where the URL ends, if it is before a separator.
    pub(super) fn end(self) -> Option<usize> {
        if let Self::Ends(at) = self { Some(at) } else { None }
    }
}

/// Whether the value of a parameter may hold a separator, as far as the table knows.
fn holds_text(param: &[u8]) -> bool {
    let key = param.split(|b| *b == b'=').next().unwrap_or_default();
    let ([b':', name @ ..] | [b'%', b'3', b'A' | b'a', name @ ..]) = key else {
        // A workbook control; no name begins with a separator.
        return !key.is_empty();
    };
    lookup(name).text && !SECRET.iter().any(|secret| secret.as_bytes() == name)
}

/// Marks of emphasis right before a URL that are a part of it elsewhere. The others never end one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Emphasis {
    underscores: usize,
    /// `==`
    highlighted: bool,
}

impl Emphasis {
    /// More than this is a line.
    const MOST: usize = 8;

    /// The marks that are opened right before `at`, not in the middle of a word.
    pub(super) fn before(text: &[u8], at: usize) -> Self {
        let head = text.get(at.saturating_sub(Self::MOST)..at).unwrap_or_default();
        let len = head.iter().rev().take_while(|b| b"_*~=".contains(b)).count();
        let (before, marks) = head.split_at(head.len() - len);
        let in_word = before.last().is_some_and(u8::is_ascii_alphanumeric);
        if in_word && marks.first().is_some_and(|b| b"_=".contains(b)) {
            return Self::default();
        }
        let count = |mark| memchr::memchr_iter(mark, marks).count();
        Self { underscores: count(b'_'), highlighted: count(b'=') == 2 }
    }

    /// How many bytes at the end of the URL close one of them.
    pub(super) fn close(&mut self, url: &[u8]) -> usize {
        if self.underscores > 0 && url.ends_with(b"_") {
            self.underscores -= 1;
            1
        } else if self.highlighted && url.ends_with(b"==") {
            self.highlighted = false;
            2
        } else {
            0
        }
    }
}
