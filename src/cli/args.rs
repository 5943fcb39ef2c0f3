//! The command line: one definition, from which help, man page and completions are made.

mod check;
mod value;

pub(super) use check::{Check, Files, MapInit};

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use super::config::ConfigArgs;
use super::levels::LevelArgs;
use super::offer::{self, Offer};
use super::unfinished::Holds;
use crate::dialect::path::is_path_part;
use crate::dialect::workbook::WorkbookRef;
use crate::input;
use crate::policy::config::WORKBOOK_HELP;
use crate::report::redact::{self, Secrets};

/// Migration linter and converter: Sigma Computing's deprecated signed embed URLs to JWT-signed embed URLs.
#[derive(Debug, Parser)]
#[command(
    name = "embed2jwt",
    version,
    propagate_version = true,
    args_override_self = true,
    after_help = "Exit status: 0 success, 1 a finding fails the run or a URL was not converted, 2 the command could not do its work."
)]
pub(super) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Report on every URL of a list.
    Audit(Box<Audit>),
    /// Decode a URL or a token, lint it, verify its signature.
    Inspect(Box<Inspect>),
    /// Turn every legacy signed URL of a list into its JWT-signed equivalent.
    Convert(Box<Convert>),
    /// Find legacy embeds, and the code that builds them, in a repository's files.
    Check(Box<Check>),
    /// Make the embed map, fetch it from Sigma, or show it.
    Map(super::map::Map),
    /// Write the code that replaces what builds legacy URLs: a signer in the project's language.
    Scaffold(Box<super::scaffold::Scaffold>),
    /// Print the documentation of a rule, or the list of all.
    Explain(Explain),
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff), or that of a command.
    Man(Man),
}

/// `audit`
#[derive(Args, Debug)]
pub(super) struct Audit {
    #[command(flatten)]
    pub(super) input: Input,
    /// The embed map: csv, json or toml. With it, public embeds and embeds without a workbook are recognised. Repeatable.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) map: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) secret: SecretArgs,
    #[command(flatten)]
    pub(super) levels: LevelArgs,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    #[command(flatten)]
    pub(super) output: AuditOutput,
}

/// `inspect`
#[derive(Args, Debug)]
pub(super) struct Inspect {
    /// URLs (`https://…`), tokens (`eyJ…`), or lists of them; standard input for `-` or none.
    #[arg(value_name = "URL|FILE", value_hint = ValueHint::FilePath)]
    pub(super) inputs: Vec<OsString>,
    /// Show part by part what `convert` would do to a legacy signed URL, and why.
    #[arg(long)]
    pub(super) explain_conversion: bool,
    /// Decrypt OAuth tokens with the secret; `--show-secrets` shows them.
    #[arg(long)]
    pub(super) decrypt_oauth_token: bool,
    /// Whose tokens they are; those of internal users carry no teams, attributes or account type [default: embed].
    #[arg(long, value_name = "KIND")]
    pub(super) user: Option<User>,
    /// The account type of URLs that name none, for `--explain-conversion`.
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(super) account_type: Option<String>,
    #[command(flatten)]
    pub(super) rows: Rows,
    #[command(flatten)]
    pub(super) target: Target,
    #[command(flatten)]
    pub(super) secret: SecretArgs,
    #[command(flatten)]
    pub(super) levels: LevelArgs,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    #[command(flatten)]
    pub(super) output: AuditOutput,
}

/// Where reports go.
#[derive(Args, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag")]
#[command(next_help_heading = "Output")]
pub(super) struct AuditOutput {
    /// The format of the report [default: human].
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Option<ReportFormat>,
    #[command(flatten)]
    pub(super) common: Common,
    /// Write another report of the same run to a file. Repeatable.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report::<ReportFormat>(), hide_possible_values = true)]
    pub(super) report: Vec<Report<ReportFormat>>,
    /// Show e-mail addresses in full in `html` and `markdown`, which shorten them to `j…@example.com`.
    #[arg(long)]
    pub(super) show_users: bool,
    /// Exit with 1 if a finding has at least this severity [default: warning].
    #[arg(long, value_name = "LEVEL")]
    pub(super) fail_on: Option<FailOn>,
    /// When to use colour.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
    /// The clock, in seconds since 1970.
    #[arg(long, value_name = "UNIX", value_parser = value::time)]
    pub(super) now: Option<u64>,
    /// Name what was skipped or could not be read, on standard error.
    #[arg(short, long)]
    pub(super) verbose: bool,
    /// Print nothing to standard error but errors of the run, and in `human` of `check` and `concise` nothing but findings.
    #[arg(short, long, conflicts_with = "verbose")]
    pub(super) quiet: bool,
}

/// What every run over many URLs takes.
#[derive(Args, Debug)]
pub(super) struct Common {
    /// Write to this file instead of standard output: whole or not at all.
    #[arg(short = 'o', long = "output", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) file: Option<PathBuf>,
    /// Show signatures, tokens and OAuth tokens of the input in full.
    #[arg(long)]
    show_secrets: bool,
    /// Threads; by default one for each processor.
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) threads: Option<u16>,
}

impl Common {
    /// Whether reports show secrets.
    pub(super) fn secrets(&self) -> Secrets {
        if self.show_secrets { Secrets::Shown } else { Secrets::Hidden }
    }

    /// What reports then hold.
    pub(super) fn holds(&self) -> Holds {
        if self.show_secrets { Holds::Tokens } else { Holds::Reports }
    }
}

/// Formats of `audit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// A table of equal findings and a summary.
    Human,
    /// One line a finding: `path:line:column: level[rule] message`.
    Concise,
    /// One document.
    Json,
    /// One JSON object a URL.
    Ndjson,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab code quality.
    Gitlab,
    /// `JUnit` XML.
    Junit,
    /// A table, one row a finding.
    Csv,
    /// For a pull request.
    Markdown,
    /// One self-contained page.
    Html,
}

/// `--fail-on`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// An error.
    Error,
    /// A warning or an error.
    Warning,
    /// Any finding.
    Info,
    /// Nothing.
    Never,
}

/// `--fail-on` of `convert`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ConvertFailOn {
    /// A URL was not converted.
    Failed,
    /// Never.
    Never,
}

/// `--color`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal or with `CLICOLOR_FORCE`; never with `NO_COLOR`.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// `convert`
#[derive(Args, Debug)]
pub(super) struct Convert {
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) target: Target,
    #[command(flatten)]
    pub(super) secret: SecretArgs,
    /// Also convert URLs that nothing proves: without a signature, or without the secret that would verify
    /// it. Then anyone who can write into the list can have tokens signed for any user. A signature that does
    /// not fit stays an error.
    #[arg(long, help_heading = "Secret")]
    pub(super) trust_input: bool,
    #[command(flatten)]
    pub(super) token: TokenArgs,
    #[command(flatten)]
    pub(super) levels: LevelArgs,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    #[command(flatten)]
    pub(super) output: Output,
}

/// Where URLs come from.
#[derive(Args, Debug)]
#[command(next_help_heading = "Input")]
pub(super) struct Input {
    /// Lists of URLs; standard input for `-` or none. Gzip and zstd are read as their content.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) rows: Rows,
}

/// How a list holds its URLs.
#[derive(Args, Debug)]
#[command(next_help_heading = "Input")]
pub(super) struct Rows {
    /// The format of the lists; otherwise by their extension, or lines.
    #[arg(id = "input_format", long = "input-format", value_name = "FORMAT")]
    pub(super) format: Option<InputFormat>,
    /// The column or JSON key that holds the URL.
    #[arg(long, value_name = "NAME", default_value = "url")]
    pub(super) field: String,
    /// The separator of csv columns: one character, or `tab` [default: seen from the header].
    #[arg(long, value_name = "CHARACTER", value_parser = value::delimiter)]
    pub(super) delimiter: Option<u8>,
}

/// Formats of lists.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum InputFormat {
    /// One URL a line; blank lines and lines starting with `#` are skipped.
    Lines,
    /// Comma-separated, with a header.
    Csv,
    /// Tab-separated, with a header.
    Tsv,
    /// One JSON object a line.
    Jsonl,
}

impl From<InputFormat> for input::Format {
    fn from(format: InputFormat) -> Self {
        match format {
            InputFormat::Lines => Self::Lines,
            InputFormat::Csv => Self::Csv,
            InputFormat::Tsv => Self::Tsv,
            InputFormat::Jsonl => Self::Jsonl,
        }
    }
}

/// Where URLs lead.
#[derive(Args, Debug)]
#[command(next_help_heading = "Target")]
pub(super) struct Target {
    /// The embed map: csv, json or toml with `embed_id`, `org`, `workbook_id`. Repeatable.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) map: Vec<PathBuf>,
    /// The organisation's slug, for URLs whose map row names none.
    #[arg(long, value_name = "SLUG", value_parser = path_part)]
    pub(super) org: Option<String>,
    /// The workbook of every URL that does not name one in its path: UUID, URL id, `<Name>-<urlId>`, or its URL.
    #[arg(long, value_name = "ID", value_parser = workbook)]
    pub(super) workbook: Option<String>,
}

/// Where the embed secret comes from. Never from an argument: other users can read those.
#[derive(Args, Debug)]
#[command(next_help_heading = "Secret")]
pub(super) struct SecretArgs {
    /// A file that holds the embed secret; otherwise the variable `SIGMA_EMBED_SECRET`.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) secret_file: Option<PathBuf>,
    /// A TOML file that names a secret file or variable for each client id.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "secret_file")]
    pub(super) credentials: Option<PathBuf>,
    /// The client id of all tokens, whatever the URLs say. The signature of a URL of another client id is verified with that one's
    /// secret, which only `--credentials` can give beside the new one's; without it, `convert` refuses the URL.
    #[arg(long, value_name = "ID", env = "SIGMA_EMBED_CLIENT_ID", hide_env_values = true)]
    pub(super) client_id: Option<String>,
}

/// What tokens say.
#[derive(Args, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag")]
#[command(next_help_heading = "Token")]
pub(super) struct TokenArgs {
    /// Where the token's id comes from [default: fresh].
    #[arg(long, value_name = "HOW")]
    pub(super) jti: Option<Jti>,
    /// The clock, in seconds since 1970.
    #[arg(long, value_name = "UNIX", value_parser = value::time)]
    pub(super) now: Option<u64>,
    /// How long every token lives, whatever the URLs say: seconds, or with a unit: `15m`, `1h`, `30d`.
    #[arg(long, value_name = "SECONDS", value_parser = value::lifetime)]
    pub(super) ttl: Option<u64>,
    /// When tokens begin [default: now].
    #[arg(long, value_name = "WHEN")]
    pub(super) issued_at: Option<IssuedAt>,
    /// The version of tokens; a token with an OAuth token is always 1.1 [default: 1.0].
    #[arg(long, value_name = "VERSION")]
    pub(super) jwt_version: Option<JwtVersion>,
    /// Whose tokens they are; those of internal users carry no teams, attributes or account type [default: embed].
    #[arg(long, value_name = "KIND")]
    pub(super) user: Option<User>,
    /// The account type for URLs without one: a token without one gives the highest there is.
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(super) account_type: Option<String>,
    /// Encrypt OAuth tokens with the embed secret: those that cannot be cipher text already, or all that are
    /// not yet in the form of a token.
    #[arg(long, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "plain",
        overrides_with = "no_encrypt_oauth_token")]
    pub(super) encrypt_oauth_token: Option<Encrypt>,
    /// The contrary, over a configuration.
    #[arg(long, hide = true, overrides_with = "encrypt_oauth_token")]
    pub(super) no_encrypt_oauth_token: bool,
    /// Keep parameters that are not in the tables of this release.
    #[arg(long, overrides_with = "no_keep_unknown")]
    pub(super) keep_unknown: bool,
    /// The contrary, over a configuration.
    #[arg(long, hide = true, overrides_with = "keep_unknown")]
    pub(super) no_keep_unknown: bool,
    /// Do not add `:menu_position=bottom` where the old default would change.
    #[arg(long, overrides_with = "preserve_defaults")]
    pub(super) no_preserve_defaults: bool,
    /// The contrary, over a configuration.
    #[arg(long, hide = true, overrides_with = "no_preserve_defaults")]
    pub(super) preserve_defaults: bool,
}

/// `--jti`
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Jti {
    /// A new version-4 UUID.
    Fresh,
    /// The URL's nonce.
    Nonce,
    /// A version-5 UUID of client id and nonce.
    Derived,
}

/// `--issued-at`
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum IssuedAt {
    /// When they are made.
    Now,
    /// At the URL's `:time`.
    Url,
}

/// `--jwt-version`
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum JwtVersion {
    /// Assumed by Sigma, so the claim is left out.
    #[value(name = "1.0")]
    V1_0,
    /// With `ver` and `aud`.
    #[value(name = "1.1")]
    V1_1,
}

/// `--encrypt-oauth-token`
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Encrypt {
    /// A JSON Web Token (`eyJ….….…`) or an opaque string; not base64 or hex of whole blocks of 16 bytes, or of `Salted__`.
    Plain,
    /// You declare that all of them are plain text.
    All,
}

/// `--user`
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum User {
    /// Users who exist for the embed.
    Embed,
    /// Users of the organisation.
    Internal,
}

/// Where results go.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub(super) struct Output {
    /// The format of the output [default: lines].
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Option<OutputFormat>,
    #[command(flatten)]
    pub(super) common: Common,
    /// Write another report of the same run to a file. Repeatable.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report::<OutputFormat>(), hide_possible_values = true)]
    pub(super) report: Vec<Report<OutputFormat>>,
    /// When the exit status is 1 [default: failed].
    #[arg(long, value_name = "WHEN")]
    pub(super) fail_on: Option<ConvertFailOn>,
    /// Print every finding to standard error, not only those that stopped a URL.
    #[arg(short, long)]
    pub(super) verbose: bool,
    /// Print only errors of the run to standard error: no summary, no findings.
    #[arg(short, long, conflicts_with = "verbose")]
    pub(super) quiet: bool,
}

/// Formats of `convert`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputFormat {
    /// The new URL of every row, one a line; an empty line for a row without one.
    Lines,
    /// One JSON object a row.
    Ndjson,
    /// A table with the other columns of the input.
    Csv,
}

/// `--report FORMAT=FILE`
#[derive(Clone, Debug)]
pub(super) struct Report<F> {
    /// The format.
    pub(super) format: F,
    /// The file.
    pub(super) file: PathBuf,
}

/// Offers the formats.
fn report<F: ValueEnum + Send + Sync + 'static>() -> Offer<Report<F>> {
    Offer { parse: parse_report::<F>, values: offer::format_of_file::<F> }
}

fn parse_report<F: ValueEnum>(text: &str) -> Result<Report<F>, String> {
    let (format, file) =
        text.split_once('=').ok_or("write FORMAT=FILE, such as `ndjson=out.ndjson`")?;
    if file.is_empty() {
        return Err("there is no file after `=`".to_owned());
    }
    let format = F::from_str(format, false).map_err(|_| {
        let formats = offer::format_of_file::<F>();
        let names: Vec<_> =
            formats.iter().map(|format| format.get_name().trim_end_matches('=')).collect();
        format!("there is no format `{}`; there are {}", redact::line(format), names.join(", "))
    })?;
    Ok(Report { format, file: file.into() })
}

/// A slug or an id that stands in a path as it is.
pub(super) fn path_part(text: &str) -> Result<String, String> {
    if is_path_part(text) {
        Ok(text.to_owned())
    } else {
        Err("give the part between two slashes of a Sigma URL: letters, digits, `-`, `.`, `_`, `~`"
            .to_owned())
    }
}

/// What names a workbook, as the id that goes into a URL.
pub(super) fn workbook(text: &str) -> Result<String, String> {
    match WorkbookRef::of(text) {
        Some(Ok(WorkbookRef { id, page: None, element: None, .. })) => Ok(id),
        Some(Ok(_)) => Err(format!("it names a part of a workbook; {WORKBOOK_HELP}")),
        Some(Err(problem)) => Err(format!("it {problem}; {WORKBOOK_HELP}")),
        None => Err(format!("it names no workbook; {WORKBOOK_HELP}")),
    }
}

/// `man`
#[derive(Args, Debug)]
pub(super) struct Man {
    /// A command, such as `check` or `map pull`; without it one page holds all.
    #[arg(value_name = "COMMAND")]
    pub(super) command: Vec<String>,
    /// Write a page for each command into this folder.
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath, conflicts_with = "command")]
    pub(super) out_dir: Option<PathBuf>,
}

/// `explain`
#[derive(Args, Debug)]
pub(super) struct Explain {
    /// The rule; without it all rules are listed.
    #[arg(value_parser = offer::rule(), hide_possible_values = true)]
    pub(super) rule: Option<String>,
    /// The format of the output.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(super) format: super::explain::Format,
}
