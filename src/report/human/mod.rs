//! `human`: findings and a summary, for a person at a terminal.

mod files;
mod urls;

use comfy_table::{Cell, ColumnConstraint, Width};

use super::advice::Given;
use super::page::{Page, Paint, number_cell};
use super::redact::one_line;
use super::tally::{EMBEDS, EmbedIds, Group, SEVERITIES, Spot, Tally, Use, Uses};
use crate::dialect::params::{Fate, Loss, Parameter};
use crate::rule::{Rule, Severity};
use crate::text::{grouped, plural};

/// From this width on, rule and places have columns of their own.
const WIDE: u16 = 120;

/// Below this width, findings stand one below the other without columns.
const NARROW: u16 = 60;

/// What the reader's terminal can show, and what the reader asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Columns of a line.
    pub width: u16,
    /// Whether to colour.
    pub colour: bool,
    /// Whether frames are drawn in ASCII.
    pub ascii: bool,
    /// Whether only findings are printed.
    pub quiet: bool,
}

/// Findings and a summary.
#[derive(Debug)]
pub struct Human {
    /// How it is to look.
    pub look: Look,
    /// What the run could ask.
    pub given: Given,
}

impl Human {
    /// Equal findings, and how many there are.
    fn findings(&self, page: &mut Page, tally: &Tally) {
        page.heading("Findings");
        let lines = lines(tally);
        if lines.is_empty() {
            page.paragraph("Nothing was found.");
            return;
        }
        if self.look.width < NARROW {
            stack(page, &lines);
        } else {
            self.finding_table(page, &lines);
        }
    }

    fn embeds(&self, page: &mut Page, embed_ids: &EmbedIds) {
        let (embeds, known) = embed_ids.count();
        if embeds == 0 {
            return;
        }
        page.heading("Embeds");
        let more = if embeds >= EMBEDS { " or more" } else { "" };
        let known = if self.given.map {
            format!("the map knows {}", grouped(known as u64))
        } else {
            "no map was given (--map)".to_owned()
        };
        let ids = plural(embeds as u64, "embed id", "different embed ids");
        page.paragraph(&format!("{}{more} {ids}; {known}", grouped(embeds as u64)));
    }

    /// A row for each finding.
    fn finding_table(&self, page: &mut Page, lines: &[Line]) {
        let wide = self.look.width >= WIDE;
        let mut table = page.table(if wide {
            &["level", "count", "rule", "finding", "first locations"]
        } else {
            &["level", "count", "finding"]
        });
        for (number, line) in lines.iter().enumerate() {
            // A blank line between the rows; the last one ends the table.
            let end = if number + 1 < lines.len() { "\n " } else { "" };
            let (level, id) = (Cell::new(line.severity.name()), line.rule.id);
            let (count, text) = (number_cell(line.count), line.text());
            table.add_row(if wide {
                let places = line.places().join("\n") + end;
                vec![level, count, id.into(), (text + end).into(), places.into()]
            } else {
                let places = line.places().join(", ");
                vec![level, count, format!("{id}\n{text}\nat {places}{end}").into()]
            });
        }
        if let Some(column) = table.column_mut(0) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
        if wide && let Some(column) = table.column_mut(4) {
            column.set_constraint(ColumnConstraint::UpperBoundary(Width::Percentage(30)));
        }
        page.push(&table, Paint::Findings);
    }
}

/// How many findings there are of each severity.
fn totals(page: &mut Page, tally: &Tally) {
    let total = SEVERITIES.map(|severity| {
        let count = tally.severity(severity);
        let many = match severity {
            Severity::Error => "errors",
            Severity::Warning => "warnings",
            Severity::Info => "infos",
        };
        format!("{} {}", grouped(count), plural(count, severity.name(), many))
    });
    page.text.push('\n');
    page.paragraph(&format!("{}. `embed2jwt explain RULE` explains a rule.", total.join(", ")));
}

/// The same where columns have no room: one below the other.
fn stack(page: &mut Page, lines: &[Line]) {
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            page.text.push('\n');
        }
        let mut head = page.table(&[]);
        head.add_row([format!("{} ({})", line.severity, grouped(line.count))]);
        let head: String = head.lines().map(|line| line.trim().to_owned() + "\n").collect();
        let head = page.severity(line.severity, &head);
        page.text.push_str(&head);
        let places = line.places().join(", ");
        page.paragraph(&format!("{}\n{}\nat {places}", line.rule.id, line.text()));
    }
}

fn parameters(page: &mut Page, heading: &str, uses: &Uses) {
    let used: Vec<_> = uses.used().collect();
    if used.is_empty() {
        return;
    }
    page.heading(heading);
    let mut table = page.table(&["parameter", "count", "what becomes of it"]);
    for (row, used) in used {
        let name = Cell::new(shown_name(row));
        table.add_row([name, number_cell(used.count), Cell::new(fate(row, used))]);
    }
    page.push(&table, Paint::Header);
}

/// One row of the table.
struct Line {
    rule: &'static Rule,
    severity: Severity,
    count: u64,
    message: String,
    suggestion: String,
    spots: Vec<Spot>,
}

/// The groups as rows.
fn lines(tally: &Tally) -> Vec<Line> {
    let line = |group: Group| Line {
        rule: group.rule,
        severity: group.severity,
        count: group.count,
        message: one_line(&group.message),
        // Emphasis is for Markdown.
        suggestion: one_line(&group.suggestion).replace("**", ""),
        spots: group.spots,
    };
    tally.condensed().into_iter().map(line).collect()
}

impl Line {
    /// What is wrong, and what to do.
    fn text(&self) -> String {
        match &*self.suggestion {
            "" => self.message.clone(),
            suggestion => format!("{}\n-> {suggestion}", self.message),
        }
    }

    /// The first places, and how many more there are.
    fn places(&self) -> Vec<String> {
        let spot = |spot: &Spot| {
            format!("{}:{}:{}", one_line(&spot.source), spot.region.line, spot.region.column)
        };
        let mut places: Vec<String> = self.spots.iter().map(spot).collect();
        let more = self.count.saturating_sub(places.len() as u64);
        if more > 0 {
            places.push(format!("{} more", grouped(more)));
        }
        places
    }
}

fn shown_name(row: &Parameter) -> String {
    if row.is_described() { row.name.replace('`', "") } else { format!(":{}", row.name) }
}

/// What becomes of a parameter, in a few words.
fn fate(row: &Parameter, used: Use) -> String {
    let target = row.target.unwrap_or_default();
    match row.fate {
        Fate::Claim => format!("claim {target}"),
        Fate::Header => format!("header {target}, claim iss"),
        Fate::Kept if used.exposed > 0 => "kept, but the embed's user can remove it".to_owned(),
        Fate::Kept if row.undocumented => "kept, though not documented".to_owned(),
        Fate::Kept => "kept".to_owned(),
        Fate::Replaced => format!("replaced by {}", row.replacement().replace('`', "")),
        Fate::Obsolete => "no longer needed".to_owned(),
        Fate::Unknown => "dropped: not in the tables this release knows".to_owned(),
        Fate::Unsupported if used.lost == 0 => "dropped: it has no effect here".to_owned(),
        Fate::Unsupported => {
            let some = if used.lost < used.count {
                format!(" in {} of {}", grouped(used.lost), grouped(used.count))
            } else {
                String::new()
            };
            let weight = match row.loss {
                Loss::Access { .. } => " (lets the embed user do more)",
                _ => "",
            };
            format!("lost{some}{weight}")
        }
    }
}
