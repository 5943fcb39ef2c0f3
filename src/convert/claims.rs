//! The claims of a token, collected from the parameters of a legacy URL.

use std::borrow::Cow;
use std::collections::HashSet;

use uuid::fmt::Hyphenated;
use uuid::{Builder, Uuid};

use super::{ConvertError, Credentials, Entropy, IssuedAt, Options, TokenId};
use crate::dialect::claims::Claims;
use crate::dialect::params::{Id, USER_ATTRIBUTE_PREFIX, lookup};
use crate::dialect::url::Url;
use crate::dialect::values::{
    DEFAULT_LIFETIME, Lifetime, Teams, Time, attributes, lifetime, teams, time,
};
use crate::judge::Judgement;
use crate::rule::{Finding, Rule, UserKind};
use crate::rules::MALFORMED_URL;

/// What stands in the way of a token although no finding says so any more: the policy silenced the rule.
pub(super) fn refusal(
    judgement: &Judgement<'_>,
    parameter: &str,
    message: &'static str,
) -> ConvertError {
    let id = (!parameter.is_empty()).then(|| lookup(parameter.as_bytes()).id);
    let suggestion = "a rule that is turned off reports this: turn it on to see where";
    refusal_of(&MALFORMED_URL, judgement, id, message, suggestion)
}

/// The same as a finding of a rule, about the parameter if the URL has it.
pub(super) fn refusal_of(
    rule: &'static Rule,
    judgement: &Judgement<'_>,
    parameter: Option<Id>,
    message: &'static str,
    suggestion: &'static str,
) -> ConvertError {
    let arg = parameter.and_then(|id| judgement.get(id));
    let span = arg.map(|arg| arg.param.span()).unwrap_or_default();
    let mut finding = Finding::new(rule, span).message(message).suggest(suggestion);
    finding.parameter = arg.map(|arg| arg.index);
    ConvertError::Refused(Box::new(finding))
}

/// Reads every claim out of its parameters.
pub(super) fn collect<'u>(
    judgement: &'u Judgement<'_>,
    options: &'u Options,
    credentials: &Credentials,
    entropy: &mut dyn Entropy,
    id: &'u mut IdBuffer,
) -> Result<Claims<'u>, ConvertError> {
    let url = Reader { judgement, url: judgement.url.as_ref().ok_or(ConvertError::Token)? };
    let sub = url.required(Id::Email, "without an e-mail address there is no token")?;
    let iss = match &options.client_id {
        Some(id) => id.as_str(),
        None => url.required(Id::ClientId, "without a client id there is no token")?,
    };
    let iat = match options.issued_at {
        IssuedAt::Now => options.now,
        IssuedAt::Url => url.time()?.map_or(options.now, Time::seconds),
    };
    let lifetime = match options.lifetime {
        Some(seconds) => seconds,
        None => url.lifetime()?.map_or(DEFAULT_LIFETIME, Lifetime::seconds),
    };
    let mut claims = Claims {
        jti: token_id(&url, options, iss, entropy, id)?,
        sub: sub.into(),
        iat,
        exp: iat.saturating_add(lifetime),
        eval_connection_id: url.text(Id::EvalConnectionId)?.map(Cow::Borrowed),
        oauth_token: url.text(Id::OauthToken)?.map(Cow::Borrowed),
        version_1_1: options.version_1_1,
        iss: iss.into(),
        ..Claims::default()
    };
    if let Some(token) = &mut claims.oauth_token {
        claims.version_1_1 = true;
        if options.encrypt_oauth_token.takes(token) {
            let credential = credentials
                .signer(claims.iss.as_bytes())
                .ok_or_else(|| refusal(judgement, "client_id", "no secret for this client id"))?;
            *token = Cow::Owned(credential.encrypt(token, entropy)?);
        }
    }
    if options.user == UserKind::Embed {
        let given = options.account_type.as_deref();
        claims.account_type = url.text(Id::AccountType)?.or(given).map(Cow::Borrowed);
        claims.teams = url.teams()?;
        claims.user_attributes = url.attributes()?;
        claims.first_name = url.text(Id::FirstName)?.map(Cow::Borrowed);
        claims.last_name = url.text(Id::LastName)?.map(Cow::Borrowed);
    }
    Ok(claims)
}

/// Seconds that the token of a URL with this `:session_length` would live.
pub(super) fn lifetime_of(options: &Options, value: &str) -> Option<u64> {
    options.lifetime.or_else(|| lifetime(value.as_bytes()).map(Lifetime::seconds))
}

/// Room for a token id that is made, so that it needs no allocation.
pub(super) type IdBuffer = [u8; Hyphenated::LENGTH];

fn token_id<'u>(
    url: &Reader<'u, '_>,
    options: &Options,
    client_id: &str,
    entropy: &mut dyn Entropy,
    buffer: &'u mut IdBuffer,
) -> Result<Cow<'u, str>, ConvertError> {
    let nonce = || url.required(Id::Nonce, "without a nonce there is no token id");
    let made = match options.token_id {
        TokenId::Nonce => return nonce().map(Cow::Borrowed),
        TokenId::Derived => {
            let name = format!("embed2jwt:{client_id}:{}", nonce()?);
            Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
        }
        TokenId::Fresh => {
            let mut bytes = [0; 16];
            entropy.fill(&mut bytes)?;
            Builder::from_random_bytes(bytes).into_uuid()
        }
    };
    Ok(Cow::Borrowed(made.hyphenated().encode_lower(buffer)))
}

/// Reads values of one URL.
struct Reader<'u, 'j> {
    judgement: &'u Judgement<'j>,
    url: &'u Url<'j>,
}

impl<'u> Reader<'u, '_> {
    fn refusal(&self, id: Id, message: &'static str) -> ConvertError {
        refusal(self.judgement, id.row().name, message)
    }

    fn text(&self, id: Id) -> Result<Option<&'u str>, ConvertError> {
        let Some(arg) = self.judgement.get(id) else { return Ok(None) };
        match arg.text(self.url) {
            Some(text) => Ok(Some(text)),
            None => Err(self.refusal(id, "the value is not UTF-8")),
        }
    }

    fn required(&self, id: Id, message: &'static str) -> Result<&'u str, ConvertError> {
        self.text(id)?.ok_or_else(|| self.refusal(id, message))
    }

    fn time(&self) -> Result<Option<Time>, ConvertError> {
        let Some(arg) = self.judgement.get(Id::Time) else { return Ok(None) };
        let time = time(arg.value(self.url));
        time.map(Some).ok_or_else(|| self.refusal(Id::Time, "`:time` is not a number"))
    }

    fn lifetime(&self) -> Result<Option<Lifetime>, ConvertError> {
        let Some(arg) = self.judgement.get(Id::SessionLength) else { return Ok(None) };
        let lifetime = lifetime(arg.value(self.url));
        lifetime
            .map(Some)
            .ok_or_else(|| self.refusal(Id::SessionLength, "`:session_length` is not a number"))
    }

    fn teams(&self) -> Result<Teams<'u>, ConvertError> {
        let id = if self.judgement.get(Id::ExternalUserTeam).is_some() {
            Id::ExternalUserTeam
        } else {
            Id::Teams
        };
        let Some(arg) = self.judgement.get(id) else { return Ok(Teams::default()) };
        teams(arg.value(self.url)).map_err(|_| self.refusal(id, "the teams cannot be read"))
    }

    /// The attributes in the order of their first places, each once.
    fn attributes(&self) -> Result<Pairs<'u>, ConvertError> {
        let mut pairs = Pairs::new();
        let unreadable = || self.refusal(Id::UserAttributes, "an attribute cannot be read");
        let object = self.judgement.get(Id::UserAttributes).map(|arg| arg.index);
        // Repetitions among `:ua_…` are told by `earlier`; only an object beside them makes a look-up necessary.
        let mut seen: HashSet<Cow<'u, str>> = HashSet::new();
        for arg in self.judgement.args.iter().filter(|arg| arg.earlier.is_none()) {
            if arg.row.id == Id::UserAttribute {
                let name = attribute_name(arg.name(self.url.bytes)).ok_or_else(unreadable)?;
                let value = arg.text(self.url).ok_or_else(unreadable)?;
                if object.is_none() || seen.insert(name.clone()) {
                    pairs.push((name, value.into()));
                }
            } else if Some(arg.index) == object {
                let object = attributes(arg.value(self.url)).map_err(|_| unreadable())?;
                for (name, value) in object {
                    let name = Cow::Owned(name);
                    if seen.insert(Cow::clone(&name)) {
                        pairs.push((name, value.into()));
                    }
                }
            }
        }
        Ok(pairs)
    }
}

/// Names and values of user attributes.
type Pairs<'u> = Vec<(Cow<'u, str>, Cow<'u, str>)>;

/// `Region` of `ua_Region`, if it is UTF-8 and not empty.
fn attribute_name(name: Cow<'_, [u8]>) -> Option<Cow<'_, str>> {
    match name {
        Cow::Borrowed(name) => {
            std::str::from_utf8(name.strip_prefix(USER_ATTRIBUTE_PREFIX)?).ok().map(Cow::Borrowed)
        }
        Cow::Owned(name) => String::from_utf8(name.strip_prefix(USER_ATTRIBUTE_PREFIX)?.to_vec())
            .ok()
            .map(Cow::Owned),
    }
    .filter(|name| !name.is_empty())
}
