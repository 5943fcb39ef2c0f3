//! Encrypting and decrypting OAuth tokens with the embed secret.

use std::fmt;

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Hmac;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{IV, OauthError, SALT, parts};
use crate::secret::Secret;

/// Of PBKDF2.
const ROUNDS: u32 = 600_000;

/// Encrypts tokens with one embed secret. The key is derived once, which costs 600,000 rounds.
#[derive(Clone)]
pub struct Encryptor {
    cipher: Aes256Gcm,
    salt: [u8; SALT],
}

impl fmt::Debug for Encryptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

fn cipher(secret: &Secret, salt: &[u8; SALT]) -> Result<Aes256Gcm, OauthError> {
    let mut key = Zeroizing::new([0u8; 32]);
    pbkdf2::pbkdf2::<Hmac<Sha256>>(secret.expose(), salt, ROUNDS, &mut *key)
        .map_err(|_| OauthError::Key)?;
    Ok(Aes256Gcm::new((&*key).into()))
}

impl Encryptor {
    /// Derives the key. `salt` is to be random, and fresh for every run.
    pub fn new(secret: &Secret, salt: [u8; SALT]) -> Result<Self, OauthError> {
        Ok(Self { cipher: cipher(secret, &salt)?, salt })
    }

    /// The encrypted form of `token`. `iv` is to be random, and fresh for every token.
    pub fn encrypt(&self, token: &str, iv: [u8; IV]) -> Result<String, OauthError> {
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(iv), token.as_bytes())
            .map_err(|_| OauthError::NotEncrypted)?;
        let (ciphertext, tag) =
            sealed.split_at_checked(token.len()).ok_or(OauthError::NotEncrypted)?;
        Ok([&self.salt[..], &iv[..], tag, ciphertext].map(|part| STANDARD.encode(part)).join("."))
    }
}

/// The token behind its encrypted form.
pub fn decrypt(secret: &Secret, token: &str) -> Result<Zeroizing<Vec<u8>>, OauthError> {
    let parts = parts(token).ok_or(OauthError::NotEncrypted)?;
    cipher(secret, &parts.salt)?
        .decrypt(&Nonce::from(parts.iv), &parts.sealed[..])
        .map(Zeroizing::new)
        .map_err(|_| OauthError::WrongSecret)
}

#[cfg(test)]
mod tests {
    use super::super::tests::BY_NODE;
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.into()).unwrap()
    }

    #[test]
    fn a_token_encrypted_elsewhere_decrypts_here_and_comes_out_the_same() {
        let secret = secret("demo-embed-secret");
        assert_eq!(**decrypt(&secret, BY_NODE).unwrap(), *b"ya29.demo-token");
        let salt = std::array::from_fn(|i| u8::try_from(i).unwrap());
        let iv = std::array::from_fn(|i| u8::try_from(i + 16).unwrap());
        assert_eq!(
            Encryptor::new(&secret, salt).unwrap().encrypt("ya29.demo-token", iv).unwrap(),
            BY_NODE
        );
    }

    #[test]
    fn another_secret_or_a_changed_token_does_not_decrypt() {
        assert!(matches!(decrypt(&secret("other"), BY_NODE), Err(OauthError::WrongSecret)));
    }
}
