//! Errors of the run: one style, with the program's name, and each says what to do.

use crate::check::plant;
use crate::support::{Place, Run, legacy};

/// A list, and csv that is not what it seems.
fn place() -> Place {
    let place = Place::new();
    place.file("urls.txt", legacy("") + "\n");
    place.file("semicolon.csv", format!("name;url\nBob;{}\n", legacy("")));
    place.file("comma.txt", format!("name,url\nBob,{}\n", legacy("")));
    place
}

/// Fails with 2; what it says on standard error, as running text.
#[track_caller]
fn refused(run: Run) -> String {
    let ran = run.exits(2);
    let said = ran.err();
    assert!(said.starts_with("embed2jwt: error: "), "{said}");
    assert!(said.is_ascii() || !said.contains('\u{d7}'), "{said}");
    ran.prose()
}

#[test]
fn a_value_that_is_wrong_is_answered_with_one_that_is_right() {
    let place = place();
    for (args, said) in [
        ("convert urls.txt --ttl 1w", "`1h`"),
        ("convert urls.txt --ttl 31d", "`30d`"),
        ("convert urls.txt --now yesterday", "seconds since 1970, such as 1750000000"),
        ("audit urls.txt --now yesterday", "seconds since 1970, such as 1750000000"),
        (
            "audit urls.txt --report foo=x.html",
            "there is no format `foo`; there are human, concise, json,",
        ),
        (
            "convert urls.txt --report foo=x.html",
            "there is no format `foo`; there are lines, ndjson, csv",
        ),
        ("audit urls.txt --report x.html", "write FORMAT=FILE"),
        ("audit urls.txt --delimiter ab", "one character, such as `;`"),
        ("audit urls.txt --error hide_send", "did you mean `unsupported-hide-send`?"),
        ("explain hide_send", "did you mean `unsupported-hide-send`?"),
        ("check . --exclude [", "`[` opens a class of characters that `]` never closes"),
        ("check . --include a[!b", "`*.min.js`"),
        ("check . --baseline known.json", "`--write-baseline=known.json` creates it"),
        (
            "audit https://app.sigmacomputing.com/embed/x",
            "`embed2jwt inspect URL` reads a URL itself",
        ),
        (
            "check https://app.sigmacomputing.com/embed/x",
            "`embed2jwt inspect URL` reads a URL itself",
        ),
        (
            "convert https://app.sigmacomputing.com/embed/x",
            "`embed2jwt inspect URL` reads a URL itself",
        ),
    ] {
        let run = place.run("").env("SIGMA_EMBED_SECRET", "demo-embed-secret");
        let prose = refused(run.args(args));
        assert!(prose.contains(said), "{args}: {prose}");
    }
}

#[test]
fn an_error_is_one_line_with_its_cause_and_what_to_do() {
    let place = place();
    for (args, said) in [
        (
            "audit missing.txt",
            "embed2jwt: error: cannot open missing.txt: No such file or directory (os error 2)\n  help: check the path and its permissions; `-` reads standard input\n",
        ),
        ("bogus", "embed2jwt: error: unrecognized subcommand 'bogus'\n"),
        // Nobody chose the name of the file that is written first.
        (
            "audit urls.txt -o missing/out",
            "embed2jwt: error: cannot write missing/out: No such file or directory (os error 2)\n  help: ",
        ),
    ] {
        let ran = place.run(args).exits(2);
        assert!(ran.err().starts_with(said), "{}", ran.err());
        assert!(!ran.err().contains(".tmp"), "{}", ran.err());
    }
}

#[test]
fn notes_and_warnings_have_the_name_of_the_program_too() {
    let place = place();
    plant(&place, &[("a.py", "x = '&:hide_send=true'\n"), ("b.bin", "\0\0")]);
    let ran = place.run("check -v --write-baseline").exits(0);
    let lines: Vec<_> = ran.err().lines().map(str::to_owned).collect();
    assert!(
        !lines.is_empty() && lines.iter().all(|line| line.starts_with("embed2jwt: note: ")),
        "{}",
        ran.err()
    );
    assert!(ran.err().contains("written to embed2jwt-baseline.json"), "{}", ran.err());
}

#[test]
fn where_the_locale_has_no_more_errors_and_frames_are_ascii() {
    let place = place();
    place.file("embed2jwt.toml", "[rules]\nhide-send = \"eror\"\n");
    let ran = place.run("audit urls.txt").env("LC_ALL", "C").exits(2);
    assert!(ran.err().is_ascii() && ran.err().contains("hide-send = "), "{}", ran.err());
    let utf8 = place.run("audit urls.txt").env("LC_ALL", "C.UTF-8").exits(2);
    assert!(utf8.err().contains('\u{2502}'), "{}", utf8.err());
    let url = legacy("&:hide_send=true");
    let inspect = |locale| {
        place.run("inspect --no-config --fail-on never").arg(&url).env("LC_ALL", locale).exits(0)
    };
    let out = inspect("C").out().to_owned();
    assert!(out.is_ascii() && out.contains("  ,-[argument:1:"), "{out}");
    assert!(inspect("C.UTF-8").out().contains("  \u{256d}\u{2500}[argument:1:"));
}

#[test]
fn a_lifetime_may_have_a_unit() {
    let place = Place::new();
    for (ttl, seconds) in [("3600", 3600), ("1h", 3600), ("30d", 2_592_000)] {
        let ran = place.convert("--format ndjson").arg("--ttl").arg(ttl).stdin(legacy("")).exits(0);
        let claims = &ran.record()["claims"];
        let time = |name: &str| claims[name].as_u64().unwrap();
        assert_eq!(time("exp") - time("iat"), seconds, "{ttl}");
    }
}

#[test]
fn a_delimiter_is_seen_from_the_header_or_given() {
    let place = place();
    for (delimiter, flags) in [
        (";", ""),
        ("|", ""),
        ("\t", ""),
        (";", "--delimiter ;"),
        ("\t", "--delimiter tab"),
        ("^", "--delimiter ^"),
    ] {
        let url = legacy("");
        let rows = ["name,url,note", "\"B, ob\",URL,\"two\nlines\"", "Ann,\"URL\",x"].join("\n");
        // A comma in a cell stays, and a quote opens where a cell begins.
        let rows = rows
            .replace("B, ob", "B\0ob")
            .replace(',', delimiter)
            .replace('\0', ", ")
            .replace("URL", &url);
        place.file("list.csv", rows);
        let ran = place.convert("list.csv --format csv --no-config").args(flags).exits(0);
        let lines = ran.out().lines().count();
        assert_eq!(lines, 4, "{delimiter:?}: {}", ran.out());
        assert!(
            ran.out().contains("\"B, ob\"") && ran.out().contains("\"two\nlines\""),
            "{}",
            ran.out()
        );
    }
    let audited = place.run("audit semicolon.csv --format ndjson --fail-on never").exits(0);
    assert_eq!(audited.record()["kind"], "legacy-signed");
    let wrong = place.run("audit semicolon.csv --delimiter |").exits(2);
    assert!(wrong.prose().contains("`--delimiter CHARACTER`"), "{}", wrong.err());
}

#[test]
fn a_table_that_is_read_as_lines_is_said_to_be_one() {
    let place = place();
    let ran = place.run("audit comma.txt").exits(1);
    let said = "embed2jwt: note: comma.txt is read as one URL a line, and looks like a table: `--input-format csv` reads it as one\n";
    assert_eq!(ran.err(), said);
    for args in [
        "audit urls.txt",
        "audit comma.txt --input-format lines",
        "audit comma.txt --input-format csv",
    ] {
        assert_eq!(place.run(args).args("--fail-on never").exits(0).err(), "", "{args}");
    }
}

#[test]
fn a_token_that_is_cut_short_is_said_to_be() {
    let ran = Place::new().run("inspect eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0").exits(1);
    assert!(ran.out().contains("it has 2 parts, not three separated by dots"), "{}", ran.out());
    assert!(ran.out().contains("help: write the whole token"), "{}", ran.out());
}

#[test]
fn a_host_that_does_not_resolve_is_named_with_the_cause() {
    let run = Place::new().run("map pull --attempts 1 --base-url https://nowhere.invalid");
    let prose = refused(run.env("SIGMA_CLIENT_ID", "id").env("SIGMA_CLIENT_SECRET", "secret"));
    assert!(prose.contains("the host nowhere.invalid is not found: "), "{prose}");
}

#[test]
fn a_day_that_is_none_is_named() {
    let place = Place::new();
    plant(&place, &[("a.py", "# embed2jwt: ignore until=2027-13-01 later\nx = 1\n")]);
    let ran = place.run("check --format concise").exits(1);
    assert!(ran.out().contains("there is no day `2027-13-01`"), "{}", ran.out());
    assert!(place.run("check").exits(1).out().contains("`until=2027-01-31`"));
}

#[test]
fn a_list_in_place_of_a_secret_is_refused() {
    let place = place();
    place.file("two.txt", "one-secret\nanother\n");
    for (file, what) in [("urls.txt", "a URL"), ("two.txt", "several lines")] {
        let run = place.run("convert urls.txt --secret-file").arg(file);
        let prose = refused(run);
        assert!(prose.contains(&format!("looks like a list: it holds {what}")), "{prose}");
        assert!(prose.contains("a file that holds the embed secret and nothing else"), "{prose}");
        assert!(!prose.contains("one-secret"), "{prose}");
    }
}
