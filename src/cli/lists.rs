//! What the commands that read lists have in common: opening them, the map, rows as the reports see them.

use std::borrow::Cow;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use super::args::{Common, Report, Rows, SecretArgs};
use super::error::CliError;
use super::{output, secret};
use crate::input::{self, CarriedValue, Row, Source};
use crate::map::EmbedMap;
use crate::policy::Config;
use crate::report::{Cell, Origin, redact};

/// The map of all files together: those of the flags, or else of the configuration.
pub(super) fn load_map(files: &[PathBuf], config: &Config) -> Result<EmbedMap, CliError> {
    let files = if files.is_empty() { &config.map.files } else { files };
    let mut map = EmbedMap::default();
    for file in files {
        map.load(file)?;
    }
    Ok(map)
}

/// Refuses to write onto a file that is read: a list, a map, a secret, the configuration. Before any of them is.
pub(super) fn keep_inputs<'a, F>(
    common: &'a Common,
    reports: &'a [Report<F>],
    lists: &'a [PathBuf],
    map: &'a [PathBuf],
    secret: Option<&'a SecretArgs>,
    config: &'a Config,
) -> Result<(), CliError> {
    let map = if map.is_empty() { &config.map.files } else { map };
    let secrets: Vec<_> = secret.iter().flat_map(|args| secret::files(args, config)).collect();
    let named = secret.and_then(|args| args.credentials.as_ref()).into_iter();
    let named = named.chain(&config.convert.credentials).chain(&config.file);
    let inputs = lists.iter().chain(map).chain(&secrets).chain(named).map(PathBuf::as_path);
    let inputs: Vec<_> = inputs.collect();
    let outputs = common.file.iter().chain(reports.iter().map(|report| &report.file));
    output::keep_inputs(outputs.map(PathBuf::as_path), &inputs)
}

/// Refuses a URL where the name of a file belongs. What is named so and is there is a file.
pub(super) fn no_url(files: &[PathBuf]) -> Result<(), CliError> {
    let is_url = |file: &&PathBuf| {
        let name = file.to_string_lossy().to_ascii_lowercase();
        let begins = ["https://", "http://", "app.sigmacomputing.com/"];
        begins.iter().any(|start| name.starts_with(start)) && !file.exists()
    };
    if files.iter().any(|file| is_url(&file)) { Err(CliError::UrlForFile) } else { Ok(()) }
}

/// Opens all lists before the first is read: a name that is wrong is told before anything is written.
pub(super) fn open(files: &[PathBuf], rows: &Rows) -> Result<Vec<Source>, CliError> {
    let options = input::Options {
        format: rows.format.map(Into::into),
        field: rows.field.clone(),
        delimiter: rows.delimiter,
    };
    let stdin = || -> Result<Source, CliError> {
        if io::stdin().is_terminal() {
            return Err(CliError::NoInput {
                reason: "no FILE is named, and standard input is a terminal",
            });
        }
        Ok(Source::from_reader("<stdin>", Box::new(io::stdin()), &options)?)
    };
    let is_stdin = |file: &Path| file.as_os_str() == "-";
    if files.iter().filter(|file| is_stdin(file)).count() > 1 {
        return Err(CliError::StdinTwice);
    }
    if files.is_empty() {
        return Ok(vec![stdin()?]);
    }
    no_url(files)?;
    let open = |file: &PathBuf| {
        let source = if is_stdin(file) { stdin() } else { Ok(Source::open(file, &options)?) }?;
        if source.looks_like_table() {
            let name = redact::line(source.name());
            output::remark(&format!(
                "{name} is read as one URL a line, and looks like a table: `--input-format csv` reads it as one"
            ));
        }
        Ok(source)
    };
    files.iter().map(open).collect()
}

/// As many as are asked for, or one for each processor.
pub(super) fn threads(asked: Option<u16>) -> usize {
    match asked {
        Some(threads) => threads.into(),
        None => available_parallelism().map_or(1, std::num::NonZero::get),
    }
}

/// A row as the reports see it.
pub(super) struct RowOrigin<'a>(pub(super) &'a Row<'a>);

impl Origin for RowOrigin<'_> {
    fn column(&self, offset: u32) -> u64 {
        self.0.column(offset as usize)
    }

    fn carried(&self, each: &mut dyn FnMut(&str, Cell<'_>)) {
        for (name, value) in self.0.carried() {
            match value {
                CarriedValue::Text(Cow::Borrowed(text)) => each(&name, Cell::Text(text)),
                CarriedValue::Text(Cow::Owned(text)) => each(&name, Cell::Text(&text)),
                CarriedValue::Json(json) => each(&name, Cell::Json(json)),
            }
        }
    }
}
