"""Each saved query answers what can be worked out from the events without it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from tests.lake import lakes
from tests.queries.answers import COMPUTED, QUERIES, compared, expected
from voice_analytics.lake.engine import Lake, open_lake, run_query

_SCHEMA = pa.schema(
    [
        ("session_id", pa.string()),
        ("started_at", pa.timestamp("us")),
        ("logged_at", pa.timestamp("us")),
    ]
)


@pytest.mark.parametrize("name", [name for name in COMPUTED if not QUERIES[name].parameters])
@pytest.mark.slow
def test_the_answer_is_what_the_events_say(name: str, corners: Lake, corner_folder: Path) -> None:
    rows = compared(name, QUERIES[name].sql, corners)
    assert rows == expected(name, corner_folder)
    assert rows


@pytest.mark.parametrize(
    "value",
    [
        "in-a-room",
        "aj_1",
        " RM_1 ",
        "trial-7",
        "dora@example.COM",
        "same-room",
        "ana@example.com",
        "",
        "nobody",
    ],
)
def test_a_call_is_found_by_what_people_have_in_hand(
    value: str, corners: Lake, corner_folder: Path
) -> None:
    rows = compared("find_session", QUERIES["find_session"].sql, corners, value)
    assert rows == expected("find_session", corner_folder, value)
    assert bool(rows) == (value not in ("", "nobody"))


@pytest.mark.parametrize(
    "session_id",
    [
        "talk",
        "odd-turns",
        "latencies",
        "text-alone",
        "silent",
        "same-gap",
        "logged-twice",
        "no-words",
        "nobody",
    ],
)
def test_a_transcript_is_shown_turn_by_turn(
    session_id: str, corners: Lake, corner_folder: Path
) -> None:
    shown = compared("session_transcript", QUERIES["session_transcript"].sql, corners, session_id)
    assert shown == expected("session_transcript", corner_folder, session_id)
    assert bool(shown) == (session_id != "nobody")


@pytest.fixture(scope="module")
def this_week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """One call now, one seven days ago and one eight days ago."""
    folder, now = (
        tmp_path_factory.mktemp("week"),
        datetime.now(UTC).replace(tzinfo=None, hour=0, minute=1),
    )
    for ago in (0, 7, 8):
        start = now - timedelta(days=ago)
        row = {"session_id": f"{ago} days ago", "started_at": start, "logged_at": start}
        lakes.write(folder, start.date().isoformat(), [row], _SCHEMA)
    with open_lake(folder) as lake:
        yield lake


def test_as_saved_a_query_reads_today_and_the_seven_days_before(this_week: Lake) -> None:
    rows = run_query(QUERIES["daily_volume"].sql, this_week).rows
    days = [
        row[0]
        for row in run_query(
            "SELECT DISTINCT dt FROM session_analytics ORDER BY dt", this_week
        ).rows
    ]
    assert [row[0] for row in rows] == days[1:]
