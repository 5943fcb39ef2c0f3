//! What is said of a configuration file that is wrong, and its JSON Schema.

use std::fs;
use std::path::PathBuf;

use jsonschema::Validator;
use serde_json::Value;

use crate::config::{refused, with};
use crate::support::{Place, crate_file, legacy, root};

/// The `.toml` files of a folder of fixtures.
fn fixtures(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("fixtures/config").join(folder)).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

#[test]
fn every_fixture_is_refused_at_its_place_with_label_and_advice() {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    for path in fixtures("bad") {
        let text = fs::read_to_string(&path).unwrap();
        let wanted: Vec<_> =
            text.lines().next().unwrap().trim_start_matches("# ").split(" | ").collect();
        let [what, label, help] = wanted[..] else { panic!("{}: {wanted:?}", path.display()) };
        let (place, problem) = what.split_once(' ').unwrap();
        let ran = Place::new().run("audit --config").arg(&path).stdin(legacy("")).exits(2);
        let said = squeezed(&ran.prose());
        let head = format!("{}:{place}", path.display());
        // The message and the header of the frame name the same place.
        assert!(said.contains(&squeezed(&format!("{head}: {problem}"))), "{}", ran.err());
        assert!(said.contains(&squeezed(&format!("[{head}]"))), "{}", ran.err());
        assert!(said.contains(&squeezed(label)), "{label}: {}", ran.err());
        assert!(said.contains(&squeezed(help)), "{help}: {}", ran.err());
        assert!(!ran.err().contains("hunter2"), "{}", ran.err());
    }
}

#[test]
fn a_frame_marks_the_exact_part_of_the_line() {
    let config = "[rules]\nall = \"off\"\n\n[convert]\nttl = 60   # short\nuser = \"intern\"\n";
    let ran = with(config).run("audit").stdin(legacy("")).exits(2);
    let frame = "embed2jwt: error: embed2jwt.toml:6:8: `user` has no such value\n   \
                 ╭─[embed2jwt.toml:6:8]\n 6 │ user = \"intern\"\n   ·        ────┬───\n   \
                 ·            ╰── no such value\n   ╰────\n  \
                 help: did you mean `internal`? The values are embed, internal\n";
    assert_eq!(ran.err(), frame);
}

#[test]
fn places_are_right_with_crlf_a_byte_order_mark_and_letters_of_several_bytes() {
    let config = "\u{feff}[map]\r\n# grün\r\nfiles = [\"grün\", 3]\r\n";
    let said = refused(config);
    assert!(said.contains("embed2jwt.toml:3:18: `files`"), "{said}");
    assert!(said.contains("[embed2jwt.toml:3:18]"), "{said}");
    let said = refused("\u{feff}convrt = 1\r\n");
    assert!(said.contains("[embed2jwt.toml:1:1]"), "{said}");
    // A line that is cut keeps its columns.
    let said = refused(format!("[map]\nfiles = [\"{}\", 3]\n", "ü".repeat(300)));
    assert!(said.contains("[embed2jwt.toml:2:314]"), "{said}");
    assert!(said.len() < 2000, "{said}");
}

#[test]
fn what_is_no_toml_or_no_text_is_refused_with_its_line() {
    let said = refused("[convert]\r\nttl = 1\r\nttl = 2\r\n");
    assert!(said.contains("embed2jwt.toml:3:1: not valid TOML: duplicate key"), "{said}");
    let said = refused("[rules\n");
    assert!(said.contains("embed2jwt.toml:1:"), "{said}");
    let said = refused(b"[rules]\nall = \"\xff\"\n");
    assert!(said.contains("embed2jwt.toml:2: not UTF-8 text"), "{said}");
    let said = refused(vec![b'#'; (1 << 20) + 1]);
    assert!(said.contains("too large for a configuration"), "{said}");
    let said = refused("a.".repeat(5000) + "b = 1");
    assert!(said.contains("embed2jwt.toml:1:"), "{said}");
    // Nothing in it steers the terminal.
    let said = refused("[rules]\n\"\\u001b[31m\" = \"error\"\n\u{1b}[31m = 1\n");
    assert!(!said.contains('\u{1b}'), "{said:?}");
    let said = refused("\"\\u001b[31m\" = 1\n");
    assert!(!said.contains('\u{1b}'), "{said:?}");
}

#[test]
fn a_secret_is_never_shown_however_wrong_the_file_is() {
    for config in [
        "secret = hunter2\n",
        "secret = \"hunter2\n",
        "[convert]\nsecret \"hunter2\"\n",
        "[convert]\nsecret = \"\"\"\nhunter2\n",
        "[convert]\nclient_secret = 'hunter2'\njti = \"x\"\n",
        "convert = { jti = 3, secret = \"hunter2\" }\n",
        "convert = { jti = { x = \"hunter2\" } }\n",
        "convert = { ttl = \"x\", embed-secrt = \"hunter2\" }\n",
        "embed-secrt = \"hunter2\"\n",
        "[convert]\nembed_secrt = \"\"\"hunter2\"\"\"\n",
        "[parameters.secret]\nfate = \"hunter2\"\n",
    ] {
        let said = refused(config);
        assert!(!said.contains("hunter2"), "{config}: {said}");
    }
}

fn schema() -> (Value, Validator) {
    let schema: Value =
        serde_json::from_str(&crate_file("docs/schema/config.schema.json")).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is one itself");
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    (schema, validator)
}

#[test]
fn the_schema_accepts_what_is_read_and_refuses_what_is_refused() {
    let (_, validator) = schema();
    let read =
        |path: &PathBuf| -> Value { toml::from_str(&fs::read_to_string(path).unwrap()).unwrap() };
    for path in fixtures("good") {
        Place::new()
            .run("audit --format ndjson --fail-on never --config")
            .arg(&path)
            .stdin(legacy(""))
            .exits(0);
        let errors: Vec<_> =
            validator.iter_errors(&read(&path)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
    }
    for path in fixtures("bad") {
        assert!(!validator.is_valid(&read(&path)), "{} fits the schema", path.display());
    }
}

#[test]
fn every_word_of_the_schema_is_read_and_every_key_is_known() {
    let (schema, _) = schema();
    let place = Place::new();
    for table in ["convert", "audit"] {
        for (key, value) in schema["properties"][table]["properties"].as_object().unwrap() {
            for word in value["enum"].as_array().into_iter().flatten() {
                place.file("embed2jwt.toml", format!("[{table}]\n{key} = {word}\n"));
                place.run("audit --format ndjson --fail-on never").stdin(legacy("")).exits(0);
            }
        }
        // The other way round: the help of an unknown key names all that there are.
        let said = refused(format!("[{table}]\nxyzzyxyzzyxyzzy = 1\n"));
        let keys: Vec<_> =
            schema["properties"][table]["properties"].as_object().unwrap().keys().collect();
        let listed = said.split(&format!("the keys of [{table}] are ")).nth(1).unwrap();
        let listed: Vec<_> = listed.trim().split(", ").collect();
        assert_eq!(listed, keys);
    }
}
