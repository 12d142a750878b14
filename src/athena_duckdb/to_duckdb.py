"""Athena SQL as DuckDB SQL with the same meaning, or an error.

Trino's own parse tree is walked with types: what the walk does not know is refused, so that nothing
DuckDB would read in another way passes. `queries` knows queries, `select` SELECT, `relations` FROM,
`expressions` the rest.
"""
# ruff: noqa: S608 - writing SQL is what this module does; its parts are its own, or quoted

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count

from athena_duckdb import calls, json_forms, literals, select  # noqa: F401 - they register rules
from athena_duckdb.casts import INTERVALS, in_local_time
from athena_duckdb.errors import QueryError
from athena_duckdb.grammar import parse_query
from athena_duckdb.parameters import Value, bound
from athena_duckdb.queries import Query, query
from athena_duckdb.results import Column, Translation
from athena_duckdb.scope import Scope
from athena_duckdb.types import UNKNOWN, UTC, walk

NONE_HIDDEN: Mapping[str, Sequence[Column]] = {}


def to_duckdb(
    sql: str,
    tables: Mapping[str, Sequence[Column]],
    parameters: Sequence[Value] = (),
    database: str = ".*",
    hidden: Mapping[str, Sequence[Column]] = NONE_HIDDEN,
) -> Translation:
    """Translate a query over `tables`, whose names DuckDB knows too.

    `parameters` are the values of its `?`, `database` is a regular expression of the names that
    the tables' database has, `hidden` the columns of tables that `*` leaves out. Raises QueryError
    with the position for what is not Trino SQL, names what is not there, mixes types that Trino
    does not, or has no equal in DuckDB.
    """
    result = translated(sql, tables, parameters, database, hidden)
    columns = [
        column._replace(name=column.name or f"_col{index}")
        for index, column in enumerate(result.columns)
    ]
    shown = ", ".join(
        f"{_output_sql(f'result.c{index}', column)} AS c{index}"
        for index, column in enumerate(columns)
    )
    return Translation(f"SELECT {shown} FROM ({result.sql}) AS result", columns)


def translated(
    sql: str,
    tables: Mapping[str, Sequence[Column]],
    parameters: Sequence[Value] = (),
    database: str = ".*",
    hidden: Mapping[str, Sequence[Column]] = NONE_HIDDEN,
) -> Query:
    """The query as another may read it.

    Its columns are c0, c1, … and hold what DuckDB holds of each type.
    """
    numbers = count(1)
    try:
        tree = parse_query(sql)
        scope = Scope((), None, tables, lambda: next(numbers), database=database, hidden=hidden)
        return query(tree, replace(scope, parameters=bound(tree, parameters)))
    except RecursionError as error:
        raise QueryError(
            "the query is nested too deeply", "use IN (…) for a long chain of OR, or WITH for parts"
        ) from error


def _output_sql(sql: str, column: Column) -> str:
    """A time with zone leaves DuckDB as what a clock in its zone shows."""
    data_type = column.type
    if data_type == UNKNOWN:
        return f"CAST({sql} AS {data_type.duckdb})"
    if to_interval := INTERVALS.get(data_type.name):
        return f"{to_interval}({sql})"
    if not any(part.name == UTC.name for part in walk(data_type)):
        return sql
    if data_type.name != UTC.name or not data_type.zone:
        problem = (
            f"column {column.name} has times in zones of their own, which the local engine "
            f"does not keep"
        )
        raise QueryError(problem, "write AT TIME ZONE 'UTC' after each")
    return in_local_time(sql, data_type.zone)
