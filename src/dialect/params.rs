//! THE parameter table: every parameter of the old dialect and what becomes of it.
//!
//! Sources in the rows: S000 to S004 are Sigma's migration guide (S003), its quickstarts (S000, S004) and pages of its
//! help site (S001, S002); DOC is the help site as read in 2026; WILD was seen in public repositories.

use super::escape::Plus;

/// What becomes of a parameter of the old dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It becomes a claim of the token.
    Claim,
    /// It becomes a field of the token's header.
    Header,
    /// It stays a URL parameter.
    Kept,
    /// Another URL parameter takes its place.
    Replaced,
    /// JWT-signed URLs have no such parameter.
    Unsupported,
    /// Nothing needs it any more.
    Obsolete,
    /// No source knows it.
    Unknown,
}

impl Fate {
    /// Whether its value goes into the token.
    pub fn is_signed(self) -> bool {
        matches!(self, Self::Claim | Self::Header)
    }

    /// The fate's name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Header => "header",
            Self::Kept => "kept",
            Self::Replaced => "replaced",
            Self::Unsupported => "unsupported",
            Self::Obsolete => "obsolete",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether a legacy signed URL can do without a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Optional in the old dialect.
    No,
    /// Required by the old dialect, but a token can be made without it.
    Expected,
    /// Without it no token can be made.
    Required,
}

/// What the embed user loses, or gains, when a parameter is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Nothing.
    None,
    /// An effect, unless the value is the given one.
    Effect {
        /// The value with which dropping it changes nothing; no value is harmless if this is empty.
        harmless: &'static str,
    },
    /// A restriction, unless the value is the given one: dropping it widens what the embed user may do.
    Access {
        /// The value with which it restricts nothing.
        harmless: &'static str,
    },
}

impl Loss {
    /// Whether dropping the parameter with this decoded value loses anything.
    pub fn with_value(self, value: &[u8]) -> bool {
        match self {
            Self::None => false,
            Self::Effect { harmless } | Self::Access { harmless } => value != harmless.as_bytes(),
        }
    }
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The row.
    pub id: Id,
    /// Its name without the colon; `ua_*` stands for all names with that beginning.
    pub name: &'static str,
    /// What becomes of it.
    pub fate: Fate,
    /// The claim, header field or parameter it becomes.
    pub target: Option<&'static str>,
    /// Whether a signed URL can do without it.
    pub need: Need,
    /// Whether its presence makes a URL a signed one.
    pub signs: bool,
    /// What a literal `+` in its value means.
    pub plus: Plus,
    /// Whether its value is a text, or several: in a number, a word of a list, an address or an id is no `,` and no `;`.
    pub text: bool,
    /// What is lost when it is dropped.
    pub loss: Loss,
    /// The values it takes, in words.
    pub values: &'static str,
    /// What to do about its fate; empty if there is nothing to do.
    pub remedy: &'static str,
    /// Where the facts of this row come from.
    pub source: &'static str,
}

macro_rules! parameters {
    ($($(#[$doc:meta])* $id:ident { $($field:ident: $value:expr),* $(,)? })*) => {
        /// A row of the parameter table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Id { $($(#[$doc])* #[allow(missing_docs)] $id),* }

        /// The table. The row of an [`Id`] stands at its number.
        pub static TABLE: [Parameter; [$(Id::$id),*].len()] = [
            $(Parameter { id: Id::$id, $($field: $value,)* ..BASE }),*
        ];
    };
}

const BASE: Parameter = Parameter {
    id: Id::Unknown,
    name: "",
    fate: Fate::Kept,
    target: None,
    need: Need::No,
    signs: false,
    plus: Plus::Space,
    text: false,
    loss: Loss::None,
    values: "",
    remedy: "",
    source: "",
};

/// A boolean that hides something.
const BOOLEAN: &str = "`true`, `false`";
/// Said of what Sigma's own samples use, though no table of its documentation lists it.
const UNDOCUMENTED: &str = "kept as it is; check that the embed still honours it";

parameters! {
    Nonce { name: "nonce", fate: Fate::Claim, target: Some("jti"), need: Need::Expected, signs: true,
        plus: Plus::Literal, text: true, values: "a text used once", source: "S003, DOC" }
    ClientId { name: "client_id", fate: Fate::Header, target: Some("kid"), need: Need::Required,
        signs: true, plus: Plus::Literal, values: "the client id of the embed credentials",
        source: "S003, DOC" }
    Email { name: "email", fate: Fate::Claim, target: Some("sub"), need: Need::Required, signs: true,
        plus: Plus::Literal, values: "an e-mail address", source: "S003, DOC" }
    Time { name: "time", fate: Fate::Claim, target: Some("iat"), need: Need::Expected, signs: true,
        values: "seconds since 1970", source: "S003, S004, DOC" }
    SessionLength { name: "session_length", fate: Fate::Claim, target: Some("exp"),
        need: Need::Expected, signs: true, values: "seconds, 2592000 at most",
        source: "S003, S004, DOC" }
    AccountType { name: "account_type", fate: Fate::Claim, target: Some("account_type"),
        text: true, values: "the name of an account type", source: "S003, DOC" }
    ExternalUserTeam { name: "external_user_team", fate: Fate::Claim, target: Some("teams"),
        need: Need::Expected, signs: true, text: true, values: "team names separated by commas",
        source: "S003, DOC" }
    Teams { name: "teams", fate: Fate::Claim, target: Some("teams"),
        text: true, values: "team names separated by commas, or a JSON array of them", source: "S003, DOC" }
    UserAttribute { name: "ua_*", fate: Fate::Claim, target: Some("user_attributes"), signs: true,
        text: true, values: "the value of one user attribute", source: "DOC, WILD" }
    UserAttributes { name: "user_attributes", fate: Fate::Claim, target: Some("user_attributes"),
        text: true, values: "a JSON object of texts", source: "S003, DOC" }
    EvalConnectionId { name: "eval_connection_id", fate: Fate::Claim,
        target: Some("eval_connection_id"), values: "the id of a connection", source: "S003, DOC" }
    FirstName { name: "first_name", fate: Fate::Claim, target: Some("first_name"),
        text: true, values: "a name", source: "S003, DOC" }
    LastName { name: "last_name", fate: Fate::Claim, target: Some("last_name"),
        text: true, values: "a name", source: "S003, DOC" }
    OauthToken { name: "oauth_token", fate: Fate::Claim, target: Some("oauth_token"),
        plus: Plus::Literal, values: "an OAuth token, encrypted with the embed secret",
        source: "S002, DOC" }
    Mode { name: "mode", fate: Fate::Obsolete, need: Need::Expected, signs: true,
        values: "`userbacked`", remedy: "nothing: a token says by itself who the user is",
        source: "S003, DOC" }
    ExternalUserId { name: "external_user_id", fate: Fate::Obsolete, need: Need::Expected,
        signs: true, text: true, values: "the application's own id of the user",
        remedy: "nothing: the user is the `sub` claim", source: "S003, DOC" }
    Signature { name: "signature", fate: Fate::Obsolete, signs: true,
        values: "lower-case hex HMAC-SHA256", remedy: "nothing: only the token is signed now",
        source: "S003, DOC" }
    Embed { name: "embed", values: "`true`", source: "S002, DOC" }
    HideBookmarks { name: "hide_bookmarks", values: BOOLEAN, source: "DOC" }
    HideExploreToggle { name: "hide_explore_toggle", values: BOOLEAN, source: "DOC" }
    HideFolderNavigation { name: "hide_folder_navigation", values: BOOLEAN, source: "S004, DOC" }
    HideMenu { name: "hide_menu", values: BOOLEAN, source: "S004, DOC" }
    HideTooltip { name: "hide_tooltip", values: BOOLEAN, source: "S004, DOC" }
    Lng { name: "lng", values: "a locale", source: "S004, DOC" }
    LngVariant { name: "lng_variant", text: true, values: "a custom locale", source: "DOC" }
    MenuPosition { name: "menu_position", values: "`top`, `bottom`, `none`", source: "S004, DOC" }
    ResponsiveHeight { name: "responsive_height", values: BOOLEAN, source: "S004, DOC" }
    Theme { name: "theme", text: true, values: "`Light`, `Dark`, `Surface` or an organisation's own",
        source: "S004, DOC" }
    DisableMobileView { name: "disable_mobile_view", values: "`yes`", remedy: UNDOCUMENTED,
        source: "S004 lists it as supported, DOC's newer table does not" }
    DisableAutoRefresh { name: "disable_auto_refresh", values: BOOLEAN, remedy: UNDOCUMENTED, source: "WILD" }
    HidePageControls { name: "hide_page_controls", values: BOOLEAN, remedy: UNDOCUMENTED, source: "WILD" }
    HideReloadButton { name: "hide_reload_button", values: BOOLEAN, remedy: UNDOCUMENTED, source: "WILD" }
    HideTitle { name: "hide_title", values: BOOLEAN, remedy: UNDOCUMENTED, source: "WILD" }
    HideViewSelect { name: "hide_view_select", values: BOOLEAN, remedy: UNDOCUMENTED, source: "WILD" }
    PageId { name: "page_id", values: "the id of a page", remedy: UNDOCUMENTED, source: "WILD" }
    ViewId { name: "view_id", values: "the id of a view", remedy: UNDOCUMENTED, source: "WILD" }
    Explore { name: "explore", values: "the id of an explored state", source: "WILD, Sigma's samples" }
    Bookmark { name: "bookmark", values: "the id of a saved view", source: "WILD, Sigma's samples" }
    ShowFooter { name: "show_footer", fate: Fate::Replaced, target: Some("menu_position"),
        values: BOOLEAN,
        remedy: "use `:menu_position=none` for `false`, `:menu_position=bottom` for `true`",
        source: "S003, S004, DOC" }
    HideRunAsRecipient { name: "hide_run_as_recipient", fate: Fate::Unsupported,
        loss: Loss::Access { harmless: "false" }, values: BOOLEAN,
        remedy: "disable the **Run exports as recipient** permission of the embed users' account type",
        source: "S003, S004" }
    HideSchedule { name: "hide_schedule", fate: Fate::Unsupported,
        loss: Loss::Access { harmless: "false" }, values: BOOLEAN,
        remedy: "disable the **Schedule export** permission of the embed users' account type",
        source: "S003, S004" }
    HideSend { name: "hide_send", fate: Fate::Unsupported,
        loss: Loss::Access { harmless: "false" }, values: BOOLEAN,
        remedy: "disable the **Download** permission of the embed users' account type",
        source: "S003, S004" }
    LoadingBg { name: "loading_bg", fate: Fate::Unsupported, loss: Loss::Effect { harmless: "" },
        text: true, values: "a colour",
        remedy: "show a loading page of your own until the `workbook:loaded` event (Embed SDK for React)",
        source: "S003, S004" }
    LoadingText { name: "loading_text", fate: Fate::Unsupported,
        loss: Loss::Effect { harmless: "" }, text: true, values: "a colour",
        remedy: "show a loading page of your own until the `workbook:loaded` event (Embed SDK for React)",
        source: "S003, S004" }
    HideSheetInteractions { name: "hide_sheet_interactions", fate: Fate::Unsupported,
        loss: Loss::Access { harmless: "false" }, values: BOOLEAN,
        remedy: "there is no replacement: restrict the embed users' account type, or rebuild the page without the sheet",
        source: "S003" }
    ShowUnderlyingData { name: "showUnderlyingData", fate: Fate::Unsupported,
        loss: Loss::Access { harmless: "true" }, values: BOOLEAN,
        remedy: "there is no replacement: restrict the embed users' account type",
        source: "S003" }
    UseUserName { name: "use_user_name", fate: Fate::Unsupported,
        loss: Loss::Effect { harmless: "false" }, values: BOOLEAN,
        remedy: "there is no replacement: the `first_name` and `last_name` claims name the user",
        source: "S003" }
    /// Any key without a colon: a workbook control.
    Control { name: "any key without a colon", text: true, values: "the value of a workbook control",
        remedy: "if it served row-level security, make it a user attribute", source: "S003, DOC" }
    /// Any key with a colon that no other row names.
    Unknown { name: "any other `:name`", text: true, fate: Fate::Unknown,
        loss: Loss::Effect { harmless: "" },
        remedy: "dropped; `--keep-unknown` keeps it", source: "" }
}

/// How many rows there are.
pub const COUNT: usize = TABLE.len();

/// Parameters whose values let their holder sign in; what hides them takes the names in any letters.
pub const SECRET: [&str; 3] = ["signature", "jwt", "oauth_token"];

/// How many characters of such a value may be shown.
pub const SECRET_SHOWN: usize = 6;

/// The beginning of the names that row [`Id::UserAttribute`] stands for.
pub const USER_ATTRIBUTE_PREFIX: &[u8] = b"ua_";

impl Parameter {
    /// Whether Sigma's samples use it, but its newest table does not list it.
    pub fn is_undocumented(&self) -> bool {
        self.remedy == UNDOCUMENTED
    }

    /// Whether the row stands for names rather than being one.
    pub fn is_pattern(&self) -> bool {
        matches!(self.id, Id::UserAttribute | Id::Control | Id::Unknown)
    }

    /// Whether its name describes the names that the row stands for. The name of one that the configuration adds does not,
    /// though the table knows it no better than any other.
    pub fn is_described(&self) -> bool {
        [Id::Control, Id::Unknown].iter().any(|id| std::ptr::eq(self, id.row()))
    }
}

impl Id {
    /// The row.
    pub fn row(self) -> &'static Parameter {
        &TABLE[self as usize]
    }
}

/// Slots of the hash table below: a power of two with room to spare.
const SLOTS: usize = 256;
const EMPTY: u8 = u8::MAX;

/// Where a name is looked for first. The names differ enough in length and outer letters for short probes.
const fn slot(name: &[u8]) -> usize {
    let len = name.len();
    if len == 0 {
        return 0;
    }
    (len * 5 + name[0] as usize * 7 + name[len - 1] as usize * 31 + name[len / 2] as usize * 3)
        % SLOTS
}

/// Name to row number, built by the compiler from the table's names. A lookup costs one comparison in most cases.
static BY_NAME: [u8; SLOTS] = {
    let mut slots = [EMPTY; SLOTS];
    let mut i = 0;
    while i < COUNT {
        let mut at = slot(TABLE[i].name.as_bytes());
        while slots[at] != EMPTY {
            at = (at + 1) % SLOTS;
        }
        #[allow(clippy::cast_possible_truncation, reason = "a row number, far below 256")]
        {
            slots[at] = i as u8;
        }
        i += 1;
    }
    slots
};

/// The row of a decoded name without its colon; [`Id::Unknown`] if none names it.
pub fn lookup(name: &[u8]) -> &'static Parameter {
    let mut at = slot(name);
    while let Some(row) = TABLE.get(BY_NAME[at] as usize) {
        if row.name.as_bytes() == name && !row.is_pattern() {
            return row;
        }
        at = (at + 1) % SLOTS;
    }
    if name.starts_with(USER_ATTRIBUTE_PREFIX) {
        Id::UserAttribute.row()
    } else {
        Id::Unknown.row()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_stands_at_its_number_and_is_found_by_its_name() {
        for (i, row) in TABLE.iter().enumerate() {
            assert_eq!(row.id as usize, i);
            if !row.is_pattern() {
                assert_eq!(lookup(row.name.as_bytes()).id, row.id, "{}", row.name);
            }
        }
    }

    #[test]
    fn names_are_case_sensitive_and_whole() {
        for name in ["", "Email", "emai", "emails", "showunderlyingdata", "any other `:name`"] {
            assert_eq!(lookup(name.as_bytes()).id, Id::Unknown, "{name}");
        }
        assert_eq!(lookup(b"ua_Region").id, Id::UserAttribute);
        assert_eq!(lookup(b"ua_*").id, Id::UserAttribute);
    }

    #[test]
    fn the_values_say_which_of_them_are_texts() {
        for row in &TABLE {
            let words =
                row.values.split(", ").all(|word| word.starts_with('`') && word.ends_with('`'));
            let is_text = ["text", "name", "commas"].iter().any(|word| row.values.contains(word));
            assert!(!(words && row.text) && row.text >= is_text, "{}", row.name);
        }
    }

    #[test]
    fn what_is_unsupported_replaced_or_undocumented_says_what_to_do() {
        for row in &TABLE {
            if matches!(row.fate, Fate::Unsupported | Fate::Replaced | Fate::Obsolete) {
                assert!(!row.remedy.is_empty(), "{}", row.name);
            }
            assert_eq!(
                row.fate == Fate::Unsupported,
                row.loss != Loss::None && row.id != Id::Unknown
            );
        }
    }
}
