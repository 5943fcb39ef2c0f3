//! `check` finds every mark of `fixtures/repos/marked` at its exact place, and nothing else there or in `fixtures/repos/silent`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::Path;

use serde_json::Value;

use crate::support::{NOW, Place, Ran, crate_file, root};

const REPOS: &str = "fixtures/repos";

/// Rules about the path of a URL: a mark names the path behind `/embed/`, the finding begins at the scheme.
const OF_PATHS: [&str; 2] = ["deprecated-signed-url", "deprecated-embed-path"];
/// Rules whose mark names the text as it is. That of any other begins behind its colon.
const OF_TEXTS: [&str; 5] = [
    "placeholder-embed-id",
    "control-value-rls",
    "missing-colon",
    "insecure-scheme",
    "missing-query-separator",
];
/// The colon of a parameter, as files spell it.
const COLONS: [&str; 4] = [":", "%3A", "%253A", "\\u003a"];

#[test]
fn every_mark_is_found_at_its_place_and_nothing_else() {
    let corpus = corpus();
    let ran = check("fixtures/repos/marked", 1);
    let report: Value = serde_json::from_str(ran.out()).unwrap();
    let found: Vec<Found> = report["findings"].as_array().unwrap().iter().map(Found::of).collect();
    let all = found.len();
    let said = differences(&corpus, found);
    let marks: usize = corpus.iter().map(|file| file.marks.len()).sum();
    assert!(said.is_empty(), "{marks} marks, {all} findings:\n{said}");
    assert_eq!(report["summary"]["files"], corpus.len(), "files that were read");
}

#[test]
fn nothing_is_found_in_files_that_only_look_alike() {
    let ran = check("fixtures/repos/silent", 0);
    let report: Value = serde_json::from_str(ran.out()).unwrap();
    assert_eq!(report["findings"], Value::Array(Vec::new()));
    assert_eq!(report["summary"]["files"], files("silent").len(), "files that were read");
}

#[test]
fn the_corpus_is_as_large_and_as_mixed_as_promised() {
    let corpus = corpus();
    assert!(corpus.len() >= 40, "{} files", corpus.len());
    let kinds: BTreeSet<_> = corpus.iter().map(|file| kind(&file.path)).collect();
    assert!(kinds.len() >= 15, "{kinds:?}");
    for file in &corpus {
        assert!(!file.marks.is_empty(), "{} has no mark", file.path);
    }
    let silent = files("silent");
    assert!(silent.len() >= 20, "{} files", silent.len());
    for path in silent {
        let text = crate_file(&format!("{REPOS}/{path}"));
        assert!(!text.contains("expect: ") && !text.contains("expect^: "), "{path} has a mark");
    }
}

#[test]
fn marks_are_read_as_the_readme_says() {
    let text = "# expect: unsupported-hide-send «hide_send=true» #2, legacy-url-builder\n\
                # may: theme-case, missing-parameter\n\
                é ?%3Ahide_send=true hide_send=true &:hide_send=true\n\
                <!-- expect: deprecated-embed-path «a b/tag/x» -->\n\
                '1/a b/tag/x' \"https:\\/\\/h\\/embed\\/a b/tag/x?:signature=012ab3\"\n\
                // expect^: signed-url-in-file «signature=01…3»\n";
    let file = File::read("x.txt", text.as_bytes());
    let spans: Vec<_> = file
        .marks
        .iter()
        .map(|mark| (mark.rule.as_str(), mark.line, mark.span.clone().map(|span| &text[span])))
        .collect();
    assert_eq!(
        spans,
        [
            ("unsupported-hide-send", 3, Some(":hide_send=true")),
            ("legacy-url-builder", 3, None),
            ("deprecated-embed-path", 5, Some("https:\\/\\/h\\/embed\\/a b/tag/x")),
            ("signed-url-in-file", 5, Some(":signature=012ab3")),
        ]
    );
    assert_eq!(file.may, BTreeSet::from(["theme-case".into(), "missing-parameter".into()]));
    let second = file.marks[0].span.clone().unwrap();
    // Line 3, columns in characters; bytes of the file with its two-byte letter.
    let start = text.find("&:").unwrap() + 1;
    assert_eq!(file.place(&second), [3, 38, 3, 53, start, start + 15]);
}

#[test]
fn places_in_utf16_are_those_of_the_file() {
    let text = "\u{feff}a\r\nx🦀 y\r\n";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut file = File::read("x.txt", &bytes);
    file.add(2, "placeholder-embed-id", Some("y"), 1);
    // U+FEFF, a, CR, LF, x, two units of the crab, a space.
    assert_eq!(file.place(&file.marks[0].span.clone().unwrap()), [2, 4, 2, 5, 16, 18]);
}

#[test]
fn a_wrong_place_or_rule_is_told_in_both_directions() {
    let text = b"# expect: theme-case \xc2\xabtheme=dark\xc2\xbb, legacy-url-builder\nx :theme=dark\n# may: wrong-case\n";
    let corpus = [File::read("x.py", text)];
    let found = |rule: &str, line, place| Found {
        path: "x.py".to_owned(),
        rule: rule.to_owned(),
        line,
        place,
    };
    let start = text.len() - "# may: wrong-case\n".len() - ":theme=dark\n".len();
    let place = [2, 3, 2, 14, start, start + 11];
    let builder = || found("legacy-url-builder", 2, [2, 1, 2, 2, 0, 1]);
    let said =
        |others: Vec<Found>| differences(&corpus, others.into_iter().chain([builder()]).collect());
    assert_eq!(said(vec![found("theme-case", 2, place)]), "");
    assert_eq!(said(vec![found("theme-case", 2, place), found("wrong-case", 9, place)]), "");
    assert_eq!(said(vec![]).lines().count(), 1);
    assert_eq!(
        said(vec![found("theme-case", 2, place), found("theme-case", 2, place)]).lines().count(),
        1
    );
    assert_eq!(said(vec![found("theme-case", 2, place), builder()]).lines().count(), 1);
    for at in 0..place.len() {
        let mut other = place;
        other[at] += 1;
        let said = said(vec![found("theme-case", other[0], other)]);
        assert!(said.contains("missing     x.py:2:3 theme-case «:theme=dark»"), "{said}");
        assert!(said.contains("unexpected  x.py:"), "{said}");
    }
}

/// What has to be found and is not, then what is found and must not be: one a line.
fn differences(corpus: &[File], mut found: Vec<Found>) -> String {
    let mut said = String::new();
    for file in corpus {
        for mark in &file.marks {
            if let Some(at) = found.iter().position(|found| mark.is(file, found)) {
                found.swap_remove(at);
            } else {
                writeln!(said, "missing     {}", mark.show(file)).unwrap();
            }
        }
    }
    found.retain(|found| {
        !corpus.iter().any(|file| file.path == found.path && file.may.contains(&found.rule))
    });
    found.sort_by(|a, b| (&a.path, a.line, &a.rule).cmp(&(&b.path, b.line, &b.rule)));
    for found in &found {
        writeln!(said, "unexpected  {}", found.show()).unwrap();
    }
    said
}

fn check(path: &str, status: i32) -> Ran {
    let mut run = Place::new().run("check --format json --no-config --now");
    run.command.current_dir(root());
    run.arg(NOW.to_string()).arg(path).exits(status)
}

/// The language or format of a file, by its name.
fn kind(path: &str) -> String {
    let path = Path::new(path);
    path.extension().or(path.file_name()).unwrap().to_str().unwrap().to_lowercase()
}

/// The files below a folder of the corpus, relative to it all, sorted.
fn files(folder: &str) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(REPOS).join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            let kind = entry.file_type().unwrap();
            if kind.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// All of `marked`, with the marks in the files and those of `MARKS.toml`.
fn corpus() -> Vec<File> {
    let mut corpus: Vec<File> = files("marked")
        .iter()
        .map(|path| File::read(path, &fs::read(root().join(REPOS).join(path)).unwrap()))
        .collect();
    let table: toml::Table = crate_file(&format!("{REPOS}/MARKS.toml")).parse().unwrap();
    for mark in table["mark"].as_array().unwrap() {
        let text = |key: &str| mark.get(key).map(|value| value.as_str().unwrap());
        let number = |key: &str| {
            mark.get(key).map_or(1, |n| usize::try_from(n.as_integer().unwrap()).unwrap())
        };
        let path = text("path").unwrap();
        let file = corpus.iter_mut().find(|file| file.path == path);
        let file = file.unwrap_or_else(|| panic!("MARKS.toml names {path}, which is not there"));
        file.add(number("line"), text("rule").unwrap(), text("text"), number("nth"));
    }
    corpus
}

/// A file of the corpus and what is to be found in it.
struct File {
    path: String,
    text: String,
    utf16: bool,
    marks: Vec<Mark>,
    /// Rules that may fire in it but need not.
    may: BTreeSet<String>,
}

/// A finding that has to be.
struct Mark {
    rule: String,
    line: usize,
    /// Bytes of the text; nothing if only the line counts.
    span: Option<Range<usize>>,
}

impl File {
    fn read(path: &str, bytes: &[u8]) -> Self {
        let order = match bytes {
            [0xff, 0xfe, ..] => Some(u16::from_le_bytes as fn([u8; 2]) -> u16),
            [0xfe, 0xff, ..] => Some(u16::from_be_bytes as fn([u8; 2]) -> u16),
            _ => None,
        };
        let text = match order {
            Some(order) => {
                let units: Vec<u16> =
                    bytes.chunks_exact(2).map(|pair| order([pair[0], pair[1]])).collect();
                String::from_utf16(&units).unwrap()
            }
            None => String::from_utf8(bytes.to_vec()).unwrap_or_else(|e| panic!("{path}: {e}")),
        };
        let mut file = Self {
            path: path.to_owned(),
            text,
            utf16: order.is_some(),
            marks: Vec::new(),
            may: BTreeSet::new(),
        };
        file.read_marks();
        file
    }

    fn read_marks(&mut self) {
        let text = self.text.clone();
        let lines: Vec<&str> = text.lines().collect();
        let is_aside = |line: &str| {
            let words = ["expect: ", "expect^: ", "may: "];
            line.trim().is_empty() || words.iter().any(|word| line.contains(word))
        };
        for (at, line) in lines.iter().enumerate() {
            if let Some((_, rules)) = line.split_once("may: ") {
                self.may.extend(rules.split([',', ' ']).filter(|w| is_rule(w)).map(str::to_owned));
                continue;
            }
            let (marks, target) = if let Some((_, marks)) = line.split_once("expect: ") {
                (marks, (at + 1..lines.len()).find(|n| !is_aside(lines[*n])))
            } else if let Some((_, marks)) = line.split_once("expect^: ") {
                (marks, (0..at).rev().find(|n| !is_aside(lines[*n])))
            } else {
                continue;
            };
            let target = target.unwrap_or_else(|| panic!("{}:{}: for no line", self.path, at + 1));
            let mut rest = marks;
            loop {
                let end = rest.find(|c: char| c != '-' && !c.is_ascii_lowercase());
                let (rule, behind) = rest.split_at(end.unwrap_or(rest.len()));
                assert!(is_rule(rule), "{}:{}: {rule:?} is no rule", self.path, at + 1);
                rest = behind;
                let mut expected = None;
                let mut nth = 1;
                if let Some(quoted) = rest.strip_prefix(" «") {
                    let (quoted, behind) = quoted.split_once('»').unwrap();
                    expected = Some(quoted);
                    rest = behind;
                    // `#}` closes a comment of Jinja's.
                    let digit = rest.strip_prefix(" #").and_then(|rest| rest.get(..1));
                    if let Some(number) = digit.and_then(|digit| digit.parse().ok()) {
                        nth = number;
                        rest = &rest[3..];
                    }
                }
                self.add_in_place(target + 1, rule, expected, nth);
                let Some(next) = rest.strip_prefix(", ") else { break };
                rest = next;
            }
        }
    }

    /// A mark whose text is given in the short form that does not look like what it marks.
    fn add_in_place(&mut self, line: usize, rule: &str, text: Option<&str>, nth: usize) {
        let Some(text) = text else { return self.add(line, rule, None, nth) };
        let all = self.line(line);
        let spans = occurrences(&self.text[all.clone()], text).filter_map(|found| {
            let before = &self.text[all.start..all.start + found.start];
            let start = if OF_TEXTS.contains(&rule) {
                before.len()
            } else if OF_PATHS.contains(&rule) {
                before.ends_with(['/', 'F']).then(|| before.rfind("http"))??
            } else {
                let colon = COLONS.iter().filter(|colon| before.ends_with(**colon));
                before.len() - colon.map(|colon| colon.len()).max()?
            };
            Some(all.start + start..all.start + found.end)
        });
        let span = { spans }.nth(nth - 1);
        self.push(line, rule, span, text);
    }

    /// A mark with its text as it stands in the file.
    fn add(&mut self, line: usize, rule: &str, text: Option<&str>, nth: usize) {
        let Some(text) = text else {
            return self.marks.push(Mark { rule: rule.to_owned(), line, span: None });
        };
        let all = self.line(line);
        let found = occurrences(&self.text[all.clone()], text).nth(nth - 1);
        self.push(line, rule, found.map(|f| all.start + f.start..all.start + f.end), text);
    }

    fn push(&mut self, line: usize, rule: &str, span: Option<Range<usize>>, text: &str) {
        assert!(span.is_some(), "{}:{line}: no «{text}» for {rule}", self.path);
        self.marks.push(Mark { rule: rule.to_owned(), line, span });
    }

    /// Where a line stands, counted from 1.
    fn line(&self, number: usize) -> Range<usize> {
        let line = self.text.lines().nth(number - 1);
        let line = line.unwrap_or_else(|| panic!("{} has no line {number}", self.path));
        let start = line.as_ptr() as usize - self.text.as_ptr() as usize;
        start..start + line.len()
    }

    /// Line, column, end line, end column, first byte, byte behind the last.
    fn place(&self, span: &Range<usize>) -> [usize; 6] {
        let place = |at: usize| {
            let before = &self.text[..at];
            let line = before.rfind('\n').map_or(0, |n| n + 1);
            let byte = if self.utf16 { 2 * before.encode_utf16().count() } else { at };
            (before.matches('\n').count() + 1, before[line..].chars().count() + 1, byte)
        };
        let (start, end) = (place(span.start), place(span.end));
        [start.0, start.1, end.0, end.1, start.2, end.2]
    }
}

impl Mark {
    fn is(&self, file: &File, found: &Found) -> bool {
        file.path == found.path
            && self.rule == found.rule
            && self.line == found.line
            && self.span.as_ref().is_none_or(|span| file.place(span) == found.place)
    }

    fn show(&self, file: &File) -> String {
        let place = self.span.as_ref().map(|span| (file.place(span), &file.text[span.clone()]));
        show(&file.path, self.line, &self.rule, place)
    }
}

/// A finding of the report.
struct Found {
    path: String,
    rule: String,
    line: usize,
    place: [usize; 6],
}

impl Found {
    fn of(value: &Value) -> Self {
        let text = |key: &str| value[key].as_str().unwrap_or_else(|| panic!("{key}: {value}"));
        let number = |key: &str| {
            usize::try_from(value[key].as_u64().unwrap_or_else(|| panic!("{key}: {value}")))
                .unwrap()
        };
        let keys = ["line", "column", "end_line", "end_column", "byte_start", "byte_end"];
        let path = text("path").replace('\\', "/");
        Self {
            path: path.trim_start_matches(REPOS).trim_start_matches('/').to_owned(),
            rule: text("rule").to_owned(),
            line: number("line"),
            place: keys.map(number),
        }
    }

    fn show(&self) -> String {
        let bytes = fs::read(root().join(REPOS).join(&self.path)).unwrap_or_default();
        let text = bytes.get(self.place[4]..self.place[5]).unwrap_or_default();
        let place = (self.place, &*String::from_utf8_lossy(text).replace('\0', ""));
        show(&self.path, self.line, &self.rule, Some(place))
    }
}

fn show(path: &str, line: usize, rule: &str, place: Option<([usize; 6], &str)>) -> String {
    let Some(([_, column, end_line, end_column, start, end], text)) = place else {
        return format!("{path}:{line} {rule}");
    };
    let short: String = text.chars().take(90).collect();
    format!(
        "{path}:{line}:{column} {rule} «{short}» to {end_line}:{end_column}, bytes {start}..{end}"
    )
}

fn is_rule(word: &str) -> bool {
    word.contains('-') && word.bytes().all(|b| b == b'-' || b.is_ascii_lowercase())
}

/// Where a text stands in a line; `…` in it is anything up to the first place of what follows it.
fn occurrences<'a>(line: &'a str, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    let (head, tail) = text.split_once('…').unwrap_or((text, ""));
    line.match_indices(head).filter_map(move |(start, _)| {
        let behind = start + head.len();
        let tail_at = line[behind..].find(tail)?;
        Some(start..behind + tail_at + tail.len())
    })
}
