//! The paths of the two dialects (reference, sections 1 and 2).

use super::escape::{Plus, decode};
use super::span::Span;

/// Whether a text can be one part of a path as it is: an organisation's slug, the id of a workbook, a page, an element.
pub fn is_path_part(text: impl AsRef<[u8]>) -> bool {
    let text = text.as_ref();
    let fits = |b: &u8| b.is_ascii_alphanumeric() || b"-._~".contains(b);
    !text.is_empty() && text.iter().all(fits) && !is_step(text)
}

/// Whether a part of a path is a step in it, such as `..`, and not a name: browsers decode `%2e` before they follow it.
pub fn is_step(part: &[u8]) -> bool {
    let part = decode(part, Plus::Literal);
    !part.is_empty() && part.iter().all(|&b| b == b'.')
}

/// What a path on a Sigma host leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// `/embed/<embedId>[/tag/<tag>][/workbook/<name>-<Id>[/edit]]`: the deprecated path.
    Embed {
        /// `<embedId>`, with its `1-` if it has one.
        id: Span,
        /// `<tag>`
        tag: Option<Span>,
        /// `<name>-<Id>`
        workbook: Option<Span>,
        /// Whether it ends in `/edit`.
        edit: bool,
    },
    /// `/embed` without an id, or with parts behind it that the dialect does not have.
    BrokenEmbed {
        /// The part that does not belong, or the whole path.
        at: Span,
    },
    /// `/<org>/workbook/<workbookId>…`: the path of JWT-signed URLs.
    Workbook {
        /// `<workbookId>` or `<name>-<Id>`
        workbook: Span,
        /// Whether it ends in `/edit`.
        edit: bool,
    },
    /// `/<org>/data-model/<name>-<id>`: the path of JWT-signed URLs of data models.
    DataModel,
    /// `/<org>/ask`: the Assistant, of JWT-signed URLs too.
    Ask,
    /// Anything else.
    Other,
}

impl Place {
    /// Reads the path at `path` in `bytes`.
    pub fn of(bytes: &[u8], path: Span) -> Self {
        let mut parts = Segments { bytes, at: path.start as usize, end: path.end as usize };
        let Some(first) = parts.next() else {
            return Self::Other;
        };
        if first.of(bytes) == b"embed" {
            return Self::embed(bytes, path, parts);
        }
        match (parts.next().map(|part| part.of(bytes)), parts.next()) {
            (Some(b"workbook"), Some(workbook)) if !first.is_empty() && !workbook.is_empty() => {
                let edit = parts.last().is_some_and(|part| part.of(bytes) == b"edit");
                Self::Workbook { workbook, edit }
            }
            (Some(b"data-model"), Some(model)) if !first.is_empty() && !model.is_empty() => {
                Self::DataModel
            }
            (Some(b"ask"), None) if !first.is_empty() => Self::Ask,
            // A slash at the end is a habit, not a part.
            (Some(b"ask"), Some(end)) if !first.is_empty() && end.is_empty() && parts.is_done() => {
                Self::Ask
            }
            _ => Self::Other,
        }
    }

    fn embed(bytes: &[u8], path: Span, mut parts: Segments<'_>) -> Self {
        let is_name = |part: &Span| !part.is_empty() && !is_step(part.of(bytes));
        let Some(id) = parts.next().filter(is_name) else {
            return Self::BrokenEmbed { at: path };
        };
        let (mut tag, mut workbook, mut edit) = (None, None, false);
        while let Some(part) = parts.next() {
            let value = |parts: &mut Segments<'_>| parts.next().filter(is_name);
            match part.of(bytes) {
                b"tag" if tag.is_none() && workbook.is_none() => tag = value(&mut parts),
                b"workbook" if workbook.is_none() => workbook = value(&mut parts),
                b"edit" if workbook.is_some() && !edit => {
                    edit = true;
                    continue;
                }
                // A slash at the end is a habit, not a part.
                b"" if parts.is_done() => continue,
                _ => return Self::BrokenEmbed { at: part },
            }
            if (part.of(bytes) == b"tag" && tag.is_none())
                || (part.of(bytes) == b"workbook" && workbook.is_none())
            {
                return Self::BrokenEmbed { at: part };
            }
        }
        Self::Embed { id, tag, workbook, edit }
    }

    /// The embed id, if the path has one.
    pub fn embed_id(self) -> Option<Span> {
        match self {
            Self::Embed { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Whether it is a path of JWT-signed URLs.
    pub fn takes_token(self) -> bool {
        matches!(self, Self::Workbook { .. } | Self::DataModel | Self::Ask)
    }

    /// Whether the path opens a workbook for editing.
    pub fn is_edit(self) -> bool {
        matches!(self, Self::Embed { edit: true, .. } | Self::Workbook { edit: true, .. })
    }
}

/// The parts between slashes.
struct Segments<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
}

impl Segments<'_> {
    fn is_done(&self) -> bool {
        self.at >= self.end
    }
}

impl Iterator for Segments<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        if self.is_done() {
            return None;
        }
        let start = self.at + 1;
        let rest = self.bytes.get(start..self.end).unwrap_or_default();
        let end = memchr::memchr(b'/', rest).map_or(self.end, |slash| start + slash);
        self.at = end;
        Some(Span::new(start, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str) -> Place {
        Place::of(path.as_bytes(), Span::new(0, path.len()))
    }

    /// The path's parts as text: id, tag, workbook, edit.
    fn embed(path: &str) -> (&str, Option<&str>, Option<&str>, bool) {
        let text = |span: Span| &path[span.start as usize..span.end as usize];
        match place(path) {
            Place::Embed { id, tag, workbook, edit } => {
                (text(id), tag.map(text), workbook.map(text), edit)
            }
            other => panic!("{path}: {other:?}"),
        }
    }

    #[test]
    fn every_form_of_the_deprecated_path_is_read() {
        assert_eq!(embed("/embed/1-a"), ("1-a", None, None, false));
        assert_eq!(embed("/embed/1-a/"), ("1-a", None, None, false));
        assert_eq!(embed("/embed/1-a/tag/prod"), ("1-a", Some("prod"), None, false));
        assert_eq!(embed("/embed/1-a/workbook/N-b"), ("1-a", None, Some("N-b"), false));
        assert_eq!(embed("/embed/1-a/workbook/N-b/edit"), ("1-a", None, Some("N-b"), true));
        assert_eq!(
            embed("/embed/1-a/tag/t/workbook/N-b/edit/"),
            ("1-a", Some("t"), Some("N-b"), true)
        );
    }

    #[test]
    fn a_path_without_an_id_or_with_foreign_parts_is_broken() {
        for path in [
            "/embed",
            "/embed/",
            "/embed//x",
            "/embed/a/tag",
            "/embed/a/tag/",
            "/embed/a/edit",
            "/embed/a/x",
            "/embed/a//tag/t",
            "/embed/a/workbook",
            "/embed/a/tag/t/tag/u",
            "/embed/..",
            "/embed/a/tag/..",
            "/embed/a/tag/%2E%2e",
            "/embed/a/workbook/../edit",
        ] {
            assert!(matches!(place(path), Place::BrokenEmbed { .. }), "{path}: {:?}", place(path));
        }
    }

    #[test]
    fn the_new_path_and_others_are_told_apart() {
        assert!(matches!(place("/acme/workbook/N-b"), Place::Workbook { edit: false, .. }));
        assert!(matches!(place("/acme/workbook/b/edit"), Place::Workbook { edit: true, .. }));
        assert!(matches!(place("/acme/workbook/b/page/p"), Place::Workbook { edit: false, .. }));
        assert_eq!(place("/acme/data-model/Sales-b"), Place::DataModel);
        assert_eq!(place("/acme/ask"), Place::Ask);
        assert_eq!(place("/acme/ask/"), Place::Ask);
        for path in ["//ask", "/acme/ask/x", "/acme/ask//", "/acme/data-model", "//data-model/x"] {
            assert_eq!(place(path), Place::Other, "{path}");
        }
        for path in ["", "/", "/acme", "/acme/workbook", "/acme/workbook/", "/Embed/x", "/embeds/x"]
        {
            assert_eq!(place(path), Place::Other, "{path}");
        }
    }
}
