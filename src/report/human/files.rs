//! What only scanned files have: code frames, and what became of the files.

use std::collections::{BTreeMap, HashSet};

use super::{Human, parameters, totals};
use crate::report::check::{CheckSummary, FileRecord, Files};
use crate::report::frame::Frame;
use crate::report::page::{Page, Paint, number_cell};
use crate::report::redact::one_line;
use crate::report::words;
use crate::report::{Report, advice};
use crate::text::{counted, grouped, plural};

/// A report of more findings begins with the outcome, and shows no lines around them.
const FEW: u64 = 10;

/// Findings of one rule that are shown of a file. Of the others it has the places.
const ALIKE: usize = 3;

impl Report<Files> for Human {
    fn shows_frames(&self) -> bool {
        true
    }

    fn begin(&self, _: &CheckSummary, _: &mut Vec<u8>) {}

    fn record(&self, _: &FileRecord<'_>, _: &mut Vec<u8>) {}

    fn end(&self, summary: &CheckSummary, out: &mut Vec<u8>) {
        let mut page = Page::new(self.look.width, self.look.colour);
        let total = summary.tally.total();
        let is_long = total > FEW;
        if (total == 0 || is_long) && !self.look.quiet {
            page.paragraph(&words::check_headline(summary));
        }
        if total > summary.frames.len() as u64 {
            self.findings(&mut page, &summary.tally);
        } else {
            if !page.text.is_empty() && total > 0 {
                page.text.push('\n');
            }
            self.frames(&mut page, &summary.frames, !is_long);
        }
        if self.look.quiet {
            out.extend_from_slice(page.text.as_bytes());
            return;
        }
        if total > 0 {
            totals(&mut page, &summary.tally);
        }
        looked_at(&mut page, summary);
        if total > 0 {
            self.embeds(&mut page, &summary.embed_ids);
            parameters(&mut page, "Parameters that findings are about", &summary.uses);
        }
        let steps = advice::next_of_files(summary, self.given);
        if !steps.is_empty() {
            page.steps(steps);
        }
        out.extend_from_slice(page.text.as_bytes());
    }
}

impl Human {
    /// The findings one by one, those of a file together. What to do is said once, and of equal findings in one file the
    /// first few are shown.
    fn frames(&self, page: &mut Page, frames: &[Frame], around: bool) {
        let mut told = HashSet::new();
        for (number, frames) in frames.chunk_by(|a, b| a.about().1 == b.about().1).enumerate() {
            let mut more: BTreeMap<&str, Vec<String>> = BTreeMap::new();
            let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
            for (place, frame) in frames.iter().enumerate() {
                let rule = frame.about().0.id;
                let count = shown.entry(rule).or_default();
                *count += 1;
                if *count > ALIKE {
                    more.entry(rule).or_default().push(frame.place());
                    continue;
                }
                if around && number + place > 0 {
                    page.text.push('\n');
                }
                let help = frame.help();
                let is_new = told.insert(help.clone());
                let help = if is_new { &*help } else { &[] };
                page.text.push_str(&frame.render(self.look, help, around));
            }
            let path = frames.first().map(|frame| one_line(frame.about().1)).unwrap_or_default();
            for (rule, places) in more {
                let count = places.len();
                page.paragraph(&format!(
                    "{count} more like this in {path}: {rule} at {}",
                    places.join(", ")
                ));
            }
        }
    }
}

/// How much was looked at, and what is not among the findings.
fn looked_at(page: &mut Page, summary: &CheckSummary) {
    let bytes = size(summary.bytes);
    page.heading(&format!("{}, {bytes}", counted(summary.files, "file")));
    let mut table = page.table(&[]);
    table.add_row([
        number_cell(summary.affected),
        plural(summary.affected, "file with findings", "files with findings").into(),
    ]);
    table.add_row([
        number_cell(summary.urls),
        plural(summary.urls, "Sigma URL", "Sigma URLs").into(),
    ]);
    page.push(&table, Paint::Plain);
    for line in words::check_counts(summary) {
        page.paragraph(&line);
    }
}

/// Bytes for a person.
fn size(bytes: u64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB"];
    // Tenths of the unit.
    let mut scaled = u128::from(bytes) * 10;
    let mut unit = 0;
    while scaled >= 10_240 && unit + 1 < units.len() {
        scaled /= 1024;
        unit += 1;
    }
    let name = units.get(unit).copied().unwrap_or_default();
    let whole = grouped(u64::try_from(scaled / 10).unwrap_or(u64::MAX));
    if unit == 0 { format!("{whole} {name}") } else { format!("{whole}.{} {name}", scaled % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_down() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (1023, "1,023 bytes"),
            (1024, "1.0 KiB"),
            (1_600_000, "1.5 MiB"),
            (3 << 40, "3,072.0 GiB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
