//! Where a legacy URL leads in the new dialect: host and path (reference, section 2).

use std::borrow::Cow;

use super::url::write_query;
use super::{ConvertError, claims};
use crate::dialect::id::{IdKey, from_base62, is_real, workbook_url_id};
use crate::dialect::params::Id;
use crate::dialect::path::{Place, is_path_part};
use crate::judge::Judgement;
use crate::map::{EmbedMap, Entry, Target};
use crate::rule::{Arg, EmbedStatus, Embeds, Kind, Outcome, Replacement};

/// The embed map, and what is given for all URLs.
#[derive(Debug)]
pub struct Targets<'a> {
    map: &'a EmbedMap,
    /// The organisation of URLs whose map entry names none: the given one, else the only one of the map.
    org: Option<Cow<'a, str>>,
    /// The workbook of all URLs that do not name one themselves, in URL form.
    workbook: Option<Cow<'a, str>>,
}

impl<'a> Targets<'a> {
    /// `workbook` may be a UUID, a URL id or `<name>-<urlId>`. Both must be fit for a path.
    pub fn new(map: &'a EmbedMap, org: Option<String>, workbook: Option<&str>) -> Self {
        let org = org.map(Cow::Owned).or_else(|| map.only_org().map(Cow::Borrowed));
        Self { map, org, workbook: workbook.map(workbook_url_id).map(Cow::Owned) }
    }

    /// The same with what was looked through before: the organisation of all URLs, and the workbook in URL form.
    pub fn of(map: &'a EmbedMap, org: Option<&'a str>, workbook: Option<&'a str>) -> Self {
        Self { map, org: org.map(Cow::Borrowed), workbook: workbook.map(Cow::Borrowed) }
    }

    /// The organisation: of the entry, else that of all URLs.
    fn org<'s>(&'s self, entry: Option<&'s Entry>) -> Option<&'s str> {
        entry.and_then(|entry| entry.org.as_deref()).or(self.org.as_deref())
    }

    /// Scheme, host and path of the URL that replaces this one; nothing for a public embed, or if its workbook or
    /// organisation is not known.
    pub fn base(&self, judgement: &Judgement<'_>) -> Option<Vec<u8>> {
        if judgement.kind == Kind::PublicEmbed {
            return None;
        }
        let mut base = Vec::new();
        self.write_base(judgement, &mut base).ok().map(|()| base)
    }

    /// The whole URL that replaces this one, for the application to add a token to. Nothing if [`Targets::base`] is.
    pub fn unsigned(&self, judgement: &Judgement<'_>) -> Option<Vec<u8>> {
        let mut url = self.base(judgement)?;
        let query = url.len();
        write_query(judgement, &mut url);
        if let Some(first) = url.get_mut(query) {
            *first = b'?';
        }
        Some(url)
    }

    /// Appends scheme, host and path of the new URL.
    pub(super) fn write_base(
        &self,
        judgement: &Judgement<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), ConvertError> {
        let url = judgement.url.as_ref().ok_or(ConvertError::Token)?;
        out.extend_from_slice(b"https://");
        out.extend(url.host().iter().map(u8::to_ascii_lowercase));
        let Place::Embed { tag, workbook: named, edit, .. } = judgement.place else {
            // A workbook path is where it belongs already, and may name its page.
            let path = judgement.bytes(url.path);
            let has_page = [&b"/page/"[..], b"/element/"]
                .iter()
                .any(|part| memchr::memmem::find(path, part).is_some());
            match queried_page(judgement)? {
                Some(page) if !has_page && !judgement.place.is_edit() => {
                    out.extend_from_slice(path.strip_suffix(b"/").unwrap_or(path));
                    out.extend_from_slice(b"/page/");
                    out.extend_from_slice(page);
                }
                _ => out.extend_from_slice(path),
            }
            return Ok(());
        };
        let entry = judgement.entry.and_then(|number| self.map.entry(number));
        let unmapped = |message| claims::refusal(judgement, "", message);
        let org = self.org(entry).ok_or_else(|| unmapped("the organisation is not known"))?;
        out.push(b'/');
        out.extend_from_slice(org.as_bytes());
        out.extend_from_slice(b"/workbook/");
        let mut target = &Target::Workbook;
        if let Some(named) = named {
            // The path says which workbook is opened; the embed was only the landing page of the old workaround.
            out.extend_from_slice(url_id(judgement.bytes(named)));
        } else if let Some(workbook) = &self.workbook {
            out.extend_from_slice(workbook.as_bytes());
        } else {
            let workbook = entry
                .and_then(|entry| entry.workbook_id.as_deref())
                .ok_or_else(|| unmapped("no workbook is known for this embed"))?;
            out.extend_from_slice(workbook.as_bytes());
            target = entry.map_or(target, |entry| &entry.target);
        }
        if let Some(tag) = tag {
            out.extend_from_slice(b"/tag/");
            out.extend_from_slice(judgement.bytes(tag));
        }
        let page = queried_page(judgement)?;
        let (part, id) = match (target, page) {
            (Target::Page(id), _) => ("/page/", id.as_bytes()),
            (Target::Element(id), _) => ("/element/", id.as_bytes()),
            (Target::Workbook, Some(page)) if !edit => ("/page/", page),
            (Target::Workbook, _) => ("", &b""[..]),
        };
        out.extend_from_slice(part.as_bytes());
        out.extend_from_slice(id);
        if edit {
            out.extend_from_slice(b"/edit");
        }
        Ok(())
    }
}

/// The page that `:nodeId` names, which must be fit for a path.
fn queried_page<'a>(judgement: &'a Judgement<'_>) -> Result<Option<&'a [u8]>, ConvertError> {
    let is_page = |arg: &&Arg| arg.outcome == Outcome::Replace(Replacement::Page);
    let (Some(arg), Some(url)) = (judgement.get(Id::NodeId).filter(is_page), &judgement.url) else {
        return Ok(None);
    };
    let page = arg.value(url);
    if is_path_part(page) {
        Ok(Some(page))
    } else {
        Err(claims::refusal(judgement, arg.row.name, "`:nodeId` cannot be a part of the path"))
    }
}

/// The URL id in a path segment `<name>-<Id>`; the whole segment if its end is no real id.
fn url_id(segment: &[u8]) -> &[u8] {
    let last = segment.rsplit(|&b| b == b'-').next().unwrap_or(segment);
    if from_base62(last).is_some_and(is_real) { last } else { segment }
}

impl Embeds for Targets<'_> {
    fn entry(&self, embed: &IdKey<'_>) -> Option<usize> {
        self.map.position(embed)
    }

    fn status(&self, entry: Option<usize>, names_workbook: bool) -> EmbedStatus {
        let entry = entry.and_then(|number| self.map.entry(number));
        if entry.is_some_and(|entry| entry.public) {
            return EmbedStatus::Public;
        }
        let known = names_workbook
            || self.workbook.is_some()
            || entry.is_some_and(|entry| entry.workbook_id.is_some());
        match (known, self.org(entry)) {
            (false, _) => EmbedStatus::Unmapped,
            (true, None) => EmbedStatus::NoOrganization,
            (true, Some(_)) => EmbedStatus::Mapped,
        }
    }
}
