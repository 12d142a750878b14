"""The transformation that Firehose invokes: CloudWatch Logs batches in, rows for the table out.

Rejects and reingested records are stored first, then the response is returned: a crash in between
repeats work and loses nothing.
"""

import binascii
import time
from collections.abc import Sequence
from typing import Any, TypedDict

from observability import count, logger, report
from policy import privacy_policy
from pybase64 import b64decode
from session_analytics.batch import Rules, read_record, where
from session_analytics.cloudwatch import CorruptRecord
from session_analytics.rejects import protect_rejects, rejected_objects
from session_analytics.response import (
    RecordResult,
    Response,
    failed,
    fit_to_response,
    reingest_unchanged,
    result_of,
    to_response,
)
from settings import SETTINGS, TRANSFORM_VERSION
from stores import Deadline, Reingested, reingest, store_rejects

# Per invocation. About a third of this already fills the response; unpacking more is wasted work.
MAX_UNPACKED_BYTES = 16 * 1024 * 1024
# Per invocation: rejects that have next to no bytes fill the memory too.
MAX_EVENTS = 50_000


class Record(TypedDict):
    """A record of the invocation: `data` is base64, its arrival epoch milliseconds."""

    recordId: str
    approximateArrivalTimestamp: int
    data: str


class TransformationEvent(TypedDict):
    """Firehose's transformation event (source Direct PUT)."""

    invocationId: str
    deliveryStreamArn: str
    region: str
    records: list[Record]


def lambda_handler(event: TransformationEvent, context: Any) -> Response:
    """The response for every record of the invocation. A bad record costs itself alone."""
    started = time.perf_counter()
    stream = event.get("deliveryStreamArn", "").rpartition("/")[2]
    deadline = Deadline(context.get_remaining_time_in_millis)
    policy = privacy_policy()
    results = _read(event.get("records", ()), SETTINGS.rules._replace(policy=policy), deadline)
    results = fit_to_response(results)
    if policy is not None:
        results = protect_rejects(results, policy)
    results = _store(results, stream, deadline)
    report(
        count(results),
        (time.perf_counter() - started) * 1000,
        invocation_id=event.get("invocationId"),
        request_id=context.aws_request_id,
        transform_version=TRANSFORM_VERSION,
    )
    return to_response(results)


def _read(records: Sequence[Record], rules: Rules, deadline: Deadline) -> list[RecordResult]:
    """The result of each record by itself.

    The first is always read. Behind MAX_UNPACKED_BYTES or MAX_EVENTS, and when little time is left,
    records are reingested unread: memory and time stay bounded. A record without an id cannot be
    answered.
    """
    results: list[RecordResult] = []
    unpacked_bytes = events = 0
    for record in records:
        if not isinstance(record.get("recordId"), str):
            logger.warning("record without an id")
            continue
        is_full = unpacked_bytes > MAX_UNPACKED_BYTES or events > MAX_EVENTS
        unread = bool(results) and (is_full or not deadline.allows_reading())
        result = _read_record(record, rules, unread=unread)
        if result.transformed is not None:
            unpacked_bytes += result.transformed.unpacked_bytes
            events += result.transformed.outcome.events
        results.append(result)
    return results


def _read_record(record: Record, rules: Rules, *, unread: bool) -> RecordResult:
    record_id = record["recordId"]
    try:
        data = b64decode(record["data"], validate=True)
        if unread:
            return reingest_unchanged(record_id, data)
        transformed = read_record(data, record["approximateArrivalTimestamp"], rules)
        return result_of(record_id, transformed)
    except (CorruptRecord, binascii.Error) as error:
        logger.warning("corrupt record", record_id=record_id, reason=str(error))
    except Exception as error:  # noqa: BLE001 - raised, it would cost the whole batch
        logger.error(
            "fault in the transformation",
            record_id=record_id,
            error=type(error).__qualname__,
            where=where(error),
        )
    return failed(record_id)


def _store(results: Sequence[RecordResult], stream: str, deadline: Deadline) -> list[RecordResult]:
    """The results once rejects are stored and records reingested; what could not be has failed."""
    rejects = rejected_objects(results, TRANSFORM_VERSION)
    lost = store_rejects(rejects, SETTINGS.bucket, deadline)
    records = [
        Reingested(result.record_id, data)
        for result in results
        if result.record_id not in lost
        for data in result.reingest
    ]
    lost |= reingest(records, stream, deadline)
    return [
        failed(result.record_id, result.transformed) if result.record_id in lost else result
        for result in results
    ]
