"""A run of a real worker: its log, the SDK's own reports, and the rows that the log became."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple

import pytest
from tests.agent.project import ROOT, SOURCES, local_run

SDK_PROGRAMS = ROOT / "tests" / "agent" / "sdk"
PYTHON_PATH = os.pathsep.join(map(str, (SOURCES, ROOT / "agent" / "examples", SDK_PROGRAMS)))

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

    log: Path
    lines: dict[str, str]  # what the recorder logged
    reports: dict[str, Json]  # what the SDK says itself; none of a killed process


def run_worker(sdk: str, rooms: Sequence[str]) -> Run:
    """Runs a call in each room, on a worker of an SDK version with job processes."""
    folder = Path(mkdtemp(prefix=f"livekit-{sdk}-"))
    journal, reports, log = folder / "journal", folder / "reports", folder / "agent.log"
    journal.mkdir()
    reports.mkdir()
    with log.open("wb") as output:
        done = subprocess.run(
            [str(python_of(sdk)), str(SDK_PROGRAMS / "worker.py"), *rooms],
            env={
                **os.environ,
                "PYTHONPATH": PYTHON_PATH,
                "REPORTS": str(reports),
                "VOICE_ANALYTICS_JOURNAL": str(journal),
                "LEVEL": "WARNING",  # the calls' lines come all the same
            },
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=300,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    assert list(journal.iterdir()) == []  # each call's journal went with its line
    return Run(
        log=log,
        lines=_lines(log),
        reports={path.stem: json.loads(path.read_bytes()) for path in reports.iterdir()},
    )


def python_of(sdk: str) -> Path:
    """The interpreter of an SDK's environment, which `make test-agent` makes."""
    return ROOT / ".venv" / "livekit" / sdk / "bin" / "python"


def _lines(log: Path) -> dict[str, str]:
    """The recorder's lines by room, out of what LiveKit's formatter wrote."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    texts = [line["message"] for line in lines if line.get("name") == "voice_analytics_agent"]
    return {json.loads(text)["room"]: text for text in texts if text.startswith("{")}


def all_calls(sdk: str) -> Run:
    """Every kind of call on a worker of an SDK version, run once a test process.

    Skips the test without that SDK.
    """
    if not python_of(sdk).exists():
        pytest.skip(f"LiveKit {sdk} is not installed: make test-agent installs it")
    run = _run_once(sdk)
    if isinstance(run, Exception):
        raise run
    return run


@cache
def _run_once(sdk: str) -> Run | Exception:
    """The run, or why there is none: a test that asks again must not wait again."""
    try:
        return run_worker(sdk, (*SCENARIOS, *SALES_CALLS))
    except (AssertionError, subprocess.TimeoutExpired) as error:
        return error


@cache
def all_rows(sdk: str) -> dict[str, Json]:
    """The rows, by room, that the local chain made of the log: one a call."""
    log = all_calls(sdk).log
    rows = local_run(log, log.parent)
    assert sorted(row["room"] for row in rows) == sorted((*SCENARIOS, *SALES_CALLS))
    return {row["room"]: row for row in rows}
