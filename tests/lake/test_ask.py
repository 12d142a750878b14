"""A question is a saved query's name with its values, or SQL."""

import re
from datetime import date
from pathlib import Path

import pytest

from tests.lake import lakes
from voice_analytics.catalog.saved_queries import Parameter, Query, queries
from voice_analytics.cli.query import query
from voice_analytics.errors import UserError
from voice_analytics.lake.ask import arguments, ask
from voice_analytics.lake.days import days_of
from voice_analytics.lake.engine import open_lake

pytestmark = pytest.mark.slow

_DAYS = (date(2025, 10, 31), date(2025, 10, 31))
_TWO = Query(
    "two",
    "Which?",
    "sales",
    (Parameter("who", "varchar", "a name"), Parameter("top", "bigint", "how many")),
    "SELECT 1",
)


def test_a_saved_query_reads_the_days_that_are_asked_for(tmp_path: Path) -> None:
    folder = lakes.small(tmp_path)
    with open_lake(folder) as lake:
        assert [row[0] for row in ask("cost_by_day", (), lake, _DAYS).rows] == ["2025-10-31"]
        assert ask("cost_by_day", (), lake, (date(2020, 1, 1), date(2020, 1, 2))).rows == []


def test_a_saved_query_takes_its_values(tmp_path: Path) -> None:
    folder = lakes.small(tmp_path)
    with open_lake(folder) as lake:
        result = ask("find_session", ("A",), lake, _DAYS)
    assert [
        dict(zip((column.name for column in result.columns), row, strict=True))["session_id"]
        for row in result.rows
    ] == ["a"]


def test_sql_takes_values_as_text(tmp_path: Path) -> None:
    folder = lakes.small(tmp_path)
    with open_lake(folder) as lake:
        assert ask(
            "SELECT session_id FROM sessions WHERE session_id = ?", ("b",), lake, _DAYS
        ).rows == [("b",)]


def test_values_become_what_the_query_says_that_they_are() -> None:
    assert arguments(_TWO, ("7", "7")) == ["7", 7]


@pytest.mark.parametrize("values", [(), ("a",), ("a", "1", "2")])
def test_too_few_and_too_many_values_are_refused_with_what_is_wanted(
    values: tuple[str, ...],
) -> None:
    with pytest.raises(UserError, match=r"two takes who \(a name\), top \(how many\)"):
        arguments(_TWO, values)


def test_a_text_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(UserError, match="whole number"):
        arguments(_TWO, ("a", "many"))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("content_gap", "did you mean content_gaps?"),
        ("LEAD-FUNNEL", "did you mean lead_funnel?"),
        ("nonsense", "see voice-analytics local queries"),
        ("sessions", "is a view and not a saved query: ask it in SQL"),
    ],
)
def test_an_unknown_name_is_refused_with_what_may_be_meant(
    name: str, hint: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=re.escape(hint)):
        query(name, lake=lakes.small(tmp_path))


@pytest.mark.parametrize(
    ("since", "until"), [("2025-11-01", "2025-10-31"), ("2030-01-01", None), (None, "2020-01-01")]
)
def test_days_of_which_there_is_nothing_are_refused_with_those_that_there_are(
    since: str | None, until: str | None, tmp_path: Path
) -> None:
    first, last = (date.fromisoformat(day) if day else None for day in (since, until))
    with pytest.raises(UserError, match="the lake holds 2025-10-31 to 2025-11-01"):
        query("cost_by_day", lake=lakes.small(tmp_path), since=first, until=last)


def test_days_are_for_saved_queries_alone(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="--since"):
        query("SELECT 1", lake=lakes.small(tmp_path), since=_DAYS[0])


@pytest.mark.slow
def test_every_saved_query_is_answered_by_its_name(tmp_path: Path) -> None:
    with open_lake(lakes.small(tmp_path)) as lake:
        for name, saved in queries().items():
            values = ["1" if one.type == "bigint" else "a" for one in saved.parameters]
            assert ask(name, values, lake, _DAYS).columns, name


def test_the_days_of_a_lake_are_those_of_its_folders(tmp_path: Path) -> None:
    for folder in (
        "sessions/dt=2026-11-02",
        "rejected/dt=2026-11-01",
        "errors/processing-failed/dt=2026-11-03",
        "sessions/dt=none",
    ):
        (tmp_path / folder).mkdir(parents=True)
    assert days_of(tmp_path) == (date(2026, 11, 1), date(2026, 11, 3))
