"""Every valid event of the contract becomes one row that converts and is read back unchanged."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from session_analytics.schema.row import Row

from tests.property.strategies import SHAPES, events, lines
from tests.rows import outcome, row_of_line
from voice_analytics.catalog.columns import typed_columns
from voice_analytics.catalog.hive_types import Array, HiveType, Primitive, Struct
from voice_analytics.local.firehose.parquet import arrow_schema, to_parquet, to_table
from voice_analytics.local.firehose.serde import deserializer
from voice_analytics.template.reader import read_template

ROOT = Path(__file__).parents[2]
COLUMNS = typed_columns()
OPENX, HIVE = deserializer(COLUMNS, "openx"), deserializer(COLUMNS, "hive")
ROWS = TypeAdapter(Row)
PARQUET = read_template(
    ROOT / "template.yaml"
).stream.destination.conversion.output.serializer.parquet

settings.register_profile(
    "project", deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("project")


def emitted(lines: Sequence[str]) -> list[bytes]:
    result = outcome(*lines)
    assert result.rejects == []
    assert result.ignored == 0
    return [line.text for of_a_date in result.lines.values() for line in of_a_date]


def typed(value: Any, hive_type: HiveType) -> Any:
    """What a reader of the table is to see of a value in an emitted line."""
    if value is None:
        return None
    match hive_type:
        case Primitive("timestamp"):
            return datetime.fromisoformat(value)
        case Primitive("double"):
            return float(value)
        case Primitive(_):
            return value
        case Array(element):
            return [typed(item, element) for item in value]
        case Struct(fields):
            assert set(value) <= {name for name, _ in fields}
            return {name: typed(value.get(name), field_type) for name, field_type in fields}


def expected(line: bytes) -> dict[str, Any]:
    row = json.loads(line)
    assert set(row) <= {name for name, _ in COLUMNS}
    return {name: typed(row.get(name), hive_type) for name, hive_type in COLUMNS}


@given(lines)
def test_a_valid_event_is_one_row_of_the_model_and_violates_nothing(line: str) -> None:
    (emitted_line,) = emitted([line])
    row = json.loads(emitted_line)
    ROWS.validate_python(row)
    # what the types cannot rule out: a sum beyond its column, an end before the start or against
    # the length, a turn without a role or words, a call of no tool; a text for a list that begins
    # as a collection's and is not one
    others = {
        *("model_usage", "usage", "metrics_summary", "cost_summary", "end_time", "ended_at"),
        *("timestamp", "events", "duration", "duration_seconds", "duration_ms", "transcript"),
        *("chat_history", "tool_calls"),
        *("tags", "conversation_notes", "discovered_signals", "unpriced_models"),
        *("recorder_errors", "truncation"),
    }
    paths = [violation["path"] for violation in row.get("contract_violations", [])]
    assert {path.split("/")[1] for path in paths if path} <= others


@given(st.lists(lines, min_size=1, max_size=5))
def test_every_line_converts_under_both_serdes_to_what_it_says(lines: list[str]) -> None:
    record = emitted(lines)
    assert len(record) == len(lines)
    rows = [expected(line) for line in record]
    assert OPENX(b"".join(record)) == rows
    assert HIVE(b"".join(record)) == rows


@given(lines=st.lists(lines, min_size=1, max_size=5))
def test_duckdb_and_pyarrow_read_back_from_parquet_what_went_in(
    lines: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    record = emitted(lines)
    rows = [expected(line) for line in record]
    file = tmp_path_factory.getbasetemp() / "rows.parquet"
    file.write_bytes(to_parquet(to_table(OPENX(b"".join(record)), arrow_schema(COLUMNS)), PARQUET))
    assert pq.read_table(file, coerce_int96_timestamp_unit="ms").to_pylist() == rows
    assert read_by_duckdb(file) == rows


def read_by_duckdb(path: Path) -> list[dict[str, Any]]:
    names = [name for name, _ in COLUMNS]
    with duckdb.connect() as connection:
        return [
            dict(zip(names, row, strict=True))
            for row in connection.execute("FROM read_parquet($1)", [str(path)]).fetchall()
        ]


@given(events)
def test_every_shape_of_the_line_says_the_same_but_for_the_extras(event: dict[str, Any]) -> None:
    for key in ("timestamp", "chat_history", "duration_ms", "events"):
        event.pop(
            key, None
        )  # the formatter overwrites the time of a LiveKit report where the dict is the message
    rows = [row_of_line(json.dumps(shape(event))) for shape in SHAPES.values()]
    for row in rows:
        row.pop("extras")
    assert rows[1:] == rows[:-1]
