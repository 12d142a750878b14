"""When a call was: its start, its end and its length, from whichever fields tell.

The agent's own fields win over those of LiveKit's report, of which only livekit-agents 1.8.9 tells
the length.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from session_analytics.flatten.session_events import Moment, close_moment, first_moment
from session_analytics.schema.values import seconds_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from session_analytics.flatten.extras import Extras
    from session_analytics.flatten.history import History, Item
    from session_analytics.schema.event import Event
    from session_analytics.schema.pointer import Json, Path

# Any of these says that the body is LiveKit's report, whose `timestamp` is when it was made.
_REPORT_KEYS = ("chat_history", "events", "duration_ms")
_SENT_STARTS, _SENT_ENDS = ("start_time", "started_at"), ("end_time", "ended_at")
_LENGTHS = {"duration_seconds": 1, "duration": 1, "duration_ms": 1000}  # how many are a second
# A context brought along from an earlier call is older than the rest by more than this.
_SAME_CALL = timedelta(days=1)
_SMALL_DIFFERENCE_SECONDS = 60  # a sent length may differ so much from start and end
_LARGE_FACTOR = 2  # … or by less than this factor


class Times(NamedTuple):
    """Naive UTC times and seconds.

    `start_path` is that of the value that the start was taken or worked out from.
    """

    started_at: datetime | None
    start_path: Path
    ended_at: datetime | None
    duration_seconds: float | None


def times(event: Event, root: Json, histories: Iterable[History], extras: Extras) -> Times:
    """Start, end and length of the call; a value that lost to another field goes to extras."""
    start = _sent(event, _SENT_STARTS, extras)
    length = _length(event, extras)
    end = _sent(event, _SENT_ENDS, extras)
    if start and end and length is not None:
        _compare(start, end, length, event, extras)
    end = end or close_moment(event) or _report_time(event, root, start, length)
    if event.get("timestamp") is not None and (end is None or end.at != event["timestamp"]):
        extras.keep("timestamp")
    starts = _starts(event, end, length, histories)
    start = start or next(starts, None)
    if start is None:
        return Times(None, (), end and end.at, length)
    if length is None and end is not None and start.path != ("_timestamp",):
        length = (end.at - start.at).total_seconds()
        if length < 0:
            extras.suspicious(end.path, "an end after the start")
            length = None
        elif length == 0 and start.path[0] not in _SENT_STARTS:
            length = None  # one moment is all that is known
    return Times(start.at, start.path, end and end.at, length)


def _sent(event: Event, keys: tuple[str, str], extras: Extras) -> Moment | None:
    """The time under the first of the keys that has one; another that differs is kept."""
    first = None
    for key in keys:
        if (sent_at := event.get(key)) is None:
            continue
        moment = Moment((key,), sent_at)  # type: ignore[arg-type]
        if first is None:
            first = moment
        elif first.at != moment.at:
            extras.keep(key)
    return first


def _length(event: Event, extras: Extras) -> float | None:
    length: float | None = None
    for key, a_second in _LENGTHS.items():
        value: float | None = event.get(key)  # type: ignore[assignment]
        if value is None:
            continue
        if length is None:
            length = value / a_second
        elif length * a_second != value:
            extras.keep(key)
    return length


def _compare(start: Moment, end: Moment, length: float, event: Event, extras: Extras) -> None:
    """Note a sent length that contradicts the sent start and end."""
    seconds = (end.at - start.at).total_seconds()
    smaller, larger = sorted((abs(seconds), length))
    if larger - smaller > _SMALL_DIFFERENCE_SECONDS and larger > _LARGE_FACTOR * smaller:
        key = next(key for key in _LENGTHS if event.get(key) is not None)
        extras.suspicious((key,), "a length that agrees with start and end")


def _report_time(
    event: Event, root: Json, start: Moment | None, length: float | None
) -> Moment | None:
    """When LiveKit's report was made, which is the end of the call.

    Not a formatter's time, which is a text, and not against start plus length.
    """
    reported_at = event.get("timestamp")
    is_report = any(event.get(key) is not None for key in _REPORT_KEYS)
    if reported_at is None or not is_report or isinstance(root.get("timestamp"), str):
        return None
    if start is not None and length is not None:
        difference = abs((reported_at - start.at).total_seconds() - length)
        if difference > _SMALL_DIFFERENCE_SECONDS:
            return None
    return Moment(("timestamp",), reported_at)


def _starts(
    event: Event, end: Moment | None, length: float | None, histories: Iterable[History]
) -> Iterator[Moment]:
    """The times that tell the start where none was sent, the best first."""
    if end is not None and length is not None and (started_at := seconds_before(end.at, length)):
        yield Moment(end.path, started_at)
    if (first := first_moment(event)) is not None:
        yield first
    recorded_at = event.get("audio_recording_started_at")
    for items in _kinds_of_items(histories):
        if (first := _first_item(items, recorded_at)) is not None:
            yield first
    if (emitted_at := event.get("_timestamp")) is not None:
        if length is not None and (started_at := seconds_before(emitted_at, length)):
            yield Moment(("_timestamp",), started_at)
        yield Moment(("_timestamp",), emitted_at)


def _kinds_of_items(histories: Iterable[History]) -> Iterator[list[Item]]:
    """Hand-overs and configurations, which are of this call; then the others."""
    there = list(histories)
    yield [item for each in there for item in (*each.handoffs, *each.configurations)]
    yield [item for each in there for item in (*each.messages, *each.calls, *each.outputs)]


def _first_item(items: list[Item], recorded_at: datetime | None) -> Moment | None:
    """The earliest item of this call, not one of a context brought along from another."""
    moments: list[Moment] = []
    for item in items:
        for key in ("created_at", "timestamp", "time"):
            if (time := item.value.get(key)) is not None:
                moments.append(Moment((*item.path, key), time))  # type: ignore[arg-type]
                break
    moments.sort(key=lambda moment: moment.at)
    if recorded_at is not None:
        moments = [moment for moment in moments if moment.at >= recorded_at]
    first = 0
    for index in range(1, len(moments)):
        if moments[index].at - moments[index - 1].at > _SAME_CALL:
            first = index
    return moments[first] if moments else None
