"""A window of the agent's log group as units of work, an hour each, with CloudWatch's event ids.

FilterLogEvents gives ten pages a second of 1 MB or 10,000 events. A line that is sent twice keeps
its id, so overlapping windows are harmless.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from session_analytics.schema.envelope import LogEvent

from voice_analytics.operate.aws import Aws
from voice_analytics.operate.sending import MAX_EVENTS
from voice_analytics.operate.sifting import batch_of
from voice_analytics.operate.stack import Stack
from voice_analytics.operate.work import Content, Piece, Work

WINDOW = timedelta(hours=1)


def log_windows(
    stack: Stack, first: datetime, until: datetime, *, group: str | None = None
) -> Iterator[Work]:
    """Lines that the stack's filter would pass, from `first` (included) to `until` (excluded)."""
    source = group or stack.agent_log
    start = first
    while start < until:
        end = min(start + WINDOW, until)
        yield _window(stack, source, start, end)
        start = end


def _window(stack: Stack, group: str, start: datetime, end: datetime) -> Work:
    def read() -> Content:
        return Content(_pieces(stack, group, start, end))

    unit = f"log {stack.account} {group} {start:%Y-%m-%dT%H:%M:%S}/{end:%Y-%m-%dT%H:%M:%S}"
    return Work(unit, read, lambda _: None)


def log_events(
    aws: Aws, group: str, pattern: str, start: datetime, end: datetime
) -> Iterator[dict[str, Any]]:
    """Events from `start` to before `end`, as FilterLogEvents gives them."""
    pages = (
        aws.client("logs")
        .get_paginator("filter_log_events")
        .paginate(
            logGroupName=group,
            startTime=milliseconds(start),
            endTime=milliseconds(end) - 1,  # which is included
            **({"filterPattern": pattern} if pattern else {}),
        )
    )
    for page in pages:
        yield from page["events"]


def milliseconds(moment: datetime) -> int:
    """Epoch milliseconds of a moment; a naive one is UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)


def log_event(event: dict[str, Any]) -> LogEvent:
    """An event of FilterLogEvents as the envelope holds it."""
    return {
        "id": event["eventId"],
        "timestamp": event["timestamp"],
        "message": event["message"],
    }


def _pieces(stack: Stack, group: str, start: datetime, end: datetime) -> Iterator[Piece]:
    """Pieces of up to 500 events of one log stream, so that memory stays bounded."""
    by_stream: dict[str, list[LogEvent]] = {}
    for event in log_events(stack.aws, group, stack.filter_pattern, start, end):
        waiting = by_stream.setdefault(event["logStreamName"], [])
        waiting.append(log_event(event))
        if len(waiting) == MAX_EVENTS:
            yield _piece(stack, group, event["logStreamName"], waiting)
            by_stream[event["logStreamName"]] = []
    for stream, events in by_stream.items():
        if events:
            yield _piece(stack, group, stream, events)


def _piece(stack: Stack, group: str, stream: str, events: list[LogEvent]) -> Piece:
    return Piece(batch_of(stack.account, group, stream, events), lambda _: b"")
