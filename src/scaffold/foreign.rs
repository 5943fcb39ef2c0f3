//! Text from a scanned repository, which reaches generated code only as a string of its language or as a tame comment.

use std::fmt::Write as _;

/// Text that somebody else wrote. It cannot be displayed, so a template that forgets to quote it does not build.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Foreign(String);

impl Foreign {
    /// Takes a text as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for comparing and for naming.
    pub(super) fn raw(&self) -> &str {
        &self.0
    }

    /// The text for a comment of any language and encoding: letters, digits and marks that begin, end or escape nothing anywhere.
    pub(super) fn comment(&self) -> String {
        let is_tame = |c: char| c.is_ascii_alphanumeric() || " -_.,=~".contains(c);
        let tame = |c: char| if is_tame(c) { c } else { '_' };
        let mut text: String = self.0.chars().take(LONGEST_COMMENT).map(tame).collect();
        if self.0.chars().nth(LONGEST_COMMENT).is_some() {
            text.push_str("...");
        }
        text
    }
}

/// More characters of a foreign text stand in no comment.
const LONGEST_COMMENT: usize = 60;

/// How a language writes a string.
pub(super) type Quote = fn(&str) -> String;

/// Whether a character may stand in a string as it is: it is seen, and no compiler, terminal or reader takes it for another.
fn is_plain(c: char) -> bool {
    c.is_ascii_graphic() || c == ' ' || (c.is_alphanumeric() && !c.is_ascii())
}

/// A string between double quotes in which a backslash escapes, with `escape` for what is not plain.
fn double(text: &str, special: &[char], escape: impl Fn(&mut String, char)) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if special.contains(&c) => out.extend(['\\', c]),
            _ if is_plain(c) => out.push(c),
            _ => escape(&mut out, c),
        }
    }
    out.push('"');
    out
}

/// JavaScript and TypeScript.
pub(super) fn javascript(text: &str) -> String {
    double(text, &[], |out, c| {
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

/// Python.
pub(super) fn python(text: &str) -> String {
    double(text, &[], |out, c| {
        let code = u32::from(c);
        let _ =
            if code > 0xffff { write!(out, "\\U{code:08x}") } else { write!(out, "\\u{code:04x}") };
    })
}

/// Go.
pub(super) fn go(text: &str) -> String {
    python(text)
}

/// Ruby: what is simple stands between single quotes, as its style has it.
pub(super) fn ruby(text: &str) -> String {
    single(text, |text| {
        double(text, &['#'], |out, c| {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        })
    })
}

/// PHP, in the same way.
pub(super) fn php(text: &str) -> String {
    single(text, |text| {
        double(text, &['$'], |out, c| {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        })
    })
}

/// Between single quotes, if nothing in it has to be escaped.
fn single(text: &str, otherwise: impl Fn(&str) -> String) -> String {
    let simple = text.chars().all(|c| is_plain(c) && c != '\'' && c != '\\');
    if simple { format!("'{text}'") } else { otherwise(text) }
}

/// Java. Its compiler reads `\u` escapes before it knows of strings, and sources in whatever encoding, so only ASCII is written,
/// and a control character as an octal escape.
pub(super) fn java(text: &str) -> String {
    let quoted = double(text, &[], |out, c| {
        if c.is_ascii() {
            let _ = write!(out, "\\{:03o}", u32::from(c));
        } else {
            out.push(c);
        }
    });
    let mut out = String::new();
    for c in quoted.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_ends_only_where_it_is_meant_to() {
        let hostile = "a'\"`\\\n\r\u{2028}\u{0}${x}#{x}$x?>*/\u{1f980}\u{202e}";
        for (quote, expected) in [
            (javascript as Quote, r#""a'\"`\\\n\r\u2028\u0000${x}#{x}$x?>*/\ud83e\udd80\u202e""#),
            (python, r#""a'\"`\\\n\r\u2028\u0000${x}#{x}$x?>*/\U0001f980\u202e""#),
            (go, r#""a'\"`\\\n\r\u2028\u0000${x}#{x}$x?>*/\U0001f980\u202e""#),
            (ruby, r#""a'\"`\\\n\r\u{2028}\u{0}${x}\#{x}$x?>*/\u{1f980}\u{202e}""#),
            (php, r#""a'\"`\\\n\r\u{2028}\u{0}\${x}#{x}\$x?>*/\u{1f980}\u{202e}""#),
            (java, r#""a'\"`\\\n\r\u2028\000${x}#{x}$x?>*/\ud83e\udd80\u202e""#),
        ] {
            assert_eq!(quote(hostile), expected);
        }
        // A backslash before a `u` begins no escape of Java's.
        assert_eq!(java("\\u0022;"), r#""\\u0022;""#);
        assert_eq!((ruby("it's"), php("#{x}")), ("\"it's\"".into(), "'#{x}'".into()));
        assert_eq!(java("Ä"), "\"\\u00c4\"");
    }

    #[test]
    fn a_comment_holds_nothing_that_ends_it() {
        let comment = Foreign::new("a*/b\n?>c\u{2028}\\u000ad--> noqa: x").comment();
        assert_eq!(comment, "a__b___c__u000ad--_ noqa_ x");
        assert_eq!(Foreign::new("x".repeat(100)).comment().len(), 63);
    }
}
