//! Maps that are trees of keys and values: what JSON and TOML have in common, and the rows in it.

use std::borrow::Cow;
use std::ops::Range;

use crate::dialect::id::IdKey;

use super::column::Column;
use super::error::MapError;
use super::row::{Cell, Row};
use super::source::{Source, shown};

/// The depth of an entry's values: document, list, entry, value. What nests deeper is not looked into.
pub(super) const DEEPEST: usize = 3;

/// The keys that hold the list of entries; one beside the other, because TOML's plural is written singular.
const LISTS: [&str; 2] = ["embed", "embeds"];

const SHAPE_HELP: &str = "a map is a list of entries (in JSON an array or an object with the key `embeds`, in TOML \
    [[embed]] tables), or one table an entry, keyed by embed id";

/// A value and where it stands.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) span: Range<usize>,
    pub(super) value: Value<'a>,
}

/// A key with its value.
#[derive(Debug)]
pub(super) struct Field<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) span: Range<usize>,
    pub(super) node: Node<'a>,
}

/// As much of a value's kind as a map can hold.
#[derive(Debug)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Table(Vec<Field<'a>>),
    /// Something with no place in a map, by its name.
    Other(&'static str),
}

impl Value<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(kind) => kind,
        }
    }
}

/// Hands over the rows of a table that is a whole file.
pub(super) fn rows(
    source: &Source<'_>,
    document: Node<'_>,
    sink: &mut impl FnMut(&Row<'_>) -> Result<(), MapError>,
) -> Result<(), MapError> {
    match document.value {
        Value::Table(fields) if !fields.iter().any(is_entry) => {
            fields.into_iter().try_for_each(|field| group(source, field, sink))
        }
        _ => item(source, document, sink),
    }
}

/// Whether a lone object with this field is an entry itself, the only line of a file of entries.
fn is_entry(field: &Field<'_>) -> bool {
    names_entry(&field.name, matches!(field.node.value, Value::Table(_)))
}

/// Whether a key at the top, with a table or with something else, makes the whole file an entry.
pub(super) fn names_entry(name: &str, is_table: bool) -> bool {
    name == Column::EmbedId.name() && !is_table
}

/// Whether a key at the top is that of the list of entries.
pub(super) fn names_list(name: &str) -> bool {
    LISTS.contains(&name)
}

/// One entry of a list.
pub(super) fn item(
    source: &Source<'_>,
    item: Node<'_>,
    sink: &mut impl FnMut(&Row<'_>) -> Result<(), MapError>,
) -> Result<(), MapError> {
    sink(&item_row(source, item)?)
}

/// A key at the top: the list of entries, or an embed id with its entry.
pub(super) fn group(
    source: &Source<'_>,
    field: Field<'_>,
    sink: &mut impl FnMut(&Row<'_>) -> Result<(), MapError>,
) -> Result<(), MapError> {
    match field.node.value {
        Value::List(items) if names_list(&field.name) => {
            items.into_iter().try_for_each(|node| item(source, node, sink))
        }
        Value::Table(fields) => {
            let key = Cell { text: field.name, span: field.span.clone() };
            sink(&keyed_row(source, key, fields)?)
        }
        other => {
            let spot = source.spot(field.span);
            Err(match Column::nearest(&field.name) {
                Some(column) if column.name() != field.name => MapError::UnknownName {
                    spot,
                    name: shown(&field.name),
                    nearest: Some(column.name()),
                },
                _ => MapError::Shape {
                    spot,
                    problem: format!("`{}` is {}, not an entry", shown(&field.name), other.kind()),
                    help: SHAPE_HELP.into(),
                },
            })
        }
    }
}

fn item_row<'a>(source: &Source<'_>, item: Node<'a>) -> Result<Row<'a>, MapError> {
    match item.value {
        Value::Table(fields) => filled(source, Row::new(item.span), fields),
        other => Err(MapError::Shape {
            spot: source.spot(item.span),
            problem: format!("{} where an entry belongs", other.kind()),
            help: SHAPE_HELP.into(),
        }),
    }
}

fn keyed_row<'a>(
    source: &Source<'_>,
    key: Cell<'a>,
    fields: Vec<Field<'a>>,
) -> Result<Row<'a>, MapError> {
    let mut row = filled(source, Row::new(key.span.clone()), fields)?;
    if let Some(inner) = row.get(Column::EmbedId)
        && IdKey::of(inner.as_bytes()) != IdKey::of(key.text.trim().as_bytes())
    {
        return Err(MapError::Shape {
            spot: source.spot(row.span()),
            problem: format!(
                "the entry of `{}` has another embed_id: `{}`",
                shown(&key.text),
                shown(inner)
            ),
            help: "leave embed_id out: the key is the embed id".into(),
        });
    }
    row.replace(Column::EmbedId, key);
    Ok(row)
}

fn filled<'a>(
    source: &Source<'_>,
    mut row: Row<'a>,
    fields: Vec<Field<'a>>,
) -> Result<Row<'a>, MapError> {
    for Field { name, span, node } in fields {
        let Some(column) = Column::named(name.trim()) else {
            return Err(MapError::UnknownName {
                spot: source.spot(span),
                name: shown(&name),
                nearest: Column::nearest(&name).map(Column::name),
            });
        };
        let text = match node.value {
            Value::Text(text) => text,
            Value::Null => Cow::Borrowed(""),
            Value::Bool(is) if column.is_flag() => Cow::Borrowed(if is { "true" } else { "false" }),
            other => {
                return Err(MapError::Shape {
                    spot: source.spot(node.span),
                    problem: format!("{column} is {}", other.kind()),
                    help: match column {
                        column if column.is_flag() => "write true or false".into(),
                        _ => "write it as a string, in double quotes".into(),
                    },
                });
            }
        };
        let cell = Cell { text, span: node.span };
        if !row.set(column, cell) {
            return Err(MapError::Repeated { spot: source.spot(span), name: shown(&name) });
        }
    }
    Ok(row)
}
