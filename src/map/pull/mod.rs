//! The map from Sigma's REST API: every workbook, and the embeds of each (reference, section 7).
//!
//! The layers, from the wire up: [`Network`] sends and receives ([`Transport`]); `client` keeps at it, with one token for all
//! threads, and turns pages into lists; `wire` reads answers; `entry` makes entries of the map; [`pull`] lets several threads
//! ask at once. Files, the terminal and the environment are the caller's ([`Watcher`]).

mod base;
mod client;
mod echo;
mod entry;
mod error;
mod http;
mod retry;
mod run;
pub mod state;
mod wire;

#[cfg(test)]
mod tests;

pub use base::{BaseError, BaseUrl, CLOUDS};
pub use client::{Answer, Broken, Clock, Credentials, Transport};
pub use error::{Missing, PullError};
pub use http::{Network, ProxyError, Route};
pub use retry::Patience;
pub use run::{Counts, Denied, Job, Pulled, Watcher, pull};
pub use wire::Embed;
