//! `inspect`: single URLs and tokens in full, from arguments or lists.

use std::ffi::OsStr;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::args::{AuditOutput, FailOn, Inspect, ReportFormat, TokenArgs};
use super::audit::Work;
use super::config::{self, choose};
use super::convert::{options, targets};
use super::document::{self, Showing};
use super::error::CliError;
use super::exit::Exit;
use super::levels::levels;
use super::lists;
use super::secret;
use crate::convert::{Credentials, Planner};
use crate::input::{self, Source};
use crate::judge::{Judgement, is_bare_token};
use crate::report::advice::Given;
use crate::report::inspect::{Human, Inspector};
use crate::report::json::{Json, Ndjson};
use crate::rule::{Context, Embeds, Keys};

/// The name of the list that the arguments are.
const ARGUMENTS: &str = "argument";

/// Runs the command.
pub(super) fn run(args: &Inspect) -> Result<Exit, CliError> {
    let config = config::load(&args.config)?;
    let AuditOutput { common, report, .. } = &args.output;
    let lists: Vec<_> = args.inputs.iter().map(PathBuf::from).collect();
    lists::keep_inputs(common, report, &lists, &args.target.map, Some(&args.secret), &config)?;
    let levels = levels(&config.levels, &args.levels)?;
    let credentials = match secret::optional(&args.secret)? {
        None if args.decrypt_oauth_token => return Err(CliError::NoSecret),
        credentials => credentials,
    };
    if !args.output.quiet {
        secret::warn_of_open_files(secret::files(&args.secret, &config).iter().map(AsRef::as_ref));
    }
    let map = lists::load_map(&args.target.map, &config)?;
    let targets = targets(&args.target, &config, &map);
    let options = options(&token(args), &args.secret, false, &config);
    let planner = Planner { options: &options, targets: &targets };
    let explain = |judgement: &Judgement<'_>| planner.explain(judgement);
    let decrypt = |client_id: &[u8], token: &str| {
        let signer = credentials.as_ref().and_then(|known| known.signer(client_id));
        signer.map(|credential| credential.decrypt(token))
    };
    let secrets = args.output.common.secrets();
    let inspector = Inspector {
        secrets,
        now: options.now,
        keys: credentials.is_some(),
        decrypt: args.decrypt_oauth_token.then_some(&decrypt),
        explain: args.explain_conversion.then_some(&explain),
    };
    let given = Given { map: !map.is_empty(), keys: credentials.is_some() };
    let showing = Showing::of(&args.output, given, options.now);
    let context = Context {
        hosts: &config.hosts,
        parameters: config.parameters.as_ref(),
        embeds: (!map.is_empty()).then_some(&targets as &dyn Embeds),
        keys: credentials.as_ref().map(|keys| keys as &dyn Keys),
        now: Some(options.now),
        whole: true,
        client_id_given: options.client_id.is_some(),
        account_type_given: options.account_type.is_some(),
        user: options.user,
        keep_unknown: config.convert.keep_unknown.unwrap_or(false),
        preserve_defaults: config.convert.preserve_defaults.unwrap_or(true),
        ..Context::none()
    };
    let work = Work {
        sources: sources(args)?,
        context,
        allow: &config.allow,
        levels: &levels,
        bare_tokens: true,
        output: &args.output,
        format: choose(args.output.format, config.inspect.format.as_deref(), ReportFormat::Human),
        fail_on: choose(args.output.fail_on, config.inspect.fail_on.as_deref(), FailOn::Warning),
        secrets: credentials.as_ref().map(Credentials::secrets).unwrap_or_default(),
    };
    work.run(|format, look| match format {
        ReportFormat::Human => {
            Box::new(Human { width: look.width, colour: look.colour, ascii: look.ascii, inspector })
        }
        ReportFormat::Json => Box::new(Json { secrets, inspector: Some(inspector) }),
        ReportFormat::Ndjson => Box::new(Ndjson { secrets, inspector: Some(inspector) }),
        other => document::report(other, look, &showing),
    })
}

/// The flags of `convert` that there are here.
fn token(args: &Inspect) -> TokenArgs {
    TokenArgs {
        now: args.output.now,
        user: args.user,
        account_type: args.account_type.clone(),
        ..TokenArgs::default()
    }
}

/// The lists in the order of the arguments: URLs that stand side by side are one list.
fn sources(args: &Inspect) -> Result<Vec<Source>, CliError> {
    if args.inputs.is_empty() {
        return lists::open(&[], &args.rows);
    }
    if args.inputs.iter().filter(|input| *input == "-").count() > 1 {
        return Err(CliError::StdinTwice);
    }
    let mut sources = Vec::new();
    let mut rows = Zeroizing::new(String::new());
    for argument in &args.inputs {
        if let Some(row) = as_row(argument) {
            rows.push_str(&row);
            rows.push('\n');
        } else {
            sources.extend(of_arguments(&mut rows)?);
            sources.extend(lists::open(&[PathBuf::from(argument)], &args.rows)?);
        }
    }
    sources.extend(of_arguments(&mut rows)?);
    Ok(sources)
}

fn of_arguments(rows: &mut Zeroizing<String>) -> Result<Option<Source>, CliError> {
    if rows.is_empty() {
        return Ok(None);
    }
    let text = std::mem::take(&mut **rows).into_bytes();
    let options =
        input::Options { format: Some(input::Format::Lines), ..input::Options::default() };
    Ok(Some(Source::from_reader(ARGUMENTS, Box::new(Cursor::new(text)), &options)?))
}

/// An argument that is a URL or a token, in one line; `None` if it names a file.
fn as_row(argument: &OsStr) -> Option<String> {
    let text = argument.to_str()?.trim();
    let lower = text.to_ascii_lowercase();
    let begins = |start: &str| lower.starts_with(start);
    let line = || text.replace(['\n', '\r'], "\t");
    if begins("https://") || begins("http://") {
        return Some(line());
    }
    if begins("app.sigmacomputing.com/") {
        return Some(format!("https://{}", line()));
    }
    // A changed token begins with other letters; its name must not be told as that of a missing file.
    let is_token = is_bare_token(text.as_bytes()) && !Path::new(text).exists();
    is_token.then(line)
}
