//! What the operating system gives: time and randomness.

use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::convert::{Entropy, NoEntropy};
use crate::map::pull::Clock;

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}

/// The system's random bytes, drawn in pages: a call for each token would cost more than the token.
pub(super) struct SystemEntropy {
    page: Box<[u8; 4096]>,
    used: usize,
}

impl SystemEntropy {
    pub(super) fn new() -> Self {
        let page = Box::new([0; 4096]);
        Self { used: page.len(), page }
    }
}

impl Entropy for SystemEntropy {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy> {
        if self.page.len() - self.used < buffer.len() {
            getrandom::fill(&mut self.page[..]).map_err(|_| NoEntropy)?;
            self.used = 0;
        }
        let bytes = self.page.get(self.used..).and_then(|rest| rest.get(..buffer.len()));
        buffer.copy_from_slice(bytes.ok_or(NoEntropy)?);
        self.used += buffer.len();
        Ok(())
    }
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_byte_is_given_twice() {
        let mut entropy = SystemEntropy::new();
        let draws: HashSet<[u8; 16]> = (0..1000)
            .map(|_| {
                let mut buffer = [0; 16];
                entropy.fill(&mut buffer).unwrap();
                buffer
            })
            .collect();
        assert_eq!(draws.len(), 1000);
    }
}
