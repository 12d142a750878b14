"""The box for SQL: a saved query by its name, or SQL, and what it answers.

Only queries are let through, over the tables and views of the database: the text is translated for
the local engine first, which knows no statement that writes, and no function that reads a file.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from athena_duckdb import QueryError, translate
from voice_analytics.catalog.saved_queries import Query, queries, statement_alone, views
from voice_analytics.catalog.slices import Slice, literal
from voice_analytics.errors import UserError
from voice_analytics.lake.catalog_statements import names_catalog
from voice_analytics.lake.views import DATABASE, Database
from voice_analytics.report.privacy import HIDDEN, IDENTIFIERS, Privacy
from voice_analytics.report.sources import Ask, Record
from voice_analytics.spreadsheet import spreadsheet

_MOST_ROWS = 1_000  # of an answer on the page


class Box(NamedTuple):
    """What stands in the box, and the answer or what is wrong."""

    sql: str
    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    total: int
    error: str


def ask_box(fields: Mapping[str, str], calls: Slice, ask: Ask, privacy: Privacy) -> Box:
    """Ask what an address names: `sql`, or the saved query `name` over the calls of its search."""
    name, sql = fields.get("name", ""), fields.get("sql", "").strip()
    if not sql and name in queries():
        sql = saved_sql(queries()[name], calls, fields.get("value", ""))
    if not sql:
        return Box("", name, [], [], 0, "")
    try:
        refuse_other_than_queries(sql)
        records = ask(sql)
    except UserError as error:
        return Box(sql, name, [], [], 0, str(error))
    columns = list(records[0]) if records else []
    rows = [_row(record, privacy) for record in records[:_MOST_ROWS]]
    return Box(sql, name, columns, rows, len(records), "")


def saved_sql(query: Query, calls: Slice, value: str) -> str:
    """A saved query over these calls, with a value in the place of its ?."""
    sql = calls.sql(query.sql)
    return statement_alone(sql).replace("?", literal(value)) if query.parameters else sql


def refuse_other_than_queries(sql: str) -> None:
    """Raises UserError for SQL that is not a query of the database's tables and views."""
    if names_catalog(sql):
        return
    try:
        translate(sql, Database(views()), (), DATABASE)
    except QueryError as error:
        raise UserError(error.problem, error.hint) from error


def csv_of(box: Box) -> str:
    """The answer for a spreadsheet."""
    return spreadsheet(box.columns, box.rows)


def _row(record: Record, privacy: Privacy) -> list[object]:
    """The values of a row; without people those of names are hidden, wherever they are known."""
    if privacy.people:
        return [_cell(value) for value in record.values()]
    return [
        HIDDEN
        if name in IDENTIFIERS and value is not None
        else privacy.mask(str(value), record)
        if not isinstance(value, int | float | None)
        else value
        for name, value in record.items()
    ]


def _cell(value: object) -> object:
    return value if isinstance(value, int | float | str | None) else str(value)
