"""The calls in memory are the rows of the view, and no error of a file comes with them."""

from datetime import date
from pathlib import Path

import pytest

from tests.lake import lakes
from voice_analytics.catalog.saved_queries import queries
from voice_analytics.catalog.slices import Slice
from voice_analytics.errors import UserError
from voice_analytics.lake import held_calls
from voice_analytics.lake.engine import open_lake, run_query
from voice_analytics.lake.held_calls import hold_calls

pytestmark = pytest.mark.slow  # views are translated

ALL = "SELECT * FROM sessions ORDER BY session_id, started_at"
OF_CALLS = "SELECT dt, count(*) FROM tool_calls GROUP BY dt ORDER BY dt"


def test_the_calls_are_the_same_in_memory(tmp_path: Path) -> None:
    lakes.small(tmp_path)
    with open_lake(tmp_path) as lake:
        before = [run_query(sql, lake) for sql in (ALL, OF_CALLS)]
    with open_lake(tmp_path) as lake:
        hold_calls(lake, tmp_path)
        for file in tmp_path.rglob("*.parquet"):
            file.unlink()
        assert [run_query(sql, lake) for sql in (ALL, OF_CALLS)] == before


def test_the_files_of_a_large_lake_are_read_for_each_query(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lakes.small(tmp_path)
    monkeypatch.setattr(held_calls, "_MOST_BYTES", 1)
    with open_lake(tmp_path) as lake:
        hold_calls(lake, tmp_path)
        assert run_query(ALL, lake).rows
        for file in tmp_path.rglob("*.parquet"):
            file.unlink()
        with pytest.raises(UserError, match="parquet"):
            run_query(ALL, lake)


def test_a_file_that_cannot_be_read_still_costs_its_day_alone(tmp_path: Path) -> None:
    lakes.small(tmp_path)
    (tmp_path / "sessions" / "dt=2025-11-01" / "z.parquet").write_bytes(b"no Parquet")
    with open_lake(tmp_path) as lake:
        hold_calls(lake, tmp_path)
        sql = "SELECT session_id FROM sessions WHERE dt = '2025-10-31' ORDER BY 1"
        assert run_query(sql, lake).rows == [("a",), ("b",)]
        with pytest.raises(UserError, match=r"z\.parquet cannot be read"):
            run_query("SELECT count(*) FROM sessions", lake)


ZONE = "America/New_York"
FIRST, LAST = date(2025, 10, 30), date(2025, 11, 1)
PARTS = {
    "all": Slice(FIRST, LAST),
    "of a session": Slice(FIRST, LAST, ("session_id <> 'a'",)),
    "in a zone": Slice(FIRST, LAST, (), ZONE),
    "of a session in a zone": Slice(FIRST, LAST, ("session_id <> 'b'",), ZONE),
    "none": Slice(FIRST, LAST, ("session_id = ''",)),
}


@pytest.mark.parametrize("name", ["call_list", "daily_volume", "daily_quality", "call_timeline"])
def test_chosen_calls_have_the_rows_of_the_query_for_athena(tmp_path: Path, name: str) -> None:
    lakes.small(tmp_path)
    sql = queries()[name].sql
    with open_lake(tmp_path) as lake:
        expected = {part: run_query(calls.sql(sql), lake) for part, calls in PARTS.items()}
        held = hold_calls(lake, tmp_path)
        assert {part: held.run(sql, calls) for part, calls in PARTS.items()} == expected
        assert held.run(ALL).rows == run_query(ALL, lake).rows != []
