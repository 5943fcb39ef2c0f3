//! What the ignore rules of a repository leave out: `.gitignore`, `.ignore`, `.git/info/exclude`. A file that git tracks is
//! not among it: git reads these rules only for files that it does not know.

use std::cell::OnceCell;
use std::fs;
use std::io;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, Match};

use super::Skip;
use super::index::{self, Index};

/// The largest file of rules that is read: compiled, they take a hundred times as much memory.
const LARGEST: u64 = 256 << 10;

/// The rules of one folder.
struct Level {
    folder: PathBuf,
    /// Of `.ignore`, which is for tools that search: it holds for tracked files too.
    search: Option<Gitignore>,
    /// Of `.gitignore`.
    git: Option<Gitignore>,
    /// The repository that begins here.
    repository: Option<Repository>,
    /// Whether git ignores the folder itself, so that only tracked files are left in it.
    only_tracked: bool,
}

struct Repository {
    /// Git's own folder.
    git: PathBuf,
    exclude: Option<Gitignore>,
    /// Read when a rule names something for the first time.
    index: OnceCell<Index>,
}

/// Something that is not scanned.
pub(super) struct LeftOut {
    pub(super) path: PathBuf,
    pub(super) is_dir: bool,
    pub(super) skip: Skip,
    /// Whether it is missed as a path that was named is: it keeps a whole folder from being scanned.
    pub(super) missed: bool,
}

/// The rules on the way to where the walk is.
pub(super) struct Rules {
    /// Of the folders above the one that is walked, from the outermost.
    above: Vec<Level>,
    /// Of the one that is walked, and of those on the way from there.
    levels: Vec<Level>,
    /// Of the user.
    global: Gitignore,
    /// The folder that is walked: as it is walked, and absolute.
    beginning: PathBuf,
    absolute: PathBuf,
    left_out: Vec<LeftOut>,
    /// Whether nothing is scanned, since rules that hold for all of it cannot be read.
    is_unknown: bool,
}

/// What becomes of an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Scanned,
    /// A folder that git ignores and that tracked files lie in.
    OnlyTracked,
    LeftOut,
}

impl Rules {
    /// For a walk through this folder.
    pub(super) fn new(beginning: &Path, absolute: &Path) -> Self {
        let mut left_out = Vec::new();
        let first = Level::of(beginning.to_owned(), false, &mut left_out);
        let mut above = Vec::new();
        // What a repository ignores is said in it, and not above it; a tree that was copied without its repository is
        // ignored by the same rules.
        if first.repository.is_none() {
            for folder in absolute.ancestors().skip(1) {
                let level = Level::of(folder.to_owned(), false, &mut left_out);
                let is_root = level.repository.is_some();
                if level.says_anything() {
                    above.push(level);
                }
                if is_root {
                    break;
                }
            }
            above.reverse();
        }
        Self {
            above,
            levels: vec![first],
            global: Gitignore::global().0,
            beginning: beginning.to_owned(),
            absolute: absolute.to_owned(),
            is_unknown: !left_out.is_empty(),
            left_out,
        }
    }

    /// Whether an entry is walked; the entries are given in the order of the walk.
    pub(super) fn keep(&mut self, entry: &DirEntry) -> bool {
        if self.is_unknown {
            return false;
        }
        self.levels.truncate(entry.depth().max(1));
        let kind = entry.file_type();
        let is_dir = kind.is_some_and(|kind| kind.is_dir());
        let path = entry.path();
        let fate = self.fate(path, is_dir);
        if fate == Fate::LeftOut {
            // Nothing else is scanned anyway.
            if is_dir || kind.is_some_and(|kind| kind.is_file()) {
                let (path, skip) = (path.to_owned(), Skip::Ignored);
                self.left_out.push(LeftOut { path, is_dir, skip, missed: false });
            }
            return false;
        }
        if !is_dir {
            return true;
        }
        let before = self.left_out.len();
        let level = Level::of(path.to_owned(), fate == Fate::OnlyTracked, &mut self.left_out);
        self.levels.push(level);
        // Without its rules nobody knows what is to be scanned in it.
        self.left_out.len() == before
    }

    /// What was left out since it was asked last.
    pub(super) fn left_out(&mut self) -> Vec<LeftOut> {
        std::mem::take(&mut self.left_out)
    }

    fn fate(&mut self, path: &Path, is_dir: bool) -> Fate {
        let whole = (!self.above.is_empty())
            .then(|| self.absolute.join(path.strip_prefix(&self.beginning).unwrap_or(path)));
        let whole = whole.as_deref().unwrap_or(path);
        let all = || {
            let above = self.above.iter().map(|level| (level, whole));
            above.chain(self.levels.iter().map(|level| (level, path))).rev()
        };
        for (level, path) in all() {
            match matched(level.search.as_ref(), level, path, is_dir) {
                Match::Ignore(_) => return Fate::LeftOut,
                Match::Whitelist(_) => return Fate::Scanned,
                Match::None => {}
            }
        }
        let is_ignored = || {
            for (level, path) in all() {
                let own = matched(level.git.as_ref(), level, path, is_dir);
                let exclude = level.repository.as_ref().and_then(|own| own.exclude.as_ref());
                match own.or(matched(exclude, level, path, is_dir)) {
                    Match::None if level.repository.is_some() => break,
                    Match::None => {}
                    found => return found.is_ignore(),
                }
            }
            self.global.matched(path, is_dir).is_ignore()
        };
        let inside = self.levels.last().is_some_and(|level| level.only_tracked);
        if !inside && !is_ignored() {
            return Fate::Scanned;
        }
        let mut problem = None;
        let is_tracked = all().find_map(|(level, path)| {
            let repository = level.repository.as_ref()?;
            let name = path.strip_prefix(&level.folder).ok()?;
            Some(repository.tracks(name, is_dir, &mut problem))
        });
        let fate = match is_tracked {
            Some(true) if is_dir => Fate::OnlyTracked,
            Some(true) => Fate::Scanned,
            _ => Fate::LeftOut,
        };
        self.left_out.extend(problem);
        fate
    }
}

/// What the rules of a folder say of a path below it.
fn matched<'r>(
    rules: Option<&'r Gitignore>,
    level: &Level,
    path: &Path,
    is_dir: bool,
) -> Match<&'r ignore::gitignore::Glob> {
    match (rules, path.strip_prefix(&level.folder)) {
        (Some(rules), Ok(below)) => rules.matched(below, is_dir),
        _ => Match::None,
    }
}

impl Level {
    fn of(folder: PathBuf, only_tracked: bool, unread: &mut Vec<LeftOut>) -> Self {
        let is_root = fs::metadata(folder.join(".git")).is_ok();
        let repository = is_root.then(|| Repository::of(&folder, unread));
        Self {
            search: rules(folder.join(".ignore"), unread),
            git: rules(folder.join(".gitignore"), unread),
            // Another repository in an ignored folder has rules of its own.
            only_tracked: only_tracked && repository.is_none(),
            repository,
            folder,
        }
    }

    fn says_anything(&self) -> bool {
        self.search.is_some() || self.git.is_some() || self.repository.is_some()
    }
}

impl Repository {
    fn of(root: &Path, unread: &mut Vec<LeftOut>) -> Self {
        let git = index::folder_of(root);
        let exclude = rules(index::common(&git).join("info/exclude"), unread);
        Self { git, exclude, index: OnceCell::new() }
    }

    /// Whether git tracks this file, or one in this folder. Why that cannot be known is said once.
    fn tracks(&self, name: &Path, is_dir: bool, problem: &mut Option<LeftOut>) -> bool {
        let index = self.index.get_or_init(|| {
            let unreadable = |error: io::Error| {
                let (path, skip) = (self.git.join("index"), Skip::Unreadable(error));
                *problem = Some(LeftOut { path, is_dir: false, skip, missed: false });
                Index::default()
            };
            Index::read(&self.git).unwrap_or_else(unreadable)
        });
        let name = name.as_os_str().as_encoded_bytes();
        let slashed = (MAIN_SEPARATOR != '/')
            .then(|| String::from_utf8_lossy(name).replace(MAIN_SEPARATOR, "/").into_bytes());
        let name = slashed.as_deref().unwrap_or(name);
        // A submodule is tracked by its own name.
        index.has(name) || (is_dir && index.has_below(name))
    }
}

/// The rules in a file; nothing, if there is no such file, or none in it. A file that cannot be read whole is `unread`.
fn rules(file: PathBuf, unread: &mut Vec<LeftOut>) -> Option<Gitignore> {
    // Before it is opened: opening a pipe waits for somebody to write, and a device has no end.
    let about = fs::metadata(&file).ok().filter(|about| !about.is_dir())?;
    let skip = if !about.is_file() {
        Some(Skip::NotAFile)
    } else if about.len() > LARGEST {
        let problem = format!("it is too large: {} bytes", about.len());
        Some(Skip::Unreadable(io::Error::other(problem)))
    } else {
        None
    };
    if let Some(skip) = skip {
        unread.push(LeftOut { path: file, is_dir: false, skip, missed: true });
        return None;
    }
    let mut rules = GitignoreBuilder::new("");
    // What is no pattern is no rule, as for git.
    let _ = rules.add(file);
    rules.build().ok().filter(|rules| !rules.is_empty())
}
