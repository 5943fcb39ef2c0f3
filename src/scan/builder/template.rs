//! The URL that a group of parameters builds, as far as the code says it.

use super::is_comment;
use super::reference::{Form, Reference, value};
use super::token::{Mark, at_end, at_start};
use crate::dialect::params::Id;
use crate::dialect::span::Span;
use crate::judge::HOST;
use crate::rule::{PLACEHOLDER, Template};
use crate::scan::template::{MOST, variables};

/// Longer values of an encoder's argument are left to the code.
const LONGEST_VALUE: usize = 256;

/// Longer names of controls are nobody's.
const LONGEST_NAME: usize = 64;

/// The URL of a group, which is of this number among the findings. Its path is code's to fill in: a group has none.
pub(super) fn of(text: &[u8], group: &[Reference], number: usize) -> Template {
    let written = |reference: &&Reference| {
        !reference.is_token(text)
            && !reference.quoted
            && !is_comment(text, reference.span.start as usize)
    };
    let mut parts: Vec<(u32, String)> = Vec::new();
    for reference in group.iter().filter(written) {
        let mut name = String::from_utf8_lossy(reference.name.of(text)).into_owned();
        if name.len() == "ua_".len() && reference.row.id == Id::UserAttribute {
            name.push_str(PLACEHOLDER);
        }
        let value = match reference.value {
            Some(value) => String::from_utf8_lossy(value.of(text)).into_owned(),
            None if reference.form == Form::Key => {
                argument(text, reference.end()).unwrap_or_else(|| PLACEHOLDER.to_owned())
            }
            None => PLACEHOLDER.to_owned(),
        };
        parts.push((reference.span.start, format!(":{name}={value}")));
    }
    let span = group.iter().map(|reference| reference.span).reduce(Span::join).unwrap_or_default();
    controls(text, span, group, &mut parts);
    parts.sort_by_key(|(at, _)| *at);
    let parts: Vec<_> = parts.into_iter().map(|(_, part)| part).collect();
    let client_id = group.iter().find(|reference| reference.row.id == Id::ClientId);
    let (client_id_variable, secret_variable) = if number < MOST {
        variables(text, span, client_id.map(|reference| reference.span))
    } else {
        (None, None)
    };
    let host = String::from_utf8_lossy(HOST);
    let url = format!("https://{host}/embed/{PLACEHOLDER}?{}", parts.join("&"));
    Template { url, client_id_variable, secret_variable }
}

/// The string behind a key that ends at `at`, as an encoder would write it: `":theme": "Dark"`, `':theme' => 'Dark'`,
/// `Set(":theme", "Dark")`. Nothing if code goes on with it.
fn argument(text: &[u8], at: usize) -> Option<String> {
    let (Mark::Quote(_), length) = at_start(text.get(at..)?)? else { return None };
    let rest = text.get(at + length..)?.trim_ascii_start();
    let rest = rest.strip_prefix(b"]").unwrap_or(rest).trim_ascii_start();
    let rest =
        [&b"=>"[..], b":=", b":", b",", b"="].iter().find_map(|sign| rest.strip_prefix(*sign))?;
    let rest = rest.trim_ascii_start();
    let (quote, inside) = rest.split_first().filter(|(quote, _)| b"\"'".contains(quote))?;
    let length = memchr::memchr3(*quote, b'\\', b'\n', inside).filter(|n| *n <= LONGEST_VALUE)?;
    let behind = inside.get(length..)?;
    let ends = |byte: Option<&u8>| byte.is_none_or(|byte| b",)}];".contains(byte));
    if behind.first() != Some(quote) || !ends(behind.get(1..)?.trim_ascii_start().first()) {
        return None;
    }
    let plain = std::str::from_utf8(inside.get(..length)?).ok()?;
    let fills_in = ["${", "#{", "{{", "%s", "$"].iter().any(|sign| plain.contains(sign));
    (!fills_in && !plain.is_empty()).then(|| encode(plain))
}

/// A text as the value of a parameter.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~,:@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from_digit(digit.into(), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
    out
}

/// Adds the controls between the parameters: `&Store-Region=West`.
fn controls(text: &[u8], span: Span, group: &[Reference], parts: &mut Vec<(u32, String)>) {
    let mut from = span.start as usize;
    let end = span.end as usize;
    while let Some(at) = memchr::memchr2(b'&', b'?', text.get(from..end).unwrap_or_default()) {
        let at = from + at;
        from = at + 1;
        let Some((Mark::Ampersand | Mark::Question, length)) =
            at_start(text.get(at..).unwrap_or_default())
        else {
            continue;
        };
        let start = at + length;
        let before = text.get(..at).unwrap_or_default();
        let joined = at_end(before).is_some_and(|(mark, _)| matches!(mark, Mark::Quote(_)))
            || before
                .last()
                .is_some_and(|byte| byte.is_ascii_alphanumeric() || b"})".contains(byte));
        let rest = text.get(start..end).unwrap_or_default();
        let is_name =
            |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-.%+".contains(byte) || **byte > 0x7f;
        let length = rest.iter().take(LONGEST_NAME).take_while(is_name).count();
        let behind = rest.get(length..).unwrap_or_default();
        let within =
            |reference: &Reference| (reference.span.start as usize..reference.end()).contains(&at);
        let is_control = joined
            && rest.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte > 0x7f)
            && behind.first() == Some(&b'=')
            && behind.get(1) != Some(&b'=')
            && !group.iter().any(within)
            && !is_comment(text, at);
        if is_control {
            let name = String::from_utf8_lossy(rest.get(..length).unwrap_or_default());
            let literal = value(behind, 1).and_then(|length| behind.get(1..=length));
            let value = literal.map_or(PLACEHOLDER.into(), String::from_utf8_lossy);
            parts.push((Span::new(at, at).start, format!("{name}={value}")));
        }
    }
}
