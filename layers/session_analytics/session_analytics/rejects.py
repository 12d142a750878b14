"""Log events that are no valid session_analytics event: the objects that hold the rows of
`rejected_events`.

They go to S3 as gzipped newline-delimited JSON, one object an invocation and date. Its key is a
hash of what is in it and the bytes are the same for the same rejects, so that an invocation that
Firehose repeats writes the same object again.
"""

from __future__ import annotations

import gzip
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, cast

import orjson

from session_analytics.schema.values import column_text, from_epoch_ms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from session_analytics.batch import Reject, Transformed
    from session_analytics.schema.row import RejectedEvent

REJECTED_PREFIX = "rejected/"


class RejectedObject(NamedTuple):
    """An object to be stored.

    `records` are the positions in the invocation of the records that it holds rejects of.
    """

    key: str
    body: bytes
    records: frozenset[int]


class _Placed(NamedTuple):
    row: RejectedEvent
    record: int


def rejected_objects(
    rejects: Iterable[tuple[int, Transformed, Reject]], transform_version: str
) -> list[RejectedObject]:
    """The objects for an invocation's rejects, each given with its record and that one's position."""
    by_date: dict[str, list[_Placed]] = {}
    for position, record, reject in rejects:
        date = record.partitions.of_log_event(from_epoch_ms(reject.log_event["timestamp"]))
        by_date.setdefault(date.isoformat(), []).append(
            _Placed(_row(reject, record, transform_version), position)
        )
    return [_object(date, placed) for date, placed in sorted(by_date.items())]


def _object(date: str, placed: list[_Placed]) -> RejectedObject:
    placed.sort(
        key=lambda item: (item.row["event_id"], item.row["error_code"], item.row["raw_message"])
    )
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
