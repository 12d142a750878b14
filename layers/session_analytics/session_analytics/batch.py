"""A record -> what becomes of each of its log events.

A line for the table by partition, a reject, or ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson

from session_analytics.cloudwatch import parse, unpack
from session_analytics.flatten.assemble import Invalid, Source, flatten
from session_analytics.flatten.extras import NotExactError
from session_analytics.logline import Broken, Ignored, read
from session_analytics.partition import Partitions
from session_analytics.schema.values import from_epoch_ms

if TYPE_CHECKING:
    from datetime import date

    from session_analytics.schema.envelope import LogBatch, LogEvent


class Reject(NamedTuple):
    """A log event that is no valid session_analytics event.

    `code` is one of `row.ERROR_CODES`, `path` a JSON Pointer.
    """

    log_event: LogEvent
    code: str
    path: str
    message: str


class Line(NamedTuple):
    """A row as a JSON line, the log event that it was made of, and how many of its values were wrong."""

    log_event: LogEvent
    text: bytes
    violations: int


class Outcome(NamedTuple):
    """What became of a record's log events: each of them is in exactly one of the three.

    `lines` maps a partition (`yyyy-MM-dd`) to its rows.
    """

    lines: dict[str, list[Line]]
    rejects: list[Reject]
    ignored: int


class Transformed(NamedTuple):
    """A record that could be read: its bytes, when they arrived (epoch milliseconds), and what
    became of the events.

    `unpacked_bytes` is its size when decompressed.
    """

    record_id: str
    data: bytes
    arrived_ms: int
    partitions: Partitions
    unpacked_bytes: int
    batch: LogBatch
    outcome: Outcome


def read_record(record_id: str, data: bytes, arrived_ms: int, first_day: date) -> Transformed:
    """The record transformed.

    `first_day` is the first partition that the table's projection covers. Raises CorruptRecord.
    """
    partitions = Partitions(first_day, from_epoch_ms(arrived_ms).date())
    document = unpack(data)
    batch = parse(document)
    return Transformed(
        record_id, data, arrived_ms, partitions, len(document), batch, transform(batch, partitions)
    )


def transform(batch: LogBatch, partitions: Partitions) -> Outcome:
    """The outcome of a batch. A control message holds no event."""
    lines: dict[str, list[Line]] = {}
    rejects: list[Reject] = []
    ignored = 0
    if batch["messageType"] == "DATA_MESSAGE":
        for log_event in batch["logEvents"]:
            result = _transform_event(log_event, batch, partitions)
            if isinstance(result, _Placed):
                lines.setdefault(result.dt, []).append(result.line)
            elif isinstance(result, Ignored):
                ignored += 1
            else:
                rejects.append(result)
    return Outcome(lines, rejects, ignored)


class _Placed(NamedTuple):
    dt: str
    line: Line


def _transform_event(
    log_event: LogEvent, batch: LogBatch, partitions: Partitions
) -> _Placed | Ignored | Reject:
    source = Source(
        event_id=log_event["id"],
        logged_at=from_epoch_ms(log_event["timestamp"]),
        aws_account_id=batch["owner"],
        log_group=batch["logGroup"],
        log_stream=batch["logStream"],
    )
    try:
        result = _read(log_event, source, partitions, exactly=False)
    except NotExactError:
        result = _read(log_event, source, partitions, exactly=True)
    match result:
        case Broken(code, message):
            return Reject(log_event, code, "", message)
        case Invalid(code, path, message):
            return Reject(log_event, code, path, message)
    return result


def _read(
    log_event: LogEvent, source: Source, partitions: Partitions, *, exactly: bool
) -> _Placed | Ignored | Broken | Invalid:
    """What becomes of a line. Raises NotExactError where it must be read exactly."""
    found = read(log_event["message"], exactly=exactly)
    if isinstance(found, (Ignored, Broken)):
        return found
    flat = flatten(found, source, partitions)
    if isinstance(flat, Invalid):
        return flat
    text = orjson.dumps(flat.row, option=orjson.OPT_APPEND_NEWLINE)
    if not exactly and b'inf"' in text:  # perhaps a number beyond a double, taken for text
        raise NotExactError
    return _Placed(flat.dt, Line(log_event, text, len(flat.row.get("contract_violations", ()))))
