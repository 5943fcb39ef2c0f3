//! What all blocks of a source have in common: the format, the field that holds the URL, and the columns of a table.

use super::{Format, cells};

/// What all blocks of a source have in common.
pub(super) struct Layout {
    pub(super) format: Format,
    pub(super) field: String,
    pub(super) columns: Columns,
}

impl Layout {
    pub(super) fn new(format: Format, field: &str) -> Self {
        Self { format, field: field.to_owned(), columns: Columns::default() }
    }

    pub(super) fn with_columns(&self, columns: Columns) -> Self {
        Self { format: self.format, field: self.field.clone(), columns }
    }

    pub(super) fn delimiter(&self) -> u8 {
        self.format.delimiter().unwrap_or(b',')
    }

    /// The cells of the record at the start of `input` as names, and the length of the record.
    pub(super) fn names(&self, input: &[u8]) -> (Vec<String>, usize) {
        let mut names = Vec::new();
        let extent = cells::record(self.delimiter(), input, |_, range| {
            let cell = cells::decode(input.get(range).unwrap_or_default());
            names.push(String::from_utf8_lossy(&cell).into_owned());
        });
        (names, extent.len)
    }
}

/// The header of a table.
#[derive(Default)]
pub(super) struct Columns {
    /// Which column holds the URL.
    pub(super) url: usize,
    /// The other columns' names, each different.
    pub(super) carried: Vec<String>,
}

impl Columns {
    /// `None` if no column has the name of the field. Of several that have it the first holds the URL.
    pub(super) fn new(names: &[String], field: &str) -> Option<Self> {
        let url = names.iter().position(|name| name == field)?;
        let mut carried: Vec<String> = Vec::with_capacity(names.len());
        for (index, name) in names.iter().enumerate() {
            if index == url {
                continue;
            }
            let taken = |name: &str| name == field || carried.iter().any(|other| other == name);
            let mut unique = name.clone();
            let mut count = 2;
            while taken(&unique) {
                unique = format!("{name}_{count}");
                count += 1;
            }
            carried.push(unique);
        }
        Some(Self { url, carried })
    }

    /// A name for the cell at `index`, beyond the last column.
    pub(super) fn beyond(&self, index: usize) -> String {
        let mut name = format!("column{}", index + 1);
        while self.carried.contains(&name) {
            name.push('_');
        }
        name
    }
}
