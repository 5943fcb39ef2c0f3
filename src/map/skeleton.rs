//! A map still to be filled in: one blank entry for each embed.

use std::fmt::Write as _;

use serde_json::json;

use super::Format;
use super::column::Column;
use super::write::records;

/// The values that have to be filled in, or known.
const BLANK: [Column; 3] = [Column::Org, Column::WorkbookId, Column::Public];

/// An embed that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embed {
    /// Its id.
    pub id: String,
    /// Whether it is known to be public.
    pub public: bool,
}

impl Embed {
    /// What is known of a column; empty if nothing is.
    pub(super) fn cell(&self, column: Column) -> &str {
        match column {
            Column::EmbedId => &self.id,
            Column::Public if self.public => "true",
            _ => "",
        }
    }
}

/// The map of these embeds, in their order.
pub fn write(embeds: &[Embed], format: Format) -> String {
    let columns = || [Column::EmbedId].into_iter().chain(BLANK);
    match format {
        Format::Csv | Format::Tsv => {
            let separator = if format == Format::Csv { b',' } else { b'\t' };
            let header = columns().map(Column::name).collect();
            let row = |embed| columns().map(|column| Embed::cell(embed, column)).collect();
            let rows: Vec<Vec<&str>> =
                std::iter::once(header).chain(embeds.iter().map(row)).collect();
            records(rows, separator, false)
        }
        Format::Json => {
            let entry = |embed: &Embed| {
                let pairs = columns().map(|c| (c.name().to_owned(), embed.cell(c).into()));
                format!("  {}", json!(pairs.collect::<serde_json::Map<_, _>>()))
            };
            let entries: Vec<_> = embeds.iter().map(entry).collect();
            if embeds.is_empty() {
                "[]\n".to_owned()
            } else {
                format!("[\n{}\n]\n", entries.join(",\n"))
            }
        }
        Format::Toml => {
            // An empty file is no map.
            let mut out = if embeds.is_empty() { "# no embeds\n" } else { "" }.to_owned();
            for (number, embed) in embeds.iter().enumerate() {
                out.push_str(if number == 0 { "[[embed]]\n" } else { "\n[[embed]]\n" });
                for column in columns() {
                    // A text of JSON is one of TOML, and a text takes everything.
                    let _ = writeln!(out, "{column} = {}", json!(embed.cell(column)));
                }
            }
            out
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::EmbedMap;

    #[test]
    fn it_reads_as_a_map_with_nothing_filled_in() {
        let embed = |id: &str, public| Embed { id: id.to_owned(), public };
        let embeds = [embed("1-7CbVjjUMMTKQpYa2E7NwkI", false), embed("abc", true)];
        for format in [Format::Csv, Format::Tsv, Format::Json, Format::Toml] {
            let mut map = EmbedMap::default();
            map.parse("map", write(&embeds, format).as_bytes(), format).unwrap();
            let entries: Vec<_> =
                map.entries().map(|e| (&*e.embed_id, e.is_unmapped(), e.public)).collect();
            let expected = [("1-7CbVjjUMMTKQpYa2E7NwkI", true, false), ("abc", false, true)];
            assert_eq!(entries, expected, "{format:?}");
            let mut none = EmbedMap::default();
            none.parse("map", write(&[], format).as_bytes(), format).unwrap();
            assert!(none.is_empty());
        }
    }

    #[test]
    fn a_table_has_the_columns_that_are_needed() {
        let csv = write(&[Embed { id: "1-a".to_owned(), public: false }], Format::Csv);
        assert_eq!(csv, "embed_id,org,workbook_id,public\n1-a,,,\n");
    }
}
