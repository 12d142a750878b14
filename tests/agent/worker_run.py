"""A run of a real worker: its log, the SDK's own reports, and the rows that the log became."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple

import pytest
from tests.agent.project import ROOT, SOURCES, local_run

# The oldest that the recorder supports (on the oldest Python that is there), one between, the
# newest release, the next major version.
SDK_VERSIONS = ("1.5.17", "1.7.1", "1.8.9", "2.0.0b1")
SDKS = [pytest.param(sdk, marks=pytest.mark.xdist_group(f"LiveKit {sdk}")) for sdk in SDK_VERSIONS]
SCENARIOS = (
    *("empty", "text", "tools", "handover", "odd_text", "image", "llm_error", "many_turns"),
    *("realtime", "voice", "voice_errors", "stt_errors", "closed_by_error"),
)
SALES_CALLS = ("sales-ok", "sales-raises", "sales-fails", "sales-hangs", "sales-killed")
Json = dict[str, Any]


class Run(NamedTuple):
    """What each room left behind."""

    events: dict[str, Json]  # what the recorder logged
    rows: dict[str, Json]  # what the local chain made of the log
    reports: dict[str, Json]  # what the SDK says itself; none of a killed process


@cache
def worker_run(sdk: str) -> Run:
    """Runs every kind of call on a worker of an SDK version, once a test process.

    Skips the test without that SDK.
    """
    python = ROOT / ".venv" / "livekit" / sdk / "bin" / "python"
    if not python.exists():
        pytest.skip(f"LiveKit {sdk} is not installed: make test-agent installs it")
    folder = Path(mkdtemp(prefix=f"livekit-{sdk}-"))
    journal, reports, log = folder / "journal", folder / "reports", folder / "agent.log"
    journal.mkdir()
    reports.mkdir()
    paths = [SOURCES, ROOT / "agent" / "examples", ROOT / "tests" / "agent" / "sdk"]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(path) for path in paths),
        "REPORTS": str(reports),
        "VOICE_ANALYTICS_JOURNAL": str(journal),
        "LEVEL": "WARNING",  # the calls' lines come all the same
    }
    command = [str(python), str(ROOT / "tests/agent/sdk/worker.py"), *SCENARIOS, *SALES_CALLS]
    with log.open("wb") as output:
        subprocess.run(
            command,
            env=environment,
            stdout=output,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=300,
        )
    assert list(journal.iterdir()) == []  # each call's journal went with its line
    rows = local_run(log, folder)
    assert sorted(row["room"] for row in rows) == sorted((*SCENARIOS, *SALES_CALLS))
    return Run(
        events=_events(log),
        rows={row["room"]: row for row in rows},
        reports={path.stem: json.loads(path.read_bytes()) for path in reports.iterdir()},
    )


def _events(log: Path) -> dict[str, Json]:
    """The recorder's events by room, of the lines as LiveKit's formatter wrote them."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    texts = [line["message"] for line in lines if line.get("name") == "voice_analytics_agent"]
    events = [json.loads(text) for text in texts if text.startswith("{")]
    return {event["room"]: event for event in events}
