//! Legacy signed URLs become JWT-signed ones.

use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::row::{Alone, Checking, Memory, Row, each};
use super::{PagedEntropy, Settings, SettingsError, Setup};
use crate::convert::{self, ConvertError, Credentials, Entropy, TokenId};
use crate::judge::{Judgement, Verdict};
use crate::report::Origin;
use crate::report::convert::{Format as _, Ndjson, Record, Status};
use crate::report::redact::SecretFinder;
use crate::rule::{Context, Embeds, Keys, Kind, Signature};

/// Converts legacy signed URLs, as `embed2jwt convert` does.
///
/// ```
/// use embed2jwt::{Converter, Keys, Secret, Settings};
///
/// let mut settings = Settings::default();
/// settings.keys = Keys::One(Secret::new(b"demo-embed-secret".to_vec()).ok_or("an empty secret")?);
/// (settings.org, settings.workbook) = (Some("acme".into()), Some("r0WXMPpc0YtQCTFR7CdDK".into()));
/// settings.token.trust_input = true;
/// let converted = Converter::new(settings)?.convert("https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:client_id=c1&:email=ann@example.com&:nonce=n1&:mode=userbacked")?;
/// assert!(converted.url.unwrap().starts_with("https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=ey"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Converter(Setup);

/// What became of one URL. It serialises to the object that `convert --format ndjson` writes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Converted {
    /// What became of it.
    pub status: Status,
    /// With which losses.
    pub verdict: Verdict,
    /// What came of verifying its signature.
    pub signature: Signature,
    /// The new URL with its token; the old one if there was nothing to convert; none if it failed.
    pub url: Option<String>,
    /// The ids of the rules that found something, in the order of the findings.
    pub rules: Vec<&'static str>,
    json: Box<RawValue>,
}

impl Converted {
    /// The object that `convert --format ndjson` writes.
    pub fn json(&self) -> &str {
        self.json.get()
    }
}

impl Serialize for Converted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

impl Converter {
    /// Looks the settings through. A secret is needed.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let setup = Setup::new(settings)?;
        if setup.credentials.is_none() {
            return Err(SettingsError::NoSecret);
        }
        if setup.settings.token.token_id == TokenId::Fresh && setup.entropy().is_err() {
            return Err(SettingsError::NoRandom);
        }
        Ok(Self(setup))
    }

    /// Converts one URL.
    pub fn convert(&self, url: &str) -> Result<Converted, ConvertError> {
        let mut all = self.convert_all(&mut Memory::default(), &[url.into()])?;
        all.pop().ok_or(ConvertError::Token)
    }

    /// Converts rows; results come in their order. `memory` is what the rows before have left, for `reused-nonce` and
    /// `inconsistent-user`. Fails only without random bytes: what is wrong with a row is in its result.
    pub fn convert_all(
        &self,
        memory: &mut Memory,
        rows: &[Row<'_>],
    ) -> Result<Vec<Converted>, ConvertError> {
        let ndjson = Ndjson { secrets: self.0.shown() };
        self.each(memory, rows, |record| {
            let mut line = Vec::new();
            ndjson.row(record, &mut line);
            Converted {
                status: record.status,
                verdict: record.verdict,
                signature: record.judgement.signature,
                url: record.url.map(|url| String::from_utf8_lossy(url).into_owned()),
                rules: record.judgement.findings.iter().map(|finding| finding.rule.id).collect(),
                json: super::scan::raw(line),
            }
        })
    }

    /// The same, with results made by `each` of the records that the reports are made of: nothing else is allocated.
    pub fn each<T: Send>(
        &self,
        memory: &mut Memory,
        rows: &[Row<'_>],
        make: impl Fn(&Record<'_>) -> T + Sync,
    ) -> Result<Vec<T>, ConvertError> {
        let setup = &self.0;
        let (options, targets) = (setup.options(), setup.targets());
        let credentials = setup.credentials.as_ref().ok_or(ConvertError::Token)?;
        let context = context(setup, &options, &targets, credentials);
        let secrets = SecretFinder::new(&setup.secrets);
        let source: Arc<str> = setup.settings.source.as_str().into();
        let worker = || {
            let entropy =
                setup.entropy().unwrap_or_else(|_| PagedEntropy::new(|_| Err(convert::NoEntropy)));
            let converter = convert::UrlConverter::new(&options, &targets, credentials, entropy);
            Ok((converter, Vec::new()))
        };
        let checking = Checking {
            context: &context,
            secrets: &secrets,
            bare_tokens: false,
            source: &source,
            threads: setup.settings.threads,
        };
        each(rows, memory, &checking, worker, |(converter, url), judgement, old, line| {
            setup.settings.levels.apply(judgement.findings);
            let from = Provenance { source: &source, line, origin: &Alone(old) };
            record((converter, url), judgement, old, from, &make)
        })
    }
}

fn context<'a>(
    setup: &'a Setup,
    options: &convert::Options,
    targets: &'a dyn Embeds,
    credentials: &'a Credentials,
) -> Context<'a> {
    Context {
        hosts: &setup.settings.hosts,
        embeds: Some(targets),
        keys: Some(credentials as &dyn Keys),
        converting: true,
        keep_unknown: setup.settings.keep_unknown,
        preserve_defaults: setup.settings.preserve_defaults,
        ..options.context()
    }
}

/// Where a row comes from.
pub(crate) struct Provenance<'a> {
    pub(crate) source: &'a str,
    pub(crate) line: u64,
    pub(crate) origin: &'a dyn Origin,
}

/// Converts a URL that was checked, and has `make` see the record of it. `url` is where the new URL is written. Errors stop the
/// run; what stops the row alone is a finding.
pub(crate) fn record<E: Entropy, T>(
    (converter, url): (&mut convert::UrlConverter<'_, E>, &mut Vec<u8>),
    judgement: &mut Judgement<'_>,
    old: &[u8],
    Provenance { source, line, origin }: Provenance<'_>,
    make: impl FnOnce(&Record<'_>) -> T,
) -> Result<T, ConvertError> {
    url.clear();
    let (status, token) = outcome(converter, judgement, url)?;
    let verdict = if status == Status::Failed { Verdict::Blocked } else { judgement.verdict() };
    Ok(make(&Record {
        source,
        line,
        status,
        verdict,
        judgement,
        old,
        url: match status {
            Status::Converted => Some(url),
            Status::Unchanged => Some(old),
            Status::Failed => None,
        },
        header: token.map(|token| token.header),
        claims: token.map(|token| token.claims),
        origin,
    }))
}

/// Converts a URL that was checked, appending the new one to `url`, and says what became of it.
fn outcome<'c, E: Entropy>(
    converter: &'c mut convert::UrlConverter<'_, E>,
    judgement: &mut Judgement<'_>,
    url: &mut Vec<u8>,
) -> Result<(Status, Option<convert::Token<'c>>), ConvertError> {
    let mut token = None;
    let mut status = match judgement.kind {
        Kind::Malformed => Status::Failed,
        Kind::LegacySigned if judgement.is_blocked() => Status::Failed,
        Kind::LegacySigned => match converter.convert(judgement, url) {
            Ok(made) => {
                token = Some(made);
                Status::Converted
            }
            Err(ConvertError::Refused(finding)) => {
                judgement.findings.push(*finding);
                Status::Failed
            }
            Err(error) => return Err(error),
        },
        Kind::LegacyEmbed | Kind::PublicEmbed | Kind::Jwt | Kind::Other => Status::Unchanged,
    };
    // An error that was asked for stops any row; one of a token stops nothing, for nothing is to be converted.
    if judgement.is_blocked() && judgement.kind != Kind::Jwt {
        status = Status::Failed;
    }
    Ok((status, token))
}
