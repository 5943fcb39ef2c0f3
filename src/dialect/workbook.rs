//! How people name a workbook: by an id, or by the URL that their browser shows.

use super::id::{IdKey, workbook_url_id};
use super::path::is_path_part;

/// A workbook, and as much as a URL says beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkbookRef {
    /// The id as it goes into a URL.
    pub id: String,
    /// The organisation's slug.
    pub org: Option<String>,
    /// The page that is shown first.
    pub page: Option<String>,
    /// The element that is shown alone.
    pub element: Option<String>,
}

/// Why a text names no workbook. No variant holds a value of a query: it may be a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoWorkbook {
    /// A URL with another path, or a part of it left out.
    #[error("is not the URL of a workbook")]
    Path,
    /// The version that a tag names: an old URL names its tag itself.
    #[error("is the URL of a tagged version; the tag is taken from the old URL")]
    Tag,
    /// A part that cannot go into a path.
    #[error("has a part that cannot be in a path")]
    Part,
    /// A parameter whose effect would be lost.
    #[error("has the parameter `{0}`, which cannot be carried over")]
    Parameter(String),
    /// A `#…` whose effect would be lost.
    #[error("has a part behind `#`, which cannot be carried over")]
    Fragment,
    /// Path and query, or two parameters, name different pages.
    #[error("names two pages")]
    TwoPages,
}

impl WorkbookRef {
    /// Reads `https://<host>/<org>/workbook/<id>[/page/<id>|/element/<id>|/edit][?:nodeId=<id>]`; `None` for what is no URL.
    ///
    /// What the browser adds when the workbook is open for editing says nothing about what was embedded.
    pub fn of_url(text: &str) -> Option<Result<Self, NoWorkbook>> {
        let (scheme, rest) = text.split_once("://")?;
        let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
        is_web.then(|| Self::read(rest))
    }

    fn read(rest: &str) -> Result<Self, NoWorkbook> {
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        let (org, id, page, element) = match parts.as_slice() {
            [_, org, "workbook", id] | [_, org, "workbook", id, "edit"] => (*org, *id, None, None),
            [_, org, "workbook", id, "page", page] => (*org, *id, Some(*page), None),
            [_, org, "workbook", id, "element", element] => (*org, *id, None, Some(*element)),
            [_, _, "workbook", _, "tag", ..] => return Err(NoWorkbook::Tag),
            _ => return Err(NoWorkbook::Path),
        };
        let id = workbook_url_id(id);
        let all = || [Some(org), Some(&*id), page, element].into_iter().flatten();
        if all().any(str::is_empty) {
            return Err(NoWorkbook::Path);
        }
        if !all().all(is_path_part) {
            return Err(NoWorkbook::Part);
        }
        if !fragment.is_empty() {
            return Err(NoWorkbook::Fragment);
        }
        let mut page = page;
        for (name, value) in query.split('&').filter(|pair| !pair.is_empty()).map(pair) {
            match &*name {
                // Every URL of an embed has it.
                ":embed" if value == "true" => {}
                ":nodeId" if !is_path_part(value) => return Err(NoWorkbook::Part),
                ":nodeId" if element == Some(value) => {}
                ":nodeId" if element.is_some() || page.is_some_and(|page| page != value) => {
                    return Err(NoWorkbook::TwoPages);
                }
                ":nodeId" => page = Some(value),
                _ => return Err(NoWorkbook::Parameter(name)),
            }
        }
        Ok(Self {
            org: Some(org.to_owned()),
            page: page.map(str::to_owned),
            element: element.map(str::to_owned),
            id,
        })
    }

    /// Reads what names a workbook by itself: its URL, its UUID, its URL id, or `<Name>-<urlId>`. The ids must be real ones.
    pub fn of(text: &str) -> Option<Result<Self, NoWorkbook>> {
        Self::of_url(text).or_else(|| {
            let id = workbook_url_id(text);
            let is_real = matches!(IdKey::of(id.as_bytes()), IdKey::Uuid(_));
            // `1-` begins the id of an embed.
            let is_whole = is_path_part(text) && !text.starts_with("1-");
            (is_real && is_whole).then(|| Ok(Self { id, ..Self::default() }))
        })
    }
}

/// A parameter's name, with its colon decoded, and its value.
fn pair(text: &str) -> (String, &str) {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let colon = name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("%3a"));
    let name = name.get(3..).filter(|_| colon).map(|name| format!(":{name}"));
    (name.unwrap_or_else(|| text.split('=').next().unwrap_or(text).to_owned()), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://app.sigmacomputing.com/acme/workbook/Sales-r0WXMPpc0YtQCTFR7CdDK";
    const ID: &str = "r0WXMPpc0YtQCTFR7CdDK";

    fn read(text: &str) -> Option<(Option<String>, Option<String>)> {
        let found = WorkbookRef::of(text)?.ok()?;
        assert_eq!(found.id, ID, "{text}");
        Some((found.page, found.element))
    }

    #[test]
    fn a_page_or_an_element_of_a_browsers_url_is_kept() {
        let some = |text: &str| Some(text.to_owned());
        for (end, page, element) in [
            ("", None, None),
            ("/edit", None, None),
            ("?:nodeId=p1", some("p1"), None),
            ("/edit?%3AnodeId=p1&:embed=true", some("p1"), None),
            ("/page/p1?:nodeId=p1", some("p1"), None),
            ("/element/e1?:nodeId=e1#", None, some("e1")),
        ] {
            assert_eq!(read(&format!("{BASE}{end}")), Some((page, element)), "{end}");
        }
    }

    #[test]
    fn what_cannot_be_carried_is_refused_and_no_value_is_repeated() {
        for (end, problem) in [
            ("/tag/prod", NoWorkbook::Tag),
            ("?:bookmark=b-secret", NoWorkbook::Parameter(":bookmark".to_owned())),
            ("?%3Ajwt=eyJhbGciOi.x.y", NoWorkbook::Parameter(":jwt".to_owned())),
            ("?Region=West", NoWorkbook::Parameter("Region".to_owned())),
            ("#section", NoWorkbook::Fragment),
            ("/page/p1?:nodeId=p2", NoWorkbook::TwoPages),
            ("?:nodeId=p1&:nodeId=p2", NoWorkbook::TwoPages),
            ("?:nodeId=a%2Fb", NoWorkbook::Part),
            ("/page/..", NoWorkbook::Part),
            ("/rows/p1", NoWorkbook::Path),
        ] {
            assert_eq!(WorkbookRef::of(&format!("{BASE}{end}")), Some(Err(problem)), "{end}");
        }
    }

    #[test]
    fn an_id_is_a_real_one_in_any_of_its_forms() {
        for text in [ID, "Sales-r0WXMPpc0YtQCTFR7CdDK", "0e51172a-a4c0-4954-8c8c-9d854dcf4434"] {
            assert_eq!(read(text), Some((None, None)), "{text}");
        }
        for text in
            ["", "nonsense", "..", "a/b", "1-7CbVjjUMMTKQpYa2E7NwkI", "Sales/r0WXMPpc0YtQCTFR7CdDK"]
        {
            assert_eq!(WorkbookRef::of(text), None, "{text}");
        }
    }
}
