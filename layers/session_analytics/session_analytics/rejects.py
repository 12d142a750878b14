"""The S3 objects that hold rejected log events: the rows of the table `rejected_events`.

Gzipped newline-delimited JSON, one object an invocation and date. The key is a hash of the content,
so that an invocation that Firehose repeats writes the same object again.
"""

from __future__ import annotations

import gzip
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, cast

import orjson

from session_analytics.batch import fault
from session_analytics.schema.values import column_text, from_epoch_ms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from session_analytics.batch import Reject, Transformed
    from session_analytics.privacy.policy import Policy
    from session_analytics.response import RecordResult
    from session_analytics.schema.row import RejectedEvent

REJECTED_PREFIX = "rejected/"


class RejectedObject(NamedTuple):
    """An object to be stored, and the ids of the records whose rejects it holds."""

    key: str
    body: bytes
    record_ids: frozenset[str]


class _RejectedRow(NamedTuple):
    row: RejectedEvent
    record_id: str


def protect_rejects(results: Iterable[RecordResult], policy: Policy) -> list[RecordResult]:
    """The results with the lines of their rejects as the privacy policy stores them."""
    return [
        result._replace(rejects=tuple(_protected(reject, policy) for reject in result.rejects))
        for result in results
    ]


def _protected(reject: Reject, policy: Policy) -> Reject:
    """The reject with its line changed or withheld; where the policy fails, a `fault`."""
    try:
        text = policy.raw_message(reject.log_event["message"])
    except Exception as error:  # noqa: BLE001 - raised, it would cost the whole invocation
        message = f"{reject.code}, and the privacy policy failed: {fault(error)}"
        return reject._replace(code="fault", message=message, withheld=True)
    if text is None:
        return reject._replace(withheld=True)
    return reject._replace(log_event={**reject.log_event, "message": text})


def rejected_objects(
    results: Iterable[RecordResult], transform_version: str
) -> list[RejectedObject]:
    """The objects that hold an invocation's rejects, one a date."""
    by_date: dict[str, list[_RejectedRow]] = {}
    for result in results:
        for reject in result.rejects:
            assert result.transformed is not None
            row = _row(reject, result.transformed, transform_version)
            logged_at = from_epoch_ms(reject.log_event["timestamp"])
            date = result.transformed.partitions.of_log_event(logged_at)
            by_date.setdefault(date.isoformat(), []).append(_RejectedRow(row, result.record_id))
    return [_object(date, rows) for date, rows in sorted(by_date.items())]


def _object(date: str, rows: list[_RejectedRow]) -> RejectedObject:
    rows.sort(
        key=lambda item: (
            item.row["event_id"],
            item.row["error_code"],
            item.row.get("raw_message", ""),
        )
    )
    lines = b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row, _ in rows)
    return RejectedObject(
        key=f"{REJECTED_PREFIX}dt={date}/{sha256(lines).hexdigest()}.json.gz",
        body=gzip.compress(lines, compresslevel=6, mtime=0),
        record_ids=frozenset(record_id for _, record_id in rows),
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
    if reject.withheld:
        del row["raw_message"]
    return cast("RejectedEvent", row)
