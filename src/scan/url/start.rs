//! Where URLs begin: a host of Sigma's, and the scheme before it in whatever encoding.

use crate::dialect::escape::hex;
use crate::dialect::span::Span;

/// The beginning of a URL in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scan) struct Start {
    /// The first byte: of the scheme, or of the host if there is none.
    pub(super) at: usize,
    /// The first byte of the host.
    pub(super) host: usize,
    /// How often the URL is percent-encoded as a whole.
    pub(super) depth: u8,
}

impl Start {
    /// Whether it is written with its scheme.
    pub(super) fn has_scheme(self) -> bool {
        self.at < self.host
    }
}

/// The most often that a URL is percent-encoded as a whole.
pub(super) const DEEPEST: u8 = 2;

/// What is looked closer at.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::scan) struct Starts {
    /// In order.
    pub(super) urls: Vec<Start>,
    /// Where a host stands in base64, in order.
    pub(super) base64: Vec<Span>,
}

impl Starts {
    /// Reads what stands around the second label of Sigma's own host.
    pub(in crate::scan) fn sigma(&mut self, text: &[u8], at: usize) {
        self.urls.extend(app(text, at).and_then(|host| start(text, host)));
    }

    /// Reads what stands around another host.
    pub(in crate::scan) fn host(&mut self, text: &[u8], at: usize) {
        self.urls.extend(start(text, at));
    }

    /// Takes in a host in base64 from the beginning of the group that its first letter is in: so many characters before it.
    pub(in crate::scan) fn base64(&mut self, host: Span, before: usize) {
        let start = (host.start as usize).checked_sub(before);
        self.base64.extend(start.map(|start| Span::new(start, host.end as usize)));
    }

    /// Puts them in order, each once.
    pub(in crate::scan) fn sort(&mut self) {
        self.urls.sort_by_key(|start| start.host);
        self.urls.dedup_by_key(|start| start.host);
        self.base64.sort_unstable();
    }
}

/// Where the host begins whose second label stands at `at`: `app` and a dot before it.
fn app(text: &[u8], at: usize) -> Option<usize> {
    let before = text.get(at.saturating_sub(8)..at)?;
    let dots: [&[u8]; 5] = [b".", b"%2E", b"%2e", b"%252E", b"%252e"];
    let dot = dots.iter().find(|dot| before.ends_with(dot))?;
    let label = before.get(..before.len() - dot.len())?;
    let label = label.get(label.len().checked_sub(3)?..)?;
    label.eq_ignore_ascii_case(b"app").then_some(at - dot.len() - 3)
}

fn start(text: &[u8], host: usize) -> Option<Start> {
    let Some((slash, depth)) = before(text, host, b'/') else {
        return bare(text, host);
    };
    let scheme = || {
        let (first, same) = before(text, slash, b'/').filter(|(_, other)| *other == depth)?;
        let (colon, _) = before(text, first, b':').filter(|(_, other)| *other == same)?;
        let word = text.get(colon.saturating_sub(5)..colon)?;
        let len = [&b"https"[..], b"http"].iter().find_map(|scheme| {
            let from = word.len().checked_sub(scheme.len())?;
            word.get(from..)?.eq_ignore_ascii_case(scheme).then_some(scheme.len())
        })?;
        Some(colon - len)
    };
    Some(Start { at: scheme().unwrap_or(host), host, depth })
}

/// A host without a slash before it: not the end of another name, of a path or of an address.
fn bare(text: &[u8], host: usize) -> Option<Start> {
    let last = host.checked_sub(1).and_then(|at| text.get(at));
    if last.is_some_and(|b| b.is_ascii_alphanumeric() || b"-_.@%".contains(b)) {
        return None;
    }
    // `%2F` behind the host says how often it is encoded.
    let rest = text.get(host..text.len().min(host + 300))?;
    let end = rest.iter().position(|b| !b.is_ascii_alphanumeric() && !b"-.".contains(b));
    let rest = rest.get(end?..)?;
    let depth = match rest {
        [b'%', b'2', b'5', b'2', b'F' | b'f', ..] => 2,
        [b'%', b'2', b'F' | b'f', ..] => 1,
        _ => 0,
    };
    Some(Start { at: host, host, depth })
}

/// Where a character begins that is written, in whatever way, right before `end`; and how often it is percent-encoded.
fn before(text: &[u8], end: usize, byte: u8) -> Option<(usize, u8)> {
    let head = text.get(end.saturating_sub(16)..end)?;
    let backslashes = |head: &[u8]| head.iter().rev().take(8).take_while(|b| **b == b'\\').count();
    if head.last() == Some(&byte) {
        let head = head.get(..head.len() - 1)?;
        return Some((end - 1 - backslashes(head), 0));
    }
    let is_code = |digits: &[u8]| match digits {
        [high, low] => hex(high).zip(hex(low)).is_some_and(|(h, l)| h << 4 | l == byte),
        _ => false,
    };
    if let Some((head, digits)) = head.split_last_chunk::<2>()
        && is_code(digits)
    {
        if let Some(head) = head.strip_suffix(b"%") {
            return Some((end - 3, 1)).filter(|_| !head.ends_with(b"%"));
        }
        if let Some(head) = head.strip_suffix(b"%25") {
            return Some((end - 5, 2)).filter(|_| !head.ends_with(b"%"));
        }
        for sign in [&b"u00"[..], b"x"] {
            if let Some(head) = head.strip_suffix(sign)
                && backslashes(head) > 0
            {
                return Some((end - 2 - sign.len() - backslashes(head), 0));
            }
        }
    }
    let names: [&[u8]; 3] = match byte {
        b'/' => [b"&sol;", b"&#47;", b"&#x2f;"],
        _ => [b"&colon;", b"&#58;", b"&#x3a;"],
    };
    names.iter().find_map(|name| {
        let from = head.len().checked_sub(name.len())?;
        head.get(from..)?.eq_ignore_ascii_case(name).then_some((end - name.len(), 0))
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD_NO_PAD;

    use super::super::tests::starts_in;
    use crate::rule::Context;
    use crate::scan::Needles;

    /// The beginning of the only URL, as text, and its depth.
    fn only(text: &str) -> Option<(&str, u8)> {
        let found = starts_in(text);
        let start = found.urls.first()?;
        assert_eq!(found.urls.len(), 1, "{text}");
        Some((&text[start.at..], start.depth))
    }

    #[test]
    fn a_scheme_is_found_in_every_spelling() {
        for (text, depth) in [
            ("https://app.sigmacomputing.com/x", 0),
            ("HTTP://App.SigmaComputing.com/x", 0),
            (r"https:\/\/app.sigmacomputing.com/x", 0),
            (r"https:\\/\\/app.sigmacomputing.com/x", 0),
            (r"https\://app.sigmacomputing.com/x", 0),
            (r"https\u003a\u002F\u002Fapp.sigmacomputing.com/x", 0),
            (r"https:\x2f\x2fapp.sigmacomputing.com/x", 0),
            ("https:&#x2F;&#x2F;app.sigmacomputing.com/x", 0),
            ("https&colon;&sol;&sol;app.sigmacomputing.com/x", 0),
            ("https%3A%2F%2Fapp.sigmacomputing.com%2Fx", 1),
            ("https%3a%2f%2fapp%2Esigmacomputing%2Ecom%2fx", 1),
            ("https%253A%252F%252Fapp.sigmacomputing.com%252Fx", 2),
            ("https://embed.example.com/x", 0),
        ] {
            let inside = format!("url={text}");
            assert_eq!(only(&inside), Some((text, depth)), "{text}");
        }
    }

    #[test]
    fn a_host_may_stand_without_its_scheme() {
        assert_eq!(only("//app.sigmacomputing.com/x"), Some(("app.sigmacomputing.com/x", 0)));
        assert_eq!(only("app.sigmacomputing.com/x"), Some(("app.sigmacomputing.com/x", 0)));
        assert_eq!(only("a=app.sigmacomputing.com%2Fx"), Some(("app.sigmacomputing.com%2Fx", 1)));
        assert_eq!(only("${s}://app.sigmacomputing.com/"), Some(("app.sigmacomputing.com/", 0)));
    }

    #[test]
    fn base64_is_found_in_all_three_places_of_a_group() {
        for host in ["app.sigmacomputing.com", "embed.example.com"] {
            for shift in 0..3 {
                let text = format!("{}https://{host}/embed/x", "-".repeat(shift));
                let encoded = STANDARD_NO_PAD.encode(text);
                let [span] = starts_in(&encoded).base64[..] else { panic!("{encoded}") };
                assert_eq!(span.start % 4, 0, "{encoded}");
            }
        }
    }

    #[test]
    fn a_host_that_holds_another_is_found_with_it() {
        let hosts = ["app.sigmacomputing.com.example", "com.example", "com"].map(str::to_owned);
        let context = Context { hosts: &hosts, ..Context::none() };
        let text = "https://app.sigmacomputing.com.example/x //com.example/x";
        let found = Needles::new(&context, &[]).search(text.as_bytes(), &context, 0).starts;
        let hosts: Vec<_> = found.urls.iter().map(|start| &text[start.host..]).collect();
        assert_eq!(hosts, [&text[8..], &text[43..]]);
    }

    #[test]
    fn other_hosts_and_addresses_are_passed_by() {
        for text in [
            "https://help.sigmacomputing.com/x",
            "https://my-app.sigmacomputing.com/x",
            "https://myapp.sigmacomputing.com/x",
            "https://x.app.sigmacomputing.com/x",
            "ann@app.sigmacomputing.com/x",
            r"https:\/\/app\.sigmacomputing\.com\/embed",
        ] {
            assert_eq!(only(text), None, "{text}");
        }
    }
}
