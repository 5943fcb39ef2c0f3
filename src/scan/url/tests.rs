//! Texts with what is to be found in them marked by hand: `⟦` and `⟧` stand around the span of every finding of a rule.

use super::super::{Examined, Needles, Options, examine};
use super::start::Starts;
use crate::judge::Scratch;
use crate::rule::{Context, Text};

mod code;
mod ends;
mod fixes;
mod hostile;
mod property;

pub(super) const ID: &str = "1-7CbVjjUMMTKQpYa2E7NwkI";

/// What is looked closer at, with a host beside Sigma's own.
pub(super) fn starts_in(text: &str) -> Starts {
    let hosts = ["embed.example.com".to_owned()];
    let context = Context { hosts: &hosts, ..Context::none() };
    Needles::new(&context, &[]).search(text.as_bytes(), &context, 0).starts
}

pub(super) fn examined(text: &str) -> Examined {
    let hosts = ["embed.example.com".to_owned()];
    let context = Context { hosts: &hosts, ..Context::none() };
    let needles = Needles::new(&context, &[]);
    let options = Options { context: &context, needles: &needles, bases: None, most: usize::MAX };
    examine(&Text::new(text.as_bytes()), &options, &mut Scratch::default())
}

/// The text with the findings of a rule marked.
fn marked(text: &str, rule: &str) -> String {
    let examined = examined(text);
    let found = examined.found.iter().filter(|found| found.finding.rule.id == rule);
    let mut out = text.to_owned();
    for span in found.map(|found| found.finding.span).collect::<Vec<_>>().iter().rev() {
        out.insert(span.end as usize, '⟧');
        out.insert(span.start as usize, '⟦');
    }
    out
}

/// Holds that a rule finds what is marked and nothing else. `ID` stands for an embed id, `APP/` for scheme and host.
#[track_caller]
fn finds(rule: &str, texts: &[&str]) {
    for text in texts {
        let text = text.replace("APP/", "https://app.sigmacomputing.com/").replace("ID", ID);
        let plain = text.replace(['⟦', '⟧'], "");
        assert_eq!(marked(&plain, rule), text);
    }
}

fn rules(text: &str) -> Vec<&'static str> {
    let text = text.replace("APP/", "https://app.sigmacomputing.com/").replace("ID", ID);
    examined(&text).found.iter().map(|found| found.finding.rule.id).collect()
}

#[test]
fn a_url_ends_where_its_quotes_and_brackets_do() {
    finds(
        "deprecated-embed-path",
        &[
            "⟦APP/embed/ID⟧",
            "\"⟦APP/embed/ID⟧\"",
            "'⟦APP/embed/ID⟧'",
            "`⟦APP/embed/ID⟧`",
            "<⟦APP/embed/ID⟧>",
            "(⟦APP/embed/ID⟧)",
            "[⟦APP/embed/ID⟧]",
            "{⟦APP/embed/ID⟧}",
            "\u{201c}⟦APP/embed/ID⟧\u{201d}",
            "\u{ab}⟦APP/embed/ID⟧\u{bb}",
            "\u{300c}⟦APP/embed/ID⟧\u{300d}\u{3002}",
            "\u{ff08}⟦APP/embed/ID⟧\u{ff09}",
            "\u{8bbf}\u{95ee}⟦APP/embed/ID⟧\u{67e5}\u{770b}",
            "url(⟦APP/embed/ID⟧);",
            "\\href{⟦APP/embed/ID⟧}{x}",
            "| a |⟦APP/embed/ID⟧| b |",
            "a,⟦APP/embed/ID⟧,prod",
            "EMBED_PATH=⟦APP/embed/ID⟧",
            "<a href=⟦APP/embed/ID⟧>x</a>",
            "<b>⟦APP/embed/ID⟧</b> <i>⟦APP/embed/ID⟧<br>",
            "&quot;⟦APP/embed/ID⟧&quot;",
            "{\\\"url\\\":\\\"⟦APP/embed/ID⟧\\\"}",
            "a\\n⟦APP/embed/ID⟧\\nb",
        ],
    );
}

#[test]
fn punctuation_of_a_sentence_is_not_part_of_a_url() {
    finds(
        "deprecated-embed-path",
        &[
            "See ⟦APP/embed/ID⟧.",
            "See ⟦APP/embed/ID⟧, or ⟦APP/embed/ID⟧; then ⟦APP/embed/ID⟧!",
            "(see ⟦APP/embed/ID⟧).",
            "Is it ⟦APP/embed/ID⟧?",
            "**⟦APP/embed/ID⟧**: the old one",
            "[old](⟦APP/embed/ID⟧ \"title\")",
            "[old]: ⟦APP/embed/ID⟧\n",
            "⟦APP/embed/ID⟧[in AsciiDoc] and link:⟦APP/embed/ID⟧[]",
            "⟦APP/embed/ID⟧\u{2026}",
            "⟦APP/embed/ID⟧&nbsp;x",
        ],
    );
    finds("unsupported-hide-send", &["See APP/embed/ID?a=f(x)&⟦:hide_send=true⟧."]);
}

#[test]
fn the_offending_parameter_is_found_in_every_encoding() {
    finds(
        "unsupported-hide-send",
        &[
            "\"APP/embed/ID?:theme=Dark&⟦:hide_send=true⟧&a=b\"",
            "<iframe src=\"APP/embed/ID?:theme=Dark&amp;⟦:hide_send=true⟧&amp;a=b\">",
            "APP/embed/ID?:theme=Dark&#38;⟦&#58;hide_send=true⟧&#x26;a=b",
            r#"{"u":"https:\/\/app.sigmacomputing.com\/embed\/ID?:theme=Dark\u0026⟦:hide_send=true⟧\u0026a=b"}"#,
            r"'https:\x2f\x2fapp.sigmacomputing.com\x2fembed\x2fID?:theme=Dark\x26⟦\x3ahide_send=true⟧'",
            r"url=https\://app.sigmacomputing.com/embed/ID?\:theme\=Dark&⟦\:hide_send\=true⟧",
            r"APP/embed/ID?:theme=Dark&⟦:hide\_send=true⟧ in Markdown",
            r"curl APP/embed/ID\?:theme=Dark\&⟦:hide_send=true⟧ -o x",
            "?next=https%3A%2F%2Fapp.sigmacomputing.com%2Fembed%2FID%3F%3Atheme%3DDark%26⟦%3Ahide_send%3Dtrue⟧&x=1",
            "?next=https%253A%252F%252Fapp.sigmacomputing.com%252Fembed%252FID%253F%253Atheme%253DDark%2526⟦%253Ahide_send%253Dtrue⟧&x=1",
            "set URL=APP/embed/ID?:theme=Dark^&⟦:hide_send=true⟧^&a=%NAME%",
            "APP/embed/ID?%3Atheme=Dark&⟦%3Ahide_send=true⟧",
            "APP/embed/ID&⟦:hide_send=true⟧",
            "//app.sigmacomputing.com/embed/ID?⟦:hide_send=true⟧",
            "HTTPS://APP.SIGMACOMPUTING.COM/embed/ID?⟦:hide_send=true⟧",
            "https://embed.example.com/embed/ID?⟦:hide_send=true⟧",
        ],
    );
}

#[test]
fn a_url_in_a_url_of_sigmas_is_found_as_well() {
    finds(
        "deprecated-embed-path",
        &[
            "APP/login?to=⟦APP/embed/ID⟧",
            "APP/login?to=⟦https%3A%2F%2Fapp.sigmacomputing.com%2Fembed%2FID⟧",
            "⟦APP/embed/ID⟧⟦APP/embed/ID⟧",
            "⟦APP/embed/ID⟧?to=⟦https%3A%2F%2Fapp.sigmacomputing.com%2Fembed%2FID⟧",
            "⟦APP/embed/ID⟧?to=APP/embed/ID&a=b",
        ],
    );
}

#[test]
fn a_template_placeholder_is_part_of_the_url() {
    finds(
        "placeholder-embed-id",
        &[
            "`APP/embed/⟦${id}⟧`",
            "`APP/embed/⟦${row[\"id\"] ?? 'x'}⟧?:theme=Dark`",
            "APP/embed/⟦{{ id | urlencode }}⟧",
            "APP/embed/⟦<embedId>⟧/tag/prod",
            "APP/embed/⟦&lt;your embed id&gt;⟧",
            "\"APP/embed/⟦%s⟧?:mode=userbacked\"",
            "\"APP/embed/⟦{0}⟧?a=b\"",
            "\"APP/embed/⟦#{id}⟧\"",
            "\"APP/embed/⟦\\(id)⟧\"",
            "APP/embed/⟦<%= @embed.id %>⟧",
            "\"APP/embed/⟦$id⟧?:a=b\"",
            "APP/embed/⟦%EMBED_ID%⟧",
            "APP/embed/⟦:embedId⟧",
        ],
    );
    finds(
        "unsupported-hide-send",
        &["APP/embed/{{ id }}?:email={{ user.email }}&⟦:hide_send={{ hide }}⟧&a=b"],
    );
}

#[test]
fn values_that_are_not_known_are_not_judged() {
    for text in [
        "APP/embed/ID?:email=${email}&:time={{ time }}&:session_length=<seconds>&:mode=%s&:teams=[%s",
        "APP/embed/ID?:email=YOUR_EMAIL&:time=...&:session_length=$length&:mode=",
        "\"APP/embed/ID?:email=\" + email",
        "APP/embed/ID?:nonce={{a}}&:nonce={{b}}",
        "APP/embed/ID?:nonce=<nonce>&:signature=<signature>",
    ] {
        assert_eq!(rules(text), ["deprecated-signed-url"], "{text}");
    }
    assert_eq!(
        rules("APP/embed/ID?:email=nobody&:time=now"),
        ["deprecated-signed-url", "invalid-email", "invalid-time"]
    );
}

#[test]
fn what_is_missing_is_said_only_of_a_url_that_is_whole() {
    let signature = "0123456789abcdef".repeat(4);
    let signed = format!("APP/embed/ID?:nonce=n1&:signature={signature}");
    assert!(rules(&signed).contains(&"missing-parameter"));
    assert!(rules(&signed).contains(&"missing-account-type"));
    assert!(rules(&signed).contains(&"signed-url-in-file"));
    for text in
        ["APP/embed/ID?:nonce=n1&:first_name=Ann&:hide_menu=true", "APP/embed/ID?:lng_variant=a"]
    {
        for rule in rules(text) {
            assert!(rule.starts_with("deprecated-"), "{rule}");
        }
    }
}

#[test]
fn a_signature_or_token_in_a_file_is_found() {
    finds(
        "signed-url-in-file",
        &[
            "APP/embed/ID?:nonce=n1&⟦:signature=0123456789abcdef⟧",
            "a,APP/embed/ID?:nonce=n1&⟦:signature=0123456789abcdef⟧,b",
            "APP/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?⟦:jwt=eyJhbGciOiJIUzI1NiJ9.e30.c2ln⟧&:embed=true",
            "APP/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=${token}&:embed=true",
            "APP/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=<token>&:embed=true",
            "APP/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=xxx&:embed=true",
            "'APP/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt=' + token",
            "APP/embed/ID?:nonce=n1&:signature=...",
            // As the reports show it.
            "APP/embed/ID?:nonce=n1&:signature=012345\u{2026}",
            "APP/embed/ID?:nonce=n1&:signature=012345...",
            "APP/embed/ID?:nonce=n1&:signature=YOUR_SIGNATURE",
        ],
    );
}

#[test]
fn a_url_goes_on_over_lines_and_literals() {
    finds(
        "unsupported-hide-send",
        &[
            "url: >-\n  APP/embed/ID\n  ?:theme=Dark\n  &⟦:hide_send=true⟧\nother: 1",
            "url: >-\n  APP/embed/ID?:theme=Dark&\n  Store=West&\n  ⟦:hide_send=true⟧\n",
            "u = \"APP/embed/ID\" +\n    \"?:theme=Dark\" +\n    \"&⟦:hide_send=true⟧\" + x",
            "$u = 'APP/embed/ID'\n  . '?:theme=Dark'\n  . '&⟦:hide_send=true⟧';",
            "u = (\"APP/embed/ID?\"  # the base\n     # and the rest\n     f\":theme=Dark&⟦:hide_send=true⟧\")",
            "u = \"APP/embed/ID\" + // the base\n    \"?⟦:hide_send=true⟧\";",
            "curl \"APP/embed/ID?:theme=Dark\\\n&⟦:hide_send=true⟧\"",
            "<a href=\"APP/embed/ID?:theme=Dark\n     &amp;⟦:hide_send=true⟧\">",
            "u = \"APP/embed/ID\" .. \"?⟦:hide_send=true⟧\"",
        ],
    );
}

#[test]
fn base64_is_read_and_the_characters_that_hold_a_finding_are_marked() {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    for before in ["", "x", "xy", "URL="] {
        let secret = format!("{before}https://app.sigmacomputing.com/embed/{ID}?:hide_send=true\n");
        for encoded in [STANDARD.encode(&secret), URL_SAFE_NO_PAD.encode(&secret)] {
            let text = format!("kind: Secret\ndata:\n  url: {encoded}\n  other: YQ==\n");
            let found = examined(&text).found;
            let finding =
                found.iter().find(|f| f.finding.rule.id == "unsupported-hide-send").unwrap();
            let at = text.find(&encoded).unwrap();
            let span = finding.finding.span;
            let bits = 6 * (span.start as usize - at)..6 * (span.end as usize - at);
            let at = secret.find(":hide_send=true").unwrap() * 8;
            let meant = at..at + 8 * ":hide_send=true".len();
            // Every bit of it, and no character without one.
            assert!(bits.start <= meant.start && meant.end <= bits.end, "{encoded}");
            assert!(meant.start - bits.start < 6 && bits.end - meant.end < 6, "{encoded}");
            assert!(finding.fix.is_none());
        }
    }
}

#[test]
fn other_pages_and_bare_hosts_are_silent() {
    for text in [
        "https://app.sigmacomputing.com",
        "APP/",
        "APP/embed",
        "APP/embed/",
        "APP/embed/*",
        "APP/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:embed=true&:theme=Dark&:unknown=x&Region=West",
        "https://help.sigmacomputing.com/embed/ID",
        "https://app.sigmacomputing.com.evil.example/embed/ID",
        "https://myapp.sigmacomputing.com/embed/ID",
        "ann@app.sigmacomputing.com/embed/ID",
        r"https:\/\/app\.sigmacomputing\.com\/embed\/ID",
        "frame-src app.sigmacomputing.com;",
    ] {
        assert_eq!(rules(text), [""; 0], "{text}");
    }
}

#[test]
fn what_a_new_url_still_has_of_the_old_dialect_is_found() {
    finds(
        "unsupported-hide-run-as-recipient",
        &[
            "APP/acme/workbook/W1?:embed=true&⟦:hide_run_as_recipient=true⟧&a=b",
            "APP/acme/workbook/W1?⟦:hide_run_as_recipient={{ hide }}⟧",
            "`APP/${org}/workbook/${id}?:embed=true&⟦%3Ahide_run_as_recipient=true⟧`",
            // Nobody's workbook.
            "APP/acme/folder/W1?:hide_run_as_recipient=true",
        ],
    );
    for (parameter, rule) in [
        ("show_footer=true", "replaced-show-footer"),
        ("loading_bg=FF0000", "unsupported-loading-bg"),
        ("showUnderlyingData=true", "unsupported-show-underlying-data"),
    ] {
        let url = format!("APP/acme/workbook/W1?:embed=true&:{parameter}&:unknown=x");
        assert_eq!(rules(&url), [rule]);
    }
}

#[test]
fn urls_and_embed_ids_are_counted() {
    let text = format!(
        "https://app.sigmacomputing.com/embed/{ID} https://app.sigmacomputing.com/embed/{{{{ id }}}} \
         https://app.sigmacomputing.com/a/workbook/b?:jwt=x.y.z https://app.sigmacomputing.com/x"
    );
    let examined = examined(&text);
    assert_eq!(examined.urls, 3);
    let ids: Vec<_> = examined.embeds.iter().map(|embed| embed.id.as_str()).collect();
    assert_eq!(ids, [ID, "{{ id }}"]);
    for embed in &examined.embeds {
        assert_eq!(embed.span.of(text.as_bytes()), embed.id.as_bytes());
    }
}
