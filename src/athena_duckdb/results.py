"""What a translation and an answer consist of: light to import, as the grammar is not."""

from typing import Any, NamedTuple

from athena_duckdb.types import Type


class Column(NamedTuple):
    """A column of a table or of a query's result."""

    name: str
    type: Type


class Translation(NamedTuple):
    """DuckDB's text of a query, and the columns of its result with Trino's types."""

    sql: str
    columns: list[Column]


class Result(NamedTuple):
    """The columns and rows of an answer.

    A time with time zone is what a clock in the zone of its column's type shows.
    """

    columns: list[Column]
    rows: list[tuple[Any, ...]]
