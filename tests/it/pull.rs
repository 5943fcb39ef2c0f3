//! `map pull`: the map from a server that answers as Sigma does, whatever goes wrong on the way.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::sigma::{
    self, Asked, CLIENT_SECRET, ESCAPED_SECRET, Fault, Sigma, TOKEN, base62, embed, uuid, workbook,
};
use crate::support::{EMBED, EMBED_UUID, Place, Ran, WORKBOOK, WORKBOOK_UUID};

/// The workbook and the embed of the reference, and beside them an archived one with embeds of every kind.
fn small() -> Vec<(Value, Vec<Value>)> {
    let mut old = workbook("9bbbe3b0-c0c8-4fac-b6f1-8dfebfe74f8b", "Old, \"2019\"");
    old["isArchived"] = true.into();
    vec![
        (workbook(WORKBOOK_UUID, "Sales"), vec![embed(EMBED_UUID, "workbook", false)]),
        (
            old,
            vec![
                embed("6e4a5b40-9e3c-4c8e-8f5a-d3b1c2a4e5f6", "page:H9cAxKfnXP", false),
                embed("0e51172a-a4c0-4954-8c8c-9d854dcf4435", "element:el-1", true),
            ],
        ),
        (workbook("edfda33c-8854-43c1-89f9-5a6cd5055d23", "No embeds"), vec![]),
    ]
}

const HEADER: &str = "embed_id,org,workbook_id,workbook_name,page_id,element_id,public,archived";

/// The map of [`small`], by hand: the ids of the workbooks are those of the reference.
fn small_csv() -> String {
    let page = base62("6e4a5b40-9e3c-4c8e-8f5a-d3b1c2a4e5f6");
    let element = base62("0e51172a-a4c0-4954-8c8c-9d854dcf4435");
    let old = "acme,4JRFW1HThPI1K3YTjouXI7,\"Old, \"\"2019\"\"\"";
    let mut rows = [
        format!("1-{page},{old},H9cAxKfnXP,,false,true"),
        format!("1-{element},{old},,el-1,true,true"),
    ];
    rows.sort();
    format!("{HEADER}\n{}\n{EMBED},acme,{WORKBOOK},Sales,,,false,false\n", rows.join("\n"))
}

/// The credentials and the token are in nothing that is left: streams and files.
#[track_caller]
fn assert_kept_secret(ran: &Ran, place: &Place) {
    let mut left = vec![String::from_utf8_lossy(&ran.stdout).into_owned(), ran.err()];
    left.extend(place.names().iter().map(|name| place.read(name)));
    for text in left {
        for planted in [CLIENT_SECRET, ESCAPED_SECRET, TOKEN, "planted+Secret", "planted%2B"] {
            assert!(!text.contains(planted), "{planted} is in {text}");
        }
    }
}

fn embeds_in(log: &[Asked]) -> usize {
    log.iter().filter(|asked| asked.target.contains("/embeds")).count()
}

#[test]
fn the_map_is_all_workbooks_and_all_embeds() {
    let (place, sigma) = (Place::new(), Sigma::new(small()));
    let ran = sigma.pull(&place, "").exits(0);
    assert_eq!(ran.out(), small_csv());
    assert_eq!(
        ran.err().trim(),
        "3 workbooks, 3 embeds, 1 of them public, 2 in archived workbooks"
    );
    assert_kept_secret(&ran, &place);
    let log = sigma.take_log();
    assert_eq!(log.len(), 5, "{log:?}");
    assert_eq!((log[0].method.as_str(), log[0].target.as_str()), ("POST", "/v2/auth/token"));
    assert_eq!(log[0].authorization, "");
    assert!(log[1..].iter().all(|asked| asked.authorization == format!("Bearer {TOKEN}1")));
    assert!(log.iter().all(|asked| !asked.target.contains("planted")));
}

#[test]
fn every_answer_that_fails_once_is_asked_for_again() {
    let date = "retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n".to_owned();
    let cases = [
        Fault::Status(429, "retry-after: 0\r\n".into(), String::new()),
        Fault::Status(429, date, "slow down".into()),
        Fault::status(429),
        Fault::status(500),
        Fault::status(502),
        Fault::Status(503, "retry-after: 0\r\n".into(), String::new()),
        Fault::Cut,
        Fault::Body("<html>one moment</html>".into()),
        Fault::Body("{\"entries\": [{\"workbookId\"".into()),
        Fault::Body("{}".into()),
        Fault::Expired,
    ];
    for fault in cases {
        let (place, sigma) = (Place::new(), Sigma::new(small()).paged(2));
        let now = fault.clone();
        sigma.faulty(move |target, before| {
            let hit = before == 0 && (!matches!(now, Fault::Expired) || !target.contains("token"));
            hit.then(|| now.clone())
        });
        let ran = sigma.pull(&place, "-q").exits(0);
        assert_eq!((ran.out(), ran.err().as_str()), (small_csv().as_str(), ""), "{fault:?}");
        assert_kept_secret(&ran, &place);
        // Each once in vain and once for good.
        let times = sigma::times(&sigma.take_log());
        for (target, times) in times.iter().filter(|(target, _)| !target.contains("token")) {
            // A token may also run out under a request because of another's: there are five.
            let most = if matches!(fault, Fault::Expired) { 6 } else { 2 };
            assert!((2..=most).contains(times), "{fault:?}: {target} was asked for {times} times");
        }
    }
}

#[test]
fn the_format_is_that_of_the_file_and_every_format_reads_back() {
    let (place, sigma) = (Place::new(), Sigma::new(small()));
    for (name, flags) in
        [("map.csv", ""), ("map.json", ""), ("map.toml", ""), ("map.txt", "--format json")]
    {
        let ran = sigma.pull(&place, &format!("{flags} -o {name}")).exits(0);
        assert_eq!(ran.out(), "");
        let shown = place.run("map show --format csv").arg(name).exits(0);
        assert_eq!(shown.out(), small_csv(), "{name}");
        // A second map differs from the first by nothing but what changed.
        let before = place.read(name);
        sigma.pull(&place, &format!("{flags} -j 1 -o {name}")).exits(0);
        assert_eq!(place.read(name), before);
    }
    assert_eq!(place.names(), ["map.csv", "map.json", "map.toml", "map.txt"]);
    assert!(place.read("map.txt").starts_with("{\"embeds\": [\n{\"embed_id\":"));
    assert!(place.read("map.toml").starts_with("[[embed]]\nembed_id = "));
}

#[test]
fn a_slow_answer_is_given_up_and_asked_for_again() {
    let (place, sigma) = (Place::new(), Sigma::new(small()));
    sigma.faulty(|target, before| {
        (before == 0 && target.contains(WORKBOOK_UUID))
            .then_some(Fault::Slow(Duration::from_secs(20)))
    });
    let start = Instant::now();
    let ran = sigma.pull(&place, "--timeout 1").exits(0);
    assert_eq!(ran.out(), small_csv());
    assert!(start.elapsed() < Duration::from_secs(15));
    assert!(sigma::times(&sigma.take_log()).values().all(|times| *times <= 2));
}

#[test]
fn the_server_decides_when_it_is_asked_again() {
    let (place, sigma) = (Place::new(), Sigma::new(small()));
    sigma.faulty(|target, before| {
        let wait = "retry-after: 1\r\n".to_owned();
        let hit = before == 0 && target.starts_with("/v2/workbooks?");
        hit.then_some(Fault::Status(429, wait, String::new()))
    });
    let start = Instant::now();
    sigma.pull(&place, "").exits(0);
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[test]
fn a_workbook_out_of_reach_is_named_and_the_rest_is_there() {
    let (place, sigma) = (Place::new(), Sigma::new(small()));
    sigma.faulty(|target, _| {
        target
            .contains("/9bbbe3b0")
            .then(|| Fault::Status(403, String::new(), format!("{CLIENT_SECRET} {TOKEN}1 may not")))
    });
    let ran = sigma.pull(&place, "-o map.csv").exits(1);
    assert_eq!(
        place.read("map.csv"),
        format!("{HEADER}\n{EMBED},acme,{WORKBOOK},Sales,,,false,false\n")
    );
    let said = ran.prose();
    assert!(said.contains("not in the map: 1 workbook"), "{said}");
    assert!(
        said.contains("Old, \"2019\": these credentials may not read it (status 403)"),
        "{said}"
    );
    assert_kept_secret(&ran, &place);
    assert_eq!(place.names(), ["map.csv"]);
}

#[test]
fn what_cannot_be_fetched_is_named_and_nothing_is_written_until_it_can() {
    let (place, sigma) = (Place::new(), Sigma::new(small()));
    place.file("map.csv", "the old map");
    let echo = format!("{{\"entries\": \"{CLIENT_SECRET} {TOKEN}1\"}}");
    for broken in [Fault::status(500), Fault::Cut, Fault::Body("<html>".into()), Fault::Body(echo)]
    {
        sigma.faulty(move |target, _| target.contains(WORKBOOK_UUID).then(|| broken.clone()));
        let ran = sigma.pull(&place, "--attempts 3 -o map.csv").exits(2);
        assert_eq!(place.read("map.csv"), "the old map");
        let said = ran.prose();
        assert!(
            said.contains("the embeds of 1 of 3 workbooks could not be fetched: Sales: "),
            "{said}"
        );
        assert!(said.contains("2 workbooks kept in map.csv.pull"), "{said}");
        assert_kept_secret(&ran, &place);
        assert_eq!(place.names(), ["map.csv", "map.csv.pull"]);
    }
    sigma.faulty(|_, _| None);
    sigma.take_log();
    let ran = sigma.pull(&place, "-o map.csv --resume").exits(0);
    assert_eq!(place.read("map.csv"), small_csv());
    assert!(ran.prose().contains("continuing after 2 workbooks"));
    assert_eq!(embeds_in(&sigma.take_log()), 1);
    assert_eq!(place.names(), ["map.csv"]);
}

#[test]
fn a_pull_that_is_killed_loses_nothing() {
    let content = many(40);
    let whole = Sigma::new(content.clone()).pull(&Place::new(), "-q").exits(0);
    let (place, sigma) = (Place::new(), Sigma::new(content));
    let stuck = uuid(1, 25);
    sigma.faulty(move |target, _| {
        target.contains(&stuck).then_some(Fault::Slow(Duration::from_secs(60)))
    });
    let mut run = sigma.pull(&place, "-j 1 -o map.csv");
    let mut child = run.spawn();
    let lines = |place: &Place| {
        let state = std::fs::read_to_string(place.path("map.csv.pull")).unwrap_or_default();
        state.lines().count()
    };
    // Its first line, and the workbooks before the one that hangs.
    let start = Instant::now();
    while lines(&place) < 26 {
        assert!(start.elapsed() < Duration::from_secs(30), "{} lines", lines(&place));
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // As if the end had come in the middle of a line.
    let state = place.read("map.csv.pull");
    place.file("map.csv.pull", format!("{state}{{\"workbook\":\"{}\",\"emb", uuid(1, 25)));
    assert!(!state.contains("planted"));
    assert_eq!(place.names(), ["map.csv.pull"]);

    sigma.faulty(|_, _| None);
    sigma.take_log();
    sigma.pull(&place, "-q -o map.csv --resume").exits(0);
    assert_eq!(place.read("map.csv"), whole.out());
    assert_eq!(embeds_in(&sigma.take_log()), 15);
    assert_eq!(place.names(), ["map.csv"]);
}

#[test]
fn a_state_is_gone_on_with_only_where_it_belongs() {
    let (place, sigma) = (Place::new(), Sigma::new(small()));
    let other = Sigma::new(small());
    sigma.faulty(|target, _| target.contains(WORKBOOK_UUID).then(|| Fault::status(500)));
    sigma.pull(&place, "--attempts 1 --resume state").exits(2);
    assert_eq!(place.names(), ["state"]);
    let ran = other.pull(&place, "--resume state").exits(2);
    assert!(
        ran.prose().contains("state is the state of a pull from another base URL"),
        "{}",
        ran.err()
    );
    let ran = sigma.pull(&place, "--resume state").env("SIGMA_CLIENT_ID", "other").exits(2);
    assert!(ran.prose().contains("with another client id"), "{}", ran.err());
    place.file("map.csv.pull", "a file of somebody's\n");
    let ran = sigma.pull(&place, "-o map.csv").exits(2);
    assert!(ran.prose().contains("map.csv.pull is not the state of a pull"), "{}", ran.err());
    assert_eq!(place.read("map.csv.pull"), "a file of somebody's\n");
    let ran = sigma.pull(&place, "--resume").exits(2);
    assert!(ran.prose().contains("there is no file to resume from"), "{}", ran.err());
}

#[test]
fn the_state_is_no_output() {
    let (place, sigma) = (Place::new(), Sigma::new(small()));
    for output in ["-o map.csv --resume ./map.csv", "-o ./map.csv --resume map.csv"] {
        let ran = sigma.pull(&place, output).exits(2);
        assert!(ran.prose().contains("two outputs go to"), "{}", ran.err());
    }
    assert_eq!((place.names().len(), sigma.requests()), (0, 0));
}

#[test]
fn without_resume_a_pull_begins_anew_and_says_so() {
    let (place, sigma) = (Place::new(), Sigma::new(small()));
    sigma.faulty(|target, _| target.contains(WORKBOOK_UUID).then(|| Fault::status(500)));
    sigma.pull(&place, "--attempts 1 -o map.csv").exits(2);
    sigma.faulty(|_, _| None);
    sigma.take_log();
    let ran = sigma.pull(&place, "-o map.csv").exits(0);
    assert!(
        ran.prose().contains("an earlier pull left 2 workbooks in map.csv.pull"),
        "{}",
        ran.err()
    );
    assert_eq!(embeds_in(&sigma.take_log()), 3);
    assert_eq!(place.names(), ["map.csv"]);
}

#[test]
fn wrong_credentials_are_told_by_the_names_of_their_variables() {
    let (place, sigma) = (Place::new(), Sigma::new(small()));
    let ran = sigma.pull(&place, "-o map.csv").env("SIGMA_CLIENT_SECRET", "planted-wrong").exits(2);
    let said = ran.prose();
    for name in ["rejects these credentials", "SIGMA_CLIENT_ID", "SIGMA_CLIENT_SECRET"] {
        assert!(said.contains(name), "{said}");
    }
    assert!(!said.contains("planted"), "{said}");
    assert_eq!((place.names().len(), sigma.requests()), (0, 1));
}

#[test]
fn credentials_come_from_files_or_the_environment() {
    let (place, sigma) = (Place::new(), Sigma::new(small()));
    place
        .file("id", format!("{}\n", sigma::CLIENT_ID))
        .file("secret", format!("{CLIENT_SECRET}\r\n"));
    let files = "map pull -q --client-id-file id --client-secret-file secret --base-url";
    let ran = place.run(files).arg(sigma.base()).exits(0);
    assert_eq!(ran.out(), small_csv());
    let bare = || place.run("map pull").env("SIGMA_BASE_URL", sigma.base());
    let said = bare().exits(2).prose();
    assert!(said.contains("SIGMA_CLIENT_ID") && said.contains("--client-id-file FILE"), "{said}");
    let said = bare().env("SIGMA_CLIENT_ID", "c").exits(2).prose();
    assert!(
        said.contains("SIGMA_CLIENT_SECRET") && said.contains("--client-secret-file FILE"),
        "{said}"
    );
    let said = bare().env("SIGMA_CLIENT_ID", "").exits(2).prose();
    assert!(said.contains("$SIGMA_CLIENT_ID is empty"), "{said}");
    let said = place.run("map pull").exits(2).prose();
    for way in ["--cloud NAME", "aws-us-a", "--base-url URL", "SIGMA_BASE_URL"] {
        assert!(said.contains(way), "{said}");
    }
    place.run("map pull --client-secret planted").exits(2);
}

#[test]
fn a_skeleton_is_filled_in_place() {
    let (place, sigma) = (Place::new(), Sigma::new(small()));
    place.file(
        "map.csv",
        format!("embed_id,org,workbook_id,note\n{EMBED},,,a.js\n1-unknown,,,b.js\n"),
    );
    let ran = sigma.pull(&place, "--fill map.csv").exits(0);
    assert_eq!(
        place.read("map.csv"),
        format!(
            "embed_id,org,workbook_id,note,workbook_name\n{EMBED},acme,{WORKBOOK},a.js,Sales\n1-unknown,,,b.js,\n"
        )
    );
    assert!(
        ran.prose().contains("filled in: 1 embed still without a workbook: 1 embed (1-unknown)"),
        "{}",
        ran.err()
    );
    assert_eq!(place.names(), ["map.csv"]);
    sigma.pull(&place, "--fill missing.csv").exits(2);
    assert_eq!(sigma.requests(), 5);
}

#[test]
fn what_is_wrong_with_the_output_is_told_before_the_first_request() {
    let (place, sigma) = (Place::new(), Sigma::new(small()));
    std::fs::create_dir(place.path("folder")).unwrap();
    sigma.pull(&place, "-o folder").exits(2);
    sigma.pull(&place, "-o nowhere/map.csv").exits(2);
    assert_eq!(sigma.requests(), 0);
}

/// So many workbooks with one embed each.
fn many(count: u64) -> Vec<(Value, Vec<Value>)> {
    let book = |n| {
        let id = uuid(1, n);
        (workbook(&id, &format!("W {n}")), vec![embed(&uuid(2, n), "workbook", false)])
    };
    (0..count).map(book).collect()
}

#[test]
fn no_more_requests_are_under_way_than_were_asked_for() {
    let (place, sigma) = (Place::new(), Sigma::new(many(40)).paged(10));
    sigma.faulty(|_, _| Some(Fault::Slow(Duration::from_millis(20))));
    sigma.pull(&place, "-j 3").exits(0);
    assert_eq!(sigma.peak(), 3);
}

#[test]
fn a_token_that_expires_for_all_is_renewed_by_one() {
    let (place, sigma) = (Place::new(), Sigma::new(many(200)));
    let last = uuid(1, 100);
    sigma.faulty(move |target, before| {
        if before == 0 && target.contains(&last) {
            Some(Fault::Expired)
        } else {
            // So that others are under way.
            target.contains("/embeds").then_some(Fault::Slow(Duration::from_millis(2)))
        }
    });
    sigma.pull(&place, "-j 8").exits(0);
    let log = sigma.take_log();
    assert_eq!(log.iter().filter(|asked| asked.method == "POST").count(), 2);
    let times = sigma::times(&log);
    let again: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
    assert!(again.len() <= 9 && again.iter().all(|(_, times)| **times == 2), "{again:?}");
}

#[test]
fn an_organisation_that_the_api_does_not_tell_is_missed_aloud() {
    let mut content = small();
    content[0].0["url"] = Value::Null;
    let ran = Sigma::new(content).pull(&Place::new(), "").exits(0);
    assert!(ran.out().contains(&format!("{EMBED},,{WORKBOOK}")), "{}", ran.out());
    assert!(
        ran.prose().contains("for 1 embed the API does not name the organisation"),
        "{}",
        ran.err()
    );
}

#[test]
fn pull_audit_and_convert_are_the_whole_path() {
    let (place, sigma) = (Place::new(), Sigma::new(small()));
    let signed = |id: &str| crate::support::sign(&crate::support::unsigned().replace(EMBED, id));
    let page = format!("1-{}", base62("6e4a5b40-9e3c-4c8e-8f5a-d3b1c2a4e5f6"));
    place.file("urls.txt", [signed(EMBED), signed(&page)].join("\n"));
    sigma.pull(&place, "-o map.csv").exits(0);
    let audited = place.run("audit urls.txt --map map.csv --format json --fail-on error").exits(0);
    assert!(!audited.out().contains("unmapped"));
    let ran = place.bare("urls.txt --map map.csv -q").exits(0);
    let bases: Vec<_> = ran.lines().iter().map(|line| crate::support::cut(line).base).collect();
    let site = "https://app.sigmacomputing.com/acme/workbook";
    let old = format!("{site}/4JRFW1HThPI1K3YTjouXI7/page/H9cAxKfnXP");
    assert_eq!(bases, [format!("{site}/{WORKBOOK}"), old]);
}

#[test]
fn a_skeleton_of_a_repository_is_filled_and_fixes_it() {
    let (place, sigma) = (Place::new(), Sigma::new(small()));
    let page = format!("1-{}", base62("6e4a5b40-9e3c-4c8e-8f5a-d3b1c2a4e5f6"));
    let site = "https://app.sigmacomputing.com";
    let text =
        |main: &str, old: &str| format!("MAIN_EMBED={site}/{main}\nOLD_EMBED={site}/{old}\n");
    place.file("app.env", text(&format!("embed/{EMBED}"), &format!("embed/{page}")));
    place.run("map init -q -o map.toml").exits(0);
    let shown = place.run("map show map.toml --path .").exits(1);
    assert!(
        shown.out().ends_with("The map covers 0 of 2 embeds, 0 of 2 uses.\n"),
        "{}",
        shown.out()
    );
    sigma.pull(&place, "-q --fill map.toml").exits(0);
    let shown = place.run("map show map.toml --path .").exits(0);
    assert_eq!(shown.out(), "The map covers 2 of 2 embeds, 2 of 2 uses.\n");
    place.run("check --unsafe-fixes --map map.toml app.env").exits(0);
    let fixed = text(
        &format!("acme/workbook/{WORKBOOK}"),
        "acme/workbook/4JRFW1HThPI1K3YTjouXI7/page/H9cAxKfnXP",
    );
    assert_eq!(place.read("app.env"), fixed);
    place.run("check --unsafe-fixes --map map.toml app.env").exits(0);
    assert_eq!(place.read("app.env"), fixed);
}

/// A number between 0 and 999 999 that a text and a count give, the same every time.
fn chance(text: &str, count: usize) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes().chain(count.to_le_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) % 1_000_000
}

#[test]
fn five_thousand_workbooks_come_whole_through_a_faulty_line() {
    let content: Vec<_> = (0..5000)
        .map(|n| {
            let id = uuid(1, n);
            let mut book = workbook(&id, &format!("Workbook {n}"));
            book["isArchived"] = (n % 50 == 0).into();
            let sources = ["workbook", "page:p-1", "element:e-1"];
            let embeds = (0..4).map(|k| {
                let number = n * 4 + k;
                embed(
                    &uuid(2, number),
                    sources[usize::try_from(number % 3).unwrap()],
                    number % 10 == 0,
                )
            });
            (book, embeds.collect())
        })
        .collect();
    let (place, sigma) = (Place::new(), Sigma::new(content).paged(500));
    sigma.pull(&place, "-j 8 -o whole.csv").exits(0);
    let log = sigma.take_log();
    assert_eq!(log.len(), 1 + 10 + 5000);
    let whole = place.read("whole.csv");
    assert_eq!(whole.lines().count(), 20_001);

    let faults = |target: &str, before: usize| {
        let chance = chance(target, before);
        (chance < 20_000).then(|| match chance % 7 {
            0 => Fault::Status(429, "retry-after: 0\r\n".into(), String::new()),
            1 => Fault::status(500),
            2 => Fault::Cut,
            3 => Fault::Body("<html>one moment</html>".into()),
            4 => Fault::Slow(Duration::from_millis(50)),
            5 => Fault::Body(r#"{"entries":[],"hasMore":true,"nextPage":"0"}"#.into()),
            _ => Fault::Expired,
        })
    };
    sigma.faulty(faults);
    let ran = sigma.pull(&place, "-j 8 -o faulty.csv").exits(0);
    assert!(place.read("faulty.csv") == whole, "another map than without faults");
    assert_kept_secret(&ran, &place);
    let log = sigma.take_log();
    let times = sigma::times(&log);
    // Enough went wrong to mean something.
    assert!(log.len() > 5050, "{}", log.len());
    for (target, times) in times.iter().filter(|(target, _)| !target.contains("auth")) {
        // As often as it failed, and once more; tokens that expired because of others cost more.
        let failed = (0..*times).filter(|n| faults(target, *n).is_some()).count();
        assert!(*times <= failed + 4, "{target}: {times} times for {failed} faults");
    }
    let again: usize = times.values().map(|times| times - 1).sum();
    assert!(again < 400, "{again} requests were sent again");
}

#[test]
fn every_command_has_the_same_word_for_its_threads() {
    let place = Place::new();
    for command in ["audit", "convert", "check", "map init", "map pull"] {
        let help = place.run(&format!("{command} --help")).exits(0);
        assert!(help.out().contains("-j, --threads <N>"), "{command}: {}", help.out());
        assert!(!help.out().contains("--jobs"), "{command}: {}", help.out());
    }
    // The older word of `map pull` still holds.
    assert!(place.run("map pull --jobs 0").exits(2).err().contains("0 is not in 1..=64"));
}
