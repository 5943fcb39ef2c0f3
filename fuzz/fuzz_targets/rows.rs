//! A list of any bytes, in any format, compressed or not: rows come in order, and columns are counted from 1.
#![no_main]

use std::io::Cursor;

use embed2jwt::input::{Format, Options, Source};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for format in [Format::Lines, Format::Csv, Format::Tsv, Format::Jsonl] {
        let options = Options { format: Some(format), field: "url".to_owned(), delimiter: None };
        let reader = Box::new(Cursor::new(data.to_vec()));
        let Ok(mut source) = Source::from_reader("list", reader, &options) else { continue };
        let mut last = 0;
        while let Ok(Some(block)) = source.next_block() {
            for row in block.rows() {
                assert!(row.line >= last, "rows come in order");
                last = row.line;
                if let Ok(url) = &row.content {
                    let middle = row.column(url.len() / 2);
                    assert!((1..=row.column(url.len())).contains(&middle), "columns grow");
                }
                for _ in row.carried() {}
            }
        }
    }
});
