//! Lists of URLs: files and standard input as a stream of blocks, and blocks as rows. Beside them, the files of a tree.
//!
//! One thread opens a [`Source`] and cuts it into [`Block`]s of whole records; any thread turns a block into
//! [`Row`]s. Memory is bounded by the size of a block and by [`MAX_ROW`], whatever the size of the file or of a line.
//!
//! A *physical line* ends at a line feed, in every format; a carriage return before it belongs to the line end.

mod block;
mod cells;
mod cut;
mod decode;
mod error;
pub mod files;
mod format;
mod json;
mod layout;
mod row;
mod source;
#[cfg(test)]
mod tests;

pub use block::{Block, Rows};
pub use error::{InputError, RowProblem};
pub use format::{Format, Options};
pub use row::{Carried, CarriedValue, Row};
pub use source::Source;

/// The longest row that is read, in bytes without its line end; a longer one is a [`RowProblem::TooLong`].
pub const MAX_ROW: usize = 1024 * 1024;

/// The most columns that a table has, as in spreadsheets.
pub const MAX_COLUMNS: usize = 16_384;

/// The most parts between `&` that a URL is read with: far above any real one. Each may be worth a finding, and nobody reads more.
pub const MAX_PARTS: usize = 10_000;

/// How much is read before a block is cut: large enough that handing it to another thread costs nothing beside
/// reading it, small enough that several are in flight without being noticed.
const BLOCK_SIZE: usize = 64 * 1024;

/// The most lines of a block: what a row takes in memory is far more than the shortest line. Of URLs a block holds hundreds.
const BLOCK_ROWS: usize = 4096;
