//! Why a command could not do its work.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};
use thiserror::Error;

use super::map::MapCommandError;
use super::pipeline::NoThread;
use crate::input::InputError;
use crate::input::files::{BadGlob, NoSuchPath};
use crate::map::MapError;
use crate::map::pull::PullError;
use crate::policy::{BaselineError, ConfigError, UnknownRule};
use crate::report::redact::{self, printable};
use crate::text::counted;

/// A broken run: exit status 2. What is wrong with a row is a finding instead.
#[derive(Debug, Diagnostic, Error)]
pub(super) enum CliError {
    #[error("there is no embed secret")]
    #[diagnostic(help(
        "give it in one of three ways:\n  --secret-file FILE    a file that holds the secret\n  --credentials FILE    a TOML file: client id = secret file or variable\n  SIGMA_EMBED_SECRET    the environment variable"
    ))]
    NoSecret,
    #[error("{place} has no embed secret: it is empty")]
    #[diagnostic(help(
        "give the secret in one of three ways:\n  --secret-file FILE    a file that holds the secret\n  --credentials FILE    a TOML file: client id = secret file or variable\n  SIGMA_EMBED_SECRET    the environment variable"
    ))]
    EmptySecret { place: String },
    #[error("the secret file {file} is UTF-16", file = file.display())]
    #[diagnostic(help("save it as UTF-8: the key is the secret's UTF-8 bytes"))]
    Utf16Secret { file: PathBuf },
    #[error("cannot read {file}", file = file.display())]
    #[diagnostic(help("check the path and its permissions"))]
    Read { file: PathBuf, source: io::Error },
    #[error("the file that {option} names cannot be read")]
    #[diagnostic(help("give the path of a file, not what it holds; check its permissions"))]
    ReadSecret { option: &'static str, source: io::Error },
    #[error("the credentials in {file} cannot be read: {problem}", file = file.display())]
    #[diagnostic(help(
        "write one line for each client id: `\"<client id>\" = {{ file = \"secret.txt\" }}` or `= {{ env = \"VARIABLE\" }}`"
    ))]
    Credentials { file: PathBuf, problem: String },
    #[error("there is no secret for the client id given with --client-id in {file}", file = file.display())]
    #[diagnostic(help("add it to the credentials, or leave --client-id out"))]
    UnknownClient { file: PathBuf },
    #[error("there is no input: {reason}")]
    #[diagnostic(help("name a file with one URL a line, or pipe one in"))]
    NoInput { reason: &'static str },
    #[error("a URL is given where the name of a file belongs")]
    #[diagnostic(help(
        "`embed2jwt inspect URL` reads a URL itself; other commands read it from a file or a pipe"
    ))]
    UrlForFile,
    #[error("the baseline {file} does not exist", file = file.display())]
    #[diagnostic(help("`--write-baseline={file}` creates it from the current findings", file = file.display()))]
    MissingBaseline { file: PathBuf },
    #[error("the secret in {file} looks like a list: it holds {what}", file = file.display())]
    #[diagnostic(help("give a file that holds the embed secret and nothing else"))]
    SecretIsList { file: PathBuf, what: &'static str },
    #[error("`-` is named beside other paths")]
    #[diagnostic(help("scan standard input by itself: `embed2jwt check - --stdin-filename NAME`"))]
    StdinAmongPaths,
    #[error("--stdin-filename names standard input, which is not to be scanned")]
    #[diagnostic(help("give `-` as the only path"))]
    NoStdin,
    #[error("standard input cannot be fixed: it has no file to write")]
    #[diagnostic(help("`--diff` prints what would change"))]
    FixStdin,
    #[error("no file was selected to scan")]
    #[diagnostic(help(
        "check the paths, --include and --exclude, those of the configuration, and .gitignore (`-v` names what it leaves out)"
    ))]
    NoFile,
    #[error("there is no command `{name}`")]
    #[diagnostic(help("`embed2jwt --help` lists the commands"))]
    NoCommand { name: String },
    #[error("standard input is named twice")]
    #[diagnostic(help("give `-` once"))]
    StdinTwice,
    #[error("cannot write {name}")]
    #[diagnostic(help(
        "the old file is unchanged; check the path, its permissions and the free space"
    ))]
    Output { name: String, source: io::Error },
    #[error("two outputs go to {name}")]
    #[diagnostic(help("give every report a file of its own"))]
    SameOutput { name: String },
    #[error("{name} is read by this run, and would be overwritten")]
    #[diagnostic(help("give the output a file of its own; nothing was written"))]
    OutputIsInput { name: String },
    #[error(transparent)]
    #[diagnostic(help(
        "the process or its user has too many threads: raise the limit (`ulimit -u`), or close other programs"
    ))]
    NoThread(#[from] NoThread),
    #[error("the conversion stopped: {0}")]
    Convert(String),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Input(#[from] InputError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Map(#[from] MapError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Api(#[from] MapCommandError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Pull(#[from] PullError),
    #[error("there are two configuration files: {first} and {second}", first = first.display(), second = second.display())]
    #[diagnostic(help("keep one of the two, or name one with --config FILE"))]
    TwoConfigs { first: PathBuf, second: PathBuf },
    #[error("the file that `credentials` in {config} names cannot be read", config = config.display())]
    #[diagnostic(help("write the path of a file, relative to the configuration"))]
    ConfiguredCredentials { config: PathBuf, source: io::Error },
    #[error("`{key}` in {config} names no file of its repository", config = config.display())]
    #[diagnostic(help(
        "a configuration that was only found may have come with the repository; name it with --config FILE if it is yours"
    ))]
    ConfiguredOutside { config: PathBuf, key: &'static str },
    #[error("{file} is not a baseline, and would be overwritten", file = file.display())]
    #[diagnostic(help(
        "--write-baseline writes a new file, or onto a baseline; nothing was written"
    ))]
    NoBaseline { file: PathBuf },
    #[error(transparent)]
    #[diagnostic(transparent)]
    Path(#[from] NoSuchPath),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Glob(#[from] BadGlob),
    #[error("no code that builds legacy URLs was found")]
    #[diagnostic(help(
        "name the folder or file that builds the URLs; `embed2jwt check` shows what is found, and --from accepts its JSON report"
    ))]
    NoBuilder,
    #[error("{file} is not a report of `check` or `audit`: {problem}", file = file.display())]
    #[diagnostic(help("write one with `embed2jwt check --format json`, or with `audit`"))]
    Report { file: PathBuf, problem: String },
    #[error("the URL at {place} holds the embed secret")]
    #[diagnostic(help(
        "remove it from the code, and replace the credentials: whoever saw the code knows the secret; nothing was written"
    ))]
    HoldsSecret { place: String },
    #[error("no old URL can be made for the test")]
    #[diagnostic(help("--map FILE names the workbook of at least one embed; nothing was written"))]
    NoCase,
    #[error("{language} has no {what} `{name}`")]
    #[diagnostic(help("it has {known}"))]
    NoSuchChoice { language: &'static str, what: &'static str, name: String, known: String },
    #[error("{name} already exists")]
    #[diagnostic(help("give another name, or --force to replace it; nothing was written"))]
    Exists { name: String },
    #[error("the code could not be written: {0}")]
    Render(String),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Baseline(#[from] BaselineError),
    #[error("git names a work tree that is not that of this folder: {top}", top = top.display())]
    #[diagnostic(help(
        "its configuration (`core.worktree`) points elsewhere; set GIT_WORK_TREE if that is intended"
    ))]
    OtherWorkTree { top: PathBuf },
    #[error("git cannot list the changed files: {problem}")]
    #[diagnostic(help(
        "run it in a git repository, with the name of a commit, branch or tag that is there"
    ))]
    Git { problem: String },
    #[error("{count} left out, and --strict is given", count = counted(*.0, "file"))]
    #[diagnostic(help("-v names them; --exclude and --max-file-size leave them out on purpose"))]
    Strict(u64),
    #[error("{count} could not be read", count = counted(*.0, "file"))]
    #[diagnostic(help("check their permissions"))]
    Unread(u64),
    #[error("{count} could not be fixed", count = counted(*.0, "file"))]
    #[diagnostic(help("the messages above explain why; these files are unchanged"))]
    Unfixed(u64),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Rule(#[from] UnknownRule),
}

/// An error for a terminal or a log: one line, without secrets, and nothing from outside in it steers the terminal.
#[derive(Debug)]
pub(super) struct Tame {
    error: CliError,
    cause: Option<Cause>,
    excerpt: Option<Excerpt>,
}

impl Tame {
    pub(super) fn new(error: CliError) -> Self {
        let cause = error.source().map(Cause::of);
        let excerpt = Excerpt::of(&error);
        Self { error, cause, excerpt }
    }

    /// The lines that it is about, with the part marked; nothing, if there are none.
    pub(super) fn frame(&self, ascii: bool, colour: bool) -> String {
        if self.excerpt.is_none() {
            return String::new();
        }
        let theme = match (ascii, colour) {
            (false, true) => GraphicalTheme::unicode(),
            (false, false) => GraphicalTheme::unicode_nocolor(),
            (true, true) => GraphicalTheme::ascii(),
            (true, false) => GraphicalTheme::none(),
        };
        let handler = GraphicalReportHandler::new_themed(theme).with_links(false);
        let mut text = String::new();
        // A text takes everything. Its first line is a mark before no message.
        let _ = handler.render_report(&mut text, &Frame(self));
        text.lines().skip(1).map(|line| line.trim_end().to_owned() + "\n").collect()
    }
}

/// The frame of an error alone.
#[derive(Debug)]
struct Frame<'a>(&'a Tame);

impl fmt::Display for Frame<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl Error for Frame<'_> {}

impl Diagnostic for Frame<'_> {
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.0.labels()
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.0.source_code()
    }
}

impl fmt::Display for Tame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact::line(&self.error.to_string()))
    }
}

impl Error for Tame {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as &(dyn Error + 'static))
    }
}

impl Diagnostic for Tame {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.error.help()?.to_string();
        Some(Box::new(
            printable(&redact::text(help.as_bytes(), redact::Secrets::Hidden)).into_owned(),
        ))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.error.labels()
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }
}

/// The part of a file that an error shows, with stars for what may be a secret.
#[derive(Debug)]
struct Excerpt {
    data: Vec<u8>,
    span: SourceSpan,
    line: usize,
    column: usize,
    /// The column of what is marked.
    marked: usize,
    lines: usize,
    name: String,
}

impl Excerpt {
    fn of(error: &CliError) -> Option<Self> {
        let label = error.labels()?.next()?;
        let source = error.source_code()?;
        let part = source.read_span(label.inner(), 1, 1).ok()?;
        let marked = source.read_span(label.inner(), 0, 0).ok()?.column();
        Some(Self {
            data: redact::masked(part.data()),
            span: *part.span(),
            line: part.line(),
            column: part.column(),
            marked,
            lines: part.line_count(),
            name: part.name().map(redact::line).unwrap_or_default(),
        })
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            &self.data,
            self.span,
            self.line,
            // Without lines around it, miette asks for the place of the mark.
            if before == 0 { self.marked } else { self.column },
            self.lines,
        )))
    }
}

/// Why it failed: the texts of an error and those behind it.
#[derive(Debug)]
struct Cause {
    text: String,
    next: Option<Box<Self>>,
}

impl Cause {
    fn of(error: &(dyn Error + 'static)) -> Self {
        let next = error.source().map(|next| Box::new(Self::of(next)));
        Self { text: redact::line(&error.to_string()), next }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.next.as_ref().map(|next| &**next as &(dyn Error + 'static))
    }
}
