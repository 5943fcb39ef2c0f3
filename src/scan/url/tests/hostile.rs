//! Texts made to be slow: the work is counted, not timed.

use super::{ID, examined, starts_in};
use crate::dialect::span::Span;
use crate::scan::url::read::{Candidate, read};

/// Bytes of the text that are read as a URL, all in all, if every beginning is read as [`super::super::urls`] does.
fn work(text: &str) -> usize {
    let found = starts_in(text);
    let mut candidate = Candidate::default();
    let mut read_to = [0; 3];
    let mut work = 0;
    for (n, start) in found.urls.iter().enumerate() {
        let done = &mut read_to[start.depth as usize];
        if start.at < *done {
            continue;
        }
        read(text.as_bytes(), *start, &found.urls[n + 1..], &mut candidate);
        *done = candidate.span.end as usize;
        work += candidate.bytes.len();
    }
    work
}

/// Much of a piece.
fn much(piece: &str) -> String {
    piece.repeat((1 << 18) / piece.len())
}

#[test]
fn every_byte_is_read_once_at_each_depth() {
    let url = format!("https://app.sigmacomputing.com/embed/{ID}");
    for piece in [
        "https://app.sigmacomputing.com/embed/",
        "app.sigmacomputing.com/embed/x?",
        "https://app.sigmacomputing.com/embed/x?a=",
        "https%3A%2F%2Fapp.sigmacomputing.com%2Fembed%2F",
        "https%253A%252F%252Fapp.sigmacomputing.com%252Fembed%252F",
        "https://app.sigmacomputing.com/embed/x?a=https%3A%2F%2Fapp.sigmacomputing.com%2Fembed%2Fx%3Fa%3Dhttps%253A%252F%252Fapp.sigmacomputing.com%252F",
        "sigmacomputing",
    ] {
        let text = much(piece);
        assert!(work(&text) <= 4 * text.len(), "{piece}");
    }
    for piece in [
        "%2525",
        "{{",
        "${",
        "&amp;",
        "amp;",
        "\\",
        "&:hide_run_as_recipient=false",
        "{}",
        "(",
        "<a>",
        "\u{2026}",
        "&#38",
        "{% if a %}",
        "{% if",
        "[[",
        "((",
        "=!",
        "=~a",
        "=%5",
        "@(",
        "$a[",
    ] {
        let text = format!("{url}?{}", much(piece));
        assert!(work(&text) <= text.len(), "{piece}");
        examined(&text);
    }
}

#[test]
fn literals_without_end_are_read_once() {
    let host = "https://app.sigmacomputing.com";
    for begin in [host.to_owned(), format!("{host}/embed/"), format!("{host}/embed/{ID}?:email=")] {
        for piece in ["\" + \"a", "\"\n \"/a", "\" + \"\" + \"a", "\".concat(\"a", "\" + a"] {
            let text = format!("\"{begin}{}", much(piece));
            assert!(work(&text) <= text.len(), "{piece}");
            examined(&text);
        }
    }
}

#[test]
fn a_long_text_of_base64_is_decoded_once() {
    // The host stands at every place of the value; the first hit takes all of it.
    let text = much("aHR0cHM6Ly9hcHAuc2lnbWFjb21wdXRpbmcuY29tL2VtYmVkLzEtYWJj");
    let found = examined(&text);
    assert!(found.embeds.iter().all(|embed| embed.span.end as usize <= text.len()));
    assert!(!found.embeds.is_empty());
    // Values side by side that are none.
    examined(&much("aHR0cHM6Ly9hcHAuc2lnbWFjb21wdXRpbmcuY29tL2VtYmVk="));
}

#[test]
fn bytes_that_are_no_text_are_read_all_the_same() {
    use crate::judge::Scratch;
    use crate::rule::{Context, Text};
    use crate::scan::{Needles, Options, examine};
    let context = Context::none();
    let needles = Needles::new(&context, &[]);
    let options = Options { context: &context, needles: &needles, bases: None, most: usize::MAX };
    let mut text = b"\xff\x80 https://app.sigmacomputing.com/embed/1-a\xff \xc3".to_vec();
    text.extend_from_slice(b"https://app.sigmacomputing.com/embed/1-b?\xc3\x28 \xe2\x80");
    let found = examine(&Text::new(&text), &options, &mut Scratch::default());
    let ids: Vec<_> = found.embeds.iter().map(|embed| embed.id.as_str()).collect();
    assert_eq!(ids, ["1-a", "1-b"]);
    assert_eq!(found.embeds[0].span, Span::new(40, 43));
}
