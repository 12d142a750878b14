"""Where a report's answers come from: a lake on this machine, or Athena.

To the page both are one function.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from voice_analytics.lake.engine import Lake, open_lake, run_query

type Record = dict[str, Any]
type Ask = Callable[[str], list[Record]]  # SQL -> its rows, with values that JSON has


@contextmanager
def asking_lake(folder: Path) -> Iterator[Ask]:
    """A lake that `voice-analytics local run` has written. Raises UserError where there is none."""
    with open_lake(folder) as lake:
        yield lambda sql: _records(sql, lake)


def record(columns: list[str], row: tuple[Any, ...]) -> Record:
    """A row by its columns' names."""
    return {name: _plain(value) for name, value in zip(columns, row, strict=True)}


def _records(sql: str, lake: Lake) -> list[Record]:
    result = run_query(sql, lake)
    columns = [column.name for column in result.columns]
    return [record(columns, row) for row in result.rows]


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return float(value)
        case date():  # a datetime is one, too
            return value.isoformat()
    return value
