//! Values that are not behind a sign in the same line: blocks of YAML, here documents, elements of XML, words behind a blank.

use std::ops::Range;

use memchr::memmem;

use super::find::FAR;
use super::name::{Name, Role};
use super::value::{closing, count, is_code, is_placeholder, until};

/// A word behind a blank is taken for a secret from this many characters on, if it has digits and letters.
const RANDOM: usize = 8;

/// So much of a line is looked at behind a name.
const LINE: usize = 200;

/// The lines of a block of YAML, `secret: |`, the line below `secret:`, or those of a here document, `secret = <<EOF`.
pub(super) fn lines(text: &[u8], begin: usize, at: usize) -> Option<Range<usize>> {
    let line = line_of(text, at);
    if line.len() > LINE {
        return None;
    }
    let behind = line.trim_ascii_start();
    let behind = behind.strip_prefix(b"\"").or(behind.strip_prefix(b"'")).unwrap_or(behind);
    let behind = behind.trim_ascii();
    let first = at + line.len() + 1;
    if let Some(tag) = here(behind) {
        let is_tag =
            |line: &[u8]| line.trim_ascii().strip_prefix(tag).is_some_and(|rest| rest.len() < 3);
        return taken(text, first, |line| !is_tag(line));
    }
    if behind.is_empty() {
        // The value of a key in a line of its own: `? secret`.
        let next = line_of(text, first);
        let value = next.trim_ascii_start().strip_prefix(b": ")?.trim_ascii_start();
        let start = first + next.len() - value.len();
        let asks = text.get(begin.saturating_sub(4)..begin)?.trim_ascii_end().ends_with(b"?");
        return (asks && !is_placeholder(value))
            .then(|| start..start + value.trim_ascii_end().len());
    }
    let scalar = behind.strip_prefix(b":")?.trim_ascii();
    let is_block = matches!(scalar, [b'|' | b'>'] | [b'|' | b'>', b'-' | b'+' | b'0'..=b'9']);
    if !is_block && !scalar.is_empty() {
        return None;
    }
    let start = begin
        - text
            .get(begin.saturating_sub(LINE)..begin)?
            .iter()
            .rev()
            .take_while(|byte| **byte != b'\n')
            .count();
    let depth = begin - start;
    let is_deeper = |line: &[u8]| {
        let blanks = count(line, 0, |byte| byte == b' ' || byte == b'\t');
        blanks > depth || line.trim_ascii().is_empty()
    };
    if is_block {
        return taken(text, first, is_deeper);
    }
    let next = line_of(text, first);
    let value = next.trim_ascii();
    let is_map =
        value.ends_with(b":") || memmem::find(value, b": ").is_some() || value.starts_with(b"- ");
    let is_value = is_deeper(next) && !is_map && !is_placeholder(value) && !is_code(value);
    let value_start = first + next.len() - next.trim_ascii_start().len();
    (is_value && !matches!(value.first(), Some(b'"' | b'\'')))
        .then_some(value_start..value_start + value.len())
}

/// The name that ends a here document: `<<EOF`, `<<-EOT`, `<<~'SQL'`, `<<<"EOT"`.
fn here(behind: &[u8]) -> Option<&[u8]> {
    let behind = behind.strip_prefix(b"=").or(behind.strip_prefix(b":")).unwrap_or(behind);
    let tag = behind.trim_ascii().strip_prefix(b"<<")?;
    let tag = tag.get(count(tag, 0, |byte| b"<-~\"'".contains(&byte))..)?;
    let tag = tag.get(..count(tag, 0, |byte| byte.is_ascii_alphanumeric() || byte == b'_'))?;
    (!tag.is_empty()).then_some(tag)
}

/// The lines from `first` on that fit.
fn taken(text: &[u8], first: usize, fits: impl Fn(&[u8]) -> bool) -> Option<Range<usize>> {
    let rest = text.get(first..)?;
    let rest = rest.get(..FAR).unwrap_or(rest);
    let lines = rest.split_inclusive(|byte| *byte == b'\n');
    let end: usize = lines.take_while(|line| fits(line)).map(<[u8]>::len).sum();
    let inside = rest.get(..end)?;
    let start = first + inside.len() - inside.trim_ascii_start().len();
    (!inside.trim_ascii().is_empty()).then(|| start..first + inside.trim_ascii_end().len())
}

/// What is left of the line at `at`.
fn line_of(text: &[u8], at: usize) -> &[u8] {
    let rest = text.get(at..).unwrap_or_default();
    let rest = rest.get(..=LINE).unwrap_or(rest);
    rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default()
}

/// The text of an element that the name opens, `<secret>…<`, and of the one behind the element it is the text of:
/// `<key>secret</key><string>…<`.
pub(super) fn element(text: &[u8], begin: usize, at: usize) -> Option<Range<usize>> {
    let opens = begin > 0 && text.get(begin - 1) == Some(&b'<');
    let rest = text.get(at..)?;
    let mut start = at;
    if !(opens && rest.first() == Some(&b'>')) {
        let near = rest.get(..LINE).unwrap_or(rest);
        let near = near.strip_prefix(b"</")?;
        start += 2 + memchr::memchr(b'>', near)? + 1;
        start += count(text, start, |byte| byte.is_ascii_whitespace());
        if text.get(start) != Some(&b'<') {
            return None;
        }
        start += count(text, start, |byte| byte != b'>' && byte != b'\n');
    }
    content(text, start + 1)
}

/// The text of an element that begins at `at`, as far as there is one.
pub(super) fn content(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let rest = rest.get(..FAR).unwrap_or(rest);
    let blanks = rest.len() - rest.trim_ascii_start().len();
    let (start, end) = match rest.get(blanks..)?.strip_prefix(b"<![CDATA[") {
        Some(data) => (at + blanks + 9, at + blanks + 9 + memmem::find(data, b"]]>")?),
        None => (at + blanks, at + memchr::memchr(b'<', rest)?),
    };
    let value = text.get(start..end)?.trim_ascii_end();
    (!is_placeholder(value)).then_some(start..start + value.len())
}

/// The value behind a blank, `ENV SECRET value`, or behind a type, `var secret string = "value"`.
pub(super) fn behind_blank(text: &[u8], begin: usize, at: usize) -> Option<Range<usize>> {
    let line = line_of(text, at);
    let line = line.get(..LINE).unwrap_or(line);
    let is_blank = |byte: u8| byte == b' ' || byte == b'\t';
    let mut blanks = count(line, 0, is_blank);
    if blanks == 0 {
        return None;
    }
    for word in [&b"by "[..], b"--body "] {
        let next = line.get(blanks..blanks + word.len()).unwrap_or_default();
        blanks += if next.eq_ignore_ascii_case(word) { word.len() } else { 0 };
    }
    let start = at + blanks;
    let quote = |at: usize| text.get(at).copied().filter(|byte| b"\"'`".contains(byte));
    if let Some(quote) = quote(start) {
        let end = closing(text, start + 1, quote);
        let is_shown = is_placeholder(text.get(start + 1..end)?)
            || text.get(begin.wrapping_sub(1)) == Some(&quote);
        return (!is_shown).then_some(start + 1..end);
    }
    // A type or a modifier, and then the sign.
    let typed = line.iter().position(|byte| b"\"'`<(".contains(byte)).unwrap_or(line.len());
    let head = line.get(..typed)?;
    if let Some(head) = head.trim_ascii_end().strip_suffix(b"=")
        && !head.ends_with(b"=")
        && !head.ends_with(b"!")
        && let Some(quote) = quote(at + typed)
    {
        let end = closing(text, at + typed + 1, quote);
        return (!is_placeholder(text.get(at + typed + 1..end)?)).then_some(at + typed + 1..end);
    }
    let end = until(text, start, |c| c.is_whitespace() || "\"'`,;()<>{}".contains(c));
    let value = text.get(start..end)?;
    let name = text.get(begin..at)?;
    let before = text.get(begin.saturating_sub(LINE)..begin)?;
    let lead = before.rsplit(|byte| *byte == b'\n').next()?.trim_ascii();
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let both = value.iter().any(u8::is_ascii_lowercase) && value.iter().any(u8::is_ascii_uppercase);
    let is_random = value.len() >= RANDOM && letters >= 2 && (digits >= 2 || (digits == 1 && both));
    let is_command =
        [&b"ENV"[..], b"ARG", b"setx"].iter().any(|word| lead.eq_ignore_ascii_case(word));
    let is_key = name.iter().any(|byte| b"_-.".contains(byte)) || name == b"password" || digits > 0;
    let is_alone =
        lead.is_empty() && text.get(end).is_none_or(|byte| b"\r\n".contains(byte)) && is_key;
    let is_secret = is_random || ((is_command || is_alone) && !is_code(value));
    (is_secret && !is_placeholder(value)).then_some(start..end)
}

/// The value of a command's option: `--secret VALUE`, `-hmac "VALUE"`.
pub(super) fn option(text: &[u8], at: usize) -> Option<Range<usize>> {
    if !matches!(text.get(at), Some(b' ' | b'=')) {
        return None;
    }
    let start = at + 1;
    // A placeholder, whose end may be far.
    if text.get(start) == Some(&b'$')
        && text.get(start + 1).is_some_and(|next| b"{(".contains(next))
    {
        return None;
    }
    let (start, end) = match text.get(start) {
        Some(quote @ (b'"' | b'\'')) => (start + 1, closing(text, start + 1, *quote)),
        _ => (start, until(text, start, |c| c.is_whitespace() || "\"'`<,;)".contains(c))),
    };
    (!is_placeholder(text.get(start..end)?)).then_some(start..end)
}

/// The value of a pair whose name comes last: `{"value": "…", "name": "secret"}`. The word `value` ends at `at`.
pub(super) fn before_name(text: &[u8], at: usize) -> Option<(Range<usize>, Role)> {
    let signs = count(text, at, |byte| b"\\\"' =:".contains(&byte));
    let start = at + signs;
    let quote = text.get(start.checked_sub(1)?).copied().filter(|byte| b"\"'".contains(byte))?;
    let end = closing(text, start, quote);
    let gap = |at: usize| at + count(text, at, |byte| b"\\\"' =:,\t\r\n".contains(&byte));
    let key = gap(end);
    let word = Name::read(text, key);
    let is_key = [&b"name"[..], b"key"].iter().any(|key_word| {
        text.get(key..word.end).is_some_and(|word| word.eq_ignore_ascii_case(key_word))
    });
    let role = Name::read(text, gap(word.end)).role;
    (is_key && start < end && matches!(role, Role::Held | Role::Signed))
        .then_some((start..end, role))
}
