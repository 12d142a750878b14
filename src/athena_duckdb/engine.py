"""DuckDB with what Trino's functions are translated to, and the execution of a query on it.

The macros and Python's functions that a query needs are registered before it runs.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb

from athena_duckdb import macros, udf
from athena_duckdb.errors import QueryError, explain
from athena_duckdb.results import Column, Result, Translation
from athena_duckdb.types import quoted

if TYPE_CHECKING:
    from athena_duckdb.parameters import Value

_MOST_MEMORY = 4  # GiB; on a smaller machine DuckDB takes less
_TRY = "TRY("
_WITHOUT = "SET disabled_optimizers = '{}'"


@contextmanager
def connect() -> Iterator[Any]:
    """Open DuckDB in memory, in UTC as Athena's sessions."""
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        [(allowed,)] = connection.execute("SELECT current_setting('memory_limit')").fetchall()
        size, unit = allowed.split()
        if unit == "GiB" and float(size) > _MOST_MEMORY:
            connection.execute(f"SET memory_limit = '{_MOST_MEMORY}GiB'")
        # else a thread works on until its part of the query is done, whatever Ctrl-C has asked for
        connection.execute("SET scheduler_process_partial = true")
        yield connection


def execute(
    connection: Any,
    sql: str,
    tables: Mapping[str, Sequence[Column]] | None = None,
    parameters: "Sequence[Value]" = (),
    database: str = ".*",
) -> Result:
    """Return the result of a query in Athena SQL.

    `tables` are the columns of the relations that the connection holds, `parameters` the values
    of the query's `?` in their order, `database` a regular expression of the names that the tables'
    database has. Raises QueryError for what Athena would refuse and for what
    the local engine must refuse; KeyboardInterrupt where Ctrl-C ends it.
    """
    from athena_duckdb.to_duckdb import to_duckdb  # noqa: PLC0415 - the grammar is slow to load

    return run(connection, to_duckdb(sql, tables or {}, parameters, database))


def run(connection: Any, translation: Translation) -> Result:
    """Return the result of a translated query; raises as `execute` does."""
    try:
        prepare(connection, translation.sql)
        rows = _rows(connection, translation.sql)
    except duckdb.Error as error:
        raise explain(error) from error
    except OverflowError as error:
        raise QueryError(
            "a time or interval of the result is larger than the local engine can show", "CAST it"
        ) from error
    except RuntimeError as error:
        # DuckDB's word for a SIGINT, which it has taken from Python
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from error
        raise
    return Result(translation.columns, rows)


def prepare(connection: Any, sql: str) -> None:
    """Make known to DuckDB what a translated text of SQL calls."""
    if _TRY in sql:  # what stands in it twice would be computed before it, and fail there
        connection.execute(_WITHOUT.format("common_subexpressions"))
    macros.register(connection, sql)
    udf.register(connection, sql)


def _rows(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    try:
        return list(connection.execute(sql).fetchall())
    except duckdb.ConversionException as error:
        if udf.RARE in str(error):
            udf.load_rare(connection)
        elif _TRY in sql:  # a constant in it may be computed before it
            connection.execute(_WITHOUT.format("common_subexpressions,expression_rewriter"))
        else:
            raise
    try:
        return list(connection.execute(sql).fetchall())
    finally:
        if _TRY in sql:
            connection.execute(_WITHOUT.format("common_subexpressions"))


def create_view(connection: Any, name: str, query: Translation) -> None:
    """Make a translated query a view of DuckDB, for the queries that name it."""
    prepare(connection, query.sql)
    names = ", ".join(quoted(column.name) for column in query.columns)
    connection.execute(f"CREATE VIEW {quoted(name)} ({names}) AS {query.sql}")
