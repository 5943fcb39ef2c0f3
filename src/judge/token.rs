//! The tokens that a URL carries, and one that stands alone.

use std::borrow::Cow;

use super::Draft;
use crate::dialect::claims::ALGORITHM;
use crate::dialect::escape::{Plus, decode};
use crate::dialect::key::HmacKey;
use crate::dialect::params::Id;
use crate::dialect::path::Place;
use crate::dialect::reading::{self, Reading};
use crate::dialect::span::Span;
use crate::dialect::url::{Colon, Param, Separator, Url};
use crate::rule::{Arg, Context, Kind, Outcome, Reason, Signature, TokenArg};

/// The parameters that carry a token, with what can be read of it.
pub(super) fn tokens(
    args: &[Arg],
    place: Place,
    bytes: &[u8],
    context: &Context<'_>,
) -> Vec<TokenArg> {
    let is_new = place.takes_token();
    let token = |arg: &Arg| {
        let text = is_token(arg, bytes).then(|| token_text(arg, bytes))?;
        // A control may have this name. On the path of tokens, or with a token in it, it is no control.
        if arg.param.colon == Colon::None && !is_new && !text.starts_with(b"eyJ") {
            return None;
        }
        let reading = Reading::of(&text, context.whole);
        let signature = verify_token(&text, &reading, context);
        Some(TokenArg { arg: *arg, reading, signature })
    };
    args.iter().filter_map(token).collect()
}

/// Whether a parameter is meant to carry the token of a JWT-signed URL.
fn is_token(arg: &Arg, bytes: &[u8]) -> bool {
    arg.row.is_pattern() && arg.name(bytes).eq_ignore_ascii_case(b"jwt")
}

/// A token's value: no character of it is one that form encoding changes.
fn token_text<'a>(arg: &Arg, bytes: &'a [u8]) -> Cow<'a, [u8]> {
    decode(arg.param.value.of(bytes), Plus::Literal)
}

fn verify_token(text: &[u8], reading: &Reading, context: &Context<'_>) -> Signature {
    // A token that cannot be read names no client id: only a secret for all of them can verify it.
    // One of another algorithm is no good whatever it is signed with: Sigma takes none.
    let (algorithm, kid) = match reading {
        Reading::Placeholder => return Signature::NotVerified,
        Reading::Token(token) => {
            let text = |name| token.header.get(name).and_then(|value| value.as_str());
            (text("alg"), text("kid"))
        }
        Reading::Broken(_) => (None, None),
    };
    let key = context.keys.and_then(|keys| keys.key(kid.unwrap_or_default().as_bytes()));
    let verdict = |key: &HmacKey| {
        let is_good = algorithm == Some(ALGORITHM) && reading::verify(text, key);
        if is_good { Signature::Verified } else { Signature::Mismatch }
    };
    key.map_or(Signature::NotVerified, verdict)
}

/// Of several tokens the worst counts: which of them Sigma takes is anyone's guess.
pub(super) fn of_all(tokens: &[TokenArg]) -> Signature {
    let any = |signature| tokens.iter().any(|token| token.signature == signature);
    match (any(Signature::Mismatch), any(Signature::NotVerified)) {
        (true, _) => Signature::Mismatch,
        (false, true) => Signature::NotVerified,
        (false, false) => Signature::Verified,
    }
}

/// The shortest text that is taken for a token by its form alone.
const SHORTEST: usize = 64;

/// Whether a text is a token without a URL around it: one that begins as every JSON object does in base64, or three parts
/// of base64url.
pub fn is_bare_token(text: &[u8]) -> bool {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let dots = memchr::memchr_iter(b'.', text).count();
    (text.starts_with(b"eyJ") && dots > 0 && memchr::memmem::find(text, b"://").is_none())
        || (text.len() >= SHORTEST && dots == 2 && text.iter().all(fits))
}

impl<'a> Draft<'a> {
    /// Reads a token that is alone. The rules about the URL around it have nothing to say.
    pub fn token(bytes: &'a [u8], context: &Context<'_>) -> Self {
        let nothing = Span::default();
        let url = Url {
            bytes,
            text: std::str::from_utf8(bytes).unwrap_or_default(),
            decoded: &[],
            scheme: nothing,
            authority: nothing,
            path: nothing,
            separator: Separator::None,
            fragment: None,
            broken_escape: false,
        };
        let param = Param {
            key: nothing,
            name: nothing,
            value: Span::new(0, bytes.len()),
            colon: Colon::Plain,
            has_equals: false,
            name_escaped: false,
            value_escaped: false,
        };
        let arg = Arg {
            index: 0,
            param,
            row: Id::Unknown.row(),
            earlier: None,
            decoded: nothing,
            outcome: Outcome::Drop(Reason::Unknown),
        };
        let reading = Reading::of(bytes, context.whole);
        let signature = verify_token(bytes, &reading, context);
        let mut draft = Self::malformed(0, None);
        draft.url = Some(url);
        draft.kind = Kind::Jwt;
        draft.tokens = vec![TokenArg { arg, reading, signature }];
        draft.signature = signature;
        draft.is_bare = true;
        draft
    }
}
