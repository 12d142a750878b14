"""A record -> what becomes of each of its log events: rows, rejects, or ignored."""

from __future__ import annotations

import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import orjson

from session_analytics.cloudwatch import parse, unpack
from session_analytics.flatten.event_row import Invalid, Source, flatten
from session_analytics.logline import (
    MalformedLine,
    OtherLogger,
    ParsedEvent,
    Part,
    read_line,
)
from session_analytics.partition import Partitions
from session_analytics.returned_rows import read_row
from session_analytics.schema.json_text import TOO_DEEP, TooDeepError
from session_analytics.schema.values import from_epoch_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from session_analytics.privacy.policy import Policy
    from session_analytics.schema.envelope import LogBatch, LogEvent

_NOTHING: Mapping[str, int] = MappingProxyType({})
_ROW = ParsedEvent({}, {}, is_json=True)  # stands for a row that comes back: it is read as such
# Of a record. What is behind either is reingested: memory and time stay bounded. CloudWatch Logs
# sends some thousands of events, which take a second; a reject takes 5 KB of memory.
MAX_EVENTS = 20_000
MAX_SECONDS = 10.0
# Of a line: CloudWatch Logs takes no more than 1 MiB, and a longer row could not be delivered.
MAX_LINE_CHARACTERS = 5 * 1024 * 1024
CANARY = "canary"  # tag of an event that proves the way and is not a call


class Reject(NamedTuple):
    """A log event that is not a valid session_analytics event.

    `code` is one of `row.ERROR_CODES`, `path` a JSON Pointer. Of one that is `withheld` the line is
    not stored.
    """

    log_event: LogEvent
    code: str
    path: str
    message: str
    withheld: bool = False


class Line(NamedTuple):
    """A row as a JSON line, the log event that it is made of, and how many values were invalid.

    A canary is an operator's own event, tagged `canary`: delivered, and not counted as a call.
    `redacted` counts by kind what the privacy policy took out of the texts.
    """

    log_event: LogEvent
    text: bytes
    violations: int
    canary: bool = False
    redacted: Mapping[str, int] = _NOTHING


class Outcome(NamedTuple):
    """What becomes of a record's log events. A line may hold several events.

    `lines` maps a partition (`yyyy-MM-dd`) to its rows; `other_loggers` counts the events of
    loggers that may not write any. `unread` are the log events behind the record's budget, which
    must be reingested.
    """

    lines: dict[str, list[Line]]
    rejects: list[Reject]
    ignored: int
    other_loggers: int
    unread: Sequence[LogEvent] = ()

    @property
    def events(self) -> int:
        """How many events there are; a line of another kind is one."""
        rows = sum(len(lines) for lines in self.lines.values())
        unplaced = self.ignored + self.other_loggers + len(self.unread)
        return rows + len(self.rejects) + unplaced


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


class Rules(NamedTuple):
    """What the operator has set.

    `first_day` is the first partition that the table's projection covers; `loggers` are the loggers
    that may write events (empty allows any). Without a `policy` everything is stored as it came.
    """

    first_day: date
    loggers: frozenset[str] = frozenset()
    policy: Policy | None = None


class Budget:
    """The events, and the seconds of a processor, that one record may take."""

    def __init__(self) -> None:
        self._until = time.process_time() + MAX_SECONDS

    def is_spent(self, events: int) -> bool:
        return events >= MAX_EVENTS or time.process_time() > self._until


def read_record(data: bytes, arrived_ms: int, rules: Rules) -> Transformed:
    """The record transformed, as far as its budget goes. Raises CorruptRecord."""
    budget = Budget()
    partitions = Partitions(rules.first_day, from_epoch_ms(arrived_ms).date())
    document = unpack(data)
    batch = parse(document)
    outcome = transform(batch, partitions, rules.loggers, rules.policy, budget)
    return Transformed(data, arrived_ms, partitions, len(document), batch, outcome)


def transform(
    batch: LogBatch,
    partitions: Partitions,
    loggers: frozenset[str] = frozenset(),
    policy: Policy | None = None,
    budget: Budget | None = None,
) -> Outcome:
    """The outcome of a batch. A control message holds no event; the first is always read."""
    lines: dict[str, list[Line]] = {}
    rejects: list[Reject] = []
    ignored = other_loggers = 0
    log_events = [] if batch["messageType"] == "CONTROL_MESSAGE" else batch["logEvents"]
    events = 0
    for position, log_event in enumerate(log_events):
        if budget and position and budget.is_spent(events):
            unread = log_events[position:]
            return Outcome(lines, rejects, ignored, other_loggers, unread)
        parts = _parts(log_event, batch, loggers)
        ignored += not parts
        events += len(parts) or 1
        for own_event, part in _log_events(log_event, parts):
            match _guarded(_result, part, own_event, batch, partitions, policy):
                case dt, Line() as line:
                    lines.setdefault(dt, []).append(line)
                case OtherLogger():
                    other_loggers += 1
                case MalformedLine(code, message):
                    rejects.append(Reject(own_event, code, "", message))
                case Invalid(code, path, message):
                    rejects.append(Reject(own_event, code, path, message))
    return Outcome(lines, rejects, ignored, other_loggers)


def where(error: BaseException) -> str:
    """The place in the code that failed. Not the traceback: it may quote a payload."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else ""


def fault(error: Exception) -> str:
    """The message of a reject for an error that nobody foresaw."""
    return f"{type(error).__qualname__} at {where(error)}"


def _guarded[**P, T](make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | MalformedLine:
    """What `make` gives; where it fails, foreseen or not, why the event is a reject."""
    try:
        return make(*args, **kwargs)
    except (TooDeepError, RecursionError):
        return MalformedLine("too_deep", TOO_DEEP)
    except Exception as error:  # noqa: BLE001 - raised, it would cost the events beside it
        return MalformedLine("fault", fault(error))


def _parts(log_event: LogEvent, batch: LogBatch, loggers: frozenset[str]) -> list[Part]:
    """The events of a line; none where it is of another kind."""
    if len(log_event["message"]) > MAX_LINE_CHARACTERS:
        why = f"a line of more than {MAX_LINE_CHARACTERS} characters"
        return [Part(None, MalformedLine("too_large", why))]
    if batch["messageType"] == "ROWS":
        return [Part(None, _ROW)]
    parts = _guarded(read_line, log_event["message"], loggers)
    return [Part(None, parts)] if isinstance(parts, MalformedLine) else parts


def _log_events(log_event: LogEvent, parts: list[Part]) -> Iterator[tuple[LogEvent, Part]]:
    """Each part with a log event of its own, so that it can be reingested or rejected by itself.

    The ids are the log event's, and behind it `#2`, `#3` and so on.
    """
    if len(parts) == 1:
        yield log_event, parts[0]
        return
    for number, part in enumerate(parts, 1):
        event_id = log_event["id"] if number == 1 else f"{log_event['id']}#{number}"
        yield {**log_event, "id": event_id, "message": part.text or log_event["message"]}, part


def _result(
    part: Part,
    log_event: LogEvent,
    batch: LogBatch,
    partitions: Partitions,
    policy: Policy | None,
) -> tuple[str, Line] | Invalid | MalformedLine | OtherLogger:
    """What becomes of an event: the partition and its line, or why there is none."""
    if isinstance(part.result, (MalformedLine, OtherLogger)):
        return part.result
    if batch["messageType"] == "ROWS":
        flat = read_row(log_event, partitions)
    else:
        flat = flatten(part.result, _source(log_event, batch), partitions)
    if isinstance(flat, Invalid):
        return flat
    row = flat.row
    redacted = policy.apply(cast("dict[str, Any]", row)) if policy else _NOTHING
    text = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
    violations = len(row.get("contract_violations", ()))
    return flat.dt, Line(log_event, text, violations, CANARY in row.get("tags", ()), redacted)


def _source(log_event: LogEvent, batch: LogBatch) -> Source:
    return Source(
        event_id=log_event["id"],
        logged_at=from_epoch_ms(log_event["timestamp"]),
        aws_account_id=batch["owner"],
        log_group=batch["logGroup"],
        log_stream=batch["logStream"],
    )
