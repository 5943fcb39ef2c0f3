//! Findings as tools that show them beside the files of a repository want them: paths, URIs, names that outlive edits.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::redact::{self, Secrets};
use crate::dialect::escape::hexadecimal;
use crate::judge::Judgement;
use crate::rule::{Finding, Rule};

/// The folder that paths are shown relative to, and the one that they were named in.
#[derive(Clone, Debug, Default)]
pub struct Base {
    root: Vec<String>,
    here: Vec<String>,
}

impl Base {
    /// `root` is the absolute path of the repository's root, `here` that of the working directory.
    pub fn new(root: &str, here: &str) -> Self {
        let steps = |folder: &str| {
            let folder = folder.replace('\\', "/");
            steps(Vec::new(), &folder).into_iter().map(str::to_owned).collect()
        };
        Self { root: steps(root), here: steps(here) }
    }

    /// The path of a list below the root, with slashes. One that lies elsewhere keeps only its name: tools refuse
    /// paths that lead out of a repository.
    pub fn path(&self, source: &str) -> String {
        if source == "<stdin>" {
            return "stdin".to_owned();
        }
        let path = source.replace('\\', "/");
        let from = if is_absolute(&path) {
            Vec::new()
        } else {
            self.here.iter().map(String::as_str).collect()
        };
        let whole = steps(from, &path);
        let is_below = self.root.iter().zip(&whole).all(|(folder, step)| folder == step);
        match whole.get(self.root.len()..) {
            Some(below) if is_below && !below.is_empty() => below.join("/"),
            _ => whole.last().map_or_else(|| "unknown".to_owned(), |name| (*name).to_owned()),
        }
    }

    /// The same as a relative URI reference.
    pub fn uri(&self, source: &str) -> String {
        let mut uri = String::new();
        for byte in self.path(source).bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
                uri.push(char::from(byte));
            } else {
                // A text takes everything.
                let _ = write!(uri, "%{byte:02X}");
            }
        }
        uri
    }
}

/// With a leading slash, or the letter of a drive.
fn is_absolute(path: &str) -> bool {
    let has_drive =
        matches!(path.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
    path.starts_with('/') || has_drive
}

/// The steps of a path that begins at `from`, without those that lead nowhere or back.
fn steps<'a>(mut from: Vec<&'a str>, path: &'a str) -> Vec<&'a str> {
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(from.pop()),
            step => from.push(step),
        }
    }
    from
}

/// Names for the findings of one URL that stay the same when lines are added to its list or taken away.
///
/// A name is the SHA-256 of the rule, the path, the URL without its secrets, the parameter, and, among equal ones of
/// one URL, its number. Of equal URLs of one list, those behind the first have their number in it too.
pub struct Names {
    row: Sha256,
    seen: HashMap<(usize, String), u64>,
}

impl Names {
    /// For the findings of a URL; `twin` tells it from equal ones.
    pub fn new(path: &str, url: &[u8], twin: u64) -> Self {
        // Shown or not, secrets are no part of a name: it is the same in every report.
        let url = redact::url(url, Secrets::Hidden);
        let mut row = Sha256::new();
        take(&mut row, path);
        take(&mut row, &url);
        if twin > 0 {
            row.update(twin.to_be_bytes());
        }
        Self { row, seen: HashMap::new() }
    }

    /// The name of the URL itself, in hexadecimal digits.
    pub fn row(&self) -> String {
        hexadecimal(&self.row.clone().finalize())
    }

    /// The name of the next finding, in hexadecimal digits.
    pub fn next(&mut self, rule: &Rule, parameter: Option<&str>) -> String {
        let parameter = parameter.unwrap_or_default();
        let number = self.seen.entry((rule.index, parameter.to_owned())).or_default();
        let mut hash = self.row.clone();
        take(&mut hash, rule.id);
        take(&mut hash, parameter);
        hash.update(number.to_be_bytes());
        *number += 1;
        hexadecimal(&hash.finalize())
    }
}

/// Adds a text with its length, so that no two lists of texts are the same bytes.
pub(super) fn take(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text);
}

/// The parameter that a finding is about, whether it is there or missing.
pub fn parameter<'a>(judgement: &'a Judgement<'_>, finding: &Finding) -> Option<Cow<'a, str>> {
    let bytes = judgement.url.as_ref().map_or(&[][..], |url| url.bytes);
    let arg = finding.parameter.and_then(|index| judgement.args.get(index));
    arg.map(|arg| arg.shown_name(bytes)).or(finding.missing.map(Cow::Borrowed))
}

/// What is wrong and what to do, in one line. A name in it may be one that hides a secret: `signature%3D…`.
pub fn wording(message: &str, suggestion: &str) -> String {
    let join = if suggestion.is_empty() { "" } else { "; " };
    redact::text([message, join, suggestion].concat().as_bytes(), Secrets::Hidden)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RULES;

    #[test]
    fn paths_are_those_of_the_repository() {
        let base = Base::new("/work/repo", "/work/repo");
        for (source, path) in [
            ("urls.txt", "urls.txt"),
            ("./a/./urls.txt", "a/urls.txt"),
            ("a/../urls.txt", "urls.txt"),
            ("/work/repo/a/urls.txt", "a/urls.txt"),
            ("../repo/urls.txt", "urls.txt"),
            ("/work/repository/urls.txt", "urls.txt"),
            ("../other/urls.txt", "urls.txt"),
            ("../../../../urls.txt", "urls.txt"),
            ("a\\urls.txt", "a/urls.txt"),
            ("C:\\lists\\urls.txt", "urls.txt"),
            ("<stdin>", "stdin"),
            ("/", "unknown"),
            ("/work/repo", "repo"),
        ] {
            assert_eq!(base.path(source), path, "{source}");
        }
        let base = Base::new("C:\\repo", "C:\\repo");
        assert_eq!(base.path("C:\\repo\\a\\urls.txt"), "a/urls.txt");
        assert_eq!(Base::default().path("a/urls.txt"), "a/urls.txt");
    }

    #[test]
    fn a_path_named_in_a_folder_of_the_repository_is_seen_from_its_root() {
        let base = Base::new("/work/repo", "/work/repo/lists/old");
        for (source, path) in [
            ("urls.txt", "lists/old/urls.txt"),
            ("../urls.txt", "lists/urls.txt"),
            ("../../src/a.ts", "src/a.ts"),
            ("/work/repo/src/a.ts", "src/a.ts"),
            ("../../../other/urls.txt", "urls.txt"),
        ] {
            assert_eq!(base.path(source), path, "{source}");
        }
    }

    #[test]
    fn uris_hold_nothing_but_what_a_uri_may() {
        let base = Base::default();
        assert_eq!(base.uri("a b/100%.txt"), "a%20b/100%25.txt");
        assert_eq!(base.uri("x:gr\u{fc}n?#[1].txt"), "x%3Agr%C3%BCn%3F%23%5B1%5D.txt");
    }

    #[test]
    fn names_differ_in_everything_but_secrets() {
        let [one, other, ..] = RULES else { panic!("there are rules") };
        let name = |path, url: &str, rule: &Rule, parameter| {
            Names::new(path, url.as_bytes(), 0).next(rule, parameter)
        };
        let first = name("a", "https://h/?:signature=0123456789", one, Some("p"));
        assert_eq!(first.len(), 64);
        assert_eq!(first, name("a", "https://h/?:signature=012345xyz", one, Some("p")));
        for changed in [
            name("b", "https://h/?:signature=0123456789", one, Some("p")),
            name("a", "https://i/?:signature=0123456789", one, Some("p")),
            name("a", "https://h/?:signature=0123456789", other, Some("p")),
            name("a", "https://h/?:signature=0123456789", one, Some("q")),
            name("a", "https://h/?:signature=0123456789", one, None),
        ] {
            assert_ne!(first, changed);
        }
        let mut twin = Names::new("a", b"https://h/?:signature=0123456789", 1);
        assert_ne!(twin.next(one, Some("p")), first);
        let mut names = Names::new("a", b"https://h/?:signature=0123456789", 0);
        assert_eq!(names.next(one, Some("p")), first);
        assert_ne!(names.next(one, Some("p")), first);
    }
}
