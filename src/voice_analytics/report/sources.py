"""Where the records of a report come from: a lake on this machine, or Athena.

Both are a function from SQL to records.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from voice_analytics.lake.engine import Lake, open_lake, run_query

type Record = dict[str, Any]
type Ask = Callable[[str], list[Record]]  # SQL -> its rows, with JSON values


@contextmanager
def lake_source(folder: Path) -> Iterator[Ask]:
    """Opens a lake that `voice-analytics local run` has written.

    Raises UserError where there is none.
    """
    with open_lake(folder) as lake:
        yield lambda sql: _records(sql, lake)


def record(columns: list[str], row: tuple[Any, ...]) -> Record:
    """A row as a dict by column, with JSON values."""
    return {name: _plain(value) for name, value in zip(columns, row, strict=True)}


def _records(sql: str, lake: Lake) -> list[Record]:
    result = run_query(sql, lake)
    columns = [column.name for column in result.columns]
    return [record(columns, row) for row in result.rows]


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return float(value)
        case date():  # a datetime is a date
            return value.isoformat()
    return value
