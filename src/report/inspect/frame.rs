//! A place in a URL, drawn: the URL in one line, or the part of it that has room, with a line under what is meant.

use crate::dialect::span::Span;
use crate::report::redact::one_line;
use crate::report::redact::{self, Secrets};

/// The lines of a frame. Nothing but what the redacted URL holds is ever drawn: the span only says what to underline.
pub(super) fn frame(
    text: &[u8],
    span: Span,
    place: &str,
    width: usize,
    secrets: Secrets,
) -> [String; 4] {
    let shown = |bytes: &[u8]| one_line(&redact::url(bytes, secrets));
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
        line.insert(0, '\u{2026}');
        lead += 1;
    }
    if to < characters.len() {
        line.push('\u{2026}');
    }
    let mark = "\u{2500}".repeat(end.min(to).saturating_sub(start).max(1));
    [
        format!("  \u{256d}\u{2500}[{}]", one_line(place)),
        format!("  \u{2502} {line}"),
        format!("  \u{b7} {}{mark}", " ".repeat(lead)),
        "  \u{2570}\u{2500}\u{2500}".to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str, part: &str, width: usize) -> [String; 4] {
        let start = text.find(part).unwrap();
        let span = Span::new(start, start + part.len());
        frame(text.as_bytes(), span, "list:1:2", width, Secrets::Hidden)
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
            frame(text.as_bytes(), span, "", 0, Secrets::Hidden);
        }
    }
}
