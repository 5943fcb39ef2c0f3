//! Lists of one URL a line.

use super::*;

#[test]
fn a_line_is_a_url_whatever_its_end_and_the_white_space_around_it() {
    let rows = seen(Format::Lines, "https://a\r\n\n  # note\n\t https://b \nhttps://c");
    assert_eq!(rows, [ok(1, 1, "https://a"), ok(4, 3, "https://b"), ok(5, 1, "https://c")]);
}

#[test]
fn an_empty_source_has_no_block() {
    assert!(source(Format::Lines, "").next_block().unwrap().is_none());
    assert!(seen(Format::Lines, "\n\n# nothing\n").is_empty());
}

#[test]
fn bytes_that_are_no_text_pass_through() {
    let block = source(Format::Lines, b"https://\xff\0x\n").next_block().unwrap().unwrap();
    let row = block.rows().next().unwrap();
    assert_eq!(row.content.as_deref(), Ok(b"https://\xff\0x".as_slice()));
    assert_eq!(row.column(10), 11, "each of the two counts as one character");
}

#[test]
fn columns_count_characters() {
    assert_eq!(columns(Format::Lines, "\u{a0} é😀", [0, 2, 3, 5, 9]), [1, 2, 3, 4, 5]);
}

#[test]
fn the_limit_is_exact_and_the_next_row_is_right() {
    for (length, fits) in [(MAX_ROW, true), (MAX_ROW + 1, false)] {
        let rows = seen(Format::Lines, format!("a\n{}\nb\n", "x".repeat(length)));
        assert_eq!(rows[1].2.is_ok(), fits);
        assert_eq!((rows[1].0, &rows[2]), (2, &ok(3, 1, "b")));
    }
}

#[test]
fn a_line_of_100_mb_is_one_problem_and_never_held() {
    let long = io::repeat(b'x').take(100_000_000);
    let reader = Cursor::new("a\n").chain(long).chain(Cursor::new("\nb\n"));
    let mut source =
        Source::from_reader("list", Box::new(reader), &options(Format::Lines)).unwrap();
    let mut rows = Vec::new();
    let mut largest = 0;
    while let Some(block) = source.next_block().unwrap() {
        largest = largest.max(block.data.capacity());
        rows.extend(block.rows().map(|row| (row.line, row.content.is_ok())));
    }
    assert_eq!(rows, [(1, true), (2, false), (3, true)]);
    assert!(largest <= 2 * (MAX_ROW + BLOCK_SIZE), "{largest}");
    assert_eq!(source.bytes_read(), 100_000_005);
}

#[test]
fn lines_are_counted_across_blocks() {
    let input: String = joined(1..=200_000, |n| format!("https://host/{n}\n"));
    assert!(input.len() > 4 * BLOCK_SIZE);
    let rows = seen(Format::Lines, input);
    assert_eq!(rows.len(), 200_000);
    for (index, row) in (1..).zip(&rows) {
        assert_eq!(*row, ok(index, 1, &format!("https://host/{index}")));
    }
}
