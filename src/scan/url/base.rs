//! A base path without an id, to which code joins one when it runs.

use memchr::memmem;

use super::join::goes_on;
use super::read::Candidate;

/// So many names are looked for in one file: each costs a pass through it.
pub(super) const MOST_NAMES: usize = 32;

/// A longer name is nobody's, nor does more stand between it and what it is given.
const LONGEST_NAME: usize = 80;

/// How far before a name the format is looked for that it fills in.
const FORMAT_WITHIN: usize = 120;

/// Whether code joins an id to this URL: right there, or to the name that the URL is given in the same file.
pub(super) fn is_joined(text: &[u8], candidate: &Candidate, names: &mut usize) -> bool {
    let (start, end) = (candidate.span.start as usize, candidate.span.end as usize);
    let bytes = &candidate.bytes;
    let slash = bytes.ends_with(b"/embed/");
    if !candidate.placeholders.is_empty() || !(slash || bytes.ends_with(b"/embed")) {
        return false;
    }
    if goes_on(text, end) {
        return true;
    }
    let Some((at, name)) = name(text, start).filter(|_| *names > 0) else { return false };
    *names -= 1;
    memmem::find_iter(text, name).any(|use_at| use_at != at && is_used(text, use_at, name, slash))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The name that is given what begins at `at`, and where it stands: `name = "…"`, `"name": "…"`, `NAME=…`.
fn name(text: &[u8], at: usize) -> Option<(usize, &[u8])> {
    let before = text.get(..at)?;
    let from = at.saturating_sub(LONGEST_NAME);
    let near = before.get(from..)?;
    // The quote, and the letter before it that says what kind of string it is.
    let near = match near {
        [rest @ .., b'"' | b'\'' | b'`'] => match rest.split_last() {
            Some((letter, rest)) if b"frbuL$@".contains(letter) => rest,
            _ => rest,
        },
        rest => rest,
    };
    let near = near.trim_ascii_end();
    let near = [&b":="[..], b"=>", b"=", b":"].iter().find_map(|sign| near.strip_suffix(*sign))?;
    let (mut start, mut word) = last_word(near)?;
    // `name: type = "…"`
    let typed = near.get(..start).unwrap_or_default().trim_ascii_end().strip_suffix(b":");
    if let Some((other, name)) = typed.and_then(last_word) {
        (start, word) = (other, name);
    }
    (word.len() > 1).then_some((from + start, word))
}

/// The word that a text ends with, behind blanks and the quote of a key.
fn last_word(text: &[u8]) -> Option<(usize, &[u8])> {
    let text = text.trim_ascii_end();
    let text = text.strip_suffix(b"\"").or(text.strip_suffix(b"'")).unwrap_or(text);
    let length = text.iter().rev().take_while(|byte| is_word(**byte)).count();
    let start = text.len() - length;
    Some((start, text.get(start..)?)).filter(|(_, word)| !word.is_empty())
}

/// Whether something is joined to the name here; `slash` says that the base path ends in one.
fn is_used(text: &[u8], at: usize, name: &[u8], slash: bool) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let behind = text.get(at + name.len()..).unwrap_or_default();
    let behind = behind.get(..FORMAT_WITHIN).unwrap_or(behind);
    let word = |byte: Option<&u8>| byte.is_some_and(|byte| is_word(*byte));
    if word(before.last()) || word(behind.first()) {
        return false;
    }
    // An element: `config["name"]`.
    let element = behind.strip_prefix(b"\"]").or(behind.strip_prefix(b"']"));
    let behind = element.unwrap_or(behind);
    // Behind the slash an id follows in a placeholder of its own.
    let goes_on = |rest: &[u8]| match rest.first() {
        Some(b'/') => true,
        Some(byte) => slash && b"${<#%".contains(byte),
        None => false,
    };
    let is_variable = before.ends_with(b"$");
    if is_variable && goes_on(behind) {
        return true;
    }
    let blanks = behind.len() - behind.trim_ascii_start().len();
    let rest = behind.trim_ascii_start();
    let placeholder = rest.strip_prefix(b"}").map(|rest| rest.strip_prefix(b"}").unwrap_or(rest));
    if placeholder.or(rest.strip_prefix(b"%>")).is_some_and(goes_on) {
        return true;
    }
    let operator = [&b"+"[..], b"..", b"<>", b"&"].iter().find_map(|sign| rest.strip_prefix(*sign));
    // A dot calls a method unless it stands behind a variable of PHP's.
    let operator = operator.or(rest.strip_prefix(b".").filter(|_| is_variable && blanks < 2));
    if operator.is_some_and(|rest| !rest.starts_with(b"&") && !rest.starts_with(b"+")) {
        return true;
    }
    // An argument of a format: `"%s/%s", name, id`.
    let line = before.get(before.len().saturating_sub(FORMAT_WITHIN)..).unwrap_or_default();
    let line = line.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let formats =
        if slash { [&b"%s%s"[..], b"{}{}", b"%v%v"] } else { [&b"%s/"[..], b"{}/", b"%v/"] };
    matches!(rest.first(), Some(b',' | b')'))
        && formats.iter().any(|format| memmem::find(line, format).is_some())
}
