//! Tokens beside the crate `jsonwebtoken`: it reads and validates what `convert` signs, and `inspect` verifies what it signs.
//!
//! The program itself writes and reads tokens on its own: `encode` keys the hash and encodes the header once a token, and
//! `decode` stops at the first thing that is wrong, where a linter names all of them. So the crate judges here, over a MAC of
//! these tests, made from the hash alone.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::signature::{Error, Signer, Verifier};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, TokenData, Validation, decode, encode,
};
use serde_json::{Value, json};

use crate::support::{NOW, Place, SECRET, cut, hmac, legacy};

/// A secret, nothing that is made of it before it is needed, and the algorithm that it goes by.
struct Mac(Vec<u8>, Algorithm);

impl Signer<Vec<u8>> for Mac {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(hmac(&self.0, message))
    }
}

impl Verifier<Vec<u8>> for Mac {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), Error> {
        if hmac(&self.0, message) == *signature { Ok(()) } else { Err(Error::new()) }
    }
}

impl JwtSigner for Mac {
    fn algorithm(&self) -> Algorithm {
        self.1
    }
}

impl JwtVerifier for Mac {
    fn algorithm(&self) -> Algorithm {
        self.1
    }
}

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |name, key| Ok(Box::new(Mac(key.as_bytes().to_vec(), *name))),
    verifier_factory: |name, key| Ok(Box::new(Mac(key.try_get_as_bytes()?.to_vec(), *name))),
    key_utils: KeyUtils::new_unimplemented(),
};

/// The crate with the MAC above; several tests of one process may ask for it.
fn crate_is_ready() {
    let _ = PROVIDER.install_default();
}

fn decoded(
    token: &str,
    secret: &str,
    validation: &Validation,
) -> Result<TokenData<Value>, ErrorKind> {
    let key = DecodingKey::from_secret(secret.as_bytes());
    decode(token, &key, validation).map_err(|error| error.kind().clone())
}

/// Nothing but the signature.
fn signature_alone() -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}

#[test]
fn what_convert_signs_is_valid_for_the_crate() {
    crate_is_ready();
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&["c-1"]);
    validation.set_required_spec_claims(&["exp", "sub", "iss"]);
    // The crate looks at the system's clock.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    for (flags, audience) in [("", None), ("--jwt-version 1.1", Some("sigmacomputing"))] {
        match audience {
            Some(audience) => validation.set_audience(&[audience]),
            None => validation.aud = None,
        }
        let ran = Place::new()
            .convert(&format!("--now {now}"))
            .args(flags)
            .stdin(legacy("&:ua_Region=%C3%BC%22&:first_name=A&:last_name=B"))
            .exits(0);
        let token = cut(ran.lines()[0]).token;
        let data = decoded(&token, SECRET, &validation).unwrap();
        assert_eq!(data.header.alg, Algorithm::HS256);
        assert_eq!(data.header.typ.as_deref(), Some("JWT"));
        assert_eq!(data.header.kid.as_deref(), Some("c-1"));
        assert_eq!(data.claims["sub"], "ann@example.com");
        assert_eq!(data.claims["iat"], now);
        assert_eq!(data.claims["exp"], now + 600);
        assert_eq!(data.claims["user_attributes"], json!({"Region": "ü\""}));
        assert_eq!(data.claims["aud"].as_str(), audience);
        let other = decoded(&token, "another secret", &validation);
        assert_eq!(other.unwrap_err(), ErrorKind::InvalidSignature);
    }
    let old = Place::new().convert("").stdin(legacy("")).exits(0);
    let expired = decoded(&cut(old.lines()[0]).token, SECRET, &validation);
    assert_eq!(expired.unwrap_err(), ErrorKind::ExpiredSignature, "its clock is that of {NOW}");
}

/// What `inspect` says of a token's signature.
fn inspected(token: &str, secret: &str) -> String {
    let place = Place::new();
    let run = place.run(&format!("inspect --format ndjson --fail-on never --now {NOW}"));
    let ran = run.env("SIGMA_EMBED_SECRET", secret).stdin(token).exits(0);
    ran.record()["signature"].as_str().unwrap().to_owned()
}

#[test]
fn inspect_and_the_crate_agree_on_signatures() {
    crate_is_ready();
    let claims = json!({"sub": "ann@example.com", "iat": NOW, "exp": NOW + 60, "teams": ["Ä"]});
    let header = Header { kid: Some("c-1".to_owned()), ..Header::new(Algorithm::HS256) };
    let long = "longer than a block of the hash ".repeat(3);
    for secret in [SECRET, "x", long.trim()] {
        let key = EncodingKey::from_secret(secret.as_bytes());
        let token = encode(&header, &claims, &key).unwrap();
        let (head, rest) = token.split_once('.').unwrap();
        let (payload, signature) = rest.split_once('.').unwrap();
        let (end, last) = signature.split_at(signature.len() - 1);
        // The same bytes to a decoder that is not strict: the last letter holds two bits too many.
        let loose = char::from(last.as_bytes()[0] + 1);
        let cases = [
            (token.clone(), secret, true),
            (token.clone(), "another", false),
            (format!("{head}.{payload}.{end}{loose}"), secret, false),
            (format!("{head}.{payload}.{end}"), secret, false),
            (format!("{head}.{payload}.{signature}="), secret, false),
            (format!("{head}.{}.{signature}", &payload[4..]), secret, false),
            (format!("{head}.{payload}."), secret, false),
        ];
        for (token, secret, is_good) in cases {
            let of_crate = decoded(&token, secret, &signature_alone());
            assert_eq!(of_crate.is_ok(), is_good, "{token}: {of_crate:?}");
            assert_eq!(inspected(&token, secret) == "verified", is_good, "{token}");
        }
    }
}

#[test]
fn a_token_of_another_algorithm_is_good_for_neither() {
    crate_is_ready();
    let header = Header::new(Algorithm::HS512);
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let token = encode(&header, &json!({"sub": "ann@example.com"}), &key).unwrap();
    let of_crate = decoded(&token, SECRET, &signature_alone());
    assert_eq!(of_crate.unwrap_err(), ErrorKind::InvalidAlgorithm);
    assert_eq!(inspected(&token, SECRET), "mismatch");
}
