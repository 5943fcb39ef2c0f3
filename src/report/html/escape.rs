//! The one door into the page: text from anywhere becomes text and attribute values, never markup.

use std::fmt::Write;

use crate::report::redact::is_unseen;

/// A text as it may stand in an element or in a quoted attribute. Characters that are not seen, or that turn the order
/// of others around, are shown as escapes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if is_unseen(c) => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

/// A sentence of ours with its Markdown, `code` and **weight**, and whatever names from outside it quotes.
pub(super) fn prose(text: &str) -> String {
    between(text, "`", "code", &|plain| between(plain, "**", "strong", &escape))
}

/// Every second part between two `mark`s in an element; a mark without its second is a character like others.
fn between(text: &str, mark: &str, element: &str, rest: &dyn Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut at = text;
    while let Some((before, marked)) = at.split_once(mark) {
        let Some((inside, behind)) = marked.split_once(mark) else { break };
        let _ = write!(out, "{}<{element}>{}</{element}>", rest(before), escape(inside));
        at = behind;
    }
    out + &rest(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        assert_eq!(
            escape("\"><img onerror='x'>&amp;"),
            "&quot;&gt;&lt;img onerror=&#39;x&#39;&gt;&amp;amp;"
        );
        assert_eq!(escape("gr\u{fc}n \u{1f4a9}"), "gr\u{fc}n \u{1f4a9}");
        assert_eq!(escape("a\u{202e}b\0c\n"), "a\\u{202e}b\\u{0}c\\n");
    }

    #[test]
    fn prose_keeps_our_marks_and_none_of_theirs() {
        assert_eq!(prose("use `:a` and **Send**"), "use <code>:a</code> and <strong>Send</strong>");
        assert_eq!(prose("`<b>` ** `x"), "<code>&lt;b&gt;</code> ** `x");
        assert_eq!(prose("`a**b` c**"), "<code>a**b</code> c**");
    }
}
