"""Log events back into the delivery stream: packed into records, at a bounded rate.

Firehose bills a record by 5 KiB begun, so events travel many to a record, as CloudWatch Logs sends
them. A refused record is sent again alone. PutRecordBatch takes 500 records and 4 MiB.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from botocore.exceptions import ClientError
from session_analytics.cloudwatch import encode
from session_analytics.response import MAX_RECORD_BYTES
from session_analytics.schema.envelope import LogBatch

from voice_analytics.operate.aws import Refused, error_code
from voice_analytics.operate.stack import Stack

MAX_EVENTS = 500  # a record; more would not fit into the function's response
MAX_BATCH_RECORDS = 500
MAX_BATCH_BYTES = 4 * 1024 * 1024
DEFAULT_BYTES_PER_SECOND = 512 * 1024  # half of the quota of a stream in most regions, 1 MiB/s
MAX_OPEN_DAYS = 300  # of the 500 partitions that Firehose keeps open: the live calls need some
_ATTEMPTS = 8
_FIRST_PAUSE_SECONDS = 0.5


class Packed(NamedTuple):
    """A record of the stream, with the number of its events and the days that its rows are of."""

    data: bytes
    events: int
    days: frozenset[str]


class TooLarge(Exception):  # noqa: N818 - it names the event
    """A log event that fits into no record."""


def pack(batch: LogBatch, days: Sequence[str]) -> Iterator[Packed]:
    """The batch as records; `days` are the partitions of its events, in their order.

    Raises TooLarge for an event that no record has room for.
    """
    events = batch["logEvents"]
    for start in range(0, len(events), MAX_EVENTS):
        end = min(start + MAX_EVENTS, len(events))
        yield from _fitting({**batch, "logEvents": events[start:end]}, days[start:end])


def _fitting(batch: LogBatch, days: Sequence[str]) -> Iterator[Packed]:
    events = batch["logEvents"]
    data = encode(batch)
    if len(data) <= MAX_RECORD_BYTES:
        yield Packed(data, len(events), frozenset(days))
        return
    if len(events) == 1:
        raise TooLarge(events[0]["id"])
    middle = len(events) // 2
    yield from _fitting({**batch, "logEvents": events[:middle]}, days[:middle])
    yield from _fitting({**batch, "logEvents": events[middle:]}, days[middle:])


@dataclass
class Sender:
    """Puts records into the stream, no faster than `bytes_per_second`, few days at a time."""

    stack: Stack
    bytes_per_second: int = DEFAULT_BYTES_PER_SECOND
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _free_at: float = 0.0
    _open_days: dict[str, float] = field(default_factory=dict)

    @property
    def days_stay_open(self) -> float:
        """For how many seconds Firehose keeps a partition open: it may be that late."""
        return 1.5 * self.stack.buffer_seconds

    def send(self, records: Iterable[Packed]) -> None:
        """Put all records into the stream. Raises Refused where it does not take them in time."""
        for batch in _batches(records, min(MAX_BATCH_BYTES, self.bytes_per_second)):
            self._wait_for_days(batch)
            self._put(batch)

    def _put(self, batch: Sequence[Packed]) -> None:
        waiting = list(batch)
        pause = _FIRST_PAUSE_SECONDS
        for _ in range(_ATTEMPTS):
            self._wait_for_rate(sum(len(record.data) for record in waiting))
            waiting = self._refused(waiting)
            if not waiting:
                return
            self.sleep(random.uniform(pause / 2, pause))  # noqa: S311 - jitter
            pause *= 2
        raise Refused(
            f"the stream {self.stack.stream} has refused {len(waiting)} records {_ATTEMPTS} times",
            "wait a quarter of an hour for its limit to rise, then resume with a smaller --rate",
        )

    def _refused(self, batch: Sequence[Packed]) -> list[Packed]:
        """Put a batch; the records that were not taken."""
        client = self.stack.aws.client("firehose")
        try:
            response = client.put_record_batch(
                DeliveryStreamName=self.stack.stream,
                Records=[{"Data": record.data} for record in batch],
            )
        except ClientError as error:
            if error_code(error) != "ServiceUnavailableException":
                raise
            return list(batch)
        results = response["RequestResponses"]
        return [
            record
            for record, result in zip(batch, results, strict=True)
            if "RecordId" not in result
        ]

    def _wait_for_rate(self, size: int) -> None:
        now = self.clock()
        if self._free_at > now:
            self.sleep(self._free_at - now)
        self._free_at = max(now, self._free_at) + size / self.bytes_per_second

    def _wait_for_days(self, batch: Sequence[Packed]) -> None:
        """Wait until the stream has room for the days of the batch."""
        days = frozenset[str]().union(*(record.days for record in batch))
        now = self.clock()
        self._open_days = {
            day: since
            for day, since in self._open_days.items()
            if now - since < self.days_stay_open
        }
        if self._open_days and len(self._open_days.keys() | days) > MAX_OPEN_DAYS:
            self.sleep(self.days_stay_open)
            self._open_days = {}
        self._open_days |= dict.fromkeys(days, self.clock())


def _batches(records: Iterable[Packed], most_bytes: int) -> Iterator[list[Packed]]:
    batch: list[Packed] = []
    size = 0
    for record in records:
        full = len(batch) == MAX_BATCH_RECORDS or size + len(record.data) > most_bytes
        if batch and full:
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += len(record.data)
    if batch:
        yield batch
