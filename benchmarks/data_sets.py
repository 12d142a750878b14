"""What is timed: six kinds of traffic, as invocations of the function."""

import json
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import Any, NamedTuple

from session_analytics.cloudwatch import decode
from session_analytics.schema.envelope import LogEvent

from benchmarks.traffic import Invocation, arriving, at_once, flawed_week, invocations, week

FLAWED = 0.1
MOST_EVENTS_A_RECORD = 500
TALKS_IN_A_LONG_ONE = 25  # so many conversations on end are some 100 kB


class DataSet(NamedTuple):
    """Invocations of one kind, and what is in them; `bytes` are those of the log lines."""

    name: str
    invocations: Sequence[Invocation]
    records: int
    events: int
    bytes: int


def data_sets(calls: int, events: int) -> Iterator[DataSet]:
    """All of them, made of weeks with so many calls; of each about so many events.

    Targets are about the first.
    """
    typical = week(calls)
    day = on_the_busiest_day(typical, events)
    yield _data_set("typical week", _part_of(typical, events))
    yield _data_set("one event a record", invocations(at_once([[event] for event in day])))
    yield _data_set("500 events a record", invocations(at_once(_bounded(day))))
    yield _data_set(
        "long transcripts",
        invocations(at_once([[event] for event in long_calls(on_the_busiest_day(typical, calls))])),
    )
    yield _data_set("10 % with a wrong value", _part_of(flawed_week(calls, FLAWED), events))
    yield _data_set(
        "rejects alone",
        _part_of([_broken(number, event) for number, event in enumerate(typical)], events),
    )


def long_calls(events: Sequence[LogEvent]) -> list[LogEvent]:
    """Calls of many conversations one after the other, each with turns of its own."""
    long: list[LogEvent] = []
    for talks in batched(_plain_calls(events), TALKS_IN_A_LONG_ONE, strict=False):
        event, call = talks[0]
        call = {**call, "transcript": [turn for _, other in talks for turn in other["transcript"]]}
        long.append({**event, "message": json.dumps(call)})
    return long


def _data_set(name: str, chosen: Sequence[Invocation]) -> DataSet:
    batches = [
        decode(b64decode(record["data"]))
        for invocation in chosen
        for record in invocation["records"]
    ]
    messages = [event["message"] for batch in batches for event in batch["logEvents"]]
    return DataSet(
        name,
        chosen,
        len(batches),
        len(messages),
        sum(len(message.encode()) for message in messages),
    )


def _part_of(events: Sequence[LogEvent], count: int) -> list[Invocation]:
    """Invocations from all hours of the week, with about so many events."""
    return invocations(arriving(events))[:: max(1, len(events) // count)]


def on_the_busiest_day(events: Sequence[LogEvent], count: int) -> list[LogEvent]:
    """Events of one day, so that no record has to be split by date."""
    days = [datetime.fromtimestamp(event["timestamp"] / 1000, UTC).date() for event in events]
    ((busiest, _),) = Counter(days).most_common(1)
    of_the_day = [event for event, day in zip(events, days, strict=True) if day == busiest]
    return of_the_day[-count:]  # the first of a day began the evening before


def _bounded(events: Sequence[LogEvent]) -> list[tuple[LogEvent, ...]]:
    return list(batched(events, MOST_EVENTS_A_RECORD, strict=False))


def _plain_calls(events: Sequence[LogEvent]) -> list[tuple[LogEvent, dict[str, Any]]]:
    flat = [event for event in events if event["message"].startswith('{"_event_type"')]
    calls = [(event, json.loads(event["message"])) for event in flat]
    return [
        (event, call)
        for event, call in calls
        if call.get("transcript") and "transcript_text" not in call
    ]


def _broken(number: int, event: LogEvent) -> LogEvent:
    """By turns a line that was cut off, and a call of which nothing is known."""
    line = event["message"]
    cut = line[: len(line) // 2] if "session_analytics" in line[: len(line) // 2] else line[:-1]
    return {
        **event,
        "message": '{"_event_type": "session_analytics", "outcome": "resolved"}'
        if number % 2
        else cut,
    }
