"""Store rejects in S3, and reingest records into the stream.

Both return the ids of the records of which something could not be stored, and never raise: only
that record fails then, and Firehose keeps its bytes.
"""

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from clients import CONNECT_SECONDS, READ_SECONDS, client
from observability import logger
from session_analytics.rejects import RejectedObject

MAX_BATCH_RECORDS = 500  # of PutRecordBatch
MAX_BATCH_BYTES = 4 * 1024 * 1024  # of PutRecordBatch, the whole request
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0
# No attempt is begun that could last beyond the function's timeout: that would cost the batch.
_ATTEMPT_SECONDS = CONNECT_SECONDS + READ_SECONDS
_RESPONSE_SECONDS = 2  # for returning the response
_RECORD_SECONDS = 20  # for the costliest record, measured by `make bench`
# A request is refused as a whole for one of its records.
_REFUSED_AS_A_WHOLE = frozenset({"InvalidArgumentException", "ValidationException", "413"})


class Reingested(NamedTuple):
    """A record for the stream, and the id of the record that it was made of."""

    record_id: str
    data: bytes


class Deadline:
    """The time until which AWS may be called.

    `remaining_ms` is the context's get_remaining_time_in_millis; `reserve` the seconds that must be
    left for what comes afterwards.
    """

    def __init__(
        self, remaining_ms: Callable[[], int], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._remaining_ms = remaining_ms
        self._sleep = sleep

    def allows_reading(self) -> bool:
        """Whether one more record can be read, rejects stored and records reingested in time."""
        return (
            self._remaining_seconds() >= _RECORD_SECONDS + 2 * _ATTEMPT_SECONDS + _RESPONSE_SECONDS
        )

    def allows_attempt(self, reserve: float = 0) -> bool:
        """Whether an attempt that is begun now ends in time, however long it takes."""
        return self._remaining_seconds() >= _ATTEMPT_SECONDS + _RESPONSE_SECONDS + reserve

    def rounds(self, reserve: float = 0) -> Iterator[None]:
        """Rounds of attempts with growing, jittered pauses, while one more attempt is allowed."""
        pause = _FIRST_PAUSE_SECONDS
        while self.allows_attempt(reserve):
            yield
            if "AWS_SAM_LOCAL" in os.environ:  # `sam local invoke`: AWS will not come back there
                return
            delay = random.uniform(pause / 2, pause)  # noqa: S311 - jitter
            if not self.allows_attempt(reserve + delay):
                return
            self._sleep(delay)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def _remaining_seconds(self) -> float:
        return self._remaining_ms() / 1000


def store_rejects(
    objects: Sequence[RejectedObject], bucket: str, deadline: Deadline
) -> frozenset[str]:
    """Store the objects. Returns the ids of the records whose rejects could not be stored.

    Leaves time for one attempt to reingest: S3 may be down while Firehose is not.
    """
    waiting = list(objects)
    for _ in deadline.rounds(_ATTEMPT_SECONDS):
        waiting = [
            rejected
            for rejected in waiting
            if not (deadline.allows_attempt(_ATTEMPT_SECONDS) and _store(rejected, bucket))
        ]
        if not waiting:
            break
    return frozenset(record_id for rejected in waiting for record_id in rejected.record_ids)


def reingest(records: Sequence[Reingested], stream: str, deadline: Deadline) -> frozenset[str]:
    """Send the records into the stream. Returns the ids of those that could not all be sent."""
    waiting = list(records)
    for _ in deadline.rounds():
        waiting = [
            record
            for batch in _batches(waiting)
            for record in (_send(batch, stream, deadline) if deadline.allows_attempt() else batch)
        ]
        if not waiting:
            break
    return frozenset(record.record_id for record in waiting)


def _store(rejected: RejectedObject, bucket: str) -> bool:
    """Whether the object is stored."""
    try:
        client("s3").put_object(
            Bucket=bucket, Key=rejected.key, Body=rejected.body, ContentType="application/gzip"
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, the rejects are not stored
        logger.warning("rejects refused", reason=_reason(error))
        return False
    return True


def _batches(records: Sequence[Reingested]) -> Iterator[list[Reingested]]:
    """The records in requests within the limits of PutRecordBatch: by count and by bytes."""
    batch: list[Reingested] = []
    size = 0
    for record in records:
        if batch and (len(batch) == MAX_BATCH_RECORDS or size + len(record.data) > MAX_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += len(record.data)
    if batch:
        yield batch


def _send(batch: list[Reingested], stream: str, deadline: Deadline) -> list[Reingested]:
    """Send a batch. Returns the records that the stream refused.

    A request that is refused as a whole is sent again in halves: one bad record costs itself alone.
    """
    try:
        response = client("firehose").put_record_batch(
            DeliveryStreamName=stream, Records=[{"Data": record.data} for record in batch]
        )
        results = response["RequestResponses"]
        refused = [
            record for record, result in zip(batch, results, strict=True) if _is_refused(result)
        ]
    except Exception as error:  # noqa: BLE001 - whatever it is, nothing is known to be stored
        reason = _reason(error)
        logger.warning("records refused", reason=reason, records=len(batch))
        if reason not in _REFUSED_AS_A_WHOLE or len(batch) == 1 or not deadline.allows_attempt():
            return batch
        middle = len(batch) // 2
        halves = batch[:middle], batch[middle:]
        return [record for half in halves for record in _send(half, stream, deadline)]
    if refused:
        codes = sorted({str(result.get("ErrorCode")) for result in results if _is_refused(result)})
        logger.warning("records refused", reason=",".join(codes), records=len(refused))
    return refused


def _is_refused(result: Mapping[str, Any]) -> bool:
    return bool(result.get("ErrorCode")) or not result.get("RecordId")


def _reason(error: Exception) -> str:
    """The error's code, or its class. Never its text, which may quote what was sent."""
    response = getattr(error, "response", None)
    details = response.get("Error") if isinstance(response, dict) else None
    code = details.get("Code") if isinstance(details, dict) else None
    return code if isinstance(code, str) and code else type(error).__qualname__
