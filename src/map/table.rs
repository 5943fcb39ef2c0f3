//! Maps that are tables: comma, semicolon or tab between cells, a header on top.

use std::borrow::Cow;
use std::ops::Range;

use ::csv::{ReaderBuilder, StringRecord};

use super::column::Column;
use super::error::MapError;
use super::row::{Cell, Row};
use super::source::{Source, shown};

/// How many of a header's names a message repeats.
const NAMES_SHOWN: usize = 20;

/// Reads a table and hands over its rows; blank ones are passed by.
pub(super) fn read(
    source: &Source<'_>,
    separator: Option<u8>,
    sink: &mut impl FnMut(&Row<'_>) -> Result<(), MapError>,
) -> Result<(), MapError> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator.unwrap_or_else(|| separator_of(source.text)))
        .from_reader(source.text.as_bytes());
    let mut record = StringRecord::new();
    let mut header: Option<Vec<Option<Column>>> = None;
    loop {
        let from = offset(reader.position().byte());
        let more = reader.read_record(&mut record).map_err(|error| {
            let message = error.to_string();
            syntax(source, from..from, message)
        })?;
        if !more {
            break;
        }
        // The reader counts the blank lines before a record as its own.
        let end = offset(reader.position().byte());
        let raw = source.text.get(from..end).unwrap_or_default();
        let start = from + (raw.len() - raw.trim_start_matches(['\r', '\n']).len());
        let span = start..start + raw.trim_matches(['\r', '\n']).len();
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        // At the end of the file the reader closes an open quote by itself, and all rows within would be lost.
        if record.iter().any(|cell| cell.contains(['\n', '\r']))
            && raw.matches('"').count() % 2 == 1
        {
            let message = "a quote opened here is not closed on its line".to_owned();
            return Err(syntax(source, span, message));
        }
        match &header {
            None => header = Some(columns(source, &record, &span)?),
            Some(columns) => {
                let row = row(source, columns, &record, &span)?;
                if !row.is_blank() {
                    sink(&row)?;
                }
            }
        }
    }
    Ok(())
}

fn row<'r>(
    source: &Source<'_>,
    columns: &[Option<Column>],
    record: &'r StringRecord,
    span: &Range<usize>,
) -> Result<Row<'r>, MapError> {
    // A separator in an unquoted cell moves all that follow: never take the wrong one for a workbook.
    if record.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty()) {
        return Err(MapError::Shape {
            spot: source.spot(span.clone()),
            problem: format!("{} cells under {} columns", record.len(), columns.len()),
            help: "put a cell that holds the separator in double quotes".into(),
        });
    }
    let mut row = Row::new(span.clone());
    for (column, text) in columns.iter().zip(record) {
        if let Some(column) = column {
            row.set(*column, Cell { text: Cow::Borrowed(text), span: span.clone() });
        }
    }
    Ok(row)
}

/// What each cell of a row is, by the header.
fn columns(
    source: &Source<'_>,
    header: &StringRecord,
    span: &Range<usize>,
) -> Result<Vec<Option<Column>>, MapError> {
    let columns: Vec<_> = header.iter().map(|name| Column::named(name.trim())).collect();
    let respelled =
        |name| Column::REQUIRED.iter().any(|c| c.nearest_of(std::iter::once(name)).is_some());
    if columns.iter().all(Option::is_none) && !header.iter().map(str::trim).any(respelled) {
        // Another file altogether. It may be the secret's, given for the map's by mistake: nothing of it is shown.
        return Err(MapError::NoHeader { place: source.spot(span.clone()).place });
    }
    for missing in Column::REQUIRED {
        if !columns.contains(&Some(missing)) {
            return Err(MapError::MissingColumn {
                spot: source.spot(span.clone()),
                missing: missing.name(),
                found: names(header),
                nearest: missing.nearest_of(header.iter().map(str::trim)).map(shown),
            });
        }
    }
    for (at, (name, column)) in header.iter().zip(&columns).enumerate() {
        if column.is_some() && columns.iter().skip(at + 1).any(|other| other == column) {
            return Err(MapError::Repeated {
                spot: source.spot(span.clone()),
                name: shown(name.trim()),
            });
        }
        // Other columns are notes, but `pageId` is no note: to pass it by would send embeds to the wrong place.
        if column.is_none()
            && let Some(meant) = Column::respelled(name)
            && !columns.contains(&Some(meant))
        {
            return Err(MapError::UnknownName {
                spot: source.spot(span.clone()),
                name: shown(name.trim()),
                nearest: Some(meant.name()),
            });
        }
    }
    Ok(columns)
}

fn names(header: &StringRecord) -> String {
    let mut names: Vec<_> =
        header.iter().take(NAMES_SHOWN).map(|name| format!("`{}`", shown(name.trim()))).collect();
    if header.len() > NAMES_SHOWN {
        names.push(format!("and {} more", header.len() - NAMES_SHOWN));
    }
    names.join(", ")
}

/// The separator, by the first line with anything on it.
pub(super) fn separator_of(text: &str) -> u8 {
    let header = text.trim_start_matches(['\r', '\n']);
    let header = header.split(['\r', '\n']).next().unwrap_or(header);
    [b',', b';', b'\t']
        .into_iter()
        .find(|separator| header.as_bytes().contains(separator))
        .unwrap_or(b',')
}

fn syntax(source: &Source<'_>, span: Range<usize>, message: String) -> MapError {
    MapError::Syntax { spot: source.spot(span), format: "CSV", message }
}

/// A reader's offset as one of memory; the text is in memory, so it always fits.
fn offset(byte: u64) -> usize {
    usize::try_from(byte).unwrap_or(usize::MAX)
}
