//! What a terminal shows of a map file's error: the line it is about, never too much, never a secret, whatever comes in.

use miette::{GraphicalReportHandler, GraphicalTheme};

use super::tests::{EMBED, read};
use super::tests_errors::{assert_has, told};
use super::*;

fn drawn(error: &MapError) -> String {
    let mut out = String::new();
    GraphicalReportHandler::new_themed(GraphicalTheme::none())
        .render_report(&mut out, error)
        .unwrap();
    out
}

#[test]
fn an_error_shows_the_line_it_is_about() {
    let text = "[\n  {\"embed_id\": \"1-a\",\n   \"org\": \"a/b\"}\n]";
    let drawn = drawn(&read(text, Format::Json).unwrap_err());
    assert_has(&drawn, &["[m:3:11]", "\"org\": \"a/b\"}", "here", "help: write only the slug"]);
}

#[test]
fn an_error_in_one_huge_line_shows_a_piece_of_it() {
    let rows = "{\"embed_id\":\"ä\",\"org\":\"ö\"},".repeat(5000);
    let error = read(&format!("[{rows}]"), Format::Json).unwrap_err();
    assert!(drawn(&error).chars().count() < 1500);
}

#[test]
fn a_signed_url_in_a_map_does_not_leak_its_signature() {
    let signature = "0123456789abcdef0123456789abcdef";
    let url =
        format!("https://app.sigmacomputing.com/embed/{EMBED}?:nonce=1&:signature={signature}");
    for (text, format) in [
        (format!("embed_id,workbook_id\n{url},{url}\n"), Format::Csv),
        (format!("[{{\"embed_id\":\"{url}\",\"org\":\"a b\"}}]"), Format::Json),
        (format!("[[embed]]\norg = '{url}'\nembed_id = 'a'\n"), Format::Toml),
        (format!("[[embed]]\n\"{url}\" = ''\n"), Format::Toml),
        (format!("[[embed]]\norg = '{url}\n"), Format::Toml),
    ] {
        let error = read(&text, format).unwrap_err();
        let all = format!("{} {} {error:?}", told(&error), drawn(&error));
        assert!(!all.contains("0123456789"), "{all}");
    }
}

#[test]
fn deep_nesting_and_long_files_are_no_harm() {
    let deep = "[".repeat(200_000);
    assert!(read(&deep, Format::Json).is_err());
    assert!(read(&format!("a = {deep}"), Format::Toml).is_err());
    let closed = format!("{deep}{}", "]".repeat(200_000));
    assert!(read(&closed, Format::Json).is_err());
    let rows: Vec<_> = (0..50_000).map(|row| format!("{row},w\n")).collect();
    let rows = format!("embed_id,workbook_id\n{}", rows.join("\n"));
    let map = read(&rows, Format::Csv).unwrap();
    assert_eq!(map.get(b"49999").unwrap().place.line, 100_000);
}

proptest::proptest! {
    #[test]
    fn whatever_a_file_holds_it_is_read_or_refused(
        text in r#"([\[\]{}",;=:\r\n\t 'é\\#.]|embed_id|embeds?|org|workbook_id|1-a|true|null|https://x/o/workbook/w|/embed/){0,40}"#,
        bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..40),
    ) {
        for format in [Format::Csv, Format::Tsv, Format::Json, Format::Toml] {
            for input in [text.as_bytes(), &bytes] {
                let mut map = EmbedMap::default();
                if let Err(error) = map.parse("m", input, format) {
                    assert!(!drawn(&error).is_empty());
                    assert!(map.is_empty());
                }
            }
        }
    }
}
