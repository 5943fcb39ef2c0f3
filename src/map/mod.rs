//! The embed map: for every embed id, the workbook that replaces it, read from csv, json and toml files or from Sigma's API.
//!
//! One entry is these named values, the same in every format ([`Format`] says how each is laid out):
//!
//! | name | meaning |
//! |---|---|
//! | `embed_id` | the old embed: `1-<base62>`, bare base62, a UUID, or a whole embed URL |
//! | `org` | the organisation's slug in the new URL |
//! | `workbook_id` | the workbook: its URL id, `<Name>-<urlId>`, a UUID, or a whole workbook URL |
//! | `workbook_name` | for people; never compared with an entry that has none |
//! | `page_id`, `element_id` | at most one: the embed was made for this page or element |
//! | `public` | `true` for a public embed, which is not deprecated and needs no workbook |
//! | `archived` | `true` if the workbook is archived; for people, never compared |
//!
//! An entry that is not public and names no workbook is a blank of a skeleton still to be filled in: it is kept, so
//! that it can be listed, and whoever looks it up treats it as unmapped ([`Entry::is_unmapped`]).

mod column;
mod error;
#[cfg(feature = "cli")]
pub mod fill;
mod format;
mod json;
#[cfg(feature = "cli")]
pub mod pull;
mod row;
#[cfg(feature = "cli")]
pub mod skeleton;
mod source;
mod table;
#[cfg(feature = "cli")]
mod toml;
mod tree;
#[cfg(feature = "cli")]
pub mod write;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_errors;
#[cfg(test)]
mod tests_shown;

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::fmt;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

pub use error::{MapError, Spot};
pub use format::Format;

use crate::dialect::id::IdKey;
use column::Column;
use source::{Source, shown};

/// The largest map file that is read: far above any real one, far below what would exhaust a machine.
pub const MAX_BYTES: u64 = 64 << 20;

/// The same of TOML, which its parser makes a tree of many times its size.
pub const MAX_TOML_BYTES: u64 = 4 << 20;

/// The most embeds that a map knows: an entry takes far more memory than the shortest line that makes one. Its test need not wait.
pub const MAX_ENTRIES: usize = if cfg!(test) { 100_000 } else { 1_000_000 };

/// Where something stands in a map file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file as the user named it.
    pub file: Arc<str>,
    /// The line, counted from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What part of the workbook an embed shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// All of it.
    #[default]
    Workbook,
    /// The page with this id.
    Page(String),
    /// The element with this id.
    Element(String),
}

/// One embed and what replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The embed id as it was written, or the id segment where a whole URL was.
    pub embed_id: String,
    /// The slug of the organisation, unless left to the command line.
    pub org: Option<String>,
    /// The workbook id in the form a URL takes.
    pub workbook_id: Option<String>,
    /// The workbook's name, for people.
    pub workbook_name: Option<String>,
    /// The part of the workbook that was embedded.
    pub target: Target,
    /// Whether this is a public embed, which stays as it is.
    pub public: bool,
    /// Whether the workbook is archived, for people.
    pub archived: bool,
    /// Where the entry was read.
    pub place: Place,
}

impl Entry {
    /// Whether this is a blank of a skeleton: not public, and no workbook given yet.
    pub fn is_unmapped(&self) -> bool {
        !self.public && self.workbook_id.is_none()
    }

    /// The page that was embedded, if it was one.
    pub fn page_id(&self) -> Option<&str> {
        match &self.target {
            Target::Page(id) => Some(id),
            Target::Workbook | Target::Element(_) => None,
        }
    }

    /// The element that was embedded, if it was one.
    pub fn element_id(&self) -> Option<&str> {
        match &self.target {
            Target::Element(id) => Some(id),
            Target::Workbook | Target::Page(_) => None,
        }
    }

    /// What the two entries say differently, in words, or nothing if they agree.
    ///
    /// A name decides nothing, so one that only one of the two gives is no difference.
    fn differences(&self, other: &Self) -> String {
        let name = |this: &Self, that: &Self| {
            that.workbook_name.as_ref().and(this.workbook_name.as_deref()).map(str::to_owned)
        };
        let public = |entry: &Self| Some(entry.public.to_string());
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let pairs = [
            (Column::Org, owned(self.org.as_deref()), owned(other.org.as_deref())),
            (
                Column::WorkbookId,
                owned(self.workbook_id.as_deref()),
                owned(other.workbook_id.as_deref()),
            ),
            (Column::WorkbookName, name(self, other), name(other, self)),
            (Column::PageId, owned(self.page_id()), owned(other.page_id())),
            (Column::ElementId, owned(self.element_id()), owned(other.element_id())),
            (Column::Public, public(self), public(other)),
        ];
        let word = |text: Option<String>| {
            text.map_or_else(|| "empty".to_owned(), |text| format!("`{}`", shown(&text)))
        };
        pairs
            .into_iter()
            .filter(|(_, one, two)| one != two)
            .map(|(column, one, two)| format!("{column} is {}, then {}", word(one), word(two)))
            .collect::<Vec<_>>()
            .join("; ")
    }
}

/// All entries of one run, of one file or several.
#[derive(Clone, Debug, Default)]
pub struct EmbedMap {
    entries: Vec<Entry>,
    /// Position in `entries`; never iterated, so its order is invisible.
    index: HashMap<IdKey<'static>, usize>,
}

/// The name of a map file, and what it holds.
fn read(path: &Path) -> Result<(String, Vec<u8>), MapError> {
    let name = path.display().to_string();
    let unreadable = |source| MapError::Read { file: name.clone(), source };
    let about = fs::metadata(path).map_err(unreadable)?;
    if about.is_dir() {
        return Err(MapError::Directory { file: name });
    }
    let mut bytes = Vec::new();
    // The size on record may be wrong or missing (a pipe, a growing file), so the reading itself is bounded.
    if about.len() <= MAX_BYTES {
        File::open(path)
            .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
            .map_err(unreadable)?;
    }
    if about.len().max(bytes.len() as u64) > MAX_BYTES {
        return Err(MapError::TooLarge { file: name, limit: MAX_BYTES });
    }
    Ok((name, bytes))
}

impl EmbedMap {
    /// Reads a map file and adds its entries; may be called for several files.
    ///
    /// The format is told by the extension, without a known one by the content. After an error the map is as before.
    pub fn load(&mut self, path: &Path) -> Result<(), MapError> {
        let (name, bytes) = read(path)?;
        let format = Format::of_path(path).unwrap_or_else(|| Format::of_content(&bytes));
        self.parse(&name, &bytes, format)
    }

    /// Adds the entries of a file that was read already; `name` is what places and errors call it.
    ///
    /// After an error the map is as before.
    pub fn parse(&mut self, name: &str, bytes: &[u8], format: Format) -> Result<(), MapError> {
        let before = self.entries.len();
        let result = self.parse_rows(name, bytes, format);
        if result.is_err() {
            self.entries.truncate(before);
            self.index.retain(|_, at| *at < before);
        }
        result
    }

    fn parse_rows(&mut self, name: &str, bytes: &[u8], format: Format) -> Result<(), MapError> {
        let source = Source::new(name, bytes)?;
        let mut sink = |row: &row::Row<'_>| {
            let entry = row.entry(&source)?;
            self.add(entry, || source.spot(row.span()))
        };
        match format {
            Format::Csv => table::read(&source, None, &mut sink),
            Format::Tsv => table::read(&source, Some(b'\t'), &mut sink),
            Format::Json => json::read(&source, &mut sink),
            Format::Toml if bytes.len() as u64 > MAX_TOML_BYTES => {
                Err(MapError::TooLarge { file: name.to_owned(), limit: MAX_TOML_BYTES })
            }
            #[cfg(feature = "cli")]
            Format::Toml => tree::rows(&source, toml::read(&source)?, &mut sink),
            #[cfg(not(feature = "cli"))]
            Format::Toml => Err(MapError::NoToml { file: name.to_owned() }),
        }
    }

    /// Adds one entry that comes from elsewhere than a file.
    ///
    /// A second entry for an embed id, in whatever spelling, must agree with the first, which is the one kept.
    pub fn insert(&mut self, entry: Entry) -> Result<(), MapError> {
        let place = entry.place.clone();
        self.add(entry, || Spot::new(place))
    }

    fn add(&mut self, entry: Entry, spot: impl FnOnce() -> Spot) -> Result<(), MapError> {
        match self.index.entry(IdKey::of(entry.embed_id.as_bytes()).into_owned()) {
            Slot::Vacant(_) if self.entries.len() >= MAX_ENTRIES => {
                return Err(MapError::TooMany { place: spot().place });
            }
            Slot::Vacant(slot) => {
                slot.insert(self.entries.len());
                self.entries.push(entry);
            }
            Slot::Occupied(slot) => {
                if let Some(first) = self.entries.get(*slot.get()) {
                    let differs = first.differences(&entry);
                    if !differs.is_empty() {
                        return Err(MapError::Conflict {
                            first: first.place.clone(),
                            spot: spot(),
                            embed_id: shown(&entry.embed_id),
                            differs,
                        });
                    }
                }
            }
        }
        Ok(())
    }

    /// The entry of an embed id in any of its spellings: a UUID, `1-<base62>`, bare base62.
    ///
    /// Ask [`Entry::is_unmapped`] before using it: a blank of a skeleton is found too.
    pub fn get(&self, embed_id: &[u8]) -> Option<&Entry> {
        self.entry(self.position(&IdKey::of(embed_id))?)
    }

    /// The number of the entry that [`EmbedMap::get`] gives for an id with this key.
    pub fn position(&self, embed: &IdKey<'_>) -> Option<usize> {
        self.index.get(embed).copied()
    }

    /// The entry of this number, counted from 0.
    pub fn entry(&self, number: usize) -> Option<&Entry> {
        self.entries.get(number)
    }

    /// How many embeds the map knows, blanks included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether the map knows no embed at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The organisation, if all entries that name one name the same.
    pub fn only_org(&self) -> Option<&str> {
        let mut orgs = self.entries.iter().filter_map(|entry| entry.org.as_deref());
        let first = orgs.next()?;
        orgs.all(|org| org == first).then_some(first)
    }

    /// All entries: the files in the order they were added, each from its first line to its last.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.entries.iter()
    }
}
