//! `html`: one page that asks nothing of the network and can be read without scripts.

mod escape;
mod files;
mod filter;
mod next;
mod rows;
mod rule;
mod sections;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use self::escape::{escape, prose};
use super::Report;
use super::advice::Given;
use super::audit::{Record, Summary, Urls};
use super::check::{CheckSummary, FileRecord, Files};
use super::inspect::time;
use super::redact::{Privacy, Secrets, Users};
use super::tally::{Spot, Tally};
use super::words;
use crate::text::counted;

/// URLs that are listed. A browser sorts and filters so many without a pause.
pub const ROWS: u64 = 10_000;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// One page.
#[derive(Debug)]
pub struct Html {
    /// Whether secrets and users are shown.
    pub privacy: Privacy,
    /// What the run could ask.
    pub given: Given,
    /// What the run was about.
    pub about: About,
}

/// What a page says of its run.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// When it was, in seconds since 1970.
    pub now: u64,
    /// The name of the repository.
    pub repository: Option<String>,
    /// The commit that was checked out.
    pub commit: Option<String>,
}

impl Report<Urls> for Html {
    fn begins_with_summary(&self) -> bool {
        true
    }

    fn begin(&self, summary: &Summary, out: &mut Vec<u8>) {
        let privacy = self.privacy;
        let place = |spot: &Spot| sections::place(spot, privacy);
        let parts = [
            head(summary, &self.about, privacy),
            sections::numbers(summary),
            sections::next(summary, self.given.keys),
            sections::parameters(summary),
            sections::findings(&summary.tally, privacy, place),
            sections::urls(summary),
        ];
        for part in parts {
            out.extend_from_slice(part.as_bytes());
        }
    }

    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        if record.number < ROWS {
            rows::write(record, self.privacy, out);
        }
    }

    fn end(&self, summary: &Summary, out: &mut Vec<u8>) {
        let table = if summary.urls > 0 { "</table>\n</section>\n" } else { "" };
        out.extend_from_slice(table.as_bytes());
        self.foot(&summary.tally, out);
    }
}

impl Report<Files> for Html {
    fn begins_with_summary(&self) -> bool {
        true
    }

    fn shows_rewrite(&self) -> bool {
        true
    }

    fn begin(&self, summary: &CheckSummary, out: &mut Vec<u8>) {
        let privacy = self.privacy;
        let place = |spot: &Spot| self::files::place(spot, privacy);
        let parts = [
            self::files::head(summary, &self.about, privacy),
            self::files::numbers(summary),
            self::files::next(summary),
            self::files::rewrite(summary, privacy),
            sections::findings(&summary.tally, privacy, place),
            self::files::parameters(summary),
            self::files::files(summary, privacy),
        ];
        for part in parts {
            out.extend_from_slice(part.as_bytes());
        }
    }

    fn record(&self, record: &FileRecord<'_>, out: &mut Vec<u8>) {
        self::files::write(record, self.privacy, out);
    }

    fn end(&self, summary: &CheckSummary, out: &mut Vec<u8>) {
        let section = if summary.tally.total() > 0 { "</section>\n" } else { "" };
        out.extend_from_slice(section.as_bytes());
        self.foot(&summary.tally, out);
    }
}

impl Html {
    /// Everything behind the last section: the texts of the rules, and the script.
    fn foot(&self, tally: &Tally, out: &mut Vec<u8>) {
        let secrets = match self.privacy.secrets {
            Secrets::Hidden => "shortened to their first six characters",
            Secrets::Shown => "shown in full: keep this page private",
        };
        let users = match self.privacy.users {
            Users::Hidden => "shortened; <code>--show-users</code> shows them",
            Users::Shown => "shown in full",
        };
        let tail = format!(
            "{rules}</main>\n<footer><p>Values of signatures, tokens and OAuth tokens are {secrets}. E-mail addresses are {users}.</p></footer>\n\
             <script>{script}</script>\n</body>\n</html>\n",
            rules = rule::section(tally),
            script = part(SCRIPT),
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
    /// The sections to go to: anchor, name, and whether the page has it.
    sections: &'a [(&'a str, &'a str, bool)],
}

/// Everything before the first section.
fn head(summary: &Summary, about: &About, privacy: Privacy) -> String {
    Head {
        name: "Sigma embed audit",
        size: &counted(summary.urls, "URL"),
        headline: &words::headline(summary),
        sections: &[
            ("next", "What to do next", true),
            ("parameters", "Parameters", true),
            ("findings", "Findings", true),
            ("urls", "URLs", true),
            ("rules", "Rules", summary.tally.total() > 0),
        ],
    }
    .html(about, privacy)
}

impl Head<'_> {
    fn html(&self, about: &About, privacy: Privacy) -> String {
        let tool = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
        let link =
            |(id, name, _): &(&str, &str, bool)| format!("<li><a href=\"#{id}\">{name}</a></li>");
        let sections: String = self.sections.iter().filter(|(.., is)| *is).map(link).collect();
        let shown = |text: &str| escape(&privacy.text(text.as_bytes()));
        let repository = about.repository.as_deref().map(|name| format!(" \u{b7} {}", shown(name)));
        let commit = about.commit.as_deref();
        let commit = commit.map(|commit| format!(" \u{b7} commit <code>{}</code>", shown(commit)));
        let name = self.name;
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
             <header>\n<h1>{name}</h1>\n<p class=\"headline\">{headline}</p>\n\
             <p class=\"by\">Generated by {tool} on <time datetime=\"{iso}\">{date}</time>{repository}{commit}</p>\n\
             <nav aria-label=\"Sections\"><ul>{sections}</ul></nav>\n</header>\n<main id=\"main\" tabindex=\"-1\">\n",
            style_hash = allowed(STYLE),
            script = allowed(SCRIPT),
            size = escape(self.size),
            style = part(STYLE),
            headline = prose(self.headline),
            iso = time::iso(about.now),
            date = time::words(about.now),
            repository = repository.unwrap_or_default(),
            commit = commit.unwrap_or_default(),
        )
    }
}
