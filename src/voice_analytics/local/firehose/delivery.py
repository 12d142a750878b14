"""Firehose's side of delivery: buffers by partition, conversion to Parquet, objects in the bucket.

Firehose Developer Guide, "Partition streaming data" (dynamic-partitioning), "Convert input data
format", "Configure Amazon S3 object name format". Time is that of the records' arrival: the newest
one seen is now.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from voice_analytics.catalog.hive_types import HiveType
from voice_analytics.local.firehose import error_objects
from voice_analytics.local.firehose.bucket import Bucket
from voice_analytics.local.firehose.parquet import arrow_schema, to_parquet, to_table
from voice_analytics.local.firehose.plain_json import plain_reader
from voice_analytics.local.firehose.records import Failed, Outcome, SourceRecord, Transformed
from voice_analytics.local.firehose.serde import ConversionError, SerDe, deserializer
from voice_analytics.template.application import DeliveryStream
from voice_analytics.template.delivery_stream import MEBIBYTE
from voice_analytics.template.prefix import ErrorType, MissingPartitionKey, at

MAX_ACTIVE_PARTITIONS = (
    500  # default quota of a stream; what goes beyond is sent to the error prefix ("Quotas")
)
# bytes; typed rows are some twenty times as large as the Arrow table that they become
_CONVERTED_AT_ONCE = 2 * MEBIBYTE


@dataclass(slots=True)
class _Errors:
    """What is gathered for an object of failed records."""

    opened_ms: int
    items: list[tuple[SourceRecord, bytes]] = field(default_factory=list)
    size: int = 0


@dataclass(slots=True)
class _Partition:
    """What is gathered for a Parquet file: it is converted in parts, as it comes."""

    opened_ms: int
    waiting: list[Transformed] = field(default_factory=list)
    waiting_bytes: int = 0
    converted: list[tuple[SourceRecord, tuple[str, ...]]] = field(default_factory=list)
    tables: list[pa.Table] = field(default_factory=list)
    failed: list[tuple[Transformed, ConversionError]] = field(default_factory=list)
    size: int = 0


class Delivery:
    """Delivers transformed records, and keeps failed ones under the error prefix.

    `columns` are those of the table that records are converted by. `report` is called with where
    each record ended.
    """

    def __init__(
        self,
        stream: DeliveryStream,
        columns: Sequence[tuple[str, HiveType]],
        bucket: Bucket,
        report: Callable[[Outcome], object],
    ) -> None:
        self._stream = stream
        self._destination = stream.destination
        self._bucket = bucket
        self._report = report
        self._prefix = stream.destination.data_prefix
        conversion = stream.destination.conversion
        serde: SerDe = "openx" if conversion.input.deserializer.openx else "hive"
        self._parquet = conversion.output.serializer.parquet
        self._catalog = conversion.schema_configuration
        self._rows = deserializer(columns, serde)
        self._arrow_schema = arrow_schema(columns)
        self._plain = plain_reader(columns, self._arrow_schema)
        self._partitions: dict[tuple[str, ...], _Partition] = {}
        self._errors: dict[ErrorType, _Errors] = {}

    def deliver(self, record: Transformed, now_ms: int) -> None:
        """Buffers the record in its partition, and writes the partition when it is full."""
        try:
            partition = self._prefix.partition(record.partition_keys)
        except MissingPartitionKey as missing:
            message = f"partitionKeys has no value for {missing}"
            code = "DynamicPartitioning.MetadataExtractionFailed"
            self._partitioning_failed("metadata-extraction-failed", record, code, message, now_ms)
            return
        if partition not in self._partitions and len(self._partitions) == MAX_ACTIVE_PARTITIONS:
            message = f"More than {MAX_ACTIVE_PARTITIONS} partitions are active"
            code = "DynamicPartitioning.ActivePartitionsLimitExceeded"
            self._partitioning_failed("activePartitionExceeded", record, code, message, now_ms)
            return
        buffer = self._partitions.setdefault(partition, _Partition(now_ms))
        buffer.waiting.append(record)
        buffer.waiting_bytes += len(record.data)
        buffer.size += len(record.data)
        if buffer.waiting_bytes >= _CONVERTED_AT_ONCE:
            self._convert(buffer)
        if buffer.size >= self._destination.buffering_hints.size_in_mbs * MEBIBYTE:
            self._write_partition(partition, now_ms)

    def fail(self, failed: Failed, now_ms: int) -> None:
        """Keeps a record that was not transformed."""
        processor = self._destination.processor
        line = error_objects.processing_failed(
            failed, processor.lambda_arn if processor else "", now_ms
        )
        self._keep("processing-failed", failed.source, line, failed.code, now_ms)

    def flush(self, now_ms: int, *, everything: bool = False) -> None:
        """Writes what has been buffered for as long as the buffer interval says; or everything."""
        due_ms = now_ms - self._destination.buffering_hints.interval_in_seconds * 1000
        for partition in [
            key
            for key, buffer in self._partitions.items()
            if everything or buffer.opened_ms <= due_ms
        ]:
            self._write_partition(partition, now_ms)
        for error_type in [
            key for key, buffer in self._errors.items() if everything or buffer.opened_ms <= due_ms
        ]:
            self._write_errors(error_type)

    def _partitioning_failed(
        self, error_type: ErrorType, record: Transformed, code: str, message: str, now_ms: int
    ) -> None:
        """Keep a record without a partition.

        The folders are documented; the codes are the nearest published ones.
        """
        line = error_objects.partitioning_failed(record, code, message, now_ms)
        self._keep(error_type, record.source, line, code, now_ms)

    def _keep(
        self, error_type: ErrorType, source: SourceRecord, line: bytes, code: str, now_ms: int
    ) -> None:
        buffer = self._errors.setdefault(error_type, _Errors(now_ms))
        buffer.items.append((source, line))
        buffer.size += len(line)
        self._report(Outcome(source, "failed", error_code=code))
        if buffer.size >= self._destination.buffering_hints.size_in_mbs * MEBIBYTE:
            self._write_errors(error_type)

    def _write_errors(self, error_type: ErrorType) -> None:
        items = self._errors.pop(error_type).items
        key = self._key(
            self._destination.error_prefix.evaluate,
            [source for source, _ in items],
            error_type=error_type,
        )
        self._bucket.put(key, b"".join(line for _, line in items))

    def _convert(self, buffer: _Partition) -> None:
        """Make a table of what waits, without the records that do not convert."""
        waiting, buffer.waiting, buffer.waiting_bytes = buffer.waiting, [], 0
        if plain := self._plain([record.data for record in waiting]):
            table, event_ids = plain
            sources = [record.source for record in waiting]
            buffer.converted += zip(sources, event_ids, strict=True)
        else:
            table = self._table_of_rows(waiting, buffer)
        buffer.tables.append(table)

    def _table_of_rows(self, records: Iterable[Transformed], buffer: _Partition) -> pa.Table:
        rows: list[dict[str, Any]] = []
        for record in records:
            try:
                new = self._rows(record.data)
            except ConversionError as error:
                buffer.failed.append((record, error))
                continue
            buffer.converted.append((record.source, tuple(str(row.get("event_id")) for row in new)))
            rows += new
        return to_table(rows, self._arrow_schema)

    def _write_partition(self, partition: tuple[str, ...], now_ms: int) -> None:
        """One Parquet file of the records that convert; each of the others is kept as a whole."""
        buffer = self._partitions.pop(partition)
        self._convert(buffer)
        for record, error in buffer.failed:
            line = error_objects.conversion_failed(record, error, self._catalog, now_ms)
            self._keep("format-conversion-failed", record.source, line, error.code, now_ms)
        if not buffer.converted:
            return
        table = pa.concat_tables(buffer.tables)
        keys = dict(zip(self._prefix.keys, partition, strict=True))
        key = self._key(
            self._prefix.evaluate,
            [source for source, _ in buffer.converted],
            keys=keys,
            extension=".parquet",
        )
        self._bucket.put(key, to_parquet(table, self._parquet))
        for source, ids in buffer.converted:
            self._report(Outcome(source, "delivered", rows=ids))

    def _key(
        self,
        evaluate: Callable[..., str],
        sources: Iterable[SourceRecord],
        *,
        keys: Mapping[str, str] | None = None,
        error_type: ErrorType | None = None,
        extension: str = "",
    ) -> str:
        """`<prefix><stream>-<version>-yyyy-MM-dd-HH-mm-ss-<uuid>`.

        The time of the oldest arrival, the uuid of the content.
        """
        digest = hashlib.sha256()
        for source in (sources := list(sources)):
            digest.update(f"{source.id} {len(source.data)} ".encode() + source.data)
        oldest = at(min(source.arrival_ms for source in sources))
        content = uuid.uuid5(uuid.NAMESPACE_OID, digest.hexdigest())
        folder = evaluate(oldest, keys or {}, error_type)
        return f"{folder}{self._stream.name}-1-{oldest:%Y-%m-%d-%H-%M-%S}-{content}{extension}"
