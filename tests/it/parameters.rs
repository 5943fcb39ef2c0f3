//! The two tables of the dialects, restated from Sigma's documents, and what `convert` does with every row.

use std::collections::BTreeSet;

use embed2jwt::dialect::claims::{self, Demand, Part};
use embed2jwt::dialect::params;
use serde_json::{Value, json};

use crate::support::{NOW, Place, claims as claims_of, cut, legacy, severity_of, sign, unsigned};

/// By hand, from the documents, so that a changed row is approved by somebody.
///
/// Every parameter of the old URL: its name, what becomes of it, and the claim, header field or parameter it becomes.
const PARAMETERS: &str = "
    nonce claim jti
    client_id header kid
    email claim sub
    time claim iat
    session_length claim exp
    account_type claim account_type
    external_user_team claim teams
    teams claim teams
    ua_* claim user_attributes
    user_attributes claim user_attributes
    eval_connection_id claim eval_connection_id
    first_name claim first_name
    last_name claim last_name
    oauth_token claim oauth_token
    mode obsolete -
    external_user_id obsolete -
    signature obsolete -
    embed kept -
    hide_bookmarks kept -
    hide_explore_toggle kept -
    hide_folder_navigation kept -
    hide_menu kept -
    hide_tooltip kept -
    lng kept -
    lng_variant kept -
    menu_position kept -
    responsive_height kept -
    theme kept -
    disable_mobile_view kept -
    disable_auto_refresh kept -
    hide_page_controls kept -
    hide_reload_button kept -
    hide_title kept -
    hide_view_select kept -
    page_id kept -
    view_id kept -
    explore kept -
    bookmark kept -
    customView kept -
    savedView kept -
    hide_element_interactions kept -
    hide_save_as kept -
    show_footer replaced menu_position
    hide_run_as_recipient unsupported -
    hide_schedule kept -
    hide_send kept -
    loading_bg unsupported -
    loading_text unsupported -
    hide_sheet_interactions unsupported -
    showUnderlyingData unsupported -
    use_user_name unsupported -
    nodeId replaced path
    show_workbook_name unsupported -
    hide_workbook_name unsupported -
    fullScreen unsupported -
    allow_export unsupported -
";

/// Every field of a token: its name, where it stands, whether Sigma demands it.
const CLAIMS: &str = "
    alg header always
    typ header optional
    kid header always
    sub payload always
    iss payload optional
    jti payload always
    iat payload always
    exp payload always
    account_type payload optional
    teams payload optional
    user_attributes payload optional
    eval_connection_id payload optional
    first_name payload optional
    last_name payload optional
    oauth_token payload optional
    ver payload optional
    aud payload with-1.1
    connection_oauth_tokens payload optional
    tenant payload optional
";

fn rows(table: &str) -> BTreeSet<Vec<String>> {
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    table.lines().map(words).filter(|row| !row.is_empty()).collect()
}

#[test]
fn the_parameter_table_is_that_of_the_documents() {
    let patterns = [params::Id::Control, params::Id::Unknown];
    let table = params::TABLE
        .iter()
        .filter(|row| !patterns.contains(&row.id))
        .map(|row| [row.name, row.fate.name(), row.target.unwrap_or("-")].map(str::to_owned).into())
        .collect();
    let wanted = rows(PARAMETERS);
    let difference: Vec<_> = wanted.symmetric_difference(&table).collect();
    assert!(difference.is_empty(), "{difference:?}");
    assert_eq!(params::Id::Control.row().fate.name(), "kept");
    assert_eq!(params::Id::Unknown.row().fate.name(), "unknown");
}

#[test]
fn the_claim_table_is_that_of_the_documents() {
    let table = claims::TABLE
        .iter()
        .map(|row| {
            let part = if row.part == Part::Header { "header" } else { "payload" };
            let demand = match row.demand {
                Demand::Always => "always",
                Demand::WithVersion11 => "with-1.1",
                Demand::Optional => "optional",
            };
            [row.name, part, demand].map(str::to_owned).into()
        })
        .collect();
    let wanted = rows(CLAIMS);
    let difference: Vec<_> = wanted.symmetric_difference(&table).collect();
    assert!(difference.is_empty(), "{difference:?}");
}

#[test]
fn a_url_is_signed_if_it_has_one_of_ten_parameters() {
    let signs: BTreeSet<_> =
        params::TABLE.iter().filter(|row| row.signs).map(|row| row.name).collect();
    let wanted = "nonce client_id email external_user_id external_user_team mode session_length \
                  time signature ua_*";
    assert_eq!(signs, wanted.split_whitespace().collect());
}

/// The record of one URL.
fn converted(url: &str) -> Value {
    Place::new().convert("--format ndjson").stdin(url).exits(0).record()
}

/// The claims and the kept query of one URL.
fn outcome(url: &str) -> (Value, String) {
    let record = converted(url);
    let url = record["url"].as_str().unwrap();
    (claims_of(url), cut(url).rest)
}

const REST: &str = ":embed=true&:menu_position=top";

/// The URL of [`legacy`] without one of its parameters, and with another in its place.
fn with(name: &str, parameter: &str) -> String {
    let url = unsigned();
    let (base, query) = url.split_once('?').unwrap();
    let start = format!(":{name}=");
    let rest: Vec<_> = query.split('&').filter(|p| !p.starts_with(&start)).collect();
    assert!(rest.len() < query.split('&').count(), "{name} is there");
    sign(&format!("{base}?{}&{parameter}", rest.join("&")))
}

#[test]
fn what_becomes_a_claim_is_in_the_token_and_not_in_the_query() {
    let cases = [
        (with("nonce", ":nonce=a+b"), "jti", json!("a+b")),
        (with("client_id", ":client_id=c%2D2"), "iss", json!("c-2")),
        (with("email", ":email=bob%2Bx@example.com"), "sub", json!("bob+x@example.com")),
        (with("email", ":email=bob+x@example.com"), "sub", json!("bob+x@example.com")),
        (with("session_length", ":session_length=60"), "exp", json!(NOW + 60)),
        (with("account_type", ":account_type=Build%20er"), "account_type", json!("Build er")),
        (with("account_type", ":account_type=Build+er"), "account_type", json!("Build er")),
        (with("external_user_team", ":external_user_team=A,B+C"), "teams", json!(["A", "B C"])),
        (with("external_user_team", ":external_user_team=A%2CB"), "teams", json!(["A", "B"])),
        (with("external_user_team", ":teams=A,B"), "teams", json!(["A", "B"])),
        (with("external_user_team", ":teams=[%22A%22,%22B,C%22]"), "teams", json!(["A", "B,C"])),
        (legacy("&:ua_Region=West,Midwest"), "user_attributes", json!({"Region": "West,Midwest"})),
        (legacy("&:ua_Two%20Words=%C3%BC"), "user_attributes", json!({"Two Words": "ü"})),
        (
            legacy("&:user_attributes=%7B%22Size%22:%223%22,%22A%22:%22%22%7D"),
            "user_attributes",
            json!({"Size": "3", "A": ""}),
        ),
        (
            legacy("&:ua_Region=West&:user_attributes=%7B%22Size%22:%223%22%7D"),
            "user_attributes",
            json!({"Region": "West", "Size": "3"}),
        ),
        (legacy("&:eval_connection_id=e-1"), "eval_connection_id", json!("e-1")),
        (legacy("&:first_name=Ann&:last_name=Ex+ample"), "first_name", json!("Ann")),
        (legacy("&:first_name=Ann&:last_name=Ex+ample"), "last_name", json!("Ex ample")),
        (legacy(&format!("&:oauth_token={ENCRYPTED}")), "oauth_token", json!(ENCRYPTED)),
    ];
    for (url, claim, value) in cases {
        let (claims, rest) = outcome(&url);
        assert_eq!(claims[claim], value, "{claim} of {url}");
        assert_eq!(rest, REST, "{url}");
    }
}

/// Of the right form: salt of 16 bytes, iv of 12, tag of 16, ciphertext.
const ENCRYPTED: &str =
    "AAECAwQFBgcICQoLDA0ODw==.EBESExQVFhcYGRob.Dh128V5M9FBJpJVTwXtdyQ==.q8BBW7AOzyJ6WgiInbrE";

#[test]
fn the_client_id_is_kid_and_iss() {
    let record = converted(&legacy(""));
    assert_eq!(record["header"], json!({"alg": "HS256", "typ": "JWT", "kid": "c-1"}));
    assert_eq!(record["claims"]["iss"], "c-1");
}

#[test]
fn the_time_of_the_url_counts_only_when_asked_for() {
    let url = with("time", ":time=1749990000.75");
    let (claims, _) = outcome(&url);
    assert_eq!((claims["iat"].as_u64(), claims["exp"].as_u64()), (Some(NOW), Some(NOW + 600)));
    let asked = Place::new().convert("--issued-at url").stdin(&url).exits(0);
    let claims = claims_of(asked.lines()[0]);
    assert_eq!(claims["iat"], 1_749_990_000);
    assert_eq!(claims["exp"], 1_749_990_600);
}

#[test]
fn what_is_obsolete_goes_without_a_trace() {
    let (claims, rest) = outcome(&legacy(""));
    assert_eq!(rest, REST);
    let text = claims.to_string();
    assert!(!text.contains("userbacked") && !text.contains("external_user_id"), "{text}");
    let names: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["sub", "iss", "jti", "iat", "exp", "account_type", "teams"]);
}

#[test]
fn what_is_kept_is_kept_byte_for_byte_with_a_literal_colon() {
    for name in "hide_bookmarks hide_explore_toggle hide_folder_navigation hide_menu hide_tooltip \
                 responsive_height theme disable_mobile_view disable_auto_refresh \
                 hide_page_controls hide_reload_button hide_title hide_view_select page_id \
                 view_id explore bookmark lng customView savedView hide_element_interactions \
                 hide_save_as hide_send hide_schedule"
        .split_whitespace()
    {
        for value in ["true", "", "a%20b+c%2Cd,e:f=g", "%c3%bc"] {
            let (_, rest) = outcome(&legacy(&format!("&%3A{name}={value}")));
            assert_eq!(rest, format!("{REST}&:{name}={value}"));
        }
    }
    let (_, rest) = outcome(&legacy("&:lng=fr-ca&:lng_variant=kids"));
    assert_eq!(rest, format!("{REST}&:lng=fr-ca&:lng_variant=kids"));
    let (_, rest) = outcome(&with("menu_position", "%3amenu_position=none"));
    assert_eq!(rest, ":embed=true&:menu_position=none");
    let (_, rest) = outcome(&legacy("&:embed=true"));
    assert_eq!(rest, REST, "`:embed` stands once");
}

#[test]
fn what_no_table_lists_is_kept_and_noted() {
    for name in "disable_mobile_view disable_auto_refresh hide_page_controls hide_reload_button \
                 hide_title hide_view_select page_id view_id"
        .split_whitespace()
    {
        let record = converted(&legacy(&format!("&:{name}=x")));
        assert_eq!(severity_of(&record, "undocumented-parameter").as_deref(), Some("info"));
        assert_eq!(record["verdict"], "lossless");
    }
    for name in ["explore", "bookmark", "hide_bookmarks"] {
        let record = converted(&legacy(&format!("&:{name}=x")));
        assert_eq!(severity_of(&record, "undocumented-parameter"), None, "{name}");
    }
}

#[test]
fn a_control_keeps_its_key_and_value_to_the_byte() {
    for control in [
        "Store-Region=West",
        "date-range=min:2024-01-01T00:00:00,max:2024-02-01T00:00:00",
        "a%20b=c%2Cd+e%3af",
        "empty=",
        "bare",
    ] {
        let record = converted(&legacy(&format!("&{control}")));
        let rest = cut(record["url"].as_str().unwrap()).rest;
        assert_eq!(rest, format!("{REST}&{control}"));
        assert_eq!(severity_of(&record, "control-value-rls").as_deref(), Some("info"), "{control}");
    }
}

#[test]
fn the_footer_becomes_the_menus_position_unless_that_is_said_already() {
    for (value, position) in [("false", "none"), ("true", "bottom")] {
        let record = converted(&with("menu_position", &format!(":show_footer={value}")));
        let rest = cut(record["url"].as_str().unwrap()).rest;
        assert_eq!(rest, format!(":embed=true&:menu_position={position}"));
        assert_eq!(severity_of(&record, "replaced-show-footer").as_deref(), Some("warning"));
    }
    let (_, rest) = outcome(&legacy("&:show_footer=false"));
    assert_eq!(rest, REST);
}

#[test]
fn what_is_unsupported_goes_with_the_weight_of_what_it_restricted() {
    // name, rule, a value, its weight and what the verdict is then
    for (parameter, rule, weight, verdict) in [
        ("hide_run_as_recipient=true", "unsupported-hide-run-as-recipient", "warning", "lossy"),
        ("hide_run_as_recipient=false", "unsupported-hide-run-as-recipient", "info", "lossless"),
        ("hide_sheet_interactions=true", "unsupported-hide-sheet-interactions", "warning", "lossy"),
        (
            "hide_sheet_interactions=false",
            "unsupported-hide-sheet-interactions",
            "info",
            "lossless",
        ),
        ("showUnderlyingData=false", "unsupported-show-underlying-data", "info", "lossy"),
        ("showUnderlyingData=true", "unsupported-show-underlying-data", "info", "lossless"),
        ("loading_bg=FF0000", "unsupported-loading-bg", "info", "lossy"),
        ("loading_text=FFFFFF", "unsupported-loading-text", "info", "lossy"),
        ("use_user_name=true", "unsupported-use-user-name", "info", "lossy"),
        ("use_user_name=false", "unsupported-use-user-name", "info", "lossless"),
    ] {
        let record = converted(&legacy(&format!("&:{parameter}")));
        assert_eq!(severity_of(&record, rule).as_deref(), Some(weight), "{parameter}");
        assert_eq!(record["verdict"], verdict, "{parameter}");
        assert_eq!(cut(record["url"].as_str().unwrap()).rest, REST, "{parameter}");
        let last = record["parameters"].as_array().unwrap().iter().rev().nth(1).unwrap();
        let (name, value) = parameter.split_once('=').unwrap();
        assert_eq!(
            last,
            &json!({"name": name, "value": value, "fate": "unsupported", "target": null})
        );
    }
}

#[test]
fn what_is_unknown_is_dropped_with_the_nearest_name() {
    let record = converted(&legacy("&:hide_sned=true"));
    assert_eq!(severity_of(&record, "unknown-parameter").as_deref(), Some("warning"));
    assert_eq!(record["verdict"], "lossy");
    assert_eq!(cut(record["url"].as_str().unwrap()).rest, REST);
    let finding = &record["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["rule"] == "unknown-parameter")
        .unwrap();
    assert!(finding["suggestion"].as_str().unwrap().contains("`:hide_send`"), "{finding}");
}
