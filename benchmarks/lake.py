"""A week in the bucket as the stream of template.yaml delivers it.

Parquet, rejects, failed records; and the rows as JSON.
"""

from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from session_analytics.schema.envelope import LogEvent

from benchmarks.report import steps
from benchmarks.traffic import Invocation, application, arriving, transform_function, week
from voice_analytics.catalog.columns import typed_columns
from voice_analytics.local.clients import FirehoseClient, S3Client
from voice_analytics.local.faults import NONE
from voice_analytics.local.firehose.bucket import Bucket
from voice_analytics.local.firehose.records import SourceRecord
from voice_analytics.local.firehose.stream import Firehose
from voice_analytics.local.function.runtime import FunctionError, load
from voice_analytics.local.logs.subscription import event_ids

_CUT_EVERY = 100  # of so many events one is cut off, and ends among the rejects
_CORRUPT_EVERY = 200  # of so many records one is not gzip, and ends among the errors


class Lake(NamedTuple):
    """The folder that stands for the bucket, and the rows as JSON lines by day."""

    folder: Path
    lines: dict[str, list[bytes]]


def fill_lake(calls: int, folder: Path) -> Lake:
    """Send a week with so many calls through the stream."""
    stream = application().stream
    function = load(transform_function())
    lake = Lake(folder, {})
    bucket = Bucket(folder)

    def invoke(event: Invocation) -> Any:
        answer = function.invoke(event)
        if not isinstance(answer, FunctionError):
            _note(answer, lake)
        return answer

    def reingest(data: bytes) -> str:
        firehose.reingest(record_id := f"back-{len(data)}-{hash(data)}", data, event_ids(data))
        return record_id

    firehose = Firehose(stream, typed_columns(), partial(partial, invoke), bucket, lambda _: None)
    bucket_name = stream.destination.bucket_arn.rpartition(":")[2]
    function.connect(
        s3=S3Client(bucket_name, bucket.put, NONE),
        firehose=FirehoseClient(stream.name, reingest, NONE),
    )
    events = _some_cut(week(calls))
    for record in steps(_with_faults(arriving(events)), "filling a lake", len(events)):
        firehose.put(record)
    firehose.drain()
    return lake


def _note(answer: Any, lake: Lake) -> None:
    for record in answer["records"]:
        if record["result"] == "Ok":
            rows = b64decode(record["data"]).splitlines(keepends=True)
            lake.lines.setdefault(record["metadata"]["partitionKeys"]["dt"], []).extend(rows)


def _some_cut(events: Sequence[LogEvent]) -> list[LogEvent]:
    return [
        event if number % _CUT_EVERY else event | {"message": event["message"][:-1]}
        for number, event in enumerate(events, 1)
    ]


def _with_faults(records: Iterator[SourceRecord]) -> Iterator[SourceRecord]:
    for number, record in enumerate(records, 1):
        yield record if number % _CORRUPT_EVERY else replace(record, data=b"no gzip", event_ids=())
