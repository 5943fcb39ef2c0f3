//! A secret of the run is in nothing that is shown of a text, and no signature in a URL is shown in full.
#![no_main]

use embed2jwt::dialect::span::Span;
use embed2jwt::report::redact::{self, Redaction, Secrets};
use embed2jwt::secret::Secret;
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "Zq7planted~embed~secret";
const SIGNATURE: &str = "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0";

fn holds(text: &[u8], part: &str) -> bool {
    text.windows(part.len()).any(|window| window == part.as_bytes())
}

fuzz_target!(|data: &[u8]| {
    let (before, behind) = data.split_at(data.len() / 2);
    if holds(data, &SECRET[..7]) || holds(data, &SIGNATURE[..7]) {
        return;
    }

    let text = [before, SECRET.as_bytes(), behind].concat();
    let known: Vec<_> = Secret::new(SECRET.as_bytes().to_vec()).into_iter().collect();
    let all = Span::new(0, text.len());
    let mut shown = Vec::new();
    Redaction::of(&text, all, Secrets::Hidden, &known).write(&text, all, &mut shown);
    assert!(!holds(&shown, SECRET), "a secret of the run is hidden wherever it is");

    let url = b"https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:signature=";
    let text = [before, b" ", &url[..], SIGNATURE.as_bytes(), b" ", behind].concat();
    for shown in
        [redact::text(&text, Secrets::Hidden), redact::line(&String::from_utf8_lossy(&text))]
    {
        assert!(!holds(shown.as_bytes(), &SIGNATURE[..7]), "a signature is shortened");
    }
    let _ = redact::masked(data);
});
