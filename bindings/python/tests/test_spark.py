"""Spark gives what one run over all rows gives, over all partitions, and shows no secret."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import embed2jwt
from conftest import MAP, NOW, read_map
from embed2jwt import Embed2JwtError
from support import CLIENT_ID, sign

pyspark = pytest.importorskip("pyspark")

from pyspark.sql import DataFrame, SparkSession  # noqa: E402

from embed2jwt import spark  # noqa: E402

SECRET = "a-planted-embed-secret-that-nothing-shows"
# Fewer are for a quick look.
ROWS, PARTITIONS = int(os.environ.get("EMBED2JWT_SPARK_ROWS", "200000")), 8
USERS = ROWS // 4
EMBED = next(row["embed_id"] for row in read_map() if row["public"] != "true")


def url(number: int, nonce: str, email: str, team: str) -> str:
    query = f":nonce={nonce}&:email={email}&:external_user_team={team}&:client_id={CLIENT_ID}&:mode=userbacked"
    signed: str = sign(
        f"https://app.sigmacomputing.com/embed/{EMBED}?{query}&:session_length=600&:time={NOW - number % 1000}"
        "&:account_type=Viewer&:external_user_id=1&:hide_send=true",
        SECRET,
    )
    return signed


@pytest.fixture(scope="module")
def rows() -> tuple[list[str], set[int], set[int]]:
    """The URLs, and the lines where a nonce comes again and where a user differs: far from the first, in other partitions."""
    reused, differing, urls = set(), set(), []
    for number in range(ROWS):
        nonce, email, team = f"n{number}", f"user{number % USERS}@mail.example", f"team{number % USERS % 7}"
        if number >= ROWS // 2 and number % 1000 == 1:
            nonce = f"n{number - ROWS // 2}"
            reused.add(number + 1)
        if number >= 3 * USERS and number % 500 == 3:
            team = "another"
            differing.add(number + 1)
        urls.append(url(number, nonce, email, team))
    return urls, reused, differing


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("spark")
    place.joinpath("secret.txt").write_text(SECRET + "\n", encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def session(folder: Path) -> Iterator[SparkSession]:
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    events = folder / "events"
    events.mkdir()
    # Spark's events hold every plan and the whole configuration; the log of the driver is a file as well.
    config = folder / "log4j2.properties"
    config.write_text(
        "rootLogger.level = debug\nrootLogger.appenderRef.file.ref = file\nappender.file.type = File\nappender.file.name = file\n"
        f"appender.file.fileName = {folder}/driver.log\nappender.file.layout.type = PatternLayout\n"
        "appender.file.layout.pattern = %p %c %m%n%ex\nlogger.netty.name = io.netty\nlogger.netty.level = warn\n"
    )
    builder: Any = SparkSession.builder
    for key, value in {
        "spark.master": "local[2]",
        "spark.ui.enabled": "false",
        "spark.driver.memory": "2g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={config}",
        "spark.sql.shuffle.partitions": "4",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": events.as_uri(),
        "spark.local.dir": str(folder / "local"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.addFile(str(folder / "secret.txt"))
    yield session
    session.stop()


@pytest.fixture(scope="module")
def frame(session: SparkSession, folder: Path, rows: tuple[list[str], set[int], set[int]]) -> DataFrame:
    import pyarrow.parquet as pq

    lists = folder / "lists"
    lists.mkdir()
    urls = rows[0]
    share = ROWS // PARTITIONS
    for part in range(PARTITIONS):
        some = urls[part * share : (part + 1) * share]
        numbers = range(part * share + 1, (part + 1) * share + 1)
        pq.write_table(pa.table({"id": list(numbers), "link": some}), lists / f"part-{part}.parquet")
    # One file is one partition.
    session.conf.set("spark.sql.files.openCostInBytes", str(1 << 30))
    session.conf.set("spark.sql.files.maxPartitionBytes", str(1 << 30))
    frame = session.read.parquet(str(lists))
    assert frame.rdd.getNumPartitions() == PARTITIONS
    return frame


def options(folder: Path) -> dict[str, Any]:
    return {"map": str(MAP), "now": NOW, "jti": "derived"}


COLUMNS = ["line", "status", "signature", "verdict", "url", "claims", "findings"]


def test_every_row_is_as_in_a_single_run_and_what_was_planted_is_found(
    frame: DataFrame, folder: Path, rows: tuple[list[str], set[int], set[int]]
) -> None:
    urls, reused, differing = rows
    converted = spark.convert(frame, "link", line="id", columns=COLUMNS, spark_file="secret.txt", **options(folder))
    plan = io.StringIO()
    with contextlib.redirect_stdout(plan):
        converted.explain(extended=True)
    assert "mapInArrow" in plan.getvalue() or "MapInArrow" in plan.getvalue()
    assert SECRET not in plan.getvalue()
    converted.write.parquet(str(folder / "converted"))

    import pyarrow.parquet as pq

    table = pq.read_table(folder / "converted").sort_by("line")
    single = embed2jwt.convert_table(
        pa.table({"link": urls}),
        "link",
        columns=COLUMNS,
        memory=embed2jwt.Memory(exact=True),
        secret=SECRET,
        **options(folder),
    )
    assert table.num_rows == ROWS
    for name in COLUMNS:
        one, other = table.column(name).combine_chunks(), single.column(name).combine_chunks()
        if one.type != other.type:
            other = other.cast(one.type)
        assert one.equals(other), name
    found: dict[str, set[int]] = {"reused-nonce": set(), "inconsistent-user": set()}
    for line, findings in zip(table.column("line").to_pylist(), table.column("findings").to_pylist()):
        for finding in findings:
            found.get(finding["rule"], set()).add(line)
    assert found == {"reused-nonce": reused, "inconsistent-user": differing}
    assert (len(reused), len(differing)) == (ROWS // 2000, ROWS // 2000)


def test_rows_without_a_line_are_counted(frame: DataFrame, folder: Path) -> None:
    # The files in another order than their names have another first line; the lines are those of the frame.
    some = frame.where("id % 100 = 0").withColumnRenamed("link", "url")
    expected = [row["url"] for row in some.select("url").collect()]
    audited = spark.audit(some, columns=["line", "kind", "findings"], now=NOW).orderBy("line").collect()
    single = embed2jwt.audit_table(pa.table({"url": expected}), columns=["line", "kind", "findings"], now=NOW).to_pylist()
    assert [row["line"] for row in audited] == list(range(1, len(expected) + 1))
    assert [[one.asDict() for one in row["findings"]] for row in audited] == [row["findings"] for row in single]
    alone = spark.audit(some.limit(50), columns=["line", "kind"], across=False).collect()
    assert [row["kind"] for row in alone] == ["legacy-signed"] * 50


def test_bad_rows_are_findings_and_bad_arguments_name_what_is_wrong(session: SparkSession, folder: Path) -> None:
    bad = session.createDataFrame([(1, None), (2, "no URL"), (3, ""), (4, "\0")], "id int, url string")
    rows = spark.convert(bad, line="id", spark_file="secret.txt", **options(folder)).orderBy("line").collect()
    assert [row["status"] for row in rows] == ["failed"] * 4
    assert "null" in rows[0]["findings"][0]["message"]
    raw = session.createDataFrame([(bytearray(b"\xff\xfe"),)], "url binary")
    assert [row["kind"] for row in spark.audit(raw).collect()] == ["malformed"]
    with pytest.raises(Embed2JwtError, match="no column `link`: the columns are `id`, `url`"):
        spark.audit(bad, "link")
    with pytest.raises(Embed2JwtError, match="`id` holds int, not text"):
        spark.audit(bad, "id")
    with pytest.raises(Embed2JwtError, match="no embed secret"):
        spark.convert(bad)
    values: list[dict[str, Any]] = [{"secret": SECRET}, {"credentials": {"c": SECRET}}]
    for value in values:
        with pytest.raises(TypeError, match="would travel with the plan") as refused:
            spark.convert(bad, **value)
        assert SECRET not in str(refused.value)
    twice = b"embed_id,org,workbook_id\n" + b"1-7CbVjjUMMTKQpYa2E7NwkI,a,r0WXMPpc0YtQCTFR7CdDK\n" * 2
    with pytest.raises(Embed2JwtError):
        spark.audit(bad, map=twice.replace(b"a,r0WXMPpc0YtQCTFR7CdDK\n", b"b,7f55QbPFuCnK2n0P2tSuBl\n", 1))
    with pytest.raises(Exception, match="cannot read the secret file"):
        spark.convert(bad, spark_file="missing.txt", **options(folder)).collect()


def test_no_log_no_event_and_no_shuffle_shows_the_secret(session: SparkSession, folder: Path) -> None:
    # After the runs above, and with everything that Spark has written.
    assert SECRET not in str(session.sparkContext.getConf().getAll())
    searched = 0
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "secret.txt":
            searched += 1
            assert SECRET.encode() not in path.read_bytes(), path
    assert (folder / "driver.log").stat().st_size > 10_000
    assert any((folder / "events").iterdir()) and searched > 10
