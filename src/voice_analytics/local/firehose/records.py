"""A record on its way through the stream, and where it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A record as it was put.

    `arrival_ms` in epoch milliseconds, `event_ids` those of its log events (none: not countable).
    """

    id: str
    arrival_ms: int
    data: bytes
    event_ids: tuple[str, ...]


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
    """Where a record ended; `rows` are the events of it that are in the table, by their ids."""

    source: SourceRecord
    fate: Literal["delivered", "dropped", "failed"]
    rows: tuple[str, ...] = ()
    error_code: str = ""
