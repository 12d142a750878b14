"""Small lakes, written as Firehose writes them: Parquet with INT96 times in folders of dates."""

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from voice_analytics.catalog.columns import typed_columns
from voice_analytics.catalog.hive_types import Array, HiveType, Primitive, Struct
from voice_analytics.local.firehose import error_objects
from voice_analytics.local.firehose.parquet import arrow_schema
from voice_analytics.local.firehose.records import Failed, SourceRecord, Transformed
from voice_analytics.local.firehose.serde import ConversionError
from voice_analytics.template.delivery_stream import SchemaConfiguration

SCHEMA = pa.schema(
    [
        ("session_id", pa.string()),
        ("started_at", pa.timestamp("us")),
        ("duration_seconds", pa.float64()),
        ("team_size", pa.int32()),
        ("consent_obtained", pa.bool_()),
        ("integration_needs", pa.list_(pa.string())),
        (
            "tool_calls",
            pa.list_(
                pa.struct(
                    [
                        ("tool", pa.string()),
                        ("called_at", pa.timestamp("us")),
                        ("success", pa.bool_()),
                    ]
                )
            ),
        ),
        ("llm_total_tokens", pa.int64()),
    ]
)
_COLUMNS = typed_columns()
FULL_SCHEMA = arrow_schema(_COLUMNS)
MORNING = datetime(2025, 10, 31, 5, 18, 16, 953000)  # noqa: DTZ001 - times in the lake are naive UTC
CALLS: list[dict[str, Any]] = [
    {
        "session_id": "a",
        "started_at": MORNING,
        "duration_seconds": 60.5,
        "team_size": 7,
        "consent_obtained": True,
        "integration_needs": ["salesforce", "api"],
        "tool_calls": [
            {"tool": "search", "called_at": MORNING, "success": True},
            {"tool": "book", "success": False},
        ],
        "llm_total_tokens": 5_000_000_000,
    },
    {
        "session_id": "b",
        "started_at": MORNING.replace(hour=23),
        "integration_needs": [],
        "tool_calls": [],
        "llm_total_tokens": 3,
    },
]
LATER: list[dict[str, Any]] = [
    {"session_id": "c", "started_at": MORNING.replace(month=11, day=1), "team_size": 2}
]


def full_call() -> dict[str, Any]:
    """A call that has a value in every column, and one item in every list."""
    return {name: _value(hive_type) for name, hive_type in _COLUMNS} | {"extras": '{"/a": 1}'}


def _value(of: HiveType) -> Any:
    match of:
        case Primitive("string"):
            return "a"
        case Primitive("timestamp"):
            return MORNING
        case Primitive("boolean"):
            return True
        case Primitive():
            return 1
        case Array(element):
            return [_value(element)]
        case Struct(fields):
            return {name: _value(part) for name, part in fields}


def write(folder: Path, dt: str, rows: list[dict[str, Any]], schema: pa.Schema = SCHEMA) -> None:
    """A delivered file with these rows."""
    partition = folder / "sessions" / f"dt={dt}"
    partition.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist(rows, schema=schema)
    pq.write_table(
        table,
        partition / f"{len(list(partition.iterdir()))}.parquet",
        use_deprecated_int96_timestamps=True,
    )


def small(folder: Path) -> Path:
    """Three calls on two days, in files that hold only some of the table's columns."""
    write(folder, "2025-10-31", CALLS)
    write(folder, "2025-11-01", LATER)
    return folder


def failed(folder: Path) -> Path:
    """Two records that Firehose could not deliver.

    One that the function failed, a day later one that did not convert.
    """
    schema = SchemaConfiguration.model_validate(
        {
            "DatabaseName": "voice_analytics",
            "TableName": "session_analytics",
            "RoleARN": "arn:aws:iam::123456789012:role/x",
            "CatalogId": "123456789012",
            "Region": "us-west-1",
        }
    )
    source, later = SourceRecord("1", 1, b"a", ()), SourceRecord("2", 2, b"b", ())
    objects = {
        "processing-failed/dt=2025-10-31": error_objects.processing_failed(
            Failed(source, "E.Processing", "no", attempts=4), "arn:aws:lambda:x", now_ms=5
        ),
        "format-conversion-failed/dt=2025-11-01": error_objects.conversion_failed(
            Transformed(later, b"b", {}), ConversionError("E.Conversion", "no"), schema, now_ms=6
        ),
    }
    for place, line in objects.items():
        path = folder / "errors" / place / "stream-1"
        path.parent.mkdir(parents=True)
        path.write_bytes(line)
    return folder


def rejected(folder: Path, dt: str) -> Path:
    """One log event that is not a valid call."""
    partition = folder / "rejected" / f"dt={dt}"
    partition.mkdir(parents=True)
    reject = {
        "event_id": dt,
        "logged_at": f"{dt} 05:18:16.953",
        "error_code": "not_json",
        "raw_message": "x",
    }
    (partition / "a.json.gz").write_bytes(gzip.compress(json.dumps(reject).encode() + b"\n"))
    return folder
