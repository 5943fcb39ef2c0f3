//! Maps in JSON, read with the offset of every part.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::error::MapError;
use super::source::Source;
use super::tree::{DEEPEST, Field, Node, Value};
use crate::text::{Fields, Key};

/// The values of the document: one, or one a line.
pub(super) fn read<'a>(source: &Source<'a>) -> Result<Vec<Node<'a>>, MapError> {
    let mut nodes = Vec::new();
    for raw in serde_json::Deserializer::from_str(source.text).into_iter::<&'a RawValue>() {
        let raw = raw.map_err(|error| {
            let at = source.offset(error.line(), error.column());
            syntax(source, at, &error)
        })?;
        nodes.push(node(source, raw.get(), 0)?);
    }
    Ok(nodes)
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
            let mut fields = Vec::with_capacity(pairs.len());
            for (name, value) in pairs {
                let node = node(source, value.get(), depth + 1)?;
                let span = match &name {
                    Cow::Borrowed(name) => {
                        let start = offset_in(source.text, name);
                        start..start + name.len()
                    }
                    // Written with escapes, so it stands nowhere as it is.
                    Cow::Owned(_) => node.span.clone(),
                };
                fields.push(Field { name, span, node });
            }
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
