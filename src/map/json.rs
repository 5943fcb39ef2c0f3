//! Maps in JSON, read with the offset of every part.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::error::MapError;
use super::row::Row;
use super::source::Source;
use super::tree::{self, DEEPEST, Field, Node, Value};
use crate::text::{Fields, Key};

/// Hands over the rows of the document, which is one value, or one a line. Each row is read by itself, so that memory does not
/// hold all of them as trees.
pub(super) fn read<'a>(
    source: &Source<'a>,
    sink: &mut impl FnMut(&Row<'_>) -> Result<(), MapError>,
) -> Result<(), MapError> {
    let bad = |error: serde_json::Error| {
        let at = source.offset(error.line(), error.column());
        syntax(source, at, &error)
    };
    let mut values = serde_json::Deserializer::from_str(source.text).into_iter::<&'a RawValue>();
    let Some(first) = values.next().transpose().map_err(bad)? else { return Ok(()) };
    let Some(second) = values.next().transpose().map_err(bad)? else {
        return document(source, first, sink);
    };
    for raw in [first, second] {
        tree::item(source, node(source, raw.get(), 0)?, sink)?;
    }
    for raw in values {
        tree::item(source, node(source, raw.map_err(bad)?.get(), 0)?, sink)?;
    }
    Ok(())
}

/// The only value of a file.
fn document<'a>(
    source: &Source<'a>,
    raw: &'a RawValue,
    sink: &mut impl FnMut(&Row<'_>) -> Result<(), MapError>,
) -> Result<(), MapError> {
    let raw = raw.get();
    let start = offset_in(source.text, raw);
    let bad = |error| syntax(source, start, &error);
    match raw.as_bytes().first() {
        Some(b'[') => items(source, raw, 1, sink),
        Some(b'{') => {
            let Fields(pairs) = serde_json::from_str(raw).map_err(bad)?;
            let is_entry = |(name, value): &(Cow<'_, str>, &RawValue)| {
                tree::names_entry(name, value.get().starts_with('{'))
            };
            if pairs.iter().any(is_entry) {
                return tree::item(source, node(source, raw, 0)?, sink);
            }
            for (name, value) in pairs {
                if tree::names_list(&name) && value.get().starts_with('[') {
                    items(source, value.get(), 2, sink)?;
                } else {
                    tree::group(source, field(source, name, value, 1)?, sink)?;
                }
            }
            Ok(())
        }
        _ => tree::item(source, node(source, raw, 0)?, sink),
    }
}

/// The entries of a list, which are at this depth.
fn items<'a>(
    source: &Source<'a>,
    raw: &'a str,
    depth: usize,
    sink: &mut impl FnMut(&Row<'_>) -> Result<(), MapError>,
) -> Result<(), MapError> {
    let start = offset_in(source.text, raw);
    let items: Vec<&'a RawValue> =
        serde_json::from_str(raw).map_err(|error| syntax(source, start, &error))?;
    items.into_iter().try_for_each(|one| tree::item(source, node(source, one.get(), depth)?, sink))
}

/// A key and its value at this depth.
fn field<'a>(
    source: &Source<'a>,
    name: Cow<'a, str>,
    value: &'a RawValue,
    depth: usize,
) -> Result<Field<'a>, MapError> {
    let node = node(source, value.get(), depth)?;
    let span = match &name {
        Cow::Borrowed(name) => {
            let start = offset_in(source.text, name);
            start..start + name.len()
        }
        // Written with escapes, so it stands nowhere as it is.
        Cow::Owned(_) => node.span.clone(),
    };
    Ok(Field { name, span, node })
}

fn node<'a>(source: &Source<'a>, raw: &'a str, depth: usize) -> Result<Node<'a>, MapError> {
    let start = offset_in(source.text, raw);
    // The first reading let a value pass whole; its strings are looked into only now.
    let bad = |error| syntax(source, start, &error);
    let value = match raw.as_bytes().first() {
        Some(b'{') if depth == DEEPEST => Value::Other("an object"),
        Some(b'[') if depth == DEEPEST => Value::Other("an array"),
        Some(b'{') => {
            let Fields(pairs) = serde_json::from_str(raw).map_err(bad)?;
            let pairs = pairs.into_iter();
            let fields = pairs.map(|(name, value)| field(source, name, value, depth + 1));
            let fields = fields.collect::<Result<_, _>>()?;
            Value::Table(fields)
        }
        Some(b'[') => {
            let items: Vec<&'a RawValue> = serde_json::from_str(raw).map_err(bad)?;
            let items = items.into_iter();
            Value::List(
                items.map(|item| node(source, item.get(), depth + 1)).collect::<Result<_, _>>()?,
            )
        }
        Some(b'"') => {
            let Key(text) = serde_json::from_str(raw).map_err(bad)?;
            Value::Text(text)
        }
        Some(b't') => Value::Bool(true),
        Some(b'f') => Value::Bool(false),
        Some(b'n') => Value::Null,
        _ => Value::Other("a number"),
    };
    Ok(Node { span: start..start + raw.len(), value })
}

fn syntax(source: &Source<'_>, at: usize, error: &serde_json::Error) -> MapError {
    let message = error.to_string();
    // The place stands in front of the message already.
    let position = format!(" at line {} column {}", error.line(), error.column());
    MapError::Syntax {
        spot: source.spot(at..at),
        format: "JSON",
        message: message.strip_suffix(&position).unwrap_or(&message).to_owned(),
    }
}

/// Where `part`, a piece of `whole` that the parser lent out, begins in it.
fn offset_in(whole: &str, part: &str) -> usize {
    let distance = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    distance.min(whole.len())
}
