//! Rules about the whole run: what one URL says of another. `run` remembers, within bounds, and raises them.

use crate::dialect::source::{CLAIMS, QUICKSTART_JWT};
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// ## What it finds
    /// The same `:nonce` in two URLs of one run. The finding is on the later URL and names the location of the earlier one.
    ///
    /// ## Why it matters
    /// A token id is for one use. If it is made from the nonce (`--jti nonce`, `--jti derived`), the second token has the id of
    /// the first.
    ///
    /// ## What to do
    /// Find out whether the list holds one URL twice, or the code uses one nonce for several URLs.
    ///
    /// **Bounds.** The last 65,536 different nonces are remembered, by a 64-bit hash, so that memory does not grow with the list.
    /// A repetition further apart is not found; two different nonces are confused in about one of nine billion lists.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:email=ann@example.com
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:email=bob@example.com
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:email=ann@example.com
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n2&:email=ann@example.com
    /// ```
    pub static REUSED_NONCE = {
        id: "reused-nonce",
        summary: "an earlier URL of this run has the same nonce",
        severity: Warning,
        sources: &[CLAIMS, QUICKSTART_JWT],
        check: Check::Run,
    }
}

declare_rule! {
    /// ## What it finds
    /// One `:email` with different teams, another account type or other user attributes in two URLs of one run. The finding is on
    /// the later URL, names the location of the earlier one, and shows what differs.
    ///
    /// ## Why it matters
    /// Claims belong to the user, not to the session: the same user with other teams, another account type or
    /// other attributes in two URLs is a mistake, even if each URL is right by itself.
    ///
    /// ## What to do
    /// Give a user the same teams, account type and attributes everywhere, or different e-mail addresses for different roles.
    ///
    /// **Bounds.** The last 65,536 different addresses are remembered, by 64-bit hashes, so that memory does
    /// not grow with the list. A URL is compared with the first one remembered of its address. The order of
    /// teams does not matter.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:email=ann@example.com&:external_user_team=Sales
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n2&:email=ann@example.com&:external_user_team=Ops
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:email=ann@example.com&:external_user_team=Sales,Ops
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n2&:email=ann@example.com&:external_user_team=Ops,Sales
    /// ```
    pub static INCONSISTENT_USER = {
        id: "inconsistent-user",
        summary: "an earlier URL of this run gives this user other claims",
        severity: Warning,
        sources: &[CLAIMS],
        check: Check::Run,
    }
}
