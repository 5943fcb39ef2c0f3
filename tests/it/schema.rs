//! The JSON Schema of `convert --format ndjson` holds for what is printed, and is not so loose that anything would do.

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::{Place, crate_file, legacy, root, sign, unsigned};

fn validator() -> Validator {
    let schema: Value =
        serde_json::from_str(&crate_file("docs/schema/convert.schema.json")).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is one itself");
    jsonschema::draft202012::new(&schema).unwrap()
}

#[track_caller]
fn assert_valid(validator: &Validator, record: &Value) {
    let errors: Vec<_> = validator.iter_errors(record).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?} in {record}");
}

/// The record of a URL with every kind of parameter and many findings.
fn rich() -> Value {
    let url = legacy(
        "&:hide_send=true&:show_footer=false&:unknown=1&Store=West&:ua_Region=West&:first_name=A&:last_name=B\
         &:eval_connection_id=e&:oauth_token=AAECAwQFBgcICQoLDA0ODw==.EBESExQVFhcYGRob.Dh128V5M9FBJpJVTwXtdyQ==.q8BBW7AOzyJ6WgiInbrE",
    );
    Place::new().convert("--format ndjson").stdin(url).exits(0).record()
}

#[test]
fn what_is_printed_fits_the_schema() {
    let validator = validator();
    assert_valid(&validator, &rich());
    let map = root().join("fixtures/convert/real.map.csv");
    let list = root().join("fixtures/real/urls.txt");
    let real = Place::new().bare("--format ndjson --map").arg(map).arg(list).exits(0);
    for record in real.records() {
        assert_valid(&validator, &record);
    }
    let rows: Vec<Vec<u8>> = vec![
        b"not a URL".to_vec(),
        b"https://example.com/".to_vec(),
        b"https://app.sigmacomputing.com/acme/workbook/x?:jwt=a.b.c&:embed=true".to_vec(),
        b"https://app.sigmacomputing.com/embed/".to_vec(),
        b"\xff\0".to_vec(),
        legacy("&:hide_send=true&:%FF=1").into_bytes(),
        sign(&unsigned().replace("ann@", "")).into_bytes(),
        unsigned().into_bytes(),
    ];
    for flags in
        ["", "--user internal", "--show-secrets", "--off all", "--jwt-version 1.1", "--error all"]
    {
        let ran =
            Place::new().convert("--format ndjson").args(flags).stdin(rows.join(&b'\n')).exits(1);
        assert_eq!(ran.records().len(), rows.len());
        for record in ran.records() {
            assert_valid(&validator, &record);
        }
    }
    let place = Place::new();
    place.file("list.csv", format!("url,status,customer\n{},x,y\n,x,y\n", legacy("")));
    for record in place.convert("list.csv --format ndjson").exits(1).records() {
        assert_valid(&validator, &record);
    }
}

#[test]
fn a_damaged_record_does_not_fit() {
    let validator = validator();
    let good = rich();
    let gone = |key: &str| {
        let mut record = good.clone();
        record.as_object_mut().unwrap().remove(key).unwrap();
        (format!("without {key}"), record)
    };
    let with = |pointer: &str, value: Value| {
        let mut record = good.clone();
        *record.pointer_mut(pointer).unwrap() = value;
        (format!("{pointer} changed"), record)
    };
    let mut damaged: Vec<_> = [
        "schema",
        "source",
        "line",
        "status",
        "verdict",
        "url",
        "header",
        "claims",
        "parameters",
        "findings",
    ]
    .map(gone)
    .into();
    damaged.extend([
        with("/schema", json!(2)),
        with("/line", json!(0)),
        with("/line", json!("1")),
        with("/status", json!("done")),
        with("/status", json!("failed")),
        with("/verdict", json!("fine")),
        with("/kind", json!("legacy")),
        with("/url", json!(null)),
        with("/header/alg", json!("none")),
        with("/claims/exp", json!("soon")),
        with("/claims/teams", json!("Sales")),
        with("/claims/user_attributes/Region", json!(3)),
        with("/claims/sub", json!(null)),
        with("/parameters/0/fate", json!("lost")),
        with("/parameters/0/name", json!(1)),
        with("/findings/0/severity", json!("fatal")),
        with("/findings/0/rule", json!("Not Kebab")),
        with("/findings/0/column", json!(0)),
        with("/findings/0/message", json!(null)),
    ]);
    for (what, record) in damaged {
        assert!(!validator.is_valid(&record), "a record {what} fits the schema");
    }
}
