//! Which rules speak, and how loudly: the only room that changes a severity or drops a finding.

mod allow;
mod baseline;
pub mod config;
mod ignores;
mod levels;

pub use allow::{Allow, BadPattern};
pub use baseline::{Baseline, BaselineError, Compared};
pub use config::{Config, ConfigError, Words};
pub use ignores::Ignores;
pub use levels::{Level, Levels, UnknownRule};

/// The longest name that is compared with others: the distance costs the product of the lengths.
const LONGEST: usize = 64;

/// The one of these names that was probably meant: a few letters off, or begun and not ended.
fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let allowed = (name.len() / 2).min(3);
    let begun = |other: &str| name.len() > 2 && other.starts_with(name);
    names
        .into_iter()
        .map(|other| (strsim::osa_distance(other, name), other))
        .filter(|(distance, other)| *distance <= allowed || begun(other))
        .min()
        .map(|(_, other)| other)
}
