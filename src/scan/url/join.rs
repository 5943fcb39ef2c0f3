//! A URL that goes on behind a line end or in the next string literal.

use super::unit::unit;

/// The farthest that the next part may stand.
const FARTHEST: usize = 400;

/// What stands between two literals that make one text, beside white space. An empty one: literals that only stand beside
/// one another.
const OPERATORS: [&[u8]; 13] =
    [b"++", b"+", b"..", b".", b"<>", b"||", b"& _", b"&", b"~", b"^", b"\\", b",", b""];

/// Where a URL goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Next {
    /// The first byte of the rest.
    pub(super) at: usize,
    /// The quote the rest stands in, if another literal begins.
    pub(super) quote: Option<u8>,
}

/// Where the URL goes on that seems to end at `at` with the byte `last`. Only what begins like a parameter continues it:
/// nothing else would show that the next line or literal belongs to it.
pub(super) fn next(text: &[u8], at: usize, last: u8) -> Option<Next> {
    let rest = text.get(at..text.len().min(at + FARTHEST))?;
    let skipped = match rest.first()? {
        b'"' | b'\'' | b'`' => return literal(text, at, rest, last),
        _ => line_end(rest)?,
    };
    let to = at + skipped;
    // Behind a `&` at the end of a line, a workbook control: the next line must be a part of the same text, as its indent says.
    let indented = text.get(to - 1).is_some_and(|b| b" \t".contains(b));
    let begins = begins_parameter(text, to, last, false)
        || (last == b'&' && indented && begins_key(text, to));
    begins.then_some(Next { at: to, quote: None })
}

/// The length of a line end with the blanks around it and the backslash before it.
fn line_end(rest: &[u8]) -> Option<usize> {
    let blanks = |rest: &[u8]| rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let mut n = blanks(rest);
    if rest.get(n) == Some(&b'\\') {
        n += 1;
    }
    if rest.get(n) == Some(&b'\r') {
        n += 1;
    }
    if rest.get(n) != Some(&b'\n') {
        return None;
    }
    n += 1;
    Some(n + blanks(rest.get(n..)?))
}

/// The next literal behind the quote at the beginning of `rest`.
fn literal(text: &[u8], at: usize, rest: &[u8], last: u8) -> Option<Next> {
    let space = |from: usize| from + space(rest.get(from..).unwrap_or_default());
    let before = space(1);
    let operator =
        OPERATORS.iter().find(|o| rest.get(before..).is_some_and(|r| r.starts_with(o)))?;
    let mut to = space(before + operator.len());
    if rest.get(to) == Some(&b'\\') {
        to = space(to + 1);
    }
    // Two quotes side by side are one that is escaped, in CSV or SQL.
    if to == 1 {
        return None;
    }
    // `f"…"`, `r'…'`, `$"…"`
    let prefix = rest.get(to..)?.iter().take(2);
    to += prefix.take_while(|b| b.is_ascii_alphabetic() || b"$@".contains(b)).count();
    let quote = *rest.get(to).filter(|b| b"\"'`".contains(b))?;
    let to = at + to + 1;
    let listed = **operator == *b",";
    let begins = begins_parameter(text, to, last, listed)
        || (!listed && b"?&".contains(&last) && begins_key(text, to));
    begins.then_some(Next { at: to, quote: Some(quote) })
}

/// The length of white space and of comments to the end of their line.
fn space(rest: &[u8]) -> usize {
    let mut at = 0;
    loop {
        let rest = rest.get(at..).unwrap_or_default();
        match rest.first() {
            Some(b) if b.is_ascii_whitespace() => at += 1,
            Some(b'#') => at += line(rest),
            Some(b'/') if rest.starts_with(b"//") => at += line(rest),
            _ => return at,
        }
    }
}

/// The length of the rest of a line.
fn line(rest: &[u8]) -> usize {
    memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

/// Whether the text goes on like the parameters of a URL: `?:name`, `&name=`, or `:name` where the separator stands already.
/// Between elements of a list the separator must stand in the next one.
fn begins_parameter(text: &[u8], at: usize, last: u8, listed: bool) -> bool {
    let Some(first) = unit(text, at) else { return false };
    if first.is(b'?') || first.is(b'&') {
        return begins_key(text, at + first.len);
    }
    !listed && b"?&".contains(&last) && begins_colon(text, at)
}

fn begins_colon(text: &[u8], at: usize) -> bool {
    let letter = |at: usize| text.get(at).is_some_and(u8::is_ascii_alphabetic);
    match unit(text, at) {
        Some(colon) if colon.is(b':') => letter(at + colon.len),
        Some(percent) if percent.is(b'%') => {
            let code = text.get(at + 1..at + 3).unwrap_or_default();
            code.eq_ignore_ascii_case(b"3A") && letter(at + 3)
        }
        _ => false,
    }
}

/// `:name`, or `name=`.
pub(super) fn begins_key(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..text.len().min(at + FARTHEST)).unwrap_or_default();
    let word = |b: &u8| b.is_ascii_alphanumeric() || b"-_".contains(b);
    let n = rest.iter().take_while(|b| word(b)).count();
    begins_colon(text, at) || (n > 0 && rest.get(n) == Some(&b'='))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the URL goes on with; the byte before `\u{b7}` is its last, the one behind it the first that ends it.
    fn rest(text: &str) -> Option<&str> {
        let at = text.find('\u{b7}').unwrap();
        let whole = text.replace('\u{b7}', "");
        let last = *whole.as_bytes().get(at.wrapping_sub(1)).unwrap_or(&b'x');
        let to = next(whole.as_bytes(), at, last)?.at;
        Some(&text[to + '\u{b7}'.len_utf8()..])
    }

    #[test]
    fn a_literal_goes_on_in_the_next() {
        for text in [
            "x\u{b7}\" +\n    \"?:a=1",
            "x\u{b7}' .\n '?:a=1",
            "x\u{b7}\" \\\n \"?:a=1",
            "x\u{b7}\" + \\\n f'?:a=1",
            "x\u{b7}\"\n  \"?:a=1",
            "x\u{b7}\" .. \"?:a=1",
            "x\u{b7}\" & _\r\n  \"?:a=1",
            "x\u{b7}\" <> \"?:a=1",
            "x\u{b7}\", \"?:a=1",
        ] {
            assert_eq!(rest(text), Some("?:a=1"), "{text}");
        }
        assert_eq!(rest("?\u{b7}\" +\n\":a=1"), Some(":a=1"));
        assert_eq!(rest("&\u{b7}\" + \"b=1"), Some("b=1"));
    }

    #[test]
    fn a_line_goes_on_in_the_next() {
        assert_eq!(rest("x\u{b7}\n  ?:a=1"), Some("?:a=1"));
        assert_eq!(rest("x\u{b7}\r\n\t&amp;:a=1"), Some("&amp;:a=1"));
        assert_eq!(rest("x\u{b7}\\\n&b=1"), Some("&b=1"));
        assert_eq!(rest("x\u{b7} \\\n  &%3Aa=1"), Some("&%3Aa=1"));
        assert_eq!(rest("&\u{b7}\n  :a=1"), Some(":a=1"));
    }

    #[test]
    fn other_lines_and_literals_are_no_continuation() {
        for text in [
            "x\u{b7}\n\n?:a=1",
            "x\u{b7}\n&& curl",
            "x\u{b7}\n:a=1",
            "x\u{b7}\nB=1",
            "?\u{b7}\nB=1",
            "x\u{b7}\", \":email\": 1",
            "x\u{b7}\"\"?:a=1",
            "x\u{b7}\" + id + \"?:a=1",
            "x\u{b7}\n? key: value",
            "x\u{b7}\n&anchor value",
            "x\u{b7} ?:a=1",
        ] {
            assert_eq!(rest(text), None, "{text}");
        }
    }
}
