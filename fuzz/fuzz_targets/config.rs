//! A configuration of any bytes is read or refused in words.
#![no_main]

use std::path::Path;

use embed2jwt::policy::{Config, Words};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let file = Path::new("embed2jwt.toml");
    if let Err(error) = Config::parse(file, Path::new("."), data, &Words::default()) {
        assert!(!error.to_string().is_empty(), "an error has words");
    }
});
