"""A delivery stream on one machine: buffers records, transforms them, and delivers the result.

Firehose Developer Guide, "Transform source data": the buffer hints count the bytes as they were
put, and transformation comes before conversion. Firehose takes them for hints; here a batch is sent
once it has reached the size, so it may be larger by one record.
"""

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
from voice_analytics.local.firehose.transformation import Invoke, transform
from voice_analytics.template.application import DeliveryStream
from voice_analytics.template.delivery_stream import MEBIBYTE

# Halves of halves, and what waits behind records that fill an answer, are some dozens of a record:
# more is a multiplication.
_REINGESTED_AT_LEAST = 1_000
_REINGESTED_A_RECORD = 100


class Firehose:
    """Takes records with `put` until `drain`; the function may `reingest`.

    `columns` are those of the stream's table; `report` hears where each record ended. `invoke`
    asks the function; a stream whose processing is switched off has none.
    """

    def __init__(
        self,
        stream: DeliveryStream,
        columns: Sequence[tuple[str, HiveType]],
        invoke: Invoke | None,
        bucket: Bucket,
        report: Callable[[Outcome], object],
    ) -> None:
        self._stream = stream
        self._processor = stream.destination.processor
        self._invoke = invoke
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
        while self._returned and self._processor:
            self._now_ms += self._processor.buffer_interval_in_seconds * 1000
            self._take_returned()
            self._transform()
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
            self._hand_on(Transformed(record, record.data, {}))
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
        if not batch or self._processor is None or self._invoke is None:
            return
        for result in transform(
            batch, self._invoke, self._processor.number_of_retries, self._stream.arn
        ):
            self._hand_on(result)

    def _hand_on(self, result: Transformed | Dropped | Failed) -> None:
        self._delivery.flush(self._now_ms)
        match result:
            case Transformed():
                self._delivery.deliver(result, self._now_ms)
            case Dropped():
                self._report(Outcome(result.source, "dropped"))
            case Failed():
                self._delivery.fail(result, self._now_ms)
