//! The front door of the library gives what the command prints, byte for byte.

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

use embed2jwt::convert::TokenId;
use embed2jwt::map::{EmbedMap, Format};
use embed2jwt::policy::Level;
use embed2jwt::rule::Severity;
use embed2jwt::{
    Auditor, Converter, Keys, Known, Memory, Row, Scanner, Secret, Settings, SettingsError,
};

use crate::support::{NOW, Place, SECRET, WORKBOOK, crate_file, root, sign, unsigned};

fn settings(source: &str) -> Settings {
    let mut settings = Settings::default();
    settings.source = source.into();
    settings.now = Some(NOW);
    settings.keys = Keys::One(Secret::new(SECRET.into()).unwrap());
    settings.token.token_id = TokenId::Derived;
    settings.org = Some("acme".to_owned());
    settings.workbook = Some(WORKBOOK.to_owned());
    settings
}

/// URLs of every kind that the repository has, real ones among them, and many of one kind: more than one thread takes at a time.
fn urls() -> Vec<String> {
    let mut urls = Vec::new();
    for folder in ["fixtures/fires", "fixtures/silent", "fixtures/real", "fixtures/sample"] {
        let mut files: Vec<_> =
            fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files.iter().filter(|file| file.extension().is_some_and(|e| e == "txt")) {
            let Ok(text) = fs::read_to_string(file) else { continue };
            let rows = text.lines().map(str::trim).filter(|row| row.starts_with("http"));
            urls.extend(rows.map(str::to_owned));
        }
    }
    for number in 0..1_500 {
        // Every seventh nonce comes again, and every user has two teams in turn.
        let url = unsigned().replace("ann@", &format!("user{}@", number % 40));
        let team = if number % 3 == 0 { "Sales" } else { "Support" };
        let url = url.split('&').map(|part| match part.split_once('=') {
            Some((name, _)) if name.ends_with("nonce") => format!("{name}={}", number / 7),
            Some((name, _)) if name.ends_with("external_user_team") => format!("{name}={team}"),
            _ => part.to_owned(),
        });
        urls.push(sign(&url.collect::<Vec<_>>().join("&")));
    }
    assert!(urls.len() > 1_600, "{}", urls.len());
    urls
}

/// What the command prints of these URLs.
fn printed(command: &str, urls: &[String]) -> String {
    let place = Place::new();
    place.file("urls.txt", urls.join("\n") + "\n").file("secret.txt", SECRET);
    let ran = place.run(command).arg("urls.txt").done();
    assert!(ran.out().lines().count() == urls.len(), "{command}: {}", ran.err());
    ran.out().to_owned()
}

fn rows(urls: &[String]) -> Vec<Row<'_>> {
    urls.iter().map(|url| url.as_str().into()).collect()
}

#[test]
fn converting_gives_what_the_command_prints_with_any_number_of_threads() {
    let urls = urls();
    let expected = printed(
        &format!(
            "convert --format ndjson --jti derived --now {NOW} --org acme --workbook {WORKBOOK} --secret-file secret.txt"
        ),
        &urls,
    );
    for threads in [1, 4] {
        let mut settings = settings("urls.txt");
        settings.threads = threads;
        let converter = Converter::new(settings).unwrap();
        // In two batches, of which the second remembers the first.
        let mut memory = Memory::default();
        let (first, second) = urls.split_at(700);
        let mut all = converter.convert_all(&mut memory, &rows(first)).unwrap();
        all.extend(converter.convert_all(&mut memory, &rows(second)).unwrap());
        for (number, (line, converted)) in expected.lines().zip(&all).enumerate() {
            assert_eq!(converted.json(), line, "URL {number}, {threads} threads");
            assert_eq!(serde_json::to_string(converted).unwrap(), line);
        }
        assert!(all.iter().any(|converted| converted.rules.contains(&"reused-nonce")));
        assert!(all.iter().any(|converted| converted.rules.contains(&"inconsistent-user")));
    }
}

#[test]
fn auditing_and_inspecting_give_what_the_commands_print() {
    let urls = urls();
    let map = crate_file("fixtures/sample/map.csv");
    let mut settings = settings("urls.txt");
    (settings.org, settings.workbook) = (None, None);
    settings.map.parse("map.csv", map.as_bytes(), Format::Csv).unwrap();
    settings.levels.set("missing-account-type", Level::At(Severity::Error)).unwrap();
    settings.threads = 2;
    let auditor = Auditor::new(settings).unwrap();
    let map_file = root().join("fixtures/sample/map.csv");
    let flags = format!(
        "--format ndjson --now {NOW} --map {} --error missing-account-type --secret-file secret.txt",
        map_file.display()
    );
    let audited = auditor.audit_all(&mut Memory::default(), &rows(&urls));
    for (line, audited) in printed(&format!("audit {flags}"), &urls).lines().zip(&audited) {
        assert_eq!(audited.json(), line);
    }
    let inspected = auditor.inspect_all(&mut Memory::default(), &rows(&urls));
    for (line, inspected) in printed(&format!("inspect {flags}"), &urls).lines().zip(&inspected) {
        assert_eq!(inspected.json(), line);
    }
}

#[test]
fn scanning_gives_what_check_prints_of_every_file_of_the_corpus() {
    let mut files = Vec::new();
    let mut folders = vec![root().join("fixtures/repos")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut found = 0;
    for file in files {
        let name = file.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
        let bytes = fs::read(&file).unwrap();
        let ran = Place::new()
            .run(&format!(
                "check - --format ndjson --now {NOW} --no-config --stdin-filename {name}"
            ))
            .stdin(&bytes)
            .done();
        let mut settings = settings("");
        (settings.org, settings.workbook) = (None, None);
        let scanned = Scanner::new(settings).unwrap().scan(&name, &bytes);
        let binary = bytes.contains(&0)
            && !bytes.starts_with(b"\xff\xfe")
            && !bytes.starts_with(b"\xfe\xff");
        let packed = bytes.starts_with(b"\x1f\x8b");
        if binary || packed {
            continue;
        }
        let lines: Vec<_> = scanned.json().collect();
        assert_eq!(lines.join("\n"), ran.out().trim_end(), "{name}");
        found += lines.len();
    }
    assert!(found > 300, "{found} findings in the corpus");
}

#[test]
fn what_is_fixed_in_memory_is_what_check_writes() {
    let place = Place::new();
    let source = "const url = `https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=${n}&:show_footer=false&:signature=${s}`;\n";
    place.file("embed.js", source);
    place.run("check --fix embed.js --no-config").done();
    let scanner = Scanner::new(Settings::default()).unwrap();
    let fixed = scanner.fix("embed.js", source.as_bytes(), false).unwrap();
    assert_eq!(String::from_utf8(fixed).unwrap(), place.read("embed.js"));
    assert_ne!(place.read("embed.js"), source);
}

#[test]
fn a_row_without_a_url_is_a_finding_and_the_others_are_converted() {
    let converter = Converter::new(settings("urls.txt")).unwrap();
    let good = sign(&unsigned());
    let rows =
        [Row::Problem("the row is null".to_owned()), good.as_str().into(), Row::Url(b"\xff\0")];
    let all = converter.convert_all(&mut Memory::default(), &rows).unwrap();
    assert_eq!(
        all.iter().map(|one| one.status.name()).collect::<Vec<_>>(),
        ["failed", "converted", "failed"]
    );
    assert!(all[0].json().contains("the row is null"), "{}", all[0].json());
    assert_eq!((all[0].url.as_ref(), all[0].rules[0]), (None, "malformed-url"));
}

#[test]
fn a_clock_that_is_given_is_read_for_every_batch_and_a_fixed_time_wins_over_it() {
    static SECONDS: AtomicU64 = AtomicU64::new(NOW);
    let mut settings = settings("");
    settings.now = None;
    settings.clock = Some(|| SECONDS.fetch_add(60, Ordering::Relaxed));
    let url = sign(&unsigned());
    let mut fixed = settings.clone();
    fixed.now = Some(7);
    let converter = Converter::new(settings).unwrap();
    for time in [NOW, NOW + 60] {
        let converted = converter.convert(&url).unwrap();
        assert!(converted.json().contains(&format!("\"iat\":{time},")), "{}", converted.json());
    }
    let converted = Converter::new(fixed).unwrap().convert(&url).unwrap();
    assert!(converted.json().contains("\"iat\":7,"), "{}", converted.json());
}

#[test]
fn settings_that_cannot_work_say_why() {
    let refused = |change: fn(&mut Settings)| {
        let mut settings = settings("");
        change(&mut settings);
        Converter::new(settings).unwrap_err()
    };
    assert!(matches!(refused(|s| s.keys = Keys::None), SettingsError::NoSecret));
    assert!(matches!(refused(|s| s.org = Some("..".into())), SettingsError::Org(_)));
    assert!(matches!(refused(|s| s.workbook = Some("1-x".into())), SettingsError::Workbook));
    assert!(matches!(refused(|s| s.hosts = vec!["a b".into()]), SettingsError::Host(_)));
    // An error may be logged: what looks like a signed URL loses its signature.
    let url = format!("https://x/?:signature={}", "ab".repeat(32));
    let mut wrong = settings("");
    wrong.org = Some(url);
    assert!(!Converter::new(wrong).unwrap_err().to_string().contains(&"ab".repeat(32)));
}

#[test]
fn debug_output_of_the_settings_shows_no_secret() {
    let settings = settings("");
    assert!(!format!("{settings:?}").contains(SECRET));
    assert!(!format!("{:?}", Converter::new(settings).unwrap()).contains(SECRET));
    assert!(EmbedMap::default().is_empty());
}

#[test]
fn rows_that_many_machines_share_are_converted_as_one_list_would_be() {
    let urls = urls();
    let converter = Converter::new(settings("")).unwrap();
    let whole = converter.convert_all(&mut Memory::default(), &rows(&urls)).unwrap();

    // Each machine makes marks under one key; somebody finds the first line of each nonce and user.
    let auditor = Auditor::new(settings("")).unwrap();
    let key = Secret::new(b"of this run".to_vec()).unwrap();
    let marks: Vec<_> =
        urls.chunks(500).flat_map(|part| auditor.marks(&rows(part), &key)).collect();
    let (mut nonces, mut users) =
        (std::collections::HashMap::new(), std::collections::HashMap::new());
    let mut known = Vec::new();
    for (line, mark) in (1..).zip(marks) {
        let mut row = Known { line, ..Known::default() };
        if let Some(mark) = mark {
            let first = mark.nonce.map(|nonce| *nonces.entry(nonce).or_insert(line));
            row.nonce = first.filter(|first| *first < line);
            let first = mark.user.map(|user| *users.entry(user).or_insert((line, mark.claims)));
            row.user = first.filter(|(first, _)| *first < line).map(|(first, claims)| {
                let mut differs = claims.iter().zip(&mark.claims).map(|(one, other)| one != other);
                (first, [(); 3].map(|()| differs.next().unwrap()))
            });
        }
        known.push(row);
    }
    let other = Secret::new(b"of another run".to_vec()).unwrap();
    let last = &urls[urls.len() - 1..];
    assert_ne!(auditor.marks(&rows(last), &key), auditor.marks(&rows(last), &other));

    // Then each machine converts its part, here the last before the first.
    let mut parts: Vec<_> = urls.chunks(500).zip(known.chunks(500)).collect();
    parts.reverse();
    let mut converted: Vec<_> = parts
        .into_iter()
        .map(|(part, known)| {
            converter.convert_all(&mut Memory::known(known.to_vec()), &rows(part)).unwrap()
        })
        .collect();
    converted.reverse();
    let converted: Vec<_> = converted.iter().flatten().collect();
    assert_eq!(whole.len(), converted.len());
    for (one, other) in whole.iter().zip(converted) {
        assert_eq!(one.json(), other.json());
    }
}
