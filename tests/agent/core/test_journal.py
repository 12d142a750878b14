"""A call whose process dies is written by the next process, once."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.agent.core.duck import Context, Session
from voice_analytics_agent import record, sweep
from voice_analytics_agent.facts import Fact
from voice_analytics_agent.journal import FOLDER_VARIABLE, Journal, folder_of, orphans

ROOT = Path(__file__).parents[3]
DYING = """
import sys, time
from voice_analytics_agent import record, redact_personal_data
from tests.agent.core.duck import START, Context, Session
session, context = Session(), Context("AJ_dying")
call = record(session, context, redact=redact_personal_data, participant_id="ana")
session.say("user", "We are a team of twenty five, mail ana@example.com", at=time.time())
session.use(type="llm_usage", provider="openai", model="gpt-4.1", input_tokens=1000)
call.note("a note")
time.sleep(1)
print("saved", flush=True)
time.sleep(60)
"""


def die(folder: Path) -> None:
    """A process records a call and is killed in the middle of it."""
    environment = {
        **os.environ,
        FOLDER_VARIABLE: str(folder),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "agent" / "src")]),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", DYING], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "saved\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


@pytest.mark.slow
def test_a_killed_process_leaves_a_partial_record(tmp_path: Path) -> None:
    die(tmp_path)
    (journal,) = tmp_path.iterdir()
    assert "ana@example.com" not in journal.read_text()
    lines: list[str] = []
    assert sweep(tmp_path, sink=lines.append) == 1
    event = json.loads(lines[0])
    assert event["is_partial"] is True
    assert event["session_id"] == "AJ_dying"
    assert event["participant_id"] == "ana"
    assert [turn["content"] for turn in event["transcript"]] == [
        "We are a team of twenty five, mail [email]"
    ]
    assert event["discovered_signals"] == {"team_size": 25}
    assert event["redactions"] == {"email": 1}
    assert event["cost_summary"]["total_estimated_cost"] == pytest.approx(0.002)
    assert event["conversation_notes"] == ["a note"]
    assert "close_reason" not in event
    assert list(tmp_path.iterdir()) == []
    assert sweep(tmp_path, sink=lines.append) == 0


@pytest.mark.slow
def test_the_next_call_sweeps_by_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    die(tmp_path)
    session = Session()
    call = record(session, journal=tmp_path)
    _wait_for(lambda: any("AJ_dying" in each.getMessage() for each in caplog.records))
    session.close()
    assert call.event()["transcript"] == []
    assert list(tmp_path.iterdir()) == []


def test_the_journal_of_a_living_call_is_left_alone(tmp_path: Path) -> None:
    session, context = Session(), Context()
    record(session, context, journal=tmp_path, sink=[].append)
    session.say("user", "Hello")
    _wait_for(lambda: any("Hello" in path.read_text() for path in tmp_path.glob("*.ndjson")))
    assert sweep(tmp_path, sink=print) == 0
    assert len(list(tmp_path.iterdir())) == 1
    session.close()
    context.shut_down()
    assert list(tmp_path.iterdir()) == []


def test_torn_and_odd_lines_cost_themselves(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write([Fact("call", 1.0, {"session_id": "s"}), Fact("note", 2.0, {"text": "a"})])
    with journal.path.open("ab") as file:
        file.write(b'not json\n[1]\n["note", "x", {}]\n["note", 3.0, 4]\n["no')
    os.close(journal._file)  # as the process's death does
    (orphan,) = list(orphans(tmp_path))
    assert [fact.kind for fact in orphan.facts] == ["call", "note"]


def test_files_are_for_the_user_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, "")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    folder = folder_of(True)
    assert folder is not None
    assert folder.stat().st_mode & 0o777 == 0o700
    journal = Journal(folder)
    assert journal.path.stat().st_mode & 0o777 == 0o600
    journal.remove()


def test_a_folder_of_somebody_else_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, "")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    user = os.getuid()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"voice-analytics-agent-{user}").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match=FOLDER_VARIABLE):
        folder_of(True)


def test_without_a_journal_the_call_is_recorded_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    lines: list[str] = []
    session = Session()
    record(session, journal=tmp_path / "file" / "folder", sink=lines.append)
    session.say("user", "Hello")
    _wait_for(lambda: any("no journal" in each.getMessage() for each in caplog.records))
    session.close()
    assert "Hello" in lines[0]


FULL = """
import resource, sys, time
from voice_analytics_agent import record
from tests.agent.core.duck import Session
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
session = Session()
record(session, journal=sys.argv[1], sink=print)
for number in range(9):
    session.say("user", f"Question {number}", id=str(number))
    time.sleep(0.3)
session.close()
"""


@pytest.mark.slow
def test_a_disk_that_fills_up_costs_the_journal_alone(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "agent" / "src")])},
        capture_output=True,
        text=True,
        check=True,
    )
    warning, line = done.stdout.splitlines()
    assert warning == "the journal cannot be written any more: File too large"
    assert len(json.loads(line)["transcript"]) == 9
    assert list(tmp_path.iterdir()) == []


def test_no_checkpoint_before_the_session_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its start would be another than that of the record which follows: two calls, for the view."""
    lines: list[str] = []
    session, context = Session(), Context()
    call = record(session, context, journal=False, checkpoint_seconds=0.001, sink=lines.append)
    time.sleep(0.01)
    call._recording.save()
    assert lines == []
    session.say("user", "Hello")
    time.sleep(0.01)
    call._recording.save()
    session.close()
    context.shut_down()
    partial, whole = json.loads(lines[0]), json.loads(lines[-1])
    assert partial["is_partial"]
    assert partial["start_time"] == whole["start_time"]


def test_checkpoints_are_partial_and_the_whole_record_follows() -> None:
    lines: list[str] = []
    session, context = Session(), Context()
    record(session, context, journal=False, checkpoint_seconds=0.3, sink=lines.append)
    session.say("user", "Hello")
    _wait_for(lambda: bool(lines))
    session.close()
    context.shut_down()
    events = [json.loads(line) for line in lines]
    assert {event["session_id"] for event in events} == {"AJ_1"}
    assert [event.get("is_partial") for event in events] == [True] * (len(events) - 1) + [None]


def test_a_process_that_ends_without_closing_writes_a_partial_record(tmp_path: Path) -> None:
    program = DYING.replace("time.sleep(60)", "").replace("time.sleep(1)", "")
    environment = {
        **os.environ,
        FOLDER_VARIABLE: str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "agent" / "src")]),
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    event = json.loads(done.stdout.splitlines()[-1])
    assert event["is_partial"] is True
    assert list(tmp_path.iterdir()) == []


def test_the_line_passes_a_log_level_above_info(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger().setLevel(logging.WARNING)
    logging.disable(logging.CRITICAL)
    logging.getLogger("voice_analytics_agent").disabled = True
    try:
        session = Session()
        record(session, journal=False)
        session.say("user", "Hello")
        session.close()
    finally:
        logging.disable(logging.NOTSET)
    assert "Hello" in caplog.records[-1].getMessage()


def _wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
