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
    found = [
        {"view": view.name, "a row is": view.description} for view in sorted(saved_views().values())
    ]
    _print(found, result_console(), as_json=as_json)


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
    found = [
        {"query": _usage(query), "audience": query.audience, "question": query.question}
        for query in sorted(queries().values(), key=lambda query: (query.audience, query.name))
    ]
    _print(found, result_console(), as_json=as_json)


def _usage(query: Query) -> str:
    return " ".join([query.name, *(one.name.upper() for one in query.parameters)])


def _print(found: list[dict[str, str]], console: Console, *, as_json: bool) -> None:
    if as_json:
        print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table(*found[0])
    for one in found:
        table.add_row(*map(Text, one.values()))
    console.print(table)
