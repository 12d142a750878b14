"""A record on its way through the stream, and where it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A record as it was put; `arrival_ms` in epoch milliseconds, `events` how many log events it holds (0: not countable)."""

    id: str
    arrival_ms: int
    data: bytes
    events: int


@dataclass(frozen=True, slots=True)
class Transformed:
    """A record with what is to be delivered for it, and its partition keys."""

    source: SourceRecord
    data: bytes
    partition_keys: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A record that the function dropped: Firehose keeps no trace of it."""

    source: SourceRecord


@dataclass(frozen=True, slots=True)
class Failed:
    """A record that goes to the error prefix; code and message are Firehose's own."""

    source: SourceRecord
    code: str
    message: str
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a record ended, and how many rows of it are in the table."""

    source: SourceRecord
    fate: Literal["delivered", "dropped", "failed"]
    rows: int = 0
    error_code: str = ""
