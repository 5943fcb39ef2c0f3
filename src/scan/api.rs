//! Calls of the REST API that make embeds: old-world code without a URL of an embed in it.

use memchr::memmem;

use crate::dialect::span::Span;
use crate::rule::{Finding, Found};
use crate::rules::files::EMBED_API_CALL;

/// How the path begins and ends.
const START: &[u8] = b"/v2/workbooks/";
const END: &[u8] = b"/embeds";
/// How far apart the two may be: an id, or code that fills one in.
const ID_WITHIN: usize = 120;
/// How far from the path the method is looked for.
const METHOD_WITHIN: usize = 300;

/// Adds a finding for every path below which an embed is made.
pub(super) fn examine(text: &[u8], most: usize, found: &mut Vec<Found>) {
    for start in memmem::find_iter(text, START) {
        if found.len() >= most {
            return;
        }
        let id = start + START.len();
        let behind = text.get(id..text.len().min(id + ID_WITHIN)).unwrap_or_default();
        let line = behind.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let Some(end) = memmem::find(line, END).map(|at| id + at + END.len()) else { continue };
        // `/embeds/<id>` is another call.
        if text.get(end).is_some_and(|next| next.is_ascii_alphanumeric() || b"/_-".contains(next)) {
            continue;
        }
        if posts(before(text, start)) || posts(after(text, end)) {
            let finding = Finding::new(&EMBED_API_CALL, Span::new(start, end))
                .suggest("call `GET /v2/workbooks` and use `url` of its answer");
            found.push(Found {
                finding,
                parameter: None,
                kind: None,
                embed_id: None,
                fix: None,
                template: None,
            });
        }
    }
}

/// What is before the path in its statement.
fn before(text: &[u8], at: usize) -> &[u8] {
    let near = text.get(at.saturating_sub(METHOD_WITHIN)..at).unwrap_or_default();
    let ends = [&b";"[..], b"\n\n", b"}\n"]
        .map(|end| memmem::rfind(near, end).map_or(0, |at| at + end.len()));
    near.get(ends.into_iter().max().unwrap_or(0)..).unwrap_or_default()
}

/// What is behind it.
fn after(text: &[u8], at: usize) -> &[u8] {
    let near = text.get(at..text.len().min(at + METHOD_WITHIN)).unwrap_or_default();
    let ends =
        [&b";"[..], b"\n\n", b"\n}"].map(|end| memmem::find(near, end).unwrap_or(near.len()));
    near.get(..ends.into_iter().min().unwrap_or(0)).unwrap_or_default()
}

/// Whether the method is named: the word `post`, whatever its case.
fn posts(code: &[u8]) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    code.windows(4).enumerate().any(|(at, word)| {
        // `MethodPost` is a word for it too, `compost` is not.
        let begins = word == b"Post" || !is_part(at.checked_sub(1).and_then(|at| code.get(at)));
        word.eq_ignore_ascii_case(b"post") && begins && !is_part(code.get(at + 4))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        examine(text.as_bytes(), 9, &mut found);
        let span = |found: &Found| {
            &text[found.finding.span.start as usize..found.finding.span.end as usize]
        };
        found.iter().map(span).collect()
    }

    #[test]
    fn a_call_that_makes_an_embed_is_found_in_any_language() {
        for text in [
            "fetch(`${api}/v2/workbooks/${id}/embeds`, { method: 'POST' })",
            "requests.post(f'{BASE}/v2/workbooks/{id}/embeds', json=body)",
            "requests.request(\n  'POST',\n  url + '/v2/workbooks/' + id + '/embeds')",
            "curl -X POST https://aws-api.sigmacomputing.com/v2/workbooks/$ID/embeds",
            "http.NewRequest(http.MethodPost, base+\"/v2/workbooks/\"+id+\"/embeds\", nil)",
            "axios.post(`/v2/workbooks/${workbookId}/embeds`)",
        ] {
            assert_eq!(found(text).len(), 1, "{text}");
        }
        let text = "axios.post(`/v2/workbooks/${id}/embeds?x=1`)";
        assert_eq!(found(text), ["/v2/workbooks/${id}/embeds"]);
    }

    #[test]
    fn reading_embeds_and_other_calls_are_none() {
        for text in [
            "fetch(`${api}/v2/workbooks/${id}/embeds`)",
            "requests.get(f'{BASE}/v2/workbooks/{id}/embeds')",
            "http.post(a); http.get('/v2/workbooks/1/embeds'); http.post(b)",
            "axios.post('/v2/workbooks/1/export')",
            "axios.post('/v2/workbooks/1/embeds/2/refresh')",
            "axios.post('/v2/workbooks/1/embedsX')",
            "await compost('/v2/workbooks/1/embeds')",
            "post('/v2/workbooks/')\n'/embeds'",
            "/v2/workbooks/",
        ] {
            assert_eq!(found(text).len(), 0, "{text}");
        }
    }
}
