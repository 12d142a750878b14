"""The numbers on top, of answers that leave out what is not known."""

from typing import Any

from voice_analytics.report.headlines import Headline, headlines


def of(volume: list[dict[str, Any]], costs: list[dict[str, Any]], stages: list[dict[str, Any]]) -> dict[str, Headline]:
    answers = {"daily_volume": volume, "cost_by_day": costs, "latency_by_stage": stages}
    return {one.label: one for one in headlines(answers)}


def a_day(calls: int, minutes: float | None, qualified: int = 0, booked: int = 0) -> dict[str, Any]:
    return {"calls": calls, "minutes": minutes, "qualified_calls": qualified, "booked_calls": booked}


def a_cost(usd: float | None, minutes: float | None, per_minute: float | None) -> dict[str, Any]:
    return {"cost_usd": usd, "minutes": minutes, "cost_per_minute_usd": per_minute}


def test_calls_minutes_and_leads_are_those_of_all_days() -> None:
    found = of([a_day(1200, 2000.4, 300, 60), a_day(800, None, 100, 40)], [], [])
    assert found["Calls"].value == "2,000"
    assert found["Minutes"].value == "2,000"
    assert found["Qualified"] == Headline("Qualified", "400", "20 % of the calls")
    assert found["Meetings booked"] == Headline("Meetings booked", "100", "5 % of the calls")


def test_cost_per_minute_is_weighted_by_the_minutes_of_the_days_that_have_one() -> None:
    found = of([], [a_cost(3.0, 30.0, 0.10), a_cost(9.0, 90.0, 0.02), a_cost(None, 500.0, None)], [])
    assert found["Cost"].value == "$12.00"
    assert found["Cost per minute"].value == "$0.040"


def test_what_no_call_says_is_a_dash() -> None:
    found = of([a_day(1, None)], [a_cost(None, None, None)], [])
    assert {label for label, one in found.items() if one.value == "\N{EN DASH}"} == {
        "Minutes",
        "Cost",
        "Cost per minute",
        "Total latency, p95",
    }


def test_latency_is_that_of_the_whole_wait_against_its_target() -> None:
    stages = [{"stage": "first token", "p95_ms": 1.0, "target_ms": 700}, {"stage": "total", "p95_ms": 1500.0, "target_ms": 1500}]
    met = of([], [], stages)["Total latency, p95"]
    assert met == Headline("Total latency, p95", "1,500 ms", "within the target of 1,500 ms", "good")
    stages[1]["p95_ms"] = 1501.0
    missed = of([], [], stages)["Total latency, p95"]
    assert missed == Headline("Total latency, p95", "1,501 ms", "over the target of 1,500 ms", "bad")
