//! embed2jwt moves applications off Sigma Computing's deprecated signed embed URLs.

pub mod cli;
pub mod convert;
pub mod dialect;
pub mod input;
pub mod judge;
pub mod map;
pub mod policy;
pub mod report;
pub mod rule;
pub mod rules;
pub mod secret;
