//! The name of a value, read out of every escape, and what it says of the value.

use crate::dialect::params::SECRET;
use crate::dialect::unit::{Unit, letter};

/// Letters of a name that are looked at, from its end.
const LONGEST: usize = 64;

/// What the value of a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing to hide.
    Plain,
    /// A signature or a token of a URL.
    Signed,
    /// A secret, a password, a key.
    Held,
    /// None, but it is a function that signs: an argument of it may be a secret.
    Call,
}

/// A word that may be a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    /// Where it ends in the text.
    pub(super) end: usize,
    /// What its value is.
    pub(super) role: Role,
    /// Whether it is a word at all, and no sign.
    pub(super) has_letters: bool,
}

/// Words that say that a value is secret, wherever in a name.
const HELD: [&str; 10] = [
    "secret",
    "password",
    "passwd",
    "passphrase",
    "credential",
    "privatekey",
    "apikey",
    "authorization",
    "bearer",
    "identified",
];

/// Endings of names of secrets.
const HELD_ENDS: [&str; 3] = ["token", "tokens", "pwd"];

/// Last words of names of secrets.
const SHORT: [&str; 4] = ["pass", "pw", "creds", "salt"];

/// Endings of names that tell where a secret is, not what it is.
const ELSEWHERE: [&str; 15] = [
    "file",
    "path",
    "name",
    "ref",
    "url",
    "uri",
    "dir",
    "type",
    "publickey",
    "txt",
    "toml",
    "json",
    "yaml",
    "yml",
    "csv",
];

/// Last words of functions that are given a key.
const CALLS: [&str; 12] = [
    "sign",
    "encode",
    "signjwt",
    "signwith",
    "signedstring",
    "secretkeyspec",
    "symmetrickey",
    "symmetricsecuritykey",
    "importkey",
    "hexdigest",
    "digest",
    "auth",
];

/// Begins of functions whose argument names a secret that they give.
const GETTERS: [&str; 8] = ["get", "fetch", "read", "load", "find", "access", "has", "is"];

/// Whether a byte may be part of a name as it is.
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)
}

impl Name {
    /// The word at `at`; it is at least one character long, which may be no letter at all.
    pub(super) fn read(text: &[u8], at: usize) -> Self {
        Self::classified(text, at, role)
    }

    /// The same for a text that is no file: a name in it is that of a signature or a token, or says nothing.
    pub(super) fn of_url(text: &[u8], at: usize) -> Self {
        Self::classified(text, at, |name| if is_signed(name) { Role::Signed } else { Role::Plain })
    }

    fn classified(text: &[u8], at: usize, role: impl Fn(&[u8]) -> Role) -> Self {
        let rest = text.get(at..).unwrap_or_default();
        let length = rest.iter().position(|byte| !is_name_byte(*byte)).unwrap_or(rest.len());
        let next = rest.get(length);
        let escape =
            next.filter(|byte| b"%\\&^".contains(byte)).and_then(|_| letter(text, at + length));
        if !escape.is_some_and(is_letter) {
            // No escape is in it, as in nearly every name.
            let word = rest.get(..length).unwrap_or_default();
            let word = word.get(word.len().saturating_sub(LONGEST)..).unwrap_or_default();
            // An escape that writes something else is passed over as a whole.
            let end = at + if length > 0 { length } else { escape.map_or(1, |unit| unit.len) };
            return Self { end, role: role(word), has_letters: !word.is_empty() };
        }
        let mut letters = rest.get(..length).unwrap_or_default().to_vec();
        let mut end = at + length;
        while let Some(unit) = letter(text, end) {
            let Some(byte) = u8::try_from(unit.value).ok().filter(|byte| is_name_byte(*byte))
            else {
                break;
            };
            letters.push(byte);
            end += unit.len;
        }
        let from = letters.len().saturating_sub(LONGEST);
        Self { end, role: role(letters.get(from..).unwrap_or_default()), has_letters: true }
    }

    /// Whether it is a function that gives a secret, or tells of one: its arguments are names.
    pub(super) fn gives(&self, text: &[u8], begin: usize) -> bool {
        if text.get(self.end) != Some(&b'(') {
            return false;
        }
        let word = text.get(begin..self.end).unwrap_or_default();
        let last = word.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
        GETTERS.iter().any(|getter| {
            last.get(..getter.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(getter.as_bytes()))
        })
    }
}

impl Name {
    /// Whether it is `key` alone, which may be that of anything.
    pub(super) fn is_key(&self, text: &[u8], begin: usize) -> bool {
        text.get(begin..self.end).is_some_and(|word| word.eq_ignore_ascii_case(b"key"))
    }
}

/// Whether an escape writes a part of a name.
fn is_letter(unit: Unit) -> bool {
    u8::try_from(unit.value).is_ok_and(is_name_byte)
}

/// What the value of a decoded name is, in whatever case and joining it is written.
pub(super) fn role(name: &[u8]) -> Role {
    // The last letters decide about most words.
    if name.len() < 3 {
        return Role::Plain;
    }
    if is_signed(name) {
        return Role::Signed;
    }
    let mut letters = [0; LONGEST];
    let mut count = 0;
    for byte in name.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
        if let Some(slot) = letters.get_mut(count) {
            *slot = byte.to_ascii_lowercase();
            count += 1;
        }
    }
    let letters = letters.get(..count).unwrap_or_default();
    let last_letter = letters.last();
    let ends = |word: &&str| {
        // It decides about nearly every word.
        word.as_bytes().last() == last_letter && letters.ends_with(word.as_bytes())
    };
    let (holds_secret, holds_hash) = words_within(letters);
    let last = letters.len() - last_word(name).min(letters.len());
    let is_call = CALLS.iter().any(|call| letters.get(last..) == Some(call.as_bytes()))
        || holds_hash
        || ends(&"newfromslice");
    let is_held = holds_secret || HELD_ENDS.iter().any(ends) || ends_in_key(name);
    let is_short = SHORT.iter().any(|word| letters.get(last..) == Some(word.as_bytes()));
    match ((is_held || is_short) && !ELSEWHERE.iter().any(ends), is_call) {
        (true, _) => Role::Held,
        (_, true) => Role::Call,
        _ => Role::Plain,
    }
}

/// Whether letters hold a word that says that a value is secret, and whether they hold that of the function that signs.
///
/// One look at the letters for all words: to set searches up costs more than to look at so few.
fn words_within(letters: &[u8]) -> (bool, bool) {
    let (mut secret, mut hash) = (false, false);
    for (at, two) in letters.windows(2).enumerate() {
        if begins_word(two) {
            let rest = letters.get(at..).unwrap_or_default();
            secret |= HELD.iter().any(|word| rest.starts_with(word.as_bytes()));
            hash |= rest.starts_with(HASH.as_bytes());
        }
    }
    (secret, hash)
}

/// The function of a signature, wherever in a name.
const HASH: &str = "hmac";

/// For every letter, those that follow it in the beginnings of the words that are looked for everywhere: few do.
static BEGINNINGS: [u32; 26] = {
    let mut table = [0; 26];
    let mut at = 0;
    while at <= HELD.len() {
        let word = if at < HELD.len() { HELD[at] } else { HASH }.as_bytes();
        table[(word[0] - b'a') as usize] |= 1 << (word[1] - b'a');
        at += 1;
    }
    table
};

/// Whether two letters begin one of these words.
fn begins_word(two: &[u8]) -> bool {
    let place = |byte: u8| byte.wrapping_sub(b'a');
    let [first, second] = *two else { return false };
    let followers = BEGINNINGS.get(usize::from(place(first))).copied().unwrap_or_default();
    place(second) < 26 && followers >> place(second) & 1 == 1
}

/// How many letters the last word of a name has: what is behind its last sign.
fn last_word(name: &[u8]) -> usize {
    name.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count()
}

/// Whether the last of several words of a name is `key`.
fn ends_in_key(name: &[u8]) -> bool {
    let Some((before, key)) = name.split_last_chunk::<3>() else { return false };
    let parted = match (before.last(), key.first()) {
        (Some(b'_' | b'-' | b'.'), _) => before.len() > 1,
        (Some(before), Some(first)) => before.is_ascii_lowercase() && first.is_ascii_uppercase(),
        _ => false,
    };
    parted && key.eq_ignore_ascii_case(b"key")
}

/// Whether a decoded name ends in that of a signature or a token, in whatever case and joining.
fn is_signed(name: &[u8]) -> bool {
    let letters = || name.iter().rev().filter(|byte| byte.is_ascii_alphanumeric());
    // The last letter decides about most names.
    match letters().next().map(u8::to_ascii_lowercase) {
        Some(b'e' | b't' | b'n') => SECRET.iter().any(|secret| {
            let mut letters = letters();
            let mut wanted = secret.bytes().rev().filter(u8::is_ascii_alphanumeric);
            wanted.all(|wanted| letters.next().is_some_and(|b| b.eq_ignore_ascii_case(&wanted)))
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Role, usize) {
        let name = Name::read(text.as_bytes(), 0);
        (name.role, name.end)
    }

    #[test]
    fn the_last_letters_that_are_looked_for_are_those_of_the_secrets() {
        for name in SECRET {
            assert!(is_signed(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn a_name_is_read_in_every_case_joining_and_escape() {
        for name in [
            "signature",
            "SIGNATURE",
            "jwt",
            "oauth_token",
            "oauthToken",
            "OAuth-Token",
            "sig%6Eature",
            "%73ignature",
            "%256Awt",
            "\\u0073ignature",
            "\\x73ignature",
            "\\u{73}ignature",
            "\\u006awt",
            "oauth&#95;token",
            "oauth&lowbar;token",
            "my_jwt",
        ] {
            assert_eq!(read(name), (Role::Signed, name.len()), "{name}");
        }
        for name in [
            "EMBED_SECRET",
            "embedSecret",
            "client-secret",
            "secret",
            "api_key",
            "ApiKey",
            "db.password",
            "PASSWD",
            "access_token",
            "aws_credentials",
            "embed%5Fsecret",
            "token",
            "SECRET_KEY",
            "private_key",
            "Authorization",
        ] {
            assert_eq!(read(name), (Role::Held, name.len()), "{name}");
        }
        for name in [
            "key",
            "secret_file",
            "tokenizer",
            "design",
            "nature",
            "keyboard",
            "client_id",
            "secretName",
            "monkey",
            "a",
            "",
        ] {
            assert_eq!(read(name).0, Role::Plain, "{name}");
        }
        for name in ["createHmac", "hmac.new", "jwt.sign", "jwt.encode", "OpenSSL.HMAC.hexdigest"] {
            assert_eq!(read(name), (Role::Call, name.len()), "{name}");
        }
    }
}
