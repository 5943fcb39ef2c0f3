//! The wall between the rooms of `src/`: who may import whom, and what a source file may hold.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::root;

/// The stairs, top to bottom: a room imports only from steps below its own.
const STAIRS: [&[&str]; 10] = [
    &["main"],
    &["cli"],
    &["engine"],
    &["report", "policy", "input", "map", "scan", "convert", "scaffold"],
    &["judge"],
    &["rules"],
    &["rule"],
    &["text"],
    &["dialect"],
    &["secret"],
];

/// The only imports within one step.
const BESIDE: [(&str, &str); 1] = [("convert", "map")];

/// What only the command line does: arguments, the terminal, the environment, files, the end of the process.
const OUTSIDE: [&str; 10] = [
    "clap",
    "println!",
    "eprintln!",
    "print!(",
    "eprint!(",
    "std::env",
    "fs::write",
    "process::exit",
    "stdout()",
    "stderr()",
];

/// All source files with the room each belongs to.
fn sources() -> Vec<(PathBuf, String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let src = root().join("src");
    let mut paths = Vec::new();
    walk(&src, &mut paths);
    paths.sort();
    let source = |path: PathBuf| {
        let inside = path.strip_prefix(&src).unwrap();
        let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
        let room = first.trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(&path).unwrap();
        (inside.to_owned(), room, text)
    };
    paths.into_iter().map(source).collect()
}

fn step(room: &str) -> Option<usize> {
    STAIRS.iter().position(|step| step.contains(&room))
}

/// The rooms named behind `crate::` (or, in `main`, behind the crate's own name), one by one or in braces.
fn imports(text: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut rooms = BTreeSet::new();
    for prefix in ["crate::", "embed2jwt::"] {
        for (at, _) in text.match_indices(prefix) {
            let rest = &text[at + prefix.len()..];
            let named: Vec<&str> = match rest.strip_prefix('{') {
                Some(group) => group.split('}').next().unwrap().split(',').map(str::trim).collect(),
                None => vec![rest],
            };
            for name in named {
                rooms.insert(name.split(|c| !is_name(c)).next().unwrap().to_owned());
            }
        }
    }
    // Parts of macros and links are no rooms, nor are the types of the front door in examples.
    rooms.retain(|room| room.starts_with(|c: char| c.is_ascii_lowercase()));
    rooms
}

#[test]
fn imports_go_down_the_stairs() {
    for (path, room, text) in sources().iter().filter(|(_, room, _)| room != "lib") {
        let own = step(room).unwrap_or_else(|| panic!("{} is in no room", path.display()));
        for other in imports(text).iter().filter(|other| *other != room) {
            let Some(below) = step(other) else {
                panic!("{} imports `{other}`, which is no room", path.display());
            };
            let beside = BESIDE.contains(&(room.as_str(), other.as_str()));
            assert!(own < below || beside, "{} imports `{other}` up the stairs", path.display());
        }
    }
}

#[test]
fn the_wall_sees_every_way_to_write_an_import() {
    let text = "use crate::map::EmbedMap;\nuse crate::{judge, policy::Levels};\nlet x = crate::cli::run();";
    let seen: Vec<_> = imports(text).into_iter().collect();
    assert_eq!(seen, ["cli", "judge", "map", "policy"]);
}

#[test]
fn only_the_command_line_touches_the_outside() {
    // A unit test may write a file to read; what ships may not.
    let is_test = |path: &Path| path.to_str().unwrap().contains("/tests");
    let inner = |(path, room, _): &&(PathBuf, String, String)| {
        room != "cli" && room != "main" && !is_test(path)
    };
    for (path, _, text) in sources().iter().filter(inner) {
        let shipped = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        // An example in a comment may print.
        let mut code = shipped.lines().filter(|line| !line.trim_start().starts_with("//"));
        let used = code.find(|line| OUTSIDE.iter().any(|word| line.contains(word)));
        assert_eq!(used, None, "{}", path.display());
    }
}

#[test]
fn every_file_says_what_it_is_and_none_is_long_or_left_undone() {
    for (path, _, text) in sources() {
        let path = path.display();
        assert!(text.starts_with("//! "), "{path} does not open with a `//!` sentence");
        assert!(text.lines().count() <= 600, "{path} has more than 600 lines");
        assert!(!text.contains(concat!("TO", "DO")), "{path} is left undone");
    }
}

#[test]
fn main_is_no_more_than_the_door() {
    let main = sources().into_iter().find(|(path, _, _)| path == Path::new("main.rs")).unwrap().2;
    assert!(main.lines().count() <= 40);
}
