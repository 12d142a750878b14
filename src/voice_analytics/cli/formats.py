"""Results for programs: JSON, the CSV that Athena writes, and CSV for spreadsheets."""

from collections import Counter

import orjson

from athena_duckdb.results import Result
from athena_duckdb.value_text import as_json, as_text
from voice_analytics.errors import UserError
from voice_analytics.spreadsheet import csv_line, without_formula

_NUMBERS = {"tinyint", "smallint", "integer", "bigint", "double", "decimal", "real"}


def print_json(result: Result) -> None:
    """Print a JSON array with an object a line.

    Raises UserError for two columns of one name, of which an object would hold one.
    """
    refuse_equal_names(result)
    lines = []
    for row in result.rows:
        values = zip(result.columns, row, strict=True)
        lines.append(
            orjson.dumps(
                {column.name: as_json(value, column.type) for column, value in values}
            ).decode()
        )
    print("[" + ",".join(f"\n  {line}" for line in lines) + "\n]")


def refuse_equal_names(result: Result) -> None:
    """Raises UserError for two columns of one name."""
    names = Counter(column.name for column in result.columns)
    if twice := [name for name, count in names.items() if count > 1]:
        raise UserError(
            f"two columns are called {twice[0]}", "name them apart with AS, or ask for --csv"
        )


def print_csv(result: Result) -> None:
    """Print CSV as Athena writes it.

    Every value in quotes, null as nothing at all, even alone on its line (csv refuses that).
    """
    print(csv_line([column.name for column in result.columns]))
    for row in result.rows:
        values = zip(result.columns, row, strict=True)
        print(csv_line([None if v is None else as_text(v, column.type) for column, v in values]))


def print_spreadsheet(result: Result) -> None:
    """Print CSV for spreadsheets, in which no cell starts a formula.

    An apostrophe stands before a text that would; numbers are as they are.
    """
    print(csv_line([without_formula(column.name) for column in result.columns]))
    for row in result.rows:
        cells: list[str | None] = []
        for column, value in zip(result.columns, row, strict=True):
            text = None if value is None else as_text(value, column.type)
            is_number = column.type.name in _NUMBERS and text is not None and text[-1].isdigit()
            cells.append(text if text is None or is_number else without_formula(text))
        print(csv_line(cells))
