//! What is found in code, and what is not: texts with their findings marked by hand.

mod fixes;
mod texts;

use proptest::prelude::*;

use texts::{BUILDERS, LOOK_ALIKES};

use super::*;
use crate::dialect::params::Parameter;
use crate::scan::Needles;

fn look(text: &[u8]) -> Vec<Found> {
    look_beside(&[], text, &Context::none())
}

/// What is found outside of these spans.
fn look_beside(taken: &[Span], text: &[u8], context: &Context<'_>) -> Vec<Found> {
    let needles = &Needles::new(context, &[]);
    let colons = needles.search(text, context, 0).colons;
    let mut found = Vec::new();
    let options = Options { context, needles, bases: None, most: usize::MAX };
    examine(text, &colons, taken, &options, &mut found);
    found.sort_by_key(|found| (found.finding.span, found.finding.rule.index));
    found
}

/// Takes the marks off a text: `⟦rule rule|what they are about⟧`.
fn unmark(marked: &str) -> (String, Vec<(String, Span)>) {
    let (mut text, mut places) = (String::new(), Vec::new());
    let mut rest = marked;
    while let Some((before, inside)) = rest.split_once('⟦') {
        text.push_str(before);
        let (inside, after) = inside.split_once('⟧').unwrap();
        let (rules, about) = inside.split_once('|').unwrap();
        let span = Span::new(text.len(), text.len() + about.len());
        places.extend(rules.split(' ').map(|rule| (rule.to_owned(), span)));
        text.push_str(about);
        rest = after;
    }
    text.push_str(rest);
    (text, places)
}

/// What is found in a text, in the form of [`unmark`].
fn places(text: &str) -> Vec<(String, Span)> {
    let place = |found: &Found| (found.finding.rule.id.to_owned(), found.finding.span);
    look(text.as_bytes()).iter().map(place).collect()
}

fn assert_marked(name: &str, marked: &str) {
    let (text, mut expected) = unmark(marked);
    let mut found = places(&text);
    expected.sort();
    found.sort();
    let shown = |places: &[(String, Span)]| -> Vec<String> {
        let show = |(rule, span): &(String, Span)| {
            format!("{rule} {}", String::from_utf8_lossy(span.of(text.as_bytes())))
        };
        places.iter().map(show).collect()
    };
    assert_eq!(shown(&found), shown(&expected), "{name}");
    assert_eq!(found, expected, "{name}");
}

#[test]
fn builders_are_found_at_their_places_in_every_language() {
    for (name, marked) in BUILDERS {
        assert_marked(name, marked);
    }
}

#[test]
fn code_that_only_shares_the_words_is_left_alone() {
    for (name, text) in LOOK_ALIKES {
        assert_marked(name, text);
    }
}

#[test]
fn the_group_names_every_parameter_with_its_fate() {
    let found = look(
        b"'?:nonce=' + n + '&:client_id=' + c + '&:mode=userbacked&:theme=Dark&:hide_run_as_recipient=' + h \
          + '&:show_footer=true&:nonce=' + n + '&:ua_' + k + '&:foo=1'",
    );
    let first = found.first().unwrap();
    assert_eq!(
        first.finding.message,
        "this code builds a legacy signed URL: `:nonce` (claim `jti`), `:client_id` (header `kid`), \
         `:mode` (dropped: nothing needs it), `:theme` (kept), `:hide_run_as_recipient` (unsupported), \
         `:show_footer` (replaced by `:menu_position`), `:ua_\u{2026}` (claim `user_attributes`), `:foo` (unknown)"
    );
}

#[test]
fn a_literal_value_decides_how_much_it_weighs() {
    for (code, severity, suggestion) in [
        ("'&:hide_run_as_recipient=false'", "info", "remove it"),
        ("'&:hide_run_as_recipient=true'", "warning", Id::HideRunAsRecipient.row().remedy),
        ("'&:hide_run_as_recipient=' + x", "warning", Id::HideRunAsRecipient.row().remedy),
        ("'&:hide_run_as_recipient=${x}'", "warning", Id::HideRunAsRecipient.row().remedy),
        ("'&:hide_run_as_recipient=false${x}'", "warning", Id::HideRunAsRecipient.row().remedy),
        ("'&:hide_run_as_recipient=false{% endif %}'", "info", "remove it"),
        ("'&:hide_run_as_recipient=false{{/if}}&:lng=de'", "info", "remove it"),
        ("'&:hide_run_as_recipient=false<% end %>'", "info", "remove it"),
        ("'&:hide_run_as_recipient=%05d'", "warning", Id::HideRunAsRecipient.row().remedy),
        ("'&:hide_run_as_recipient=false' + x", "warning", Id::HideRunAsRecipient.row().remedy),
        ("'&:hide_run_as_recipient=false' + '&:lng=de'", "info", "remove it"),
        ("'&:show_footer=fa' + 'lse'", "warning", Id::ShowFooter.row().remedy),
        ("'&:show_footer=((footer))'", "warning", Id::ShowFooter.row().remedy),
        ("'&:show_footer=[% footer %]'", "warning", Id::ShowFooter.row().remedy),
        ("'&:showUnderlyingData=true'", "info", "remove it"),
        ("'&:show_footer=false'", "warning", "use `:menu_position=none`"),
        ("'&:show_footer=' + x", "warning", Id::ShowFooter.row().remedy),
        ("'&:show_footer=@Model.Footer'", "warning", Id::ShowFooter.row().remedy),
        ("'&:show_footer=FOOTER'", "warning", Id::ShowFooter.row().remedy),
        (
            "\"&:hide_run_as_recipient=false\\(more)\"",
            "warning",
            Id::HideRunAsRecipient.row().remedy,
        ),
    ] {
        let found = look(code.as_bytes());
        let own = &found.iter().find(|found| found.parameter.is_some()).unwrap().finding;
        assert_eq!((own.severity.name(), &*own.suggestion), (severity, suggestion), "{code}");
    }
}

#[test]
fn far_parameters_are_of_two_groups() {
    let apart = |lines: usize, bytes: usize| {
        let gap = format!("{}{}", "\n".repeat(lines), " ".repeat(bytes));
        let text = format!("'&:session_length=' + e{gap}'&:nonce=' + n");
        places(&text).len()
    };
    assert_eq!(apart(20, 0), 1);
    assert_eq!(apart(21, 0), 2);
    assert_eq!(apart(0, 1_900), 1);
    assert_eq!(apart(0, 2_100), 2);
}

#[test]
fn whole_urls_are_left_to_others() {
    let text = b"'https://x/?:email=a&:hide_run_as_recipient=true' + '&:nonce=' + n";
    let found = look_beside(&[Span::new(1, 36)], text, &Context::none());
    let spans: Vec<_> = found.iter().map(|found| found.finding.span.of(text)).collect();
    assert_eq!(spans, [b":nonce"]);
}

/// Whether one of the names that the prefilter looks for stands in a text.
fn has_necessary(text: &str) -> bool {
    let names = necessary(&Context::none());
    [":", "3A", "3a"].iter().any(|colon| {
        text.match_indices(colon).any(|(at, _)| {
            let behind = &text[at + colon.len()..];
            names.iter().any(|name| behind.starts_with(name))
        })
    })
}

#[test]
fn every_builder_has_one_of_the_necessary_names() {
    for (name, marked) in BUILDERS {
        assert!(has_necessary(&unmark(marked).0), "{name}");
    }
    assert!(!has_necessary("'?:jwt=' + token + '&:theme=Dark'"));
}

#[test]
fn the_configuration_adds_names_that_are_necessary() {
    let mut rows = Overlay::default();
    let row = |id: Id, name| Parameter { name, fate: Fate::Unsupported, ..id.row().clone() };
    rows.insert(row(Id::Unknown, "old_one"));
    rows.insert(row(Id::Theme, "theme"));
    let context = Context { parameters: Some(&rows), ..Context::none() };
    let names = necessary(&context);
    assert!(names.contains(&"old_one") && names.contains(&"theme") && names.contains(&"ua_"));
    let found = look_beside(&[], b"x = '?:old_one=1&:theme=Dark'", &context);
    let said: Vec<_> =
        found.iter().map(|found| (found.finding.rule.id, found.parameter.as_deref())).collect();
    assert_eq!(
        said,
        [
            ("unknown-parameter", Some("old_one")),
            ("legacy-url-builder", None),
            ("unknown-parameter", Some("theme"))
        ]
    );
}

#[test]
fn hostile_texts_take_linear_time() {
    for piece in [
        ":email=",
        "&:",
        "\"",
        "&:email=",
        "\":email\"",
        ",:email",
        "&:hide_run_as_recipient=false",
        "&:ab=",
        ":email=x:email=x",
        "&:email=\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
        "%253A",
        "\\",
        "\":nonce\"\n",
    ] {
        let text = piece.repeat(400_000 / piece.len());
        let start = std::time::Instant::now();
        look(text.as_bytes());
        // A quadratic search would take minutes.
        assert!(start.elapsed().as_secs() < 10, "{piece:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_and_the_spans_lie_in_it(
        pieces in prop::collection::vec(prop::sample::select(vec![
            ":", "%3A", "?", "&", "&amp;", "\\u0026", "=", "%3D", "\"", "'", "`", "\\", "\n", " ", "${x}", "%s", "%", ";",
            "email", "nonce", "hide_run_as_recipient", "show_footer", "ua_", "jwt", "true", "false", "menu_position", "foo", "\u{201c}", "\u{e9}",
        ]), 0..60),
    ) {
        let text = pieces.concat();
        let found = look(text.as_bytes());
        prop_assert!(found.is_empty() || has_necessary(&text));
        for found in found {
            let span = found.finding.span;
            prop_assert!(!span.of(text.as_bytes()).is_empty());
            prop_assert!(text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize));
            if let Some(fix) = found.fix {
                prop_assert!(fix.span.end as usize <= text.len());
                prop_assert!(fix.span.start <= span.start && span.end <= fix.span.end);
            }
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        look(&bytes);
    }
}
