//! What a pull has fetched so far, as lines that are only ever added to, so that an interrupted one can go on.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::base::BaseUrl;
use super::client::Credentials;
use super::wire::Embed;
use crate::dialect::escape::hexadecimal;

/// The first line of every state.
const KIND: &str = "embed2jwt map pull";

/// The form of the lines; another version of the program may write another.
const SCHEMA: u32 = 1;

/// Why a state cannot be gone on with.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum StateError {
    /// Not a state.
    #[error("is not the state of a pull")]
    NotAState,
    /// One of another base URL or client id.
    #[error("is the state of a pull from another base URL or with another client id")]
    Foreign,
    /// A line in it is broken.
    #[error("is broken in line {0}")]
    Broken(usize),
}

/// The embeds of one workbook, fetched to the last.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Fetched<'a> {
    /// The workbook.
    pub workbook: &'a str,
    /// Its embeds.
    pub embeds: &'a [Embed],
}

#[derive(Deserialize)]
struct Line {
    workbook: String,
    embeds: Vec<Embed>,
}

#[derive(Deserialize, Serialize)]
struct Header {
    kind: String,
    schema: u32,
    from: String,
}

/// What was fetched before.
#[derive(Debug, Default)]
pub struct Saved {
    /// The embeds of workbooks by their ids; never iterated.
    pub(super) embeds: HashMap<String, Vec<Embed>>,
    /// How much of the file is sound; what follows is a line that was being written.
    pub length: usize,
}

impl Saved {
    /// How many workbooks were fetched.
    pub fn workbooks(&self) -> usize {
        self.embeds.len()
    }

    /// Reads a state of a pull from `base` with these credentials; nothing at all is the beginning of one.
    pub fn parse(
        bytes: &[u8],
        base: &BaseUrl,
        credentials: &Credentials,
    ) -> Result<Self, StateError> {
        let mut saved = Self::default();
        for (number, line) in (1..).zip(bytes.split_inclusive(|&byte| byte == b'\n')) {
            let whole = line.ends_with(b"\n");
            if number == 1 {
                let header: Header = match serde_json::from_slice(line) {
                    Ok(header) => header,
                    // The very first line was being written.
                    Err(_) if !whole && start(base, credentials).as_bytes().starts_with(line) => {
                        break;
                    }
                    Err(_) => return Err(StateError::NotAState),
                };
                if header.kind != KIND || header.schema != SCHEMA {
                    return Err(StateError::NotAState);
                }
                if header.from != print(base, credentials) {
                    return Err(StateError::Foreign);
                }
            } else if whole {
                let line: Line =
                    serde_json::from_slice(line).map_err(|_| StateError::Broken(number))?;
                saved.embeds.insert(line.workbook, line.embeds);
            }
            if whole {
                saved.length += line.len();
            }
        }
        Ok(saved)
    }
}

/// The first line: where the rest is from, in a form that tells nobody.
pub fn start(base: &BaseUrl, credentials: &Credentials) -> String {
    let header = Header { kind: KIND.to_owned(), schema: SCHEMA, from: print(base, credentials) };
    line(&header)
}

/// The line of a workbook.
pub fn fetched(fetched: &Fetched<'_>) -> String {
    line(fetched)
}

fn line(value: &impl Serialize) -> String {
    // Texts and lists of texts are always JSON.
    serde_json::to_string(value).unwrap_or_default() + "\n"
}

/// A hash of base URL and client id. The secret has no part in it: a renewed secret does not end a pull.
fn print(base: &BaseUrl, credentials: &Credentials) -> String {
    let hash = Sha256::new()
        .chain_update(base.to_string())
        .chain_update(b"\n")
        .chain_update(credentials.client_id.expose())
        .finalize();
    hexadecimal(&hash)
}

#[cfg(test)]
mod tests {
    use crate::secret::Secret;

    use super::*;

    fn base() -> BaseUrl {
        BaseUrl::parse("https://api.example.com").unwrap()
    }

    fn credentials(id: &str) -> Credentials {
        let secret = |text: &str| Secret::new(text.as_bytes().to_vec()).unwrap();
        Credentials { client_id: secret(id), client_secret: secret("planted-secret") }
    }

    fn embeds() -> Vec<Embed> {
        serde_json::from_str(r#"[{"embedId": "e1", "sourceType": "page", "sourceId": "p"}]"#)
            .unwrap()
    }

    fn written() -> String {
        let lines = ["w1", "w2"].map(|workbook| fetched(&Fetched { workbook, embeds: &embeds() }));
        start(&base(), &credentials("planted-id")) + &lines.concat()
    }

    fn read(text: &str) -> Result<Saved, StateError> {
        Saved::parse(text.as_bytes(), &base(), &credentials("planted-id"))
    }

    #[test]
    fn what_was_written_is_there_again() {
        let text = written();
        let saved = read(&text).unwrap();
        assert_eq!(saved.embeds.get("w1"), Some(&embeds()));
        assert_eq!((saved.workbooks(), saved.length), (2, text.len()));
        assert!(!text.contains("planted"), "{text}");
    }

    #[test]
    fn wherever_the_writing_stopped_the_whole_lines_count() {
        let text = written();
        for cut in 0..=text.len() {
            let saved = read(&text[..cut]).unwrap();
            let whole = text[..cut].matches('\n').count();
            assert_eq!(saved.workbooks(), whole.saturating_sub(1), "{cut}");
            assert_eq!(saved.length, text[..cut].rfind('\n').map_or(0, |at| at + 1), "{cut}");
        }
    }

    #[test]
    fn another_pull_is_not_gone_on_with() {
        let text = written();
        let parse = |base: &str, id: &str| {
            let base = BaseUrl::parse(base).unwrap();
            Saved::parse(text.as_bytes(), &base, &credentials(id)).map(|saved| saved.length)
        };
        assert_eq!(parse("https://other.example.com", "planted-id"), Err(StateError::Foreign));
        assert_eq!(parse("https://api.example.com", "other"), Err(StateError::Foreign));
        let error = |text: &str| read(text).map(|saved| saved.length);
        assert_eq!(error("embed_id,org,workbook_id\n"), Err(StateError::NotAState));
        assert_eq!(error("x"), Err(StateError::NotAState));
        assert_eq!(error("{}\n"), Err(StateError::NotAState));
        let broken = text.replacen("\"workbook\":\"w1\"", "\"workbook\":w1", 1);
        assert_eq!(error(&broken), Err(StateError::Broken(2)));
    }
}
