//! One JSON object a line.

use super::*;

#[test]
fn the_url_is_a_string_of_the_object_with_its_escapes_undone() {
    let input = "{\"url\":\"https://a?b\\u0026c\"}\r\n\n{\"id\": {\"url\": 1}, \"url\" : \"https:\\/\\/b\"}";
    assert_eq!(seen(Format::Jsonl, input), [ok(1, 9, "https://a?b&c"), ok(3, 29, "https://b")]);
}

#[test]
fn columns_see_through_escapes() {
    // `{"é":1,"url":"a\u0026b\ud83d\ude00c"}`: `a` is the 15th character.
    let line = r#"{"é":1,"url":"a\u0026b\ud83d\ude00c"}"#;
    assert_eq!(columns(Format::Jsonl, line, [0, 1, 2, 3, 7, 8]), [15, 16, 22, 23, 35, 36]);
    assert_eq!(columns(Format::Jsonl, "{\"url\":\" \\n x\"}", [0, 1]), [13, 14], "trimmed");
}

#[test]
fn the_other_keys_are_carried_as_they_are_written() {
    let line = r#"{"b": 1.0, "url": "https://a", "a\n": [ 1 ], "b": null}"#;
    assert_eq!(carried(Format::Jsonl, line), ["b=1.0", "a\n=[ 1 ]", "b=null"]);
}

#[test]
fn what_is_no_record_is_a_problem_that_says_what_to_do() {
    let field = || "url".to_owned();
    for (line, column, problem) in [
        ("{}", 1, RowProblem::NoField { field: field() }),
        ("{\"url\":\" \"}", 8, RowProblem::Empty { field: field() }),
        ("{\"url\": 1}", 9, RowProblem::FieldNotText { field: field(), found: "a number" }),
        ("{\"url\":null}", 8, RowProblem::FieldNotText { field: field(), found: "null" }),
    ] {
        assert_eq!(seen(Format::Jsonl, line), [(1, column, Err(problem))], "{line}");
    }
    for (line, column, says) in [
        ("[", 1, "jq -c '.[]'"),
        ("https://a", 1, "start with `{` (column 1)"),
        ("{\"é\": x}", 7, "expected value (column 7)"),
        ("{\"url\": \"https://a\",", 21, "jq -c ."),
        ("{\"url\":\"\\ud800\"}", 15, "hex escape"),
    ] {
        let rows = seen(Format::Jsonl, line);
        let [(1, at, Err(problem @ RowProblem::NotJson(_)))] = rows.as_slice() else {
            panic!("{line}: {rows:?}");
        };
        assert!(problem.to_string().contains(says), "{line}: {problem}");
        assert_eq!(*at, column, "{line}: {problem}");
    }
    let rows = seen(Format::Jsonl, b"{\"url\":\"\xff\"}\n{\"url\":\"https://a\"}\n");
    assert!(matches!(rows[0], (1, 9, Err(RowProblem::NotJson(_)))));
    assert_eq!(rows[1], ok(2, 9, "https://a"));
}
