"""What the recorder's tests need of the rest of the project: its schema and its chain."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import jsonschema

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "agent" / "src"


@cache
def _validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((ROOT / "schemas" / "session_analytics.schema.json").read_bytes())
    return jsonschema.Draft202012Validator(schema)


def schema_errors(event: dict[str, Any]) -> list[str]:
    """Where the event is not what the project's JSON Schema says."""
    return [f"{error.json_path}: {error.message}" for error in _validator().iter_errors(event)]


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
