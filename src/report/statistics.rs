//! `--statistics`: how many findings each rule has, instead of the findings.

use super::Report;
use super::check::{CheckSummary, FileRecord, Files};
use super::words;

/// One line a rule, the heaviest first.
#[derive(Debug)]
pub struct Statistics;

impl Report<Files> for Statistics {
    fn begin(&self, _: &CheckSummary, _: &mut Vec<u8>) {}

    fn record(&self, _: &FileRecord<'_>, _: &mut Vec<u8>) {}

    fn end(&self, summary: &CheckSummary, out: &mut Vec<u8>) {
        let rules = summary.tally.by_rule();
        let digits = rules.iter().map(|(_, _, count)| count.to_string().len()).max();
        let digits = digits.unwrap_or_default();
        let longest = rules.iter().map(|(rule, _, _)| rule.id.len()).max().unwrap_or_default();
        let lines = rules.iter().map(|(rule, severity, count)| {
            let (level, id) = (severity.name(), rule.id);
            format!("{count:>digits$}  {level:7}  {id:longest$}  {}", rule.summary)
        });
        let counts = words::check_counts(summary);
        for line in lines.chain([words::check_headline(summary)]).chain(counts) {
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
    }
}
