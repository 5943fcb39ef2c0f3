//! Whether an object of JSON says of the embed URL in it that it is public, as Sigma's API does.

use crate::dialect::span::Span;

/// An object is read so far on either side of the URL.
const WITHIN: usize = 4_000;

/// Whether the URL at `span` is the value of `embedUrl` in an object that has `"public": true`. Keys of JavaScript may stand
/// without quotes.
pub(super) fn is_public(text: &[u8], span: Span) -> bool {
    let (start, end) = (span.start as usize, span.end as usize);
    let Some(before) = text.get(start.saturating_sub(WITHIN)..start) else { return false };
    let is_url = before
        .strip_suffix(b"\"")
        .or_else(|| before.strip_suffix(b"'"))
        .and_then(|before| before.trim_ascii_end().strip_suffix(b":"))
        .is_some_and(|before| ends_with_key(before.trim_ascii_end(), b"embedUrl"));
    let Some(open) = is_url.then(|| opening(before)).flatten() else { return false };
    let from = start - before.len() + open;
    let limit = text.len().min(end.saturating_add(WITHIN));
    has_public(text.get(from..limit).unwrap_or_default())
}

/// Where the object begins that is open at the end of a text.
fn opening(before: &[u8]) -> Option<usize> {
    let mut depth = 0;
    before.iter().enumerate().rev().find_map(|(at, byte)| {
        match byte {
            b'}' | b']' => depth += 1,
            b'{' | b'[' if depth > 0 => depth -= 1,
            b'{' => return Some(Some(at)),
            b'[' => return Some(None),
            _ => {}
        }
        None
    })?
}

/// Whether the object that a text begins with has `"public": true`, not in an object within it.
fn has_public(object: &[u8]) -> bool {
    let (mut depth, mut at) = (0, 0);
    while let Some(&byte) = object.get(at) {
        let rest = object.get(at + 1..).unwrap_or_default();
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b':' if depth == 1 => {
                let key = object.get(..at).unwrap_or_default().trim_ascii_end();
                let value = rest.trim_ascii_start();
                let ends = value.get(4).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'_');
                if ends_with_key(key, b"public") && value.starts_with(b"true") && ends {
                    return true;
                }
            }
            b'"' | b'\'' => at += string(rest, byte),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        at += 1;
    }
    false
}

/// The length of what follows an opening quote, to the closing one.
fn string(text: &[u8], quote: u8) -> usize {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            _ if byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

fn ends_with_key(text: &[u8], key: &[u8]) -> bool {
    let quoted = [b'"', b'\''].iter().any(|quote| {
        let inside = text.strip_suffix(&[*quote]).and_then(|text| text.strip_suffix(key));
        inside.is_some_and(|before| before.last() == Some(quote))
    });
    let bare = text.strip_suffix(key).is_some_and(|before| {
        before.last().is_none_or(|byte| b"{,".contains(byte) || byte.is_ascii_whitespace())
    });
    quoted || bare
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI";

    fn public(text: &str) -> bool {
        let text = text.replace("URL", URL);
        let start = text.find(URL).unwrap();
        is_public(text.as_bytes(), Span::new(start, start + URL.len()))
    }

    #[test]
    fn an_object_that_says_public_beside_the_url_is_that_of_a_public_embed() {
        for text in [
            r#"{"embedId": "x", "embedUrl": "URL", "public": true, "sourceType": "page"}"#,
            r#"[{"public" : true,
                 "embedUrl" : "URL"}]"#,
            r#"{"entries":[{"public":false},{"embedUrl":"URL","a":{"b":[1]},"public":true}]}"#,
            "const e = { embedUrl: 'URL', public: true };",
            r#"{"name":"}{ \" public","public":true,"embedUrl":"URL"}"#.trim_start(),
        ] {
            assert!(public(text), "{text}");
        }
    }

    #[test]
    fn another_object_or_value_says_nothing_of_it() {
        for text in [
            r#"{"embedUrl": "URL", "public": false}"#,
            r#"{"embedUrl": "URL"}"#,
            r#"{"embedUrl": "URL", "a": {"public": true}}"#,
            r#"{"public": true, "a": {"embedUrl": "URL"}}"#,
            r#"[{"embedUrl": "URL"}, {"public": true}]"#,
            r#"{"base": "URL", "public": true}"#,
            r#"{"embedUrl": "URL", "note": "\"public\": true"}"#,
            r#"{"embedUrl": "URL", "public": "true"}"#,
            r#"{"embedUrl": "URL", "is_public": true}"#,
            "URL public: true",
        ] {
            assert!(!public(text), "{text}");
        }
    }
}
