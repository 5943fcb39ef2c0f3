//! The columns of schema 1, read from the JSON that the reports write: a table and a line of JSON cannot differ.

use std::borrow::Cow;
use std::ops::Range;
use std::thread;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::columns::{Column, Flags, Lists, Numbers, Texts, TooLarge};
use crate::error::refused;
use crate::results::failure;
use crate::rows::{Held, Memory, Packed, held};

/// The object of one URL, as far as it becomes columns. It may lack what others have.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Line<'a> {
    line: u64,
    #[serde(borrow)]
    status: Option<Text<'a>>,
    #[serde(borrow)]
    signature: Option<Text<'a>>,
    #[serde(borrow)]
    verdict: Option<Text<'a>>,
    #[serde(borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    url: Option<Text<'a>>,
    #[serde(borrow)]
    input: Option<Text<'a>>,
    #[serde(borrow)]
    embed_id: Option<Text<'a>>,
    #[serde(borrow)]
    embed_uuid: Option<Text<'a>>,
    #[serde(borrow)]
    tag: Option<Text<'a>>,
    edit: bool,
    #[serde(borrow)]
    header: Option<&'a RawValue>,
    #[serde(borrow)]
    claims: Option<&'a RawValue>,
    #[serde(borrow)]
    parameters: Vec<Parameter<'a>>,
    #[serde(borrow)]
    findings: Vec<Finding<'a>>,
}

/// Text that is borrowed where JSON has no escape in it.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Deserialize)]
struct Parameter<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    value: Cow<'a, str>,
    #[serde(borrow)]
    fate: Cow<'a, str>,
    #[serde(borrow)]
    target: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Finding<'a> {
    #[serde(borrow)]
    rule: Cow<'a, str>,
    #[serde(borrow)]
    severity: Cow<'a, str>,
    #[serde(borrow)]
    parameter: Option<Text<'a>>,
    #[serde(borrow)]
    message: Cow<'a, str>,
    #[serde(borrow)]
    suggestion: Option<Text<'a>>,
    column: u64,
    end_column: u64,
    #[serde(borrow)]
    help: Cow<'a, str>,
}

/// A column that is filled row by row.
enum Filling {
    Line(Numbers),
    Text(for<'l, 'a> fn(&'l Line<'a>) -> Option<&'l str>, Texts),
    Edit(Flags),
    Parameters(Lists<[Texts; 4]>),
    Findings(Box<Lists<([Texts; 6], [Numbers; 2])>>),
}

fn text<'l>(text: &'l Option<Text<'_>>) -> Option<&'l str> {
    text.as_ref().map(|text| &*text.0)
}

impl Filling {
    fn of(name: &str) -> Option<Self> {
        let get: for<'l, 'a> fn(&'l Line<'a>) -> Option<&'l str> = match name {
            "line" => return Some(Self::Line(Numbers::default())),
            "edit" => return Some(Self::Edit(Flags::default())),
            "parameters" => return Some(Self::Parameters(Lists::default())),
            "findings" => return Some(Self::Findings(Box::default())),
            "status" => |line| text(&line.status),
            "signature" => |line| text(&line.signature),
            "verdict" => |line| text(&line.verdict),
            "kind" => |line| text(&line.kind),
            "url" => |line| text(&line.url),
            "input" => |line| text(&line.input),
            "embed_id" => |line| text(&line.embed_id),
            "embed_uuid" => |line| text(&line.embed_uuid),
            "tag" => |line| text(&line.tag),
            "header" => |line| line.header.map(RawValue::get),
            "claims" => |line| line.claims.map(RawValue::get),
            _ => return None,
        };
        Some(Self::Text(get, Texts::default()))
    }

    fn push(&mut self, line: &Line<'_>) -> Result<(), TooLarge> {
        match self {
            Self::Line(numbers) => numbers.push(line.line),
            Self::Edit(flags) => flags.push(line.edit),
            Self::Text(get, texts) => texts.push(get(line))?,
            Self::Parameters(lists) => {
                let [name, value, fate, target] = &mut lists.fields;
                for parameter in &line.parameters {
                    name.push(Some(&parameter.name))?;
                    value.push(Some(&parameter.value))?;
                    fate.push(Some(&parameter.fate))?;
                    target.push(text(&parameter.target))?;
                }
                lists.end(line.parameters.len())?;
            }
            Self::Findings(lists) => {
                let ([rule, severity, parameter, message, suggestion, help], [column, end_column]) =
                    &mut lists.fields;
                for finding in &line.findings {
                    rule.push(Some(&finding.rule))?;
                    severity.push(Some(&finding.severity))?;
                    parameter.push(text(&finding.parameter))?;
                    message.push(Some(&finding.message))?;
                    suggestion.push(text(&finding.suggestion))?;
                    column.push(finding.column);
                    end_column.push(finding.end_column);
                    help.push(Some(&finding.help))?;
                }
                lists.end(line.findings.len())?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Column {
        match self {
            Self::Line(numbers) => Column::Number(numbers),
            Self::Edit(flags) => Column::Flag(flags),
            Self::Text(_, texts) => Column::Text(texts),
            Self::Parameters(lists) => {
                let (offsets, fields) = lists.into_fields();
                let names = ["name", "value", "fate", "target"];
                Column::List(offsets, names.into_iter().zip(fields.map(Column::Text)).collect())
            }
            Self::Findings(lists) => {
                let (offsets, (texts, [column, end_column])) = lists.into_fields();
                let [rule, severity, parameter, message, suggestion, help] =
                    texts.map(Column::Text);
                Column::List(
                    offsets,
                    vec![
                        ("rule", rule),
                        ("severity", severity),
                        ("parameter", parameter),
                        ("message", message),
                        ("suggestion", suggestion),
                        ("column", Column::Number(column)),
                        ("end_column", Column::Number(end_column)),
                        ("help", help),
                    ],
                )
            }
        }
    }
}

/// Rows that become columns at a time, and their bytes: what comes of a row may be far larger than itself.
const ROWS: usize = 4096;
const BYTES: usize = 1 << 20;

/// Where the rows of a table come from.
enum Source<'py> {
    Held(Vec<Held<'py>>),
    Packed(Packed<'py>),
}

/// How lines of JSON are made of rows.
pub(crate) type Lines<'a> = dyn Fn(&mut embed2jwt::Memory, &[embed2jwt::Row<'_>]) -> PyResult<Vec<Vec<u8>>>
    + Send
    + Sync
    + 'a;

/// How a table is made.
pub(crate) struct Make<'a> {
    pub(crate) threads: usize,
    /// The names of the columns that are wanted.
    pub(crate) wanted: &'a [String],
    /// The name of the URLs' column, if the first row that fails is to raise an exception.
    pub(crate) raises: Option<&'a str>,
    pub(crate) lines: &'a Lines<'a>,
}

/// The columns of all rows, in batches: how many rows each has, and its columns.
pub(crate) fn batches<'py>(
    rows: &Bound<'py, PyAny>,
    memory: Option<&Bound<'py, Memory>>,
    make: &Make<'_>,
) -> PyResult<Vec<(usize, Bound<'py, PyList>)>> {
    let py = rows.py();
    for name in make.wanted {
        if Filling::of(name).is_none() {
            return Err(refused(format!("there is no column `{}`", crate::error::shown(name))));
        }
    }
    let own = Bound::new(py, Memory::default())?;
    let memory = memory.unwrap_or(&own).get();
    // Kept for as long as their bytes are borrowed.
    let packed = rows.cast::<PyTuple>().ok();
    let parts = packed
        .map(|packed| {
            packed
                .extract::<(Bound<'py, PyBytes>, Bound<'py, PyBytes>, Option<Bound<'py, PyBytes>>)>(
                )
        })
        .transpose()?;
    let all: Source<'_> = match &parts {
        Some((text, offsets, valid)) => {
            let valid = valid.as_ref().map(|valid| valid.as_bytes());
            Source::Packed(Packed::new(text.as_bytes(), offsets.as_bytes(), valid))
        }
        None => Source::Held(held(rows)?),
    };
    let len = match &all {
        Source::Held(held) => held.len(),
        Source::Packed(packed) => packed.len(),
    };
    let mut made = Vec::new();
    let mut at = 0;
    while at < len {
        let range = at..len.min(at + ROWS);
        let mut rows = match &all {
            Source::Held(held) => {
                held.get(range).unwrap_or_default().iter().map(Held::row).collect()
            }
            Source::Packed(packed) => packed.rows(range)?,
        };
        let mut bytes = 0;
        let fits = rows.iter().take_while(|row| {
            bytes += match row {
                embed2jwt::Row::Url(url) => url.len(),
                embed2jwt::Row::Problem(_) => 0,
            };
            bytes <= BYTES
        });
        let fits = fits.count().max(1);
        rows.truncate(fits);
        at += rows.len();
        for (len, columns) in py.detach(|| part(&rows, memory, make))? {
            let columns: Vec<_> = columns
                .into_iter()
                .map(|column| column.into_python(py))
                .collect::<PyResult<_>>()?;
            made.push((len, PyList::new(py, columns)?));
        }
        py.check_signals()?;
    }
    Ok(made)
}

/// The columns of some rows, filled by several threads.
fn part(
    rows: &[embed2jwt::Row<'_>],
    memory: &Memory,
    make: &Make<'_>,
) -> PyResult<Vec<(usize, Vec<Column>)>> {
    let lines = (make.lines)(&mut memory.lock(), rows)?;
    if let Some(column) = make.raises {
        let failed = lines.iter().find_map(|line| {
            std::str::from_utf8(line).ok().and_then(|line| failure(line, Some(column)))
        });
        if let Some(error) = failed {
            return Err(error);
        }
    }
    let each = lines.len().div_ceil(make.threads.max(1)).max(256);
    let shares: Vec<Range<usize>> =
        (0..lines.len()).step_by(each).map(|at| at..lines.len().min(at + each)).collect();
    let fill =
        |share: &Range<usize>| fill(lines.get(share.clone()).unwrap_or_default(), make.wanted);
    let filled: Vec<PyResult<_>> = match shares.as_slice() {
        [] => Vec::new(),
        [one] => vec![fill(one)],
        [first, rest @ ..] => thread::scope(|scope| {
            let spawn = |share| {
                thread::Builder::new().spawn_scoped(scope, move || fill(share)).map_err(|_| share)
            };
            let rest: Vec<_> = rest.iter().map(spawn).collect();
            let mut filled = vec![fill(first)];
            filled.extend(rest.into_iter().map(|thread| match thread {
                Ok(thread) => {
                    thread.join().unwrap_or_else(|_| Err(refused("a thread has ended early")))
                }
                // Without another thread this one does it.
                Err(share) => fill(share),
            }));
            filled
        }),
    };
    filled.into_iter().collect()
}

fn fill(lines: &[Vec<u8>], wanted: &[String]) -> PyResult<(usize, Vec<Column>)> {
    let mut filling: Vec<_> = wanted.iter().filter_map(|name| Filling::of(name)).collect();
    for json in lines {
        let line: Line<'_> = serde_json::from_slice(json)
            .map_err(|error| refused(format!("a result is no object of schema 1: {error}")))?;
        for column in &mut filling {
            column.push(&line).map_err(|TooLarge| {
                refused(
                    "the results of these rows are too large for a column: give fewer at a time",
                )
            })?;
        }
    }
    Ok((lines.len(), filling.into_iter().map(Filling::finish).collect()))
}
