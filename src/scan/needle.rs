//! Which files are worth a closer look: the search that dismisses the others at the speed of memory.
//!
//! Many needles in one pass by SIMD cost about as much as five passes for one needle each; an automaton for them would cost
//! several times that. So the needles are few and rare, and what only they could not tell apart is looked at by `examine`.

use std::sync::LazyLock;

use aho_corasick::packed::{Config, MatchKind, Searcher};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use memchr::memmem::Finder;

use crate::dialect::params::{Id, Parameter, TABLE};
use crate::dialect::span::Span;

/// What Sigma's hosts have in common, as people write it. Other mixtures of letters are not looked for.
const SIGMA: [&str; 4] = ["sigmacomputing", "Sigmacomputing", "SigmaComputing", "SIGMACOMPUTING"];

/// The value of `:mode`, which no other software has.
const MODE: &str = "userbacked";

/// Names that other software uses as well. With the colon they are rare enough, or say something together with a rarer one.
const SHARED: [Id; 5] = [Id::Nonce, Id::ClientId, Id::Email, Id::Signature, Id::UserAttribute];

/// Names that say nothing at all: wherever they belong to an embed, something else stands near.
const EVERYDAY: [Id; 13] = [
    Id::Time,
    Id::Mode,
    Id::Teams,
    Id::FirstName,
    Id::LastName,
    Id::OauthToken,
    Id::Embed,
    Id::Lng,
    Id::Theme,
    Id::PageId,
    Id::ViewId,
    Id::Explore,
    Id::Bookmark,
];

/// How a colon is written before a name.
const COLONS: [&str; 3] = [":", "%3A", "%3a"];

/// What has to stand in a file that holds anything to be found.
#[derive(Clone, Debug)]
pub struct Needles(Vec<Search>);

impl Needles {
    /// `hosts` are those beside Sigma's own; `names` the parameters that the configuration adds.
    pub fn new(hosts: &[String], names: &[&str]) -> Self {
        let mut needles: Vec<Vec<u8>> = SIGMA.iter().map(|name| name.as_bytes().to_vec()).collect();
        needles.extend(in_base64(SIGMA[0]).map(|(_, needle)| needle));
        for host in hosts {
            needles.extend([host.to_lowercase().into_bytes(), host.to_uppercase().into_bytes()]);
            needles.extend(in_base64(host).map(|(_, needle)| needle));
        }
        needles.push(MODE.as_bytes().to_vec());
        needles.extend(TABLE.iter().flat_map(of_row));
        needles.extend(names.iter().flat_map(|name| with_colon(name)));
        needles.retain(|needle| !needle.is_empty());
        Self(Search::all(&needles))
    }

    /// Whether the raw bytes of a file, in any encoding that [`crate::rule::Text`] reads, may hold something. Never `false` for a
    /// file in which [`super::examine`] finds something.
    pub fn may_match(&self, file: &[u8]) -> bool {
        // UTF-16 is rare: it is let through.
        let wide = matches!(file, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
        wide || self.0.iter().any(|search| search.finds(file))
    }
}

/// What code that writes this parameter holds.
fn of_row(row: &Parameter) -> Vec<Vec<u8>> {
    if SHARED.contains(&row.id) {
        let name = row.name.trim_end_matches('*');
        // `:email` alone is a bind variable in many a query.
        return with_colon(if row.id == Id::Email { "email=" } else { name });
    }
    if row.is_pattern() || EVERYDAY.contains(&row.id) {
        return Vec::new();
    }
    // Nobody else has such a name: it needs no colon, however that may be written.
    vec![row.name.as_bytes().to_vec()]
}

fn with_colon(name: &str) -> Vec<Vec<u8>> {
    COLONS.iter().map(|colon| format!("{colon}{name}").into_bytes()).collect()
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
    fn all(needles: &[Vec<u8>]) -> Vec<Self> {
        needles.chunks(PACKED).map(Self::new).collect()
    }

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

    fn finds(&self, text: &[u8]) -> bool {
        match self {
            Self::Packed(searcher) => searcher.find(text).is_some(),
            Self::Single(finders) => finders.iter().any(|finder| finder.find(text).is_some()),
        }
    }

    /// The number and the place of every needle in the text.
    fn each(&self, text: &[u8], mut hit: impl FnMut(usize, Span)) {
        match self {
            Self::Packed(searcher) => {
                for found in searcher.find_iter(text) {
                    hit(found.pattern().as_usize(), Span::new(found.start(), found.end()));
                }
            }
            Self::Single(finders) => {
                for (number, finder) in finders.iter().enumerate() {
                    for at in finder.find_iter(text) {
                        hit(number, Span::new(at, at + finder.needle().len()));
                    }
                }
            }
        }
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
static OWN: LazyLock<Search> = LazyLock::new(|| {
    let mut needles: Vec<Vec<u8>> = SIGMA.iter().map(|name| name.as_bytes().to_vec()).collect();
    needles.extend(in_base64(SIGMA[0]).map(|(_, needle)| needle));
    Search::new(&needles)
});

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
    use super::*;

    #[test]
    fn base64_is_found_in_all_three_places_of_a_group() {
        let needles = Needles::new(&["embed.example.com".to_owned()], &[]);
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
        let needles = Needles::new(&[], &["acme_filter"]);
        for text in [
            "url += '&:hide_send=true'",
            "params[\":external_user_team\"] = team",
            "'?%3Anonce=' + nonce",
            "'&%3aclient_id='",
            "f\"&:ua_Region={region}\"",
            "&:email=ann@example.com",
            "mode=userbacked",
            "https://App.SigmaComputing.com",
            "&:acme_filter=1",
            "\u{feff}session_length: 3600",
        ] {
            assert!(needles.may_match(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_other_software_writes_is_dismissed() {
        let needles = Needles::new(&[], &[]);
        for text in [
            "SELECT * FROM users WHERE email = :email AND time > :time",
            "script-src 'nonce-abc'",
            "client_id=1&client_secret=2",
            "import theme from './theme'; // mode: dark",
            "",
        ] {
            assert!(!needles.may_match(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn utf16_is_let_through() {
        assert!(Needles::new(&[], &[]).may_match(b"\xff\xfea\0"));
    }
}
