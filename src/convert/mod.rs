//! A judgement, the map, a credential and a clock become a new URL. Pure: randomness and time come from outside.

mod claims;
mod credential;
mod explain;
mod target;
mod url;

pub use credential::{Credential, Credentials};
pub use explain::Planner;
pub use target::Targets;

use crate::dialect::oauth::{Encrypt, OauthError};
use crate::dialect::params::Id;
use crate::dialect::token::{Header, TokenWriter};
use crate::judge::Judgement;
use crate::rule::{Context, Finding, Signature, UserKind};
use crate::rules::session::UNVERIFIED_SIGNATURE;

/// Where the token's id comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenId {
    /// A new version-4 UUID.
    Fresh,
    /// The URL's nonce.
    Nonce,
    /// A version-5 UUID of client id and nonce: the same input gives the same token.
    Derived,
}

/// When the token begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuedAt {
    /// When it is made.
    Now,
    /// At the URL's `:time`.
    Url,
}

/// How URLs are to be converted: the same for all of a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the token's id comes from.
    pub token_id: TokenId,
    /// The clock, in seconds since 1970.
    pub now: u64,
    /// When tokens begin.
    pub issued_at: IssuedAt,
    /// Seconds a token lives, whatever the URL says.
    pub lifetime: Option<u64>,
    /// Whether every token is of version 1.1, not only those with an OAuth token.
    pub version_1_1: bool,
    /// Whose tokens they are.
    pub user: UserKind,
    /// The client id, whatever the URL says.
    pub client_id: Option<String>,
    /// The account type of URLs that name none.
    pub account_type: Option<String>,
    /// Whether URLs are converted that nothing proves.
    pub trust_input: bool,
    /// Which OAuth tokens are plain text, to be encrypted.
    pub encrypt_oauth_token: Encrypt,
}

impl Options {
    /// What the rules are told of a conversion with these options.
    pub fn context(&self) -> Context<'static> {
        Context {
            now: Some(self.now),
            trust_input: self.trust_input,
            client_id_given: self.client_id.is_some(),
            account_type_given: self.account_type.is_some(),
            nonce_needed: !matches!(self.token_id, TokenId::Fresh),
            lifetime: self.lifetime,
            issued_at_url: self.issued_at == IssuedAt::Url,
            user: self.user,
            encrypt_oauth_token: self.encrypt_oauth_token,
            ..Context::none()
        }
    }
}

/// Where randomness comes from.
pub trait Entropy {
    /// Fills the buffer with random bytes.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy>;
}

/// The system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoEntropy;

/// Why a URL was not converted, beyond what its judgement says.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// Something that a token needs is not there. The policy may have silenced the rule that says so.
    #[error("{}", .0.message)]
    Refused(Box<Finding>),
    /// No random bytes: the run cannot go on.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
    /// The token could not be written or the OAuth token not encrypted; with this crate's own types it does not happen.
    #[error("the token could not be made")]
    Token,
}

impl From<OauthError> for ConvertError {
    fn from(_: OauthError) -> Self {
        Self::Token
    }
}

/// Converts URLs one after the other. Each thread has its own.
pub struct UrlConverter<'a, E> {
    options: &'a Options,
    targets: &'a Targets<'a>,
    credentials: &'a Credentials,
    entropy: E,
    /// The writer of the last client id: lists have few, in long runs.
    writer: Option<TokenWriter>,
    /// The claims of the last token, as they were signed.
    claims: Vec<u8>,
}

/// What was put into a token.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    /// Its header.
    pub header: &'a Header,
    /// Its claims: JSON, as it was signed.
    pub claims: &'a [u8],
}

impl<'a, E: Entropy> UrlConverter<'a, E> {
    /// A converter of its own for a thread.
    pub fn new(
        options: &'a Options,
        targets: &'a Targets<'a>,
        credentials: &'a Credentials,
        entropy: E,
    ) -> Self {
        Self { options, targets, credentials, entropy, writer: None, claims: Vec::new() }
    }

    /// Appends the JWT-signed equivalent of a legacy signed URL to `out`. The judgement must be free of errors; what
    /// was silenced and is needed all the same is refused here. After an error `out` is as it was.
    pub fn convert(
        &mut self,
        judgement: &Judgement<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Token<'_>, ConvertError> {
        let start = out.len();
        match self.append(judgement, out) {
            Ok(()) => {}
            Err(error) => {
                out.truncate(start);
                return Err(error);
            }
        }
        let writer = self.writer.as_ref().ok_or(ConvertError::Token)?;
        Ok(Token { header: writer.header(), claims: &self.claims })
    }

    fn append(&mut self, judgement: &Judgement<'_>, out: &mut Vec<u8>) -> Result<(), ConvertError> {
        // Whatever became of the finding: turning a rule down must not sign what nothing proves.
        if judgement.signature == Signature::NotVerified && !self.options.trust_input {
            return Err(claims::refusal_of(
                &UNVERIFIED_SIGNATURE,
                judgement,
                Some(Id::Signature),
                UNVERIFIED_SIGNATURE.summary,
                "only `--trust-input` converts it: another severity of the rule does not",
            ));
        }
        let mut id = [0; _];
        let claims =
            claims::collect(judgement, self.options, self.credentials, &mut self.entropy, &mut id)?;
        let writer = match self.writer.take() {
            Some(writer) if writer.header().kid == claims.iss => writer,
            _ => {
                let key = self.credentials.signer(claims.iss.as_bytes()).ok_or_else(|| {
                    claims::refusal(judgement, "client_id", "there is no secret for this client id")
                })?;
                TokenWriter::new(key.key().clone(), &claims.iss).map_err(|_| ConvertError::Token)?
            }
        };
        let writer = self.writer.insert(writer);
        self.targets.write_base(judgement, out)?;
        out.extend_from_slice(b"?:jwt=");
        writer.write(&claims, &mut self.claims, out).map_err(|_| ConvertError::Token)?;
        url::write_query(judgement, out);
        Ok(())
    }
}
