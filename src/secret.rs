//! A secret: it can be used, but neither printed nor serialised, and it is wiped on drop.

use std::fmt;

use zeroize::Zeroizing;

/// An embed secret, or what the API is asked with. `Debug` prints `***`; there is no `Display` and no `Serialize`.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes as they are. `None` if there is none or only white space: such a key protects nothing.
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        let bytes = Zeroizing::new(bytes);
        if bytes.trim_ascii().is_empty() { None } else { Some(Self(bytes)) }
    }

    /// Takes the content of a file: without a byte-order mark and without the line end that editors add.
    pub fn from_file_content(bytes: &[u8]) -> Option<Self> {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        Self::new(text.to_vec())
    }

    /// The bytes, for the cryptography of `dialect` and for what is sent to the API.
    pub(crate) fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &[u8]) -> Option<Vec<u8>> {
        Secret::from_file_content(content).map(|secret| secret.expose().to_vec())
    }

    #[test]
    fn one_line_end_and_a_byte_order_mark_are_not_part_of_it() {
        for content in ["s3cret", "s3cret\n", "s3cret\r\n", "\u{feff}s3cret\r\n"] {
            assert_eq!(read(content.as_bytes()).as_deref(), Some(&b"s3cret"[..]), "{content:?}");
        }
        assert_eq!(read(b" s\n\n").as_deref(), Some(&b" s\n"[..]));
        assert_eq!(read(b"x").as_deref(), Some(&b"x"[..]));
    }

    #[test]
    fn nothing_is_no_secret() {
        for content in ["", "\n", "\r\n", "\u{feff}", "  \n"] {
            assert!(read(content.as_bytes()).is_none(), "{content:?}");
        }
    }

    #[test]
    fn it_does_not_print() {
        assert_eq!(format!("{:?}", Secret::new(b"s3cret".to_vec())), "Some(***)");
    }
}
