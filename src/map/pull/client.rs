//! One conversation with the API: the token, what is sent again and when, and the pages of a list.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use zeroize::Zeroizing;

use super::base::BaseUrl;
use super::echo;
use super::retry::{self, Patience};
use super::wire::{self, Listed, Page, Wrong};
use crate::secret::Secret;

/// How many entries a page is asked to hold: the most that Sigma gives.
pub(super) const PAGE: u32 = 1000;

/// How many pages a list may have: far above any real one.
const MOST_PAGES: usize = 100_000;

/// How long a thread sleeps before it looks whether the pull was called off.
const NAP: Duration = Duration::from_millis(200);

/// How many entries a list may have, and how many bytes all answers of a pull: far above any real ones. Its test need not wait.
const MOST_ENTRIES: usize = if cfg!(test) { 10_000 } else { 1_000_000 };
const MOST_BYTES: u64 = 512 << 20;

/// What the server said.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The header `Retry-After`.
    pub retry_after: Option<String>,
    /// The body.
    pub body: Zeroizing<Vec<u8>>,
}

/// Why there is no answer, in words that hold nothing of what was sent.
#[derive(Debug)]
pub struct Broken {
    /// The words.
    pub words: String,
    /// Whether another try can bring one.
    pub passing: bool,
}

/// What carries requests and answers.
pub trait Transport: Sync {
    /// Asks for a page with a token; the answer must be there in this time.
    fn get(&self, url: &str, token: &Secret, time: Duration) -> Result<Answer, Broken>;
    /// Sends a form.
    fn post(&self, url: &str, form: &Zeroizing<String>, time: Duration) -> Result<Answer, Broken>;
}

/// Time and chance.
pub trait Clock: Sync {
    /// The time since some moment in the past; never goes back.
    fn elapsed(&self) -> Duration;
    /// Seconds since 1970.
    fn unix(&self) -> u64;
    /// Waits.
    fn sleep(&self, time: Duration);
    /// A number from 0 to 1.
    fn jitter(&self) -> f64;
}

/// What the API asks for, made in Sigma's administration.
#[derive(Debug)]
pub struct Credentials {
    /// The client id.
    pub client_id: Secret,
    /// The client secret.
    pub client_secret: Secret,
}

/// Why something was not fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// These credentials may not read it, or it is gone.
    Denied(u16),
    /// The API does not take the credentials: nothing else can be fetched either.
    Credentials(u16),
    /// Anything else, in words.
    Lost(String),
    /// The pull was called off meanwhile.
    Stopped,
}

/// The token in use, and how many there were before it.
#[derive(Default)]
struct Held {
    token: Option<Secret>,
    number: u64,
}

/// The API as all threads of a pull share it.
pub(super) struct Client<'a> {
    pub(super) transport: &'a dyn Transport,
    pub(super) clock: &'a dyn Clock,
    pub(super) base: &'a BaseUrl,
    pub(super) credentials: &'a Credentials,
    pub(super) patience: Patience,
    held: Mutex<Held>,
    /// Before this moment nobody asks: the server said so.
    gate: Mutex<Duration>,
    stopped: AtomicBool,
    /// When the pull is over, by the clock.
    end: Duration,
    /// Bytes of all answers.
    received: AtomicU64,
}

/// What is wrong with one try.
enum Trouble {
    /// Sent again after a while, longer each time.
    Passing(String),
    /// The server wants to be left alone for a time.
    PutOff(String, Duration),
    /// The token has expired.
    Expired,
}

impl<'a> Client<'a> {
    pub(super) fn new(
        transport: &'a dyn Transport,
        clock: &'a dyn Clock,
        base: &'a BaseUrl,
        credentials: &'a Credentials,
        patience: Patience,
    ) -> Self {
        Self {
            transport,
            clock,
            base,
            credentials,
            patience,
            held: Mutex::default(),
            gate: Mutex::default(),
            stopped: AtomicBool::new(false),
            end: clock.elapsed().saturating_add(patience.deadline),
            received: AtomicU64::new(0),
        }
    }

    /// Calls the pull off: what waits stops waiting.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// All entries of a list, page by page, each entry once.
    pub(super) fn list<T: Listed>(
        &self,
        path: &str,
        mut each: impl FnMut(Vec<T>),
    ) -> Result<(), Failure> {
        let mut asked: HashSet<String> = HashSet::new();
        let mut seen: HashSet<String> = HashSet::new();
        let mut name: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let page = name.as_deref().map(|name| format!("&page={}", escaped(name.as_bytes())));
            let path = format!("{path}?limit={PAGE}{}", page.unwrap_or_default());
            let mut page = self.get(&path, |body| {
                let page: Page<T> = Page::read(body)?;
                if !page.entries.iter().all(Listed::is_sound) {
                    return Err(Wrong::Shape);
                }
                // It may be a slip, so it is asked for again before the list is given up.
                let again = page
                    .next
                    .as_ref()
                    .is_some_and(|next| asked.contains(next) || name.as_ref() == Some(next));
                let nothing_new = page.entries.iter().all(|entry| seen.contains(entry.id()));
                if again || (page.next.is_some() && nothing_new) {
                    return Err(Wrong::Repeats);
                }
                Ok(page)
            })?;
            page.entries.retain(|entry| seen.insert(entry.id().to_owned()));
            each(page.entries);
            if seen.len() > MOST_ENTRIES {
                return Err(self.call_off(format!(
                    "the list does not end: it has more than {MOST_ENTRIES} entries"
                )));
            }
            let Some(next) = page.next else { return Ok(()) };
            asked.extend(name.replace(next));
        }
        Err(Failure::Lost(Wrong::Repeats.words().to_owned()))
    }

    /// Asks until there is an answer that `read` can use.
    fn get<T>(&self, path: &str, read: impl Fn(&[u8]) -> Result<T, Wrong>) -> Result<T, Failure> {
        let url = self.base.join(path);
        self.persist(|| {
            let (token, number) = self.token()?;
            let answer = self.transport.get(&url, &token, self.left()?).map_err(Self::broken)?;
            match self.status(&answer)? {
                200..=299 => self.read(&answer, Some(&token), &read),
                401 => {
                    self.expired(number);
                    Err(Try::Again(Trouble::Expired))
                }
                status @ (403 | 404) => Err(Try::Over(Failure::Denied(status))),
                status => Err(Try::Over(refused(status))),
            }
        })
    }

    /// Reads an answer, unless it repeats what must not be kept.
    fn read<T>(
        &self,
        answer: &Answer,
        token: Option<&Secret>,
        read: impl Fn(&[u8]) -> Result<T, Wrong>,
    ) -> Result<T, Try> {
        let secrets = [Some(&self.credentials.client_secret), token];
        let size = answer.body.len() as u64;
        if self.received.fetch_add(size, Ordering::Relaxed) + size > MOST_BYTES {
            return Err(Try::Over(self.call_off("the answers do not end".to_owned())));
        }
        if secrets.into_iter().flatten().any(|secret| echo::repeats(&answer.body, secret)) {
            let words = "the answer repeats the client secret or the token";
            return Err(Try::Over(Failure::Lost(words.to_owned())));
        }
        read(&answer.body).map_err(|wrong| Try::Again(Trouble::Passing(wrong.words().to_owned())))
    }

    fn broken(broken: Broken) -> Try {
        if broken.passing {
            Try::Again(Trouble::Passing(broken.words))
        } else {
            Try::Over(Failure::Lost(broken.words))
        }
    }

    /// The status code, if it is one that decides something.
    fn status(&self, answer: &Answer) -> Result<u16, Try> {
        let status = answer.status;
        if !matches!(status, 408 | 425 | 429 | 500..=599) {
            return Ok(status);
        }
        let words = format!("the API answers with status {status}");
        let asked = answer.retry_after.as_deref();
        Err(match asked.and_then(|header| retry::asked(header, self.clock.unix())) {
            Some(wait) if wait > retry::LONGEST_ASKED => Try::Over(Failure::Lost(format!(
                "{words} and asks to retry in {} minutes",
                wait.as_secs() / 60
            ))),
            Some(wait) => Try::Again(Trouble::PutOff(words, wait)),
            None if status == 429 => Try::Again(Trouble::PutOff(words, Duration::ZERO)),
            None => Try::Again(Trouble::Passing(words)),
        })
    }

    /// The time that is left for a request.
    fn left(&self) -> Result<Duration, Try> {
        let left = self.end.saturating_sub(self.clock.elapsed());
        if left.is_zero() { Err(Try::Over(self.late())) } else { Ok(left) }
    }

    fn late(&self) -> Failure {
        self.call_off("the deadline of the pull has passed".to_owned())
    }

    /// Why the pull is given up, which ends all other requests.
    fn call_off(&self, words: String) -> Failure {
        self.stop();
        Failure::Lost(words)
    }

    /// Tries until something is decided or patience ends.
    fn persist<T>(&self, mut attempt: impl FnMut() -> Result<T, Try>) -> Result<T, Failure> {
        let mut tries = 0;
        loop {
            self.pass_gate()?;
            tries += 1;
            let trouble = match attempt() {
                Ok(value) => return Ok(value),
                Err(Try::Over(failure)) => return Err(failure),
                Err(Try::Again(trouble)) => trouble,
            };
            let words = match trouble {
                // A token may run out at any moment, but one that never holds is no token.
                Trouble::Expired if tries >= self.patience.attempts => {
                    return Err(Failure::Credentials(401));
                }
                Trouble::Expired => continue,
                Trouble::Passing(words) => words,
                Trouble::PutOff(words, wait) => {
                    self.shut_gate(wait);
                    words
                }
            };
            if tries >= self.patience.attempts {
                return Err(Failure::Lost(match tries {
                    1 => words,
                    _ => format!("{words}, {tries} times in a row"),
                }));
            }
            self.sleep(self.patience.wait(tries, self.clock.jitter()))?;
        }
    }

    fn shut_gate(&self, wait: Duration) {
        let until = self.clock.elapsed().saturating_add(wait);
        let mut gate = lock(&self.gate);
        *gate = until.max(*gate);
    }

    fn pass_gate(&self) -> Result<(), Failure> {
        loop {
            let left = lock(&self.gate).saturating_sub(self.clock.elapsed());
            self.sleep(left)?;
            if left.is_zero() {
                return Ok(());
            }
        }
    }

    /// Waits, unless the pull is called off.
    fn sleep(&self, time: Duration) -> Result<(), Failure> {
        let mut left = time;
        loop {
            if self.is_stopped() {
                return Err(Failure::Stopped);
            }
            if !left.is_zero() && self.clock.elapsed().saturating_add(left) >= self.end {
                return Err(self.late());
            }
            if left.is_zero() {
                return Ok(());
            }
            let nap = left.min(NAP);
            self.clock.sleep(nap);
            left -= nap;
        }
    }

    /// The token in use; one thread fetches it while the others wait here.
    fn token(&self) -> Result<(Secret, u64), Try> {
        let mut held = lock(&self.held);
        if let Some(token) = &held.token {
            return Ok((token.clone(), held.number));
        }
        let token = self.new_token().map_err(Try::Over)?;
        held.number += 1;
        held.token = Some(token.clone());
        Ok((token, held.number))
    }

    /// The token of this number is of no more use. If it has been renewed meanwhile, that is for nobody to do again.
    fn expired(&self, number: u64) {
        let mut held = lock(&self.held);
        if held.number == number {
            held.token = None;
        }
    }

    fn new_token(&self) -> Result<Secret, Failure> {
        let url = self.base.join("/v2/auth/token");
        let form = self.credentials.form();
        self.persist(|| {
            let answer = self.transport.post(&url, &form, self.left()?).map_err(Self::broken)?;
            match self.status(&answer)? {
                200..=299 => self.read(&answer, None, wire::token),
                status @ (400 | 401 | 403) => Err(Try::Over(Failure::Credentials(status))),
                status => Err(Try::Over(refused(status))),
            }
        })
    }
}

/// What a try came to, if not to an answer.
enum Try {
    Again(Trouble),
    Over(Failure),
}

fn refused(status: u16) -> Failure {
    Failure::Lost(match status {
        300..=399 => {
            format!("the API redirects to another address (status {status}), which is not followed")
        }
        _ => format!("the API answers with status {status}"),
    })
}

impl Credentials {
    fn form(&self) -> Zeroizing<String> {
        let id = Zeroizing::new(escaped(self.client_id.expose()));
        let secret = Zeroizing::new(escaped(self.client_secret.expose()));
        let parts = ["grant_type=client_credentials&client_id=", &id, "&client_secret=", &secret];
        Zeroizing::new(parts.concat())
    }
}

/// Bytes as a form or a query carries them.
fn escaped(bytes: &[u8]) -> String {
    // Room for all, so that no copy of a secret is left behind when it grows.
    let mut text = String::with_capacity(bytes.len() * 3);
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(digit.into(), 16).map(|c| c.to_ascii_uppercase()));
            }
        }
    }
    text
}

/// A lock whose last holder broke off still holds what it held.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
