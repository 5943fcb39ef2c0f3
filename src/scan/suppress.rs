//! Comments that hide findings, in the syntax of the file they are written into; where no comment can be, nothing is written.
//!
//! A comment goes on a line of its own above the finding. No language is parsed: strings, comments and here documents are
//! passed by as far as a language's marks show them, and where it is not certain that a line is code, it is left alone.

use std::collections::BTreeMap;
use std::path::Path;

use memchr::memmem;

use crate::dialect::span::Span;
use crate::rule::{Fix, Found, Safety};
use crate::rules::files::UNUSED_SUPPRESSION;

/// How a language writes comments and strings.
struct Syntax {
    /// Endings of names, or whole names.
    names: &'static [&'static str],
    /// What a comment is written with.
    comment: (&'static str, &'static str),
    /// Comments up to the end of the line.
    line: &'static [&'static str],
    /// What else is passed by: how it begins, how it ends, and whether it may go over several lines.
    quoted: &'static [(&'static str, &'static str, bool)],
    kind: Kind,
}

/// What beside its marks decides whether a line is code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    /// Here documents may stand in it.
    Script,
    /// The same, behind `<?php` only.
    Php,
    /// A text of several lines is indented more than its key.
    Yaml,
    /// Tags, and scripts in them.
    Markup,
    /// Markup with fences and tables.
    Markdown,
}

type Quoted = &'static [(&'static str, &'static str, bool)];

const C: Quoted = &[
    ("/*", "*/", true),
    ("\"\"\"", "\"\"\"", true),
    ("@\"", "\"", true),
    ("`", "`", true),
    ("\"", "\"", false),
    ("'", "'", false),
];
const LONG: Quoted = &[
    ("\"\"\"", "\"\"\"", true),
    ("'''", "'''", true),
    ("/*", "*/", true),
    ("`", "`", true),
    ("\"", "\"", true),
    ("'", "'", true),
];
const RUST: Quoted = &[("/*", "*/", true), ("\"", "\"", true)];
const SHORT: Quoted =
    &[("\"\"\"", "\"\"\"", true), ("'''", "'''", true), ("\"", "\"", false), ("'", "'", false)];
const SHELL: Quoted = &[
    ("@\"", "\"@", true),
    ("@'", "'@", true),
    ("`", "`", true),
    ("\"", "\"", true),
    ("'", "'", true),
];
const SQL: Quoted = &[
    ("/*", "*/", true),
    ("--[[", "]]", true),
    ("[[", "]]", true),
    ("\"", "\"", true),
    ("'", "'", true),
];
const TAGS: Quoted = &[
    ("<!--", "-->", true),
    ("<script", "</script>", true),
    ("<style", "</style>", true),
    ("<pre", "</pre>", true),
    ("<textarea", "</textarea>", true),
    ("<![CDATA[", "]]>", true),
    ("<?", "?>", true),
    ("<%", "%>", true),
    ("{{", "}}", true),
    ("{%", "%}", true),
    ("<", ">", true),
];

/// The languages; of names that end alike the longer one comes first.
static SYNTAXES: [Syntax; 8] = [
    Syntax {
        names: &[
            ".js",
            ".mjs",
            ".cjs",
            ".jsx",
            ".ts",
            ".mts",
            ".cts",
            ".tsx",
            ".java",
            ".kt",
            ".kts",
            ".go",
            ".c",
            ".h",
            ".cc",
            ".cpp",
            ".hpp",
            ".cs",
            ".swift",
            ".scala",
            ".dart",
            ".groovy",
            ".gradle",
            ".cls",
            ".jsonc",
            "Jenkinsfile",
        ],
        comment: ("// ", ""),
        line: &["//"],
        quoted: C,
        kind: Kind::Code,
    },
    Syntax { names: &[".rs"], comment: ("// ", ""), line: &["//"], quoted: RUST, kind: Kind::Code },
    Syntax {
        names: &[".php"],
        comment: ("// ", ""),
        line: &["//", "#"],
        quoted: LONG,
        kind: Kind::Php,
    },
    Syntax {
        names: &[
            ".py",
            ".pyi",
            ".toml",
            ".env",
            ".properties",
            ".cfg",
            ".mk",
            "Makefile",
            "Dockerfile",
            ".dockerfile",
        ],
        comment: ("# ", ""),
        line: &["#"],
        quoted: SHORT,
        kind: Kind::Code,
    },
    Syntax {
        names: &[".yaml", ".yml"],
        comment: ("# ", ""),
        line: &["#"],
        quoted: &[],
        kind: Kind::Yaml,
    },
    Syntax {
        names: &[
            ".rb", ".rake", ".sh", ".bash", ".zsh", ".fish", ".pl", ".pm", ".r", ".R", ".ex",
            ".exs", ".tf", ".hcl", ".jl", ".ps1", ".psm1", "Gemfile", "Rakefile",
        ],
        comment: ("# ", ""),
        line: &["#"],
        quoted: SHELL,
        kind: Kind::Script,
    },
    Syntax {
        names: &[".sql", ".lua"],
        comment: ("-- ", ""),
        line: &["--"],
        quoted: SQL,
        kind: Kind::Code,
    },
    Syntax {
        names: &[".html", ".htm", ".xml", ".svg", ".md", ".markdown"],
        comment: ("<!-- ", " -->"),
        line: &[],
        quoted: TAGS,
        kind: Kind::Markup,
    },
];

/// The syntax of a file, by its name: `.env.local` is one of `.env`, `Dockerfile.dev` one of `Dockerfile`.
fn syntax(path: &str) -> Option<(&'static Syntax, Kind)> {
    let name = Path::new(path).file_name()?.to_str()?;
    let whole = |known: &str| {
        let rest = name.strip_prefix(known);
        !known.starts_with('.') && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let env = |known: &str| known == ".env" && name.starts_with(".env.");
    let fits =
        |known: &str| name.ends_with(known) && known.starts_with('.') || whole(known) || env(known);
    let syntax = SYNTAXES.iter().find(|syntax| syntax.names.iter().any(|known| fits(known)))?;
    let is_markdown = [".md", ".markdown"].iter().any(|end| name.ends_with(end));
    Some((syntax, if is_markdown { Kind::Markdown } else { syntax.kind }))
}

/// Whether a reason can stand in a comment of every language.
pub fn is_reason(text: &str) -> bool {
    let ends = ["*/", "--", "?>", "%>", "]]"];
    !text.trim().is_empty()
        && !text.chars().any(char::is_control)
        && !ends.iter().any(|end| text.contains(end))
}

/// The comments that hide these findings, each above its line: as fixes, with how many findings each is for.
pub fn comments(path: &str, text: &[u8], found: &[Found], reason: &str) -> Vec<(Fix, usize)> {
    let Some((syntax, kind)) = syntax(path) else { return Vec::new() };
    let mut lines: BTreeMap<usize, (Vec<&str>, usize)> = BTreeMap::new();
    for found in found.iter().filter(|found| found.finding.rule != &UNUSED_SUPPRESSION) {
        let at = (found.finding.span.start as usize).min(text.len());
        let before = text.get(..at).unwrap_or_default();
        let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
        let (rules, count) = lines.entry(start).or_default();
        if !rules.contains(&found.finding.rule.id) {
            rules.push(found.finding.rule.id);
        }
        *count += 1;
    }
    let free = free(text, syntax, kind, lines.keys().copied());
    let comment = |(start, (rules, count)): (usize, (Vec<&str>, usize))| {
        let line = line(text, start);
        let indent: String = line
            .iter()
            .map(|byte| char::from(*byte))
            .take_while(|c| matches!(c, ' ' | '\t'))
            .collect();
        let end = if line.ends_with(b"\r") { "\r\n" } else { "\n" };
        let (open, close) = syntax.comment;
        let rules = rules.join(", ");
        let text =
            format!("{indent}{open}embed2jwt: ignore[{rules}] {}{close}{end}", reason.trim());
        let fix = Fix {
            span: Span::new(start, start),
            replacement: text.into_bytes(),
            safety: Safety::Safe,
        };
        (fix, count)
    };
    lines.into_iter().filter(|(start, _)| free.contains(start)).map(comment).collect()
}

/// The line that begins here, without its end.
fn line(text: &[u8], start: usize) -> &[u8] {
    let rest = text.get(start..).unwrap_or_default();
    rest.split(|byte| *byte == b'\n').next().unwrap_or_default()
}

/// The line before the one that begins here.
fn line_before(text: &[u8], start: usize) -> Option<(usize, &[u8])> {
    let end = start.checked_sub(1)?;
    let before = text.get(..end)?;
    let from = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    Some((from, before.get(from..)?))
}

/// Which of these lines, given by where they begin and in order, may have a comment above.
fn free(
    text: &[u8],
    syntax: &Syntax,
    kind: Kind,
    lines: impl Iterator<Item = usize>,
) -> Vec<usize> {
    let mut scan = Scan { text, syntax, kind, at: 0, until: None, here: None };
    if kind == Kind::Php {
        scan.until = Some("<?php");
    }
    lines.filter(|start| scan.is_code(*start) && may_have(text, kind, *start)).collect()
}

/// Whether nothing around the line says that it goes on from the one above, or is no code.
fn may_have(text: &[u8], kind: Kind, start: usize) -> bool {
    let own = line(text, start).trim_ascii();
    let above = line_before(text, start).map_or(&b""[..], |(_, line)| line.trim_ascii());
    // The first line may say what the file is, and a comment above a comment for this line takes its place.
    let first = start == 0
        && (own.starts_with(b"#!") || own.starts_with(b"<?") || own.starts_with(b"\xef\xbb\xbf"));
    let comment = memmem::find(above, b"embed2jwt:").is_some();
    let follows = above.ends_with(b"\\") || (kind == Kind::Script && above.ends_with(b"`"));
    if first || comment || follows {
        return false;
    }
    match kind {
        // Between tags a comment of the language would be text.
        Kind::Code => {
            let tag = above.ends_with(b">") && !above.ends_with(b"=>") && !above.ends_with(b"->");
            !tag && !own.starts_with(b"<") && !own.starts_with(b"{")
        }
        Kind::Yaml => !in_block(text, start),
        Kind::Markdown => {
            !own.starts_with(b"|")
                && !line(text, start).starts_with(b"    ")
                && !line(text, start).starts_with(b"\t")
        }
        Kind::Script | Kind::Php | Kind::Markup => true,
    }
}

/// Whether the line belongs to a text of several lines, which YAML begins with `|` or `>` and ends by its indent.
fn in_block(text: &[u8], start: usize) -> bool {
    let indent = |line: &[u8]| line.iter().take_while(|byte| **byte == b' ').count();
    let mut least = indent(line(text, start));
    let mut at = start;
    while let Some((from, line)) = line_before(text, at) {
        at = from;
        let own = line.trim_ascii();
        if own.is_empty() || indent(line) >= least {
            continue;
        }
        least = indent(line);
        let mark = own.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
        if matches!(mark, [b'|' | b'>', ..]) && mark.len() < 4 {
            return true;
        }
        // A quoted text that goes on.
        let quotes = memchr::memchr_iter(b'"', own).count();
        if quotes % 2 == 1 {
            return true;
        }
        if least == 0 {
            break;
        }
    }
    false
}

/// Goes through a file once, and knows at the beginning of each line whether that is code.
struct Scan<'t> {
    text: &'t [u8],
    syntax: &'t Syntax,
    kind: Kind,
    at: usize,
    /// What ends the string or comment that it is in.
    until: Option<&'static str>,
    /// What ends the here document that it is in.
    here: Option<Vec<u8>>,
}

impl Scan<'_> {
    /// Whether the line that begins here is code. The lines must come in order.
    fn is_code(&mut self, start: usize) -> bool {
        while self.at < start {
            let whole = line(self.text, self.at);
            let end = self.at + whole.len();
            self.pass(self.at, whole);
            self.at = end + 1;
        }
        self.until.is_none() && self.here.is_none()
    }

    /// Passes a line by.
    fn pass(&mut self, start: usize, line: &[u8]) {
        if let Some(end) = &self.here {
            let word = line.trim_ascii().strip_suffix(b";").unwrap_or(line.trim_ascii());
            if word == end.as_slice() {
                self.here = None;
            }
            return;
        }
        if self.kind == Kind::Markdown
            && [&b"```"[..], b"~~~"].iter().any(|f| line.trim_ascii().starts_with(f))
        {
            self.until = match self.until {
                Some("```") => None,
                None => Some("```"),
                other => other,
            };
            return;
        }
        if self.kind == Kind::Markdown && self.until == Some("```") {
            return;
        }
        let begins = if matches!(self.kind, Kind::Script | Kind::Php) { here(line) } else { None };
        let mut at = start;
        let end = start + line.len();
        while at < end {
            let rest = self.text.get(at..end).unwrap_or_default();
            if let Some(mark) = self.until {
                at += if rest.starts_with(b"\\") {
                    2
                } else if rest.starts_with(mark.as_bytes()) {
                    self.until = None;
                    mark.len()
                } else {
                    1
                };
                continue;
            }
            if self.kind == Kind::Php && rest.starts_with(b"?>") {
                self.until = Some("<?php");
                at += 2;
                continue;
            }
            if self.syntax.line.iter().any(|mark| rest.starts_with(mark.as_bytes())) {
                break;
            }
            let opens = |(open, _, _): &&(&str, &str, bool)| {
                rest.get(..open.len()).is_some_and(|r| r.eq_ignore_ascii_case(open.as_bytes()))
            };
            match self.syntax.quoted.iter().find(opens) {
                Some((open, close, _)) => {
                    self.until = Some(close);
                    at += open.len();
                }
                None => at += 1,
            }
        }
        // A string of one line ends with it, whatever was taken for its quote.
        let single = |(_, close, over): &&(&str, &str, bool)| !over && self.until == Some(*close);
        if self.syntax.quoted.iter().find(single).is_some() {
            self.until = None;
        }
        if self.until.is_none() {
            self.here = begins;
        }
    }
}

/// The word that ends the here document which begins on this line.
fn here(line: &[u8]) -> Option<Vec<u8>> {
    let at = memmem::find(line, b"<<")?;
    let rest = line.get(at + 2..)?;
    let skipped = rest.iter().take_while(|byte| b"-~<\"' ".contains(byte)).count();
    let word = rest.get(skipped..)?;
    let length =
        word.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    (length > 1).then(|| word.get(..length).unwrap_or_default().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Finding;
    use crate::rule::Text;
    use crate::rules::find;

    /// The text with comments above the lines where `@` stands.
    fn commented(path: &str, text: &str) -> String {
        let found = |at: usize| {
            Found::new(Finding::new(find("theme-case").unwrap(), Span::new(at, at + 1)))
        };
        let found: Vec<_> = text.match_indices('@').map(|(at, _)| found(at)).collect();
        let fixes = comments(path, text.as_bytes(), &found, " why ");
        let fixed = super::super::fix::apply(
            text.as_bytes(),
            &Text::new(text.as_bytes()),
            fixes.iter().map(|(fix, _)| fix),
        );
        String::from_utf8(fixed).unwrap()
    }

    #[test]
    fn a_comment_is_written_in_the_syntax_of_the_file() {
        let ignore = "embed2jwt: ignore[theme-case] why";
        for (paths, open, close) in [
            ("a.js src/a.tsx a.go A.java a.rs a.jsonc Jenkinsfile", "// ", ""),
            (
                "a.py .env .env.local app.env Dockerfile Dockerfile.dev a.yml a.rb a.sh a.tf Makefile a.ps1",
                "# ",
                "",
            ),
            ("a.sql a.lua", "-- ", ""),
            ("a.html a.md a.xml", "<!-- ", " -->"),
        ] {
            for path in paths.split(' ') {
                let text = "x\n  y @ @\r\nz\n";
                assert_eq!(
                    commented(path, text),
                    format!("x\n  {open}{ignore}{close}\r\n  y @ @\r\nz\n"),
                    "{path}"
                );
            }
        }
        assert_eq!(commented("a.php", "<?php\n@"), format!("<?php\n// {ignore}\n@"));
    }

    #[test]
    fn where_no_comment_can_be_nothing_is_written() {
        for (path, text) in [
            ("a.json", "{\"a\": \"@\"}"),
            ("a.csv", "@"),
            ("a.txt", "@"),
            ("a.ipynb", "@"),
            ("a.py", "x = '''\n@\n'''"),
            ("a.py", "x = \\\n  '@'"),
            ("a.js", "x = `\n@`"),
            ("a.js", "/*\n@ */"),
            ("a.jsx", "<div>\n  <iframe src='@'/>"),
            ("a.jsx", "return <p>\n  @"),
            ("a.java", "x = \"\"\"\n@\"\"\""),
            ("a.ps1", "x `\n  @"),
            ("a.sh", "cat <<EOF\n@\nEOF"),
            ("a.sh", "curl \\\n  @"),
            ("a.sh", "x='\n@'"),
            ("a.rb", "x = <<~SQL\n  @\nSQL"),
            ("a.yaml", "a: |\n  b\n\n  @"),
            ("a.yaml", "- run: >-\n    b\n      @"),
            ("a.yaml", "a: \"b\n  @\""),
            ("a.php", "<a href='@'>"),
            ("a.php", "<?php $x = 1 ?>\n<a href='@'>"),
            ("a.php", "<?php $x = '\n@';"),
            ("a.html", "<iframe\n  src='@'>"),
            ("a.html", "<script>\nx = '@'</script>"),
            ("a.html", "<!--\n@ -->"),
            ("a.md", "```\n@\n```"),
            ("a.md", "| a |\n| @ |"),
            ("a.md", "text\n\n    @"),
            ("a.xml", "<?xml x='@'?>"),
            ("a.sh", "#!/bin/sh -@"),
            ("a.sql", "'\n@'"),
            ("a.py", "# embed2jwt: ignore[invalid-mode]\n@"),
        ] {
            assert_eq!(commented(path, text), text, "{path}");
        }
    }

    #[test]
    fn what_ends_before_the_line_does_not_count() {
        let above =
            |path: &str, text: &str| commented(path, text).contains("ignore[theme-case] why");
        for (path, text) in [
            ("a.py", "x = '''a'''; y = 'it'\n@"),
            ("a.py", "# it's\n@"),
            ("a.js", "x = `a` // it's `\n@"),
            ("a.js", "/* a */\nb = /'/\n@"),
            ("a.go", "x := `\\n`\n@"),
            ("a.sh", "cat <<EOF\nit's\nEOF\n@"),
            ("a.yaml", "a: |\n  b\nc:\n  d: @"),
            ("a.md", "```\nx\n```\n\n@"),
            ("a.html", "<p\n a='1'>\n@"),
            ("a.php", "<?php\n$x = 1; // it's\n@"),
        ] {
            assert!(above(path, text), "{path}: {text}");
        }
    }

    #[test]
    fn a_reason_ends_no_comment() {
        for reason in ["T-1 moved later", "until=2027-01-31 caf\u{e9}"] {
            assert!(is_reason(reason), "{reason}");
        }
        for reason in ["", "  ", "a\nb", "a */ b", "--> x", "?> x", "\u{1b}[m"] {
            assert!(!is_reason(reason), "{reason}");
        }
    }
}
