//! What a configuration changes in the parameter table: Sigma has moved it before.

use super::params::{Id, Parameter};

/// Rows that stand in for those of the table, and rows it does not have, by name.
#[derive(Clone, Debug, Default)]
pub struct Overlay(Vec<&'static Parameter>);

impl Overlay {
    /// Adds a row. One that stands in for another of the table has its id; one that the table does not have has
    /// [`Id::Unknown`], and a fate that nothing unknown has.
    pub fn insert(&mut self, row: Parameter) {
        // Every parameter of a URL points to its row, and a configuration is read once in the life of the process: its
        // few rows may live as long as the table's.
        let row: &'static Parameter = Box::leak(Box::new(row));
        match self.0.binary_search_by_key(&row.name, |other| other.name) {
            Ok(at) => {
                if let Some(slot) = self.0.get_mut(at) {
                    *slot = row;
                }
            }
            Err(at) => self.0.insert(at, row),
        }
    }

    /// The row of a decoded name without its colon, if this has one for it.
    pub fn get(&self, name: &[u8]) -> Option<&'static Parameter> {
        let at = self.0.binary_search_by_key(&name, |row| row.name.as_bytes()).ok()?;
        self.0.get(at).copied()
    }

    /// The row with this id: this one's, or the table's.
    pub fn row(&self, id: Id) -> &'static Parameter {
        let row = id.row();
        if row.is_pattern() { row } else { self.get(row.name.as_bytes()).unwrap_or(row) }
    }

    /// All of its rows, by name.
    pub fn rows(&self) -> impl Iterator<Item = &'static Parameter> {
        self.0.iter().copied()
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
