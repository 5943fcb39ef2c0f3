//! URLs are read and checked: `audit` and `inspect`.

use std::convert::Infallible;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::mark::{Keyed, Mark};
use super::row::{Alone, Checking, Memory, Row, each};
use super::{Settings, SettingsError, Setup};
use crate::convert::Planner;
use crate::dialect::key::HmacKey;
use crate::judge::run::Print;
use crate::judge::{Judgement, Verdict};
use crate::report::Report;
use crate::report::audit::{Record, Urls};
use crate::report::inspect::Inspector;
use crate::report::json::Ndjson;
use crate::report::redact::SecretFinder;
use crate::rule::{Context, Embeds, Keys, Kind, Signature};
use crate::secret::Secret;

/// Checks URLs, as `embed2jwt audit` and `embed2jwt inspect` do.
///
/// ```
/// use embed2jwt::{Auditor, Settings};
///
/// let auditor = Auditor::new(Settings::default())?;
/// let audited = auditor.audit("https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:hide_send=true");
/// assert!(audited.rules.contains(&"unsupported-hide-send"));
/// # Ok::<(), embed2jwt::SettingsError>(())
/// ```
#[derive(Debug)]
pub struct Auditor(Setup);

/// What is known of one URL. It serialises to the object that `--format ndjson` writes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Audited {
    /// What the URL is.
    pub kind: Kind,
    /// Whether it can be migrated, and with which losses.
    pub verdict: Verdict,
    /// What came of verifying its signature, or its token's.
    pub signature: Signature,
    /// The ids of the rules that found something, in the order of the findings.
    pub rules: Vec<&'static str>,
    json: Box<RawValue>,
}

impl Audited {
    /// The object that `--format ndjson` writes.
    pub fn json(&self) -> &str {
        self.json.get()
    }
}

impl Serialize for Audited {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

impl Auditor {
    /// Looks the settings through.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        Ok(Self(Setup::new(settings)?))
    }

    /// Checks one URL.
    pub fn audit(&self, url: &str) -> Audited {
        let mut all = self.audit_all(&mut Memory::default(), &[url.into()]);
        all.swap_remove(0)
    }

    /// Checks rows; results come in their order. `memory` is what the rows before have left, for `reused-nonce` and
    /// `inconsistent-user`.
    pub fn audit_all(&self, memory: &mut Memory, rows: &[Row<'_>]) -> Vec<Audited> {
        let report = Ndjson { secrets: self.0.shown(), inspector: None };
        self.each(memory, rows, false, |record| audited(&report, record))
    }

    /// Reads one URL or token in full, as `embed2jwt inspect` does.
    pub fn inspect(&self, url: &str) -> Audited {
        let mut all = self.inspect_all(&mut Memory::default(), &[url.into()]);
        all.swap_remove(0)
    }

    /// The same of rows.
    pub fn inspect_all(&self, memory: &mut Memory, rows: &[Row<'_>]) -> Vec<Audited> {
        let setup = &self.0;
        let (options, targets) = (setup.options(), setup.targets());
        let planner = Planner { options: &options, targets: &targets };
        let explain = |judgement: &Judgement<'_>| planner.explain(judgement);
        let inspector = Inspector {
            secrets: setup.shown(),
            now: options.now,
            keys: setup.credentials.is_some(),
            decrypt: None,
            explain: setup.settings.explain.then_some(&explain),
        };
        let report = Ndjson { secrets: setup.shown(), inspector: Some(inspector) };
        self.each(memory, rows, true, |record| audited(&report, record))
    }

    /// What each row's URL repeats of others, as hashes under `key`: for whoever compares the rows of many machines, and then
    /// gives what came of it as [`Memory::known`]. Only legacy signed URLs have marks.
    pub fn marks(&self, rows: &[Row<'_>], key: &Secret) -> Vec<Option<Mark>> {
        let key = Keyed(HmacKey::new(key));
        self.each(&mut Memory::known(Vec::new()), rows, false, |record| {
            Print::under(record.judgement, &key).map(Mark::from)
        })
    }

    /// Checks rows, with results made by `make` of the records that the reports are made of. With `inspect`, a row may be a token.
    pub fn each<T: Send>(
        &self,
        memory: &mut Memory,
        rows: &[Row<'_>],
        inspect: bool,
        make: impl Fn(&Record<'_>) -> T + Sync,
    ) -> Vec<T> {
        let setup = &self.0;
        let (options, targets) = (setup.options(), setup.targets());
        let context = Context {
            hosts: &setup.settings.hosts,
            embeds: (!setup.settings.map.is_empty()).then_some(&targets as &dyn Embeds),
            keys: setup.credentials.as_ref().map(|keys| keys as &dyn Keys),
            keep_unknown: setup.settings.keep_unknown,
            preserve_defaults: setup.settings.preserve_defaults,
            now: Some(options.now),
            whole: true,
            client_id_given: options.client_id.is_some(),
            ..Context::none()
        };
        let context = if inspect {
            Context {
                account_type_given: options.account_type.is_some(),
                user: options.user,
                ..context
            }
        } else {
            context
        };
        let secrets = SecretFinder::new(&setup.secrets);
        let source: Arc<str> = setup.settings.source.as_str().into();
        let checking = Checking {
            context: &context,
            secrets: &secrets,
            bare_tokens: inspect,
            source: &source,
            threads: setup.settings.threads,
        };
        let made: Result<_, Infallible> = each(
            rows,
            memory,
            &checking,
            || Ok(()),
            |(), judgement, text, line| {
                setup.settings.allow.apply(text, judgement.findings);
                setup.settings.levels.apply(judgement.findings);
                // A token that was changed may begin with anything: only with its name before it will every report hide it.
                let is_other = judgement.is_bare_token() && !text.starts_with(b"eyJ");
                let named = if is_other { [b":jwt=", text].concat() } else { Vec::new() };
                let record = Record {
                    source: &source,
                    line,
                    number: line - 1,
                    twin: line - 1,
                    verdict: judgement.verdict(),
                    judgement,
                    text: if is_other { &named } else { text },
                    origin: &Alone(text),
                };
                Ok(make(&record))
            },
        );
        match made {
            Ok(made) => made,
        }
    }
}

fn audited(report: &impl Report<Urls>, record: &Record<'_>) -> Audited {
    let mut line = Vec::new();
    report.record(record, &mut line);
    Audited {
        kind: record.judgement.kind,
        verdict: record.verdict,
        signature: record.judgement.signature,
        rules: record.judgement.findings.iter().map(|finding| finding.rule.id).collect(),
        json: super::scan::raw(line),
    }
}
