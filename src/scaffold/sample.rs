//! What the code is written from: old URLs, with placeholders where the old code filled something in.

use serde::Deserialize;

use crate::rule::{Kind, Template};

/// An old URL as it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// The file, as the run named it.
    pub file: String,
    /// The line, counted from 1.
    pub line: u64,
    /// The URL, its placeholders, and the variables beside it.
    pub template: Template,
    /// Whether it is a row of a list: what it says of the user is that user's, and no constant of any code.
    pub is_row: bool,
}

/// Why a report cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BadReport {
    /// It is no JSON.
    #[error("it is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It is JSON of something else.
    #[error("it holds neither `findings` of `check` nor `urls` of `audit`")]
    Other,
}

/// One JSON value of a report: a whole document, or one line of ndjson.
#[derive(Deserialize)]
struct Document {
    findings: Option<Vec<serde_json::Value>>,
    urls: Option<Vec<serde_json::Value>>,
}

/// A finding of `check`, or a URL of `audit`.
#[derive(Deserialize)]
struct Item {
    path: Option<String>,
    source: Option<String>,
    line: u64,
    template: Option<Written>,
    url: Option<String>,
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Written {
    url: String,
    client_id_variable: Option<String>,
    secret_variable: Option<String>,
}

/// The old URLs in a report of `check` or `audit`, as one JSON document or as ndjson.
pub fn of_report(text: &str) -> Result<Vec<Sample>, BadReport> {
    let mut samples = Vec::new();
    let mut known = false;
    for value in serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>() {
        let value = value?;
        // A URL of `audit` has findings of its own.
        let items = if value.get("url").is_some() || value.get("rule").is_some() {
            vec![value]
        } else {
            let document = Document::deserialize(value)?;
            document.findings.or(document.urls).ok_or(BadReport::Other)?
        };
        known = true;
        for item in items {
            samples.extend(sample(Item::deserialize(item)?));
        }
    }
    if known { Ok(samples) } else { Err(BadReport::Other) }
}

fn sample(item: Item) -> Option<Sample> {
    let Item { path, source, line, template, url, kind } = item;
    let legacy = [Kind::LegacySigned, Kind::LegacyEmbed].map(Kind::name);
    let (template, is_row) = match (template, url) {
        (Some(Written { url, client_id_variable, secret_variable }), _) => {
            (Template { url, client_id_variable, secret_variable }, false)
        }
        (None, Some(url)) if kind.is_some_and(|kind| legacy.contains(&kind.as_str())) => {
            (Template { url, ..Template::default() }, true)
        }
        _ => return None,
    };
    Some(Sample { file: path.or(source).unwrap_or_default(), line, template, is_row })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_reports_are_read_as_documents_and_as_lines() {
        let finding = r#"{"rule":"legacy-url-builder","path":"a.js","line":3,"kind":null,
            "template":{"url":"https://x/embed/{}?:email={}","client_id_variable":"ID","secret_variable":null}}"#;
        let url = r#"{"source":"l.txt","line":1,"url":"https://x/embed/1?:email=a","kind":"legacy-signed","findings":[]}"#;
        let other = r#"{"source":"l.txt","line":2,"url":"https://x","kind":"other","findings":[]}"#;
        let lines = of_report(&format!("{finding}\n{url}\n{other}\n")).unwrap();
        let places: Vec<_> = lines.iter().map(|s| (&*s.file, s.line, s.is_row)).collect();
        assert_eq!(places, [("a.js", 3, false), ("l.txt", 1, true)]);
        assert_eq!(lines[0].template.client_id_variable.as_deref(), Some("ID"));
        let check = of_report(&format!(r#"{{"schema":1,"findings":[{finding}]}}"#)).unwrap();
        let audit = of_report(&format!(r#"{{"schema":1,"urls":[{url},{other}]}}"#)).unwrap();
        assert_eq!([check, audit].concat(), lines);
    }

    #[test]
    fn anything_else_is_no_report() {
        for text in ["", "{}", "[1]", "{\"findings\":3}", "no json", "{\"findings\":[{}]}"] {
            assert!(of_report(text).is_err(), "{text}");
        }
    }
}
