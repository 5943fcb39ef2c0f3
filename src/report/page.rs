//! A page for a terminal: tables and paragraphs that fit its width, and colour that has none.

use std::fmt::Write;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

use super::tally::SEVERITIES;
use crate::rule::Severity;
use crate::text::grouped;

/// What is coloured in a table.
#[derive(Clone, Copy)]
pub(super) enum Paint {
    Plain,
    /// Its first line.
    Header,
    /// Its first line, and the severities that its rows begin with.
    Findings,
}

/// The text on its way.
pub(super) struct Page {
    width: u16,
    colour: bool,
    pub(super) text: String,
}

pub(super) fn number_cell(count: u64) -> Cell {
    Cell::new(grouped(count)).set_alignment(CellAlignment::Right)
}

/// Select graphic rendition: the codes of a colour or weight around a text.
fn rendition(code: &str, text: &str) -> String {
    format!("\x1b[{code}m{text}\x1b[0m")
}

fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "31",
        Severity::Warning => "33",
        Severity::Info => "34",
    }
}

impl Page {
    pub(super) fn new(width: u16, colour: bool) -> Self {
        Self { width, colour, text: String::new() }
    }

    fn bold(&self, text: &str) -> String {
        if self.colour { rendition("1", text) } else { text.to_owned() }
    }

    /// A line that stands under a heading without being one.
    pub(super) fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    pub(super) fn heading(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let text = self.bold(text);
        let _ = writeln!(self.text, "{text}");
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        let mut table = self.table(&[]);
        table.add_row([text]);
        self.push(&table, Paint::Plain);
    }

    /// A table without lines, as wide as the page at most.
    pub(super) fn table(&self, header: &[&str]) -> Table {
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(self.width);
        if !header.is_empty() {
            table.set_header(header);
        }
        table
    }

    /// Writes a table. Colour comes last: it has no width.
    pub(super) fn push(&mut self, table: &Table, paint: Paint) {
        for (number, line) in table.lines().enumerate() {
            let line = line.trim_end();
            let line = line.strip_prefix(' ').unwrap_or(line);
            let line = match (paint, severity_in(line)) {
                (Paint::Header | Paint::Findings, _) if number == 0 => self.bold(line),
                (Paint::Findings, Some(severity)) => self.severity(severity, line),
                _ => line.to_owned(),
            };
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    /// What to do next.
    pub(super) fn steps(&mut self, steps: Vec<String>) {
        self.heading("What to do next");
        let mut table = self.table(&[]);
        for (number, step) in (1..).zip(steps) {
            table.add_row([format!("{number}."), step]);
        }
        self.push(&table, Paint::Plain);
    }

    /// A line that begins with its severity.
    pub(super) fn severity(&self, severity: Severity, line: &str) -> String {
        match line.strip_prefix(severity.name()) {
            Some(rest) if self.colour => rendition(colour(severity), severity.name()) + rest,
            _ => line.to_owned(),
        }
    }
}

/// The severity that a line of the table begins with.
fn severity_in(line: &str) -> Option<Severity> {
    let first = line.split(' ').next()?;
    SEVERITIES.into_iter().find(|severity| severity.name() == first)
}
