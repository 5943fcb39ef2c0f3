//! Patterns of files to scan and of files to leave out, written as in a `.gitignore`.

use std::path::{Component, Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::lexical::absolute;

/// The most bytes of patterns that are written in one place: compiled, they take hundreds of times as much memory.
const MOST: usize = 64 << 10;

/// A pattern that is none.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("`{glob}` is not a file pattern: {problem}")]
#[diagnostic(help("write it as in a .gitignore: `*.min.js`, `/vendor/`, `docs/**/*.md`"))]
pub struct BadGlob {
    glob: String,
    problem: String,
}

/// Patterns that were written in one place.
#[derive(Debug)]
struct Patterns {
    /// The folder that they are relative to.
    folder: PathBuf,
    patterns: Gitignore,
}

/// Whether a class of characters is opened and not closed. Right behind `[`, `]` is a character of the class.
fn is_open(glob: &str) -> bool {
    let mut chars = glob.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '[' => {
                let mut inside = chars.clone();
                let mut first = inside.next();
                if matches!(first, Some('!' | '^')) {
                    first = inside.next();
                }
                if first.is_none() || !inside.any(|c| c == ']') {
                    return true;
                }
                chars = inside;
            }
            _ => {}
        }
    }
    false
}

impl Patterns {
    fn new(folder: &Path, globs: &[String]) -> Result<Self, BadGlob> {
        let bad = |glob: &str, error: &ignore::Error| BadGlob {
            glob: glob.to_owned(),
            problem: match error {
                ignore::Error::Glob { err, .. } => err.clone(),
                other => other.to_string(),
            },
        };
        let bytes: usize = globs.iter().map(String::len).sum();
        if let Some(first) = globs.first().filter(|_| bytes > MOST) {
            let glob = first.chars().take(40).collect();
            let problem =
                format!("together with the others it has {bytes} bytes, more than {MOST}");
            return Err(BadGlob { glob, problem });
        }
        let mut patterns = GitignoreBuilder::new("");
        for glob in globs {
            // The crate takes a class that is never closed for its letters, and the whole pattern then matches nothing.
            if is_open(glob) {
                let problem = "`[` opens a class of characters that `]` never closes".to_owned();
                return Err(BadGlob { glob: glob.clone(), problem });
            }
            patterns.add_line(None, glob).map_err(|error| bad(glob, &error))?;
        }
        let patterns = patterns.build().map_err(|error| bad(&globs.join(" "), &error))?;
        Ok(Self { folder: folder.to_owned(), patterns })
    }

    /// A path as the patterns see it: below their folder, or else below the root.
    fn inside<'p>(&self, path: &'p Path) -> &'p Path {
        path.strip_prefix(&self.folder).unwrap_or_else(|_| {
            let mut parts = path.components();
            while matches!(
                parts.clone().next(),
                Some(Component::RootDir | Component::Prefix(_) | Component::ParentDir)
            ) {
                parts.next();
            }
            parts.as_path()
        })
    }

    fn hold(&self, path: &Path, is_dir: bool) -> bool {
        self.patterns.matched(self.inside(path), is_dir).is_ignore()
    }

    /// Whether they match the path or a folder that it lies in.
    fn hold_any(&self, path: &Path, is_dir: bool) -> bool {
        self.patterns.matched_path_or_any_parents(self.inside(path), is_dir).is_ignore()
    }
}

/// Which files are scanned.
#[derive(Debug, Default)]
pub struct Globs {
    include: Vec<Patterns>,
    exclude: Vec<Patterns>,
}

impl Globs {
    /// Scans only what a pattern matches, of this call or of another. They are relative to `base`, seen from `folder`.
    pub fn include(&mut self, folder: &Path, base: &Path, globs: &[String]) -> Result<(), BadGlob> {
        if !globs.is_empty() {
            self.include.push(Patterns::new(&absolute(folder, base), globs)?);
        }
        Ok(())
    }

    /// Leaves out what a pattern matches.
    pub fn exclude(&mut self, folder: &Path, base: &Path, globs: &[String]) -> Result<(), BadGlob> {
        if !globs.is_empty() {
            self.exclude.push(Patterns::new(&absolute(folder, base), globs)?);
        }
        Ok(())
    }

    /// Whether nothing is left out.
    pub(super) fn leave_out_none(&self) -> bool {
        self.exclude.is_empty()
    }

    /// Whether every file is among those to scan.
    pub(super) fn take_in_all(&self) -> bool {
        self.include.is_empty()
    }

    /// Whether a path in a folder that is not left out is left out. Paths are absolute.
    pub(super) fn leave_out(&self, path: &Path, is_dir: bool) -> bool {
        self.exclude.iter().any(|patterns| patterns.hold(path, is_dir))
    }

    /// Whether any path is left out.
    pub(super) fn leave_out_named(&self, path: &Path, is_dir: bool) -> bool {
        self.exclude.iter().any(|patterns| patterns.hold_any(path, is_dir))
    }

    /// Whether a file is among those to scan.
    pub(super) fn take_in(&self, path: &Path) -> bool {
        self.take_in_all() || self.include.iter().any(|p| p.hold_any(path, false))
    }
}
