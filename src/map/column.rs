//! The names an entry's values go by, and which of them a wrong name was meant to be.

use std::fmt;

/// One of the values of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    EmbedId,
    Org,
    WorkbookId,
    WorkbookName,
    PageId,
    ElementId,
    Public,
    Archived,
}

/// How alike two names must be for one to be suggested for the other.
const ALIKE: f64 = 0.85;

impl Column {
    pub(super) const ALL: [Self; 8] = [
        Self::EmbedId,
        Self::Org,
        Self::WorkbookId,
        Self::WorkbookName,
        Self::PageId,
        Self::ElementId,
        Self::Public,
        Self::Archived,
    ];

    /// The columns a table cannot do without; `org` can also be given on the command line.
    pub(super) const REQUIRED: [Self; 2] = [Self::EmbedId, Self::WorkbookId];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::EmbedId => "embed_id",
            Self::Org => "org",
            Self::WorkbookId => "workbook_id",
            Self::WorkbookName => "workbook_name",
            Self::PageId => "page_id",
            Self::ElementId => "element_id",
            Self::Public => "public",
            Self::Archived => "archived",
        }
    }

    /// Whether its values are true and false.
    pub(super) const fn is_flag(self) -> bool {
        matches!(self, Self::Public | Self::Archived)
    }

    /// The column of exactly this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }

    /// The column that `name` is a mere respelling of: `pageId`, `PAGE_ID`, `page id`.
    pub(super) fn respelled(name: &str) -> Option<Self> {
        let wanted = plain_name(name);
        Self::ALL.into_iter().find(|column| plain_name(column.name()) == wanted)
    }

    /// The column whose name is most like `name`.
    pub(super) fn nearest(name: &str) -> Option<Self> {
        most_alike(name, Self::ALL.into_iter().map(|it| (it.name(), it)))
    }

    /// Which of the names found was most likely meant to be this column.
    pub(super) fn nearest_of<'n>(self, found: impl Iterator<Item = &'n str>) -> Option<&'n str> {
        let unknown = found.filter(|name| Self::named(name).is_none());
        most_alike(self.name(), unknown.map(|name| (name, name)))
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name without what people vary: case, underscores, spaces, hyphens.
fn plain_name(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn likeness(one: &str, two: &str) -> f64 {
    let score = strsim::jaro_winkler(one, two);
    // `organisation`, `is_public`: the whole of one name in the other says as much as a few letters changed.
    let shorter = one.len().min(two.len());
    if shorter >= 3 && (one.contains(two) || two.contains(one)) {
        return score.max(ALIKE + f64::EPSILON);
    }
    score
}

fn most_alike<'n, T>(name: &str, candidates: impl Iterator<Item = (&'n str, T)>) -> Option<T> {
    let name = plain_name(name);
    let mut best = None;
    let mut best_score = ALIKE;
    for (candidate, value) in candidates {
        let score = likeness(&name, &plain_name(candidate));
        // The first of equals wins, so the answer does not depend on anything but the order given.
        if score > best_score {
            best = Some(value);
            best_score = score;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_people_write_them_find_their_column() {
        for (name, column) in [
            ("embedId", Column::EmbedId),
            ("Embed ID", Column::EmbedId),
            ("embed", Column::EmbedId),
            ("workbookId", Column::WorkbookId),
            ("workbook", Column::WorkbookId),
            ("workbookUrlId", Column::WorkbookId),
            ("organisation", Column::Org),
            ("pageid", Column::PageId),
            ("elemnt_id", Column::ElementId),
            ("is_public", Column::Public),
        ] {
            assert_eq!(Column::nearest(name), Some(column), "{name}");
        }
        assert_eq!(Column::nearest("owner's notes"), None);
        assert_eq!(Column::nearest(""), None);
    }

    #[test]
    fn only_a_respelling_counts_as_one() {
        assert_eq!(Column::respelled("pageId"), Some(Column::PageId));
        assert_eq!(Column::respelled("ORG"), Some(Column::Org));
        assert_eq!(Column::respelled("page"), None);
        assert_eq!(Column::respelled("organiser"), None);
    }
}
