"""The views and saved queries as cases."""

import hashlib
import re
from datetime import date
from pathlib import Path

from tests.truth.cases import Case
from voice_analytics.catalog.saved_queries import period, queries, views
from voice_analytics.catalog.tables import TABLES
from voice_analytics.lake.days import days_of

# what is read from the files as it is; all others have their columns in a view
_TABLES = [table.name for table in TABLES]
_SESSION = "SELECT min(session_id) FROM sessions"


def questions(lake: Path) -> list[Case]:
    """All rows of each table and view, and each saved query over all days of a lake."""
    days = days_of(lake)
    statements = [f"SELECT * FROM {name}" for name in (*_TABLES, *views())]
    statements += [_statement(name, days) for name in queries()]
    return [
        {"sql": sql, "source": source, "version": version(sql)}
        for source, sql in zip(sources(), statements, strict=True)
    ]


def sources() -> list[str]:
    """What the questions are from, in their order."""
    return [
        *(f"table {name}" for name in _TABLES),
        *(f"view {name}" for name in views()),
        *(f"query {name}" for name in queries()),
    ]


def _statement(name: str, days: tuple[date, date]) -> str:
    """The query with its days, each `?` a value that some call has."""
    query = queries()[name]
    sql = period(query.statement, *days)
    for parameter in query.parameters:
        value = "1000" if parameter.type == "bigint" else f"({_SESSION})"
        sql = sql.replace("?", value, 1)
    return sql


def version(sql: str) -> str:
    """What tells a query apart from the same query over other views."""
    text = sql
    for name, view in reversed(views().items()):
        if re.search(rf"\b{name}\b", text):
            text += view.sql
    return hashlib.sha256(text.encode()).hexdigest()[:12]
