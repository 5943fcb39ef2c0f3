//! The one door through which values from outside reach a report or a terminal.

mod block;
mod call;
mod find;
mod name;
mod redaction;
mod shape;
mod users;
mod value;

use std::borrow::Cow;

use find::{Reach, Shown, find};
use name::{Name, Role};

use crate::dialect::params::SECRET_SHOWN;
use crate::dialect::span::Span;
use crate::rule::{Finding, PLACEHOLDER};

pub use redaction::{Redaction, SecretFinder};
pub use users::Users;
pub(super) use users::{users, users_in_parts};

/// Whether secrets are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// Shortened.
    Hidden,
    /// In full: `--show-secrets`.
    Shown,
}

/// What a report that is passed on shows of values from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Privacy {
    /// Signatures, tokens, OAuth tokens.
    pub secrets: Secrets,
    /// E-mail addresses.
    pub users: Users,
}

impl Privacy {
    /// A text that may hold URLs.
    pub(super) fn text(self, bytes: &[u8]) -> String {
        users(Cow::Owned(text(bytes, self.secrets)), self.users).into_owned()
    }

    /// A URL.
    pub(super) fn url(self, bytes: &[u8]) -> String {
        users(Cow::Owned(url(bytes, self.secrets)), self.users).into_owned()
    }
}

/// Said of a row that holds a secret of the run: it is neither shown nor converted.
pub const HOLDS_SECRET: &str = "the row holds the embed secret, so nothing of it is shown; whoever saw the URL knows the secret";

/// A name, a value or a message for a report: any of them may hold a URL, and with it a secret.
pub fn within(text: Cow<'_, str>, secrets: Secrets) -> Cow<'_, str> {
    // Nearly none does, and every report asks for every one of them.
    if secrets == Secrets::Shown || !may_hold(text.as_bytes()) {
        return text;
    }
    Cow::Owned(hide(text.as_bytes(), secrets, Reach::Text))
}

/// The message of a finding and what it suggests. Words of the rule hold no secret; only what names a part of the input may.
pub fn words(finding: &Finding, secrets: Secrets) -> (Cow<'_, str>, Cow<'_, str>) {
    (shown(&finding.message, secrets), shown(&finding.suggestion, secrets))
}

#[allow(
    clippy::ptr_arg,
    reason = "whether it is borrowed says whether it can hold anything of the input"
)]
fn shown<'a>(words: &'a Cow<'static, str>, secrets: Secrets) -> Cow<'a, str> {
    match words {
        Cow::Borrowed(words) => Cow::Borrowed(words),
        Cow::Owned(words) => within(Cow::Borrowed(words), secrets),
    }
}

/// Whether a text has what every secret in it needs: a sign between name and value, an escape, or the begin of a token or
/// of a long word.
fn may_hold(text: &[u8]) -> bool {
    memchr::memchr3(b'=', b'%', b':', text).is_some()
        || memchr::memchr(b';', text).is_some()
        || memchr::memchr2(b'\\', b'&', text).is_some()
        || shape::next_token(text, 0) < text.len()
}

/// A text from outside for a message of the run, in one line: without what a file or an argument may hold of a secret, and
/// without what steers a terminal.
pub fn line(text: &str) -> String {
    printable(&hide(text.as_bytes(), Secrets::Hidden, Reach::File)).replace('\n', "\\n")
}

/// A text of which no line is a command to the pipeline that reads it: `::error::` in GitHub Actions, `##[error]` in Azure.
pub fn without_commands(text: &str) -> Cow<'_, str> {
    let is_command = |line: &str| {
        let line = line.trim_start();
        line.starts_with("::") || line.starts_with("##[")
    };
    if !text.lines().any(is_command) {
        return Cow::Borrowed(text);
    }
    let tame = |line: &str| {
        let blanks = line.len() - line.trim_start().len();
        let (blanks, rest) = line.split_at(blanks);
        match rest.chars().next().filter(|_| is_command(line)) {
            Some(first) => {
                let rest = rest.strip_prefix(first).unwrap_or(rest);
                format!("{blanks}{}{rest}", first.escape_unicode())
            }
            None => line.to_owned(),
        }
    };
    Cow::Owned(text.split_inclusive('\n').map(tame).collect())
}

/// The value of a parameter or claim for a report.
pub fn value<'a>(name: &str, value: &'a [u8], secrets: Secrets) -> Cow<'a, str> {
    let text = String::from_utf8_lossy(value);
    // `lowbar;token` is what an entity left of `oauth_token`.
    let hidden = secrets == Secrets::Hidden
        && (names_secret(name.as_bytes())
            || name
                .rsplit_once("lowbar;")
                .is_some_and(|(_, end)| end.eq_ignore_ascii_case("token")));
    if hidden { Cow::Owned(shorten(&text)) } else { within(text, secrets) }
}

/// Whether the last word of a name is that of a secret, whatever is around it: `:signature=`, `amp;:jwt`, `oauthToken `.
fn names_secret(name: &[u8]) -> bool {
    let mut at = 0;
    let mut role = Role::Plain;
    while at < name.len() {
        let word = Name::of_url(name, at);
        if word.has_letters {
            role = word.role;
        }
        at = word.end;
    }
    role == Role::Signed
}

/// The first characters and an ellipsis; nothing is shown of a value that is not longer than that.
fn shorten(text: &str) -> String {
    let longer = text.chars().nth(SECRET_SHOWN).is_some();
    let shown = if longer { text.chars().take(SECRET_SHOWN).collect() } else { String::new() };
    shown + "\u{2026}"
}

/// A text that may hold URLs, with the values of secret parameters shortened wherever `name=` is in it, encoded or not.
pub fn text(bytes: &[u8], secrets: Secrets) -> String {
    hide(bytes, secrets, Reach::Text)
}

/// A URL, with the values of secret parameters shortened: all of each, whatever it holds. A row that is no URL may be the line
/// of any file.
pub fn url(bytes: &[u8], secrets: Secrets) -> String {
    let shown = hide(bytes, secrets, Reach::Url);
    let is_url = |scheme: &[u8]| {
        bytes
            .trim_ascii_start()
            .get(..scheme.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
    };
    if secrets == Secrets::Shown || is_url(b"http://") || is_url(b"https://") || is_url(b"?") {
        return shown;
    }
    hide(shown.as_bytes(), secrets, Reach::File)
}

/// A URL as code builds it. Nothing is shown of a value whose name code fills in: nobody knows what it is.
pub fn template(url: &str, secrets: Secrets) -> String {
    let text = hide(hide(url.as_bytes(), secrets, Reach::Url).as_bytes(), secrets, Reach::File);
    let value = |part: &str| {
        let filled_in = part.match_indices(PLACEHOLDER).map(|(at, _)| at + PLACEHOLDER.len());
        filled_in
            .filter_map(|end| part.split_at_checked(end))
            .find(|(_, rest)| rest.starts_with('='))
            .map(|(name, _)| name.len() + 1)
    };
    if secrets == Secrets::Shown || value(&text).is_none() {
        return text;
    }
    let known = |part: &str| match value(part).and_then(|value| part.get(..value)) {
        Some(name) => format!("{name}\u{2026}"),
        None => part.to_owned(),
    };
    text.split('&').map(known).collect::<Vec<_>>().join("&")
}

/// Shortens what [`find`] finds.
fn hide(bytes: &[u8], secrets: Secrets, reach: Reach) -> String {
    // Nearly every text is UTF-8, which is seen many times faster than where it is not.
    let text = str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed);
    if secrets == Secrets::Shown {
        return text.into_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    if reach == Reach::Text
        && let Some(sign) = behind_entity(&text)
    {
        out.push_str(text.get(..sign).unwrap_or_default());
        out.push_str(&shorten(text.get(sign..).unwrap_or_default()));
        return out;
    }
    find(text.as_bytes(), 0..text.len(), reach, |value, shown| {
        let hidden = text.get(value.clone()).filter(|hidden| !hidden.is_empty());
        let (Some(before), Some(hidden)) = (text.get(at..value.start), hidden) else { return };
        out.push_str(before);
        match shown {
            Shown::Head => out.push_str(&shorten(hidden)),
            Shown::Nothing => out.push('\u{2026}'),
        }
        at = value.end;
    });
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// A part of a file in as many bytes, with stars for what is hidden.
pub fn masked(bytes: &[u8]) -> Vec<u8> {
    let all = Span::new(0, bytes.len());
    let mut out = bytes.to_vec();
    for hidden in Redaction::of(bytes, all, Secrets::Hidden, &[]).hidden() {
        if let Some(hidden) = out.get_mut(hidden.clone()) {
            hidden.fill(b'*');
        }
    }
    out
}

/// Where the value begins in a parameter that the `&` of an entity has cut off from its name: `equals;value`.
fn behind_entity(text: &str) -> Option<usize> {
    let mut rest = text;
    while let Some(behind) = rest.strip_prefix("amp;") {
        rest = behind;
    }
    let value = rest.strip_prefix("equals;")?;
    (!value.is_empty()).then(|| text.len() - value.len())
}

/// Control characters, invisible ones, and those that turn the order of their neighbours.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A text whose unseen characters are shown as escapes: they could steer a terminal or hide what stands there. Line ends
/// stay.
pub fn printable(text: &str) -> Cow<'_, str> {
    let steers = |c: char| is_unseen(c) && c != '\n';
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let escape = |c: char| {
        if steers(c) { c.escape_default().to_string() } else { c.to_string() }
    };
    Cow::Owned(text.chars().map(escape).collect())
}

/// A text from outside, in one line and without characters that steer a terminal.
pub(super) fn one_line(text: &str) -> String {
    printable(text).replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_values_are_shortened_to_six_characters() {
        assert_eq!(value("signature", b"0123456789", Secrets::Hidden), "012345\u{2026}");
        assert_eq!(value("OAuth_Token", b"0123456789", Secrets::Hidden), "012345\u{2026}");
        assert_eq!(value("jwt", b"012345", Secrets::Hidden), "\u{2026}");
        assert_eq!(value("signature", b"0123456789", Secrets::Shown), "0123456789");
        assert_eq!(value("nonce", b"0123456789", Secrets::Hidden), "0123456789");
        for name in ["amp;:signature", ":signature", "signature ", "sig%6Eature", "%256Awt"] {
            assert_eq!(value(name, b"0123456789", Secrets::Hidden), "012345\u{2026}", "{name}");
        }
    }

    #[test]
    fn of_a_template_nothing_is_shown_whose_name_is_filled_in() {
        for (url, shown) in [
            ("/embed/{}?:email={}&:theme=Dark&b={}", "/embed/{}?:email={}&:theme=Dark&b={}"),
            ("/embed/x?control={}=ya29.abc&:mode=view", "/embed/x?control={}=\u{2026}&:mode=view"),
            ("/embed/x?{}=abc", "/embed/x?{}=\u{2026}"),
            ("/embed/x?:signature=abcdefgh", "/embed/x?:signature=abcdef\u{2026}"),
        ] {
            assert_eq!(template(url, Secrets::Hidden), shown);
            assert_eq!(template(url, Secrets::Shown), url);
        }
    }

    #[test]
    fn a_secret_in_a_url_is_hidden_to_its_end() {
        for (raw, shown) in [
            ("?:oauth%5Ftoken=0123456789&:b=2", "?:oauth%5Ftoken=012345\u{2026}&:b=2"),
            ("?:sig%6Eature=0123456789#f", "?:sig%6Eature=012345\u{2026}#f"),
            ("?:%256A%2577t%253D0123456789", "?:%256A%2577t%253D012345\u{2026}"),
            ("?:signature='0123456789'&:b=2", "?:signature='01234\u{2026}&:b=2"),
            ("?:signature=<0123456789>", "?:signature=<01234\u{2026}"),
            ("?:signature=0123 456789 0123", "?:signature=0123 4\u{2026}"),
            ("?:signature =0123456789&:a=", "?:signature =012345\u{2026}&:a="),
            ("?:signature%20=0123456789", "?:signature%20=012345\u{2026}"),
            (
                "?a=1&amp;:signature=0123456789&amp;:b=2",
                "?a=1&amp;:signature=012345\u{2026}&amp;:b=2",
            ),
            ("?:signature==0123456789", "?:signature==01234\u{2026}"),
            ("?:signature=&:nonce=0123456789", "?:signature=&:nonce=0123456789"),
            ("?:design=0123456789&nature=x", "?:design=0123456789&nature=x"),
        ] {
            assert_eq!(url(raw.as_bytes(), Secrets::Hidden), shown);
            assert_eq!(url(raw.as_bytes(), Secrets::Shown), raw);
        }
        assert_eq!(
            text(b"`:signature='0123456789'`", Secrets::Hidden),
            "`:signature='012345\u{2026}'`"
        );
    }

    #[test]
    fn secrets_in_a_text_are_found_however_they_are_written() {
        for (raw, shown) in [
            (
                "https://h/?:a=1&:signature=0123456789&:b=2",
                "https://h/?:a=1&:signature=012345\u{2026}&:b=2",
            ),
            ("?%3Asignature%3D0123456789", "?%3Asignature%3D012345\u{2026}"),
            ("?:JWT=abcdefghi.jkl.mno#f", "?:JWT=abcdef\u{2026}#f"),
            ("signature=aaaaaaaa&jwt=bbbbbbbb", "signature=aaaaaa\u{2026}&jwt=bbbbbb\u{2026}"),
            ("eyJhbGciOi.eyJzdWIi.c2ln", "eyJhbG\u{2026}"),
            ("a (eyJhbGciOi.eyJzdWIi.c2ln), b", "a (eyJhbG\u{2026}), b"),
            ("eyJhbGciOi and keyJ.x", "eyJhbGciOi and keyJ.x"),
            ("the signature is = good", "the signature is = good"),
            ("append `?:jwt=<token>&:embed=true`", "append `?:jwt=<token>&:embed=true`"),
        ] {
            assert_eq!(text(raw.as_bytes(), Secrets::Hidden), shown);
            assert_eq!(text(raw.as_bytes(), Secrets::Shown), raw);
        }
    }

    #[test]
    fn a_message_is_one_line_and_no_command() {
        assert_eq!(line("a\n::error::b"), "a\\n::error::b");
        assert_eq!(line("no eyJhbGciOi.eyJzdWIi.c2ln\u{7}"), "no eyJhbG\u{2026}\\u{7}");
        assert_eq!(without_commands("a\n  ::error::b\n"), "a\n  \\u{3a}:error::b\n");
        assert_eq!(without_commands("##[error]a"), "\\u{23}#[error]a");
        assert_eq!(without_commands("a ::error::b"), "a ::error::b");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\r\n"), "a\\u{1b}[31mb\\r\n");
        assert_eq!(printable("gr\u{fc}n"), "gr\u{fc}n");
        assert_eq!(printable("a\u{202e}b\u{200b}c\u{feff}"), "a\\u{202e}b\\u{200b}c\\u{feff}");
    }
}
