"""What a file of a log holds: entries, each of which becomes a log event."""

import math
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

_FIRST_LINE = re.compile(r"[\s\0]*([^\n]*)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_MS = 9_000_000_000_000  # in the year 2255


class Entry(NamedTuple):
    """A message, with as much as the file's format carries beside it.

    `number` is that of its line or event in the file, from 1. `time_ms` is in epoch milliseconds.
    """

    number: int
    message: str
    time_ms: int | None = None
    stream: str = ""
    event_id: str = ""


class LogFile(NamedTuple):
    """The entries of a file.

    `name` is the log stream of entries that do not name one, `written_ms` the time of those that
    have none.
    """

    name: str
    entries: list[Entry]
    written_ms: int
    numbered: Literal["line", "event"] = "line"

    def place(self, entry: Entry) -> str:
        """Where in the file an entry is, for a person."""
        between = ":" if self.numbered == "line" else ", event "
        return f"{self.name}{between}{entry.number}"

    def streams(self) -> dict[str, list[Entry]]:
        """The entries by log stream, in the order of the file."""
        by_stream: dict[str, list[Entry]] = {}
        for entry in self.entries:
            by_stream.setdefault(entry.stream or self.name, []).append(entry)
        return by_stream


def first_line(text: str) -> str:
    """The first line that is not blank, without the blanks around it; empty where there is none."""
    match = _FIRST_LINE.match(text)
    return match[1].strip() if match else ""


def lines(texts: Iterable[str]) -> Iterator[Entry]:
    """The lines of a log; those that are empty are not log events."""
    for number, text in enumerate(texts, 1):
        if text.strip():
            yield Entry(number, text)


def without_repeats(entries: Iterable[Entry]) -> list[Entry]:
    """The entries without those whose event id came before, as where two pages overlap."""
    by_id: dict[str | int, Entry] = {}
    for index, entry in enumerate(entries):
        by_id.setdefault(entry.event_id or index, entry)
    return list(by_id.values())


def epoch_ms(value: Any) -> int | None:
    """A time as one of AWS's tools writes it; None for anything else.

    A number is in milliseconds, and a text without a zone is in UTC.
    """
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            value = (aware - _EPOCH) // timedelta(milliseconds=1)
        except (ValueError, OverflowError):
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if 0 <= value <= _LATEST_MS else None
