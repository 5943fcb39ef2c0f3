//! Decoding makes nothing longer, leaves alone what has no escape, and never cuts a file of another encoding wrongly.
#![no_main]

use embed2jwt::dialect::escape::{Plus, broken_escape, decode, decode_text};
use embed2jwt::dialect::span::Span;
use embed2jwt::rule::Text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for plus in [Plus::Space, Plus::Literal] {
        let decoded = decode(data, plus);
        assert!(decoded.len() <= data.len(), "decoding makes nothing longer");
        if !data.contains(&b'%') && !data.contains(&b'+') {
            assert_eq!(&*decoded, data, "nothing to decode");
        }
        if let Some(text) = decode_text(data, plus) {
            assert_eq!(text.as_bytes(), &*decoded, "as text or as bytes: the same");
        }
    }
    if let Some(at) = broken_escape(data) {
        assert_eq!(data.get(at), Some(&b'%'), "an escape begins with its sign");
    }
    let text = Text::new(data);
    let whole = text.in_file(Span::new(0, text.bytes().len()));
    assert_eq!(whole.end as usize, data.len(), "a text is all of its file, and no more");
});
