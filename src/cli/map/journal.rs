//! The file that keeps what a pull has fetched, line by line, until the map is written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::super::error::CliError;
use super::super::{output, small};
use super::api::MapCommandError;
use super::counted;
use crate::map::pull::state::{self, Fetched, Saved, StateError};
use crate::map::pull::{BaseUrl, Credentials};
use crate::report::redact;

/// An open state; nobody else writes to it meanwhile.
pub(super) struct Journal {
    file: File,
    path: PathBuf,
    /// Workbooks in it.
    kept: usize,
}

impl Journal {
    /// Opens the state and reads what a pull before this one left in it, to go on with it or to begin anew.
    pub(super) fn open(
        path: &Path,
        resume: bool,
        base: &BaseUrl,
        credentials: &Credentials,
    ) -> Result<(Self, Saved), CliError> {
        let broken = |source| CliError::Output { name: path.display().to_string(), source };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;

            use rustix::fs::OFlags;
            // Neither a link to another file nor a pipe, which would be waited for.
            let flags = OFlags::NONBLOCK | OFlags::NOFOLLOW;
            options.mode(0o600).custom_flags(flags.bits().cast_signed());
        }
        let mut file = options.open(path).map_err(broken)?;
        if !file.metadata().map_err(broken)?.is_file() {
            let problem = StateError::NotAState;
            return Err(MapCommandError::State { file: path.to_owned(), problem }.into());
        }
        // A file system without locks is no reason not to work.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(MapCommandError::StateInUse { file: path.to_owned() }.into());
        }
        let bytes = small::content(&mut file, small::STATE).map_err(broken)?;
        let mut saved = match Saved::parse(&bytes, base, credentials) {
            Ok(saved) => saved,
            // What is no state is not ours to overwrite.
            Err(problem) if resume || problem == StateError::NotAState => {
                return Err(MapCommandError::State { file: path.to_owned(), problem }.into());
            }
            Err(_) => Saved::default(),
        };
        if !resume {
            if saved.workbooks() > 0 {
                output::remark(&redact::line(&format!(
                    "an earlier pull left {} in {}; this one starts over (--resume would have continued)",
                    counted(saved.workbooks(), "workbook"),
                    path.display(),
                )));
            }
            saved = Saved::default();
        }
        file.set_len(saved.length as u64).map_err(broken)?;
        file.seek(SeekFrom::End(0)).map_err(broken)?;
        if saved.length == 0 {
            file.write_all(state::start(base, credentials).as_bytes()).map_err(broken)?;
        }
        Ok((Self { file, path: path.to_owned(), kept: saved.workbooks() }, saved))
    }

    /// Adds a workbook. A line that is cut off by a crash is passed by when the state is read.
    pub(super) fn add(&mut self, fetched: &Fetched<'_>) -> io::Result<()> {
        self.file.write_all(state::fetched(fetched).as_bytes())?;
        self.kept += 1;
        Ok(())
    }

    /// How many workbooks are kept, and where.
    pub(super) fn kept(&self) -> (usize, &Path) {
        (self.kept, &self.path)
    }

    /// The map is written: the state has served.
    pub(super) fn remove(self) {
        // Windows removes no open file. One that stays is told of by the next pull.
        drop(self.file);
        let _ = fs::remove_file(&self.path);
    }
}
