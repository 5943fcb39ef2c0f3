//! Files are scanned for legacy embeds and the code that builds them: `check`.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::file::{Fixing, Judge, Judged, add, prints, suggest};
use super::{MOST_FINDINGS, Settings, SettingsError, Setup};
use crate::convert::Targets;
use crate::judge::run::Run;
use crate::judge::{Judgement, Scratch};
use crate::policy::{Baseline, Ignores};
use crate::report::Report;
use crate::report::check::{FileRecord, Files};
use crate::report::json::Ndjson;
use crate::rule::{Context, Embeds, Text};
use crate::scan::{self, Bases, Examined, Needles};
use crate::text::Day;

/// Scans files, as `embed2jwt check` does.
///
/// ```
/// use embed2jwt::{Scanner, Settings};
///
/// let mut scanner = Scanner::new(Settings::default())?;
/// let source = br#"const url = `https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=${nonce}&:email=${email}&:signature=${signature}`;"#;
/// let scanned = scanner.scan("src/embed.js", source);
/// assert!(scanned.rules.contains(&"deprecated-signed-url"));
/// # Ok::<(), embed2jwt::SettingsError>(())
/// ```
#[derive(Debug)]
pub struct Scanner {
    setup: Setup,
    needles: Needles,
    /// What the URLs of all files say of one another.
    run: Run,
}

/// What was found in one file. It serialises to the array of the objects that `check --format ndjson` writes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Scanned {
    /// The ids of the rules that found something, in the order of the findings.
    pub rules: Vec<&'static str>,
    /// How many URLs of Sigma's the file holds.
    pub urls: u64,
    /// Whether the file holds so much that the rest of it was not looked at.
    pub cut: bool,
    findings: Vec<Box<RawValue>>,
}

impl Scanned {
    /// The objects that `check --format ndjson` writes.
    pub fn json(&self) -> impl ExactSizeIterator<Item = &str> {
        self.findings.iter().map(|finding| finding.get())
    }
}

impl Serialize for Scanned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.findings.serialize(serializer)
    }
}

impl Scanner {
    /// Looks the settings through.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let setup = Setup::new(settings)?;
        let context = Context { hosts: &setup.settings.hosts, ..Context::none() };
        let needles = Needles::new(&context, &[Ignores::NEEDLE]);
        Ok(Self { setup, needles, run: Run::default() })
    }

    /// Scans one file. `path` names it in results, and says what language it is in.
    pub fn scan(&mut self, path: &str, bytes: &[u8]) -> Scanned {
        let text = Text::new(bytes);
        let mut run = std::mem::take(&mut self.run);
        let mut judged = self.with(false, |judge, examine| {
            let mut examined = examine(&text);
            let said = prints(path, text.bytes(), &examined, &mut run);
            add(&mut examined, &said);
            judge.judge(path, text.bytes(), examined)
        });
        self.run = run;
        suggest(path, &mut judged.found, |_| {});
        self.scanned(path, &text, &judged)
    }

    /// The file with its fixes applied; with `all` the unsafe ones too. Nothing if there is nothing to fix.
    pub fn fix(&self, path: &str, bytes: &[u8], all: bool) -> Option<Vec<u8>> {
        let text = Text::new(bytes);
        self.with(true, |judge, examine| {
            let first = judge.judge(path, text.bytes(), examine(&text));
            let fixing = if all { Fixing::All } else { Fixing::Safe };
            let scratch = &mut Scratch::default();
            let rewritten =
                judge.fix(path, bytes, &first, fixing, scratch, |text, _| examine(text));
            rewritten.map(|rewritten| rewritten.bytes)
        })
    }

    fn with<T>(
        &self,
        fixing: bool,
        work: impl FnOnce(&Judge<'_>, &dyn Fn(&Text<'_>) -> Examined) -> T,
    ) -> T {
        let settings = &self.setup.settings;
        let targets = self.setup.targets();
        let has_map = !settings.map.is_empty() || self.setup.workbook.is_some();
        let context = Context {
            hosts: &settings.hosts,
            now: Some(self.setup.now()),
            embeds: (has_map || fixing).then_some(&targets as &dyn Embeds),
            converting: fixing,
            fixing,
            keep_unknown: settings.keep_unknown,
            preserve_defaults: settings.preserve_defaults,
            ..Context::none()
        };
        let options = scan::Options {
            context: &context,
            needles: &self.needles,
            bases: Some(&targets),
            most: MOST_FINDINGS,
        };
        let judge = Judge {
            allow: &settings.allow,
            levels: &settings.levels,
            ignores: Some(&Ignores::new(Day::of(self.setup.now()))),
            baseline: &Baseline::default(),
            learning: false,
        };
        work(&judge, &|text| scan::examine(text, &options, &mut Scratch::default()))
    }

    fn scanned(&self, path: &str, text: &Text<'_>, judged: &Judged) -> Scanned {
        let report = Ndjson { secrets: self.setup.shown(), inspector: None };
        let mut lines = Vec::new();
        let record = FileRecord::new(path, text, &judged.found);
        Report::<Files>::record(&report, &record, &mut lines);
        let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        Scanned {
            rules: judged.found.iter().map(|found| found.finding.rule.id).collect(),
            urls: judged.urls,
            cut: judged.cut,
            findings: lines.map(|line| raw(line.to_vec())).collect(),
        }
    }
}

impl Bases for Targets<'_> {
    fn base(&self, judgement: &Judgement<'_>) -> Option<Vec<u8>> {
        self.base(judgement)
    }

    fn unsigned(&self, judgement: &Judgement<'_>) -> Option<Vec<u8>> {
        self.unsigned(judgement)
    }
}

/// A line that the writer of JSON has written.
pub(super) fn raw(line: Vec<u8>) -> Box<RawValue> {
    let text = String::from_utf8(line).unwrap_or_default();
    let text = text.trim_end_matches('\n').to_owned();
    RawValue::from_string(text).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
