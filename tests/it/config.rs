//! The configuration file: where it is found, what its keys do, and who wins over it.

use std::fs;

use serde_json::Value;

use crate::support::{
    Place, SECRET, TARGET, WORKBOOK, claims, crate_file, cut, findings, legacy, severity_of, sign,
    unsigned,
};

/// A place with this configuration.
pub(crate) fn with(config: impl AsRef<[u8]>) -> Place {
    let place = Place::new();
    place.file("embed2jwt.toml", config);
    place
}

/// The record of one URL, audited there.
#[track_caller]
fn audited(place: &Place, flags: &str, url: &str) -> Value {
    place.run("audit --format ndjson --fail-on never").args(flags).stdin(url).exits(0).record()
}

/// The parameters behind the token, after converting there.
#[track_caller]
fn rest(place: &Place, flags: &str, more: &str) -> String {
    cut(place.convert(flags).stdin(legacy(more)).exits(0).lines()[0]).rest
}

fn fate(record: &Value, name: &str) -> String {
    let parameters = record["parameters"].as_array().unwrap();
    let parameter = parameters.iter().find(|p| p["name"] == name).unwrap();
    parameter["fate"].as_str().unwrap().to_owned()
}

/// What is said on standard error of a configuration that is refused.
#[track_caller]
pub(crate) fn refused(config: impl AsRef<[u8]>) -> String {
    let ran = with(config).run("audit").stdin(legacy("")).exits(2);
    assert_eq!(ran.out(), "");
    ran.prose()
}

#[test]
fn it_is_found_in_the_nearest_folder_above_under_either_name() {
    for name in ["embed2jwt.toml", ".embed2jwt.toml"] {
        let place = Place::new();
        fs::create_dir_all(place.path("a/b")).unwrap();
        place.file(name, "[rules]\nunsupported-hide-send = \"error\"\n");
        let severity = |folder: &str| {
            let mut run = place.run("audit --format ndjson --fail-on never");
            run.command.current_dir(place.path(folder));
            let record = run.stdin(legacy("&:hide_send=true")).exits(0).record();
            severity_of(&record, "unsupported-hide-send").unwrap()
        };
        for folder in [".", "a", "a/b"] {
            assert_eq!(severity(folder), "error", "{name} from {folder}");
        }
        // The nearest one alone counts: nothing is merged.
        place.file("a/embed2jwt.toml", "");
        assert_eq!(severity("a/b"), "warning");
        // A folder of that name is none.
        fs::create_dir(place.path("a/b/.embed2jwt.toml")).unwrap();
        assert_eq!(severity("a/b"), "warning");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_looked_into_holds_none() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    fs::create_dir(place.path("closed")).unwrap();
    let mut run = place.run("");
    let program = run.command.get_program().to_owned();
    run.command = std::process::Command::new("sh");
    run.command
        .current_dir(place.path("closed"))
        .arg("-c")
        .arg("chmod 0 . && exec \"$0\" audit --format ndjson --fail-on never")
        .arg(program);
    let ran = run.stdin(legacy("")).done();
    fs::set_permissions(place.path("closed"), fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(ran.status, Some(0), "{}", ran.err());
}

#[test]
fn two_side_by_side_are_refused_with_both_names() {
    let place = with("");
    place.file(".embed2jwt.toml", "");
    let said = place.run("audit").stdin(legacy("")).exits(2).prose();
    assert!(said.contains("embed2jwt.toml and .embed2jwt.toml"), "{said}");
    place.run("audit --no-config --fail-on never --format ndjson").stdin(legacy("")).exits(0);
}

#[test]
fn a_flag_names_another_or_none_and_the_later_one_holds() {
    let place = with("[rules]\nall = \"off\"\n");
    place.file("other.toml", "[rules]\ndeprecated-signed-url = \"info\"\n");
    let severity = |flags: &str| {
        severity_of(&audited(&place, flags, &legacy("")), "deprecated-signed-url")
            .unwrap_or_default()
    };
    assert_eq!(severity(""), "");
    assert_eq!(severity("--config other.toml"), "info");
    assert_eq!(severity("--no-config"), "warning");
    assert_eq!(severity("--no-config --config other.toml"), "info");
    assert_eq!(severity("--config other.toml --no-config"), "warning");
    let said = place.run("audit --config missing.toml").stdin(legacy("")).exits(2).prose();
    assert!(said.contains("missing.toml: cannot read this configuration file"), "{said}");
    place.run("audit --config .").stdin(legacy("")).exits(2);
}

#[test]
fn each_command_takes_its_report_and_its_failing_level_from_its_own_table() {
    let place = with(
        "[audit]\nfail-on = \"error\"\nformat = \"ndjson\"\n\
         [inspect]\nfail-on = \"never\"\nformat = \"csv\"\n\
         [check]\nfail-on = \"error\"\nformat = \"json\"\n\
         [convert]\nfail-on = \"never\"\nformat = \"csv\"\n",
    );
    place.file("a.md", format!("{}\n", legacy("")));
    let out = |run: crate::support::Run, status: i32| {
        run.stdin(legacy("")).exits(status).out().to_owned()
    };
    let audit = |flags: &str| place.run("audit").args(flags);
    assert!(out(audit(""), 0).starts_with("{\"schema\":1,\"source\""));
    assert!(out(audit("--format human --fail-on warning"), 1).starts_with("Findings"));
    assert!(out(place.run("inspect"), 0).starts_with("source,line"));
    assert!(out(place.run("inspect --format ndjson --fail-on warning"), 1).starts_with('{'));
    assert!(out(place.run("check a.md"), 0).starts_with("{\"schema\":1,\"tool\""));
    assert!(!out(place.run("check a.md --format human --fail-on warning"), 1).starts_with('{'));
    assert!(out(place.run("check a.md --diff"), 0).is_empty());
    let convert = |flags: &str| place.convert_proved(flags).stdin(unsigned());
    assert!(convert("").exits(0).out().starts_with("source,line,status"));
    assert_eq!(convert("--format lines --fail-on failed").exits(1).out(), "\n");
}

#[test]
fn a_wrong_word_in_these_tables_is_answered_with_the_words_there_are() {
    for config in ["[inspect]\nfail-on = \"failed\"\n", "[check]\nformat = \"lines\"\n"] {
        assert!(refused(config).contains("embed2jwt.toml:2:"), "{config}");
    }
    let said = refused("[convert]\nfail-on = \"error\"\n");
    assert!(said.contains("failed") && said.contains("never"), "{said}");
}

#[test]
fn convert_reads_it_as_audit_does() {
    let place = with("[rules]\nunsupported-hide-send = \"error\"\n");
    place.convert("").stdin(legacy("&:hide_send=true")).exits(1);
    place.convert("--no-config").stdin(legacy("&:hide_send=true")).exits(0);
    place.file("bad.toml", "[convrt]");
    place.convert("--config bad.toml").stdin(legacy("")).exits(2);
}

#[test]
fn flags_win_over_its_rules_and_later_flags_over_earlier_ones() {
    let place = with("[rules]\nall = \"error\"\nunsupported-hide-send = \"off\"\n");
    let of = |flags: &str| {
        let record = audited(&place, flags, &legacy("&:hide_send=true"));
        (
            severity_of(&record, "deprecated-signed-url"),
            severity_of(&record, "unsupported-hide-send"),
        )
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(of(""), (some("error"), None));
    assert_eq!(of("--info unsupported-hide-send"), (some("error"), some("info")));
    assert_eq!(of("--warn all"), (some("warning"), some("warning")));
    let twice = "--error deprecated-signed-url --info deprecated-signed-url";
    assert_eq!(of(twice).0, some("info"));
    let twice = "--info deprecated-signed-url --error deprecated-signed-url";
    assert_eq!(of(twice).0, some("error"));
}

#[test]
fn the_audit_table_is_the_flags_of_audit() {
    let place = with("[audit]\nformat = \"json\"\nfail-on = \"error\"\n");
    let ran = place.run("audit").stdin(legacy("")).exits(0);
    let document: Value = serde_json::from_str(ran.out()).unwrap();
    assert_eq!(document["summary"]["urls"], 1);
    assert_eq!(document["summary"]["warning"], 1);
    let ran =
        place.run("audit --format json --format ndjson --fail-on info").stdin(legacy("")).exits(1);
    assert_eq!(ran.record()["kind"], "legacy-signed");
}

#[test]
fn the_map_table_says_where_urls_lead_with_paths_relative_to_the_file() {
    let place = Place::new();
    fs::create_dir_all(place.path("project/sub")).unwrap();
    place.file("project/embed2jwt.toml", "[map]\nfiles = [\"map.csv\"]\n");
    let map = |org: &str| {
        format!("embed_id,org,workbook_id\n1-7CbVjjUMMTKQpYa2E7NwkI,{org},{WORKBOOK}\n")
    };
    place.file("project/map.csv", map("acme")).file("project/sub/other.csv", map("other"));
    let base = |flags: &str| {
        let mut run = place.bare(flags);
        run.command.current_dir(place.path("project/sub"));
        cut(run.stdin(legacy("")).exits(0).lines()[0]).base
    };
    assert_eq!(base(""), TARGET);
    assert_eq!(base("--map other.csv"), TARGET.replace("acme", "other"));
    place.file(
        "project/embed2jwt.toml",
        format!("[map]\norg = \"acme\"\nworkbook = \"{WORKBOOK}\"\n"),
    );
    assert_eq!(base(""), TARGET);
    assert_eq!(base("--org other"), TARGET.replace("acme", "other"));
    // The workbook of the file does not overrule a map of the flags.
    let page = map("acme").replace(WORKBOOK, "4ERTxZ3p6M6SAm4inQbhGX");
    place.file("project/sub/other.csv", page);
    assert!(base("--map other.csv").ends_with("4ERTxZ3p6M6SAm4inQbhGX"));
    let record = audited(&with("[map]\nfiles = [\"missing.csv\"]\n"), "--no-config", &legacy(""));
    assert_eq!(record["kind"], "legacy-signed");
    let said = refused("[map]\nfiles = [\"missing.csv\"]\n");
    assert!(said.contains("missing.csv: cannot read this map file"), "{said}");
}

#[test]
fn the_map_table_holds_for_audit_too() {
    let place = with("[map]\nfiles = [\"map.csv\"]\n");
    place.file("map.csv", "embed_id,org,workbook_id,public\n1-7CbVjjUMMTKQpYa2E7NwkI,acme,,true\n");
    let url = "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI";
    assert_eq!(audited(&place, "", url)["kind"], "public-embed");
    assert_eq!(audited(&place, "--no-config", url)["kind"], "legacy-embed");
}

#[test]
fn hosts_are_sigmas_beside_its_own() {
    let place = with("hosts = [\"Embed.Example.COM\"]\n");
    let there = sign(&unsigned().replace("app.sigmacomputing.com", "embed.example.com"));
    assert_eq!(audited(&place, "", &there)["kind"], "legacy-signed");
    assert_eq!(audited(&place, "--no-config", &there)["kind"], "other");
    assert_eq!(audited(&place, "", &legacy(""))["kind"], "legacy-signed");
    let ran = place.convert("").stdin(there).exits(0);
    assert!(ran.out().starts_with("https://embed.example.com/acme/workbook/"), "{}", ran.out());
}

#[test]
fn what_is_allowed_is_never_reported_and_is_counted() {
    let place = with(
        "allow = ['/embed/1-demo\\b', { rule = 'theme-case', pattern = ':theme=acme' }]\n\
         [check]\nallow = ['^:hide_menu=']\n",
    );
    let site = "https://app.sigmacomputing.com/embed";
    let urls =
        format!("{site}/1-demo?:theme=dark\n{site}/1-x?:theme=dark\n{site}/1-x?:theme=acme\n");
    let ran = place.run("audit --format json --fail-on never").stdin(&urls).exits(0);
    let report: Value = serde_json::from_str(ran.out()).unwrap();
    let rules = |n: usize| -> Vec<&str> {
        let found = report["urls"][n]["findings"].as_array().unwrap();
        found.iter().map(|found| found["rule"].as_str().unwrap()).collect()
    };
    assert_eq!(rules(0), [""; 0]);
    assert!(rules(1).contains(&"theme-case") && rules(1).contains(&"deprecated-embed-path"));
    assert!(rules(2).contains(&"deprecated-embed-path") && !rules(2).contains(&"theme-case"));
    let hidden = report["summary"]["allowed"].as_u64().unwrap();
    assert!(hidden >= 2, "{hidden}");
    assert_eq!(
        ran.err(),
        format!("embed2jwt: note: {hidden} findings hidden by `allow` in the configuration\n")
    );
    // Of files, a URL is matched whole as it is written, and code by what is marked.
    place.file("a.txt", format!("{urls}x = base + '&:nonce=' + n + '&:email=' + e\n"));
    let ran = place.run("check --format json --fail-on never").exits(0);
    let report: Value = serde_json::from_str(ran.out()).unwrap();
    let lines: Vec<_> = report["findings"].as_array().unwrap().iter().map(|f| &f["line"]).collect();
    assert!(lines.iter().all(|line| **line != 1), "{lines:?}");
    assert!([2, 3, 4].iter().all(|n| lines.iter().any(|line| **line == *n)), "{lines:?}");
    assert!(report["summary"]["allowed"].as_u64().unwrap() >= 2);
    let human = place.run("check --fail-on never").exits(0);
    assert!(human.out().contains("hidden by `allow` in the configuration"), "{}", human.out());
    let inspected =
        place.run("inspect --fail-on never --format ndjson").arg(format!("{site}/1-demo"));
    assert_eq!(inspected.exits(0).record()["findings"], Value::Array(Vec::new()));
}

#[test]
fn a_pattern_that_cannot_be_used_is_refused_at_its_place() {
    let said = refused("allow = [\"/demo\", \"a(b\"]\n");
    assert!(
        said.contains("embed2jwt.toml:1:19: `allow` has a pattern that cannot be used"),
        "{said}"
    );
    assert!(said.contains("unclosed group"), "{said}");
    let said = refused("[check]\nallow = ['x*']\n");
    assert!(said.contains("it matches the empty string"), "{said}");
}

#[test]
fn the_convert_table_is_the_flags_of_convert() {
    let place = with(
        "[convert]\njti = \"derived\"\nttl = 120\nissued-at = \"url\"\njwt-version = \"1.1\"\nuser = \"internal\"\n\
         keep-unknown = true\npreserve-defaults = false\nclient-id = \"c-9\"\n",
    );
    let url = legacy("&:mystery=1").replace("&:menu_position=top", "");
    let converted = |flags: &str| {
        // A configured client id is another than the URL's, whose signature nothing verifies then.
        let command = format!(
            "convert --org acme --workbook {WORKBOOK} --now 1750000000 --trust-input {flags}"
        );
        let run = place.run(&command).env("SIGMA_EMBED_SECRET", SECRET);
        run.stdin(&url).exits(0).lines()[0].to_owned()
    };
    let new = converted("");
    let token = claims(&new);
    assert_eq!(token["iss"], "c-9");
    assert_eq!(token["iat"], 1_749_999_000);
    assert_eq!(token["exp"], 1_749_999_120);
    assert_eq!(token["ver"], "1.1");
    assert_eq!(token.get("teams"), None);
    assert_ne!(token["jti"], "n-1");
    assert_eq!(cut(&new).rest, ":embed=true&:mystery=1");
    let new = converted(
        "--jti nonce --ttl 60 --issued-at now --jwt-version 1.0 --user embed --no-keep-unknown \
         --preserve-defaults --client-id c-2",
    );
    let token = claims(&new);
    assert_eq!(token["jti"], "n-1");
    assert_eq!(token["iss"], "c-2");
    assert_eq!(token["iat"], 1_750_000_000);
    assert_eq!(token["exp"], 1_750_000_060);
    assert_eq!(token.get("ver"), None);
    assert_eq!(token["teams"][0], "Sales");
    assert_eq!(cut(&new).rest, ":embed=true&:menu_position=bottom");
    // The later of two flags holds.
    let kept = cut(&converted("--ttl 60 --ttl 90 --no-keep-unknown --keep-unknown")).rest;
    assert_eq!(kept, ":embed=true&:mystery=1");
}

#[test]
fn oauth_tokens_are_encrypted_when_it_says_so() {
    let place = with("[convert]\nencrypt-oauth-token = true\n");
    let url = legacy("&:oauth_token=ya29.plain");
    place.convert("").stdin(&url).exits(0);
    place.convert("--no-encrypt-oauth-token").stdin(&url).exits(1);
}

#[test]
fn the_client_id_of_the_environment_wins_over_it() {
    let place = with("[convert]\nclient-id = \"c-9\"\n");
    let run = place.convert("").env("SIGMA_EMBED_CLIENT_ID", "c-3");
    assert_eq!(claims(run.stdin(legacy("")).exits(0).lines()[0])["iss"], "c-3");
    let run = place.convert("").env("SIGMA_EMBED_CLIENT_ID", "");
    assert_eq!(claims(run.stdin(legacy("")).exits(0).lines()[0])["iss"], "c-9");
}

#[test]
fn credentials_are_named_relative_to_it_and_taken_last() {
    let place = Place::new();
    fs::create_dir_all(place.path("project/sub")).unwrap();
    place
        .file("project/embed2jwt.toml", "[convert]\ncredentials = \"all.toml\"\n")
        .file("project/all.toml", "c-1 = { file = \"one.txt\" }\n")
        .file("project/one.txt", SECRET);
    let run = || {
        let mut run = place.run(&format!("convert --org acme --workbook {WORKBOOK}"));
        run.command.current_dir(place.path("project/sub"));
        run.stdin(legacy(""))
    };
    run().exits(0);
    // The variable is nearer to the run: with a wrong secret the signature does not fit.
    run().env("SIGMA_EMBED_SECRET", "another").exits(1);
    run().arg("--no-config").exits(2);
    place.file("project/embed2jwt.toml", "[convert]\ncredentials = \"hunter2hunter2\"\n");
    let ran = run().exits(2);
    assert!(ran.prose().contains("`credentials` in"), "{}", ran.err());
    assert!(!ran.err().contains("hunter2"), "{}", ran.err());
}

#[test]
fn a_parameter_that_is_kept_again_is_carried_over_without_a_word() {
    let place = with("[parameters]\nhide_run_as_recipient = \"kept\"\n");
    let record = audited(&place, "", &legacy("&:hide_run_as_recipient=true"));
    assert_eq!(fate(&record, "hide_run_as_recipient"), "kept");
    assert_eq!(record["verdict"], "lossless");
    assert_eq!(findings(&record), [("deprecated-signed-url".to_owned(), "warning".to_owned())]);
    assert_eq!(
        rest(&place, "", "&:hide_run_as_recipient=true"),
        ":embed=true&:menu_position=top&:hide_run_as_recipient=true"
    );
    assert_eq!(
        rest(&place, "--no-config", "&:hide_run_as_recipient=true"),
        ":embed=true&:menu_position=top"
    );
    let ran = place
        .run("audit --format json --fail-on never")
        .stdin(legacy("&:hide_run_as_recipient=true"));
    let document: Value = serde_json::from_str(ran.exits(0).out()).unwrap();
    let used = document["summary"]["parameters"].as_array().unwrap();
    let used = used.iter().find(|used| used["name"] == "hide_run_as_recipient").unwrap();
    assert_eq!((&used["fate"], &used["lost"]), (&"kept".into(), &0.into()));
}

#[test]
fn hide_send_is_dropped_if_the_configuration_says_that_it_is_unsupported() {
    let place =
        with("[parameters]\nhide_send = \"unsupported\"\nhide_schedule = \"unsupported\"\n");
    for (name, permission) in
        [("hide_send", "**Download**"), ("hide_schedule", "**Schedule export**")]
    {
        let more = format!("&:{name}=true");
        let record = audited(&place, "", &legacy(&more));
        assert_eq!(
            (fate(&record, name).as_str(), &record["verdict"]),
            ("unsupported", &"lossy".into())
        );
        let rule = format!("unsupported-{}", name.replace('_', "-"));
        assert_eq!(severity_of(&record, &rule).as_deref(), Some("warning"), "{name}");
        assert_eq!(severity_of(&record, "unknown-parameter"), None, "{name}");
        assert!(record.to_string().contains(permission), "{record}");
        assert_eq!(rest(&place, "", &more), ":embed=true&:menu_position=top");
        assert_eq!(
            rest(&place, "--no-config", &more),
            format!(":embed=true&:menu_position=top&:{name}=true")
        );
    }
}

#[test]
fn a_new_parameter_is_not_unknown() {
    let place = with("[parameters]\nnew_param = \"kept\"\n");
    let url = legacy("&:new_param=a%20b");
    let record = audited(&place, "", &url);
    assert_eq!(fate(&record, "new_param"), "kept");
    assert_eq!(record["verdict"], "lossless");
    assert_eq!(severity_of(&record, "unknown-parameter"), None);
    let kept = rest(&place, "", "&:new_param=a%20b");
    assert_eq!(kept, ":embed=true&:menu_position=top&:new_param=a%20b");
    // Like any other it has its colon and its letters, and stands once.
    let has = |more: &str, rule: &str| severity_of(&audited(&place, "", &legacy(more)), rule);
    assert_eq!(has("&new_param=1", "missing-colon").as_deref(), Some("warning"));
    assert_eq!(has("&:New_Param=1", "wrong-case").as_deref(), Some("warning"));
    assert_eq!(has("&:new_parm=1", "unknown-parameter").as_deref(), Some("warning"));
    let twice = has("&:new_param=1&:new_param=2", "duplicate-parameter");
    assert_eq!(twice.as_deref(), Some("error"));
    let said = audited(&place, "", &legacy("&:new_parm=1"));
    assert!(said.to_string().contains("did you mean `:new_param`?"), "{said}");
}

#[test]
fn an_obsolete_parameter_is_dropped_without_loss() {
    let place = with("[parameters]\nhide_send = \"obsolete\"\nmystery = \"obsolete\"\n");
    let more = "&:hide_send=true&:mystery=1";
    let record = audited(&place, "", &legacy(more));
    assert_eq!(record["verdict"], "lossless");
    assert_eq!(findings(&record).len(), 1);
    assert_eq!(rest(&place, "--keep-unknown", more), ":embed=true&:menu_position=top");
}

#[test]
fn an_unsupported_parameter_is_lost_and_its_remedy_is_told() {
    let place = with(
        "[parameters]\nmystery = \"unsupported\"\n\
         hide_tooltip = { fate = \"unsupported\", remedy = \"ask Ann\" }\n\
         hide_send = { fate = \"unsupported\", remedy = \"ask Bob\" }\n",
    );
    for (more, rule, remedy) in [
        ("&:mystery=1", "unknown-parameter", "there is no replacement"),
        ("&:hide_tooltip=true", "unknown-parameter", "ask Ann"),
        ("&:hide_send=true", "unsupported-hide-send", "ask Bob"),
    ] {
        let record = audited(&place, "", &legacy(more));
        assert_eq!(record["verdict"], "lossy", "{more}");
        let finding = record["findings"].as_array().unwrap().iter().find(|f| f["rule"] == rule);
        assert_eq!(finding.unwrap()["suggestion"], remedy);
        assert_eq!(rest(&place, "--keep-unknown", more), ":embed=true&:menu_position=top");
        let ran = place.convert("").stdin(legacy(more)).exits(0);
        let name = more.trim_start_matches("&:").split('=').next().unwrap();
        assert!(ran.err().contains(name), "{name} is not told lost: {}", ran.err());
    }
    // What restricts nothing is no loss still.
    assert_eq!(audited(&place, "", &legacy("&:hide_send=false"))["verdict"], "lossless");
}

#[test]
fn a_replaced_parameter_hands_its_value_on() {
    let place = with(
        "[parameters.old]\nfate = \"replaced\"\ntarget = \"fresh\"\n\
         [parameters.menu]\nfate = \"replaced\"\ntarget = \"menu_position\"\n",
    );
    let record = audited(&place, "", &legacy("&:old=1"));
    assert_eq!(fate(&record, "old"), "replaced");
    assert_eq!(record["verdict"], "lossless");
    let head = ":embed=true&:menu_position=top";
    assert_eq!(rest(&place, "", "&:old=a%2Cb&c=1"), format!("{head}&c=1&:fresh=a%2Cb"));
    // What stands in the URL already is not overruled, and nothing is handed on of nothing.
    assert_eq!(rest(&place, "", "&:old=1&:fresh=2"), format!("{head}&:fresh=2"));
    assert_eq!(rest(&place, "", "&:old="), head);
    assert_eq!(rest(&place, "", "&:menu=none"), head);
    // The default of a menu position is not added where another parameter gives one.
    let url = sign(&unsigned().replace("&:menu_position=top", "&:menu=none"));
    let ran = place.convert("--format ndjson").stdin(url).exits(0);
    let record = ran.record();
    assert_eq!(cut(record["url"].as_str().unwrap()).rest, ":embed=true&:menu_position=none");
    assert_eq!(severity_of(&record, "implicit-menu-position"), None);
}

#[test]
fn the_footer_and_the_menu_can_be_said_to_have_changed() {
    let url = |more: &str| sign(&unsigned().replace("&:menu_position=top", more));
    let after = |config: &str, more: &str| {
        let ran = with(config).convert("--format ndjson").stdin(url(more)).exits(0);
        cut(ran.record()["url"].as_str().unwrap()).rest
    };
    let footer = "&:show_footer=false";
    assert_eq!(after("", footer), ":embed=true&:menu_position=none");
    let kept = "[parameters]\nshow_footer = \"kept\"\n";
    assert_eq!(after(kept, footer), ":embed=true&:show_footer=false");
    assert_eq!(after("[parameters]\nshow_footer = \"obsolete\"\n", footer), ":embed=true");
    let other = "[parameters.show_footer]\nfate = \"replaced\"\ntarget = \"footer\"\n";
    assert_eq!(after(other, footer), ":embed=true&:footer=false");
    let gone = "[parameters]\nshow_footer = \"obsolete\"\nmenu_position = \"obsolete\"\n";
    assert_eq!(after(gone, ""), ":embed=true");
    assert_eq!(after(gone, "&:menu_position=top"), ":embed=true");
    let said = refused("[parameters]\nmenu_position = \"obsolete\"\n");
    assert!(said.contains("`menu_position` is what `show_footer` is replaced by"), "{said}");
}

#[test]
fn a_replacement_that_is_not_kept_is_refused() {
    for target in ["hide_run_as_recipient", "x"] {
        let config = format!("[parameters.x]\nfate = \"replaced\"\ntarget = \"{target}\"\n");
        let said = refused(config);
        let problem = format!("`x` is replaced by `{target}`, which is not kept");
        assert!(said.contains(&problem), "{said}");
    }
    let both = "[parameters]\nx = { fate = \"replaced\", target = \"hide_run_as_recipient\" }\nhide_run_as_recipient = \"kept\"\n";
    assert_eq!(
        rest(&with(both), "", "&:x=1"),
        ":embed=true&:menu_position=top&:hide_run_as_recipient=1"
    );
}

#[test]
fn the_example_of_the_page_is_one() {
    let page = crate_file("docs/configuration.md");
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let place = with(example);
    place.file("embeds.csv", "embed_id,org,workbook_id\n");
    let ran = place.run("audit").stdin(legacy("&:old_name=1")).exits(0);
    let document: Value = serde_json::from_str(ran.out()).unwrap();
    assert_eq!(document["summary"]["verdicts"]["lossless"], 1);
}
