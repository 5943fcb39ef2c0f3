//! What code around a builder says of where its client id and its secret come from.

use memchr::memmem;

use crate::dialect::span::Span;

/// How far around a builder variables are looked for, in bytes.
const WITHIN: usize = 8_000;

/// How far behind a parameter its value is looked for, in bytes.
const VALUE_WITHIN: usize = 200;

/// Longer names are nobody's.
const LONGEST: usize = 64;

/// Of so many builders in one file variables are looked for: a file may be made to hold more.
pub(super) const MOST: usize = 256;

/// How languages ask for a variable of the environment; its name follows.
static ASKS: [&[u8]; 10] = [
    b"env.",
    b"env[",
    b"environ[",
    b"environ.get(",
    b"getenv(",
    b"Getenv(",
    b"LookupEnv(",
    b"ENV[",
    b"ENV.fetch(",
    b"_ENV[",
];

/// A variable of the environment that code asks for.
struct Variable<'t> {
    name: &'t str,
    at: usize,
}

/// The variables that hold the client id and the secret of the builder in `span`. `client_id` is where its client id is filled in.
pub(super) fn variables(
    text: &[u8],
    span: Span,
    client_id: Option<Span>,
) -> (Option<String>, Option<String>) {
    let start = (span.start as usize).saturating_sub(WITHIN);
    let end = text.len().min(span.end as usize + WITHIN);
    let all = asked(text, start, end);
    let line_of = |at: usize| {
        let (near, far) = (at.saturating_sub(VALUE_WITHIN), text.len().min(at + VALUE_WITHIN));
        let before = text.get(near..at).unwrap_or_default();
        let behind = text.get(at..far).unwrap_or_default();
        let from = memchr::memrchr(b'\n', before).map_or(near, |n| near + n + 1);
        let to = memchr::memchr(b'\n', behind).map_or(far, |n| at + n);
        text.get(from..to).unwrap_or_default().to_ascii_lowercase()
    };
    let has = |name: &str, word: &str| name.to_ascii_uppercase().contains(word);
    let filled_in = client_id.and_then(|place| {
        let from = place.start as usize;
        let near = text.get(from..text.len().min(place.end as usize + VALUE_WITHIN))?;
        let to = from + memchr::memchr(b'\n', near).unwrap_or(near.len());
        all.iter().find(|variable| (from..to).contains(&variable.at))
    });
    let is_client =
        |variable: &&Variable<'_>| has(variable.name, "CLIENT") && !has(variable.name, "SECRET");
    let client = filled_in.or_else(|| all.iter().find(is_client));
    let is_secret = |variable: &&Variable<'_>| has(variable.name, "SECRET");
    let signs = |variable: &&Variable<'_>| {
        memmem::find(&line_of(variable.at), b"hmac").is_some()
            && client.is_none_or(|client| client.name != variable.name)
    };
    let secret = all.iter().find(signs).or_else(|| all.iter().find(is_secret));
    let name = |variable: Option<&Variable<'_>>| variable.map(|found| found.name.to_owned());
    (name(client), name(secret))
}

/// The variables that are asked for in a part of the text, in order.
fn asked(text: &[u8], start: usize, end: usize) -> Vec<Variable<'_>> {
    let part = text.get(start..end).unwrap_or_default();
    let mut found = Vec::new();
    for ask in ASKS {
        for at in memmem::find_iter(part, ask) {
            let from = at + ask.len();
            let rest = part.get(from..).unwrap_or_default();
            let quoted = rest.first().is_some_and(|byte| b"\"'".contains(byte));
            // Only a name behind a dot needs no quotes.
            if quoted == ask.ends_with(b".") {
                continue;
            }
            let rest = rest.get(usize::from(quoted)..).unwrap_or_default();
            let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
            let length = rest.iter().take(LONGEST + 1).take_while(is_name).count();
            let name = rest.get(..length).and_then(|name| std::str::from_utf8(name).ok());
            let is_variable = |name: &&str| {
                length <= LONGEST
                    && name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
                    && !name.contains(|c: char| c.is_ascii_lowercase())
                    && name.contains(|c: char| c.is_ascii_uppercase())
            };
            if let Some(name) = name.filter(is_variable) {
                found.push(Variable { name, at: start + from });
            }
        }
    }
    found.sort_by_key(|variable| variable.at);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variables_are_seen_as_each_language_asks_for_them() {
        for (client, secret) in [
            ("process.env.CLIENT_ID", "process.env.EMBED_SECRET"),
            ("process.env['CLIENT_ID']", "process.env[\"EMBED_SECRET\"]"),
            ("os.environ['CLIENT_ID']", "os.environ.get(\"EMBED_SECRET\")"),
            ("os.getenv('CLIENT_ID')", "os.getenv(\"EMBED_SECRET\", 'x')"),
            ("ENV.fetch('CLIENT_ID')", "ENV['EMBED_SECRET']"),
            ("os.Getenv(\"CLIENT_ID\")", "os.Getenv(\"EMBED_SECRET\")"),
            ("getenv('CLIENT_ID')", "$_ENV['EMBED_SECRET']"),
            ("System.getenv(\"CLIENT_ID\")", "System.getenv(\"EMBED_SECRET\")"),
        ] {
            let text = format!("url = '&:client_id=' + {client}\nhmac({secret}, url)\n");
            let place = Span::new(7, 18);
            let found = variables(text.as_bytes(), place, Some(place));
            assert_eq!(found, (Some("CLIENT_ID".into()), Some("EMBED_SECRET".into())), "{text}");
        }
    }

    #[test]
    fn what_is_no_variable_of_the_environment_is_none() {
        for text in
            ["env.clientId", "env.production", "config['CLIENT_ID']", "getenv(name)", "env."]
        {
            let all = Span::new(0, text.len());
            assert_eq!(variables(text.as_bytes(), all, Some(all)), (None, None), "{text}");
        }
    }
}
