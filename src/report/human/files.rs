//! What only scanned files have: code frames, and what became of the files.

use super::{Human, parameters, totals};
use crate::report::check::{CheckSummary, FileRecord, Files};
use crate::report::page::{Page, Paint, number_cell};
use crate::report::words;
use crate::report::{Report, advice};
use crate::text::{counted, grouped, plural};

impl Report<Files> for Human {
    fn shows_frames(&self) -> bool {
        true
    }

    fn begin(&self, _: &CheckSummary, _: &mut Vec<u8>) {}

    fn record(&self, _: &FileRecord<'_>, _: &mut Vec<u8>) {}

    fn end(&self, summary: &CheckSummary, out: &mut Vec<u8>) {
        let mut page = Page::new(self.width, self.colour);
        let total = summary.tally.total();
        if total == 0 {
            page.paragraph(&words::check_headline(summary));
        } else if total <= summary.frames.len() as u64 {
            for (number, frame) in summary.frames.iter().enumerate() {
                if number > 0 {
                    page.text.push('\n');
                }
                page.text.push_str(&frame.render(self.width, self.colour));
            }
            totals(&mut page, &summary.tally);
        } else {
            self.findings(&mut page, &summary.tally);
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
        plural(summary.urls, "URL of Sigma's", "URLs of Sigma's").into(),
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
