"""The transformation that Firehose invokes: CloudWatch Logs batches in, rows for the table out.

Rejects and reingested records are stored first, then the response is returned: a crash in between
repeats work and loses nothing.
"""

import binascii
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from observability import count, logger, report
from policy import privacy_policy
from pybase64 import b64decode
from session_analytics.batch import Rules, read_record
from session_analytics.cloudwatch import CorruptRecord
from session_analytics.rejects import rejected_objects
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

if TYPE_CHECKING:
    from session_analytics.privacy.policy import Policy

# Per invocation. About a third of this already fills the response; unpacking more is wasted work.
MAX_UNPACKED_BYTES = 16 * 1024 * 1024


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
    stream = event["deliveryStreamArn"].rpartition("/")[2]
    policy = privacy_policy()
    results = _read(event["records"], SETTINGS.rules._replace(policy=policy))
    results = fit_to_response(results)
    results = _store(results, policy, stream, Deadline(context.get_remaining_time_in_millis))
    counts = count(results)
    report(counts, (time.perf_counter() - started) * 1000)
    logger.info(
        "transformed",
        invocation_id=event["invocationId"],
        request_id=context.aws_request_id,
        transform_version=TRANSFORM_VERSION,
        extra=counts,
    )
    return to_response(results)


def _read(records: Sequence[Record], rules: Rules) -> list[RecordResult]:
    """The result of each record by itself.

    The first is always read. Behind MAX_UNPACKED_BYTES records are reingested unread, so that
    memory and time stay bounded.
    """
    results: list[RecordResult] = []
    unpacked_bytes = 0
    for record in records:
        result = _read_record(record, rules, unread=unpacked_bytes > MAX_UNPACKED_BYTES)
        unpacked_bytes += result.transformed.unpacked_bytes if result.transformed else 0
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
            where=_where(error),
        )
    return failed(record_id)


def _store(
    results: Sequence[RecordResult], policy: "Policy | None", stream: str, deadline: Deadline
) -> list[RecordResult]:
    """The results once rejects are stored and records reingested; what could not be has failed."""
    rejects = rejected_objects(results, TRANSFORM_VERSION, policy)
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


def _where(error: Exception) -> str:
    """The place that failed. Not the traceback: it may quote a payload."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else ""
