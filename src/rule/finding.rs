//! What a rule says about a place in a URL.

use std::borrow::Cow;

use super::{Rule, Severity};
use crate::dialect::span::Span;

/// One finding. It is built from its rule and its place; the rest has defaults.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that was broken.
    pub rule: &'static Rule,
    /// Its weight; the rule's own unless the check or the policy says otherwise.
    pub severity: Severity,
    /// Where, in bytes of the row's URL.
    pub span: Span,
    /// The number of the parameter it is about, among those of the URL.
    pub parameter: Option<usize>,
    /// The name of a parameter that is not there.
    pub missing: Option<&'static str>,
    /// What is wrong.
    pub message: Cow<'static, str>,
    /// What to do; empty if there is nothing to do.
    pub suggestion: Cow<'static, str>,
}

impl Finding {
    /// A finding of `rule` at `span`, with the rule's summary as its message.
    pub fn new(rule: &'static Rule, span: Span) -> Self {
        Self {
            rule,
            severity: rule.severity,
            span,
            parameter: None,
            missing: None,
            message: Cow::Borrowed(rule.summary),
            suggestion: Cow::Borrowed(""),
        }
    }

    /// Sets the parameter it is about.
    #[must_use]
    pub fn about(mut self, parameter: usize) -> Self {
        self.parameter = Some(parameter);
        self
    }

    /// Sets the parameter that is missing.
    #[must_use]
    pub fn missing(mut self, name: &'static str) -> Self {
        self.missing = Some(name);
        self
    }

    /// Sets another weight than the rule's.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Sets what is wrong.
    #[must_use]
    pub fn message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = message.into();
        self
    }

    /// Sets what to do.
    #[must_use]
    pub fn suggest(mut self, suggestion: impl Into<Cow<'static, str>>) -> Self {
        self.suggestion = suggestion.into();
        self
    }
}

/// The findings of one URL.
pub type Findings = Vec<Finding>;
