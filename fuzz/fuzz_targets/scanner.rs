//! Whatever a file holds: findings and fixes are inside of it, and the fixes of `check --fix` come to an end.
#![no_main]

use embed2jwt::judge::{Judgement, Scratch};
use embed2jwt::rule::{Context, Fix, Safety, Text};
use embed2jwt::scan::{Bases, Needles, Options, examine, fix};
use libfuzzer_sys::fuzz_target;

/// Every embed is in the same workbook.
struct One;

impl Bases for One {
    fn base(&self, _: &Judgement<'_>) -> Option<Vec<u8>> {
        Some(b"https://app.sigmacomputing.com/acme/workbook/Sales-r0WXMPpc0YtQCTFR7CdDK".to_vec())
    }

    fn unsigned(&self, judgement: &Judgement<'_>) -> Option<Vec<u8>> {
        let mut url = self.base(judgement)?;
        url.extend_from_slice(b"?:embed=true");
        Some(url)
    }
}

fn fixes(file: &[u8], unsafe_too: bool) -> Vec<Fix> {
    let context = Context { fixing: true, ..Context::none() };
    let needles = Needles::new(&context, &["embed2jwt"]);
    let options = Options { context: &context, needles: &needles, bases: Some(&One), most: 10_000 };
    let text = Text::new(file);
    let examined = examine(&text, &options, &mut Scratch::default());
    let length = text.bytes().len();
    let mut end = 0;
    for span in &examined.spans {
        assert!(
            end <= span.start && span.end as usize <= length,
            "URLs are in order, apart, and inside"
        );
        end = span.end;
    }
    for found in &examined.found {
        assert!(
            found.finding.span.end as usize <= length,
            "{}: a finding is inside",
            found.finding.rule.id
        );
        let place = text.in_file(found.finding.span);
        assert!(
            place.end as usize <= file.len(),
            "{}: also in bytes of the file",
            found.finding.rule.id
        );
    }
    let fixes = examined.found.into_iter().filter_map(|found| found.fix);
    let fixes: Vec<_> = fixes.filter(|fix| unsafe_too || fix.safety == Safety::Safe).collect();
    assert!(fixes.iter().all(|fix| fix.span.end as usize <= length), "a fix is inside");
    fixes
}

fuzz_target!(|data: &[u8]| {
    for unsafe_too in [false, true] {
        let mut file = data.to_vec();
        let mut rounds = 0;
        loop {
            let found = fixes(&file, unsafe_too);
            let next = fix::apply(&file, &Text::new(&file), &found);
            if next == file {
                break;
            }
            file = next;
            rounds += 1;
            assert!(rounds <= 100, "fixes come to an end");
        }
    }
});
