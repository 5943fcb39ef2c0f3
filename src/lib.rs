//! `embed2jwt` moves applications off Sigma Computing's deprecated signed embed URLs.
//!
//! The rooms of the house. A room imports only rooms below it; a test holds the wall.
//!
//! - [`cli`]: the commands; the only room with arguments, standard output, the environment, and files that are written
//! - [`engine`]: the front door for programs, and what the commands share with it
//! - [`report`]: the formats, and the one door through which values leave ([`report::redact`])
//! - [`policy`]: which rules speak, and how loudly
//! - [`input`]: lists of URLs as rows, and the files of a tree
//! - [`map`]: which workbook replaces an embed
//! - [`scan`]: what a file holds of all that, and the edits that mend it; pure
//! - [`convert`]: a judged URL becomes a JWT-signed one; pure
//! - [`scaffold`]: what was found becomes the code that replaces it; pure
//! - [`judge`]: a URL and what is known beside it become kind, fates, findings, verdict
//! - [`rules`]: every rule, declared once with its documentation and its check
//! - [`rule`]: the vocabulary of rules
//! - [`text`]: plain tools for text that know nothing of Sigma
//! - [`dialect`]: what Sigma's two URL dialects are, with the two tables; pure
//! - [`secret`]: the embed secret, which cannot be printed
//!
//! ```
//! use embed2jwt::judge::{Scratch, Verdict, judge};
//! use embed2jwt::rule::{Context, Kind};
//!
//! let url = b"https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:email=ann@example.com\
//!     &:client_id=c1&:hide_run_as_recipient=true";
//! let mut scratch = Scratch::default();
//! let judgement = judge(url, &Context::none(), &mut scratch);
//! assert_eq!(judgement.kind, Kind::LegacySigned);
//! assert_eq!(judgement.verdict(), Verdict::Lossy);
//! assert!(judgement.findings.iter().any(|finding| finding.rule.id == "unsupported-hide-run-as-recipient"));
//! ```

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
    Audited, Auditor, Clock, Converted, Converter, Keys, Memory, Row, Scanned, Scanner, Settings,
    SettingsError,
};
pub use secret::Secret;
