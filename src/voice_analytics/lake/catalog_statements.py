"""SHOW TABLES, SHOW VIEWS, SHOW COLUMNS and DESCRIBE, answered as Athena does.

SHOW COLUMNS tells the types too, which Athena leaves to DESCRIBE. Types have the names that CAST
takes. https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from athena_duckdb.errors import QueryError
from athena_duckdb.grammar import ANSWERED, parse_statement, words
from athena_duckdb.parameters import Value, bound
from athena_duckdb.relations import table
from athena_duckdb.results import Column
from athena_duckdb.scope import Scope
from athena_duckdb.types import VARCHAR
from voice_analytics.catalog.tables import TABLES
from voice_analytics.errors import UserError
from voice_analytics.lake.views import DATABASE

type Answer = tuple[list[Column], list[tuple[Any, ...]]]


def names_catalog(sql: str) -> bool:
    """Whether a statement asks for the database's tables or columns, and not for their rows."""
    return next(words(sql), "") in {"SHOW", "DESCRIBE", "DESC"}


def described(
    sql: str, tables: Mapping[str, Sequence[Column]], parameters: Sequence[Value] = ()
) -> Answer:
    """The answer to such a statement.

    Raises UserError for one of another form, and for a table that is not there.
    """
    tokens = [word for word in words(sql) if word != ";"]
    if tokens == ["SHOW", "VIEWS"]:  # which Trino's grammar does not have
        bound(None, parameters)
        return _listed("views", sorted(set(tables) - {table.name for table in TABLES}))
    try:
        statement = parse_statement(sql)
    except QueryError as error:
        raise UserError(error.problem, f"{error.hint}; {ANSWERED}") from error
    bound(statement, parameters)
    if tokens == ["SHOW", "TABLES"]:
        return _listed("tab_name", sorted(tables))
    if type(statement).__name__ != "ShowColumnsContext" or statement.LIKE():
        raise UserError(f"{' '.join(tokens[:2])} has no answer here in this form", ANSWERED)
    numbers = count(1)
    name = statement.qualifiedName()
    fields, _ = table(name, name, Scope((), None, tables, lambda: next(numbers), database=DATABASE))
    columns = [Column("col_name", VARCHAR), Column("data_type", VARCHAR)]
    return columns, [(field.name, str(field.value.type)) for field in fields]


def _listed(name: str, values: Sequence[str]) -> Answer:
    return [Column(name, VARCHAR)], [(value,) for value in values]
