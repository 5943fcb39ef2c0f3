//! Random bytes, from the system or from whoever calls.

use crate::convert::{Entropy, NoEntropy};

/// Fills a buffer with random bytes.
pub type Random = fn(&mut [u8]) -> Result<(), NoEntropy>;

/// The system's generator, if this build knows it.
#[cfg(feature = "random")]
pub(super) const OF_SYSTEM: Option<Random> = Some(system);
#[cfg(not(feature = "random"))]
pub(super) const OF_SYSTEM: Option<Random> = None;

#[cfg(feature = "random")]
fn system(buffer: &mut [u8]) -> Result<(), NoEntropy> {
    getrandom::fill(buffer).map_err(|_| NoEntropy)
}

/// Random bytes drawn in pages: a call for each token would cost more than the token.
pub(crate) struct PagedEntropy {
    source: Random,
    page: Box<[u8; 4096]>,
    used: usize,
}

impl PagedEntropy {
    pub(crate) fn new(source: Random) -> Self {
        let page = Box::new([0; 4096]);
        Self { source, used: page.len(), page }
    }

    /// From the system.
    #[cfg(feature = "random")]
    pub(crate) fn system() -> Self {
        Self::new(system)
    }
}

impl Entropy for PagedEntropy {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy> {
        if self.page.len() - self.used < buffer.len() {
            (self.source)(&mut self.page[..])?;
            self.used = 0;
        }
        let bytes = self.page.get(self.used..).and_then(|rest| rest.get(..buffer.len()));
        buffer.copy_from_slice(bytes.ok_or(NoEntropy)?);
        self.used += buffer.len();
        Ok(())
    }
}

#[cfg(all(test, feature = "random"))]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_byte_is_given_twice() {
        let mut entropy = PagedEntropy::system();
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
