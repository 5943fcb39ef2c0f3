//! What the URLs of a run say of one another, said by `convert` on the later row and by `check` at the later place.

use std::fmt::Write as _;

use crate::support::{EMBED, NOW, Place, severity_of, sign, unsigned};

/// A signed URL of this user with this nonce.
fn url(nonce: &str, email: &str, team: &str) -> String {
    let url = unsigned().replace(":nonce=n-1", &format!(":nonce={nonce}"));
    sign(&url.replace("ann@example.com", email).replace("team=Sales", &format!("team={team}")))
}

#[test]
fn the_later_row_names_the_earlier_one() {
    let place = Place::new();
    let (ann, bob) = ("ann@example.com", "bob@example.com");
    place.file("a.txt", format!("{}\n\n{}\n", url("n-1", ann, "Sales"), url("n-1", bob, "Sales")));
    place.file("b.txt", format!("{}\n{}\n", url("n-2", ann, "Ops"), url("n-3", bob, "Sales")));
    let ran = place.convert("a.txt b.txt --format ndjson --jti fresh").exits(0);
    let records = ran.records();
    let message = |n: usize, rule: &str| {
        let findings = records[n]["findings"].as_array().unwrap().iter();
        findings
            .filter(|one| one["rule"] == rule)
            .map(|one| one["message"].as_str().unwrap().to_owned())
            .next()
    };
    assert_eq!((message(0, "reused-nonce"), message(0, "inconsistent-user")), (None, None));
    assert_eq!(message(1, "reused-nonce").unwrap(), "the nonce was used before, in line 1");
    assert_eq!(
        message(2, "inconsistent-user").unwrap(),
        "the same user has other teams in line 1 of a.txt"
    );
    assert_eq!((message(3, "reused-nonce"), message(3, "inconsistent-user")), (None, None));
    // At the parameter that it is about.
    let nonce = records[1]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["rule"] == "reused-nonce")
        .unwrap();
    assert_eq!((&nonce["parameter"], &nonce["severity"]), (&"nonce".into(), &"warning".into()));
    let column = url("n-1", bob, "Sales").find(":nonce=").unwrap() as u64 + 1;
    assert_eq!(nonce["column"].as_u64(), Some(column));
    assert!(records.iter().all(|record| record["status"] == "converted"));
}

#[test]
fn an_error_stops_the_later_row_alone() {
    let place = Place::new();
    let list = format!("{0}\n{0}\n", url("n-1", "ann@example.com", "Sales"));
    let run = |flags: &str| place.convert("--format ndjson").args(flags).stdin(&list);
    let records = run("--error reused-nonce").exits(1).records();
    assert_eq!(
        (&records[0]["status"], &records[1]["status"]),
        (&"converted".into(), &"failed".into())
    );
    let records = run("--off reused-nonce").exits(0).records();
    assert_eq!(severity_of(&records[1], "reused-nonce"), None);
    let verbose = place.convert("-v").stdin(&list).exits(0);
    assert!(verbose.err().contains("warning[reused-nonce]"), "{}", verbose.err());
}

#[test]
fn it_is_the_same_however_many_threads_there_are() {
    let place = Place::new();
    let mut list = String::new();
    for n in 0..6000_u32 {
        let nonce = n % 2500;
        let team = if n < 3000 { "Sales" } else { "Ops" };
        // Unsigned ones do: the list is trusted.
        writeln!(
            list,
            "https://app.sigmacomputing.com/embed/{EMBED}?:nonce={nonce}&:client_id=c-1&:email=u{nonce}@example.com\
             &:external_user_team={team}&:time={NOW}&:session_length=60&:mode=userbacked"
        )
        .unwrap();
    }
    place.file("list.txt", list);
    let run = |threads: &str| {
        place.convert("list.txt --format ndjson --jti derived").args(threads).exits(0)
    };
    let one = run("-j1");
    assert_eq!(one.out(), run("-j7").out());
    let reused =
        one.records().iter().filter(|record| severity_of(record, "reused-nonce").is_some()).count();
    let other = one
        .records()
        .iter()
        .filter(|record| severity_of(record, "inconsistent-user").is_some())
        .count();
    // Each is compared with the first of its kind, which are the first 2,500; the later half has another team.
    assert_eq!((reused, other), (3500, 3000));
}

// ---- check ----

/// `path:line rule: message` of the findings about the run.
fn told(place: &Place, args: &str) -> Vec<String> {
    let ran = place.run("check --format ndjson --fail-on never").args(args).exits(0);
    let of_run = |rule: &str| ["reused-nonce", "inconsistent-user"].contains(&rule);
    let text = |one: &serde_json::Value, key: &str| one[key].as_str().unwrap().to_owned();
    let records = ran.records().into_iter().filter(|one| of_run(&text(one, "rule")));
    records
        .map(|one| {
            format!(
                "{}:{} {}: {}",
                text(&one, "path"),
                one["line"],
                text(&one, "rule"),
                text(&one, "message")
            )
        })
        .collect()
}

#[test]
fn check_names_the_earlier_place_in_the_order_of_the_files() {
    let place = Place::new();
    let (ann, bob) = ("ann@example.com", "bob@example.com");
    place.file(
        "a.md",
        format!("x\n<{}>\n\n<{}>\n", url("n-1", ann, "Sales"), url("n-1", bob, "Sales")),
    );
    place.file("b.md", format!("{}\n", url("n-2", ann, "Ops")));
    let expected = [
        "a.md:4 reused-nonce: the nonce was used before, in line 2",
        "b.md:1 inconsistent-user: the same user has other teams in line 2 of a.md",
    ];
    assert_eq!(told(&place, ""), expected);
    // The place is that of the parameter.
    let found = place.run("check --format ndjson a.md").exits(1).records();
    let nonce = found.iter().find(|one| one["rule"] == "reused-nonce").unwrap();
    assert_eq!((&nonce["parameter"], &nonce["line"]), (&"nonce".into(), &4.into()));
    let text = place.read("a.md");
    let place_of = |key: &str| usize::try_from(nonce[key].as_u64().unwrap()).unwrap();
    assert_eq!(&text[place_of("byte_start")..place_of("byte_end")], ":nonce=n-1");
}

#[test]
fn what_a_template_fills_in_is_nobodys() {
    let place = Place::new();
    let template = url("{{ nonce }}", "{{ email }}", "Sales");
    place.file(
        "a.html",
        format!("<a href=\"{template}\">\n<a href=\"{}\">\n", template.replace("Sales", "Ops")),
    );
    let ann = url("${n}", "ann@example.com", "Sales");
    place.file("b.js", format!("`{ann}`\n`{}`\n", ann.replace("Sales", "${team}")));
    assert_eq!(told(&place, ""), [""; 0]);
}

#[test]
fn comments_the_baseline_and_fixes_treat_them_like_any_other_finding() {
    let place = Place::new();
    let twice = format!(
        "{0}\n{0}  # embed2jwt: ignore[reused-nonce]\n",
        url("n-1", "ann@example.com", "Sales")
    );
    place.file("a.py", &twice);
    assert_eq!(told(&place, ""), [""; 0]);
    assert_eq!(told(&place, "--no-ignores").len(), 1);
    let more = url("n-1", "ann@example.com", "Sales") + "&:show_footer=false";
    place.file("b.py", format!("{more}\n"));
    let before = told(&place, "");
    assert_eq!(before, ["b.py:1 reused-nonce: the nonce was used before, in line 1 of a.py"]);
    place.run("check --fix --fail-on never -q").exits(0);
    assert_eq!(told(&place, ""), before);
    place.run("check --write-baseline -q").exits(0);
    assert_eq!(told(&place, ""), [""; 0]);
}

#[test]
fn check_says_the_same_however_many_threads_there_are() {
    let place = Place::new();
    std::fs::create_dir(place.path("d")).unwrap();
    for n in 0..400_u32 {
        // Most files have nothing to say.
        let text = if n % 3 == 0 {
            url(&format!("n-{}", n % 60), "ann@example.com", "Sales")
        } else {
            "nothing".into()
        };
        place.file(&format!("d/{n}.txt"), text);
    }
    let one = told(&place, "-j1");
    assert_eq!(one.len(), 134 - 20);
    for threads in ["-j2", "-j8"] {
        assert_eq!(told(&place, threads), one, "{threads}");
    }
}
