//! What the new code is to hold, decided once for all languages.

use std::fmt::Write as _;

use super::foreign::Foreign;
use super::sample::Sample;
use super::slot::{Seen, Slot, Value, settle};
use crate::dialect::claims::{self, Claim, NOT_INTERNAL, Type};
use crate::dialect::escape::{Plus, decode};
use crate::dialect::params::{Fate, Id, Need, Parameter};
use crate::dialect::path::is_path_part;
use crate::dialect::url::{Colon, Url};
use crate::dialect::values::{
    DEFAULT_LIFETIME, Lifetime, attributes, footer_position, lifetime, teams,
};
use crate::judge::{Judgement, Scratch, judge};
use crate::rule::{Arg, Context, Lost, Outcome, PLACEHOLDER, Reason, Replacement};

/// The variables that are asked for if those of the old code are not seen.
const VARIABLES: [&str; 2] = ["SIGMA_EMBED_CLIENT_ID", "SIGMA_EMBED_SECRET"];

/// What every object of JavaScript has already: no option has such a name.
const INHERITED: [&str; 8] = [
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

/// More parameters, or attributes, are in no file that a person would read.
const MOST: usize = 100;

/// An embed of the old code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Embed {
    /// What stood behind `/embed/`, or the id as the map has it.
    pub key: String,
    /// The workbook's name, if the map has one.
    pub name: Option<String>,
    /// Scheme, host and path of the new URL; nothing if the map lacks it.
    pub base: Option<String>,
}

/// A name under which the generated file finds a workbook.
#[derive(Debug)]
pub struct Workbook {
    /// The old embed, or a name for it.
    pub key: Foreign,
    /// The new base path.
    pub base: Option<Foreign>,
}

/// A claim that is filled in from the user.
#[derive(Debug)]
pub struct Field {
    /// The claim.
    pub claim: &'static Claim,
    /// What the user's record calls it.
    pub name: &'static str,
    /// Whether there must be one.
    pub required: bool,
    /// The literals of the old code: the value, the team names, or the values of attributes by their names.
    pub literals: Vec<(Foreign, Foreign)>,
    /// The attributes that the old code filled in, for the comment.
    pub names: Vec<Foreign>,
}

/// One line about the parameters that stay in the URL.
#[derive(Debug)]
pub enum Line {
    /// A parameter.
    Kept {
        /// As the URL has it, with its colon.
        key: Foreign,
        /// As the options have it.
        name: Foreign,
        /// The value as the URL has it, if the old code had a literal.
        literal: Option<Foreign>,
    },
    /// What there is to know of the parameter that stands, or stood, here.
    Comment {
        /// Its name.
        name: Foreign,
        /// What became of it, and what to do.
        text: String,
    },
}

/// What is to be said of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note(pub String);

/// What the new code holds.
#[derive(Debug, Default)]
pub struct Model {
    /// The workbooks, in the order they were found.
    pub workbooks: Vec<Workbook>,
    /// The claims of the user, in the order of the table.
    pub fields: Vec<Field>,
    /// The parameters that stay, in their old order, and what is lost between them.
    pub lines: Vec<Line>,
    /// The page that `:nodeId` named: a literal, or nothing where it varied.
    pub page: Option<Option<Foreign>>,
    /// Seconds that a session lives, unless an option says otherwise.
    pub session: u64,
    /// The environment variable of the client id.
    pub client_id_variable: String,
    /// The environment variable of the secret.
    pub secret_variable: String,
    /// Whether internal users are told apart.
    pub internal: bool,
    /// What is to be said of the run.
    pub notes: Vec<Note>,
}

impl Model {
    /// Puts together what was found. `context` says how parameters are read, and what is kept.
    pub fn of(samples: &[Sample], embeds: &[Embed], context: &Context<'_>) -> Self {
        let mut reader = Reader { samples, ..Reader::default() };
        let mut scratch = Scratch::default();
        let mut is_whole = |sample: &Sample| {
            let judgement = judge(sample.template.url.as_bytes(), context, &mut scratch);
            judgement
                .args
                .iter()
                .any(|arg| arg.row.need == Need::Required && arg.row.fate == Fate::Claim)
        };
        let whole: Vec<_> = samples.iter().map(&mut is_whole).collect();
        let is_any = whole.contains(&true);
        let mut scratch = Scratch::default();
        for (number, (sample, is_whole)) in samples.iter().zip(whole).enumerate() {
            let url = sample.template.url.as_bytes();
            // Without one that names the user, each is all there is.
            reader.read(number, sample, &judge(url, context, &mut scratch), is_whole || !is_any);
        }
        let mut model = reader.model();
        model.workbooks = workbooks(embeds);
        let variable = |of: fn(&Sample) -> Option<&String>, default: &str| {
            let named = samples.iter().filter_map(of).find(|name| is_variable(name));
            named.map_or_else(|| default.to_owned(), Clone::clone)
        };
        let [client_id, secret] = VARIABLES;
        model.client_id_variable = variable(|s| s.template.client_id_variable.as_ref(), client_id);
        model.secret_variable = variable(|s| s.template.secret_variable.as_ref(), secret);
        model
    }

    /// The user's OAuth token, if it is in use.
    pub fn oauth(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.claim.encrypted)
    }

    /// Whether a parameter stays.
    pub fn has_kept(&self) -> bool {
        self.lines.iter().any(|line| matches!(line, Line::Kept { .. }))
    }

    /// Whether a claim that is a text has a literal.
    pub fn has_defaults(&self) -> bool {
        let is_text = |field: &Field| field.claim.kind == Type::Text && !field.literals.is_empty();
        self.fields.iter().any(is_text)
    }

    /// Whether the old code filled in a parameter that stays in the URL.
    pub fn varies(&self) -> bool {
        self.lines.iter().any(|line| matches!(line, Line::Kept { literal: None, .. }))
    }

    /// Whether a claim is a list.
    pub fn has_lists(&self) -> bool {
        self.fields.iter().any(Field::is_list)
    }

    /// Whether a claim is an object.
    pub fn has_objects(&self) -> bool {
        self.fields.iter().any(Field::is_object)
    }

    /// Whether a workbook is missing from the map.
    pub fn has_unmapped(&self) -> bool {
        self.workbooks.iter().any(|workbook| workbook.base.is_none())
    }
}

/// Whether a text is the name of a variable, and nothing else.
fn is_variable(name: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(is_word)
        && name.len() <= 100
}

/// Each embed by its id, and by the name of its workbook.
fn workbooks(embeds: &[Embed]) -> Vec<Workbook> {
    let mut workbooks: Vec<Workbook> = Vec::new();
    let mut add = |key: String, base: Option<&String>| {
        let known = workbooks.iter().any(|workbook| workbook.key.raw() == key);
        if !known && !key.is_empty() {
            workbooks.push(Workbook { key: Foreign::new(key), base: base.map(Foreign::new) });
        }
        !known
    };
    for embed in embeds {
        if add(embed.key.clone(), embed.base.as_ref())
            && let Some(name) = embed.name.as_deref().map(slug).filter(|name| !name.is_empty())
        {
            add(name, embed.base.as_ref());
        }
    }
    workbooks
}

/// The name of a workbook as a word of code.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

/// Reads sample after sample.
#[derive(Default)]
struct Reader<'s> {
    samples: &'s [Sample],
    /// What stays, and what is lost, in the order of its first places.
    slots: Vec<Slot>,
    /// By claim; attributes by their names.
    claims: Vec<(&'static Parameter, Slot)>,
    page: Slot,
    session: Slot,
    /// Whether there are more than are told.
    cut: bool,
    /// Samples that name the user: the others build a part of a URL.
    whole: Vec<usize>,
    /// Whether one of those has a claim that internal users do not have.
    embed_users: bool,
    /// Whether one of them has none.
    internal_users: bool,
}

impl Reader<'_> {
    fn read(&mut self, number: usize, sample: &Sample, judgement: &Judgement<'_>, is_whole: bool) {
        let Some(url) = &judgement.url else { return };
        if is_whole {
            self.whole.push(number);
            let outward = |arg: &Arg| {
                arg.row.fate == Fate::Claim
                    && arg.row.target.is_some_and(|target| NOT_INTERNAL.contains(&target))
            };
            let is_outward = judgement.args.iter().any(outward);
            self.embed_users |= is_outward;
            self.internal_users |= !is_outward;
        }
        for arg in judgement.args {
            let raw = String::from_utf8_lossy(arg.param.value.of(url.bytes)).into_owned();
            let seen = Seen {
                sample: number,
                value: if raw.contains(PLACEHOLDER) {
                    Value::Placeholder
                } else {
                    Value::Literal(raw)
                },
                partial: !is_whole,
            };
            self.parameter(arg, url, sample, seen);
        }
        if let Some(position) = judgement.added_position.filter(|_| is_whole) {
            let value = Value::Literal(position.to_owned());
            let seen = Seen { sample: number, value, partial: false };
            self.slot(format!(":{}", Id::MenuPosition.row().name), None, |slot| slot.add(seen));
        }
    }

    fn parameter(&mut self, arg: &Arg, url: &Url<'_>, sample: &Sample, seen: Seen) {
        let bytes = url.bytes;
        let raw_name = String::from_utf8_lossy(arg.param.name.of(bytes)).into_owned();
        let colon = if arg.param.colon == Colon::None { "" } else { ":" };
        let key = format!("{colon}{raw_name}");
        match arg.outcome {
            // A second value of the same is one of another branch of the code.
            Outcome::Claim | Outcome::Drop(Reason::Outvoted) => {
                self.claim(arg, bytes, key, sample, seen);
            }
            Outcome::Keep { removable } => {
                let remedy = (removable || arg.row.id == Id::Control).then_some(arg.row);
                self.slot(key, remedy, |slot| slot.add(seen));
            }
            Outcome::Replace(Replacement::Page) => self.page.add(seen),
            Outcome::Replace(Replacement::MenuPosition(position)) => self.position(position, &seen),
            Outcome::Replace(Replacement::Parameter(target)) => {
                self.slot(format!(":{target}"), None, |slot| slot.add(seen));
            }
            Outcome::Drop(Reason::Redundant) if arg.row.fate == Fate::Replaced => {
                // One of several that are replaced by the same: a branch again, unless the URL says it by itself.
                let alone = Outcome::of(arg.row, Some(arg.value(url)));
                if let Outcome::Replace(Replacement::MenuPosition(position)) = alone
                    && self.slots.iter().any(|slot| slot.replaced)
                {
                    self.position(position, &seen);
                }
            }
            Outcome::Drop(Reason::Unsupported(_) | Reason::Unknown)
                if arg.outcome.lost() > Lost::Nothing =>
            {
                let name = String::from_utf8_lossy(&arg.name(bytes)).into_owned();
                self.slot(format!("{colon}{name}"), Some(arg.row), |slot| slot.lost = true);
            }
            Outcome::Drop(_) => {}
        }
    }

    /// What `:show_footer` becomes.
    fn position(&mut self, position: &str, seen: &Seen) {
        let value = match seen.value {
            Value::Literal(_) => Value::Literal(position.to_owned()),
            Value::Placeholder => Value::Placeholder,
        };
        let row = (value == Value::Placeholder).then_some(Id::ShowFooter.row());
        self.slot(format!(":{}", Id::MenuPosition.row().name), row, |slot| {
            slot.replaced = true;
            slot.add(Seen { value, ..*seen });
        });
    }

    fn claim(&mut self, arg: &Arg, bytes: &[u8], key: String, sample: &Sample, mut seen: Seen) {
        let row = arg.row;
        match row.id {
            // The signer fills these in by itself.
            Id::Nonce | Id::Time | Id::ClientId => return,
            Id::SessionLength => return self.session.add(seen),
            _ => {}
        }
        let Some(claim) = claim_of(row) else { return };
        // The rows of a list are of many users, and a token is nobody's constant.
        if claim.encrypted || (sample.is_row && row.id != Id::AccountType) {
            seen.value = Value::Placeholder;
        }
        if let Value::Literal(raw) = &seen.value
            && row.id != Id::ExternalUserTeam
            && row.id != Id::Teams
            && row.id != Id::UserAttributes
        {
            let text = decode(raw.as_bytes(), row.plus);
            seen.value = Value::Literal(String::from_utf8_lossy(&text).into_owned());
        }
        let name = if row.id == Id::UserAttribute {
            let name = String::from_utf8_lossy(&arg.name(bytes)).into_owned();
            name.strip_prefix("ua_").unwrap_or(&name).to_owned()
        } else {
            String::new()
        };
        let is_full = self.claims.len() == MOST;
        let known = self.claims.iter_mut().find(|(other, slot)| {
            other.target == row.target && slot.key == name && other.is_pattern() == row.is_pattern()
        });
        match known {
            Some((_, slot)) => slot.add(seen),
            None if is_full => self.cut = true,
            None => {
                let mut slot = Slot { key: name, label: key, ..Slot::default() };
                slot.add(seen);
                self.claims.push((row, slot));
            }
        }
    }

    /// Adds to the slot of a parameter of the new URL.
    fn slot(&mut self, key: String, row: Option<&'static Parameter>, add: impl FnOnce(&mut Slot)) {
        let known = self.slots.iter().position(|slot| slot.key == key);
        if known.is_none() && self.slots.len() < MOST {
            self.slots.push(Slot { key, ..Slot::default() });
        } else if known.is_none() {
            self.cut = true;
            return;
        }
        let slot = match known {
            Some(at) => self.slots.get_mut(at),
            None => self.slots.last_mut(),
        };
        if let Some(slot) = slot {
            slot.row = slot.row.or(row);
            add(slot);
        }
    }

    fn model(mut self) -> Model {
        let mut notes = Vec::new();
        if self.cut {
            notes
                .push(Note(format!("there are more than {MOST} parameters: the rest is left out")));
        }
        let position = format!(":{}", Id::MenuPosition.row().name);
        let mut lines = Vec::new();
        // What takes the place of another stands behind all that stays, as `convert` writes it.
        self.slots.sort_by_key(|slot| slot.replaced);
        let taken = ["now", "jti", Id::SessionLength.row().name, Id::NodeId.row().name];
        let taken = taken.into_iter().chain(INHERITED);
        let mut names: Vec<_> = taken.map(str::to_owned).collect();
        for slot in &self.slots {
            let literal = settle(slot, &self.whole, self.samples, &mut notes);
            let name = unique(&decoded(slot.key.trim_start_matches(':')), &mut names);
            if let Some(row) = slot.row {
                let text = remedy(row, slot.lost);
                lines.push(Line::Comment { name: Foreign::new(&*slot.key), text });
            }
            if slot.lost {
                continue;
            }
            // Where nothing was said, the old menu was below.
            let otherwise = || (slot.key == position).then(|| footer_position(b"").to_owned());
            lines.push(Line::Kept {
                key: Foreign::new(unbroken(&slot.key)),
                name: Foreign::new(name),
                literal: literal.or_else(otherwise).map(|raw| Foreign::new(unbroken(&raw))),
            });
        }
        let is_used = !self.page.seen.is_empty();
        let page = is_used.then(|| {
            let page = settle(&self.page, &self.whole, self.samples, &mut notes);
            page.map(|raw| decoded(&raw)).filter(|page| is_path_part(page)).map(Foreign::new)
        });
        self.session.key = format!(":{}", Id::SessionLength.row().name);
        let session = settle(&self.session, &self.whole, self.samples, &mut notes);
        let session = session.and_then(|raw| lifetime(raw.as_bytes())).map(Lifetime::seconds);
        let fields = self.fields(&mut notes);
        Model {
            fields,
            lines,
            page,
            session: session.unwrap_or(DEFAULT_LIFETIME),
            internal: self.embed_users && self.internal_users,
            notes,
            ..Model::default()
        }
    }

    /// The claims of the user, in the order of the table.
    fn fields(&self, notes: &mut Vec<Note>) -> Vec<Field> {
        let mut fields = Vec::new();
        for claim in &claims::TABLE {
            let is_sub = Id::Email.row().target == Some(claim.name);
            let slots: Vec<_> =
                self.claims.iter().filter(|(row, _)| row.target == Some(claim.name)).collect();
            if slots.is_empty() && !is_sub {
                continue;
            }
            let mut field = Field {
                claim,
                name: if is_sub { Id::Email.row().name } else { claim.name },
                required: is_sub,
                literals: Vec::new(),
                names: Vec::new(),
            };
            for (row, slot) in slots {
                let literal = settle(slot, &self.whole, self.samples, notes);
                if row.id == Id::AccountType && literal.is_none() {
                    // Without it the token gives the highest account type there is.
                    field.required = slot.missing(&self.whole).is_none();
                }
                field.add(row, slot, literal);
            }
            fields.push(field);
        }
        fields
    }
}

impl Field {
    /// Whether it is the user's address, without which there is no token.
    pub fn is_sub(&self) -> bool {
        Id::Email.row().target == Some(self.claim.name)
    }

    /// Whether it is the account type, without which a token gives the highest there is.
    pub fn is_account_type(&self) -> bool {
        Id::AccountType.row().target == Some(self.claim.name)
    }

    /// Whether it is a list of texts.
    pub fn is_list(&self) -> bool {
        self.claim.kind == Type::Texts
    }

    /// Whether it is an object of texts.
    pub fn is_object(&self) -> bool {
        self.claim.kind == Type::TextByName
    }

    fn add(&mut self, row: &Parameter, slot: &Slot, literal: Option<String>) {
        let Some(literal) = literal else {
            if !slot.key.is_empty() && !slot.key.contains(PLACEHOLDER) {
                self.names.push(Foreign::new(&*slot.key));
            }
            return;
        };
        match row.id {
            Id::ExternalUserTeam | Id::Teams => {
                let value = decode(literal.as_bytes(), Plus::Space);
                let names = teams(&value).unwrap_or_default();
                let names = names.iter().map(|name| (Foreign::default(), Foreign::new(name)));
                self.literals.extend(names);
            }
            Id::UserAttributes => {
                let value = decode(literal.as_bytes(), Plus::Space);
                let pairs = attributes(&value).unwrap_or_default();
                let pairs = pairs
                    .into_iter()
                    .map(|(name, value)| (Foreign::new(name), Foreign::new(value)));
                self.literals.extend(pairs);
            }
            _ => self.literals.push((Foreign::new(&*slot.key), Foreign::new(literal))),
        }
        if !self.claim_is_open() {
            self.required = false;
        }
    }

    /// Whether the user has to say it.
    fn claim_is_open(&self) -> bool {
        self.literals.is_empty()
    }
}

/// The claim in the payload that a parameter becomes.
fn claim_of(row: &Parameter) -> Option<&'static Claim> {
    claims::find(claims::Part::Payload, row.target?)
}

fn decoded(raw: &str) -> String {
    String::from_utf8_lossy(&decode(raw.as_bytes(), Plus::Space)).into_owned()
}

/// A part of a URL byte for byte, but without what would end the line that a URL is on.
fn unbroken(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        if c.is_control() || c.is_whitespace() {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// A name that no other option has.
fn unique(name: &str, taken: &mut Vec<String>) -> String {
    let mut name = name.to_owned();
    while taken.contains(&name) {
        name.push('_');
    }
    taken.push(name.clone());
    name
}

/// What there is to know about a parameter, in words that are the table's.
fn remedy(row: &Parameter, lost: bool) -> String {
    let mut text = String::new();
    if lost {
        text.push_str("is gone: JWT-signed URLs do not have it");
    } else if row.is_removable() {
        text.push_str("stays, but the embed's user can remove it from the URL");
    } else if row.id == Id::Control {
        text.push_str("is not signed any more");
    } else {
        let _ = write!(text, "replaces :{}", row.name);
    }
    if !row.remedy.is_empty() {
        let _ = write!(text, "; {}", row.remedy.replace("**", "").replace('`', ""));
    }
    text.push('.');
    text
}
