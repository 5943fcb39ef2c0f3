//! Byte-order marks, UTF-16, gzip and zstd.

use super::*;

const LIST: &str = "https://a\nhttps://é\n";

fn rows() -> Vec<Seen> {
    vec![ok(1, 1, "https://a"), ok(2, 1, "https://é")]
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn zstd(text: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(text, ruzstd::encoding::CompressionLevel::Fastest)
}

fn utf16(bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{LIST}").encode_utf16().flat_map(bytes_of).collect()
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_row() {
    assert_eq!(seen(Format::Lines, format!("\u{feff}{LIST}")), rows());
    assert_eq!(seen(Format::Csv, "\u{feff}url\nhttps://a"), [ok(2, 1, "https://a")]);
    assert!(seen(Format::Lines, "\u{feff}").is_empty());
    assert_eq!(seen(Format::Lines, b"\xef\xbb"), [ok(1, 1, "\u{fffd}")]);
}

#[test]
fn utf_16_of_either_kind_is_read() {
    assert_eq!(seen(Format::Lines, utf16(u16::to_le_bytes)), rows());
    assert_eq!(seen(Format::Lines, utf16(u16::to_be_bytes)), rows());
    assert_eq!(seen(Format::Lines, gzip(&utf16(u16::to_le_bytes))), rows());
}

#[test]
fn gzip_and_zstd_are_known_by_their_first_bytes() {
    assert_eq!(seen(Format::Lines, gzip(LIST.as_bytes())), rows());
    assert_eq!(seen(Format::Lines, zstd(LIST.as_bytes())), rows());
    let csv = format!("\u{feff}url\n{LIST}");
    assert_eq!(seen(Format::Csv, gzip(csv.as_bytes())).len(), 2);
}

#[test]
fn a_stream_may_have_several_members_or_frames() {
    let (head, tail) = LIST.as_bytes().split_at(5);
    assert_eq!(seen(Format::Lines, [gzip(head), gzip(tail)].concat()), rows());
    assert_eq!(seen(Format::Lines, [zstd(head), zstd(tail)].concat()), rows());
    let skippable = b"\x5a\x2a\x4d\x18\x03\0\0\0abc".to_vec();
    let frames = [skippable.clone(), zstd(head), skippable, zstd(tail)].concat();
    assert_eq!(seen(Format::Lines, frames), rows());
}

#[test]
fn zstd_as_the_reference_tool_writes_it() {
    // printf 'https://a\nhttps://\303\251\n' | zstd -c | xxd -i: one raw block and a checksum.
    let mut bytes = b"\x28\xb5\x2f\xfd\x04\x58\xa9\x00\x00".to_vec();
    bytes.extend_from_slice(LIST.as_bytes());
    let body = bytes.clone();
    bytes.extend_from_slice(&CHECKSUM);
    assert_eq!(seen(Format::Lines, bytes), rows());
    let damaged = [body.as_slice(), &[0; 4]].concat();
    let (_, error) = drain(source(Format::Lines, damaged));
    assert!(matches!(error, Some(InputError::Decompress { compression: "zstd", .. })));
}

/// The low half of the XXH64 of [`LIST`], as `zstd` wrote it.
const CHECKSUM: [u8; 4] = [0xd4, 0x31, 0x15, 0xdd];

#[test]
fn a_stream_cut_off_gives_its_whole_rows_and_then_an_error() {
    let text: String = joined(0..=60_000, |n| format!("https://host/{}\n", n * 7919));
    for (compression, whole) in [("gzip", gzip(text.as_bytes())), ("zstd", zstd(text.as_bytes()))] {
        let part = &whole[..whole.len() / 2];
        let (rows, error) = drain(source(Format::Lines, part));
        assert!(!rows.is_empty(), "{compression}");
        for ((line, _, url), expected) in rows.iter().zip(text.lines()) {
            assert_eq!(url.as_deref(), Ok(expected), "{compression}, line {line}");
        }
        let Some(error @ InputError::Decompress { .. }) = error else { panic!("{error:?}") };
        assert!(error.to_string().contains(compression), "{error}");
        let next = rows.len() + 1;
        let help = miette::Diagnostic::help(&error).unwrap().to_string();
        assert!(help.contains(&format!("line {next} ")), "{help}");
    }
}
