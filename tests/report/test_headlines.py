"""The numbers on top: those of the whole period, of the calls that say what they are made of."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.lake import lakes
from voice_analytics.cli.report import write_report
from voice_analytics.report.days import Days
from voice_analytics.report.headlines import Headline, headlines

DAYS = Days(date(2026, 11, 20), date(2026, 11, 22))
ALL_KNOWN: dict[str, Any] = {
    "calls": 2000,
    "qualified_calls": 1210,
    "booked_calls": 125,
    "calls_with_length": 2000,
    "minutes": 3558.4,
    "calls_with_cost": 2000,
    "cost_usd": 1050.25,
    "calls_with_both": 2000,
    "cost_per_minute_usd": 0.0316,
}


def of(*totals: dict[str, Any], stages: tuple[dict[str, Any], ...] = ()) -> dict[str, Headline]:
    return {
        headline.label: headline
        for headline in headlines({"period_totals": totals, "latency_by_stage": stages}, {}, DAYS)
    }


def test_the_numbers_are_shown_as_they_are_answered() -> None:
    assert list(of(ALL_KNOWN).values()) == [
        Headline("Calls", "2,000"),
        Headline("Minutes", "3,558.4"),
        Headline("Qualified", "1,210", "60.5 % of the calls"),
        Headline("Meetings booked", "125", "6.3 % of the calls"),
        Headline("Cost", "$1,050.25"),
        Headline("Cost per minute", "$0.0316"),
        Headline("Total latency, p95", "\N{EN DASH}"),
    ]


@pytest.mark.parametrize(
    ("column", "label", "note"),
    [
        ("calls_with_length", "Minutes", "of the 1,902 calls with a known length"),
        ("calls_with_cost", "Cost", "of the 1,902 calls with a known cost"),
        ("calls_with_both", "Cost per minute", "of the 1,902 calls with a known cost and length"),
    ],
)
def test_a_number_that_leaves_calls_out_says_of_how_many_it_is(
    column: str, label: str, note: str
) -> None:
    assert {
        headline.label: headline.note
        for headline in of(ALL_KNOWN | {column: 1902}).values()
        if "known" in headline.note
    } == {label: note}


def test_what_no_call_says_is_a_dash_without_a_note() -> None:
    nothing = {
        "minutes": None,
        "calls_with_length": 0,
        "cost_usd": None,
        "calls_with_cost": 0,
        "cost_per_minute_usd": None,
    }
    by_label = of(ALL_KNOWN | nothing | {"calls_with_both": 0})
    assert {headline for headline in by_label.values() if headline.value == "\N{EN DASH}"} == {
        Headline(label, "\N{EN DASH}")
        for label in ("Minutes", "Cost", "Cost per minute", "Total latency, p95")
    }


@pytest.mark.slow
def test_days_that_are_rounded_one_by_one_do_not_make_the_totals(tmp_path: Path) -> None:
    for day in ("2026-11-20", "2026-11-21", "2026-11-22"):  # $0.00 and 0.0 minutes each
        call = {
            "session_id": day,
            "started_at": lakes.MORNING,
            "cost_total_usd": 0.004,
            "duration_seconds": 2.4,
        }
        lakes.write(tmp_path, day, [call], lakes.FULL_SCHEMA)
    html = write_report(tmp_path, tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<dt>Cost</dt><dd>$0.01</dd>" in html
    assert "<dt>Minutes</dt><dd>0.1</dd>" in html
    assert "<dt>Cost per minute</dt><dd>$0.1000</dd>" in html


def test_latency_is_that_of_the_whole_wait_against_its_target() -> None:
    stages = (
        {"stage": "first token", "p95_ms": 1.0, "target_ms": 700},
        {"stage": "total", "p95_ms": 1500.0, "target_ms": 1500},
    )
    met = of(stages=stages)["Total latency, p95"]
    assert met == Headline(
        "Total latency, p95", "1,500 ms", "within the target of 1,500 ms", "good"
    )
    stages[1]["p95_ms"] = 1501.0
    missed = of(stages=stages)["Total latency, p95"]
    assert missed == Headline(
        "Total latency, p95", "1,501 ms", "over the target of 1,500 ms", "bad"
    )


def a_total(calls: int, p95: float) -> dict[str, list[dict[str, Any]]]:
    stage = {"stage": "total", "p95_ms": p95, "target_ms": 1500}
    return {"period_totals": [ALL_KNOWN | {"calls": calls}], "latency_by_stage": [stage]}


def test_a_headline_has_its_change_and_its_way_through_the_days() -> None:
    volume = [
        {"dt": "2026-11-20", "calls": 5, "minutes": 1.0, "qualified_calls": 0, "booked_calls": 0},
        {"dt": "2026-11-22", "calls": 10, "minutes": None, "qualified_calls": 0, "booked_calls": 0},
    ]
    now = a_total(2000, 1200.0) | {"daily_volume": volume}
    by_label = {
        headline.label: headline for headline in headlines(now, a_total(1600, 1500.0), DAYS)
    }
    assert by_label["Calls"].change == "+25.0 %"
    assert by_label["Calls"].spark == "0.0,12.0 100.0,2.0"
    assert by_label["Minutes"].change == "unchanged"
    assert by_label["Minutes"].spark == by_label["Qualified"].spark == ""
    assert by_label["Total latency, p95"].change == "\N{MINUS SIGN}20.0 %"


def test_what_was_nothing_before_has_no_change() -> None:
    before = {"period_totals": [ALL_KNOWN | {"calls": 0, "cost_usd": None}]}
    by_label = {headline.label: headline for headline in headlines(a_total(5, 1.0), before, DAYS)}
    changes = (
        by_label["Calls"].change,
        by_label["Cost"].change,
        by_label["Total latency, p95"].change,
    )
    assert changes == ("", "", "")
