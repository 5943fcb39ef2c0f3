//! URLs as they were seen in the wild, each with an outcome worked out by hand from the two dialects.

use serde_json::Value;

use crate::support::{Place, SECRET, crate_file, cut, findings, open_token, root};

/// The claims in their order (contract).
const ORDER: [&str; 14] = [
    "sub",
    "iss",
    "jti",
    "iat",
    "exp",
    "account_type",
    "teams",
    "user_attributes",
    "eval_connection_id",
    "first_name",
    "last_name",
    "oauth_token",
    "ver",
    "aud",
];

#[test]
fn every_real_url_comes_out_as_worked_out_by_hand() {
    let expected: Vec<Value> =
        serde_json::from_str(&crate_file("fixtures/convert/real.expected.json")).unwrap();
    let list = root().join("fixtures/real/urls.txt");
    let text = crate_file("fixtures/real/urls.txt");
    let place = Place::new();
    let ran = place
        .bare("--format ndjson --map")
        .arg(root().join("fixtures/convert/real.map.csv"))
        .arg(&list)
        .exits(0);
    let records = ran.records();
    assert_eq!(records.len(), expected.len());
    assert_eq!(records.len(), 14);
    for (expected, record) in expected.iter().zip(&records) {
        let line = expected["line"].as_u64().unwrap();
        let at = format!("line {line} ({})", expected["about"].as_str().unwrap());
        for key in ["line", "status", "kind", "verdict"] {
            assert_eq!(record[key], expected[key], "{key} of {at}");
        }
        let wanted: Vec<(String, String)> =
            serde_json::from_value(expected["findings"].clone()).unwrap();
        assert_eq!(findings(record), wanted, "findings of {at}");
        let url = record["url"].as_str().unwrap();
        if expected["status"] == "unchanged" {
            let old = text.lines().nth(usize::try_from(line).unwrap() - 1).unwrap();
            assert_eq!(url, old, "{at}");
            assert!(record["claims"].is_null() && record["header"].is_null(), "{at}");
            continue;
        }
        let cut = cut(url);
        assert_eq!(cut.base, expected["base"].as_str().unwrap(), "{at}");
        assert_eq!(cut.rest, expected["rest"].as_str().unwrap(), "{at}");
        let (header, claims) = open_token(&cut.token, SECRET);
        let header: Value = serde_json::from_str(&header).unwrap();
        let claims: Value = serde_json::from_str(&claims).unwrap();
        assert_eq!(header, expected["header"], "{at}");
        assert_eq!(claims, expected["claims"], "{at}");
        assert_eq!(record["header"], header, "the record repeats the token's header: {at}");
        assert_eq!(record["claims"], claims, "the record repeats the token's claims: {at}");
        let place = |name: &String| ORDER.iter().position(|other| other == name).unwrap();
        let order: Vec<_> = claims.as_object().unwrap().keys().map(place).collect();
        assert!(order.is_sorted(), "order of the claims of {at}: {order:?}");
    }
}
