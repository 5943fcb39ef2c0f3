//! Writing the tokens of the new dialect: HS256 with `jsonwebtoken`'s signer traits.
//!
//! `jsonwebtoken::encode` keys the hash and encodes the header for every token; a credential needs both once.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use jsonwebtoken::crypto::JwtSigner;
use jsonwebtoken::signature::Signer;
use serde::Serialize;

use super::claims::Claims;
use super::key::HmacKey;

/// A token's header, in the order of the output.
#[derive(Clone, Debug, Serialize)]
pub struct Header {
    /// Always HS256.
    pub alg: Algorithm,
    /// Always `JWT`.
    pub typ: &'static str,
    /// The client id.
    pub kid: String,
}

/// Writes tokens for one client id and one secret.
#[derive(Clone, Debug)]
pub struct TokenWriter {
    key: HmacKey,
    header: Header,
    /// The header in base64, with the dot behind it.
    prefix: Vec<u8>,
}

/// A claim that JSON cannot express, or a signer that fails: neither happens with this crate's own types.
#[derive(Debug, thiserror::Error)]
#[error("the token could not be written")]
pub struct TokenError;

impl TokenWriter {
    /// Makes the header and takes the key schedule.
    pub fn new(key: HmacKey, kid: &str) -> Result<Self, TokenError> {
        let header = Header { alg: JwtSigner::algorithm(&key), typ: "JWT", kid: kid.to_owned() };
        let json = serde_json::to_vec(&header).map_err(|_| TokenError)?;
        let mut prefix = URL_SAFE_NO_PAD.encode(json).into_bytes();
        prefix.push(b'.');
        Ok(Self { key, header, prefix })
    }

    /// The header of every token this writes.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Appends the token to `out`. `json` is emptied and left holding the claims as they were signed.
    pub fn write(
        &self,
        claims: &Claims<'_>,
        json: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) -> Result<(), TokenError> {
        json.clear();
        claims.write(json).map_err(|_| TokenError)?;
        let start = out.len();
        out.extend_from_slice(&self.prefix);
        append_base64(json, out)?;
        let message = out.get(start..).unwrap_or_default();
        let signature = self.key.try_sign(message).map_err(|_| TokenError)?;
        out.push(b'.');
        append_base64(&signature, out)
    }
}

/// Appends without an allocation of its own.
fn append_base64(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), TokenError> {
    let start = out.len();
    let length = base64::encoded_len(bytes.len(), false).ok_or(TokenError)?;
    out.resize(start + length, 0);
    let target = out.get_mut(start..).ok_or(TokenError)?;
    URL_SAFE_NO_PAD.encode_slice(bytes, target).map_err(|_| TokenError)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::values::Teams;
    use crate::secret::Secret;

    /// The expected token was made by Node's `jsonwebtoken` 9:
    /// `jwt.sign({sub:"ann@example.com",iss:"cid",jti:"n1",iat:1750000000,exp:1750003600,teams:["A \"B\"","Ü"]},
    /// "demo-embed-secret", {header:{alg:"HS256",typ:"JWT",kid:"cid"}})`.
    #[test]
    fn a_token_is_byte_for_byte_the_one_of_another_library() {
        let key = HmacKey::new(&Secret::new(b"demo-embed-secret".to_vec()).unwrap());
        let writer = TokenWriter::new(key, "cid").unwrap();
        let claims = Claims {
            sub: "ann@example.com".into(),
            iss: "cid".into(),
            jti: "n1".into(),
            iat: 1_750_000_000,
            exp: 1_750_003_600,
            teams: Teams::Array(vec!["A \"B\"".into(), "\u{dc}".into()]),
            ..Claims::default()
        };
        let (mut json, mut out) = (Vec::new(), Vec::new());
        writer.write(&claims, &mut json, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), NODE_TOKEN);
    }

    const NODE_TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImNpZCJ9.eyJzdWIiOiJhbm5AZXhhbXBsZS5jb20iLCJpc3MiOiJjaWQiLCJqdGkiOiJuMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUwMDAzNjAwLCJ0ZWFtcyI6WyJBIFwiQlwiIiwiw5wiXX0.e2Wyb-DEJmuY_ezfTtl7Qrg-TDA8XG35Za-FcaK28Kc";
}
