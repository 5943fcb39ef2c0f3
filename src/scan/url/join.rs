//! A URL that goes on behind a line end or in the next string literal.

use crate::dialect::unit::unit;

/// The farthest that the next part may stand.
const FARTHEST: usize = 400;

/// What two literals are to one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bond {
    /// An operator makes one text of them.
    Joined,
    /// They stand beside one another: one text in Python and C, two words in a shell.
    Beside,
    /// Elements of a list.
    Listed,
}

/// What stands between two literals, beside white space. Of those that begin alike the longer ones come first.
static OPERATORS: [(&[u8], Bond); 16] = [
    (b".concat(", Bond::Joined),
    (b"++", Bond::Joined),
    (b"+", Bond::Joined),
    (b"..", Bond::Joined),
    (b".", Bond::Joined),
    (b"<>", Bond::Joined),
    (b"<<", Bond::Joined),
    (b"||", Bond::Joined),
    (b"& _", Bond::Joined),
    (b"&amp;", Bond::Joined),
    (b"&", Bond::Joined),
    (b"~", Bond::Joined),
    (b"^", Bond::Beside),
    (b"\\", Bond::Beside),
    (b",", Bond::Listed),
    (b"", Bond::Beside),
];

/// The part of a URL that is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All before the first slash of the path.
    Host,
    /// The path.
    Path,
    /// The query.
    Query,
}

/// Where a URL goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Next {
    /// The first byte of the rest.
    pub(super) at: usize,
    /// The quote the rest stands in, if another literal begins.
    pub(super) quote: Option<u8>,
}

/// Where the URL goes on that seems to end at `at` with the byte `last`, in this part of it. Behind a line end only what
/// begins like a parameter continues it: nothing else would show that the next line belongs to it.
pub(super) fn next(text: &[u8], at: usize, last: u8, part: Part) -> Option<Next> {
    let rest = text.get(at..text.len().min(at + FARTHEST))?;
    let skipped = match rest.first()? {
        b'"' | b'\'' | b'`' => return literal(text, at, last, part),
        _ => line_end(rest)?,
    };
    let to = at + skipped;
    // Behind a `&` at the end of a line, a workbook control: the next line must be a part of the same text, as its indent says.
    let indented = text.get(to - 1).is_some_and(|b| b" \t".contains(b));
    let begins = begins_parameter(text, to, last, false)
        || (last == b'&' && indented && begins_key(text, to));
    begins.then_some(Next { at: to, quote: None })
}

/// Whether code goes on with the literal that ends with the quote at `at`, so that its last word is not whole.
pub(in crate::scan) fn goes_on(text: &[u8], at: usize) -> bool {
    let Some(behind) = behind(text, at).filter(|behind| behind.bond == Bond::Joined) else {
        return false;
    };
    match behind.literal {
        // An empty one says nothing.
        Some(next) => text.get(next.at) == next.quote.as_ref() || continues(text, next.at),
        None => !behind.loose,
    }
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

/// What stands behind a literal.
struct Behind {
    bond: Bond,
    /// The literal that follows.
    literal: Option<Next>,
    /// Whether it is as a full stop stands.
    loose: bool,
    /// Whether it begins a line, behind blanks.
    indented: bool,
}

/// What stands behind the quote at `at`.
fn behind(text: &[u8], at: usize) -> Option<Behind> {
    let rest = text.get(at..text.len().min(at + FARTHEST))?;
    rest.first().filter(|b| b"\"'`".contains(b))?;
    let space = |from: usize| from + space(rest.get(from..).unwrap_or_default());
    let before = space(1);
    let is_here = |operator: &[u8]| rest.get(before..).is_some_and(|r| r.starts_with(operator));
    let (operator, bond) = OPERATORS.iter().find(|(operator, _)| is_here(operator))?;
    let end = before + operator.len();
    let mut to = space(end);
    if rest.get(to) == Some(&b'\\') {
        to = space(to + 1);
    }
    let joined = *bond == Bond::Joined;
    // Another operator, `&&` or `+=`; a parameter of the URL around the quotes; or a line of a diff or a list.
    let other = rest.get(end).is_some_and(|b| b"&|.=>".contains(b))
        || (operator.starts_with(b"&") && begins_key(text, at + end));
    if joined && (other || rest.get(before - 1) == Some(&b'\n')) {
        return None;
    }
    // Two quotes side by side are one that is escaped, in CSV or SQL.
    if to == 1 {
        return None;
    }
    let loose = *operator == b"." && {
        let follows = rest.get(to).is_some_and(|b| b"$\"'`(".contains(b));
        (before == 1) != (to == end) && (before == 1 || !follows) || (to == end && !follows)
    };
    let indented = rest.get(..to).is_some_and(|gap| memchr::memchr(b'\n', gap).is_some())
        && rest.get(to - 1).is_some_and(|b| b" \t".contains(b));
    // `f"…"`, `r'…'`, `$"…"`
    let prefix = rest.get(to..)?.iter().take(2);
    to += prefix.take_while(|b| b.is_ascii_alphabetic() || b"$@".contains(b)).count();
    let quote = rest.get(to).copied().filter(|b| b"\"'`".contains(b));
    let literal = quote.map(|quote| Next { at: at + to + 1, quote: Some(quote) });
    Some(Behind { bond: *bond, literal, loose, indented })
}

/// The next literal behind the quote at `at`, if the URL goes on in it.
fn literal(text: &[u8], at: usize, last: u8, part: Part) -> Option<Next> {
    let Behind { bond, literal, loose, indented } = behind(text, at)?;
    let next = literal?;
    let listed = bond == Bond::Listed;
    let parameter = begins_parameter(text, next.at, last, listed)
        || (!listed && b"?&".contains(&last) && begins_key(text, next.at));
    let slash = text.get(next.at) == Some(&b'/');
    let belongs = match bond {
        Bond::Joined => !loose,
        Bond::Beside if is_key(text, next) => false,
        Bond::Beside => match part {
            Part::Host => slash,
            Part::Path => indented && (slash || last == b'/'),
            Part::Query => indented,
        },
        Bond::Listed => false,
    };
    (parameter || (belongs && continues(text, next.at))).then_some(next)
}

/// Whether a literal is the key of what follows it: `"name": "value"`, `'name' => 1`.
fn is_key(text: &[u8], literal: Next) -> bool {
    let rest = text.get(literal.at..text.len().min(literal.at + FARTHEST)).unwrap_or_default();
    let end = literal.quote.and_then(|quote| memchr::memchr(quote, rest)).unwrap_or(rest.len());
    let behind = rest.get(end + 1..).unwrap_or_default().trim_ascii_start();
    behind.starts_with(b":") || behind.starts_with(b"=")
}

/// Whether a path, a name or a value goes on with what a literal begins with: neither a separator nor what no URL has, nor
/// another URL or an option of a command.
fn continues(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..text.len().min(at + FARTHEST)).unwrap_or_default();
    match rest {
        [b'h', b't', b't', b'p', b':' | b's', ..] | [b'-', b'-', ..] | [] => false,
        [b'.' | b',' | b':' | b';' | b'!' | b'=', next, ..] => next.is_ascii_alphanumeric(),
        [first, ..] => {
            first.is_ascii_alphanumeric()
                || b"-_~/%@$+{".contains(first)
                || matches!(rest, [b'#', b'{', ..] | [b'\\', b'/' | b'(', ..])
        }
    }
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
        let to = next(whole.as_bytes(), at, last, Part::Path)?.at;
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
    fn a_path_goes_on_in_the_next_literal() {
        for text in [
            "/embed/\u{b7}\"\n    + \"1-x",
            "/embed/\u{b7}\"\n    \"1-x",
            "/embed/\u{b7}' . '1-x",
            "/embed/\u{b7}'.'1-x",
            "/embed/\u{b7}\".concat(\"1-x",
        ] {
            assert_eq!(rest(text), Some("1-x"), "{text}");
        }
        let next = |text: &str, part| next(text.as_bytes(), 1, b'm', part).is_some();
        assert!(next("m\"\n  \"/embed/x", Part::Host));
        assert!(next("m\"\n  \"example", Part::Query));
        assert!(!next("m\"\n\"example", Part::Query));
        assert!(!next("m\"\n  \"example", Part::Path));
        assert!(!next("m\",\n  \"/embed/x", Part::Host));
    }

    #[test]
    fn code_goes_on_with_a_literal_by_an_operator() {
        for text in [
            "\" + x",
            "'.$x",
            "' . f()",
            "\" & x",
            "' || x",
            "\" ++ x",
            "\" <> x",
            "\"..x",
            "\" + \"\" + x",
            "\".concat(x)",
            "\" +\n \"x",
        ] {
            assert!(goes_on(text.as_bytes(), 0), "{text}");
        }
        for text in [
            "\"",
            "\";",
            "\".format(x)",
            "\". Then",
            "\" && x",
            "\"&x=1",
            "\" + \"&x",
            "\" + \" x",
            "\"\n+ x",
            "\", x",
            "\"...",
            "x + y",
        ] {
            assert!(!goes_on(text.as_bytes(), 0), "{text}");
        }
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
            "x\u{b7}\"\n+ \"base",
            "x\u{b7}\" + \" is old",
            "x\u{b7}\" + \"https://",
            "x\u{b7}\". \"Then",
            "x\u{b7}\" \"y",
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
