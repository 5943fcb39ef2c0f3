//! What Sigma's two URL dialects are. Pure: no input or output, no clock, no randomness.

pub mod claims;
pub mod escape;
pub mod id;
pub mod key;
pub mod legacy;
pub mod oauth;
pub mod overlay;
pub mod params;
pub mod path;
pub mod reading;
pub mod source;
pub mod span;
pub mod token;
pub(crate) mod unit;
pub mod url;
pub mod values;
pub mod workbook;
