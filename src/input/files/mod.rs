//! The files of a tree: which of them are scanned, in the order of their paths, and their content.

mod globs;
mod ignored;
mod index;
mod lexical;
mod read;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::WalkBuilder;

pub use globs::{BadGlob, Globs};
use ignored::{LeftOut, Rules};
pub use lexical::absolute;
pub use read::{Content, Identity, Reader, Skip, open};

/// How names of files begin and end that a run writes beside others until they are whole. A run that was killed may
/// leave one behind: it is nobody's content.
pub const UNFINISHED: (&str, &str) = (".embed2jwt-", ".tmp");

/// A path was named that does not exist, or that cannot be looked at.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("cannot read {name}")]
#[diagnostic(help("check the path and its permissions"))]
pub struct NoSuchPath {
    name: String,
    source: io::Error,
}

/// A file that is to be scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Where it is read.
    pub path: PathBuf,
    /// What it is called, if that is another name than its path.
    other_name: Option<String>,
    /// Whether it was named, rather than found.
    pub named: bool,
    /// Whether it is read from standard input, whatever its path.
    pub stdin: bool,
}

impl Candidate {
    /// A file that was found, and not named.
    pub fn found(path: PathBuf) -> Self {
        Self { path, other_name: None, named: false, stdin: false }
    }

    /// What it is called: relative to the working directory if it lies below it, with slashes.
    pub fn name(&self) -> Cow<'_, str> {
        match &self.other_name {
            Some(name) => Cow::Borrowed(name),
            None => slashed(&self.path),
        }
    }
}

/// A path as it is shown: with slashes, and without `./` before it.
fn slashed(path: &Path) -> Cow<'_, str> {
    let name = match path.to_string_lossy() {
        name if MAIN_SEPARATOR == '/' => name,
        name => Cow::Owned(name.replace(MAIN_SEPARATOR, "/")),
    };
    match name {
        Cow::Borrowed(name) => Cow::Borrowed(name.strip_prefix("./").unwrap_or(name)),
        Cow::Owned(name) => Cow::Owned(name.strip_prefix("./").map(str::to_owned).unwrap_or(name)),
    }
}

/// What is not even looked at.
#[derive(Debug)]
pub struct Hidden {
    /// What it is called.
    pub name: String,
    /// Why not.
    pub skip: Skip,
    /// Whether it was named, rather than found.
    pub named: bool,
}

/// A path that was named.
struct Root {
    path: PathBuf,
    absolute: PathBuf,
    is_dir: bool,
}

impl Root {
    /// Where something below it lies, absolute.
    fn absolute(&self, below: &Path) -> PathBuf {
        if below.as_os_str().is_empty() { self.absolute.clone() } else { self.absolute.join(below) }
    }

    /// What something below it is called, seen from the folder that the run works in.
    fn name(&self, folder: &Path, below: &Path) -> String {
        let inside = self.absolute.strip_prefix(folder).ok();
        let name = match (inside, below.as_os_str().is_empty()) {
            (Some(inside), false) if inside.as_os_str().is_empty() => Cow::Borrowed(below),
            (Some(inside), false) => Cow::Owned(inside.join(below)),
            (Some(inside), true) if !inside.as_os_str().is_empty() => Cow::Borrowed(inside),
            (_, true) => Cow::Borrowed(&*self.path),
            // The folder may lie below what was named.
            (None, false) => match self.absolute(below).strip_prefix(folder) {
                Ok(name) => Cow::Owned(name.to_owned()),
                Err(_) => Cow::Owned(self.path.join(below)),
            },
        };
        slashed(&name).into_owned()
    }

    /// Whether what lies below it, seen from the folder, is called as its path says.
    fn is_plain(&self, folder: &Path) -> bool {
        // As texts: paths are equal that are written in several ways.
        let path = self.path.as_os_str().as_encoded_bytes();
        let plain = if path == b"." { b"" } else { path.strip_prefix(b"./").unwrap_or(path) };
        let inside = self.absolute.strip_prefix(folder);
        inside.is_ok_and(|inside| inside.as_os_str().as_encoded_bytes() == plain)
    }
}

/// What is scanned: trees and single files.
pub struct Tree {
    folder: PathBuf,
    is_here: bool,
    roots: Vec<Root>,
    globs: Arc<Globs>,
    /// Absolute paths of files that the run itself reads or writes.
    own: HashSet<PathBuf>,
    /// What is given on standard input, instead of files.
    stdin: Option<PathBuf>,
    /// Whether ignore rules hold.
    has_rules: bool,
}

impl Tree {
    /// Standard input alone, under this name; nothing, if the globs leave that out.
    pub fn stdin(folder: &Path, name: PathBuf, globs: Globs) -> Self {
        let absolute = absolute(folder, &name);
        let is_in = globs.take_in_all() || globs.take_in(&absolute);
        let stdin = (is_in && !globs.leave_out_named(&absolute, false)).then_some(name);
        let (roots, own) = (Vec::new(), HashSet::new());
        Self {
            folder: folder.to_owned(),
            is_here: false,
            roots,
            globs: Arc::new(globs),
            own,
            stdin,
            has_rules: false,
        }
    }

    /// What lies below or is one of the `named` paths, seen from the folder that the run works in. Those that are left out
    /// by the globs are left out, named or not.
    pub fn new(
        folder: &Path,
        named: impl IntoIterator<Item = PathBuf>,
        globs: Globs,
    ) -> Result<Self, NoSuchPath> {
        let mut roots = Vec::new();
        for path in named {
            let absolute = absolute(folder, &path);
            let about = fs::metadata(folder.join(&path))
                .map_err(|source| NoSuchPath { name: path.display().to_string(), source })?;
            let is_dir = about.is_dir();
            if !globs.leave_out_named(&absolute, is_dir) {
                roots.push(Root { path, absolute, is_dir });
            }
        }
        roots.sort_by(|one, other| one.absolute.cmp(&other.absolute));
        roots.dedup_by(|one, other| one.absolute == other.absolute);
        let (folder, globs) = (folder.to_owned(), Arc::new(globs));
        Ok(Self {
            folder,
            is_here: false,
            roots,
            globs,
            own: HashSet::new(),
            stdin: None,
            has_rules: true,
        })
    }

    /// The folder is the process's own: files in it are read by their names, so that the system has fewer folders to go
    /// through.
    #[must_use]
    pub fn here(self) -> Self {
        Self { is_here: true, ..self }
    }

    /// What ignore rules name is walked too.
    #[must_use]
    pub fn with_ignored(self) -> Self {
        Self { has_rules: false, ..self }
    }

    /// Leaves out files that the run itself reads or writes, if they exist.
    #[must_use]
    pub fn without<'p>(mut self, own: impl IntoIterator<Item = &'p Path>) -> Self {
        self.own = own.into_iter().map(|path| absolute(&self.folder, path)).collect();
        self.roots.retain(|root| !self.own.contains(&root.absolute));
        self
    }

    /// Calls `each` for every file, in the order of the paths, until it has enough.
    pub fn walk(self, mut each: impl FnMut(Result<Candidate, Hidden>) -> bool) {
        let Self { folder, is_here, roots, globs, mut own, stdin, has_rules } = self;
        if let Some(path) = stdin {
            each(Ok(Candidate { path, other_name: None, named: true, stdin: true }));
            return;
        }
        // What is named is walked by itself, once.
        own.extend(roots.iter().map(|root| root.absolute.clone()));
        let own = Arc::new(own);
        for root in roots {
            let is_plain = is_here && root.is_plain(&folder);
            let beginning = if is_plain { root.path.clone() } else { folder.join(&root.path) };
            let other_name = |path: &Path| {
                let below = || path.strip_prefix(&beginning).unwrap_or(path);
                (!is_plain).then(|| root.name(&folder, below()))
            };
            let take_in = |path: &Path| {
                let below = || path.strip_prefix(&beginning).unwrap_or(path);
                globs.take_in_all() || globs.take_in(&root.absolute(below()))
            };
            if !root.is_dir {
                let other_name = other_name(&beginning);
                if take_in(&beginning)
                    && !each(Ok(Candidate {
                        path: beginning,
                        other_name,
                        named: true,
                        stdin: false,
                    }))
                {
                    return;
                }
                continue;
            }
            let rules = has_rules.then(|| Rules::new(&beginning, &root.absolute));
            let rules = Arc::new(Mutex::new(rules));
            let left_out = || {
                let mut rules = rules.lock().unwrap_or_else(PoisonError::into_inner);
                rules.as_mut().map(Rules::left_out).unwrap_or_default()
            };
            let name = |path: &Path| match path.strip_prefix(&beginning) {
                Ok(below) => root.name(&folder, below),
                Err(_) => slashed(path).into_owned(),
            };
            let hide = |LeftOut { path, is_dir, skip, missed }| {
                let end = if is_dir { "/" } else { "" };
                Err(Hidden { name: name(&path) + end, skip, named: missed })
            };
            let mut walk = walker(&folder, &root, &beginning, &globs, &own, &rules).build();
            loop {
                let next = walk.next();
                if !left_out().into_iter().map(hide).all(&mut each) {
                    return;
                }
                let Some(entry) = next else { break };
                let found = match entry {
                    Ok(entry) => {
                        // Links are not followed: what they lead to is scanned where it lies, or lies outside.
                        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
                            continue;
                        }
                        let path = entry.into_path();
                        if !take_in(&path) {
                            continue;
                        }
                        Ok(Candidate {
                            other_name: other_name(&path),
                            path,
                            named: false,
                            stdin: false,
                        })
                    }
                    Err(error) => Err(hidden(&folder, &root, &beginning, error)),
                };
                if !each(found) {
                    return;
                }
            }
        }
    }
}

/// The walk through one of the named paths.
fn walker(
    folder: &Path,
    root: &Root,
    beginning: &Path,
    globs: &Arc<Globs>,
    own: &Arc<HashSet<PathBuf>>,
    rules: &Arc<Mutex<Option<Rules>>>,
) -> WalkBuilder {
    let mut walker = WalkBuilder::new(beginning);
    let (globs, own, rules) = (Arc::clone(globs), Arc::clone(own), Arc::clone(rules));
    let (base, beginning) = (root.absolute.clone(), beginning.to_owned());
    // Most entries are neither, and their names say so.
    let own_names: HashSet<OsString> =
        own.iter().filter_map(|path| path.file_name().map(OsStr::to_owned)).collect();
    walker
        .current_dir(folder)
        // The rules are read here: the crate's walk neither knows what git tracks nor names what it leaves out.
        .standard_filters(false)
        .skip_stdout(true)
        .sort_by_file_name(OsStr::cmp)
        .filter_entry(move |entry| {
            let name = entry.file_name();
            if name == ".git" || is_unfinished(name) {
                return false;
            }
            if !globs.leave_out_none() || own_names.contains(name) {
                let below = entry.path().strip_prefix(&beginning).unwrap_or(entry.path());
                let absolute = base.join(below);
                let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
                if own.contains(&absolute) || globs.leave_out(&absolute, is_dir) {
                    return false;
                }
            }
            let mut rules = rules.lock().unwrap_or_else(PoisonError::into_inner);
            rules.as_mut().is_none_or(|rules| rules.keep(entry))
        });
    walker
}

fn is_unfinished(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(UNFINISHED.0.as_bytes()) && name.ends_with(UNFINISHED.1.as_bytes())
}

/// What could not be looked at, and why.
fn hidden(folder: &Path, root: &Root, beginning: &Path, error: ignore::Error) -> Hidden {
    fn path(error: &ignore::Error) -> Option<&Path> {
        match error {
            ignore::Error::WithPath { path, .. } => Some(path),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                path(err)
            }
            _ => None,
        }
    }
    let below = path(&error).and_then(|path| path.strip_prefix(beginning).ok());
    let named = below.is_none_or(|below| below.as_os_str().is_empty());
    let name = root.name(folder, below.unwrap_or(Path::new("")));
    // Its kind alone: its text names the path once more.
    let problem = match error.into_io_error() {
        Some(problem) => io::Error::from(problem.kind()),
        None => io::Error::other("it is a loop"),
    };
    Hidden { name, skip: Skip::Unreadable(problem), named }
}
