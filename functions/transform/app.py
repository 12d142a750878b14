"""The transformation that Firehose invokes: CloudWatch Logs batches in, rows for the table out.

What is rejected or put back is stored first, then the response is returned: a crash in between
repeats work and loses nothing.
"""

import binascii
import time
from collections.abc import Sequence
from typing import Any, TypedDict

from observability import count, logger, report
from pybase64 import b64decode
from session_analytics.batch import Transformed, read_record
from session_analytics.cloudwatch import CorruptRecord
from session_analytics.rejects import rejected_objects
from session_analytics.response import Answer, Response, again, answer, failed, respond
from settings import SETTINGS, TRANSFORM_VERSION
from stores import Deadline, PutBack, put_back, store_rejects

# Of an invocation. A third of it fills an answer, unless most lines are of another kind; more is
# decompressed in vain.
MAX_UNPACKED_BYTES = 16 * 1024 * 1024


class Record(TypedDict):
    """One record of the invocation; `data` is base64, the time of arrival epoch milliseconds."""

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
    """Answer every record of the invocation, each by itself: a bad one costs itself alone."""
    started = time.perf_counter()
    records = _read_all(event["records"])
    stream = event["deliveryStreamArn"].rpartition("/")[2]
    answers = _store(
        records, answer(records), stream, Deadline(context.get_remaining_time_in_millis)
    )
    counts = count(records, answers)
    report(counts, (time.perf_counter() - started) * 1000)
    logger.info(
        "transformed",
        invocation_id=event["invocationId"],
        request_id=context.aws_request_id,
        transform_version=TRANSFORM_VERSION,
        extra=counts,
    )
    return respond(answers)


def _read_all(records: Sequence[Record]) -> list[Transformed | Answer]:
    """The records, of which the first is always read.

    Those that are not come again, so that memory and time stay bounded.
    """
    read: list[Transformed | Answer] = []
    unpacked_bytes = 0
    for record in records:
        said = _read(record, unread=unpacked_bytes > MAX_UNPACKED_BYTES)
        unpacked_bytes += said.unpacked_bytes if isinstance(said, Transformed) else 0
        read.append(said)
    return read


def _read(record: Record, *, unread: bool) -> Transformed | Answer:
    record_id = record["recordId"]
    try:
        data = b64decode(record["data"], validate=True)
        if unread:
            return again(record_id, data)
        return read_record(
            record_id, data, record["approximateArrivalTimestamp"], SETTINGS.first_day
        )
    except (CorruptRecord, binascii.Error) as error:
        logger.warning("corrupt record", record_id=record_id, reason=str(error))
    except Exception as error:  # noqa: BLE001 - an unforeseen fault costs its own record; raised, it would cost the whole batch
        logger.error(
            "fault in the transformation",
            record_id=record_id,
            error=type(error).__qualname__,
            where=_where(error),
        )
    return failed(record_id)


def _store(
    records: Sequence[Transformed | Answer],
    answers: Sequence[Answer],
    stream: str,
    deadline: Deadline,
) -> Sequence[Answer]:
    """Store the rejects, then put back what comes again.

    A record of which something could not be stored has failed.
    """
    rejects = (
        (position, record, reject)
        for position, (record, said) in enumerate(zip(records, answers, strict=True))
        if isinstance(record, Transformed)
        for reject in said.rejects
    )
    lost = store_rejects(rejected_objects(rejects, TRANSFORM_VERSION), SETTINGS.bucket, deadline)
    pieces = [
        PutBack(position, data)
        for position, said in enumerate(answers)
        if position not in lost
        for data in said.put_back
    ]
    lost |= put_back(pieces, stream, deadline)
    return [
        failed(said.record_id) if position in lost else said
        for position, said in enumerate(answers)
    ]


def _where(error: Exception) -> str:
    """The place that failed. Not the traceback: it may quote a payload."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else ""
