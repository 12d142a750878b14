r"""The commands of the prompt: those of psql (`\d`) and of sqlite3 (`.tables`)."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prompt_toolkit import PromptSession
from rich.console import Console

from athena_duckdb.results import Column, Result
from athena_duckdb.types import VARCHAR
from voice_analytics.cli.listing import list_queries, list_views
from voice_analytics.cli.tables import as_table, pages, print_table, result_console, row_count
from voice_analytics.errors import UserError
from voice_analytics.lake.catalog_statements import described
from voice_analytics.lake.engine import Lake
from voice_analytics.lake.meanings import meanings

COMMANDS = {
    "\\d": "list tables and views",
    "\\d NAME": "describe a table or view",
    "\\timing": "show how long each query takes, or stop it",
    "\\?": "this list",
    "\\q": "leave",
    ".tables": "list tables and views",
    ".help": "this list",
    ".quit": "leave",
    "views": "list the views with what a row of each is",
    "queries": "list the saved queries with their questions",
}
HELP = """\
SQL that ends in ;  or the name of a saved query.  \\? lists the commands, \\q or Ctrl-D leaves.
Tab completes, Alt-Enter begins a new line, Ctrl-C discards the input or stops the query."""
LEAVE = {"exit", "quit", "\\q", ".quit", ".exit"}
_HELP_WORDS = {"help", "?", "\\?", ".help"}
_LISTS = {"\\d", "\\dt", "\\dv", ".tables"}
_MOST_ROWS = 1_000  # that a prompt shows: nobody reads more, and --csv gives all


@dataclass
class Prompt:
    """The state of a prompt."""

    lake: Lake
    timing: bool = False

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Print how long what is inside has taken, where that is asked for."""
        start = time.perf_counter()
        yield
        if self.timing:
            print(f"Time: {time.perf_counter() - start:.3f} s", file=sys.stderr)

    def show(self, result: Result) -> None:
        """Print a result; one that is wider than the terminal page by page, by columns."""
        console = result_console()
        if not console.is_terminal:
            print_table(result, _MOST_ROWS)
            return
        shown = result._replace(rows=result.rows[:_MOST_ROWS])
        for number, page in enumerate(pages(shown, console)):
            if number and not _wants_more():
                break
            console.print(page)
        count = row_count(len(result.rows), len(shown.rows))
        Console(stderr=True).print(count, highlight=False)


def is_command(text: str) -> bool:
    """Whether a line is a command, and not a query."""
    return text.startswith(("\\", ".")) or text in {*_HELP_WORDS, "views", "queries"}


def run_command(text: str, state: Prompt) -> None:
    """Run a command of the prompt. Raises UserError for an unknown one."""
    match text.split():
        case [word] if word in _HELP_WORDS:
            print(HELP)
            for command, meaning in COMMANDS.items():
                print(f"  {command:<10} {meaning}")
        case [word] if word in _LISTS:
            state.show(Result(*described("SHOW TABLES", state.lake.tables)))
        case ["\\d" | "\\d+" | ".schema", name]:
            description = _description(name.removesuffix(";").lower(), state.lake)
            result_console().print(as_table(description))
        case ["\\timing"]:
            state.timing = not state.timing
            print(f"Timing is {'on' if state.timing else 'off'}.")
        case ["views"]:
            list_views()
        case ["queries"]:
            list_queries()
        case [word, *_]:
            raise UserError(f"unknown command {word}", "\\? lists the commands")


def _description(name: str, lake: Lake) -> Result:
    if name not in lake.tables:
        raise UserError(f"there is no table or view {name}", "\\d lists them")
    columns = lake.tables[name]
    rows = [
        (column.name, str(column.type), meaning)
        for column, meaning in zip(columns, meanings(name, columns), strict=True)
    ]
    return Result([Column(heading, VARCHAR) for heading in ("column", "type", "meaning")], rows)


def _wants_more() -> bool:
    try:
        answer = PromptSession[str]().prompt("Enter: more columns, q: stop ")
    except (KeyboardInterrupt, EOFError):
        return False
    return not answer.strip().lower().startswith("q")
