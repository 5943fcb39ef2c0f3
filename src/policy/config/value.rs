//! Single values of a configuration: hosts, sizes, parts of a path.

use url::Host;

/// A host as URLs have it: in lower case and ASCII, without its final dot.
pub(super) fn host(text: &str) -> Option<String> {
    let name = match Host::parse(text.strip_suffix('.').unwrap_or(text)).ok()? {
        Host::Domain(name) => name,
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(_) => return None,
    };
    // What a URL may hold, and DNS has no name for.
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    (name.len() <= 253 && name.split('.').all(label)).then_some(name)
}

/// A number of bytes as ripgrep takes it: `500`, `10K`, `2M`, `1G`.
pub fn parse_size(text: &str) -> Option<u64> {
    let (digits, shift) = match text.as_bytes().last()? {
        b'K' => (text.strip_suffix('K')?, 10),
        b'M' => (text.strip_suffix('M')?, 20),
        b'G' => (text.strip_suffix('G')?, 30),
        _ => (text, 0),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    number.checked_mul(1 << shift).filter(|bytes| *bytes > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_and_nothing_else() {
        assert_eq!(host("Embed.Example.COM.").as_deref(), Some("embed.example.com"));
        assert_eq!(host("\u{e4}.example").as_deref(), Some("xn--4ca.example"));
        assert_eq!(host("localhost").as_deref(), Some("localhost"));
        for text in
            ["", ".", "a..b", "https://a.b", "a.b/c", "a.b:443", "*.a.b", "-a.b", "[::1]", "a b"]
        {
            assert_eq!(host(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_are_those_of_ripgrep() {
        let sizes = [("1", 1), ("3K", 3 << 10), ("2M", 2 << 20), ("1G", 1 << 30)];
        for (text, bytes) in sizes {
            assert_eq!(parse_size(text), Some(bytes));
        }
        for text in ["", "0", "K", "-1", "1T", "1.5M", "99999999999G", "1 M", "+1"] {
            assert_eq!(parse_size(text), None, "{text}");
        }
    }
}
