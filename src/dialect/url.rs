//! One URL, from bytes, lossless: every key and value has its span, and nothing is normalised away.

use std::str;

use super::escape::is_escape;
use super::span::Span;

/// What separates the path from the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// There is no query.
    None,
    /// `?`, as it should be.
    Question,
    /// `&` where the first `?` belongs: seen in the wild, and Sigma never saw the parameters.
    Ampersand,
}

/// How the colon that marks Sigma's own parameters is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colon {
    /// The key has none: a workbook control.
    None,
    /// `:`
    Plain,
    /// `%3A` or `%3a`
    Encoded,
}

/// One `key=value` of the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// The key as it stands, colon included.
    pub key: Span,
    /// The key behind the colon.
    pub name: Span,
    /// The value; empty, behind the key, if there is none.
    pub value: Span,
    /// How the colon is written.
    pub colon: Colon,
    /// Whether there is a `=`.
    pub has_equals: bool,
    /// Whether the name holds a `%` or a `+`: if not, it is what it stands for.
    pub name_escaped: bool,
    /// The same of the value.
    pub value_escaped: bool,
}

impl Param {
    /// Key, `=` and value together.
    pub fn span(&self) -> Span {
        self.key.join(self.value)
    }
}

/// A URL as it was read, with its parameters beside it. Printing its parts in order gives its bytes again.
#[derive(Clone, Copy, Debug)]
pub struct Url<'a> {
    /// All of it.
    pub bytes: &'a [u8],
    /// The same as a string.
    pub text: &'a str,
    /// The values that are written with escapes, decoded once for all who look at them; empty until somebody does that.
    pub decoded: &'a [u8],
    /// `https` in any case.
    pub scheme: Span,
    /// Between `//` and the path: user information, host and port.
    pub authority: Span,
    /// The path with its first slash; empty if there is none.
    pub path: Span,
    /// What stands between path and query.
    pub separator: Separator,
    /// Behind `#`.
    pub fragment: Option<Span>,
    /// Whether some `%` is not followed by two hex digits.
    pub broken_escape: bool,
}

/// Why a row cannot be read as a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where.
    pub span: Span,
    /// Why.
    pub reason: Reason,
}

/// The ways in which a row is no URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It has no `scheme://`.
    NoScheme,
    /// It stands in quotes or brackets.
    Quoted,
    /// It has no host.
    NoHost,
    /// A white-space character.
    Space,
    /// A NUL or another control character.
    Control,
    /// Bytes that are not UTF-8.
    NotUtf8,
}

impl Reason {
    /// What is wrong, and what to do.
    pub fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::NoScheme => (
                "not a URL: it does not begin with `https://`",
                "write one whole URL a row, beginning with `https://`",
            ),
            Self::Quoted => {
                ("not a URL: it is in quotes or brackets", "remove the quotes or brackets")
            }
            Self::NoHost => ("not a URL: it has no host", "write `https://`, the host, the path"),
            Self::Space => (
                "white space in the URL",
                "write a space in a value as `%20`; keep other text out of the row",
            ),
            Self::Control => (
                "a control character in the URL",
                "the row is damaged or not text: export the list again",
            ),
            Self::NotUtf8 => {
                ("bytes that are not UTF-8", "save the list as UTF-8, or percent-encode the value")
            }
        }
    }
}

impl<'a> Url<'a> {
    /// Reads one URL. `params` is emptied and filled with its parameters in order, an empty one where two `&` touch; giving
    /// the same vector again saves its allocation.
    pub fn parse(bytes: &'a [u8], params: &mut Vec<Param>) -> Result<Self, Malformed> {
        params.clear();
        let malformed = |start, end, reason| Malformed { span: Span::new(start, end), reason };
        let colon = memchr::memchr(b':', bytes).unwrap_or(0);
        let scheme = Span::new(0, colon);
        let is_scheme = scheme.of(bytes).first().is_some_and(u8::is_ascii_alphabetic)
            && scheme.of(bytes).iter().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b));
        if !is_scheme || !bytes.get(colon..).is_some_and(|rest| rest.starts_with(b"://")) {
            let quoted = bytes.first().is_some_and(|b| b"\"'`<([{".contains(b));
            let reason = if quoted { Reason::Quoted } else { Reason::NoScheme };
            return Err(malformed(0, bytes.len(), reason));
        }

        // One look at every byte: where the parts end, and whether each may be in a URL.
        let host_start = colon + 3;
        let mut cut = Cut::new(host_start);
        let mut block_start = host_start;
        while let Some(rest) = bytes.get(block_start..).filter(|rest| !rest.is_empty()) {
            let mut notable = notable(rest);
            while notable != 0 {
                let at = block_start + notable.trailing_zeros() as usize;
                notable &= notable - 1;
                let Some(&byte) = bytes.get(at) else { break };
                match byte {
                    0..=b' ' | 0x7f => {
                        let space = b" \t\x0b\x0c".contains(&byte);
                        let reason = if space { Reason::Space } else { Reason::Control };
                        return Err(malformed(at, at + 1, reason));
                    }
                    _ => cut.special(bytes, at, byte, params),
                }
            }
            block_start += BLOCK;
        }
        let text = str::from_utf8(bytes).map_err(|error| {
            let start = error.valid_up_to();
            let length = error.error_len().unwrap_or(bytes.len() - start);
            malformed(start, start + length, Reason::NotUtf8)
        })?;
        cut.finish(bytes, params);
        let authority = Span::new(host_start, cut.path_start.unwrap_or(cut.path_end));
        if authority.is_empty() {
            return Err(malformed(0, host_start, Reason::NoHost));
        }
        Ok(Self {
            bytes,
            text,
            decoded: &[],
            scheme,
            authority,
            path: Span::new(cut.path_start.unwrap_or(cut.path_end), cut.path_end),
            separator: cut.separator,
            fragment: cut.fragment.map(|start| Span::new(start, bytes.len())),
            broken_escape: cut.broken_escape,
        })
    }

    /// The host without user information and without the scheme's own port; its case and a final dot as they stand.
    pub fn host(&self) -> &'a [u8] {
        let authority = self.authority.of(self.bytes);
        let host = match memchr::memrchr(b'@', authority) {
            Some(at) => authority.get(at + 1..).unwrap_or_default(),
            None => authority,
        };
        let default: &[u8] =
            if self.scheme.of(self.bytes).eq_ignore_ascii_case(b"http") { b":80" } else { b":443" };
        host.strip_suffix(default).unwrap_or(host)
    }

    /// Whether the scheme is `http` or `https`, in any case.
    pub fn is_web(&self) -> bool {
        let scheme = self.scheme.of(self.bytes);
        scheme.eq_ignore_ascii_case(b"https") || scheme.eq_ignore_ascii_case(b"http")
    }

    /// Puts the URL together again from its parts.
    pub fn write(&self, params: &[Param], out: &mut Vec<u8>) {
        out.extend_from_slice(self.scheme.of(self.bytes));
        out.extend_from_slice(b"://");
        out.extend_from_slice(self.authority.of(self.bytes));
        out.extend_from_slice(self.path.of(self.bytes));
        match self.separator {
            Separator::None => {}
            Separator::Question => out.push(b'?'),
            Separator::Ampersand => out.push(b'&'),
        }
        for (i, param) in params.iter().enumerate() {
            if i > 0 {
                out.push(b'&');
            }
            out.extend_from_slice(param.key.of(self.bytes));
            if param.has_equals {
                out.push(b'=');
            }
            out.extend_from_slice(param.value.of(self.bytes));
        }
        if let Some(fragment) = self.fragment {
            out.push(b'#');
            out.extend_from_slice(fragment.of(self.bytes));
        }
    }
}

/// How many bytes are looked at together.
const BLOCK: usize = 32;

/// Which of the next [`BLOCK`] bytes end a part, belong to an escape or may not be in a URL: bit 0 is the first byte. Few are,
/// so the compiler's vector instructions sort out the others.
#[allow(clippy::needless_bitwise_bool, reason = "without branches the compiler uses vectors")]
fn notable(bytes: &[u8]) -> u32 {
    let mut padded = [b'a'; BLOCK];
    let block = bytes.first_chunk().unwrap_or_else(|| {
        padded.iter_mut().zip(bytes).for_each(|(slot, byte)| *slot = *byte);
        &padded
    });
    let mut flags = [0; BLOCK];
    for (flag, &b) in flags.iter_mut().zip(block) {
        let ends = (b == b'/') | (b == b'?') | (b == b'&') | (b == b'=') | (b == b'#');
        *flag = u8::from(ends | (b == b'%') | (b == b'+') | (b <= b' ') | (b == 0x7f));
    }
    // The product gathers the lowest bits of eight bytes in its highest byte.
    let mut mask = 0;
    for (eight, shift) in flags.as_chunks::<8>().0.iter().zip([0, 8, 16, 24]) {
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask |= (bits as u32) << shift;
    }
    mask
}

/// Where the parts end, as far as they are known.
struct Cut {
    path_start: Option<usize>,
    path_end: usize,
    separator: Separator,
    /// Start of the parameter being read.
    key_start: usize,
    /// Its first `=`.
    equals: Option<usize>,
    fragment: Option<usize>,
    /// Offset of the last `%` or `+`, and of the last one in a key; 0 if there was none.
    last_escape: usize,
    last_in_key: usize,
    broken_escape: bool,
}

impl Cut {
    fn new(host_start: usize) -> Self {
        Self {
            path_start: None,
            path_end: host_start,
            separator: Separator::None,
            key_start: 0,
            equals: None,
            fragment: None,
            last_escape: 0,
            last_in_key: 0,
            broken_escape: false,
        }
    }

    fn special(&mut self, bytes: &[u8], at: usize, byte: u8, params: &mut Vec<Param>) {
        if byte == b'%' || byte == b'+' {
            self.broken_escape |= byte == b'%' && !is_escape(bytes.get(at..).unwrap_or_default());
            self.last_escape = at;
            if self.equals.is_none() {
                self.last_in_key = at;
            }
            return;
        }
        if self.fragment.is_some() {
            return;
        }
        match (byte, self.separator) {
            (b'#', separator) => {
                if separator == Separator::None {
                    self.path_end = at;
                } else {
                    self.param(bytes, at, params);
                }
                self.fragment = Some(at + 1);
            }
            (b'/', Separator::None) => {
                self.path_start.get_or_insert(at);
            }
            (b'?' | b'&', Separator::None) => {
                self.separator =
                    if byte == b'?' { Separator::Question } else { Separator::Ampersand };
                self.path_end = at;
                self.key_start = at + 1;
            }
            (b'&', _) => {
                self.param(bytes, at, params);
                self.key_start = at + 1;
            }
            (b'=', Separator::Question | Separator::Ampersand) => {
                self.equals.get_or_insert(at);
            }
            _ => {}
        }
    }

    /// The parameter from `key_start` to `end` is whole.
    fn param(&mut self, bytes: &[u8], end: usize, params: &mut Vec<Param>) {
        let equals = self.equals.take();
        let key = Span::new(self.key_start, equals.unwrap_or(end));
        let text = key.of(bytes);
        let (colon, skip) = match text {
            [b':', ..] => (Colon::Plain, 1),
            [b'%', b'3', b'A' | b'a', ..] => (Colon::Encoded, 3),
            _ => (Colon::None, 0),
        };
        let name = Span { start: key.start + skip, end: key.end };
        let value = equals.map_or(end, |at| at + 1);
        params.push(Param {
            key,
            name,
            value: Span::new(value, end),
            colon,
            has_equals: equals.is_some(),
            name_escaped: self.last_in_key >= name.start as usize,
            value_escaped: self.last_escape >= value,
        });
    }

    fn finish(&mut self, bytes: &[u8], params: &mut Vec<Param>) {
        if self.fragment.is_some() {
            return;
        }
        match self.separator {
            Separator::None => self.path_end = bytes.len(),
            _ => self.param(bytes, bytes.len(), params),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const REAL: &str = include_str!("../../fixtures/real/urls.txt");

    fn printed(text: &[u8]) -> Option<Vec<u8>> {
        let mut params = Vec::new();
        let mut out = Vec::new();
        let url = Url::parse(text, &mut params).ok()?;
        url.write(&params, &mut out);
        Some(out)
    }

    fn pairs(text: &str) -> Vec<(String, String)> {
        let mut params = Vec::new();
        let url = Url::parse(text.as_bytes(), &mut params).unwrap();
        let s = |span: Span| String::from_utf8(span.of(url.bytes).to_vec()).unwrap();
        params.iter().map(|p| (s(p.name), s(p.value))).collect()
    }

    #[test]
    fn every_real_url_prints_as_the_same_bytes() {
        for line in REAL.lines().filter(|line| !line.starts_with('#')) {
            assert_eq!(printed(line.as_bytes()).as_deref(), Some(line.as_bytes()));
        }
    }

    #[test]
    fn keys_and_values_have_their_spans() {
        let text = "https://h.example/p?:a=1&%3Ab=x=y&c&&=d&:e=#f";
        let mut params = Vec::new();
        let url = Url::parse(text.as_bytes(), &mut params).unwrap();
        let seen: Vec<_> = params
            .iter()
            .map(|p| (p.key.start, p.value.start, p.value.end, p.colon, p.has_equals))
            .collect();
        assert_eq!(
            seen,
            [
                (20, 23, 24, Colon::Plain, true),
                (25, 30, 33, Colon::Encoded, true),
                (34, 35, 35, Colon::None, false),
                (36, 36, 36, Colon::None, false),
                (37, 38, 39, Colon::None, true),
                (40, 43, 43, Colon::Plain, true),
            ]
        );
        assert_eq!(url.fragment.map(|f| f.of(url.bytes)), Some(&b"f"[..]));
    }

    #[test]
    fn an_ampersand_may_stand_where_the_question_mark_belongs() {
        let mut params = Vec::new();
        let url = Url::parse(b"https://h.example/embed/x&:a=1?2&:b=3", &mut params).unwrap();
        assert_eq!(url.separator, Separator::Ampersand);
        assert_eq!(url.path.of(url.bytes), b"/embed/x");
        assert_eq!(
            pairs("https://h.example/embed/x&:a=1?2&:b=3"),
            [("a".into(), "1?2".into()), ("b".into(), "3".into())]
        );
    }

    #[test]
    fn the_host_is_without_user_and_default_port() {
        for (text, host) in [
            ("https://App.Example:443/x", "App.Example"),
            ("http://app.example:80", "app.example"),
            ("https://u:p@app.example/x", "app.example"),
            ("https://app.example:8443/x", "app.example:8443"),
            ("https://app.example?x", "app.example"),
        ] {
            let mut params = Vec::new();
            let url = Url::parse(text.as_bytes(), &mut params).unwrap();
            assert_eq!(url.host(), host.as_bytes(), "{text}");
        }
    }

    #[test]
    fn what_is_no_url_says_where_and_why() {
        let cases: [(&[u8], Reason, u32); 10] = [
            (b"", Reason::NoScheme, 0),
            (b"app.sigmacomputing.com/embed/1", Reason::NoScheme, 0),
            (b"\"https://h.example/\"", Reason::Quoted, 0),
            (b"https:///path", Reason::NoHost, 0),
            (b"https://", Reason::NoHost, 0),
            (b"https://h.example/a b", Reason::Space, 19),
            (b"https://h.example/?a=\0", Reason::Control, 21),
            (b"https://h.example/?a=\x7f", Reason::Control, 21),
            (b"https://h.example/?a=\xff\xfe", Reason::NotUtf8, 21),
            (b"1https://h.example/", Reason::NoScheme, 0),
        ];
        for (text, reason, start) in cases {
            let found = Url::parse(text, &mut Vec::new()).map(|_| ()).unwrap_err();
            assert_eq!((found.reason, found.span.start), (reason, start), "{text:?}");
        }
    }

    /// Bytes are looked at in blocks: a byte is what it is wherever it is in one.
    #[test]
    fn every_byte_is_found_at_every_offset() {
        for length in 0..70 {
            let path = format!("/{}", "a".repeat(length));
            for byte in 0..=b'\x7f' {
                let text = format!("https://h{path}{}b", char::from(byte));
                let mut params = Vec::new();
                let found = Url::parse(text.as_bytes(), &mut params);
                let at = text.len() - 2;
                match byte {
                    0..=b' ' | 0x7f => assert_eq!(found.unwrap_err().span, Span::new(at, at + 1)),
                    b'?' | b'&' | b'#' => assert_eq!(found.unwrap().path.end as usize, at),
                    b'%' => assert!(found.unwrap().broken_escape),
                    _ => assert_eq!(found.unwrap().path.end as usize, text.len(), "{text}"),
                }
                assert_eq!(params.len(), usize::from(matches!(byte, b'?' | b'&')), "{text}");
            }
        }
    }

    #[test]
    fn a_percent_sign_without_two_hex_digits_is_noted() {
        for (text, broken) in
            [("https://h/?a=%", true), ("https://h/?a=%41%GG", true), ("https://h/%2C", false)]
        {
            let mut params = Vec::new();
            let url = Url::parse(text.as_bytes(), &mut params).unwrap();
            assert_eq!(url.broken_escape, broken, "{text}");
        }
    }

    #[test]
    fn only_what_holds_an_escape_is_marked_as_escaped() {
        let mut params = Vec::new();
        let text = b"https://h/p%20q?%3Aa=1&%3Ab%20c=2&:d=%41&:e+f=+&g=h&i%=#%+";
        Url::parse(text, &mut params).unwrap();
        let marks: Vec<_> = params.iter().map(|p| (p.name_escaped, p.value_escaped)).collect();
        assert_eq!(
            marks,
            [
                (false, false),
                (true, false),
                (false, true),
                (true, true),
                (false, false),
                (true, false)
            ]
        );
    }

    proptest! {
        #[test]
        fn whatever_parses_prints_as_the_same_bytes(tail in "[ -~é\\x00-\\x1f]{0,60}") {
            let text = format!("https://{tail}");
            if let Some(out) = printed(text.as_bytes()) {
                prop_assert_eq!(out, text.into_bytes());
            }
        }

        #[test]
        fn junk_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Some(out) = printed(&bytes) {
                prop_assert_eq!(out, bytes);
            }
        }

        #[test]
        fn parameters_come_back_as_they_were_put_in(
            params in proptest::collection::vec((":?[a-z_]{1,8}", "[A-Za-z0-9:,%2B+=]{0,8}"), 1..8)
        ) {
            let query: Vec<_> = params.iter().map(|(k, v)| format!("{k}={v}")).collect();
            let text = format!("https://h.example/embed/x?{}", query.join("&"));
            let expected: Vec<_> = params
                .iter()
                .map(|(k, v)| (k.trim_start_matches(':').to_owned(), v.clone()))
                .collect();
            prop_assert_eq!(pairs(&text), expected);
        }
    }
}
