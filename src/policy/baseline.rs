//! The baseline: findings that are known, by names that outlive edits, and how many of each there are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of the file's shape.
const SCHEMA: u64 = 1;

/// A baseline that cannot be read.
#[derive(Debug, thiserror::Error)]
#[cfg_attr(feature = "cli", derive(miette::Diagnostic))]
#[error("the baseline {file} cannot be read: {problem}")]
#[cfg_attr(feature = "cli", diagnostic(help("`embed2jwt check --write-baseline` writes one")))]
pub struct BaselineError {
    file: String,
    problem: String,
}

/// One line of the file.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rule: String,
    path: String,
    fingerprint: String,
    count: u64,
}

#[derive(Debug, Deserialize)]
struct Document {
    schema: u64,
    findings: Vec<Entry>,
}

/// Known findings of one file: how many there are of each rule and fingerprint.
type Known = BTreeMap<(String, String), u64>;

/// Known findings, by file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeMap<String, Known>);

/// What became of the known findings of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Which of the findings are known, in their order.
    pub known: Vec<bool>,
    /// How many of the known ones are not there any more.
    pub stale: u64,
}

impl Baseline {
    /// Reads a file's content; errors name it by `file`.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, BaselineError> {
        let wrong = |problem: String| BaselineError { file: file.to_owned(), problem };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let document: Document = serde_json::from_slice(bytes)
            .map_err(|error| wrong(format!("line {}: it is not a baseline", error.line())))?;
        if document.schema != SCHEMA {
            return Err(wrong(format!("its schema is {}, not {SCHEMA}", document.schema)));
        }
        let mut baseline = Self::default();
        for Entry { rule, path, fingerprint, count } in document.findings {
            baseline.add_many(&path, rule, fingerprint, count);
        }
        Ok(baseline)
    }

    /// Adds a finding.
    pub fn add(&mut self, path: &str, rule: &str, fingerprint: &str) {
        self.add_many(path, rule.to_owned(), fingerprint.to_owned(), 1);
    }

    fn add_many(&mut self, path: &str, rule: String, fingerprint: String, count: u64) {
        let known = match self.0.get_mut(path) {
            Some(known) => known,
            None => self.0.entry(path.to_owned()).or_default(),
        };
        let slot = known.entry((rule, fingerprint)).or_default();
        *slot = slot.saturating_add(count);
    }

    /// Takes over what another baseline knows of a file.
    pub fn keep(&mut self, path: &str, other: &Self) {
        if let Some(known) = other.0.get(path) {
            self.0.insert(path.to_owned(), known.clone());
        }
    }

    /// How many findings are known.
    pub fn count(&self) -> u64 {
        self.0.values().flat_map(Known::values).fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The files that findings are known of, with their number.
    pub fn files(&self) -> impl Iterator<Item = (&str, u64)> {
        let count = |known: &Known| known.values().fold(0, |sum: u64, n| sum.saturating_add(*n));
        self.0.iter().map(move |(path, known)| (path.as_str(), count(known)))
    }

    /// Whether findings of this file are known.
    pub fn knows(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// Compares the findings of a file, each by its rule and fingerprint. Of equal ones as many are known as were there.
    pub fn compare<'f>(
        &self,
        path: &str,
        findings: impl IntoIterator<Item = (&'f str, &'f str)>,
    ) -> Compared {
        let mut left = self.0.get(path).cloned().unwrap_or_default();
        let mut take = |(rule, fingerprint): (&str, &str)| {
            if left.is_empty() {
                return false;
            }
            match left.get_mut(&(rule.to_owned(), fingerprint.to_owned())) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    true
                }
                _ => false,
            }
        };
        let known = findings.into_iter().map(&mut take).collect();
        Compared { known, stale: left.values().fold(0, |sum, count| sum.saturating_add(*count)) }
    }

    /// The file's content: sorted, one finding a line, so that a change of it can be read.
    pub fn write(&self) -> Vec<u8> {
        let mut out = format!("{{\n  \"schema\": {SCHEMA},\n  \"findings\": [").into_bytes();
        let mut separator = "\n    ";
        for (path, known) in &self.0 {
            for ((rule, fingerprint), count) in known {
                out.extend_from_slice(separator.as_bytes());
                separator = ",\n    ";
                let entry = Entry {
                    rule: rule.clone(),
                    path: path.clone(),
                    fingerprint: fingerprint.clone(),
                    count: *count,
                };
                out.extend(serde_json::to_vec(&entry).unwrap_or_default());
            }
        }
        out.extend_from_slice(if self.0.is_empty() { b"]\n}\n" } else { b"\n  ]\n}\n" });
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline(findings: &[(&str, &str, &str)]) -> Baseline {
        let mut baseline = Baseline::default();
        for (path, rule, print) in findings {
            baseline.add(path, rule, print);
        }
        baseline
    }

    #[test]
    fn of_equal_findings_as_many_are_known_as_there_were() {
        let baseline =
            baseline(&[("a", "r", "1"), ("a", "r", "1"), ("a", "r", "2"), ("a", "r", "3")]);
        let compared =
            baseline.compare("a", [("r", "1"), ("r", "2"), ("r", "1"), ("r", "1"), ("s", "3")]);
        assert_eq!(compared.known, [true, true, true, false, false]);
        assert_eq!(compared.stale, 1);
    }

    #[test]
    fn a_finding_is_not_known_in_another_file() {
        let baseline = baseline(&[("a", "r", "1")]);
        assert_eq!(baseline.compare("b", [("r", "1")]), Compared { known: vec![false], stale: 0 });
        assert!(baseline.knows("a") && !baseline.knows("b"));
    }

    #[test]
    fn it_is_written_in_order_one_finding_a_line() {
        let written =
            baseline(&[("b", "r", "1"), ("a", "s", "2"), ("a", "r", "9"), ("b", "r", "1")]);
        let text = "{\n  \"schema\": 1,\n  \"findings\": [\n    \
            {\"rule\":\"r\",\"path\":\"a\",\"fingerprint\":\"9\",\"count\":1},\n    \
            {\"rule\":\"s\",\"path\":\"a\",\"fingerprint\":\"2\",\"count\":1},\n    \
            {\"rule\":\"r\",\"path\":\"b\",\"fingerprint\":\"1\",\"count\":2}\n  ]\n}\n";
        assert_eq!(String::from_utf8(written.write()).unwrap(), text);
        assert_eq!(Baseline::parse("x", text.as_bytes()).unwrap(), written);
        let none = Baseline::default();
        assert_eq!(Baseline::parse("x", &none.write()).unwrap(), none);
    }

    #[test]
    fn what_is_no_baseline_is_refused() {
        for (text, problem) in [
            ("", "line 1: it is not a baseline"),
            ("{\n\"schema\": 1}", "line 2: it is not a baseline"),
            ("{\"schema\": 2, \"findings\": []}", "its schema is 2, not 1"),
            ("{\"schema\": 1, \"findings\": [{\"rule\": 1}]}", "line 1: it is not a baseline"),
        ] {
            let error = Baseline::parse("b.json", text.as_bytes()).unwrap_err().to_string();
            assert_eq!(error, format!("the baseline b.json cannot be read: {problem}"));
        }
    }

    #[test]
    fn counts_beyond_all_numbers_are_the_largest() {
        let line = format!(r#"{{"rule":"r","path":"a","fingerprint":"1","count":{}}}"#, u64::MAX);
        let text = format!("{{\"schema\":1,\"findings\":[{line},{line}]}}");
        assert_eq!(Baseline::parse("x", text.as_bytes()).unwrap().count(), u64::MAX);
    }
}
