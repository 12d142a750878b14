"""A record -> what becomes of each of its log events: a row, a reject, or ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson

from session_analytics.cloudwatch import parse, unpack
from session_analytics.flatten.event_row import FlatEvent, Invalid, Source, flatten
from session_analytics.logline import Ignored, MalformedLine, read_line
from session_analytics.partition import Partitions
from session_analytics.schema.json_text import TOO_DEEP, TooDeepError
from session_analytics.schema.values import from_epoch_ms

if TYPE_CHECKING:
    from datetime import date

    from session_analytics.schema.envelope import LogBatch, LogEvent


class Reject(NamedTuple):
    """A log event that is not a valid session_analytics event.

    `code` is one of `row.ERROR_CODES`, `path` a JSON Pointer.
    """

    log_event: LogEvent
    code: str
    path: str
    message: str


class Line(NamedTuple):
    """A row as a JSON line, the log event that it is made of, and how many values were invalid."""

    log_event: LogEvent
    text: bytes
    violations: int


class Outcome(NamedTuple):
    """What becomes of a record's log events.

    `lines` maps a partition (`yyyy-MM-dd`) to its rows.
    """

    lines: dict[str, list[Line]]
    rejects: list[Reject]
    ignored: int


class Transformed(NamedTuple):
    """A record that could be read: its bytes, its batch, and the outcome.

    `arrived_ms` is epoch milliseconds; `unpacked_bytes` its size when decompressed.
    """

    data: bytes
    arrived_ms: int
    partitions: Partitions
    unpacked_bytes: int
    batch: LogBatch
    outcome: Outcome

    @property
    def events(self) -> int:
        """How many log events it has. A control message has none."""
        is_data = self.batch["messageType"] == "DATA_MESSAGE"
        return len(self.batch["logEvents"]) if is_data else 0


def read_record(data: bytes, arrived_ms: int, first_day: date) -> Transformed:
    """The record transformed. Raises CorruptRecord.

    `first_day` is the first partition that the table's projection covers.
    """
    partitions = Partitions(first_day, from_epoch_ms(arrived_ms).date())
    document = unpack(data)
    batch = parse(document)
    return Transformed(
        data, arrived_ms, partitions, len(document), batch, transform(batch, partitions)
    )


def transform(batch: LogBatch, partitions: Partitions) -> Outcome:
    """The outcome of a batch. A control message holds no event."""
    lines: dict[str, list[Line]] = {}
    rejects: list[Reject] = []
    ignored = 0
    if batch["messageType"] == "DATA_MESSAGE":
        for log_event in batch["logEvents"]:
            match _transform_event(log_event, batch, partitions):
                case FlatEvent(row, dt):
                    text = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
                    violations = len(row.get("contract_violations", ()))
                    lines.setdefault(dt, []).append(Line(log_event, text, violations))
                case Ignored():
                    ignored += 1
                case MalformedLine(code, message):
                    rejects.append(Reject(log_event, code, "", message))
                case Invalid(code, path, message):
                    rejects.append(Reject(log_event, code, path, message))
    return Outcome(lines, rejects, ignored)


def _transform_event(
    log_event: LogEvent, batch: LogBatch, partitions: Partitions
) -> FlatEvent | Ignored | MalformedLine | Invalid:
    parsed = read_line(log_event["message"])
    if isinstance(parsed, (Ignored, MalformedLine)):
        return parsed
    source = Source(
        event_id=log_event["id"],
        logged_at=from_epoch_ms(log_event["timestamp"]),
        aws_account_id=batch["owner"],
        log_group=batch["logGroup"],
        log_stream=batch["logStream"],
    )
    try:
        return flatten(parsed, source, partitions)
    except (TooDeepError, RecursionError):
        return MalformedLine("too_deep", TOO_DEEP)
