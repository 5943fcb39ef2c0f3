//! The languages that code is read and written in, by the names that `scaffold` has for them.

/// Each name, and the extensions of its files.
const LANGUAGES: [(&str, &[&str]); 7] = [
    ("node", &["js", "mjs", "cjs", "jsx", "vue", "svelte"]),
    ("typescript", &["ts", "tsx", "mts", "cts"]),
    ("python", &["py", "ipynb"]),
    ("ruby", &["rb", "erb", "rake"]),
    ("go", &["go"]),
    ("php", &["php", "phtml"]),
    ("java", &["java"]),
];

/// The language of a file, by its extension.
pub fn language_of(file: &str) -> Option<&'static str> {
    let (_, extension) = file.rsplit_once('.')?;
    let known = LANGUAGES.iter().find(|(_, extensions)| extensions.contains(&extension));
    known.map(|(name, _)| *name)
}

/// The languages that there are.
pub fn languages() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().map(|(name, _)| *name)
}
