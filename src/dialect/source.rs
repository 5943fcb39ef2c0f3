//! Where the facts come from: an address that a reader can open, and the date of the fact there.

/// One page, and when it said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its address.
    pub url: &'static str,
    /// The day or the month: `2025-08-04`, `2026-01`.
    pub date: &'static str,
}

/// When the pages of the help site were read that carry no date themselves.
const READ: &str = "2025-10";

macro_rules! sources {
    ($($(#[$doc:meta])* $name:ident = $date:expr, $($part:expr),+;)*) => {
        $($(#[$doc])* pub const $name: Source = Source { url: concat!($($part),+), date: $date };)*
    };
}

sources! {
    /// How to move from the old URLs to the new ones: what is deprecated, unsupported, replaced.
    MIGRATION = "2025-08-04", "https://help.sigmacomputing.com/docs/", "migrate-to-jwt-signed-secure-embed-urls";
    /// The parameters of the old URL.
    OLD_PARAMETERS = READ, "https://help.sigmacomputing.com/docs/", "add-url-parameters-to-a-secure-embed";
    /// The parameters of the new URL.
    NEW_PARAMETERS = READ, "https://help.sigmacomputing.com/docs/", "embed-url-parameters";
    /// The claims of a token.
    CLAIMS = READ, "https://help.sigmacomputing.com/docs/", "json-web-token-claims-reference";
    /// How code makes the new URL.
    EMBED_API = READ, "https://help.sigmacomputing.com/docs/", "create-an-embed-api-with-json-web-tokens";
    /// Values of workbook controls in a URL.
    CONTROLS = READ, "https://help.sigmacomputing.com/docs/", "workbook-control-values-in-the-url";
    /// Commas, colons and spaces in values.
    CHARACTERS = READ, "https://help.sigmacomputing.com/docs/", "special-characters-for-url-parameters";
    /// What Sigma answers to a wrong old URL.
    OLD_ERRORS = READ, "https://help.sigmacomputing.com/docs/", "secure-embed-error-code-reference";
    /// What Sigma answers to a wrong new URL.
    NEW_ERRORS = READ, "https://help.sigmacomputing.com/docs/", "common-embed-error-codes-and-messages";
    /// Who may open an embed.
    ACCESS = READ, "https://help.sigmacomputing.com/docs/", "manage-access-to-a-secure-embed";
    /// Client id and secret.
    CREDENTIALS = READ, "https://help.sigmacomputing.com/docs/", "generate-embed-client-credentials";
    /// The permissions of account types.
    ACCOUNT_TYPES = READ, "https://help.sigmacomputing.com/docs/", "account-type-and-license-overview";
    /// OAuth tokens in embeds.
    OAUTH = READ, "https://help.sigmacomputing.com/docs/", "oauth-for-embeds";
    /// Release notes: names of old parameters, and their values whatever the case.
    NOTES_2023_07 = "2023-07", "https://quickstarts.sigmacomputing.com/guide/", "07_2023_first_friday_features";
    /// Release notes: the deprecation, and new names of saved and explored states.
    NOTES_2025_08 = "2025-08", "https://quickstarts.sigmacomputing.com/guide/", "08_2025_first_friday_features";
    /// Release notes: data models in embeds.
    NOTES_2025_12 = "2025-12", "https://quickstarts.sigmacomputing.com/guide/", "12_2025_first_friday_features";
    /// Release notes: restrictions that new URLs have again.
    NOTES_2026_01 = "2026-01", "https://quickstarts.sigmacomputing.com/guide/", "01_2026_first_friday_features";
    /// Release notes: tenant organisations, as a beta.
    NOTES_2026_02 = "2026-02", "https://quickstarts.sigmacomputing.com/guide/", "02_2026_first_friday_features";
    /// Release notes: hiding **Save as**.
    NOTES_2026_04 = "2026-04", "https://quickstarts.sigmacomputing.com/guide/", "04_2026_first_friday_features";
    /// Release notes: tenant organisations for all.
    NOTES_2026_07 = "2026-07", "https://quickstarts.sigmacomputing.com/guide/", "07_2026_first_friday_features";
    /// Sigma's quickstart on claims and parameters.
    QUICKSTART_CLAIMS = "2025-05-13", "https://quickstarts.sigmacomputing.com/guide/", "embedding_03_using_jwt_claims_and_embed_parameters_v3";
    /// Sigma's first quickstart on tokens.
    QUICKSTART_JWT = "2024-10-24", "https://quickstarts.sigmacomputing.com/guide/", "embedding_16_jwt";
    /// Sigma's own samples of JWT-signed URLs.
    SAMPLES = "2025-07-14", "https://github.com/sigmacomputing/quickstarts-public/tree/main/", "embedding_qs_series_2_api_use_cases";
    /// Sigma's package that encrypts OAuth tokens.
    SDK = READ, "https://www.npmjs.com/package/", "@sigmacomputing/node-embed-sdk";
    /// The form of a JSON Web Token.
    RFC_7519 = "2015-05", "https://www.rfc-editor.org/rfc/", "rfc7519";
    /// The form of a URL.
    RFC_3986 = "2005-01", "https://www.rfc-editor.org/rfc/", "rfc3986";
    /// What only this program decides.
    GUIDE = "2026-11", env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/guide.md";
}
