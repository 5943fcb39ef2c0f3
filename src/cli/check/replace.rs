//! A file replaced by its fixed content: whole or not at all, and only if nobody else has changed it meanwhile.

use std::fmt;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::super::keep::keep;
use super::super::unfinished::{Holds, unfinished};
use crate::input::files::{Candidate, Identity, open};

/// Why a file was left alone.
#[derive(Debug)]
pub(super) enum LeftAlone {
    /// Somebody else wrote it since it was scanned.
    Changed,
    /// Its permissions say so.
    ReadOnly,
    /// The operating system said no.
    Failed(io::Error),
}

impl fmt::Display for LeftAlone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed => f.write_str("it changed during the scan"),
            Self::ReadOnly => f.write_str("it is read-only"),
            Self::Failed(problem) => write!(f, "{problem}"),
        }
    }
}

impl From<io::Error> for LeftAlone {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// Puts `new` in the place of `old`, which was read from the file of this identity; mode, owner and extended attributes stay.
pub(super) fn replace(
    file: &Candidate,
    scanned: Identity,
    old: &[u8],
    new: &[u8],
) -> Result<(), LeftAlone> {
    let target = target(file)?;
    let mut before = open(&target, false)?;
    let about = before.metadata()?;
    if !about.is_file() || Identity::of(&about) != scanned {
        return Err(LeftAlone::Changed);
    }
    if about.permissions().readonly() {
        return Err(LeftAlone::ReadOnly);
    }
    // Its owner's alone until it has the mode of the other: what was private is private from its first byte on.
    let mut after = unfinished(target.parent().unwrap_or(Path::new("/")), Holds::Tokens)?;
    after.write_all(new)?;
    keep(&before, &about, after.as_file())?;
    // On the disk before the name points to it: a crash must not leave an empty file under a good name.
    after.as_file().sync_all()?;
    let mut content = Vec::with_capacity(old.len());
    before.read_to_end(&mut content)?;
    // What the name stands for now may be another file, or a link to one.
    if content != old || Identity::of(&fs::symlink_metadata(&target)?) != scanned {
        return Err(LeftAlone::Changed);
    }
    after.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Where the file lies. A link that was named is followed; one that was found is none of the tree.
fn target(file: &Candidate) -> io::Result<PathBuf> {
    if file.named {
        return fs::canonicalize(&file.path);
    }
    let folder = file.path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new(".")))?;
    Ok(folder.join(file.path.file_name().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(path: &Path) -> Identity {
        Identity::of(&fs::metadata(path).unwrap())
    }

    fn found(path: &Path) -> Candidate {
        Candidate::found(path.to_owned())
    }

    #[test]
    fn a_file_that_somebody_else_changed_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        fs::write(&file, "theirs").unwrap();
        let left = replace(&found(&file), identity(&file), b"old", b"new").unwrap_err();
        assert!(matches!(left, LeftAlone::Changed));
        assert_eq!(fs::read(&file).unwrap(), b"theirs");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
        replace(&found(&file), identity(&file), b"theirs", b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
    }

    #[test]
    fn a_file_that_is_gone_is_not_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        fs::write(&file, "old").unwrap();
        let scanned = identity(&file);
        fs::remove_file(&file).unwrap();
        let left = replace(&found(&file), scanned, b"old", b"new");
        assert!(matches!(left, Err(LeftAlone::Failed(_))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_was_swapped_in_is_not_followed_even_to_the_same_content() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("tree")).unwrap();
        fs::create_dir(at("theirs")).unwrap();
        for file in ["tree/a", "theirs/a"] {
            fs::write(at(file), "old").unwrap();
        }
        let scanned = identity(&at("tree/a"));
        // The file becomes a link.
        fs::remove_file(at("tree/a")).unwrap();
        std::os::unix::fs::symlink(at("theirs/a"), at("tree/a")).unwrap();
        assert!(replace(&found(&at("tree/a")), scanned, b"old", b"new").is_err());
        // Its folder does.
        fs::remove_dir_all(at("tree")).unwrap();
        std::os::unix::fs::symlink(at("theirs"), at("tree")).unwrap();
        let left = replace(&found(&at("tree/a")), scanned, b"old", b"new").unwrap_err();
        assert!(matches!(left, LeftAlone::Changed));
        assert_eq!(fs::read(at("theirs/a")).unwrap(), b"old");
        assert_eq!(fs::read_dir(at("theirs")).unwrap().count(), 1);
    }
}
