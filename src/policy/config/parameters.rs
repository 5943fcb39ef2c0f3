//! `[parameters]`: what the configuration adds to the parameter table, and what it changes in it.

use std::ops::Range;

use toml::de::DeValue;

use super::error::ConfigError;
use super::source::{Show, is_secretive};
use super::table::{Item, Table, shown};
use crate::dialect::overlay::Overlay;
use crate::dialect::params::{Fate, Id, Loss, PATH, Parameter, TABLE, lookup};

/// The fates that a configuration can give. What goes into a token is decided by code that knows what its value means,
/// and unknown is what nobody names.
pub const FATES: [Fate; 4] = [Fate::Kept, Fate::Replaced, Fate::Unsupported, Fate::Obsolete];

/// The parameter that holds the token.
const TOKEN: &str = "jwt";

/// Whether a configuration can say what becomes of this parameter, or that another becomes it.
pub fn is_open(name: &str) -> bool {
    let row = lookup(name.as_bytes());
    name != TOKEN && row.id != Id::Embed && !row.signs && !row.fate.is_signed()
}

/// Reads the table; nothing if it is not there or empty.
pub(super) fn read(root: &mut Table<'_, '_>) -> Result<Option<Overlay>, ConfigError> {
    let entries = root.entries("parameters")?;
    let mut overlay = Overlay::default();
    for (item, key) in &entries {
        check_name(item, key)?;
        overlay.insert(row(item, key)?);
    }
    for (item, key) in &entries {
        check_target(item, key, &mut overlay)?;
    }
    Ok((!overlay.is_empty()).then_some(overlay))
}

fn check_name(item: &Item<'_, '_>, key: &Range<usize>) -> Result<(), ConfigError> {
    let name = &*item.key;
    if is_secretive(name) {
        return Err(item.no_secret(key.clone()));
    }
    let wrong = |problem: &str, label: &'static str, help: String| {
        let problem = format!("parameter `{}` {problem}", shown(name));
        Err(item.source.wrong(key.clone(), Show::Marked, problem, label, help))
    };
    if let Some(bare) = name.strip_prefix(':') {
        return wrong("has its colon", "here", format!("write `{}`", shown(bare)));
    }
    if !is_name(name) {
        return wrong(
            "is not the name of a parameter",
            "no name",
            "a name has letters, digits, `_`, `-` and `.`".to_owned(),
        );
    }
    if is_open(name) {
        return Ok(());
    }
    let row = lookup(name.as_bytes());
    let help = "leave it out: which claims a token has, and from what, is not configurable";
    match row.fate {
        Fate::Claim | Fate::Header => wrong(
            "goes into the token: its fate cannot be changed",
            "part of the token",
            help.to_owned(),
        ),
        Fate::Kept => wrong(
            "is in every new URL: its fate cannot be changed",
            "part of every new URL",
            "leave it out: every new URL has `:embed=true`".to_owned(),
        ),
        Fate::Unknown => wrong(
            "holds the token of the new URL",
            "the token's own name",
            "leave it out: a URL with it is a JWT-signed one".to_owned(),
        ),
        Fate::Replaced | Fate::Unsupported | Fate::Obsolete => wrong(
            "signs users in to old URLs: its fate cannot be changed",
            "part of the old signature",
            "leave it out: nothing of it can go into a new URL".to_owned(),
        ),
    }
}

/// What Sigma's names are made of; nothing of it needs an escape in a URL.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

/// The row that an entry makes of the table's, or of none.
fn row(item: &Item<'_, '_>, key: &Range<usize>) -> Result<Parameter, ConfigError> {
    let base = lookup(item.key.as_bytes());
    let (fate, target, remedy) = match item.value.get_ref() {
        DeValue::Table(table) => {
            let name = format!("parameters.{}", item.key);
            let mut table = Table::new(item.source, name, table.clone())?;
            let fate = table.take("fate", fate)?;
            let target = table.take("target", target)?;
            let remedy = table.take("remedy", Item::text)?;
            table.finish()?;
            let Some(fate) = fate else {
                return Err(item.source.wrong(
                    key.clone(),
                    Show::Marked,
                    format!("parameter `{}` has no `fate`", item.key),
                    "what becomes of it?",
                    format!("write `fate = \"…\"`: {}", names()),
                ));
            };
            (fate, target, remedy)
        }
        DeValue::String(_) => (fate(item)?, None, None),
        _ => {
            return Err(item.wrong(
                "accepts a fate or a table",
                "neither",
                format!("write `{} = \"kept\"` or `{0} = {{ fate = \"…\" }}`", item.key),
            ));
        }
    };
    let target = match (fate, target) {
        (Fate::Replaced, Some(target)) => Some(&*target.leak()),
        (Fate::Replaced, None) if base.fate == fate => base.target,
        (Fate::Replaced, None) => {
            return Err(item.wrong(
                "is replaced, but by nothing",
                "by which parameter?",
                format!(
                    "write `[parameters.{}]` with `fate = \"replaced\"` and `target = \"…\"`",
                    item.key
                ),
            ));
        }
        (_, None) => None,
        (_, Some(_)) => {
            return Err(item.wrong(
                "has a target, but is not replaced",
                "what is the target for?",
                "write `fate = \"replaced\"`, or leave `target` out",
            ));
        }
    };
    let loss = match (fate, base.loss) {
        (Fate::Unsupported, Loss::None) => Loss::Effect { harmless: "" },
        (Fate::Unsupported, loss) => loss,
        (_, loss) if fate == base.fate => loss,
        _ => Loss::None,
    };
    let name = if base.is_pattern() { &*item.key.to_string().leak() } else { base.name };
    let remedy: &'static str = match (remedy, fate) {
        (Some(remedy), _) => remedy.leak(),
        // What is said of one that is undocumented does not hold of one that the configuration documents.
        (None, _)
            if fate == base.fate
                && target == base.target
                && !(base.undocumented && fate == Fate::Kept) =>
        {
            base.remedy
        }
        // The other fate of a restriction that is kept, or of one that is not.
        (None, Fate::Unsupported) if base.is_removable() => base.remedy,
        (None, Fate::Unsupported) => "there is no replacement",
        (None, Fate::Replaced) => "use what replaces it",
        (None, _) => "",
    };
    // `leak`: the rows live as long as those of the table, see `Overlay::insert`.
    let undocumented = base.undocumented && fate == Fate::Unsupported && base.fate == fate;
    Ok(Parameter { name, fate, target, loss, remedy, undocumented, sources: &[], ..base.clone() })
}

fn names() -> String {
    FATES.map(Fate::name).join(", ")
}

fn fate(item: &Item<'_, '_>) -> Result<Fate, ConfigError> {
    let text = item.text()?;
    if let Some(fate) = FATES.into_iter().find(|fate| fate.name() == text) {
        return Ok(fate);
    }
    if [Fate::Claim, Fate::Header].iter().any(|fate| fate.name() == text) {
        return Err(item.wrong(
            "cannot become part of the token",
            "not configurable",
            format!("the fates are {}", names()),
        ));
    }
    Err(item.no_such("fate", &text, FATES.iter().map(|fate| fate.name())))
}

fn target(item: &Item<'_, '_>) -> Result<String, ConfigError> {
    let target = item.text()?;
    if !is_name(&target) {
        return Err(item.wrong(
            "is not the name of a parameter",
            "no name",
            "a name has letters, digits, `_`, `-` and `.`, without a colon before it",
        ));
    }
    if !is_open(&target) {
        return Err(item.wrong(
            "cannot become part of the token or of what signs a URL",
            "not configurable",
            "name a parameter that JWT-signed URLs have",
        ));
    }
    Ok(target)
}

/// What replaces a parameter must be kept itself; one that nobody knows is by this.
fn check_target(
    item: &Item<'_, '_>,
    key: &Range<usize>,
    overlay: &mut Overlay,
) -> Result<(), ConfigError> {
    let wrong = |problem: String| {
        let help = "name a parameter that is kept, or make it so in [parameters]";
        Err(item.source.wrong(key.clone(), Show::Marked, problem, "leads nowhere", help))
    };
    let Some(row) = overlay.get(item.key.as_bytes()) else { return Ok(()) };
    if let (Fate::Replaced, Some(target)) = (row.fate, row.target)
        && !(row.id == Id::NodeId && target == PATH)
    {
        let becomes = overlay.get(target.as_bytes()).unwrap_or_else(|| lookup(target.as_bytes()));
        match becomes.fate {
            Fate::Kept => {}
            Fate::Unknown => overlay.insert(Parameter {
                name: target,
                fate: Fate::Kept,
                loss: Loss::None,
                remedy: "",
                sources: &[],
                ..becomes.clone()
            }),
            _ => {
                return wrong(format!(
                    "`{}` is replaced by `{target}`, which is not kept",
                    row.name
                ));
            }
        }
    }
    // The table's own replacements must still lead somewhere.
    let orphan = TABLE.iter().find(|other| {
        row.fate != Fate::Kept
            && other.target == Some(row.name)
            && overlay.row(other.id).fate == Fate::Replaced
            && overlay.row(other.id).target == Some(row.name)
    });
    match orphan {
        Some(other) => wrong(format!(
            "`{}` is what `{}` is replaced by, so it must be kept",
            row.name, other.name
        )),
        None => Ok(()),
    }
}
