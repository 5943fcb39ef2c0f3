//! What threads share block by block, in the order of the input.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, PoisonError};

/// Something that all threads share and use block by block, in the order of the input.
pub(crate) struct Turns<T> {
    state: Mutex<Turn<T>>,
    changed: Condvar,
}

struct Turn<T> {
    next: u64,
    /// Those behind the next that have passed already.
    passed: BTreeSet<u64>,
    closed: bool,
    shared: T,
}

impl<T> Turns<T> {
    pub(crate) fn new(shared: T) -> Self {
        let state = Mutex::new(Turn { next: 0, passed: BTreeSet::new(), closed: false, shared });
        Self { state, changed: Condvar::new() }
    }

    /// Waits until the blocks before `number` have had their turn, then gives this one its own. `None` if the run has
    /// ended early, so that the blocks before may never come.
    pub(crate) fn take<R>(&self, number: u64, turn: impl FnOnce(&mut T) -> R) -> Option<R> {
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

    /// Waits until the pieces before `number` have passed, then has this one see what is shared, as often as it wants.
    /// `None` if the run has ended early.
    pub(crate) fn enter<R>(&self, number: u64, see: impl FnOnce(&mut T) -> R) -> Option<R> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = |state: &mut Turn<T>| state.next != number && !state.closed;
        let mut state =
            self.changed.wait_while(state, wait).unwrap_or_else(PoisonError::into_inner);
        (state.next == number).then(|| see(&mut state.shared))
    }

    /// This piece does not enter any more; most never do, and wait for nobody.
    pub(crate) fn pass(&self, number: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.passed.insert(number);
        while let Some(first) = state.passed.first().copied().filter(|first| *first == state.next) {
            state.passed.remove(&first);
            state.next += 1;
        }
        self.changed.notify_all();
    }

    /// The run ends early: nobody is to wait any longer.
    pub(crate) fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.changed.notify_all();
    }

    /// What was shared.
    pub(crate) fn into_inner(self) -> T {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).shared
    }
}

/// Closes the turns when its thread ends early, so that no other one waits for it.
pub(crate) struct ClosesOnPanic<'a, T>(pub(crate) &'a Turns<T>);

impl<T> Drop for ClosesOnPanic<'_, T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.close();
        }
    }
}
