"""The only calls of AWS: rejects are stored in S3, records are put back into the stream.

Both say what they could not store, and never raise for it: the record in question then fails alone,
and Firehose keeps its bytes. boto3 is imported here and only when something has to be stored: it is
the dearest import.
"""

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from observability import logger
from session_analytics.rejects import RejectedObject

MAX_BATCH_RECORDS = 500  # of PutRecordBatch
MAX_BATCH_BYTES = 4 * 1024 * 1024  # of PutRecordBatch, the whole request
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0
# Of one attempt; none is begun that could last beyond the function's own end, which would cost the
# whole batch.
_CONNECT_SECONDS, _READ_SECONDS = 1, 5
_ATTEMPT_SECONDS = _CONNECT_SECONDS + _READ_SECONDS
_ANSWERING_SECONDS = 2  # for the response itself


@cache
def s3_client() -> Any:
    """The S3 client."""
    import boto3  # noqa: PLC0415 - see above

    return boto3.client("s3", config=_one_attempt())


@cache
def firehose_client() -> Any:
    """The Firehose client."""
    import boto3  # noqa: PLC0415 - see above

    return boto3.client("firehose", config=_one_attempt())


def _one_attempt() -> Any:
    """A call is one attempt: when to try again is decided here, by the time that is left."""
    from botocore.config import Config  # noqa: PLC0415 - see above

    return Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1},
    )


class PutBack(NamedTuple):
    """A record to be put back into the stream, and the position in the invocation of the record that it came from."""

    record: int
    data: bytes


class Deadline:
    """Until when something may be tried. `remaining_ms` is the context's
    get_remaining_time_in_millis.

    `reserve` is how many seconds are to be left for what comes afterwards.
    """

    def __init__(
        self, remaining_ms: Callable[[], int], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._remaining_ms = remaining_ms
        self._sleep = sleep

    def allows_attempt(self, reserve: float = 0) -> bool:
        """Whether an attempt that is begun now ends in time, however long it takes."""
        return self._left() >= _ATTEMPT_SECONDS + _ANSWERING_SECONDS + reserve

    def rounds(self, reserve: float = 0) -> Iterator[None]:
        """Rounds of attempts, with growing jittered pauses between them, for as long as one more is allowed."""
        pause = _FIRST_PAUSE_SECONDS
        while self.allows_attempt(reserve):
            yield
            if (
                "AWS_SAM_LOCAL" in os.environ
            ):  # `sam local invoke`: no AWS comes back there, and a person waits for the answer
                return
            delay = random.uniform(pause / 2, pause)  # noqa: S311 - jitter
            if not self.allows_attempt(reserve + delay):
                return
            self._sleep(delay)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def _left(self) -> float:
        return self._remaining_ms() / 1000


def store_rejects(
    objects: Sequence[RejectedObject], bucket: str, deadline: Deadline
) -> frozenset[int]:
    """Store the objects; the positions of the records of which rejects could not be stored.

    Leaves time for an attempt to put records back: S3 may be out of order, and Firehose not.
    """
    waiting = list(objects)
    for _ in deadline.rounds(_ATTEMPT_SECONDS):
        waiting = [
            rejected
            for rejected in waiting
            if not (deadline.allows_attempt(_ATTEMPT_SECONDS) and _stored(rejected, bucket))
        ]
        if not waiting:
            break
    return frozenset(record for rejected in waiting for record in rejected.records)


def put_back(pieces: Sequence[PutBack], stream: str, deadline: Deadline) -> frozenset[int]:
    """Put the records back into the stream.

    The positions of those records of which a piece could not be put back.
    """
    waiting = list(pieces)
    for _ in deadline.rounds():
        waiting = [
            piece
            for batch in _batches(waiting)
            for piece in (_refused(batch, stream) if deadline.allows_attempt() else batch)
        ]
        if not waiting:
            break
    return frozenset(piece.record for piece in waiting)


def _stored(rejected: RejectedObject, bucket: str) -> bool:
    try:
        s3_client().put_object(
            Bucket=bucket, Key=rejected.key, Body=rejected.body, ContentType="application/gzip"
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, the rejects are not stored
        logger.warning("rejects refused", reason=_reason(error))
        return False
    return True


def _batches(pieces: Sequence[PutBack]) -> Iterator[list[PutBack]]:
    """The pieces in requests that PutRecordBatch takes: bounded by count and by bytes."""
    batch: list[PutBack] = []
    size = 0
    for piece in pieces:
        if batch and (len(batch) == MAX_BATCH_RECORDS or size + len(piece.data) > MAX_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(piece)
        size += len(piece.data)
    if batch:
        yield batch


def _refused(batch: list[PutBack], stream: str) -> list[PutBack]:
    """Sends a batch; the pieces that were not taken.

    A response tells it for each, in their order.
    """
    try:
        response = firehose_client().put_record_batch(
            DeliveryStreamName=stream, Records=[{"Data": piece.data} for piece in batch]
        )
        results = response["RequestResponses"]
        refused = [
            piece for piece, result in zip(batch, results, strict=True) if "RecordId" not in result
        ]
    except Exception as error:  # noqa: BLE001 - whatever it is, nothing is known to be stored
        logger.warning("records refused", reason=_reason(error), records=len(batch))
        return batch
    if refused:
        codes = sorted(
            {str(result.get("ErrorCode")) for result in results if "RecordId" not in result}
        )
        logger.warning("records refused", reason=",".join(codes), records=len(refused))
    return refused


def _reason(error: Exception) -> str:
    """The error's code where AWS gave one; never its text, which may quote what was sent."""
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    return str(code or type(error).__qualname__)
