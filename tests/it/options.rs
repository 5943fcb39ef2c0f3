//! What the flags of `convert` change: token ids, times, versions, users, unknown parameters, levels of rules.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Hmac;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{
    self, NOW, Place, SECRET, claims, cut, findings, legacy, severity_of, sign, unsigned,
};

/// The claims of one URL, converted with these flags.
#[track_caller]
fn claims_with(flags: &str, url: &str) -> Value {
    claims(Place::new().convert(flags).stdin(url).exits(0).lines()[0])
}

fn rest_with(flags: &str, url: &str) -> String {
    cut(Place::new().convert(flags).stdin(url).exits(0).lines()[0]).rest
}

/// Whether a text is a UUID of this version, in the usual form.
fn is_uuid(text: &str, version: char) -> bool {
    let lengths: Vec<_> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12]
        && text.chars().all(|c| c == '-' || (c.is_ascii_hexdigit() && !c.is_ascii_uppercase()))
        && text.chars().nth(14) == Some(version)
        && text.chars().nth(19).is_some_and(|c| "89ab".contains(c))
}

#[test]
fn token_ids_are_fresh_by_default_and_never_the_same() {
    let place = Place::new();
    let list = [legacy(""), legacy("")].join("\n");
    let mut seen = BTreeSet::new();
    for flags in ["", "--jti fresh"] {
        let command = format!("convert --org acme --workbook r0WXMPpc0YtQCTFR7CdDK {flags}");
        let ran = place.run(&command).env("SIGMA_EMBED_SECRET", SECRET).stdin(&list).exits(0);
        for line in ran.lines() {
            let id = claims(line)["jti"].as_str().unwrap().to_owned();
            assert!(is_uuid(&id, '4'), "{id}");
            assert!(seen.insert(id), "a token id came twice");
        }
    }
    assert_eq!(seen.len(), 4);
}

#[test]
fn token_ids_can_be_the_nonce() {
    assert_eq!(claims_with("--jti nonce", &legacy(""))["jti"], "n-1");
}

#[test]
fn derived_token_ids_are_the_same_in_every_run_and_another_for_another_nonce_or_client() {
    let id = |url: &str, flags: &str| {
        let command =
            format!("convert --org acme --workbook r0WXMPpc0YtQCTFR7CdDK --jti derived {flags}");
        let ran = Place::new().run(&command).env("SIGMA_EMBED_SECRET", SECRET).stdin(url).exits(0);
        let id = claims(ran.lines()[0])["jti"].as_str().unwrap().to_owned();
        assert!(is_uuid(&id, '5'), "{id}");
        id
    };
    let one = id(&legacy(""), "");
    assert_eq!(one, id(&legacy("&:theme=Dark"), "--now 1"));
    assert_ne!(one, id(&sign(&unsigned().replace("n-1", "n-2")), ""));
    assert_ne!(one, id(&sign(&unsigned().replace("c-1", "c-2")), ""));
    assert_ne!(one, id(&legacy(""), "--client-id c-2 --trust-input"));
}

#[test]
fn a_token_id_from_the_nonce_needs_a_nonce() {
    let url = sign(&unsigned().replace(":nonce=n-1&", ""));
    for (how, status, severity) in
        [("nonce", 1, "error"), ("derived", 1, "error"), ("fresh", 0, "warning")]
    {
        let command = format!(
            "convert --org acme --workbook r0WXMPpc0YtQCTFR7CdDK --format ndjson --jti {how}"
        );
        let ran =
            Place::new().run(&command).env("SIGMA_EMBED_SECRET", SECRET).stdin(&url).exits(status);
        assert_eq!(
            severity_of(&ran.record(), "missing-parameter").as_deref(),
            Some(severity),
            "{how}"
        );
    }
}

#[test]
fn tokens_begin_now_and_live_as_long_as_the_session() {
    let claims = claims_with("", &legacy(""));
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(NOW), &json!(NOW + 600)));
    let without = sign(&unsigned().replace("&:session_length=600", ""));
    assert_eq!(claims_with("", &without)["exp"], NOW + 3600);
    let month = sign(&unsigned().replace("=600", "=2592000"));
    assert_eq!(claims_with("", &month)["exp"], NOW + 2_592_000);
    let longer = sign(&unsigned().replace("=600", "=2592001"));
    assert_eq!(claims_with("", &longer)["exp"], NOW + 2_592_000, "clamped");
}

#[test]
fn without_a_fixed_clock_tokens_begin_when_they_are_made() {
    let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let command = "convert --org acme --workbook r0WXMPpc0YtQCTFR7CdDK";
    let ran =
        Place::new().run(command).env("SIGMA_EMBED_SECRET", SECRET).stdin(legacy("")).exits(0);
    let begins = claims(ran.lines()[0])["iat"].as_u64().unwrap();
    assert!((before..before + 60).contains(&begins), "{begins} is not now, {before}");
}

#[test]
fn ttl_is_every_tokens_life_whatever_the_url_says() {
    let bad = sign(&unsigned().replace("=600", "=30000000"));
    for url in [legacy(""), bad] {
        assert_eq!(claims_with("--ttl 60", &url)["exp"], NOW + 60);
    }
    for length in ["abc", "-1", "99999999"] {
        let url = unsigned().replace("=600", &format!("={length}"));
        assert_eq!(claims_with("--ttl 60", &sign(&url))["exp"], NOW + 60, "{length}");
    }
    for ttl in ["0", "2592001", "-1", "abc"] {
        Place::new().convert(&format!("--ttl={ttl}")).stdin(legacy("")).exits(2);
    }
}

#[test]
fn issued_at_url_takes_its_time_in_whatever_unit() {
    for (time, begins) in [
        ("1749999000", 1_749_999_000),
        ("1749999000.9", 1_749_999_000),
        ("1749999000123", 1_749_999_000),
    ] {
        let url = sign(&unsigned().replace("=1749999000", &format!("={time}")));
        let claims = claims_with("--issued-at url", &url);
        assert_eq!(
            (claims["iat"].as_u64(), claims["exp"].as_u64()),
            (Some(begins), Some(begins + 600)),
            "{time}"
        );
    }
}

#[test]
fn version_1_1_names_itself_and_its_audience() {
    let claims = claims_with("--jwt-version 1.1", &legacy(""));
    assert_eq!((&claims["ver"], &claims["aud"]), (&json!("1.1"), &json!("sigmacomputing")));
    let claims = claims_with("--jwt-version 1.0", &legacy(""));
    assert!(claims.get("ver").is_none() && claims.get("aud").is_none(), "{claims}");
    Place::new().convert("--jwt-version 1.2").stdin(legacy("")).exits(2);
}

#[test]
fn internal_users_have_their_own_teams_attributes_and_account_type() {
    let url = legacy("&:ua_Region=West");
    let ran = Place::new().convert("--user internal --format ndjson").stdin(&url).exits(0);
    let record = ran.record();
    let claims = record["claims"].as_object().unwrap();
    let names: Vec<_> = claims.keys().map(String::as_str).collect();
    assert_eq!(names, ["sub", "iss", "jti", "iat", "exp"]);
    let fired = findings(&record).iter().filter(|(rule, _)| rule == "internal-user-claims").count();
    assert_eq!(fired, 3);
    assert_eq!(claims_with("--user embed", &url)["user_attributes"], json!({"Region": "West"}));
}

#[test]
fn unknown_parameters_are_kept_when_asked_for() {
    let url = legacy("&%3Amystery=x%2Cy");
    assert_eq!(rest_with("", &url), ":embed=true&:menu_position=top");
    assert_eq!(rest_with("--keep-unknown", &url), ":embed=true&:menu_position=top&:mystery=x%2Cy");
    let record =
        Place::new().convert("--keep-unknown --format ndjson").stdin(&url).exits(0).record();
    assert_eq!(record["verdict"], "lossless");
}

#[test]
fn the_old_default_of_the_menu_is_written_out_unless_told_not_to() {
    let url = sign(&unsigned().replace("&:menu_position=top", ""));
    assert_eq!(rest_with("", &url), ":embed=true&:menu_position=bottom");
    assert_eq!(rest_with("--no-preserve-defaults", &url), ":embed=true");
    let record = Place::new()
        .convert("--no-preserve-defaults --format ndjson")
        .stdin(&url)
        .exits(0)
        .record();
    assert_eq!(severity_of(&record, "implicit-menu-position"), None);
    let footer =
        sign(&format!("{}&:show_footer=false", unsigned().replace("&:menu_position=top", "")));
    assert_eq!(rest_with("--no-preserve-defaults", &footer), ":embed=true&:menu_position=none");
}

// ---- OAuth tokens ----

const ENCRYPTED: &str =
    "AAECAwQFBgcICQoLDA0ODw==.EBESExQVFhcYGRob.Dh128V5M9FBJpJVTwXtdyQ==.q8BBW7AOzyJ6WgiInbrE";

#[test]
fn an_encrypted_oauth_token_is_carried_over_and_makes_version_1_1() {
    let claims = claims_with("", &legacy(&format!("&:oauth_token={ENCRYPTED}")));
    assert_eq!(claims["oauth_token"], ENCRYPTED);
    assert_eq!((&claims["ver"], &claims["aud"]), (&json!("1.1"), &json!("sigmacomputing")));
    let order: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(order[order.len() - 3..], ["oauth_token", "ver", "aud"]);
}

#[test]
fn a_plain_oauth_token_is_refused() {
    let ran = Place::new()
        .convert("--format ndjson")
        .stdin(legacy("&:oauth_token=ya29.demo-token"))
        .exits(1);
    assert_eq!(severity_of(&ran.record(), "plaintext-oauth-token").as_deref(), Some("error"));
}

#[test]
fn a_plain_oauth_token_is_encrypted_with_the_embed_secret_when_asked_for() {
    let list = [legacy("&:oauth_token=ya29.demo+token"), legacy("&:oauth_token=ya29.demo+token")]
        .join("\n");
    let ran = Place::new().convert("--encrypt-oauth-token").stdin(list).exits(0);
    let tokens: Vec<_> = ran
        .lines()
        .iter()
        .map(|line| claims(line)["oauth_token"].as_str().unwrap().to_owned())
        .collect();
    assert_ne!(tokens[0], tokens[1], "each has an iv of its own");
    let parts: Vec<_> = tokens[0].split('.').map(|part| STANDARD.decode(part).unwrap()).collect();
    let [salt, iv, tag, ciphertext] = parts.try_into().unwrap();
    assert_eq!((salt.len(), iv.len(), tag.len()), (16, 12, 16));
    let mut key = [0; 32];
    pbkdf2::pbkdf2::<Hmac<Sha256>>(SECRET.as_bytes(), &salt, 600_000, &mut key).unwrap();
    let cipher = Aes256Gcm::new(&key.into());
    let iv = Nonce::try_from(iv.as_slice()).unwrap();
    let plain = cipher.decrypt(&iv, [ciphertext, tag].concat().as_slice()).unwrap();
    assert_eq!(plain, b"ya29.demo+token", "a literal plus stays one");
    assert_eq!(claims(ran.lines()[0])["ver"], "1.1");
    // What is encrypted already stays as it is.
    let claims =
        claims_with("--encrypt-oauth-token", &legacy(&format!("&:oauth_token={ENCRYPTED}")));
    assert_eq!(claims["oauth_token"], ENCRYPTED);
}

// ---- levels ----

#[test]
fn a_rule_that_is_made_an_error_stops_its_urls() {
    let url = legacy("&:hide_run_as_recipient=true");
    let ran = Place::new()
        .convert("--error unsupported-hide-run-as-recipient --format ndjson")
        .stdin(&url)
        .exits(1);
    assert_eq!(ran.record()["status"], "failed");
    assert_eq!(
        severity_of(&ran.record(), "unsupported-hide-run-as-recipient").as_deref(),
        Some("error")
    );
    for flags in
        ["--warn unsupported-hide-run-as-recipient", "--info unsupported-hide-run-as-recipient", ""]
    {
        Place::new().convert(flags).stdin(&url).exits(0);
    }
    let record = Place::new()
        .convert("--off unsupported-hide-run-as-recipient --format ndjson")
        .stdin(&url)
        .exits(0)
        .record();
    assert_eq!(severity_of(&record, "unsupported-hide-run-as-recipient"), None);
}

#[test]
fn a_silenced_error_converts_if_a_token_can_be_made() {
    let url = sign(&unsigned().replace("ann@example.com", "ann@-example.com"));
    Place::new().convert("").stdin(&url).exits(1);
    let ran = Place::new().convert("--warn invalid-email").stdin(&url).exits(0);
    assert_eq!(claims(ran.lines()[0])["sub"], "ann@-example.com");
    let changed = legacy("").replace("Sales", "Ops");
    Place::new().convert("").stdin(&changed).exits(1);
    let ran = Place::new().convert("--warn signature-mismatch").stdin(&changed).exits(0);
    assert_eq!(claims(ran.lines()[0])["teams"], json!(["Ops"]));
}

#[test]
fn what_a_token_cannot_do_without_is_refused_even_if_its_rule_is_off() {
    for gone in [":email=ann@example.com&", ":client_id=c-1&", ":nonce=n-1&"] {
        let url = sign(&unsigned().replace(gone, ""));
        let ran = Place::new().convert("--off all --format ndjson").stdin(&url).exits(1);
        let record = ran.record();
        assert_eq!(record["status"], "failed", "{gone}");
        assert!(!findings(&record).is_empty(), "it says why: {gone}");
    }
    Place::new().bare("--org acme --off all").stdin(legacy("")).exits(1);
}

#[test]
fn all_names_every_rule_and_one_rule_more_than_all() {
    let url = legacy("&:hide_run_as_recipient=true&:theme=dark");
    let record = Place::new()
        .convert("--off all --info theme-case --format ndjson")
        .stdin(&url)
        .exits(0)
        .record();
    assert_eq!(findings(&record), [("theme-case".to_owned(), "info".to_owned())]);
    let record = Place::new().convert("--error all --format ndjson").stdin(&url).exits(1).record();
    assert!(findings(&record).iter().all(|(_, severity)| severity == "error"));
}

#[test]
fn a_rule_that_does_not_exist_is_bad_usage() {
    for flag in ["--error", "--warn", "--info", "--off"] {
        let ran = Place::new()
            .convert(flag)
            .arg("unsuported-hide-run-as-recipient")
            .stdin(legacy(""))
            .exits(2);
        assert!(ran.prose().contains("unsupported-hide-run-as-recipient"), "{}", ran.err());
        assert!(ran.stdout.is_empty());
    }
}

#[test]
fn the_hash_in_use_here_is_the_one_of_the_standard() {
    // FIPS 180-2, appendix B.1, and RFC 4231, test case 2.
    let digest = support::hex(&Sha256::digest(b"abc"));
    assert_eq!(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    let code = support::hex(&support::hmac(b"Jefe", b"what do ya want for nothing?"));
    assert_eq!(code, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}
