//! A map written down: csv, tsv, json or toml that reads back as the same entries.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::column::Column;
use super::{Entry, Format};

/// The entries in a format, in their order, as the text of a file.
pub fn write<'e>(entries: impl IntoIterator<Item = &'e Entry>, format: Format) -> String {
    match format {
        Format::Csv => table(entries, b','),
        Format::Tsv => table(entries, b'\t'),
        Format::Json => json(entries),
        Format::Toml => toml(entries),
    }
}

/// The names of the columns, in the order in which tables have them.
pub fn columns() -> impl ExactSizeIterator<Item = &'static str> {
    Column::ALL.into_iter().map(Column::name)
}

impl Entry {
    /// The values as texts, in the order of [`columns`]; those that are not given are empty.
    pub fn cells(&self) -> [Cow<'_, str>; Column::ALL.len()] {
        Column::ALL.map(|column| Cow::Borrowed(self.text(column).unwrap_or_default()))
    }

    /// The value of a column as text, unless it is not given.
    pub(super) fn text(&self, column: Column) -> Option<&str> {
        let flag = |is| Some(if is { "true" } else { "false" });
        match column {
            Column::EmbedId => Some(&self.embed_id),
            Column::Org => self.org.as_deref(),
            Column::WorkbookId => self.workbook_id.as_deref(),
            Column::WorkbookName => self.workbook_name.as_deref(),
            Column::PageId => self.page_id(),
            Column::ElementId => self.element_id(),
            Column::Public => flag(self.public),
            Column::Archived => flag(self.archived),
        }
    }

    /// The value of a column in JSON: `null` if it is not given.
    pub(super) fn json(&self, column: Column) -> Value {
        match (column.is_flag(), self.text(column)) {
            (true, text) => Value::Bool(text == Some("true")),
            (false, text) => text.into(),
        }
    }
}

/// A cell of a table. A name that a spreadsheet would take for a formula gets an apostrophe before it.
pub(super) fn cell(column: Column, text: &str) -> Cow<'_, str> {
    if column == Column::WorkbookName && text.starts_with(['=', '+', '-', '@']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn table<'e>(entries: impl IntoIterator<Item = &'e Entry>, separator: u8) -> String {
    let rows = entries.into_iter().map(|entry| {
        Column::ALL.map(|column| cell(column, entry.text(column).unwrap_or_default()))
    });
    let header = Column::ALL.map(|column| Cow::Borrowed(column.name()));
    records(std::iter::once(header).chain(rows), separator, false)
}

/// Rows of cells as a table, whose lines end in LF or CRLF.
pub(super) fn records<R, C>(rows: impl IntoIterator<Item = R>, separator: u8, crlf: bool) -> String
where
    R: IntoIterator<Item = C>,
    C: AsRef<str>,
{
    let end = if crlf { ::csv::Terminator::CRLF } else { ::csv::Terminator::Any(b'\n') };
    let mut writer = ::csv::WriterBuilder::new()
        .delimiter(separator)
        .terminator(end)
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        // A buffer takes everything.
        for cell in row {
            let _ = writer.write_field(cell.as_ref());
        }
        let _ = writer.write_record(None::<&[u8]>);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// One entry a line, so that a second map compares with the first line by line.
fn json<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> String {
    let mut text = "{\"embeds\": [".to_owned();
    let mut end = "]}\n";
    for entry in entries {
        text.push_str(if end.starts_with(']') { "\n" } else { ",\n" });
        end = "\n]}\n";
        let pairs = Column::ALL.map(|column| (column.name().to_owned(), entry.json(column)));
        let _ = write!(text, "{}", Value::Object(Map::from_iter(pairs)));
    }
    text + end
}

fn toml<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> String {
    let mut text = String::new();
    for entry in entries {
        text.push_str(if text.is_empty() { "[[embed]]\n" } else { "\n[[embed]]\n" });
        for column in Column::ALL {
            let value = match entry.text(column) {
                Some("true") if column.is_flag() => "true".to_owned(),
                Some(value) if !column.is_flag() => {
                    ::toml::Value::String(value.to_owned()).to_string()
                }
                _ => continue,
            };
            let _ = writeln!(text, "{column} = {value}");
        }
    }
    // A file of nothing is no map.
    if text.is_empty() { "embed = []\n".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use crate::map::EmbedMap;

    use super::*;

    const HARD: &str = r#"{"embeds": [
        {"embed_id": "1-7CbVjjUMMTKQpYa2E7NwkI", "org": "acme", "workbook_id": "r0WXMPpc0YtQCTFR7CdDK",
         "workbook_name": "Ann's \"Q1\", West; \u00e4\\ 'x'", "page_id": "p1", "archived": true},
        {"embed_id": "1-b", "org": "acme", "workbook_id": "wb", "element_id": "e-1"},
        {"embed_id": "1-c", "public": true},
        {"embed_id": "1-d"}
    ]}"#;

    fn read(text: &str, format: Format) -> Vec<Entry> {
        let mut map = EmbedMap::default();
        map.parse("m", text.as_bytes(), format).unwrap();
        let place = |entry: &Entry| Entry {
            place: crate::map::Place { file: "m".into(), line: 0 },
            ..entry.clone()
        };
        map.entries().map(place).collect()
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let entries = read(HARD, Format::Json);
        assert_eq!(entries.len(), 4);
        for format in [Format::Csv, Format::Tsv, Format::Json, Format::Toml] {
            let text = write(&entries, format);
            assert_eq!(read(&text, format), entries, "{text}");
            assert_eq!(Format::of_content(text.as_bytes()) == format, format != Format::Tsv);
        }
    }

    #[test]
    fn a_map_of_nothing_is_still_a_map() {
        for format in [Format::Csv, Format::Tsv, Format::Json, Format::Toml] {
            assert_eq!(read(&write([], format), format), []);
        }
    }

    #[test]
    fn a_name_is_no_formula() {
        let entries = read(
            r#"[{"embed_id": "1-b", "workbook_id": "w", "workbook_name": "=1+2"}]"#,
            Format::Json,
        );
        let text = write(&entries, Format::Csv);
        assert_eq!(text.lines().nth(1), Some("1-b,,w,'=1+2,,,false,false"));
    }
}
