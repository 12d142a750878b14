"""`voice-analytics local query`: Athena SQL, or a saved query by its name, over a local lake."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from voice_analytics.catalog.saved_queries import queries
from voice_analytics.catalog.tables import Table, in_folders
from voice_analytics.cli.formats import print_csv, print_json, print_spreadsheet
from voice_analytics.cli.options import Lake, NamedPath
from voice_analytics.cli.tables import print_table, row_count
from voice_analytics.errors import UsageError, UserError, why_unreadable
from voice_analytics.lake.ask import refuse_unknown, resolve
from voice_analytics.lake.days import days_of
from voice_analytics.lake.engine import open_lake, run_query, write_parquet
from voice_analytics.printable import printable

if TYPE_CHECKING:
    from cyclopts.completion import CompletionContext


def _saved_queries(_context: "CompletionContext") -> dict[str, str]:
    return {name: saved.question for name, saved in queries().items()}


def query(  # noqa: PLR0913 - the options of a command
    sql: Annotated[
        str | None, Parameter(allow_leading_hyphen=True, completer=_saved_queries)
    ] = None,
    /,
    *values: str,
    lake: Lake,
    since: date | None = None,
    until: date | None = None,
    template: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    as_csv: Annotated[bool, Parameter(name="--csv", negative="")] = False,
    as_spreadsheet: Annotated[bool, Parameter(name="--spreadsheet", negative="")] = False,
    parquet: NamedPath | None = None,
) -> None:
    """Query a local lake with Athena SQL, or run a saved query by its name.

    The query is checked against Trino's grammar and types: what the Athena console would refuse is
    refused here, with the place. The tables are session_analytics, rejected_events and
    delivery_errors; `voice-analytics local views` lists the views, `voice-analytics local queries`
    the saved queries. dt is text, such as '2025-10-31': the date of the call, or of the log event.
    Without a query there is a prompt, with completion and history.

    Example: voice-analytics local query "SELECT dt, count(*) FROM sessions GROUP BY dt" --lake demo

    Parameters
    ----------
    sql
        The query, the name of a saved one, @FILE for a file that holds it, or - for standard
        input.
    values
        Values of the query's ?, in their order.
    lake
        Directory that voice-analytics local run has written.
    since
        First day that a saved query reads. Default: the first of the lake.
    until
        Last day that a saved query reads. Default: the last of the lake.
    template
        SAM template that names the tables' folders, for a copy of a bucket. Default: as recorded.
    as_json
        Print a JSON array with one object a row; decimals, NaN and Infinity are text, as JSON has
        no such numbers.
    as_csv
        Print CSV as Athena writes it.
    as_spreadsheet
        Print CSV for Excel and other spreadsheets: no cell starts a formula.
    parquet
        Write the result to this Parquet file.

    """
    formats = {"--json": as_json, "--csv": as_csv, "--spreadsheet": as_spreadsheet}
    given = [name for name, asked in (*formats.items(), ("--parquet", parquet)) if asked]
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} exclude each other", "give one of them")
    if sql is None:
        from voice_analytics.cli.prompt import prompt  # noqa: PLC0415 - slow to load

        prompt(lake, _tables(template))
        return
    refuse_unknown(sql)
    if (since or until) and sql not in queries():
        raise UsageError("--since and --until are for saved queries", "filter on dt in the SQL")
    if parquet:
        _probe(parquet)
    with open_lake(lake, tables=_tables(template)) as opened:
        text, parameters = resolve(read_sql(sql), values, _days(lake, since, until))
        if parquet:
            rows = write_parquet(text, opened, parquet, parameters)
            print(f"{printable(str(parquet))}: {row_count(rows, rows)}", file=sys.stderr)
            return
        result = run_query(text, opened, parameters)
    if as_json:
        print_json(result)
    elif as_csv:
        print_csv(result)
    elif as_spreadsheet:
        print_spreadsheet(result)
    else:
        print_table(result)


def _tables(template: Path | None) -> tuple[Table, ...] | None:
    """The tables in the template's folders; None where no template is given."""
    if template is None:
        return None
    from voice_analytics.template.reader import read_template  # noqa: PLC0415 - slow to load

    return in_folders(read_template(template).folders)


def _probe(file: Path) -> None:
    """Raises UserError for a file that cannot be written, before anything is asked."""
    from tempfile import NamedTemporaryFile  # noqa: PLC0415 - slow to load

    try:
        with NamedTemporaryFile(dir=file.parent):
            pass
        problem = "is a directory" if file.is_dir() else ""
    except OSError as error:
        problem = str(error.strerror)
    if problem:
        raise UserError(
            f"cannot write {file} ({problem})",
            "give a file in a folder that exists and that you may write to",
        )


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
