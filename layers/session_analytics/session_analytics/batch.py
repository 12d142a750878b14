"""A record -> what becomes of each of its log events: a line for the table by partition, a reject, or ignored."""

from typing import NamedTuple

import orjson

from session_analytics.cloudwatch import LogBatch, LogEvent
from session_analytics.findings import NotExactError
from session_analytics.flatten import FlatEvent, Invalid, Source, flatten
from session_analytics.logline import Broken, Ignored, read
from session_analytics.partition import Partitions
from session_analytics.row import Row
from session_analytics.values import from_epoch_ms


class Reject(NamedTuple):
    """A log event that is no valid session_analytics event; `code` is from a closed list, `path` a JSON Pointer."""

    log_event: LogEvent
    code: str
    path: str
    message: str


class Outcome(NamedTuple):
    """What became of a record's log events: each of them is in exactly one of the three.

    `lines` maps a partition (`yyyy-MM-dd`) to the JSON lines of its rows.
    """

    lines: dict[str, list[bytes]]
    rejects: list[Reject]
    ignored: int


def transform(batch: LogBatch, partitions: Partitions) -> Outcome:
    """The outcome of a batch. A control message holds no event."""
    lines: dict[str, list[bytes]] = {}
    rejects: list[Reject] = []
    ignored = 0
    if batch["messageType"] == "DATA_MESSAGE":
        for log_event in batch["logEvents"]:
            result = _transform_event(log_event, batch, partitions)
            if isinstance(result, FlatEvent):
                lines.setdefault(result.dt, []).append(_line(result.row))
            elif isinstance(result, Ignored):
                ignored += 1
            else:
                rejects.append(result)
    return Outcome(lines, rejects, ignored)


def _transform_event(log_event: LogEvent, batch: LogBatch, partitions: Partitions) -> FlatEvent | Ignored | Reject:
    source = Source(
        event_id=log_event["id"],
        logged_at=from_epoch_ms(log_event["timestamp"]),
        aws_account_id=batch["owner"],
        log_group=batch["logGroup"],
        log_stream=batch["logStream"],
    )
    try:
        result = _read(log_event["message"], source, partitions, exactly=False)
    except NotExactError:
        result = _read(log_event["message"], source, partitions, exactly=True)
    match result:
        case Broken(code, message):
            return Reject(log_event, code, "", message)
        case Invalid(code, path, message):
            return Reject(log_event, code, path, message)
    return result


def _read(line: str, source: Source, partitions: Partitions, *, exactly: bool) -> FlatEvent | Ignored | Broken | Invalid:
    found = read(line, exactly=exactly)
    return found if isinstance(found, (Ignored, Broken)) else flatten(found, source, partitions)


def _line(row: Row) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
