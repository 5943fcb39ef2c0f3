"""Tables of Arrow and pandas in, tables of Arrow with the columns of schema 1 out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from ._native import Auditor, Converter, Embed2JwtError, Memory

if TYPE_CHECKING:
    import pyarrow as pa

# The keys of `--format ndjson` but `schema` and `source`, which are the same in every row.
AUDIT = (
    "line",
    "url",
    "kind",
    "embed_id",
    "embed_uuid",
    "tag",
    "edit",
    "verdict",
    "signature",
    "parameters",
    "findings",
)
CONVERT = (
    "line",
    "status",
    "signature",
    "verdict",
    "kind",
    "url",
    "input",
    "header",
    "claims",
    "parameters",
    "findings",
)


def schema_of(wanted: Sequence[str]) -> pa.Schema:
    """The types of these columns."""
    import pyarrow as pa

    text = pa.string()
    parameter = pa.struct([(name, text) for name in ("name", "value", "fate", "target")])
    texts = [(name, text) for name in ("rule", "severity", "parameter", "message", "suggestion")]
    finding = pa.struct([*texts, ("column", pa.int64()), ("end_column", pa.int64()), ("help", text)])
    types = {
        "line": pa.int64(),
        "edit": pa.bool_(),
        "parameters": pa.list_(parameter),
        "findings": pa.list_(finding),
    }
    return pa.schema([(name, types.get(name, text)) for name in wanted])


def wanted_of(known: Sequence[str], columns: Sequence[str] | None) -> list[str]:
    """The columns that are wanted: all that are known, or those that are named."""
    if isinstance(columns, str):
        raise TypeError("`columns` is a list of names, not one name")
    for name in columns or ():
        if name not in known:
            raise Embed2JwtError(f"there is no column `{name}` in a result: the columns are {', '.join(known)}")
    return list(known if columns is None else columns)


def array_of(column: Any, kind: pa.DataType, length: int) -> pa.Array:
    """An array around the bytes of a column."""
    import pyarrow as pa

    _, valid, offsets, data, fields = column
    valid, offsets, data = (part if part is None else pa.py_buffer(part) for part in (valid, offsets, data))
    if fields is None:
        buffers = [valid, data] if offsets is None else [valid, offsets, data]
        return pa.Array.from_buffers(kind, length, buffers)
    starts = pa.Array.from_buffers(pa.int32(), length + 1, [None, offsets])
    records = starts[length].as_py()
    item = kind.value_type
    arrays = [array_of(part, item.field(number).type, records) for number, (_, part) in enumerate(fields)]
    return pa.ListArray.from_arrays(starts, pa.StructArray.from_arrays(arrays, fields=list(item)), type=kind)


def batches_of(batches: Sequence[Any], wanted: Sequence[str]) -> list[pa.RecordBatch]:
    """Batches of Arrow, of batches of columns."""
    import pyarrow as pa

    schema = schema_of(wanted)
    made = []
    for length, columns in batches:
        arrays = [array_of(column, kind, length) for column, kind in zip(columns, schema.types)]
        made.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return made


def packed(column: pa.ChunkedArray | pa.Array, name: str) -> list[tuple[bytes, bytes, bytes | None]]:
    """The rows of a column of text or bytes, one part for each of its chunks."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
        column = column.cast(kind)
    takes = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    takes += tuple(getattr(pa.types, view) for view in ("is_string_view", "is_binary_view") if hasattr(pa.types, view))
    if pa.types.is_null(kind):
        column = column.cast(pa.large_binary())
    elif not any(take(kind) for take in takes):
        raise problem(f"the column `{name}` holds {kind}, not text", name)
    elif not pa.types.is_binary(kind) and not pa.types.is_large_binary(kind):
        column = column.cast(pa.large_string() if "string" in str(kind) else pa.large_binary())
    parts = []
    for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
        # Without what a slice leaves out.
        whole = pa.concat_arrays([chunk.cast(pa.large_binary())])
        _, offsets, data = whole.buffers()
        start, end = 8 * whole.offset, 8 * (whole.offset + len(whole) + 1)
        valid = None
        if whole.null_count:
            bytes_of = pc.cast(pc.is_valid(whole), pa.uint8())
            valid = bytes_of.buffers()[1].to_pybytes()[bytes_of.offset : bytes_of.offset + len(whole)]
        if len(whole):
            parts.append((b"" if data is None else data.to_pybytes(), offsets.to_pybytes()[start:end], valid))
    return parts


def problem(message: str, column: str) -> Embed2JwtError:
    """An exception about a column."""
    error = Embed2JwtError(message)
    error.rule, error.row, error.column = None, None, column
    return error


def missing(name: str, names: Sequence[str]) -> Embed2JwtError:
    """The exception of a column that is not there."""
    found = ", ".join(f"`{other}`" for other in names) or "none"
    return problem(f"there is no column `{name}`: the columns are {found}", name)


def read(data: Any, url: str) -> tuple[list[Any], pa.Table]:
    """The rows of the URLs' column in parts, and the other columns."""
    import pyarrow as pa

    if hasattr(data, "iloc"):
        # pandas: a cell may hold anything, which is a finding of its row.
        if not hasattr(data, "columns"):
            return [data.tolist()], None
        names = [str(name) for name in data.columns]
        if url not in names:
            raise missing(url, names)
        others = data.drop(columns=[url])
        table = pa.Table.from_pandas(others, preserve_index=False) if len(others.columns) else None
        return [data[url].tolist()], table
    if isinstance(data, (pa.Array, pa.ChunkedArray)):
        return packed(data, url), None
    if hasattr(data, "__arrow_c_stream__") and not isinstance(data, (pa.Table, pa.RecordBatchReader)):
        stream = pa.chunked_array(data) if not hasattr(data, "columns") else data
        if isinstance(stream, pa.ChunkedArray) and not pa.types.is_struct(stream.type):
            return packed(stream, url), None
    if isinstance(data, pa.RecordBatch):
        table = pa.Table.from_batches([data])
    elif isinstance(data, pa.RecordBatchReader):
        table = data.read_all()
    else:
        table = data if isinstance(data, pa.Table) else pa.table(data)
    if table.column_names.count(url) > 1:
        raise problem(f"there are several columns `{url}`", url)
    if url not in table.column_names:
        raise missing(url, table.column_names)
    return packed(table.column(url), url), table.drop_columns([url])


def joined(others: pa.Table | None, made: Sequence[pa.RecordBatch], wanted: Sequence[str]) -> pa.Table:
    """The results beside the other columns, which give way where they have a result's name."""
    import pyarrow as pa

    table = pa.Table.from_batches(made, schema=schema_of(wanted))
    if others is None:
        return table
    names = carried(others.column_names, wanted)
    fields = [*others.rename_columns(names).schema, *table.schema]
    return pa.Table.from_arrays([*others.columns, *table.columns], schema=pa.schema(fields))


def carried(names: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The names of the other columns: `input.` before those that a result has."""
    return [f"input.{name}" if name in wanted or name.startswith("input.") else name for name in names]


def run(data: Any, url: str, wanted: list[str], make: Callable[[Any], Sequence[Any]]) -> pa.Table:
    """The table of all rows."""
    parts, others = read(data, url)
    made = [batch for part in parts for batch in batches_of(make(part), wanted)]
    return joined(others, made, wanted)


def audit_table(
    data: Any, url: str = "url", *, columns: Sequence[str] | None = None, memory: Memory | None = None, **options: Any
) -> pa.Table:
    """Checks the URLs of a column, as `audit` does; the other columns are carried along."""
    wanted = wanted_of(AUDIT, columns)
    auditor, memory = Auditor(**options), memory or Memory()
    return run(data, url, wanted, lambda rows: auditor._batches(rows, wanted, memory))


def convert_table(
    data: Any,
    url: str = "url",
    *,
    columns: Sequence[str] | None = None,
    memory: Memory | None = None,
    errors: Literal["finding", "raise"] = "finding",
    **options: Any,
) -> pa.Table:
    """Converts the URLs of a column, as `convert` does; the other columns are carried along."""
    wanted = wanted_of(CONVERT, columns)
    converter, memory = Converter(**options), memory or Memory()
    return run(data, url, wanted, lambda rows: converter._batches(rows, wanted, memory, errors, url))
