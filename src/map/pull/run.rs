//! A pull from its first request to its last: threads list and ask for embeds, the caller's gathers.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use super::BaseUrl;
use super::client::{Client, Clock, Credentials, Failure, Transport, lock};
use super::entry::entry;
use super::error::{Missing, PullError};
use super::retry::Patience;
use super::state::{Fetched, Saved};
use super::wire::{Embed, Workbook};
use crate::map::source::Source;
use crate::map::{EmbedMap, Entry, MapError};

/// After so many workbooks in a row that failed for good the others are not asked for: the API is not there.
const FAILED_IN_A_ROW: usize = 10;

/// What is to be pulled, and how.
pub struct Job<'a> {
    /// Where from.
    pub base: &'a BaseUrl,
    /// As whom.
    pub credentials: &'a Credentials,
    /// How often.
    pub patience: Patience,
    /// How many requests at once.
    pub jobs: usize,
    /// What was fetched before.
    pub saved: Saved,
}

/// The caller's part, played on the caller's thread.
pub trait Watcher {
    /// Keeps what was fetched.
    fn fetched(&mut self, fetched: &Fetched<'_>) -> io::Result<()>;
    /// Shows how far it is.
    fn progress(&mut self, counts: Counts);
}

/// How far a pull is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Workbooks that are listed so far.
    pub listed: usize,
    /// Workbooks whose embeds are known, or known to be out of reach.
    pub done: usize,
    /// Embeds of these.
    pub embeds: usize,
}

/// A workbook that the credentials may not read, or that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// Its name, or its id if it has none.
    pub workbook: String,
    /// What the API answered.
    pub status: u16,
}

/// All that was fetched.
#[derive(Debug)]
pub struct Pulled {
    /// The entries, by workbook and embed.
    pub map: EmbedMap,
    /// Workbooks without their embeds.
    pub denied: Vec<Denied>,
    /// Embeds that could not become entries, with the reason.
    pub odd: Vec<String>,
    /// The counts.
    pub counts: Counts,
}

enum Event {
    Listed(Vec<Workbook>),
    NotListed(Failure),
    Fetched(String, Result<Vec<Embed>, Failure>),
}

/// Fetches the map.
pub fn pull(
    job: Job<'_>,
    transport: &dyn Transport,
    clock: &dyn Clock,
    watcher: &mut dyn Watcher,
) -> Result<Pulled, PullError> {
    let client = Client::new(transport, clock, job.base, job.credentials, job.patience);
    let saved = job.saved.embeds;
    let mut gathered = Gathered::default();
    thread::scope(|scope| {
        let (events, heard) = channel();
        let (work, queue) = channel();
        let worker = Worker {
            client: &client,
            queue: Arc::new(Mutex::new(queue)),
            in_a_row: Arc::default(),
        };
        for _ in 1..job.jobs {
            let (worker, events) = (worker.clone(), events.clone());
            // As many as there are do the work.
            if thread::Builder::new().spawn_scoped(scope, move || worker.run(&events)).is_err() {
                break;
            }
        }
        let saved = &saved;
        let lister = thread::Builder::new().spawn_scoped(scope, move || {
            list(worker.client, saved, work, &events);
            // There is nothing more to list: one more to ask.
            worker.run(&events);
        });
        if let Err(problem) = lister {
            gathered.broken = Some(PullError::NoThread(problem));
            return;
        }
        let client = &client;
        for event in heard {
            gathered.hear(event, saved, client, watcher);
        }
    });
    gathered.end()
}

/// Lists the workbooks and sets the others to work. The queue ends when the list does.
#[allow(clippy::needless_pass_by_value, reason = "dropping it ends the queue")]
fn list(
    client: &Client<'_>,
    saved: &HashMap<String, Vec<Embed>>,
    work: Sender<String>,
    events: &Sender<Event>,
) {
    // A receiver that is gone has nothing to do with what is sent.
    let listed = client.list("/v2/workbooks", |workbooks: Vec<Workbook>| {
        let ids: Vec<_> = workbooks.iter().map(|it| it.id.clone()).collect();
        let _ = events.send(Event::Listed(workbooks));
        for id in ids.into_iter().filter(|id| !saved.contains_key(id)) {
            let _ = work.send(id);
        }
    });
    if let Err(failure) = listed {
        // What is under way ends, for the state; nothing new is begun.
        client.stop();
        let _ = events.send(Event::NotListed(failure));
    }
}

/// What asks for the embeds of one workbook after the other.
#[derive(Clone)]
struct Worker<'a> {
    client: &'a Client<'a>,
    queue: Arc<Mutex<Receiver<String>>>,
    /// Failures of all workers since the last workbook that could be fetched.
    in_a_row: Arc<AtomicUsize>,
}

impl Worker<'_> {
    fn run(&self, events: &Sender<Event>) {
        loop {
            let Ok(id) = lock(&self.queue).recv() else { return };
            if self.client.is_stopped() {
                // The rest of the queue is passed by.
                continue;
            }
            let path = format!("/v2/workbooks/{id}/embeds");
            let mut embeds = Vec::new();
            let listed = self.client.list(&path, |page| embeds.extend(page)).map(|()| embeds);
            match &listed {
                Ok(_) | Err(Failure::Denied(_)) => self.in_a_row.store(0, Ordering::Relaxed),
                Err(Failure::Lost(_)) => {
                    if self.in_a_row.fetch_add(1, Ordering::Relaxed) + 1 >= FAILED_IN_A_ROW {
                        self.client.stop();
                    }
                }
                Err(Failure::Credentials(_)) => self.client.stop(),
                Err(Failure::Stopped) => {}
            }
            let _ = events.send(Event::Fetched(id, listed));
        }
    }
}

/// What is known so far.
#[derive(Default)]
struct Gathered {
    workbooks: Vec<Workbook>,
    embeds: HashMap<String, Result<Vec<Embed>, Failure>>,
    counts: Counts,
    broken: Option<PullError>,
}

impl Gathered {
    fn hear(
        &mut self,
        event: Event,
        saved: &HashMap<String, Vec<Embed>>,
        client: &Client<'_>,
        watcher: &mut dyn Watcher,
    ) {
        match event {
            Event::Listed(workbooks) => {
                self.counts.listed += workbooks.len();
                for workbook in &workbooks {
                    if let Some(embeds) = saved.get(&workbook.id) {
                        self.counts.done += 1;
                        self.counts.embeds += embeds.len();
                        self.embeds.insert(workbook.id.clone(), Ok(embeds.clone()));
                    }
                }
                self.workbooks.extend(workbooks);
            }
            Event::NotListed(failure) => {
                let error = match failure {
                    Failure::Credentials(status) => PullError::Credentials { status },
                    Failure::Denied(status) => {
                        PullError::List { reason: format!("the API answers with status {status}") }
                    }
                    Failure::Lost(reason) => PullError::List { reason },
                    // Whoever stopped it says why.
                    Failure::Stopped => return,
                };
                self.broken.get_or_insert(error);
            }
            Event::Fetched(workbook, result) => self.fetched(workbook, result, client, watcher),
        }
        watcher.progress(self.counts);
    }

    fn fetched(
        &mut self,
        workbook: String,
        result: Result<Vec<Embed>, Failure>,
        client: &Client<'_>,
        watcher: &mut dyn Watcher,
    ) {
        match &result {
            Ok(embeds) => {
                self.counts.done += 1;
                self.counts.embeds += embeds.len();
                if !matches!(self.broken, Some(PullError::Keep(_)))
                    && let Err(error) = watcher.fetched(&Fetched { workbook: &workbook, embeds })
                {
                    client.stop();
                    self.broken = Some(PullError::Keep(error));
                }
            }
            Err(Failure::Denied(_)) => self.counts.done += 1,
            Err(Failure::Credentials(status)) => {
                self.broken.get_or_insert(PullError::Credentials { status: *status });
            }
            Err(Failure::Lost(_) | Failure::Stopped) => {}
        }
        self.embeds.insert(workbook, result);
    }

    fn end(mut self) -> Result<Pulled, PullError> {
        if let Some(error) = self.broken {
            return Err(error);
        }
        let mut missing = Vec::new();
        let mut denied = Vec::new();
        let mut entries: BTreeMap<(String, String), Entry> = BTreeMap::new();
        let mut odd = Vec::new();
        let source = Source::new("Sigma's API", b"-")
            .map_err(|error| PullError::List { reason: error.to_string() })?;
        for workbook in &self.workbooks {
            let name = workbook.name.clone().unwrap_or_else(|| workbook.id.clone());
            let reason = match self.embeds.remove(&workbook.id) {
                Some(Ok(embeds)) => {
                    for embed in &embeds {
                        match entry(workbook, embed, &source) {
                            Ok(entry) => {
                                let workbook_id = entry.workbook_id.clone().unwrap_or_default();
                                entries.insert((workbook_id, entry.embed_id.clone()), entry);
                            }
                            Err(why) => {
                                odd.push(format!("embed {} of {name}: {why}", embed.id));
                            }
                        }
                    }
                    continue;
                }
                Some(Err(Failure::Denied(status))) => {
                    denied.push(Denied { workbook: name, status });
                    continue;
                }
                Some(Err(Failure::Lost(reason))) => Some(reason),
                Some(Err(Failure::Credentials(_) | Failure::Stopped)) | None => None,
            };
            missing.push(Missing { workbook: name, reason });
        }
        missing.sort_by(|a, b| a.workbook.cmp(&b.workbook));
        denied.sort_by(|a, b| a.workbook.cmp(&b.workbook));
        if !missing.is_empty() {
            return Err(PullError::Incomplete { missing, all: self.workbooks.len() });
        }
        let mut map = EmbedMap::default();
        for entry in entries.into_values() {
            if let Err(MapError::Conflict { embed_id, differs, .. }) = map.insert(entry) {
                odd.push(format!("embed {embed_id}: the API names it twice: {differs}"));
            }
        }
        odd.sort();
        Ok(Pulled { map, denied, odd, counts: self.counts })
    }
}
