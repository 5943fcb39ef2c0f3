//! What Sigma's two URL dialects are. Pure: no input or output, no clock, no randomness.

pub mod id;
