"""`audit` and `convert` for data frames of Spark, with the rules that compare rows exact over all partitions.

    from embed2jwt import spark as embed2jwt_spark
    session.sparkContext.addFile("/secure/secret.txt")
    new = embed2jwt_spark.convert(frame, map="map.csv", spark_file="secret.txt")

The secret is read by each worker from a file: it is in no plan, configuration or log, and cannot be given as a value.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark import SparkFiles
from pyspark.sql import functions as F
from pyspark.sql import types as T

from ._native import Auditor, Converter, Memory, Secret
from ._tables import AUDIT, CONVERT, batches_of, carried, missing, packed, problem, schema_of, wanted_of

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# Columns of our own beside those of the frame, while it is worked on.
LINE, NONCE, USER, DIFFERS = (f"__embed2jwt_{name}" for name in ("line", "nonce", "user", "differs"))
MARKS = "line bigint, nonce bigint, user bigint, teams bigint, account_type bigint, attributes bigint"
# Rows that a worker holds the results of at a time.
ROWS = 4096


def audit(
    df: DataFrame,
    url: str = "url",
    *,
    line: str | None = None,
    columns: Sequence[str] | None = None,
    across: bool = True,
    spark_file: str | None = None,
    **options: Any,
) -> DataFrame:
    """Checks the URLs of a column; the other columns are carried along. See `convert` for the arguments."""
    return _run(False, df, url, line, wanted_of(AUDIT, columns), across, spark_file, options)


def convert(
    df: DataFrame,
    url: str = "url",
    *,
    line: str | None = None,
    columns: Sequence[str] | None = None,
    across: bool = True,
    spark_file: str | None = None,
    **options: Any,
) -> DataFrame:
    """Converts the URLs of a column; the other columns are carried along.

    `line` names a column of whole numbers, each in one row, by which rows are ordered and named in findings; without it the
    rows are counted in the order of the frame, which takes one more job. `across=False` compares no rows with one another.
    The secret is in a file of every worker (`secret_file`), or in one that was added to the session (`spark_file`).
    """
    return _run(True, df, url, line, wanted_of(CONVERT, columns), across, spark_file, options)


def _run(
    converts: bool,
    df: DataFrame,
    url: str,
    line: str | None,
    wanted: list[str],
    across: bool,
    spark_file: str | None,
    options: dict[str, Any],
) -> DataFrame:
    settings = _settings(converts, spark_file, options)
    names = df.columns
    for name in (url, line):
        if name is not None and names.count(name) != 1:
            raise missing(name, names) if name not in names else problem(f"there are several columns `{name}`", name)
    if not isinstance(df.schema[url].dataType, (T.StringType, T.BinaryType)):
        raise problem(f"the column `{url}` holds {df.schema[url].dataType.simpleString()}, not text", url)
    numbered = df.withColumn(LINE, _own(df, line) if line else _counted(df))
    if across:
        numbered = numbered.join(_hits(numbered, url, settings), LINE, "left")
    else:
        nothing = F.lit(None).cast("bigint")
        numbered = numbered.withColumn(NONCE, nothing).withColumn(USER, nothing).withColumn(DIFFERS, nothing)
    others = [name for name in names if name != url and not (name == line and "line" in wanted)]
    fields = [df.schema[name] for name in others]
    fields = [T.StructField(new, field.dataType) for new, field in zip(carried(others, wanted), fields)]
    schema = T.StructType([*fields, *(T.StructField(field.name, _type(field.type)) for field in schema_of(wanted))])
    made = numbered.select(*(F.col(f"`{name}`") for name in others), F.col(f"`{url}`").alias("__embed2jwt_url"), LINE, NONCE, USER, DIFFERS)
    return made.mapInArrow(partial(_results, converts, wanted, settings), schema)


def _settings(converts: bool, spark_file: str | None, options: dict[str, Any]) -> dict[str, Any]:
    """The options as workers get them: what is wrong with them is said here."""
    for name in ("secret", "credentials"):
        if options.get(name) is not None:
            raise TypeError(f"`{name}` would travel with the plan: give `secret_file` or `spark_file`")
    if spark_file is not None and options.get("secret_file") is not None:
        raise TypeError("give `secret_file` or `spark_file`, not both")
    if converts and spark_file is None and options.get("secret_file") is None:
        raise problem("no embed secret: give `secret_file` or `spark_file`", "")
    settings = {"threads": 1, **options}
    if settings.get("now") is None:
        # One clock for all workers.
        settings["now"] = int(time.time())
    if isinstance(settings.get("map"), (str, os.PathLike)):
        with open(settings["map"], "rb") as file:
            settings["map"] = file.read()
    Auditor(**{name: value for name, value in settings.items() if name != "secret_file"})
    return {**settings, "spark_file": spark_file}


def _with_secret(settings: dict[str, Any]) -> dict[str, Any]:
    """The options of a worker, with the file of the secret."""
    options = dict(settings)
    name = options.pop("spark_file")
    if name is not None:
        options["secret_file"] = SparkFiles.get(name)
    return options


def _own(df: DataFrame, line: str) -> Column:
    kind = df.schema[line].dataType
    if not isinstance(kind, T.IntegralType):
        raise problem(f"the column `{line}` holds {kind.simpleString()}, not whole numbers", line)
    return F.col(f"`{line}`").cast("bigint")


def _counted(df: DataFrame) -> Column:
    """The number of each row, from 1, in the order of the partitions."""
    counts = df.groupBy(F.spark_partition_id().alias("part")).count().collect()
    rows = {row["part"]: row["count"] for row in counts}
    before, sizes = [0], []
    for part in range(max(rows, default=-1) + 1):
        sizes.append(rows.get(part, 0))
        before.append(before[-1] + sizes[-1])
    number = F.monotonically_increasing_id()
    at = number.bitwiseAND((1 << 33) - 1)
    index = (F.shiftright(number, 33) + 1).cast("int")
    size = F.element_at(F.array(*(F.lit(size).cast("bigint") for size in [*sizes, 0])), index)
    start = F.element_at(F.array(*(F.lit(start).cast("bigint") for start in before)), index)
    wrong = "the partitions hold other rows than when they were counted: persist the frame, or name a column with `line`"
    return F.when(at < size, start + at + 1).otherwise(F.raise_error(F.lit(wrong)).cast("bigint"))


def _hits(numbered: DataFrame, url: str, settings: dict[str, Any]) -> DataFrame:
    """The lines whose nonce or user was there before: nothing but keyed hashes and lines goes from worker to worker."""
    mark = partial(_marks, os.urandom(32), settings)
    marks = numbered.select(F.col(f"`{url}`").alias("url"), F.col(LINE).alias("line")).mapInArrow(mark, MARKS)
    # Used three times below, made once.
    marks = marks.localCheckpoint(eager=False)
    nonces = marks.where("nonce != 0").groupBy("nonce").agg(F.min("line").alias("first_nonce"), F.count("*").alias("rows"))
    nonces = nonces.where("rows > 1").select("nonce", "first_nonce")
    claims = ("teams", "account_type", "attributes")
    users = marks.where("user != 0").groupBy("user").agg(
        F.min(F.struct("line", *claims)).alias("first"),
        *(F.min(name).alias(f"least_{name}") for name in claims),
        *(F.max(name).alias(f"most_{name}") for name in claims),
    )
    users = users.where(" or ".join(f"least_{name} != most_{name}" for name in claims)).select("user", "first")
    both = marks.join(nonces, "nonce", "left").join(users, "user", "left")
    differs = sum(
        (F.when(F.col(name) != F.col(f"first.{name}"), F.lit(bit)).otherwise(F.lit(0)) for name, bit in zip(claims, (1, 2, 4))),
        F.lit(0),
    )
    hits = both.select(
        F.col("line").alias(LINE),
        F.when(F.col("first_nonce") < F.col("line"), F.col("first_nonce")).alias(NONCE),
        F.when((F.col("first.line") < F.col("line")) & (differs != 0), F.col("first.line")).alias(USER),
        differs.cast("bigint").alias(DIFFERS),
    )
    return hits.where(F.col(NONCE).isNotNull() | F.col(USER).isNotNull())


def _type(kind: pa.DataType) -> T.DataType:
    """The type of Spark for one of ours of Arrow."""
    if pa.types.is_list(kind):
        return T.ArrayType(_type(kind.value_type))
    if pa.types.is_struct(kind):
        return T.StructType([T.StructField(field.name, _type(field.type)) for field in kind])
    if pa.types.is_int64(kind):
        return T.LongType()
    return T.BooleanType() if pa.types.is_boolean(kind) else T.StringType()


def _urls(column: pa.Array) -> list[bytes | None]:
    urls: list[bytes | None] = column.cast(pa.large_binary()).to_pylist()
    return urls


def _marks(key: bytes, settings: dict[str, Any], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """On a worker: what each row repeats of others, as hashes under the key of this run."""
    auditor, secret = Auditor(**_with_secret(settings)), Secret(key)
    for batch in batches:
        marks = auditor._marks(_urls(batch.column(0)), secret)
        claims = [[mark[2][number] for mark in marks] for number in range(3)]
        columns = [batch.column(1), [mark[0] for mark in marks], [mark[1] for mark in marks], *claims]
        names = ["line", "nonce", "user", "teams", "account_type", "attributes"]
        yield pa.RecordBatch.from_arrays([pa.array(column, pa.int64()) for column in columns], names)


def _results(
    converts: bool, wanted: list[str], settings: dict[str, Any], batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """On a worker: the rows with their results."""
    worker: Any = None
    for whole in batches:
        # Not before there is a row: a partition without one needs no secret.
        worker = worker or (Converter if converts else Auditor)(**_with_secret(settings))
        for start in range(0, whole.num_rows, ROWS):
            batch = whole.slice(start, ROWS)
            *others, urls, lines, nonces, users, differs = batch.columns
            known = [column.fill_null(0).to_pylist() for column in (lines, nonces, users, differs)]
            memory = Memory._known(list(zip(*known)))
            for part in packed(urls, "url"):
                at = 0
                for made in batches_of(worker._batches(part, wanted, memory), wanted):
                    beside = [column.slice(at, made.num_rows) for column in others]
                    at += made.num_rows
                    names = carried(batch.schema.names[: len(others)], wanted)
                    yield pa.RecordBatch.from_arrays([*beside, *made.columns], [*names, *made.schema.names])
