//! The words of the field in everything that users and contributors read; CONTRIBUTING.md has the list.

use embed2jwt::report::docs::{parameters_markdown, rules_markdown};

use crate::docs::prose;
use crate::pages::pages;
use crate::support::{Place, crate_file};

/// What is not written, and what is written instead. A word stands for itself alone, `*` for any ending.
const WORDS: [(&str, &str); 36] = [
    ("judge*", "check, lint"),
    ("mend*", "fix"),
    ("a place", "a location"),
    ("the place", "the location"),
    ("places", "locations"),
    ("takes the place", "replaces"),
    ("in the place of", "instead of"),
    ("hole", "placeholder"),
    ("holes", "placeholders"),
    ("heavy", "its severity"),
    ("heavier", "a higher severity"),
    ("weigh*", "severity"),
    ("loudly", "severity"),
    ("a text", "a string"),
    ("texts", "strings"),
    ("dialect*", "format: old URLs, new URLs"),
    ("be moved", "be migrated"),
    ("walk*", "scan"),
    ("tell", "report, print, show"),
    ("tells", "reports, prints, shows"),
    ("told apart", "distinguished"),
    ("says of", "reports for"),
    ("is said of", "is reported for"),
    ("stands", "is"),
    ("as it stands", "unchanged"),
    ("stand in", "be in"),
    ("is none", "is not one"),
    ("are none", "are not any"),
    ("all the same", "anyway"),
    ("anew", "again"),
    ("moves applications", "migrates applications"),
    ("sigma takes", "Sigma accepts"),
    ("taken for", "read as"),
    ("slip", "typo"),
    ("parameter of sigma's", "Sigma parameter"),
    ("at what price", "with which losses"),
];

/// The words of a text in lower case, without punctuation; code is one word that is in no list.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 {
            words.push("`".to_owned());
            continue;
        }
        let punctuation = |c: char| !c.is_alphanumeric() && c != '\'' && c != '-';
        for piece in part.split_whitespace() {
            let word = piece.trim_matches(punctuation).to_lowercase();
            if !word.is_empty() {
                words.push(word);
            }
            // A phrase does not go on behind the end of a sentence.
            if piece.ends_with(['.', ':', ';', '?', ',']) {
                words.push("`".to_owned());
            }
        }
    }
    words
}

/// Whether a word is what the list has: itself, or with any ending for `*`.
fn is(word: &str, listed: &str) -> bool {
    match listed.strip_suffix('*') {
        Some(stem) => word.starts_with(stem),
        None => word == listed,
    }
}

/// What a text has of the list, with the words around it.
fn hits(name: &str, text: &str) -> Vec<String> {
    let words = words(text);
    let mut hits = Vec::new();
    for (phrase, instead) in WORDS {
        let phrase: Vec<_> = phrase.split(' ').collect();
        for (at, window) in words.windows(phrase.len()).enumerate() {
            if window.iter().zip(&phrase).all(|(word, listed)| is(word, listed)) {
                let around = &words[at.saturating_sub(4)..words.len().min(at + phrase.len() + 4)];
                hits.push(format!("{name}: “{}”: {instead}", around.join(" ")));
            }
        }
    }
    hits
}

/// All that users read, by what it is.
fn sources() -> Vec<(String, String)> {
    let mut sources = Vec::new();
    let mut shown = String::new();
    for page in pages().into_iter().chain(["ARCHITECTURE.md".into(), "CONTRIBUTING.md".into()]) {
        let text = crate_file(&page);
        // The list itself names what is not written.
        let text = text.split("\n## Words\n").next().unwrap();
        let prose: Vec<_> = prose(text).into_iter().map(|(_, line)| line).collect();
        let blocks = text.split("```console\n").skip(1).map(|rest| rest.split("```").next());
        shown.extend(blocks.flatten().map(|block| block.replace('`', "")));
        sources.push((page, prose.join("\n")));
    }
    sources.push(("shown output".to_owned(), shown));
    sources
        .push(("explain".to_owned(), outside_blocks(&(rules_markdown() + &parameters_markdown()))));
    let commands = [
        "",
        "audit",
        "convert",
        "check",
        "inspect",
        "map",
        "map init",
        "map pull",
        "map show",
        "scaffold",
        "explain",
        "completions",
        "man",
    ];
    let place = Place::new();
    let help = |command: &&str| {
        let ran = place.run(command).args("--help").exits(0);
        ran.out().to_owned()
    };
    sources.push(("help".to_owned(), commands.iter().map(help).collect()));
    sources
}

fn outside_blocks(text: &str) -> String {
    prose(text).into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

#[test]
fn users_read_the_words_of_the_field() {
    let found: Vec<_> = sources().iter().flat_map(|(name, text)| hits(name, text)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_word_is_seen_in_its_forms_and_not_in_others() {
    let seen = |text: &str| hits("", text).len();
    assert_eq!(seen("It judges the URL. Judged twice."), 2);
    assert_eq!(seen("The whole `judge` room"), 0);
    assert_eq!(seen("It is in a\nplace, which stands."), 2);
    assert_eq!(seen("in place. A place"), 1);
}
