"""Firehose's side of a transformation: a batch through the function, an outcome a record.

Firehose Developer Guide, "Required parameters for data transformation" and "Handle failure in data
transformation"; the odd answers as observed on AWS by floci-io/floci (PR 3393, issue 3349), the
error messages as AWS writes them.
"""

import base64
import binascii
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from voice_analytics.local.firehose.records import Dropped, Failed, SourceRecord, Transformed
from voice_analytics.local.function.runtime import FunctionError
from voice_analytics.template.intrinsics import REGION

type Invoke = Callable[[Mapping[str, Any]], Any]
type Answer = Callable[[], Any]  # waits for the answer of an invocation
type Start = Callable[[Mapping[str, Any]], Answer]
type Result = Transformed | Dropped | Failed

_FUNCTION_ERROR = "The Lambda function was successfully invoked but it returned an error result."
_MISSING_ID = (
    "One or more record Ids were not returned. Ensure that the Lambda function returns "
    "all received record Ids."
)
_DUPLICATED_ID = (
    "Multiple records were returned with the same record Id. "
    "Ensure that the Lambda function returns a unique record Id for each record."
)
_NULL_DATA = (
    "The data field cannot be null when the SourceType is DirectPut or KinesisStreamAsSource and "
    "processing result is Ok. "
    "The value field cannot be null when the SourceType is MSKAsSource and processing result is Ok."
)
_PROCESSING_FAILED = "ProcessingFailed status set for record"
# AWS's own words are not published
_UNKNOWN_RESULT = "The result field must be one of Ok, Dropped or ProcessingFailed."


def begin(batch: Sequence[SourceRecord], start: Start, stream_arn: str) -> Answer:
    """Ask the function for the first time; returns what waits for its answer."""
    return start(_event(batch, 1, stream_arn))


def transform(
    batch: Sequence[SourceRecord], answer_of: Answer, start: Start, retries: int, stream_arn: str
) -> list[Transformed | Dropped | Failed]:
    """What became of each record; `answer_of` is from `begin`.

    The function is asked again only where it failed as a whole: `retries` times, then all fail.
    """
    for attempt in range(1, retries + 2):
        if attempt > 1:
            answer_of = start(_event(batch, attempt, stream_arn))
        answer = answer_of()
        if (
            not isinstance(answer, FunctionError)
            and (settled := _settled(batch, answer)) is not None
        ):
            return settled
    return [
        Failed(record, "Lambda.FunctionError", _FUNCTION_ERROR, retries + 1) for record in batch
    ]


def _event(batch: Sequence[SourceRecord], attempt: int, stream_arn: str) -> dict[str, Any]:
    """Each attempt has an invocation id of its own; record ids and data stay the same."""
    return {
        "invocationId": str(
            uuid.uuid5(uuid.NAMESPACE_OID, f"{batch[0].id} {len(batch)} {attempt}")
        ),
        "deliveryStreamArn": stream_arn,
        "region": REGION,
        "records": [
            {
                "recordId": record.id,
                "approximateArrivalTimestamp": record.arrival_ms,
                "data": base64.b64encode(record.data).decode(),
            }
            for record in batch
        ],
    }


def _settled(batch: Sequence[SourceRecord], answer: Any) -> list[Result] | None:
    """None where some `data` is not base64, which AWS takes for a function error."""
    returned = answer.get("records") if isinstance(answer, dict) else None
    results = (
        [result for result in returned or [] if isinstance(result, dict)]
        if isinstance(returned, list)
        else []
    )
    times = Counter(str(result.get("recordId")) for result in results)
    by_id = {str(result.get("recordId")): result for result in results}
    try:
        return [_one(record, by_id.get(record.id), times[record.id]) for record in batch]
    except binascii.Error:
        return None


def _one(record: SourceRecord, result: Mapping[str, Any] | None, times: int) -> Result:
    if result is None:
        return Failed(record, "Lambda.MissingRecordId", _MISSING_ID)
    if times > 1:
        return Failed(record, "Lambda.DuplicatedRecordId", _DUPLICATED_ID)
    match result.get("result"):
        case "Dropped":
            return Dropped(record)
        case "ProcessingFailed":
            return Failed(record, "Lambda.ProcessingFailedStatus", _PROCESSING_FAILED)
        case "Ok":
            return _transformed(record, result)
    return Failed(record, "Lambda.InvalidReturnFormat", _UNKNOWN_RESULT)


def _transformed(record: SourceRecord, result: Mapping[str, Any]) -> Transformed | Failed:
    data = result.get("data")
    if not isinstance(data, str):
        return Failed(record, "Lambda.InvalidReturnFormat", _NULL_DATA)
    return Transformed(
        record, base64.b64decode(data.encode(), validate=True), _partition_keys(result)
    )


def _partition_keys(result: Mapping[str, Any]) -> dict[str, str]:
    """`metadata.partitionKeys`: text to text; anything else is as if it were missing."""
    metadata = result.get("metadata")
    keys = metadata.get("partitionKeys") if isinstance(metadata, dict) else None
    return (
        {key: value for key, value in keys.items() if isinstance(value, str)}
        if isinstance(keys, dict)
        else {}
    )
