//! What all blocks of a source have in common: the format, the field that holds the URL, and the columns of a table.

use std::collections::{HashMap, HashSet};

use super::{Format, MAX_COLUMNS, cells};

/// What tables are written with: spreadsheets of many countries write `;`.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// What all blocks of a source have in common.
pub(super) struct Layout {
    pub(super) format: Format,
    pub(super) field: String,
    /// What stands between two cells, in the formats that have cells.
    pub(super) delimiter: Option<u8>,
    pub(super) columns: Columns,
}

impl Layout {
    pub(super) fn new(format: Format, field: &str, delimiter: Option<u8>) -> Self {
        let usual = format.delimiter();
        let delimiter = usual.map(|usual| delimiter.unwrap_or(usual));
        Self { format, field: field.to_owned(), delimiter, columns: Columns::default() }
    }

    pub(super) fn with_columns(&self, columns: Columns) -> Self {
        Self { columns, ..Self::new(self.format, &self.field, self.delimiter) }
    }

    /// The same table with another delimiter, if with that one a column of the header at the start of `input` is the field.
    pub(super) fn with_other_delimiter(&self, input: &[u8]) -> Option<Self> {
        let others = DELIMITERS.into_iter().filter(|other| *other != self.delimiter());
        let mut others = others.map(|other| Self::new(self.format, &self.field, Some(other)));
        others.find(|layout| layout.names(input).0.contains(&self.field))
    }

    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter.unwrap_or(b',')
    }

    /// The cells of the record at the start of `input` as names, and the length of the record.
    pub(super) fn names(&self, input: &[u8]) -> (Vec<String>, usize) {
        let mut names = Vec::new();
        let extent = cells::record(self.delimiter(), input, |index, range| {
            // One more than there may be says enough.
            if index > MAX_COLUMNS {
                return;
            }
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
    /// The same, to look one up.
    taken: HashSet<String>,
}

impl Columns {
    /// `None` if no column has the name of the field. Of several that have it the first holds the URL.
    pub(super) fn new(names: &[String], field: &str) -> Option<Self> {
        let url = names.iter().position(|name| name == field)?;
        let mut carried: Vec<String> = Vec::with_capacity(names.len());
        let mut taken = HashSet::from([field.to_owned()]);
        // The number that the next column of a name has: no number is tried twice.
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        for (index, name) in names.iter().enumerate() {
            if index == url {
                continue;
            }
            let mut unique = name.clone();
            while !taken.insert(unique.clone()) {
                let number = numbers.entry(name).or_insert(2);
                unique = format!("{name}_{number}");
                *number += 1;
            }
            carried.push(unique);
        }
        taken.remove(field);
        Some(Self { url, carried, taken })
    }

    /// A name for the cell at `index`, beyond the last column.
    pub(super) fn beyond(&self, index: usize) -> String {
        let mut name = format!("column{}", index + 1);
        while self.taken.contains(&name) {
            name.push('_');
        }
        name
    }
}
