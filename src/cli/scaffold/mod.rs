//! `scaffold`: the code that replaces what builds legacy URLs.

mod cases;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueHint};

use crate::cli::args::{Files, Target};
use crate::cli::config::{self, ConfigArgs};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::files;
use crate::cli::lists;
use crate::cli::output::{self, Flow};
use crate::cli::reading::Reading;
use crate::cli::secret;
use crate::cli::unfinished::Holds;
use crate::convert::Targets;
use crate::dialect::path::Place;
use crate::judge::{Scratch, judge};
use crate::map::EmbedMap;
use crate::policy::{Config, Ignores};
use crate::report::redact;
use crate::rule::{Context, Embeds, Kind, PLACEHOLDER, Template, Text};
use crate::rules::files::LEGACY_URL_BUILDER;
use crate::rules::path::UNMAPPED_EMBED;
use crate::scaffold::{self, Choice, Embed, LANGUAGES, Language, Model, Sample};
use crate::scan::{self, Needles, Options};
use crate::text::Day;

/// `scaffold`
#[derive(Args, Debug)]
pub(super) struct Scaffold {
    /// The language of the code.
    #[arg(value_name = "LANG", value_parser = PossibleValuesParser::new(LANGUAGES.iter().map(|language| language.name)))]
    language: String,
    #[command(flatten)]
    files: Files,
    /// Read the findings from a JSON report of `check` or `audit` instead of files; `-` is standard input.
    #[arg(long, value_name = "REPORT", value_hint = ValueHint::FilePath, conflicts_with_all = ["paths", "files_from", "staged", "since"])]
    from: Option<PathBuf>,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    code: CodeArgs,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    output: ScaffoldOutput,
}

/// What the code looks like.
#[derive(Args, Debug)]
#[command(next_help_heading = "Code")]
struct CodeArgs {
    /// The library that signs the tokens, where the language has more than one: `jsonwebtoken` or `jose`.
    #[arg(long, value_name = "NAME")]
    library: Option<String>,
    /// Also write an endpoint `GET /embed-url`: `express`, `flask`, `rails` or `none` [default: none].
    #[arg(long, value_name = "NAME")]
    framework: Option<String>,
    /// Also write a test for the language's usual runner: it compares the new code with three old URLs.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    with_test: Option<PathBuf>,
}

/// Where it goes.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
struct ScaffoldOutput {
    /// Write to this file instead of standard output: whole or not at all.
    #[arg(short = 'o', long = "output", value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// Replace existing files.
    #[arg(long)]
    force: bool,
    /// Print nothing to standard error but errors.
    #[arg(short, long)]
    quiet: bool,
    /// Threads; by default one for each processor.
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

/// Runs the command.
pub(super) fn run(args: &Scaffold) -> Result<Exit, CliError> {
    let language = scaffold::find(&args.language).ok_or(CliError::NoBuilder)?;
    let choice = choice(language, &args.code)?;
    let config = config::load(&args.config)?;
    keep(args, &config)?;
    let map = lists::load_map(&args.target.map, &config)?;
    let org = args.target.org.clone().or_else(|| config.map.org.clone());
    let workbook = args.target.workbook.as_deref().or(config.map.workbook.as_deref());
    let targets = Targets::new(&map, org, workbook);
    let context = context(&config, &targets);
    let found = match &args.from {
        Some(file) => read_report(file)?,
        None => scan(args, &config)?,
    };
    let embeds = embeds(&found, language, &map, &targets, &context);
    let (samples, others) = builders(found, language, &context);
    if samples.is_empty() {
        return Err(CliError::NoBuilder);
    }
    let secrets = secret::in_environment();
    let finder = redact::SecretFinder::new(&secrets);
    let holds = |sample: &&Sample| finder.finds_one(sample.template.url.as_bytes());
    if let Some(sample) = samples.iter().find(holds) {
        let place = format!("{}:{}", redact::line(&sample.file), sample.line);
        return Err(CliError::HoldsSecret { place });
    }
    let model = Model::of(&samples, &embeds, &context);
    let text = scaffold::write(language, choice, &model)
        .map_err(|error| CliError::Render(error.to_string()))?;
    let test = match &args.code.with_test {
        Some(file) => {
            let named = args.output.file.as_deref().unwrap_or(Path::new(language.file));
            let stem = named.file_stem().unwrap_or_default().to_string_lossy();
            let extension = named.extension().unwrap_or_default().to_string_lossy();
            let folder = cases::folder(named, file);
            let path = [&*folder, &*stem, &*extension];
            let suite = cases::suite(&samples, &embeds, &model, &targets, &context, path);
            if suite.cases.is_empty() {
                return Err(CliError::NoCase);
            }
            scaffold::write_test(language, choice, &model, &suite)
                .map_err(|error| CliError::Render(error.to_string()))?
        }
        None => String::new(),
    };
    let outputs = output::open(
        args.output.file.as_deref(),
        args.code.with_test.iter().map(PathBuf::as_path),
        Holds::Reports,
    )?;
    for (mut output, text) in outputs.into_iter().zip([text, test]) {
        if output.write(text.as_bytes())? == Flow::Continue {
            output.finish()?;
        }
    }
    if !args.output.quiet {
        for note in model.notes.iter().map(|note| &note.0).chain(&others) {
            output::remark(&redact::line(note));
        }
        for embed in embeds.iter().filter(|embed| embed.base.is_none()) {
            let rule = &UNMAPPED_EMBED;
            let (severity, id) = (rule.severity, rule.id);
            let key = redact::line(&embed.key);
            output::note(&format!(
                "{severity}[{id}]: no workbook is known for the embed {key}: a call for it fails until the map has it, or the code"
            ));
        }
    }
    Ok(if model.has_unmapped() { Exit::Findings } else { Exit::Clean })
}

/// How old URLs are read.
fn context<'a>(config: &'a Config, targets: &'a Targets<'a>) -> Context<'a> {
    Context {
        hosts: &config.hosts,
        parameters: config.parameters.as_ref(),
        embeds: Some(targets as &dyn Embeds),
        keep_unknown: config.convert.keep_unknown.unwrap_or(false),
        preserve_defaults: config.convert.preserve_defaults.unwrap_or(true),
        ..Context::none()
    }
}

/// Writes, for the report of `check`, what the command would write for the builders of one file.
pub(super) struct Rewriter<'a> {
    map: &'a EmbedMap,
    targets: &'a Targets<'a>,
    context: Context<'a>,
}

impl<'a> Rewriter<'a> {
    pub(super) fn new(config: &'a Config, map: &'a EmbedMap, targets: &'a Targets<'a>) -> Self {
        Self { map, targets, context: context(config, targets) }
    }

    /// The language of the file and the new code; nothing, if no language is that of the file, or nothing builds a URL in it.
    pub(super) fn rewrite(
        &self,
        name: &str,
        text: &[u8],
        found: &[crate::rule::Found],
    ) -> Option<(&'static str, String)> {
        let language = scaffold::of_file(name)?;
        let found: Vec<_> = samples(name, text, found).collect();
        let embeds = embeds(&found, language, self.map, self.targets, &self.context);
        let (samples, _) = builders(found, language, &self.context);
        if samples.is_empty() {
            return None;
        }
        let library = language.libraries.first().copied().unwrap_or_default();
        let model = Model::of(&samples, &embeds, &self.context);
        let code = scaffold::write(language, Choice { library, framework: "" }, &model).ok()?;
        Some((language.name, code))
    }
}

/// What is asked for, if the language has it.
fn choice(language: &'static Language, args: &CodeArgs) -> Result<Choice, CliError> {
    let find = |what, asked: Option<&String>, known: &[&'static str], default: &'static str| {
        let Some(name) = asked else { return Ok(default) };
        let found = known.iter().find(|known| *known == name).copied();
        found.ok_or_else(|| CliError::NoSuchChoice {
            language: language.name,
            what,
            name: redact::line(name),
            known: if known.is_empty() { "none".to_owned() } else { known.join(", ") },
        })
    };
    let asked = args.framework.as_ref().filter(|name| *name != "none");
    let first = language.libraries.first().copied().unwrap_or_default();
    Ok(Choice {
        library: find("library", args.library.as_ref(), language.libraries, first)?,
        framework: find("framework", asked, language.frameworks, "")?,
    })
}

/// Refuses to write onto what the run reads, or onto code that somebody may have changed.
fn keep(args: &Scaffold, config: &Config) -> Result<(), CliError> {
    let maps = if args.target.map.is_empty() { &config.map.files } else { &args.target.map };
    let inputs = args.files.paths.iter().chain(&args.from).chain(maps).chain(&config.file);
    let inputs: Vec<_> = inputs.map(PathBuf::as_path).collect();
    let outputs = || args.output.file.iter().chain(&args.code.with_test).map(PathBuf::as_path);
    output::keep_inputs(outputs(), &inputs)?;
    let is_there = |file: &Path| fs::metadata(file).is_ok_and(|at| at.is_file() && at.len() > 0);
    match outputs().find(|file| !args.output.force && is_there(file)) {
        Some(file) => Err(CliError::Exists { name: file.display().to_string() }),
        None => Ok(()),
    }
}

fn read_report(file: &Path) -> Result<Vec<Sample>, CliError> {
    let broken = |source| CliError::Read { file: file.to_owned(), source };
    let mut bytes = Vec::new();
    if file.as_os_str() == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(broken)?;
    } else {
        bytes = fs::read(file).map_err(broken)?;
    }
    let report = |problem: String| CliError::Report { file: file.to_owned(), problem };
    let text = std::str::from_utf8(&bytes).map_err(|error| report(error.to_string()))?;
    scaffold::of_report(text).map_err(|error| report(error.to_string()))
}

/// The URLs in files, as `check` finds them: what a comment or the configuration hides is not there.
fn scan(args: &Scaffold, config: &Config) -> Result<Vec<Sample>, CliError> {
    let maps = if args.target.map.is_empty() { &config.map.files } else { &args.target.map };
    let own = args.output.file.iter().chain(&args.code.with_test).chain(maps).map(PathBuf::as_path);
    let tree = files::tree(&args.files, config, own)?;
    let context =
        Context { hosts: &config.hosts, parameters: config.parameters.as_ref(), ..Context::none() };
    let needles = Needles::new(&context, &[Ignores::NEEDLE]);
    let options = Options { context: &context, needles: &needles, bases: None, most: MOST };
    let ignores = Ignores::new(Day::of(crate::cli::system::now()));
    let allow = config.check.allow.clone().and(&config.allow);
    let reading = Reading {
        tree,
        threads: args.output.threads,
        largest: files::largest(&args.files, config),
        verbose: false,
        quiet: args.output.quiet,
    };
    let look = |name: &str, text: &Text<'_>, scratch: &mut Scratch| -> Vec<Sample> {
        let mut examined = scan::examine(text, &options, scratch);
        let (words, found) = (&examined.words, &mut examined.found);
        allow.apply_to_file(text.bytes(), &examined.spans, found);
        let (hidden, _) = ignores.apply(text.bytes(), words, found);
        let mut hidden = hidden.into_iter();
        found.retain(|_| hidden.next() != Some(true));
        samples(name, text.bytes(), found).collect()
    };
    let mut all = Vec::new();
    let collect = |samples: Vec<Sample>| {
        all.extend(samples);
        if all.len() < MOST { Flow::Continue } else { Flow::Closed }
    };
    match reading.run(look, collect)? {
        0 => Err(CliError::NoFile),
        _ => Ok(all),
    }
}

/// Findings of one file, and URLs of a run, from which on the rest is not looked at.
const MOST: usize = 10_000;

fn samples<'f>(
    file: &str,
    text: &[u8],
    found: &'f [crate::rule::Found],
) -> impl Iterator<Item = Sample> + 'f {
    let (file, mut reached, mut line) = (file.to_owned(), 0, 1);
    let lines: Vec<u64> = found
        .iter()
        .map(|found| {
            let start = found.finding.span.start as usize;
            let passed = text.get(reached..start).unwrap_or_default();
            line += memchr::memchr_iter(b'\n', passed).count() as u64;
            reached = reached.max(start);
            line
        })
        .collect();
    found.iter().zip(lines).filter_map(move |(found, line)| {
        let template = Template::clone(found.template.as_deref()?);
        Some(Sample { file: file.clone(), line, template, is_row: false })
    })
}

/// The embeds of the old code, then those that only the map knows.
fn embeds(
    found: &[Sample],
    language: &Language,
    map: &EmbedMap,
    targets: &Targets<'_>,
    context: &Context<'_>,
) -> Vec<Embed> {
    let mut scratch = Scratch::default();
    let mut embeds: Vec<Embed> = Vec::new();
    let mut add = |url: &str, key: Option<&str>, scratch: &mut Scratch| {
        let judgement = judge(url.as_bytes(), context, scratch);
        let (Place::Embed { id, tag, edit, .. }, Some(url)) = (judgement.place, judgement.url)
        else {
            return;
        };
        let path = String::from_utf8_lossy(url.path.of(url.bytes)).into_owned();
        let path = path.strip_prefix("/embed/").unwrap_or(&path).trim_end_matches('/');
        let key = key.unwrap_or(path);
        let is_known = embeds.iter().any(|embed| embed.key == key);
        if path.contains(PLACEHOLDER) || is_known || judgement.kind == Kind::PublicEmbed {
            return;
        }
        let entry = map.get(id.of(url.bytes));
        let name = entry.and_then(|entry| entry.workbook_name.clone());
        let tag = tag.map(|tag| String::from_utf8_lossy(tag.of(url.bytes)).into_owned());
        let name = name.map(|name| {
            let parts = [Some(name), tag, edit.then(|| "edit".to_owned())];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        });
        let base = targets.base(&judge(url.bytes, context, &mut Scratch::default()));
        let base = base.map(|base| String::from_utf8_lossy(&base).into_owned());
        embeds.push(Embed { key: key.to_owned(), name, base });
    };
    // The first embed is the one that an endpoint serves: that of code which the new code replaces, if there is any.
    let (own, others): (Vec<_>, Vec<_>) =
        found.iter().partition(|sample| language.owns(&sample.file));
    for sample in own.into_iter().chain(others) {
        // What follows the path is the caller's to say, as an option.
        let url = sample.template.url.split(['?', '&', '#']).next().unwrap_or_default();
        add(url, None, &mut scratch);
    }
    let host = String::from_utf8_lossy(crate::judge::HOST);
    for entry in map.entries().filter(|entry| !entry.public && !entry.is_unmapped()) {
        let url = format!("https://{host}/embed/{}", entry.embed_id);
        add(&url, Some(&entry.embed_id), &mut scratch);
    }
    embeds
}

/// What builds URLs, in files of the language if there are any, and what is said of the others.
fn builders(
    found: Vec<Sample>,
    language: &'static Language,
    context: &Context<'_>,
) -> (Vec<Sample>, Option<String>) {
    let mut scratch = Scratch::default();
    let mut is_builder = |sample: &Sample| {
        let url = &sample.template.url;
        let judgement = judge(url.as_bytes(), context, &mut scratch);
        let signs = judgement.args.iter().any(|arg| arg.row.signs);
        let builds = judgement.args.iter().any(|arg| {
            let value = arg.param.value.of(url.as_bytes());
            arg.row.signs && memchr::memmem::find(value, PLACEHOLDER.as_bytes()).is_some()
        });
        // A URL that is stored whole is built by nobody here; a part of one may be.
        sample.is_row && signs || builds || (!signs && !judgement.args.is_empty())
    };
    let mut found: Vec<_> = found.into_iter().filter(|sample| is_builder(sample)).collect();
    let own = |sample: &Sample| sample.is_row || language.owns(&sample.file);
    let signs = |sample: &Sample| {
        let mut scratch = Scratch::default();
        let judgement = judge(sample.template.url.as_bytes(), context, &mut scratch);
        judgement.args.iter().any(|arg| arg.row.signs)
    };
    if !found.iter().any(|sample| own(sample) && signs(sample)) {
        return (found, None);
    }
    let others: Vec<_> = found.iter().filter(|sample| !own(sample) && signs(sample)).collect();
    let note = others.first().map(|first| {
        let count = others.len();
        let (file, line, rule) = (&first.file, first.line, LEGACY_URL_BUILDER.id);
        format!("{rule}: {count} in files of other languages left out, the first in {file}:{line}: name their paths to include them")
    });
    found.retain(own);
    (found, note)
}
