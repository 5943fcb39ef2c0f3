//! What the operating system gives: time, and chance for waits.

use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::map::pull::Clock;

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}

/// The system's clock for requests that are sent again.
pub(super) struct SystemClock {
    started: Instant,
}

impl SystemClock {
    pub(super) fn new() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn unix(&self) -> u64 {
        now()
    }

    fn sleep(&self, time: Duration) {
        thread::sleep(time);
    }

    fn jitter(&self) -> f64 {
        let mut bytes = [0; 2];
        // Without chance the waits are all alike, which is no reason not to wait.
        let _ = getrandom::fill(&mut bytes);
        f64::from(u16::from_le_bytes(bytes)) / f64::from(u16::MAX)
    }
}
