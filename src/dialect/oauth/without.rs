//! What a build without the cipher answers: that it has none.

use zeroize::Zeroizing;

use super::{IV, OauthError, SALT};
use crate::secret::Secret;

/// Encrypts nothing.
#[derive(Clone, Debug)]
pub struct Encryptor(());

impl Encryptor {
    /// Fails: there is no cipher.
    pub fn new(_: &Secret, _: [u8; SALT]) -> Result<Self, OauthError> {
        Err(OauthError::NotBuilt)
    }

    /// Fails: there is no cipher.
    pub fn encrypt(&self, _: &str, _: [u8; IV]) -> Result<String, OauthError> {
        Err(OauthError::NotBuilt)
    }
}

/// Fails: there is no cipher.
pub fn decrypt(_: &Secret, _: &str) -> Result<Zeroizing<Vec<u8>>, OauthError> {
    Err(OauthError::NotBuilt)
}
