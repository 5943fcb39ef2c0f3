//! What fixing would change in a file, as a unified diff.

use std::io::Write as _;
use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline, group_diff_ops};

use crate::dialect::span::Span;
use crate::report::redact::{self, Redaction, Secrets};
use crate::secret::Secret;

/// Lines that are shown around a change.
const AROUND: usize = 3;

/// After this time a difference may be larger than it had to be.
const PATIENCE: Duration = Duration::from_secs(5);

/// Appends the difference between two contents of a file, without the secrets in it and those the run was given.
pub(super) fn write(
    name: &str,
    old: &[u8],
    new: &[u8],
    secrets: (Secrets, &[Secret]),
    out: &mut Vec<u8>,
) {
    let (old, new) = (Side::of(old, secrets), Side::of(new, secrets));
    let deadline = Some(Instant::now() + PATIENCE);
    let changes = capture_diff_slices_deadline(Algorithm::Myers, &old.lines, &new.lines, deadline);
    // A name with a blank in it ends at a tab.
    let name = redact::line(name) + if name.contains(' ') { "\t" } else { "" };
    // A buffer takes everything.
    let _ = write!(out, "--- a/{name}\n+++ b/{name}\n");
    for group in group_diff_ops(changes, AROUND) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let range = |start: usize, end: usize| match end - start {
            // An empty range is named by the line before it.
            0 => format!("{start},0"),
            1 => format!("{}", start + 1),
            count => format!("{},{count}", start + 1),
        };
        let old_range = range(first.old_range().start, last.old_range().end);
        let new_range = range(first.new_range().start, last.new_range().end);
        let _ = writeln!(out, "@@ -{old_range} +{new_range} @@");
        for change in &group {
            let (before, after) = (change.old_range(), change.new_range());
            let kept = matches!(change, DiffOp::Equal { .. });
            old.write(before, if kept { b' ' } else { b'-' }, out);
            if !kept {
                new.write(after, b'+', out);
            }
        }
    }
}

/// One of the two contents.
struct Side<'t> {
    text: &'t [u8],
    /// With their ends.
    lines: Vec<&'t [u8]>,
    /// Where each begins.
    starts: Vec<usize>,
    redaction: Redaction,
}

impl<'t> Side<'t> {
    fn of(text: &'t [u8], (secrets, known): (Secrets, &[Secret])) -> Self {
        let lines: Vec<_> = text.split_inclusive(|byte| *byte == b'\n').collect();
        let starts = lines.iter().scan(0, |at, line| Some(std::mem::replace(at, *at + line.len())));
        let starts = starts.collect();
        let redaction = Redaction::of(text, Span::new(0, text.len()), secrets, known);
        Self { text, lines, starts, redaction }
    }

    fn write(&self, lines: Range<usize>, mark: u8, out: &mut Vec<u8>) {
        let starts = self.starts.get(lines.clone()).unwrap_or_default();
        for (line, start) in self.lines.get(lines).unwrap_or_default().iter().zip(starts) {
            out.push(mark);
            // Bytes that are no text stay: the lines around a change have to be found again.
            self.redaction.write(self.text, Span::new(*start, start + line.len()), out);
            if !line.ends_with(b"\n") {
                out.extend_from_slice(b"\n\\ No newline at end of file\n");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: &str, new: &str) -> String {
        let mut out = Vec::new();
        write("a.txt", old.as_bytes(), new.as_bytes(), (Secrets::Hidden, &[]), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn it_is_what_patch_reads() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12";
        assert_eq!(
            diff(old, &old.replace("2\n3", "2\nthree").replace("12", "twelve\n")),
            "--- a/a.txt\n+++ b/a.txt\n@@ -1,6 +1,6 @@\n 1\n 2\n-3\n+three\n 4\n 5\n 6\n\
             @@ -9,4 +9,4 @@\n 9\n 10\n 11\n-12\n\\ No newline at end of file\n+twelve\n"
        );
        assert_eq!(diff("", "1\n"), "--- a/a.txt\n+++ b/a.txt\n@@ -0,0 +1 @@\n+1\n");
    }

    #[test]
    fn a_name_with_a_blank_ends_at_a_tab() {
        let mut out = Vec::new();
        write("a b.txt", b"1\n", b"2\n", (Secrets::Hidden, &[]), &mut out);
        assert!(out.starts_with(b"--- a/a b.txt\t\n+++ b/a b.txt\t\n@@"));
    }

    #[test]
    fn bytes_that_are_no_text_stay_as_they_are() {
        let mut out = Vec::new();
        write("a", b"caf\xe9 1\n", b"caf\xe9 2\n", (Secrets::Hidden, &[]), &mut out);
        assert!(out.ends_with(b"-caf\xe9 1\n+caf\xe9 2\n"));
    }

    #[test]
    fn secrets_are_hidden_in_every_shape() {
        let secret = "0123456789abcdef0123";
        for line in [
            format!("{{\":signature\": \"{secret}\"}}"),
            format!("?:a=1\\u0026:signature\\u003d{secret}"),
            format!("&#58;signature&#61;{secret}"),
            format!("?:signature=\" +\n  \"{secret}\""),
        ] {
            let out = diff(&format!("a\n{line}\n"), &format!("b\n{line}\n"));
            assert!(!out.contains(&secret[6..12]), "{out}");
        }
    }

    #[test]
    fn secrets_are_shortened_on_both_sides() {
        let (old, new) = ("x?:signature=0123456789abcdef\n", "y?:signature=0123456789abcdef\n");
        let out = diff(old, new);
        assert!(!out.contains("6789abcdef"), "{out}");
        let mut shown = Vec::new();
        write("a", old.as_bytes(), new.as_bytes(), (Secrets::Shown, &[]), &mut shown);
        assert!(String::from_utf8(shown).unwrap().contains("-x?:signature=0123456789abcdef\n"));
    }
}
