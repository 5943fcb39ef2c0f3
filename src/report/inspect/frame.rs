//! A place in a URL, drawn: the URL in one line, or the part of it that has room, with a line under what is meant.

use crate::dialect::span::Span;
use crate::report::redact::one_line;
use crate::report::redact::{self, Secrets};

/// What a frame is drawn with.
struct Strokes {
    corners: [&'static str; 2],
    bars: [&'static str; 2],
    mark: &'static str,
    ellipsis: &'static str,
}

const UNICODE: Strokes = Strokes {
    corners: ["\u{256d}\u{2500}", "\u{2570}\u{2500}\u{2500}"],
    bars: ["\u{2502}", "\u{b7}"],
    mark: "\u{2500}",
    ellipsis: "\u{2026}",
};

/// For locales that have no more, and as miette draws there.
const ASCII: Strokes =
    Strokes { corners: [",-", "`--"], bars: ["|", ":"], mark: "^", ellipsis: "..." };

/// The lines of a frame. Nothing but what the redacted URL holds is ever drawn: the span only says what to underline.
pub(super) fn frame(
    text: &[u8],
    span: Span,
    place: &str,
    width: usize,
    ascii: bool,
    secrets: Secrets,
) -> [String; 4] {
    let Strokes { corners, bars, mark, ellipsis } = if ascii { ASCII } else { UNICODE };
    let shown = |bytes: &[u8]| one_line(&redact::url(bytes, secrets)).replace('\u{2026}', ellipsis);
    let characters: Vec<char> = shown(text).chars().collect();
    let upto = |end: u32| shown(text.get(..end as usize).unwrap_or(text)).chars().count();
    let start = upto(span.start).min(characters.len().saturating_sub(1));
    let end = upto(span.end).clamp(start + 1, characters.len().max(start + 1));

    // What stands before the place says which part of the URL it is; what stands behind it matters less.
    let room = width.saturating_sub(6).max(20);
    let (from, to) = if characters.len() <= room {
        (0, characters.len())
    } else {
        let from = start.saturating_sub(room / 3).min(characters.len() - room);
        (from, from + room)
    };
    let mut line: String = characters.get(from..to).unwrap_or_default().iter().collect();
    let mut lead = start.saturating_sub(from);
    if from > 0 {
        line.insert_str(0, ellipsis);
        lead += ellipsis.chars().count();
    }
    if to < characters.len() {
        line.push_str(ellipsis);
    }
    let mark = mark.repeat(end.min(to).saturating_sub(start).max(1));
    let [top, bottom] = corners;
    let [bar, dot] = bars;
    [
        format!("  {top}[{}]", one_line(place)),
        format!("  {bar} {line}"),
        format!("  {dot} {}{mark}", " ".repeat(lead)),
        format!("  {bottom}"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str, part: &str, width: usize) -> [String; 4] {
        drawn_in(text, part, width, false)
    }

    fn drawn_in(text: &str, part: &str, width: usize, ascii: bool) -> [String; 4] {
        let start = text.find(part).unwrap();
        let span = Span::new(start, start + part.len());
        frame(text.as_bytes(), span, "list:1:2", width, ascii, Secrets::Hidden)
    }

    #[test]
    fn the_line_stands_under_what_is_meant() {
        let [head, line, mark, foot] = drawn("https://h/?:a=1&:b=2&:c=3", ":b=2", 80);
        assert_eq!(head, "  ╭─[list:1:2]");
        assert_eq!(line, "  │ https://h/?:a=1&:b=2&:c=3");
        assert_eq!(mark, "  ·                 ────");
        assert_eq!(foot, "  ╰──");
    }

    #[test]
    fn where_the_locale_has_no_more_it_is_ascii() {
        let url = "https://h/?:jwt=eyJabcdef.ghi.jkl&:b=2";
        let wanted = [
            "  ,-[list:1:2]",
            "  | https://h/?:jwt=eyJabc...&:b=2",
            "  :                           ^^^^",
            "  `--",
        ];
        assert_eq!(drawn_in(url, ":b=2", 80, true), wanted);
        let long = format!("https://h/?:x={}&:b=2&:y={}", "x".repeat(500), "y".repeat(500));
        let [_, line, mark, _] = drawn_in(&long, ":b=2", 60, true);
        assert!(line.is_ascii() && line.starts_with("  | ...") && line.ends_with("..."), "{line}");
        assert_eq!(line.find(":b=2"), mark.find('^'));
    }

    #[test]
    fn secrets_are_not_drawn_and_do_not_shift_the_line() {
        let url = "https://h/?:jwt=eyJabcdef.ghi.jkl&:b=2";
        let [_, line, mark, _] = drawn(url, ":b=2", 80);
        assert_eq!(line, "  │ https://h/?:jwt=eyJabc…&:b=2");
        assert_eq!(mark, "  ·                         ────");
        let [_, line, mark, _] = drawn(url, ":jwt=eyJabcdef.ghi.jkl", 80);
        assert_eq!(line, "  │ https://h/?:jwt=eyJabc…&:b=2");
        assert_eq!(mark, "  ·            ────────────");
    }

    #[test]
    fn a_long_url_is_cut_around_the_place() {
        let url = format!("https://h/?:x={}&:b=2&:y={}", "x".repeat(500), "y".repeat(500));
        let [_, line, mark, _] = drawn(&url, ":b=2", 60);
        assert!(line.chars().count() <= 60, "{line}");
        let at = line
            .chars()
            .collect::<Vec<_>>()
            .windows(4)
            .position(|w| w.iter().eq(&[':', 'b', '=', '2']))
            .unwrap();
        assert_eq!(mark.chars().position(|c| c == '─'), Some(at));
    }

    #[test]
    fn a_span_that_is_not_there_ends_nowhere_bad() {
        for (text, span) in [("", Span::new(0, 0)), ("ab", Span::new(5, 9)), ("é", Span::new(1, 1))]
        {
            frame(text.as_bytes(), span, "", 0, false, Secrets::Hidden);
        }
    }
}
