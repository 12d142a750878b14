"""Statements other than queries: what there is in the database, EXPLAIN, EXECUTE, CREATE."""

from typing import TYPE_CHECKING, Any

from athena_duckdb import Result, run
from athena_duckdb.engine import prepare
from athena_duckdb.grammar import parse_statement, refused, source_text, words
from athena_duckdb.results import Column, Translation
from athena_duckdb.scope import identifier
from athena_duckdb.types import VARCHAR
from voice_analytics.catalog.saved_queries import queries
from voice_analytics.lake.catalog_statements import described, names_catalog
from voice_analytics.lake.scratch_statements import Translate, carry_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from athena_duckdb.parameters import Value
    from voice_analytics.lake.scratch import Scratch

_KINDS = ("CREATE", "DROP", "UNLOAD", "EXPLAIN", "EXECUTE")


def is_statement(sql: str) -> bool:
    """Whether a text is one of these statements, and not a query."""
    return names_catalog(sql) or next(words(sql), "") in _KINDS


def answer(
    sql: str, scratch: "Scratch", parameters: "Sequence[Value]", translate: Translate
) -> Result | Translation:
    """The result of a statement, or the query that it means.

    Raises UserError or QueryError for what Athena refuses, and for what the engine must.
    """
    kind = next(words(sql))
    if names_catalog(sql):
        return Result(*described(sql, scratch.database, parameters))
    if kind == "EXPLAIN":
        return _explained(parse_statement(sql), scratch.connection, translate)
    if kind == "EXECUTE":
        return _executed(parse_statement(sql), scratch.connection, translate)
    return carry_out(sql, scratch, translate)


def _explained(statement: Any, connection: Any, translate: Translate) -> Result:
    """DuckDB's plan of a query: Athena's is another one."""
    if getattr(statement, "explainOption", list)():
        raise refused(
            statement, "the local engine does not support options of EXPLAIN", "leave them out"
        )
    translation = translate(source_text(statement.statement()))
    prepare(connection, translation.sql)
    analyze = "ANALYZE " if type(statement).__name__ == "ExplainAnalyzeContext" else ""
    plans = connection.execute(f"EXPLAIN {analyze}{translation.sql}").fetchall()
    lines = ["The plan of the local engine, DuckDB; Athena's is another one"]
    lines += [line for _, plan in plans for line in plan.splitlines()]
    return Result([Column("Query Plan", VARCHAR)], [(line,) for line in lines])


def _executed(statement: Any, connection: Any, translate: Translate) -> Translation:
    """A saved query with values for its `?`: those with parameters are prepared in Athena."""
    name = identifier(statement.identifier())
    saved = queries().get(name)
    if saved is None or not saved.parameters:
        prepared = ", ".join(name for name, query in queries().items() if query.parameters)
        raise refused(statement, f"Prepared statement not found: {name}", f"there is {prepared}")
    given = [
        run(connection, translate(f"SELECT {source_text(expression)}")).rows[0][0]
        for expression in statement.expression()
    ]
    return translate(saved.sql, given)
