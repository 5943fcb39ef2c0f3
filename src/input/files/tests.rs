//! Which files a tree is made of, and how they are read.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Candidate, Globs, Hidden, Reader, Skip, Tree, absolute};

/// A folder with these files; a name that ends with a slash is a folder.
fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        if name.ends_with('/') {
            fs::create_dir_all(path).unwrap();
            continue;
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

/// Names and whether they were named, in the order of the walk.
fn walked(folder: &Path, named: &[&str], globs: Globs) -> Vec<(String, bool)> {
    let tree = Tree::new(folder, named.iter().map(PathBuf::from), globs).unwrap();
    let mut found = Vec::new();
    tree.walk(|file| {
        match file {
            Ok(file) => found.push((file.name().into_owned(), file.named)),
            Err(Hidden { skip: Skip::Ignored, .. }) => {}
            Err(hidden) => panic!("{}: {}", hidden.name, hidden.skip),
        }
        true
    });
    found
}

fn names(folder: &Path, named: &[&str], globs: Globs) -> Vec<String> {
    walked(folder, named, globs).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn what_stands_above_a_repository_ignores_nothing_in_it() {
    let files: [(&str, &[u8]); 7] = [
        (".gitignore", b"*"),
        ("repo/.git/HEAD", b""),
        ("repo/.gitignore", b"*.log\n"),
        ("repo/a.log", b""),
        ("repo/a.txt", b""),
        ("repo/inner/.git/HEAD", b""),
        ("repo/inner/b.log", b""),
    ];
    let folder = folder(&files);
    let repository = folder.path().join("repo");
    let walked = ["inner/b.log", ".gitignore", "a.txt"];
    let mut found = names(&repository, &["."], Globs::default());
    found.sort_by_key(|name| walked.iter().position(|known| known == name));
    assert_eq!(found, walked);
}

/// Globs relative to a folder.
fn globs(folder: &Path, include: &[&str], exclude: &[&str]) -> Globs {
    let owned = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect::<Vec<_>>();
    let mut all = Globs::default();
    all.include(folder, Path::new(""), &owned(include)).unwrap();
    all.exclude(folder, Path::new(""), &owned(exclude)).unwrap();
    all
}

#[test]
fn hidden_files_are_walked_and_ignored_ones_and_git_are_not() {
    let folder = folder(&[
        (".gitignore", b"build/\n*.log\n!keep.log\n"),
        (".env", b""),
        (".git/config", b""),
        (".github/workflows/a.yml", b""),
        ("a.log", b""),
        ("build/b.txt", b""),
        ("keep.log", b""),
        ("src/.gitignore", b"gen.rs\n"),
        ("src/gen.rs", b""),
        ("src/main.rs", b""),
        ("src-b/a.txt", b""),
        (".embed2jwt-Xy12.tmp", b"left behind by a run that was killed"),
    ]);
    // Folder by folder: what is in `src` stands before `src-b`.
    assert_eq!(
        names(folder.path(), &["."], Globs::default()),
        [
            ".env",
            ".github/workflows/a.yml",
            ".gitignore",
            "keep.log",
            "src/.gitignore",
            "src/main.rs",
            "src-b/a.txt"
        ]
    );
    // Seen from the root, or from below.
    assert_eq!(names(folder.path(), &["src"], Globs::default()), ["src/.gitignore", "src/main.rs"]);
}

#[test]
fn what_is_named_is_walked_once_and_though_it_is_ignored() {
    let folder =
        folder(&[(".gitignore", b"out/\n"), ("a.txt", b""), ("out/b.txt", b""), ("c/d.txt", b"")]);
    let all = walked(folder.path(), &["out", "c/d.txt", "./c/../c/d.txt", "."], Globs::default());
    let expected =
        [(".gitignore", false), ("a.txt", false), ("c/d.txt", true), ("out/b.txt", false)];
    assert_eq!(all, expected.map(|(name, named)| (name.to_owned(), named)));
    let absolute = folder.path().join("a.txt");
    assert_eq!(names(folder.path(), &[absolute.to_str().unwrap()], Globs::default()), ["a.txt"]);
}

#[test]
fn excludes_hold_for_what_is_named_too() {
    let folder = folder(&[("a.min.js", b""), ("a.js", b""), ("vendor/x/b.js", b"")]);
    let path = folder.path();
    let exclude = || globs(path, &[], &["*.min.js", "/vendor/"]);
    assert_eq!(names(path, &["."], exclude()), ["a.js"]);
    let named = ["a.min.js", "vendor/x/b.js", "vendor/x", "vendor", "a.js"];
    assert_eq!(names(path, &named, exclude()), ["a.js"]);
    // Patterns of another folder mean other files.
    assert_eq!(names(path, &["."], globs(Path::new("/"), &[], &["/vendor/"])).len(), 3);
}

#[test]
fn includes_choose_files_in_every_folder() {
    let folder = folder(&[("a.js", b""), ("b/c.ts", b""), ("b/d.txt", b""), ("docs/e.md", b"")]);
    let path = folder.path();
    let include = || globs(path, &["*.ts", "docs/"], &["e.*"]);
    assert_eq!(names(path, &["."], include()), ["b/c.ts"]);
    assert_eq!(names(path, &["a.js", "b/c.ts"], include()), ["b/c.ts"]);
}

#[test]
fn files_of_the_run_itself_are_left_out() {
    let folder = folder(&[("a.txt", b""), ("report.json", b"")]);
    let tree =
        Tree::new(folder.path(), [PathBuf::from("."), "report.json".into()], Globs::default());
    let mut found = Vec::new();
    tree.unwrap().without([Path::new("./report.json")]).walk(|file| {
        found.push(file.unwrap().name().into_owned());
        true
    });
    assert_eq!(found, ["a.txt"]);
}

#[test]
fn a_path_that_is_not_there_is_an_error() {
    let folder = folder(&[]);
    let tree = Tree::new(folder.path(), [PathBuf::from("gone.txt")], Globs::default());
    assert_eq!(tree.err().unwrap().to_string(), "cannot read gone.txt");
}

#[test]
fn a_pattern_that_is_none_is_named() {
    let error = Globs::default().exclude(Path::new("/"), Path::new(""), &["a{b".to_owned()]);
    assert!(error.unwrap_err().to_string().starts_with("`a{b` is not a file pattern: "));
}

#[test]
fn patterns_that_would_fill_the_memory_are_refused() {
    let exclude = |count: usize| {
        let globs: Vec<_> = (0..count).map(|number| format!("dir{number:06}/**/*.js")).collect();
        Globs::default().exclude(Path::new("/"), Path::new(""), &globs)
    };
    // 17 bytes each: 64 KiB are 3,855 of them.
    assert!(exclude(3_855).is_ok());
    let error = exclude(3_856).unwrap_err().to_string();
    assert_eq!(
        error,
        "`dir000000/**/*.js` is not a file pattern: together with the others it has 65552 bytes, more than 65536"
    );
}

#[cfg(unix)]
#[test]
fn links_in_a_tree_are_not_followed_and_named_ones_are() {
    let outside = folder(&[("secret.txt", b"")]);
    let folder = folder(&[("a.txt", b"")]);
    let link = |to: &Path, name: &str| {
        std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
    };
    link(outside.path(), "out");
    link(&outside.path().join("secret.txt"), "secret.txt");
    link(folder.path(), "loop");
    assert_eq!(names(folder.path(), &["."], Globs::default()), ["a.txt"]);
    assert_eq!(names(folder.path(), &["secret.txt"], Globs::default()), ["secret.txt"]);
    assert_eq!(names(folder.path(), &["out"], Globs::default()), ["out/secret.txt"]);
}

#[test]
fn a_walk_ends_when_enough_was_seen() {
    let folder = folder(&[("a", b""), ("b", b""), ("c", b"")]);
    let mut seen = 0;
    Tree::new(folder.path(), [PathBuf::from(".")], Globs::default()).unwrap().walk(|_| {
        seen += 1;
        seen < 2
    });
    assert_eq!(seen, 2);
}

#[test]
fn paths_lose_the_steps_that_lead_nowhere() {
    let seen = |path| absolute(Path::new("/a/b"), Path::new(path));
    assert_eq!(seen("./c/../d"), Path::new("/a/b/d"));
    assert_eq!(seen("../../../x"), Path::new("/x"));
    assert_eq!(seen("/x/./y"), Path::new("/x/y"));
}

fn named(folder: &Path, name: &str) -> Candidate {
    Candidate {
        path: folder.join(name),
        other_name: Some(name.to_owned()),
        named: true,
        stdin: false,
    }
}

#[test]
fn files_are_read_one_after_the_other() {
    let large = vec![b'x'; 300_000];
    let folder = folder(&[("a", b"abc"), ("empty", b""), ("large", &large), ("b", b"de")]);
    let mut reader = Reader::new(300_000);
    for (name, content) in [("large", &large[..]), ("a", b"abc"), ("empty", b""), ("b", b"de")] {
        assert_eq!(reader.read(&named(folder.path(), name)).unwrap().bytes, content, "{name}");
    }
}

#[test]
fn what_is_no_text_is_told_apart() {
    let large = vec![b'x'; 70_002];
    let late = [vec![b'x'; 70_000], vec![0]].concat();
    let folder = folder(&[
        ("nul", b"abc\0def"),
        ("late", &late),
        ("utf16le", b"\xff\xfea\0b\0"),
        ("utf16be", b"\xfe\xff\0a\0b"),
        ("utf32", b"\xff\xfe\0\0a\0\0\0"),
        ("large", &large),
        ("folder/", b""),
    ]);
    let mut reader = Reader::new(70_001);
    let mut read = |name: &str| match reader.read(&named(folder.path(), name)) {
        Ok(content) => format!("{} bytes", content.bytes.len()),
        Err(skip @ Skip::Unreadable(_)) => skip.to_string().split(':').next().unwrap().to_owned(),
        Err(skip) => skip.to_string(),
    };
    for (name, outcome) in [
        ("nul", "it is binary"),
        ("late", "70001 bytes"),
        ("utf16le", "6 bytes"),
        ("utf16be", "6 bytes"),
        ("utf32", "it is binary"),
        ("large", "it is too large: 70002 bytes"),
        ("folder", "it is not a regular file"),
        ("gone", "it cannot be read"),
    ] {
        assert_eq!(read(name), outcome, "{name}");
    }
}
