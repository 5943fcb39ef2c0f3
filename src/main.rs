//! The command: arguments in, an exit status out.

use std::process::ExitCode;

fn main() -> ExitCode {
    embed2jwt::cli::run(std::env::args_os()).into()
}
