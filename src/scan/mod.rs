//! A file's text becomes the embeds and the building code in it, what is to be said of them, and the edits that fix them; pure.

mod advice;
mod api;
mod builder;
pub mod fix;
mod needle;
pub mod suppress;
mod template;
mod url;

pub use needle::Needles;

use needle::Hits;

use crate::dialect::span::Span;
use crate::judge::run::Print;
use crate::judge::{Judgement, Scratch};
use crate::rule::{Context, Found, Text};

/// Who knows where an embed leads in the new dialect.
pub trait Bases: Sync {
    /// Scheme, host and path of the URL that replaces this one; nothing if no workbook is known for it.
    fn base(&self, judgement: &Judgement<'_>) -> Option<Vec<u8>>;

    /// The whole URL that replaces this one, without a token: the base, `?:embed=true`, the kept parameters byte for byte, the
    /// fragment. Nothing if no workbook is known for it.
    fn unsigned(&self, _judgement: &Judgement<'_>) -> Option<Vec<u8>> {
        None
    }
}

/// What is known beside the files: the same for all of a run.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// What the rules are told.
    pub context: &'a Context<'a>,
    /// Made for the same context.
    pub needles: &'a Needles,
    /// For fixes of base paths.
    pub bases: Option<&'a dyn Bases>,
    /// Findings in one file, or words, from which on the rest of it is not looked at: a file may be made to fill the memory.
    pub most: usize,
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Examined {
    /// Findings in the order of their places.
    pub found: Vec<Found>,
    /// Where URLs stand, in order and apart from one another.
    pub spans: Vec<Span>,
    /// URLs of Sigma's: embeds and JWT-signed ones.
    pub urls: u64,
    /// The embed ids in them, where they stand.
    pub embeds: Vec<Embed>,
    /// What signed URLs say of their users, where they stand.
    pub prints: Vec<Printed>,
    /// Where the words stand that the needles were given, in order.
    pub words: Vec<u32>,
    /// Whether the file holds so much that the rest of it was not looked at.
    pub cut: bool,
}

/// What a signed URL says of its user, for what the URLs of a run say of one another.
#[derive(Clone, Copy, Debug)]
pub struct Printed {
    /// What it says.
    pub print: Print,
    /// Where its nonce stands, or else the URL.
    pub nonce: Span,
    /// Where its user stands, or else the URL.
    pub email: Span,
}

/// An embed id in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embed {
    /// As it is written in the URL, decoded.
    pub id: String,
    /// Where, in bytes of the text.
    pub span: Span,
    /// Whether what stands around it, or the map, says that it is public.
    pub public: bool,
}

/// Looks at a file: URLs first, then the code beside them that builds others.
pub fn examine(text: &Text<'_>, options: &Options<'_>, scratch: &mut Scratch) -> Examined {
    let (text, most) = (text.bytes(), options.most);
    let Hits { starts, colons, calls, words } = options.needles.search(text, options.context, most);
    let mut examined = Examined { words, ..Examined::default() };
    let taken = url::examine(text, &starts, options, scratch, &mut examined);
    builder::examine(text, &colons, &taken, options, &mut examined.found);
    examined.spans = taken;
    api::examine(text, &calls, most, &mut examined.found);
    examined.cut = examined.found.len() >= most || examined.words.len() >= most;
    examined.prints.sort_by_key(|printed| printed.nonce);
    examined.found.iter_mut().for_each(|found| advice::fit(&mut found.finding));
    examined.found.sort_by_key(|found| (found.finding.span, found.finding.rule.index));
    examined
}
