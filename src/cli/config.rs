//! The configuration file: finding it, reading it, and what the flags leave to it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};

use super::args::{
    ConvertFailOn, FailOn, IssuedAt, Jti, JwtVersion, OutputFormat, ReportFormat, User,
};
use super::error::CliError;
use super::small;
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
    // At most one byte more than is allowed: that there is more is for the configuration to say.
    let read = if args.config.is_some() { small::named } else { small::found };
    let bytes = read(&file, MAX_BYTES).map_err(|source| match source.kind() {
        ErrorKind::FileTooLarge => ConfigError::TooLarge { file: name.display().to_string() },
        _ => ConfigError::Read { file: name.display().to_string(), source },
    })?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let config = Config::parse(&name, folder, &bytes, &words())?;
    let config = Config { named: args.config.is_some(), ..config };
    let files = config.map.files.iter().map(|file| ("files", file));
    let files = files.chain(config.check.baseline.as_ref().map(|file| ("baseline", file)));
    let mut files =
        files.chain(config.convert.credentials.as_ref().map(|file| ("credentials", file)));
    match files.find(|(_, file)| !may_name(&config, file)) {
        Some((key, _)) => Err(CliError::ConfiguredOutside { config: name, key }),
        None => Ok(config),
    }
}

/// Whether a configuration may name this file: one that was only found names files of its own repository, or of its own folder
/// if it lies in none. Whoever gives the repository away could otherwise have any file read that the user may read.
pub(super) fn may_name(config: &Config, file: &Path) -> bool {
    let Some(own) = config.file.as_deref().filter(|_| !config.named) else { return true };
    let folder = own.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(folder) = fs::canonicalize(folder.unwrap_or(Path::new("."))) else { return false };
    let root = folder.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&folder);
    // A file that is not there yet lies where its folder does; without a folder nothing can be there.
    let name = || Some(fs::canonicalize(file.parent()?).ok()?.join(file.file_name()?));
    let Some(file) = fs::canonicalize(file).ok().or_else(name) else { return true };
    // A pipe in the repository would be waited for.
    file.starts_with(root) && fs::metadata(&file).map_or(true, |about| about.is_file())
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
