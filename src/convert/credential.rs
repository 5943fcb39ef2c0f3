//! Client ids and their secrets.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{ConvertError, Entropy};
use crate::dialect::key::HmacKey;
use crate::dialect::oauth::{Encryptor, OauthError, decrypt};
use crate::rule::Keys;
use crate::secret::Secret;

use zeroize::Zeroizing;

/// One embed secret with what is made of it once.
#[derive(Debug)]
pub struct Credential {
    secret: Secret,
    key: HmacKey,
    /// Deriving its key takes 600,000 rounds, so it is made when the first OAuth token needs it.
    encryptor: OnceLock<Encryptor>,
}

impl Credential {
    /// Keys the signature with the secret.
    pub fn new(secret: Secret) -> Self {
        Self { key: HmacKey::new(&secret), secret, encryptor: OnceLock::new() }
    }

    /// The key of signatures.
    pub fn key(&self) -> &HmacKey {
        &self.key
    }

    /// The OAuth token behind its encrypted form. Each costs as much as the first encryption: every one has a salt of its own.
    pub fn decrypt(&self, token: &str) -> Result<Zeroizing<Vec<u8>>, OauthError> {
        decrypt(&self.secret, token)
    }

    /// The encrypted form of an OAuth token: one salt a run, a fresh iv a token.
    pub fn encrypt(&self, token: &str, entropy: &mut dyn Entropy) -> Result<String, ConvertError> {
        let encryptor = if let Some(encryptor) = self.encryptor.get() {
            encryptor
        } else {
            let mut salt = [0; 16];
            entropy.fill(&mut salt)?;
            let made = Encryptor::new(&self.secret, salt)?;
            self.encryptor.get_or_init(|| made)
        };
        let mut iv = [0; 12];
        entropy.fill(&mut iv)?;
        Ok(encryptor.encrypt(token, iv)?)
    }
}

/// The credentials of a run.
#[derive(Debug)]
pub struct Credentials {
    source: Source,
    /// The client id given from outside: it signs all tokens.
    client_id: Option<String>,
    /// Whether a signature by one client's secret proves nothing for the token of another.
    own_only: bool,
}

#[derive(Debug)]
enum Source {
    /// One secret for whatever client id a URL has.
    One(Box<Credential>),
    /// A secret for each client id.
    ByClient(HashMap<Vec<u8>, Credential>),
}

impl Credentials {
    /// One secret, whatever the client id.
    pub fn one(secret: Secret, client_id: Option<String>) -> Self {
        // With another client id given from outside, the secret is that one's: it never signed the URL.
        let source = Source::One(Box::new(Credential::new(secret)));
        Self { source, client_id, own_only: true }
    }

    /// A secret for each client id.
    pub fn by_client(
        secrets: impl IntoIterator<Item = (String, Secret)>,
        client_id: Option<String>,
    ) -> Self {
        let secrets = secrets.into_iter();
        let secrets = secrets.map(|(id, secret)| (id.into_bytes(), Credential::new(secret)));
        Self { source: Source::ByClient(secrets.collect()), client_id, own_only: false }
    }

    /// The same, but no secret proves anything for the token of another client id: nobody vouches for who named them.
    #[must_use]
    pub fn own_only(self) -> Self {
        Self { own_only: true, ..self }
    }

    /// All secrets, for what must show none of them.
    pub fn secrets(&self) -> Vec<Secret> {
        match &self.source {
            Source::One(credential) => vec![credential.secret.clone()],
            Source::ByClient(all) => all.values().map(|one| one.secret.clone()).collect(),
        }
    }

    /// The credential that signs the tokens of a client id.
    pub fn signer(&self, client_id: &[u8]) -> Option<&Credential> {
        match &self.source {
            Source::One(credential) => Some(credential),
            Source::ByClient(credentials) => credentials.get(client_id),
        }
    }
}

impl Keys for Credentials {
    fn key(&self, client_id: &[u8]) -> Option<&HmacKey> {
        let is_other = |id: &String| id.as_bytes() != client_id;
        if self.own_only && self.client_id.as_ref().is_some_and(is_other) {
            return None;
        }
        self.signer(client_id).map(Credential::key)
    }

    fn can_sign(&self, client_id: &[u8]) -> bool {
        self.signer(client_id).is_some()
    }
}
