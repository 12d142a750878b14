"""Processes that invoke the function give what one process gives, each time the same."""

import json
import multiprocessing
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.local.streams import application
from voice_analytics.errors import UserError
from voice_analytics.local.chain import run_chain
from voice_analytics.local.function.runtime import load
from voice_analytics.local.summary import Summary
from voice_analytics.local.workers import open_workers
from voice_analytics.synthetic import generate

pytestmark = pytest.mark.slow  # processes


@pytest.fixture
def log(tmp_path: Path) -> str:
    """Calls of two days, some around midnight in one batch, and lines that are rejected."""
    lines = [*generate(300, 2, 7, date(2026, 3, 5))]
    for second in range(40):
        start = f"2026-03-0{4 + second % 2}T{'23:59' if second % 2 == 0 else '00:00'}:{second:02d}Z"
        event = {"_event_type": "session_analytics", "_timestamp": 1_772_668_800 + second / 10}
        lines.append(json.dumps(event | {"session_id": f"m{second}", "start_time": start}))
        lines.append(json.dumps(event))
    (tmp_path / "agent.log").write_text("\n".join(lines), encoding="utf-8")
    return str(tmp_path / "agent.log")


def _run(log: str, lake: Path, count: int) -> Summary:
    chain = application()
    assert chain.stream.function
    if not count:
        return run_chain([log], lake, chain, load(chain.stream.function))
    printed: list[str] = []
    with open_workers(chain.stream, lake, count, printed.append) as workers:
        summary = run_chain([log], lake, chain, None, workers=workers)
    assert any("transformed" in text for text in printed)
    return summary


def _rows(lake: Path) -> list[str]:
    files = sorted((lake / "sessions").rglob("*.parquet"))
    rows: list[dict[str, Any]] = [
        row for file in files for row in pq.ParquetFile(file).read().to_pylist()
    ]
    return sorted(json.dumps(row, default=str) for row in rows)


def test_processes_give_the_rows_and_rejects_of_one(log: str, tmp_path: Path) -> None:
    alone = _run(log, tmp_path / "alone", 0)
    shared = _run(log, tmp_path / "shared", 2)
    assert alone.records_reingested
    assert shared.records_reingested
    assert _rows(tmp_path / "shared") == _rows(tmp_path / "alone")
    assert shared.rejected_by_code == alone.rejected_by_code
    assert shared.rejected_by_code.total() >= 40
    for name in ("events_in", "rows_delivered", "events_ignored", "events_duplicated"):
        assert getattr(shared, name) == getattr(alone, name)


def test_the_same_log_gives_the_same_files(log: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        _run(log, tmp_path / name, 2)
    files = {
        name: {
            str(path.relative_to(tmp_path / name)): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("one", "two")
    }
    assert files["one"] == files["two"]


def test_a_process_that_dies_is_told(log: str, tmp_path: Path) -> None:
    chain = application()
    with open_workers(chain.stream, tmp_path, 2) as workers:
        started = multiprocessing.active_children()
        assert len(started) == 2
        for process in started:
            process.kill()
        with pytest.raises(UserError, match="has died"):
            run_chain([log], tmp_path, chain, None, workers=workers)
