//! The part of a file that an error shows: a piece of one line around what the error is about.

use std::ops::Range;

/// How much of a line is shown before and after the point it is about, in bytes; a file may be one line.
const BEFORE: usize = 80;
const AFTER: usize = 160;

/// A piece of a line, and the part of it that an error is about.
#[derive(Debug)]
#[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the command shows it"))]
pub struct Frame {
    file: String,
    text: String,
    /// Line and column of its first character, from 0.
    line: usize,
    column: usize,
    span: Range<usize>,
}

impl Frame {
    /// Cuts a frame around `span` (bytes of the line) out of line `number` (from 0) of `file`. What must not be shown has
    /// been masked in the line before: a cut could part a secret from the name that gives it away.
    pub fn cut(file: &str, number: usize, line: &str, span: Range<usize>) -> Self {
        let at = boundary(line, span.start);
        let from = boundary(line, at.saturating_sub(BEFORE));
        let to = boundary(line, at + AFTER);
        Self {
            file: file.to_owned(),
            text: line.get(from..to).unwrap_or_default().to_owned(),
            line: number,
            column: line.get(..from).map_or(0, |ahead| ahead.chars().count()),
            span: at - from..span.end.min(to).max(at) - from,
        }
    }
}

/// The start of the character that an offset falls into, or the end of the text.
pub fn boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(feature = "cli")]
mod diagnostic {
    //! What miette is shown of a frame.

    use std::fmt;

    use miette::{
        LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents,
    };

    use super::Frame;

    impl Frame {
        /// What a diagnostic reads.
        pub fn source(&self) -> &dyn SourceCode {
            self
        }

        /// The marked part with a word to it.
        pub fn label(&self, text: impl fmt::Display) -> LabeledSpan {
            LabeledSpan::new_with_span(Some(text.to_string()), self.span.clone())
        }
    }

    impl SourceCode for Frame {
        fn read_span<'a>(
            &'a self,
            span: &SourceSpan,
            before: usize,
            after: usize,
        ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
            let part = self.text.read_span(span, before, after)?;
            // Columns are counted in characters; those of the part are bytes.
            let ahead = self.text.get(..part.span().offset()).unwrap_or_default();
            Ok(Box::new(MietteSpanContents::new_named(
                self.file.clone(),
                part.data(),
                *part.span(),
                part.line() + self.line,
                ahead.chars().count() + self.column,
                part.line_count(),
            )))
        }
    }
}
