//! One thread reads, several work, the caller takes the results in the order of the input.
//!
//! Blocks are dealt to the workers in turn and their results collected in turn, so the order needs no buffer, and memory
//! holds a few blocks for each worker however long the input is.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::output::Flow;
use super::progress::Progress;
use crate::input::{Block, InputError, Source};

/// Blocks that wait for a worker, and results that wait for the caller: for each worker.
const WAITING: usize = 1;

/// Runs the sources through `work`. `worker` makes the state of a thread; `consume` may end the run early.
pub(super) fn run<W, R, E>(
    sources: Vec<Source>,
    threads: usize,
    progress: &Progress,
    worker: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &Block) -> R + Sync,
    mut consume: impl FnMut(R) -> Result<Flow, E>,
) -> Result<(), E>
where
    R: Send,
    E: From<InputError>,
{
    thread::scope(|scope| {
        let mut inboxes: Vec<SyncSender<Block>> = Vec::new();
        let mut results: Vec<Receiver<R>> = Vec::new();
        for _ in 0..threads.max(1) {
            let (inbox, blocks) = sync_channel::<Block>(WAITING);
            let (done, result) = sync_channel(WAITING);
            let (worker, work) = (&worker, &work);
            scope.spawn(move || {
                let mut state = worker();
                while let Ok(block) = blocks.recv() {
                    if done.send(work(&mut state, &block)).is_err() {
                        break;
                    }
                }
            });
            inboxes.push(inbox);
            results.push(result);
        }
        let reader = scope.spawn(move || read(sources, &inboxes, progress));
        let mut outcome = Ok(());
        for result in results.iter().cycle() {
            // The first worker in turn that has nothing more marks the end: the others got their blocks before it.
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
        match reader.join() {
            Ok(Err(error)) if outcome.is_ok() => Err(error.into()),
            Ok(_) => outcome,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn read(
    sources: Vec<Source>,
    inboxes: &[SyncSender<Block>],
    progress: &Progress,
) -> Result<(), InputError> {
    let mut inboxes = inboxes.iter().cycle();
    for mut source in sources {
        while let Some(block) = source.next_block()? {
            let Some(inbox) = inboxes.next() else { return Ok(()) };
            if inbox.send(block).is_err() {
                return Ok(());
            }
            progress.read(source.bytes_read());
        }
        progress.end_of_source();
    }
    Ok(())
}
