//! URLs that templates fill in and code puts together.

use super::fixes::fixes;
use super::{examined, finds, rules};
use crate::rule::Severity;

/// What languages, templates and people write in the place of a value.
const PLACEHOLDERS: [&str; 52] = [
    "$1",
    "$9",
    "$x",
    "${x}",
    "$(date +%s)",
    "$row[id]",
    "$row->id",
    "$[x]",
    "%s",
    "%ld",
    "%lu",
    "%d",
    "%5d",
    "%05d",
    "%.0f",
    "%f",
    "%x",
    "%t",
    "%v",
    "%b",
    "%c",
    "%q",
    "%i",
    "%u",
    "%2$s",
    "%(x)s",
    "%<x>s",
    "%1",
    "%X_Y%",
    "%NONCE%",
    "%DATE%",
    "%%X%%",
    "!EMAIL!",
    "@email",
    "@Model.Email",
    "@(Model.Email)",
    ":email",
    "((x))",
    "~x~",
    "[% x %]",
    "[[${x}]]",
    "[[x]]",
    "#x#",
    "#session.email#",
    "<<id>>",
    "<id>",
    "{x}",
    "{{ x }}",
    "<%= x %>",
    "<?= $x ?>",
    "\\(x)",
    "{% if a %}b{% else %}c{% endif %}",
];

#[test]
fn whatever_fills_in_a_value_no_rule_about_values_fires() {
    for placeholder in PLACEHOLDERS {
        for text in [
            "APP/embed/ID?:nonce=PLACEHOLDER&:time=PLACEHOLDER&:email=PLACEHOLDER&:mode=PLACEHOLDER&:session_length=PLACEHOLDER&:signature=PLACEHOLDER",
            "\"APP/embed/ID?:time=PLACEHOLDER&:email=PLACEHOLDER&:theme=PLACEHOLDER\"",
            "curl 'APP/embed/ID?:email=PLACEHOLDER'",
            "set U=APP/embed/ID?:time=PLACEHOLDER^&:email=PLACEHOLDER^&:signature=PLACEHOLDER",
        ] {
            let text = text.replace("PLACEHOLDER", placeholder);
            assert_eq!(rules(&text), ["deprecated-signed-url"], "{text}");
        }
        let text =
            format!("APP/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:jwt={placeholder}&:embed=true");
        assert_eq!(rules(&text), [""; 0], "{text}");
    }
}

#[test]
fn whatever_fills_in_an_embed_id_it_is_none() {
    for placeholder in PLACEHOLDERS.iter().filter(|placeholder| !placeholder.contains("{%")) {
        finds(
            "placeholder-embed-id",
            &[&format!("\"APP/embed/⟦{placeholder}⟧?:email={placeholder}&:hide_send=true\"")],
        );
        let text = format!("\"APP/embed/{placeholder}?:email={placeholder}&:hide_send=true\"");
        assert_eq!(
            rules(&text),
            ["deprecated-signed-url", "placeholder-embed-id", "unsupported-hide-send"],
            "{text}"
        );
    }
}

#[test]
fn what_only_looks_like_a_placeholder_is_a_value() {
    finds(
        "invalid-email",
        &[
            "APP/embed/ID?⟦:email=ann⟧",
            "APP/embed/ID?⟦:email=ann%20lee⟧&:nonce=1",
            "APP/embed/ID?:email=ann@example.com",
            "APP/embed/ID?:email=ann%40example.com&:nonce=1",
            "APP/embed/ID?⟦:email=~ann⟧",
            "APP/embed/ID?⟦:email=%2C⟧",
        ],
    );
    finds("encoded-comma", &["APP/embed/ID?:teams=a⟦%2C⟧b&:nonce=1", "APP/embed/ID?:teams=a,b"]);
    finds("theme-case", &["APP/embed/ID?⟦:theme=dark⟧&:nonce=1"]);
}

#[test]
fn a_literal_that_code_goes_on_with_has_no_value() {
    for text in [
        "\"APP/embed/ID?:nonce=1&:email=user-\" + i + \"@example.com\"",
        "'APP/embed/ID?:nonce=1&:email=ann@' + domain",
        "'APP/embed/ID?:nonce=1&:email=ann' . $domain",
        "'APP/embed/ID?:nonce=1&:email=ann'.$domain",
        "\"APP/embed/ID?:nonce=1&:email=ann\" & domain",
        "'APP/embed/ID?:nonce=1&:email=ann' || domain",
        "\"APP/embed/ID?:nonce=1&:time=1\" ++ t",
        "\"APP/embed/ID?:nonce=1&:ema\" + rest",
        "\"APP/embed/ID?:nonce=1&:ema\" +\n \"il=a@b.co\"",
        "(\"APP/embed/ID?:nonce=1&:ema\"\n  \"il=a@b.co\")",
        "\"APP/embed/ID?:nonce=1&:email=ann@\" \\\n  \"example.com\"",
    ] {
        assert_eq!(rules(text), ["deprecated-signed-url"], "{text}");
    }
    // What ends in the literal, or behind which only other text stands, is whole.
    for text in [
        "\"APP/embed/ID?:nonce=1&:email=ann&\" + rest",
        "\"APP/embed/ID?:nonce=1&:email=ann\" + \"&:lng=de\"",
        "\"APP/embed/ID?:nonce=1&:email=ann\" + \"&\" + rest",
        "\"APP/embed/ID?:nonce=1&:email=ann\".length",
        "'<iframe src=\"APP/embed/ID?:nonce=1&:email=ann\"' + '>'",
        "See \"APP/embed/ID?:nonce=1&:email=ann\". Then go on.",
        "\"APP/embed/ID?:nonce=1&:email=ann\"\n\"another row\"",
        "- \"APP/embed/ID?:nonce=1&:email=ann\"\n+ \"another line of a diff\"",
    ] {
        assert_eq!(rules(text), ["deprecated-signed-url", "invalid-email"], "{text}");
    }
}

#[test]
fn a_value_goes_on_in_the_next_literal() {
    finds(
        "unsupported-hide-send",
        &[
            "\"APP/embed/ID?:email=ann@\" +\n \"example.com&⟦:hide_send=true⟧\"",
            "\"APP/embed/ID?:nonce=1&⟦:hide_send=fa\" + \"lse⟧\"",
            "\"APP/embed/ID?:nonce=1&⟦:hide_send=fa⟧\" + x",
        ],
    );
}

#[test]
fn the_key_in_the_next_line_is_no_part_of_a_value() {
    finds(
        "replaced-show-footer",
        &[
            "a: \"APP/embed/ID?:theme=Dark&⟦:show_footer=false⟧\"\n  \"b\": 1",
            "a = 'APP/embed/ID?:theme=Dark&⟦:show_footer=false⟧'\n  'b' => 1",
            "a = \"APP/embed/ID?:theme=Dark&⟦:show_footer=false⟧\"\n  \"b\" = 1",
        ],
    );
}

#[test]
fn what_code_goes_on_with_is_not_mended() {
    for text in
        ["?:show_footer=fa\" + \"lse\"", "?:show_footer=true\" + x", "?a=b&:hide_send=false\" . $x"]
    {
        let text = format!("\"https://app.sigmacomputing.com/embed/{}{text}", super::ID);
        let fixed: Vec<_> =
            fixes(&text).into_iter().filter(|fix| !fix.replacement.starts_with(b"https")).collect();
        assert_eq!(fixed, [], "{text}");
    }
}

#[test]
fn a_path_is_put_together_from_literals() {
    let host = "https://app.sigmacomputing.com";
    for (text, embed) in [
        ("U = (\n \"HOST\"\n \"/embed/ID\"\n)", "HOST\"\n \"/embed/ID"),
        ("\"HOST\" + \"/embed/ID\"", "HOST\" + \"/embed/ID"),
        ("'HOST' . '/embed/ID'", "HOST' . '/embed/ID"),
        ("\"HOST/embed/\"\n + \"ID\"", "HOST/embed/\"\n + \"ID"),
        ("\"HOST/embed/\"\n + \"ID\"\n + \"?:nonce=1&:hide_send=true\"", "HOST/embed/\"\n + \"ID"),
    ] {
        let expand = |text: &str| text.replace("HOST", host).replace("ID", super::ID);
        let (text, embed) = (expand(text), expand(embed));
        let found = examined(&text).found;
        let first = &found.first().unwrap_or_else(|| panic!("nothing in {text}"));
        assert!(first.finding.rule.id.starts_with("deprecated-"), "{text}");
        assert_eq!(first.finding.span.of(text.as_bytes()), embed.as_bytes(), "{text}");
        assert_eq!(first.embed_id.as_deref(), Some(super::ID), "{text}");
        assert_eq!(text.contains(":hide_send"), found.len() == 2, "{text}");
        assert_eq!(fixes(&text), [], "{text}");
    }
}

#[test]
fn an_array_of_php_is_one_placeholder() {
    finds(
        "unsupported-hide-send",
        &[
            "\"APP/embed/$row[id]?:nonce=$row[nonce]&:email=$row[email]&⟦:hide_send=true⟧\"",
            "`APP/embed/${f(\"a}b\")}?:nonce=1&⟦:hide_send=true⟧`",
        ],
    );
}

#[test]
fn a_control_tag_behind_a_value_is_none_of_it() {
    for (open, close) in [
        ("{% if a %}", "{% endif %}"),
        ("{%- if a -%}", "{%- endif -%}"),
        ("{{#if h}}", "{{/if}}"),
        ("{{ if .H }}", "{{ end }}"),
        ("{{- if .H -}}", "{{- end -}}"),
        ("<% if a %>", "<% end %>"),
        ("<?php if ($a): ?>", "<?php endif; ?>"),
        ("[% IF a %]", "[% END %]"),
    ] {
        let text = format!(
            "https://app.sigmacomputing.com/embed/{}?:theme=Dark{open}&:hide_run_as_recipient=false{close}&:lng=de",
            super::ID
        );
        let found = examined(&text).found;
        let finding = &found.iter().find(|found| found.parameter.is_some()).unwrap().finding;
        assert_eq!(finding.span.of(text.as_bytes()), b":hide_run_as_recipient=false", "{text}");
        assert_eq!(finding.severity, Severity::Info, "{text}");
        let fixed = super::fixes::fixed(&text, crate::rule::Safety::Safe);
        assert!(fixed.ends_with(&format!("?:theme=Dark{open}{close}&:lng=de")), "{fixed}");
    }
    finds(
        "unsupported-hide-send",
        &[
            "APP/embed/ID{% if a %}?⟦:hide_send=true⟧{% endif %}",
            "APP/embed/ID?{% if a %}⟦:hide_send=true⟧&{% endif %}:lng=de",
            "APP/embed/ID?⟦:hide_send={% if a %}true{% else %}false⟧{% endif %}&:lng=de",
        ],
    );
    // Of two branches one is taken.
    assert_eq!(
        rules("APP/embed/ID?{% if a %}:theme=Dark{% else %}:theme=Light{% endif %}&:lng=de"),
        ["deprecated-embed-path"]
    );
}

#[test]
fn a_base_path_to_which_code_joins_an_id_is_one_of_embeds() {
    finds(
        "deprecated-embed-path",
        &[
            "\"⟦APP/embed/⟧\" + id",
            "'⟦APP/embed/⟧' . $id",
            "url = \"⟦APP/embed/⟧\" + id + \"?:jwt=\" + token",
            "\"⟦APP/embed⟧\" + path",
            "base = \"⟦APP/embed⟧\"\nurl = f\"{base}/{embed_id}\"",
            "base = '⟦APP/embed/⟧'\nurl = f'{base}{embed_id}?:jwt={token}'",
            "base: str = \"⟦APP/embed⟧\"\nurl = f\"{ base }/{x}\"",
            "const base = '⟦APP/embed⟧';\nopen(`${base}/${id}?:jwt=${t}`)",
            "const base = `⟦APP/embed/⟧`; open(base + id)",
            "const base: string = \"⟦APP/embed⟧\"; f(this.base + '/' + id)",
            "BASE=⟦APP/embed⟧\ncurl \"$BASE/$ID\" \"${BASE}/x\"",
            "$base = '⟦APP/embed⟧';\n$url = $base . '/' . $id;",
            "base := \"⟦APP/embed⟧\"\nu := fmt.Sprintf(\"%s/%s\", base, id)",
            "base = \"⟦APP/embed/⟧\"\nu = \"{}{}\".format(base, id)",
            "{\"embedBase\": \"⟦APP/embed⟧\"}\nu = config['embedBase'] + '/' + id",
            "BASE = \"⟦APP/embed⟧\"\n\"#{BASE}/#{id}\"",
            "<a href=\"{{ base }}/{{ id }}\">{% set base = \"⟦APP/embed⟧\" %}",
        ],
    );
    // Nothing else is said of it, and it is no embed of a map.
    let found = examined("'https://app.sigmacomputing.com/embed/' + id");
    assert_eq!((found.found.len(), found.urls, found.embeds.len()), (1, 1, 0));
}

#[test]
fn a_base_path_that_nothing_is_joined_to_is_silent() {
    for text in [
        "frame-src APP/embed;",
        "See APP/embed/ and + more",
        "base = \"APP/embed\"",
        "base = \"APP/embed\"; log(base, baseline + x, database/x)",
        "base = \"APP/embed\"; other(my_base + x)",
        "base = \"APP/embed\"; base.replace('a', 'b'); if (base && x) {}",
        "allowed = [\"APP/embed\", \"x\"]",
        "\"APP/embed\" == url",
        "- APP/embed\n+ b",
    ] {
        assert_eq!(rules(text), [""; 0], "{text}");
    }
}

#[test]
fn many_base_paths_do_not_take_the_square_of_their_number() {
    let text = "name = \"https://app.sigmacomputing.com/embed\"\n".repeat(20_000);
    let started = std::time::Instant::now();
    assert!(examined(&text).found.is_empty());
    assert!(started.elapsed() < std::time::Duration::from_secs(20));
}
