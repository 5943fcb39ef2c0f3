//! Where the API is, as whom it is asked, and through which proxy: of flags and of the environment.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueHint};
use miette::Diagnostic;
use thiserror::Error;

use super::super::error::CliError;
use super::super::secret;
use crate::map::pull::state::StateError;
use crate::map::pull::{BaseError, BaseUrl, CLOUDS, Credentials, ProxyError, Route};
use crate::secret::Secret;

/// The variables that the tools around Sigma use.
const BASE_URL: &str = "SIGMA_BASE_URL";
pub(in crate::cli) const CLIENT_ID: &str = "SIGMA_CLIENT_ID";
pub(in crate::cli) const CLIENT_SECRET: &str = "SIGMA_CLIENT_SECRET";

/// Why a command about the map cannot begin.
#[derive(Debug, Diagnostic, Error)]
pub(in super::super) enum MapCommandError {
    #[error("the address of Sigma's API is not known")]
    #[diagnostic(help(
        "give it in one of three ways:\n  --cloud NAME          one of {clouds}\n  --base-url URL        such as https://api.sigmacomputing.com\n  SIGMA_BASE_URL        the environment variable",
        clouds = CLOUDS.map(|(name, _)| name).join(", ")
    ))]
    NoBase,
    #[error("the base URL in {place} {problem}")]
    #[diagnostic(help("Sigma's administration shows it, under Developer access"))]
    Base { place: &'static str, problem: BaseError },
    #[error("there is no {what} for Sigma's API")]
    #[diagnostic(help(
        "an administrator of Sigma makes one, under Developer access; give it in one of two ways:\n  {flag} FILE    a file that holds it\n  {variable}    the environment variable"
    ))]
    NoCredential { what: &'static str, flag: &'static str, variable: &'static str },
    #[error("{place} is empty: it should hold the {what} for Sigma's API")]
    #[diagnostic(help("an administrator of Sigma makes one, under Developer access"))]
    EmptyCredential { what: &'static str, place: String },
    #[error("the proxy in {variable} {problem}")]
    #[diagnostic(help("correct the variable, or unset it to reach the API directly"))]
    Proxy { variable: &'static str, problem: ProxyError },
    #[error("there is no map to show")]
    #[diagnostic(help(
        "name its files: embed2jwt map show FILE…, or `files` below `[map]` in embed2jwt.toml"
    ))]
    NoMap,
    #[error("the coverage of a map cannot be written as toml")]
    #[diagnostic(help("use --format human, json or csv"))]
    NoTomlCoverage,
    #[error("there is no file to resume from: the map goes to standard output")]
    #[diagnostic(help(
        "name the file with --resume FILE, or write the map to a file with -o FILE"
    ))]
    NoState,
    #[error("{file} {problem}", file = file.display())]
    #[diagnostic(help("rename it, or give another file with --resume FILE"))]
    State { file: PathBuf, problem: StateError },
    #[error("another pull is writing to {file}", file = file.display())]
    #[diagnostic(help("wait for its end, or give another file with --resume FILE"))]
    StateInUse { file: PathBuf },
}

/// Which API is asked, and as whom. Never from an argument: other users can read those.
#[derive(Args, Debug)]
#[command(next_help_heading = "API")]
pub(super) struct ApiArgs {
    /// The cloud of the organisation; otherwise the base URL in the variable `SIGMA_BASE_URL`.
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(CLOUDS.map(|(name, _)| name)))]
    cloud: Option<String>,
    /// The base URL of the API. Plain http only to this machine.
    #[arg(long, value_name = "URL", conflicts_with = "cloud", value_hint = ValueHint::Url)]
    base_url: Option<String>,
    /// A file that holds the client id; otherwise the variable `SIGMA_CLIENT_ID`.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    client_id_file: Option<PathBuf>,
    /// A file that holds the client secret; otherwise the variable `SIGMA_CLIENT_SECRET`.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) client_secret_file: Option<PathBuf>,
}

/// The files that hold the credentials.
pub(super) fn secret_files(args: &ApiArgs) -> Vec<&Path> {
    args.client_id_file.iter().chain(&args.client_secret_file).map(PathBuf::as_path).collect()
}

/// The base URL: of the flags, else of the environment.
pub(super) fn base(args: &ApiArgs) -> Result<BaseUrl, MapCommandError> {
    let of = |place, text: &str| {
        BaseUrl::parse(text).map_err(|problem| MapCommandError::Base { place, problem })
    };
    if let Some(text) = &args.base_url {
        return of("--base-url", text);
    }
    if let Some(cloud) = &args.cloud {
        let known = CLOUDS.iter().find(|(name, _)| name == cloud).ok_or(MapCommandError::NoBase)?;
        return of("--cloud", known.1);
    }
    let (_, text) = variable([BASE_URL]).ok_or(MapCommandError::NoBase)?;
    of(BASE_URL, &text)
}

/// Client id and secret: of files, else of the environment.
pub(super) fn credentials(args: &ApiArgs) -> Result<Credentials, CliError> {
    let id = args.client_id_file.as_deref();
    let secret = args.client_secret_file.as_deref();
    Ok(Credentials {
        client_id: credential("client id", "--client-id-file", CLIENT_ID, id)?,
        client_secret: credential("client secret", "--client-secret-file", CLIENT_SECRET, secret)?,
    })
}

fn credential(
    what: &'static str,
    flag: &'static str,
    variable: &'static str,
    file: Option<&Path>,
) -> Result<Secret, CliError> {
    let found = match file {
        Some(file) => secret::read(file).map(Some),
        None => secret::from_environment(variable),
    };
    match found {
        Ok(Some(secret)) => Ok(secret),
        Ok(None) => Err(MapCommandError::NoCredential { what, flag, variable }.into()),
        Err(CliError::EmptySecret { place }) => {
            Err(MapCommandError::EmptyCredential { what, place }.into())
        }
        Err(other) => Err(other),
    }
}

/// Directly, or through the proxy that the environment names.
pub(super) fn route(timeout: Duration) -> Result<Route, MapCommandError> {
    let route = Route::direct(timeout);
    let proxies = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    let Some((name, proxy)) = variable(proxies) else { return Ok(route) };
    let except = variable(["no_proxy", "NO_PROXY"]).map(|(_, text)| text).unwrap_or_default();
    route
        .through(&proxy, &except)
        .map_err(|problem| MapCommandError::Proxy { variable: name, problem })
}

/// The first of these variables that is set and not empty.
fn variable<const N: usize>(names: [&'static str; N]) -> Option<(&'static str, String)> {
    names.into_iter().find_map(|name| {
        let value = std::env::var_os(name)?.to_string_lossy().trim().to_owned();
        (!value.is_empty()).then_some((name, value))
    })
}
