"""The demo's four calls are events without a fault, and what they are named after."""

import json
from datetime import date
from pathlib import Path

import pytest

from voice_analytics.cli.run import run
from voice_analytics.lake.engine import open_lake, run_query
from voice_analytics.synthetic.featured import featured_lines


@pytest.mark.slow
def test_each_is_a_row_that_shows_what_it_is_named_after(tmp_path: Path) -> None:
    log = tmp_path / "agent.log"
    log.write_text("\n".join(featured_lines(date(2026, 11, 20))), encoding="utf-8")
    run([str(log)], out=tmp_path / "lake")
    sql = """
        SELECT session_id, score, meeting_booked, sessions.handoff_count, close_reason,
            cardinality(contract_violations), extras
        FROM lead_scores JOIN sessions USING (session_id, meeting_booked)
        ORDER BY session_id"""
    with open_lake(tmp_path / "lake") as lake:
        rows = run_query(sql, lake).rows
    assert [(row[0], row[5] or 0) for row in rows] == [
        (f"demo-{name}", 0) for name in ("abrupt-end", "hand-over", "hot-lead", "slow-tool")
    ]
    abrupt, handed, hot, _ = rows
    assert abrupt[4] == "CR_ERROR"
    assert handed[3] == 1
    assert hot[1:3] == (100, False)


def test_they_are_as_of_the_day() -> None:
    starts = [json.loads(line)["start_time"] for line in featured_lines(date(2026, 11, 20))]
    assert all(start.startswith("2026-11-20T") for start in starts)
