//! The signature of the old dialect: hex HMAC-SHA256 of every byte before `&:signature=` (reference, section 1).

use super::escape::hex;
use super::key::HmacKey;
use super::url::{Param, Url};

/// Whether the signature in `param` is that of the URL's bytes before it, exactly as they were sent.
///
/// What stands behind the signature was never signed.
pub fn verify(url: &Url<'_>, param: &Param, key: &HmacKey) -> bool {
    // The message ends before the separator: `&`, or `?` if the signature is the first parameter.
    let end = (param.key.start as usize).saturating_sub(1);
    let message = url.bytes.get(..end).unwrap_or_default();
    match code(param.value.of(url.bytes)) {
        Some(code) => key.has_code(message, &code),
        None => false,
    }
}

/// 64 hex digits as 32 bytes.
fn code(digits: &[u8]) -> Option<[u8; 32]> {
    let (pairs, []) = digits.as_chunks::<2>() else {
        return None;
    };
    let mut code = [0; 32];
    if pairs.len() != code.len() {
        return None;
    }
    for (byte, [high, low]) in code.iter_mut().zip(pairs) {
        *byte = hex(high)? << 4 | hex(low)?;
    }
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::params::{Id, lookup};
    use crate::secret::Secret;

    /// Signed by Sigma's customers' code (JavaScript, Python, .NET) with the secret `demo-embed-secret`.
    const REAL: &str = include_str!("../../fixtures/real/urls.txt");

    fn verifies(text: &str, secret: &str) -> Option<bool> {
        let key = HmacKey::new(&Secret::new(secret.into()).unwrap());
        let mut params = Vec::new();
        let url = Url::parse(text.as_bytes(), &mut params).unwrap();
        let signature = params.iter().find(|p| lookup(p.name.of(url.bytes)).id == Id::Signature)?;
        Some(verify(&url, signature, &key))
    }

    #[test]
    fn every_real_signature_verifies_and_no_other_secret_does() {
        let mut signed = 0;
        for line in REAL.lines().filter(|line| line.starts_with("https:")) {
            if let Some(verified) = verifies(line, "demo-embed-secret") {
                assert!(verified, "{line}");
                assert_eq!(verifies(line, "demo-embed-secre"), Some(false));
                signed += 1;
            }
        }
        assert_eq!(signed, 10);
    }

    #[test]
    fn any_changed_byte_before_the_signature_is_found() {
        let line = REAL.lines().find(|line| line.starts_with("https:")).unwrap();
        let end = line.find("&:signature=").unwrap();
        for at in line.find("/embed/").unwrap() + 7..end {
            let mut bytes = line.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            let text = String::from_utf8(bytes).unwrap();
            assert_ne!(verifies(&text, "demo-embed-secret"), Some(true), "byte {at}");
        }
    }

    #[test]
    fn what_is_no_code_does_not_verify() {
        for signature in ["", "abc", &"0".repeat(64), &"g".repeat(64), &"0".repeat(66)] {
            let text = format!("https://h.example/embed/x?:nonce=1&:signature={signature}");
            assert_eq!(verifies(&text, "s"), Some(false));
        }
    }
}
