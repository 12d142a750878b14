"""The example on a real worker with job processes: its log, through the project's own chain."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.agent.project import ROOT, SOURCES, local_run
from tests.agent.sdk_versions import python_of

ROOMS = ("killed-1", "ok-1", "raises-1", "fails-1")
pytestmark = [
    pytest.mark.parametrize("sdk", ["1.7.1", "1.8.9"]),
    pytest.mark.xdist_group("agent-worker"),
]
_RUNS: dict[str, Path] = {}


@pytest.fixture
def folder(sdk: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A worker's log, the SDK's own reports, and the rows that the log became."""
    if sdk not in _RUNS:
        folder = tmp_path_factory.mktemp(f"worker-{sdk}")
        journal = tmp_path_factory.mktemp("journal")
        paths = [SOURCES, ROOT / "agent" / "examples", ROOT / "tests" / "agent" / "sdk"]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(path) for path in paths),
            "REPORTS": str(folder),
            "VOICE_ANALYTICS_JOURNAL": str(journal),
            "LEVEL": "WARNING",  # the calls' lines come all the same
        }
        with (folder / "agent.log").open("wb") as log:
            subprocess.run(
                [python_of(sdk), str(ROOT / "tests/agent/sdk/sales_worker.py"), *ROOMS],
                env=environment, stdout=log, stderr=subprocess.DEVNULL, check=True, timeout=400,
            )  # fmt: skip
        assert list(journal.iterdir()) == []
        (folder / "rows.json").write_text(json.dumps(local_run(folder / "agent.log", folder)))
        _RUNS[sdk] = folder
    return _RUNS[sdk]


@pytest.fixture
def rows(folder: Path) -> dict[str, dict[str, Any]]:
    """The row of each room."""
    rows = json.loads((folder / "rows.json").read_bytes())
    assert sorted(row["room"] for row in rows) == sorted(ROOMS)  # one row a call
    return {row["room"]: row for row in rows}


def test_rows_say_what_the_sdks_own_report_says(
    folder: Path, rows: dict[str, dict[str, Any]]
) -> None:
    for room in ("ok-1", "raises-1", "fails-1"):
        report = json.loads((folder / f"{room}.json").read_bytes())
        items = report["chat_history"]["items"]
        messages = [item for item in items if item["type"] == "message"]
        row = rows[room]
        assert row["session_id"] == report["job_id"]
        turns = row["transcript"]
        assert [turn["role"] for turn in turns] == [message["role"] for message in messages]
        outputs = [item for item in items if item["type"] == "function_call_output"]
        calls = row["tool_calls"]
        assert [not call["success"] for call in calls] == [out["is_error"] for out in outputs]
        tokens = sum(each.get("input_tokens", 0) for each in report["usage"])
        assert row["llm_input_tokens"] == tokens
        assert row.get("contract_violations") is None


def test_the_example_says_what_only_an_agent_knows(rows: dict[str, dict[str, Any]]) -> None:
    row = rows["ok-1"]
    assert row["user_email"] == "ana@example.com"
    assert row["outcome"] == "meeting booked"
    assert row["team_size"] == 25
    assert row["monthly_volume"] == 2000
    assert [(call["tool"], call["success"]) for call in row["tool_calls"]] == [
        ("unleash_search_knowledge", True),
        ("book_sales_meeting", False),
        ("book_sales_meeting", True),
    ]
    assert "ana@example.com" not in json.dumps([row["transcript"], row["tool_calls"]])


def test_a_killed_call_is_a_row_with_what_was_known(rows: dict[str, dict[str, Any]]) -> None:
    row = rows["killed-1"]
    assert row["user_turn_count"] == 2
    assert row["team_size"] == 25
    assert row["tool_call_count"] == 1
    assert row.get("is_partial", "is_partial" in row["extras"]) is True
