//! A URL in any encoding is the same URL, at its place; and what fixes do to it.

use proptest::prelude::*;

use super::fixes::{fixed, fixes};
use super::{ID, examined, starts_in};
use crate::judge::{Scratch, judge};
use crate::rule::{Context, Safety};
use crate::scan::url::read::{Candidate, read};

/// A way to write a URL in a file.
#[derive(Clone, Copy, Debug)]
enum Spelling {
    Plain,
    Html,
    HtmlDecimal,
    HtmlHex,
    Json,
    JsonInJson,
    JavaScript,
    Properties,
    Percent,
    PercentTwice,
}

const SPELLINGS: [Spelling; 10] = [
    Spelling::Plain,
    Spelling::Html,
    Spelling::HtmlDecimal,
    Spelling::HtmlHex,
    Spelling::Json,
    Spelling::JsonInJson,
    Spelling::JavaScript,
    Spelling::Properties,
    Spelling::Percent,
    Spelling::PercentTwice,
];

impl Spelling {
    /// One byte of a URL as this writes it.
    fn byte(self, byte: u8) -> String {
        let c = byte as char;
        let plain = c.to_string();
        let unreserved = c.is_ascii_alphanumeric() || "-_.~".contains(c);
        match (self, c) {
            (Self::Html, '&') => "&amp;".into(),
            (Self::HtmlDecimal, '&' | '=' | ':') => format!("&#{byte};"),
            (Self::HtmlHex, '&' | '/' | ':') => format!("&#x{byte:X};"),
            (Self::Json, '&') => "\\u0026".into(),
            (Self::Json, '/') => "\\/".into(),
            (Self::JsonInJson, '&') => "\\\\u0026".into(),
            (Self::JsonInJson, '/') => "\\\\/".into(),
            (Self::JavaScript, '&' | ':' | '/' | '=') => format!("\\x{byte:02x}"),
            (Self::Properties, ':' | '=') => format!("\\{c}"),
            (Self::Percent, _) if !unreserved => format!("%{byte:02X}"),
            (Self::PercentTwice, _) if !unreserved => format!("%25{byte:02X}"),
            _ => plain,
        }
    }

    fn text(self, url: &str) -> String {
        url.bytes().map(|byte| self.byte(byte)).collect()
    }
}

fn spelling() -> impl Strategy<Value = Spelling> {
    (0..SPELLINGS.len()).prop_map(|n| SPELLINGS[n])
}

/// What stands around a URL.
fn around() -> impl Strategy<Value = (&'static str, &'static str)> {
    const AROUND: [(&str, &str); 18] = [
        ("", ""),
        ("\"", "\""),
        ("'", "'"),
        ("`", "`"),
        ("<", ">"),
        ("(", ")"),
        (" ", " "),
        ("\u{201c}", "\u{201d}"),
        ("\u{ff08}", "\u{ff09}"),
        ("\nurl: ", "\n"),
        ("?next=", "\"&x=1"),
        ("| ", " |"),
        ("/*", "*/"),
        ("<!--", "--><p>"),
        ("[url]", "[/url]"),
        ("**_", "_**"),
        ("&ldquo;", "&rdquo;"),
        ("curl ", "&&x"),
    ];
    (0..AROUND.len()).prop_map(|n| AROUND[n])
}

/// A row of a table without quotes: a cell that is a text may be read with the last value, and yet is never changed.
fn row() -> impl Strategy<Value = (&'static str, &'static str)> {
    prop_oneof![Just(("4,", ",Bob\n")), Just(("4;", ";false\n"))]
}

fn parameter() -> impl Strategy<Value = String> {
    // The table says of these that their values are no texts.
    let name = prop_oneof![
        Just(":email".to_owned()),
        Just(":hide_run_as_recipient".to_owned()),
        Just(":hide_sheet_interactions".to_owned()),
        Just(":show_footer".to_owned()),
        Just(":menu_position".to_owned()),
    ];
    let word = prop_oneof![
        Just("true".to_owned()),
        Just("false".to_owned()),
        "[a-zA-Z0-9_~+@/-]([a-zA-Z0-9.:@/~!+-]|%20|%2C|%3A){0,12}[a-zA-Z0-9]",
    ];
    let free = prop_oneof![
        Just("%3Anonce".to_owned()),
        Just(":theme".to_owned()),
        Just(":ua_Region".to_owned()),
        "[a-zA-Z][a-zA-Z0-9-]{0,8}",
    ];
    let text = "[a-zA-Z0-9_~+@/-]([a-zA-Z0-9.:,;@/()~!+-]|%20|%2C|%3A){0,12}[a-zA-Z0-9]";
    let joined = |(name, value): (String, String)| format!("{name}={value}");
    prop_oneof![(name, word).prop_map(joined), (free, text).prop_map(joined)]
}

fn url() -> impl Strategy<Value = String> {
    let tag = prop_oneof![Just(""), Just("/tag/prod")];
    let host = prop_oneof![Just("app.sigmacomputing.com"), Just("App.SigmaComputing.com")];
    (host, tag, prop::collection::vec(parameter(), 0..6)).prop_map(|(host, tag, parameters)| {
        let mark = if parameters.is_empty() { "" } else { "?" };
        // Brackets in values come in pairs, or they would end a URL in brackets.
        let query = parameters.join("&").replace(['(', ')'], "");
        format!("https://{host}/embed/{ID}{tag}{mark}{query}")
    })
}

proptest! {
    #[test]
    fn a_url_in_any_encoding_is_the_same_at_its_place(
        url in url(),
        spelling in spelling(),
        (before, after) in around(),
        noise in "[a-z \\n]{0,20}",
    ) {
        let spelt = spelling.text(&url);
        let text = format!("{noise}{before}{spelt}{after}");
        let found = starts_in(&text);
        let mut candidate = Candidate::default();
        read(text.as_bytes(), found.urls[0], &found.urls[1..], &mut candidate);
        prop_assert_eq!(String::from_utf8_lossy(&candidate.bytes), url.as_str());
        prop_assert_eq!(candidate.span.of(text.as_bytes()), spelt.as_bytes());

        // Each finding covers what it covers in the URL alone, as the text spells it.
        let mut scratch = Scratch::default();
        let context = Context::none();
        let judgement = judge(url.as_bytes(), &context, &mut scratch);
        let at = text.len() - after.len() - spelt.len();
        for found in examined(&text).found {
            let span = found.finding.span;
            let bytes = span.of(text.as_bytes());
            let same = judgement.findings.iter().filter(|f| f.rule == found.finding.rule).any(|f| {
                let place = |n: u32| at + spelling.text(&url[..n as usize]).len();
                span.start as usize == place(f.span.start) && span.end as usize == place(f.span.end)
            });
            prop_assert!(same, "{} at {:?}", found.finding.rule.id, String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn fixing_twice_is_fixing_once_and_changes_nothing_else(
        url in url(),
        spelling in spelling(),
        (before, after) in prop_oneof![around(), row()],
    ) {
        let text = format!("{before}{}{after}", spelling.text(&url));
        let once = fixed(&text, Safety::Safe);
        prop_assert_eq!(&fixed(&once, Safety::Safe), &once);
        prop_assert!(once.starts_with(before) && once.ends_with(after));
        for fix in fixes(&text) {
            let (start, end) = (fix.span.start as usize, fix.span.end as usize);
            prop_assert!(start >= before.len() && end <= text.len() - after.len());
        }
        // What is left reads as the same URL without what went.
        let found = starts_in(&once);
        let mut candidate = Candidate::default();
        read(once.as_bytes(), found.urls[0], &[], &mut candidate);
        let left = String::from_utf8_lossy(&candidate.bytes).into_owned();
        let has_position = url.contains(":menu_position=");
        for parameter in url.split_once('?').map_or("", |(_, query)| query).split('&') {
            let touched = [":hide_run_as_recipient=false", ":hide_sheet_interactions=false"].contains(&parameter)
                || parameter.starts_with(":show_footer=");
            prop_assert!(touched || left.contains(parameter), "{parameter} in {left}");
        }
        prop_assert!(has_position || url.contains(":show_footer=") || !left.contains(":menu_position="));
    }

    #[test]
    fn any_text_is_read(text in "(https://app\\.sigmacomputing\\.com/embed/|[ -~\\n\u{e9}\u{2026}]|%25|&amp;|\\$\\{|\\{\\{|<a>){0,60}") {
        let examined = examined(&text);
        for found in examined.found {
            prop_assert!(found.finding.span.end as usize <= text.len());
            prop_assert!(text.is_char_boundary(found.finding.span.start as usize));
            prop_assert!(text.is_char_boundary(found.finding.span.end as usize));
        }
    }
}
