"""When a call was: its start, its end and its length, from whichever fields tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from session_analytics.schema.values import seconds_before

if TYPE_CHECKING:
    from datetime import datetime

    from session_analytics.flatten.extras import Extras
    from session_analytics.schema.event import Event

# Any of these says that the body is LiveKit's SessionReport, whose `timestamp` is the end of the
# session. On another event it is the log formatter's and says nothing about the call.
_REPORT_KEYS = ("chat_history", "duration_ms", "close_reason")


class Times(NamedTuple):
    """Naive UTC times and seconds.

    `start_key` is the field that the start was taken or worked out from.
    """

    started_at: datetime | None
    start_key: str
    ended_at: datetime | None
    duration_seconds: float | None


def times(event: Event, extras: Extras) -> Times:
    """Start, end and length of the call; what another field has outdone is kept.

    The start is start_time, else end minus duration, else _timestamp minus duration, else
    _timestamp. The agent's own fields win over LiveKit's.
    """
    duration = event.get("duration_seconds")
    duration_ms = event.get("duration_ms")
    if duration_ms is not None:
        if duration is None:
            duration = duration_ms / 1000
        elif duration * 1000 != duration_ms:
            extras.keep("duration_ms")
    end_key, ended_at = "end_time", event.get("end_time")
    reported_at = event.get("timestamp")
    if ended_at is None and any(event.get(key) is not None for key in _REPORT_KEYS):
        end_key, ended_at = "timestamp", reported_at
    if reported_at not in (None, ended_at):
        extras.keep("timestamp")
    emitted_at = event.get("_timestamp")
    start_key, started_at = "start_time", event.get("start_time")
    for key, end, length in (
        (end_key, ended_at, duration),
        ("_timestamp", emitted_at, duration),
        ("_timestamp", emitted_at, 0),
    ):
        if started_at is None and end is not None and length is not None:
            start_key, started_at = key, seconds_before(end, length)
    if duration is None and started_at is not None and ended_at is not None:
        duration = (ended_at - started_at).total_seconds()
        if duration < 0:
            extras.suspicious((end_key,), "an end after the start")
            duration = None
    return Times(started_at, start_key, ended_at, duration)
