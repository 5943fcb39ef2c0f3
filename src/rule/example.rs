//! The examples in a rule's documentation: shown by `explain`, run by the tests.

use super::Rule;

/// What an example claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// The rule fires on it.
    Fires,
    /// The rule says nothing.
    Silent,
}

/// A fenced block of a rule's documentation, opened by ```` ```fires ```` or ```` ```silent ````.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// What it claims.
    pub expectation: Expectation,
    /// What stands behind the word: the flags of `convert` it is run with; none for `audit`.
    pub flags: &'static str,
    /// Its lines: a list of URLs.
    pub text: &'static str,
}

/// The examples of a rule in order.
pub fn examples(rule: &'static Rule) -> impl Iterator<Item = Example> {
    // Every other part between fences is the inside of a block.
    rule.documentation.split("```").skip(1).step_by(2).filter_map(|block| {
        let (head, text) = block.split_once('\n')?;
        let (word, flags) = head.trim().split_once(' ').unwrap_or((head.trim(), ""));
        let expectation = match word {
            "fires" => Expectation::Fires,
            "silent" => Expectation::Silent,
            _ => return None,
        };
        Some(Example { expectation, flags: flags.trim(), text })
    })
}
