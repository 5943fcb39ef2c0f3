//! THE parameter table: every parameter of the old dialect and what becomes of it.

use super::escape::Plus;
use super::source::{
    ACCESS, ACCOUNT_TYPES, CHARACTERS, CLAIMS, CONTROLS, CREDENTIALS, EMBED_API, MIGRATION,
    NEW_PARAMETERS, NOTES_2023_07, NOTES_2025_08, NOTES_2026_01, NOTES_2026_04, OAUTH, OLD_ERRORS,
    OLD_PARAMETERS, QUICKSTART_CLAIMS, QUICKSTART_JWT, SAMPLES, SDK, Source,
};
use super::values::boolean;

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
            Self::Effect { harmless } | Self::Access { harmless } => {
                match boolean(harmless.as_bytes()) {
                    Some(harmless) => boolean(value) != Some(harmless),
                    None => value != harmless.as_bytes(),
                }
            }
        }
    }
}

/// Who else has a parameter of this name: what code that writes it says about itself. A fact about other software.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rarity {
    /// Nobody.
    Own,
    /// Few.
    Rare,
    /// Everybody.
    Common,
    /// Another product has it in its URLs, colon and all, or may have.
    Shared,
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
    /// What is lost when it is dropped, or taken out of the URL.
    pub loss: Loss,
    /// Whether Sigma had it once, or uses it, without a word in its newest tables.
    pub undocumented: bool,
    /// Who else has a parameter of this name.
    pub rarity: Rarity,
    /// The values it takes, in words.
    pub values: &'static str,
    /// What to do about its fate; empty if there is nothing to do.
    pub remedy: &'static str,
    /// Where the facts of this row come from.
    pub sources: &'static [Source],
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
    undocumented: false,
    rarity: Rarity::Rare,
    values: "",
    remedy: "",
    sources: &[],
};

/// A boolean that hides something.
const BOOLEAN: &str = "`true`, `false`";
/// Said of what Sigma's own samples use, though no table of its documentation lists it.
const UNDOCUMENTED: &str = "kept unchanged; check that the embed still honours it";
/// The remedy for restrictions whose permission is **Download**: every other export permission brings it with it.
const DOWNLOAD: &str = "disable the **Download** permission of the embed users' account type";
/// What [`Id::NodeId`] becomes: no parameter, but a part of the path.
pub const PATH: &str = "path";

parameters! {
    Nonce { name: "nonce", fate: Fate::Claim, target: Some("jti"), need: Need::Expected, signs: true,
        plus: Plus::Literal, text: true, values: "a string used once", sources: &[MIGRATION, CLAIMS] }
    ClientId { name: "client_id", rarity: Rarity::Common, fate: Fate::Header, target: Some("kid"), need: Need::Required,
        signs: true, plus: Plus::Literal, values: "the client id of the embed credentials",
        sources: &[CLAIMS, CREDENTIALS] }
    Email { name: "email", rarity: Rarity::Common, fate: Fate::Claim, target: Some("sub"), need: Need::Required, signs: true,
        plus: Plus::Literal, values: "an e-mail address", sources: &[CLAIMS, OLD_PARAMETERS] }
    Time { name: "time", rarity: Rarity::Common, fate: Fate::Claim, target: Some("iat"), need: Need::Expected, signs: true,
        values: "seconds since 1970", sources: &[CLAIMS, OLD_PARAMETERS] }
    SessionLength { name: "session_length", fate: Fate::Claim, target: Some("exp"),
        need: Need::Expected, signs: true, values: "seconds, 2592000 at most",
        sources: &[CLAIMS, QUICKSTART_CLAIMS, OLD_ERRORS] }
    AccountType { name: "account_type", rarity: Rarity::Common, fate: Fate::Claim, target: Some("account_type"),
        text: true, values: "the name of an account type", sources: &[MIGRATION, CLAIMS] }
    ExternalUserTeam { name: "external_user_team", rarity: Rarity::Own, fate: Fate::Claim, target: Some("teams"),
        need: Need::Expected, signs: true, text: true, values: "team names separated by commas",
        sources: &[ACCESS, OLD_PARAMETERS, CLAIMS] }
    Teams { name: "teams", rarity: Rarity::Common, fate: Fate::Claim, target: Some("teams"),
        text: true, values: "team names separated by commas, or a JSON array of them", sources: &[ACCESS, MIGRATION, CLAIMS] }
    UserAttribute { name: "ua_*", rarity: Rarity::Own, fate: Fate::Claim, target: Some("user_attributes"), signs: true,
        text: true, values: "the value of one user attribute", sources: &[OLD_PARAMETERS, CLAIMS] }
    UserAttributes { name: "user_attributes", fate: Fate::Claim, target: Some("user_attributes"),
        text: true, values: "a JSON object of strings", sources: &[MIGRATION, CLAIMS] }
    EvalConnectionId { name: "eval_connection_id", rarity: Rarity::Own, fate: Fate::Claim,
        target: Some("eval_connection_id"), values: "the id of a connection", sources: &[MIGRATION, CLAIMS] }
    FirstName { name: "first_name", rarity: Rarity::Common, fate: Fate::Claim, target: Some("first_name"),
        text: true, values: "a name", sources: &[MIGRATION, CLAIMS] }
    LastName { name: "last_name", rarity: Rarity::Common, fate: Fate::Claim, target: Some("last_name"),
        text: true, values: "a name", sources: &[MIGRATION, CLAIMS] }
    OauthToken { name: "oauth_token", rarity: Rarity::Common, fate: Fate::Claim, target: Some("oauth_token"),
        plus: Plus::Literal, values: "an OAuth token, encrypted with the embed secret",
        sources: &[OAUTH, CLAIMS, SDK] }
    Mode { name: "mode", rarity: Rarity::Common, fate: Fate::Obsolete, need: Need::Expected, signs: true,
        values: "`userbacked`", remedy: "nothing: the token names the user",
        sources: &[OLD_PARAMETERS, OLD_ERRORS] }
    ExternalUserId { name: "external_user_id", fate: Fate::Obsolete, need: Need::Expected,
        signs: true, text: true, values: "the application's own id of the user",
        remedy: "nothing: the user is the `sub` claim", sources: &[OLD_PARAMETERS, CLAIMS] }
    Signature { name: "signature", fate: Fate::Obsolete, signs: true,
        values: "lower-case hex HMAC-SHA256", remedy: "nothing: only the token is signed now",
        sources: &[MIGRATION] }
    // Tableau's URLs have `?:embed=yes`.
    Embed { name: "embed", rarity: Rarity::Shared, values: "`true`", sources: &[EMBED_API, QUICKSTART_JWT] }
    HideBookmarks { name: "hide_bookmarks", rarity: Rarity::Own, values: BOOLEAN, sources: &[NEW_PARAMETERS] }
    HideExploreToggle { name: "hide_explore_toggle", rarity: Rarity::Own, values: BOOLEAN, sources: &[NEW_PARAMETERS] }
    HideFolderNavigation { name: "hide_folder_navigation", rarity: Rarity::Own, values: BOOLEAN, sources: &[NEW_PARAMETERS, QUICKSTART_CLAIMS] }
    HideMenu { name: "hide_menu", values: BOOLEAN, sources: &[NEW_PARAMETERS, QUICKSTART_CLAIMS] }
    HideTooltip { name: "hide_tooltip", values: BOOLEAN, sources: &[NEW_PARAMETERS, QUICKSTART_CLAIMS] }
    Lng { name: "lng", rarity: Rarity::Common, values: "a locale", sources: &[NEW_PARAMETERS, QUICKSTART_CLAIMS] }
    LngVariant { name: "lng_variant", rarity: Rarity::Own, text: true, values: "a custom locale", sources: &[NEW_PARAMETERS] }
    MenuPosition { name: "menu_position", values: "`top`, `bottom`, `none`", sources: &[NEW_PARAMETERS, QUICKSTART_CLAIMS] }
    ResponsiveHeight { name: "responsive_height", values: BOOLEAN, sources: &[NEW_PARAMETERS, QUICKSTART_CLAIMS] }
    Theme { name: "theme", rarity: Rarity::Common, text: true, values: "`Light`, `Dark`, `Surface` or an organisation's own",
        sources: &[NEW_PARAMETERS, QUICKSTART_CLAIMS] }
    DisableMobileView { name: "disable_mobile_view", rarity: Rarity::Own, values: "`yes`", undocumented: true, remedy: UNDOCUMENTED,
        sources: &[QUICKSTART_CLAIMS, NEW_PARAMETERS] }
    DisableAutoRefresh { name: "disable_auto_refresh", rarity: Rarity::Own, values: BOOLEAN, undocumented: true, remedy: UNDOCUMENTED, sources: &[SAMPLES] }
    HidePageControls { name: "hide_page_controls", rarity: Rarity::Own, values: BOOLEAN, undocumented: true, remedy: UNDOCUMENTED, sources: &[SAMPLES] }
    HideReloadButton { name: "hide_reload_button", rarity: Rarity::Own, values: BOOLEAN, undocumented: true, remedy: UNDOCUMENTED, sources: &[SAMPLES] }
    HideTitle { name: "hide_title", values: BOOLEAN, undocumented: true, remedy: UNDOCUMENTED, sources: &[SAMPLES] }
    HideViewSelect { name: "hide_view_select", rarity: Rarity::Own, values: BOOLEAN, undocumented: true, remedy: UNDOCUMENTED, sources: &[SAMPLES] }
    PageId { name: "page_id", rarity: Rarity::Common, values: "the id of a page", undocumented: true, remedy: UNDOCUMENTED, sources: &[SAMPLES] }
    ViewId { name: "view_id", rarity: Rarity::Common, values: "the id of a view", undocumented: true, remedy: UNDOCUMENTED, sources: &[SAMPLES] }
    Explore { name: "explore", rarity: Rarity::Common, values: "the id of an explored state", sources: &[SAMPLES, NOTES_2025_08] }
    Bookmark { name: "bookmark", rarity: Rarity::Common, values: "the id of a saved view", sources: &[SAMPLES, NOTES_2025_08] }
    CustomView { name: "customView", values: "the id of an explored state",
        sources: &[NOTES_2025_08] }
    SavedView { name: "savedView", values: "the id of a saved view", sources: &[NOTES_2025_08] }
    HideElementInteractions { name: "hide_element_interactions", rarity: Rarity::Own, values: BOOLEAN,
        sources: &[NOTES_2026_01] }
    HideSaveAs { name: "hide_save_as", values: BOOLEAN, sources: &[NOTES_2026_04] }
    ShowFooter { name: "show_footer", rarity: Rarity::Own, fate: Fate::Replaced, target: Some("menu_position"),
        values: BOOLEAN,
        remedy: "use `:menu_position=none` for `false`, `:menu_position=bottom` for `true`",
        sources: &[MIGRATION, OLD_PARAMETERS, NOTES_2023_07] }
    HideRunAsRecipient { name: "hide_run_as_recipient", rarity: Rarity::Own, fate: Fate::Unsupported,
        loss: Loss::Access { harmless: "false" }, values: BOOLEAN,
        remedy: "disable the **Run exports as recipient** permission of the embed users' account type",
        sources: &[MIGRATION, QUICKSTART_CLAIMS] }
    HideSchedule { name: "hide_schedule", rarity: Rarity::Own, loss: Loss::Access { harmless: "false" }, values: BOOLEAN,
        remedy: "disable the **Schedule export** permission of the embed users' account type",
        sources: &[MIGRATION, NOTES_2026_01, ACCOUNT_TYPES] }
    HideSend { name: "hide_send", rarity: Rarity::Own, loss: Loss::Access { harmless: "false" }, values: BOOLEAN,
        remedy: DOWNLOAD, sources: &[MIGRATION, NOTES_2026_01, ACCOUNT_TYPES] }
    LoadingBg { name: "loading_bg", rarity: Rarity::Own, fate: Fate::Unsupported, loss: Loss::Effect { harmless: "" },
        text: true, values: "a colour",
        remedy: "show a loading page of your own until the `workbook:loaded` event (Embed SDK for React)",
        sources: &[MIGRATION] }
    LoadingText { name: "loading_text", rarity: Rarity::Own, fate: Fate::Unsupported,
        loss: Loss::Effect { harmless: "" }, text: true, values: "a colour",
        remedy: "show a loading page of your own until the `workbook:loaded` event (Embed SDK for React)",
        sources: &[MIGRATION] }
    HideSheetInteractions { name: "hide_sheet_interactions", rarity: Rarity::Own, fate: Fate::Unsupported,
        loss: Loss::Access { harmless: "false" }, values: BOOLEAN,
        remedy: "narrow the **Basic explore** and **Full explore** permissions of the embed users' account type, or try \
                 `:hide_element_interactions`, which is newer and likely its successor, though no source says so",
        sources: &[MIGRATION, OLD_PARAMETERS, ACCOUNT_TYPES, NOTES_2026_01] }
    ShowUnderlyingData { name: "showUnderlyingData", rarity: Rarity::Own, fate: Fate::Unsupported,
        loss: Loss::Effect { harmless: "true" }, values: BOOLEAN,
        remedy: "nothing has to be restricted: it only decided whether the data of a single chart is shown at first",
        sources: &[MIGRATION, OLD_PARAMETERS] }
    UseUserName { name: "use_user_name", rarity: Rarity::Own, fate: Fate::Unsupported,
        loss: Loss::Effect { harmless: "false" }, values: BOOLEAN,
        remedy: "there is no replacement: the owner's e-mail address is shown instead of the name of the workbook's owner",
        sources: &[MIGRATION, OLD_PARAMETERS] }
    NodeId { name: "nodeId", fate: Fate::Replaced, target: Some(PATH),
        values: "the id of a page or an element",
        remedy: "name the page or element in the path: `/page/<id>` or `/element/<id>`",
        sources: &[EMBED_API, CONTROLS, QUICKSTART_JWT] }
    ShowWorkbookName { name: "show_workbook_name", rarity: Rarity::Own, fate: Fate::Unsupported, undocumented: true,
        loss: Loss::Effect { harmless: "" }, values: BOOLEAN,
        remedy: "there is no counterpart", sources: &[NOTES_2023_07] }
    HideWorkbookName { name: "hide_workbook_name", rarity: Rarity::Own, fate: Fate::Unsupported, undocumented: true,
        loss: Loss::Effect { harmless: "false" }, values: BOOLEAN,
        remedy: "there is no counterpart", sources: &[NOTES_2023_07] }
    FullScreen { name: "fullScreen", fate: Fate::Unsupported, undocumented: true,
        loss: Loss::Effect { harmless: "" }, values: BOOLEAN,
        remedy: "there is no counterpart", sources: &[NOTES_2023_07] }
    AllowExport { name: "allow_export", fate: Fate::Unsupported, undocumented: true,
        loss: Loss::Access { harmless: "true" }, values: BOOLEAN,
        remedy: DOWNLOAD, sources: &[NOTES_2023_07, ACCOUNT_TYPES] }
    /// Any key without a colon: a workbook control.
    Control { name: "any key without a colon", text: true, values: "the value of a workbook control",
        remedy: "if it served row-level security, make it a user attribute", sources: &[CONTROLS, CHARACTERS, MIGRATION] }
    /// Any key with a colon that no other row names.
    Unknown { name: "any other `:name`", text: true, fate: Fate::Unknown,
        loss: Loss::Effect { harmless: "" },
        remedy: "dropped; `keep-unknown` in the configuration keeps it", sources: &[NEW_PARAMETERS, OLD_PARAMETERS] }
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
    /// Whether it is a restriction that stays in the URL, where the embed's user can remove it.
    pub fn is_removable(&self) -> bool {
        self.fate == Fate::Kept && matches!(self.loss, Loss::Access { .. })
    }

    /// Whether code that writes it is likely to build the old URL: the new one does not have it, or has it again as a
    /// restriction. Links to workbooks, which are no embeds, have [`Id::NodeId`] as well.
    pub fn is_telling(&self) -> bool {
        let is_gone = !matches!(self.fate, Fate::Kept | Fate::Unknown) && self.id != Id::NodeId;
        is_gone || self.is_removable()
    }

    /// What takes its place, as a sentence has it.
    pub fn replacement(&self) -> String {
        match self.target {
            Some(PATH) if self.id == Id::NodeId => "the page in the path".to_owned(),
            Some(target) => format!("`:{target}`"),
            None => String::new(),
        }
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
            let is_text =
                ["text", "string", "name", "commas"].iter().any(|word| row.values.contains(word));
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
                row.fate == Fate::Unsupported || row.is_removable(),
                row.loss != Loss::None && row.id != Id::Unknown
            );
            assert!(!row.is_removable() || !row.remedy.is_empty(), "{}", row.name);
        }
    }
}
