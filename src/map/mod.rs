//! The embed map.
