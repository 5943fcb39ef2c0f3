"""What is wrong is an exception that names it, or a finding in the row; never the end of the interpreter."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import embed2jwt
from conftest import FIXED, MAP, SECRET
from embed2jwt import Embed2JwtError

OPTIONS: dict[str, Any] = {"map": MAP, "secret": SECRET, **FIXED}


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (None, "null"),
        (float("nan"), "null"),
        (7, "int, not text"),
        (["https://x"], "list, not text"),
        (b"\xff\xfe", ""),
        ("\ud800", "UTF-8"),
        ("", "empty"),
        ("https://app.sigmacomputing.com/embed/" + "x" * (1 << 20), "longer than"),
        ("https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?" + "&" * 20_000, "more than"),
        ("a\0b", ""),
    ],
)
def test_a_row_without_a_url_is_a_finding_and_the_others_are_converted(urls: list[str], bad: object, message: str) -> None:
    good = next(one for one in urls if embed2jwt.convert(one, **OPTIONS).status == "converted")
    first, last = embed2jwt.convert([bad, good], **OPTIONS)
    assert (first.status, first.url, first.rules[0], last.status) == ("failed", None, "malformed-url", "converted")
    assert message in first["findings"][0]["message"]
    with pytest.raises(Embed2JwtError) as raised:
        first.raise_for_status()
    assert (raised.value.rule, raised.value.row, raised.value.column) == ("malformed-url", 1, None)
    last.raise_for_status()
    assert embed2jwt.audit([bad])[0].kind == "malformed"
    embed2jwt.inspect([bad])


def test_with_errors_raise_the_first_row_that_fails_is_named(urls: list[str]) -> None:
    good = next(one for one in urls if embed2jwt.convert(one, **OPTIONS).status == "converted")
    unmapped = "https://app.sigmacomputing.com/embed/1-5fqd1hQ1uOCsyopBjce5dQ?:nonce=n&:email=a@b.example&:client_id=c"
    trusting = {**OPTIONS, "trust_input": True}
    with pytest.raises(Embed2JwtError, match="row 2: ") as raised:
        embed2jwt.convert([good, unmapped], errors="raise", **trusting)
    assert (raised.value.rule, raised.value.row) == ("unmapped-embed", 2)
    with pytest.raises(Embed2JwtError, match="row 2, column `link`: ") as raised:
        embed2jwt.convert_table(pa.table({"link": [good, unmapped]}), "link", errors="raise", **trusting)
    assert (raised.value.rule, raised.value.row, raised.value.column) == ("unmapped-embed", 2, "link")
    with pytest.raises(Embed2JwtError, match="`finding` or `raise`"):
        embed2jwt.convert([], errors="ignore", **OPTIONS)  # type: ignore[call-overload]


def test_a_table_without_the_column_or_with_another_type_is_an_exception_that_names_it() -> None:
    import pandas as pd

    for data in (pa.table({"a": ["x"], "b": [1]}), pd.DataFrame({"a": ["x"], "b": [1]})):
        with pytest.raises(Embed2JwtError, match="no column `url`: the columns are `a`, `b`") as raised:
            embed2jwt.audit_table(data)
        assert raised.value.column == "url"
    with pytest.raises(Embed2JwtError, match="`b` holds int64, not text"):
        embed2jwt.audit_table(pa.table({"b": [1]}), "b")
    with pytest.raises(Embed2JwtError, match="no column `nonsense` in a result"):
        embed2jwt.audit_table(pa.table({"url": ["x"]}), columns=["nonsense"])
    # In pandas a cell may hold anything.
    [row] = embed2jwt.audit_table(pd.DataFrame({"url": [7]})).to_pylist()
    assert row["kind"] == "malformed"
    nulls = embed2jwt.audit_table(pa.table({"url": pa.nulls(2)})).to_pylist()
    assert [one["kind"] for one in nulls] == ["malformed", "malformed"]
    assert embed2jwt.audit_table(pa.table({"url": pa.array([], pa.string())})).num_rows == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "no embed secret"),
        ({"secret": ""}, "the secret is empty"),
        ({"secret": "x", "secret_file": "y"}, "one of"),
        ({"secret_file": "missing"}, "cannot read the secret file"),
        (
            {
                "secret": "x",
                "map": b"embed_id,org,workbook_id\n"
                b"1-7CbVjjUMMTKQpYa2E7NwkI,acme,r0WXMPpc0YtQCTFR7CdDK\n"
                b"1-7CbVjjUMMTKQpYa2E7NwkI,acme,4JRFW1HThPI1K3YTjouXI7\n",
            },
            "keep the right one",
        ),
        ({"secret": "x", "map": "missing.csv"}, "missing.csv"),
        ({"secret": "x", "error": "no-such-rule"}, "no-such-rule"),
        ({"secret": "x", "error": "unknown-parameter", "off": ["unknown-parameter"]}, "two severities"),
        ({"secret": "x", "org": "a/b"}, "organisation"),
        ({"secret": "x", "jti": "new"}, "`fresh` or `nonce` or `derived`"),
        ({"secret": "x", "ttl": 0}, "from 1 to 2592000"),
        ({"secret": "x", "threads": -1}, "from 1 to 256"),
        ({"secret": "x", "hosts": ["a b"]}, "host"),
        ({"secret": "x", "client_id": ""}, "empty"),
    ],
)
def test_options_that_cannot_work_say_why(options: dict[str, Any], message: str) -> None:
    with pytest.raises(Embed2JwtError) as raised:
        embed2jwt.convert([], **options)
    assert message in str(raised.value)
    assert (raised.value.rule, raised.value.row, raised.value.column) == (None, None, None)


def test_options_of_another_type_are_named_and_no_secret_is_shown() -> None:
    for options in ({"org": 7}, {"now": "today"}, {"secret": 7}, {"map": 7}, {"trust_input": "yes"}, {"colour": 1}):
        with pytest.raises(TypeError, match=f"`{next(iter(options))}`"):
            embed2jwt.convert([], **options)
    with pytest.raises(TypeError) as raised:
        embed2jwt.convert([], secret=["planted-secret"])  # type: ignore[call-overload]
    assert "planted-secret" not in str(raised.value)
    with pytest.raises(Embed2JwtError) as refused:
        embed2jwt.convert([], secret_file="planted-secret")
    assert "planted-secret" not in str(refused.value)


def test_a_secret_cannot_be_printed_copied_or_pickled(place: Path) -> None:
    secret = embed2jwt.Secret("planted-secret")
    converter = embed2jwt.Converter(secret=secret, jti="derived")
    for thing in (secret, converter):
        for text in (repr(thing), str(thing), f"{thing}", repr(dir(thing)), repr(getattr(thing, "__dict__", None))):
            assert "planted-secret" not in text
        for copier in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError):
                copier(thing)
    assert repr(embed2jwt.Secret.from_file("secret.txt")) == "Secret(***)"
    # A row that holds the secret is not read.
    [row] = embed2jwt.convert(["https://x/?planted-secret"], secret=secret, jti="derived")
    assert "planted-secret" not in row.json


def test_what_is_no_list_is_said_to_be_none() -> None:
    with pytest.raises(TypeError, match="not int"):
        embed2jwt.audit(7)  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        embed2jwt.scan(7)  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError):
        embed2jwt.scan("missing.js")


def test_an_iterable_that_raises_raises() -> None:
    def broken() -> Any:
        yield "https://x"
        raise KeyError("broken")

    with pytest.raises(KeyError):
        embed2jwt.audit(broken())
