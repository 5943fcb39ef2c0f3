//! Filling in what a map leaves blank from another: a skeleton from what the API says.

use std::borrow::Cow;
use std::path::Path;

use ::csv::{ReaderBuilder, StringRecord};

use super::column::Column;
use super::skeleton::{self, Embed};
use super::source::Source;
use super::{EmbedMap, Entry, Format, MapError, Place, Target, table, write};

/// A map with blanks.
#[derive(Debug)]
pub struct Skeleton {
    name: String,
    bytes: Vec<u8>,
    format: Format,
    map: EmbedMap,
}

/// The same with fewer.
#[derive(Debug)]
pub struct Filled {
    /// The file's new text, in the format of the old.
    pub text: String,
    /// How many entries lead to a workbook, or are known to be public, that did not before.
    pub filled: usize,
    /// Embeds that still do not.
    pub blank: Vec<String>,
    /// Embeds that lead elsewhere than the other map says; they were left as they are.
    pub differing: Vec<String>,
}

/// A map with more embeds.
#[derive(Debug)]
pub struct Added {
    /// The file's new text.
    pub text: String,
    /// How many embeds the map did not know.
    pub added: usize,
}

impl Skeleton {
    /// Reads a map file.
    pub fn load(path: &Path) -> Result<Self, MapError> {
        // The bounds and refusals of reading maps are in one place.
        let (name, bytes) = super::read(path)?;
        let format = Format::of_path(path).unwrap_or_else(|| Format::of_content(&bytes));
        let mut map = EmbedMap::default();
        map.parse(&name, &bytes, format)?;
        Ok(Self { name, bytes, format, map })
    }

    #[cfg(test)]
    fn parse(text: &str, format: Format) -> Self {
        let mut map = EmbedMap::default();
        map.parse("m", text.as_bytes(), format).unwrap();
        Self { name: "m".into(), bytes: text.into(), format, map }
    }

    /// The format of the file.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Fills in what `from` knows. What stands there already stays, and so does the order.
    pub fn fill(&self, from: &EmbedMap) -> Filled {
        let mut told =
            Filled { text: String::new(), filled: 0, blank: Vec::new(), differing: Vec::new() };
        let mut entries = Vec::new();
        for entry in self.map.entries() {
            let known = from.get(entry.embed_id.as_bytes());
            let new = known.map_or_else(|| entry.clone(), |known| filled(entry, known));
            if new.is_unmapped() {
                told.blank.push(entry.embed_id.clone());
            } else if entry.is_unmapped() {
                told.filled += 1;
            }
            if known.is_some_and(|known| leads_elsewhere(&new, known)) {
                told.differing.push(entry.embed_id.clone());
            }
            entries.push(new);
        }
        told.text = match self.format {
            Format::Csv => self.table(None, from),
            Format::Tsv => self.table(Some(b'\t'), from),
            Format::Json | Format::Toml => write::write(&entries, self.format),
        };
        told
    }

    /// The same map with these embeds added, as far as it lacks them, in this format. What somebody filled in stays, and so does
    /// the file around it where the format leaves it there.
    pub fn with(&self, embeds: &[Embed], format: Format) -> Added {
        let new: Vec<_> =
            embeds.iter().filter(|embed| self.map.get(embed.id.as_bytes()).is_none()).collect();
        let mut known = EmbedMap::default();
        for embed in embeds {
            // They are all different.
            let _ = known.insert(blank(embed));
        }
        let is_filled = self.fill(&known).filled > 0;
        let entries = || {
            let own = self.map.entries().map(|entry| {
                let found = known.get(entry.embed_id.as_bytes());
                found.map_or_else(|| entry.clone(), |known| filled(entry, known))
            });
            own.chain(new.iter().map(|embed| blank(embed))).collect::<Vec<_>>()
        };
        let text = match self.format {
            _ if self.format != format => write::write(&entries(), format),
            Format::Csv => self.rows(None, &known, Some(&new)),
            Format::Tsv => self.rows(Some(b'\t'), &known, Some(&new)),
            Format::Toml if !is_filled => self.appended(&new, entries),
            Format::Json if !is_filled && new.is_empty() => self.text(),
            Format::Json | Format::Toml => write::write(&entries(), format),
        };
        Added { text, added: new.len() }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The file with tables at its end, if it is made of such tables: its comments stay.
    fn appended(&self, new: &[&Embed], entries: impl Fn() -> Vec<Entry>) -> String {
        if new.is_empty() {
            return self.text();
        }
        let embeds: Vec<_> = new.iter().map(|embed| (*embed).clone()).collect();
        let tables = skeleton::write(&embeds, Format::Toml);
        let text = format!("{}\n\n{tables}", self.text().trim_end());
        let mut read = EmbedMap::default();
        let reads = read.parse(&self.name, text.as_bytes(), Format::Toml).is_ok();
        if reads && read.len() == self.map.len() + new.len() {
            text
        } else {
            write::write(&entries(), Format::Toml)
        }
    }

    /// The table with its own columns in its own order, and those that are needed beside them.
    fn table(&self, separator: Option<u8>, from: &EmbedMap) -> String {
        self.rows(separator, from, None)
    }

    /// The same with rows at its end for new embeds.
    fn rows(&self, separator: Option<u8>, from: &EmbedMap, new: Option<&[&Embed]>) -> String {
        // It was read once already.
        let Ok(source) = Source::new(&self.name, &self.bytes) else { return String::new() };
        let separator = separator.unwrap_or_else(|| table::separator_of(source.text));
        let mut changes = Vec::new();
        let mut note = |row: &super::row::Row<'_>| {
            let entry = row.entry(&source)?;
            let new = from.get(entry.embed_id.as_bytes()).map(|known| filled(&entry, known));
            changes.push(new.filter(|new| *new != entry).map(|new| (entry, new)));
            Ok(())
        };
        if table::read(&source, Some(separator), &mut note).is_err() {
            return source.text.to_owned();
        }
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(source.text.as_bytes());
        let mut records =
            reader.records().filter_map(Result::ok).filter(|record| !is_blank(record));
        let Some(header) = records.next() else { return String::new() };
        let columns: Vec<_> = header.iter().map(|name| Column::named(name.trim())).collect();
        let added: Vec<Column> = Column::ALL
            .into_iter()
            .filter(|column| !columns.contains(&Some(*column)))
            .filter(|column| {
                let changed = |(old, new): &(Entry, Entry)| differs(*column, old, new);
                let needed = [Column::Org, Column::WorkbookId, Column::Public].contains(column);
                changes.iter().flatten().any(changed) || needed && new.is_some()
            })
            .collect();
        let names = header.iter().chain(added.iter().map(|column| column.name()));
        let mut rows: Vec<Vec<Cow<'_, str>>> =
            vec![names.map(|name| Cow::Owned(name.to_owned())).collect()];
        let mut changes = changes.into_iter();
        for record in records {
            let is_entry =
                columns.iter().zip(&record).any(|(c, cell)| c.is_some() && !cell.trim().is_empty());
            let change = if is_entry { changes.next().flatten() } else { None };
            let value = |column: Column| {
                let (old, new) = change.as_ref()?;
                differs(column, old, new)
                    .then(|| write::cell(column, new.text(column).unwrap_or_default()).into_owned())
            };
            // A row may be shorter than the header.
            let width = columns.len().max(record.len());
            let own = (0..width).map(|at| {
                let new = columns.get(at).copied().flatten().and_then(value);
                new.unwrap_or_else(|| record.get(at).unwrap_or_default().to_owned())
            });
            let cells = own.chain(added.iter().map(|column| value(*column).unwrap_or_default()));
            rows.push(cells.map(Cow::Owned).collect());
        }
        for embed in new.unwrap_or_default() {
            let cell = |column: &Column| {
                Cow::Owned(write::cell(*column, embed.cell(*column)).into_owned())
            };
            let own = columns.iter().map(|column| column.as_ref().map_or(Cow::Borrowed(""), cell));
            rows.push(own.chain(added.iter().map(cell)).collect());
        }
        let text = write::records(rows, separator, source.text.contains("\r\n"));
        // Some spreadsheets tell UTF-8 by nothing else.
        let mark = if self.bytes.starts_with(b"\xef\xbb\xbf") { "\u{feff}" } else { "" };
        format!("{mark}{text}")
    }
}

/// The entry of an embed of which nothing else is known.
fn blank(embed: &Embed) -> Entry {
    Entry {
        embed_id: embed.id.clone(),
        org: None,
        workbook_id: None,
        workbook_name: None,
        target: Target::Workbook,
        public: embed.public,
        archived: false,
        place: Place { file: "".into(), line: 0 },
    }
}

fn is_blank(record: &StringRecord) -> bool {
    record.iter().all(|cell| cell.trim().is_empty())
}

fn differs(column: Column, old: &Entry, new: &Entry) -> bool {
    old.text(column) != new.text(column)
}

/// The entry with its blanks filled from what is known.
fn filled(entry: &Entry, known: &Entry) -> Entry {
    let mut new = entry.clone();
    let or = |own: &Option<String>, known: &Option<String>| own.clone().or_else(|| known.clone());
    if entry.is_unmapped() {
        // `false` in a skeleton is a blank too: nobody has looked yet.
        new.public = known.public;
        new.archived = known.archived;
    }
    new.workbook_id = or(&entry.workbook_id, &known.workbook_id);
    new.org = or(&entry.org, &known.org);
    if new.workbook_id == known.workbook_id {
        new.workbook_name = or(&entry.workbook_name, &known.workbook_name);
        if entry.target == Target::Workbook {
            new.target = known.target.clone();
        }
    }
    new
}

fn leads_elsewhere(entry: &Entry, known: &Entry) -> bool {
    let other_org = known.org.is_some() && entry.org != known.org;
    other_org
        || (&entry.workbook_id, &entry.target, entry.public)
            != (&known.workbook_id, &known.target, known.public)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PULLED: &str = "embed_id,org,workbook_id,workbook_name,page_id,element_id,public,archived\n\
        1-7CbVjjUMMTKQpYa2E7NwkI,acme,r0WXMPpc0YtQCTFR7CdDK,\"Q1, West\",p1,,false,true\n\
        1-b,acme,wb,B,,,true,false\n1-c,acme,wc,C,,,false,false\n";

    fn fill(text: &str, format: Format) -> Filled {
        let mut from = EmbedMap::default();
        from.parse("api", PULLED.as_bytes(), Format::Csv).unwrap();
        Skeleton::parse(text, format).fill(&from)
    }

    #[test]
    fn blanks_are_filled_and_the_rest_of_the_table_stays() {
        let filled = fill(
            "embed_id,seen in,org,workbook_id\n\
             fa3cecb4-a9b5-4d81-9bcf-1bea81678fec,\"a.js, b.js\",,\n\
             1-z,c.js,,\n\
             1-c,d.js,acme,wc\n",
            Format::Csv,
        );
        assert_eq!(
            filled.text,
            "embed_id,seen in,org,workbook_id,workbook_name,page_id,archived\n\
             fa3cecb4-a9b5-4d81-9bcf-1bea81678fec,\"a.js, b.js\",acme,r0WXMPpc0YtQCTFR7CdDK,\"Q1, West\",p1,true\n\
             1-z,c.js,,,,,\n\
             1-c,d.js,acme,wc,C,,\n"
        );
        assert_eq!((filled.filled, &*filled.blank), (1, &["1-z".to_owned()][..]));
        assert!(filled.differing.is_empty());
    }

    #[test]
    fn what_somebody_decided_stays() {
        let text = "\u{feff}embed_id,org,workbook_id,page_id,public\r\n\r\n1-c,acme,other,,\r\n1-b,,,,no\r\n";
        let filled = fill(text, Format::Csv);
        assert_eq!(
            filled.text,
            "\u{feff}embed_id,org,workbook_id,page_id,public,workbook_name\r\n1-c,acme,other,,,\r\n1-b,acme,wb,,true,B\r\n"
        );
        assert_eq!(filled.differing, ["1-c"]);
    }

    #[test]
    fn trees_are_filled_in_their_order() {
        for (format, text) in [
            (Format::Json, r#"{"1-z": {}, "1-c": {"org": "acme"}, "1-b": {"public": false}}"#),
            (Format::Toml, "[1-z]\n[1-c]\norg = 'acme'\n[1-b]\npublic = false\n"),
        ] {
            let mut map = EmbedMap::default();
            map.parse("m", fill(text, format).text.as_bytes(), format).unwrap();
            let rows: Vec<_> = map.entries().map(|entry| entry.cells().join(",")).collect();
            assert_eq!(
                rows,
                [
                    "1-z,,,,,,false,false",
                    "1-c,acme,wc,C,,,false,false",
                    "1-b,acme,wb,B,,,true,false"
                ]
            );
        }
    }

    #[test]
    fn embeds_are_added_and_what_was_filled_in_stays() {
        let embed = |id: &str, public| Embed { id: id.to_owned(), public };
        let found =
            [embed("1-new", false), embed("1-b", false), embed("1-open", true), embed("1-c", true)];
        let csv = Skeleton::parse(
            "workbook_id;embed_id;owner\r\nwb;1-b;\"Ann; Bob\"\r\n;1-c;\r\n",
            Format::Csv,
        );
        let added = csv.with(&found, Format::Csv);
        assert_eq!(
            added.text,
            "workbook_id;embed_id;owner;org;public\r\nwb;1-b;\"Ann; Bob\";;\r\n;1-c;;;true\r\n;1-new;;;\r\n;1-open;;;true\r\n"
        );
        assert_eq!(added.added, 2);
        let toml = "# ours\n[[embed]]\nembed_id = '1-b' # the first\nworkbook_id = 'wb'\n";
        let added = Skeleton::parse(toml, Format::Toml).with(&found[..2], Format::Toml);
        assert_eq!(
            added.text,
            format!(
                "{toml}\n[[embed]]\nembed_id = \"1-new\"\norg = \"\"\nworkbook_id = \"\"\npublic = \"\"\n"
            )
        );
        for (format, text) in [
            (Format::Json, r#"{"1-b": {"workbook_id": "wb", "org": "acme"}}"#),
            (Format::Toml, "[1-b]\nworkbook_id = 'wb'\norg = 'acme'\n"),
        ] {
            let text = Skeleton::parse(text, format).with(&found, format).text;
            let mut map = EmbedMap::default();
            map.parse("m", text.as_bytes(), format).unwrap();
            let rows: Vec<_> = map.entries().map(|entry| entry.cells().join(",")).collect();
            assert_eq!(rows.len(), 4);
            assert_eq!(rows[0], "1-b,acme,wb,,,,false,false");
            assert!(rows[1].starts_with("1-new,") && rows[2].starts_with("1-open,,,,,,true,"));
        }
    }

    #[test]
    fn a_map_that_lacks_nothing_is_not_touched() {
        let embed = Embed { id: "1-b".to_owned(), public: false };
        for (format, text) in [
            (Format::Csv, "embed_id,org,workbook_id,public\n1-b,acme,,\n"),
            (Format::Json, "{\"1-b\":  {\"org\":\"acme\"}}"),
            (Format::Toml, "# a comment\n[1-b]\norg = 'acme'\n"),
        ] {
            let added = Skeleton::parse(text, format).with(std::slice::from_ref(&embed), format);
            assert_eq!((added.added, &*added.text), (0, text));
        }
    }

    #[test]
    fn a_second_filling_changes_nothing() {
        let once = fill("embed_id,org,workbook_id\n1-b,,\n1-c,,\n", Format::Csv).text;
        assert_eq!(fill(&once, Format::Csv).text, once);
    }
}
