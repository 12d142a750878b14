"""Textbook: what the documentation of AWS Lambda Powertools and pydantic leads to.

Powertools' data classes for event and answer; models of the event; each message validated with
`model_validate_json`, dumped with `model_dump`, written with `json.dumps`. An event that does not
validate is left out. Wrapped and escaped lines are looked into: one cannot do without that. There
is not a table with columns, no salvage of single values, no account of what was lost.
"""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.data_classes import KinesisFirehoseEvent
from aws_lambda_powertools.utilities.data_classes.kinesis_firehose_event import (
    KinesisFirehoseDataTransformationRecordMetadata,
    KinesisFirehoseDataTransformationResponse,
    KinesisFirehoseRecord,
)
from aws_lambda_powertools.utilities.serialization import base64_from_str
from pydantic import ValidationError

from benchmarks.contenders.textbook_models import Line, SessionAnalytics
from benchmarks.traffic import Invocation


def textbook(event: Invocation) -> dict[str, Any]:
    response = KinesisFirehoseDataTransformationResponse()
    for record in KinesisFirehoseEvent(dict(event)).records:
        batch = json.loads(gzip.decompress(record.data_as_bytes))
        events = [
            session_event
            for log_event in batch["logEvents"]
            if (session_event := _read(log_event["message"]))
        ]
        response.add_record(_answer(record, events))
    return response.asdict()


def _answer(record: KinesisFirehoseRecord, events: list[SessionAnalytics]) -> Any:
    if not events:
        return record.build_data_transformation_response(result="Dropped")
    lines = "".join(
        json.dumps(event.model_dump(mode="json", exclude_none=True)) + "\n" for event in events
    )
    dt = f"{events[0].start_time or events[0].timestamp or datetime.now(UTC):%Y-%m-%d}"
    return record.build_data_transformation_response(
        result="Ok",
        data=base64_from_str(lines),
        metadata=KinesisFirehoseDataTransformationRecordMetadata(partition_keys={"dt": dt}),
    )


def _read(message: str) -> SessionAnalytics | None:
    """The event in one of the shapes in which LiveKit's formatter writes it."""
    try:
        line = Line.model_validate_json(message)
        if line.analytics_data:
            return line.analytics_data
        return SessionAnalytics.model_validate_json(line.message or message)
    except ValidationError:
        return None
