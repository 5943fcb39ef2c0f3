//! A folder for one test, the program run in it with nothing of the caller's environment, and readings of what it printed.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::rc::Rc;
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// The clock of every run that does not say otherwise: 2025-06-15T15:06:40Z.
pub(crate) const NOW: u64 = 1_750_000_000;
/// The embed secret of every run that does not say otherwise.
pub(crate) const SECRET: &str = "demo-embed-secret";
/// An embed and its UUID, and a workbook and its: pairs that Sigma gave out (reference, section 1).
pub(crate) const EMBED: &str = "1-7CbVjjUMMTKQpYa2E7NwkI";
pub(crate) const EMBED_UUID: &str = "fa3cecb4-a9b5-4d81-9bcf-1bea81678fec";
pub(crate) const WORKBOOK: &str = "r0WXMPpc0YtQCTFR7CdDK";
pub(crate) const WORKBOOK_UUID: &str = "0e51172a-a4c0-4954-8c8c-9d854dcf4434";
/// Where [`Place::convert`] sends every URL.
pub(crate) const TARGET: &str =
    "https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK";

/// The root of the crate.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file of the crate.
pub(crate) fn crate_file(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Whether files that tests compare with are to be written anew.
pub(crate) fn bless() -> bool {
    std::env::var_os("EMBED2JWT_BLESS").is_some_and(|value| value == "1")
}

/// Compares a file of the crate with what it should hold, or writes it.
pub(crate) fn assert_file(path: &str, expected: &str) {
    if bless() {
        let path = root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, expected).unwrap();
        return;
    }
    let found = fs::read_to_string(root().join(path)).unwrap_or_default();
    if found != expected {
        let line = found.lines().zip(expected.lines()).take_while(|(a, b)| a == b).count();
        panic!(
            "{path} is out of date from line {}; EMBED2JWT_BLESS=1 cargo test --test it writes it anew\n\
             it has:      {:?}\nit should be: {:?}",
            line + 1,
            found.lines().nth(line),
            expected.lines().nth(line),
        );
    }
}

/// The same for a part of a file that is written by hand otherwise: what is between the lines `from` and the next line `to`.
pub(crate) fn assert_block(path: &str, from: &str, to: &str, expected: &str) {
    let text = crate_file(path);
    let (start, end) = (format!("{from}\n"), format!("{to}\n"));
    let at =
        text.find(&start).unwrap_or_else(|| panic!("{path} has no line {from:?}")) + start.len();
    let length = text[at..].find(&end).unwrap_or_else(|| panic!("{path} has no line {to:?}"));
    assert_file(path, &format!("{}{expected}{}", &text[..at], &text[at + length..]));
}

/// A temporary folder: files of one test, and where its commands run.
pub(crate) struct Place {
    folder: Rc<TempDir>,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: Rc::new(tempfile::tempdir().unwrap()) }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path(name), content).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Names of the files that are there, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entry = |entry: std::io::Result<fs::DirEntry>| {
            entry.unwrap().file_name().into_string().unwrap()
        };
        let mut names: Vec<_> = fs::read_dir(self.folder.path()).unwrap().map(entry).collect();
        names.sort();
        names
    }

    /// The program with arguments separated by white space, and an environment that holds nothing but `PATH`.
    pub(crate) fn run(&self, args: &str) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_embed2jwt"));
        command.current_dir(self.folder.path()).env_clear();
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command.args(args.split_whitespace());
        Run { command, stdin: Vec::new(), folder: Rc::clone(&self.folder) }
    }

    /// `convert` with the secret [`SECRET`], the clock at [`NOW`] and the nonce as token id unless `args` say
    /// otherwise, but no target. What it reads is trusted: most tests are not about who signed their URLs.
    pub(crate) fn bare(&self, args: &str) -> Run {
        self.convert_to("--trust-input", args)
    }

    /// The same as [`Place::convert`], but nothing is converted that its signature does not prove.
    pub(crate) fn convert_proved(&self, args: &str) -> Run {
        self.convert_to(&format!("--org acme --workbook {WORKBOOK}"), args)
    }

    fn convert_to(&self, target: &str, args: &str) -> Run {
        let mut run = self.run("convert").args(target).env("SIGMA_EMBED_SECRET", SECRET);
        for (flag, value) in [("--jti", "nonce"), ("--now", &NOW.to_string())] {
            if !args.contains(flag) {
                run = run.arg(flag).arg(value);
            }
        }
        run.args(args)
    }

    /// The same, and every URL leads to [`TARGET`].
    pub(crate) fn convert(&self, args: &str) -> Run {
        self.convert_to(&format!("--org acme --workbook {WORKBOOK} --trust-input"), args)
    }
}

/// A command before it runs.
pub(crate) struct Run {
    pub(crate) command: Command,
    stdin: Vec<u8>,
    /// It runs there, however short-lived the [`Place`] is.
    folder: Rc<TempDir>,
}

impl Run {
    pub(crate) fn args(mut self, args: &str) -> Self {
        self.command.args(args.split_whitespace());
        self
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Runs it in a folder of the place.
    pub(crate) fn within(mut self, folder: &str) -> Self {
        self.command.current_dir(self.folder.path().join(folder));
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.stdin = bytes.as_ref().to_vec();
        self
    }

    /// Runs it to its end.
    pub(crate) fn done(self) -> Ran {
        let stdin = self.stdin.clone();
        self.feed(move |pipe| drop(pipe.write_all(&stdin)))
    }

    /// Runs it to its end while a thread writes its standard input.
    pub(crate) fn feed(
        mut self,
        write: impl FnOnce(&mut std::process::ChildStdin) + Send + 'static,
    ) -> Ran {
        let mut child = self.spawn();
        let mut pipe = child.stdin.take().unwrap();
        // The program may end without reading all of it.
        let writer = thread::spawn(move || write(&mut pipe));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ran { status: output.status.code(), stdout: output.stdout, stderr: output.stderr }
    }

    /// Runs it for a reader that goes away after the first bytes.
    pub(crate) fn left_early(mut self) -> Output {
        let mut child = self.spawn();
        drop(child.stdin.take());
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut [0; 100]).unwrap();
        drop(stdout);
        child.wait_with_output().unwrap()
    }

    /// Starts it with all three streams as pipes.
    pub(crate) fn spawn(&mut self) -> Child {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Its exit status is `status`.
    #[track_caller]
    pub(crate) fn exits(self, status: i32) -> Ran {
        let ran = self.done();
        assert_eq!(ran.status, Some(status), "stdout: {}\nstderr: {}", ran.lossy_out(), ran.err());
        ran
    }
}

/// A command that has ended.
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

impl Ran {
    pub(crate) fn out(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }

    fn lossy_out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).chars().take(4000).collect()
    }

    pub(crate) fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Standard error as running text: the frame that errors are drawn in, and its line breaks, taken away.
    pub(crate) fn prose(&self) -> String {
        let words: Vec<_> =
            self.err().split_whitespace().filter(|w| *w != "│").map(str::to_owned).collect();
        words.join(" ")
    }

    pub(crate) fn lines(&self) -> Vec<&str> {
        self.out().split_terminator('\n').collect()
    }

    /// The objects of ndjson.
    pub(crate) fn records(&self) -> Vec<Value> {
        records(self.out())
    }

    /// The only object of ndjson.
    #[track_caller]
    pub(crate) fn record(&self) -> Value {
        let mut records = self.records();
        assert_eq!(records.len(), 1, "stderr: {}", self.err());
        records.remove(0)
    }
}

/// The objects of ndjson.
pub(crate) fn records(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .collect()
}

/// `(rule, severity)` of every finding of a record, sorted.
pub(crate) fn findings(record: &Value) -> Vec<(String, String)> {
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let mut findings: Vec<_> = record["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (text(finding, "rule"), text(finding, "severity")))
        .collect();
    findings.sort();
    findings
}

/// The severity with which a rule fired in a record, the first time.
pub(crate) fn severity_of(record: &Value, rule: &str) -> Option<String> {
    let finding = record["findings"].as_array().unwrap().iter().find(|f| f["rule"] == rule)?;
    Some(finding["severity"].as_str().unwrap().to_owned())
}

/// HMAC-SHA256 by RFC 2104, from the hash alone.
pub(crate) fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0u8; 64];
    if key.len() > 64 {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let pad = |byte: u8| block.map(|b| b ^ byte);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Signs a URL of the old dialect as its owner did: the HMAC of every byte before `&:signature=`.
pub(crate) fn sign(url: &str) -> String {
    format!("{url}&:signature={}", hex(&hmac(SECRET.as_bytes(), url.as_bytes())))
}

/// A signed URL of which nothing but `deprecated-signed-url` is to be said, with more parameters behind its own.
pub(crate) fn legacy(more: &str) -> String {
    sign(&format!("{}{more}", unsigned()))
}

/// The same without its signature.
pub(crate) fn unsigned() -> String {
    format!(
        "https://app.sigmacomputing.com/embed/{EMBED}?:nonce=n-1&:client_id=c-1&:email=ann@example.com\
         &:external_user_id=7&:external_user_team=Sales&:account_type=View&:mode=userbacked\
         &:session_length=600&:time=1749999000&:menu_position=top"
    )
}

/// A new URL cut by hand into the part before the query, the token, and the parameters behind it.
pub(crate) struct Cut {
    pub(crate) base: String,
    pub(crate) token: String,
    pub(crate) rest: String,
}

pub(crate) fn cut(url: &str) -> Cut {
    let (base, query) = url.split_once("?:jwt=").unwrap_or_else(|| panic!("no token in {url}"));
    let (token, rest) = query.split_once('&').unwrap_or((query, ""));
    Cut { base: base.to_owned(), token: token.to_owned(), rest: rest.to_owned() }
}

/// A token taken apart by hand: header and claims as JSON texts; its signature must be that of `secret`.
#[track_caller]
pub(crate) fn open_token(token: &str, secret: &str) -> (String, String) {
    let parts: Vec<_> = token.split('.').collect();
    assert_eq!(parts.len(), 3, "{token}");
    let signed = &token[..token.rfind('.').unwrap()];
    let signature = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
    assert_eq!(signature, hmac(secret.as_bytes(), signed.as_bytes()), "the signature of the token");
    let text = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    (text(parts[0]), text(parts[1]))
}

/// The claims in the token of a new URL.
#[track_caller]
pub(crate) fn claims(url: &str) -> Value {
    serde_json::from_str(&open_token(&cut(url).token, SECRET).1).unwrap()
}

/// What the published schema has against a SARIF document.
pub(crate) fn sarif_errors(document: &Value) -> Vec<String> {
    // As published, but for a pattern that only lenient engines read: of `language`, which is not written.
    let published = crate_file("fixtures/schemas/sarif-2.1.0.json");
    let schema = serde_json::from_str(&published.replace("{2}]?$", "{2}$")).unwrap();
    let validator =
        jsonschema::draft7::options().should_validate_formats(true).build(&schema).unwrap();
    let errors = validator.iter_errors(document);
    errors.map(|error| format!("{}: {error}", error.instance_path())).collect()
}
