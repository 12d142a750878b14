"""Results as tables for people; `formats` has them for programs."""

import sys
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from athena_duckdb.results import Column, Result
from athena_duckdb.value_text import as_text
from voice_analytics.printable import printable

_RIGHT_ALIGNED = {"integer", "bigint", "double", "decimal", "real"}
_UNLIMITED = 1_000_000  # columns of a console that is not a terminal: no line is wrapped or cut
_WIDEST_PIPED = 200  # columns of a table in a pipe or a file: nobody reads wider lines
_NARROWEST = 20  # columns for a value beside its column's name, however narrow the terminal is


class _Output(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command line that the reader has gone, as `| head` does."""
        raise BrokenPipeError


def result_console() -> Console:
    """Standard output, without a limit of its width where it is not a terminal."""
    return _Output() if sys.stdout.isatty() else _Output(width=_UNLIMITED)


def print_table(result: Result, most: int | None = None) -> None:
    """Print a result with at most so many rows, and the number of all rows on standard error."""
    shown = result.rows[:most]
    show(result._replace(rows=shown), result_console())
    Console(stderr=True).print(row_count(len(result.rows), len(shown)), highlight=False)


def row_count(rows: int, shown: int) -> str:
    """How many rows there are, and how many of them are shown."""
    cut = "" if rows == shown else f", of which the first {shown:,} are shown"
    return f"{rows:,} row{'' if rows == 1 else 's'}{cut}"


def show(result: Result, console: Console) -> None:
    """Print a result as a table, or with a line a column where a table would be too wide."""
    width = console.width if console.is_terminal else _WIDEST_PIPED
    if len(result.columns) > 1 and _natural_width(result, console) > width:
        _show_rows(result, console)
    else:
        console.print(as_table(result))


def pages(result: Result, console: Console) -> Iterator[Table]:
    """Tables that fit the terminal: the columns in groups, the first of them in each."""
    if len(result.columns) < 2 or _natural_width(result, console) <= console.width:
        yield as_table(result)
        return
    widths = [
        _natural_width(_part(result, [index]), console) for index in range(len(result.columns))
    ]
    page = [0]
    for index in range(1, len(widths)):
        if len(page) > 1 and sum(widths[column] for column in page) + widths[index] > console.width:
            yield as_table(_part(result, page))
            page = [0]
        page.append(index)
    yield as_table(_part(result, page))


def as_table(result: Result) -> Table:
    """A result as a table for a console; long texts are folded, never cut."""
    table = Table()
    for column in result.columns:
        justify = "right" if column.type.name in _RIGHT_ALIGNED else "left"
        table.add_column(Text(printable(column.name)), justify=justify, overflow="fold")  # type: ignore[arg-type] # one of rich's words
    for row in _texts(result):
        table.add_row(*map(Text, row))
    return table


def _natural_width(result: Result, console: Console) -> int:
    options = console.options.update(width=_UNLIMITED)
    return Measurement.get(console, options, as_table(result)).maximum


def _part(result: Result, columns: list[int]) -> Result:
    rows = [tuple(row[index] for index in columns) for row in result.rows]
    return Result([result.columns[index] for index in columns], rows)


def _show_rows(result: Result, console: Console) -> None:
    names = [printable(column.name) for column in result.columns]
    widest = max(map(cell_len, names))
    room = max(console.width - widest - len(" | "), _NARROWEST)
    for number, row in enumerate(_texts(result), start=1):
        lines = [Text(f"row {number}", style="bold")]
        for name, text in zip(names, row, strict=True):
            label = name + " " * (widest - cell_len(name))
            for part in Text(text).wrap(console, room, overflow="fold"):
                lines.append(Text.assemble(label, " | ", part))
                label = " " * widest
        console.print(Text("\n").join(lines), highlight=False, soft_wrap=True)


def _texts(result: Result) -> list[list[str]]:
    columns: list[Column] = result.columns
    return [
        [
            "" if value is None else printable(as_text(value, column.type), lines=True)
            for value, column in zip(row, columns, strict=True)
        ]
        for row in result.rows
    ]
