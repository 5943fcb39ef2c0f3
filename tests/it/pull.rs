//! `map pull`: the map from a server that answers as Sigma does, whatever goes wrong on the way.

use std::time::Duration;

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

fn is_embeds(asked: &&Asked) -> bool {
    asked.target.contains("/embeds")
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
            let most = if matches!(fault, Fault::Expired) { 3 } else { 2 };
            assert!((2..=most).contains(times), "{fault:?}: {target} was asked for {times} times");
        }
    }
}
