//! One thread reads, several work, the caller takes the results in the order of the input.
//!
//! Each worker takes the next block as soon as it is free, and who took it is told in the order of the blocks. So the results
//! are in order without being sorted, and memory holds a few blocks for each worker however long the input is. Large blocks
//! are for two of the workers, and results that may be large are weighed, so that those that wait are not heavier than
//! [`HEAVIEST`] together: more threads take little more memory.

use std::sync::mpsc::{Receiver, channel, sync_channel};
use std::sync::{Condvar, Mutex, PoisonError};
use std::{io, thread};

use super::output::Flow;
use super::progress::Progress;
use super::queue::Queue;
use crate::input::{Block, InputError, Source};

/// Blocks that wait for a worker, and results that wait for the caller: for each worker.
const WAITING: usize = 1;

/// How much of a block or of a group is handed over at a time, in bytes: what comes of it may be far larger than itself.
pub(super) const HEAVY: usize = 256 << 10;

/// Runs the sources through `work`, which is given each block's number, and hands over what comes of it as in
/// [`deal`]. `worker` makes the state of a thread; `consume` may end the run early.
pub(super) fn run<W, R, E>(
    sources: Vec<Source>,
    threads: usize,
    progress: &Progress,
    worker: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, u64, &Block, &mut dyn FnMut(usize, R)) + Sync,
    consume: impl FnMut(R) -> Result<Flow, E>,
) -> Result<(), E>
where
    R: Send,
    E: From<InputError> + From<NoThread>,
{
    let (read, outcome) = deal(
        threads,
        WAITING,
        Block::is_large,
        |send| read(sources, send, progress),
        worker,
        |state, number, block, done| work(state, number, &block, done),
        consume,
    );
    match read {
        Some(Err(error)) if outcome.is_ok() => Err(error.into()),
        _ => outcome,
    }
}

/// The operating system gives the process no thread to work with.
#[derive(Debug, thiserror::Error)]
#[error("no thread could be started")]
pub(super) struct NoThread(#[source] io::Error);

/// How many bytes of results may wait for the caller.
const HEAVIEST: usize = 16 << 20;

/// Gives what `produce` sends to the workers, each with its number, and the results to `consume` in the same order. `send`
/// answers whether anybody still wants more. Up to `waiting` pieces wait for each worker, and as many results; of those that
/// are large, few.
/// A worker hands over any number of results of a piece, each with the bytes that it keeps in memory as far as they matter.
pub(super) fn deal<T, W, R, P, E>(
    threads: usize,
    waiting: usize,
    is_large: impl Fn(&T) -> bool + Send,
    produce: impl FnOnce(&mut dyn FnMut(T) -> bool) -> P + Send,
    worker: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, u64, T, &mut dyn FnMut(usize, R)) + Sync,
    mut consume: impl FnMut(R) -> Result<Flow, E>,
) -> (Option<P>, Result<(), E>)
where
    T: Send,
    R: Send,
    P: Send,
    E: From<NoThread>,
{
    let threads = threads.max(1);
    let scale = Scale::new(threads);
    let queue = Queue::new(waiting * threads);
    thread::scope(|scope| {
        let queue = &queue;
        // However this ends, nobody is to wait for others that have ended.
        let _close = OnDrop(|| queue.close());
        let (takes, order) = channel();
        let mut results: Vec<Receiver<Option<(usize, R)>>> = Vec::new();
        for number in 0..threads {
            // A result, and the mark of its piece's end.
            let (done, result) = sync_channel(2 * waiting);
            let takes = takes.clone();
            let (worker, work, scale) = (&worker, &work, &scale);
            let spawned = thread::Builder::new().spawn_scoped(scope, move || {
                let _close = OnDrop(|| queue.close());
                let mut state = worker();
                let taken = || {
                    let _ = takes.send(number);
                };
                while let Some(piece) = queue.take(number, taken) {
                    work(&mut state, piece.number, piece.content, &mut |weight, result| {
                        scale.put(number, weight);
                        // Whether anybody takes it is asked at the end of the piece.
                        let _ = done.send(Some((weight, result)));
                    });
                    queue.done(piece.is_large);
                    if done.send(None).is_err() {
                        return;
                    }
                }
            });
            match spawned {
                Ok(_) => results.push(result),
                // As many as there are do the work.
                Err(_) if number > 0 => break,
                Err(problem) => return (None, Err(NoThread(problem).into())),
            }
        }
        drop(takes);
        let producer = thread::Builder::new().spawn_scoped(scope, move || {
            let _end = OnDrop(|| queue.end());
            produce(&mut |piece| {
                let is_large = is_large(&piece);
                queue.put(piece, is_large)
            })
        });
        let producer = match producer {
            Ok(producer) => producer,
            Err(problem) => return (None, Err(NoThread(problem).into())),
        };
        let outcome = collect(&order, &results, &scale, &mut consume);
        // Whoever still sends now finds nobody there, and ends.
        queue.close();
        drop((order, results));
        scale.close();
        match producer.join() {
            Ok(produced) => (Some(produced), outcome),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Does something at its end, also when a thread panics.
struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        self.0();
    }
}

/// Takes the results of each piece from the worker that took it, until there are no more or enough.
fn collect<R, E>(
    order: &Receiver<usize>,
    results: &[Receiver<Option<(usize, R)>>],
    scale: &Scale,
    consume: &mut impl FnMut(R) -> Result<Flow, E>,
) -> Result<(), E> {
    for worker in order {
        scale.turn(worker);
        let Some(results) = results.get(worker) else { continue };
        // Nothing marks the end of a piece.
        while let Ok(Some((weight, result))) = results.recv() {
            let flow = consume(result)?;
            scale.take(worker, weight);
            if matches!(flow, Flow::Closed) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Weighs the results that wait.
struct Scale {
    state: Mutex<Weights>,
    changed: Condvar,
}

struct Weights {
    /// Of each worker's results.
    of: Vec<usize>,
    /// Whose results are taken now.
    turn: usize,
    closed: bool,
}

impl Scale {
    fn new(workers: usize) -> Self {
        let weights = Weights { of: vec![0; workers], turn: 0, closed: false };
        Self { state: Mutex::new(weights), changed: Condvar::new() }
    }

    fn change(&self, change: impl FnOnce(&mut Weights)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    /// Puts a result on it, as soon as there is room. The worker whose turn it is need not wait for others: they wait for it.
    fn put(&self, worker: usize, weight: usize) {
        if weight == 0 {
            return;
        }
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let own = |weights: &Weights| weights.of.get(worker).copied().unwrap_or_default();
        let is_full = |weights: &mut Weights| {
            let all: usize = weights.of.iter().sum();
            let is_next = weights.turn == worker && own(weights) == 0;
            all + weight > HEAVIEST && !is_next && !weights.closed
        };
        let mut state =
            self.changed.wait_while(state, is_full).unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = state.of.get_mut(worker) {
            *own += weight;
        }
    }

    fn take(&self, worker: usize, weight: usize) {
        if weight > 0 {
            self.change(|weights| {
                if let Some(own) = weights.of.get_mut(worker) {
                    *own -= weight;
                }
            });
        }
    }

    fn turn(&self, worker: usize) {
        self.change(|weights| weights.turn = worker);
    }

    /// Nobody takes results any longer, and nobody is to wait.
    fn close(&self) {
        self.change(|weights| weights.closed = true);
    }
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
