"""What the recorder's tests need of the rest of the project: its schema, its layer, its chain."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
from session_analytics.batch import Rules, read_record

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "agent" / "src"


@cache
def _validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((ROOT / "schemas" / "session_analytics.schema.json").read_bytes())
    return jsonschema.Draft202012Validator(schema)


def schema_errors(event: dict[str, Any]) -> list[str]:
    """Where the event is not what the project's JSON Schema says."""
    return [f"{error.json_path}: {error.message}" for error in _validator().iter_errors(event)]


def layer_knows_the_recorder() -> bool:
    """Whether the table has the recorder's own columns yet."""
    columns = (ROOT / "schemas" / "session_analytics.columns.json").read_text()
    return "recorder_version" in columns


def row_of(line: str) -> dict[str, Any]:
    """The one row that the layer makes of a line, as LiveKit's formatter writes it."""
    wrapped = json.dumps({"message": line, "level": "INFO", "name": "voice_analytics_agent"})
    rows, rejects = _transform(wrapped)
    assert rejects == []
    assert len(rows) == 1
    return rows[0]


def local_run(log: Path, folder: Path) -> list[dict[str, Any]]:
    """The rows that `voice-analytics local run` makes of a log; nothing may be rejected."""
    out = folder / "out"
    program = Path(sys.executable).with_name("voice-analytics")
    command = [str(program), "local", "run", str(log)]
    done = subprocess.run(
        [*command, "--out", str(out)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert not list(out.rglob("rejected/**/*.gz"))
    files = sorted(str(path) for path in out.rglob("sessions/**/*.parquet"))
    table = duckdb.read_parquet(files)
    rows: list[dict[str, Any]] = json.loads(
        json.dumps(
            [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()], default=str
        )
    )
    return rows


def _transform(message: str) -> tuple[list[dict[str, Any]], list[str]]:
    now = int(time.time() * 1000)
    document = {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": "/voice-agent",
        "logStream": "agent",
        "subscriptionFilters": ["session-analytics"],
        "logEvents": [{"id": "1" * 56, "timestamp": now, "message": message}],
    }
    record = gzip.compress(json.dumps(document).encode())
    outcome = read_record(record, now, Rules(date(2025, 1, 1))).outcome
    rows = [json.loads(line.text) for lines in outcome.lines.values() for line in lines]
    return rows, [reject.code for reject in outcome.rejects]
