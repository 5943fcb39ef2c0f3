//! Plain tools for text, which know nothing of Sigma: encodings, excerpts, JSON in its order, days, numbers in words,
//! names that are alike.

mod day;
mod encoding;
mod excerpt;
mod language;
mod nearest;
mod number;
mod object;

pub use day::Day;
pub use encoding::{Encoding, Text, Utf16Reader};
pub use excerpt::{Frame, boundary};
pub use language::{language_of, languages};
pub use nearest::nearest;
pub use number::{counted, grouped, plural};
pub(crate) use object::{Fields, Key};
