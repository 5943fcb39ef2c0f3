//! Rules about scanned files: `scan` and `policy` raise them.

use crate::rule::{Check, declare_rule};

declare_rule! {
    /// ## What it finds
    /// Source code or configuration that assembles a legacy URL from its parameters: `'&:email=' + email`, `":external_user_team"` as a
    /// key. One finding for a group of parameters that stand near one another; it names each with what becomes of it.
    ///
    /// ## Why it matters
    /// Most repositories hold no whole URL. The code that makes one stops working all the same.
    ///
    /// ## What to do
    /// Sign a token with the claims in its place, and append `?:jwt=<token>&:embed=true` to the workbook's URL.
    ///
    /// ```fires
    /// url = base + "?:nonce=" + nonce + "&:email=" + email + "&:external_user_team=" + team
    /// ```
    /// ```silent
    /// t.text :external_user_id
    /// SELECT * FROM users WHERE email = :email AND time > :time
    /// ```
    pub static LEGACY_URL_BUILDER = {
        id: "legacy-url-builder",
        summary: "this code builds a legacy signed URL",
        severity: Warning,
        check: Check::File,
    }
}

declare_rule! {
    /// ## What it finds
    /// A signed URL, legacy or with a token, that is stored in a scanned file.
    ///
    /// ## Why it matters
    /// It works once and is dead then, and whoever reads the file reads a signature or a token.
    ///
    /// ## What to do
    /// Store the URL without signature or token, and let the application sign it when it is used.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:email=ann@example.com&:signature=0123456789abcdef
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI
    /// ```
    pub static SIGNED_URL_IN_FILE = {
        id: "signed-url-in-file",
        summary: "a signed URL is stored here: it works once, and gives its signature away",
        severity: Warning,
        check: Check::File,
    }
}

declare_rule! {
    /// ## What it finds
    /// An `embed2jwt: ignore` comment that hides nothing.
    ///
    /// ## Why it matters
    /// It will hide the next finding that comes to stand there, which nobody has looked at.
    ///
    /// ## What to do
    /// Remove the comment, or name the rule that it is for.
    ///
    /// ```fires
    /// x = 1  # embed2jwt: ignore[theme-case]
    /// ```
    /// ```silent
    /// url = "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI"  # embed2jwt: ignore
    /// ```
    pub static UNUSED_SUPPRESSION = {
        id: "unused-suppression",
        summary: "this comment hides no finding",
        severity: Warning,
        check: Check::File,
    }
}
