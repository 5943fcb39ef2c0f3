//! The baseline of a run: where it is, what it knows, and what its paths are relative to.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use crate::cli::args::Check;
use crate::cli::error::CliError;
use crate::cli::output::Output;
use crate::cli::small;
use crate::cli::unfinished::Holds;
use crate::input::files::absolute;
use crate::policy::{Baseline, Config};

/// The baseline that is found by itself, and written if none is named.
const NAME: &str = "embed2jwt-baseline.json";

/// The baseline of a run.
pub(super) struct Known {
    /// The file that it is read from, or written to.
    pub(super) file: Option<PathBuf>,
    pub(super) baseline: Baseline,
    /// Whether it is written.
    pub(super) learning: bool,
    /// Whether nobody named it.
    pub(super) found: bool,
    pub(super) names: Names,
}

impl Known {
    pub(super) fn of(args: &Check, config: &Config) -> Result<Self, CliError> {
        let here = std::env::current_dir().unwrap_or_default();
        if args.show_files || args.known.no_baseline {
            let (baseline, names) = (Baseline::default(), Names { folder: here.clone(), here });
            return Ok(Self { file: None, baseline, learning: false, found: false, names });
        }
        let named = args.known.baseline.as_ref().or(config.check.baseline.as_ref()).cloned();
        let learning = args.known.write_baseline.is_some();
        let to = args.known.write_baseline.clone().flatten();
        let named = to.or(named);
        let found = named.is_none();
        let mut file = named.or_else(|| find(&here));
        if learning {
            file.get_or_insert_with(|| PathBuf::from(NAME));
        }
        let names = Names::new(here, file.as_deref());
        let baseline = match &file {
            Some(file) if learning && is_empty(file) => Baseline::default(),
            // What is no baseline is somebody's work.
            Some(file) if learning => {
                read(file).map_err(|_| CliError::NoBaseline { file: file.clone() })?
            }
            Some(file) => read(file)?,
            None => Baseline::default(),
        };
        Ok(Self { found: found && file.is_some(), file, baseline, learning, names })
    }

    /// Known findings of files that are not there any more.
    pub(super) fn gone(&self, seen: &HashSet<String>) -> u64 {
        self.unseen(seen).filter(|(path, _)| self.is_gone(path)).map(|(_, count)| count).sum()
    }

    /// Writes what the run has learned, and keeps what was known of files that it did not look at.
    pub(super) fn write(
        &self,
        file: &Path,
        learned: &mut Baseline,
        seen: &HashSet<String>,
    ) -> Result<(), CliError> {
        for (path, _) in self.unseen(seen).filter(|(path, _)| !self.is_gone(path)) {
            learned.keep(path, &self.baseline);
        }
        let mut output = Output::of(Some(file), Holds::Reports)?;
        output.write(&learned.write())?;
        output.finish()
    }

    fn unseen(&self, seen: &HashSet<String>) -> impl Iterator<Item = (&str, u64)> {
        self.baseline.files().filter(|(path, _)| !seen.contains(*path))
    }

    fn is_gone(&self, path: &str) -> bool {
        fs::symlink_metadata(self.names.folder.join(path))
            .is_err_and(|error| error.kind() == ErrorKind::NotFound)
    }
}

/// The nearest baseline of the usual name, up to the root of the repository; as it is named from here.
fn find(here: &Path) -> Option<PathBuf> {
    let mut way = PathBuf::new();
    for folder in here.ancestors() {
        if fs::metadata(folder.join(NAME)).is_ok_and(|about| about.is_file()) {
            return Some(way.join(NAME));
        }
        if folder.join(".git").exists() {
            return None;
        }
        way.push("..");
    }
    None
}

/// Whether a baseline can be written there without asking what is there: nothing is, or nothing that a file holds.
fn is_empty(file: &Path) -> bool {
    fs::metadata(file).map_or(true, |about| !about.is_file() || about.len() == 0)
}

fn read(file: &Path) -> Result<Baseline, CliError> {
    let bytes = small::named(file, small::BASELINE).map_err(|source| match source.kind() {
        ErrorKind::NotFound => CliError::MissingBaseline { file: file.to_owned() },
        _ => CliError::Read { file: file.to_owned(), source },
    })?;
    Ok(Baseline::parse(&file.display().to_string(), &bytes)?)
}

/// Names of files as the baseline has them: relative to its folder, wherever the run begins.
pub(super) struct Names {
    here: PathBuf,
    folder: PathBuf,
}

impl Names {
    fn new(here: PathBuf, file: Option<&Path>) -> Self {
        let file = file.map(|file| absolute(&here, file));
        let folder = file.as_deref().and_then(Path::parent).unwrap_or(&here).to_owned();
        Self { here, folder }
    }

    /// The name in the baseline of a file that is called so in the reports.
    pub(super) fn of<'n>(&self, name: &'n str) -> Cow<'n, str> {
        let begins = Path::new(name).components().next();
        if self.here == self.folder && matches!(begins, Some(Component::Normal(_))) {
            return Cow::Borrowed(name);
        }
        let whole = absolute(&self.here, Path::new(name));
        let mut up = Vec::new();
        for folder in self.folder.ancestors() {
            if let Ok(below) = whole.strip_prefix(folder) {
                let below = below.components().map(|part| part.as_os_str().to_string_lossy());
                return Cow::Owned(up.into_iter().chain(below).collect::<Vec<_>>().join("/"));
            }
            up.push(Cow::Borrowed(".."));
        }
        Cow::Borrowed(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_name_wherever_the_run_begins() {
        let name = |here: &str, file: &str, name: &str| {
            Names::new(PathBuf::from(here), Some(Path::new(file))).of(name).into_owned()
        };
        assert_eq!(name("/repo", "b.json", "src/a.ts"), "src/a.ts");
        assert_eq!(name("/repo/src", "../b.json", "a.ts"), "src/a.ts");
        assert_eq!(name("/repo/src", "../b.json", "../x/a.ts"), "x/a.ts");
        assert_eq!(name("/repo/src", "/repo/b.json", "/repo/a.ts"), "a.ts");
        assert_eq!(name("/repo", "ci/b.json", "src/a.ts"), "../src/a.ts");
        assert_eq!(name("/repo/src", "../ci/b.json", "a.ts"), "../src/a.ts");
        assert_eq!(name("/repo", "b.json", "../other/a.ts"), "../other/a.ts");
        assert_eq!(name("/repo", "b.json", "<stdin>"), "<stdin>");
    }
}
