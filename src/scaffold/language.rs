//! The languages: each one template and one row of this table.

use askama::Template;

use super::case::{Given, Suite};
use super::foreign::{Quote, go, java, javascript, php, python, ruby};
use super::model::Line;
use super::page::Page;
use crate::text::language_of;

/// A language that code is written in.
pub struct Language {
    /// Its name on the command line.
    pub name: &'static str,
    /// The name of a file of its, if none is given.
    pub file: &'static str,
    /// What signs its tokens; the first is the default.
    pub libraries: &'static [&'static str],
    /// The frameworks whose endpoint can be written.
    pub frameworks: &'static [&'static str],
    /// The template. Languages that share one read one another's old code.
    pub(super) template: &'static str,
    /// How it writes a string.
    pub(super) quote: Quote,
    /// How it writes a name of several words.
    pub(super) case: fn(&str) -> String,
    /// Words that are no names of options.
    pub(super) reserved: &'static [&'static str],
    /// Fills in its template.
    pub(super) render: fn(&Page<'_>) -> Result<String, askama::Error>,
    /// Fills in the template of its test.
    pub(super) render_test: fn(&Page<'_>, &Suite) -> Result<String, askama::Error>,
}

/// Words that no component of a record has for a name, and the name of a function of ours.
const JAVA: &[&str] = &[
    "abstract",
    "assert",
    "boolean",
    "break",
    "byte",
    "case",
    "catch",
    "char",
    "class",
    "clone",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "extends",
    "false",
    "final",
    "finalize",
    "finally",
    "float",
    "for",
    "getClass",
    "goto",
    "hashCode",
    "if",
    "implements",
    "import",
    "instanceof",
    "int",
    "interface",
    "long",
    "native",
    "new",
    "none",
    "notify",
    "notifyAll",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "short",
    "static",
    "strictfp",
    "super",
    "switch",
    "synchronized",
    "this",
    "throw",
    "throws",
    "toString",
    "transient",
    "true",
    "try",
    "void",
    "volatile",
    "wait",
    "while",
];

macro_rules! languages {
    ($({ template: $template:literal, test: $test:literal, $($field:ident: $value:expr),* $(,)? })*) => {
        /// All of them.
        pub static LANGUAGES: &[Language] = &[$(
            Language {
                template: $template,
                render: |p| {
                    #[derive(Template)]
                    #[template(path = $template, escape = "none")]
                    struct Code<'a> {
                        p: &'a Page<'a>,
                    }
                    Code { p }.render()
                },
                render_test: |p, t| {
                    #[derive(Template)]
                    #[template(path = $test, escape = "none")]
                    struct Test<'a> {
                        p: &'a Page<'a>,
                        t: &'a Suite,
                    }
                    Test { p, t }.render()
                },
                $($field: $value,)*
            },
        )*];
    };
}

languages! {
    { template: "javascript.txt", test: "javascript.test.txt", name: "node", file: "sigma-embed.mjs",
        libraries: &["jsonwebtoken", "jose"], frameworks: &["express"],
        quote: javascript, case: camel, reserved: &[] }
    { template: "javascript.txt", test: "javascript.test.txt", name: "typescript", file: "sigma-embed.ts",
        libraries: &["jsonwebtoken", "jose"], frameworks: &["express"],
        quote: javascript, case: camel, reserved: &[] }
    { template: "python.txt", test: "python.test.txt", name: "python", file: "sigma_embed.py", libraries: &["pyjwt"],
        frameworks: &["flask"], quote: python, case: snake, reserved: &[] }
    { template: "ruby.txt", test: "ruby.test.txt", name: "ruby", file: "sigma_embed.rb", libraries: &["jwt"],
        frameworks: &["rails"], quote: ruby, case: snake, reserved: &[] }
    { template: "go.txt", test: "go.test.txt", name: "go", file: "sigma_embed.go",
        libraries: &["golang-jwt", "golang-jwt-v4"], frameworks: &[],
        quote: go, case: pascal, reserved: &[] }
    { template: "php.txt", test: "php.test.txt", name: "php", file: "SigmaEmbed.php", libraries: &["none"],
        frameworks: &[], quote: php, case: snake, reserved: &[] }
    { template: "java.txt", test: "java.test.txt", name: "java", file: "SigmaEmbed.java", libraries: &["none"],
        frameworks: &[], quote: java, case: camel, reserved: JAVA }
}

/// The language of this name.
pub fn find(name: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.name == name)
}

/// The language of a file, by its extension.
pub fn of_file(file: &str) -> Option<&'static Language> {
    find(language_of(file)?)
}

impl Language {
    /// Whether old code in a file is what its new code replaces.
    pub fn owns(&self, file: &str) -> bool {
        of_file(file).is_some_and(|other| other.template == self.template)
    }
}

/// Acronyms that Go writes in capitals.
const ACRONYMS: [&str; 4] = ["id", "jti", "oauth", "url"];

/// `account_type` as `AccountType`, `eval_connection_id` as `EvalConnectionID`.
fn pascal(name: &str) -> String {
    let word = |word: &str| match word {
        "oauth" => "OAuth".to_owned(),
        _ if ACRONYMS.contains(&word) => word.to_uppercase(),
        _ => {
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_uppercase().to_string());
            first.unwrap_or_default() + letters.as_str()
        }
    };
    name.split('_').map(word).collect()
}

/// A name as it is.
fn snake(name: &str) -> String {
    name.to_owned()
}

/// `account_type` as `accountType`.
fn camel(name: &str) -> String {
    let mut out = String::new();
    for (number, word) in name.split('_').filter(|word| !word.is_empty()).enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if number > 0 => out.extend(first.to_uppercase()),
            Some(first) => out.extend(first.to_lowercase()),
            None => {}
        }
        out.push_str(letters.as_str());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_that_files_are_in_can_be_written() {
        let written: Vec<_> = LANGUAGES.iter().map(|language| language.name).collect();
        assert_eq!(crate::text::languages().collect::<Vec<_>>(), written);
    }
}
