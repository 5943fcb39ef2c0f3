//! Files that a run needs whole, such as a secret or a baseline: of limited size, and never waited for without end.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

use crate::input::files::open;

/// The largest secret that is read: far above any real one.
pub(super) const SECRET: u64 = 64 << 10;

/// The largest file of credentials.
pub(super) const CREDENTIALS: u64 = 1 << 20;

/// The largest baseline.
pub(super) const BASELINE: u64 = 64 << 20;

/// The largest state of a pull: as much as a pull receives at most.
pub(super) const STATE: u64 = 512 << 20;

/// The largest list of files.
pub(super) const LIST: u64 = 64 << 20;

/// The content of a file that somebody named: a pipe, too, such as a shell makes for `<(…)`.
pub(super) fn named(file: &Path, most: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    content(File::open(file)?, most)
}

/// The content of a file that was found: a regular file, or nothing. A pipe in its place would be waited for.
pub(super) fn found(file: &Path, most: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    // What the name stands for is asked of the open file: before that, it can change.
    let file = open(file, true)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a regular file"));
    }
    content(file, most)
}

/// All that a reader gives, if it is not too much. In one buffer that never moves, as far as its size is known: it may hold a
/// secret, and is wiped.
pub(super) fn content(mut from: impl io::Read, most: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes =
        Zeroizing::new(Vec::with_capacity(usize::try_from(most.min(SECRET) + 1).unwrap_or(0)));
    from.by_ref().take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let size = if most < 1 << 20 {
            format!("{} KiB", most >> 10)
        } else {
            format!("{} MiB", most >> 20)
        };
        return Err(io::Error::new(ErrorKind::FileTooLarge, format!("it is larger than {size}")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_refused_wherever_it_ends() {
        assert_eq!(**content(&b"12345"[..], 5).unwrap(), *b"12345");
        assert_eq!(content(&b"123456"[..], 5).unwrap_err().kind(), ErrorKind::FileTooLarge);
        assert_eq!(
            content(io::repeat(0), 1 << 20).unwrap_err().to_string(),
            "it is larger than 1 MiB"
        );
    }

    #[cfg(unix)]
    #[test]
    fn what_was_found_must_be_a_regular_file() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(found(&pipe, 10).unwrap_err().to_string(), "it is not a regular file");
        assert!(found(folder.path(), 10).is_err() && found(Path::new("/dev/zero"), 10).is_err());
        let file = folder.path().join("file");
        std::fs::write(&file, "x").unwrap();
        assert_eq!(**found(&file, 10).unwrap(), *b"x");
    }
}
