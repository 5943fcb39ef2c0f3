//! Every command in the README and on the pages of `docs/` runs, and prints what is shown below it.
//!
//! A page is one session of `sh`, in a copy of the repository's sample: the README at its root, a page in `fixtures/sample`.
//!
//! - A `console` block has commands behind `$ ` (continued behind `> `) and what they print; `…` stands for any
//!   characters, alone on a line for any lines.
//! - An `sh` block has commands alone; what they print is not compared.
//! - `<!-- run` … `-->` prepares what a reader has already.
//! - `needs=NAME` behind the language marks a block that does not run here; [`NEEDS`] lists them all.
//!
//! A command may end with 0 or 1. Another status has to be shown, by `$ echo $?` right behind it.
//! `EMBED2JWT_BLESS=1` writes what is printed now into the pages, and keeps what is left out.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::sigma::{CLIENT_ID, CLIENT_SECRET, Sigma, embed, workbook};
use crate::support::{bless, crate_file, root};

/// The blocks that do not run here: page, what they need, how many.
const NEEDS: [(&str, &str, usize); 4] = [
    ("README.md", "cargo", 2),
    ("README.md", "registry", 1),
    ("docs/install.md", "cargo", 1),
    ("docs/install.md", "release", 1),
];

/// All Markdown at the root, in `docs/` and in `benches/`.
pub(crate) fn markdown() -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["", "docs/", "benches/"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                found.push(format!("{folder}{}", path.file_name().unwrap().to_str().unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// Pages of measurements, which other programs and tests keep.
const MEASURED: [&str; 3] = ["docs/dependencies.md", "docs/performance.md", "docs/reliability.md"];

/// Pages that are written by hand, and shown to users.
pub(crate) fn pages() -> Vec<String> {
    let mut pages = markdown();
    pages.retain(|page| page == "README.md" || page.starts_with("docs/"));
    pages.retain(|page| !MEASURED.contains(&page.as_str()));
    pages.retain(|page| !crate_file(page).starts_with("<!-- Generated"));
    pages
}

/// A command of a page, and where what it prints is shown.
struct Step {
    script: String,
    shown: Option<Vec<String>>,
    /// The lines of the page that show it.
    lines: std::ops::Range<usize>,
}

/// The commands of a page that run, in their order, and the needs of its other blocks.
struct Session {
    steps: Vec<Step>,
    needs: BTreeMap<String, usize>,
}

impl Session {
    fn read(page: &str, text: &str) -> Self {
        let (mut steps, mut needs) = (Vec::new(), BTreeMap::new());
        let lines: Vec<_> = text.lines().collect();
        let mut at = 0;
        while at < lines.len() {
            let opened = match lines[at] {
                "<!-- run" => Some(("run", "-->")),
                line => line.strip_prefix("```").map(|language| (language, "```")),
            };
            let Some((opening, fence)) = opened else {
                at += 1;
                continue;
            };
            let end = (at + 1..lines.len()).find(|line| lines[*line] == fence);
            let end = end.unwrap_or_else(|| panic!("{page}:{}: the block has no end", at + 1));
            let body = &lines[at + 1..end];
            let (language, attribute) = opening.split_once(' ').unwrap_or((opening, ""));
            match (language, attribute.strip_prefix("needs=")) {
                ("console" | "sh", Some(need)) => *needs.entry(need.to_owned()).or_default() += 1,
                ("console", None) => steps.extend(console(page, at + 1, body)),
                ("sh" | "run", None) => {
                    steps.push(Step { script: body.join("\n"), shown: None, lines: at + 1..end });
                }
                ("bash" | "shell" | "" | "text" | "shell-session", _) => {
                    panic!("{page}:{}: a block of `{language}`, which nothing checks", at + 1)
                }
                _ => {}
            }
            at = end + 1;
        }
        Self { steps, needs }
    }
}

/// The commands of a `console` block whose first line is `first`, counted from 0.
fn console(page: &str, first: usize, body: &[&str]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (index, line) in body.iter().enumerate() {
        if let Some(script) = line.strip_prefix("$ ") {
            let at = first + index + 1;
            steps.push(Step { script: script.to_owned(), shown: Some(Vec::new()), lines: at..at });
            continue;
        }
        let step = steps
            .last_mut()
            .unwrap_or_else(|| panic!("{page}:{}: a block that begins without `$ `", first + 1));
        let shown = step.shown.as_mut().unwrap();
        match line.strip_prefix("> ") {
            Some(more) if shown.is_empty() => {
                step.script = format!("{}\n{more}", step.script);
                step.lines = step.lines.end + 1..step.lines.end + 1;
            }
            _ => {
                shown.push((*line).to_owned());
                step.lines.end += 1;
            }
        }
    }
    steps
}

/// Copies a folder; files that hold secrets are their owner's alone.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
            continue;
        }
        fs::copy(entry.path(), &target).unwrap();
        #[cfg(unix)]
        if entry.file_name() == "secret.txt" {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&target, fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
}

/// Sigma as the organisation of the sample has it.
fn sigma() -> Sigma {
    let id = |number: &str| number.to_owned();
    let book = |uuid: &str, name: &str, embeds: &[(&str, &str, bool)]| {
        let embeds = embeds.iter().map(|(id, source, public)| embed(id, source, *public));
        (workbook(&id(uuid), name), embeds.collect())
    };
    Sigma::new(vec![
        book(
            "3fab816e-321b-4b6b-9347-fe3c3e367ace",
            "Sales Overview",
            &[("f01e272e-4bbb-470a-a846-0273f6a37ecf", "workbook", false)],
        ),
        book(
            "991608e5-5cd3-4203-91c0-6cfd96860f33",
            "Regional Sales",
            &[("7871a12c-5985-4c6a-a156-dd79e1a2107f", "page:H9cAxKfnXP", false)],
        ),
        book(
            "6eafb9bb-7620-4be8-a9c0-72e6060a3174",
            "Site Dashboard",
            &[("44ad15e0-8b38-400c-bacf-844afc108c61", "element:r3EaXGblJV", false)],
        ),
        book(
            "5e8fbf42-5736-49e2-aaa6-19e121f1093a",
            "Pipeline Review",
            &[("7b1f0c52-9d3e-4b6a-8c47-2f5e6d7a8b90", "workbook", false)],
        ),
        book(
            "3af58405-3f23-4fd3-90f9-e64bdbfd5064",
            "Status Page",
            &[("db48c5cc-3243-48c8-81f4-f690dbb1c13c", "workbook", true)],
        ),
    ])
}

/// Ends what a command printed, in a stream that holds what all of them print.
const MARK: char = '\u{1e}';

/// Runs the steps in one shell: what each printed, and its exit status.
fn run(page: &str, steps: &[Step]) -> Vec<(String, i32)> {
    let place = tempfile::tempdir().unwrap();
    let sample = place.path().join("fixtures/sample");
    copy(&root().join("fixtures/sample"), &sample);
    copy(&root().join("recipes"), &place.path().join("recipes"));
    let folder: PathBuf = if page == "README.md" { place.path().to_owned() } else { sample };

    let mut script = "exec 2>&1\n".to_owned();
    for step in steps {
        script.push_str(&step.script);
        script.push_str("\nstatus=$?; printf '\\n\\036%d\\036' $status; (exit $status)\n");
    }
    let program = Path::new(env!("CARGO_BIN_EXE_embed2jwt"));
    let mut path = program.parent().unwrap().as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path)
        .env("HOME", place.path())
        .env("SIGMA_BASE_URL", sigma().base())
        .env("SIGMA_CLIENT_ID", CLIENT_ID)
        .env("SIGMA_CLIENT_SECRET", CLIENT_SECRET)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut parts: Vec<_> = printed.split(MARK).collect();
    parts.pop();
    assert_eq!(parts.len(), 2 * steps.len(), "{page}: the session broke off:\n{printed}");
    let pair = |pair: &[&str]| {
        let text = pair[0].strip_suffix('\n').unwrap();
        (text.to_owned(), pair[1].parse().unwrap())
    };
    parts.chunks(2).map(pair).collect()
}

/// Whether a line is what is shown, in which `…` stands for any characters.
fn line_fits(shown: &str, line: &str) -> bool {
    let Some((first, rest)) = shown.split_once('…') else {
        return shown == line;
    };
    let Some(mut left) = line.strip_prefix(first) else {
        return false;
    };
    let mut pieces: Vec<_> = rest.split('…').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some(at) = left.find(piece) else {
            return false;
        };
        left = &left[at + piece.len()..];
    }
    left.ends_with(last)
}

/// Whether the lines are what is shown, in which a line `…` stands for any lines.
fn fits(shown: &[String], lines: &[&str]) -> bool {
    // Which numbers of lines the part of `shown` so far can stand for.
    let mut reached = vec![false; lines.len() + 1];
    reached[0] = true;
    for pattern in shown {
        let mut next = vec![false; lines.len() + 1];
        if pattern == "…" {
            let first = reached.iter().position(|reached| *reached);
            next.iter_mut().skip(first.unwrap_or(usize::MAX)).for_each(|next| *next = true);
        } else {
            for (at, line) in lines.iter().enumerate() {
                next[at + 1] = reached[at] && line_fits(pattern, line);
            }
        }
        reached = next;
    }
    reached[lines.len()]
}

/// What to show of the lines now: what is shown already and still fits, with the gaps where they were.
fn shorten(shown: &[String], lines: &[&str]) -> Vec<String> {
    let same = |i: usize, j: usize| shown[i] != "…" && line_fits(&shown[i], lines[j]);
    // The longest part that both have, counted from the end.
    let mut longest = vec![vec![0usize; lines.len() + 1]; shown.len() + 1];
    for i in (0..shown.len()).rev() {
        for j in (0..lines.len()).rev() {
            longest[i][j] = if same(i, j) {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut new) = (0, 0, Vec::new());
    loop {
        let (from_i, from_j) = (i, j);
        while i < shown.len() && j < lines.len() && !same(i, j) {
            if longest[i + 1][j] >= longest[i][j + 1] { i += 1 } else { j += 1 }
        }
        let end = i == shown.len() || j == lines.len();
        if end {
            (i, j) = (shown.len(), lines.len());
        }
        let (old, now) = (&shown[from_i..i], &lines[from_j..j]);
        let gaps = (old.iter().position(|l| l == "…"), old.iter().rposition(|l| l == "…"));
        match gaps {
            (Some(first), Some(last)) if now.len() > first + old.len() - 1 - last => {
                new.extend(now[..first].iter().map(|line| (*line).to_owned()));
                new.push("…".to_owned());
                let rest = now.len() - (old.len() - 1 - last);
                new.extend(now[rest..].iter().map(|line| (*line).to_owned()));
            }
            _ => new.extend(now.iter().map(|line| (*line).to_owned())),
        }
        if end {
            return new;
        }
        new.push(shown[i].clone());
        (i, j) = (i + 1, j + 1);
    }
}

/// Runs a page and compares it, or writes it anew; what is wrong with it.
fn check(page: &str) -> Vec<String> {
    let text = crate_file(page);
    let session = Session::read(page, &text);
    if session.steps.is_empty() {
        return Vec::new();
    }
    let ran = run(page, &session.steps);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut wrong = Vec::new();
    for (index, (step, (printed, status))) in session.steps.iter().zip(&ran).enumerate().rev() {
        let next = session.steps.get(index + 1).map(|next| next.script.as_str());
        if *status > 1 && next != Some("echo $?") {
            wrong.push(format!("{page}: exit status {status}: {}\n{printed}", step.script));
        }
        let Some(shown) = &step.shown else { continue };
        let printed: Vec<_> = printed.lines().map(str::trim_end).collect();
        if fits(shown, &printed) {
            continue;
        }
        if bless() {
            lines.splice(step.lines.clone(), shorten(shown, &printed));
        } else {
            let line = step.lines.start;
            let printed = printed.join("\n");
            wrong.push(format!("{page}:{line}: `{}` prints now:\n{printed}\n", step.script));
        }
    }
    if bless() {
        fs::write(root().join(page), lines.join("\n") + "\n").unwrap();
    }
    wrong
}

#[test]
#[cfg(unix)]
fn every_command_of_a_page_runs_and_prints_what_is_shown() {
    let wrong: Vec<_> = pages().iter().flat_map(|page| check(page)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_blocks_that_do_not_run_are_few_and_named() {
    let mut found = Vec::new();
    for page in pages() {
        for (need, count) in Session::read(&page, &crate_file(&page)).needs {
            found.push((page.clone(), need, count));
        }
    }
    let found: Vec<_> = found.iter().map(|(p, n, c)| (p.as_str(), n.as_str(), *c)).collect();
    assert_eq!(found, NEEDS);
}

// ---- the runner itself ----

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn what_is_left_out_may_be_anything_and_the_rest_may_not() {
    let shown = owned(&["a", "…", "b … d", "e"]);
    assert!(fits(&shown, &["a", "x", "y", "b c d", "e"]));
    assert!(fits(&shown, &["a", "b … d", "e"]));
    assert!(!fits(&shown, &["a", "b c", "e"]));
    assert!(!fits(&shown, &["a", "b c d", "e", "f"]));
    assert!(!fits(&owned(&["a"]), &[]));
    assert!(fits(&[], &[]));
}

#[test]
fn what_is_written_anew_keeps_its_gaps() {
    let shown = owned(&["head", "old", "…", "last", "tail …"]);
    let now = ["head", "new", "x", "y", "end", "tail 2"];
    assert_eq!(shorten(&shown, &now), ["head", "new", "…", "end", "tail …"]);
    assert_eq!(shorten(&owned(&[]), &["a", "b"]), ["a", "b"]);
    assert_eq!(shorten(&owned(&["a", "…"]), &["b", "c", "d"]), ["b", "…"]);
}

#[test]
fn a_page_is_read_into_commands_and_what_they_print() {
    let page = "<!-- run\ntrue\n-->\n```console\n$ a \\\n> b\nout\n\n$ c\n```\n```sh needs=cargo\nd\n```\n```toml\n$ e\n```\n";
    let session = Session::read("page", page);
    let steps: Vec<_> = session
        .steps
        .iter()
        .map(|s| (s.script.as_str(), s.shown.clone(), s.lines.clone()))
        .collect();
    assert_eq!(
        steps,
        [
            ("true", None, 1..2),
            ("a \\\nb", Some(owned(&["out", ""])), 6..8),
            ("c", Some(Vec::new()), 9..9)
        ]
    );
    assert_eq!(session.needs, BTreeMap::from([("cargo".to_owned(), 1)]));
}
