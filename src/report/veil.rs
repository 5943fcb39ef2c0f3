//! Which bytes of a scanned file no report shows: a file holds secrets in more shapes than a URL does.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem;

use super::redact::{SECRET, SHOWN, Secrets};
use crate::dialect::span::Span;

/// Signs between a name and its value in a URL, however the file escapes them.
const SIGNS: [&[u8]; 7] = [b"=", b"%3d", b"%253d", b"\\u003d", b"\\x3d", b"&#61;", b"&#x3d;"];

/// A value with quotes around it, or with a digit in it, is taken for a secret from this many characters on: shorter
/// ones are words of the code.
const LONG: usize = 16;

/// Base64 is looked into from this many characters on.
const RUN: usize = 40;

/// The bytes that are hidden.
#[derive(Debug, Default)]
pub(super) struct Veil {
    /// In order, without overlaps: what follows the characters of a secret that are shown.
    hidden: Vec<Range<usize>>,
}

impl Veil {
    /// Looks for secrets in a text, once over all of it.
    pub(super) fn of(text: &[u8], secrets: Secrets) -> Self {
        let mut veil = Self::default();
        if secrets == Secrets::Shown {
            return veil;
        }
        let mut at = 0;
        let mut behind = b' ';
        while let Some(&byte) = text.get(at) {
            let rest = text.get(at..).unwrap_or_default();
            let found = match byte {
                b's' | b'S' | b'j' | b'J' | b'o' | b'O' => named(rest),
                _ => None,
            };
            let begins = !is_base64(behind) && is_base64(byte);
            let found = found.or_else(|| begins.then(|| unnamed(rest)).flatten());
            behind = byte;
            match found {
                Some(value) => {
                    veil.hide(text, at + value.start..at + value.end);
                    // A hidden value may begin a longer run that hides more.
                    at += value.start.max(1);
                }
                None => at += 1,
            }
        }
        veil
    }

    /// Hides a value but for its first characters; all of one that is not longer than those.
    fn hide(&mut self, text: &[u8], value: Range<usize>) {
        let shown = if value.len() > SHOWN { value.start + SHOWN } else { value.start };
        // Not in the middle of a character.
        let is_inside = |at: &usize| text.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
        let start = (value.start..=shown).rev().find(|at| !is_inside(at)).unwrap_or(value.start);
        match self.hidden.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(value.end),
            _ if start < value.end => self.hidden.push(start..value.end),
            _ => {}
        }
    }

    /// A part of the text, with an ellipsis for what is hidden of it.
    pub(super) fn show(&self, text: &[u8], span: Span) -> String {
        let (mut at, end) = (span.start as usize, span.end as usize);
        let mut out = String::new();
        let mut push = |bytes: Option<&[u8]>| {
            out.push_str(&String::from_utf8_lossy(bytes.unwrap_or_default()));
        };
        let first = self.hidden.partition_point(|hidden| hidden.end <= at);
        for hidden in self.hidden.iter().skip(first).take_while(|hidden| hidden.start < end) {
            push(text.get(at..hidden.start.max(at)));
            push(Some("\u{2026}".as_bytes()));
            at = hidden.end.min(end);
        }
        push(text.get(at..end));
        out
    }
}

/// The value of a secret name that the text begins with.
fn named(text: &[u8]) -> Option<Range<usize>> {
    let name = SECRET.iter().find(|name| starts_with(text, name.as_bytes()))?;
    let at = name.len();
    let behind = text.get(at..)?;
    if let Some(sign) = SIGNS.iter().find(|sign| starts_with(behind, sign)) {
        let start = at + sign.len();
        let value = text.get(start..)?;
        // A hole of a template is no value, and neither is a quote that ends here.
        let hole = matches!(
            value,
            [b'$' | b'{' | b'<' | b'(' | b'#' | b'[', ..] | [b'%', b's' | b'd' | b'v' | b'@', ..]
        );
        let end = value.iter().position(|byte| ends_value(*byte)).unwrap_or(value.len());
        if !hole && end > 0 {
            return Some(start..start + end);
        }
    }
    assigned(behind).map(|value| at + value.start..at + value.end)
}

/// The value in `": "value"`, `' => 'value'`, `= "value"` and the like, behind a name.
fn assigned(behind: &[u8]) -> Option<Range<usize>> {
    let skip = |from: usize, which: &[u8]| {
        let rest = behind.get(from..).unwrap_or_default();
        // So much may stand between a name and its value, and more would cost time.
        from + rest.iter().take(16).take_while(|byte| which.contains(byte)).count()
    };
    let closed = skip(0, b"\\\"'`])");
    let spaced = skip(closed, b" \t");
    let signed = skip(spaced, b":=>,");
    if signed == spaced {
        return None;
    }
    let start = skip(signed, b" \t");
    let quoted = skip(start, b"\\\"'`");
    let value = behind.get(quoted..)?;
    let end = value.iter().position(|byte| !is_value(*byte)).unwrap_or(value.len());
    let inside = value.get(..end)?;
    let is_secret = end >= LONG && (quoted > start || inside.iter().any(u8::is_ascii_digit));
    is_secret.then_some(quoted..quoted + end)
}

/// The run of Base64 that the text begins with, if it is a token or holds a secret.
fn unnamed(text: &[u8]) -> Option<Range<usize>> {
    let end = text.iter().position(|byte| !is_base64(*byte)).unwrap_or(text.len());
    let run = text.get(..end)?;
    if run.starts_with(b"eyJ") {
        let segment = |from: usize| {
            let rest = text.get(from..).unwrap_or_default().strip_prefix(b".")?;
            let length = rest.iter().position(|byte| !is_base64(*byte)).unwrap_or(rest.len());
            (length > 0).then_some(from + 1 + length)
        };
        if let Some(second) = segment(end) {
            return Some(0..segment(second).unwrap_or(second));
        }
    }
    if end < RUN {
        return None;
    }
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let whole = run.get(..end - usize::from(end % 4 == 1)).unwrap_or_default();
    let decoded = GeneralPurpose::new(&STANDARD, config).decode(whole).ok()?.to_ascii_lowercase();
    let holds = |name: &str| memmem::find(&decoded, name.as_bytes()).is_some();
    (SECRET.into_iter().any(holds) || memmem::find(&decoded, b"eyj").is_some()).then_some(0..end)
}

fn starts_with(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start))
}

fn ends_value(byte: u8) -> bool {
    b"&#\"'`<> \\|;,(){}[]".contains(&byte) || byte.is_ascii_whitespace()
}

fn is_value(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=_-.%~".contains(&byte)
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte)
}
