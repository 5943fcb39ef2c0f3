//! A workbook and one of its embeds as an entry of the map.

use std::borrow::Cow;

use uuid::Uuid;

use super::wire::{Embed, Workbook};
use crate::dialect::id::{embed_uuid, to_base62};
use crate::dialect::path::is_path_part;
use crate::map::column::Column;
use crate::map::row::{Cell, Row};
use crate::map::source::Source;
use crate::map::{Entry, MapError};

/// The longest name that is kept, in characters.
const LONGEST_NAME: usize = 200;

/// The entry, or why there can be none. `source` is what errors call the API.
///
/// It is made as from a row of a file, so that no map is written that could not be read.
pub(super) fn entry(
    workbook: &Workbook,
    embed: &Embed,
    source: &Source<'_>,
) -> Result<Entry, String> {
    let mut row = Row::new(0..0);
    let mut set = |column, text: Option<Cow<'_, str>>| {
        if let Some(text) = text {
            row.replace(column, Cell { text: text.into_owned().into(), span: 0..0 });
        }
    };
    let flag =
        |is: Option<bool>| Some(Cow::Borrowed(if is == Some(true) { "true" } else { "false" }));
    let part = match embed.source_type.as_deref() {
        None | Some("workbook") => None,
        Some("page") => Some(Column::PageId),
        Some("element") => Some(Column::ElementId),
        Some(_) => return Err("it shows neither a workbook nor a page nor an element".to_owned()),
    };
    if let Some(part) = part {
        let id = embed.source_id.as_deref().filter(|id| !id.trim().is_empty());
        let id = id.ok_or("the API does not name the part of the workbook that it shows")?;
        set(part, Some(id.into()));
    }
    let url_id = workbook.url_id.as_deref().filter(|id| !id.is_empty() && is_path_part(id));
    set(Column::EmbedId, Some(embed_id(embed)));
    set(Column::Org, workbook.url.as_deref().and_then(org).map(Cow::Borrowed));
    set(Column::WorkbookId, Some(url_id.unwrap_or(&workbook.id).into()));
    set(Column::WorkbookName, workbook.name.as_deref().map(|name| plain(name).into()));
    set(Column::Public, flag(embed.public));
    set(Column::Archived, flag(workbook.archived));
    row.entry(source).map_err(|error| match error {
        MapError::Value { name, value, problem, .. } => format!("{name} `{value}` {problem}"),
        MapError::Shape { problem, .. } => problem,
        other => other.to_string(),
    })
}

/// The id as it stands in URLs: from the embed's URL, or else the UUID in base 62.
fn embed_id(embed: &Embed) -> Cow<'_, str> {
    let url = embed.url.as_deref().and_then(|url| url.split_once("/embed/"));
    let in_url = url.and_then(|(_, rest)| rest.split(['/', '?', '#', '&']).next());
    if let Some(id) = in_url.filter(|id| embed_uuid(id.as_bytes()).is_some()) {
        return Cow::Borrowed(id);
    }
    match Uuid::try_parse(&embed.id) {
        Ok(uuid) => Cow::Owned(format!("1-{}", to_base62(uuid))),
        Err(_) => Cow::Borrowed(in_url.unwrap_or(&embed.id)),
    }
}

/// The first part of the path of a workbook's URL.
fn org(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let mut parts = rest.split(['?', '#']).next()?.split('/');
    let org = parts.nth(1)?;
    (!org.is_empty() && is_path_part(org)).then_some(org)
}

/// A name on one line, and of bounded length.
fn plain(name: &str) -> String {
    let words = name.split(|c: char| c.is_control() || c.is_whitespace());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let name: String = words.join(" ").chars().take(LONGEST_NAME).collect();
    name.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::map::write::write;
    use crate::map::{EmbedMap, Format};

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

    fn cells(of_workbook: &str, of_embed: &str) -> Result<String, String> {
        let source = Source::new("api", b"-").unwrap();
        let entry = entry(&workbook(of_workbook), &embed(of_embed), &source)?;
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
            r#"{"embedId": "a/b", "embedUrl": null}"#,
            r#"{"embedId": "", "embedUrl": null}"#,
        ] {
            assert!(cells("{}", embed).is_err(), "{embed}");
        }
    }

    #[test]
    fn a_name_stays_on_one_line() {
        let row = cells(r#"{"name": " a\r\n\u001b[31m  b "}"#, "{}").unwrap();
        assert!(row.contains(",a [31m b,"), "{row}");
    }

    /// What the API could say: as it should be, or nearly, or anything.
    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}",
            "(1-)?[0-9a-zA-Z]{20,22}",
            "https://app/[a-z.]{0,3}/(workbook|embed)/[A-Za-z0-9-]{0,8}",
            r#"[-=+'\\",;\t\r\n a-z.#\[\]{}\x{feff}\x{2003}]{0,12}"#,
            any::<String>(),
        ]
    }

    proptest! {
        #[test]
        fn whatever_the_api_says_the_map_can_be_read(
            texts in prop::collection::vec(prop::option::of(text()), 6),
            ids in (text(), text()),
            kind in prop::option::of(prop_oneof![Just("workbook"), Just("page"), Just("element")]),
            flags in any::<[Option<bool>; 2]>(),
        ) {
            let mut texts = texts.into_iter();
            let mut text = || texts.next().flatten();
            let workbook = Workbook {
                id: ids.0, url_id: text(), name: text(), url: text(), archived: flags[0],
            };
            let embed = Embed {
                id: ids.1, url: text(), public: flags[1],
                source_type: kind.map(str::to_owned), source_id: text(),
            };
            let source = Source::new("api", b"-").unwrap();
            if let Ok(entry) = entry(&workbook, &embed, &source) {
                for format in [Format::Csv, Format::Json, Format::Toml] {
                    let written = write([&entry], format);
                    let mut map = EmbedMap::default();
                    map.parse("m", written.as_bytes(), format).unwrap();
                    let again = map.entries().next().unwrap();
                    prop_assert_eq!(&again.cells()[..3], &entry.cells()[..3], "{}", written);
                    prop_assert_eq!(&again.cells()[4..], &entry.cells()[4..], "{}", written);
                    // Once written it stays as it is.
                    let twice = write([again], format);
                    prop_assert_eq!(twice, written);
                }
            }
        }
    }
}
