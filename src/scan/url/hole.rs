//! Holes in a URL: what a template language, a format string or a person leaves to be filled in.

use crate::dialect::escape::hex;

/// The longest hole that is read; beyond it the bracket is taken for the end of the URL.
const LONGEST: usize = 200;

/// The length of the hole at `at`, if there is one. `before` is the character before it in the URL.
pub(in crate::scan) fn hole(text: &[u8], at: usize, before: u8) -> Option<usize> {
    let rest = text.get(at..text.len().min(at + LONGEST))?;
    match rest {
        // `${x}` (JavaScript, shell, GitHub), `#{x}` (Ruby), `%{x}`, `@{x}` (PowerShell, Azure)
        [b'$' | b'#' | b'%' | b'@', b'{', ..] => balanced(rest, 1, *b"{}"),
        // `{{ x }}`, `{% x %}`, `{x}`, `{0}`, `{}`
        [b'{', ..] => balanced(rest, 0, *b"{}"),
        // `\(x)` (Swift), `$(x)` (shell)
        [b'\\' | b'$', b'(', c, ..] if c.is_ascii_alphabetic() || b"$_".contains(c) => {
            balanced(rest, 1, *b"()")
        }
        [b'<', b'%', ..] => closed(rest, b"%>"),
        [b'<', b'?', ..] => closed(rest, b"?>"),
        [b'<', inside @ ..] if opens(before) => named(inside, b">").map(|n| n + 2),
        [b'&', b'l', b't', b';', inside @ ..] if opens(before) => {
            named(inside, b"&gt;").map(|n| n + 8)
        }
        [b'$', ..] => variable(rest),
        [b'%', ..] => format(rest),
        // An ellipsis in the place of a value.
        [0xe2, 0x80, 0xa6, ..] if b"/=".contains(&before) => Some(3),
        _ => None,
    }
}

/// Whether a placeholder may stand behind this: a tag that follows a whole URL is none.
fn opens(before: u8) -> bool {
    b"/=-_:.,+@&?>}".contains(&before)
}

/// The length up to the bracket that closes the one at `open`.
fn balanced(rest: &[u8], open: usize, [left, right]: [u8; 2]) -> Option<usize> {
    let mut depth = 0_usize;
    for (n, byte) in rest.iter().enumerate().skip(open) {
        if *byte == left {
            depth += 1;
        } else if *byte == right {
            depth -= 1;
            if depth == 0 {
                // `%(name)s` is closed by its letter; see `format`.
                return Some(n + 1);
            }
        } else if *byte == b'\n' {
            return None;
        }
    }
    None
}

fn closed(rest: &[u8], by: &[u8]) -> Option<usize> {
    let at = memchr::memmem::find(rest, by)?;
    let inside = rest.get(..at)?;
    (!inside.contains(&b'\n')).then_some(at + by.len())
}

/// The length of the words between angle brackets: `<id>`, `<your embed id>`, but no tag with attributes.
fn named(inside: &[u8], by: &[u8]) -> Option<usize> {
    let word = |b: &u8| b.is_ascii_alphanumeric() || b" _-.$@".contains(b);
    let n = inside.iter().take_while(|b| word(b)).count();
    let first = inside.first()?;
    let starts = first.is_ascii_alphabetic() || b"_$@".contains(first);
    (starts && inside.get(n..)?.starts_with(by)).then_some(n)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// `$name` and `$name->part`.
fn variable(rest: &[u8]) -> Option<usize> {
    let name = |from: usize| {
        let inside = rest.get(from..).unwrap_or_default();
        let starts = inside.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
        starts.then(|| from + inside.iter().take_while(|b| is_word(**b)).count())
    };
    let mut end = name(1)?;
    while rest.get(end..).is_some_and(|rest| rest.starts_with(b"->")) {
        let Some(next) = name(end + 2) else { break };
        end = next;
    }
    Some(end)
}

/// `%s`, `%d`, `%1$s`, `%(name)s`, `%NAME%`; `%` with two hex digits is an escape.
fn format(rest: &[u8]) -> Option<usize> {
    let is_escape = |at: usize| {
        rest.get(at).is_some_and(|b| hex(b).is_some())
            && rest.get(at + 1).is_some_and(|b| hex(b).is_some())
    };
    if is_escape(1) {
        return None;
    }
    if let [b'%', b'(', ..] = rest {
        let end = balanced(rest, 1, *b"()")?;
        return rest.get(end).filter(|b| b.is_ascii_alphabetic()).map(|_| end + 1);
    }
    let word = rest.iter().skip(1).take_while(|b| is_word(**b)).count();
    if word >= 2 && rest.get(word + 1) == Some(&b'%') && !is_escape(word + 2) {
        return Some(word + 2);
    }
    let digits = rest.iter().skip(1).take_while(|b| b.is_ascii_digit()).count();
    match rest.get(1 + digits..)? {
        [b'$', letter, ..] if digits > 0 && letter.is_ascii_alphabetic() => Some(digits + 3),
        [b's' | b'S' | b'd' | b'v' | b'i' | b'u' | b'q' | b'@', ..] if digits == 0 => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holes_of_many_languages_are_read_whole() {
        for text in [
            "${id}",
            "${row[\"id\"]}",
            "${{ secrets.ID }}",
            "${f({a: 1})}",
            "$id",
            "$row->id",
            "$(get_id)",
            "\\(embedId)",
            "#{id}",
            "@{id}",
            "%{id}",
            "{{ id | urlencode }}",
            "{{{id}}}",
            "{% if a %}",
            "{id}",
            "{0}",
            "{}",
            "<id>",
            "<your embed id>",
            "&lt;id&gt;",
            "<%= embed.id %>",
            "<?= $id ?>",
            "%s",
            "%d",
            "%1$s",
            "%(id)s",
            "%EMBED_ID%",
            "\u{2026}",
        ] {
            let inside = format!("{text}&:x=1");
            assert_eq!(hole(inside.as_bytes(), 0, b'/'), Some(text.len()), "{text}");
        }
    }

    #[test]
    fn escapes_tags_and_open_brackets_are_no_holes() {
        for text in
            ["%3A", "%20s", "%d0x", "%", "</a>", "<br/>", "{", "${id", "{\n}", "$", "$1", "<a b=c>"]
        {
            assert_eq!(hole(text.as_bytes(), 0, b'/'), None, "{text}");
        }
        // A tag behind a whole id.
        assert_eq!(hole(b"<br>", 0, b'I'), None);
    }

    #[test]
    fn a_hole_without_end_is_given_up_soon() {
        let text = "{".repeat(1 << 20);
        assert_eq!(hole(text.as_bytes(), 0, b'/'), None);
        assert_eq!(hole(format!("{{{}}}", "x".repeat(LONGEST)).as_bytes(), 0, b'/'), None);
    }
}
