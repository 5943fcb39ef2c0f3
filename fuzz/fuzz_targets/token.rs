//! Whatever is in the place of a token: it is read or refused, and its signature does not fit.
#![no_main]

use embed2jwt::dialect::key::HmacKey;
use embed2jwt::dialect::oauth;
use embed2jwt::dialect::reading::{Reading, Token, verify};
use embed2jwt::secret::Secret;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for whole in [false, true] {
        let _ = Reading::of(data, whole);
    }
    if let Ok(token) = Token::read(data) {
        for claim in ["exp", "iat"] {
            let _ = token.time(claim);
        }
    }
    if let Some(secret) = Secret::new(b"a secret that is in no seed".to_vec()) {
        assert!(!verify(data, &HmacKey::new(&secret)), "nobody can sign without the secret");
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = oauth::is_encrypted(text);
        let _ = oauth::can_be_cipher_text(text);
    }
});
