//! Which files are worth a closer look: the search that dismisses the others at the speed of memory.
//!
//! Many needles in one pass by SIMD cost about as much as five passes for one needle each; an automaton for them would cost
//! several times that. So the needles are few and rare, and what only they could not tell apart is looked at by `examine`.

use std::sync::LazyLock;

use aho_corasick::packed::{Config, MatchKind, Searcher};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use memchr::memmem::Finder;

use super::builder;
use crate::dialect::overlay::Overlay;
use crate::dialect::params::{TABLE, USER_ATTRIBUTE_PREFIX};
use crate::dialect::span::Span;
use crate::rule::Context;

/// What Sigma's hosts have in common, as people write it. Other mixtures of letters are not looked for.
const SIGMA: [&str; 4] = ["sigmacomputing", "Sigmacomputing", "SigmaComputing", "SIGMACOMPUTING"];

/// A colon that is percent-encoded, once or oftener.
const ENCODED: [&str; 4] = ["%3A", "%3a", "53A", "53a"];

/// What has to stand in a file that holds anything to be found.
#[derive(Clone, Debug)]
pub struct Needles {
    /// Hosts, and colons with the beginning of a name.
    plain: Vec<Search>,
    /// How many of them are enough by themselves: all but the colons.
    enough: usize,
    /// Encoded colons.
    encoded: Search,
    /// The names that a builder has at least one of.
    names: Vec<Box<[u8]>>,
    /// What the configuration changes in the parameter table.
    parameters: Option<Overlay>,
}

impl Needles {
    /// `hosts` are those beside Sigma's own, `parameters` the rows that the configuration adds or changes. A file is looked
    /// at for the sake of one of the `words` too.
    pub fn new(hosts: &[String], parameters: Option<&Overlay>, words: &[&str]) -> Self {
        let mut needles = own();
        needles.extend(words.iter().map(|word| word.as_bytes().to_vec()));
        for host in hosts {
            needles.extend([host.to_lowercase().into_bytes(), host.to_uppercase().into_bytes()]);
            needles.extend(in_base64(host).map(|(_, needle)| needle));
        }
        needles.retain(|needle| !needle.is_empty());
        let enough = needles.len();
        let all = builder::necessary(&Context { parameters, ..Context::none() });
        // Names that begin alike share a needle: with more than 32 the search is half as fast.
        let mut colons: Vec<_> = all.iter().map(|name| beginning(name)).collect();
        colons.sort_unstable();
        colons.dedup();
        needles.extend(colons);
        Self {
            plain: needles.chunks(PACKED).map(Search::new).collect(),
            enough,
            encoded: Search::new(&ENCODED.map(|colon| colon.as_bytes().to_vec())),
            names: all.into_iter().map(|name| name.as_bytes().into()).collect(),
            parameters: parameters.cloned(),
        }
    }

    /// Whether the raw bytes of a file, in any encoding that [`crate::rule::Text`] reads, may hold something. Never `false` for a
    /// file in which [`super::examine`] finds something.
    pub fn may_match(&self, file: &[u8]) -> bool {
        // UTF-16 is rare: it is let through.
        if matches!(file, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
            return true;
        }
        let plain = self.plain.iter().zip((0..).step_by(PACKED)).any(|(search, first)| {
            search.any(file, |number, span| {
                first + number < self.enough || self.is_parameter(file, span.start as usize, 1)
            })
        });
        plain
            || self.encoded.any(file, |_, span| {
                encoded_colon(file, span)
                    .is_some_and(|(at, length)| self.is_parameter(file, at, length))
            })
    }

    /// Whether one of the names stands behind this colon, and ends as a parameter's does: before `=` or a quote, in whatever
    /// encoding; and the builders' own reading agrees.
    fn is_parameter(&self, file: &[u8], at: usize, colon: usize) -> bool {
        let rest = file.get(at + colon..).unwrap_or_default();
        let named = self.names.iter().any(|name| {
            let ends = |b: &u8| b"=\"'`&%\\".contains(b) || !b.is_ascii();
            rest.starts_with(name)
                && (**name == *USER_ATTRIBUTE_PREFIX || rest.get(name.len()).is_some_and(ends))
        });
        let context = Context { parameters: self.parameters.as_ref(), ..Context::none() };
        named && builder::is_legacy(file, at, colon, &context)
    }
}

/// A colon and the first word of a name.
fn beginning(name: &str) -> Vec<u8> {
    let end = name.find('_').map_or(name.len(), |at| at + 1);
    format!(":{}", name.get(..end).unwrap_or(name)).into_bytes()
}

/// The needles for Sigma's own host, plain and in base64.
fn own() -> Vec<Vec<u8>> {
    let plain = SIGMA.iter().map(|name| name.as_bytes().to_vec());
    plain.chain(in_base64(SIGMA[0]).map(|(_, needle)| needle)).collect()
}

/// A text in base64 by its place in a group of three bytes: how many characters of the first group stand before what is the
/// same whatever surrounds it, and that.
fn in_base64(text: &str) -> [(usize, Vec<u8>); 3] {
    [0, 1, 2].map(|shift| {
        let mut bytes = vec![0; shift];
        bytes.extend_from_slice(text.as_bytes());
        let mut encoded = STANDARD_NO_PAD.encode(&bytes).into_bytes();
        // The last character holds bits of the next byte unless a group ends there.
        encoded.truncate(bytes.len() * 8 / 6);
        let skip = (shift * 8).div_ceil(6);
        (skip, encoded.split_off(skip.min(encoded.len())))
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
    fn new(needles: &[Vec<u8>]) -> Self {
        let mut config = Config::new();
        config.match_kind(MatchKind::LeftmostFirst).heuristic_pattern_limits(false);
        match config.builder().extend(needles).build() {
            Some(searcher) => Self::Packed(Box::new(searcher)),
            None => Self::Single(
                needles.iter().map(|needle| Finder::new(needle).into_owned()).collect(),
            ),
        }
    }

    /// Whether one of the needles is found at a place that `holds`.
    fn any(&self, text: &[u8], mut holds: impl FnMut(usize, Span) -> bool) -> bool {
        match self {
            Self::Packed(searcher) => searcher.find_iter(text).any(|found| {
                holds(found.pattern().as_usize(), Span::new(found.start(), found.end()))
            }),
            Self::Single(finders) => finders.iter().enumerate().any(|(number, finder)| {
                let span = |at| Span::new(at, at + finder.needle().len());
                finder.find_iter(text).any(|at| holds(number, span(at)))
            }),
        }
    }

    /// The number and the place of every needle in the text.
    fn each(&self, text: &[u8], mut hit: impl FnMut(usize, Span)) {
        self.any(text, |number, span| {
            hit(number, span);
            false
        });
    }
}

/// A search for colons with the beginnings of names behind them.
struct Colons {
    plain: Search,
    encoded: Search,
}

impl Colons {
    fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut needles: Vec<_> = names.into_iter().map(beginning).collect();
        needles.sort_unstable();
        needles.dedup();
        let encoded = ENCODED.map(|colon| colon.as_bytes().to_vec());
        Self { plain: Search::new(&needles), encoded: Search::new(&encoded) }
    }

    /// Tells of the colons in order, each with its length. An encoded one counts whatever stands behind it.
    fn each(&self, text: &[u8], mut hit: impl FnMut(usize, usize)) {
        let mut colons = Vec::new();
        // Piece by piece, so that a file of nothing else does not fill the memory.
        for start in (0..text.len()).step_by(PIECE) {
            let from = start.saturating_sub(BEFORE);
            let upto = text.len().min(start + PIECE + LONGEST);
            let piece = text.get(from..upto).unwrap_or_default();
            self.plain.each(piece, |_, span| colons.push((from + span.start as usize, 1)));
            self.encoded.each(piece, |_, span| {
                let colon = encoded_colon(piece, span);
                colons.extend(colon.map(|(at, length)| (from + at, length)));
            });
            colons.sort_unstable();
            let own = |(at, _): &(usize, usize)| (start..start + PIECE).contains(at);
            colons.drain(..).filter(own).for_each(|(at, length)| hit(at, length));
        }
    }
}

/// Where the colon begins that this is the end of, and how long it is: encoded once, `%3A`, or twice, `%253A`.
fn encoded_colon(text: &[u8], span: Span) -> Option<(usize, usize)> {
    let (at, length) = (span.start as usize, (span.end - span.start) as usize);
    if text.get(at) == Some(&b'%') {
        return Some((at, length));
    }
    let before = text.get(..at)?.strip_suffix(b"%2")?;
    Some((before.len(), length + BEFORE))
}

/// What is searched at a time.
const PIECE: usize = 1 << 20;
/// What of a needle may reach into the next piece.
const LONGEST: usize = 32;
/// What stands before the digits of a colon that is encoded twice: `%2`.
const BEFORE: usize = 2;

/// Tells of the colons that may begin a parameter which the new dialect does not have, with their lengths. They are found
/// many times faster than the others are passed by. With the names of a configuration every colon may.
pub(super) fn legacy_colons(text: &[u8], context: &Context<'_>, hit: impl FnMut(usize, usize)) {
    static LEGACY: LazyLock<Colons> =
        LazyLock::new(|| Colons::new(builder::necessary(&Context::none())));
    colons(&LEGACY, text, context, hit);
}

/// The same of the colons that may begin any name of the table, or the token's.
pub(super) fn known_colons(text: &[u8], context: &Context<'_>, hit: impl FnMut(usize, usize)) {
    static KNOWN: LazyLock<Colons> = LazyLock::new(|| {
        let names = TABLE.iter().filter(|row| !row.is_pattern()).map(|row| row.name);
        let attribute = std::str::from_utf8(USER_ATTRIBUTE_PREFIX).unwrap_or_default();
        Colons::new(names.chain([attribute, "jwt"]))
    });
    colons(&KNOWN, text, context, hit);
}

fn colons(search: &Colons, text: &[u8], context: &Context<'_>, mut hit: impl FnMut(usize, usize)) {
    if context.parameters.is_none() {
        return search.each(text, hit);
    }
    let mut from = 0;
    while let Some((at, length)) = builder::next_colon(text, from) {
        from = at + length;
        hit(at, length);
    }
}

/// A host of Sigma's in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hit {
    /// The second label of Sigma's own host begins here.
    Sigma(usize),
    /// One of the other hosts begins here.
    Host(usize),
    /// A host in base64, from the beginning of the group that its first letter is in.
    Base64(Span),
}

/// The search for Sigma's own host, plain and in base64.
static OWN: LazyLock<Search> = LazyLock::new(|| Search::new(&own()));

/// Tells of every host in the text; those of each kind come in order.
pub(super) fn each_host(text: &[u8], hosts: &[String], mut hit: impl FnMut(Hit)) {
    let encoded = |span: Span, skip: usize| {
        let start = (span.start as usize).checked_sub(skip)?;
        Some(Hit::Base64(Span::new(start, span.end as usize)))
    };
    // By the place in the group: none, two, three characters before.
    let skips = in_base64(SIGMA[0]).map(|(skip, _)| skip);
    OWN.each(text, |number, span| match number.checked_sub(SIGMA.len()) {
        None => hit(Hit::Sigma(span.start as usize)),
        Some(shift) => {
            let skip = skips.get(shift).copied().unwrap_or_default();
            encoded(span, skip).into_iter().for_each(&mut hit);
        }
    });
    for host in hosts.iter().filter(|host| !host.is_empty()) {
        for spelling in [host.to_lowercase(), host.to_uppercase()] {
            for at in memchr::memmem::find_iter(text, &spelling) {
                hit(Hit::Host(at));
            }
        }
        for (skip, needle) in in_base64(host) {
            if needle.is_empty() {
                continue;
            }
            for at in memchr::memmem::find_iter(text, &needle) {
                let span = Span::new(at, at + needle.len());
                encoded(span, skip).into_iter().for_each(&mut hit);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use proptest::prelude::*;

    use super::super::{Options, examine};
    use super::*;
    use crate::dialect::params::{Id, Parameter};
    use crate::judge::Scratch;
    use crate::rule::Text;

    #[test]
    fn base64_is_found_in_all_three_places_of_a_group() {
        let needles = Needles::new(&["embed.example.com".to_owned()], None, &[]);
        for host in ["app.sigmacomputing.com", "embed.example.com"] {
            for shift in 0..3 {
                let text = format!("{}https://{host}/embed/x", "-".repeat(shift));
                let encoded = STANDARD_NO_PAD.encode(text);
                assert!(needles.may_match(encoded.as_bytes()), "{encoded}");
                let mut spans = Vec::new();
                each_host(encoded.as_bytes(), &["embed.example.com".to_owned()], |hit| {
                    if let Hit::Base64(span) = hit {
                        spans.push(span);
                    }
                });
                let [span] = spans[..] else { panic!("{encoded}: {spans:?}") };
                assert_eq!(span.start % 4, 0, "{encoded}");
            }
        }
    }

    #[test]
    fn code_that_writes_a_parameter_of_sigmas_is_looked_at() {
        let mut parameters = Overlay::default();
        let row = Parameter { id: Id::Unknown, name: "acme_filter", ..Id::HideSend.row().clone() };
        parameters.insert(row);
        let needles = Needles::new(&[], Some(&parameters), &["keep an eye"]);
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
            assert!(needles.may_match(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_other_software_writes_is_dismissed() {
        let needles = Needles::new(&[], None, &[]);
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
            assert!(!needles.may_match(text.as_bytes()), "{text}");
        }
    }

    /// What is found in a text, and whether the search lets it through.
    fn found_and_let_through(text: &[u8]) -> (bool, bool) {
        let context = Context::none();
        let options = Options { context: &context, bases: None, most: usize::MAX };
        let found = examine(&Text::new(text), &options, &mut Scratch::default());
        (!found.found.is_empty(), Needles::new(&[], None, &[]).may_match(text))
    }

    #[test]
    fn no_file_is_dismissed_in_which_something_is_found() {
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")];
        let mut with_findings = 0;
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let (found, let_through) = found_and_let_through(&fs::read(&path).unwrap());
                assert!(!found || let_through, "{}", path.display());
                with_findings += usize::from(found);
            }
        }
        assert!(with_findings > 40, "{with_findings}");
    }

    const PIECES: [&str; 48] = [
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
        "signature",
        "URLSearchParams",
        "\u{e9}",
    ];

    proptest! {
        #[test]
        fn no_text_is_dismissed_in_which_something_is_found(
            pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40),
        ) {
            let (found, let_through) = found_and_let_through(pieces.concat().as_bytes());
            prop_assert!(!found || let_through);
        }
    }

    #[test]
    fn utf16_is_let_through() {
        assert!(Needles::new(&[], None, &[]).may_match(b"\xff\xfea\0"));
    }
}
