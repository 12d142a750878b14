"""A call that has a partial record as well is one call in the view `sessions`: the whole record."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from tests.agent.core.duck import Context, Session
from tests.agent.project import local_run
from voice_analytics.lake.engine import open_lake, run_query
from voice_analytics_agent import record


def partial_and_whole(job: str) -> tuple[str, str]:
    """The record of a checkpoint in the middle of a call, and the one of its end."""
    lines: list[str] = []
    session, context = Session(), Context(job)
    call = record(session, context, journal=False, checkpoint_seconds=1e-9, sink=lines.append)
    session.say("user", "Hello", at=time.time())
    call._recording.save()
    session.say("assistant", "Good morning", at=time.time())
    session.close(at=time.time())
    context.shut_down()
    return lines[0], lines[-1]


@pytest.mark.slow
def test_the_whole_record_wins_over_a_partial_one(tmp_path: Path) -> None:
    first, later, alone = (partial_and_whole(job) for job in ("first", "later", "alone"))
    logged = [first[0], first[1], later[1], later[0], alone[0]]
    now = time.time()
    log = tmp_path / "agent.log"
    log.write_text(
        "".join(
            json.dumps({"message": line, "level": "INFO", "timestamp": now + number}) + "\n"
            for number, line in enumerate(logged)
        )
    )
    rows = local_run(log, tmp_path)
    assert [row["is_partial"] or False for row in rows].count(True) == 3
    with open_lake(tmp_path / "out") as lake:
        result = run_query(
            "SELECT session_id, is_partial, turn_count, copies FROM sessions ORDER BY session_id",
            lake,
        )
    assert result.rows == [
        ("alone", True, 1, 1),
        ("first", None, 2, 2),
        ("later", None, 2, 2),
    ]
