"""`local forget`: in a generated lake all rows but the person's are as before."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from voice_analytics.cli.main import main

pytestmark = pytest.mark.slow


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["voice-analytics", "local", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def rows(lake: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(lake.glob("sessions/dt=*/*")):
        yield from pq.read_table(file, partitioning=None).to_pylist()


@pytest.mark.parametrize("profile", ["sales", "analytics"])
def test_all_rows_but_the_person_s_are_equal_before_and_after(
    profile: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    log, lake = tmp_path / "agent.log", tmp_path / "lake"
    assert run(monkeypatch, "generate", "--calls", "60", "--out", str(log)) == 0
    called = [json.loads(each) for each in log.read_text().splitlines() if each.startswith("{")]
    emails = [each["user_email"] for each in called if each.get("user_email")]
    email = max(emails, key=emails.count)
    cut = next(each for each in log.read_text().splitlines() if email in each)[:-40]
    log.write_text(f"{log.read_text()}{cut}\n")
    parameter = f"PrivacyProfile={profile}"
    assert run(monkeypatch, "run", str(log), "--out", str(lake), "--parameter", parameter) == 0
    before = list(rows(lake))
    who = ["--lake", str(lake), "--email", email.upper(), "--json"]
    capsys.readouterr()
    assert run(monkeypatch, "forget", *who) == 0
    planned = json.loads(capsys.readouterr().out)
    assert list(rows(lake)) == before
    assert run(monkeypatch, "forget", *who, "--yes") == 0
    after = list(rows(lake))
    assert 0 < planned["rows"] == len(before) - len(after)
    left = {each["event_id"] for each in after}
    assert after == [each for each in before if each["event_id"] in left]
    assert email not in str(after)
    assert run(monkeypatch, "forget", *who, "--verify") == 0
    capsys.readouterr()
    run_again = ["run", str(log), "--out", str(lake), "--parameter", parameter, "--json"]
    assert run(monkeypatch, *run_again) == 0
    assert json.loads(capsys.readouterr().out)["events_forgotten"] == planned["rows"] + 1
    assert {each["event_id"] for each in rows(lake)} == left
    assert run(monkeypatch, "forget", *who, "--verify") == 0
