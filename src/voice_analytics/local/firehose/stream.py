"""A delivery stream on one machine: buffers records, transforms them, and delivers the result.

Firehose Developer Guide, "Transform source data": the buffer hints count the bytes as they were
put, and transformation comes before conversion. Firehose takes them for hints; here a batch is sent
once it has reached the size, so it may be larger by one record.
"""

from collections import deque
from collections.abc import Callable, Sequence

from voice_analytics.catalog.hive_types import HiveType
from voice_analytics.errors import UserError
from voice_analytics.local.firehose.bucket import Bucket
from voice_analytics.local.firehose.delivery import Delivery
from voice_analytics.local.firehose.records import (
    Dropped,
    Failed,
    Outcome,
    SourceRecord,
    Transformed,
)
from voice_analytics.local.firehose.transformation import Answer, Start, begin, transform
from voice_analytics.template.application import DeliveryStream
from voice_analytics.template.delivery_stream import MEBIBYTE

# Halves of halves, and what waits behind records that fill an answer, are some dozens of a record:
# more is a multiplication.
_REINGESTED_AT_LEAST = 1_000
_REINGESTED_A_RECORD = 100


class Firehose:
    """Takes records with `put` until `drain`; the function may `reingest`.

    `columns` are those of the stream's table; `report` hears where each record ended. `start`
    invokes the function; a stream whose processing is switched off has none. Up to `ahead`
    invocations are open while the next ones are started.
    """

    def __init__(  # noqa: PLR0913 - what a stream is made of
        self,
        stream: DeliveryStream,
        columns: Sequence[tuple[str, HiveType]],
        start: Start | None,
        bucket: Bucket,
        report: Callable[[Outcome], object],
        *,
        ahead: int = 0,
    ) -> None:
        self._stream = stream
        self._processor = stream.destination.processor
        self._start = start
        self._ahead = ahead
        self._invoked: deque[tuple[list[SourceRecord], int, Answer]] = deque()
        self._report = report
        self._delivery = Delivery(stream, columns, bucket, report)
        self._batch: list[SourceRecord] = []
        self._batch_bytes = 0
        self._returned: list[tuple[str, bytes, tuple[str, ...]]] = []
        self._came = 0
        self._reingest = 0
        self._now_ms = 0

    def put(self, record: SourceRecord) -> None:
        self._came += 1
        self._now_ms = max(self._now_ms, record.arrival_ms)
        self._take_returned()
        self._accept(record)

    def reingest(self, record_id: str, data: bytes, event_ids: tuple[str, ...]) -> None:
        """A record that the function puts while it runs.

        It arrives when the function has answered.
        """
        self._returned.append((record_id, data, event_ids))

    def drain(self) -> None:
        """Delivers what is buffered, then what is reingested of it, a buffer interval later each.

        Raises UserError where so much is reingested that the stream would never drain; so does
        `put`.
        """
        self._transform()
        self._settle(0)
        while self._returned and self._processor:
            self._now_ms += self._processor.buffer_interval_in_seconds * 1000
            self._take_returned()
            self._transform()
            self._settle(0)
        self._delivery.flush(self._now_ms, everything=True)

    def _take_returned(self) -> None:
        returned, self._returned = self._returned, []
        self._reingest += len(returned)
        if self._reingest > _REINGESTED_AT_LEAST + _REINGESTED_A_RECORD * self._came:
            raise UserError(
                f"the stream does not drain: {self._reingest:,} records were reingested where "
                f"{self._came:,} came",
                "lower reingest-timeout and function-crashed, which store and then fail; where "
                "they are off, mend the function",
            )
        for record_id, data, event_ids in returned:
            self._accept(SourceRecord(record_id, self._now_ms, data, event_ids))

    def _accept(self, record: SourceRecord) -> None:
        if self._processor is None:
            self._hand_on(Transformed(record, record.data, {}), self._now_ms)
            return
        if (
            self._batch
            and self._now_ms - self._batch[0].arrival_ms
            >= self._processor.buffer_interval_in_seconds * 1000
        ):
            self._transform()
        self._batch.append(record)
        self._batch_bytes += len(record.data)
        if self._batch_bytes >= self._processor.buffer_size_in_mbs * MEBIBYTE:
            self._transform()

    def _transform(self) -> None:
        batch, self._batch, self._batch_bytes = self._batch, [], 0
        if not batch or self._start is None:
            return
        self._invoked.append((batch, self._now_ms, begin(batch, self._start, self._stream.arn)))
        self._settle(self._ahead)

    def _settle(self, most: int) -> None:
        """Hand on what the function made, oldest first, until so many invocations are open."""
        while len(self._invoked) > most and self._processor and self._start:
            batch, now_ms, answer_of = self._invoked.popleft()
            retries = self._processor.number_of_retries
            for result in transform(batch, answer_of, self._start, retries, self._stream.arn):
                self._hand_on(result, now_ms)

    def _hand_on(self, result: Transformed | Dropped | Failed, now_ms: int) -> None:
        self._delivery.flush(now_ms)
        match result:
            case Transformed():
                self._delivery.deliver(result, now_ms)
            case Dropped():
                self._report(Outcome(result.source, "dropped"))
            case Failed():
                self._delivery.fail(result, now_ms)
