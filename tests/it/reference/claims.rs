//! Section 3: the claims of a token.

use embed2jwt::dialect::claims::{Part, TABLE, find};
use embed2jwt::rule::UserKind;
use serde_json::json;

use super::{
    claims_with, converted, converted_with, jwt, jwt_with, level, said, said_as, text, with,
};
use crate::support::{NOW, Place, claims as claims_of};

#[test]
fn s3_01_alg_is_hs256_only() {
    assert_eq!(level(&jwt(&json!({})), "jwt-wrong-algorithm"), None);
    for alg in ["none", "HS512", "RS256"] {
        let url = jwt_with(&json!({"alg": alg}), &json!({}));
        assert_eq!(level(&url, "jwt-wrong-algorithm").as_deref(), Some("error"), "{alg}");
    }
}

#[test]
fn s3_02_kid_is_the_client_id_and_required() {
    assert_eq!(converted("")["header"]["kid"], "c-1");
    let url = jwt_with(&json!({"kid": null}), &json!({}));
    assert_eq!(level(&url, "jwt-missing-kid").as_deref(), Some("error"));
}

#[test]
fn s3_03_sub_is_the_email_address_and_an_underscore_in_its_domain_is_a_warning() {
    assert_eq!(claims_with("")["sub"], "ann@example.com");
    for (address, severity) in [
        ("ann@example.com", None),
        ("client_a@example.com", Some("info")),
        ("client_a@client_a.com", Some("warning")),
        ("ann%20b@example.com", Some("error")),
        ("ann", Some("error")),
    ] {
        let old = with("email", &format!(":email={address}"));
        assert_eq!(level(&old, "invalid-email").as_deref(), severity, "{address}");
        let new = jwt(&json!({"sub": address.replace("%20", " ")}));
        assert_eq!(level(&new, "invalid-email").as_deref(), severity, "{address} as a claim");
    }
    assert_eq!(level(&jwt(&json!({"sub": null})), "jwt-missing-claim").as_deref(), Some("error"));
}

#[test]
fn s3_04_jti_is_the_nonce() {
    assert_eq!(claims_with("")["jti"], "n-1");
    assert_eq!(level(&jwt(&json!({"jti": null})), "jwt-missing-claim").as_deref(), Some("error"));
}

#[test]
fn s3_05_iat_is_seconds_not_milliseconds() {
    assert_eq!(claims_with("")["iat"], NOW);
    let url = jwt(&json!({"iat": NOW * 1000, "exp": (NOW + 60) * 1000}));
    assert_eq!(level(&url, "jwt-milliseconds").as_deref(), Some("error"));
}

#[test]
fn s3_06_exp_is_at_most_thirty_days_after_iat() {
    assert_eq!(claims_with("")["exp"], NOW + 600);
    assert_eq!(level(&jwt(&json!({"exp": NOW + 2_592_000})), "jwt-too-long"), None);
    let url = jwt(&json!({"exp": NOW + 2_592_001}));
    assert_eq!(level(&url, "jwt-too-long").as_deref(), Some("error"));
}

#[test]
fn s3_07_iss_is_the_client_id_and_another_than_kid_is_a_mistake() {
    assert_eq!(claims_with("")["iss"], "c-1");
    for (iss, severity) in
        [(json!(null), None), (json!("c-1"), None), (json!("c-2"), Some("error"))]
    {
        let found = level(&jwt(&json!({"iss": iss})), "jwt-issuer-mismatch");
        assert_eq!(found.as_deref(), severity, "{iss}");
    }
}

#[test]
fn s3_08_without_an_account_type_the_user_has_the_highest() {
    assert_eq!(claims_with("")["account_type"], "View");
    let url = with("account_type", "");
    assert_eq!(level(&url, "missing-account-type").as_deref(), Some("warning"));
    assert!(text(&url, "missing-account-type").contains("highest"));
}

#[test]
fn s3_09_teams_are_an_array_and_without_them_a_new_user_is_not_created() {
    for name in ["external_user_team", "teams"] {
        let url = with("external_user_team", &format!(":{name}=A,B%20C"));
        let ran = Place::new().convert("").stdin(&url).exits(0);
        assert_eq!(claims_of(ran.lines()[0])["teams"], json!(["A", "B C"]), "{name}");
    }
    assert_eq!(level(&jwt(&json!({})), "jwt-missing-teams"), None);
    for teams in [json!(null), json!([])] {
        let found = text(&jwt(&json!({"teams": teams})), "jwt-missing-teams");
        assert!(found.contains("a new embed user is not created"), "{found}");
    }
    let bare = jwt(&json!({"teams": null, "account_type": null}));
    assert_eq!(level(&bare, "jwt-missing-teams").as_deref(), Some("warning"));
    assert!(text(&bare, "jwt-missing-teams").contains("internal user"), "it may be one");
    let internal = said_as(&bare, UserKind::Internal);
    assert!(internal.iter().all(|(id, _, _)| id != "jwt-missing-teams"), "{internal:?}");
}

#[test]
fn s3_10_team_is_a_mistake() {
    let found = text(&jwt(&json!({"team": ["Sales"]})), "jwt-unknown-claim");
    assert!(found.contains("did you mean `teams`"), "{found}");
}

#[test]
fn s3_11_user_attributes_are_strings_and_several_values_stay_one() {
    let attributes = claims_with("&:ua_Region=West,Midwest")["user_attributes"].clone();
    assert_eq!(attributes, json!({"Region": "West,Midwest"}));
    let object = claims_with("&:user_attributes=%7B%22A%22:%22b%22%7D")["user_attributes"].clone();
    assert_eq!(object, json!({"A": "b"}));
    let url = jwt(&json!({"user_attributes": {"A": ["b"]}}));
    assert_eq!(level(&url, "jwt-wrong-type").as_deref(), Some("error"));
}

#[test]
fn s3_12_eval_connection_id_keeps_its_name() {
    assert_eq!(claims_with("&:eval_connection_id=e-1")["eval_connection_id"], "e-1");
    let about = find(Part::Payload, "eval_connection_id").unwrap().about;
    assert!(about.contains("write-back") && about.contains("OAuth connections"), "{about}");
}

#[test]
fn s3_13_first_and_last_name_go_together() {
    let claims = claims_with("&:first_name=Ann&:last_name=Example");
    assert_eq!((&claims["first_name"], &claims["last_name"]), (&json!("Ann"), &json!("Example")));
    let one = jwt(&json!({"first_name": "Ann"}));
    assert_eq!(level(&one, "unpaired-name").as_deref(), Some("warning"));
}

/// Of the encrypted form: salt of 16 bytes, iv of 12, tag of 16, ciphertext.
const ENCRYPTED: &str =
    "AAECAwQFBgcICQoLDA0ODw==.EBESExQVFhcYGRob.Dh128V5M9FBJpJVTwXtdyQ==.q8BBW7AOzyJ6WgiInbrE";

#[test]
fn s3_14_oauth_tokens_need_version_1_1() {
    let claims = claims_with(&format!("&:oauth_token={ENCRYPTED}"));
    assert_eq!((&claims["ver"], &claims["aud"]), (&json!("1.1"), &json!("sigmacomputing")));
    for more in [
        json!({"oauth_token": ENCRYPTED}),
        json!({"connection_oauth_tokens": {"c": ENCRYPTED}}),
        json!({"connection_oauth_tokens": {"c": ENCRYPTED}, "ver": "1.0"}),
    ] {
        assert_eq!(level(&jwt(&more), "jwt-bad-version").as_deref(), Some("error"), "{more}");
    }
}

#[test]
fn s3_15_connection_oauth_tokens_are_an_object_of_encrypted_tokens() {
    let version = json!({"ver": "1.1", "aud": "sigmacomputing"});
    for (tokens, rule) in [
        (json!({"c": ENCRYPTED}), None),
        (json!({"c": "ya29.plain"}), Some("plaintext-oauth-token")),
        (json!([ENCRYPTED]), Some("jwt-wrong-type")),
    ] {
        let mut more = version.clone();
        more["connection_oauth_tokens"] = tokens;
        let found: Vec<_> = said(&jwt(&more)).into_iter().map(|(id, _, _)| id).collect();
        assert_eq!(found, rule.into_iter().collect::<Vec<_>>(), "{more}");
    }
}

#[test]
fn s3_16_tenant_is_a_known_claim() {
    assert_eq!(said(&jwt(&json!({"tenant": "t1"}))), []);
    assert_eq!(level(&jwt(&json!({"tenant": 1})), "jwt-wrong-type").as_deref(), Some("error"));
}

#[test]
fn s3_17_ver_is_1_0_or_1_1() {
    for (ver, severity) in
        [(json!("1.0"), None), (json!("1.2"), Some("error")), (json!(1.0), Some("error"))]
    {
        let found = level(&jwt(&json!({"ver": ver})), "jwt-bad-version");
        assert_eq!(found.as_deref(), severity, "{ver}");
    }
}

#[test]
fn s3_18_aud_is_sigmacomputing_with_1_1_and_ignored_with_1_0() {
    for (more, severity) in [
        (json!({"ver": "1.1", "aud": "sigmacomputing"}), None),
        (json!({"ver": "1.1"}), Some("error")),
        (json!({"ver": "1.1", "aud": "x"}), Some("error")),
        (json!({"ver": "1.0", "aud": "x"}), None),
        (json!({"aud": "x"}), None),
    ] {
        assert_eq!(level(&jwt(&more), "jwt-bad-audience").as_deref(), severity, "{more}");
    }
}

#[test]
fn s3_19_the_token_of_an_internal_user_carries_none_of_five_claims() {
    let more = "&:ua_Region=West&:first_name=Ann&:last_name=Example";
    let record = converted_with("--user internal", more);
    let names: Vec<_> = record["claims"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["sub", "iss", "jti", "iat", "exp"]);
    let claims = json!({"account_type": "View", "teams": ["A"], "user_attributes": {"R": "W"},
        "first_name": "Ann", "last_name": "Example"});
    let found = said_as(&jwt(&claims), UserKind::Internal);
    for name in claims.as_object().unwrap().keys() {
        let named = |(id, _, text): &&(String, String, String)| {
            id == "internal-user-claims" && text.contains(&format!("`{name}`"))
        };
        assert_eq!(found.iter().filter(named).count(), 1, "{name}: {found:?}");
    }
    let url = crate::support::legacy(more);
    let found = said_as(&url, UserKind::Internal);
    let count = found.iter().filter(|(id, _, _)| id == "internal-user-claims").count();
    assert_eq!(count, 5, "account type, team, attribute, two names: {found:?}");
}

#[test]
fn s3_20_the_same_sub_has_the_same_claims() {
    let list = [
        with("nonce", ":nonce=1"),
        with("account_type", ":account_type=Build").replace("n-1", "n-2"),
    ];
    let ran = Place::new().run("audit --format ndjson --fail-on never").stdin(list.join("\n"));
    let last = ran.exits(0).records().pop().unwrap();
    assert!(last.to_string().contains("inconsistent-user"), "{last}");
}

#[test]
fn s3_the_table_has_the_claims_of_the_reference_and_no_other() {
    let names: Vec<_> = TABLE.iter().map(|row| row.name).collect();
    let wanted = "alg typ kid sub iss jti iat exp account_type teams user_attributes eval_connection_id \
                  first_name last_name oauth_token ver aud connection_oauth_tokens tenant";
    assert_eq!(names, wanted.split_whitespace().collect::<Vec<_>>());
}
