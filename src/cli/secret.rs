//! Finding the embed secret: a file, the environment, or a file that names one for each client id.

use std::path::{Path, PathBuf};

use super::args::SecretArgs;
use super::error::CliError;
use super::map::{CLIENT_ID, CLIENT_SECRET};
use super::{config, output, small};
use crate::convert::Credentials;
use crate::policy::Config;
use crate::report::redact;
use crate::secret::Secret;

/// The variable that holds the secret.
const VARIABLE: &str = "SIGMA_EMBED_SECRET";

/// The variables that hold a secret, or half of one: no other program that is run gets them.
pub(super) const VARIABLES: [&str; 3] = [VARIABLE, CLIENT_SECRET, CLIENT_ID];

/// The client id given from outside; an empty one is none.
pub(super) fn client_id(args: &SecretArgs) -> Option<String> {
    args.client_id.clone().filter(|id| !id.is_empty())
}

/// The client id of `convert`: the configuration's, if none is given from outside.
pub(super) fn client_id_or_configured(args: &SecretArgs, config: &Config) -> Option<String> {
    client_id(args).or_else(|| config.convert.client_id.clone())
}

/// Reads the credentials of `convert`: of the flags, else of the environment, else of the configuration.
pub(super) fn configured(args: &SecretArgs, config: &Config) -> Result<Credentials, CliError> {
    let client_id = client_id_or_configured(args, config);
    match (credentials(args, client_id.clone()), &config.convert.credentials, &config.file) {
        (Err(CliError::NoSecret), Some(file), Some(name)) => {
            match by_client_or(file, client_id, &|file| config::may_name(config, file)) {
                // A configuration that was only found may come with the list, and name the secret that its author signed it with.
                Ok(credentials) if !config.named => Ok(credentials.own_only()),
                // Not its name: somebody may have written the secret itself.
                Err(CliError::Read { source, .. }) => {
                    Err(CliError::ConfiguredCredentials { config: name.clone(), source })
                }
                other => other,
            }
        }
        (credentials, ..) => credentials,
    }
}

/// Reads the credentials of a run. What is named explicitly comes before the environment.
fn credentials(args: &SecretArgs, client_id: Option<String>) -> Result<Credentials, CliError> {
    if let Some(file) = &args.credentials {
        return by_client_or(file, client_id, &|_| true)
            .map_err(|error| unnamed(error, "--credentials"));
    }
    let secret = match &args.secret_file {
        Some(file) => read(file).map_err(|error| unnamed(error, "--secret-file"))?,
        None => from_environment(VARIABLE)?.ok_or(CliError::NoSecret)?,
    };
    Ok(Credentials::one(secret, client_id))
}

/// The error without the name of a file that is not there: somebody may have given the secret itself.
fn unnamed(error: CliError, option: &'static str) -> CliError {
    match error {
        CliError::Read { source, .. } => CliError::ReadSecret { option, source },
        other => other,
    }
}

/// The secrets that the environment holds, for a command that needs none and must not show any.
pub(super) fn in_environment() -> Vec<Secret> {
    [VARIABLE, CLIENT_SECRET]
        .iter()
        .filter_map(|name| from_environment(name).ok().flatten())
        .collect()
}

/// The credentials if any are at hand: for commands that can do without.
pub(super) fn optional(args: &SecretArgs) -> Result<Option<Credentials>, CliError> {
    match credentials(args, client_id(args)) {
        Err(CliError::NoSecret) => Ok(None),
        other => other.map(Some),
    }
}

/// The secrets that a file names, for all client ids or for the one that was given.
fn by_client_or(
    file: &Path,
    client_id: Option<String>,
    may_name: &dyn Fn(&Path) -> bool,
) -> Result<Credentials, CliError> {
    let secrets = by_client(file, may_name)?;
    if client_id.as_ref().is_some_and(|id| !secrets.iter().any(|(other, _)| other == id)) {
        return Err(CliError::UnknownClient { file: file.to_owned() });
    }
    Ok(Credentials::by_client(secrets, client_id))
}

/// The secret in a file.
pub(super) fn read(file: &Path) -> Result<Secret, CliError> {
    switch_core_dumps_off();
    let bytes = small::named(file, small::SECRET)
        .map_err(|source| CliError::Read { file: file.to_owned(), source })?;
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(CliError::Utf16Secret { file: file.to_owned() });
    }
    let what = if memchr::memmem::find(&bytes, b"://").is_some() {
        Some("a URL")
    } else {
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
        (lines.count() > 1).then_some("several lines")
    };
    if let Some(what) = what {
        return Err(CliError::SecretIsList { file: file.to_owned(), what });
    }
    Secret::from_file_content(&bytes)
        .ok_or_else(|| CliError::EmptySecret { place: file.display().to_string() })
}

/// The secret in a variable; `None` if there is no such variable.
pub(super) fn from_environment(variable: &str) -> Result<Option<Secret>, CliError> {
    let Some(value) = std::env::var_os(variable) else { return Ok(None) };
    switch_core_dumps_off();
    let secret = Secret::new(value.into_encoded_bytes());
    secret.map(Some).ok_or_else(|| CliError::EmptySecret { place: format!("${variable}") })
}

/// A process that holds a secret leaves no image of its memory behind when it dies.
fn switch_core_dumps_off() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // A limit can always be lowered.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
}

/// Says on standard error which of the secret files other users may read.
pub(super) fn warn_of_open_files<'a>(files: impl IntoIterator<Item = &'a Path>) {
    for file in files.into_iter().filter(|file| is_open_to_others(file)) {
        output::warn(&format!(
            "other users can read the secret in {}; `chmod 600` makes it private",
            redact::line(&file.display().to_string())
        ));
    }
}

/// The secret files of a run: the one that is named, and those that the credentials name.
pub(super) fn files(args: &SecretArgs, config: &Config) -> Vec<PathBuf> {
    let credentials = args.credentials.as_ref().or(config.convert.credentials.as_ref());
    let named = credentials.map(|file| files_of(file)).unwrap_or_default();
    args.secret_file.iter().cloned().chain(named).collect()
}

/// Whether users other than the owner may read a regular file.
#[cfg(unix)]
fn is_open_to_others(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let is_open =
        |about: std::fs::Metadata| about.is_file() && about.permissions().mode() & 0o044 != 0;
    std::fs::metadata(file).is_ok_and(is_open)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

/// The secret files that a file of credentials names. What is wrong with it is said when it is read.
fn files_of(credentials: &Path) -> Vec<PathBuf> {
    let Ok(bytes) = small::found(credentials, small::CREDENTIALS) else { return Vec::new() };
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let table = std::str::from_utf8(text).ok().and_then(|text| text.parse::<toml::Table>().ok());
    let folder = credentials.parent().unwrap_or(Path::new(""));
    let file = |value: &toml::Value| match place(value, folder) {
        Some(KeptIn::File(file)) => Some(file),
        Some(KeptIn::Variable(_)) | None => None,
    };
    table.iter().flat_map(|table| table.values().filter_map(file)).collect()
}

/// Where the secret of a client id is.
enum KeptIn {
    File(PathBuf),
    Variable(String),
}

/// Reads `"<client id>" = { file = "…" }`, `{ env = "…" }`, or a text: `file:…`, `env:…`, the name of a file beside this
/// one, or that of a variable. A value is never shown: somebody may have written the secret itself.
fn by_client(
    file: &Path,
    may_name: &dyn Fn(&Path) -> bool,
) -> Result<Vec<(String, Secret)>, CliError> {
    let problem = |problem: String| CliError::Credentials { file: file.to_owned(), problem };
    let text = small::named(file, small::CREDENTIALS)
        .map_err(|source| CliError::Read { file: file.to_owned(), source })?;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    let text = std::str::from_utf8(text).map_err(|_| problem("it is not UTF-8".to_owned()))?;
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| {
            text.get(..span.start).map_or(1, |before| before.matches('\n').count() + 1)
        });
        // Only the message: the whole error quotes the line, which may hold a secret.
        problem(format!("line {line}: it is not TOML"))
    })?;
    if table.is_empty() {
        return Err(problem("it names no client id".to_owned()));
    }
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut secrets = Vec::new();
    // An entry is named by its number: somebody may have written the secret where the client id belongs.
    for (number, (client_id, value)) in (1..).zip(&table) {
        let place = place(value, folder).ok_or_else(|| {
            problem(format!(
                "entry {number} names neither a file that exists nor a variable that is set"
            ))
        })?;
        let secret = match place {
            // Not the error of `read`: it names the path.
            KeptIn::File(path) if !may_name(&path) => {
                return Err(problem(format!(
                    "entry {number} names a file outside of the repository, which a configuration that was only found may not"
                )));
            }
            KeptIn::File(path) => read(&path).map_err(|error| match error {
                CliError::Read { source, .. } => {
                    problem(format!("the file of entry {number} cannot be read: {source}"))
                }
                other => other,
            })?,
            KeptIn::Variable(name) => from_environment(&name)?
                .ok_or_else(|| problem(format!("the variable of entry {number} is not set")))?,
        };
        secrets.push((client_id.clone(), secret));
    }
    Ok(secrets)
}

fn place(value: &toml::Value, folder: &Path) -> Option<KeptIn> {
    let beside = |path: &str| KeptIn::File(folder.join(path));
    match value {
        toml::Value::Table(table) => {
            let text = |key: &str| table.get(key).and_then(toml::Value::as_str);
            let file = ["file", "secret-file", "secret_file"].into_iter().find_map(text);
            let variable =
                ["env", "variable", "secret-env", "secret_env"].into_iter().find_map(text);
            file.map(beside).or_else(|| variable.map(|name| KeptIn::Variable(name.to_owned())))
        }
        toml::Value::String(text) => {
            if let Some(path) = text.strip_prefix("file:") {
                return Some(beside(path));
            }
            if let Some(name) = text.strip_prefix("env:") {
                return Some(KeptIn::Variable(name.to_owned()));
            }
            if !text.is_empty() && folder.join(text).is_file() {
                return Some(beside(text));
            }
            // Asking for a variable with `=` or NUL in its name is an error of its own.
            let is_name =
                !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            (is_name && std::env::var_os(text).is_some()).then(|| KeptIn::Variable(text.clone()))
        }
        _ => None,
    }
}
