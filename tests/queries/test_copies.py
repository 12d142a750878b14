"""One call is one call: logged in two shapes, made twice, a partial record beside the whole one."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.lake import lakes
from tests.queries.comparison import rows
from voice_analytics.catalog.saved_queries import period, queries
from voice_analytics.lake.engine import Lake, open_lake

NOON = datetime(2026, 3, 2, 12)  # noqa: DTZ001 - times in the lake are naive UTC
LAST_SECOND = datetime(2026, 3, 2, 23, 59, 59, 990_000)  # noqa: DTZ001
_NUMBERS = iter(range(10_000))


def copy(session_id: str, started_at: datetime, **fields: Any) -> dict[str, Any]:
    """A row of the table; each is logged a minute after its start, later than those before it."""
    number = next(_NUMBERS)
    return {
        "event_id": f"{number:04}",
        "session_id": session_id,
        "started_at": started_at,
        "logged_at": started_at + timedelta(minutes=1, seconds=number),
        "log_group": "agents",
        **fields,
    }


def later(milliseconds: float, start: datetime = NOON) -> datetime:
    return start + timedelta(milliseconds=milliseconds)


ROWS = [
    copy("made twice", NOON, team_size=5),
    copy("made twice", later(7), team_size=6),
    copy("whole first", NOON, duration_seconds=60.0),
    copy("whole first", later(3), duration_seconds=9.0, is_partial=True),
    copy("three in a row", NOON),
    copy("three in a row", later(9_000)),
    copy("three in a row", later(18_000)),
    copy("two calls", NOON),
    copy("two calls", later(10_001)),
    copy("differs little", NOON, duration_seconds=60.0, cost_total_usd=0.5),
    copy("differs little", NOON, duration_seconds=61.0, cost_total_usd=0.5),
    copy("differs much", NOON, duration_seconds=60.0),
    copy("differs much", NOON, duration_seconds=61.5),
    copy("two tiers", NOON, qualification_tier="Tier 1"),
    copy("two tiers", NOON, qualification_tier="Tier 2"),
    copy("two volumes", NOON, monthly_volume=100),
    copy("two volumes", NOON, monthly_volume=200),
    copy("over midnight", LAST_SECOND, cost_total_usd=0.5),
    copy("over midnight", later(20, LAST_SECOND), cost_total_usd=0.75),
]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    folder = tmp_path_factory.mktemp("copies")
    for dt in sorted({row["started_at"].date().isoformat() for row in ROWS}):
        of_a_day = [row for row in ROWS if row["started_at"].date().isoformat() == dt]
        lakes.write(folder, dt, of_a_day, lakes.FULL_SCHEMA)
    with open_lake(folder) as opened:
        yield opened


def answer(name: str, lake: Lake) -> dict[str, dict[str, Any]]:
    sql = period(queries()[name].sql, date(2026, 3, 1), date(2026, 3, 31))
    return {row["session_id"]: row for row in rows(sql, lake)}


@pytest.mark.slow
def test_sessions_has_a_row_a_call(lake: Lake) -> None:
    sql = "SELECT session_id, event_id, copies, copies_differ FROM sessions"
    shown = rows(sql, lake)
    calls = [row["session_id"] for row in shown]
    twice = {name for name in calls if calls.count(name) > 1}
    assert twice == {"two calls", "over midnight"}  # a day is read by itself
    kept = {row["session_id"]: row for row in shown}
    assert (kept["made twice"]["event_id"], kept["made twice"]["copies"]) == ("0001", 2)
    assert kept["whole first"]["event_id"] == "0002"
    assert kept["three in a row"]["copies"] == 3
    differ = {name for name, row in kept.items() if row["copies_differ"]}
    assert differ == {"made twice", "differs much", "two tiers", "two volumes"}


def test_copies_are_listed_also_those_of_two_days(lake: Lake) -> None:
    copies = answer("duplicate_calls", lake)
    assert copies.keys() == {row["session_id"] for row in ROWS} - {"two calls"}
    assert copies["three in a row"]["deliveries"] == 3
    midnight = copies["over midnight"]
    assert (midnight["dt"], midnight["started_at"]) == ("2026-03-02", LAST_SECOND)
    assert (midnight["deliveries"], midnight["why"]) == (2, "logged again")


def test_copies_that_contradict_each_other_are_listed(lake: Lake) -> None:
    copies = answer("contradicting_copies", lake)
    assert copies.keys() == {
        *("made twice", "differs much", "two tiers", "two volumes", "over midnight")
    }
    assert copies["made twice"]["team_sizes"] == [5, 6]
    assert copies["two tiers"]["tiers"] == ["Tier 1", "Tier 2"]
    assert copies["two volumes"]["monthly_volumes"] == [100, 200]
    lengths = copies["differs much"]["shortest_seconds"], copies["differs much"]["longest_seconds"]
    assert lengths == (60.0, 61.5)
    midnight = copies["over midnight"]
    assert (midnight["least_cost_usd"], midnight["greatest_cost_usd"]) == (0.5, 0.75)
