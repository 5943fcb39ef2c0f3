//! What to do about a URL in a file, where the rule's own advice names options of other commands.

use crate::rule::Finding;

/// What a rule advises whoever converts a list, and what the same means for a file.
static OF_FILES: [(&str, &str); 7] = [
    ("`--client-id`", "give the token that replaces it the client id, as `kid` and `iss`"),
    (
        "give `--ttl SECONDS` for another length",
        "give the token that replaces it the intended length",
    ),
    ("`--ttl SECONDS`", "write whole seconds, such as `3600`"),
    ("`--keep-unknown`", "remove it"),
    (
        "`--account-type NAME`",
        "give the token that replaces it the account type that these users had",
    ),
    (
        "`convert --encrypt-oauth-token`",
        "if it is plain text, encrypt it with the embed secret before it goes into a token",
    ),
    (
        "`--encrypt-oauth-token=all`",
        "if it is plain text, encrypt it with the embed secret before it goes into a token",
    ),
];

/// The finding with advice that fits a file.
pub(super) fn fit(finding: &mut Finding) {
    let suits = |(option, _): &&(&str, &str)| finding.suggestion.contains(option);
    if let Some((_, instead)) = OF_FILES.iter().find(suits) {
        finding.suggestion = (*instead).into();
    }
}
