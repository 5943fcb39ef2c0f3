//! Section 5: a rule quotes an answer of Sigma's server only as the reference has it, beside the cause that it has there.

use embed2jwt::dialect::claims;
use embed2jwt::report::docs::{parameters_markdown, rules_markdown};
use embed2jwt::rules::{RULES, find};

/// Answers, and the rules that prevent them. The old dialect's say of the old URL, the new one's of the new.
const ANSWERS: &[(&str, &[&str])] = &[
    ("Invalid kid parameter", &["jwt-missing-kid"]),
    ("exp cannot be in the past", &["jwt-expired", "token-already-expired"]),
    ("Invalid sub field in payload.", &["invalid-email", "jwt-missing-claim"]),
    ("Cannot update account type for internal users.", &["internal-user-claims"]),
    ("connection_oauth_tokens is only supported in ver 1.1", &["jwt-bad-version"]),
    ("EINVAL", &["unknown-parameter", "jwt-expired"]),
    ("Invalid embed request.", &["invalid-mode"]),
    ("\":email\" is not valid", &["invalid-email"]),
    ("\":session_length\" exceeds maximum", &["invalid-session-length"]),
    ("Embed not found.", &["placeholder-embed-id"]),
    ("Invalid embed signature.", &["signature-mismatch"]),
];

#[test]
fn s5_each_answer_is_quoted_by_the_rules_that_prevent_it_and_by_no_other() {
    for (answer, rules) in ANSWERS {
        for rule in RULES {
            // A comment's lines are one text.
            let text = rule.documentation.split_whitespace().collect::<Vec<_>>().join(" ");
            let quotes = text.contains(answer) || rule.summary.contains(answer);
            assert_eq!(quotes, rules.contains(&rule.id), "{answer}: {}", rule.id);
        }
    }
}

/// Answers that are in no source, or that no source has for the cause at hand.
const NOT_QUOTED: &[&str] = &[
    "Invalid email",
    "Invalid clientID",
    "Invalid embed mode",
    "Invalid embed_path",
    "Invalid Embed secret",
    "Invalid external_user_team",
    "Invalid time",
    "Session length has been exceeded",
    "EPERM",
    "EACCES",
];

#[test]
fn s5_no_other_answer_is_quoted() {
    let mut texts = rules_markdown() + &parameters_markdown();
    for rule in RULES {
        texts.push_str(rule.summary);
    }
    for row in &claims::TABLE {
        texts.push_str(row.about);
    }
    for answer in NOT_QUOTED {
        assert!(!texts.contains(answer), "{answer}");
    }
}

#[test]
fn s5_the_summaries_that_findings_show_quote_what_stands_in_section_5() {
    assert!(find("jwt-missing-kid").unwrap().summary.contains("Invalid kid parameter"));
    assert!(find("jwt-expired").unwrap().summary.contains("exp cannot be in the past"));
}

#[test]
fn s1_and_s4_what_no_source_says_is_not_said() {
    let texts =
        rules_markdown() + &parameters_markdown() + &crate::support::crate_file("README.md");
    let texts = texts.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["support ended", "Sigma knows no"] {
        assert!(!texts.contains(words), "{words}");
    }
    assert!(texts.contains("end of support was announced for early 2026"));
}
