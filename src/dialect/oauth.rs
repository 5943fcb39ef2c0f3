//! OAuth tokens encrypted with the embed secret (reference, section 6).
//!
//! `base64(salt).base64(iv).base64(tag).base64(ciphertext)`: AES-256-GCM under a key that PBKDF2-HMAC-SHA256 derives.

use std::fmt;

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use hmac::Hmac;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::secret::Secret;

const SALT: usize = 16;
const IV: usize = 12;
const TAG: usize = 16;
const ROUNDS: u32 = 600_000;

/// Reads base64 with or without padding, as Node's `Buffer` does.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A token that is not in the encrypted form, or not encrypted with this secret.
#[derive(Debug, thiserror::Error)]
pub enum OauthError {
    /// Not four base64 parts of the right lengths.
    #[error("the OAuth token is not in the encrypted form")]
    NotEncrypted,
    /// The tag does not fit: another secret, or a changed token.
    #[error("the OAuth token is not encrypted with this embed secret")]
    WrongSecret,
    /// No key could be derived. HMAC takes a secret of any length, so this is not met.
    #[error("no key could be derived from the embed secret")]
    Key,
}

struct Parts {
    salt: [u8; SALT],
    iv: [u8; IV],
    /// Ciphertext with the tag behind it, as the cipher takes it.
    sealed: Vec<u8>,
}

fn parts(token: &str) -> Option<Parts> {
    let mut parts = token.split('.').map(|part| LENIENT.decode(part).ok());
    let mut next = || parts.next().flatten();
    let (salt, iv, tag, mut sealed) = (next()?, next()?, next()?, next()?);
    if tag.len() != TAG || sealed.is_empty() || parts.next().is_some() {
        return None;
    }
    sealed.extend_from_slice(&tag);
    Some(Parts { salt: salt.try_into().ok()?, iv: iv.try_into().ok()?, sealed })
}

/// Whether a token is in the encrypted form. Whether the secret is the right one, only decrypting tells.
pub fn is_encrypted(token: &str) -> bool {
    parts(token).is_some()
}

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
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.into()).unwrap()
    }

    /// Made with Node's `crypto` by the steps of reference section 6: secret `demo-embed-secret`, token
    /// `ya29.demo-token`, salt 00…0f, iv 10…1b.
    const BY_NODE: &str =
        "AAECAwQFBgcICQoLDA0ODw==.EBESExQVFhcYGRob.Dh128V5M9FBJpJVTwXtdyQ==.q8BBW7AOzyJ6WgiInbrE";

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

    #[test]
    fn the_encrypted_form_is_told_from_others() {
        assert!(is_encrypted(BY_NODE));
        assert!(is_encrypted(&BY_NODE.replace('=', "")));
        for token in ["", "ya29.a0AfB_token", "a.b.c", "a.b.c.d", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"] {
            assert!(!is_encrypted(token), "{token}");
        }
        assert!(!is_encrypted(&format!("{BY_NODE}.AAAA")));
    }
}
