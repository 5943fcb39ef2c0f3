//! A file replaced by its fixed content: whole or not at all, and only if nobody else has changed it meanwhile.

use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::super::unfinished::unfinished;

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
            Self::Changed => f.write_str("it was changed while it was scanned"),
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

/// Puts `new` in the place of `old`. A link is followed; mode and owner stay.
pub(super) fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<(), LeftAlone> {
    let target = fs::canonicalize(path)?;
    let about = fs::metadata(&target)?;
    if about.permissions().readonly() {
        return Err(LeftAlone::ReadOnly);
    }
    let folder = target.parent().unwrap_or(Path::new("/"));
    let mut file = unfinished(folder)?;
    file.write_all(new)?;
    // The owner before the mode: a change of the owner takes bits off the mode.
    keep_owner(file.as_file(), &about);
    file.as_file().set_permissions(about.permissions())?;
    // On the disk before the name points to it: a crash must not leave an empty file under a good name.
    file.as_file().sync_all()?;
    if fs::read(&target)? != old {
        return Err(LeftAlone::Changed);
    }
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// As far as it is allowed: only the superuser gives files away.
#[cfg(unix)]
fn keep_owner(file: &fs::File, about: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let _ = fchown(file, Some(about.uid()), Some(about.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_file: &fs::File, _about: &fs::Metadata) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_somebody_else_changed_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        fs::write(&file, "theirs").unwrap();
        let left = replace(&file, b"old", b"new").unwrap_err();
        assert!(matches!(left, LeftAlone::Changed));
        assert_eq!(fs::read(&file).unwrap(), b"theirs");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
        replace(&file, b"theirs", b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
    }

    #[test]
    fn a_file_that_is_gone_is_not_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        assert!(matches!(replace(&file, b"old", b"new"), Err(LeftAlone::Failed(_))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
