//! The configuration file: finding it, reading it, and what the flags leave to it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};

use super::args::{
    ConvertFailOn, FailOn, IssuedAt, Jti, JwtVersion, OutputFormat, ReportFormat, User,
};
use super::error::CliError;
use crate::policy::config::MAX_BYTES;
use crate::policy::{Config, ConfigError, Words};

/// The names under which it is found.
const NAMES: [&str; 2] = ["embed2jwt.toml", ".embed2jwt.toml"];

/// Which configuration is read.
#[derive(Args, Debug)]
#[command(next_help_heading = "Configuration")]
pub(super) struct ConfigArgs {
    /// The configuration file. Without it: `embed2jwt.toml` or `.embed2jwt.toml` here or in the nearest folder above.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, overrides_with = "no_config")]
    config: Option<PathBuf>,
    /// Read no configuration file.
    #[arg(long, overrides_with = "config")]
    no_config: bool,
}

/// The configuration of a run; an empty one if there is none.
pub(super) fn load(args: &ConfigArgs) -> Result<Config, CliError> {
    let found = match &args.config {
        Some(file) => Some((file.clone(), file.clone())),
        None if args.no_config => None,
        None => find()?,
    };
    let Some((file, name)) = found else { return Ok(Config::default()) };
    let bytes = read(&file)
        .map_err(|source| ConfigError::Read { file: name.display().to_string(), source })?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let config = Config::parse(&name, folder, &bytes, &words())?;
    Ok(Config { named: args.config.is_some(), ..config })
}

/// At most one byte more than is allowed: a configuration may be a pipe.
fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The nearest configuration from the working directory upwards, with the name to show for it.
fn find() -> Result<Option<(PathBuf, PathBuf)>, CliError> {
    // Without a working directory there is nowhere to begin.
    let Ok(start) = std::env::current_dir() else { return Ok(None) };
    for folder in start.ancestors() {
        // A folder that may not be looked into holds no configuration for us. A link that leads nowhere does: it fails
        // when it is read.
        let stands = |name: &&str| {
            fs::symlink_metadata(folder.join(name)).is_ok_and(|about| !about.is_dir())
        };
        let mut names = NAMES.iter().filter(|name| stands(name));
        let Some(name) = names.next() else { continue };
        let shown = |name: &str| {
            if folder == start { PathBuf::from(name) } else { folder.join(name) }
        };
        if let Some(other) = names.next() {
            return Err(CliError::TwoConfigs { first: shown(name), second: shown(other) });
        }
        return Ok(Some((folder.join(name), shown(name))));
    }
    Ok(None)
}

/// What the flags take, for the keys of the same names.
fn words() -> Words {
    Words {
        jti: names::<Jti>(),
        issued_at: names::<IssuedAt>(),
        jwt_version: names::<JwtVersion>(),
        user: names::<User>(),
        fail_on: names::<FailOn>(),
        format: names::<ReportFormat>(),
        convert_fail_on: names::<ConvertFailOn>(),
        convert_format: names::<OutputFormat>(),
    }
}

fn names<T: ValueEnum>() -> Vec<String> {
    let name = |value: &T| Some(value.to_possible_value()?.get_name().to_owned());
    T::value_variants().iter().filter_map(name).collect()
}

/// What the flag says, else the file, else the default.
pub(super) fn choose<T: ValueEnum>(flag: Option<T>, configured: Option<&str>, default: T) -> T {
    flag.or_else(|| T::from_str(configured?, false).ok()).unwrap_or(default)
}

/// The same for a flag with its contrary.
pub(super) fn switch(yes: bool, no: bool, configured: Option<bool>, default: bool) -> bool {
    match (yes, no) {
        (true, _) => true,
        (_, true) => false,
        _ => configured.unwrap_or(default),
    }
}
