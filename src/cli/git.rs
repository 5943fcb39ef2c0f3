//! What git says has changed. The repository may be somebody else's: nothing that its configuration names is run.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::error::CliError;
use super::files::path;
use super::secret;

/// Since when files have changed.
#[derive(Clone, Copy)]
pub(super) enum Since<'a> {
    /// What is to be committed.
    LastCommit,
    /// The commit of this name.
    Commit(&'a str),
}

/// Settings of every call. Those of the command line come before those of the repository.
const SETTINGS: [&str; 7] = [
    // Not a repository that lies within the files of another.
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.sshCommand=false",
    "diff.external=",
    "protocol.allow=never",
];

/// Variables that say to git where the repository is: whoever sets them says where the files are.
const PLACES: [&str; 2] = ["GIT_DIR", "GIT_WORK_TREE"];

/// The files below these paths that git says have changed. Deleted ones, submodules and links are left out; one that is to be
/// committed and cannot be found stays, so that it is missed.
pub(super) fn changed(paths: &[PathBuf], since: Since<'_>) -> Result<Vec<PathBuf>, CliError> {
    for file in paths {
        fs::metadata(file).map_err(|source| CliError::Read { file: file.clone(), source })?;
    }
    let top = git(&["rev-parse", "--show-toplevel"], &[], &[])?;
    let top = path(top.strip_suffix(b"\n").unwrap_or(&top));
    // The repository's own configuration may name any folder as its work tree.
    let is_said = PLACES.iter().any(|name| std::env::var_os(name).is_some());
    if !is_said && fs::symlink_metadata(top.join(".git")).is_err() {
        return Err(CliError::OtherWorkTree { top });
    }
    let filters = filters()?;
    let mut args =
        vec!["diff", "--name-only", "-z", "--no-relative", "--no-ext-diff", "--no-textconv"];
    args.extend(["--diff-filter=d", "--ignore-submodules=all"]);
    let since = match since {
        Since::LastCommit => "--cached".to_owned(),
        Since::Commit(name) => commit(name)?,
    };
    args.extend([since.as_str(), "--"]);
    let here = [PathBuf::from(".")];
    let names = git(&args, if paths.is_empty() { &here } else { paths }, &filters)?;
    let file = |name: &[u8]| {
        let file = top.join(path(name));
        fs::symlink_metadata(&file).map_or(true, |about| about.is_file()).then_some(file)
    };
    Ok(names.split(|byte| *byte == 0).filter(|name| !name.is_empty()).filter_map(file).collect())
}

/// The repository's name and the commit that is checked out, as far as git knows them.
pub(super) fn head() -> (Option<String>, Option<String>) {
    let line = |args: &[&str]| {
        let bytes = git(args, &[], &[]).ok()?;
        let text = String::from_utf8_lossy(&bytes).trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    let Some(top) = line(&["rev-parse", "--show-toplevel"]) else { return (None, None) };
    let remote = line(&["config", "--get", "remote.origin.url"]);
    let name = remote.as_deref().and_then(repository);
    let folder = || Some(PathBuf::from(top).file_name()?.to_string_lossy().into_owned());
    let commit = line(&["rev-parse", "--verify", "--quiet", "--short=12", "HEAD"]);
    (name.or_else(folder), commit)
}

/// Owner and name in the address of a repository, without the host and whoever is named before it: that may be a password.
fn repository(address: &str) -> Option<String> {
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => address.split_once(':')?.1,
    };
    let path = path.split(['?', '#']).next()?.trim_matches('/');
    let parts: Vec<&str> = path.strip_suffix(".git").unwrap_or(path).split('/').collect();
    let last = parts.get(parts.len().saturating_sub(2)..)?.join("/");
    (!last.is_empty() && !last.contains(['@', ':'])).then_some(last)
}

/// The commit that a name stands for; no name can be taken for an option then.
fn commit(name: &str) -> Result<String, CliError> {
    let name = format!("{name}^{{commit}}");
    let args = ["rev-parse", "--verify", "--end-of-options", &name];
    Ok(String::from_utf8_lossy(&git(&args, &[], &[])?).trim_end().to_owned())
}

/// The commands of filters that git would run to compare a file with what is committed.
fn filters() -> Result<Vec<String>, CliError> {
    // Without any, git finds nothing, which it calls a failure: so the settings are listed, and looked through here.
    let names = git(&["config", "--list", "--name-only", "-z"], &[], &[])?;
    let names = names.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    let is_filter = |name: &str| {
        let ends = [".clean", ".smudge", ".process", ".required"];
        name.starts_with("filter.") && ends.iter().any(|end| name.ends_with(end))
    };
    Ok(names.filter(|name| is_filter(name)).map(std::borrow::Cow::into_owned).collect())
}

/// What git prints, with these settings emptied.
fn git(args: &[&str], paths: &[PathBuf], emptied: &[String]) -> Result<Vec<u8>, CliError> {
    let mut command = Command::new("git");
    command.arg("--no-pager").args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
    command.args(args).args(paths);
    for name in secret::VARIABLES {
        command.env_remove(name);
    }
    // Not `-c`: a name may hold `=`. Behind those that the caller has set in the same way.
    let count = std::env::var("GIT_CONFIG_COUNT").ok().and_then(|count| count.parse().ok());
    let count: usize = count.unwrap_or_default();
    for (number, name) in (count..).zip(emptied) {
        let value = if name.ends_with(".required") { "false" } else { "" };
        command.env(format!("GIT_CONFIG_KEY_{number}"), name);
        command.env(format!("GIT_CONFIG_VALUE_{number}"), value);
    }
    let output = command
        .env("GIT_CONFIG_COUNT", (count + emptied.len()).to_string())
        // A path is a path, whatever it begins with.
        .env("GIT_LITERAL_PATHSPECS", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        // What is not here is not fetched: that would run what the repository names as its server.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| CliError::Git { problem: error.to_string() })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let problem = said.lines().next().unwrap_or("it failed").to_owned();
    Err(CliError::Git { problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_has_the_last_two_parts_of_its_address_as_its_name() {
        for (address, name) in [
            ("https://github.com/acme/app.git", Some("acme/app")),
            ("https://user:hunter2@git.example.com:8443/group/sub/app/", Some("sub/app")),
            ("git@github.com:acme/app.git", Some("acme/app")),
            ("ssh://git@host/~ann/app?token=hunter2", Some("~ann/app")),
            ("https://host/app", Some("app")),
            ("/srv/git/app.git", None),
            ("https://hunter2@host", None),
            ("https://host//user:hunter2@host/x", None),
            ("", None),
        ] {
            assert_eq!(repository(address).as_deref(), name, "{address}");
        }
    }
}
