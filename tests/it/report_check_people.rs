//! The reports of scanned files that people read: frames, groups, summaries.

use embed2jwt::dialect::span::Span;
use embed2jwt::report::advice::Given;
use embed2jwt::report::check::CheckSummary;
use embed2jwt::report::concise::Concise;
use embed2jwt::report::github;
use embed2jwt::report::human::{Human, Look};
use embed2jwt::report::location::Base;
use embed2jwt::report::redact::Secrets;
use embed2jwt::rule::{Fix, Safety};

use crate::check::{base, plant};
use crate::report_check::{File, found, look, report, run, shown, small};
use crate::support::Place;

#[test]
fn ten_thousand_equal_findings_are_one_group() {
    let text = "x :theme=dark\n".repeat(10_000);
    let mut file = File::new("a", &text);
    for line in 0..10_000 {
        let mut finding = found("x :theme=dark", "theme-case", ":theme=dark");
        finding.finding.span = Span::new(14 * line + 2, 14 * line + 13);
        file.found.push(finding);
    }
    let files = [file];
    let (human, summary) = run(&*report("human", Secrets::Hidden), &files, Secrets::Hidden);
    let groups = summary.tally.groups();
    assert_eq!(groups.iter().map(|group| group.count).collect::<Vec<_>>(), [10_000]);
    let lines: Vec<u64> = groups[0].spots.iter().map(|spot| spot.region.line).collect();
    assert_eq!(lines, [1, 2, 3]);
    assert!(human.lines().count() < 40, "{human}");
    for said in ["10,000", "a:1:3", "9,997 more"] {
        assert!(human.contains(said), "{said}: {human}");
    }
    let markdown = shown("markdown", &files);
    assert!(markdown.contains("| 10,000 |") && markdown.len() < 5000);
    let commands = shown("github", &files);
    assert_eq!(commands.matches("::warning ").count(), 10);
    assert!(commands.contains("9990 more warnings"));
    let step = github::check_step_summary(&summary, &Base::default());
    assert!(step.contains("| 10000 |") && step.lines().count() < 20, "{step}");
}

#[test]
fn a_frame_underlines_its_parameter() {
    let text = "above\n\tlet url = \"?:nonce=n&:hide_send=true\";\nbelow\n";
    let mut found = found(text, "unsupported-hide-send", ":hide_send=true");
    found.finding = found.finding.message("lost").suggest("disable **Download**");
    found.fix =
        Some(Fix { span: found.finding.span, replacement: Vec::new(), safety: Safety::Unsafe });
    let human = shown("human", &[File::new("src/a.rs", text).with(found)]);
    let wanted = "\
\x20 \u{26a0} warning[unsupported-hide-send]: lost
   \u{256d}\u{2500}[src/a.rs:2:23]
 1 \u{2502} above
 2 \u{2502}     let url = \"?:nonce=n&:hide_send=true\";
   \u{b7}                          \u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}
 3 \u{2502} below
   \u{2570}\u{2500}\u{2500}\u{2500}\u{2500}
  help: disable Download
        `--unsafe-fixes` removes it
";
    assert!(human.starts_with(wanted), "{human}");
}

#[test]
fn a_line_without_end_is_cut_around_its_finding() {
    let text = format!("{}:theme=dark{}", "\u{fc}".repeat(100_000), "y".repeat(100_000));
    let file = File::new("min.js", &text).with(found(&text, "theme-case", ":theme=dark"));
    let human = shown("human", &[file]);
    let frame: Vec<&str> = human.lines().take_while(|line| !line.contains("errors")).collect();
    assert!(frame.iter().all(|line| line.chars().count() <= 100), "{human}");
    assert!(human.contains("min.js:1:100001"), "{human}");
    let code = frame.iter().find(|line| line.contains(":theme=dark")).unwrap();
    let marks = frame
        .iter()
        .find(|line| line.contains("\u{2500}\u{2500}\u{2500}") && line.contains('\u{b7}'));
    let column = |line: &str, of: &str| line[..line.find(of).unwrap()].chars().count();
    assert_eq!(column(code, ":theme"), column(marks.unwrap(), "\u{2500}"));
    assert!(code.contains("\u{2026}\u{fc}") && code.ends_with("y\u{2026}"), "{code}");
}

#[test]
fn colour_is_asked_for() {
    let given = Given { map: false, keys: false };
    for width in [20, 60, 200] {
        for colour in [true, false] {
            let human = Human { look: look(width, colour), given };
            let (out, _) = run(&human, &small(), Secrets::Hidden);
            assert_eq!(out.contains('\u{1b}'), colour);
        }
    }
}

/// Findings of `theme-case` on so many lines of a file.
fn alike(path: &'static str, lines: usize) -> File {
    let mut file = File::new(path, &":theme=dark\n".repeat(lines));
    for line in 0..lines {
        let mut found = found(":theme=dark", "theme-case", ":theme=dark");
        found.finding = found.finding.message("bad").suggest("write it");
        found.finding.span = Span::new(12 * line, 12 * line + 11);
        file.found.push(found);
    }
    file
}

#[test]
fn of_findings_of_a_rule_in_a_file_three_are_shown_and_their_help_once() {
    let human = shown("human", &[alike("a", 5), alike("b", 4)]);
    assert_eq!(human.matches("warning[theme-case]: bad\n").count(), 6, "{human}");
    assert_eq!(human.matches("help: write it").count(), 1, "{human}");
    assert!(human.contains("\n2 more like this in a: theme-case at 4:1, 5:1\n"), "{human}");
    assert!(human.contains("\n1 more like this in b: theme-case at 4:1\n"), "{human}");
    assert!(!human.contains("9 findings in 2"), "a short one ends with its outcome: {human}");
}

#[test]
fn builders_of_many_kinds_are_a_few_groups() {
    let text = "&:email=\n".repeat(90);
    let mut file = File::new("a", &text);
    for line in 0..90 {
        let mut found = found(&text, "legacy-url-builder", "&:email=");
        found.finding = found.finding.message(format!("kind {line}")).suggest("call it");
        found.finding.span = Span::new(9 * line, 9 * line + 8);
        file.found.push(found);
    }
    let files = [file];
    let markdown = shown("markdown", &files);
    assert_eq!(markdown.matches("| warning | [`legacy-url-builder`]").count(), 6, "{markdown}");
    let html = shown("html", &files);
    let (_, groups) = html.split_once("<ul class=\"groups\"").unwrap();
    let (groups, _) = groups.split_once("</ul>").unwrap();
    assert_eq!(groups.matches("<li>").count(), 6, "{groups}");
    for report in [markdown.as_str(), groups, &shown("human", &files)] {
        assert!(report.contains("(various)") && report.contains("85"), "{report}");
    }
}

#[test]
fn a_long_report_begins_with_its_outcome() {
    let human = shown("human", &[alike("a", 3), alike("b", 8)]);
    assert!(human.starts_with("11 findings in 2 of 2 files.\n\n"), "{human}");
}

#[test]
fn a_quiet_report_holds_findings_alone() {
    let given = Given { map: false, keys: false };
    for lines in [0, 1, 12, 100] {
        let files = [alike("a", lines)];
        let quiet = Human { look: Look { quiet: true, ..look(100, false) }, given };
        let (out, summary) = run(&quiet, &files, Secrets::Hidden);
        assert_eq!(out.is_empty(), lines == 0, "{out}");
        for other in ["files", "What to do next", "URLs of"] {
            assert!(!out.contains(other), "{other}: {out}");
        }
        assert_eq!(summary.tally.total(), lines as u64);
        let concise = Concise { secrets: Secrets::Hidden, quiet: true };
        assert_eq!(run(&concise, &files, Secrets::Hidden).0.lines().count(), lines);
    }
}

#[test]
fn frames_are_ascii_where_nothing_else_can_be_shown() {
    let given = Given { map: false, keys: false };
    for colour in [true, false] {
        for lines in [2, 12] {
            let plain = Human { look: Look { ascii: true, ..look(80, colour) }, given };
            let (out, _) = run(&plain, &[alike("a", lines)], Secrets::Hidden);
            assert!(out.is_ascii() && out.contains("warning[theme-case]: bad"), "{out}");
        }
    }
}

#[test]
fn thirty_nine_findings_are_at_most_250_lines() {
    let place = Place::new();
    let text = format!("a = '{}'\nb = 1\nx = '&:hide_send=true'\n", base());
    let files: Vec<_> = (0..13).map(|n| (format!("src/folder/file{n}.py"), &*text)).collect();
    let files: Vec<_> = files.iter().map(|(name, text)| (&**name, *text)).collect();
    plant(&place, &files);
    let human = place.run("check --format human").exits(1);
    assert!(human.out().starts_with("39 findings in 13 of 13 files.\n"), "{}", human.out());
    assert!(human.lines().len() <= 250, "{}: {}", human.lines().len(), human.out());
    assert_eq!(place.run("check --format concise -q").exits(1).lines().len(), 39);
    let ascii = place.run("check").env("LC_ALL", "C").exits(1);
    assert!(ascii.out().is_ascii(), "{}", ascii.out());
}

#[test]
fn the_summary_tells_what_is_not_in_the_report() {
    let mut summary = CheckSummary { files: 3, bytes: 2048, urls: 1, ..CheckSummary::default() };
    summary.skipped.binary = 2;
    summary.skipped.too_large = 1;
    (summary.suppressed, summary.baselined, summary.stale, summary.fixed) = (4, 5, 1, 6);
    summary.embed_ids.add(b"1-a", true);
    summary.embed_ids.add(b"a", true);
    assert_eq!(summary.embed_ids.count(), (1, 1));
    for format in ["human", "markdown", "html"] {
        let mut out = Vec::new();
        let report = report(format, Secrets::Hidden);
        report.begin(&summary, &mut out);
        report.end(&summary, &mut out);
        let out = String::from_utf8(out).unwrap();
        for said in [
            "6 findings fixed in this run",
            "4 findings hidden by comments",
            "5 findings hidden by the baseline",
            "1 entry of the baseline hides nothing any more",
            "3 files skipped: 2 binary, 1 too large",
        ] {
            assert!(out.contains(said), "{said} in {format}: {out}");
        }
    }
}
