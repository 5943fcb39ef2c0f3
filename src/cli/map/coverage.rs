//! How many of the embeds that are in use a map covers, and which it does not.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use comfy_table::{Table, presets};
use serde_json::{Value, json};

use crate::convert::Targets;
use crate::dialect::id::IdKey;
use crate::map::EmbedMap;
use crate::report::redact::printable;
use crate::rule::{EmbedStatus, Embeds as _};

/// Ids that are not covered and that the page for a person names.
const NAMED: usize = 1000;

/// What a map has for an embed id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    /// No entry.
    Missing,
    /// An entry without a workbook.
    Blank,
    /// A workbook, but no organisation.
    NoOrganization,
    /// All that a new URL needs.
    Mapped,
    /// A public embed, which stays.
    Public,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Blank => "blank",
            Self::NoOrganization => "no-organization",
            Self::Mapped => "mapped",
            Self::Public => "public",
        }
    }

    fn is_covered(self) -> bool {
        matches!(self, Self::Mapped | Self::Public)
    }
}

/// One embed id in use.
struct Use {
    embed_id: String,
    /// Whether every use names the workbook in its own path.
    named: bool,
    count: u64,
    source: Arc<str>,
    line: u64,
}

/// Every embed id in use, in the order in which they were met first.
#[derive(Default)]
pub(super) struct Uses {
    uses: Vec<Use>,
    /// Positions in `uses`; never iterated.
    index: HashMap<IdKey<'static>, usize>,
}

impl Uses {
    /// An embed id was met. `named`: the path around it names the workbook, so that no map is needed for it.
    pub(super) fn add(&mut self, embed_id: &[u8], named: bool, source: &Arc<str>, line: u64) {
        let key = IdKey::of(embed_id);
        if let Some(known) = self.index.get(&key).and_then(|at| self.uses.get_mut(*at)) {
            known.count += 1;
            known.named &= named;
            return;
        }
        self.index.insert(key.into_owned(), self.uses.len());
        self.uses.push(Use {
            embed_id: String::from_utf8_lossy(embed_id).into_owned(),
            named,
            count: 1,
            source: Arc::clone(source),
            line,
        });
    }

    /// Held against a map.
    pub(super) fn against(self, map: &EmbedMap, targets: &Targets<'_>) -> Coverage {
        let status = |one: &Use| {
            let id = one.embed_id.as_bytes();
            match targets.status(targets.entry(&IdKey::of(id)), one.named) {
                EmbedStatus::Public => Status::Public,
                EmbedStatus::Mapped => Status::Mapped,
                EmbedStatus::NoOrganization => Status::NoOrganization,
                EmbedStatus::Unmapped | EmbedStatus::NotAsked if map.get(id).is_some() => {
                    Status::Blank
                }
                EmbedStatus::Unmapped | EmbedStatus::NotAsked => Status::Missing,
            }
        };
        Coverage(self.uses.into_iter().map(|one| (status(&one), one)).collect())
    }
}

/// Every embed id in use with what the map has for it.
pub(super) struct Coverage(Vec<(Status, Use)>);

impl Coverage {
    pub(super) fn is_whole(&self) -> bool {
        self.0.iter().all(|(status, _)| status.is_covered())
    }

    fn covered(&self) -> usize {
        self.0.iter().filter(|(status, _)| status.is_covered()).count()
    }

    /// For a person: what is not covered, and the sums.
    pub(super) fn page(&self, width: u16) -> String {
        let open: Vec<_> = self.0.iter().filter(|(status, _)| !status.is_covered()).collect();
        let mut text = String::new();
        if !open.is_empty() {
            let mut table = Table::new();
            table
                .load_style(presets::NOTHING)
                .set_width(width)
                .set_header(["map", "uses", "embed", "first"]);
            for (status, one) in open.iter().take(NAMED) {
                table.add_row([
                    status.name().to_owned(),
                    one.count.to_string(),
                    printable(&one.embed_id).into_owned(),
                    printable(&format!("{}:{}", one.source, one.line)).into_owned(),
                ]);
            }
            for line in table.lines() {
                text.push_str(line.trim_end());
                text.push('\n');
            }
            if open.len() > NAMED {
                let more = open.len() - NAMED;
                let _ = writeln!(text, "and {more} more (--format csv names all)");
            }
            text.push('\n');
        }
        let uses = |covered: bool| -> u64 {
            let counted = self.0.iter().filter(|(status, _)| !covered || status.is_covered());
            counted.map(|(_, one)| one.count).sum()
        };
        let _ = writeln!(
            text,
            "The map covers {} of {} embeds, {} of {} uses.",
            self.covered(),
            self.0.len(),
            uses(true),
            uses(false)
        );
        text
    }

    /// One document.
    pub(super) fn json(&self) -> String {
        let embed = |(status, one): &(Status, Use)| {
            json!({
                "embed_id": one.embed_id, "status": status.name(), "uses": one.count,
                "source": &*one.source, "line": one.line,
            })
        };
        let document = json!({
            "schema": 1,
            "embeds": self.0.len(),
            "covered": self.covered(),
            "ids": self.0.iter().map(embed).collect::<Value>(),
        });
        format!("{document:#}\n")
    }

    /// One row an embed.
    pub(super) fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        // A buffer takes everything.
        let _ = writer.write_record(["embed_id", "status", "uses", "source", "line"]);
        for (status, one) in &self.0 {
            let (uses, line) = (one.count.to_string(), one.line.to_string());
            let _ = writer.write_record([&one.embed_id, status.name(), &uses, &*one.source, &line]);
        }
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}
