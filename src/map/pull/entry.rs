//! A workbook and one of its embeds as an entry of the map.

use std::sync::Arc;

use super::wire::{Embed, Workbook};
use crate::dialect::id::{embed_uuid, to_base62, workbook_url_id};
use crate::map::row::is_path_part;
use crate::map::{Entry, Place, Target};
use uuid::Uuid;

/// The longest name that is kept, in characters.
const LONGEST_NAME: usize = 200;

/// The entry, or why there can be none.
pub(super) fn entry(
    workbook: &Workbook,
    embed: &Embed,
    from: &Arc<str>,
) -> Result<Entry, &'static str> {
    let sound = |id: &str| is_path_part(id) && !id.is_empty();
    let part = || {
        let id = embed.source_id.as_deref().filter(|id| sound(id));
        id.map(str::to_owned).ok_or("the API does not say which part of the workbook it shows")
    };
    let target = match embed.source_type.as_deref() {
        None | Some("workbook") => Target::Workbook,
        Some("page") => Target::Page(part()?),
        Some("element") => Target::Element(part()?),
        Some(_) => {
            return Err("it shows something that is neither a workbook nor a page nor an element");
        }
    };
    let url_id = workbook.url_id.as_deref().filter(|id| sound(id));
    Ok(Entry {
        embed_id: embed_id(embed).ok_or("its id is not one that can stand in a URL")?,
        org: workbook.url.as_deref().and_then(org),
        workbook_id: Some(workbook_url_id(url_id.unwrap_or(&workbook.id))),
        workbook_name: workbook.name.as_deref().map(plain).filter(|name| !name.is_empty()),
        target,
        public: embed.public.unwrap_or(false),
        archived: workbook.archived.unwrap_or(false),
        place: Place { file: Arc::clone(from), line: 0 },
    })
}

/// The id as it stands in URLs: from the embed's URL, or else the UUID in base 62.
fn embed_id(embed: &Embed) -> Option<String> {
    let (_, rest) = embed.url.as_deref().and_then(|url| url.split_once("/embed/")).unzip();
    let in_url = rest.and_then(|rest| rest.split(['/', '?', '#', '&']).next());
    if let Some(id) = in_url.filter(|id| embed_uuid(id.as_bytes()).is_some()) {
        return Some(id.to_owned());
    }
    if let Ok(uuid) = Uuid::try_parse(&embed.id) {
        return Some(format!("1-{}", to_base62(uuid)));
    }
    let id = in_url.unwrap_or(&embed.id);
    (!id.is_empty() && is_path_part(id)).then(|| id.to_owned())
}

/// The first part of the path of a workbook's URL.
fn org(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let mut parts = rest.split(['?', '#']).next()?.split('/');
    let org = parts.nth(1)?;
    (!org.is_empty() && is_path_part(org)).then(|| org.to_owned())
}

/// A name on one line, and of bounded length.
fn plain(name: &str) -> String {
    let words: Vec<_> =
        name.split(|c: char| c.is_control() || c == ' ').filter(|w| !w.is_empty()).collect();
    words.join(" ").chars().take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An embed and a workbook of the reference, section 1, as the API shows them.
    fn workbook(change: &str) -> Workbook {
        let mut value = serde_json::json!({
            "workbookId": "0e51172a-a4c0-4954-8c8c-9d854dcf4434", "workbookUrlId": "r0WXMPpc0YtQCTFR7CdDK",
            "name": "Sales", "url": "https://app.sigmacomputing.com/acme/workbook/Sales-r0WXMPpc0YtQCTFR7CdDK",
        });
        merge(&mut value, change);
        serde_json::from_value(value).unwrap()
    }

    fn embed(change: &str) -> Embed {
        let mut value = serde_json::json!({
            "embedId": "fa3cecb4-a9b5-4d81-9bcf-1bea81678fec",
            "embedUrl": "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI",
            "public": false, "sourceType": "workbook", "sourceId": null,
        });
        merge(&mut value, change);
        serde_json::from_value(value).unwrap()
    }

    fn merge(value: &mut serde_json::Value, change: &str) {
        let change: serde_json::Map<_, _> = serde_json::from_str(change).unwrap();
        value.as_object_mut().unwrap().extend(change);
    }

    fn cells(of_workbook: &str, of_embed: &str) -> Result<String, &'static str> {
        let entry = entry(&workbook(of_workbook), &embed(of_embed), &"api".into())?;
        Ok(entry.cells().join(","))
    }

    #[test]
    fn an_embed_takes_its_org_and_ids_from_the_api() {
        let row = "1-7CbVjjUMMTKQpYa2E7NwkI,acme,r0WXMPpc0YtQCTFR7CdDK,Sales";
        assert_eq!(cells("{}", "{}"), Ok(format!("{row},,,false,false")));
        // The halves that may be missing say the same by other words.
        assert_eq!(cells("{}", r#"{"embedUrl": null}"#), Ok(format!("{row},,,false,false")));
        assert_eq!(cells(r#"{"workbookUrlId": null}"#, "{}"), Ok(format!("{row},,,false,false")));
        let page = r#"{"sourceType": "page", "sourceId": "p1"}"#;
        assert_eq!(cells("{}", page), Ok(format!("{row},p1,,false,false")));
        let element = r#"{"sourceType": "element", "sourceId": "e1", "public": true}"#;
        assert_eq!(cells(r#"{"isArchived": true}"#, element), Ok(format!("{row},,e1,true,true")));
    }

    #[test]
    fn an_old_url_of_an_embed_keeps_its_spelling() {
        let bare =
            r#"{"embedUrl": "https://app.sigmacomputing.com/embed/7CbVjjUMMTKQpYa2E7NwkI?x=1"}"#;
        assert!(cells("{}", bare).unwrap().starts_with("7CbVjjUMMTKQpYa2E7NwkI,"));
    }

    #[test]
    fn an_org_that_is_not_there_is_left_open() {
        for url in
            ["null", r#""https://app.sigmacomputing.com""#, r#""https://x/a b/c""#, r#""acme""#]
        {
            let row = cells(&format!(r#"{{"url": {url}}}"#), "{}").unwrap();
            assert!(row.starts_with("1-7CbVjjUMMTKQpYa2E7NwkI,,r0W"), "{row}");
        }
    }

    #[test]
    fn a_part_that_is_not_named_is_not_taken_for_the_whole() {
        for embed in [
            r#"{"sourceType": "page"}"#,
            r#"{"sourceType": "element", "sourceId": ""}"#,
            r#"{"sourceType": "page", "sourceId": "../x"}"#,
            r#"{"sourceType": "bookmark", "sourceId": "b"}"#,
            r#"{"embedId": "a b", "embedUrl": null}"#,
        ] {
            assert!(cells("{}", embed).is_err(), "{embed}");
        }
    }

    #[test]
    fn a_name_stays_on_one_line() {
        let row = cells(r#"{"name": " a\r\n\u001b[31m  b "}"#, "{}").unwrap();
        assert!(row.contains(",a [31m b,"), "{row}");
    }
}
