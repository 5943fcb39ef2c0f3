//! Tables of a configuration: values are taken out by name and type, and what is left over is an error.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::nearest;
use super::error::ConfigError;
use super::source::{Show, Source, is_secretive};

/// Said of every secret in a configuration.
const NO_SECRET: &str = "give the secret in one of three ways, never in a configuration:\n  \
    --secret-file FILE    a file that holds the secret\n  \
    --credentials FILE    a TOML file: client id = secret file or variable (`credentials` in [convert])\n  \
    SIGMA_EMBED_SECRET    the environment variable";

/// A key with its value.
pub(super) struct Field<'a> {
    pub(super) key: Cow<'a, str>,
    pub(super) span: Range<usize>,
    pub(super) value: Spanned<DeValue<'a>>,
}

/// A table whose keys are known beforehand.
pub(super) struct Table<'s, 'a> {
    source: &'s Source<'a>,
    /// Its name; that of the document is empty.
    name: String,
    fields: Vec<Field<'a>>,
    /// The names that were asked for: those that there are.
    known: Vec<&'static str>,
}

/// The fields of a table from its first line to its last: the parser sorts by name.
fn fields(table: DeTable<'_>) -> Vec<Field<'_>> {
    let mut fields: Vec<_> = table
        .into_iter()
        .map(|(key, value)| Field { span: key.span(), key: key.into_inner(), value })
        .collect();
    fields.sort_by_key(|field| field.span.start);
    fields
}

impl<'s, 'a> Table<'s, 'a> {
    pub(super) fn new(
        source: &'s Source<'a>,
        name: impl Into<String>,
        table: DeTable<'a>,
    ) -> Result<Self, ConfigError> {
        let table = Self { source, name: name.into(), fields: fields(table), known: Vec::new() };
        match table.fields.iter().find(|field| is_secretive(&field.key)) {
            Some(field) => Err(no_secret(source, field)),
            None => Ok(table),
        }
    }

    /// Takes a value out, if it is there.
    pub(super) fn take<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&Item<'s, 'a>) -> Result<T, ConfigError>,
    ) -> Result<Option<T>, ConfigError> {
        self.known.push(name);
        let Some(at) = self.fields.iter().position(|field| field.key == name) else {
            return Ok(None);
        };
        let field = self.fields.remove(at);
        read(&Item { source: self.source, key: Cow::Borrowed(name), value: field.value }).map(Some)
    }

    /// Takes a table out and reads it to its last key.
    pub(super) fn section<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Table<'s, 'a>) -> Result<T, ConfigError>,
    ) -> Result<Option<T>, ConfigError> {
        let source = self.source;
        let Some(table) = self.take(name, Item::table)? else { return Ok(None) };
        let mut table = Table::new(source, name, table)?;
        let value = read(&mut table)?;
        table.finish()?;
        Ok(Some(value))
    }

    /// Takes out a table whose keys are names of something else.
    pub(super) fn entries(
        &mut self,
        name: &'static str,
    ) -> Result<Vec<(Item<'s, 'a>, Range<usize>)>, ConfigError> {
        let source = self.source;
        let table = self.take(name, Item::table)?.unwrap_or_default();
        let item =
            |field: Field<'a>| (Item { source, key: field.key, value: field.value }, field.span);
        Ok(fields(table).into_iter().map(item).collect())
    }

    /// Nothing may be left.
    pub(super) fn finish(self) -> Result<(), ConfigError> {
        let Some(field) = self.fields.first() else { return Ok(()) };
        let (what, place) = match (self.name.as_str(), field.value.get_ref()) {
            ("", DeValue::Table(_)) => ("table", String::new()),
            ("", _) => ("key", " outside the tables".to_owned()),
            (name, _) => ("key", format!(" in [{name}]")),
        };
        let help = match nearest(&field.key, self.known.iter().copied()) {
            Some(near) if self.name.is_empty() => format!("did you mean `{}`?", headed(near)),
            Some(near) => format!("did you mean `{near}`?"),
            None if self.name.is_empty() => {
                let names: Vec<_> = self.known.iter().map(|name| headed(name)).collect();
                format!("the keys and tables are {}", names.join(", "))
            }
            None => format!("the keys of [{}] are {}", self.name, self.known.join(", ")),
        };
        let problem = format!("unknown {what} `{}`{place}", shown(&field.key));
        Err(self.source.wrong(
            field.span.clone(),
            Show::Marked,
            problem,
            format!("no such {what}"),
            help,
        ))
    }
}

/// Keys of the document that are no tables.
const TOP: [&str; 2] = ["hosts", "allow"];

/// A name of the document as its header or key is written.
fn headed(name: &str) -> String {
    if TOP.contains(&name) { name.to_owned() } else { format!("[{name}]") }
}

/// The refusal of a secret.
fn no_secret(source: &Source<'_>, field: &Field<'_>) -> ConfigError {
    let problem = format!("`{}`: a configuration file must not hold a secret", shown(&field.key));
    source.wrong(field.span.clone(), Show::Marked, problem, "must not be here", NO_SECRET)
}

/// A name from the file, of bounded length.
pub(super) fn shown(name: &str) -> String {
    let mut chars = name.chars();
    let text: String = chars.by_ref().take(64).collect();
    if chars.next().is_some() { text + "…" } else { text }
}

/// A value under its key.
pub(super) struct Item<'s, 'a> {
    pub(super) source: &'s Source<'a>,
    pub(super) key: Cow<'a, str>,
    pub(super) value: Spanned<DeValue<'a>>,
}

/// The kind of a value in words.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

impl<'a> Item<'_, 'a> {
    /// An error about the value.
    pub(super) fn wrong(
        &self,
        problem: &str,
        label: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) -> ConfigError {
        self.wrong_at(self.value.span(), problem, label, help)
    }

    /// The same without showing the value.
    pub(super) fn wrong_hidden(
        &self,
        problem: &str,
        label: &'static str,
        help: &'static str,
    ) -> ConfigError {
        let start = self.value.span().start;
        self.wrong_at(start..start, problem, label, help)
    }

    fn wrong_at(
        &self,
        span: Range<usize>,
        problem: &str,
        label: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) -> ConfigError {
        let problem = format!("`{}` {problem}", shown(&self.key));
        self.source.wrong(span, Show::Marked, problem, label, help)
    }

    fn wrong_type(&self, value: &Spanned<DeValue<'_>>, expected: &str) -> ConfigError {
        self.wrong_at(
            value.span(),
            &format!("accepts {expected}"),
            format!("this is {}", kind(value.get_ref())),
            format!("write {expected}"),
        )
    }

    /// A text that is not empty.
    pub(super) fn text(&self) -> Result<String, ConfigError> {
        self.text_of(&self.value, "a string in quotes")
    }

    fn text_of(&self, value: &Spanned<DeValue<'_>>, expected: &str) -> Result<String, ConfigError> {
        match value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => Err(self.wrong_at(
                value.span(),
                "is empty",
                "nothing in it",
                "write a value, or leave the key out",
            )),
            DeValue::String(text) if text.contains('\0') => Err(self.wrong_at(
                value.span(),
                "holds a NUL character",
                "not a valid string",
                "take it out",
            )),
            DeValue::String(text) => Ok(text.to_string()),
            _ => Err(self.wrong_type(value, expected)),
        }
    }

    /// A list of texts, each with its place.
    pub(super) fn texts(&self) -> Result<Vec<(String, Range<usize>)>, ConfigError> {
        let expected = "a list of strings: `[\"…\", \"…\"]`";
        match self.value.get_ref() {
            DeValue::Array(items) => {
                items.iter().map(|item| Ok((self.text_of(item, expected)?, item.span()))).collect()
            }
            _ => Err(self.wrong_type(&self.value, expected)),
        }
    }

    /// The items of a list of anything.
    pub(super) fn items(&self, expected: &str) -> Result<Vec<Self>, ConfigError> {
        let item = |value: &Spanned<DeValue<'a>>| Self {
            source: self.source,
            key: self.key.clone(),
            value: value.clone(),
        };
        match self.value.get_ref() {
            DeValue::Array(items) => Ok(items.iter().map(item).collect()),
            _ => Err(self.wrong_type(&self.value, expected)),
        }
    }

    /// The same without the places.
    pub(super) fn list(&self) -> Result<Vec<String>, ConfigError> {
        Ok(self.texts()?.into_iter().map(|(text, _)| text).collect())
    }

    /// A list of texts that are each fit for something.
    pub(super) fn list_of<T>(
        &self,
        fit: impl Fn(&str) -> Option<T>,
        problem: &str,
        help: &'static str,
    ) -> Result<Vec<T>, ConfigError> {
        let fits = |(text, span): (String, Range<usize>)| {
            fit(&text).ok_or_else(|| self.wrong_at(span, problem, "this one", help))
        };
        self.texts()?.into_iter().map(fits).collect()
    }

    pub(super) fn flag(&self) -> Result<bool, ConfigError> {
        match self.value.get_ref() {
            DeValue::Boolean(value) => Ok(*value),
            _ => Err(self.wrong_type(&self.value, "true or false")),
        }
    }

    /// A whole number between two others.
    pub(super) fn number(&self, least: u64, most: u64) -> Result<u64, ConfigError> {
        let DeValue::Integer(number) = self.value.get_ref() else {
            return Err(self.wrong_type(&self.value, "a whole number"));
        };
        u64::from_str_radix(number.as_str(), number.radix())
            .ok()
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| {
                let help = format!("write a whole number from {least} to {most}");
                self.wrong("is out of range", "too small or too large", help)
            })
    }

    /// One of the words that the key takes.
    pub(super) fn choice(&self, words: &[String]) -> Result<String, ConfigError> {
        let text = self.text_of(&self.value, "a string in quotes")?;
        if words.contains(&text) {
            return Ok(text);
        }
        Err(self.no_such("value", &text, words.iter().map(String::as_str)))
    }

    /// The error for a word that is none of these. It is not repeated: nobody knows what it is.
    pub(super) fn no_such<'w>(
        &self,
        what: &str,
        text: &str,
        words: impl Iterator<Item = &'w str> + Clone,
    ) -> ConfigError {
        let all: Vec<_> = words.clone().collect();
        let help = match nearest(text, words) {
            Some(near) => format!("did you mean `{near}`? The values are {}", all.join(", ")),
            None => format!("the values are {}", all.join(", ")),
        };
        self.wrong(&format!("has no such {what}"), format!("no such {what}"), help)
    }

    pub(super) fn table(&self) -> Result<DeTable<'a>, ConfigError> {
        match self.value.get_ref() {
            DeValue::Table(table) => Ok(table.clone()),
            _ => Err(self.wrong_type(&self.value, "a table")),
        }
    }

    /// The refusal of what is probably a secret.
    pub(super) fn no_secret(&self, key: Range<usize>) -> ConfigError {
        no_secret(
            self.source,
            &Field { key: self.key.clone(), span: key, value: self.value.clone() },
        )
    }
}
