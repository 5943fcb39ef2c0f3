//! A baseline of any bytes is read or refused; one that was read is written as one that reads the same.
#![no_main]

use embed2jwt::policy::Baseline;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(baseline) = Baseline::parse("baseline", data) {
        let written = baseline.write();
        let Ok(again) = Baseline::parse("baseline", &written) else {
            panic!("what was written is read");
        };
        assert_eq!(again.write(), written, "and written the same");
    }
});
