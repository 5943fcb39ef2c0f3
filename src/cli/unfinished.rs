//! Files that are written beside what they will replace. A run that is interrupted takes its own away: they hold tokens.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

use crate::input::files::UNFINISHED;

static FILES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn files() -> MutexGuard<'static, Vec<PathBuf>> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is written, which decides who may read a file that was not there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Tokens or signatures in full: it is its owner's alone, from its first byte on.
    Tokens,
    /// Nothing secret: as the user has new files made.
    Reports,
}

/// A new file in a folder, under a name that no scan takes for content.
pub(super) fn unfinished(folder: &Path, holds: Holds) -> io::Result<NamedTempFile> {
    take_away_when_interrupted()?;
    let mut files = files();
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED.0).suffix(UNFINISHED.1);
    #[cfg(unix)]
    if holds == Holds::Reports {
        // Without the bits of the process's mask.
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    }
    #[cfg(not(unix))]
    let _ = holds;
    let file = builder.tempfile_in(folder).map_err(nameless)?;
    // Those that became what they were meant to be.
    files.retain(|path| path.exists());
    files.push(file.path().to_owned());
    Ok(file)
}

/// An error without the name of a file that nobody chose.
pub(super) fn nameless(error: io::Error) -> io::Error {
    // The crate writes it behind what the system said, and keeps that to itself.
    match error.to_string().split_once(" at path ") {
        Some((said, _)) => io::Error::new(error.kind(), said.to_owned()),
        None => error,
    }
}

/// From the first of them on, what ends the process ends it as ever, but not before they are gone: Ctrl-C, a polite `kill`, a
/// terminal that is closed, a timer, what a batch system sends when the time of a job is over. A file that grows too large is an
/// error of writing instead of the end.
#[cfg(unix)]
fn take_away_when_interrupted() -> io::Result<()> {
    use std::sync::Arc;
    use std::thread;

    use signal_hook::consts::{
        SIGABRT, SIGALRM, SIGHUP, SIGINT, SIGPROF, SIGQUIT, SIGSYS, SIGTERM, SIGTRAP, SIGUSR1,
        SIGUSR2, SIGVTALRM, SIGXCPU, SIGXFSZ,
    };
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    static DONE: Mutex<bool> = Mutex::new(false);
    let mut done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    if *done {
        return Ok(());
    }
    let ignored = ignored();
    let ends = [
        SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT, SIGALRM, SIGPROF, SIGSYS, SIGTRAP, SIGUSR1,
        SIGUSR2, SIGVTALRM, SIGXCPU,
    ];
    let ends = ends.iter().chain(OF_LINUX).copied();
    let mut signals = Signals::new(ends.filter(|signal| ignored >> (signal - 1) & 1 == 0))?;
    signal_hook::flag::register(SIGXFSZ, Arc::default())?;
    thread::Builder::new().spawn(move || {
        for signal in signals.forever() {
            // Held until the end, so that nobody makes another one.
            let files = files();
            for file in files.iter() {
                let _ = fs::remove_file(file);
            }
            let _ = emulate_default_handler(signal);
            // Of those that end a process on Linux alone it knows no default.
            let _ = emulate_default_handler(SIGTERM);
        }
    })?;
    *done = true;
    Ok(())
}

/// Signals that end a process on Linux alone.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
const OF_LINUX: &[i32] = {
    use rustix::process::Signal;
    &[Signal::IO.as_raw(), Signal::POWER.as_raw(), Signal::STKFLT.as_raw()]
};
#[cfg(all(
    unix,
    not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))
))]
const OF_LINUX: &[i32] = &[];

/// The signals that whoever began this process has had ignored, each a bit: under `nohup` a hangup ends nothing.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

/// Other systems say it to nobody who does not ask in C. There a hangup is left as it is.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
fn ignored() -> u64 {
    1 << (signal_hook::consts::SIGHUP - 1)
}

#[cfg(not(unix))]
fn take_away_when_interrupted() -> io::Result<()> {
    Ok(())
}
