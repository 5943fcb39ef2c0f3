//! A file's bytes as UTF-8, with the way back: UTF-16 with a byte-order mark is decoded, all else is taken as it is.

use std::borrow::Cow;
use std::io::{self, Read};

use crate::dialect::span::Span;

/// How a file's bytes spell its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or bytes that are near enough: they are taken as they are.
    Utf8,
    /// UTF-16 with a byte-order mark, the low byte first.
    Utf16Le,
    /// UTF-16 with a byte-order mark, the high byte first.
    Utf16Be,
}

/// The characters of UTF-16. A unit without its partner, and half a unit at the end, are U+FFFD.
fn characters(bytes: &[u8], encoding: Encoding) -> impl Iterator<Item = char> + '_ {
    let unit = move |pair: &[u8]| match (pair, encoding) {
        (&[a, b], Encoding::Utf16Be) => u16::from_be_bytes([a, b]),
        (&[a, b], _) => u16::from_le_bytes([a, b]),
        _ => 0xfffd,
    };
    char::decode_utf16(bytes.chunks(2).map(unit))
        .map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// A file's content as the rest of the house reads it: UTF-8, with the way back to the bytes of the file.
#[derive(Debug)]
pub struct Text<'a> {
    bytes: Cow<'a, [u8]>,
    encoding: Encoding,
    /// Of the file, in bytes.
    length: usize,
    /// For UTF-16: offsets in text and file of every [`STEP`]th character.
    marks: Vec<(u32, u32)>,
}

/// How much of a source is read at once, in bytes.
const CHUNK: usize = 64 * 1024;

/// Characters between two marks: one mark costs eight bytes, and finding a place walks at most this many characters.
const STEP: usize = 64;

impl<'a> Text<'a> {
    /// Reads a file's bytes. UTF-16 is told by its byte-order mark; a unit without its partner becomes U+FFFD.
    pub fn new(file: &'a [u8]) -> Self {
        match file {
            [0xff, 0xfe, ..] => Self::utf16(file, Encoding::Utf16Le),
            [0xfe, 0xff, ..] => Self::utf16(file, Encoding::Utf16Be),
            _ => Self {
                bytes: Cow::Borrowed(file),
                encoding: Encoding::Utf8,
                length: file.len(),
                marks: Vec::new(),
            },
        }
    }

    fn utf16(file: &[u8], encoding: Encoding) -> Self {
        let mut text = String::with_capacity(file.len() / 2);
        let mut marks = Vec::new();
        let mut at = 0;
        let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        for (count, character) in characters(file, encoding).enumerate() {
            if count % STEP == 0 {
                marks.push((clip(text.len()), clip(at)));
            }
            text.push(character);
            at += 2 * character.len_utf16();
        }
        Self { bytes: Cow::Owned(text.into_bytes()), encoding, length: file.len(), marks }
    }

    /// The text. A byte-order mark at its beginning is part of it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How the file spells it.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The bytes of the file that a part of the text stands in.
    pub fn in_file(&self, span: Span) -> Span {
        let at = |offset: u32| self.offset(offset as usize);
        Span::new(at(span.start), at(span.end))
    }

    fn offset(&self, offset: usize) -> usize {
        let next = self.marks.partition_point(|(text, _)| *text as usize <= offset);
        let Some(&(text, file)) = next.checked_sub(1).and_then(|n| self.marks.get(n)) else {
            return offset;
        };
        let between = self.bytes.get(text as usize..offset).unwrap_or_default();
        let units: usize = String::from_utf8_lossy(between).chars().map(char::len_utf16).sum();
        // Half a unit at the end is a whole character.
        (file as usize + 2 * units).min(self.length)
    }

    /// A text as the file spells it.
    pub fn spell<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let order = match self.encoding {
            Encoding::Utf8 => return Cow::Borrowed(text),
            Encoding::Utf16Le => u16::to_le_bytes,
            Encoding::Utf16Be => u16::to_be_bytes,
        };
        String::from_utf8_lossy(text).encode_utf16().flat_map(order).collect::<Vec<_>>().into()
    }
}

/// UTF-16 with a byte-order mark, read piece by piece as UTF-8 without it.
pub struct Utf16Reader<R> {
    source: R,
    encoding: Encoding,
    /// What is not decoded yet: half a unit, or the first half of a pair.
    raw: Vec<u8>,
    text: Vec<u8>,
    /// How much of the text was given.
    given: usize,
    begun: bool,
}

impl<R: Read> Utf16Reader<R> {
    /// Reads `source`, which begins with the byte-order mark of `encoding`.
    pub fn new(source: R, encoding: Encoding) -> Self {
        Self { source, encoding, raw: Vec::new(), text: Vec::new(), given: 0, begun: false }
    }

    /// Decodes what one read of the source gives; `false` at its end.
    fn fill(&mut self) -> io::Result<bool> {
        let kept = self.raw.len();
        self.raw.resize(kept + CHUNK, 0);
        let read = self.source.read(self.raw.get_mut(kept..).unwrap_or_default());
        self.raw.truncate(kept + *read.as_ref().unwrap_or(&0));
        let is_end = read? == 0;
        let whole = if is_end { self.raw.len() } else { self.raw.len() & !1 };
        let ahead = self.raw.get(..whole).unwrap_or_default();
        let high = match (ahead, self.encoding) {
            ([.., high, _], Encoding::Utf16Be) | ([.., _, high], _) => *high,
            _ => 0,
        };
        let is_half = !is_end && (0xd8..0xdc).contains(&high);
        let rest = self.raw.split_off(if is_half { whole - 2 } else { whole });
        let text: String = characters(&self.raw, self.encoding).collect();
        self.raw = rest;
        self.given = 0;
        self.text = text.into_bytes();
        if !self.begun && !self.text.is_empty() {
            self.begun = true;
            self.given = '\u{feff}'.len_utf8();
        }
        Ok(!is_end || !self.text.is_empty())
    }
}

impl<R: Read> Read for Utf16Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut ready = self.text.get(self.given..).unwrap_or_default();
            if !ready.is_empty() || buffer.is_empty() {
                let count = ready.read(buffer)?;
                self.given += count;
                return Ok(count);
            }
            if !self.fill()? {
                return Ok(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn utf16_is_read_with_the_way_back() {
        let text = format!("\u{feff}a\u{e9}\u{1f4a9}b{}\u{1f4a9}c", "x".repeat(200));
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            let file = utf16(&text, order);
            let read = Text::new(&file);
            assert_eq!(read.bytes(), text.as_bytes());
            for (at, c) in text.char_indices() {
                let span = read.in_file(Span::new(at, at + c.len_utf8()));
                let spelt = utf16(&c.to_string(), order);
                assert_eq!(span.of(&file), spelt);
                assert_eq!(*read.spell(c.to_string().as_bytes()), *spelt);
            }
        }
    }

    #[test]
    fn utf16_that_is_broken_is_read_all_the_same() {
        assert_eq!(
            Text::new(b"\xff\xfea\0\x00\xd8b\0c").bytes(),
            "\u{feff}a\u{fffd}b\u{fffd}".as_bytes()
        );
    }

    #[test]
    fn half_a_unit_at_the_end_is_inside_of_the_file() {
        for file in
            [&b"\xff\xfea\0b"[..], b"\xfe\xff\0a\0", b"\xff\xfea\0\x3d\xd8\xa9", b"\xff\xfe\x3d"]
        {
            let read = Text::new(file);
            let whole = read.in_file(Span::new(0, read.bytes().len()));
            assert_eq!(whole, Span::new(0, file.len()), "{file:x?}");
        }
    }

    /// A source that gives so many bytes at a time.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(buffer.len());
            let (now, later) = self.0.split_at(count.min(self.0.len()));
            self.0 = later;
            (&*now).read(buffer)
        }
    }

    #[test]
    fn a_reader_gives_the_same_however_the_bytes_come() {
        let text = format!("\u{feff}a\u{e9}\u{1f4a9}\u{ffff}b{}\u{feff}c", "\u{1f4a9}x".repeat(50));
        let cases = [
            (Encoding::Utf16Le, utf16(&text, u16::to_le_bytes)),
            (Encoding::Utf16Be, utf16(&text, u16::to_be_bytes)),
            // A half pair, and half a unit.
            (Encoding::Utf16Le, b"\xff\xfea\0\x00\xd8b\0\x3d\xd8".to_vec()),
            (Encoding::Utf16Be, b"\xfe\xff\0a\xd8\0\0b\0".to_vec()),
            (Encoding::Utf16Le, b"\xff\xfe".to_vec()),
        ];
        for (encoding, file) in cases {
            let whole = Text::new(&file);
            for drop in [1, 2, 3, 4, 5, 1000] {
                let mut read = Vec::new();
                Utf16Reader::new(Drops(&file, drop), encoding).read_to_end(&mut read).unwrap();
                assert_eq!(read, &whole.bytes()[3..], "{file:x?} by {drop}");
            }
        }
    }

    #[test]
    fn other_bytes_are_taken_as_they_are() {
        let read = Text::new(b"a\xffb");
        assert_eq!(read.bytes(), b"a\xffb");
        assert_eq!(read.in_file(Span::new(1, 3)), Span::new(1, 3));
        assert_eq!(*read.spell(b"\xff"), *b"\xff");
    }
}
