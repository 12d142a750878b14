"""Athena on one machine.

The tables and the views of the database over a folder, asked in Athena SQL. Times are UTC.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from athena_duckdb.errors import QueryError
from athena_duckdb.parameters import Value
from athena_duckdb.queries import Query
from athena_duckdb.scope import Column
from athena_duckdb.to_duckdb import to_duckdb
from athena_duckdb.types import quoted
from voice_analytics.catalog.saved_queries import SCHEMAS, views
from voice_analytics.errors import UserError
from voice_analytics.lake import files as tables
from voice_analytics.lake.catalog_statements import described, names_catalog
from voice_analytics.lake.files import first_line
from voice_analytics.lake.views import Database

_FAILURE = re.compile(
    r"Could not convert string 'trino: (.*)' to INT32", re.DOTALL
)  # a trino_fail of trino/macros.sql


class Lake(NamedTuple):
    """An open lake.

    DuckDB with the tables and views in it, and their columns as Athena types them.
    """

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
        connection.execute(
            files("athena_duckdb").joinpath("macros.sql").read_text(encoding="utf-8")
        )
        yield connection


@contextmanager
def open_lake(folder: Path, schemas: Path = SCHEMAS) -> Iterator[Lake]:
    """The lake in a folder that `voice-analytics local run` has written, with the views of
    `schemas`.

    Raises UserError where there is none; one of no rows answers with none.
    """
    _refuse_other(folder)
    with engine() as connection:
        for name, table in tables.TABLES.items():
            connection.execute(
                f"CREATE VIEW {quoted(name)} AS {tables.select(connection, folder, table)}"
            )

        def create(name: str, query: Query) -> None:
            names = ", ".join(quoted(column.name) for column in query.columns)
            connection.execute(f"CREATE VIEW {quoted(name)} ({names}) AS {query.sql}")

        yield Lake(connection, Database(views(schemas), create))


def _refuse_other(folder: Path) -> None:
    if not folder.exists():
        raise UserError(
            f"there is no folder {folder}",
            f"fill it with: voice-analytics local run FILE --out {folder}",
        )
    if not folder.is_dir():
        raise UserError(
            f"{folder} is a file", "give the folder that voice-analytics local run has written"
        )
    if not tables.is_lake(folder):
        raise UserError(
            f"no delivered sessions in {folder}",
            f"fill it with: voice-analytics local run FILE --out {folder}",
        )


def run_query(sql: str, lake: Lake, parameters: Sequence[Value] = ()) -> Result:
    """The answer of an Athena SQL query; `parameters` are what its `?` stand for, in their order.

    Raises UserError for what Athena would refuse, and for what the local engine must;
    KeyboardInterrupt where Ctrl-C ends it.
    """
    try:
        if names_catalog(sql):
            return Result(*described(sql, lake.tables, parameters))
        translated = to_duckdb(sql, lake.tables, parameters)
        rows = lake.connection.execute(translated.sql).fetchall()
    except QueryError as error:
        raise UserError(error.problem, error.hint) from error
    except duckdb.Error as error:
        raise _explained(error) from error
    except RuntimeError as error:
        if (
            str(error) == "Query interrupted"
        ):  # DuckDB's word for a SIGINT, which it has taken from Python
            raise KeyboardInterrupt from error
        raise
    return Result(translated.columns, rows)


def _explained(error: duckdb.Error) -> UserError:
    text = str(error)
    if failure := _FAILURE.search(text):
        return UserError(failure[1], "guard the value with try() or CASE")
    if "must appear in the GROUP BY clause" in text:  # trino/grouping.py sees all others
        problem = (
            "a column that is neither aggregated nor grouped stands in a subquery, a lambda or "
            "a window"
        )
        return UserError(
            problem, "group by the expression's position, as in GROUP BY 1, or by the column too"
        )
    if "Division by zero" in text:
        return UserError("Division by zero", "guard it with nullif(divisor, 0) or try()")
    if "inside the TRY expression" in text or "TRY can not be used" in text:
        return UserError(
            "try() around an aggregate or a subquery has no equal on the local engine",
            "use nullif or CASE",
        )
    return UserError(first_line(error), "change the query")
