//! `inspect`: URLs and tokens in full, for a person and for scripts.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::{
    NOW, Place, Ran, SECRET, TARGET, assert_file, bless, crate_file, findings, hmac, legacy, root,
    sign, unsigned,
};

/// An OAuth token encrypted with [`SECRET`] by Node's `crypto`: `ya29.demo-token`.
const OAUTH: &str =
    "AAECAwQFBgcICQoLDA0ODw==.EBESExQVFhcYGRob.Dh128V5M9FBJpJVTwXtdyQ==.q8BBW7AOzyJ6WgiInbrE";

/// A token with these header and claims, signed with [`SECRET`].
fn token(header: &Value, claims: &Value) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(hmac(SECRET.as_bytes(), message.as_bytes()));
    format!("{message}.{signature}")
}

fn header() -> Value {
    json!({"alg": "HS256", "typ": "JWT", "kid": "c-1"})
}

/// Sound claims, with others added.
fn claims(more: &Value) -> Value {
    let mut claims = json!({"sub": "ann@example.com", "jti": "n-1", "iat": NOW, "exp": NOW + 3600,
        "account_type": "View", "teams": ["Sales"]});
    claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    claims
}

fn url(token: &str) -> String {
    format!("{TARGET}?:jwt={token}&:embed=true")
}

fn sound() -> String {
    url(&token(&header(), &claims(&json!({}))))
}

/// `inspect` of one argument, ten minutes after the tokens were issued.
fn inspect(args: &str, input: &str) -> Ran {
    Place::new().run(&format!("inspect --now {} {args}", NOW + 600)).arg(input).done()
}

/// The same with the secret.
fn verified(args: &str, input: &str) -> Ran {
    let run = Place::new().run(&format!("inspect --format ndjson --now {} {args}", NOW + 600));
    run.env("SIGMA_EMBED_SECRET", SECRET).arg(input).done()
}

#[test]
fn a_person_sees_header_claims_parameters_and_times_in_words() {
    let text =
        url(&token(&header(), &claims(&json!({"teams": ["Sales"], "account_type": "View"}))));
    let ran = inspect("", &(text.clone() + "&:theme=Dark&Store=West"));
    assert_eq!(ran.status, Some(0), "{}", ran.out());
    for line in [
        "a JWT-signed URL; argument:1",
        "alg  HS256",
        "kid  c-1",
        "sub           ann@example.com",
        "teams         [\"Sales\"]",
        "issued 2025-06-15 15:06:40 UTC, 10 minutes ago",
        "expires 2025-06-15 16:06:40 UTC, in 50 minutes",
        "lives 1 hour",
        ":jwt    eyJhbG…",
        ":theme  Dark",
        "Store   West",
        "Signature: not verified: no secret was given",
        "nothing was found",
    ] {
        let prose = ran.out().split_whitespace().collect::<Vec<_>>().join(" ");
        let wanted = line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(prose.contains(&wanted), "{line} is not in\n{}", ran.out());
    }
    let late = Place::new().run("inspect --now 1750093600").arg(&text).exits(1);
    assert!(late.out().contains("expired 2025-06-15 16:06:40 UTC, 1 day"), "{}", late.out());
}

#[test]
fn what_sigma_objects_to_is_drawn_under_the_url() {
    let ran = inspect("", &(sound() + "&:hide_run_as_recipient=true"));
    assert_eq!(ran.status, Some(1));
    let lines = ran.lines();
    let at = lines.iter().position(|line| line.contains("╭─[argument:1:")).unwrap();
    let place = lines[at + 1].chars().collect::<Vec<_>>();
    let mark = lines[at + 2].chars().collect::<Vec<_>>();
    let under: String =
        place.iter().zip(&mark).filter(|(_, mark)| **mark == '─').map(|(c, _)| c).collect();
    assert_eq!(under, ":hide_run_as_recipient=true");
    assert!(lines[at + 4].starts_with("warning[jwt-leftover-parameter]: "), "{}", lines[at + 4]);
    assert!(lines[at + 5].contains("Run exports as recipient"), "{}", lines[at + 5]);
}

#[test]
fn scripts_get_the_shape_of_audit_with_header_claims_and_signature() {
    let more = json!({"oauth_token": OAUTH, "ver": "1.1", "aud": "sigmacomputing"});
    let text = url(&token(&header(), &claims(&more)));
    let audit = Place::new()
        .run(&format!("audit --format ndjson --now {}", NOW + 600))
        .stdin(&text)
        .exits(0)
        .record();
    let record = verified("", &text).record();
    for (key, value) in audit.as_object().unwrap() {
        assert!(key == "source" || record[key] == *value, "{key}");
    }
    assert_eq!(record["kind"], "jwt");
    assert_eq!(record["header"], header());
    let mut wanted = claims(&more);
    wanted["oauth_token"] = "AAECAw…".into();
    assert_eq!(record["claims"], wanted);
    let names: Vec<_> = record["claims"].as_object().unwrap().keys().collect();
    assert_eq!(names, wanted.as_object().unwrap().keys().collect::<Vec<_>>(), "in their order");
    assert_eq!(record["signature"], "verified");
    assert_eq!(record["times"]["expires_at"], "2025-06-15T16:06:40Z");
    assert_eq!(record["times"]["lifetime"], 3600);
    assert_eq!(record["times"]["expired"], false);
    assert!(record.get("conversion").is_none() && record.get("oauth_tokens").is_none());
    let shown = verified("--show-secrets", &text).record();
    assert_eq!((&shown["claims"], shown["url"].as_str()), (&claims(&more), Some(&*text)));
}

#[test]
fn the_signature_is_verified_with_the_secret_at_hand() {
    let bad = sound().replace(TARGET, "https://app.sigmacomputing.com/acme/workbook/other");
    for (input, signature, status) in [
        (sound(), "verified", 0),
        // The path is not signed.
        (bad, "verified", 0),
        (legacy(""), "verified", 1),
        (legacy("").replace("ann@", "bob@"), "mismatch", 1),
        (unsigned(), "not-verified", 1),
        ("https://app.sigmacomputing.com/".to_owned(), "not-verified", 0),
    ] {
        let ran = verified("", &input);
        assert_eq!(ran.record()["signature"], signature, "{input}");
        assert_eq!(ran.status, Some(status), "{input}");
    }
    assert_eq!(inspect("--format ndjson", &sound()).record()["signature"], "not-verified");
}

#[test]
fn a_token_of_another_algorithm_is_never_good_whatever_it_is_signed_with() {
    for algorithm in [json!("none"), json!("RS256"), json!("hs256"), Value::Null] {
        let token = token(&json!({"alg": algorithm, "kid": "c-1"}), &claims(&json!({})));
        let ran = verified("", &url(&token));
        assert_eq!(ran.record()["signature"], "mismatch", "{algorithm}");
        assert_eq!(ran.status, Some(1), "{algorithm}");
    }
}

#[test]
fn two_tokens_in_one_url_are_told() {
    let [one, other] = ["a", "b"].map(|id| token(&header(), &claims(&json!({"jti": id}))));
    let ran = verified("", &format!("{}&:jwt={other}", url(&one)));
    let told = findings(&ran.record());
    assert!(told.contains(&("duplicate-parameter".to_owned(), "error".to_owned())), "{told:?}");
    assert_eq!(ran.status, Some(1));
}

#[test]
fn credentials_pick_the_secret_by_kid() {
    let place = Place::new();
    place
        .file("one.txt", SECRET)
        .file("two.txt", "another")
        .file("keys.toml", "\"c-1\" = { file = \"one.txt\" }\n\"c-2\" = { file = \"two.txt\" }\n");
    for (kid, signature) in [("c-1", "verified"), ("c-2", "mismatch"), ("c-3", "not-verified")] {
        let header = json!({"alg": "HS256", "kid": kid});
        let run =
            place.run(&format!("inspect --format ndjson --credentials keys.toml --now {NOW}"));
        let record = run.arg(url(&token(&header, &claims(&json!({}))))).done().record();
        assert_eq!(record["signature"], signature, "{kid}");
        let bad = findings(&record).iter().any(|(rule, _)| rule == "jwt-bad-signature");
        assert_eq!(bad, signature == "mismatch", "{kid}");
    }
}

#[test]
fn tampering_with_any_byte_of_a_token_is_found() {
    let good = token(&header(), &claims(&json!({})));
    let mut list: Vec<String> = Vec::new();
    for at in 0..good.len() {
        for byte in ["A", "z", "."] {
            if good[at..=at] != *byte {
                list.push([&good[..at], byte, &good[at + 1..]].concat());
            }
        }
    }
    list.extend([good[..good.len() - 1].to_owned(), good.clone() + "A", good.clone() + "%00"]);
    let urls: Vec<_> = list.iter().map(|token| url(token)).collect();
    let run = Place::new().run(&format!("inspect --format ndjson --now {NOW}"));
    let ran = run.env("SIGMA_EMBED_SECRET", SECRET).stdin(urls.join("\n")).exits(1);
    let records = ran.records();
    assert_eq!(records.len(), list.len());
    for (record, token) in records.iter().zip(&list) {
        assert_eq!(record["signature"], "mismatch", "{token}");
        assert!(findings(record).iter().any(|(_, severity)| severity == "error"), "{token}");
    }
}

#[test]
fn an_argument_is_a_url_a_token_or_a_file() {
    let bare = token(&header(), &claims(&json!({})));
    let record = verified("", &bare).record();
    assert_eq!((&record["kind"], &record["signature"]), (&json!("jwt"), &json!("verified")));
    assert_eq!((&record["url"], &record["findings"]), (&json!("eyJhbG…"), &json!([])));
    let record = verified("", &bare.replace(".eyJ", ".fyJ")).record();
    assert_eq!(record["signature"], "mismatch");
    // Its first letter is another, and it is no file: it is not told as the name of one.
    let changed = format!("f{}", &bare[1..]);
    let ran = verified("", &changed);
    assert_eq!(ran.record()["url"], ":jwt=fyJhbG…");
    assert_eq!(ran.status, Some(1));

    let record = verified("", &sound()["https://".len()..]).record();
    assert_eq!(record["url"].as_str().unwrap().find("https://app."), Some(0));
    let place = Place::new();
    place.file("list.csv", format!("name,link\na,{}\nb,{bare}\n", sound()));
    let run = place.run("inspect --format ndjson --field link list.csv - --now 1750000000");
    let ran = run.arg(sound()).arg(&bare).stdin(sound()).exits(0);
    let rows: Vec<_> = ran
        .records()
        .iter()
        .map(|record| {
            (record["source"].as_str().unwrap().to_owned(), record["line"].as_u64().unwrap())
        })
        .collect();
    let row = |source: &str, line: u64| (source.to_owned(), line);
    assert_eq!(
        rows,
        [
            row("list.csv", 2),
            row("list.csv", 3),
            row("<stdin>", 1),
            row("argument", 1),
            row("argument", 2)
        ]
    );
    place.run("inspect missing.txt").exits(2);
    place.run("inspect - -").exits(2);
    place.run("inspect").stdin("").exits(2);
}

#[test]
fn hostile_tokens_are_findings() {
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    let deep = part(&"[".repeat(50_000));
    for token in [
        "a.b".to_owned(),
        "eyJ.eyJ.".to_owned(),
        format!("{}.{deep}.AA", part("{}")),
        format!("{}.{}.AA", part("{}"), part("{\"a\":".repeat(1000).as_str())),
        "A".repeat(200_000),
        "x.".repeat(100_000),
        "%FF%FE.%00.%".to_owned(),
    ] {
        let ran = Place::new().run("inspect --format ndjson").stdin(url(&token)).exits(1);
        let record = ran.record();
        assert_eq!(record["header"], Value::Null);
        let found = findings(&record);
        assert!(found.contains(&("jwt-wrong-type".to_owned(), "error".to_owned())), "{found:?}");
    }
    let many: Vec<String> = (0..5000).map(|n| format!("\"c{n}\":{n}")).collect();
    let claims = format!("{{{}}}", many.join(","));
    let text = url(&format!("{}.{}.AA", part("{}"), part(&claims)));
    let ran = Place::new().run("inspect").stdin(&text).exits(1);
    assert!(ran.lines().len() < 300, "{}", ran.lines().len());
    assert!(
        ran.out().contains("4980 more claims that are not in the table this release knows"),
        "{}",
        ran.out()
    );
    // No row is longer than a megabyte.
    Place::new().run("inspect").stdin(url(&"A".repeat(10 << 20))).exits(1);
}

#[test]
fn an_oauth_token_is_decrypted_and_shown_only_if_both_are_asked_for() {
    let more = json!({
        "oauth_token": OAUTH, "ver": "1.1", "aud": "sigmacomputing",
        "connection_oauth_tokens": {"conn-1": "plain"},
    });
    let text = url(&token(&header(), &claims(&more)));
    // Every decryption is 600,000 rounds of a hash, so each run answers for both forms.
    let run = |flags: &str, url: &str, secret: &str, status: i32| {
        let place = Place::new();
        let run = place.run("inspect --report ndjson=record --decrypt-oauth-token").args(flags);
        let ran = run.env("SIGMA_EMBED_SECRET", secret).arg(url).exits(status);
        let record: Value = serde_json::from_str(&place.read("record")).unwrap();
        (ran.out().to_owned(), record["oauth_tokens"].clone())
    };
    let (said, tokens) = run("--fail-on never", &text, SECRET, 0);
    assert!(said.contains("decrypts, 15 bytes") && !said.contains("ya29"), "{said}");
    assert_eq!(
        tokens[0],
        json!({"name": "oauth_token", "decrypts": true, "length": 15, "value": null, "problem": null})
    );
    assert_eq!(tokens[1]["name"], "conn-1");
    assert_eq!(tokens[1]["problem"], "not in the encrypted form");
    let (said, tokens) = run("--fail-on never --show-secrets", &text, SECRET, 0);
    assert!(said.contains("ya29.demo-token"), "{said}");
    assert_eq!(tokens[0]["value"], "ya29.demo-token");
    // That of a legacy URL is read too.
    let old = legacy(&format!("&:oauth_token={OAUTH}"));
    let run = Place::new().run("inspect --format ndjson --decrypt-oauth-token").arg(&old);
    let record = run.env("SIGMA_EMBED_SECRET", "another").exits(1).record();
    assert_eq!(record["oauth_tokens"][0]["problem"], "not encrypted with this embed secret");
    Place::new().run("inspect --decrypt-oauth-token").arg(&text).exits(2);
}

/// The steps of a URL by name: the value it has afterwards.
fn steps(url: &str, args: &str) -> Vec<(String, Value)> {
    let ran = inspect(&format!("--format ndjson --explain-conversion {args}"), url);
    let steps = ran.record()["conversion"].clone();
    let step = |step: &Value| {
        assert!(!step["why"].as_str().unwrap().is_empty(), "{step}");
        (step["name"].as_str().unwrap().to_owned(), step["becomes"].clone())
    };
    steps.as_array().unwrap().iter().map(step).collect()
}

#[test]
fn a_conversion_is_explained_part_by_part_and_true() {
    let more = "&:hide_run_as_recipient=true&:show_footer=false&:theme=Dark&Store=West%2CEast&:unknown=1&:ua_Region=West";
    let old = legacy(more).replace("&:menu_position=top", "");
    let to = format!("--org acme --workbook {}", TARGET.rsplit('/').next().unwrap());
    let steps = steps(&old, &to);
    let become_of = |name: &str| {
        let found: Vec<_> = steps.iter().filter(|(other, _)| other == name).collect();
        assert_eq!(found.len(), 1, "{name} in {steps:?}");
        found[0].1.clone()
    };
    for (name, becomes) in [
        ("path", json!(TARGET)),
        ("nonce", Value::Null),
        ("client_id", json!("c-1")),
        ("email", json!("ann@example.com")),
        ("external_user_id", Value::Null),
        ("external_user_team", json!("Sales")),
        ("session_length", json!("iat + 600")),
        ("time", json!((NOW + 600).to_string())),
        ("hide_run_as_recipient", Value::Null),
        ("show_footer", json!("none")),
        ("theme", json!("Dark")),
        ("Store", json!("West%2CEast")),
        ("unknown", Value::Null),
        ("ua_Region", json!("West")),
        ("embed", json!("true")),
        ("signature", Value::Null),
    ] {
        assert_eq!(become_of(name), becomes, "{name}");
    }
    // What `convert` really does agrees.
    let new = Place::new()
        .convert("")
        .stdin(sign(old.split("&:signature").next().unwrap()))
        .exits(0)
        .out()
        .trim()
        .to_owned();
    assert!(new.starts_with(&format!("{TARGET}?:jwt=")), "{new}");
    let (_, query) = new.split_once("&:embed=true").unwrap();
    assert_eq!(query, "&:theme=Dark&Store=West%2CEast&:menu_position=none");
}

#[test]
fn an_explanation_says_what_is_missing_and_what_an_internal_user_has() {
    let path = steps(&legacy(""), "")[0].clone();
    assert_eq!(path, ("path".to_owned(), Value::Null));
    let internal = steps(&legacy(""), "--user internal");
    let of = |name: &str| internal.iter().find(|(other, _)| other == name).unwrap().1.clone();
    assert_eq!((of("account_type"), of("external_user_team")), (Value::Null, Value::Null));
    assert_eq!(steps(&sound(), ""), []);
    let default = steps(&legacy("").replace("&:menu_position=top", ""), "");
    assert_eq!(default.last().unwrap(), &("menu_position".to_owned(), json!("bottom")));
    let human = inspect("--explain-conversion", &legacy("&:hide_run_as_recipient=true"));
    assert!(human.out().contains("What `convert` would do"), "{}", human.out());
    assert!(human.out().contains("Run exports as recipient"), "{}", human.out());
}

#[test]
fn an_internal_user_brings_their_own_claims() {
    let text =
        url(&token(&header(), &claims(&json!({"teams": ["Sales"], "account_type": "View"}))));
    let record = inspect("--format ndjson --user internal", &text).record();
    let rule = |rule: &str| (rule.to_owned(), "warning".to_owned());
    assert_eq!(findings(&record), [rule("internal-user-claims"), rule("internal-user-claims")]);
}

#[test]
fn the_exit_status_follows_fail_on() {
    let expired = url(&token(&header(), &claims(&json!({"exp": NOW + 1}))));
    for (flags, status) in [
        ("", 1),
        ("--fail-on error", 0),
        ("--fail-on error --error jwt-expired", 1),
        ("--off jwt-expired", 0),
        ("--fail-on never", 0),
    ] {
        assert_eq!(inspect(flags, &expired).status, Some(status), "{flags}");
    }
}

#[test]
fn every_format_of_audit_is_there() {
    let place = Place::new();
    for format in [
        "concise", "json", "sarif", "github", "gitlab", "junit", "csv", "markdown", "html",
        "ndjson",
    ] {
        let run = place.run(&format!("inspect --format {format} --now {}", NOW + 9999));
        let ran = run.arg(sound()).exits(1);
        assert!(
            ran.out().contains("jwt-expired") || format == "markdown",
            "{format}: {}",
            ran.out()
        );
        assert!(!ran.out().contains(&sound()), "{format}");
    }
    let run = place.run("inspect --report sarif=a.sarif --report json=b.json --fail-on never");
    run.arg(sound()).exits(0);
    assert!(place.read("a.sarif").contains("jwt-expired"));
    let document: Value = serde_json::from_str(&place.read("b.json")).unwrap();
    assert_eq!(document["urls"][0]["claims"]["sub"], "ann@example.com");
}

/// The schema of `audit` with what `inspect` adds: a field of both is described once.
fn schema() -> Value {
    let mut schema: Value =
        serde_json::from_str(&crate_file("docs/schema/audit.schema.json")).unwrap();
    let at = |schema: &mut Value, pointer: &str, value: Value| {
        *schema.pointer_mut(pointer).unwrap() = value;
    };
    at(
        &mut schema,
        "/title",
        json!("embed2jwt inspect --format json, and one line of --format ndjson"),
    );
    let record = schema.pointer_mut("/$defs/record").unwrap();
    let required = record["required"].as_array_mut().unwrap();
    required.extend(["header", "claims", "signature", "times"].map(Value::from));
    let fields: Value = serde_json::from_str(
        r##"{
            "header": { "description": "Of the token, if there is one that can be read.", "type": ["object", "null"] },
            "claims": { "description": "The same; what is encrypted is shortened.", "type": ["object", "null"] },
            "signature": {
                "description": "Of the token, or of the legacy URL. `not-verified`: no secret at hand, or nothing to verify.",
                "enum": ["verified", "mismatch", "not-verified"]
            },
            "times": {
                "description": "Of the token; the lifetime in seconds.",
                "type": ["object", "null"],
                "required": ["issued_at", "expires_at", "lifetime", "expired"],
                "properties": {
                    "issued_at": { "type": ["string", "null"], "pattern": "^[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$" },
                    "expires_at": { "type": ["string", "null"], "pattern": "^[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$" },
                    "lifetime": { "type": ["integer", "null"], "minimum": 0 },
                    "expired": { "type": ["boolean", "null"] }
                }
            },
            "oauth_tokens": {
                "description": "With `--decrypt-oauth-token`; the value with `--show-secrets` too.",
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name", "decrypts", "length", "value", "problem"],
                    "properties": {
                        "name": { "type": "string" },
                        "decrypts": { "type": "boolean" },
                        "length": { "type": ["integer", "null"], "minimum": 0 },
                        "value": { "type": ["string", "null"] },
                        "problem": { "type": ["string", "null"] }
                    }
                }
            },
            "conversion": {
                "description": "With `--explain-conversion`: what `convert` would do, part by part; empty if there is nothing to convert.",
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["part", "name", "value", "fate", "target", "becomes", "why"],
                    "properties": {
                        "part": { "enum": ["path", "parameter", "added"] },
                        "name": { "type": "string" },
                        "value": { "type": ["string", "null"] },
                        "fate": { "anyOf": [{ "$ref": "#/$defs/fate" }, { "type": "null" }] },
                        "target": { "type": ["string", "null"] },
                        "becomes": { "description": "What stands in the new URL or the token; null if nothing does, or it is made anew.", "type": ["string", "null"] },
                        "why": { "type": "string", "minLength": 1 }
                    }
                }
            }
        }"##,
    )
    .unwrap();
    record["properties"].as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    schema
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::meta::validate(schema).expect("the schema is one itself");
    jsonschema::draft202012::new(schema).unwrap()
}

#[test]
fn the_schema_is_that_of_audit_with_more_and_holds() {
    let schema = schema();
    assert_file(
        "docs/schema/inspect.schema.json",
        &(serde_json::to_string_pretty(&schema).unwrap() + "\n"),
    );
    if bless() {
        return;
    }
    let validator = validator(&schema);
    let mut urls: Vec<String> =
        crate_file("fixtures/real/urls.txt").lines().map(str::to_owned).collect();
    for folder in ["fixtures/fires", "fixtures/silent"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            urls.extend(crate_file(&format!("{folder}/{name}")).lines().map(str::to_owned));
        }
    }
    urls.push(token(&header(), &claims(&json!({"oauth_token": OAUTH}))));
    urls.push("not a URL".to_owned());
    let list = urls.join("\n");
    for flags in [
        "",
        "--explain-conversion --show-secrets",
        "--explain-conversion --user internal --error all",
    ] {
        let run = Place::new().run(&format!("inspect --fail-on never {flags} --format"));
        let run = run.env("SIGMA_EMBED_SECRET", SECRET);
        let document: Value =
            serde_json::from_str(run.arg("json").stdin(&list).exits(0).out()).unwrap();
        let errors: Vec<_> =
            validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        for record in document["urls"].as_array().unwrap() {
            assert!(validator.is_valid(record), "{record}");
        }
    }
    let good = verified(
        "--decrypt-oauth-token --explain-conversion",
        &legacy(&format!("&:oauth_token={OAUTH}")),
    )
    .record();
    assert!(validator.is_valid(&good), "{good}");
    for key in ["header", "claims", "signature", "times", "kind", "findings"] {
        let mut record = good.clone();
        record.as_object_mut().unwrap().remove(key).unwrap();
        assert!(!validator.is_valid(&record), "without {key}");
    }
    for (pointer, value) in [
        ("/signature", json!("fine")),
        ("/claims", json!("x")),
        ("/conversion/0/part", json!("host")),
        ("/conversion/0/why", json!("")),
        ("/oauth_tokens/0/length", json!("15")),
    ] {
        let mut record = good.clone();
        *record.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.is_valid(&record), "{pointer} changed");
    }
}

#[test]
fn no_format_holds_a_token_a_signature_or_the_secret() {
    // The other one is in the documentation of a rule.
    const PLANTED: &str = "planted-embed-secret";
    let oauth = "c2FsdHNhbHRzYWx0c2FsdA==.aXZpdml2aXZpdml2.dGFndGFndGFndGFndGFnIQ==.cGxhbnRlZC1jaXBoZXJ0ZXh0";
    let more = json!({
        "oauth_token": oauth, "connection_oauth_tokens": {"a": oauth, "b": [oauth], "c": {"d": oauth}},
        "team": oauth.replace("c2Fs", "eyJs"), "note": format!("https://h.example/?:signature={}", "f".repeat(40)),
    });
    let bare = token(&header(), &claims(&more));
    let changed = format!("f{}", &bare[1..]);
    let rows = [
        url(&bare),
        bare.clone(),
        changed.clone(),
        url(&changed),
        format!("https://app.sigmacomputing.com/embed/x?jwt={bare}#{bare}"),
        format!("https://app.sigmacomputing.com/acme/workbook/x?a={bare}&:jwt={bare}"),
        format!("not a URL {bare}"),
        legacy(&format!("&:oauth_token={oauth}")),
        format!("{}&:signature={}", unsigned(), "f".repeat(64)),
    ];
    let secrets = [
        // Not its first letters: the header of the examples in the documentation is the same.
        &bare[120..150],
        &bare[bare.len() - 30..],
        &changed[..20],
        "cGxhbnRlZC1jaXBoZXJ0",
        "ffffffff",
        PLANTED,
    ];
    for format in [
        "human", "concise", "json", "ndjson", "sarif", "github", "gitlab", "junit", "csv",
        "markdown", "html",
    ] {
        let run = Place::new().run(&format!("inspect -v --explain-conversion --format {format}"));
        let ran = run.env("SIGMA_EMBED_SECRET", PLANTED).stdin(rows.join("\n")).exits(1);
        let text: String = (ran.out().to_owned() + &ran.err()).split_whitespace().collect();
        for secret in secrets {
            assert!(!text.contains(secret), "{format} holds {secret}");
        }
    }
    for row in &rows[..4] {
        // Deriving a key takes long, so only once here.
        let flags = if *row == rows[1] { " --decrypt-oauth-token" } else { "" };
        let run = Place::new().run(&format!("inspect --fail-on never{flags}"));
        let ran = run.env("SIGMA_EMBED_SECRET", PLANTED).arg(row).exits(0);
        let text: String = (ran.out().to_owned() + &ran.err()).split_whitespace().collect();
        assert!(!secrets.iter().any(|secret| text.contains(secret)), "{text}");
    }
}
