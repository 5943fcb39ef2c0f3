//! A map still to be filled in: one blank entry for each embed.

use std::fmt::Write as _;

use serde_json::json;

use super::Format;
use super::column::Column;

/// The values that have to be filled in.
const BLANK: [Column; 2] = [Column::Org, Column::WorkbookId];

/// The map of these embed ids, in their order.
pub fn write(ids: &[String], format: Format) -> Vec<u8> {
    let mut out = String::new();
    match format {
        Format::Csv | Format::Tsv => {
            let separator = if format == Format::Csv { "," } else { "\t" };
            let [org, workbook] = BLANK.map(Column::name);
            out.push_str(&[Column::EmbedId.name(), org, workbook].join(separator));
            out.push('\n');
            for id in ids {
                out.extend([id.as_str(), separator, separator, "\n"]);
            }
        }
        Format::Json => {
            let entry = |id: &String| {
                let mut entry = json!({ (Column::EmbedId.name()): id });
                for column in BLANK {
                    entry[column.name()] = "".into();
                }
                format!("  {entry}")
            };
            let entries: Vec<_> = ids.iter().map(entry).collect();
            out = if ids.is_empty() {
                "[]\n".to_owned()
            } else {
                format!("[\n{}\n]\n", entries.join(",\n"))
            };
        }
        Format::Toml => {
            // An empty file is no map.
            out.push_str(if ids.is_empty() { "# no embeds\n" } else { "" });
            for (number, id) in ids.iter().enumerate() {
                let gap = if number == 0 { "" } else { "\n" };
                // A text of JSON is one of TOML, and a text takes everything.
                let id = json!(id);
                let _ = writeln!(out, "{gap}[[embed]]\n{} = {id}", Column::EmbedId);
                for column in BLANK {
                    let _ = writeln!(out, "{column} = \"\"");
                }
            }
        }
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::EmbedMap;

    #[test]
    fn it_reads_as_a_map_with_nothing_filled_in() {
        let ids = ["1-7CbVjjUMMTKQpYa2E7NwkI".to_owned(), "abc".to_owned()];
        for format in [Format::Csv, Format::Tsv, Format::Json, Format::Toml] {
            let mut map = EmbedMap::default();
            let bytes = write(&ids, format);
            map.parse("map", &bytes, format).unwrap();
            let entries: Vec<_> =
                map.entries().map(|e| (e.embed_id.clone(), e.is_unmapped())).collect();
            assert_eq!(entries, ids.clone().map(|id| (id, true)), "{format:?}");
            let mut none = EmbedMap::default();
            none.parse("map", &write(&[], format), format).unwrap();
            assert!(none.is_empty());
        }
    }

    #[test]
    fn a_table_has_the_columns_that_are_needed() {
        let csv = write(&["1-a".to_owned()], Format::Csv);
        assert_eq!(csv, b"embed_id,org,workbook_id\n1-a,,\n");
    }
}
