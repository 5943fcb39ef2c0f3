//! The formats of `convert`: lines, ndjson, csv.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::Value;
use serde_json::value::RawValue;

use super::redact::{self, Secrets};
use super::{Cell, Origin, wire};
use crate::dialect::params::Id;
use crate::dialect::token::Header;
use crate::judge::{Judgement, Verdict};
use crate::rule::{Finding, Kind};
use crate::rules::session::{SIGNATURE_MISMATCH, TOKEN_ALREADY_EXPIRED, UNVERIFIED_SIGNATURE};
use crate::rules::user::MISSING_ACCOUNT_TYPE;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// A legacy signed URL, with its equivalent.
    Converted,
    /// Not a legacy signed URL: printed as it came.
    Unchanged,
    /// No new URL; the findings say why.
    Failed,
}

impl Status {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Converted => "converted",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
        }
    }
}

/// One row after converting.
pub struct Record<'a> {
    /// The list's name.
    pub source: &'a str,
    /// The row's line.
    pub line: u64,
    /// What became of it.
    pub status: Status,
    /// At what price.
    pub verdict: Verdict,
    /// What was said of it.
    pub judgement: &'a Judgement<'a>,
    /// The row's URL as it came.
    pub old: &'a [u8],
    /// The new URL, or the old one if it is unchanged.
    pub url: Option<&'a [u8]>,
    /// The token's header.
    pub header: Option<&'a Header>,
    /// The token's claims, as they were signed.
    pub claims: Option<&'a [u8]>,
    /// Where the row comes from.
    pub origin: &'a dyn Origin,
}

/// A format of `convert`. It appends to a buffer, so rows can be written by several threads and joined in order.
pub trait Format: Sync {
    /// What stands before the first row.
    fn begin(&self, out: &mut Vec<u8>);
    /// One row.
    fn row(&self, record: &Record<'_>, out: &mut Vec<u8>);
}

/// One URL a line; an empty line for a row without one.
#[derive(Debug)]
pub struct Lines;

impl Format for Lines {
    fn begin(&self, _: &mut Vec<u8>) {}

    fn row(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(record.url.unwrap_or_default());
        out.push(b'\n');
    }
}

/// One object a line.
#[derive(Debug)]
pub struct Ndjson {
    /// Whether secrets are shown. The new URL is always whole: it is what was asked for.
    pub secrets: Secrets,
}

#[derive(Serialize)]
struct RowRecord<'a> {
    schema: u32,
    source: &'a str,
    line: u64,
    status: &'static str,
    signature: &'static str,
    verdict: &'static str,
    kind: &'static str,
    url: Option<Cow<'a, str>>,
    input: String,
    header: Option<&'a Header>,
    claims: Option<Claims<'a>>,
    parameters: Vec<wire::Parameter<'a>>,
    findings: Vec<wire::FindingShape<'a>>,
    #[serde(flatten)]
    carried: Carried<'a>,
}

/// The names of [`RowRecord`], and of the columns of [`Csv`]: a carried column of such a name gets `input.` before it.
const OWN: [&str; 14] = [
    "schema",
    "source",
    "line",
    "status",
    "signature",
    "verdict",
    "kind",
    "url",
    "input",
    "header",
    "claims",
    "parameters",
    "findings",
    "rules",
];

/// The name under which a column of the input is carried.
pub fn carried_name(name: &str) -> Cow<'_, str> {
    if OWN.contains(&name) || name.starts_with("input.") {
        Cow::Owned(format!("input.{name}"))
    } else {
        Cow::Borrowed(name)
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Claims<'a> {
    AsSigned(&'a RawValue),
    Redacted(Value),
}

/// The other columns of a row.
struct Carried<'a>(&'a dyn Origin);

impl Serialize for Carried<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut outcome = Ok(());
        self.0.carried(&mut |name, cell| {
            if outcome.is_ok() {
                let name = carried_name(name);
                outcome = match cell {
                    Cell::Text(text) => map.serialize_entry(&name, &String::from_utf8_lossy(text)),
                    Cell::Json(json) => map.serialize_entry(&name, json),
                };
            }
        });
        outcome?;
        map.end()
    }
}

impl Ndjson {
    fn claims<'a>(&self, json: &'a [u8]) -> Option<Claims<'a>> {
        let raw: &RawValue = serde_json::from_slice(json).ok()?;
        if self.secrets == Secrets::Shown
            || memchr::memmem::find(json, b"\"oauth_token\"").is_none()
        {
            return Some(Claims::AsSigned(raw));
        }
        let mut claims: Value = serde_json::from_str(raw.get()).ok()?;
        if let Some(Value::String(token)) = claims.get_mut("oauth_token") {
            *token = redact::value("oauth_token", token.as_bytes(), self.secrets).into_owned();
        }
        if let Some(Value::Object(attributes)) = claims.get_mut("user_attributes") {
            for (name, value) in attributes {
                if let Value::String(text) = value {
                    *text = redact::value(name, text.as_bytes(), self.secrets).into_owned();
                }
            }
        }
        Some(Claims::Redacted(claims))
    }
}

impl Format for Ndjson {
    fn begin(&self, _: &mut Vec<u8>) {}

    fn row(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        let start = out.len();
        let shape = RowRecord {
            schema: wire::SCHEMA,
            source: record.source,
            line: record.line,
            status: record.status.name(),
            signature: record.judgement.signature.name(),
            verdict: record.verdict.name(),
            kind: record.judgement.kind.name(),
            url: record.url.map(String::from_utf8_lossy),
            input: redact::url(record.old, self.secrets),
            header: record.header,
            claims: record.claims.and_then(|json| self.claims(json)),
            parameters: wire::parameters(record.judgement, self.secrets),
            findings: wire::findings(record.judgement, record.origin, self.secrets),
            carried: Carried(record.origin),
        };
        if serde_json::to_writer(&mut *out, &shape).is_err() {
            // Writing to a buffer and serialising these types cannot fail; half an object must not stand all the same.
            out.truncate(start);
            return;
        }
        out.push(b'\n');
    }
}

/// A table: the columns of `convert`, then those of the input.
#[derive(Debug)]
pub struct Csv {
    /// Whether secrets are shown in the old URL.
    secrets: Secrets,
    /// The input's other columns.
    columns: Vec<String>,
    /// Whether a last column, `input.other`, takes what has no column, as a JSON object.
    other: bool,
}

const CSV_COLUMNS: [&str; 8] =
    ["source", "line", "status", "verdict", "url", "rules", "signature", "input"];
const OTHER: &str = "input.other";

impl Csv {
    /// `columns` are those of the first input; `complete` says that no row has others.
    pub fn new(columns: &[String], complete: bool, secrets: Secrets) -> Self {
        Self { secrets, columns: columns.to_vec(), other: !complete }
    }

    fn write<'a>(cells: impl Iterator<Item = Cow<'a, [u8]>>, out: &mut Vec<u8>) {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(&mut *out);
        let mut record = csv::ByteRecord::new();
        cells.for_each(|cell| record.push_field(&cell));
        // A buffer takes everything.
        let _ = writer.write_byte_record(&record);
    }
}

impl Format for Csv {
    fn begin(&self, out: &mut Vec<u8>) {
        let own = CSV_COLUMNS.iter().map(|name| Cow::Borrowed(name.as_bytes()));
        let carried = self.columns.iter().map(|name| match carried_name(name) {
            Cow::Borrowed(name) => Cow::Borrowed(name.as_bytes()),
            Cow::Owned(name) => Cow::Owned(name.into_bytes()),
        });
        let other = self.other.then_some(Cow::Borrowed(OTHER.as_bytes()));
        Self::write(own.chain(carried).chain(other), out);
    }

    fn row(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        let mut cells: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
        let mut other = serde_json::Map::new();
        record.origin.carried(&mut |name, cell| {
            let text = match cell {
                Cell::Text(text) => text.to_vec(),
                Cell::Json(json) => plain(json),
            };
            if let Some(column) = self.columns.iter().position(|column| column == name) {
                cells.insert(column, text);
            } else {
                let value = match cell {
                    Cell::Text(text) => Value::from(String::from_utf8_lossy(text)),
                    Cell::Json(json) => serde_json::from_str(json.get()).unwrap_or_default(),
                };
                other.insert(name.to_owned(), value);
            }
        });
        let mut rules: Vec<_> =
            record.judgement.findings.iter().map(|finding| finding.rule.id).collect();
        rules.dedup();
        let line = record.line.to_string();
        let rules = rules.join(" ");
        // The old URL beside the new one, so that a row can be found again.
        let input = redact::url(record.old, self.secrets);
        let own: [&[u8]; CSV_COLUMNS.len()] = [
            record.source.as_bytes(),
            line.as_bytes(),
            record.status.name().as_bytes(),
            record.verdict.name().as_bytes(),
            record.url.unwrap_or_default(),
            rules.as_bytes(),
            record.judgement.signature.name().as_bytes(),
            input.as_bytes(),
        ];
        let carried = (0..self.columns.len())
            .map(|column| Cow::Owned(cells.remove(&column).unwrap_or_default()));
        let other = self.other.then(|| {
            Cow::Owned(if other.is_empty() {
                Vec::new()
            } else {
                Value::from(other).to_string().into()
            })
        });
        Self::write(own.into_iter().map(Cow::Borrowed).chain(carried).chain(other), out);
    }
}

/// A JSON value as a cell: a string without its quotes, anything else as it stands.
fn plain(json: &RawValue) -> Vec<u8> {
    match serde_json::from_str(json.get()) {
        Ok(Value::String(text)) => text.into_bytes(),
        Ok(Value::Null) => Vec::new(),
        _ => json.get().as_bytes().to_vec(),
    }
}

/// Counts what a summary tells.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Rows by what became of them.
    pub converted: u64,
    /// Rows that are no legacy signed URL.
    pub unchanged: u64,
    /// Rows without a new URL.
    pub failed: u64,
    /// Converted without a loss.
    pub lossless: u64,
    /// Converted with one.
    pub lossy: u64,
    /// Legacy signatures that verified.
    pub verified: u64,
    /// Rows that were converted though nothing proved them, because that was asked for.
    pub trusted: u64,
    /// Rows that failed since their signature does not fit.
    pub mismatched: u64,
    /// Those of them whose signature fits, with a claim appended.
    pub appended: u64,
    /// Rows that failed since their signature could not be verified, or is missing.
    pub unverified: u64,
    /// Converted rows whose token has no account type.
    pub without_account_type: u64,
    /// Converted rows whose token is expired already.
    pub expired: u64,
    /// How often a parameter was lost, and whether that widens access.
    pub lost: BTreeMap<&'static str, (u64, bool)>,
    /// How often a restriction stays in the URL, where the embed's user can remove it.
    pub exposed: BTreeMap<&'static str, u64>,
    /// How often a rule stopped a row.
    pub stopped_by: BTreeMap<&'static str, u64>,
}

impl Counts {
    /// Counts one row.
    pub fn add(&mut self, record: &Record<'_>) {
        use crate::rule::{Lost, Outcome, Rule, Severity, Signature};
        let judgement = record.judgement;
        let has = |rule: &Rule| judgement.findings.iter().any(|finding| finding.rule == rule);
        let is_stopped_by = |rule: &Rule| {
            let stops = |f: &Finding| f.rule == rule && f.severity == Severity::Error;
            judgement.findings.iter().any(stops)
        };
        match record.status {
            Status::Converted => {
                self.converted += 1;
                self.trusted += u64::from(judgement.signature != Signature::Verified);
                self.without_account_type += u64::from(has(&MISSING_ACCOUNT_TYPE));
                self.expired += u64::from(has(&TOKEN_ALREADY_EXPIRED));
                match record.verdict {
                    Verdict::Lossy => self.lossy += 1,
                    _ => self.lossless += 1,
                }
                for arg in judgement.args {
                    match (arg.outcome, arg.outcome.lost()) {
                        (Outcome::Keep { removable: true }, _) => {
                            *self.exposed.entry(arg.row.name).or_default() += 1;
                        }
                        (_, Lost::Nothing) => {}
                        (_, lost) => {
                            let widens = lost == Lost::Restriction;
                            self.lost.entry(arg.row.name).or_insert((0, widens)).0 += 1;
                        }
                    }
                }
            }
            Status::Unchanged => self.unchanged += 1,
            Status::Failed => {
                self.failed += 1;
                self.mismatched += u64::from(is_stopped_by(&SIGNATURE_MISMATCH));
                let appended = |f: &Finding| {
                    let about = f.parameter.and_then(|index| judgement.args.get(index));
                    f.rule == &SIGNATURE_MISMATCH
                        && about.is_some_and(|arg| arg.row.id != Id::Signature)
                };
                self.appended += u64::from(judgement.findings.iter().any(appended));
                self.unverified += u64::from(is_stopped_by(&UNVERIFIED_SIGNATURE));
                let errors =
                    judgement.findings.iter().filter(|finding| finding.severity == Severity::Error);
                let rules: std::collections::BTreeSet<_> =
                    errors.map(|finding| finding.rule.id).collect();
                for rule in rules {
                    *self.stopped_by.entry(rule).or_default() += 1;
                }
            }
        }
        if judgement.kind == Kind::LegacySigned && judgement.signature == Signature::Verified {
            self.verified += 1;
        }
    }

    /// Adds what another thread counted.
    pub fn merge(&mut self, other: Self) {
        self.converted += other.converted;
        self.unchanged += other.unchanged;
        self.failed += other.failed;
        self.lossless += other.lossless;
        self.lossy += other.lossy;
        self.verified += other.verified;
        self.trusted += other.trusted;
        self.mismatched += other.mismatched;
        self.appended += other.appended;
        self.unverified += other.unverified;
        self.without_account_type += other.without_account_type;
        self.expired += other.expired;
        for (name, (count, widens)) in other.lost {
            self.lost.entry(name).or_insert((0, widens)).0 += count;
        }
        for (name, count) in other.exposed {
            *self.exposed.entry(name).or_default() += count;
        }
        for (rule, count) in other.stopped_by {
            *self.stopped_by.entry(rule).or_default() += count;
        }
    }

    /// How many rows there were.
    pub fn rows(&self) -> u64 {
        self.converted + self.unchanged + self.failed
    }
}
