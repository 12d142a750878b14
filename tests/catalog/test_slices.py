"""A saved query of a part of the calls answers as if the others had never been."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from tests.lake import lakes
from voice_analytics.catalog.saved_queries import queries, views
from voice_analytics.catalog.slices import Slice, columns_of, condition, rests_on_calls
from voice_analytics.lake.engine import Lake, open_lake, run_query

pytestmark = pytest.mark.slow

QUERIES = queries()
FIRST, LAST = date(2026, 11, 20), date(2026, 11, 22)
_TIME = pa.timestamp("us")
_SCHEMA = pa.schema(
    [
        *(("session_id", pa.string()), ("started_at", _TIME), ("logged_at", _TIME)),
        *(("agent_name", pa.string()), ("duration_seconds", pa.float64())),
    ]
)
ALL = "true"  # a condition that every call fulfils


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    folder = tmp_path_factory.mktemp("slices")
    for name, day, hour, agent in (
        ("early", "2026-11-21", 2, "guide"),
        ("late", "2026-11-21", 20, "O'Brien"),
        ("next", "2026-11-22", 3, None),
    ):
        started = lakes.MORNING.replace(year=2026, month=11, day=int(day[-2:]), hour=hour)
        call = {"session_id": name, "started_at": started, "agent_name": agent}
        row = call | {"duration_seconds": 60.0, "logged_at": started}
        lakes.write(folder, day, [row], _SCHEMA)
    with open_lake(folder) as opened:
        yield opened


def answer(name: str, calls: Slice, lake: Lake) -> list[Any]:
    return list(run_query(calls.sql(QUERIES[name].sql), lake).rows)


def test_the_columns_are_those_of_the_view(lake: Lake) -> None:
    shown = [column.name for column in lake.tables["sessions"]]
    assert columns_of(views()["sessions"]) == shown


@pytest.mark.parametrize("name", ["daily_volume", "call_list", "peak_concurrency"])
def test_a_slice_that_holds_all_calls_changes_nothing(name: str, lake: Lake) -> None:
    whole = Slice(FIRST, LAST)
    assert "WITH sessions AS" in whole.narrowed(ALL).sql(QUERIES[name].sql)
    assert answer(name, whole.narrowed(ALL), lake) == answer(name, whole, lake) != []


@pytest.mark.parametrize(
    ("values", "calls"),
    [(["guide"], ["early"]), (["O'Brien", ""], ["next", "late"]), ([""], ["next"])],
)
def test_only_the_calls_that_fulfil_a_condition_are_asked(
    values: list[str], calls: list[str], lake: Lake
) -> None:
    rows = answer("call_list", Slice(FIRST, LAST, (condition("agent_name", values),)), lake)
    assert [row[1] for row in rows] == calls


def test_in_another_time_zone_days_begin_at_its_midnight(lake: Lake) -> None:
    in_new_york = Slice(FIRST, LAST, (), "America/New_York")
    assert [row[:2] for row in answer("daily_volume", in_new_york, lake)] == [
        ("2026-11-20", 1),
        ("2026-11-21", 2),
    ]
    hours = [row[:3] for row in answer("calls_by_hour", in_new_york, lake)]
    assert hours == [(5, 21, 1), (6, 15, 1), (6, 22, 1)]


def test_what_rests_on_more_than_calls_is_asked_whole() -> None:
    sliced = Slice(FIRST, LAST, (ALL,))
    whole = [name for name, query in QUERIES.items() if not rests_on_calls(query.sql)]
    assert "WITH sessions AS" not in sliced.sql(QUERIES["daily_quality"].sql)
    assert {"daily_quality", "reject_reasons", "failed_deliveries", "duplicate_calls"} <= {*whole}
    assert "call_list" not in whole


def test_the_period_before_is_as_long_and_ends_on_the_day_before() -> None:
    before = Slice(FIRST, LAST, (ALL,)).before
    assert before == Slice(date(2026, 11, 17), date(2026, 11, 19), (ALL,))
