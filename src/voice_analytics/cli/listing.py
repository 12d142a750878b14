"""`voice-analytics local views` and `local queries`: what there is to ask."""

from typing import Annotated

import orjson
from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from voice_analytics.catalog.saved_queries import Query, queries
from voice_analytics.catalog.saved_queries import views as saved_views
from voice_analytics.cli.tables import result_console


def list_views(*, as_json: Annotated[bool, Parameter(name="--json", negative="")] = False) -> None:
    """List the views, with what a row of each is.

    Example: voice-analytics local views

    Parameters
    ----------
    as_json
        Print a JSON array with one object a view.

    """
    rows = [
        {"view": view.name, "a row is": view.description} for view in sorted(saved_views().values())
    ]
    _print(rows, result_console(), as_json=as_json)


def list_queries(
    *, as_json: Annotated[bool, Parameter(name="--json", negative="")] = False
) -> None:
    """List the saved queries, with the question that each answers.

    Example: voice-analytics local queries

    Parameters
    ----------
    as_json
        Print a JSON array with one object a query.

    """
    rows = [
        {"query": _usage(query), "audience": query.audience, "question": query.question}
        for query in sorted(queries().values(), key=lambda query: (query.audience, query.name))
    ]
    _print(rows, result_console(), as_json=as_json)


def _usage(query: Query) -> str:
    return " ".join([query.name, *(parameter.name.upper() for parameter in query.parameters)])


def _print(rows: list[dict[str, str]], console: Console, *, as_json: bool) -> None:
    if as_json:
        print(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*map(Text, row.values()))
    console.print(table)
