//! One row, whatever format it came in: its values checked and made an entry.

use std::borrow::Cow;
use std::ops::Range;

use crate::dialect::id::{IdKey, workbook_url_id};
use crate::dialect::path::is_path_part;
use crate::dialect::workbook::{NoWorkbook, WorkbookRef};

use super::column::Column;
use super::error::MapError;
use super::source::{Source, looks_secret, shown};
use super::{Entry, Target};

const ORG_HELP: &str = "write only the slug: `acme` of https://app.sigmacomputing.com/acme/…";
const WORKBOOK_HELP: &str = "write the workbook's id as it ends its URL, its UUID, or its whole URL: \
    https://app.sigmacomputing.com/<org>/workbook/<id>, with /page/<id> or /element/<id> for a part of it";
const EMBED_HELP: &str = "write the id that follows /embed/ in the old URL, its UUID, or the whole URL: \
    https://app.sigmacomputing.com/embed/<id>";
const PART_HELP: &str = "an id holds only letters, digits and - . _ ~";
const BOTH_HELP: &str = "an embed shows one page or one element: leave the other empty";

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Cell<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) span: Range<usize>,
}

/// The values of one entry as they were written.
#[derive(Debug, Default)]
pub(super) struct Row<'a> {
    span: Range<usize>,
    cells: [Option<Cell<'a>>; Column::ALL.len()],
}

impl<'a> Row<'a> {
    /// A row without values that stands at `span`.
    pub(super) fn new(span: Range<usize>) -> Self {
        Self { span, ..Self::default() }
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Sets a value; `false` if the row has one for that column already.
    pub(super) fn set(&mut self, column: Column, cell: Cell<'a>) -> bool {
        match self.cells.get_mut(column as usize) {
            Some(slot @ None) => {
                *slot = Some(cell);
                true
            }
            _ => false,
        }
    }

    /// Sets a value in place of whatever was there.
    pub(super) fn replace(&mut self, column: Column, cell: Cell<'a>) {
        if let Some(slot) = self.cells.get_mut(column as usize) {
            *slot = Some(cell);
        }
    }

    /// The value of a column without surrounding spaces, unless it is blank.
    pub(super) fn get(&self, column: Column) -> Option<&str> {
        let text = self.cells.get(column as usize)?.as_ref()?.text.trim();
        (!text.is_empty()).then_some(text)
    }

    pub(super) fn is_blank(&self) -> bool {
        Column::ALL.into_iter().all(|column| self.get(column).is_none())
    }

    /// The entry this row describes.
    pub(super) fn entry(&self, source: &Source<'_>) -> Result<Entry, MapError> {
        let check = Check { row: self, source };
        let embed_id = check.embed_id()?;
        let org = check.segment(Column::Org, ORG_HELP)?;
        let page = check.segment(Column::PageId, PART_HELP)?;
        let element = check.segment(Column::ElementId, PART_HELP)?;
        let public = check.flag(Column::Public)?;
        let archived = check.flag(Column::Archived)?;
        let (workbook_id, found) = match check.workbook(&embed_id)? {
            Some(mut found) => (Some(std::mem::take(&mut found.id)), found),
            None => (None, WorkbookRef::default()),
        };
        // A browser's `:nodeId` may be that of the element.
        let node = found.page.filter(|page| element.as_ref() != Some(page));
        let org = check.merge(Column::Org, org, found.org)?;
        let page = check.merge(Column::PageId, page, node)?;
        let element = check.merge(Column::ElementId, element, found.element)?;
        let target = match (page, element) {
            (None, None) => Target::Workbook,
            (Some(page), None) => Target::Page(page),
            (None, Some(element)) => Target::Element(element),
            (Some(_), Some(element)) => {
                let problem = "is given together with a page_id";
                return Err(check.bad(Column::ElementId, &element, problem, BOTH_HELP));
            }
        };
        Ok(Entry {
            embed_id,
            org,
            workbook_id,
            workbook_name: self.get(Column::WorkbookName).map(str::to_owned),
            target,
            public,
            archived,
            place: source.place(self.span.start),
        })
    }
}

struct Check<'r, 'a> {
    row: &'r Row<'a>,
    source: &'r Source<'r>,
}

impl Check<'_, '_> {
    fn bad(
        &self,
        column: Column,
        value: &str,
        problem: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) -> MapError {
        let cell = self.row.cells.get(column as usize).and_then(Option::as_ref);
        let span = cell.map_or_else(|| self.row.span(), |cell| cell.span.clone());
        MapError::Value {
            spot: self.source.spot(span),
            name: column.name(),
            value: shown(value),
            problem: problem.into(),
            help: help.into(),
        }
    }

    fn embed_id(&self) -> Result<String, MapError> {
        let Some(text) = self.row.get(Column::EmbedId) else {
            return Err(MapError::Shape {
                spot: self.source.spot(self.row.span()),
                problem: "an entry without embed_id".to_owned(),
                help: EMBED_HELP.into(),
            });
        };
        let id = match text.split_once("/embed/") {
            // `&` too: some signers put it where the first `?` belongs.
            Some((_, rest)) => rest.split(['/', '?', '#', '&']).next().unwrap_or(rest),
            None => text,
        };
        // A template placeholder may hold anything else, but no id a URL path can carry holds these.
        let foreign = id.chars().find(|&c| matches!(c, '/' | '?' | '#') || c.is_control());
        if id.is_empty() || foreign.is_some() {
            return Err(self.bad(Column::EmbedId, text, "is not an embed id", EMBED_HELP));
        }
        Ok(id.to_owned())
    }

    /// A value that goes into the new URL's path as it is.
    fn segment(&self, column: Column, help: &'static str) -> Result<Option<String>, MapError> {
        let Some(text) = self.row.get(column) else {
            return Ok(None);
        };
        self.plain(column, text, help)?;
        Ok(Some(text.to_owned()))
    }

    fn plain(&self, column: Column, text: &str, help: &'static str) -> Result<(), MapError> {
        if is_path_part(text) {
            return Ok(());
        }
        // Dots alone are a step in the path; anything else has a character that no part of a path has.
        let fits = |c: char| is_path_part(format!("x{c}"));
        let problem = match text.chars().find(|c| !fits(*c)) {
            None => "cannot be part of a path".to_owned(),
            Some(' ') => "holds a space".to_owned(),
            Some(c) => format!("holds `{}`", shown(c.encode_utf8(&mut [0; 4]))),
        };
        Err(self.bad(column, text, problem, help))
    }

    fn flag(&self, column: Column) -> Result<bool, MapError> {
        let Some(text) = self.row.get(column) else {
            return Ok(false);
        };
        match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(true),
            "false" | "no" | "0" => Ok(false),
            _ => Err(self.bad(
                column,
                text,
                "is neither true nor false",
                "write true, false, yes, no, 1 or 0, or leave it empty for false",
            )),
        }
    }

    fn workbook(&self, embed_id: &str) -> Result<Option<WorkbookRef>, MapError> {
        let Some(text) = self.row.get(Column::WorkbookId) else {
            return Ok(None);
        };
        let found = if let Some(found) = WorkbookRef::of_url(text) {
            found.map_err(|problem| {
                let problem = match problem {
                    NoWorkbook::Parameter(name) => NoWorkbook::Parameter(shown(&name)),
                    other => other,
                };
                // What comes behind the path may hold a token.
                let path = text.split(['?', '#']).next().unwrap_or(text);
                self.bad(Column::WorkbookId, path, problem.to_string(), WORKBOOK_HELP)
            })?
        } else {
            // Before it is shortened to its last part, which would hide a stray slash.
            self.plain(Column::WorkbookId, text, WORKBOOK_HELP)?;
            if looks_secret(text) {
                let problem = "looks like a token or a secret";
                return Err(self.bad(Column::WorkbookId, "…", problem, WORKBOOK_HELP));
            }
            WorkbookRef { id: workbook_url_id(text), ..WorkbookRef::default() }
        };
        let key = IdKey::of(found.id.as_bytes());
        let is_embed = matches!(key, IdKey::Uuid(_))
            && (text.starts_with("1-") || key == IdKey::of(embed_id.as_bytes()));
        if is_embed {
            return Err(self.bad(
                Column::WorkbookId,
                text,
                "is an embed id",
                "write the id of the workbook that this embed shows, without `1-`",
            ));
        }
        Ok(Some(found))
    }

    /// A value of its own cell and the same from the workbook's URL, which must not contradict each other.
    fn merge(
        &self,
        column: Column,
        cell: Option<String>,
        url: Option<String>,
    ) -> Result<Option<String>, MapError> {
        match (cell, url) {
            (Some(cell), Some(url)) if cell != url => Err(self.bad(
                column,
                &cell,
                format!("is not the `{}` of the workbook's URL", shown(&url)),
                "correct one of the two, or leave this one empty",
            )),
            (cell, url) => Ok(cell.or(url)),
        }
    }
}
