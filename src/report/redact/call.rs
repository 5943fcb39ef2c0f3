//! The strings among the arguments of a call, in a list, or on the right of an expression.

use std::ops::Range;

use super::name::is_name_byte;
use super::value::{closing, is_placeholder};

/// The arguments of a call are looked at up to here.
pub(super) const CALL: usize = 600;

/// Arguments of signing functions that are no keys.
const WORDS: [&str; 26] = [
    "sha1",
    "sha256",
    "sha384",
    "sha512",
    "hs256",
    "hs384",
    "hs512",
    "rs256",
    "hmac",
    "hmacsha256",
    "hmacsha1",
    "hex",
    "utf8",
    "utf16",
    "ascii",
    "latin1",
    "binary",
    "base64",
    "base64url",
    "raw",
    "sign",
    "verify",
    "jwt",
    "alg",
    "typ",
    "kid",
];

/// Where the call or the list ends that begins at `at`, before which only signs may be; before it if nothing begins there. A
/// method may be called without parentheses: `JWT.encode payload, 'key'`.
pub(super) fn call_end(text: &[u8], at: usize, is_method: bool) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let rest = rest.get(..CALL).unwrap_or(rest);
    let open = rest.iter().position(|byte| !b" =:".contains(byte)).unwrap_or(rest.len());
    let is_open = open <= 3 && rest.get(open).is_some_and(|byte| b"([".contains(byte));
    if !is_open {
        let is_spaced =
            rest.first() == Some(&b' ') && rest.get(1).is_some_and(u8::is_ascii_alphabetic);
        let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        return if is_method && is_spaced { at + line } else { 0 };
    }
    let mut depth = 0_usize;
    for (n, byte) in rest.iter().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' if depth <= 1 => return at + n,
            b')' | b']' => depth -= 1,
            _ => {}
        }
    }
    at + rest.len()
}

/// Where the string ends that opens at `at`, and what is in it if that may be a key.
pub(super) fn argument(text: &[u8], at: usize) -> (usize, Option<Range<usize>>) {
    let quote = text.get(at).copied().unwrap_or_default();
    let end = closing(text, at + 1, quote);
    let value = text.get(at + 1..end).unwrap_or_default();
    let letters: Vec<u8> = value.iter().filter(|b| b.is_ascii_alphanumeric()).copied().collect();
    let is_word = WORDS.iter().any(|word| letters.eq_ignore_ascii_case(word.as_bytes()));
    let behind = text.get(end + 1..).unwrap_or_default();
    let behind = behind.get(..4).unwrap_or(behind).trim_ascii_start();
    let is_key_name = value.iter().all(|byte| is_name_byte(*byte))
        && (behind.starts_with(b":") || behind.starts_with(b"=>"));
    let is_hidden = !(is_word || is_key_name || is_part_of_url(value) || is_placeholder(value));
    (end, (is_hidden && text.get(end) == Some(&quote)).then_some(at + 1..end))
}

/// Whether a string is a part of the URL that is signed, or has a placeholder in it.
fn is_part_of_url(value: &[u8]) -> bool {
    let holds = |part: &[u8]| memchr::memmem::find(value, part).is_some();
    matches!(value, [b':' | b'?' | b'&', ..])
        || (value.starts_with(b"/") && [&b"?"[..], b":", b"embed"].iter().any(|part| holds(part)))
        || [&b"://"[..], b"&:", b"?:"].iter().any(|part| holds(part))
        || (holds(b"{") && holds(b"}"))
}

/// The first string in a part of a line that may be a secret: `getenv("SECRET") || "changeme"`.
pub(super) fn literal(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let mut at = start;
    while at < end {
        if text.get(at).is_some_and(|byte| b"\"'`".contains(byte)) {
            let (end, found) = argument(text, at);
            if found.is_some() {
                return found;
            }
            at = end + 1;
        } else {
            at += 1;
        }
    }
    None
}
