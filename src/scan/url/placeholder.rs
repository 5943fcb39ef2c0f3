//! Placeholders in a URL: what a template language, a format string or a person leaves to be filled in.

use crate::dialect::escape::hex;

/// The longest placeholder that is read; beyond it the bracket is taken for the end of the URL.
const LONGEST: usize = 200;

/// Marks that stand on both sides of a name, and close it as they do: where a value or a part of the path begins.
static MARKS: [(&[u8], &[u8]); 9] = [
    // Template Toolkit, Thymeleaf, Concourse, and people
    (b"[%", b"%]"),
    (b"[[", b"]]"),
    (b"((", b"))"),
    (b"<<", b">>"),
    (b"&lt;&lt;", b"&gt;&gt;"),
    // Batch files, ColdFusion
    (b"%%", b"%%"),
    (b"!", b"!"),
    (b"#", b"#"),
    (b"~", b"~"),
];

/// Words of templates that decide whether or how often what follows them stands there, and write nothing themselves.
static CONTROLS: [&str; 22] = [
    "if",
    "elif",
    "elsif",
    "elseif",
    "else",
    "unless",
    "for",
    "foreach",
    "each",
    "range",
    "with",
    "case",
    "when",
    "switch",
    "end",
    "endif",
    "endfor",
    "endforeach",
    "endunless",
    "endwith",
    "endcase",
    "endswitch",
];

/// The length of the placeholder at `at`, if there is one. `before` is the character before it in the URL.
pub(in crate::scan) fn placeholder(text: &[u8], at: usize, before: u8) -> Option<usize> {
    // Nearly every character is a letter.
    text.get(at).filter(|byte| !byte.is_ascii_alphanumeric())?;
    let rest = text.get(at..text.len().min(at + LONGEST))?;
    let begins = b"/=".contains(&before);
    match rest {
        // `${x}` (JavaScript, shell, GitHub), `#{x}` (Ruby), `%{x}`, `@{x}` (PowerShell, Azure)
        [b'$' | b'#' | b'%' | b'@', b'{', ..] => balanced(rest, 1, *b"{}"),
        // `{{ x }}`, `{% x %}`, `{x}`, `{0}`, `{}`
        [b'{', ..] => balanced(rest, 0, *b"{}"),
        // `\(x)` (Swift), `$(x)` (shell)
        [b'\\' | b'$', b'(', c, ..] if c.is_ascii_alphabetic() || b"$_".contains(c) => {
            balanced(rest, 1, *b"()")
        }
        // `$[x]` (Azure), `@(x)` (Razor)
        [b'$', b'[', ..] => balanced(rest, 1, *b"[]"),
        [b'@', b'(', ..] => balanced(rest, 1, *b"()"),
        [b'@', ..] if begins => razor(rest),
        [b'<', b'%', ..] => closed(rest, b"%>"),
        [b'<', b'?', ..] => closed(rest, b"?>"),
        [b'[' | b'(' | b'!' | b'#' | b'~' | b'%' | b'<' | b'&', ..]
            if begins && let Some(length) = marked(rest) =>
        {
            Some(length)
        }
        [b'<', inside @ ..] if opens(before) => named(inside, b">").map(|n| n + 2),
        [b'&', b'l', b't', b';', inside @ ..] if opens(before) => {
            named(inside, b"&gt;").map(|n| n + 8)
        }
        [b'$', ..] => variable(rest),
        [b'%', ..] => format(rest, begins),
        // `:email`, of routes and of queries
        [b':', ..] if begins => word(rest, 1),
        // An ellipsis in the place of a value.
        [0xe2, 0x80, 0xa6, ..] if begins => Some(3),
        _ => None,
    }
}

/// The length of the tag at `at` that controls what stands around it, and stands for nothing: `{% if a %}`, `{{/if}}`,
/// `<% end %>`.
pub(in crate::scan) fn control(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..text.len().min(at + LONGEST))?;
    let (inside, close): (_, &[u8]) = match rest {
        [b'{', b'%', inside @ ..] => (inside, b"%}"),
        [b'{', b'{', inside @ ..] => (inside, b"}}"),
        [b'<', b'%', inside @ ..] => (inside, b"%>"),
        [b'<', b'?', b'p', b'h', b'p', inside @ ..] => (inside, b"?>"),
        [b'[', b'%', inside @ ..] => (inside, b"%]"),
        _ => return None,
    };
    // White space is cut off beside `-` and `~`.
    let inside = inside.strip_prefix(b"-").or(inside.strip_prefix(b"~")).unwrap_or(inside);
    let inside = inside.trim_ascii_start();
    let first = inside.iter().take_while(|b| is_word(**b)).count();
    let first = inside.get(..first).unwrap_or_default();
    let named = CONTROLS.iter().any(|name| first.eq_ignore_ascii_case(name.as_bytes()));
    let marked = matches!(inside, [b'#' | b'/' | b'^', c, ..] if c.is_ascii_alphabetic());
    let controls = marked || inside.starts_with(b"}") || named;
    if controls { closed(rest, close) } else { None }
}

/// The length of a name between marks. It may be a call or a path: `#session.email#`, `[% user.name | uri %]`.
fn marked(rest: &[u8]) -> Option<usize> {
    let (open, close) = MARKS.iter().find(|(open, _)| rest.starts_with(open))?;
    let inside = rest.get(open.len()..)?;
    let length = memchr::memmem::find(inside, close)?;
    // Between brackets an expression may stand; a single character says too little of what is between two.
    let single = open.len() == 1;
    let part =
        |b: &u8| is_word(*b) || b".()$-".contains(b) || (!single && b" {}|'\":,@*".contains(b));
    let name = inside.get(..length)?;
    (length > 0 && name.iter().all(part) && name.iter().any(u8::is_ascii_alphabetic))
        .then_some(open.len() + length + close.len())
}

/// `@email`, `@Model.Email`, `@Uri.EscapeDataString(Model.Email)`
fn razor(rest: &[u8]) -> Option<usize> {
    let mut end = word(rest, 1)?;
    while rest.get(end) == Some(&b'.')
        && let Some(next) = word(rest, end + 1)
    {
        end = next;
    }
    // An address that begins with `@` has its host behind it: no call.
    let call = rest.get(end) == Some(&b'(');
    if call { balanced(rest, end, *b"()") } else { Some(end) }
}

/// The end of the word that begins at `from`.
fn word(rest: &[u8], from: usize) -> Option<usize> {
    let inside = rest.get(from..)?;
    let starts = inside.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
    starts.then(|| from + inside.iter().take_while(|b| is_word(**b)).count())
}

/// Whether a placeholder may stand behind this: a tag that follows a whole URL is none.
fn opens(before: u8) -> bool {
    b"/=-_:.,+@&?>}".contains(&before)
}

/// The length up to the bracket that closes the one at `open`. What stands in quotes closes nothing.
fn balanced(rest: &[u8], open: usize, [left, right]: [u8; 2]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = open;
    while let Some(byte) = rest.get(at) {
        match *byte {
            b'\n' => return None,
            // An expression, of which a string is a part. An apostrophe is none.
            b'"' | b'\'' if depth > 0 => at += quoted(rest, at, left).unwrap_or(0),
            byte if byte == left => depth += 1,
            byte if byte == right => {
                depth -= 1;
                if depth == 0 {
                    // `%(name)s` is closed by its letter; see `format`.
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// How far behind a quote the one stands that closes it, if it opens an argument.
fn quoted(rest: &[u8], at: usize, left: u8) -> Option<usize> {
    let opens = rest.get(at.checked_sub(1)?).is_some_and(|b| *b == left || b"([,+ =".contains(b));
    let inside = rest.get(at + 1..).filter(|_| opens)?;
    let end = memchr::memchr2(*rest.get(at)?, b'\n', inside)?;
    (inside.get(end) == rest.get(at)).then_some(end + 1)
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

/// `$name`, `$name->part`, `$name[key]`, and `$1` of the shell.
fn variable(rest: &[u8]) -> Option<usize> {
    if let [b'$', b'1'..=b'9', ..] = rest {
        return Some(2);
    }
    let mut end = word(rest, 1)?;
    loop {
        let behind = rest.get(end..).unwrap_or_default();
        if let [b'[', inside @ ..] = behind {
            let key = |b: &&u8| is_word(**b) || b"$'-".contains(b);
            let length = inside.iter().take_while(key).count();
            if length == 0 || inside.get(length) != Some(&b']') {
                return Some(end);
            }
            end += length + 2;
        } else if behind.starts_with(b"->")
            && let Some(next) = word(rest, end + 2)
        {
            end = next;
        } else {
            return Some(end);
        }
    }
}

/// What formats a value, in all the languages that have `printf`.
const VERBS: &[u8] = b"sSdvifFuqxXtTbcoeEgGpB@";

/// `%s`, `%d`, `%1$s`, `%(name)s`, `%<name>s`, `%NAME%`, `%1`; `%` with two hex digits is an escape, unless all of a value is
/// what no value would be: `%05d`. Then `begins` says that the value begins here.
fn format(rest: &[u8], begins: bool) -> Option<usize> {
    let digit = |at: usize| rest.get(at).and_then(hex);
    let escape = |at: usize| digit(at).zip(digit(at + 1)).map(|(high, low)| high << 4 | low);
    let ends = |at: usize| rest.get(at).is_none_or(|b| !is_word(*b));
    let word = rest.iter().skip(1).take_while(|b| is_word(**b)).count();
    let enclosed = word >= 2 && rest.get(word + 1) == Some(&b'%') && escape(word + 2).is_none();
    if let Some(code) = escape(1) {
        let name = rest.get(1..=word)?;
        let upper = name.iter().all(|b| b.is_ascii_uppercase() || *b == b'_');
        if begins && enclosed && word > 2 && upper {
            return Some(word + 2);
        }
        let end = verb(rest).filter(|end| begins && ends(*end))?;
        // `%5d` alone would be a bracket.
        let absurd = code < b' ' || (end == 3 && rest.get(2) == Some(&b'd'));
        return absurd.then_some(end);
    }
    if let [b'%', open @ (b'(' | b'<'), ..] = rest {
        let pair = if *open == b'(' { *b"()" } else { *b"<>" };
        let end = balanced(rest, 1, pair)?;
        return rest.get(end).filter(|b| b.is_ascii_alphabetic()).map(|_| end + 1);
    }
    if enclosed {
        return Some(word + 2);
    }
    match rest {
        // The arguments of a batch file.
        [b'%', b'1'..=b'9', behind @ ..] if ends(2) && behind.first() != Some(&b'$') => Some(2),
        _ => {
            let sure = |end: usize| ends(end) || rest.get(..end).is_some_and(|v| v.contains(&b'$'));
            verb(rest)
                .filter(|end| sure(*end))
                .or_else(|| rest.get(1).filter(|b| b"sSdviuq@".contains(b)).map(|_| 2))
        }
    }
}

/// The length of a verb of `printf` with its flags, width, precision and size: `%05d`, `%.2f`, `%1$s`, `%ld`.
fn verb(rest: &[u8]) -> Option<usize> {
    let run = |from: usize, set: &[u8]| {
        from + rest.iter().skip(from).take_while(|b| set.contains(b)).count()
    };
    let number = |from: usize| run(from, b"0123456789");
    let numbered = number(1);
    // A width of nought is none: `%0d` begins a line end.
    if numbered == 2 && rest.get(1) == Some(&b'0') {
        return None;
    }
    let positional = numbered > 1 && rest.get(numbered) == Some(&b'$');
    let flags = if positional { numbered + 1 } else { 1 };
    let mut end = number(run(flags, b"-+#0"));
    if rest.get(end) == Some(&b'.') {
        end = number(end + 1);
    }
    let sized = run(end, b"hlLzj");
    rest.get(sized).filter(|b| VERBS.contains(b)).map(|_| sized + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_placeholders_of_many_languages_are_read_whole() {
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
            "$1",
            "$(date +%s)",
            "$row[id]",
            "$row[id]->x",
            "$[variables.id]",
            "${f(\"a}b\")}",
            "@id",
            "@Model.Id",
            "@(Model.Id)",
            "@Uri.EscapeDataString(Model.Id)",
            ":id",
            "%DATE%",
            "%%ID%%",
            "%1",
            "!ID!",
            "((id))",
            "~id~",
            "[% id | uri %]",
            "[[${id}]]",
            "#session.id#",
            "<<id>>",
            "&lt;&lt;id&gt;&gt;",
            "%<id>s",
            "%ld",
            "%lu",
            "%5d",
            "%05d",
            "%.0f",
            "%f",
            "%x",
            "%t",
            "%v",
            "%b",
            "%c",
            "%q",
            "%i",
            "%u",
            "%2$d",
        ] {
            let inside = format!("{text}&:x=1");
            assert_eq!(placeholder(inside.as_bytes(), 0, b'/'), Some(text.len()), "{text}");
        }
    }

    #[test]
    fn escapes_tags_and_open_brackets_are_no_placeholders() {
        for text in [
            "%3A", "%20s", "%d0x", "%", "</a>", "<br/>", "{", "${id", "{\n}", "$", "$0", "<a b=c>",
            "%0d%0a", "%C3%A9", "%2C", "%20", "@", ":", "!", "!!", "#", "#1#", "((", "~ann",
        ] {
            assert_eq!(placeholder(text.as_bytes(), 0, b'/'), None, "{text}");
        }
        // Inside of a value: an address, a time, a list.
        for text in ["@example.com", ":30", ":x", "!x!", "~x~", "#x#", "%5d", "%05d", "%2Cb"] {
            assert_eq!(placeholder(text.as_bytes(), 0, b'n'), None, "{text}");
        }
        // A tag behind a whole id.
        assert_eq!(placeholder(b"<br>", 0, b'I'), None);
    }

    #[test]
    fn tags_that_write_nothing_are_told_from_those_that_do() {
        for text in [
            "{% if a %}",
            "{%- endif -%}",
            "{{#if h}}",
            "{{/if}}",
            "{{^h}}",
            "{{ end }}",
            "{{else}}",
            "{{- end -}}",
            "<% end %>",
            "<% } %>",
            "<?php endif; ?>",
            "[% END %]",
        ] {
            assert_eq!(control(text.as_bytes(), 0), Some(text.len()), "{text}");
        }
        for text in [
            "{{ end_date }}",
            "{{ endpoint }}",
            "{% url 'x' %}",
            "{% if",
            "<%= x %>",
            "<?= $x ?>",
            "{if}",
        ] {
            assert_eq!(control(text.as_bytes(), 0), None, "{text}");
        }
    }

    #[test]
    fn a_placeholder_without_end_is_given_up_soon() {
        let text = "{".repeat(1 << 20);
        assert_eq!(placeholder(text.as_bytes(), 0, b'/'), None);
        assert_eq!(placeholder(format!("{{{}}}", "x".repeat(LONGEST)).as_bytes(), 0, b'/'), None);
    }
}
