//! The formats of a list, and how one is chosen.

use std::path::Path;

/// How a list of URLs is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// One URL a line; blank lines and lines starting with `#` are skipped.
    Lines,
    /// Comma-separated values with a header row.
    Csv,
    /// Tab-separated values with a header row, quoted as in csv.
    Tsv,
    /// One JSON object a line.
    Jsonl,
}

impl Format {
    /// The format a file name announces, seen through a compression suffix; [`Format::Lines`] when it announces none.
    pub fn from_path(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let name = [".gz", ".gzip", ".zst", ".zstd"]
            .iter()
            .find_map(|suffix| name.strip_suffix(suffix))
            .unwrap_or(&name);
        match name.rsplit_once('.').map(|(_, extension)| extension) {
            Some("csv") => Self::Csv,
            Some("tsv") => Self::Tsv,
            Some("jsonl" | "ndjson" | "json") => Self::Jsonl,
            _ => Self::Lines,
        }
    }

    /// What stands between two cells, in the formats that have cells.
    pub(super) fn delimiter(self) -> Option<u8> {
        match self {
            Self::Csv => Some(b','),
            Self::Tsv => Some(b'\t'),
            Self::Lines | Self::Jsonl => None,
        }
    }
}

/// How a source is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The format, or `None` to take it from the file's name.
    pub format: Option<Format>,
    /// The column or JSON key that holds the URL.
    pub field: String,
    /// What stands between two cells of a table, or `None` to see it from the header.
    pub delimiter: Option<u8>,
}

impl Default for Options {
    fn default() -> Self {
        Self { format: None, field: "url".to_owned(), delimiter: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_announces_the_format_through_a_compression_suffix_in_any_case() {
        for (name, format) in [
            ("urls.txt", Format::Lines),
            ("urls", Format::Lines),
            ("csv", Format::Lines),
            ("a.csv/urls", Format::Lines),
            ("urls.csv", Format::Csv),
            ("Export.CSV.GZ", Format::Csv),
            ("urls.csv.gzip", Format::Csv),
            ("urls.tsv.zst", Format::Tsv),
            ("urls.jsonl.zstd", Format::Jsonl),
            ("urls.ndjson", Format::Jsonl),
            ("urls.json", Format::Jsonl),
            ("urls.gz", Format::Lines),
            ("..", Format::Lines),
        ] {
            assert_eq!(Format::from_path(Path::new(name)), format, "{name}");
        }
    }
}
