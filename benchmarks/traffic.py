"""Invented calls on their way to the function: log events, records, invocations.

The lines are the generator's. One log stream takes them all; what an agent sends at once shares a
record, and Firehose hands over what came within the 60 seconds or the 0.3 MB that template.yaml
says. So a quiet hour makes small invocations, as in life.
"""

import os
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from session_analytics.cloudwatch import encode
from session_analytics.schema.envelope import LogEvent

from voice_analytics.catalog.columns import typed_columns
from voice_analytics.errors import UserError
from voice_analytics.local.firehose.bucket import Bucket
from voice_analytics.local.firehose.records import SourceRecord
from voice_analytics.local.firehose.stream import Firehose
from voice_analytics.local.logs.subscription import log_batch, log_events
from voice_analytics.local.logs.subscription import records as batched_records
from voice_analytics.synthetic import generate
from voice_analytics.template.application import Application, TransformFunction
from voice_analytics.template.filter_pattern import compile_pattern
from voice_analytics.template.intrinsics import REGION
from voice_analytics.template.reader import read_template

ROOT = Path(__file__).parents[1]
LAST_DAY = date(2026, 11, 22)  # a Sunday: the week that it ends is a whole one
DAYS = 7
_SEED = 1
_LOG_STREAM = "agent"

type Invocation = Mapping[str, Any]


@cache
def application() -> Application:
    """The data path that template.yaml describes, with its defaults."""
    return read_template(ROOT / "template.yaml")


def transform_function() -> TransformFunction:
    """The function in it."""
    return _function_of(application())


def transform_function_of(profile: str) -> TransformFunction:
    """The function under a profile of the privacy policy."""
    return _function_of(read_template(ROOT / "template.yaml", {"PrivacyProfile": profile}))


def _function_of(described: Application) -> TransformFunction:
    function = described.stream.function
    if function is None:
        raise UserError("the template's stream has no function", "restore it in template.yaml")
    return function


@cache
def week(calls: int) -> tuple[LogEvent, ...]:
    """What the subscription passes on of a week with so many calls."""
    return _subscribed(generate(calls, DAYS, _SEED, LAST_DAY))


@cache
def flawed_week(calls: int, flawed: float) -> tuple[LogEvent, ...]:
    """Such a week, in which that share of the calls has a value that violates the contract."""
    return _subscribed(generate(calls, DAYS, _SEED, LAST_DAY, corrupted=flawed))


def arriving(events: Iterable[LogEvent]) -> Iterator[SourceRecord]:
    """The events as records, each arriving when the last of its events was written."""
    events = list(events)
    position = 0
    for number, record in enumerate(
        batched_records(events, _LOG_STREAM, application().subscription)
    ):
        position += len(record.event_ids)
        yield SourceRecord(
            _id(number), events[position - 1]["timestamp"], record.data, record.event_ids
        )


def at_once(batches: Sequence[Sequence[LogEvent]]) -> Iterator[SourceRecord]:
    """A record for each batch of events.

    All arrive at the same time, so that invocations are as large as the buffer.
    """
    arrival_ms = max(event["timestamp"] for batch in batches for event in batch)
    for number, batch in enumerate(batches):
        data = encode(log_batch(list(batch), _LOG_STREAM, application().subscription))
        yield SourceRecord(_id(number), arrival_ms, data, tuple(event["id"] for event in batch))


def invocations(records: Iterable[SourceRecord]) -> list[Invocation]:
    """What Firehose hands to the function, in its order."""
    events: list[Invocation] = []

    def take(event: Invocation) -> Any:
        events.append(event)
        return {
            "records": [
                {"recordId": record["recordId"], "result": "Dropped"} for record in event["records"]
            ]
        }

    firehose = Firehose(
        application().stream,
        typed_columns(),
        partial(partial, take),
        Bucket(Path(os.devnull)),
        lambda _: None,
    )
    for record in records:
        firehose.put(record)
    firehose.drain()
    return events


def one_invocation(batches: Sequence[Sequence[LogEvent]]) -> Invocation:
    """A record for each batch of events, all in one invocation, however large it is."""
    stream = application().stream
    records = [
        {
            "recordId": record.id,
            "approximateArrivalTimestamp": record.arrival_ms,
            "data": b64encode(record.data).decode(),
        }
        for record in at_once(batches)
    ]
    return {
        "invocationId": "invocation",
        "deliveryStreamArn": stream.arn,
        "region": REGION,
        "records": records,
    }


def _subscribed(lines: Iterable[str]) -> tuple[LogEvent, ...]:
    matches = compile_pattern(application().subscription.filter_pattern)
    return tuple(
        event for event in log_events(_LOG_STREAM, list(lines), 0) if matches(event["message"])
    )


def _id(number: int) -> str:
    """As long as Firehose's."""
    return f"{number:056d}"
