"""`voice-analytics local query`: Athena SQL, or a saved query by its name, over a local lake."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from voice_analytics.catalog.saved_queries import queries
from voice_analytics.cli.options import NamedPath
from voice_analytics.cli.results import print_csv, print_json, print_table
from voice_analytics.errors import UserError, why_unreadable
from voice_analytics.lake.ask import ask, refuse_unknown
from voice_analytics.lake.days import days_of
from voice_analytics.lake.engine import open_lake


def query(  # noqa: PLR0913 - the options of a command
    sql: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *values: str,
    lake: NamedPath,
    since: date | None = None,
    until: date | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    as_csv: Annotated[bool, Parameter(name="--csv", negative="")] = False,
) -> None:
    """Ask a local lake in Athena SQL, or run a saved query by its name.

    The query is checked against Trino's grammar and types, so that what the Athena console would
    refuse is refused here, with the place. There are the tables session_analytics, rejected_events
    and delivery_errors, and the views that `voice-analytics local views` lists. dt is text:
    '2025-10-31', the date of the call, or of the log event. `voice-analytics local queries` lists
    the saved queries. Without a query there is a prompt, with history and completion.

    For example:

    - `voice-analytics local query qualified_leads --lake demo`
    - `voice-analytics local query find_session ada@example.com --lake demo`
    - `voice-analytics local query "SELECT dt, count(*) FROM sessions GROUP BY dt" --lake lake`
    - `voice-analytics local query @question.sql --lake lake --csv > answer.csv`
    - `echo "SELECT * FROM sessions LIMIT 5" | voice-analytics local query - --lake lake --json`
    - `voice-analytics local query --lake demo`

    Parameters
    ----------
    sql
        The query, the name of a saved one, @FILE with a file that holds it, or - for standard
        input.
    values
        What the query's ? stand for, in their order; text, or what the saved query says.
    lake
        Directory that voice-analytics local run has written.
    since
        First day that a saved query reads; without it, the first that the lake holds.
    until
        Last day that a saved query reads; without it, the last that the lake holds.
    as_json
        Print a JSON array with one object a row; decimals, NaN and Infinity are text, as JSON has
        no such numbers.
    as_csv
        Print CSV as Athena writes it.

    """
    if as_json and as_csv:
        raise UserError("--json and --csv exclude each other", "give one of them")
    if sql is None:
        from voice_analytics.cli.prompt import prompt  # noqa: PLC0415 - prompt_toolkit is slow to load

        prompt(lake)
        return
    refuse_unknown(sql)
    if (since or until) and sql not in queries():
        raise UserError("--since and --until are for saved queries", "filter on dt in the SQL")
    with open_lake(lake) as opened:
        result = ask(read_sql(sql), values, opened, _days(lake, since, until))
    if as_json:
        print_json(result)
    elif as_csv:
        print_csv(result)
    else:
        print_table(result)


def _days(lake: Path, since: date | None, until: date | None) -> tuple[date, date]:
    first, last = days_of(lake)
    asked = since or first, until or last
    if asked[0] > asked[1] or asked[0] > last or asked[1] < first:
        raise UserError(
            f"there is nothing from {asked[0]} to {asked[1]}", f"the lake holds {first} to {last}"
        )
    return asked


def read_sql(argument: str) -> str:
    """The question that an argument means: itself, a file's (`@FILE`) or standard input's (`-`)."""
    if argument == "-":
        return sys.stdin.read()
    if not argument.startswith("@"):
        return argument
    try:
        return Path(argument[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = why_unreadable(error)
        raise UserError(
            f"{argument[1:]} cannot be read ({reason})", "give a file with one query after the @"
        ) from error
