//! A map of any bytes in any format is read or refused, and every entry that was read is found by its id.
#![no_main]

use embed2jwt::map::{EmbedMap, Format};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for format in [Format::Csv, Format::Tsv, Format::Json, Format::Toml, Format::of_content(data)] {
        let mut map = EmbedMap::default();
        match map.parse("map", data, format) {
            Ok(()) => {
                for entry in map.entries() {
                    assert!(
                        map.get(entry.embed_id.as_bytes()).is_some(),
                        "an entry is found by its id"
                    );
                }
            }
            Err(error) => drop(format!("{error} {error:?}")),
        }
    }
});
