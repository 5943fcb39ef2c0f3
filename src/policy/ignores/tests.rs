//! What comments hide, and what is said of them.

use super::*;

/// 2026-06-15.
const TODAY: u64 = 1_781_481_600;

/// Findings of `theme-case` at every `@`; at every `«` up to the next `»`.
fn found(text: &str) -> Vec<Found> {
    let span = |(at, mark): (usize, &str)| {
        let end = if mark == "@" { at + 1 } else { at + text[at..].find('»').unwrap() };
        Span::new(at, end)
    };
    let found = |place| Found::new(Finding::new(find("theme-case").unwrap(), span(place)));
    text.match_indices(['@', '«']).map(found).collect()
}

fn apply_to(text: &str, found: &[Found]) -> (Vec<bool>, Vec<Found>) {
    let needles: Vec<_> =
        text.match_indices("2jwt:").map(|(at, _)| u32::try_from(at).unwrap()).collect();
    Ignores::new(Day::of(TODAY)).apply(text.as_bytes(), &needles, found)
}

/// Which findings are hidden (`x`) or not (`.`), and what is said of the comments, each with its place.
fn apply(text: &str) -> (String, Vec<String>) {
    let (hidden, said) = apply_to(text, &found(text));
    let said = said.iter().map(|found| {
        assert_eq!(found.finding.rule.id, "unused-suppression");
        let place = String::from_utf8_lossy(found.finding.span.of(text.as_bytes()));
        format!("{place}: {}", found.finding.message)
    });
    (hidden.iter().map(|hidden| if *hidden { 'x' } else { '.' }).collect(), said.collect())
}

/// The same of a text whose comments all hide something.
#[track_caller]
fn hidden(text: &str) -> String {
    let (hidden, said) = apply(text);
    assert_eq!(said, [""; 0], "{text}");
    hidden
}

const UNUSED: &str = "this comment hides no finding";

#[test]
fn a_comment_is_for_its_own_line_or_else_for_the_one_below() {
    assert_eq!(hidden("@ # embed2jwt: ignore\n@\n"), "x.");
    assert_eq!(hidden("@\n# embed2jwt: ignore\n@\n@"), ".x.");
    assert_eq!(hidden("@ @ <!-- embed2jwt: ignore -->\r\n@"), "xx.");
    assert_eq!(hidden("// embed2jwt: ignore\n@ @"), "xx");
}

#[test]
fn a_finding_of_several_lines_is_hidden_from_above_and_from_within() {
    assert_eq!(hidden("# embed2jwt: ignore\n«\n\n»\n@"), "x.");
    assert_eq!(hidden("«\n # embed2jwt: ignore\n @ »\n@"), "x..");
    assert_eq!(hidden("«\n x» # embed2jwt: ignore\n@"), "x.");
    let (hidden, said) = apply("«\n»\n# embed2jwt: ignore\n\n@");
    assert_eq!((&*hidden, said.len()), ("..", 1));
}

#[test]
fn any_comment_of_any_language_will_do() {
    for text in [
        "@ # embed2jwt: ignore",
        "@ // embed2jwt:ignore",
        "@ /* embed2jwt: ignore */",
        "@ -- embed2jwt:  ignore because of this and that",
        "@ %embed2jwt: ignore",
        "@ {# embed2jwt: ignore #}",
        "@ (*embed2jwt: ignore*)",
        "@ ; embed2jwt: ignore, please",
        "{\"url\": \"@\", \"//\": \"embed2jwt: ignore\"}",
    ] {
        assert_eq!(hidden(text), "x", "{text}");
    }
}

#[test]
fn what_only_looks_like_a_comment_is_none() {
    for text in [
        "@ `embed2jwt: ignore` hides it",
        "@ # embed2jwt: nothing was found",
        "@ # embed2jwt: a linter",
        "@ # embed2jwt: disable",
        "@ # my-embed2jwt: ignore",
        "@ # embed2jwt: \n ignore",
    ] {
        assert_eq!(apply(text), (".".to_owned(), vec![]), "{text}");
    }
}

#[test]
fn a_comment_that_is_misspelt_hides_nothing_and_is_told() {
    for word in [
        "ingore",
        "ignor",
        "Ignore",
        "IGNORE",
        "ignored",
        "ignore-next-line",
        "ignore_file",
        "ignores",
    ] {
        let (hidden, said) = apply(&format!("@ # embed2jwt: {word}[theme-case] why"));
        assert_eq!(hidden, ".", "{word}");
        let message = "this comment hides nothing: its first word is misspelt";
        assert_eq!(said, [format!("{word}: {message}")]);
    }
    let found = apply_to("# embed2jwt: ingore", &[]).1;
    assert_eq!(
        found[0].finding.suggestion,
        "write `ignore`, on the line of the finding or the one above it"
    );
}

#[test]
fn a_rule_without_brackets_is_no_reason() {
    for rule in [
        "theme-case",
        "theme-case, invalid-mode",
        "(theme-case)",
        ": theme-case",
        "invalid-mode why",
    ] {
        let (hidden, said) = apply(&format!("@ # embed2jwt: ignore {rule}"));
        assert_eq!(hidden, ".", "{rule}");
        assert!(
            said[0].ends_with(": this comment hides nothing: a rule needs brackets"),
            "{said:?}"
        );
    }
    let found = apply_to("# embed2jwt: ignore theme-case", &[]).1;
    assert_eq!(found[0].finding.suggestion, "write `ignore[theme-case]`");
    assert_eq!(hidden("@ # embed2jwt: ignore the theme-case of old"), "x");
}

#[test]
fn rules_can_be_named() {
    assert_eq!(hidden("@ # embed2jwt: ignore[theme-case]"), "x");
    assert_eq!(hidden("@ # embed2jwt: ignore [ invalid-mode , theme-case ] why"), "x");
    let (hidden, said) = apply("@ # embed2jwt: ignore[invalid-mode] why");
    assert_eq!(hidden, ".");
    assert_eq!(said, [format!("embed2jwt: ignore[invalid-mode]: {UNUSED}")]);
    let (hidden, said) = apply("@ # embed2jwt: ignore[]");
    assert_eq!((&*hidden, said.len()), (".", 1));
}

#[test]
fn a_comment_may_stand_right_behind_what_begins_it() {
    for begins in ["//", "///", "--", "<!--", "/*", "#", ";", "%", "{{!--"] {
        assert_eq!(hidden(&format!("@ {begins}embed2jwt: ignore")), "x", "{begins}");
    }
    for part in
        ["x-embed2jwt: ignore", "a/embed2jwt: ignore", "`embed2jwt: ignore`", "_embed2jwt: ignore"]
    {
        assert_eq!(apply(&format!("@ {part}")), (".".to_owned(), vec![]), "{part}");
    }
}

#[test]
fn a_list_without_an_end_hides_nothing() {
    let (hidden, said) = apply("@ # embed2jwt: ignore[theme-case reason");
    assert_eq!(hidden, ".");
    assert_eq!(
        said,
        ["embed2jwt: ignore[: this comment hides nothing: its list of rules is not closed"]
    );
}

#[test]
fn a_rule_that_does_not_exist_is_told_though_another_one_hides() {
    let (hidden, said) = apply("@ # embed2jwt: ignore[theme-csae, theme-case]");
    assert_eq!(hidden, "x");
    assert_eq!(said, ["theme-csae: there is no rule `theme-csae`"]);
    let found = apply_to("# embed2jwt: ignore[theme-csae]", &[]).1;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].finding.suggestion, "did you mean `theme-case`?");
    // A text that looks like none may be anything.
    let (_, said) = apply("# embed2jwt: ignore[0123456789abcdef]");
    assert_eq!(said, ["0123456789abcdef: no such rule"]);
}

#[test]
fn a_comment_that_hides_nothing_is_told() {
    let (hidden, said) = apply("# embed2jwt: ignore\n\n@\n# embed2jwt: ignore it");
    assert_eq!(hidden, ".");
    assert_eq!(
        said,
        [format!("embed2jwt: ignore: {UNUSED}"), format!("embed2jwt: ignore: {UNUSED}")]
    );
}

#[test]
fn a_comment_is_good_until_the_end_of_its_day() {
    assert_eq!(hidden("@ # embed2jwt: ignore until=2026-06-15"), "x");
    assert_eq!(hidden("@ # embed2jwt: ignore[theme-case] T-1 until=2027-01-31-->"), "x");
    let (hidden, said) = apply("@ # embed2jwt: ignore[theme-case] until=2026-06-14 why");
    assert_eq!(hidden, ".");
    assert_eq!(
        said,
        [
            "embed2jwt: ignore[theme-case] until=2026-06-14: this comment is past its date, 2026-06-14: it hides nothing"
        ]
    );
    for date in ["2026-02-29", "2026-13-01", "soon", "", "31.01.2027"] {
        let (hidden, said) = apply(&format!("@ # embed2jwt: ignore until={date}"));
        assert_eq!(hidden, ".", "{date}");
        let named = format!("there is no day `{}`", date.get(..10).unwrap_or(date));
        assert!(said[0].ends_with(&named), "{said:?}");
    }
}

#[test]
fn many_comments_and_findings_take_no_longer_than_their_number() {
    let text = "x # embed2jwt: ignore\n".repeat(20_000) + &".\n".repeat(20_000);
    let found: Vec<_> = (0..20_000)
        .map(|n| {
            let mut found = found("@").remove(0);
            found.finding.span = Span::new(n * 22, text.len() - 2 * n);
            found
        })
        .collect();
    let started = std::time::Instant::now();
    let (hidden, said) = apply_to(&text, &found);
    assert!(hidden.iter().all(|hidden| *hidden) && said.is_empty());
    assert!(started.elapsed() < std::time::Duration::from_secs(5));
}
