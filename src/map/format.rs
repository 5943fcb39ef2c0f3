//! Which of the file formats a map is written in, by its extension or by its content.

use std::path::Path;

/// How a map file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A header and rows. The separator is a comma, or where the header has no comma a semicolon (as spreadsheets of
    /// half of Europe write it) or a tab. Other columns than a map's are notes and are ignored.
    Csv,
    /// The same, separated by tabs.
    Tsv,
    /// An array of objects; the same under the key `embeds`; one object a line; or an object keyed by embed id.
    Json,
    /// `[[embed]]` (or `[[embeds]]`) tables, or tables keyed by embed id.
    Toml,
}

impl Format {
    /// The format that a file's extension names, in upper or lower case.
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "csv" => Some(Self::Csv),
            "tsv" => Some(Self::Tsv),
            "json" | "jsonl" | "ndjson" => Some(Self::Json),
            "toml" => Some(Self::Toml),
            _ => None,
        }
    }

    /// The format that a file's first bytes look like.
    ///
    /// `{` opens JSON, and so does `[` before `{` or `]`. Any other `[` is a TOML table, because a JSON map holds no
    /// arrays or strings in its array; `#` is a TOML comment. A first line with `=` before any separator is a TOML
    /// key. The rest is a table with a header.
    pub fn of_content(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut visible = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
        match visible.next() {
            Some(b'{') => Self::Json,
            Some(b'[') => match visible.next() {
                Some(b'{' | b']') => Self::Json,
                _ => Self::Toml,
            },
            Some(b'#') => Self::Toml,
            _ => {
                let mut telling = bytes
                    .trim_ascii_start()
                    .iter()
                    .filter(|byte| matches!(byte, b'=' | b',' | b';' | b'\t' | b'\n' | b'\r'));
                match telling.next() {
                    Some(b'=') => Self::Toml,
                    _ => Self::Csv,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_names_the_format_in_any_case() {
        for (path, format) in [
            ("map.csv", Some(Format::Csv)),
            ("MAP.CSV", Some(Format::Csv)),
            ("a/b.Json", Some(Format::Json)),
            ("b.jsonl", Some(Format::Json)),
            ("b.toml", Some(Format::Toml)),
            ("b.tsv", Some(Format::Tsv)),
            ("b.txt", None),
            ("csv", None),
        ] {
            assert_eq!(Format::of_path(Path::new(path)), format, "{path}");
        }
    }

    #[test]
    fn without_an_extension_the_content_tells() {
        for (text, format) in [
            ("embed_id,org,workbook_id\n", Format::Csv),
            ("embed_id;org;workbook_id\n1-x;a=b;c", Format::Csv),
            ("\n\n[ {\"embed_id\": 1} ]", Format::Json),
            ("[]", Format::Json),
            ("\u{feff}{\"embeds\": []}", Format::Json),
            ("[[embed]]\n", Format::Toml),
            ("[\"1-7CbV\"]\n", Format::Toml),
            ("# the map\n[[embed]]\n", Format::Toml),
            ("\"1-7CbV\".org = \"acme\"", Format::Toml),
            ("embed = [{ org = \"acme\" }]", Format::Toml),
            ("", Format::Csv),
        ] {
            assert_eq!(Format::of_content(text.as_bytes()), format, "{text}");
        }
    }
}
