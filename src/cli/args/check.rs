//! The arguments of `check` and `map`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{AuditOutput, Target};
use crate::cli::config::ConfigArgs;
use crate::cli::levels::LevelArgs;
use crate::cli::map::MapFormat;
use crate::policy::config::parse_size;
use crate::scan::suppress::is_reason;

/// `check`
#[derive(Args, Debug)]
pub(in crate::cli) struct Check {
    #[command(flatten)]
    pub(in crate::cli) files: Files,
    /// Print the names of the files that would be scanned, one a line, and stop.
    #[arg(
        long,
        help_heading = "Files",
        conflicts_with_all = ["format", "report", "fix", "unsafe_fixes", "diff", "write_baseline"],
    )]
    pub(in crate::cli) show_files: bool,
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    #[command(flatten)]
    pub(in crate::cli) fixing: Fixing,
    #[command(flatten)]
    pub(in crate::cli) known: Known,
    #[command(flatten)]
    pub(in crate::cli) levels: LevelArgs,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigArgs,
    #[command(flatten)]
    pub(in crate::cli) output: AuditOutput,
    /// Print how many findings each rule has, instead of the findings.
    #[arg(long, help_heading = "Output", conflicts_with_all = ["format", "diff", "show_files"])]
    pub(in crate::cli) statistics: bool,
    /// Exit with 2 if a file was skipped because it is binary, too large or unreadable.
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) strict: bool,
}

/// Which files are scanned.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Files")]
pub(in crate::cli) struct Files {
    /// Folders and files, or `-` for standard input [default: the working directory]. What .gitignore names
    /// is left out, unless git tracks it or it is named here.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// The name of standard input, in reports and for patterns [default: <stdin>].
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) stdin_filename: Option<PathBuf>,
    /// Scan only files that a pattern matches, written as in a .gitignore. Repeatable.
    #[arg(long, value_name = "GLOB")]
    pub(in crate::cli) include: Vec<String>,
    /// Skip what a pattern matches, even if it is named. Repeatable.
    #[arg(long, value_name = "GLOB")]
    pub(in crate::cli) exclude: Vec<String>,
    /// Also scan what ignore rules name. Otherwise it is skipped, unless git tracks it or it is named here.
    #[arg(long)]
    pub(in crate::cli) no_gitignore: bool,
    /// Skip larger files; in bytes or with K, M, G [default: 64M].
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(in crate::cli) max_file_size: Option<u64>,
    /// Scan the files that are named in this file, `-` for standard input: one a line, or NUL between them.
    #[arg(id = "files_from", long = "files-from", value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "paths")]
    pub(in crate::cli) list: Option<PathBuf>,
    /// Scan only files that are staged in git.
    #[arg(long, conflicts_with_all = ["files_from", "since"])]
    pub(in crate::cli) staged: bool,
    /// Scan only files that git says have changed since this commit, branch or tag.
    #[arg(long, value_name = "REF", conflicts_with = "files_from")]
    pub(in crate::cli) since: Option<String>,
}

/// What becomes of findings that can be fixed.
#[derive(Args, Debug)]
#[command(next_help_heading = "Fixing")]
pub(in crate::cli) struct Fixing {
    /// Apply the safe fixes: the application works as before, migrated or not. What cannot be fixed is reported.
    #[arg(long)]
    pub(in crate::cli) fix: bool,
    /// Also apply the fixes that change what the application does.
    #[arg(long)]
    pub(in crate::cli) unsafe_fixes: bool,
    /// Print what fixing would change, as a unified diff, and write nothing. Secrets in it are shortened.
    #[arg(long, conflicts_with = "format")]
    pub(in crate::cli) diff: bool,
}

/// Findings that are known.
#[derive(Args, Debug)]
#[command(next_help_heading = "Known findings")]
pub(in crate::cli) struct Known {
    /// Hide the findings that this file knows [default: embed2jwt-baseline.json, here or above in the repository].
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Write all findings to the baseline [default: that of --baseline or the configuration, or
    /// embed2jwt-baseline.json]. Entries about files that are not scanned stay.
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        require_equals = true,
        value_hint = ValueHint::FilePath,
        conflicts_with_all = ["fix", "unsafe_fixes", "diff", "files_from", "staged", "since"],
    )]
    #[allow(clippy::option_option, reason = "not given, given alone, given with a file")]
    pub(in crate::cli) write_baseline: Option<Option<PathBuf>>,
    /// Hide nothing because of a baseline.
    #[arg(long, conflicts_with_all = ["baseline", "write_baseline"])]
    pub(in crate::cli) no_baseline: bool,
    /// Write `embed2jwt: ignore` comments with this reason for all remaining findings, above their lines, in
    /// the syntax of each file. `--diff` shows them instead.
    #[arg(
        long,
        value_name = "REASON",
        value_parser = reason,
        conflicts_with_all = ["fix", "unsafe_fixes", "write_baseline", "no_ignores", "show_files"],
    )]
    pub(in crate::cli) add_ignores: Option<String>,
    /// Ignore `embed2jwt: ignore` comments: hide nothing.
    #[arg(long)]
    pub(in crate::cli) no_ignores: bool,
}

/// `map init`
#[derive(Args, Debug)]
pub(in crate::cli) struct MapInit {
    #[command(flatten)]
    pub(in crate::cli) files: Files,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigArgs,
    /// The format of the map [default: by the extension of -o, or csv].
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub(in crate::cli) format: Option<MapFormat>,
    /// Write to this file instead of standard output: whole or not at all. An existing map keeps what was filled in.
    #[arg(short = 'o', long = "output", value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(in crate::cli) file: Option<PathBuf>,
    /// Name every skipped file on standard error.
    #[arg(short, long, help_heading = "Output")]
    pub(in crate::cli) verbose: bool,
    /// Print nothing to standard error but errors of the run.
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub(in crate::cli) quiet: bool,
    /// Threads; by default one for each processor.
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), help_heading = "Output")]
    pub(in crate::cli) threads: Option<u16>,
}

/// What a comment of any language can hold.
fn reason(text: &str) -> Result<String, String> {
    if is_reason(text) {
        Ok(text.to_owned())
    } else {
        Err("write a line without `--` and without what ends a comment".to_owned())
    }
}

/// A number of bytes, as the configuration takes it.
fn size(text: &str) -> Result<u64, String> {
    parse_size(text)
        .ok_or_else(|| "write a number of bytes, or one with K, M or G: `10M`".to_owned())
}
