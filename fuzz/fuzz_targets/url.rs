//! A URL is written as it was read, and every span of it and of its findings is inside of it.
#![no_main]

use embed2jwt::dialect::url::Url;
use embed2jwt::judge::{Scratch, judge};
use embed2jwt::rule::Context;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut params = Vec::new();
    if let Ok(url) = Url::parse(data, &mut params) {
        let mut written = Vec::new();
        url.write(&params, &mut written);
        assert_eq!(written, data, "a URL is written as it was read");
    }
    for param in &params {
        for span in [param.key, param.name, param.value] {
            assert!(
                span.start <= span.end && span.end as usize <= data.len(),
                "a span is inside of the URL"
            );
        }
    }
    for (whole, converting) in [(true, false), (true, true), (false, false)] {
        let context = Context { whole, converting, now: Some(1_760_000_000), ..Context::none() };
        let mut scratch = Scratch::default();
        let judgement = judge(data, &context, &mut scratch);
        for finding in judgement.findings.iter() {
            assert!(
                finding.span.end as usize <= data.len(),
                "{}: a finding is inside of the URL",
                finding.rule.id
            );
        }
    }
});
