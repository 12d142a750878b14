"""Athena on one machine: the tables `session_analytics` (Parquet) and `rejected_events` (gzipped JSON), asked in Athena SQL.

A table has the columns of the Glue table whatever the files hold: read by name, null where a file is older than a column; it is
empty where there is no file. `dt` is the folder's and a string, so a filter on it skips folders as Athena skips partitions.
Times are UTC.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from session_analytics.rejects import REJECTED_PREFIX, RejectedEvent
from session_analytics.row import PARTITION_KEY, Row

from voice_analytics import glue
from voice_analytics.errors import UserError
from voice_analytics.local.trino.scope import Column
from voice_analytics.local.trino.to_duckdb import to_duckdb
from voice_analytics.local.trino.type_names import from_hive
from voice_analytics.local.trino.types import VARCHAR, quoted

# the folders of the delivered files and of the records that failed, as in the template's S3 prefixes
PREFIX, ERRORS = "sessions", "errors"
_FAILURE = re.compile(r"Could not convert string 'trino: (.*)' to INT32", re.DOTALL)  # a trino_fail of trino/macros.sql


class _Table(NamedTuple):
    """A table of the lake; `reader` is DuckDB's function for its files, with all arguments but the files."""

    model: type
    files: str
    reader: Callable[[str], str]

    @property
    def columns(self) -> list[Column]:
        return [*(Column(one.name, from_hive(one.type)) for one in glue.columns(self.model)), Column(PARTITION_KEY, VARCHAR)]


_PARTITIONED = f"hive_partitioning = true, hive_types = {{'{PARTITION_KEY}': VARCHAR}}"
_JSON_TYPES = {one.name: from_hive(one.type).duckdb for one in glue.columns(RejectedEvent)}
TABLES = {
    "session_analytics": _Table(
        Row,
        f"{PREFIX}/{PARTITION_KEY}=*/*.parquet",
        lambda files: f"read_parquet({files}, union_by_name = true, {_PARTITIONED})",
    ),
    "rejected_events": _Table(
        RejectedEvent,
        f"{REJECTED_PREFIX}{PARTITION_KEY}=*/*.json.gz",
        lambda files: f"read_json({files}, format = 'newline_delimited', columns = {_JSON_TYPES}, {_PARTITIONED})",
    ),
}


class Lake(NamedTuple):
    """An open lake: DuckDB with the tables in it, and the columns as Athena types them."""

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
    if not any(next(folder.glob(table.files), None) for table in TABLES.values()):
        raise _nothing_in(folder)
    with engine() as connection:
        for name, table in TABLES.items():
            connection.execute(f"CREATE VIEW {quoted(name)} AS {_select(connection, folder, table)}")
        yield Lake(connection, {name: table.columns for name, table in TABLES.items()})


def _nothing_in(folder: Path) -> UserError:
    failed = sum(path.is_file() for path in (folder / ERRORS).rglob("*"))
    if failed:
        wrong = f"no delivered sessions in {folder}, only records that failed: {failed:,} file{'' if failed == 1 else 's'}"
        return UserError(
            f"{wrong} in {folder / ERRORS}", "the lines there say why (errorCode, errorMessage); run again when mended"
        )
    way_out = f"fill it with: voice-analytics local run FILE --out {folder}"
    return UserError(f"no delivered sessions in {folder}" if folder.is_dir() else f"there is no folder {folder}", way_out)


def run_query(sql: str, lake: Lake) -> Result:
    """The answer of an Athena SQL query. Raises UserError for what Athena would refuse, and for what the local engine must."""
    translated = to_duckdb(sql, lake.tables)
    try:
        rows = lake.connection.execute(translated.sql).fetchall()
    except duckdb.Error as error:
        raise _explained(error) from error
    return Result(translated.columns, rows)


def _select(connection: Any, folder: Path, table: _Table) -> str:
    paths = sorted(folder.glob(table.files))
    if not paths:
        nothing = ", ".join(f"CAST(NULL AS {one.type.duckdb}) AS {quoted(one.name)}" for one in table.columns)
        return f"SELECT {nothing} WHERE false"
    # by their names, as DuckDB would take a [ or * of the folder's own name for a pattern
    source = table.reader(f"[{', '.join(_literal(path) for path in paths)}]")
    try:
        held = {name.lower() for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}  # noqa: S608 - our own text
    except duckdb.Error as error:
        wrong = f"the files {folder / table.files} cannot be read: {_first_line(error)}"
        raise UserError(wrong, "write the lake again") from error
    items = ", ".join(
        f"CAST({quoted(one.name) if one.name in held else 'NULL'} AS {one.type.duckdb}) AS {quoted(one.name)}"
        for one in table.columns
    )
    return f"SELECT {items} FROM {source}"  # noqa: S608 - our own text


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _explained(error: duckdb.Error) -> UserError:
    text = str(error)
    if failure := _FAILURE.search(text):
        return UserError(failure[1], "guard the value with try() or CASE")
    if "must appear in the GROUP BY clause" in text:  # trino/grouping.py sees all others
        wrong = "a column that is neither aggregated nor grouped stands in a subquery, a lambda or a window"
        return UserError(wrong, "group by the expression's position, as in GROUP BY 1, or by the column too")
    if "Division by zero" in text:
        return UserError("Division by zero", "guard it with nullif(divisor, 0) or try()")
    if "inside the TRY expression" in text or "TRY can not be used" in text:
        return UserError("try() around an aggregate or a subquery has no equal on the local engine", "use nullif or CASE")
    return UserError(_first_line(error), "change the query")


def _first_line(error: duckdb.Error) -> str:
    return str(error).partition("\n")[0]
