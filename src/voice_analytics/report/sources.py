"""Where the records of a report come from: a lake on this machine, or Athena.

Both are a function from SQL to records.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from math import isfinite
from pathlib import Path
from threading import Lock, Timer
from typing import Any, Protocol

from voice_analytics.catalog.slices import Slice
from voice_analytics.lake.engine import Lake, Result, open_lake
from voice_analytics.lake.held_calls import hold_calls

type Record = dict[str, Any]


class Ask(Protocol):
    """Asks a lake or Athena."""

    def __call__(self, sql: str, calls: Slice | None = None, /) -> list[Record]:
        """The rows of SQL, or of a saved query over these calls, with JSON values."""


@contextmanager
def lake_source(folder: Path, seconds: float | None = None) -> Iterator[Ask]:
    """Opens a lake that `voice-analytics local run` has written.

    A query that takes longer than `seconds` is ended. Raises UserError where there is no lake, and
    for a query that is not answered.
    """
    with open_lake(folder) as lake:
        held = hold_calls(lake, folder)

        def ask(sql: str, calls: Slice | None = None, /) -> list[Record]:
            return _within(seconds, lambda: _records(held.run(sql, calls)), lake)

        yield ask


def one_at_a_time(ask: Ask) -> Ask:
    """The same for several threads: a question waits until the one before is answered."""
    lock = Lock()

    def locked(sql: str, calls: Slice | None = None, /) -> list[Record]:
        with lock:
            return ask(sql, calls)

    return locked


def record(columns: list[str], row: tuple[Any, ...]) -> Record:
    """A row as a dict by column, with JSON values."""
    return {name: _plain(value) for name, value in zip(columns, row, strict=True)}


def _within(seconds: float | None, answer: Callable[[], list[Record]], lake: Lake) -> list[Record]:
    if seconds is None:
        return answer()
    timer = Timer(seconds, lake.connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        return answer()
    finally:
        timer.cancel()


def _records(result: Result) -> list[Record]:
    columns = apart([column.name for column in result.columns])
    return [record(columns, row) for row in result.rows]


def apart(names: list[str]) -> list[str]:
    """Column names of which no two are the same: the second of a name is called name (2)."""
    return [
        f"{name} ({number})" if (number := names[: place + 1].count(name)) > 1 else name
        for place, name in enumerate(names)
    ]


def _plain(value: Any) -> Any:
    match value:
        case float() if not isfinite(value):  # of sums beyond a double; JSON has no word for it
            return None
        case Decimal():
            return float(value)
        case date():  # a datetime is a date
            return value.isoformat()
    return value
