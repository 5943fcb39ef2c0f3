//! `check --format html`: the findings by file with their lines, what replaces the code, and what a page keeps to itself.

use std::process::Command;

use crate::check::plant;
use crate::support::{Place, legacy};

const BUILDER: &str = "\
const email = user.email;

// Signs.
let url = `${process.env.EMBED_PATH}?:nonce=${nonce}`;
url += `&:client_id=${process.env.CLIENT_ID}`;
url += `&:email=${email}`;
url += '&:theme=Dark';
const sig = hmac(url, process.env.EMBED_SECRET);
";

fn page(place: &Place, flags: &str) -> String {
    let run = place.run("check --fail-on never --now 1750000000 --format html").args(flags);
    run.exits(0).out().to_owned()
}

fn repository() -> Place {
    let place = Place::new();
    let stored = format!("above\nurl = '{}'\nbelow\n", legacy("&:hide_send=true"));
    plant(&place, &[("src/<b>&.py", &stored), ("src/sign.mjs", BUILDER)]);
    place
}

#[test]
fn findings_stand_by_file_with_their_lines_and_the_span_marked() {
    let page = page(&repository(), "");
    let mut at = 0;
    for part in [
        "<p class=\"headline\">",
        " findings in 2 of 2 files.</p>",
        "What to do next</h2>",
        "The code to change</h2>",
        "Findings</h2>",
        "Files</h2>",
        "<details class=\"index\" open>",
        "<summary>2 files with findings</summary>",
        "<code>src/<wbr>&lt;b&gt;&amp;.py</code></a> <span class=\"tag ",
        "<form id=\"filter\"",
        "<option value=\"unsupported-hide-send\">",
        "<details class=\"group\" id=\"file-",
        "<summary><h3><code>src/<wbr>&lt;b&gt;&amp;.py</code></h3> <span class=\"tag ",
        "<span class=\"ln\">1</span> above</span>",
        "<span class=\"ln\">2</span> url = &#39;",
        "<mark>",
        "<span class=\"ln\">3</span> below</span>",
        "id=\"rule-unsupported-hide-send\"",
        "What it finds</h4>",
        "</main>\n<footer>",
    ] {
        at += page[at..].find(part).unwrap_or_else(|| panic!("no {part} behind byte {at}: {page}"));
    }
    assert!(page.contains("<mark>:hide_send=true</mark>"), "{page}");
    // Every link within the page leads somewhere, and no anchor is there twice.
    let ids: Vec<_> =
        page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), ids.len());
    for link in page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        let anchor = link.strip_prefix('#').unwrap_or_else(|| panic!("{link} leaves the page"));
        assert!(ids.contains(&anchor), "{link}");
    }
}

#[test]
fn the_first_builder_stands_beside_the_code_that_replaces_it() {
    let place = repository();
    let page = page(&place, "");
    let (_, sides) = page.split_once("<div class=\"sides\">").unwrap();
    let (old, rest) = sides.split_once("<h3>New</h3>").unwrap();
    let (new, _) = rest.split_once("</pre>").unwrap();
    assert!(
        old.contains("&amp;:client_id=${process.env.CLIENT_ID}") && old.contains("// Signs."),
        "{old}"
    );
    assert!(!old.contains("const email"), "a blank line ends what belongs together: {old}");
    let scaffold = place.run("scaffold node src/sign.mjs -q").done();
    for line in scaffold.out().lines().filter(|line| !line.contains(['&', '<', '>', '"', '\''])) {
        assert!(new.contains(line), "{line}");
    }
    assert!(new.contains("Dark"), "{new}");
    assert!(page.contains("<code>embed2jwt scaffold node</code> writes for this file"));
    let none = Place::new();
    plant(&none, &[("a.md", "x\n")]);
    assert!(!self::page(&none, "").contains("The code to change"));
}

#[test]
fn addresses_of_users_are_shortened_unless_they_are_asked_for() {
    let place = repository();
    let zoe = legacy("&:x=jane.doe%40example.org").replace("ann@example.com", "zoe@users.example");
    place.file("list.txt", zoe + "\n");
    place.file("hit.py", "url = 'https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=1&:email=jane_doe@exa_mple.org&:mode=userbacked'\n");
    for command in ["check .", "audit list.txt", "inspect list.txt"] {
        for format in ["html", "markdown"] {
            let run = |more: &str| {
                let run = place
                    .run(command)
                    .args("--fail-on never --now 1750000000 --format")
                    .args(format);
                run.args(more).exits(0).out().to_owned()
            };
            let (hidden, shown) = (run(""), run("--show-users"));
            for name in ["jane.doe%40example", "jane_doe@exa_mple", "zoe@users.example"] {
                assert!(!hidden.contains(name), "{command} {format}: {name}");
            }
            if format == "html" {
                assert!(shown.contains("zoe@users.example"), "{command}");
                assert!(hidden.contains("z\u{2026}@users.example"), "{command}");
            }
        }
    }
    // What tools read keeps them.
    assert!(
        place
            .run("audit list.txt --fail-on never --format json")
            .exits(0)
            .out()
            .contains("zoe@users.example")
    );
}

#[test]
fn secrets_of_files_and_of_the_run_stay_out_of_the_lines() {
    let place = Place::new();
    let url = legacy("").replace(":signature=", ":signature=c0ffee11223344556677889900aabbcc");
    let text = format!("EMBED_SECRET=hunter2hunter2\nurl='{url}'\nx = 'of-the-run-9'\n");
    plant(&place, &[("a.env", &text)]);
    let run = |flags: &str| {
        let run = place.run("check --fail-on never --format html").args(flags);
        run.env("SIGMA_EMBED_SECRET", "of-the-run-9").exits(0).out().to_owned()
    };
    let page = run("");
    for secret in ["hunter2", "c0ffee1", "of-the-run"] {
        assert!(!page.contains(secret), "{secret}: {page}");
    }
    assert!(page.contains("<span class=\"ln\">1</span> EMBED_SECRET=\u{2026}"), "{page}");
    assert!(run("--show-secrets").contains("c0ffee11223344556677889900aabbcc"));
}

#[test]
fn the_head_says_when_where_and_of_which_commit() {
    let place = repository();
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(place.path(".")).args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@x.example",
        ]);
        let done = command
            .args(args)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("HOME", place.path("."))
            .output();
        let done = done.unwrap();
        assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    };
    let head = |page: &str| {
        let (_, head) = page.split_once("<p class=\"by\">").unwrap();
        head.split_once("</p>").unwrap().0.to_owned()
    };
    let date = "<time datetime=\"2025-06-15T15:06:40Z\">2025-06-15 15:06:40 UTC</time>";
    assert!(head(&page(&place, "")).ends_with(date), "without a repository there is none to name");
    git(&["init", "-q"]);
    git(&["remote", "add", "origin", "https://ann:hunter2@git.example.com/acme/app.git"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "x"]);
    // A repository may name a program for git to run: it is not run.
    let trap = place.path("trap");
    git(&["config", "core.fsmonitor", &format!("touch {}", trap.display())]);
    git(&["config", "core.pager", &format!("touch {}", trap.display())]);
    let commit = &git(&["rev-parse", "HEAD"])[..12];
    let _ = std::fs::remove_file(&trap);
    let page = page(&place, "");
    assert_eq!(
        head(&page),
        format!(
            "Generated by embed2jwt {} on {date} \u{b7} acme/app \u{b7} commit <code>{commit}</code>",
            env!("CARGO_PKG_VERSION")
        )
    );
    assert!(!page.contains("hunter2") && !trap.exists());
}

#[test]
fn one_file_of_many_findings_says_how_many_are_left_out() {
    let place = Place::new();
    plant(&place, &[("a.py", &"x = '&:hide_send=true'\n".repeat(1005))]);
    let page = page(&place, "--info all --warn unsupported-hide-send");
    let findings = page.matches("<li class=\"row\"").count();
    assert_eq!(findings, 1000);
    assert!(page.contains("<code>embed2jwt check --format csv</code> has them all"), "{findings}");
}

#[test]
fn both_pages_share_their_style_and_their_script() {
    let place = repository();
    let check = page(&place, "");
    let audit = place
        .run("audit --fail-on never --format html")
        .stdin(legacy(""))
        .exits(0)
        .out()
        .to_owned();
    for element in ["style", "script"] {
        let part = |page: &str| {
            let (_, rest) = page.split_once(&format!("<{element}>")).unwrap();
            rest.split_once(&format!("</{element}>")).unwrap().0.to_owned()
        };
        assert_eq!(part(&check), part(&audit));
    }
}
