//! What converting does to one part of a URL, told for a person and for scripts.

/// Which part of the URL a step is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepPart {
    /// Its path.
    Path,
    /// One of its parameters.
    Parameter,
    /// Something that the new URL has and the old one has not.
    Added,
}

impl StepPart {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Parameter => "parameter",
            Self::Added => "added",
        }
    }
}

/// What converting does to one part of a URL. Reports hide the secrets in it by `name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The part.
    pub part: StepPart,
    /// `path`, or the parameter's name, decoded and without its colon.
    pub name: String,
    /// What stands in the old URL; nothing for what is added.
    pub value: Option<String>,
    /// The fate of a parameter.
    pub fate: Option<&'static str>,
    /// The claim, header field or parameter it becomes.
    pub target: Option<String>,
    /// What stands in the new URL or the token; nothing for what is dropped.
    pub becomes: Option<String>,
    /// Why, and what to do.
    pub why: String,
}
