//! How loudly each rule speaks, and whether it speaks at all.

use super::nearest;
use crate::rule::{Finding, Findings, Rule, Severity};
use crate::rules::{RULES, find};

/// What is to become of a rule's findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// They weigh this much, whatever the rule says.
    At(Severity),
    /// They are dropped.
    Off,
}

/// A rule was named that does not exist.
#[derive(Debug, thiserror::Error)]
#[cfg_attr(feature = "cli", derive(miette::Diagnostic))]
#[error("there is no rule `{name}`")]
#[cfg_attr(feature = "cli", diagnostic(help("{help}")))]
pub struct UnknownRule {
    name: String,
    help: String,
}

impl UnknownRule {
    /// With the nearest name there is.
    pub fn new(name: &str) -> Self {
        let near = nearest(name, RULES.iter().map(|rule| rule.id));
        // The parameter's name in place of the rule's: `hide_send` for `unsupported-hide-send`.
        let ending = format!("-{}", name.trim_start_matches(':').replace('_', "-").to_lowercase());
        let of_parameter = RULES.iter().map(|rule| rule.id).find(|id| id.ends_with(&ending));
        let near = of_parameter.or(near);
        let help = match near {
            Some(id) => format!("did you mean `{id}`? `embed2jwt explain` lists all rules"),
            None => "`embed2jwt explain` lists all rules".to_owned(),
        };
        Self { name: name.to_owned(), help }
    }

    /// What to do about it.
    pub fn advice(&self) -> &str {
        &self.help
    }
}

/// The levels of all rules.
#[derive(Clone, Debug)]
pub struct Levels(Vec<Option<Level>>);

impl Default for Levels {
    fn default() -> Self {
        Self(vec![None; RULES.len()])
    }
}

impl Levels {
    /// Sets the level of one rule, or of `all`. A later call wins.
    pub fn set(&mut self, rule: &str, level: Level) -> Result<(), UnknownRule> {
        if rule == "all" {
            self.0.fill(Some(level));
            return Ok(());
        }
        let rule = find(rule).ok_or_else(|| UnknownRule::new(rule))?;
        if let Some(slot) = self.0.get_mut(rule.index) {
            *slot = Some(level);
        }
        Ok(())
    }

    /// Takes back what would make findings of this rule less than errors.
    pub fn keep_error(&mut self, rule: &Rule) {
        if let Some(slot) = self.0.get_mut(rule.index)
            && *slot != Some(Level::At(Severity::Error))
        {
            *slot = None;
        }
    }

    /// Weighs the findings anew, and drops those of rules that are off.
    pub fn apply(&self, findings: &mut Findings) {
        findings.retain_mut(|finding| self.weigh(finding));
    }

    /// Weighs one finding anew; `false` if its rule is off.
    pub fn weigh(&self, finding: &mut Finding) -> bool {
        match self.0.get(finding.rule.index) {
            Some(Some(Level::Off)) => return false,
            Some(Some(Level::At(severity))) => finding.severity = *severity,
            _ => {}
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::span::Span;

    fn after(levels: &Levels, ids: &[&str]) -> Vec<(String, Severity)> {
        let mut findings: Findings =
            ids.iter().map(|id| Finding::new(find(id).unwrap(), Span::default())).collect();
        levels.apply(&mut findings);
        findings.iter().map(|f| (f.rule.id.to_owned(), f.severity)).collect()
    }

    #[test]
    fn a_later_level_wins_over_all_and_the_rest_stays() {
        let mut levels = Levels::default();
        assert_eq!(
            after(&levels, &["invalid-email"]),
            [("invalid-email".to_owned(), Severity::Error)]
        );
        levels.set("all", Level::Off).unwrap();
        levels.set("invalid-email", Level::At(Severity::Info)).unwrap();
        assert_eq!(
            after(&levels, &["invalid-time", "invalid-email"]),
            [("invalid-email".to_owned(), Severity::Info)]
        );
    }

    #[test]
    fn an_unknown_rule_is_answered_with_the_nearest() {
        let error = Levels::default().set("invalid-emial", Level::Off).unwrap_err();
        assert_eq!(error.to_string(), "there is no rule `invalid-emial`");
        assert!(error.help.contains("`invalid-email`"), "{}", error.help);
    }
}
