//! Whether an answer repeats what it was asked with, in whatever escape: what is kept of it would hold a secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use memchr::memmem;
use zeroize::Zeroizing;

use crate::dialect::unit::letter;
use crate::secret::Secret;

/// A shorter secret stands in an answer by chance.
const TELLING: usize = 8;

/// How often what is escaped may have been escaped again.
const DEEPEST: u8 = 3;

/// Whether `body` holds the secret: as it is, escaped as JSON, HTML or percent-encoding do it, or as base64 or hex.
pub(super) fn repeats(body: &[u8], secret: &Secret) -> bool {
    let secret = secret.expose();
    if secret.len() < TELLING {
        return false;
    }
    let forms = forms(secret);
    let holds = |text: &[u8]| forms.iter().any(|form| memmem::find(text, form).is_some());
    let mut texts = vec![Zeroizing::new(body.to_vec())];
    for depth in 0..=DEEPEST {
        if texts.iter().any(|text| holds(text)) {
            return true;
        }
        if depth == DEEPEST {
            break;
        }
        // A value from 128 to 255 is a character, or a byte of one.
        let next = [false, true].map(|bytes| texts.first().map(|text| decoded(text, bytes)));
        let next: Vec<_> = next.into_iter().flatten().collect();
        if next.iter().all(|next| texts.contains(next)) {
            break;
        }
        texts = next;
    }
    false
}

/// What a secret looks like: itself, with `+` for its spaces, in base64 at each of the three places where it can begin, in hex.
fn forms(secret: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let mut forms = vec![Zeroizing::new(secret.to_vec())];
    let plus = |byte: &u8| if *byte == b' ' { b'+' } else { *byte };
    forms.push(Zeroizing::new(secret.iter().map(plus).collect()));
    for ahead in 0..3 {
        let bytes = Zeroizing::new([&[0; 3][..ahead], secret].concat());
        let text = Zeroizing::new(STANDARD_NO_PAD.encode(&bytes));
        // The first and the last characters depend on what stands beside the secret.
        let whole = bytes.len() / 3 * 4;
        let own = text.as_bytes().get(if ahead == 0 { 0 } else { 4 }..whole).unwrap_or_default();
        let url = |byte: &u8| match *byte {
            b'+' => b'-',
            b'/' => b'_',
            other => other,
        };
        forms.push(Zeroizing::new(own.iter().map(url).collect()));
        forms.push(Zeroizing::new(own.to_vec()));
    }
    for digits in [b"0123456789abcdef", b"0123456789ABCDEF"] {
        let digit = |nibble: u8| digits.get(usize::from(nibble)).copied().unwrap_or_default();
        let hex = secret.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
        forms.push(Zeroizing::new(hex.collect()));
    }
    forms.retain(|form| form.len() >= TELLING);
    forms
}

/// The text with one layer of escapes taken off.
fn decoded(text: &[u8], bytes: bool) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut at = 0;
    while let Some(read) = letter(text, at) {
        // What ends a URL is no part of one to `letter`.
        if let Some(&[b'\\', byte @ (b'"' | b'\'' | b'/' | b'\\')]) = text.get(at..at + 2) {
            out.push(byte);
            at += 2;
            continue;
        }
        match (u8::try_from(read.value), char::from_u32(read.value)) {
            (Ok(byte), _) if byte.is_ascii() || (bytes && read.escaped) => out.push(byte),
            // No character, so it was written by itself.
            (Ok(byte), _) if read.len == 1 => out.push(byte),
            (_, Some(c)) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            (_, None) => {}
        }
        at += read.len.max(1);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_found(body: &str, secret: &str) -> bool {
        repeats(body.as_bytes(), &Secret::new(secret.into()).unwrap())
    }

    /// Each written by hand, or with `python3 -c`: `json.dumps`, `urllib.parse.quote(safe="")`, `html.escape`, `base64`, `hex`.
    #[test]
    fn a_secret_is_found_in_every_escape() {
        let secret = "pl+nted/S\"90=\u{fc}&x y";
        for body in [
            "pl+nted/S\"90=\u{fc}&x y",
            r#"{"name": "pl+nted/S\"90=\u00fc&x y"}"#,
            r#"{"name": "pl+nted\/S\u002290=ü\u0026x y"}"#,
            r#"{"name": "\u0070\u006c\u002b\u006e\u0074\u0065\u0064\u002f\u0053\u0022\u0039\u0030\u003d\u00fc\u0026\u0078\u0020\u0079"}"#,
            r#"{"a": "{\"b\": \"pl+nted/S\\\"90=\\u00fc&x y\"}"}"#,
            "error=pl%2Bnted%2FS%2290%3D%C3%BC%26x%20y&a",
            "error=pl%2bnted%2fS%2290%3d%c3%bc%26x+y&a",
            "error=pl%252Bnted%252FS%252290%253D%25C3%25BC%2526x%2520y&a",
            "<p>pl+nted/S&quot;90=&#252;&amp;x y</p>",
            "<p>pl+nted/S&#34;90=&#xfc;&amp;x&#32;y</p>",
            "Basic cGwrbnRlZC9TIjkwPcO8JnggeQ==",
            "Basic OnBsK250ZWQvUyI5MD3DvCZ4IHk=",
            "Basic aTpwbCtudGVkL1MiOTA9w7wmeCB5",
            "706c2b6e7465642f532239303dc3bc26782079",
            "706C2B6E7465642F532239303DC3BC26782079",
        ] {
            assert!(is_found(body, secret), "{body}");
        }
        for body in ["", "pl+nted/S\"90=\u{fc}&x z", "planted", "cGwrbnRlZC9T", "%"] {
            assert!(!is_found(body, secret), "{body}");
        }
        assert!(!is_found("short", "short"), "it stands there by chance");
    }
}
