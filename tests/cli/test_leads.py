"""`voice-analytics local leads` on a lake, with a receiver on this machine."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.receiver import receiver
from voice_analytics.cli.leads import leads
from voice_analytics.cli.run import run
from voice_analytics.errors import UsageError, UserError
from voice_analytics.lake.leads import told_file

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("leads")]  # their lake is made once
HOT = {
    "team_size": 25,
    "monthly_volume": 200,
    "integration_needs": ["salesforce"],
    "decision_timeline": "this week",
    "budget_authority": "decision maker",
}
NOW = datetime.now(UTC).replace(microsecond=0)
CALLS: tuple[tuple[str, int, dict[str, Any]], ...] = (  # and how many hours ago
    ("hot", 2, {"discovered_signals": HOT, "user_email": "dora@example.com", "user_name": "Dora"}),
    ("hot too", 3, {"discovered_signals": HOT}),
    ("not hot", 2, {"discovered_signals": {"team_size": 25}}),
    (
        "booked",
        2,
        {
            "discovered_signals": HOT,
            "tool_calls": [{"tool": "book_sales_meeting", "success": True}],
        },
    ),
    ("of days ago", 80, {"discovered_signals": HOT}),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("leads")
    lines = []
    for session_id, hours, fields in CALLS:
        start = (NOW - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
        event = {
            "_event_type": "session_analytics",
            "session_id": session_id,
            "start_time": start,
            "duration_seconds": 60,
            **fields,
        }
        lines.append(json.dumps({"message": json.dumps(event), "timestamp": start}))
    log = folder / "agent.log"
    log.write_text("\n".join(lines), encoding="utf-8")
    run([str(log)], out=folder / "lake")
    return folder / "lake"


@pytest.fixture
def lake(made: Path) -> Path:
    """The lake, of which nobody has been told."""
    told_file(made).unlink(missing_ok=True)
    return made


def shown(capsys: pytest.CaptureFixture[str], **options: Any) -> list[dict[str, Any]]:
    leads(as_json=True, **options)
    printed: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return printed


def sessions(found: list[dict[str, Any]]) -> set[str]:
    return {lead["session_id"] for lead in found}


def test_hot_leads_without_a_meeting_of_the_last_day(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = shown(capsys, lake=lake)
    assert sessions(found) == {"hot", "hot too"}
    assert "dora" not in json.dumps(found).lower()


def test_older_calls_with_an_earlier_since(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    since = NOW - timedelta(hours=100)
    assert sessions(shown(capsys, lake=lake, since=since)) == {"hot", "hot too", "of days ago"}
    assert sessions(shown(capsys, lake=lake, since=NOW - timedelta(minutes=150))) == {"hot"}


def test_contact_data_on_request(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = shown(capsys, lake=lake, contact=True)
    assert {lead["email"] for lead in found} == {"dora@example.com", ""}


def test_each_lead_is_posted_once(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with receiver() as server:
        url = f"http://127.0.0.1:{server.port}/leads"
        found = shown(capsys, lake=lake, webhook=url)
        leads(lake=lake, webhook=url)
    assert [json.loads(sent.body) for sent in server.sent] == found
    assert {sent.path for sent in server.sent} == {"/leads"}
    printed = capsys.readouterr().out
    assert printed.count("before") == 2
    assert str(told_file(lake)) in printed


def test_a_lead_that_was_not_taken_is_posted_again(lake: Path) -> None:
    with receiver() as server:
        url = f"http://localhost:{server.port}"
        server.answers = [200, 503]
        with pytest.raises(UserError, match="answered 503"):
            leads(lake=lake, webhook=url)
        leads(lake=lake, webhook=url)
    posted = [json.loads(sent.body)["session_id"] for sent in server.sent]
    assert len(posted) == 3
    assert posted[1] == posted[2]


def test_a_receiver_that_is_not_there(lake: Path) -> None:
    with pytest.raises(UserError, match="not reached"):
        leads(lake=lake, webhook="http://127.0.0.1:1/")
    assert not told_file(lake).exists()


@pytest.mark.parametrize(
    "url", ["https://hooks.example.com/x", "http://10.0.0.1/", "http://127.0.0.1.example.com/", "x"]
)
def test_nothing_is_sent_elsewhere(url: str, lake: Path) -> None:
    with pytest.raises(UsageError, match="not an http address on this machine"):
        leads(lake=lake, webhook=url)


def test_no_lead_is_said(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leads(lake=lake, since=NOW)
    assert "No hot lead" in capsys.readouterr().out


def test_a_broken_file_of_told_leads_is_said(lake: Path) -> None:
    told_file(lake).write_text("no list", encoding="utf-8")
    with pytest.raises(UserError, match="not a list of ids"):
        leads(lake=lake)
