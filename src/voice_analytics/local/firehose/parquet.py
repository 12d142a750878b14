"""Parquet as Firehose writes it.

Firehose API Reference, "ParquetSerDe"; timestamps are INT96, which no option changes (observations
of Firehose's files).
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from voice_analytics.catalog.hive_types import Array, HiveType, Primitive, Struct
from voice_analytics.template.delivery_stream import ParquetSerDe

_ARROW = {
    "string": pa.string(),
    "boolean": pa.bool_(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "timestamp": pa.timestamp("us"),
}


def arrow_schema(columns: Iterable[tuple[str, HiveType]]) -> pa.Schema:
    """The file's schema: the table's columns, without its partition keys."""
    return pa.schema([(name, _arrow(hive_type)) for name, hive_type in columns])


def _arrow(hive_type: HiveType) -> pa.DataType:
    match hive_type:
        case Primitive(name):
            return _ARROW[name]
        case Array(element):
            return pa.list_(_arrow(element))
        case Struct(fields):
            return pa.struct([(name, _arrow(field_type)) for name, field_type in fields])


def to_table(rows: Sequence[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Rows whose values a deserialiser has already typed, as a table."""
    return pa.Table.from_pylist(rows, schema=schema)


def to_parquet(table: pa.Table, options: ParquetSerDe) -> bytes:
    """The file's bytes; the same table gives the same bytes."""
    sink = BytesIO()
    version = "1.0" if options.writer_version == "V1" else "2.6"
    pq.write_table(
        table,
        sink,
        version=version,
        data_page_version="1.0" if options.writer_version == "V1" else "2.0",
        compression="NONE" if options.compression == "UNCOMPRESSED" else options.compression,
        use_dictionary=options.enable_dictionary_compression,
        data_page_size=options.page_size_bytes,
        use_deprecated_int96_timestamps=True,
    )
    return sink.getvalue()
