//! Keyword arguments, named as the flags of the command, become the settings of the library.

use std::path::PathBuf;

use embed2jwt::convert::{IssuedAt, TokenId};
use embed2jwt::dialect::claims::MAX_LIFETIME;
use embed2jwt::dialect::oauth::Encrypt;
use embed2jwt::map::{EmbedMap, Format, MapError};
use embed2jwt::policy::Level;
use embed2jwt::rule::{Severity, UserKind};
use embed2jwt::{Keys, Settings};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};

use crate::error::{refused, shown};

/// An embed secret. It cannot be printed, pickled or read back.
#[pyclass(frozen, module = "embed2jwt")]
#[derive(Clone)]
pub(crate) struct Secret(pub(crate) embed2jwt::Secret);

#[pymethods]
impl Secret {
    #[new]
    fn new(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let bytes = match value.cast::<PyBytes>() {
            Ok(bytes) => bytes.as_bytes().to_vec(),
            Err(_) => match value.cast::<PyString>() {
                Ok(text) => {
                    text.to_str().map_err(|_| refused("the secret is not text in UTF-8"))?.into()
                }
                // Not what it is: it may hold the secret.
                Err(_) => return Err(PyTypeError::new_err("a secret is str, bytes or Secret")),
            },
        };
        embed2jwt::Secret::new(bytes).map(Self).ok_or_else(|| refused("the secret is empty"))
    }

    /// The secret in a file, without the line end that editors add.
    #[staticmethod]
    fn from_file(path: PathBuf) -> PyResult<Self> {
        // Not the path: somebody may have given the secret itself.
        let bytes = std::fs::read(&path).map_err(|problem| {
            refused(format!("cannot read the secret file: {}", problem.kind()))
        })?;
        let secret = embed2jwt::Secret::from_file_content(&bytes);
        secret.map(Self).ok_or_else(|| refused("the secret file is empty"))
    }

    #[allow(clippy::unused_self, reason = "Python calls it on an object")]
    fn __repr__(&self) -> &'static str {
        "Secret(***)"
    }

    #[allow(clippy::unused_self, reason = "Python calls it on an object")]
    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("a secret cannot be pickled or copied: pass the path of a file"))
    }
}

/// A secret as an argument.
fn secret(value: &Bound<'_, PyAny>) -> PyResult<embed2jwt::Secret> {
    match value.cast::<Secret>() {
        Ok(secret) => Ok(secret.get().0.clone()),
        Err(_) => Ok(Secret::new(value)?.0),
    }
}

/// The settings of these keyword arguments. `None` is as good as not given.
pub(crate) fn settings(options: Option<&Bound<'_, PyDict>>) -> PyResult<Settings> {
    let mut settings = Settings::default();
    settings.threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let Some(options) = options else { return Ok(settings) };
    let mut levels = Vec::new();
    for (name, value) in options.iter() {
        let name: String = name.extract()?;
        if !value.is_none() {
            option(&mut settings, &mut levels, &name, &value)
                .map_err(|error| named(&name, &value, error))?;
        }
    }
    // What is said of one rule holds against what is said of all, in whatever order it is said.
    levels.sort_by_key(|(rule, _)| rule != "all");
    for (number, (rule, level)) in levels.iter().enumerate() {
        if levels.iter().take(number).any(|(other, _)| other == rule) {
            return Err(refused(format!("the rule `{}` is given two severities", shown(rule))));
        }
        settings.levels.set(rule, *level).map_err(|error| {
            refused(format!(
                "{}: {}",
                embed2jwt::report::redact::line(&error.to_string()),
                error.advice()
            ))
        })?;
    }
    Ok(settings)
}

/// A value of another type, with the name of its option.
fn named(name: &str, value: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    if !error.is_instance_of::<PyTypeError>(value.py()) {
        return error;
    }
    let kind = value.get_type().name().map(|name| name.to_string()).unwrap_or_default();
    if matches!(name, "secret" | "credentials") {
        return PyTypeError::new_err(format!(
            "`{name}` is {kind}: a secret is str, bytes or Secret"
        ));
    }
    let reason = error.value(value.py());
    PyTypeError::new_err(format!("`{name}` is {kind}: {reason}"))
}

fn option(
    settings: &mut Settings,
    levels: &mut Vec<(String, Level)>,
    name: &str,
    value: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let token = &mut settings.token;
    match name {
        "map" => map(&mut settings.map, value)?,
        "org" => settings.org = Some(value.extract()?),
        "workbook" => settings.workbook = Some(value.extract()?),
        "secret" | "secret_file" | "credentials" => {
            if !matches!(settings.keys, Keys::None) {
                return Err(refused("give one of `secret`, `secret_file` and `credentials`"));
            }
            settings.keys = match name {
                "secret" => Keys::One(secret(value)?),
                "secret_file" => Keys::One(Secret::from_file(value.extract()?)?.0),
                _ => {
                    let each = value.cast::<PyDict>()?.iter();
                    let pair =
                        |(id, value): (Bound<'_, PyAny>, _)| Ok((id.extract()?, secret(&value)?));
                    Keys::ByClient(each.map(pair).collect::<PyResult<_>>()?)
                }
            };
        }
        "hosts" => settings.hosts = texts(value)?,
        "allow" => {
            for pattern in texts(value)? {
                settings
                    .allow
                    .add(None, &pattern)
                    .map_err(|error| refused(format!("`allow`: {error}")))?;
            }
        }
        "error" => levels.extend(rules(value, Level::At(Severity::Error))?),
        "warn" => levels.extend(rules(value, Level::At(Severity::Warning))?),
        "info" => levels.extend(rules(value, Level::At(Severity::Info))?),
        "off" => levels.extend(rules(value, Level::Off)?),
        "now" => settings.now = Some(value.extract()?),
        "jti" => {
            token.token_id = choice(
                name,
                value,
                &[
                    ("fresh", TokenId::Fresh),
                    ("nonce", TokenId::Nonce),
                    ("derived", TokenId::Derived),
                ],
            )?;
        }
        "ttl" => token.lifetime = Some(number(name, value, MAX_LIFETIME)?),
        "issued_at" => {
            token.issued_at =
                choice(name, value, &[("now", IssuedAt::Now), ("url", IssuedAt::Url)])?;
        }
        "jwt_version" => token.version_1_1 = choice(name, value, &[("1.0", false), ("1.1", true)])?,
        "user" => {
            token.user = choice(
                name,
                value,
                &[("embed", UserKind::Embed), ("internal", UserKind::Internal)],
            )?;
        }
        "client_id" => token.client_id = Some(filled(name, value)?),
        "account_type" => token.account_type = Some(filled(name, value)?),
        "trust_input" => token.trust_input = value.extract()?,
        "encrypt_oauth_token" => {
            token.encrypt_oauth_token =
                choice(name, value, &[("plain", Encrypt::Plain), ("all", Encrypt::All)])?;
        }
        "keep_unknown" => settings.keep_unknown = value.extract()?,
        "preserve_defaults" => settings.preserve_defaults = value.extract()?,
        "explain_conversion" => settings.explain = value.extract()?,
        "show_secrets" => settings.show_secrets = value.extract()?,
        "source" => settings.source = value.extract()?,
        "threads" => {
            let threads = number(name, value, 256)?;
            settings.threads = usize::try_from(threads).unwrap_or(1);
        }
        _ => {
            return Err(PyTypeError::new_err(format!(
                "there is no option `{}`: they are named as the flags of the command",
                shown(name)
            )));
        }
    }
    Ok(())
}

/// One of these names.
fn choice<T: Copy>(option: &str, value: &Bound<'_, PyAny>, choices: &[(&str, T)]) -> PyResult<T> {
    let given: String = value.extract()?;
    let found = choices.iter().find(|(name, _)| *name == given);
    found.map(|(_, choice)| *choice).ok_or_else(|| {
        let names: Vec<_> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
        refused(format!("`{option}` is {}, not `{}`", names.join(" or "), shown(&given)))
    })
}

/// A number from 1.
fn number(option: &str, value: &Bound<'_, PyAny>, most: u64) -> PyResult<u64> {
    let number: i128 = value.extract()?;
    let fits = u64::try_from(number).ok().filter(|number| (1..=most).contains(number));
    fits.ok_or_else(|| refused(format!("`{option}` is a number from 1 to {most}, not {number}")))
}

/// A text that is not empty.
fn filled(option: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    let text: String = value.extract()?;
    if text.is_empty() { Err(refused(format!("`{option}` is empty"))) } else { Ok(text) }
}

/// One text, or several.
fn texts(value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    match value.cast::<PyString>() {
        Ok(text) => Ok(vec![text.extract()?]),
        Err(_) => value.try_iter()?.map(|text| text?.extract()).collect(),
    }
}

fn rules(value: &Bound<'_, PyAny>, level: Level) -> PyResult<Vec<(String, Level)>> {
    Ok(texts(value)?.into_iter().map(|rule| (rule, level)).collect())
}

/// A map: the path of a file, its content, its rows as dicts, or a list of paths and contents.
fn map(map: &mut EmbedMap, value: &Bound<'_, PyAny>) -> PyResult<()> {
    let wrong = |error: MapError| refused(format!("{error}: {}", error.advice()));
    if let Ok(bytes) = value.cast::<PyBytes>() {
        let bytes = bytes.as_bytes();
        return map.parse("map", bytes, Format::of_content(bytes)).map_err(wrong);
    }
    if let Ok(list) = value.cast::<PyList>() {
        if !list.is_empty() && list.iter().any(|row| row.is_instance_of::<PyDict>()) {
            let json = value.py().import("json")?.call_method1("dumps", (value,))?;
            return map
                .parse("map", json.extract::<String>()?.as_bytes(), Format::Json)
                .map_err(wrong);
        }
        return list.iter().try_for_each(|one| self::map(map, &one));
    }
    map.load(&value.extract::<PathBuf>()?).map_err(wrong)
}
