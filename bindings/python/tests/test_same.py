"""Python gives what the command prints, byte for byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import embed2jwt
from conftest import FIXED, MAP, NOW, command


def printed(name: str, urls: list[str], *flags: str) -> list[str]:
    Path("urls.txt").write_text("".join(f"{url}\n" for url in urls), encoding="utf-8")
    output = command(
        name, "urls.txt", "--format", "ndjson", "--map", str(MAP), "--now", str(NOW), "--secret-file", "secret.txt", *flags
    )
    return output.splitlines()


@pytest.mark.parametrize("threads", [1, 2])
def test_converting_gives_what_the_command_prints(place: Path, urls: list[str], threads: int) -> None:
    expected = printed("convert", urls, "--jti", "derived")
    converted = embed2jwt.convert(urls, map=MAP, secret_file="secret.txt", threads=threads, **FIXED)
    assert [one.json for one in converted] == expected
    assert {one.status for one in converted} == {"converted", "unchanged", "failed"}
    first = next(one for one in converted if one.status == "converted")
    assert first.url == first["url"] == first.to_dict()["url"]
    assert dict(first) == json.loads(first.json)


@pytest.mark.parametrize("threads", [1, 2])
def test_auditing_and_inspecting_give_what_the_commands_print(place: Path, urls: list[str], threads: int) -> None:
    options: dict[str, Any] = {"map": MAP, "secret_file": "secret.txt", "now": NOW, "source": "urls.txt", "threads": threads}
    assert [one.json for one in embed2jwt.audit(urls, **options)] == printed("audit", urls)
    assert [one.json for one in embed2jwt.inspect(urls, **options)] == printed("inspect", urls)


def test_a_table_has_what_the_lines_of_json_have(place: Path, urls: list[str]) -> None:
    table = pa.table({"id": range(len(urls)), "url": urls, "line": ["x"] * len(urls)})
    options: dict[str, Any] = {"map": MAP, "secret_file": "secret.txt", **FIXED}
    converted = embed2jwt.convert_table(table, **options)
    assert converted.column_names[:3] == ["id", "input.line", "line"]
    wanted = [json.loads(line) for line in printed("convert", urls, "--jti", "derived")]
    rows = converted.to_pylist()
    assert len(rows) == len(wanted)
    for number, (row, record) in enumerate(zip(rows, wanted)):
        assert (row.pop("id"), row.pop("input.line")) == (number, "x")
        for key in ("header", "claims"):
            row[key] = row[key] and json.loads(row[key])
        assert row == {key: record[key] for key in row}
        assert set(record) - set(row) == {"schema", "source"}
    audited = embed2jwt.audit_table(table.to_batches()[0], **options).to_pylist()
    for row, line in zip(audited, printed("audit", urls), strict=True):
        record = json.loads(line)
        assert {**record, "id": row["id"], "input.line": "x", "signature": record.get("signature")} == {
            **row,
            "schema": 1,
            "source": "urls.txt",
        }


def test_tables_of_every_kind_give_the_same(place: Path, urls: list[str]) -> None:
    import pandas as pd

    some = [*urls[:300], None]
    options: dict[str, Any] = {"map": MAP, "secret_file": "secret.txt", **FIXED}
    expected = embed2jwt.convert_table(pa.table({"url": some}), **options).to_pylist()
    lists = [json.loads(one.json)["findings"] for one in embed2jwt.convert(some, **options)]
    assert [row["findings"] for row in expected] == lists
    chunks = pa.chunked_array([some[:7], [], some[7:]])
    columns: list[Any] = [
        chunks,
        pa.array(some),
        pa.array(some, pa.large_string()),
        pa.array(some).dictionary_encode(),
        pa.array([url and url.encode() for url in some]),
        pa.array(["x", *some]).slice(1),
        pa.array(some, pa.string_view()),
    ]
    for column in columns:
        assert embed2jwt.convert_table(pa.table({"url": column}), **options).to_pylist() == expected, column.type
        assert embed2jwt.convert_table(column, **options).to_pylist() == expected
    assert embed2jwt.convert_table(pa.table({"url": some}).to_reader(), **options).to_pylist() == expected
    assert embed2jwt.convert_table(pd.Series(some), **options).to_pylist() == expected
    frame = embed2jwt.convert_table(pd.DataFrame({"id": 1, "url": some}), columns=["status", "url"], **options)
    assert frame.to_pylist() == [{"id": 1, "status": row["status"], "url": row["url"]} for row in expected]


class Stream:
    """Whatever speaks the C data interface of Arrow, such as a data frame of polars."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


def test_whatever_speaks_arrow_is_taken(place: Path, urls: list[str]) -> None:
    table = pa.table({"id": [1, 2], "url": urls[:2]})
    assert embed2jwt.audit_table(Stream(table)) == embed2jwt.audit_table(table)


def test_a_memory_goes_from_one_call_to_the_next(place: Path, urls: list[str]) -> None:
    whole = embed2jwt.audit(urls, now=NOW)
    memory = embed2jwt.Memory()
    parts = embed2jwt.audit(urls[:777], memory=memory, now=NOW) + embed2jwt.audit(urls[777:], memory=memory, now=NOW)
    assert [one.json for one in parts] == [one.json for one in whole]


def test_scanning_gives_what_check_prints(place: Path) -> None:
    source = "const url = `https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=${n}&:show_footer=false&:signature=${s}`;\n"
    Path("embed.js").write_text(source, encoding="utf-8")
    expected = command("check", "embed.js", "--format", "ndjson", "--no-config", "--now", str(NOW)).splitlines()
    scanned = embed2jwt.scan("embed.js", now=NOW)
    assert scanned.json == expected
    assert scanned.findings == [json.loads(line) for line in expected]
    assert embed2jwt.scan(source.encode(), name="embed.js", now=NOW).json == expected
    fixed = embed2jwt.Scanner().fix("embed.js")
    command("check", "embed.js", "--fix", "--no-config")
    assert fixed == Path("embed.js").read_bytes() != source.encode()
