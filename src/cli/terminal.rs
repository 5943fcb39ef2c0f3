//! What the reader of standard output can show: colour or not, and how many columns.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use super::args::Color;
use crate::report::human::Look;

/// Columns of a page that nobody measures.
const WIDTH: u16 = 80;

/// Widths that can be meant seriously. In a narrower page a table has no room.
const SANE: std::ops::RangeInclusive<u16> = 20..=1000;

/// How a page for people is to look, on standard output or in a file.
pub(super) fn look(when: Color, to_file: bool, quiet: bool) -> Look {
    let terminal = !to_file && io::stdout().is_terminal();
    let env = |name: &str| std::env::var_os(name);
    Look {
        width: width(if to_file { None } else { columns() }, env),
        colour: colour(when, to_file, terminal, env),
        ascii: is_ascii(env),
        quiet,
    }
}

/// How an error is to look on standard error.
pub(super) fn of_errors() -> Look {
    let env = |name: &str| std::env::var_os(name);
    let colour = colour(Color::Auto, false, io::stderr().is_terminal(), env);
    Look { width: WIDTH, colour, ascii: is_ascii(env), quiet: false }
}

/// Whether the locale has another encoding than UTF-8. Without a locale, as in many containers, nothing speaks against UTF-8.
fn is_ascii(env: impl Fn(&str) -> Option<OsString>) -> bool {
    let set = |name: &&str| env(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(set);
    locale.is_some_and(|locale| {
        let locale = locale.to_string_lossy().to_ascii_lowercase();
        !locale.contains("utf-8") && !locale.contains("utf8")
    })
}

/// How wide standard output is, if it is a terminal.
pub(super) fn columns() -> Option<u16> {
    let size = terminal_size::terminal_size_of(io::stdout())?;
    Some(size.0.0).filter(|width| SANE.contains(width))
}

/// The terminal's own width, else `COLUMNS`, else 80.
fn width(terminal: Option<u16>, env: impl Fn(&str) -> Option<OsString>) -> u16 {
    let sane = |width: &u16| SANE.contains(width);
    let columns = || env("COLUMNS")?.to_str()?.trim().parse().ok();
    terminal.filter(sane).or_else(|| columns().filter(sane)).unwrap_or(WIDTH)
}

/// The first that has an opinion decides: `--color always` or `never`; a file (no colour); `NO_COLOR` (none);
/// `CLICOLOR_FORCE` (colour); `TERM=dumb` (none); and else whether it is a terminal.
fn colour(
    when: Color,
    to_file: bool,
    terminal: bool,
    env: impl Fn(&str) -> Option<OsString>,
) -> bool {
    let set = |name: &str| env(name).filter(|value| !value.is_empty());
    match when {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if to_file || set("NO_COLOR").is_some() => false,
        Color::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        Color::Auto => terminal && set("TERM").is_none_or(|value| value != "dumb"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An environment of `NAME=value` separated by spaces.
    fn env(text: &str) -> impl Fn(&str) -> Option<OsString> {
        let pairs: Vec<(String, String)> = text
            .split_whitespace()
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        move |name| pairs.iter().find(|(other, _)| other == name).map(|(_, value)| value.into())
    }

    #[test]
    fn in_auto_the_first_that_has_an_opinion_decides() {
        for (variables, on_terminal, in_pipe) in [
            ("", true, false),
            ("TERM=xterm", true, false),
            ("TERM=dumb", false, false),
            ("NO_COLOR=1", false, false),
            ("NO_COLOR=0", false, false),
            ("NO_COLOR=", true, false),
            ("CLICOLOR_FORCE=1", true, true),
            ("CLICOLOR_FORCE=0", true, false),
            ("CLICOLOR_FORCE=", true, false),
            ("CLICOLOR_FORCE=1 TERM=dumb", true, true),
            ("CLICOLOR_FORCE=1 NO_COLOR=1", false, false),
            ("CLICOLOR_FORCE=1 NO_COLOR=", true, true),
        ] {
            assert_eq!(
                colour(Color::Auto, false, true, env(variables)),
                on_terminal,
                "{variables}"
            );
            assert_eq!(colour(Color::Auto, false, false, env(variables)), in_pipe, "{variables}");
            assert!(!colour(Color::Auto, true, false, env(variables)), "{variables} in a file");
            assert!(colour(Color::Always, true, false, env(variables)), "{variables}");
            assert!(!colour(Color::Never, false, true, env(variables)), "{variables}");
        }
    }

    #[test]
    fn the_first_locale_that_is_set_decides_on_ascii() {
        for (variables, ascii) in [
            ("", false),
            ("LANG=C", true),
            ("LANG=POSIX", true),
            ("LANG=de_DE.ISO-8859-1", true),
            ("LANG=en_US.UTF-8", false),
            ("LANG=en_US.utf8", false),
            ("LANG=C LC_CTYPE=C.UTF-8", false),
            ("LANG=C.UTF-8 LC_CTYPE=C", true),
            ("LC_CTYPE=C LC_ALL=C.UTF-8", false),
            ("LC_ALL= LC_CTYPE= LANG=C", true),
        ] {
            assert_eq!(is_ascii(env(variables)), ascii, "{variables}");
        }
    }

    #[test]
    fn the_terminal_knows_its_width_best() {
        for (terminal, variables, wanted) in [
            (Some(100), "COLUMNS=60", 100),
            (None, "COLUMNS=60", 60),
            (None, "", 80),
            (Some(0), "COLUMNS=60", 60),
            (Some(0), "", 80),
            (None, "COLUMNS=0", 80),
            (None, "COLUMNS=5", 80),
            (None, "COLUMNS=99999", 80),
            (None, "COLUMNS=-60", 80),
            (None, "COLUMNS=wide", 80),
            (None, "COLUMNS=40", 40),
        ] {
            assert_eq!(width(terminal, env(variables)), wanted, "{terminal:?} {variables}");
        }
    }
}
