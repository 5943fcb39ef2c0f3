//! HMAC-SHA256 with the embed secret, keyed once: the signature of both dialects.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::Algorithm;
use jsonwebtoken::crypto::{JwtSigner, JwtVerifier};
use jsonwebtoken::signature::{Error, Signer, Verifier};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::secret::Secret;

/// The key schedule of one embed secret. It is cloned for every message instead of being made again.
#[derive(Clone)]
pub struct HmacKey(Hmac<Sha256>);

impl HmacKey {
    /// Keys the function with a secret of any length.
    pub fn new(secret: &Secret) -> Self {
        // The key as one block of the hash (RFC 2104): padded with zeros, hashed first if it is longer. Made here because
        // `Hmac::new` takes a block and cannot fail, while its constructor from a slice returns a `Result`.
        let mut block = Zeroizing::new([0u8; 64]);
        let secret = secret.expose();
        if secret.len() <= block.len() {
            block.iter_mut().zip(secret).for_each(|(slot, byte)| *slot = *byte);
        } else {
            let digest = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(secret)));
            block.iter_mut().zip(digest.iter()).for_each(|(slot, byte)| *slot = *byte);
        }
        Self(Hmac::new((&*block).into()))
    }

    /// The authentication code of a message.
    pub fn code(&self, message: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    /// Whether `code` is that of `message`, in constant time.
    pub fn has_code(&self, message: &[u8], code: &[u8]) -> bool {
        let mut mac = self.0.clone();
        mac.update(message);
        mac.verify_slice(code).is_ok()
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Signer<Vec<u8>> for HmacKey {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(self.code(message).to_vec())
    }
}

impl JwtSigner for HmacKey {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl Verifier<Vec<u8>> for HmacKey {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), Error> {
        if self.has_code(message, signature) { Ok(()) } else { Err(Error::new()) }
    }
}

impl JwtVerifier for HmacKey {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::escape::hexadecimal;

    fn code(key: &[u8], message: &[u8]) -> String {
        let key = HmacKey::new(&Secret::new(key.to_vec()).unwrap());
        let code = key.code(message);
        assert!(key.has_code(message, &code));
        assert!(!key.has_code(b"another", &code));
        assert!(!key.has_code(message, &code[..31]));
        // As other code of `jsonwebtoken` asks.
        assert!(Verifier::verify(&key, message, &code.to_vec()).is_ok());
        assert!(Verifier::verify(&key, b"another", &code.to_vec()).is_err());
        hexadecimal(&code)
    }

    /// RFC 4231, test cases 2 and 6: a short key, and one longer than the hash's block.
    #[test]
    fn the_vectors_of_rfc_4231_hold() {
        assert_eq!(
            code(b"Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            code(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }
}
