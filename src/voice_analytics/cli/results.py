"""How an answer is printed: as a table, as JSON, or as the CSV that Athena writes."""

import sys
from collections import Counter
from collections.abc import Sequence

import orjson
from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from athena_duckdb.value_text import as_json, as_text
from voice_analytics.errors import UserError
from voice_analytics.lake.engine import Result

_RIGHT_ALIGNED = {"integer", "bigint", "double", "decimal", "real"}
_UNLIMITED = 1_000_000  # columns of a console that is no terminal: no line is ever wrapped or cut
_WIDEST_PIPED = 200  # columns of a table in a pipe or a file: nobody reads wider lines
_NARROWEST = (
    20  # columns that a value is given beside its column's name, however narrow the terminal is
)


class _Output(Console):
    def on_broken_pipe(self) -> None:
        """The reader has gone, as `| head` does.

        The command line's business, where rich would end with an error.
        """
        raise BrokenPipeError


def result_console() -> Console:
    """Standard output.

    As wide as the terminal, or as the table where it goes into a pipe or a file.
    """
    return _Output() if sys.stdout.isatty() else _Output(width=_UNLIMITED)


def print_table(result: Result, most: int | None = None) -> None:
    """The answer as a table on standard output, with at most so many rows.

    The number of rows on standard error.
    """
    shown = result.rows[:most]
    show(result._replace(rows=shown), result_console())
    rows = len(result.rows)
    cut = "" if len(shown) == rows else f", of which the first {len(shown):,} are shown"
    Console(stderr=True).print(f"{rows:,} row{'' if rows == 1 else 's'}{cut}", highlight=False)


def show(result: Result, console: Console) -> None:
    """Print the result as a table, or with a line a column where a table would be too wide."""
    table = as_table(result)
    natural = Measurement.get(console, console.options.update(width=_UNLIMITED), table).maximum
    if len(result.columns) > 1 and natural > (
        console.width if console.is_terminal else _WIDEST_PIPED
    ):
        _show_rows(result, console)
    else:
        console.print(table)


def _show_rows(result: Result, console: Console) -> None:
    names = [column.name for column in result.columns]
    widest = max(map(cell_len, names))
    room = max(console.width - widest - len(" | "), _NARROWEST)
    for number, row in enumerate(_texts(result), start=1):
        lines = [Text(f"row {number}", style="bold")]
        for name, text in zip(names, row, strict=True):
            label = name + " " * (widest - cell_len(name))
            for part in Text(text or "").wrap(console, room, overflow="fold"):
                lines.append(Text.assemble(label, " | ", part))
                label = " " * widest
        console.print(Text("\n").join(lines), highlight=False, soft_wrap=True)


def as_table(result: Result) -> Table:
    """The answer as a table for a console; long texts are folded, never cut."""
    table = Table()
    for column in result.columns:
        justify = "right" if column.type.name in _RIGHT_ALIGNED else "left"
        table.add_column(Text(column.name), justify=justify, overflow="fold")  # type: ignore[arg-type] # one of rich's words
    for row in _texts(result):
        table.add_row(*(Text(text or "") for text in row))
    return table


def print_json(result: Result) -> None:
    """A JSON array with an object a line.

    Refuses two columns of one name, of which an object would hold one.
    """
    names = Counter(column.name for column in result.columns)
    if twice := [name for name, count in names.items() if count > 1]:
        raise UserError(
            f"two columns are called {twice[0]}", "name them apart with AS, or ask for --csv"
        )
    lines = []
    for row in result.rows:
        values = zip(result.columns, row, strict=True)
        lines.append(
            orjson.dumps(
                {column.name: as_json(value, column.type) for column, value in values}
            ).decode()
        )
    print("[" + ",".join(f"\n  {line}" for line in lines) + "\n]")


def print_csv(result: Result) -> None:
    """Athena's result files.

    Every value in quotes, null as nothing at all, even alone on its line (csv refuses that).
    """
    print(_csv_line([column.name for column in result.columns]))
    for row in _texts(result):
        print(_csv_line(row))


def _csv_line(values: Sequence[str | None]) -> str:
    return ",".join("" if text is None else '"' + text.replace('"', '""') + '"' for text in values)


def _texts(result: Result) -> list[list[str | None]]:
    types = [column.type for column in result.columns]
    return [
        [
            None if value is None else as_text(value, of)
            for value, of in zip(row, types, strict=True)
        ]
        for row in result.rows
    ]
