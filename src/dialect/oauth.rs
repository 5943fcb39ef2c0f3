//! OAuth tokens encrypted with the embed secret (reference, section 6).
//!
//! `base64(salt).base64(iv).base64(tag).base64(ciphertext)`: AES-256-GCM under a key that PBKDF2-HMAC-SHA256 derives.

#[cfg(feature = "oauth")]
mod cipher;
#[cfg(not(feature = "oauth"))]
mod without;

use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine as _, alphabet};

#[cfg(feature = "oauth")]
pub use cipher::{Encryptor, decrypt};
#[cfg(not(feature = "oauth"))]
pub use without::{Encryptor, decrypt};

use super::escape::hex as digit;

const SALT: usize = 16;
const IV: usize = 12;
const TAG: usize = 16;

/// Reads base64 with or without padding, as Node's `Buffer` does.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
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
    /// The crate was built without its feature `oauth`.
    #[cfg(not(feature = "oauth"))]
    #[error(
        "OAuth tokens are neither encrypted nor decrypted: this build lacks the feature `oauth`"
    )]
    NotBuilt,
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

/// The block of AES, and what OpenSSL writes before its salt.
const BLOCK: usize = 16;
const SALTED: &[u8] = b"Salted__";

/// Which OAuth tokens of the old dialect are encrypted for the new one. How an old signer encrypted them is not documented, so
/// a value that is not in the form above is of unknown form, and must not be encrypted a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encrypt {
    /// None.
    Never,
    /// Those that cannot be cipher text.
    Plain,
    /// All that are not in the encrypted form: somebody knows that they are plain text.
    All,
}

impl Encrypt {
    /// Whether this token is encrypted.
    pub fn takes(self, token: &str) -> bool {
        let may_be = match self {
            Self::Never => false,
            Self::Plain => !can_be_cipher_text(token),
            Self::All => true,
        };
        may_be && !is_encrypted(token)
    }
}

/// Whether a token can be cipher text in a form that is not ours: base64 or hex of whole blocks or of what OpenSSL salts, or
/// several such parts of which the first is an iv or a salt. An opaque token can look the same by chance.
pub fn can_be_cipher_text(token: &str) -> bool {
    let parts: Vec<_> = token.split([':', '.', '$']).map(raw).collect();
    match parts.as_slice() {
        [forms] => forms.iter().any(|bytes| {
            let is_whole = !bytes.is_empty() && bytes.len().is_multiple_of(BLOCK);
            is_whole || bytes.starts_with(SALTED)
        }),
        [first, rest @ ..] => {
            let begins = first.iter().any(|bytes| [IV, SALT].contains(&bytes.len()));
            begins && rest.iter().all(|forms| !forms.is_empty())
        }
        [] => false,
    }
}

/// The bytes that a text is hex or base64 of, in either alphabet; it may be more than one of these.
fn raw(text: &str) -> Vec<Vec<u8>> {
    // A `+` of base64 may have become a space on its way through a query.
    let standard: String =
        text.chars().map(|c| if c == ' ' { '+' } else { c }).filter(|c| *c != '\n').collect();
    let standard = standard.replace('-', "+").replace('_', "/");
    let hex = match text.as_bytes().as_chunks::<2>() {
        (pairs, []) => {
            pairs.iter().map(|[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect()
        }
        _ => None,
    };
    [LENIENT.decode(standard).ok(), hex]
        .into_iter()
        .flatten()
        .filter(|b: &Vec<u8>| !b.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with Node's `crypto` by the steps of reference section 6: secret `demo-embed-secret`, token
    /// `ya29.demo-token`, salt 00…0f, iv 10…1b.
    pub(in crate::dialect::oauth) const BY_NODE: &str =
        "AAECAwQFBgcICQoLDA0ODw==.EBESExQVFhcYGRob.Dh128V5M9FBJpJVTwXtdyQ==.q8BBW7AOzyJ6WgiInbrE";

    #[test]
    fn the_encrypted_form_is_told_from_others() {
        assert!(is_encrypted(BY_NODE));
        assert!(is_encrypted(&BY_NODE.replace('=', "")));
        for token in ["", "ya29.a0AfB_token", "a.b.c", "a.b.c.d", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"] {
            assert!(!is_encrypted(token), "{token}");
        }
        assert!(!is_encrypted(&format!("{BY_NODE}.AAAA")));
    }

    /// By hand: `openssl enc -aes-256-cbc -base64` begins with `Salted__`; CBC gives whole blocks of 16 bytes.
    #[test]
    fn what_can_be_cipher_text_is_not_encrypted_a_second_time() {
        for token in [
            "U2FsdGVkX18AAQIDBAUGB6k=",
            "AAECAwQFBgcICQoLDA0ODw==",
            "AAECAwQFBgcICQoLDA0ODw",
            "-_-_AwQFBgcICQoLDA0ODw==",
            "++/+AwQFBgcICQoLDA0ODw==",
            "  / AwQFBgcICQoLDA0ODw==",
            "000102030405060708090a0b0c0d0e0f",
            "000102030405060708090A0B0C0D0E0F:000102030405060708090A0B0C0D0E0F",
            "EBESExQVFhcYGRob.Dh128V5M9FBJpJVTwXtdyQ==.q8BBW7AOzyJ6WgiInbrE",
        ] {
            assert!(can_be_cipher_text(token), "{token}");
            assert!(!Encrypt::Plain.takes(token) && !Encrypt::Never.takes(token), "{token}");
            assert!(Encrypt::All.takes(token), "{token}");
        }
    }

    #[test]
    fn plain_tokens_are_encrypted_when_that_is_asked_for() {
        for token in [
            "ya29.a0AfB_token",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl",
            "dapi0123456789abcdef0123456789abcdef",
            "gho_16C7e42F292c6912E7710c838347Ae178B4a",
            "plain",
            "ver:1-hint:123-token",
        ] {
            assert!(Encrypt::Plain.takes(token), "{token}");
            assert!(!Encrypt::Never.takes(token), "{token}");
        }
        assert!(!Encrypt::All.takes(BY_NODE) && !Encrypt::Plain.takes(BY_NODE));
    }
}
