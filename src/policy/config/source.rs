//! The text of one configuration file: its places, and the excerpts that errors show.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use toml::de::DeTable;

use super::error::{ConfigError, ConfigPlace, MAX_BYTES, Wrong};
use crate::text::{Frame, boundary};

/// Parts of names under which somebody keeps a secret; without `-` and `_`.
const SECRET: [&str; 5] = ["secret", "password", "passwd", "passphrase", "privatekey"];

/// Whether a secret is kept under such a name.
pub(super) fn is_secretive(name: &str) -> bool {
    let name: String =
        name.chars().filter(|c| !"-_ ".contains(*c)).collect::<String>().to_ascii_lowercase();
    SECRET.iter().any(|word| name.contains(word))
}

/// A longer name is no setting's.
const LONGEST_NAME: usize = 40;

/// How much of its line an error shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Show {
    /// All but texts in quotes, other than the marked one: a text under a misspelt name may be a secret.
    Marked,
    /// As much as is certain to be no secret, of a file that is no TOML.
    Raw,
}

/// A configuration file's name and its text, without byte-order mark.
pub(super) struct Source<'a> {
    file: Arc<str>,
    text: &'a str,
}

impl<'a> Source<'a> {
    pub(super) fn new(file: &str, bytes: &'a [u8]) -> Result<Self, ConfigError> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err(ConfigError::TooLarge { file: file.into() });
        }
        let file: Arc<str> = file.into();
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = good.split(|byte| *byte == b'\n').count();
            ConfigError::NotUtf8 { file: Arc::clone(&file), line }
        })?;
        Ok(Self { file, text })
    }

    /// The document, if it is TOML.
    pub(super) fn document(&self) -> Result<DeTable<'a>, ConfigError> {
        let document = DeTable::parse(self.text).map_err(|error| {
            self.wrong(
                error.span().unwrap_or_default(),
                Show::Raw,
                format!("not valid TOML: {}", error.message().lines().next().unwrap_or_default()),
                "here",
                "fix the line; a string needs quotes: `key = \"value\"`",
            )
        })?;
        Ok(document.into_inner())
    }

    /// An error about this part of the file.
    pub(super) fn wrong(
        &self,
        span: Range<usize>,
        show: Show,
        problem: impl Into<String>,
        label: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) -> ConfigError {
        let (place, frame) = self.frame(span, show);
        ConfigError::Wrong(Box::new(Wrong {
            place,
            problem: problem.into(),
            label: label.into(),
            help: help.into(),
            frame,
        }))
    }

    fn frame(&self, span: Range<usize>, show: Show) -> (ConfigPlace, Frame) {
        let text = self.text;
        let start = boundary(text, span.start);
        let (head, _) = text.split_at(start);
        let line_start = head.rfind('\n').map_or(0, |at| at + 1);
        let rest = text.get(line_start..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let at = (start - line_start).min(line.len());
        let end = boundary(line, span.end.saturating_sub(line_start).max(at));
        let upto = text.get(..line_start + line.len()).unwrap_or_default();
        let marked = line.get(at..end).unwrap_or_default();
        let masked = match show {
            Show::Raw => masked_raw(line, is_secretive(upto)),
            // Of a list or a table nobody knows which part is meant.
            Show::Marked if marked.starts_with(['[', '{']) => masked(line, at..at),
            Show::Marked => masked(line, at..end),
        };
        let number = head.matches('\n').count();
        let column = line.get(..at).map_or(0, |ahead| ahead.chars().count());
        let place =
            ConfigPlace { file: Arc::clone(&self.file), line: number + 1, column: column + 1 };
        (place, Frame::cut(&self.file, number, &masked, at..end))
    }
}

/// Puts another character of as many bytes in the place of each that must not be shown, so that offsets and columns stay.
fn replaced(text: &str, mut shows: impl FnMut(usize, char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if !shows(at, c) {
            out.push(match c.len_utf8() {
                1 => '*',
                2 => '\u{d7}',
                3 => '\u{2217}',
                _ => '\u{1f7b5}',
            });
        } else if c.is_control() && c != '\t' {
            // A file must not be able to steer the terminal that shows its error.
            out.push(if c.len_utf8() == 1 { '?' } else { '\u{bf}' });
        } else {
            out.push(c);
        }
    }
    out
}

/// A line of TOML without what stands in quotes, but for the part to `keep`.
fn masked(line: &str, keep: Range<usize>) -> String {
    let mut quote = None;
    let mut escaped = false;
    replaced(line, |at, c| {
        let Some(open) = quote else {
            if c == '"' || c == '\'' {
                quote = Some(c);
            }
            return true;
        };
        if escaped {
            escaped = false;
        } else if c == '\\' && open == '"' {
            escaped = true;
        } else if c == open {
            quote = None;
            return true;
        }
        keep.contains(&at)
    })
}

/// A line that may be anything: its name, if it begins with that of a setting, and of the rest its signs, unless these may be
/// those of a secret.
fn masked_raw(line: &str, is_secretive: bool) -> String {
    let is_name = |name: &str| {
        name.len() <= LONGEST_NAME
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_\"' \t".contains(c))
    };
    let sign = line.find('=').filter(|at| line.get(..*at).is_some_and(is_name));
    let shown = sign.map_or(0, |at| at + 1);
    let is_sign = |c: char| !is_secretive && sign.is_some() && c.is_ascii_punctuation();
    replaced(line, |at, c| at < shown || c.is_whitespace() || is_sign(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_quotes_are_hidden_but_for_the_marked_part() {
        assert_eq!(masked(r#"a = "x\"y" # 'z'"#, 0..1), r#"a = "****" # '*'"#);
        assert_eq!(masked(r#""k" = """ab"#, 0..3), r#""k" = """**"#);
        assert_eq!(masked("k = 'ü", 0..1), "k = '\u{d7}");
        assert_eq!(masked_raw("secret = x+ y", true), "secret = ** *");
        assert_eq!(masked_raw("hosts = [\"a.b\" c", false), "hosts = [\"*.*\" *");
        assert_eq!(masked_raw("hunter2", false), "*******");
        assert_eq!(masked_raw("https://a:b@c/?d=e", false), "*".repeat(18));
    }

    #[test]
    fn names_of_secrets_are_told_however_they_are_written() {
        for name in ["secret", "EMBED_SECRET", "client-secret", "pass-word", "Private_Key"] {
            assert!(is_secretive(name), "{name}");
        }
        assert!(!is_secretive("credentials"));
    }
}
