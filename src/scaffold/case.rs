//! Old URLs that a generated test holds the new code against: what goes in, and what must come out.

use super::foreign::Foreign;

/// A value of the user.
#[derive(Clone, Debug)]
pub enum Given {
    /// A text.
    Text(Foreign),
    /// A list of texts.
    List(Vec<Foreign>),
    /// Texts by their names.
    Map(Vec<(Foreign, Foreign)>),
}

/// One old URL.
#[derive(Clone, Debug)]
pub struct Case {
    /// The embed as the function is called with it.
    pub embed: Foreign,
    /// The fields of the user that have a value, by the names of the model's fields.
    pub user: Vec<(&'static str, Given)>,
    /// The options that are not as in the old code, by the names of the model's lines.
    pub options: Vec<(Foreign, Foreign)>,
    /// The session's length, if it is another than the model's.
    pub session: Option<u64>,
    /// The page, if it is an argument.
    pub page: Option<Foreign>,
    /// The token's id.
    pub jti: Foreign,
    /// The new URL up to its query.
    pub base: Foreign,
    /// What follows `&:embed=true`, decoded.
    pub query: Foreign,
    /// The claims, as JSON.
    pub claims: Foreign,
}

/// What all cases of a generated test share.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The cases.
    pub cases: Vec<Case>,
    /// The folder of the generated file, as the test sees it; with a slash behind it, if it is another.
    pub folder: Foreign,
    /// The name of the generated file without its extension.
    pub stem: Foreign,
    /// Its extension.
    pub extension: Foreign,
    /// The clock of all of them.
    pub now: u64,
    /// The client id of all of them.
    pub client_id: &'static str,
    /// The secret that signs in the test.
    pub secret: &'static str,
}

impl Case {
    /// What the user has of a field.
    pub(super) fn given(&self, name: &str) -> Option<&Given> {
        self.user.iter().find(|(known, _)| *known == name).map(|(_, given)| given)
    }

    /// What is given for an option.
    pub(super) fn option(&self, name: &Foreign) -> Option<&Foreign> {
        self.options.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}
