//! E-mail addresses of users, shortened in reports that are passed on: `j…@example.com`.

use std::borrow::Cow;
use std::ops::Range;

/// Whether addresses of users are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Users {
    /// The first character, and the domain.
    Hidden,
    /// In full: `--show-users`.
    Shown,
}

/// The sign of an address, as URLs and files write it.
const SIGNS: [&str; 8] = ["@", "%40", "%2540", "&#64;", "&#x40;", "&commat;", "\\u0040", "\\x40"];

/// A text with the addresses in it shortened.
pub(in crate::report) fn users(text: Cow<'_, str>, users: Users) -> Cow<'_, str> {
    let hidden = if users == Users::Shown { Vec::new() } else { addresses(&text) };
    if hidden.is_empty() {
        return text;
    }
    let [text] = cut([&text], &hidden);
    Cow::Owned(text)
}

/// A text that stands in parts, with the addresses in it shortened: one may begin in one part and end in another.
pub(in crate::report) fn users_in_parts<const N: usize>(
    parts: [String; N],
    users: Users,
) -> [String; N] {
    let hidden = if users == Users::Shown { Vec::new() } else { addresses(&parts.concat()) };
    if hidden.is_empty() { parts } else { cut(parts.each_ref().map(String::as_str), &hidden) }
}

/// The parts of a text without what is hidden: an ellipsis stands where each hidden range begins.
fn cut<const N: usize>(parts: [&str; N], hidden: &[Range<usize>]) -> [String; N] {
    let mut start = 0;
    let mut next = hidden.iter().peekable();
    let mut until = 0;
    parts.map(|part| {
        let mut out = String::with_capacity(part.len());
        let mut at = 0;
        // A range that began in the part before.
        if until > start {
            at = (until - start).min(part.len());
        }
        while let Some(range) = next.next_if(|range| range.start - start < part.len()) {
            out.push_str(part.get(at..range.start - start).unwrap_or_default());
            out.push('\u{2026}');
            until = range.end;
            at = (until - start).min(part.len());
        }
        out.push_str(part.get(at..).unwrap_or_default());
        start += part.len();
        out
    })
}

/// No name is longer, in bytes: 64 characters, each escaped twice.
const LONGEST: usize = 320;

/// What is hidden of each address: everything before its sign but the first character.
fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut signs: Vec<Range<usize>> = SIGNS
        .iter()
        .flat_map(|sign| text.match_indices(sign).map(|(at, _)| at..at + sign.len()))
        .collect();
    signs.sort_unstable_by_key(|sign| sign.start);
    let mut hidden: Vec<Range<usize>> = Vec::new();
    for sign in signs {
        let from = hidden.last().map_or(0, |last| last.end);
        let near = from.max(sign.start.saturating_sub(LONGEST));
        let near = (near..=sign.start).find(|at| text.is_char_boundary(*at)).unwrap_or(near);
        let before = text.get(near..sign.start).unwrap_or_default();
        let start = sign.start - local(before).len();
        let name = text.get(start..sign.start).unwrap_or_default();
        if name.is_empty() || !is_domain(text, start, sign.end) {
            continue;
        }
        hidden.push(start + first(name)..sign.start);
    }
    hidden
}

/// The name at the end of a text.
fn local(text: &str) -> &str {
    let is_part = |c: char| c.is_alphanumeric() || "._+-%".contains(c);
    let start = text.char_indices().rev().find(|(_, c)| !is_part(*c));
    let run = text.get(start.map_or(0, |(at, c)| at + c.len_utf8())..).unwrap_or_default();
    // `%3D` is the sign before a value, and no part of it.
    let mut name = run;
    for (at, _) in run.match_indices('%') {
        let rest = run.get(at..).unwrap_or_default();
        let (length, byte) = escape(rest);
        if byte.is_some_and(|byte| !byte.is_ascii_alphanumeric() && !b"._+-'".contains(&byte)) {
            name = rest.get(length..).unwrap_or_default();
        }
    }
    name
}

/// The length of the escape that a text begins with, and its byte: `%2B`, or `%252B` if it was escaped twice.
fn escape(text: &str) -> (usize, Option<u8>) {
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    match byte(1) {
        Some(b'%') => match byte(3) {
            Some(inner) => (5, Some(inner)),
            None => (3, Some(b'%')),
        },
        Some(other) => (3, Some(other)),
        None => (1, None),
    }
}

/// The length of the first character of a name.
fn first(name: &str) -> usize {
    match name.chars().next() {
        Some('%') => escape(name).0.min(name.len()),
        other => other.map_or(0, char::len_utf8),
    }
}

/// Whether a domain follows: with a dot and letters behind it, or as the value of a parameter any name of a host.
fn is_domain(text: &str, start: usize, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    let is_part = |c: char| c.is_alphanumeric() || ".-_".contains(c);
    let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let domain = rest.get(..length).unwrap_or_default().trim_end_matches(['.', '-']);
    let last = domain.rsplit('.').next().unwrap_or_default();
    let begins_with_letter = |label: &str| label.starts_with(char::is_alphabetic);
    let before = text.get(..start).unwrap_or_default().as_bytes();
    let is_value = [&b"="[..], b"%3D", b"%3d"].iter().any(|sign| before.ends_with(sign));
    if domain.contains('.') {
        begins_with_letter(last) && last.chars().count() > 1
    } else {
        is_value && begins_with_letter(domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        users(Cow::Borrowed(text), Users::Hidden).into_owned()
    }

    #[test]
    fn an_address_is_its_first_character_and_its_domain() {
        for (text, wanted) in [
            ("jane@example.com", "j\u{2026}@example.com"),
            (
                "&:email=jane.doe+embed@mail.example.com&:a=1",
                "&:email=j\u{2026}@mail.example.com&:a=1",
            ),
            ("?%3Aemail%3Djane%40example.com%26b", "?%3Aemail%3Dj\u{2026}%40example.com%26b"),
            ("%253Aemail%253Djane%2540example.com", "%253Aemail%253Dj\u{2026}%2540example.com"),
            ("email=jane%2Bx%40example.com", "email=j\u{2026}%40example.com"),
            ("email=%6Aane@example.com", "email=%6A\u{2026}@example.com"),
            ("`jane&#64;example.com`", "`j\u{2026}&#64;example.com`"),
            ("\"jane\\u0040example.com\"", "\"j\u{2026}\\u0040example.com\""),
            ("client_a@client_a.com, b@b.example.", "c\u{2026}@client_a.com, b\u{2026}@b.example."),
            ("j\u{f6}rg@b\u{fc}cher.example", "j\u{2026}@b\u{fc}cher.example"),
            (":email=ann@intranet&", ":email=a\u{2026}@intranet&"),
            ("\u{e9}@example.com", "\u{e9}\u{2026}@example.com"),
        ] {
            assert_eq!(shown(text), wanted);
            assert_eq!(shown(wanted), wanted, "a shortened one stays");
            assert_eq!(users(Cow::Borrowed(text), Users::Shown), text);
        }
    }

    #[test]
    fn other_texts_stay() {
        for text in [
            "",
            "@",
            "a@",
            "@example.com",
            "actions/checkout@v4",
            "lodash@4.17.21",
            "@Component",
            "${user}@example.com",
            "50%40",
            "left %40 right",
            "a @ b.example",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn an_address_over_several_parts_is_shortened_in_all() {
        let parts = |parts: [&str; 3]| users_in_parts(parts.map(str::to_owned), Users::Hidden);
        assert_eq!(parts(["x jane", "@example", ".com y"]), ["x j\u{2026}", "@example", ".com y"]);
        assert_eq!(parts(["x j", "an", "e@example.com"]), ["x j", "\u{2026}", "@example.com"]);
        assert_eq!(
            parts(["a@b.cc ", "jane@example.com", ""]),
            ["a\u{2026}@b.cc ", "j\u{2026}@example.com", ""]
        );
        assert_eq!(parts(["a ", "b", " c"]), ["a ", "b", " c"]);
    }

    #[test]
    fn hostile_text_takes_no_longer() {
        for piece in ["a@", "%40", "@a.b", "a%25", "&#64;", "%3D"] {
            shown(&piece.repeat((1 << 15) / piece.len()));
        }
    }
}
