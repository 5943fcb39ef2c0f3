//! Code frames for a terminal, drawn by miette.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, Severity as Weight, SourceCode, SourceSpan, SpanContents,
};

use super::{Frame, shorten};
use crate::report::human::Look;
use crate::report::redact::one_line;
use crate::rule::Severity;

impl Frame {
    /// The frame for a terminal. Without the lines around, nothing ends it either.
    pub(in crate::report) fn render(&self, look: Look, help: &[String], around: bool) -> String {
        let mut theme = match (look.ascii, look.colour) {
            (false, true) => GraphicalTheme::unicode(),
            (false, false) => GraphicalTheme::unicode_nocolor(),
            (true, true) => GraphicalTheme::ascii(),
            (true, false) => GraphicalTheme::none(),
        };
        let bar = theme.characters.hbar.to_string();
        let end = format!("{}{}", theme.characters.lbot, bar.repeat(4));
        let styles = &mut theme.styles;
        styles.highlights = vec![match self.severity {
            Severity::Error => styles.error,
            Severity::Warning => styles.warning,
            Severity::Info => styles.advice,
        }];
        let width = usize::from(look.width);
        let number = (self.region.line + 1).to_string().len();
        // The number of the line, the bar and the spaces around them.
        let room = width.saturating_sub(number + 4);
        let shown = Shown { frame: self, help, source: self.source(room, around) };
        let mut text = String::new();
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .with_width(width)
            .with_context_lines(1);
        // A text takes everything.
        let _ = handler.render_report(&mut text, &shown);
        let is_end = |line: &str| !around && line.trim() == end;
        let lines = text.lines().filter(|line| !is_end(line));
        let text: String = lines.map(|line| line.trim_end().to_owned() + "\n").collect();
        if look.ascii { text.replace('\u{2026}', "...") } else { text }
    }

    fn source(&self, room: usize, around: bool) -> Snippet {
        let [before, marked, behind] = self.fit(room.max(20));
        let beside = |line: &Option<String>| {
            line.as_deref().filter(|_| around).map(|line| shorten(line, room))
        };
        let mut text = String::new();
        let mut line = self.region.line;
        if let Some(above) = beside(&self.above) {
            text = above + "\n";
            line -= 1;
        }
        let at = text.len() + before.len();
        let length = marked.len();
        text.extend([before, marked, behind]);
        if let Some(below) = beside(&self.below) {
            text.extend(["\n", &below]);
        }
        Snippet {
            name: one_line(&self.path),
            text,
            first_line: zero_based(line),
            place: (zero_based(self.region.line), zero_based(self.region.column)),
            mark: (at, length).into(),
        }
    }
}

fn zero_based(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1)
}

/// The lines as they are shown.
#[derive(Debug)]
struct Snippet {
    name: String,
    text: String,
    /// The number of the first line, from 0.
    first_line: usize,
    /// Line and column of the finding in the file, from 0: what is shown may begin later in its line.
    place: (usize, usize),
    /// The finding in the text.
    mark: SourceSpan,
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // Without lines around it, the finding is asked for its place.
        let (line, column) = if before == 0 { self.place } else { (self.first_line, 0) };
        let span = (0, self.text.len()).into();
        let contents = MietteSpanContents::new_named(
            self.name.clone(),
            self.text.as_bytes(),
            span,
            line,
            column,
            self.text.lines().count(),
        );
        Ok(Box::new(contents))
    }
}

/// A frame as miette takes it.
#[derive(Debug)]
struct Shown<'a> {
    frame: &'a Frame,
    help: &'a [String],
    source: Snippet,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.frame.severity, self.frame.rule.id, self.frame.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn severity(&self) -> Option<Weight> {
        Some(match self.frame.severity {
            Severity::Error => Weight::Error,
            Severity::Warning => Weight::Warning,
            Severity::Info => Weight::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(self.help.join("\n")) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_primary_with_span(None, self.source.mark);
        Some(Box::new(std::iter::once(label)))
    }
}
