//! A pull over a wire that is played by the test, with a clock that only moves when somebody sleeps.

use std::collections::HashMap;
use std::io;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::client::lock;
use super::state::{Fetched, Saved};
use super::*;
use crate::secret::Secret;

const TOKEN_PATH: &str = "/v2/auth/token";
const FIRST: &str = "/v2/workbooks?limit=1000";
const SECRET: &str = "planted-secret";

/// A status, `Retry-After` and a body, or why there is no answer.
type Said = Result<(u16, &'static str, String), &'static str>;

/// Answers by path: the next of the list each time, the last one for ever.
#[derive(Default)]
struct Wire {
    answers: HashMap<String, Vec<Said>>,
    log: Mutex<Vec<(String, String)>>,
}

impl Wire {
    /// Two workbooks, one embed each, and a token.
    fn new() -> Self {
        let entries = ["w1", "w2"].map(|id| json!({"workbookId": id, "name": id}));
        Self::default()
            .says(TOKEN_PATH, 200, &json!({"access_token": "planted-token"}))
            .says(FIRST, 200, &json!({"entries": entries, "hasMore": false}))
            .says(&embeds("w1"), 200, &json!({"entries": [{"embedId": "e1"}]}))
            .says(&embeds("w2"), 200, &json!({"entries": [{"embedId": "e2"}]}))
    }

    fn says(self, path: &str, status: u16, body: &Value) -> Self {
        self.says_with(path, status, "", &body.to_string())
    }

    fn says_with(mut self, path: &str, status: u16, retry_after: &'static str, body: &str) -> Self {
        let said = Ok((status, retry_after, body.to_owned()));
        self.answers.entry(path.to_owned()).or_default().push(said);
        self
    }

    /// Before what it says already.
    fn but_first(mut self, path: &str, status: u16, retry_after: &'static str) -> Self {
        let said = Ok((status, retry_after, String::new()));
        self.answers.entry(path.to_owned()).or_default().insert(0, said);
        self
    }

    fn breaks_first(mut self, path: &str, words: &'static str) -> Self {
        self.answers.entry(path.to_owned()).or_default().insert(0, Err(words));
        self
    }

    /// The same for ever, whatever it said before.
    fn only(mut self, path: &str, status: u16, body: &str) -> Self {
        self.answers.insert(path.to_owned(), vec![Ok((status, "", body.to_owned()))]);
        self
    }

    fn answer(&self, url: &str, sent: &str) -> Result<Answer, Broken> {
        let path = url.strip_prefix("https://api.example.com").unwrap().to_owned();
        let mut log = lock(&self.log);
        let before = log.iter().filter(|(asked, _)| *asked == path).count();
        log.push((path.clone(), sent.to_owned()));
        let answers = self.answers.get(&path).unwrap_or_else(|| panic!("{path} is not known"));
        match &answers[before.min(answers.len() - 1)] {
            Ok((status, retry_after, body)) => Ok(Answer {
                status: *status,
                retry_after: (!retry_after.is_empty()).then(|| (*retry_after).to_owned()),
                body: Zeroizing::new(body.clone().into_bytes()),
            }),
            Err(words) => Err(Broken { words: (*words).to_owned(), passing: *words != "lasting" }),
        }
    }

    fn asked(&self, path: &str) -> usize {
        lock(&self.log).iter().filter(|(asked, _)| asked == path).count()
    }
}

impl Transport for Wire {
    fn get(&self, url: &str, token: &Secret, _: Duration) -> Result<Answer, Broken> {
        self.answer(url, std::str::from_utf8(token.expose()).unwrap())
    }

    fn post(&self, url: &str, form: &Zeroizing<String>, _: Duration) -> Result<Answer, Broken> {
        self.answer(url, form)
    }
}

#[derive(Default)]
struct Slept(Mutex<Duration>);

impl Clock for Slept {
    fn elapsed(&self) -> Duration {
        *lock(&self.0)
    }

    fn unix(&self) -> u64 {
        1_750_000_000 + self.elapsed().as_secs()
    }

    fn sleep(&self, time: Duration) {
        *lock(&self.0) += time;
    }

    fn jitter(&self) -> f64 {
        1.0
    }
}

#[derive(Default)]
struct Kept(Vec<String>, bool);

impl Watcher for Kept {
    fn fetched(&mut self, fetched: &Fetched<'_>) -> io::Result<()> {
        if self.1 {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        self.0.push(fetched.workbook.to_owned());
        Ok(())
    }

    fn progress(&mut self, _: Counts) {}
}

fn embeds(workbook: &str) -> String {
    format!("/v2/workbooks/{workbook}/embeds?limit=1000")
}

fn run_with(
    wire: &Wire,
    jobs: usize,
    saved: Saved,
    kept: &mut Kept,
) -> (Result<Pulled, PullError>, Duration) {
    let base = BaseUrl::parse("https://api.example.com").unwrap();
    let secret = |text: &str| Secret::new(text.as_bytes().to_vec()).unwrap();
    let credentials = Credentials { client_id: secret("id"), client_secret: secret(SECRET) };
    let (delay, deadline) = (Duration::from_secs(1), Duration::from_secs(1000));
    let patience = Patience { attempts: 4, delay, deadline };
    let job = Job { base: &base, credentials: &credentials, patience, jobs, saved };
    let clock = Slept::default();
    let pulled = pull(job, wire, &clock, kept);
    (pulled, clock.elapsed())
}

/// With one thread, so that the time slept is the time waited.
fn run(wire: &Wire) -> (Result<Pulled, PullError>, Duration) {
    run_with(wire, 1, Saved::default(), &mut Kept::default())
}

#[track_caller]
fn assert_whole(pulled: Result<Pulled, PullError>) {
    let pulled = pulled.unwrap();
    let ids: Vec<_> = pulled.map.entries().map(|entry| entry.embed_id.clone()).collect();
    assert_eq!(ids, ["e1", "e2"]);
    assert!(pulled.denied.is_empty() && pulled.odd.is_empty());
    assert_eq!(pulled.counts, Counts { listed: 2, done: 2, embeds: 2 });
}

#[test]
fn nothing_is_asked_twice_and_nobody_waits_if_nothing_fails() {
    let wire = Wire::new();
    let (pulled, waited) = run(&wire);
    assert_whole(pulled);
    assert_eq!(waited, Duration::ZERO);
    assert_eq!(lock(&wire.log).len(), 4);
}

#[test]
fn a_server_that_asks_for_patience_gets_it() {
    // 15:06:40 is the clock's beginning. A wait of a second follows, so that not all come at once.
    for (header, seconds) in [("7", 7), ("Sun, 15 Jun 2025 15:07:00 GMT", 20), ("0", 0)] {
        for status in [429, 503] {
            let wire = Wire::new().but_first(&embeds("w1"), status, header);
            let (pulled, waited) = run(&wire);
            assert_whole(pulled);
            assert_eq!(waited.as_secs(), seconds.max(1), "{status} {header}");
            assert_eq!(wire.asked(&embeds("w1")), 2);
        }
    }
}

#[test]
fn nobody_waits_for_hours() {
    let wire = Wire::new().but_first(&embeds("w1"), 429, "7200");
    let (pulled, waited) = run(&wire);
    let said = pulled.unwrap_err().to_string();
    assert!(
        said.contains("w1: ") && said.contains("429") && said.contains("120 minutes"),
        "{said}"
    );
    assert_eq!(waited, Duration::ZERO);
}

#[test]
fn waits_double_until_patience_ends() {
    let wire = Wire::new().only(&embeds("w2"), 500, "oops");
    let (pulled, waited) = run(&wire);
    let said = pulled.unwrap_err().to_string();
    assert_eq!(waited.as_secs(), 1 + 2 + 4);
    assert_eq!((wire.asked(&embeds("w1")), wire.asked(&embeds("w2"))), (1, 4));
    assert!(said.contains("1 of 2 workbooks") && said.contains(": w2: "), "{said}");
    assert!(said.contains("status 500, 4 times in a row") && !said.contains("oops"), "{said}");
}

#[test]
fn every_request_counts_whatever_came_of_it() {
    // 429, a broken connection, 401 and 500 are four, and the fifth is not asked for.
    let path = embeds("w2");
    let wire = Wire::new().but_first(&path, 500, "").but_first(&path, 401, "");
    let wire = wire.breaks_first(&path, "gone").but_first(&path, 429, "1");
    let said = run(&wire).0.unwrap_err().to_string();
    assert!(said.contains("w2: the API answers with status 500, 4 times in a row"), "{said}");
    assert_eq!(wire.asked(&path), 4);
    let wire = Wire::new().only(&embeds("w2"), 429, "");
    assert!(run(&wire).0.is_err());
    assert_eq!(wire.asked(&embeds("w2")), 4);
}

#[test]
fn a_pull_ends_when_its_time_is_over() {
    // The server asks for 300 seconds three times, which is within four tries, and the pull has 1000.
    let wire = Wire::new().only(&embeds("w1"), 429, "").but_first(&embeds("w1"), 429, "400");
    let wire = wire.but_first(&embeds("w1"), 429, "400").but_first(&embeds("w1"), 429, "400");
    let (pulled, waited) = run(&wire);
    let said = pulled.unwrap_err().to_string();
    assert!(said.contains("w1: the deadline of the pull has passed"), "{said}");
    assert!(waited < Duration::from_secs(1000), "it does not sleep until then: {waited:?}");
    assert_eq!((wire.asked(&embeds("w1")), wire.asked(&embeds("w2"))), (3, 0));
}

#[test]
fn a_list_with_ever_new_entries_ends() {
    struct Endless(Wire);
    impl Transport for Endless {
        fn get(&self, url: &str, _: &Secret, _: Duration) -> Result<Answer, Broken> {
            let number: u64 = url.rsplit("page=").next().unwrap().parse().unwrap_or(0);
            let entries: Vec<_> =
                (0..1000).map(|n| json!({"workbookId": format!("{number}-{n}")})).collect();
            let body = json!({"entries": entries, "nextPage": (number + 1).to_string()});
            let body = Zeroizing::new(body.to_string().into_bytes());
            Ok(Answer { status: 200, retry_after: None, body })
        }
        fn post(&self, url: &str, form: &Zeroizing<String>, _: Duration) -> Result<Answer, Broken> {
            self.0.answer(url, form)
        }
    }
    let base = BaseUrl::parse("https://api.example.com").unwrap();
    let credential = || Secret::new(SECRET.into()).unwrap();
    let credentials = Credentials { client_id: credential(), client_secret: credential() };
    let patience =
        Patience { attempts: 1, delay: Duration::ZERO, deadline: Duration::from_secs(1000) };
    let saved = Saved::default();
    let job = Job { base: &base, credentials: &credentials, patience, jobs: 1, saved };
    let error = pull(job, &Endless(Wire::new()), &Slept::default(), &mut Kept::default());
    let said = error.unwrap_err().to_string();
    assert!(said.contains("the list does not end: it has more than 10000 entries"), "{said}");
}

#[test]
fn what_cannot_get_better_is_not_tried_again() {
    for status in [400, 405, 410, 302] {
        let wire = Wire::new().only(&embeds("w1"), status, "");
        let said = run(&wire).0.unwrap_err().to_string();
        assert!(said.contains(&format!("status {status}")), "{said}");
        assert_eq!(wire.asked(&embeds("w1")), 1);
    }
    let wire = Wire::new().breaks_first(FIRST, "lasting");
    let said = run(&wire).0.unwrap_err().to_string();
    assert!(said.contains("the list of workbooks cannot be fetched: lasting"), "{said}");
    assert_eq!(wire.asked(FIRST), 1);
}

#[test]
fn a_broken_connection_is_tried_again() {
    let wire = Wire::new().breaks_first(FIRST, "gone").breaks_first(TOKEN_PATH, "gone");
    let (pulled, waited) = run(&wire);
    assert_whole(pulled);
    assert_eq!((wire.asked(FIRST), wire.asked(TOKEN_PATH), waited.as_secs()), (2, 2, 2));
}

#[test]
fn an_expired_token_is_renewed_once_whoever_noticed() {
    for jobs in [1, 8] {
        let mut wire = Wire::new();
        let ids: Vec<_> = (0..50).map(|n| format!("w{n:02}")).collect();
        let entries: Vec<_> = ids.iter().map(|id| json!({"workbookId": id})).collect();
        wire = wire.only(FIRST, 200, &json!({"entries": entries}).to_string());
        for id in &ids {
            wire =
                wire.only(&embeds(id), 200, r#"{"entries": []}"#).but_first(&embeds(id), 401, "");
        }
        let (pulled, _) = run_with(&wire, jobs, Saved::default(), &mut Kept::default());
        assert_eq!(pulled.unwrap().counts.done, 50);
        // Every workbook's first answer is 401, so at most one renewal each, and one token to begin with.
        assert!(wire.asked(TOKEN_PATH) <= 51, "{jobs}: {}", wire.asked(TOKEN_PATH));
        assert!(ids.iter().all(|id| wire.asked(&embeds(id)) == 2));
    }
}

#[test]
fn a_token_that_never_holds_is_no_token() {
    let wire = Wire::new().only(&embeds("w1"), 401, "");
    let error = run(&wire).0.unwrap_err();
    assert!(matches!(error, PullError::Credentials { status: 401 }), "{error}");
    assert!(wire.asked(TOKEN_PATH) <= 8, "{}", wire.asked(TOKEN_PATH));
}

#[test]
fn wrong_credentials_are_not_tried_again() {
    for status in [400, 401, 403] {
        let wire = Wire::new().only(TOKEN_PATH, status, &format!("no such secret: {SECRET}"));
        let error = run(&wire).0.unwrap_err();
        assert!(matches!(error, PullError::Credentials { .. }), "{error}");
        assert!(!error.to_string().contains("planted"));
        assert_eq!((wire.asked(TOKEN_PATH), wire.asked(FIRST)), (1, 0));
    }
}

#[test]
fn pages_are_followed_to_the_last_and_overlaps_count_once() {
    let page = |ids: &[&str], next: Value| {
        let entries: Vec<_> = ids.iter().map(|id| json!({"workbookId": id})).collect();
        json!({"entries": entries, "hasMore": !next.is_null(), "nextPage": next}).to_string()
    };
    let empty = r#"{"entries": []}"#;
    let wire = Wire::new()
        .only(FIRST, 200, &page(&["w1", "w2"], json!("a b/c")))
        .only(&format!("{FIRST}&page=a%20b%2Fc"), 200, &page(&["w2", "w3"], json!("z")))
        .only(&format!("{FIRST}&page=z"), 200, &page(&["w4"], Value::Null))
        .only(&embeds("w3"), 200, empty)
        .only(&embeds("w4"), 200, empty);
    let pulled = run(&wire).0.unwrap();
    assert_eq!(pulled.counts, Counts { listed: 4, done: 4, embeds: 2 });
    assert_eq!(wire.asked(&embeds("w2")), 1);
}

#[test]
fn a_page_that_repeats_ends_the_pull_and_not_the_disk() {
    let loops = [
        // The same page for ever; two that name each other; ever new names for nothing new; nothing at all.
        vec![(FIRST.to_owned(), "w1", "a"), (format!("{FIRST}&page=a"), "w2", "a")],
        vec![
            (FIRST.to_owned(), "w1", "a"),
            (format!("{FIRST}&page=a"), "w2", "b"),
            (format!("{FIRST}&page=b"), "w3", "a"),
        ],
        vec![(FIRST.to_owned(), "w1", "a"), (format!("{FIRST}&page=a"), "w1", "b")],
    ];
    for pages in loops {
        let mut wire = Wire::new().says(&embeds("w3"), 200, &json!({"entries": []}));
        for (path, id, next) in &pages {
            let body = json!({"entries": [{"workbookId": id}], "hasMore": true, "nextPage": next});
            wire = wire.only(path, 200, &body.to_string());
        }
        let said = run(&wire).0.unwrap_err().to_string();
        assert!(said.contains("a page repeats an earlier one"), "{said}");
        assert_eq!(wire.asked(&pages.last().unwrap().0), 4, "a slip would have been forgiven");
    }
    let empty = json!({"entries": [], "hasMore": true, "nextPage": "a"}).to_string();
    let said = run(&Wire::new().only(FIRST, 200, &empty)).0.unwrap_err().to_string();
    assert!(said.contains("repeats"), "{said}");
}

#[test]
fn a_workbook_out_of_reach_does_not_stop_the_others() {
    for status in [403, 404] {
        let pulled = run(&Wire::new().only(&embeds("w1"), status, "")).0.unwrap();
        assert_eq!(pulled.denied, [Denied { workbook: "w1".into(), status }]);
        assert_eq!(pulled.map.len(), 1);
    }
}

#[test]
fn when_nothing_works_any_more_the_rest_is_not_asked_for() {
    let ids: Vec<_> = (0..500).map(|n| format!("w{n:03}")).collect();
    let entries: Vec<_> = ids.iter().map(|id| json!({"workbookId": id})).collect();
    let mut wire = Wire::new().only(FIRST, 200, &json!({"entries": entries}).to_string());
    for id in &ids {
        wire = wire.only(&embeds(id), 500, "");
    }
    let error = run(&wire).0.unwrap_err();
    let PullError::Incomplete { missing, all: 500 } = &error else { panic!("{error}") };
    assert_eq!(missing.len(), 500);
    assert_eq!(ids.iter().filter(|id| wire.asked(&embeds(id)) > 0).count(), 10);
    assert!(error.to_string().ends_with("and 490 more"), "{error}");
}

#[test]
fn what_was_kept_is_not_asked_for_again() {
    let base = BaseUrl::parse("https://api.example.com").unwrap();
    let secret = |text: &str| Secret::new(text.as_bytes().to_vec()).unwrap();
    let credentials = Credentials { client_id: secret("id"), client_secret: secret(SECRET) };
    let embed: Embed = serde_json::from_value(json!({"embedId": "e1"})).unwrap();
    let text = state::start(&base, &credentials)
        + &state::fetched(&Fetched { workbook: "w1", embeds: &[embed] });
    let saved = Saved::parse(text.as_bytes(), &base, &credentials).unwrap();
    let (wire, mut kept) = (Wire::new(), Kept::default());
    assert_whole(run_with(&wire, 3, saved, &mut kept).0);
    assert_eq!((wire.asked(&embeds("w1")), wire.asked(&embeds("w2"))), (0, 1));
    assert_eq!(kept.0, ["w2"]);
}

#[test]
fn a_full_disk_ends_the_pull() {
    let mut kept = Kept(Vec::new(), true);
    let error = run_with(&Wire::new(), 2, Saved::default(), &mut kept).0.unwrap_err();
    assert!(matches!(error, PullError::Keep(_)), "{error}");
}

#[test]
fn an_answer_that_repeats_a_secret_is_not_kept() {
    for planted in [SECRET, "planted-token"] {
        let body = json!({"entries": [{"embedId": "e1", "sourceId": planted}]}).to_string();
        let mut kept = Kept::default();
        let wire = Wire::new().only(&embeds("w1"), 200, &body);
        let error = run_with(&wire, 1, Saved::default(), &mut kept).0.unwrap_err().to_string();
        assert!(error.contains("w1: the answer repeats the client secret or the token"), "{error}");
        assert!(!error.contains("planted") && !kept.0.contains(&"w1".to_owned()));
    }
}

#[test]
fn the_credentials_travel_as_a_form() {
    let wire = Wire::new();
    run(&wire).0.unwrap();
    let log = lock(&wire.log);
    let form = "grant_type=client_credentials&client_id=id&client_secret=planted-secret";
    assert_eq!(log.first(), Some(&(TOKEN_PATH.to_owned(), form.to_owned())));
    assert!(
        log.iter().skip(1).all(|(path, sent)| sent == "planted-token" && !path.contains("planted"))
    );
}
