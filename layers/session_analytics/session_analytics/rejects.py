"""Log events that are no valid session_analytics event: the table `rejected_events` and the objects that hold its rows.

They go to S3 as gzipped newline-delimited JSON, one object an invocation and date. Its key is a hash of what is in it and the
bytes are the same for the same rejects, so that an invocation that Firehose repeats writes the same object again.
"""

import gzip
from collections.abc import Iterable
from hashlib import sha256
from typing import Annotated, NamedTuple, TypedDict, cast

import orjson
from typing_extensions import Doc

from session_analytics.batch import Reject, Transformed
from session_analytics.values import Timestamp, column_text, from_epoch_ms

REJECTED_PREFIX = "rejected/"
ERROR_CODES = {
    "not_json": "the line, or the text in its message, names the event and is no JSON: it was cut, or is broken",
    "too_deep": "nested deeper than 200 levels",
    "missing_session_id": "none of session_id, _session_id, job_id, room_id and room says which call it was",
    "no_start_time": "neither a start, nor an end with a length, nor the time of the line",
    "too_large": "its row does not fit into an answer to Firehose, or its line not into a record",
}


class RejectedEvent(TypedDict, total=False):
    """One log event that could not become a row."""

    event_id: Annotated[str, Doc("Id that CloudWatch Logs gave the log event")]
    logged_at: Annotated[Timestamp, Doc("Time of the log event in CloudWatch Logs (UTC)")]
    aws_account_id: Annotated[str, Doc("AWS account of the log group")]
    log_group: Annotated[str, Doc("Log group that the line came from")]
    log_stream: Annotated[str, Doc("Log stream that the line came from")]
    error_code: Annotated[str, Doc("Why: " + ", ".join(ERROR_CODES))]
    error_path: Annotated[str, Doc("JSON Pointer of what is missing or wrong; empty for the line as a whole")]
    error_message: Annotated[str, Doc("Why, in words; quotes nothing of the line")]
    raw_message: Annotated[str, Doc("The line as it came, never cut: enough to replay the event. May hold personal data")]
    rejected_at: Annotated[Timestamp, Doc("Time at which the record arrived in Firehose (UTC)")]
    transform_version: Annotated[str, Doc("Hash of the code that rejected it")]


class RejectedObject(NamedTuple):
    """An object to be stored; `records` are the positions in the invocation of the records that it holds rejects of."""

    key: str
    body: bytes
    records: frozenset[int]


class _Placed(NamedTuple):
    row: RejectedEvent
    record: int


def rejected_objects(rejects: Iterable[tuple[int, Transformed, Reject]], transform_version: str) -> list[RejectedObject]:
    """The objects for an invocation's rejects, each given with its record and that one's position."""
    by_date: dict[str, list[_Placed]] = {}
    for position, record, reject in rejects:
        date = record.partitions.of_log_event(from_epoch_ms(reject.log_event["timestamp"]))
        by_date.setdefault(date.isoformat(), []).append(_Placed(_row(reject, record, transform_version), position))
    return [_object(date, placed) for date, placed in sorted(by_date.items())]


def _object(date: str, placed: list[_Placed]) -> RejectedObject:
    placed.sort(key=lambda item: (item.row["event_id"], item.row["error_code"], item.row["raw_message"]))
    lines = b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row, _ in placed)
    return RejectedObject(
        key=f"{REJECTED_PREFIX}dt={date}/{sha256(lines).hexdigest()}.json.gz",
        body=gzip.compress(lines, compresslevel=6, mtime=0),
        records=frozenset(record for _, record in placed),
    )


def _row(reject: Reject, record: Transformed, transform_version: str) -> RejectedEvent:
    row = {
        "event_id": reject.log_event["id"],
        "logged_at": column_text(from_epoch_ms(reject.log_event["timestamp"])),
        "aws_account_id": record.batch["owner"],
        "log_group": record.batch["logGroup"],
        "log_stream": record.batch["logStream"],
        "error_code": reject.code,
        "error_path": reject.path,
        "error_message": reject.message,
        "raw_message": reject.log_event["message"],
        "rejected_at": column_text(from_epoch_ms(record.arrived_ms)),
        "transform_version": transform_version,
    }
    return cast("RejectedEvent", row)
