//! What only judged URLs have: their kinds, verdicts and signatures.

use comfy_table::Cell;

use super::{Human, parameters, totals};
use crate::judge::Verdict;
use crate::report::audit::{Record, Summary, Urls};
use crate::report::page::{Page, Paint, number_cell};
use crate::report::{Report, advice};
use crate::rule::Kind;
use crate::text::{counted, grouped};

impl Report<Urls> for Human {
    fn begin(&self, _: &Summary, _: &mut Vec<u8>) {}

    fn record(&self, _: &Record<'_>, _: &mut Vec<u8>) {}

    fn end(&self, summary: &Summary, out: &mut Vec<u8>) {
        let mut page = Page::new(self.look.width, self.look.colour);
        if summary.urls == 0 {
            page.paragraph("There was nothing to audit: no row has a URL.");
        } else {
            self.findings(&mut page, &summary.tally);
            if summary.tally.total() > 0 {
                totals(&mut page, &summary.tally);
            }
            self.urls(&mut page, summary);
            parameters(&mut page, "Parameters in use", &summary.uses);
            page.steps(advice::next(summary, self.given));
        }
        out.extend_from_slice(page.text.as_bytes());
    }
}

impl Human {
    fn urls(&self, page: &mut Page, summary: &Summary) {
        page.heading(&counted(summary.urls, "URL"));
        let mut table = page.table(&[]);
        for (kind, text) in [
            (Kind::LegacySigned, "legacy signed (deprecated)"),
            (Kind::LegacyEmbed, "an embed path without a user: a map shows whether it is public"),
            (Kind::PublicEmbed, "a public embed, according to the map (not deprecated)"),
            (Kind::Jwt, "JWT-signed already"),
            (Kind::Other, "another page"),
            (Kind::Malformed, "cannot be read as a URL"),
        ] {
            if summary.kind(kind) > 0 {
                table.add_row([number_cell(summary.kind(kind)), Cell::new(text)]);
            }
        }
        page.push(&table, Paint::Plain);

        page.heading("What can migrate");
        let mut table = page.table(&[]);
        for (verdict, text) in [
            (Verdict::Lossless, "lossless: everything is carried over"),
            (Verdict::Lossy, "lossy: something has no counterpart in JWT-signed URLs"),
            (Verdict::Blocked, "blocked: an error prevents the conversion"),
            (Verdict::None, "nothing to do"),
        ] {
            table.add_row([number_cell(summary.verdict(verdict)), Cell::new(text)]);
        }
        page.push(&table, Paint::Plain);
        self.signatures(page, summary);
        self.embeds(page, &summary.embed_ids);
    }

    fn signatures(&self, page: &mut Page, summary: &Summary) {
        let [verified, mismatch, not_verified] = summary.signatures;
        if verified + mismatch + not_verified == 0 {
            return;
        }
        page.heading("Signatures");
        let why = if not_verified == 0 {
            ""
        } else if self.given.keys {
            " (no secret of that client id, or no signature)"
        } else {
            ": no secret was given (--secret-file, --credentials)"
        };
        let [verified, mismatch, not_verified] = [verified, mismatch, not_verified].map(grouped);
        page.paragraph(&format!(
            "{verified} verified, {mismatch} mismatch, {not_verified} not verified{why}"
        ));
    }
}
