//! `markdown`: the summary as a comment on a pull request.

use std::fmt::Write;

use super::audit::{Record, Summary, Urls, VERDICTS};
use super::check::{CheckSummary, FileRecord, Files};
use super::redact::{Privacy, Secrets, Users, is_unseen};
use super::tally::{Group, Spot};
use super::words;
use super::{Report, help_link};
use crate::text::{counted, grouped};

/// Bytes of the text. GitHub takes 65,536 characters; no character is shorter than a byte.
const LONGEST: usize = 65_000;

/// Characters of a message, a suggestion or a place that are shown.
const CELL: usize = 300;

/// A text for a comment. Records write nothing: what it says is in the summary.
#[derive(Debug)]
pub struct Markdown {
    /// Whether e-mail addresses are shown.
    pub users: Users,
}

impl Report<Urls> for Markdown {
    fn begin(&self, _: &Summary, _: &mut Vec<u8>) {}

    fn record(&self, _: &Record<'_>, _: &mut Vec<u8>) {}

    fn end(&self, summary: &Summary, out: &mut Vec<u8>) {
        out.extend_from_slice(audit_summary(summary, self.users).as_bytes());
    }
}

impl Report<Files> for Markdown {
    fn begin(&self, _: &CheckSummary, _: &mut Vec<u8>) {}

    fn record(&self, _: &FileRecord<'_>, _: &mut Vec<u8>) {}

    fn end(&self, summary: &CheckSummary, out: &mut Vec<u8>) {
        out.extend_from_slice(check_summary(summary, self.users).as_bytes());
    }
}

/// The text about URLs.
fn audit_summary(summary: &Summary, users: Users) -> String {
    let mut out = format!(
        "## Sigma embed audit\n\n**{}**\n\n| verdict | URLs | |\n|---|--:|---|\n",
        words::headline(summary)
    );
    for verdict in VERDICTS {
        let n = grouped(summary.verdict(verdict));
        let _ = writeln!(out, "| {} | {n} | {} |", verdict.name(), words::verdict(verdict));
    }
    findings(&summary.tally.groups(), out, &parameters(summary), users)
}

/// The text about scanned files.
fn check_summary(summary: &CheckSummary, users: Users) -> String {
    let mut out = format!("## Sigma embed check\n\n**{}**\n", words::check_headline(summary));
    let counts = [words::check_fixes(summary), words::check_counts(summary)].concat();
    if !counts.is_empty() {
        out.push('\n');
    }
    for line in counts {
        let _ = writeln!(out, "- {line}");
    }
    let groups = summary.tally.condensed();
    findings(&groups.iter().collect::<Vec<_>>(), out, &file_parameters(summary), users)
}

/// The findings between what stands before and behind them, as many as there is room for.
fn findings(groups: &[&Group], mut out: String, parameters: &str, users: Users) -> String {
    let tail = parameters.to_owned()
        + concat!("\n<sub>", env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"), "</sub>\n");
    out.push_str("\n### Findings\n\n");
    if groups.is_empty() {
        out.push_str("There are none.\n");
        return out + &tail;
    }
    out.push_str("| severity | rule | count | what | first locations |\n|---|---|--:|---|---|\n");
    let rows: Vec<_> = groups.iter().map(|group| row(group, users)).collect();
    // Room for the sentence that says what was left out.
    let room = LONGEST.saturating_sub(out.len() + tail.len() + 200);
    let mut used = 0;
    let fits = |row: &&String| {
        used += row.len();
        used <= room
    };
    let shown = rows.iter().take_while(fits).count();
    out.extend(rows.into_iter().take(shown));
    let hidden = groups.iter().skip(shown);
    let (kinds, findings) = hidden.fold((0, 0), |(kinds, n), group| (kinds + 1, n + group.count));
    if kinds > 0 {
        let _ = writeln!(
            out,
            "\nAnd {} more in {}, which do not fit into a comment: `--format json` has them all.",
            counted(findings, "finding"),
            counted(kinds, "group")
        );
    }
    out + &tail
}

fn row(group: &Group, users: Users) -> String {
    let rule = group.rule.id;
    let mut what = prose(&group.message, users);
    if !group.suggestion.is_empty() {
        let _ = write!(what, "<br>\u{2192} {}", prose(&group.suggestion, users));
    }
    let place = |spot: &Spot| format!("{}:{}", code(&spot.source, users), spot.region.line);
    let mut places: Vec<_> = group.spots.iter().map(place).collect();
    let further = words::further(group);
    if further > 0 {
        places.push(format!("and {} more", grouped(further)));
    }
    format!(
        "| {} | [`{rule}`]({}) | {} | {what} | {} |\n",
        group.severity,
        help_link(rule),
        grouped(group.count),
        places.join("<br>")
    )
}

/// Every parameter that is used, folded away.
fn parameters(summary: &Summary) -> String {
    let used: Vec<_> = summary.uses.used().collect();
    if used.is_empty() {
        return String::new();
    }
    let lost: u64 = used.iter().map(|(_, used)| u64::from(used.lost > 0)).sum();
    let mut out = format!(
        "\n<details>\n<summary>{}, of which {} lost: what becomes of each</summary>\n\n\
         | parameter | used | lost | what becomes of it | what to do |\n|---|--:|--:|---|---|\n",
        counted(used.len() as u64, "parameter"),
        match lost {
            0 => "none is".to_owned(),
            1 => "1 is".to_owned(),
            n => format!("{} are", grouped(n)),
        }
    );
    for (row, used) in used {
        let widens = if used.widens > 0 { ", **widens access**" } else { "" };
        let _ = writeln!(
            out,
            "| {} | {} | {}{widens} | {} | {} |",
            prose(&words::parameter(row), Users::Shown),
            grouped(used.count),
            grouped(used.lost),
            prose(&words::becomes(row), Users::Shown),
            // Ours to the last letter, and written as Markdown.
            row.remedy
        );
    }
    out + "\n</details>\n"
}

/// Every parameter that findings in files are about, folded away.
fn file_parameters(summary: &CheckSummary) -> String {
    let used: Vec<_> = summary.uses.used().collect();
    if used.is_empty() {
        return String::new();
    }
    let mut out = format!(
        "\n<details>\n<summary>{}: what becomes of each</summary>\n\n\
         | parameter | places | what becomes of it | what to do |\n|---|--:|---|---|\n",
        counted(used.len() as u64, "parameter"),
    );
    for (row, used) in used {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            prose(&words::parameter(row), Users::Shown),
            grouped(used.count),
            prose(&words::becomes(row), Users::Shown),
            row.remedy
        );
    }
    out + "\n</details>\n"
}

/// A text without secrets and without characters that are not seen, cut where a table has no room.
fn shown(text: &str, users: Users) -> String {
    let text = Privacy { secrets: Secrets::Hidden, users }.text(text.as_bytes());
    let cut = text.chars().nth(CELL).is_some();
    let mut out = String::new();
    for c in text.chars().take(CELL) {
        if is_unseen(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    if cut {
        out.push('\u{2026}');
    }
    out
}

/// A value as code, in which nothing has a meaning: no mark-up, no mention, no reference.
fn code(text: &str, users: Users) -> String {
    code_of(&shown(text, users))
}

fn code_of(text: &str) -> String {
    let span = |piece: &str| {
        let longest = piece.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat(longest + 1);
        let edge = |c: Option<char>| matches!(c, Some('`' | ' '));
        let pad = if edge(piece.chars().next()) || edge(piece.chars().last()) { " " } else { "" };
        format!("{fence}{pad}{piece}{pad}{fence}")
    };
    // A bar would end the cell even in code, and behind a backslash tables differ: it stands between two spans.
    let spans: Vec<_> = text
        .split('|')
        .map(|piece| if piece.is_empty() { String::new() } else { span(piece) })
        .collect();
    spans.join("&#124;")
}

/// A sentence of ours with its code, and whatever names from outside it quotes.
fn prose(text: &str, users: Users) -> String {
    let text = shown(text, users);
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = &*text;
    while let Some((before, marked)) = rest.split_once('`') {
        let Some((inside, behind)) = marked.split_once('`') else { break };
        plain(before, &mut out);
        // Two marks that touch would be one longer mark.
        if !inside.is_empty() {
            if out.ends_with('`') {
                out.push(' ');
            }
            out.push_str(&code_of(inside));
        }
        rest = behind;
        if rest.starts_with('`') {
            out.push(' ');
        }
    }
    plain(rest, &mut out);
    out
}

/// Words outside code. Entities are never mark-up; a joiner keeps GitHub from seeing a mention or a reference.
fn plain(text: &str, out: &mut String) {
    const JOINER: char = '\u{2060}';
    let mut word = String::new();
    for c in text.chars() {
        let behind_name = word.eq_ignore_ascii_case("www") || word.eq_ignore_ascii_case("gh");
        match c {
            '*' if text.contains("**") => out.push(c),
            '@' | '#' => {
                let _ = write!(out, "&#{};{JOINER}", u32::from(c));
            }
            '.' | '-' if behind_name => {
                let _ = write!(out, "&#{};{JOINER}", u32::from(c));
            }
            '&' | '<' | '>' | '[' | ']' | '|' | '\\' | '`' | '*' | '_' | '~' | '!' | '$' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            // `http://` and the like would become a link.
            '/' if word.is_empty() && out.ends_with(':') => out.push_str("&#47;"),
            c => out.push(c),
        }
        if c.is_alphanumeric() { word.push(c) } else { word.clear() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_code_however_they_try_to_leave_it() {
        for (value, shown) in [
            ("urls.txt", "`urls.txt`"),
            ("a`b", "``a`b``"),
            ("`a``", "``` `a`` ```"),
            ("a|b\\|c", "`a`&#124;`b\\`&#124;`c`"),
            ("a\r\n| b", "`a\\r\\n`&#124;`  b `"),
            ("", ""),
        ] {
            assert_eq!(code(value, Users::Hidden), shown, "{value}");
        }
        assert_eq!(code(&"x".repeat(400), Users::Hidden).chars().count(), 303);
    }

    #[test]
    fn words_have_no_meaning_outside_code() {
        for (text, shown) in [
            ("use `:a` now", "use `:a` now"),
            ("disable **Download** now", "disable **Download** now"),
            ("`:a`@octo `x", "`:a`&#64;\u{2060}octo &#96;x"),
            ("a|b<b>#12 gh-7", "a&#124;b&#60;b&#62;&#35;\u{2060}12 gh&#45;\u{2060}7"),
            (
                "see https://h.example or www.h.example",
                "see https:&#47;/h.example or www&#46;\u{2060}h.example",
            ),
            // A secret may hold a mark, so that one behind it goes with it.
            ("`signature=0123456789`", "&#96;signature=012345\u{2026}"),
        ] {
            assert_eq!(prose(text, Users::Hidden), shown, "{text}");
        }
    }
}
