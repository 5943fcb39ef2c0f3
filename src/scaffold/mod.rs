//! What was found becomes the code that replaces it: a signer in the language of the project. Pure.

mod case;
mod foreign;
mod language;
mod model;
mod page;
mod sample;
mod slot;

pub use case::{Case, Given, Suite};
pub use foreign::Foreign;
pub use language::{LANGUAGES, Language, find, of_file};
pub use model::{Embed, Field, Line, Model, Note, Workbook};
pub use page::{Choice, write, write_test};
pub use sample::{BadReport, Sample, of_report};
