"""The transformation that Firehose invokes: CloudWatch Logs batches in, rows for the table out."""

import binascii
from base64 import b64decode
from collections import Counter
from typing import Any, TypedDict

from observability import logger
from session_analytics.batch import transform
from session_analytics.cloudwatch import CorruptRecord, decode
from session_analytics.partition import Partitions
from session_analytics.response import Answer, Response, answer, failed, respond
from session_analytics.values import from_epoch_ms
from settings import SETTINGS, TRANSFORM_VERSION


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
    counts: Counter[str] = Counter()
    response = respond([_transform(record, counts) for record in event["records"]])
    counts.update(f"records_{entry['result'].lower()}" for entry in response["records"])
    logger.info(
        "transformed",
        invocation_id=event.get("invocationId"),
        request_id=context.aws_request_id,
        transform_version=TRANSFORM_VERSION,
        extra=counts,
    )
    return response


def _transform(record: Record, counts: Counter[str]) -> Answer:
    record_id = record["recordId"]
    try:
        partitions = Partitions(SETTINGS.first_day, from_epoch_ms(record["approximateArrivalTimestamp"]).date())
        outcome = transform(decode(b64decode(record["data"], validate=True)), partitions)
    except (CorruptRecord, binascii.Error) as error:
        logger.warning("corrupt record", record_id=record_id, reason=str(error))
        return failed(record_id)
    except Exception as error:  # noqa: BLE001 - an unforeseen fault costs its own record; raising would cost the whole batch, four times
        logger.error("fault in the transformation", record_id=record_id, error=type(error).__qualname__, where=_where(error))
        return failed(record_id)
    counts["events"] += sum(map(len, outcome.lines.values())) + len(outcome.rejects) + outcome.ignored
    counts["rejects"] += len(outcome.rejects)
    counts["ignored"] += outcome.ignored
    return answer(record_id, outcome)


def _where(error: Exception) -> str:
    """The line that failed. Not the traceback: it may quote a payload."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else ""
