"""Athena on one machine: a folder of Parquet files as the table `session_analytics`, asked in Athena SQL.

The table has the columns of the Glue table whatever the files hold: read by name, null where a file is older than a column.
`dt` is the folder's and a string, so a filter on it skips folders as Athena skips partitions. Times are UTC.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from session_analytics.row import PARTITION_KEY

from voice_analytics import glue
from voice_analytics.errors import UserError
from voice_analytics.local.trino.scope import Column
from voice_analytics.local.trino.to_duckdb import to_duckdb
from voice_analytics.local.trino.type_names import from_hive
from voice_analytics.local.trino.types import VARCHAR, quoted

TABLE = "session_analytics"
PREFIX = "sessions"  # the folder of the delivered files, as in the template's S3 prefix
_FAILURE = re.compile(r"Could not convert string 'trino: (.*)' to INT32", re.DOTALL)  # a trino_fail of trino/macros.sql
_UNGROUPED = re.compile(r'column "?(\w+)"? must appear in the GROUP BY clause')


class Lake(NamedTuple):
    """An open lake: DuckDB with the table in it, and the columns as Athena types them."""

    connection: Any
    tables: Mapping[str, Sequence[Column]]


class Result(NamedTuple):
    """An answer; a time with time zone is what a clock in the zone of its column's type shows."""

    columns: list[Column]
    rows: list[tuple[Any, ...]]


@contextmanager
def engine() -> Iterator[Any]:
    """DuckDB with the macros that Trino's functions are translated to, in UTC as Athena's sessions are."""
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(files("voice_analytics.local.trino").joinpath("macros.sql").read_text(encoding="utf-8"))
        yield connection


@contextmanager
def open_lake(folder: Path) -> Iterator[Lake]:
    """The lake in a folder that `voice-analytics local run` has written. Raises UserError where there is none."""
    found = folder / PREFIX
    if next(found.glob(f"{PARTITION_KEY}=*/*.parquet"), None) is None:
        way_out = f"fill it with: voice-analytics local run FILE --out {folder}"
        raise UserError(f"no delivered sessions in {folder}" if folder.is_dir() else f"there is no folder {folder}", way_out)
    columns = [*(Column(one.name, from_hive(one.type)) for one in glue.columns()), Column(PARTITION_KEY, VARCHAR)]
    with engine() as connection:
        connection.execute(f"CREATE VIEW {quoted(TABLE)} AS {_table(connection, found, columns)}")
        yield Lake(connection, {TABLE: columns})


def run_query(sql: str, lake: Lake) -> Result:
    """The answer of an Athena SQL query. Raises UserError for what Athena would refuse, and for what the local engine must."""
    translated = to_duckdb(sql, lake.tables)
    try:
        rows = lake.connection.execute(translated.sql).fetchall()
    except duckdb.Error as error:
        raise _explained(error) from error
    return Result(translated.columns, rows)


def _table(connection: Any, folder: Path, columns: Sequence[Column]) -> str:
    pattern = str(folder / f"{PARTITION_KEY}=*" / "*.parquet").replace("'", "''")
    source = (
        f"read_parquet('{pattern}', union_by_name = true, hive_partitioning = true, hive_types = {{'{PARTITION_KEY}': VARCHAR}})"
    )
    try:
        held = {name.lower() for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}  # noqa: S608 - our own text
    except duckdb.Error as error:
        raise UserError(f"the Parquet files in {folder} cannot be read: {_first_line(error)}", "write the lake again") from error
    items = ", ".join(
        f"CAST({quoted(one.name) if one.name in held else 'NULL'} AS {one.type.duckdb}) AS {quoted(one.name)}" for one in columns
    )
    return f"SELECT {items} FROM {source}"  # noqa: S608 - our own text


def _explained(error: duckdb.Error) -> UserError:
    text = str(error)
    if failure := _FAILURE.search(text):
        return UserError(failure[1], "guard the value with try() or CASE")
    if column := _UNGROUPED.search(text):
        wrong = f"'{column[1]}' must be an aggregate expression or appear in GROUP BY clause"
        return UserError(wrong, "add it to GROUP BY, or aggregate it")
    if "Division by zero" in text:
        return UserError("Division by zero", "guard it with nullif(divisor, 0) or try()")
    if "inside the TRY expression" in text or "TRY can not be used" in text:
        return UserError("try() around an aggregate or a subquery has no equal on the local engine", "use nullif or CASE")
    return UserError(_first_line(error), "change the query")


def _first_line(error: duckdb.Error) -> str:
    return str(error).partition("\n")[0]
