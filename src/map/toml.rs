//! Maps in TOML, read with the offset of every part.

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::error::MapError;
use super::source::Source;
use super::tree::{DEEPEST, Field, Node, Value};

/// The document as one table.
pub(super) fn read<'a>(source: &Source<'a>) -> Result<Node<'a>, MapError> {
    let table = DeTable::parse(source.text).map_err(|error| MapError::Syntax {
        spot: source.spot(error.span().unwrap_or_default()),
        format: "TOML",
        message: error.message().to_owned(),
    })?;
    Ok(Node { span: table.span(), value: Value::Table(fields(table.into_inner(), 0)) })
}

fn fields(table: DeTable<'_>, depth: usize) -> Vec<Field<'_>> {
    let mut fields: Vec<_> = table
        .into_iter()
        .map(|(name, value)| Field {
            span: name.span(),
            name: name.into_inner(),
            node: node(value, depth + 1),
        })
        .collect();
    // The parser sorts by name; a map is read from its first line to its last.
    fields.sort_by_key(|field| field.span.start);
    fields
}

fn node(value: Spanned<DeValue<'_>>, depth: usize) -> Node<'_> {
    let span = value.span();
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text),
        DeValue::Boolean(is) => Value::Bool(is),
        DeValue::Array(_) if depth == DEEPEST => Value::Other("an array"),
        DeValue::Table(_) if depth == DEEPEST => Value::Other("a table"),
        DeValue::Array(items) => {
            let items = items.into_iter();
            Value::List(items.map(|item| node(item, depth + 1)).collect())
        }
        DeValue::Table(table) => Value::Table(fields(table, depth)),
        DeValue::Integer(_) | DeValue::Float(_) => Value::Other("a number"),
        DeValue::Datetime(_) => Value::Other("a date"),
    };
    Node { span, value }
}
