//! Which files a command scans: what its arguments, the configuration and git say.

use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use super::args::Files;
use super::error::CliError;
use super::git;
use super::small;
use crate::input::files::{Candidate, Globs, Hidden, Tree};
use crate::policy::Config;

/// The largest file that is scanned, unless it is said otherwise.
const LARGEST: u64 = 64 << 20;

/// Files that go to a thread together.
const TOGETHER: usize = 32;

/// Groups of files that wait for a thread: enough that one with large files holds nobody up.
pub(super) const WAITING: usize = 256;

/// Files that go to a thread together.
pub(super) type Group = Vec<Result<Candidate, Hidden>>;

/// How large the files are is known when they are read.
pub(super) fn is_large(_: &Group) -> bool {
    false
}

/// The largest file that is scanned.
pub(super) fn largest(args: &Files, config: &Config) -> u64 {
    args.max_file_size.or(config.check.max_file_size).unwrap_or(LARGEST)
}

/// Whether standard input is among what is scanned.
pub(super) fn is_stdin(args: &Files) -> bool {
    args.paths.iter().any(|path| path.as_os_str() == "-")
}

/// What is scanned, without the files that the run itself reads or writes.
pub(super) fn tree<'p>(
    args: &'p Files,
    config: &'p Config,
    own: impl IntoIterator<Item = &'p Path>,
) -> Result<Tree, CliError> {
    let folder = std::env::current_dir()
        .map_err(|source| CliError::Read { file: PathBuf::from("."), source })?;
    let mut globs = Globs::default();
    let beside = config.file.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let here = Path::new("");
    if args.include.is_empty() {
        globs.include(&folder, beside, &config.check.include)?;
    } else {
        globs.include(&folder, here, &args.include)?;
    }
    globs.exclude(&folder, beside, &config.check.exclude)?;
    globs.exclude(&folder, here, &args.exclude)?;
    if is_stdin(args) {
        if args.paths.len() > 1 {
            return Err(CliError::StdinAmongPaths);
        }
        if io::stdin().is_terminal() {
            return Err(CliError::NoInput {
                reason: "`-` is named, and standard input is a terminal",
            });
        }
        let name = args.stdin_filename.clone().unwrap_or_else(|| PathBuf::from("<stdin>"));
        return Ok(Tree::stdin(&folder, name, globs));
    }
    if args.stdin_filename.is_some() {
        return Err(CliError::NoStdin);
    }
    let named = if let Some(list) = &args.list {
        listed(list)?
    } else if args.staged {
        git::changed(&args.paths, git::Since::LastCommit)?
    } else if let Some(reference) = &args.since {
        git::changed(&args.paths, git::Since::Commit(reference))?
    } else if args.paths.is_empty() {
        vec![PathBuf::from(".")]
    } else {
        args.paths.clone()
    };
    let lists = args.list.as_deref().into_iter().chain(config.file.as_deref());
    let tree = Tree::new(&folder, named, globs)?.here().without(own.into_iter().chain(lists));
    Ok(if args.no_gitignore { tree.with_ignored() } else { tree })
}

/// Walks a tree and sends its files in groups.
pub(super) fn send(tree: Tree, send: &mut dyn FnMut(Group) -> bool) {
    let mut group = Vec::with_capacity(TOGETHER);
    let mut wanted = true;
    tree.walk(|found| {
        group.push(found);
        if group.len() == TOGETHER {
            wanted = send(std::mem::replace(&mut group, Vec::with_capacity(TOGETHER)));
        }
        wanted
    });
    if wanted && !group.is_empty() {
        send(group);
    }
}

/// The paths in a list: with a NUL between them, or one a line. A link is none, as when a tree is walked: what it leads to is
/// scanned where it lies, or lies outside.
fn listed(list: &Path) -> Result<Vec<PathBuf>, CliError> {
    let read = if list.as_os_str() == "-" {
        small::content(io::stdin().lock(), small::LIST)
    } else {
        small::named(list, small::LIST)
    };
    let bytes = read.map_err(|source| CliError::Read { file: list.to_owned(), source })?;
    let separator = if bytes.contains(&0) { 0 } else { b'\n' };
    let paths = bytes.split(|byte| *byte == separator);
    let line = |line: &[u8]| {
        let line = if separator == 0 { line } else { line.strip_suffix(b"\r").unwrap_or(line) };
        let path = (!line.is_empty()).then(|| path(line));
        path.filter(|path| !fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink()))
    };
    Ok(paths.filter_map(line).collect())
}

/// A path as the system spells it.
#[cfg(unix)]
pub(super) fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// A path as the system spells it.
#[cfg(not(unix))]
pub(super) fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
