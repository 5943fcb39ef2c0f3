//! The front door of the crate: [`Settings`] in, [`Auditor`], [`Converter`] and [`Scanner`] out, results in the shapes of schema 1.
//!
//! The commands stand on the same functions, so that a program and a command line give the same answers.

mod audit;
mod convert;
mod entropy;
pub(crate) mod file;
mod mark;
mod row;
mod scan;
pub(crate) mod turns;

pub use audit::{Audited, Auditor};
pub use convert::{Converted, Converter};
pub use entropy::Random;
pub use mark::Mark;
pub use row::{Known, Memory, Row};
pub use scan::{Scanned, Scanner};

pub(crate) use convert::{Provenance, record};
pub(crate) use entropy::PagedEntropy;
pub(crate) use row::{read, shown};

use crate::convert::{Credentials, IssuedAt, NoEntropy, Options, Targets, TokenId};
use crate::dialect::oauth::Encrypt;
use crate::dialect::path::is_path_part;
use crate::dialect::workbook::WorkbookRef;
use crate::map::EmbedMap;
use crate::policy::{Allow, Levels};
use crate::report::redact::Secrets;
use crate::rule::UserKind;
use crate::secret::Secret;

/// Findings in one file from which on the rest of it is not looked at: nobody reads more, and a file may be made to fill the memory.
pub const MOST_FINDINGS: usize = 10_000;

/// Gives the seconds since 1970.
pub type Clock = fn() -> u64;

/// Where secrets come from.
#[derive(Clone, Debug, Default)]
pub enum Keys {
    /// There are none: signatures are not verified, and nothing is converted.
    #[default]
    None,
    /// One embed secret, whatever the client id.
    One(Secret),
    /// An embed secret for each client id.
    ByClient(Vec<(String, Secret)>),
}

/// How URLs and files are read, checked and converted. `Default` is what the commands do without flags.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Settings {
    /// Which workbook replaces an embed: `--map`.
    pub map: EmbedMap,
    /// The slug of the organisation, where the map names none: `--org`.
    pub org: Option<String>,
    /// The workbook of every URL, by URL id, UUID or URL: `--workbook`.
    pub workbook: Option<String>,
    /// The embed secrets: `--secret-file`, `--credentials`.
    pub keys: Keys,
    /// Hosts of Sigma beside `app.sigmacomputing.com`: `hosts`.
    pub hosts: Vec<String>,
    /// The severities of rules: `--error RULE` and its kin.
    pub levels: Levels,
    /// Text that is never reported: `allow`.
    pub allow: Allow,
    /// The clock in seconds since 1970, where it is to stand still: `--now`.
    pub now: Option<u64>,
    /// What gives the seconds since 1970 where `now` is not set; without it the system, on platforms with a clock.
    pub clock: Option<Clock>,
    /// How tokens are made: `--jti`, `--ttl`, `--client-id`, `--account-type` and the like. Its clock is replaced by `now`.
    pub token: Options,
    /// Whether unknown parameters are kept: `--keep-unknown`.
    pub keep_unknown: bool,
    /// Whether defaults that changed are written out: without `--no-preserve-defaults`.
    pub preserve_defaults: bool,
    /// Whether `inspect` explains what converting would do: `--explain-conversion`.
    pub explain: bool,
    /// Whether reports show signatures and tokens in full: `--show-secrets`.
    pub show_secrets: bool,
    /// The name of the list in results.
    pub source: String,
    /// How many threads work on many rows: one, unless more are asked for.
    pub threads: usize,
    /// Where random bytes come from; without it from the system, if the crate was built with the feature `random`.
    pub random: Option<Random>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            map: EmbedMap::default(),
            org: None,
            workbook: None,
            keys: Keys::None,
            hosts: Vec::new(),
            levels: Levels::default(),
            allow: Allow::default(),
            now: None,
            clock: None,
            token: Options {
                token_id: TokenId::Fresh,
                now: 0,
                issued_at: IssuedAt::Now,
                lifetime: None,
                version_1_1: false,
                user: UserKind::Embed,
                client_id: None,
                account_type: None,
                trust_input: false,
                encrypt_oauth_token: Encrypt::Never,
            },
            keep_unknown: false,
            preserve_defaults: true,
            explain: false,
            show_secrets: false,
            source: "input".to_owned(),
            threads: 1,
            random: None,
        }
    }
}

/// Why there is no auditor, converter or scanner with these settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A converter signs tokens.
    #[error("no embed secret: a converter needs one to sign tokens")]
    NoSecret,
    /// The organisation goes into the path.
    #[error("`{0}` is no slug of an organisation: give the first part of a Sigma URL's path")]
    Org(String),
    /// It names no workbook.
    #[error("the workbook is not known by this name: give its URL id, its UUID or its URL")]
    Workbook,
    /// It cannot be the host of a URL.
    #[error("`{0}` is no host: give a name such as `embed.example.com`")]
    Host(String),
    /// The system's clock is not to be had.
    #[error("there is no clock on this platform: set `clock`, or `now` in seconds since 1970")]
    NoClock,
    /// There is no source of random bytes.
    #[error(
        "there is no source of random bytes: set `random`, or `token_id` to `Nonce` or `Derived`"
    )]
    NoRandom,
}

/// Settings that were looked through, with what is made of them once.
#[derive(Debug)]
struct Setup {
    settings: Settings,
    credentials: Option<Credentials>,
    /// Of the credentials: a row that holds one is not read.
    secrets: Vec<Secret>,
    /// The organisation, if the map says it for all.
    org: Option<String>,
    workbook: Option<String>,
}

impl Setup {
    fn new(mut settings: Settings) -> Result<Self, SettingsError> {
        for host in &mut settings.hosts {
            let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
            let is_label = |label: &str| {
                let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
                (1..=63).contains(&label.len())
                    && label.bytes().all(inner)
                    && !label.starts_with('-')
            };
            if name.len() > 253 || !name.split('.').all(is_label) {
                return Err(SettingsError::Host(shown(host)));
            }
            *host = name;
        }
        if let Some(org) = settings.org.as_ref().filter(|org| !is_path_part(org)) {
            return Err(SettingsError::Org(shown(org)));
        }
        let workbook = match settings.workbook.as_deref().map(WorkbookRef::of) {
            None => None,
            Some(Some(Ok(WorkbookRef { id, page: None, element: None, .. }))) => Some(id),
            Some(_) => return Err(SettingsError::Workbook),
        };
        if settings.now.is_none() && settings.clock.is_none() && clock().is_none() {
            return Err(SettingsError::NoClock);
        }
        let client_id = settings.token.client_id.clone();
        let credentials = match std::mem::take(&mut settings.keys) {
            Keys::None => None,
            Keys::One(secret) => Some(Credentials::one(secret, client_id)),
            Keys::ByClient(all) => Some(Credentials::by_client(all, client_id)),
        };
        let secrets = credentials.as_ref().map(Credentials::secrets).unwrap_or_default();
        let org = settings.org.take().or_else(|| settings.map.only_org().map(str::to_owned));
        Ok(Self { settings, credentials, secrets, org, workbook })
    }

    fn targets(&self) -> Targets<'_> {
        Targets::of(&self.settings.map, self.org.as_deref(), self.workbook.as_deref())
    }

    fn now(&self) -> u64 {
        let given = || self.settings.clock.map(|clock| clock());
        self.settings.now.or_else(given).or_else(clock).unwrap_or_default()
    }

    fn shown(&self) -> Secrets {
        if self.settings.show_secrets { Secrets::Shown } else { Secrets::Hidden }
    }

    fn options(&self) -> Options {
        Options { now: self.now(), ..self.settings.token.clone() }
    }

    fn entropy(&self) -> Result<PagedEntropy, NoEntropy> {
        self.settings.random.or(entropy::OF_SYSTEM).map(PagedEntropy::new).ok_or(NoEntropy)
    }
}

/// Seconds since 1970, where there is a clock.
fn clock() -> Option<u64> {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    return None;
    #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(Some(0), |elapsed| Some(elapsed.as_secs()))
}
