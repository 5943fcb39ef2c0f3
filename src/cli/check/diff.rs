//! What fixing would change in a file, as a unified diff.

use std::io::Write as _;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline, group_diff_ops};

use crate::report::redact::{self, Secrets};

/// Lines that are shown around a change.
const AROUND: usize = 3;

/// After this time a difference may be larger than it had to be.
const PATIENCE: Duration = Duration::from_secs(5);

/// Appends the difference between two contents of a file.
pub(super) fn write(name: &str, old: &[u8], new: &[u8], secrets: Secrets, out: &mut Vec<u8>) {
    let (old, new) = (lines(old), lines(new));
    let deadline = Some(Instant::now() + PATIENCE);
    let changes = capture_diff_slices_deadline(Algorithm::Myers, &old, &new, deadline);
    let name = redact::printable(name);
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
            for line in old.get(before).unwrap_or_default() {
                write_line(if kept { b' ' } else { b'-' }, line, secrets, out);
            }
            for line in new.get(after).unwrap_or_default().iter().filter(|_| !kept) {
                write_line(b'+', line, secrets, out);
            }
        }
    }
}

/// Lines with their ends.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

fn write_line(mark: u8, line: &[u8], secrets: Secrets, out: &mut Vec<u8>) {
    out.push(mark);
    match secrets {
        Secrets::Shown => out.extend_from_slice(line),
        Secrets::Hidden => out.extend_from_slice(redact::text(line, secrets).as_bytes()),
    }
    if !line.ends_with(b"\n") {
        out.extend_from_slice(b"\n\\ No newline at end of file\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: &str, new: &str) -> String {
        let mut out = Vec::new();
        write("a.txt", old.as_bytes(), new.as_bytes(), Secrets::Hidden, &mut out);
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
    fn secrets_are_shortened_on_both_sides() {
        let (old, new) = ("x?:signature=0123456789abcdef\n", "y?:signature=0123456789abcdef\n");
        let out = diff(old, new);
        assert!(!out.contains("6789abcdef"), "{out}");
        let mut shown = Vec::new();
        write("a", old.as_bytes(), new.as_bytes(), Secrets::Shown, &mut shown);
        assert!(String::from_utf8(shown).unwrap().contains("-x?:signature=0123456789abcdef\n"));
    }
}
