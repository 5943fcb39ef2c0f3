//! Secrets that no name gives away: tokens, Base64 that holds one, long random strings, passwords in addresses, keys.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem;

use super::find::{FAR, Reach, Shown};
use crate::dialect::id::{embed_uuid, from_base62, is_real};
use crate::dialect::params::SECRET;
use crate::dialect::unit::letter;

/// What every JSON object begins with in Base64, and so every token.
const TOKEN: &[u8] = b"eyJ";

/// A shorter word is no token: an empty one with its signature has more than three times as many bytes.
const SHORTEST: usize = 20;

/// Base64 is looked into from this many characters on.
const BASE64: usize = 40;

/// A string looks random from this many characters on.
const RANDOM: usize = 24;

/// Names in a path whose ids are no secrets.
const PATHS: [&[u8]; 6] =
    [b"/embed/", b"/workbook/", b"/tag/", b"/page/", b"/element/", b"sha256:"];

/// Looks for such secrets. Every run of characters is read once, however many words it has.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    /// Where the last run ends that has been looked at.
    run_end: usize,
    /// How far no token has been found.
    token_end: usize,
    /// Where the next one may begin, as far as it has been looked for.
    next_token: usize,
}

impl Shapes {
    /// The secret in the word from `at` to `end`, which may go on behind it.
    pub(super) fn find(
        &mut self,
        text: &[u8],
        word: Range<usize>,
        reach: Reach,
    ) -> Option<(Range<usize>, Shown)> {
        if let Some(token) = self.token(text, word.clone()) {
            return Some((token, Shown::Head));
        }
        let mut at = word.start;
        while at < word.end {
            if let Some(found) = self.run(text, at, &word, reach) {
                return Some(found);
            }
            at = self.run_end.max(at) + 1;
        }
        None
    }

    /// The same in the run at `at` of a word.
    fn run(
        &mut self,
        text: &[u8],
        at: usize,
        word: &Range<usize>,
        reach: Reach,
    ) -> Option<(Range<usize>, Shown)> {
        let word_end = word.end;
        if at < self.run_end {
            return None;
        }
        // Nearly every word is too short, and ends the run.
        let goes_on = text.get(word_end).is_some_and(|byte| b"+/".contains(byte));
        let is_armour = reach == Reach::File && text.get(at) == Some(&b'-');
        if word_end - at < RANDOM && !goes_on && !is_armour {
            self.run_end = word_end;
            return None;
        }
        let rest = text.get(at..)?;
        // Behind a dot a path may go on: `/tmp/.tmpA1b2C3/urls`.
        let signs: &[u8] = if at == word.start { b"+/-_" } else { b"-_" };
        let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || signs.contains(byte);
        let length = rest.iter().position(|byte| !is_letter(byte)).unwrap_or(rest.len());
        self.run_end = at + length;
        if reach == Reach::File
            && let Some(key) = private_key(text, at)
        {
            return Some((key, Shown::Nothing));
        }
        if length < RANDOM {
            return None;
        }
        let run = rest.get(..length)?;
        if length >= BASE64 && holds_secret(run) {
            return Some((at..at + length, Shown::Head));
        }
        let is_hidden =
            reach == Reach::File && is_random(run) && !is_id(run) && !is_shown(text, at, run);
        let padding = || {
            let behind = rest.get(length..).unwrap_or_default();
            behind.iter().take(2).take_while(|byte| **byte == b'=').count()
        };
        is_hidden.then(|| (at..at + length + padding(), Shown::Nothing))
    }

    /// Where a token may begin in a word that has no escape there.
    fn next_token(&mut self, text: &[u8], word: Range<usize>) -> Option<usize> {
        if self.next_token < word.start || word.start == 0 {
            self.next_token = next_token(text, word.start);
        }
        (self.next_token + TOKEN.len() <= word.end).then_some(self.next_token)
    }

    /// The token that begins in a word: at its begin however that is escaped, or within it.
    fn token(&mut self, text: &[u8], word: Range<usize>) -> Option<Range<usize>> {
        let bytes = text.get(word.clone())?;
        let is_escaped = bytes.iter().any(|byte| b"%\\&".contains(byte));
        let begin = if is_escaped && begins_token(text, word.start) {
            word.start
        } else {
            self.next_token(text, word)?
        };
        if begin < self.token_end {
            return None;
        }
        let mut end = begin;
        let (mut count, mut dotted) = (0, false);
        while let Some(unit) = letter(text, end) {
            let Ok(byte) = u8::try_from(unit.value) else { break };
            let fits = TOKEN.get(count).is_none_or(|wanted| byte == *wanted);
            if !fits || !(byte.is_ascii_alphanumeric() || b"-_.+/=".contains(&byte)) {
                break;
            }
            dotted |= byte == b'.';
            count += 1;
            end += unit.len;
        }
        if count >= SHORTEST && dotted {
            return Some(begin..end);
        }
        if count >= TOKEN.len() {
            self.token_end = end;
        }
        None
    }
}

/// Whether a token begins here, in whatever escapes.
fn begins_token(text: &[u8], at: usize) -> bool {
    let mut at = at;
    TOKEN.iter().all(|wanted| {
        let unit = letter(text, at).filter(|unit| unit.is(*wanted));
        at += unit.map_or(0, |unit| unit.len);
        unit.is_some()
    })
}

/// Whether a value may be a secret whatever its name: long, of letters and digits, and no id.
pub(super) fn is_strong(text: &[u8], value: &Range<usize>) -> bool {
    let inside = text.get(value.clone()).unwrap_or_default();
    inside.len() >= 12
        && inside.iter().any(u8::is_ascii_digit)
        && inside.iter().any(u8::is_ascii_alphabetic)
        && !is_id(inside)
}

/// Where the next token may begin; the end of the text if nowhere.
pub(super) fn next_token(text: &[u8], from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let last = memchr::memchr_iter(b'J', rest)
        .find(|at| rest.get(..=*at).is_some_and(|begin| begin.ends_with(TOKEN)));
    last.map_or(text.len(), |at| from + at + 1 - TOKEN.len())
}

/// Whether a run of Base64 holds a secret.
fn holds_secret(run: &[u8]) -> bool {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    // Of a run that is cut somewhere, the whole groups of four.
    let whole = run.get(..run.len() - run.len() % 4).unwrap_or_default();
    let standard = whole.iter().map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        byte => *byte,
    });
    let decoded = GeneralPurpose::new(&STANDARD, config).decode(standard.collect::<Vec<_>>());
    let Ok(decoded) = decoded.map(|bytes| bytes.to_ascii_lowercase()) else { return false };
    let holds = |name: &str| memmem::find(&decoded, name.as_bytes()).is_some();
    SECRET.into_iter().chain(["eyj"]).any(holds)
}

/// Whether a run is an id in a path, or the value of a URL's parameter, which the frame is about. A run may begin in the path.
fn is_shown(text: &[u8], at: usize, run: &[u8]) -> bool {
    let before = text.get(at.saturating_sub(64)..at).unwrap_or_default();
    let last = at + memchr::memrchr(b'/', run).map_or(0, |slash| slash + 1);
    let path = text.get(last.saturating_sub(64)..last).unwrap_or_default();
    let is_in_path = PATHS.iter().any(|names| path.ends_with(names));
    let mut name = before.iter().rev().skip(1);
    let colon = name.find(|byte| !byte.is_ascii_alphanumeric() && **byte != b'_') == Some(&b':');
    is_in_path || (before.ends_with(b"=") && colon)
}

/// Whether letters and digits change as often as chance would have it.
fn is_random(run: &[u8]) -> bool {
    let class = |byte: u8| match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    };
    let digits = run.iter().filter(|byte| byte.is_ascii_digit()).count();
    let changes = run.windows(2).filter(
        |pair| matches!(pair, [a, b] if class(*a) != class(*b) && class(*a) != 3 && class(*b) != 3),
    );
    digits >= 3 && digits < run.len() && changes.count() * 5 >= run.len()
}

/// Whether it is an id of Sigma's or a UUID, maybe behind a name: `Sales-7f55QbPFuCnK2n0P2tSuBl`.
fn is_id(run: &[u8]) -> bool {
    let last = run.rsplit(|byte| b"-/".contains(byte)).next().unwrap_or(run);
    let uuid = std::str::from_utf8(run).ok().filter(|run| run.contains('-'));
    embed_uuid(run).is_some()
        || from_base62(last).is_some_and(is_real)
        || uuid.is_some_and(|run| {
            let tail = run.len().checked_sub(36).and_then(|from| run.get(from..));
            tail.is_some_and(|tail| uuid::Uuid::try_parse(tail).is_ok())
        })
}

/// The key in PEM form that begins at `at`, to its last line.
fn private_key(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let rest = rest.get(..FAR).unwrap_or(rest);
    if !rest.starts_with(b"-----BEGIN") {
        return None;
    }
    let head = memmem::find(rest, b"KEY-----").filter(|head| *head < 40)? + 8;
    let end = memmem::find(rest, b"-----END").unwrap_or(rest.len());
    Some(at + head..at + end.max(head))
}

/// The password in `://user:password@`, whose first colon is at `at`.
pub(super) fn password(text: &[u8], at: usize) -> Option<Range<usize>> {
    let Some(rest) = text.get(at..)?.strip_prefix(b"://") else { return of_user(text, at) };
    let rest = rest.get(..256).unwrap_or(rest);
    let end = rest.iter().position(|byte| b"/?#\"'`<> \t\r\n".contains(byte)).unwrap_or(rest.len());
    let authority = rest.get(..end)?;
    let sign = memchr::memrchr(b'@', authority)?;
    let colon = memchr::memchr(b':', authority.get(..sign)?)?;
    let start = at + 3 + colon + 1;
    let placeholder = matches!(authority.get(colon + 1), Some(b'$' | b'{' | b'<' | b'%'));
    (start < at + 3 + sign && !placeholder).then_some(start..at + 3 + sign)
}

/// The password in `-u user:password`, whose colon is at `at`.
fn of_user(text: &[u8], at: usize) -> Option<Range<usize>> {
    let before = text.get(at.saturating_sub(64)..at)?;
    // Without the letter of the option there is none, and nearly every colon is of something else.
    memchr::memchr_iter(b'-', before).find(|dash| before.get(dash + 1) == Some(&b'u'))?;
    let user = before.rsplit(|byte| byte.is_ascii_whitespace() || b"\"'=".contains(byte)).next()?;
    let before = before.get(..before.len() - user.len())?.trim_ascii_end();
    let before = before.strip_suffix(b"\"").or(before.strip_suffix(b"'")).unwrap_or(before);
    let before = before.strip_suffix(b"=").unwrap_or(before).trim_ascii_end();
    let is_option = [&b" -u"[..], b" --user"].iter().any(|option| before.ends_with(option));
    let rest = text.get(at + 1..)?;
    let rest = rest.get(..256).unwrap_or(rest);
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`".contains(byte);
    let length = rest.iter().position(is_end).unwrap_or(rest.len());
    let placeholder = matches!(rest.first(), Some(b'$' | b'{' | b'<' | b'%'));
    (is_option && !user.is_empty() && length > 0 && !placeholder).then_some(at + 1..at + 1 + length)
}
