"""Small lakes, written as Firehose writes them: Parquet with INT96 times in folders of dates."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema(
    [
        ("session_id", pa.string()),
        ("started_at", pa.timestamp("us")),
        ("duration_seconds", pa.float64()),
        ("team_size", pa.int32()),
        ("consent_obtained", pa.bool_()),
        ("integration_needs", pa.list_(pa.string())),
        ("tool_calls", pa.list_(pa.struct([("tool", pa.string()), ("called_at", pa.timestamp("us")), ("success", pa.bool_())]))),
        ("llm_total_tokens", pa.int64()),
    ]
)
MORNING = datetime(2025, 10, 31, 5, 18, 16, 953000)  # noqa: DTZ001 - times in the lake are naive UTC
CALLS: list[dict[str, Any]] = [
    {
        "session_id": "a",
        "started_at": MORNING,
        "duration_seconds": 60.5,
        "team_size": 7,
        "consent_obtained": True,
        "integration_needs": ["salesforce", "api"],
        "tool_calls": [{"tool": "search", "called_at": MORNING, "success": True}, {"tool": "book", "success": False}],
        "llm_total_tokens": 5_000_000_000,
    },
    {"session_id": "b", "started_at": MORNING.replace(hour=23), "integration_needs": [], "tool_calls": [], "llm_total_tokens": 3},
]
LATER: list[dict[str, Any]] = [{"session_id": "c", "started_at": MORNING.replace(month=11, day=1), "team_size": 2}]


def write(folder: Path, dt: str, rows: list[dict[str, Any]], schema: pa.Schema = SCHEMA) -> None:
    """A delivered file with these rows."""
    partition = folder / "sessions" / f"dt={dt}"
    partition.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist(rows, schema=schema)
    pq.write_table(table, partition / f"{len(list(partition.iterdir()))}.parquet", use_deprecated_int96_timestamps=True)


def small(folder: Path) -> Path:
    """Three calls on two days, in files that hold only some of the table's columns."""
    write(folder, "2025-10-31", CALLS)
    write(folder, "2025-11-01", LATER)
    return folder
