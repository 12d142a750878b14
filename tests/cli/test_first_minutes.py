"""A new user's first minutes: an export of ten calls, three of them wrong.

What is wrong with each is known within three commands and without a look into the documentation.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.local.logs.fetched import FORMATS, event, write_export

pytestmark = pytest.mark.slow  # processes

_COMMAND = str(Path(sys.executable).parent / "voice-analytics")
_START = 1_772_712_000_000


def _call(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "_event_type": "session_analytics",
        "session_id": f"call-{number}",
        "start_time": "2026-03-05T11:50:00Z",
        "_timestamp": _START / 1000 + number,
        "transcript": [{"role": "user", "content": "Hello"}],
    } | fields


def _messages() -> list[str]:
    """Ten calls: the third says no id, the sixth is cut, the ninth does not say what it is."""
    calls = [_call(number) for number in range(1, 11)]
    del calls[2]["session_id"], calls[8]["_event_type"]
    messages = [json.dumps(call) for call in calls]
    messages[5] = messages[5][:-20]
    return messages


def _ran(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [_COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=folder,
        env=os.environ | {"COLUMNS": "120"},
    )


@pytest.mark.parametrize("fetched", ["filter-log-events", "insights-csv", "export"])
def test_what_is_wrong_with_three_of_ten_calls_is_known_after_two_commands(
    fetched: str, tmp_path: Path
) -> None:
    events = [
        event(index, _START + 1000 * index, text) for index, text in enumerate(_messages(), 1)
    ]
    if fetched == "export":
        write_export(tmp_path / "log", [entry | {"logStreamName": "worker"} for entry in events])
    else:
        (tmp_path / "log").write_text(FORMATS[fetched].write(events), newline="")
    run = _ran(tmp_path, "local", "run", "log", "--out", "lake")
    assert run.returncode == 0
    assert "delivered" in run.stdout
    assert "rejected with missing_session_id: 1: send session_id" in run.stderr
    assert "rejected with not_json: 1: log the event as one JSON object" in run.stderr
    assert '1 line looks like the event of a call, with no "_event_type"' in run.stderr
    assert run.stderr.splitlines()[-1] == "voice-analytics check FILE explains each line"
    check = _ran(tmp_path, "check", "log")
    assert check.returncode == 1
    wrong = [
        line for line in check.stdout.splitlines() if "rejected (" in line or "not rec" in line
    ]
    separator = ":" if fetched == "export" else ", event "
    for line, number, reason in zip(
        wrong,
        (3, 6, 9),
        ("(missing_session_id at /session_id)", "(not_json)", "beside start_time, transcript"),
        strict=True,
    ):
        assert f"{separator}{number}: " in line
        assert reason in line.replace("session_id, ", "")
