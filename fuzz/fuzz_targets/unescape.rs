//! Decoding makes nothing longer, leaves alone what has no escape, and never cuts a file of another encoding wrongly.
#![no_main]

use embed2jwt::dialect::escape::{Plus, append_decoded, broken_escape, decode};
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
        let mut appended = b"before".to_vec();
        append_decoded(data, plus, &mut appended);
        assert_eq!(appended.strip_prefix(b"before"), Some(&*decoded), "appended or by itself: the same");
    }
    if let Some(at) = broken_escape(data) {
        assert_eq!(data.get(at), Some(&b'%'), "an escape begins with its sign");
    }
    let text = Text::new(data);
    let whole = text.in_file(Span::new(0, text.bytes().len()));
    assert_eq!(whole.end as usize, data.len(), "a text is all of its file, and no more");
});
