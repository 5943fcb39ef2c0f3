//! One thread reads, several work, the caller takes the results in the order of the input.
//!
//! Blocks are dealt to the workers in turn and their results collected in turn, so the order needs no buffer, and memory
//! holds a few blocks for each worker however long the input is.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use super::output::Flow;
use super::progress::Progress;
use crate::input::{Block, InputError, Source};

/// Blocks that wait for a worker, and results that wait for the caller: for each worker.
const WAITING: usize = 1;

/// Runs the sources through `work`, which is told each block's number. `worker` makes the state of a thread; `consume` may
/// end the run early.
pub(super) fn run<W, R, E>(
    sources: Vec<Source>,
    threads: usize,
    progress: &Progress,
    worker: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, u64, &Block) -> R + Sync,
    consume: impl FnMut(R) -> Result<Flow, E>,
) -> Result<(), E>
where
    R: Send,
    E: From<InputError>,
{
    let (read, outcome) = deal(
        threads,
        WAITING,
        |send| read(sources, send, progress),
        worker,
        |state, number, block| work(state, number, &block),
        consume,
    );
    match read {
        Err(error) if outcome.is_ok() => Err(error.into()),
        _ => outcome,
    }
}

/// Deals what `produce` sends to the workers in turn, each with its number, and gives the results to `consume` in the same
/// order. `send` answers whether anybody still wants more. Up to `waiting` pieces wait for each worker, and as many results.
pub(super) fn deal<T, W, R, P, E>(
    threads: usize,
    waiting: usize,
    produce: impl FnOnce(&mut dyn FnMut(T) -> bool) -> P + Send,
    worker: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, u64, T) -> R + Sync,
    mut consume: impl FnMut(R) -> Result<Flow, E>,
) -> (P, Result<(), E>)
where
    T: Send,
    R: Send,
    P: Send,
{
    thread::scope(|scope| {
        let mut inboxes: Vec<SyncSender<(u64, T)>> = Vec::new();
        let mut results: Vec<Receiver<R>> = Vec::new();
        for _ in 0..threads.max(1) {
            let (inbox, pieces) = sync_channel::<(u64, T)>(waiting);
            let (done, result) = sync_channel(waiting);
            let (worker, work) = (&worker, &work);
            scope.spawn(move || {
                let mut state = worker();
                while let Ok((number, piece)) = pieces.recv() {
                    if done.send(work(&mut state, number, piece)).is_err() {
                        break;
                    }
                }
            });
            inboxes.push(inbox);
            results.push(result);
        }
        let producer = scope.spawn(move || {
            let mut number = 0;
            let mut turns = inboxes.iter().cycle();
            produce(&mut |piece| {
                let sent = turns.next().is_some_and(|inbox| inbox.send((number, piece)).is_ok());
                number += 1;
                sent
            })
        });
        let mut outcome = Ok(());
        for result in results.iter().cycle() {
            // The first worker in turn that has nothing more marks the end: the others got their pieces before it.
            let Ok(result) = result.recv() else { break };
            match consume(result) {
                Ok(Flow::Continue) => {}
                Ok(Flow::Closed) => break,
                Err(error) => {
                    outcome = Err(error);
                    break;
                }
            }
        }
        // Whoever still sends now finds nobody there, and ends.
        drop(results);
        match producer.join() {
            Ok(produced) => (produced, outcome),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn read(
    sources: Vec<Source>,
    send: &mut dyn FnMut(Block) -> bool,
    progress: &Progress,
) -> Result<(), InputError> {
    for mut source in sources {
        while let Some(block) = source.next_block()? {
            if !send(block) {
                return Ok(());
            }
            progress.read(source.bytes_read());
        }
        progress.end_of_source();
    }
    Ok(())
}

/// Something that all threads share and use block by block, in the order of the input.
pub(super) struct Turns<T> {
    state: Mutex<Turn<T>>,
    changed: Condvar,
}

struct Turn<T> {
    next: u64,
    closed: bool,
    shared: T,
}

impl<T> Turns<T> {
    pub(super) fn new(shared: T) -> Self {
        let state = Mutex::new(Turn { next: 0, closed: false, shared });
        Self { state, changed: Condvar::new() }
    }

    /// Waits until the blocks before `number` have had their turn, then gives this one its own. `None` if the run has
    /// ended early, so that the blocks before may never come.
    pub(super) fn take<R>(&self, number: u64, turn: impl FnOnce(&mut T) -> R) -> Option<R> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = |state: &mut Turn<T>| state.next != number && !state.closed;
        let mut state =
            self.changed.wait_while(state, wait).unwrap_or_else(PoisonError::into_inner);
        if state.next != number {
            return None;
        }
        let result = turn(&mut state.shared);
        state.next += 1;
        self.changed.notify_all();
        Some(result)
    }

    /// The run ends early: nobody is to wait any longer.
    pub(super) fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.changed.notify_all();
    }
}
