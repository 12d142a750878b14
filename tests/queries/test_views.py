"""The views show, for the corner cases, what plain Python works out from the same events."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from athena_duckdb import Translation, run
from athena_duckdb.to_duckdb import to_duckdb
from tests.lake import lakes
from tests.queries import expected_calls
from tests.queries.agent_events import NEXT_DAY, SILENT_DAY
from tests.queries.comparison import EXPECTED, differences, rows
from voice_analytics.catalog import columns as glue
from voice_analytics.catalog.saved_queries import views
from voice_analytics.lake.engine import Lake, open_lake, run_query

# What the expectations leave out: the table's own columns, compared with its rows, and the
# function's words and version.
_NOT_WORKED_OUT = {
    "sessions": {column.name for column in glue.columns()}
    - {"session_id", "started_at", "event_id"},
    "rejects": {
        "error_path",
        "error_message",
        "aws_account_id",
        "log_group",
        "log_stream",
        "transform_version",
    },
}
# The table's own columns again: the answer of follow_up_list has them.
_NOT_WORKED_OUT["lead_scores"] = {"pain_points", "conversation_notes", "consent_obtained"}
# What LiveKit and the recorder say of a turn, a tool call and a model: tests/layer has it.
_NOT_WORKED_OUT |= {
    "turns": {field.name for field in glue.struct_fields("transcript")[12:]} | {"llm_model"},
    "tool_calls": {"call_id", "status"},
    "model_usage": {field.name for field in glue.struct_fields("model_usage")[10:]},
}
_UNNESTED = ("tool_calls", "turns", "model_usage", "costs")


@pytest.mark.parametrize("view", EXPECTED)
def test_a_view_shows_what_the_events_tell(view: str, corners: Lake, corner_folder: Path) -> None:
    assert differences(EXPECTED[view](corner_folder), rows(f"SELECT * FROM {view}", corners)) == []


@pytest.mark.parametrize("view", views())
def test_every_column_of_every_view_is_compared(
    view: str, corners: Lake, corner_folder: Path
) -> None:
    compared = {*EXPECTED[view](corner_folder)[0], *_NOT_WORKED_OUT.get(view, ())}
    assert {column.name for column in corners.tables[view]} == compared


def test_sessions_has_every_column_of_the_event_that_is_kept(
    corners: Lake, corner_folder: Path
) -> None:
    table = [column.name for column in glue.columns()]
    kept = {row["event_id"]: row for row in _delivered(corner_folder)}
    shown = rows(f"SELECT {', '.join(table)} FROM sessions", corners)
    assert differences([kept[row["event_id"]] for row in shown], shown) == []


def _delivered(folder: Path) -> Iterator[dict[str, Any]]:
    for file in folder.glob("sessions/*/*.parquet"):
        yield from pq.ParquetFile(file).read().to_pylist()


def test_rejects_say_what_the_function_said(corners: Lake) -> None:
    columns = (
        "event_id, error_path, error_message, aws_account_id, log_group, log_stream, "
        "transform_version"
    )
    kept = rows(f"SELECT DISTINCT {columns} FROM rejected_events", corners)
    assert differences(kept, rows(f"SELECT {columns} FROM rejects", corners)) == []


@pytest.mark.parametrize("view", _UNNESTED)
def test_the_place_of_a_row_within_its_call_is_unique(view: str, corners: Lake) -> None:
    sql = (
        f"SELECT count(*) FROM {view} GROUP BY dt, session_id, started_at, ordinal HAVING "
        f"count(*) > 1"
    )
    assert run_query(sql, corners).rows == []


@pytest.mark.parametrize("view", views())
def test_a_filter_on_dt_reads_the_files_of_that_day_alone(
    view: str, corners: Lake, corner_folder: Path
) -> None:
    sql = to_duckdb(f"SELECT * FROM {view} WHERE dt = '{NEXT_DAY}'", corners.tables).sql
    [(_, plan)] = run(corners.connection, Translation(f"EXPLAIN (FORMAT json) {sql}", [])).rows
    reads = re.findall(r'"name": "READ_(?:ND)?(PARQUET|JSON)', plan)
    held = {
        "PARQUET": "sessions/dt={}/*",
        "JSON": "rejected/dt={}/*" if view != "failed_records" else "errors/*/dt={}/*",
    }

    def count(kind: str, day: str) -> int:
        return len(list(corner_folder.glob(held[kind].format(day))))

    scanned = [f"{count(kind, NEXT_DAY)}/{count(kind, '*')}" for kind in reads]
    assert reads
    assert sorted(re.findall(r'"Scanning Files": "(\d+/\d+)"', plan)) == sorted(scanned)


def test_every_window_and_group_is_of_one_day() -> None:
    """What lets Trino push a filter on dt below them, which only Athena itself could show."""
    for name, view in views().items():
        windows = re.findall(r"PARTITION BY (\w+)", view.sql)
        groups = re.findall(r"GROUP BY (?:\w+\.)?(\w+)", view.sql)
        assert {*windows, *groups} <= {"dt"}, name
        assert len(windows) == view.sql.count("OVER ("), name


@pytest.mark.parametrize("view", views())
def test_a_filter_on_dt_shows_the_rows_of_that_day(
    view: str, corners: Lake, corner_folder: Path
) -> None:
    of_the_day = [row for row in EXPECTED[view](corner_folder) if row["dt"] == NEXT_DAY]
    shown = rows(f"SELECT * FROM {view} WHERE dt >= '{NEXT_DAY}' AND dt <= '{NEXT_DAY}'", corners)
    assert len(shown) == len(of_the_day)
    assert not of_the_day or differences(of_the_day, shown) == []


def test_views_of_nothing_are_empty(tmp_path: Path) -> None:
    lakes.write(tmp_path, "2026-03-02", [])
    with open_lake(tmp_path) as nothing:
        assert {view: rows(f"SELECT * FROM {view}", nothing) for view in views()} == {
            view: [] for view in views()
        }


def test_the_corner_cases_have_every_reason_alone_and_every_score_of_a_part() -> None:
    reasons = [row["qualification_reasons"] for row in expected_calls.sessions()]
    for reason in (
        "team_size",
        "monthly_volume",
        "integration",
        "urgent_decision_maker",
        "industry",
    ):
        assert [reason] in reasons
    scores = expected_calls.lead_scores()
    assert {row["team_size_points"] for row in scores} == {0, 5, 15, 25}
    assert {row["monthly_volume_points"] for row in scores} == {0, 5, 10, 20}
    assert {row["integration_points"] for row in scores} == {0, 10, 15, 20}
    assert (
        {row["timeline_points"] for row in scores}
        == {row["authority_points"] for row in scores}
        == {0, 5, 10, 15}
    )
    assert {79, 84, 100} <= {row["score"] for row in scores}


def test_a_day_of_which_nothing_is_known_has_nulls_and_no_zeros(corners: Lake) -> None:
    (silent,) = rows(f"SELECT * FROM daily_summary WHERE dt = '{SILENT_DAY}'", corners)
    known = {name for name, value in silent.items() if value is not None}
    counts = {
        "calls",
        "callers",
        "qualified_calls",
        "sales_ready_calls",
        "booked_calls",
        "calls_with_cost",
        "calls_with_errors",
    }
    assert known == {"dt", *counts}
