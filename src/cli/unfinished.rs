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

/// A new file in a folder, under a name that no scan takes for content; readable by its owner alone.
pub(super) fn unfinished(folder: &Path) -> io::Result<NamedTempFile> {
    take_away_when_interrupted();
    let mut files = files();
    let file =
        tempfile::Builder::new().prefix(UNFINISHED.0).suffix(UNFINISHED.1).tempfile_in(folder)?;
    // Those that became what they were meant to be.
    files.retain(|path| path.exists());
    files.push(file.path().to_owned());
    Ok(file)
}

/// From the first of them on, Ctrl-C and a polite `kill` end the process as ever, but not before they are gone. Not a hangup:
/// under `nohup` a run goes on.
#[cfg(unix)]
fn take_away_when_interrupted() {
    use std::sync::Once;
    use std::thread;

    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
        thread::spawn(move || {
            for signal in signals.forever() {
                // Held until the end, so that nobody makes another one.
                let files = files();
                for file in files.iter() {
                    let _ = fs::remove_file(file);
                }
                let _ = emulate_default_handler(signal);
            }
        });
    });
}

#[cfg(not(unix))]
fn take_away_when_interrupted() {}
