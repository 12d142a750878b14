"""The lines that Firehose writes to the error prefix for a record that it could not deliver.

Developer Guide, "Handle failure in data transformation" and "Handle errors for data format
conversion"; names and types of the fields as in real objects (floci probes, September 2026: the key
is `lambdaARN`, numbers are numbers).
"""

import base64
import json
from typing import Any

from voice_analytics.local.firehose.records import Failed, Transformed
from voice_analytics.local.firehose.serde import ConversionError
from voice_analytics.template.delivery_stream import SchemaConfiguration


def processing_failed(failed: Failed, lambda_arn: str, now_ms: int) -> bytes:
    """`rawData` is the record as it was put."""
    return _line(
        {
            "rawData": base64.b64encode(failed.source.data).decode(),
            "errorCode": failed.code,
            "errorMessage": failed.message,
            "attemptsMade": failed.attempts,
            "arrivalTimestamp": failed.source.arrival_ms,
            "attemptEndingTimestamp": now_ms,
            "lambdaARN": lambda_arn,
        }
    )


def partitioning_failed(record: Transformed, code: str, message: str, now_ms: int) -> bytes:
    """The fields that all error objects share: those of this one are not published.

    `rawData` as the function returned it.
    """
    return _line(
        {
            "rawData": base64.b64encode(record.data).decode(),
            "errorCode": code,
            "errorMessage": message,
            "attemptsMade": 1,
            "arrivalTimestamp": record.source.arrival_ms,
            "attemptEndingTimestamp": now_ms,
        }
    )


def conversion_failed(
    record: Transformed, error: ConversionError, schema: SchemaConfiguration, now_ms: int
) -> bytes:
    """`rawData` is the record as the function returned it."""
    return _line(
        {
            "attemptsMade": 1,
            "arrivalTimestamp": record.source.arrival_ms,
            "lastErrorCode": error.code,
            "lastErrorMessage": error.message,
            "attemptEndingTimestamp": now_ms,
            "rawData": base64.b64encode(record.data).decode(),
            "sequenceNumber": record.source.id,
            "subSequenceNumber": None,
            "dataCatalogTable": {
                "catalogId": schema.catalog_id,
                "databaseName": schema.database_name,
                "tableName": schema.table_name,
                "region": schema.region,
                "versionId": schema.version_id,
                "catalogArn": f"arn:aws:glue:{schema.region}:{schema.catalog_id}:catalog",
            },
        }
    )


def _line(fields: dict[str, Any]) -> bytes:
    # Characters that have no UTF-8 form may stand in a message about them.
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"
