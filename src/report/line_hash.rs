//! The hash that GitHub knows a line by, computed as the action that uploads reports does: see `tests/interop/line_hash.py`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many characters without spaces and tabs a hash is made from.
const WINDOW: usize = 100;

const FACTOR: u64 = 37;

/// What stands behind the last character.
const END: u16 = 0xffff;

/// The hashes of these lines of a file, each with the number of its occurrence: `c2fb96b3b2b1e2f0:1`.
pub(super) fn of_lines(text: &[u8], lines: &BTreeSet<u64>) -> BTreeMap<u64, String> {
    // Only hashes that are asked for are counted: a file may hold millions of lines.
    let mut counts: HashMap<u64, u64> = HashMap::new();
    each_line(text, |line, hash| {
        if lines.contains(&line) {
            counts.insert(hash, 0);
        }
    });
    let mut hashes = BTreeMap::new();
    each_line(text, |line, hash| {
        let Some(count) = counts.get_mut(&hash) else { return };
        *count += 1;
        if lines.contains(&line) {
            hashes.insert(line, format!("{hash:x}:{count}"));
        }
    });
    hashes
}

/// A hash that rolls over the text.
struct Rolling<F> {
    each: F,
    /// The last characters.
    window: [u16; WINDOW],
    /// The line that begins with each of them, or 0.
    lines: [u64; WINDOW],
    at: usize,
    hash: u64,
    /// What a character weighs that leaves the window.
    leaving: u64,
}

impl<F: FnMut(u64, u64)> Rolling<F> {
    /// The line whose characters fill the window now has its hash.
    fn report(&mut self) {
        if let Some(line) = self.lines.get_mut(self.at).filter(|line| **line > 0) {
            (self.each)(*line, self.hash);
            *line = 0;
        }
    }

    fn push(&mut self, unit: u16) {
        let Some(slot) = self.window.get_mut(self.at) else { return };
        let gone = u64::from(std::mem::replace(slot, unit)).wrapping_mul(self.leaving);
        let hash = self.hash.wrapping_mul(FACTOR);
        self.hash = hash.wrapping_add(unit.into()).wrapping_sub(gone);
        self.at = (self.at + 1) % WINDOW;
    }
}

/// Calls `each` with the number of every line and its hash.
fn each_line(text: &[u8], each: impl FnMut(u64, u64)) {
    let mut rolling = Rolling {
        each,
        window: [0; WINDOW],
        lines: [0; WINDOW],
        at: 0,
        hash: 0,
        leaving: (0..WINDOW).fold(1, |power: u64, _| power.wrapping_mul(FACTOR)),
    };
    let (mut line, mut starts, mut after_return) = (0, true, false);
    for unit in units(text).chain([END]) {
        let is_rest_of_end = std::mem::replace(&mut after_return, unit == CR) && unit == LF;
        if is_rest_of_end || unit == u16::from(b' ') || unit == u16::from(b'\t') {
            continue;
        }
        let unit = if unit == CR { LF } else { unit };
        rolling.report();
        if starts {
            line += 1;
            if let Some(slot) = rolling.lines.get_mut(rolling.at) {
                *slot = line;
            }
        }
        starts = unit == LF;
        rolling.push(unit);
    }
    for _ in 0..WINDOW {
        rolling.report();
        rolling.push(0);
    }
}

const CR: u16 = 13;
const LF: u16 = 10;

/// The text in UTF-16, with U+FFFD for what is none.
fn units(text: &[u8]) -> impl Iterator<Item = u16> {
    text.utf8_chunks().flat_map(|chunk| {
        let broken = (!chunk.invalid().is_empty()).then_some(0xfffd);
        chunk.valid().encode_utf16().chain(broken)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hashes of all lines of a text.
    fn hashes(text: &[u8]) -> Vec<String> {
        of_lines(text, &(1..1000).collect()).into_values().collect()
    }

    /// All of them by `tests/interop/line_hash.py`; the second and third are also in the tests of GitHub's action.
    #[test]
    fn a_line_has_the_hash_that_github_gives_it() {
        let hello = [
            "8b7cf3e952e7aeb2:1",
            "b1ae1287ec4718d9:1",
            "bff680108adb0fcc:1",
            "c6805c5e1288b612:1",
            "b86d3392aea1be30:1",
            "e6ceba753e1a442:1",
        ];
        let cases: [(&[u8], &[&str]); 8] = [
            (b"", &["c129715d7a2bc9a3:1"]),
            (
                b"a\nb\n\t\tc\n d",
                &[
                    "271789c17abda88f:1",
                    "54703d4cd895b18:1",
                    "180aee12dab6264:1",
                    "a23a3dc5e078b07b:1",
                ],
            ),
            (b" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End", &hello),
            (b" hello; \t\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End", &hello),
            (
                b"a b\n\ta b\r\nab\rab",
                &[
                    "810f74ace5706f51:1",
                    "db7334d84dfb7250:1",
                    "a67181c4874b4373:1",
                    "952bb1cc6d22bdaa:1",
                ],
            ),
            (
                "\u{feff}gr\u{fc}n \u{1f4a9}\n\n\n".as_bytes(),
                &[
                    "3791dcf882e8a781:1",
                    "5b5d4caf73a13177:1",
                    "3c5bef55b72b93c9:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
            (b"\xff\xfex\xf0\x9f\ny", &["22ebd680ba0194a1:1", "ed3261245082261c:1"]),
            (
                &[&[b'x'; 250][..], b"\n", &[b'x'; 250], b"\n"].concat(),
                &["52b56201ffb58620:1", "52b56201ffb58620:2", "c129715d7a2bc9a3:1"],
            ),
        ];
        for (text, wanted) in cases {
            assert_eq!(hashes(text), wanted, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn lines_that_nobody_asks_for_are_counted() {
        let text = [&[b'x'; 250][..], b"\n", &[b'x'; 250], b"\n"].concat();
        let second = of_lines(&text, &BTreeSet::from([2]));
        assert_eq!(second, BTreeMap::from([(2, "52b56201ffb58620:2".to_owned())]));
        assert_eq!(of_lines(&text, &BTreeSet::from([9])), BTreeMap::new());
    }
}
