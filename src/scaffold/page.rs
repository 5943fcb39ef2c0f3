//! One generated file: the model as the templates see it.

use super::case::Suite;
use super::foreign::Foreign;
use super::language::Language;
use super::model::Model;
use crate::dialect::claims::{ALGORITHM, AUDIENCE, MAX_LIFETIME, NOT_INTERNAL};

/// What is asked for beside the language.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// The library that signs; the first of the language's if none is asked for.
    pub library: &'static str,
    /// The framework whose endpoint is written too; empty for none.
    pub framework: &'static str,
}

/// Writes the file.
pub fn write(language: &Language, choice: Choice, model: &Model) -> Result<String, askama::Error> {
    let page = Page { language, choice, model };
    let text = (language.render)(&page)?;
    // The last line of a template may be one that says nothing.
    Ok(text.trim_end().to_owned() + "\n")
}

/// Writes the test beside the file.
pub fn write_test(
    language: &Language,
    choice: Choice,
    model: &Model,
    suite: &Suite,
) -> Result<String, askama::Error> {
    let page = Page { language, choice, model };
    let text = (language.render_test)(&page, suite)?;
    Ok(text.trim_end().to_owned() + "\n")
}

/// What a template sees.
pub(super) struct Page<'a> {
    pub(super) language: &'a Language,
    choice: Choice,
    pub(super) model: &'a Model,
}

/// The width that Prettier breaks lines at.
const ARRAY: usize = 80;

/// Longer lines of comments are broken.
const WIDTH: usize = 88;

#[allow(clippy::unused_self, reason = "a template has nothing but its page")]
impl Page<'_> {
    /// A foreign text as a string of the language.
    pub(super) fn q(&self, text: &Foreign) -> String {
        (self.language.quote)(text.raw())
    }

    /// A path of the generated file: the folder, the stem, and what is behind it.
    pub(super) fn path(&self, before: &str, suite: &Suite, behind: &str) -> String {
        (self.language.quote)(&format!(
            "{before}{}{}{behind}",
            suite.folder.raw(),
            suite.stem.raw()
        ))
    }

    /// The same with the extension that the file has when it runs: compiled, if that is another.
    pub(super) fn module(&self, before: &str, suite: &Suite) -> String {
        let extension = suite.extension.raw().replace("ts", "js");
        self.path(before, suite, &format!(".{extension}"))
    }

    /// A name of ours as a string of the language.
    pub(super) fn s(&self, text: &str) -> String {
        (self.language.quote)(text)
    }

    /// A name of ours in the language's case.
    pub(super) fn n(&self, name: &str) -> String {
        (self.language.case)(name)
    }

    /// A foreign name as a property of a type: without quotes where it needs none.
    pub(super) fn property(&self, name: &Foreign) -> String {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let begins = name.raw().starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let plain = begins && name.raw().chars().all(is_word);
        if plain { name.raw().to_owned() } else { self.q(name) }
    }

    /// Strings as an array on one line, or each on its own if that is too long.
    pub(super) fn array(&self, indent: &str, strings: &[String]) -> String {
        let line = format!("{indent}[{}],", strings.join(", "));
        if line.chars().count() <= ARRAY {
            return line;
        }
        let parts = strings.iter().map(|part| format!("{indent}  {part},\n"));
        format!("{indent}[\n{}{indent}],", parts.collect::<String>())
    }

    /// The identifiers of the options, in the order of the kept parameters.
    pub(super) fn option(&self, name: &Foreign) -> String {
        let mut taken: Vec<String> =
            ["now", "jti", "session_length", "node_id"].map(|name| self.n(name)).into();
        for line in &self.model.lines {
            let super::Line::Kept { name: other, .. } = line else { continue };
            let mut made = self.identifier(other.raw());
            while taken.contains(&made) {
                made.push('2');
            }
            if other == name {
                return made;
            }
            taken.push(made);
        }
        String::new()
    }

    /// A foreign name as an identifier: letters and digits of ASCII, and no word of the language's own.
    fn identifier(&self, name: &str) -> String {
        let parts =
            name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
        let name = parts.collect::<Vec<_>>().join("_");
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
        let name = (self.language.case)(&if begins { name } else { format!("control_{name}") });
        if self.language.reserved.contains(&&*name) { name + "Value" } else { name }
    }

    /// A sentence about a parameter as lines of a comment, each behind `prefix`.
    pub(super) fn remark(&self, prefix: &str, name: &Foreign, text: &str) -> String {
        lines(prefix, &format!("{} {text}", colon(name)))
    }

    /// A foreign text in a comment.
    pub(super) fn comment(&self, text: &Foreign) -> String {
        colon(text)
    }

    /// What is said where a variable is missing.
    pub(super) fn unset(&self, variable: &str) -> String {
        self.s(&format!("the environment variable {variable} is not set"))
    }

    /// What a comment says of a claim: that its names were in use.
    pub(super) fn names(&self, names: &[Foreign]) -> String {
        names.iter().map(Foreign::comment).collect::<Vec<_>>().join(", ")
    }

    /// Whether an internal user's token must not have the claim.
    pub(super) fn barred(&self, claim: &str) -> bool {
        self.model.internal && NOT_INTERNAL.contains(&claim)
    }

    pub(super) fn library(&self) -> &str {
        self.choice.library
    }

    pub(super) fn framework(&self) -> &str {
        self.choice.framework
    }

    pub(super) fn longest(&self) -> u64 {
        MAX_LIFETIME
    }

    pub(super) fn audience(&self) -> &str {
        AUDIENCE
    }

    pub(super) fn algorithm(&self) -> &str {
        ALGORITHM
    }
}

/// A parameter's name in a comment, with its colon if it has one.
fn colon(name: &Foreign) -> String {
    let colon = if name.raw().starts_with(':') { ":" } else { "" };
    format!("{colon}{}", Foreign::new(name.raw().trim_start_matches(':')).comment())
}

fn lines(prefix: &str, text: &str) -> String {
    let mut out = String::from(prefix);
    let mut length = prefix.len();
    for (number, word) in text.split(' ').enumerate() {
        if number > 0 && length + 1 + word.len() > WIDTH {
            out.push('\n');
            out.push_str(prefix);
            length = prefix.len();
        } else if number > 0 {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += word.len();
    }
    out
}
