//! What URLs repeat of one another, as keyed hashes that may travel from machine to machine.

use std::hash::{BuildHasher, Hasher};

use crate::dialect::key::HmacKey;
use crate::judge::run::Print;

/// What a legacy signed URL may repeat of others, as hashes under a key: whoever lacks the key learns only which are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The nonce.
    pub nonce: Option<u64>,
    /// The user.
    pub user: Option<u64>,
    /// The user's teams, account type and attributes.
    pub claims: [u64; 3],
}

impl From<Print> for Mark {
    fn from(print: Print) -> Self {
        let (nonce, user, claims) = print.hashes();
        Self { nonce, user, claims }
    }
}

/// The first bytes of HMAC-SHA256 as a hash: the same under one key in every process.
pub(super) struct Keyed(pub(super) HmacKey);

pub(super) struct Message {
    key: HmacKey,
    bytes: Vec<u8>,
}

impl BuildHasher for Keyed {
    type Hasher = Message;

    fn build_hasher(&self) -> Message {
        Message { key: self.0.clone(), bytes: Vec::new() }
    }
}

impl Hasher for Message {
    fn write(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn write_u64(&mut self, number: u64) {
        self.bytes.extend_from_slice(&number.to_le_bytes());
    }

    fn finish(&self) -> u64 {
        let code = self.key.code(&self.bytes);
        code.iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
    }
}
