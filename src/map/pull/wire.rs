//! The API's answers: the envelope around a page, workbooks, embeds, the token; and what makes one unreadable.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::dialect::path::is_path_part;
use crate::secret::Secret;

/// Why an answer cannot be used. Nothing of the answer is in it: a server may repeat what it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// No JSON.
    NotJson,
    /// JSON of another shape than the documentation's.
    Shape,
    /// The next page is one that was asked for, or this one holds nothing new.
    Repeats,
}

impl Wrong {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::NotJson => "the answer is not JSON",
            Self::Shape => "the answer is not in the documented form",
            Self::Repeats => "the list does not end: a page repeats an earlier one",
        }
    }
}

/// One page of a list.
#[derive(Debug, PartialEq)]
pub(super) struct Page<T> {
    pub(super) entries: Vec<T>,
    /// What to ask the next page by.
    pub(super) next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<T> {
    entries: Vec<T>,
    has_more: Option<bool>,
    next_page: Option<PageName>,
}

/// Sigma writes a text; a number is the same.
#[derive(Deserialize)]
#[serde(untagged)]
enum PageName {
    Text(String),
    Number(u64),
}

impl<T: DeserializeOwned> Page<T> {
    pub(super) fn read(body: &[u8]) -> Result<Self, Wrong> {
        let envelope: Envelope<T> = json(body)?;
        let named = envelope.next_page.map(|name| match name {
            PageName::Text(text) => text,
            PageName::Number(number) => number.to_string(),
        });
        let named = named.filter(|name| !name.is_empty());
        let next = match (envelope.has_more, named) {
            (Some(false), _) => None,
            // More is there, and no way to get it: a list cut short is no list.
            (Some(true), None) => return Err(Wrong::Shape),
            (_, named) => named,
        };
        Ok(Self { entries: envelope.entries, next })
    }
}

fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Wrong> {
    serde_json::from_slice(body)
        .map_err(|error| if error.is_data() { Wrong::Shape } else { Wrong::NotJson })
}

/// What a list is made of.
pub(super) trait Listed: DeserializeOwned {
    /// What tells one from another.
    fn id(&self) -> &str;
    /// Whether its id is one that can be used.
    fn is_sound(&self) -> bool {
        !self.id().is_empty() && self.id().len() <= 200
    }
}

/// A workbook as the API lists it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Workbook {
    #[serde(rename = "workbookId")]
    pub(super) id: String,
    #[serde(rename = "workbookUrlId")]
    pub(super) url_id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) url: Option<String>,
    #[serde(rename = "isArchived")]
    pub(super) archived: Option<bool>,
}

impl Listed for Workbook {
    fn id(&self) -> &str {
        &self.id
    }

    /// It becomes a part of the next request's path.
    fn is_sound(&self) -> bool {
        !self.id.is_empty() && self.id.len() <= 200 && is_path_part(&self.id)
    }
}

/// An embed as the API lists it.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub struct Embed {
    #[serde(rename = "embedId")]
    pub(super) id: String,
    #[serde(rename = "embedUrl", default, skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) public: Option<bool>,
    #[serde(rename = "sourceType", default, skip_serializing_if = "Option::is_none")]
    pub(super) source_type: Option<String>,
    #[serde(rename = "sourceId", default, skip_serializing_if = "Option::is_none")]
    pub(super) source_id: Option<String>,
}

impl Listed for Embed {
    fn id(&self) -> &str {
        &self.id
    }
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

/// The token in the answer to the credentials.
pub(super) fn token(body: &[u8]) -> Result<Secret, Wrong> {
    let Token { access_token } = json(body)?;
    // It is to stand in a header.
    if !access_token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Wrong::Shape);
    }
    Secret::new(access_token.into_bytes()).ok_or(Wrong::Shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(tail: &str) -> Result<Option<String>, Wrong> {
        let body = format!(r#"{{"entries": [{{"embedId": "e"}}]{tail}}}"#);
        Page::<Embed>::read(body.as_bytes()).map(|page| page.next)
    }

    #[test]
    fn a_list_goes_on_while_it_says_so() {
        assert_eq!(next(r#","hasMore":true,"nextPage":"abc""#), Ok(Some("abc".into())));
        assert_eq!(next(r#","hasMore":true,"nextPage":50"#), Ok(Some("50".into())));
        assert_eq!(next(r#","nextPage":"abc""#), Ok(Some("abc".into())));
        for end in [
            "",
            r#","hasMore":false"#,
            r#","hasMore":false,"total":1,"nextPage":null"#,
            r#","hasMore":false,"nextPage":"abc""#,
            r#","nextPage":"""#,
        ] {
            assert_eq!(next(end), Ok(None), "{end}");
        }
        assert_eq!(next(r#","hasMore":true,"nextPage":null"#), Err(Wrong::Shape));
    }

    #[test]
    fn an_answer_of_another_kind_is_told_from_a_broken_one() {
        let read =
            |body: &str| Page::<Workbook>::read(body.as_bytes()).map(|page| page.entries.len());
        assert_eq!(read("<html>"), Err(Wrong::NotJson));
        assert_eq!(read(r#"{"entries": [{"workb"#), Err(Wrong::NotJson));
        assert_eq!(read(""), Err(Wrong::NotJson));
        assert_eq!(read("[]"), Err(Wrong::Shape));
        assert_eq!(read(r#"{"message": "no"}"#), Err(Wrong::Shape));
        assert_eq!(read(r#"{"entries": [{"name": "no id"}]}"#), Err(Wrong::Shape));
    }

    #[test]
    fn a_token_must_be_fit_for_a_header() {
        assert!(
            token(br#"{"access_token":"abc.def","token_type":"bearer","expires_in":3600}"#).is_ok()
        );
        for body in
            [r#"{"access_token":""}"#, r#"{"access_token":"a\r\nX: y"}"#, r#"{"token":"x"}"#]
        {
            assert_eq!(token(body.as_bytes()).err(), Some(Wrong::Shape), "{body}");
        }
    }
}
