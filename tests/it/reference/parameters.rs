//! Section 4: every parameter of the old URL and what becomes of it.

use embed2jwt::dialect::params::{Fate, Id, Loss, TABLE};
use serde_json::{Value, json};

use super::{claims_with, converted, level, rest, said, text, with};
use crate::support::{EMBED, Place, TARGET, WORKBOOK, cut, legacy, severity_of, sign};

const REST: &str = ":embed=true&:menu_position=top";

fn fate_of<'r>(record: &'r Value, name: &str) -> (&'r Value, &'r Value) {
    let parameters = record["parameters"].as_array().unwrap();
    let found = parameters.iter().find(|parameter| parameter["name"] == name).unwrap();
    (&found["fate"], &found["target"])
}

#[test]
fn s4_01_what_becomes_a_claim() {
    for (name, target) in [
        ("nonce", "jti"),
        ("client_id", "kid"),
        ("email", "sub"),
        ("time", "iat"),
        ("session_length", "exp"),
        ("account_type", "account_type"),
        ("external_user_team", "teams"),
    ] {
        let record = converted("");
        assert_eq!(fate_of(&record, name).1, target, "{name}");
    }
}

#[test]
fn s4_02_mode_must_be_userbacked() {
    assert_eq!(level(&legacy(""), "invalid-mode"), None);
    for mode in ["UserBacked", "view", "explore", "x"] {
        let url = with("mode", &format!(":mode={mode}"));
        assert_eq!(level(&url, "invalid-mode").as_deref(), Some("warning"), "{mode}");
    }
    let record = converted("");
    assert_eq!(fate_of(&record, "mode").0, "obsolete");
}

#[test]
fn s4_03_external_user_id_and_signature_are_obsolete() {
    let record = converted("");
    for name in ["external_user_id", "signature"] {
        assert_eq!(fate_of(&record, name), (&json!("obsolete"), &Value::Null), "{name}");
    }
}

#[test]
fn s4_04_embed_is_always_true() {
    for value in ["", "&:embed=true", "&:embed=false"] {
        assert_eq!(rest(value), REST, "{value}");
    }
}

#[test]
fn s4_05_the_supported_parameters_are_kept_without_a_note() {
    for name in "hide_bookmarks hide_explore_toggle hide_folder_navigation hide_menu hide_tooltip \
                 responsive_height theme explore bookmark customView savedView \
                 hide_element_interactions hide_save_as"
        .split_whitespace()
    {
        let record = converted(&format!("&:{name}=X%20y"));
        assert_eq!(fate_of(&record, name).0, "kept", "{name}");
        assert_eq!(record["verdict"], "lossless", "{name}");
        assert_eq!(severity_of(&record, "undocumented-parameter"), None, "{name}");
        let kept = cut(record["url"].as_str().unwrap()).rest;
        assert_eq!(kept, format!("{REST}&:{name}=X%20y"));
    }
}

#[test]
fn s4_06_what_only_samples_use_is_kept_and_noted() {
    for name in "disable_mobile_view disable_auto_refresh hide_page_controls hide_reload_button \
                 hide_title hide_view_select page_id view_id"
        .split_whitespace()
    {
        let record = converted(&format!("&:{name}=x"));
        assert_eq!(
            severity_of(&record, "undocumented-parameter").as_deref(),
            Some("info"),
            "{name}"
        );
        assert_eq!(fate_of(&record, name).0, "kept", "{name}");
    }
}

#[test]
fn s4_07_a_key_without_a_colon_is_kept_with_a_note_on_row_level_security() {
    let record = converted("&Store-Region=West");
    assert_eq!(cut(record["url"].as_str().unwrap()).rest, format!("{REST}&Store-Region=West"));
    assert_eq!(severity_of(&record, "control-value-rls").as_deref(), Some("info"));
}

#[test]
fn s4_08_hide_send_and_hide_schedule_are_kept_and_reported() {
    for (name, permission) in
        [("hide_send", "**Download**"), ("hide_schedule", "**Schedule export**")]
    {
        let rule = format!("unsupported-{}", name.replace('_', "-"));
        for (value, severity) in [
            ("true", "warning"),
            ("TRUE", "warning"),
            ("x%2Cy", "warning"),
            ("false", "info"),
            ("False", "info"),
        ] {
            let more = format!("&:{name}={value}");
            let record = converted(&more);
            assert_eq!(fate_of(&record, name), (&json!("kept"), &Value::Null), "{more}");
            assert_eq!(record["verdict"], "lossless", "{more}");
            assert_eq!(cut(record["url"].as_str().unwrap()).rest, format!("{REST}{more}"));
            assert_eq!(severity_of(&record, &rule).as_deref(), Some(severity), "{more}");
        }
        let found = text(&legacy(&format!("&:{name}=true")), &rule);
        assert!(
            found.contains(permission) && found.contains("only the token is signed"),
            "{found}"
        );
        assert!(found.contains("remove it from the URL"), "{found}");
    }
}

#[test]
fn s4_08_the_reports_name_the_permission_for_what_the_embeds_user_can_take_out() {
    let list = legacy("&:hide_send=true&:hide_schedule=false");
    for (format, head) in [
        ("html", "Restrict access before you switch"),
        ("human", "Set permissions in Sigma"),
        ("markdown", "remove it"),
    ] {
        let ran =
            Place::new().run(&format!("audit --fail-on never --format {format}")).stdin(&list);
        let page = ran.exits(0).prose() + &ran_out(format, &list);
        for words in [head, "hide_send", "Download", "remove it"] {
            assert!(page.contains(words), "{format}: {words} is not in {page}");
        }
        assert!(!page.contains("widens access</span>"), "{format}: nothing is lost");
    }
    let ran = Place::new().convert("").stdin(&list).exits(0);
    assert!(ran.err().contains("1 lossless, 0 lossy"), "{}", ran.err());
    assert!(
        ran.err().contains("can remove it from the URL") && ran.err().contains("hide_send"),
        "{}",
        ran.err()
    );
    assert!(!ran.err().contains("hide_schedule"), "`false` restricts nothing: {}", ran.err());
}

/// A report with its lines joined, since tables fold them.
fn ran_out(format: &str, list: &str) -> String {
    let ran = Place::new().run(&format!("audit --fail-on never --format {format}")).stdin(list);
    ran.exits(0).out().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn s4_08_check_does_not_take_out_what_is_kept() {
    let place = Place::new();
    let code = "url = 'https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:theme=Dark&:hide_send=false';\nurl += '&:email=' + email + '&:hide_schedule=false&:lng=de';\n";
    place.file("a.js", code);
    place.run("check --no-config --fix --fail-on never a.js").exits(0);
    assert_eq!(place.read("a.js"), code);
}

#[test]
fn s4_09_node_id_becomes_the_page_in_the_path() {
    let record = converted("&:nodeId=H9cAxKfnXP");
    let new = cut(record["url"].as_str().unwrap());
    assert_eq!(
        (new.base.as_str(), new.rest.as_str()),
        (&*format!("{TARGET}/page/H9cAxKfnXP"), REST)
    );
    assert_eq!(fate_of(&record, "nodeId"), (&json!("replaced"), &json!("path")));
    assert_eq!(severity_of(&record, "page-in-query").as_deref(), Some("info"));
    assert_eq!(record["verdict"], "lossless");
}

#[test]
fn s4_09_a_page_or_element_of_the_map_wins_over_node_id() {
    for (column, part) in [("page_id", "page"), ("element_id", "element")] {
        let place = Place::new();
        place.file(
            "m.csv",
            format!("embed_id,org,workbook_id,{column}\n{EMBED},acme,{WORKBOOK},fromMap1\n"),
        );
        let ran = place.bare("--map m.csv").stdin(legacy("&:nodeId=H9cAxKfnXP")).exits(0);
        assert_eq!(cut(ran.lines()[0]).base, format!("{TARGET}/{part}/fromMap1"));
    }
}

#[test]
fn s4_09_an_edit_url_has_no_page() {
    let url = sign(&format!(
        "https://app.sigmacomputing.com/embed/{EMBED}/workbook/Q-{WORKBOOK}/edit?:nonce=n-1&:client_id=c-1&:email=ann@example.com&:nodeId=p1"
    ));
    assert!(text(&url, "page-in-query").contains("edit URL"));
    let ran = Place::new().convert("").stdin(url).exits(0);
    assert_eq!(cut(ran.lines()[0]).base, format!("{TARGET}/edit"));
}

#[test]
fn s4_09_a_node_id_that_is_no_part_of_a_path_is_refused() {
    for value in ["a/b", "..", "a%2Fb", "%2e%2E", "a?b", "a%3Fb", "a%23b", "a%20b", "%00"] {
        let url = legacy(&format!("&:nodeId={value}"));
        assert_eq!(level(&url, "page-in-query").as_deref(), Some("error"), "{value}");
        for flags in ["", "--off page-in-query", "--info all"] {
            let ran = Place::new().convert(flags).stdin(&url).exits(1);
            assert_eq!(ran.out().trim(), "", "{value} {flags}");
        }
    }
}

#[test]
fn s4_10_old_undocumented_names_are_known_and_dropped_with_the_right_loss() {
    for (parameter, severity, verdict) in [
        ("show_workbook_name=true", "info", "lossy"),
        ("hide_workbook_name=true", "info", "lossy"),
        ("hide_workbook_name=false", "info", "lossless"),
        ("fullScreen=true", "info", "lossy"),
        ("allow_export=true", "info", "lossless"),
        ("allow_export=True", "info", "lossless"),
        ("allow_export=false", "warning", "lossy"),
        ("allow_export=False", "warning", "lossy"),
    ] {
        let record = converted(&format!("&:{parameter}"));
        let found = severity_of(&record, "undocumented-parameter");
        assert_eq!(found.as_deref(), Some(severity), "{parameter}");
        assert_eq!(severity_of(&record, "unknown-parameter"), None, "{parameter}");
        assert_eq!(record["verdict"], verdict, "{parameter}");
        assert_eq!(cut(record["url"].as_str().unwrap()).rest, REST, "{parameter}");
    }
    let found = text(&legacy("&:allow_export=false"), "undocumented-parameter");
    assert!(found.contains("**Download**"), "{found}");
    assert!(matches!(Id::AllowExport.row().loss, Loss::Access { .. }));
}

#[test]
fn s4_11_show_footer_becomes_menu_position_whatever_its_case() {
    for (value, position) in [
        ("false", "none"),
        ("False", "none"),
        ("FALSE", "none"),
        ("true", "bottom"),
        ("True", "bottom"),
    ] {
        let url = with("menu_position", &format!(":show_footer={value}"));
        let ran = Place::new().convert("").stdin(url).exits(0);
        assert_eq!(cut(ran.lines()[0]).rest, format!(":embed=true&:menu_position={position}"));
    }
}

#[test]
fn s4_11_show_footer_false_beside_another_menu_position_gets_a_note() {
    let note = "page tabs";
    for (position, footer, noted) in [
        ("top", "False", true),
        ("bottom", "false", true),
        ("none", "false", false),
        ("top", "true", false),
    ] {
        let url =
            with("menu_position", &format!(":menu_position={position}&:show_footer={footer}"));
        let found = text(&url, "replaced-show-footer");
        assert_eq!(found.contains(note), noted, "{position}, {footer}: {found}");
        if noted {
            for word in ["Save as", "Edit", "logo"] {
                assert!(found.contains(word), "{found}");
            }
        }
    }
}

#[test]
fn s4_12_hide_run_as_recipient_is_lost_and_widens_access() {
    let record = converted("&:hide_run_as_recipient=true");
    assert_eq!(record["verdict"], "lossy");
    let found = text(&legacy("&:hide_run_as_recipient=true"), "unsupported-hide-run-as-recipient");
    assert!(found.contains("**Run exports as recipient**"), "{found}");
    assert_eq!(converted("&:hide_run_as_recipient=False")["verdict"], "lossless");
}

#[test]
fn s4_13_a_loading_page_of_your_own_is_ended_by_workbook_loaded() {
    for name in ["loading-bg", "loading-text"] {
        let url = legacy(&format!("&:{}=FF0000", name.replace('-', "_")));
        let rule = format!("unsupported-{name}");
        assert_eq!(level(&url, &rule).as_deref(), Some("info"));
        assert!(text(&url, &rule).contains("`workbook:loaded`"), "{name}");
    }
}

#[test]
fn s4_14_hide_sheet_interactions_names_the_permissions_and_writes_no_successor() {
    let more = "&:hide_sheet_interactions=true";
    let found = text(&legacy(more), "unsupported-hide-sheet-interactions");
    for words in [
        "**Basic explore**",
        "**Full explore**",
        "`:hide_element_interactions`",
        "no source says so",
    ] {
        assert!(found.contains(words), "{words}: {found}");
    }
    assert_eq!(rest(more), REST);
}

#[test]
fn s4_15_show_underlying_data_is_a_display_setting() {
    for value in ["true", "false", "True"] {
        let url = legacy(&format!("&:showUnderlyingData={value}"));
        assert_eq!(
            level(&url, "unsupported-show-underlying-data").as_deref(),
            Some("info"),
            "{value}"
        );
    }
    assert_eq!(Id::ShowUnderlyingData.row().loss, Loss::Effect { harmless: "true" });
}

#[test]
fn s4_16_without_use_user_name_the_owners_address_is_seen() {
    let found = text(&legacy("&:use_user_name=true"), "unsupported-use-user-name");
    assert!(found.contains("owner's e-mail address"), "{found}");
}

#[test]
fn s4_17_any_other_name_is_dropped_and_said_to_be_in_no_table_of_this_release() {
    let record = converted("&:mystery=1");
    assert_eq!(severity_of(&record, "unknown-parameter").as_deref(), Some("warning"));
    assert_eq!(cut(record["url"].as_str().unwrap()).rest, REST);
    let found = text(&legacy("&:mystery=1"), "unknown-parameter");
    assert!(found.contains("not in the tables this release knows"), "{found}");
    assert!(text(&legacy("&:them=x"), "unknown-parameter").contains("did you mean `:theme`"));
}

#[test]
fn s4_18_menu_position_bottom_is_added_to_keep_the_old_default() {
    let ran = Place::new().convert("").stdin(with("menu_position", "")).exits(0);
    assert_eq!(cut(ran.lines()[0]).rest, ":embed=true&:menu_position=bottom");
}

#[test]
fn s4_19_hide_menu_needs_a_position_and_a_variant_its_language() {
    let hidden = |value: &str| {
        level(&with("menu_position", &format!(":hide_menu={value}")), "hide-menu-without-position")
    };
    assert_eq!(hidden("true").as_deref(), Some("warning"));
    assert_eq!(hidden("False"), None);
    let found = level(&legacy("&:lng_variant=kids"), "lng-variant-without-lng");
    assert_eq!(found.as_deref(), Some("warning"));
}

#[test]
fn s4_20_responsive_height_must_be_false_on_an_edit_url() {
    for (value, severity) in [("true", Some("warning")), ("false", None), ("False", None)] {
        let url = format!(
            "https://app.sigmacomputing.com/embed/{EMBED}/workbook/Q-{WORKBOOK}/edit?:responsive_height={value}"
        );
        assert_eq!(level(&url, "responsive-height-on-edit").as_deref(), severity, "{value}");
    }
}

#[test]
fn s4_21_theme_and_names_are_case_sensitive() {
    assert_eq!(level(&legacy("&:theme=dark"), "theme-case").as_deref(), Some("warning"));
    assert_eq!(level(&legacy("&:theme=Dark"), "theme-case"), None);
    assert_eq!(level(&legacy("&:Hide_Menu=true"), "wrong-case").as_deref(), Some("warning"));
}

#[test]
fn s4_22_a_boolean_is_read_whatever_its_case() {
    for row in TABLE.iter().filter(|row| row.values.contains("`false`")) {
        let (Loss::Effect { harmless } | Loss::Access { harmless }) = row.loss else { continue };
        if harmless.is_empty() {
            continue;
        }
        for value in
            [harmless.to_owned(), harmless.to_uppercase(), harmless.replacen(['t', 'f'], "", 1)]
        {
            let same = value.eq_ignore_ascii_case(harmless);
            assert_eq!(row.loss.with_value(value.as_bytes()), !same, "{}={value}", row.name);
        }
    }
}

#[test]
fn s4_23_of_an_anonymous_url_the_missing_address_is_explained() {
    for mode in ["view", "explore"] {
        let url = with("mode", &format!(":mode={mode}")).replace(":email=ann@example.com&", "");
        for rule in ["invalid-mode", "missing-parameter"] {
            let all = said(&url);
            let told = all.iter().any(|(id, _, text)| {
                id == rule
                    && text.contains("no e-mail address")
                    && text.contains("no JWT equivalent")
            });
            assert!(told, "{rule}: {all:?}");
        }
        assert!(said(&url).iter().all(|(_, _, text)| !text.contains("give every URL")), "{mode}");
    }
}

#[test]
fn s4_24_a_comma_may_be_encoded_in_a_control_and_nowhere_else() {
    for control in
        ["Amount=1%2C000", "r=min:1%2C000,max:3%2C000", "l=30,450,2%2C000,600", "d=a%2Cb"]
    {
        assert_eq!(level(&legacy(&format!("&{control}")), "encoded-comma"), None, "{control}");
    }
    for more in ["&:ua_Region=West%2CEast", "&:ua_R=a%2cb"] {
        assert_eq!(level(&legacy(more), "encoded-comma").as_deref(), Some("warning"), "{more}");
    }
    let url = with("external_user_team", ":external_user_team=A%2CB");
    assert_eq!(level(&url, "encoded-comma").as_deref(), Some("warning"));
    let json =
        "&:user_attributes=%7B%22A%22:%22b%22%2C%22C%22:%22d%22%7D&:teams=%5B%22A%22%2C%22B%22%5D";
    assert_eq!(level(&legacy(json), "encoded-comma"), None);
}

#[test]
fn s4_25_the_longest_session_of_a_token_is_2592000_seconds() {
    let url = with("session_length", ":session_length=2592001");
    assert_eq!(level(&url, "invalid-session-length").as_deref(), Some("warning"));
    let ran = Place::new().convert("--format ndjson").stdin(url).exits(0);
    let claims = &ran.record()["claims"];
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 2_592_000);
}

#[test]
fn s4_26_data_models_and_the_assistant_take_tokens() {
    let token = super::jwt(&json!({"teams": null}));
    for path in ["/acme/ask", "/acme/data-model/Sales-r0WXMPpc0YtQCTFR7CdDK"] {
        let url = token.replace("/acme/workbook/r0WXMPpc0YtQCTFR7CdDK", path);
        let rules: Vec<_> = said(&url).into_iter().map(|(id, _, _)| id).collect();
        assert_eq!(rules, ["jwt-missing-teams"], "{path}");
        let bare = url.replace("?:jwt=", "?jwt=");
        assert_eq!(level(&bare, "jwt-missing-colon").as_deref(), Some("error"), "{path}");
        assert_eq!(said(&format!("https://app.sigmacomputing.com{path}")), [], "{path}");
    }
}

#[test]
fn s4_27_a_plus_in_an_address_is_a_plus() {
    assert_eq!(claims_with("&:ua_A=b+c")["user_attributes"], json!({"A": "b c"}));
    let url = with("email", ":email=ann+embed@example.com");
    let ran = Place::new().convert("--format ndjson").stdin(url).exits(0);
    assert_eq!(ran.record()["claims"]["sub"], "ann+embed@example.com");
}

#[test]
fn s4_every_unsupported_row_is_reported_by_a_rule() {
    for row in TABLE.iter().filter(|row| row.fate == Fate::Unsupported || row.is_removable()) {
        let own = said(&legacy(&format!("&:{}=odd", row.name)));
        let reported = own
            .iter()
            .any(|(id, _, _)| id.starts_with("unsupported-") || id == "undocumented-parameter");
        assert!(reported, "{}: {own:?}", row.name);
    }
}
