//! `html`: one page that asks nothing of the network and can be read without scripts.

mod escape;
mod files;
mod next;
mod rows;
mod sections;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use self::escape::escape;
use super::Report;
use super::advice::Given;
use super::audit::{Record, Summary, Urls};
use super::check::{CheckSummary, FileRecord, Files};
use super::redact::Secrets;
use super::words;
use crate::text::counted;

/// URLs that are listed. A browser sorts and filters so many without a pause.
pub const ROWS: u64 = 10_000;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// One page.
#[derive(Debug)]
pub struct Html {
    /// Whether secrets are shown.
    pub secrets: Secrets,
    /// What the run could ask.
    pub given: Given,
}

impl Report<Urls> for Html {
    fn begins_with_summary(&self) -> bool {
        true
    }

    fn begin(&self, summary: &Summary, out: &mut Vec<u8>) {
        let parts = [
            head(summary),
            sections::numbers(summary),
            sections::next(summary, self.given.keys),
            sections::parameters(summary),
            sections::findings(&summary.tally, self.secrets),
            sections::urls(summary),
        ];
        for part in parts {
            out.extend_from_slice(part.as_bytes());
        }
    }

    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        if record.number < ROWS {
            rows::write(record, self.secrets, out);
        }
    }

    fn end(&self, summary: &Summary, out: &mut Vec<u8>) {
        let table = if summary.urls > 0 { "</table>\n</section>\n" } else { "" };
        out.extend_from_slice(table.as_bytes());
        self.foot(&format!("<script>{}</script>\n", part(SCRIPT)), out);
    }
}

impl Report<Files> for Html {
    fn begins_with_summary(&self) -> bool {
        true
    }

    fn begin(&self, summary: &CheckSummary, out: &mut Vec<u8>) {
        let parts = [
            self::files::head(summary),
            self::files::numbers(summary),
            self::files::next(summary),
            sections::findings(&summary.tally, self.secrets),
            self::files::parameters(summary),
            self::files::table(summary),
        ];
        for part in parts {
            out.extend_from_slice(part.as_bytes());
        }
    }

    fn record(&self, record: &FileRecord<'_>, out: &mut Vec<u8>) {
        self::files::write(record, self.secrets, out);
    }

    fn end(&self, summary: &CheckSummary, out: &mut Vec<u8>) {
        let table = if summary.tally.total() > 0 { "</table>\n</section>\n" } else { "" };
        out.extend_from_slice(table.as_bytes());
        self.foot("", out);
    }
}

impl Html {
    /// Everything behind the last section.
    fn foot(&self, script: &str, out: &mut Vec<u8>) {
        let tail = format!(
            "</main>\n<footer><p>Values of signatures, tokens and OAuth tokens are {}.</p></footer>\n\
             {script}</body>\n</html>\n",
            match self.secrets {
                Secrets::Hidden => "shortened to their first six characters",
                Secrets::Shown => "shown in full: keep this page to yourself",
            },
        );
        out.extend_from_slice(tail.as_bytes());
    }
}

/// A part of the page as it is written: browsers hash line feeds, whatever the checkout made of them.
fn part(text: &str) -> String {
    text.replace('\r', "")
}

/// The source expression that allows an inline part in a content security policy.
fn allowed(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(part(text).as_bytes())))
}

/// What stands in the head of a page.
struct Head<'a> {
    /// The name of the report.
    name: &'a str,
    /// How large the run was.
    size: &'a str,
    /// The run in a sentence.
    headline: &'a str,
    /// The sections to go to, as items of a list.
    sections: &'a str,
    /// The source expression of the page's script.
    script: &'a str,
}

/// Everything before the first section.
fn head(summary: &Summary) -> String {
    Head {
        name: "Sigma embed audit",
        size: &counted(summary.urls, "URL"),
        headline: &words::headline(summary),
        sections: "<li><a href=\"#next\">What to do next</a></li><li><a href=\"#parameters\">Parameters</a></li>\
             <li><a href=\"#findings\">Findings</a></li><li><a href=\"#urls\">URLs</a></li>",
        script: &allowed(SCRIPT),
    }
    .html()
}

impl Head<'_> {
    fn html(&self) -> String {
        let tool = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
        let Head { name, sections, script, .. } = self;
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {style_hash}; script-src {script}; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta name=\"robots\" content=\"noindex\">\n\
             <meta name=\"generator\" content=\"{tool}\">\n\
             <title>{name}: {size}</title>\n<style>{style}</style>\n</head>\n<body>\n\
             <a class=\"skip\" href=\"#main\">Skip to the report</a>\n\
             <header>\n<h1>{name}</h1>\n<p class=\"headline\">{headline}</p>\n<p class=\"by\">Generated by {tool}</p>\n\
             <nav aria-label=\"Sections\"><ul>{sections}</ul></nav>\n</header>\n<main id=\"main\" tabindex=\"-1\">\n",
            style_hash = allowed(STYLE),
            size = escape(self.size),
            style = part(STYLE),
            headline = escape(self.headline),
        )
    }
}
