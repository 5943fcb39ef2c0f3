//! `embed2jwt` migrates applications from Sigma Computing's deprecated signed embed URLs to JWT-signed ones.
//!
//! ```
//! use embed2jwt::map::Format;
//! use embed2jwt::{Converter, Keys, Secret, Settings};
//!
//! let mut settings = Settings::default();
//! settings.keys = Keys::One(Secret::new(b"demo-embed-secret".to_vec()).ok_or("an empty secret")?);
//! settings.map.parse("map.csv", b"embed_id,org,workbook_id\n1-7CbVjjUMMTKQpYa2E7NwkI,acme,r0WXMPpc0YtQCTFR7CdDK\n", Format::Csv)?;
//! # let url = "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:client_id=c1&:email=ann@example.com&:mode=userbacked&:signature=00";
//! let converted = Converter::new(settings)?.convert(url)?;
//! println!("{} {}", converted.status.name(), converted.url.as_deref().unwrap_or_default());
//! # assert!(converted.rules.contains(&"signature-mismatch"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Converter`] does what `embed2jwt convert` does, [`Auditor`] what `audit` and `inspect` do, [`Scanner`] what `check` does, all
//! with [`Settings`] that are named after the flags. Their results serialise to the objects that the commands write with
//! `--format ndjson`. Times are in seconds since 1970, columns in characters from 1, spans in bytes from 0.
//!
//! Features: `cli` (default) is the command, with files, network and terminal. Without it: `oauth` encrypts OAuth tokens, `random`
//! takes token ids from the system's generator, `scaffold` writes code; none of them is needed for WebAssembly.
//!
//! # Rooms
//!
//! A room imports only from rooms below it; a test holds the wall.
//!
//! - [`cli`]: the commands; the only room with arguments, standard output, the environment, and files that are written
//! - [`engine`]: the front door for programs, and what the commands share with it
//! - [`report`]: the formats, and the one door through which values leave ([`report::redact`])
//! - [`policy`]: which rules report, and at which severity
//! - [`input`]: lists of URLs as rows, and the files of a tree
//! - [`map`]: which workbook replaces an embed
//! - [`scan`]: what a file holds of all that, and the edits that fix it; pure
//! - [`convert`]: a judged URL becomes a JWT-signed one; pure
//! - [`scaffold`]: what was found becomes the code that replaces it; pure
//! - [`judge`]: a URL and what is known beside it become kind, fates, findings, verdict
//! - [`rules`]: every rule, declared once with its documentation and its check
//! - [`rule`]: the vocabulary of rules
//! - [`text`]: plain tools for text that know nothing of Sigma
//! - [`dialect`]: what Sigma's old and new URLs are, with the two tables; pure
//! - [`secret`]: the embed secret, which cannot be printed

// What only the command needs is not worth a condition of its own.
#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]

#[cfg(feature = "cli")]
pub mod cli;
pub mod convert;
pub mod dialect;
pub mod engine;
#[cfg(feature = "cli")]
pub mod input;
pub mod judge;
pub mod map;
pub mod policy;
pub mod report;
pub mod rule;
pub mod rules;
#[cfg(feature = "scaffold")]
pub mod scaffold;
pub mod scan;
pub mod secret;
pub mod text;

pub use engine::{
    Audited, Auditor, Clock, Converted, Converter, Keys, Known, Mark, Memory, Row, Scanned,
    Scanner, Settings, SettingsError,
};
pub use secret::Secret;

// The examples of the page are tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/library.md")]
struct LibraryPage;
