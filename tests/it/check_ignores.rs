//! `check --add-ignores`: comments that hide what was found, in the syntax of each file, and nowhere else.

use std::fs;

use crate::check::{base, check, plant};
use crate::support::{EMBED, NOW, Place, legacy};

/// Files of several languages, of which only JSON has no comments.
fn repository() -> Place {
    let place = Place::new();
    let url = base();
    plant(
        &place,
        &[
            (".env", &format!("A=1\nEMBED={url}\n")),
            ("a.json", &format!("{{\"url\": \"{url}\"}}\n")),
            ("docs/a.md", &format!("See <{url}>.\n")),
            ("src/a.ts", &format!("if (x) {{\r\n  url = '{url}' + '?:hide_send=true';\r\n}}\r\n")),
            ("src/b.py", &format!("text = '''\n{url}\n'''\nurl = '{url}'\n")),
        ],
    );
    place
}

const ADD: &str = "check --add-ignores moved-by-T-12";

#[test]
fn what_is_found_is_hidden_where_a_comment_can_be() {
    let place = repository();
    let all = check(&place, "", 1).len();
    let ran = place.run(ADD).args("--format concise").exits(1);
    assert_eq!(
        place.read(".env"),
        format!(
            "A=1\n# embed2jwt: ignore[deprecated-embed-path] moved-by-T-12\nEMBED={}\n",
            base()
        )
    );
    assert_eq!(
        place.read("src/a.ts"),
        format!(
            "if (x) {{\r\n  // embed2jwt: ignore[deprecated-embed-path, unsupported-hide-send] moved-by-T-12\r\n  url = '{}' + '?:hide_send=true';\r\n}}\r\n",
            base()
        )
    );
    assert!(
        place
            .read("docs/a.md")
            .starts_with("<!-- embed2jwt: ignore[deprecated-embed-path] moved-by-T-12 -->\n")
    );
    // In the string of several lines, and where there are no comments, nothing is written.
    assert!(
        place.read("src/b.py").starts_with(&format!("text = '''\n{}\n'''\n# embed2jwt: ", base()))
    );
    assert_eq!(place.read("a.json"), format!("{{\"url\": \"{}\"}}\n", base()));
    let hidden = all - 2;
    assert_eq!(
        ran.err(),
        format!(
            "embed2jwt: note: {hidden} findings hidden by new comments in 4 files\nembed2jwt: note: 2 findings left: no comment can be written there\n"
        )
    );
    let lines = ran.lines();
    assert!(lines[0].starts_with("a.json:1:") && lines[1].starts_with("src/b.py:2:"), "{lines:?}");
    assert_eq!(check(&place, "", 1).len(), 2);
}

#[test]
fn a_second_run_changes_nothing() {
    let place = repository();
    place.run(ADD).exits(1);
    let names = [".env", "a.json", "docs/a.md", "src/a.ts", "src/b.py"];
    let first: Vec<_> = names
        .iter()
        .map(|name| (place.read(name), fs::metadata(place.path(name)).unwrap().modified().unwrap()))
        .collect();
    let ran = place.run(ADD).exits(1);
    assert_eq!(ran.err(), "embed2jwt: note: 2 findings left: no comment can be written there\n");
    let second: Vec<_> = names
        .iter()
        .map(|name| (place.read(name), fs::metadata(place.path(name)).unwrap().modified().unwrap()))
        .collect();
    assert_eq!(first, second);
}

#[test]
fn a_date_in_the_reason_ends_it() {
    let place = Place::new();
    place.file("a.py", format!("url = '{}'\n", base()));
    let add = |now: u64| {
        place
            .run("check --add-ignores")
            .arg("until=2025-07-01 T-1")
            .arg("--now")
            .arg(now.to_string())
    };
    add(NOW).exits(0);
    assert!(
        place
            .read("a.py")
            .starts_with("# embed2jwt: ignore[deprecated-embed-path] until=2025-07-01 T-1\n")
    );
    // Past its date it hides nothing, and another one like it would not either.
    let before = place.read("a.py");
    add(NOW + 30 * 86_400).exits(1);
    assert_eq!(place.read("a.py"), before);
}

#[test]
fn a_diff_shows_the_comments_and_writes_none() {
    let place = repository();
    let before = place.read(".env");
    let ran = place.run(ADD).args("--diff").exits(1);
    assert!(
        ran.out().contains("+# embed2jwt: ignore[deprecated-embed-path] moved-by-T-12"),
        "{}",
        ran.out()
    );
    assert!(ran.err().contains("would be hidden by new comments in 4 files"), "{}", ran.err());
    assert_eq!(place.read(".env"), before);
}

#[cfg(unix)]
#[test]
fn files_are_replaced_as_fixing_does() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::new();
    let text = format!("\u{feff}# \u{e9}\r\nurl = '{}'\r\n", base());
    place.file("a.ps1", text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    fs::set_permissions(place.path("a.ps1"), fs::Permissions::from_mode(0o640)).unwrap();
    place.run(ADD).exits(0);
    let bytes = fs::read(place.path("a.ps1")).unwrap();
    let units: Vec<_> =
        bytes.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let written = String::from_utf16(&units).unwrap();
    let comment = "# embed2jwt: ignore[deprecated-embed-path] moved-by-T-12\r\n";
    assert_eq!(written, text.replace("url", &format!("{comment}url")));
    assert_eq!(fs::metadata(place.path("a.ps1")).unwrap().permissions().mode() & 0o777, 0o640);
    fs::set_permissions(place.path("a.ps1"), fs::Permissions::from_mode(0o440)).unwrap();
    place.file("b.py", base());
    fs::set_permissions(place.path("b.py"), fs::Permissions::from_mode(0o440)).unwrap();
    assert!(place.run(ADD).exits(2).err().contains("b.py: not fixed: it is read-only"));
}

#[test]
fn a_reason_that_would_end_the_comment_is_refused() {
    let place = repository();
    for reason in ["", " ", "a\nb", "x */ y", "--> y"] {
        place.run("check").arg(format!("--add-ignores={reason}")).exits(2);
    }
    for other in
        ["--fix", "--unsafe-fixes", "--write-baseline", "--no-ignores", "--show-files", "-"]
    {
        place.run(ADD).args(other).exits(2);
    }
    assert!(place.read("src/a.ts").contains(EMBED) && !place.read("src/a.ts").contains("ignore"));
}

#[test]
fn nothing_of_the_text_goes_into_the_comment() {
    let place = Place::new();
    let url = legacy("&:hide_send=true");
    let signature = url.rsplit('=').next().unwrap().to_owned();
    place.file("a.py", format!("url = '{url}'\n"));
    let ran = place.run(ADD).exits(0);
    let text = place.read("a.py");
    assert_eq!(text.matches(&signature).count(), 1, "{text}");
    assert!(!ran.out().contains(&signature) && !ran.err().contains(&signature));
}
