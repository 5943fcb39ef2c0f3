//! All rules: their registry, and running those that look at a URL.
//!
//! To add a rule, declare it in the file of its family, name it here, and give it `fixtures/fires/<id>.txt`.

pub mod code;
pub mod display;
pub mod files;
pub mod misspelt;
pub mod parameter;
pub mod path;
pub mod run;
pub mod session;
pub mod token;
pub mod token_time;
pub mod token_url;
pub mod token_user;
pub mod unsupported;
pub mod url;
pub mod user;

pub use url::{MALFORMED_URL, malformed, unreadable};

use std::sync::LazyLock;

use crate::dialect::params::{COUNT, Id};
use crate::rule::{
    CarriedCheck, Check, Findings, Kind, ParamCheck, Rule, TokenCheck, Trait, UrlCheck, View,
};

macro_rules! registry {
    ($($family:ident::$name:ident),* $(,)?) => {
        /// The number of every rule. `declare_rule!` looks itself up here, so an unregistered rule does not compile.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "the names of the declarations")]
        enum Index { $($name),* }

        /// All rules, in the order in which they are documented.
        pub static RULES: &[&Rule] = &[$(&$family::$name),*];
    };
}

registry! {
    path::DEPRECATED_SIGNED_URL,
    path::DEPRECATED_EMBED_PATH,
    path::PLACEHOLDER_EMBED_ID,
    path::UNMAPPED_EMBED,
    path::PUBLIC_EMBED,
    path::PAGE_IN_QUERY,
    url::MALFORMED_URL,
    url::INSECURE_SCHEME,
    url::MISSING_QUERY_SEPARATOR,
    parameter::MISSING_PARAMETER,
    parameter::DUPLICATE_PARAMETER,
    misspelt::UNKNOWN_PARAMETER,
    parameter::UNDOCUMENTED_PARAMETER,
    misspelt::MISSING_COLON,
    misspelt::WRONG_CASE,
    parameter::ENCODED_COMMA,
    parameter::CONTROL_VALUE_RLS,
    session::INVALID_MODE,
    session::INVALID_SESSION_LENGTH,
    session::INVALID_TIME,
    session::SIGNATURE_MISMATCH,
    session::UNVERIFIED_SIGNATURE,
    session::TOKEN_ALREADY_EXPIRED,
    user::INVALID_EMAIL,
    user::INVALID_TEAMS,
    user::INVALID_USER_ATTRIBUTES,
    user::MISSING_ACCOUNT_TYPE,
    user::UNPAIRED_NAME,
    user::INTERNAL_USER_CLAIMS,
    user::PLAINTEXT_OAUTH_TOKEN,
    run::REUSED_NONCE,
    run::INCONSISTENT_USER,
    display::REPLACED_SHOW_FOOTER,
    display::IMPLICIT_MENU_POSITION,
    display::HIDE_MENU_WITHOUT_POSITION,
    display::LNG_VARIANT_WITHOUT_LNG,
    display::RESPONSIVE_HEIGHT_ON_EDIT,
    display::THEME_CASE,
    unsupported::UNSUPPORTED_HIDE_SEND,
    unsupported::UNSUPPORTED_HIDE_SCHEDULE,
    unsupported::UNSUPPORTED_HIDE_RUN_AS_RECIPIENT,
    unsupported::UNSUPPORTED_HIDE_SHEET_INTERACTIONS,
    unsupported::UNSUPPORTED_SHOW_UNDERLYING_DATA,
    unsupported::UNSUPPORTED_LOADING_BG,
    unsupported::UNSUPPORTED_LOADING_TEXT,
    unsupported::UNSUPPORTED_USE_USER_NAME,
    token::JWT_WRONG_TYPE,
    token::JWT_WRONG_ALGORITHM,
    token::JWT_MISSING_KID,
    token::JWT_MISSING_CLAIM,
    token::JWT_UNKNOWN_CLAIM,
    token_user::JWT_ISSUER_MISMATCH,
    token_user::JWT_MISSING_TEAMS,
    token_time::JWT_MILLISECONDS,
    token_time::JWT_TOO_LONG,
    token_time::JWT_EXPIRED,
    token_time::JWT_BAD_VERSION,
    token_time::JWT_BAD_AUDIENCE,
    token_url::JWT_BAD_SIGNATURE,
    token_url::JWT_LEGACY_PATH,
    token_url::JWT_MISSING_COLON,
    token_url::JWT_MISSING_EMBED,
    token_url::JWT_LEFTOVER_PARAMETER,
    files::LEGACY_URL_BUILDER,
    files::EMBED_API_CALL,
    files::SIGNED_URL_IN_FILE,
    files::UNUSED_SUPPRESSION,
}

/// The rule of this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// The checks, sorted by what they look at.
struct Plan {
    public: Vec<UrlCheck>,
    embed: Vec<UrlCheck>,
    signed: Vec<UrlCheck>,
    jwt: Vec<UrlCheck>,
    carried: Vec<CarriedCheck>,
    token: Vec<TokenCheck>,
    param: ParamChecks,
    jwt_param: ParamChecks,
}

/// The checks of parameters.
struct ParamChecks {
    of_row: [Vec<ParamCheck>; COUNT],
    of_trait: Vec<(Trait, ParamCheck)>,
}

impl ParamChecks {
    const NONE: Self = Self { of_row: [const { Vec::new() }; COUNT], of_trait: Vec::new() };

    fn add(&mut self, ids: &[Id], check: ParamCheck) {
        for &id in ids {
            if let Some(checks) = self.of_row.get_mut(id as usize) {
                checks.push(check);
            }
        }
    }

    fn run(&self, view: &View<'_>, findings: &mut Findings) {
        for arg in view.args {
            for check in self.of_row.get(arg.row.id as usize).into_iter().flatten() {
                check(view, arg, findings);
            }
        }
        for (_, check) in self.of_trait.iter().filter(|(one, _)| view.traits.has(*one)) {
            view.args.iter().for_each(|arg| check(view, arg, findings));
        }
    }
}

static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    let mut plan = Plan {
        public: Vec::new(),
        embed: Vec::new(),
        signed: Vec::new(),
        jwt: Vec::new(),
        carried: Vec::new(),
        token: Vec::new(),
        param: ParamChecks::NONE,
        jwt_param: ParamChecks::NONE,
    };
    for rule in RULES {
        match rule.check {
            Check::Public(check) => plan.public.push(check),
            Check::Embed(check) => plan.embed.push(check),
            Check::Signed(check) => plan.signed.push(check),
            Check::Jwt(check) => plan.jwt.push(check),
            Check::Any(check) => {
                plan.embed.push(check);
                plan.jwt.push(check);
            }
            Check::Carried(check) => plan.carried.push(check),
            Check::Token(check) => plan.token.push(check),
            Check::Run | Check::File => {}
            Check::Param(ids, check) => plan.param.add(ids, check),
            Check::AnyParam(ids, check) => {
                plan.param.add(ids, check);
                plan.jwt_param.add(ids, check);
            }
            Check::Trait(one, check) => plan.param.of_trait.push((one, check)),
            Check::AnyTrait(one, check) => {
                plan.param.of_trait.push((one, check));
                plan.jwt_param.of_trait.push((one, check));
            }
        }
    }
    plan
});

/// Runs every rule on one URL; the findings come in the order of their places.
pub fn check(view: &View<'_>, findings: &mut Findings) {
    let run = |checks: &[UrlCheck], findings: &mut Findings| {
        for check in checks {
            check(view, findings);
        }
    };
    match view.kind {
        Kind::PublicEmbed => run(&PLAN.public, findings),
        Kind::LegacySigned | Kind::LegacyEmbed => {
            run(&PLAN.embed, findings);
            if view.kind == Kind::LegacySigned {
                run(&PLAN.signed, findings);
            }
            PLAN.param.run(view, findings);
        }
        Kind::Jwt => {
            run(&PLAN.jwt, findings);
            PLAN.jwt_param.run(view, findings);
            run_tokens(view, findings);
        }
        Kind::Other | Kind::Malformed => {}
    }
    findings.sort_by_key(|finding| (finding.span.start, finding.rule.index));
}

/// Runs the rules that look at tokens, and not at the URL around them.
pub fn check_tokens(view: &View<'_>, findings: &mut Findings) {
    run_tokens(view, findings);
    findings.sort_by_key(|finding| (finding.span.start, finding.rule.index));
}

fn run_tokens(view: &View<'_>, findings: &mut Findings) {
    for carried in view.tokens {
        for check in &PLAN.carried {
            check(view, carried, findings);
        }
        if let Some(token) = carried.reading.token() {
            for check in &PLAN.token {
                check(view, carried, token, findings);
            }
        }
    }
}
