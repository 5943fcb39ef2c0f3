//! A scanned file: its text, what is found in it, and the edits that mend it.

use std::borrow::Cow;

use super::{Finding, Kind};
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

/// A file's content as the rest of the house reads it: UTF-8, with the way back to the bytes of the file.
#[derive(Debug)]
pub struct Text<'a> {
    bytes: Cow<'a, [u8]>,
    encoding: Encoding,
    /// For UTF-16: offsets in text and file of every [`STEP`]th character.
    marks: Vec<(u32, u32)>,
}

/// Characters between two marks: one mark costs eight bytes, and finding a place walks at most this many characters.
const STEP: usize = 64;

impl<'a> Text<'a> {
    /// Reads a file's bytes. UTF-16 is told by its byte-order mark; a unit without its partner becomes U+FFFD.
    pub fn new(file: &'a [u8]) -> Self {
        match file {
            [0xff, 0xfe, ..] => Self::utf16(file, Encoding::Utf16Le),
            [0xfe, 0xff, ..] => Self::utf16(file, Encoding::Utf16Be),
            _ => Self { bytes: Cow::Borrowed(file), encoding: Encoding::Utf8, marks: Vec::new() },
        }
    }

    fn utf16(file: &[u8], encoding: Encoding) -> Self {
        let unit = |pair: &[u8]| match (pair, encoding) {
            (&[a, b], Encoding::Utf16Be) => u16::from_be_bytes([a, b]),
            (&[a, b], _) => u16::from_le_bytes([a, b]),
            // Half a unit at the end.
            _ => 0xfffd,
        };
        let mut text = String::with_capacity(file.len() / 2);
        let mut marks = Vec::new();
        let mut at = 0;
        let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        for (count, character) in char::decode_utf16(file.chunks(2).map(unit)).enumerate() {
            if count % STEP == 0 {
                marks.push((clip(text.len()), clip(at)));
            }
            let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
            text.push(character);
            at += 2 * character.len_utf16();
        }
        Self { bytes: Cow::Owned(text.into_bytes()), encoding, marks }
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
        file as usize + 2 * units
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

/// Whether a fix may be applied without asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Safety {
    /// The application works as before, whether or not anything else is migrated: `--fix`.
    Safe,
    /// Something else must change with it: `--unsafe-fixes`.
    #[default]
    Unsafe,
}

/// An edit that makes its finding go away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced, in bytes of the text.
    pub span: Span,
    /// By what, escaped as its place demands.
    pub replacement: Vec<u8>,
    /// Whether it may be applied without asking.
    pub safety: Safety,
}

/// Something found in a file.
#[derive(Clone, Debug)]
pub struct Found {
    /// The finding, with its span in bytes of the text. It numbers no parameter: there may be no URL.
    pub finding: Finding,
    /// The parameter it is about, decoded and without its colon.
    pub parameter: Option<String>,
    /// What the URL is that it was found in; nothing for code.
    pub kind: Option<Kind>,
    /// The embed id of that URL.
    pub embed_id: Option<String>,
    /// What mends it.
    pub fix: Option<Fix>,
    /// The URL it is about, if that is one that is built or an embed's; nothing for a finding about a part of one.
    pub template: Option<Box<Template>>,
}

/// A legacy URL as the code has it that builds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// The URL, with [`HOLE`] for whatever code fills in.
    pub url: String,
    /// The environment variable that the client id comes from, if it is seen.
    pub client_id_variable: Option<String>,
    /// The environment variable that the embed secret comes from, if it is seen.
    pub secret_variable: Option<String>,
}

/// What stands in a [`Template`] for what code fills in.
pub const HOLE: &str = "{}";

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
    fn other_bytes_are_taken_as_they_are() {
        let read = Text::new(b"a\xffb");
        assert_eq!(read.bytes(), b"a\xffb");
        assert_eq!(read.in_file(Span::new(1, 3)), Span::new(1, 3));
        assert_eq!(*read.spell(b"\xff"), *b"\xff");
    }
}
