//! `embed2jwt.toml`: what a project wants of every run. Its keys mirror the flags; flags win over it.

mod allow;
mod error;
mod parameters;
mod source;
mod table;
mod value;

use std::ops::Range;
use std::path::{Path, PathBuf};

pub use error::{ConfigError, ConfigPlace, MAX_BYTES, Wrong};
pub use parameters::{FATES, is_open};
pub use value::parse_size;

use self::source::Source;
use self::table::{Item, Table};
use super::{Allow, Level, Levels, UnknownRule};
use crate::dialect::claims::MAX_LIFETIME;
use crate::dialect::overlay::Overlay;
use crate::dialect::path::is_path_part;
use crate::dialect::workbook::WorkbookRef;
use crate::rule::Severity;

/// What names the workbook of every URL.
pub const WORKBOOK_HELP: &str = "write its UUID, its id as it ends its URL, `<Name>-<id>`, or its URL; pages and elements belong into the map";

/// Words that a flag takes, as the command line defines them: the keys of the same names take the same.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Of `jti`.
    pub jti: Vec<String>,
    /// Of `issued-at`.
    pub issued_at: Vec<String>,
    /// Of `jwt-version`.
    pub jwt_version: Vec<String>,
    /// Of `user`.
    pub user: Vec<String>,
    /// Of `fail-on` in `[audit]`, `[inspect]` and `[check]`.
    pub fail_on: Vec<String>,
    /// Of `format` in the same.
    pub format: Vec<String>,
    /// Of `fail-on` in `[convert]`.
    pub convert_fail_on: Vec<String>,
    /// Of `format` in `[convert]`.
    pub convert_format: Vec<String>,
}

/// What a configuration file says; nothing, without one.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The file's name, if there is one.
    pub file: Option<PathBuf>,
    /// Whether a person named the file. One that was only found may come with the list that is read.
    pub named: bool,
    /// Hosts of Sigma beside its own, in lower case.
    pub hosts: Vec<String>,
    /// Text that is never reported.
    pub allow: Allow,
    /// `[rules]`
    pub levels: Levels,
    /// `[map]`
    pub map: MapTable,
    /// `[check]`
    pub check: CheckTable,
    /// `[convert]`
    pub convert: ConvertTable,
    /// `[audit]`
    pub audit: ReportTable,
    /// `[inspect]`
    pub inspect: ReportTable,
    /// `[parameters]`
    pub parameters: Option<Overlay>,
}

/// `[map]`
#[derive(Clone, Debug, Default)]
pub struct MapTable {
    /// Map files.
    pub files: Vec<PathBuf>,
    /// The organisation of URLs whose map row names none.
    pub org: Option<String>,
    /// The workbook of every URL.
    pub workbook: Option<String>,
}

/// `[check]`
#[derive(Clone, Debug, Default)]
pub struct CheckTable {
    /// Globs of files to scan.
    pub include: Vec<String>,
    /// Globs of files to leave out.
    pub exclude: Vec<String>,
    /// Text that is never reported of files.
    pub allow: Allow,
    /// The largest file that is scanned, in bytes.
    pub max_file_size: Option<u64>,
    /// The file of known findings.
    pub baseline: Option<PathBuf>,
    /// What its report is, and when it fails.
    pub report: ReportTable,
}

/// `[convert]`: words are those of [`Words`].
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "each is the flag of its name")]
pub struct ConvertTable {
    pub jti: Option<String>,
    pub ttl: Option<u64>,
    pub issued_at: Option<String>,
    pub jwt_version: Option<String>,
    pub user: Option<String>,
    pub keep_unknown: Option<bool>,
    pub preserve_defaults: Option<bool>,
    pub encrypt_oauth_token: Option<bool>,
    pub account_type: Option<String>,
    pub client_id: Option<String>,
    pub credentials: Option<PathBuf>,
    pub fail_on: Option<String>,
    pub format: Option<String>,
}

/// What `[audit]`, `[inspect]` and `[check]` say of the report: words are those of [`Words`].
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "each is the flag of its name")]
pub struct ReportTable {
    pub fail_on: Option<String>,
    pub format: Option<String>,
}

impl ReportTable {
    fn take(table: &mut Table<'_, '_>, words: &Words) -> Result<Self, ConfigError> {
        Ok(Self {
            fail_on: table.take("fail-on", |item| item.choice(&words.fail_on))?,
            format: table.take("format", |item| item.choice(&words.format))?,
        })
    }
}

impl Config {
    /// Reads a configuration. Paths in it are relative to its folder; errors name it by `file`.
    pub fn parse(
        file: &Path,
        folder: &Path,
        bytes: &[u8],
        words: &Words,
    ) -> Result<Self, ConfigError> {
        let source = Source::new(&file.display().to_string(), bytes)?;
        let mut root = Table::new(&source, "", source.document()?)?;
        let path = |item: &Item<'_, '_>| item.text().map(|text| folder.join(text));
        let paths = |item: &Item<'_, '_>| {
            item.list().map(|texts| texts.iter().map(|text| folder.join(text)).collect())
        };
        let part = |item: &Item<'_, '_>| {
            let text = item.text()?;
            if is_path_part(&text) {
                return Ok(text);
            }
            let help = "write the part between two slashes of a Sigma URL: letters, digits, `-`, `.`, `_`, `~`";
            Err(item.wrong("cannot be part of a URL's path", "not fit for a path", help))
        };
        let workbook = |item: &Item<'_, '_>| match WorkbookRef::of(&item.text()?) {
            Some(Ok(workbook)) if workbook.page.is_none() && workbook.element.is_none() => {
                Ok(workbook.id)
            }
            // A URL may hold a token, so that the value is not shown.
            _ => Err(item.wrong_hidden("names no workbook", "not a workbook", WORKBOOK_HELP)),
        };
        let config = Self {
            file: Some(file.to_owned()),
            named: false,
            hosts: root.take("hosts", hosts)?.unwrap_or_default(),
            allow: root.take("allow", allow::read)?.unwrap_or_default(),
            levels: levels(&mut root)?,
            map: root
                .section("map", |table| {
                    Ok(MapTable {
                        files: table.take("files", paths)?.unwrap_or_default(),
                        org: table.take("org", part)?,
                        workbook: table.take("workbook", workbook)?,
                    })
                })?
                .unwrap_or_default(),
            check: root
                .section("check", |table| {
                    table.take("hosts", moved)?;
                    Ok(CheckTable {
                        include: table.take("include", Item::list)?.unwrap_or_default(),
                        exclude: table.take("exclude", Item::list)?.unwrap_or_default(),
                        allow: table.take("allow", allow::read)?.unwrap_or_default(),
                        max_file_size: table.take("max-file-size", size)?,
                        baseline: table.take("baseline", path)?,
                        report: ReportTable::take(table, words)?,
                    })
                })?
                .unwrap_or_default(),
            convert: root
                .section("convert", |table| {
                    Ok(ConvertTable {
                        jti: table.take("jti", |item| item.choice(&words.jti))?,
                        ttl: table.take("ttl", |item| item.number(1, MAX_LIFETIME))?,
                        issued_at: table.take("issued-at", |item| item.choice(&words.issued_at))?,
                        jwt_version: table
                            .take("jwt-version", |item| item.choice(&words.jwt_version))?,
                        user: table.take("user", |item| item.choice(&words.user))?,
                        keep_unknown: table.take("keep-unknown", Item::flag)?,
                        preserve_defaults: table.take("preserve-defaults", Item::flag)?,
                        encrypt_oauth_token: table.take("encrypt-oauth-token", Item::flag)?,
                        account_type: table.take("account-type", Item::text)?,
                        client_id: table.take("client-id", Item::text)?,
                        credentials: table.take("credentials", path)?,
                        fail_on: table
                            .take("fail-on", |item| item.choice(&words.convert_fail_on))?,
                        format: table.take("format", |item| item.choice(&words.convert_format))?,
                    })
                })?
                .unwrap_or_default(),
            audit: root
                .section("audit", |table| ReportTable::take(table, words))?
                .unwrap_or_default(),
            inspect: root
                .section("inspect", |table| ReportTable::take(table, words))?
                .unwrap_or_default(),
            parameters: parameters::read(&mut root)?,
        };
        root.finish()?;
        Ok(config)
    }
}

/// The hosts are those of every command.
fn moved(item: &Item<'_, '_>) -> Result<(), ConfigError> {
    let help = "write `hosts = […]` at the beginning of the file, above the first table";
    Err(item.wrong("is not a key of [check]: it holds for every command", "not in a table", help))
}

fn hosts(item: &Item<'_, '_>) -> Result<Vec<String>, ConfigError> {
    let help = "write the name alone, such as `embed.example.com`: no scheme, port, path or `*`";
    item.list_of(value::host, "is not a host name", help)
}

fn size(item: &Item<'_, '_>) -> Result<u64, ConfigError> {
    if let Ok(bytes) = item.number(1, u64::MAX) {
        return Ok(bytes);
    }
    let wrong = || {
        let help = "write a number of bytes, or one with K, M or G: `max-file-size = \"10M\"`";
        item.wrong("is not a size", "not a size", help)
    };
    item.text().ok().and_then(|text| parse_size(&text)).ok_or_else(wrong)
}

/// The levels that a configuration can give a rule.
const LEVELS: [(&str, Level); 4] = [
    (Severity::Error.name(), Level::At(Severity::Error)),
    (Severity::Warning.name(), Level::At(Severity::Warning)),
    (Severity::Info.name(), Level::At(Severity::Info)),
    ("off", Level::Off),
];

fn levels(root: &mut Table<'_, '_>) -> Result<Levels, ConfigError> {
    let mut levels = Levels::default();
    let entries = root.entries("rules")?;
    // `all` first, so that it never takes back what is said of one rule.
    for all in [true, false] {
        for (item, key) in entries.iter().filter(|(item, _)| (item.key == "all") == all) {
            set_level(&mut levels, item, key)?;
        }
    }
    Ok(levels)
}

fn set_level(
    levels: &mut Levels,
    item: &Item<'_, '_>,
    key: &Range<usize>,
) -> Result<(), ConfigError> {
    if source::is_secretive(&item.key) {
        return Err(item.no_secret(key.clone()));
    }
    let unknown = |error: UnknownRule| {
        let problem = format!("there is no rule `{}`", table::shown(&item.key));
        let help = error.advice().to_owned();
        item.source.wrong(key.clone(), source::Show::Marked, problem, "no such rule", help)
    };
    // The name before the value: a wrong value of a rule that does not exist is the lesser problem.
    levels.set(&item.key, Level::Off).map_err(unknown)?;
    let text = item.text()?;
    match LEVELS.iter().find(|(name, _)| *name == text) {
        Some((_, level)) => levels.set(&item.key, *level).map_err(unknown),
        None => Err(item.no_such("level", &text, LEVELS.iter().map(|(name, _)| *name))),
    }
}
