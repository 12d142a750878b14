"""Two lakes and their reports.

A busy week, in which a caller's words are markup, and one with no calls.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.lake import lakes
from voice_analytics.cli.report import write_report
from voice_analytics.cli.run import run
from voice_analytics.synthetic import generate

LAST = date(2026, 11, 22)
CALLS = 150
MARKUP = '</script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">'
HOSTILE: dict[str, Any] = {
    "_event_type": "session_analytics",
    "session_id": "hostile",
    "start_time": "2026-11-20T10:00:00Z",
    "duration_seconds": 60,
    "user_email": "mallory@evil.example",
    "user_name": "Mallory Evil",
    "outcome": MARKUP,
    "discovered_signals": {"integration_needs": [MARKUP]},
    "tool_calls": [
        {
            "tool": MARKUP,
            "query": MARKUP,
            "results_found": False,
            "success": True,
            "category": MARKUP,
        }
    ]
    * 40,
    "cost_summary": {f"{MARKUP}_cost": 99.5},
}
REJECTED = {"_event_type": "session_analytics", "start_time": "2026-11-20T10:00:00Z"}


class Reported(NamedTuple):
    """A lake, and its report."""

    lake: Path
    page: Path

    @property
    def html(self) -> str:
        return self.page.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Reported:
    """A week of generated calls, among them the hostile one, and an event that is rejected."""
    folder = tmp_path_factory.mktemp("busy")
    log = folder / "agent.log"
    log.write_text(
        "\n".join([*generate(CALLS, 7, 1, LAST), json.dumps(HOSTILE), json.dumps(REJECTED)]),
        encoding="utf-8",
    )
    run([str(log)], out=folder / "lake")
    return Reported(folder / "lake", write_report(folder / "lake", folder / "report.html"))


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Reported:
    """A lake with a file that holds no row."""
    folder = tmp_path_factory.mktemp("empty")
    lakes.write(folder / "lake", LAST.isoformat(), [])
    return Reported(folder / "lake", write_report(folder / "lake", folder / "report.html"))


@pytest.fixture(params=["busy", "empty"])
def reported(request: pytest.FixtureRequest) -> Reported:
    """Each of the two."""
    report: Reported = request.getfixturevalue(request.param)
    return report
