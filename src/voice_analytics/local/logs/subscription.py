"""Log lines -> log events -> the records that a CloudWatch Logs subscription sends.

CloudWatch Logs API Reference, "PutLogEvents" (limits of a batch); User Guide, "Subscription filters
with Amazon Data Firehose". All is deterministic: the same lines give the same ids and the same
bytes.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson
from pydantic import TypeAdapter, ValidationError
from session_analytics.cloudwatch import CorruptRecord, decode
from session_analytics.schema.envelope import LogBatch, LogEvent
from session_analytics.schema.scalars import Timestamp
from session_analytics.schema.values import EARLIEST
from zlib_ng import zlib_ng

from voice_analytics.errors import UserError
from voice_analytics.local.logs.entries import Entry, lines
from voice_analytics.template.application import Subscription
from voice_analytics.template.intrinsics import ACCOUNT

# PutLogEvents: a batch has at most 1,048,576 bytes (each event counts as its UTF-8 text and 26
# bytes more) and 10,000 events.
_MAX_BATCH_BYTES = 1_048_576
_OVERHEAD_BYTES = 26
MAX_EVENT_BYTES = _MAX_BATCH_BYTES - _OVERHEAD_BYTES
_MAX_BATCH_EVENTS = 10_000
# CloudWatch's agent sends what it has every 5 seconds (agent configuration,
# `force_flush_interval`), so no batch spans more.
_FLUSH_MS = 5_000
_MAX_RECORD_BYTES = 1_000 * 1024  # Firehose quota: a record has at most 1,000 KiB before base64
_ID_DIGITS = 56
_GZIP_LEVEL = 3
_GZIP_WINDOW = 31  # zlib: a gzip header, and its largest window
_TIMESTAMP: TypeAdapter[datetime] = TypeAdapter(Timestamp)


class Record(NamedTuple):
    """A subscription record: the gzipped batch, and the ids of its log events."""

    data: bytes
    event_ids: tuple[str, ...]


def log_events(stream: str, texts: Sequence[str], written_ms: int) -> Iterator[LogEvent]:
    """One log event a line that is not empty."""
    return events_of(list(lines(texts)), stream, written_ms)


def events_of(entries: Sequence[Entry], source: str, written_ms: int) -> Iterator[LogEvent]:
    """The log events of a stream, with the ids and times that the entries carry.

    An id that is not carried is made of `source`, the entry's number in it, and the message. A
    time is then what the line says itself, else that of the line before it; the first lines take
    the first time that is said, or `written_ms`. Entries that `is_too_large` are left out.
    """
    times = [_time_ms(entry) for entry in entries]
    time_ms = next((time for time in times if time is not None), written_ms)
    for entry, own in zip(entries, times, strict=True):
        if is_too_large(entry.message):
            continue
        time_ms = time_ms if own is None else own
        yield {
            "id": entry.event_id or _event_id(source, entry.number, entry.message),
            "timestamp": time_ms,
            "message": entry.message,
        }


def _time_ms(entry: Entry) -> int | None:
    return _own_time_ms(entry.message) if entry.time_ms is None else entry.time_ms


def is_too_large(line: str) -> bool:
    """Whether CloudWatch Logs does not take a line: as UTF-8 it is beyond `MAX_EVENT_BYTES`."""
    return len(line) > MAX_EVENT_BYTES // 4 and len(line.encode()) > MAX_EVENT_BYTES


def records(
    events: Iterable[LogEvent], stream: str, subscription: Subscription
) -> Iterator[Record]:
    """The events as subscription records, batched as agents and CloudWatch Logs send them."""
    for batch in _batches(events):
        yield from _encoded(batch, stream, subscription)


def event_ids(data: bytes) -> tuple[str, ...]:
    """The ids of the log events in a record.

    None in a control message, and where it cannot be known.
    """
    try:
        batch = decode(data)
    except CorruptRecord:
        return ()
    return (
        tuple(event["id"] for event in batch["logEvents"])
        if batch["messageType"] == "DATA_MESSAGE"
        else ()
    )


def log_batch(events: list[LogEvent], stream: str, subscription: Subscription) -> LogBatch:
    """The events in the envelope of a subscription record."""
    return {
        "messageType": "DATA_MESSAGE",
        "owner": ACCOUNT,
        "logGroup": subscription.log_group,
        "logStream": stream,
        "subscriptionFilters": [subscription.name],
        "logEvents": events,
    }


def _encoded(events: list[LogEvent], stream: str, subscription: Subscription) -> Iterator[Record]:
    data = _gzipped(log_batch(events, stream, subscription))
    if len(data) <= _MAX_RECORD_BYTES:
        yield Record(data, tuple(event["id"] for event in events))
        return
    if len(events) == 1:  # only noise compresses so badly
        raise UserError(
            f"a line of {stream} has {len(data):,} bytes when compressed",
            f"Firehose takes {_MAX_RECORD_BYTES:,}: take it out",
        )
    middle = len(events) // 2
    yield from _encoded(events[:middle], stream, subscription)
    yield from _encoded(events[middle:], stream, subscription)


def _gzipped(batch: LogBatch) -> bytes:
    """The batch as a record, as `encode` makes it but in half the time."""
    return zlib_ng.compress(orjson.dumps(batch), _GZIP_LEVEL, _GZIP_WINDOW)


def _batches(events: Iterable[LogEvent]) -> Iterator[list[LogEvent]]:
    batch: list[LogEvent] = []
    size = 0
    for event in events:
        event_size = len(event["message"].encode()) + _OVERHEAD_BYTES
        full = size + event_size > _MAX_BATCH_BYTES or len(batch) == _MAX_BATCH_EVENTS
        if batch and (full or abs(event["timestamp"] - batch[0]["timestamp"]) > _FLUSH_MS):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += event_size
    if batch:
        yield batch


def _event_id(source: str, number: int, line: str) -> str:
    digest = hashlib.sha256(f"{source}\n{number}\n{line}".encode()).digest()
    return f"{int.from_bytes(digest) % 10**_ID_DIGITS:0{_ID_DIGITS}d}"


def _own_time_ms(line: str) -> int | None:
    """When the line says it was written.

    The event's `_timestamp`, else its or its wrapper's `timestamp`.
    """
    outer = _object(line)
    inner = outer.get("analytics_data")
    if not isinstance(inner, dict):
        inner = _object(outer.get("message"))
    for holder, key in (
        (inner, "_timestamp"),
        (outer, "_timestamp"),
        (inner, "timestamp"),
        (outer, "timestamp"),
    ):
        if (moment := _moment(holder.get(key))) is not None:
            return (moment - EARLIEST) // timedelta(milliseconds=1)
    return None


def _object(text: Any) -> dict[str, Any]:
    if not isinstance(text, str) or not text.lstrip().startswith("{"):
        return {}
    try:
        value = orjson.loads(text)
    except ValueError:  # NaN, which json takes
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _moment(value: Any) -> datetime | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return _TIMESTAMP.validate_python(value)
    except ValidationError:
        return None
