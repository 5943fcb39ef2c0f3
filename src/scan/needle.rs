//! The one search through a file: it dismisses most of them at the speed of memory, and says of the others where to look closer.
//!
//! Many needles in one pass by SIMD cost about as much as five passes for one needle each; an automaton for them would cost
//! several times that. So the needles are few and rare, and what only they could not tell apart is read where they stand.

use std::sync::LazyLock;

use aho_corasick::packed::{Config, MatchKind, Searcher};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use memchr::memmem::Finder;

use super::url::start::Starts;
use super::{api, builder};
use crate::dialect::params::{TABLE, USER_ATTRIBUTE_PREFIX};
use crate::dialect::span::Span;
use crate::rule::Context;

/// What Sigma's hosts have in common, as people write it. Other mixtures of letters are not looked for.
const SIGMA: [&str; 4] = ["sigmacomputing", "Sigmacomputing", "SigmaComputing", "SIGMACOMPUTING"];

/// Of what has to stand in a file that holds anything to be found, at least one is here.
#[derive(Clone, Debug)]
pub struct Needles {
    passes: Vec<Pass>,
}

/// So many calls of the API are looked at in one file: it may consist of nothing else.
const MOST_CALLS: usize = 1 << 16;

/// What one pass through a text looks for.
#[derive(Clone, Debug)]
struct Pass {
    search: Search,
    /// What each needle is.
    kinds: Vec<Kind>,
}

/// What a needle is.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// The second label of Sigma's own host.
    Sigma,
    /// Another host.
    Host,
    /// A host in base64; so many characters of the first group stand before it.
    Base64 { skip: usize },
    /// A colon with the beginning of a name.
    Colon,
    /// A path of the REST API.
    Call,
    /// A word that somebody else wants to know of.
    Word,
}

/// Where something stands that is worth a closer look. It is small: a file may consist of nothing else.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hits {
    /// Hosts that may begin a URL.
    pub(super) starts: Starts,
    /// Colons, plain or percent-encoded up to twice, before a parameter that the new dialect does not have, as code writes it;
    /// in order.
    pub(super) colons: Vec<u32>,
    /// Paths of the REST API, in order.
    pub(super) calls: Vec<u32>,
    /// The words that were asked for, in order.
    pub(super) words: Vec<u32>,
}

impl Needles {
    /// What is looked for in this context, and `words` that somebody else wants to know of. Their first four bytes should be
    /// rare: the search stops wherever a needle may begin.
    pub fn new(context: &Context<'_>, words: &[&str]) -> Self {
        let mut needles: Vec<_> =
            SIGMA.iter().map(|name| (name.as_bytes().to_vec(), Kind::Sigma)).collect();
        needles.extend(in_base64(SIGMA[0]));
        needles.push((api::START.as_bytes().to_vec(), Kind::Call));
        needles.extend(words.iter().map(|word| (word.as_bytes().to_vec(), Kind::Word)));
        let colons = beginnings(builder::necessary(context));
        needles.extend(colons.into_iter().map(|colon| (colon, Kind::Colon)));
        // A host may hold another's name. What begins at the same place is found once in a pass, so these have their own.
        let mut hosts = Vec::new();
        for host in context.hosts {
            let plain = [host.to_lowercase(), host.to_uppercase()];
            hosts.extend(plain.map(|host| (host.into_bytes(), Kind::Host)));
            hosts.extend(in_base64(host));
        }
        hosts.retain(|(needle, _)| !needle.is_empty());
        let passes = needles.chunks(PACKED).chain(hosts.chunks(PACKED));
        Self { passes: passes.map(Pass::new).collect() }
    }

    /// Looks through a text. Of the words it tells the first `most`.
    pub(super) fn search(&self, text: &[u8], context: &Context<'_>, most: usize) -> Hits {
        let mut hits = Hits::default();
        let Hits { starts, colons, calls, words } = &mut hits;
        let mut colon = |at: u32, length: usize| {
            if builder::is_legacy(text, at as usize, length, context) {
                colons.push(at);
            }
        };
        for pass in &self.passes {
            pass.search.each(text, |number, span| match pass.kinds.get(number) {
                Some(Kind::Sigma) => starts.sigma(text, span.start as usize),
                Some(Kind::Host) => starts.host(text, span.start as usize),
                Some(Kind::Base64 { skip }) => starts.base64(span, *skip),
                Some(Kind::Colon) => colon(span.start, 1),
                Some(Kind::Call) if calls.len() < MOST_CALLS => calls.push(span.start),
                Some(Kind::Word) if words.len() < most => words.push(span.start),
                Some(Kind::Call | Kind::Word) | None => {}
            });
        }
        encoded_colons(text, |at, length| colon(Span::new(at, at).start, length));
        hits.starts.sort();
        hits.colons.sort_unstable();
        hits.calls.sort_unstable();
        hits.words.sort_unstable();
        hits
    }
}

impl Pass {
    fn new(needles: &[(Vec<u8>, Kind)]) -> Self {
        Self {
            search: Search::new(needles.iter().map(|(needle, _)| needle)),
            kinds: needles.iter().map(|(_, kind)| *kind).collect(),
        }
    }
}

/// A colon and the first word of each name: names that begin alike share a needle, since with more than 32 the search is half
/// as fast.
fn beginnings<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Vec<u8>> {
    let beginning = |name: &str| {
        let end = name.find('_').map_or(name.len(), |at| at + 1);
        format!(":{}", name.get(..end).unwrap_or(name)).into_bytes()
    };
    let mut needles: Vec<_> = names.into_iter().map(beginning).collect();
    needles.sort_unstable();
    needles.dedup();
    needles
}

/// A text in base64 by its place in a group of three bytes: what is the same whatever surrounds it.
fn in_base64(text: &str) -> [(Vec<u8>, Kind); 3] {
    [0, 1, 2].map(|shift| {
        let mut bytes = vec![0; shift];
        bytes.extend_from_slice(text.as_bytes());
        let mut encoded = STANDARD_NO_PAD.encode(&bytes).into_bytes();
        // The last character holds bits of the next byte unless a group ends there.
        encoded.truncate(bytes.len() * 8 / 6);
        let skip = (shift * 8).div_ceil(6);
        (encoded.split_off(skip.min(encoded.len())), Kind::Base64 { skip })
    })
}

/// A search for some needles.
#[derive(Clone, Debug)]
enum Search {
    Packed(Box<Searcher>),
    /// Where the processor has no vectors for it.
    Single(Vec<Finder<'static>>),
}

/// More than this many needles do not fit into one packed search.
const PACKED: usize = 64;

impl Search {
    fn new(needles: impl Iterator<Item = impl AsRef<[u8]>> + Clone) -> Self {
        let mut config = Config::new();
        config.match_kind(MatchKind::LeftmostFirst).heuristic_pattern_limits(false);
        match config.builder().extend(needles.clone()).build() {
            Some(searcher) => Self::Packed(Box::new(searcher)),
            None => Self::Single(
                needles.map(|needle| Finder::new(needle.as_ref()).into_owned()).collect(),
            ),
        }
    }

    /// Tells of the needles in the text by their numbers; of those that begin at the same place, of one.
    fn each(&self, text: &[u8], mut hit: impl FnMut(usize, Span)) {
        match self {
            Self::Packed(searcher) => {
                let mut rest = aho_corasick::Span::from(0..text.len());
                while let Some(found) = searcher.find_in(text, rest) {
                    hit(found.pattern().as_usize(), Span::new(found.start(), found.end()));
                    rest.start = found.start() + 1;
                }
            }
            Self::Single(finders) => {
                for (number, finder) in finders.iter().enumerate() {
                    let span = |at| Span::new(at, at + finder.needle().len());
                    finder.find_iter(text).for_each(|at| hit(number, span(at)));
                }
            }
        }
    }
}

/// The length of the percent-encoded colon that a text begins with.
pub(super) fn encoded_colon(text: &[u8]) -> Option<usize> {
    match text {
        [b'%', b'3', b'A' | b'a', ..] => Some(3),
        [b'%', b'2', b'5', b'3', b'A' | b'a', ..] => Some(5),
        _ => None,
    }
}

/// Tells of the encoded colons with their lengths, whatever stands behind them.
fn encoded_colons(text: &[u8], mut hit: impl FnMut(usize, usize)) {
    for at in memchr::memchr_iter(b'%', text) {
        if let Some(length) = encoded_colon(text.get(at..).unwrap_or_default()) {
            hit(at, length);
        }
    }
}

/// Tells of the colons that may begin a name of the table, or the token's, with their lengths; in no order. They are found many
/// times faster than the others are passed by.
pub(super) fn known_colons(text: &[u8], context: &Context<'_>, mut hit: impl FnMut(usize, usize)) {
    static KNOWN: LazyLock<Search> = LazyLock::new(|| {
        let names = TABLE.iter().filter(|row| !row.is_pattern()).map(|row| row.name);
        let attribute = std::str::from_utf8(USER_ATTRIBUTE_PREFIX).unwrap_or_default();
        Search::new(beginnings(names.chain([attribute, "jwt"])).iter())
    });
    if context.parameters.is_none() {
        KNOWN.each(text, |_, span| hit(span.start as usize, 1));
    } else {
        // With the names of a configuration every colon may.
        memchr::memchr_iter(b':', text).for_each(|at| hit(at, 1));
    }
    encoded_colons(text, hit);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dialect::overlay::Overlay;
    use crate::dialect::params::{Id, Parameter};

    fn search(text: &str, context: &Context<'_>) -> Hits {
        Needles::new(context, &["keep an eye"]).search(text.as_bytes(), context, 1)
    }

    fn is_dismissed(text: &str, context: &Context<'_>) -> bool {
        search(text, context) == Hits::default()
    }

    #[test]
    fn code_that_writes_a_parameter_of_sigmas_is_looked_at() {
        let mut parameters = Overlay::default();
        let row = Parameter { id: Id::Unknown, name: "acme_filter", ..Id::HideSend.row().clone() };
        parameters.insert(row);
        let context = Context { parameters: Some(&parameters), ..Context::none() };
        for text in [
            "url += '&:hide_send=true'",
            "params[\":external_user_team\"] = team",
            "'?%3Anonce=' + nonce",
            "'&%3aclient_id='",
            "%2526%253Aemail%253Dann",
            "f\"&:ua_Region={region}\"",
            "&:email=ann@example.com",
            "\u{201c}:time\u{201d}",
            "https://App.SigmaComputing.com",
            "&:acme_filter=1",
            "// keep an eye on this",
            "\u{feff}a &amp;:session_length&#61;3600",
        ] {
            assert!(!is_dismissed(text, &context), "{text}");
        }
    }

    #[test]
    fn what_other_software_writes_is_dismissed() {
        for text in [
            "SELECT * FROM users WHERE email = :email AND time > :time",
            "t.text :external_user_id, null: false",
            "use std::time::Duration; let m: mode = :mode",
            "https%3A%2F%2Fexample.com",
            "script-src 'nonce-abc'",
            "client_id=1&client_secret=2",
            "import theme from './theme'; // mode: dark",
            "",
        ] {
            assert!(is_dismissed(text, &Context::none()), "{text}");
        }
    }

    #[test]
    fn of_the_words_only_so_many_are_told() {
        let needles = Needles::new(&Context::none(), &["keep", "eye"]);
        let words = |most| needles.search(b"an eye, keep an eye", &Context::none(), most).words;
        assert_eq!(words(9), [3, 8, 16]);
        assert_eq!(words(2), [3, 8]);
    }

    /// Every colon that the builders take for one of theirs, read one by one.
    fn one_by_one(text: &str, context: &Context<'_>) -> Vec<u32> {
        let mut all = Vec::new();
        for colon in [":", "%3A", "%3a", "%253A", "%253a"] {
            for (at, _) in text.match_indices(colon) {
                if builder::is_legacy(text.as_bytes(), at, colon.len(), context) {
                    all.push(u32::try_from(at).unwrap());
                }
            }
        }
        all.sort_unstable();
        all
    }

    const PIECES: [&str; 49] = [
        ":",
        "%3A",
        "%253a",
        "?",
        "&",
        "&amp;",
        "\\u0026",
        "=",
        "%3D",
        "\"",
        "'",
        "`",
        "\\",
        "\n",
        " ",
        "${x}",
        "%s",
        ";",
        "email",
        "nonce",
        "time",
        "mode",
        "client_id",
        "hide_send",
        "show_footer",
        "ua_",
        "userbacked",
        "session_length",
        "external_user_team",
        "first_name",
        "teams",
        "true",
        "https://",
        "https%3A%2F%2F",
        "app.sigmacomputing.com",
        "App.SigmaComputing.com",
        "/embed/",
        "%2Fembed%2F",
        "1-7CbVjjUMMTKQpYa2E7NwkI",
        "SIGMA_",
        "&:",
        "?:",
        "\":",
        "\u{201c}",
        "oauth_token",
        "acme_filter",
        "signature",
        "URLSearchParams",
        "\u{e9}",
    ];

    proptest! {
        #[test]
        fn no_colon_is_missed(
            pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40),
            configured in any::<bool>(),
        ) {
            let text = pieces.concat();
            let mut rows = Overlay::default();
            rows.insert(Parameter { id: Id::Unknown, name: "acme_filter", ..Id::HideSend.row().clone() });
            let parameters = configured.then_some(&rows);
            let context = Context { parameters, ..Context::none() };
            prop_assert_eq!(search(&text, &context).colons, one_by_one(&text, &context), "{}", text);
        }
    }
}
