//! Which rules speak, and how loudly: the only room that changes a severity or drops a finding.

mod allow;
mod baseline;
#[cfg(feature = "cli")]
pub mod config;
mod ignores;
mod levels;

pub use allow::{Allow, BadPattern};
pub use baseline::{Baseline, BaselineError, Compared};
#[cfg(feature = "cli")]
pub use config::{Config, ConfigError, Words};
pub use ignores::Ignores;
pub use levels::{Level, Levels, UnknownRule};

use crate::text;

/// The one of these names that was probably meant: a few letters off, or begun and not ended.
fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (name.len() / 2).min(3);
    let begun = |other: &str| name.len() > 2 && other.starts_with(name);
    let mut names: Vec<_> = names.into_iter().map(|other| (other, other)).collect();
    names.sort_unstable();
    text::nearest(name, names, |other| if begun(other) { usize::MAX } else { allowed })
}
