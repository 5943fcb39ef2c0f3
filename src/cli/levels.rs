//! `--error`, `--warn`, `--info`, `--off`: what rules weigh, in the order in which it was said.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};

use super::error::CliError;
use super::offer;
use crate::policy::{Level, Levels};
use crate::rule::Severity;

/// The flags.
const FLAGS: [(&str, Level, &str); 4] = [
    (
        "error",
        Level::At(Severity::Error),
        "Make findings of this rule (or of `all`) errors: such a URL is not converted. Repeatable",
    ),
    (
        "warn",
        Level::At(Severity::Warning),
        "Make findings of this rule (or of `all`) warnings. Repeatable",
    ),
    (
        "info",
        Level::At(Severity::Info),
        "Make findings of this rule (or of `all`) infos. Repeatable",
    ),
    ("off", Level::Off, "Turn this rule (or `all`) off. Repeatable"),
];

/// What rules weigh, in the order of the command line, which clap's own derivation would lose.
#[derive(Debug)]
pub(super) struct LevelArgs(Vec<(String, Level)>);

impl Args for LevelArgs {
    fn augment_args(command: Command) -> Command {
        let flag = |(name, _, help): (&'static str, Level, &'static str)| {
            Arg::new(name)
                .long(name)
                .value_name("RULE")
                .value_parser(offer::rule_or_all())
                .hide_possible_values(true)
                .help(help)
                .help_heading("Rules")
                .action(ArgAction::Append)
        };
        command.args(FLAGS.map(flag))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for LevelArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut given = Vec::new();
        for (name, level, _) in FLAGS {
            let places = matches.indices_of(name).into_iter().flatten();
            let rules = matches.get_many::<String>(name).into_iter().flatten();
            given.extend(places.zip(rules).map(|(place, rule)| (place, rule.clone(), level)));
        }
        given.sort_by_key(|(place, ..)| *place);
        Ok(Self(given.into_iter().map(|(_, rule, level)| (rule, level)).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The levels of the configuration with those of the flags over them.
pub(super) fn levels(configured: &Levels, args: &LevelArgs) -> Result<Levels, CliError> {
    let mut levels = configured.clone();
    // `all` first, so that it never takes back what was said of one rule.
    for all in [true, false] {
        for (rule, level) in args.0.iter().filter(|(rule, _)| (rule == "all") == all) {
            levels.set(rule, *level)?;
        }
    }
    Ok(levels)
}
