//! Tables: csv and tsv.

use super::*;

fn no_field() -> RowProblem {
    RowProblem::NoField { field: "url".to_owned() }
}

fn empty() -> RowProblem {
    RowProblem::Empty { field: "url".to_owned() }
}

#[test]
fn the_url_is_in_the_named_column() {
    let csv = "id,url,note\r\n1,https://a,x\r\n\r\n2,\"https://b?c=1,2\",y\r\n";
    assert_eq!(seen(Format::Csv, csv), [ok(2, 3, "https://a"), ok(4, 4, "https://b?c=1,2")]);
    assert_eq!(seen(Format::Tsv, "url\tid\n https://a \t1\n"), [ok(2, 2, "https://a")]);
}

#[test]
fn a_record_without_url_is_a_problem_and_only_blank_lines_are_skipped() {
    let rows = seen(Format::Csv, "id,url\n1\n2,\n  \n3,\"\"\n#4,https://a\n");
    assert_eq!(
        rows,
        [
            (2, 2, Err(no_field())),
            (3, 3, Err(empty())),
            (5, 3, Err(empty())),
            ok(6, 4, "https://a")
        ]
    );
    assert_eq!(seen(Format::Tsv, "id\turl\n\t\n"), [(2, 2, Err(empty()))]);
}

#[test]
fn columns_see_through_quotes() {
    // Line 2 is `é,"https://a?b=""c"""`; the first quote of the URL is its byte 12.
    let csv = "id,url\né,\"https://a?b=\"\"c\"\"\"\n";
    assert_eq!(columns(Format::Csv, csv, [0, 11, 12, 13, 14]), [4, 15, 16, 18, 19]);
}

#[test]
fn line_and_column_are_those_of_the_url_in_a_record_of_several_lines() {
    let csv = "note,url\n\"one\ntwo\nthree\",https://a\n,https://b\n";
    assert_eq!(seen(Format::Csv, csv), [ok(4, 8, "https://a"), ok(5, 2, "https://b")]);
    let inside = "url\n\"\n https://a\n\"\n";
    assert_eq!(seen(Format::Csv, inside), [ok(3, 2, "https://a")]);
}

#[test]
fn a_url_broken_over_lines_has_columns_that_go_up() {
    assert_eq!(columns(Format::Csv, "url\n\"ab\ncd\"\n", [0, 2, 3, 5]), [2, 4, 5, 7]);
}

#[test]
fn every_other_column_is_carried_under_a_name_of_its_own() {
    let csv = "id,url,id,url,\"a \"\"b\"\"\"\n1,https://a,2,3,\" x\",5,6\n";
    assert_eq!(source(Format::Csv, csv).header(), ["id", "id_2", "url_2", "a \"b\""]);
    assert_eq!(
        carried(Format::Csv, csv),
        ["id=1", "id_2=2", "url_2=3", "a \"b\"= x", "column6=5", "column7=6"]
    );
    assert_eq!(carried(Format::Csv, "column3,url\nx,https://a,y\n"), ["column3=x", "column3_=y"]);
    assert_eq!(carried(Format::Csv, "url,a,b\nhttps://a,1\r\n"), ["a=1", "b="]);
    assert_eq!(carried(Format::Csv, "a,url\n1\n"), ["a=1"], "also beside a problem");
}

#[test]
fn a_header_without_the_column_is_refused_with_the_columns_there_are() {
    let text = refusal(Format::Csv, "id,URL\n1,https://a\n");
    assert!(text.contains("no column `url` in the header of list: it has `id`, `URL`"), "{text}");
    assert!(text.contains("--field NAME"), "{text}");
    assert!(refusal(Format::Csv, "\"url\n").contains("opens a quote"));
    assert!(refusal(Format::Csv, &"x".repeat(MAX_ROW + 1)).contains("longer than 1 MiB"));
}

#[test]
fn a_refusal_shows_nothing_of_a_url_that_stands_where_the_header_should() {
    let text = refusal(Format::Csv, "https://host/embed/1?:oauth_token=a,bcd&:signature=efg\n");
    assert!(text.contains("it has a URL where the names of the columns should be"), "{text}");
    assert!(!text.contains("bcd") && !text.contains("efg"), "{text}");
}

#[test]
fn blank_lines_before_the_header_and_a_table_without_rows_are_no_errors() {
    assert_eq!(seen(Format::Csv, "\n \r\nurl\nhttps://a\n"), [ok(4, 1, "https://a")]);
    assert!(seen(Format::Csv, "").is_empty());
    assert!(seen(Format::Csv, "\n").is_empty());
    assert!(seen(Format::Csv, "url").is_empty());
}

#[test]
fn a_quote_open_at_the_end_costs_one_line() {
    let csv = "id,url\n1,https://a\n2,\"https://b\n3,https://c\n4,https://d";
    assert_eq!(
        seen(Format::Csv, csv),
        [
            ok(2, 3, "https://a"),
            (3, 3, Err(RowProblem::OpenQuote)),
            ok(4, 3, "https://c"),
            ok(5, 3, "https://d"),
        ]
    );
}

#[test]
fn a_quote_open_in_a_large_file_costs_one_line() {
    let rows: String = joined(4..=100_000, |n| format!("{n},https://host/{n}\n"));
    assert!(rows.len() > 2 * MAX_ROW);
    let last = "100001,\"https://host/\n100001\"\n";
    let found = seen(Format::Csv, format!("id,url\n2,https://a\n3,\"https://b\n{rows}{last}"));
    assert_eq!(found[1], (3, 3, Err(RowProblem::OpenQuote)));
    assert_eq!(found.len(), 100_000);
    for (line, row) in (4..=100_000).zip(&found[2..]) {
        let column = line.to_string().len() as u64 + 2;
        assert_eq!(*row, ok(line, column, &format!("https://host/{line}")));
    }
    assert_eq!(found[99_999], ok(100_001, 9, "https://host/\n100001"), "quotes hold again");
}

#[test]
fn a_record_over_the_limit_is_read_line_by_line() {
    let cell = "x\n".repeat(MAX_ROW / 2);
    let rows = seen(Format::Csv, format!("url\n\"{cell}\"\nhttps://a\n"));
    assert_eq!(rows[0], (2, 1, Err(RowProblem::OpenQuote)));
    assert_eq!(rows[1], ok(3, 1, "x"));
    assert_eq!(rows.last().unwrap(), &ok(MAX_ROW as u64 / 2 + 3, 1, "https://a"));
    let long = format!("url\n\"{}\"\nhttps://a\n", "x".repeat(MAX_ROW));
    let limit = MAX_ROW;
    assert_eq!(
        seen(Format::Csv, long),
        [(2, 1, Err(RowProblem::TooLong { limit })), ok(3, 1, "https://a")]
    );
}

#[test]
fn nothing_is_lost_where_blocks_are_cut() {
    let row = |n| format!("\"note {n}\nmore\",\"https://host/{n}\"\n");
    let body = joined(0..=39_999, row);
    assert!(body.len() > 4 * BLOCK_SIZE);
    let rows = seen(Format::Csv, format!("note,url\n{body}"));
    assert_eq!(rows.len(), 40_000);
    for (n, row) in (0..).zip(&rows) {
        assert_eq!(*row, ok(2 * n + 3, 8, &format!("https://host/{n}")));
    }
}

#[test]
fn a_url_that_an_unquoted_comma_cuts_is_a_problem_and_a_quoted_one_is_not() {
    let rows = |text: &str| -> Vec<Result<String, RowProblem>> {
        let options = Options { format: Some(Format::Csv), ..Options::default() };
        let reader = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
        let mut source = Source::from_reader("list", reader, &options).unwrap();
        let block = source.next_block().unwrap().unwrap();
        let text =
            |row: Row<'_>| row.content.map(|url| String::from_utf8(url.into_owned()).unwrap());
        block.rows().map(text).collect()
    };
    assert_eq!(
        rows(
            "id,url\n1,https://h/?:teams=A,B\n2,\"https://h/?:teams=A,B\"\n3,\"https://h/\",note\n4,https://h/,\n"
        ),
        [
            Err(RowProblem::Surplus),
            Ok("https://h/?:teams=A,B".to_owned()),
            Ok("https://h/".to_owned()),
            Ok("https://h/".to_owned()),
        ]
    );
}
