//! The pieces of a run that wait for a worker: few of them, and fewer of the large ones.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// So many workers take large pieces. What comes of one may be ten times as large, and with every worker at one the memory of
/// a run would grow with the number of its threads.
const FOR_LARGE: usize = 2;

/// Large pieces that are worked on or wait.
const LARGE: usize = 2 * FOR_LARGE;

/// A piece with its number.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<T> {
    pub(super) number: u64,
    pub(super) content: T,
    pub(super) is_large: bool,
}

/// One producer puts pieces in, workers take them out in the same order.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    room: usize,
}

struct State<T> {
    waiting: VecDeque<Piece<T>>,
    next: u64,
    /// Large pieces that wait or are worked on.
    large: usize,
    /// Nothing more comes.
    ended: bool,
    /// Nobody wants more.
    closed: bool,
}

impl<T> Queue<T> {
    /// A queue in which so many pieces wait.
    pub(super) fn new(room: usize) -> Self {
        let state =
            State { waiting: VecDeque::new(), next: 0, large: 0, ended: false, closed: false };
        Self { state: Mutex::new(state), changed: Condvar::new(), room }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, condition: impl Fn(&State<T>) -> bool) -> MutexGuard<'_, State<T>> {
        let wait = |state: &mut State<T>| condition(state);
        self.changed.wait_while(self.state(), wait).unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a piece in as soon as there is room; `false` if nobody wants it any more.
    pub(super) fn put(&self, content: T, is_large: bool) -> bool {
        let is_full = |state: &State<T>| {
            state.waiting.len() >= self.room || (is_large && state.large >= LARGE)
        };
        let mut state = self.wait(|state| !state.closed && is_full(state));
        if state.closed {
            return false;
        }
        let number = state.next;
        state.next += 1;
        state.large += usize::from(is_large);
        state.waiting.push_back(Piece { number, content, is_large });
        drop(state);
        self.changed.notify_all();
        true
    }

    /// The next piece for a worker, `None` if there will be none. `taken` sees that it is taken, in the order of the pieces.
    pub(super) fn take(&self, worker: usize, taken: impl FnOnce()) -> Option<Piece<T>> {
        let is_for_others = |piece: &Piece<T>| piece.is_large && worker >= FOR_LARGE;
        let mut state = self.wait(|state| match state.waiting.front() {
            _ if state.closed => false,
            None => !state.ended,
            Some(piece) => is_for_others(piece),
        });
        if state.closed {
            return None;
        }
        let piece = state.waiting.pop_front()?;
        taken();
        drop(state);
        self.changed.notify_all();
        Some(piece)
    }

    /// A piece is worked on no longer.
    pub(super) fn done(&self, is_large: bool) {
        if is_large {
            self.state().large -= 1;
            self.changed.notify_all();
        }
    }

    /// Nothing more comes.
    pub(super) fn end(&self) {
        self.state().ended = true;
        self.changed.notify_all();
    }

    /// Nobody wants more.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn large_pieces_are_worked_on_by_two_workers_however_many_there_are() {
        let queue = Queue::new(8);
        let (at_once, most, taken) = (AtomicUsize::new(0), AtomicUsize::new(0), Mutex::new(vec![]));
        thread::scope(|scope| {
            for worker in 0..8 {
                let (queue, at_once, most, taken) = (&queue, &at_once, &most, &taken);
                scope.spawn(move || {
                    let mut number = None;
                    while let Some(piece) = queue.take(worker, || {}) {
                        let Piece { number: at, content: is_large, is_large: large } = piece;
                        assert!(number < Some(at), "a worker's pieces are in order");
                        number = Some(at);
                        assert!(!large || worker < FOR_LARGE, "{worker}");
                        if large {
                            most.fetch_max(
                                at_once.fetch_add(1, Ordering::SeqCst) + 1,
                                Ordering::SeqCst,
                            );
                            thread::yield_now();
                            at_once.fetch_sub(1, Ordering::SeqCst);
                        }
                        assert_eq!(is_large, large);
                        taken.lock().unwrap().push(at);
                        queue.done(large);
                    }
                });
            }
            for number in 0..300 {
                let is_large = number % 3 == 0 || number > 250;
                assert!(queue.put(is_large, is_large));
            }
            queue.end();
        });
        assert!(most.into_inner() <= FOR_LARGE);
        let mut taken = taken.into_inner().unwrap();
        taken.sort_unstable();
        assert_eq!(taken, (0..300).collect::<Vec<_>>(), "each is taken once");
    }

    #[test]
    fn a_producer_waits_while_many_large_pieces_are_under_way_and_ends_when_nobody_wants_more() {
        let queue = Queue::new(100);
        thread::scope(|scope| {
            let producer = scope.spawn(|| (0..1000).take_while(|_| queue.put((), true)).count());
            let first = queue.take(0, || {});
            assert_eq!(first, Some(Piece { number: 0, content: (), is_large: true }));
            while queue.state().large < LARGE {
                thread::yield_now();
            }
            queue.close();
            assert_eq!(producer.join().unwrap(), LARGE, "no more than may be under way");
        });
        assert!(queue.take(1, || {}).is_none());
    }

    #[test]
    fn pieces_that_are_not_large_wait_as_many_as_there_is_room_for() {
        let queue = Queue::new(3);
        assert!((0..3).all(|piece| queue.put(piece, false)));
        thread::scope(|scope| {
            let fourth = scope.spawn(|| queue.put(3, false));
            let pieces = [5, 6, 7, 8].map(|worker| queue.take(worker, || {}));
            assert!(fourth.join().unwrap());
            queue.end();
            assert_eq!(
                pieces.map(|piece| piece.map(|piece| piece.content)),
                [0, 1, 2, 3].map(Some)
            );
            assert!(queue.take(9, || {}).is_none());
        });
    }
}
