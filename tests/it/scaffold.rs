//! `scaffold`: what becomes of the arguments, of bad input, and of builders that disagree. `tests/scaffold` runs what it writes.

use embed2jwt::rules::files::LEGACY_URL_BUILDER;

use crate::support::{EMBED, Place, SECRET, WORKBOOK};

/// A builder in JavaScript, as the old quickstart has it.
const BUILDER: &str =
    "let url = `https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=${nonce}`;
url += '&:client_id=' + process.env.OUR_CLIENT + '&:email=' + user.email;
url += '&:external_user_team=' + team + '&:account_type=View&:mode=userbacked&:session_length=600';
url += '&:theme=Dark&:hide_menu=' + hidden + '&:loading_bg=ffffff&Store-Region=West';
url += '&:signature=' + hmac(process.env.OUR_SECRET, url);
";

/// The same with another theme, and without the menu.
const OTHER: &str = "let url = base + `?:nonce=${nonce}`;
url += '&:client_id=' + process.env.OUR_CLIENT + '&:email=' + user.email;
url += '&:external_user_team=' + team + '&:account_type=View&:mode=userbacked&:session_length=600';
url += '&:theme=Light';
";

const LANGUAGES: [&str; 7] = ["node", "typescript", "python", "ruby", "go", "php", "java"];

fn place() -> Place {
    let place = Place::new();
    let map = format!(
        "embed_id,org,workbook_id,workbook_name\n{EMBED},acme,{WORKBOOK},Quarterly Sales\n"
    );
    place.file("sign.js", BUILDER).file("map.csv", map);
    place
}

#[test]
fn every_language_holds_what_was_found() {
    for language in LANGUAGES {
        let ran = place().run(&format!("scaffold {language} sign.js --map map.csv")).exits(0);
        let code = ran.out();
        for part in [
            "OUR_CLIENT",
            "OUR_SECRET",
            EMBED,
            "https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK",
            "quarterly_sales",
            ":theme",
            "Dark",
            ":hide_menu",
            "Store-Region",
            "West",
            ":menu_position",
            "bottom",
            "View",
            "600",
            // The remedy of the table, where the parameter was.
            ":loading_bg is gone",
            "Store-Region is not signed any more",
        ] {
            assert!(code.contains(part), "{language} lacks {part}:\n{code}");
        }
        for part in ["nonce", "userbacked", ":signature", "ffffff", "sign.js"] {
            assert!(!code.contains(part), "{language} has {part}:\n{code}");
        }
        assert!(code.lines().count() < 200, "{language}");
        assert_eq!(
            code.matches("embed2jwt").count(),
            1,
            "{language}: one line says how it was made"
        );
        assert_eq!(ran.err(), "", "{language}");
    }
}

#[test]
fn claims_and_kept_parameters_stand_in_their_order() {
    let ran = place().run("scaffold node sign.js --map map.csv").exits(0);
    let at = |part: &str| ran.out().find(part).unwrap_or_else(|| panic!("{part}"));
    let claims = ["sub:", "iss:", "jti:", "iat:", "exp:", "account_type:", "teams:"];
    assert!(claims.map(at).is_sorted());
    let kept = [
        "[\":theme\"",
        "[\":hide_menu\"",
        "// :loading_bg",
        "[\"Store-Region\"",
        "[\":menu_position\"",
    ];
    assert!(kept.map(at).is_sorted());
}

#[test]
fn a_repository_without_a_builder_is_exit_status_2_and_says_what_is_needed() {
    let place = place();
    place.file("plain.js", "console.log(1)\n");
    let ran = place.run("scaffold node plain.js -o new.mjs").exits(2);
    assert!(ran.prose().contains("no code that builds legacy URLs was found"), "{}", ran.err());
    assert!(ran.prose().contains("name the folder or file that builds the URLs"));
    assert_eq!(place.names(), ["map.csv", "plain.js", "sign.js"]);
    place.run("scaffold node missing.js").exits(2);
}

#[test]
fn builders_that_contradict_one_another_are_named_and_the_value_is_an_argument() {
    let place = place();
    place.file("other.js", OTHER);
    let ran = place.run("scaffold node . --map map.csv").exits(0);
    let err = ran.err();
    assert!(
        err.contains(
            "`:theme` is `Light` in other.js:1 and `Dark` in sign.js:2: it is an argument"
        ),
        "{err}"
    );
    assert!(ran.out().contains("[\":theme\", \"theme\"],"), "{}", ran.out());
    // What only one of them has is no constant either.
    assert!(
        err.contains("`Store-Region` is `West` in sign.js:2, and other.js:1 does not have it"),
        "{err}"
    );
    // What both say is one.
    assert!(ran.out().contains("user.accountType || \"View\""));
    assert!(place.run("scaffold node . --map map.csv --quiet").exits(0).err().is_empty());
}

#[test]
fn builders_in_other_languages_are_left_out_with_a_line() {
    let place = place();
    place.file("other.py", OTHER);
    let ran = place.run("scaffold node . --map map.csv").exits(0);
    assert!(ran.out().contains("\"theme\", \"Dark\""));
    assert!(ran.err().contains("1 in files of other languages left out, the first in other.py:1"));
    // Without one of its own, all are taken.
    let ran = place.run("scaffold go . --map map.csv").exits(0);
    assert!(ran.err().contains("`:theme`"), "{}", ran.err());
}

#[test]
fn an_embed_that_the_map_lacks_is_a_finding_and_a_constant_that_fails() {
    for language in LANGUAGES {
        let ran = place().run(&format!("scaffold {language} sign.js")).exits(1);
        assert!(ran.out().contains(EMBED) && !ran.out().contains("/workbook/"), "{language}");
        let constant = if language == "go" { "notInTheMap" } else { "NOT_IN_THE_MAP" };
        assert_eq!(ran.out().matches(constant).count(), 2, "{language}: {}", ran.out());
        assert!(ran.err().starts_with("error[unmapped-embed]: "), "{}", ran.err());
        assert!(ran.err().contains(EMBED));
    }
}

#[test]
fn the_target_may_be_given_without_a_map() {
    let ran =
        place().run(&format!("scaffold python sign.js --org acme --workbook {WORKBOOK}")).exits(0);
    assert!(
        ran.out().contains("https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK")
    );
}

#[test]
fn an_embed_that_only_the_map_knows_is_there_too_and_a_public_one_is_not() {
    let place = place();
    place.file("more.csv", "embed_id,org,workbook_id,public\n1-5ROVG8NwQrGNLF31mh1VJS,acme,7f55QbPFuCnK2n0P2tSuBl,\n1-58subqgEPAbbis7cdijHIa,,,true\n");
    let ran = place.run("scaffold ruby sign.js --map map.csv --map more.csv").exits(0);
    assert!(ran.out().contains("'1-5ROVG8NwQrGNLF31mh1VJS' => 'https://app.sigmacomputing.com/acme/workbook/7f55QbPFuCnK2n0P2tSuBl'"));
    assert!(!ran.out().contains("1-58subqgEPAbbis7cdijHIa"));
}

#[test]
fn a_report_of_check_gives_what_the_files_do() {
    let place = place();
    place.file("other.js", OTHER);
    place.run("check . --format json -o check.json --no-config").exits(1);
    place.run("check . --format ndjson -o check.ndjson --no-config").exits(1);
    let of_files = place.run("scaffold python . --map map.csv -q").exits(0);
    for report in ["check.json", "check.ndjson"] {
        let of_report =
            place.run(&format!("scaffold python --from {report} --map map.csv -q")).exits(0);
        assert_eq!(of_report.out(), of_files.out(), "{report}");
    }
}

#[test]
fn a_report_of_audit_gives_what_its_urls_share_and_nothing_of_their_users() {
    let place = place();
    let url = |email: &str, page: &str| {
        format!(
            "https://app.sigmacomputing.com/embed/{EMBED}?:nonce={page}&:client_id=c1&:email={email}&:external_user_team=Sales\
            &:account_type=View&:mode=userbacked&:session_length=600&:time=1750000000&:theme=Dark&:page_id={page}&:signature=0123456789abcdef\n"
        )
    };
    place.file("urls.txt", url("ann@example.com", "p1") + &url("bob@example.com", "p2"));
    place.run("audit urls.txt --format json -o audit.json").exits(1);
    let ran = place.run("scaffold go --from audit.json --map map.csv").exits(0);
    assert!(ran.out().contains("keep(\":theme\", options.Theme, \"Dark\")"), "{}", ran.out());
    assert!(ran.out().contains("keep(\":page_id\", options.PageID, \"\")"), "{}", ran.out());
    assert!(ran.out().contains("text(user.AccountType, \"View\")"), "{}", ran.out());
    for part in ["ann@", "bob@", "Sales", "012345"] {
        assert!(!ran.out().contains(part), "{part}");
    }
}

#[test]
fn what_is_no_report_is_exit_status_2() {
    let place = place();
    for text in ["", "{}", "[]", "not json", "{\"findings\": 1}"] {
        place.file("report.json", text);
        let ran = place.run("scaffold node --from report.json").exits(2);
        assert!(ran.prose().contains("is not a report of `check` or `audit`"), "{}", ran.err());
    }
    place.file("report.json", "{\"schema\":1,\"findings\":[]}");
    assert!(
        place
            .run("scaffold node --from report.json")
            .exits(2)
            .prose()
            .contains("no code that builds")
    );
    place.run("scaffold node --from missing.json").exits(2);
    place.run("scaffold node sign.js --from report.json").exits(2);
}

#[test]
fn a_language_a_library_or_a_framework_that_there_is_not_is_exit_status_2() {
    let place = place();
    let ran = place.run("scaffold cobol sign.js").exits(2);
    assert!(ran.err().contains("node, typescript, python, ruby, go, php, java"), "{}", ran.err());
    let ran = place.run("scaffold node sign.js --library pyjwt").exits(2);
    assert!(ran.prose().contains("it has jsonwebtoken, jose"), "{}", ran.err());
    let ran = place.run("scaffold go sign.js --framework express").exits(2);
    assert!(ran.prose().contains("go has no framework `express`"), "{}", ran.err());
    place.run("scaffold").exits(2);
}

#[test]
fn the_library_and_the_framework_are_those_that_are_asked_for() {
    let out = |args: &str| {
        let ran = place().run(&format!("scaffold {args} sign.js --map map.csv")).exits(0);
        ran.out().to_owned()
    };
    assert!(out("node").contains("import jwt from \"jsonwebtoken\";"));
    assert!(out("node --library jose").contains("export async function embedUrl("));
    assert!(out("go --library golang-jwt-v4").contains("github.com/golang-jwt/jwt/v4"));
    for (args, part) in [
        ("node --framework express", "router.get(\"/embed-url\""),
        ("python --framework flask", "@blueprint.get(\"/embed-url\")"),
        ("ruby --framework rails", "class SigmaEmbedsController < ApplicationController"),
    ] {
        assert!(out(args).contains(part), "{args}");
        assert!(
            !out(&format!("{} --framework none", args.split(' ').next().unwrap())).contains(part),
            "{args}"
        );
    }
}

#[test]
fn a_file_that_is_there_is_replaced_only_if_that_is_asked_for() {
    let place = place();
    place.run("scaffold node sign.js --map map.csv -o new.mjs").exits(0);
    let made = place.read("new.mjs");
    assert!(made.contains("embedUrl"));
    place.file("new.mjs", "mine");
    let ran = place.run("scaffold node sign.js --map map.csv -o new.mjs").exits(2);
    assert!(ran.prose().contains("new.mjs already exists"), "{}", ran.err());
    assert_eq!(place.read("new.mjs"), "mine");
    place.run("scaffold node sign.js --map map.csv -o new.mjs --force").exits(0);
    assert_eq!(place.read("new.mjs"), made);
    // What the run reads is never replaced.
    for input in ["sign.js", "map.csv"] {
        let before = place.read(input);
        place.run(&format!("scaffold node sign.js --map map.csv -o {input} --force")).exits(2);
        assert_eq!(place.read(input), before);
    }
    place.run("scaffold node sign.js --map map.csv -o none/new.mjs").exits(2);
    assert_eq!(place.names(), ["map.csv", "new.mjs", "sign.js"]);
}

#[test]
fn the_configuration_gives_the_map_and_says_what_becomes_of_parameters() {
    let place = place();
    place.file("embed2jwt.toml", "[map]\nfiles = [\"map.csv\"]\n[parameters]\nloading_bg = \"kept\"\ntheme = \"unsupported\"\n");
    let ran = place.run("scaffold node sign.js").exits(0);
    assert!(ran.out().contains("[\":loading_bg\", \"loading_bg\", \"ffffff\"]"), "{}", ran.out());
    assert!(ran.out().contains("// :theme is gone") && !ran.out().contains("[\":theme\""));
}

#[test]
fn a_comment_that_hides_the_finding_hides_the_builder() {
    let place = place();
    place.file("sign.js", OTHER.replacen("`;", "`; // embed2jwt: ignore", 1));
    place.run("scaffold node sign.js --map map.csv").exits(2);
}

#[test]
fn names_of_variables_are_names_and_the_secret_is_nowhere() {
    let place = place();
    let template = r#"{"url":"https://app.sigmacomputing.com/embed/{}?:nonce={}&:client_id={}&:email={}","client_id_variable":"A\";x","secret_variable":"ok_NAME"}"#;
    place.file("r.json", format!(r#"{{"findings":[{{"rule":"legacy-url-builder","path":"a","line":1,"template":{template}}}]}}"#));
    let ran = place
        .run("scaffold node --from r.json --map map.csv")
        .env("SIGMA_EMBED_SECRET", SECRET)
        .exits(0);
    assert!(ran.out().contains("environment(\"SIGMA_EMBED_CLIENT_ID\")"), "{}", ran.out());
    assert!(ran.out().contains("environment(\"ok_NAME\")"));
    assert!(!ran.out().contains(SECRET) && !ran.err().contains(SECRET));
}

#[test]
fn a_parameter_that_comes_from_a_variable_is_an_option() {
    let ran = place().run("scaffold typescript sign.js --map map.csv").exits(0);
    assert!(ran.out().contains("[\":hide_menu\", \"hide_menu\"],"), "{}", ran.out());
    assert!(ran.out().contains("[\":theme\", \"theme\", \"Dark\"],"));
}

#[test]
fn the_test_beside_it_holds_three_old_urls() {
    for (language, module) in [
        ("node", "from \"./lib/new.js\""),
        ("python", "importlib.import_module(\"new\")"),
        ("ruby", "require_relative 'lib/new'"),
        ("go", "package sigmaembed"),
        ("php", "require_once __DIR__ . '/lib/new.js'"),
        ("java", "class SigmaEmbedTest {"),
    ] {
        let place = place();
        std::fs::create_dir(place.path("lib")).unwrap();
        let command =
            format!("scaffold {language} sign.js --map map.csv -o lib/new.js --with-test test.txt");
        place.run(&command).exits(0);
        let test = place.read("test.txt");
        assert!(test.contains(module), "{language}: {test}");
        for part in ["user1@example.com", "user2@example.com", "user3@example.com", "test-client"] {
            assert!(test.contains(part), "{language} lacks {part}: {test}");
        }
        assert!(!test.contains("user4@"), "{language}");
        // What is there already is replaced only if that is asked for, and then both are.
        place.file("test.txt", "mine");
        place.run(&command.replace("lib/new.js", "lib/other.js")).exits(2);
        assert_eq!(place.read("test.txt"), "mine");
        assert!(!place.path("lib/other.js").exists());
        place.run(&format!("{command} --force")).exits(0);
        assert_eq!(place.read("test.txt"), test);
    }
}

#[test]
fn a_test_without_any_workbook_is_exit_status_2_and_two_outputs_are_two_files() {
    let place = place();
    let ran = place.run("scaffold node sign.js -o new.mjs --with-test test.mjs").exits(2);
    assert!(ran.prose().contains("no old URL can be made for the test"), "{}", ran.err());
    place.run("scaffold node sign.js --map map.csv -o new.mjs --with-test new.mjs").exits(2);
    assert_eq!(place.names(), ["map.csv", "sign.js"]);
}

#[test]
fn the_test_of_a_list_shows_nobody() {
    let place = place();
    let url = format!(
        "https://app.sigmacomputing.com/embed/{EMBED}?:nonce=n1&:client_id=c1&:email=ann@example.com\
         &:external_user_team=Sales&:time=1750000000&:theme=Dark&:signature=0123456789abcdef\n"
    );
    place.file("urls.txt", url);
    place.run("audit urls.txt --format json -o audit.json").exits(1);
    place
        .run("scaffold python --from audit.json --map map.csv -o new.py --with-test test_new.py")
        .exits(0);
    let test = place.read("test_new.py");
    assert!(test.contains("\"kept\": \"&:theme=Dark&:menu_position=bottom\""), "{test}");
    assert!(!test.contains("ann@") && !test.contains("012345"), "{test}");
}

#[test]
fn explain_ends_with_what_the_command_writes() {
    let documentation = LEGACY_URL_BUILDER.documentation;
    let text: Vec<_> =
        documentation.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let text = text.join("\n");
    let blocks: Vec<_> = text.split("```").filter_map(|block| block.strip_prefix("js\n")).collect();
    let [old, new] = blocks[..] else { panic!("{} examples", blocks.len()) };
    assert!(text.trim_end().ends_with("```"), "nothing stands behind it");
    let place = place();
    place.file("sign.js", old);
    assert_eq!(place.run("scaffold node sign.js --map map.csv").exits(0).out(), new);
    let explained = place.run("explain legacy-url-builder").exits(0);
    let indented = |line: &str| format!("    {line}").trim_end().to_owned() + "\n";
    assert!(explained.out().ends_with(&new.lines().map(indented).collect::<String>()));
}

#[test]
fn a_finding_and_the_next_steps_name_the_command_with_the_language_of_the_file() {
    let place = place();
    place.file("other.py", OTHER).file("third.lua", OTHER);
    let ran = place.run("check --no-config --format ndjson").exits(1);
    let mut said: Vec<_> = ran
        .records()
        .into_iter()
        .filter(|record| record["rule"] == "legacy-url-builder")
        .map(|record| {
            format!(
                "{}: {}",
                record["path"].as_str().unwrap(),
                record["suggestion"].as_str().unwrap()
            )
        })
        .collect();
    said.dedup();
    assert_eq!(
        said,
        [
            "other.py: `embed2jwt scaffold python` writes the code that replaces it",
            "sign.js: `embed2jwt scaffold node` writes the code that replaces it",
            "third.lua: `embed2jwt scaffold LANG` writes code that signs a token, in place of this",
        ]
    );
    let ran = place.run("check --no-config").exits(1);
    let text: Vec<_> = ran.out().split_whitespace().collect();
    let text = text.join(" ");
    assert!(
        text.contains(
            "`embed2jwt scaffold node` or `embed2jwt scaffold python` writes the code for it"
        ),
        "{text}"
    );
}

#[test]
fn a_url_that_code_fills_in_whole_is_code_to_change_too() {
    let place = Place::new();
    let url = "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=${nonce}&:email=${email}";
    place.file(
        "whole.js",
        format!("const url = `${{base}}`, other = `{url}&:signature=${{signature}}`;\n"),
    );
    place.file(
        "begun.js",
        format!("const url = `{url}`;\nreturn `${{url}}&:signature=${{signature}}`;\n"),
    );
    let ran = place.run("check --no-config --format ndjson").exits(1);
    let said: Vec<_> = ran
        .records()
        .iter()
        .map(|record| {
            let text = |name: &str| record[name].as_str().unwrap().to_owned();
            (text("path"), text("rule"), text("suggestion"))
        })
        .filter(|(_, rule, _)| rule != "placeholder-embed-id")
        .collect();
    let replaced = "`embed2jwt scaffold node` writes the code that replaces it";
    let row =
        |path: &str, rule: &str, said: &str| (path.to_owned(), rule.to_owned(), said.to_owned());
    assert_eq!(
        said,
        [
            row(
                "begun.js",
                "deprecated-signed-url",
                "the code that builds it has to sign a token instead"
            ),
            row("begun.js", "legacy-url-builder", replaced),
            row("whole.js", "deprecated-signed-url", replaced),
        ]
    );
    let ran = place.run("check --no-config").exits(1);
    let text = ran.out().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("Change the code that builds URLs in 2 locations"), "{text}");
    let code = place.run("scaffold node whole.js").exits(1);
    assert!(code.out().contains("user.email"), "{}", code.out());
}

#[test]
fn the_first_embed_is_that_of_the_code_that_is_replaced() {
    let place = Place::new();
    let (other, rest) = ("1-2oEyl8tXhJHjBQyXzrHgpV", "?:nonce={n}&:email={e}&:signature={s}");
    place.file(".env", format!("BASE=https://app.sigmacomputing.com/embed/{other}\n"));
    let url = format!("https://app.sigmacomputing.com/embed/{EMBED}{rest}");
    place.file("links.py", format!("url = f\"{url}\"\n"));
    let ran = place.run("scaffold python .").exits(1);
    let at = |id: &str| ran.out().find(id).unwrap();
    assert!(at(EMBED) < at(other), "{}", ran.out());
}

#[test]
fn an_old_url_that_holds_the_embed_secret_is_refused() {
    let place = place();
    place.file("sign.js", BUILDER.replace("West", SECRET));
    let command = "scaffold node sign.js --map map.csv -o new.mjs";
    let ran = place.run(command).env("SIGMA_EMBED_SECRET", SECRET).exits(2);
    assert!(ran.prose().contains("the URL at sign.js:2 holds the embed secret"), "{}", ran.err());
    assert!(!ran.err().contains(SECRET) && !place.path("new.mjs").exists());
}

#[test]
fn check_finds_nothing_in_the_new_code_and_its_test() {
    let place = place();
    for language in LANGUAGES {
        let command = format!(
            "scaffold {language} sign.js --map map.csv -o new.{language} --with-test test.{language}"
        );
        place.run(&command).exits(0);
    }
    place.run("check --exclude sign.js --exclude map.csv --no-config --fail-on info").exits(0);
}
