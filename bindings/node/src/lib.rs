//! The library for JavaScript: options, secrets and URLs in, the exact lines of schema 1 out.
//!
//! Thin on purpose: every decision is the library's, and what is comfortable is written in js/api.js.

mod options;

use std::mem::take;

use embed2jwt::report::convert::{Format, Ndjson};
use embed2jwt::report::docs::rule_text;
use embed2jwt::report::redact::Secrets;
use embed2jwt::rules::{RULES, find};
use embed2jwt::{Memory, Row, Secret};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(buffer: &mut [u8]) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn milliseconds() -> f64;
}

/// The embed secrets, which never pass through text that is not wiped.
#[wasm_bindgen]
#[derive(Default)]
pub struct Keys(embed2jwt::Keys);

#[wasm_bindgen]
impl Keys {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// One secret, whatever the client id. `false` if there is nothing in it.
    pub fn one(&mut self, secret: Vec<u8>) -> bool {
        let secret = Secret::new(secret);
        let is_secret = secret.is_some();
        self.0 = secret.map_or(embed2jwt::Keys::None, embed2jwt::Keys::One);
        is_secret
    }

    /// The secret of a client id. `false` if there is nothing in it.
    pub fn add(&mut self, client_id: String, secret: Vec<u8>) -> bool {
        let mut all = match take(&mut self.0) {
            embed2jwt::Keys::ByClient(all) => all,
            _ => Vec::new(),
        };
        let secret = Secret::new(secret);
        let is_secret = secret.is_some();
        all.extend(secret.map(|secret| (client_id, secret)));
        self.0 = embed2jwt::Keys::ByClient(all);
        is_secret
    }
}

/// The longest URL that is read, in bytes, as of a row of the command's input.
const LONGEST_ROW: usize = 1024 * 1024;

/// A row that is not a line of the text: its number, and its URL with a line end in it, or why there is no URL. A URL that is
/// too long has neither.
#[derive(Deserialize)]
struct Odd(usize, Option<String>, Option<String>);

/// The rows of a batch: lines of a text, but for those that are odd. `count` tells no row from one that is empty.
fn rows<'a>(text: &'a str, count: usize, odd: &'a [Odd]) -> Vec<Row<'a>> {
    let row = |url: &'a str| if url.len() > LONGEST_ROW { too_long() } else { url.into() };
    let mut rows: Vec<Row<'_>> = text.split('\n').map(row).take(count).collect();
    for Odd(number, url, problem) in odd {
        if let Some(slot) = rows.get_mut(*number) {
            *slot = match (url, problem) {
                (Some(url), _) => row(url),
                (None, Some(problem)) => Row::Problem(problem.clone()),
                (None, None) => too_long(),
            };
        }
    }
    rows
}

fn too_long() -> Row<'static> {
    Row::Problem(format!(
        "the row is longer than {LONGEST_ROW} bytes and was passed over: is it a list of URLs, one a row?"
    ))
}

/// What is made of the rows of a batch.
fn of_rows<T>(
    text: &str,
    count: usize,
    odd: Option<String>,
    make: impl FnOnce(&[Row<'_>]) -> T,
) -> Result<T, String> {
    let odd: Vec<Odd> =
        odd.map_or(Ok(Vec::new()), |odd| serde_json::from_str(&odd).map_err(text_of))?;
    Ok(make(&rows(text, count, &odd)))
}

fn text_of(error: impl ToString) -> String {
    error.to_string()
}

/// The text of a URL. It came as text, so it is whole.
fn owned(url: &[u8]) -> String {
    str::from_utf8(url).map_or_else(|_| String::from_utf8_lossy(url).into_owned(), str::to_owned)
}

fn join<'a>(lines: impl ExactSizeIterator<Item = &'a str>) -> String {
    let mut all = String::new();
    for line in lines {
        if !all.is_empty() {
            all.push('\n');
        }
        all.push_str(line);
    }
    all
}

#[wasm_bindgen]
pub struct Auditor {
    auditor: embed2jwt::Auditor,
    memory: Memory,
}

#[wasm_bindgen]
impl Auditor {
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, keys: Keys) -> Result<Self, String> {
        let settings = options::settings(options, keys.0)?;
        let auditor = embed2jwt::Auditor::new(settings).map_err(text_of)?;
        Ok(Self { auditor, memory: Memory::default() })
    }

    pub fn audit(
        &mut self,
        text: &str,
        count: usize,
        odd: Option<String>,
    ) -> Result<String, String> {
        of_rows(text, count, odd, |rows| {
            join(
                self.auditor.audit_all(&mut self.memory, rows).iter().map(embed2jwt::Audited::json),
            )
        })
    }

    pub fn inspect(
        &mut self,
        text: &str,
        count: usize,
        odd: Option<String>,
    ) -> Result<String, String> {
        of_rows(text, count, odd, |rows| {
            join(
                self.auditor
                    .inspect_all(&mut self.memory, rows)
                    .iter()
                    .map(embed2jwt::Audited::json),
            )
        })
    }
}

#[wasm_bindgen]
pub struct Converter {
    converter: embed2jwt::Converter,
    memory: Memory,
    secrets: Secrets,
}

#[wasm_bindgen]
impl Converter {
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, keys: Keys) -> Result<Self, String> {
        let settings = options::settings(options, keys.0)?;
        let secrets = if settings.show_secrets { Secrets::Shown } else { Secrets::Hidden };
        let converter = embed2jwt::Converter::new(settings).map_err(text_of)?;
        Ok(Self { converter, memory: Memory::default(), secrets })
    }

    pub fn convert(
        &mut self,
        text: &str,
        count: usize,
        odd: Option<String>,
    ) -> Result<String, String> {
        let ndjson = Ndjson { secrets: self.secrets };
        let made = of_rows(text, count, odd, |rows| {
            self.converter.each(&mut self.memory, rows, |record| {
                let mut line = Vec::new();
                ndjson.row(record, &mut line);
                line
            })
        })?;
        let mut all = made.map_err(text_of)?.concat();
        all.pop();
        String::from_utf8(all).map_err(text_of)
    }

    /// The new URLs alone, as JSON: `null` for each that could not be converted.
    pub fn urls(
        &mut self,
        text: &str,
        count: usize,
        odd: Option<String>,
    ) -> Result<String, String> {
        let all = of_rows(text, count, odd, |rows| {
            self.converter.each(&mut self.memory, rows, |record| record.url.map(owned))
        })?;
        serde_json::to_string(&all.map_err(text_of)?).map_err(text_of)
    }
}

#[wasm_bindgen]
pub struct Scanner(embed2jwt::Scanner);

#[wasm_bindgen]
impl Scanner {
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, keys: Keys) -> Result<Self, String> {
        let settings = options::settings(options, keys.0)?;
        embed2jwt::Scanner::new(settings).map(Self).map_err(text_of)
    }

    pub fn scan(&mut self, path: &str, bytes: &[u8]) -> String {
        join(self.0.scan(path, bytes).json())
    }

    pub fn fix(&self, path: &str, bytes: &[u8], unsafe_too: bool) -> Option<Vec<u8>> {
        self.0.fix(path, bytes, unsafe_too)
    }
}

/// What `embed2jwt explain` prints of a rule, if there is one of this name.
#[wasm_bindgen]
pub fn explain(rule: &str) -> Option<String> {
    find(rule).map(rule_text)
}

/// The ids of all rules, a line each.
#[wasm_bindgen]
pub fn rules() -> String {
    join(RULES.iter().map(|rule| rule.id))
}
