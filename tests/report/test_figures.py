"""A plot draws what the query answered, as much of it as can be told apart."""

from datetime import date
from typing import Any

import pytest

from voice_analytics.report.day_charts import Frame
from voice_analytics.report.days import Days
from voice_analytics.report.figures import SECTIONS

DAYS = Days(date(2026, 11, 20), date(2026, 11, 22))
FIGURES = {figure.title: figure for figures in SECTIONS.values() for figure in figures}


def drawn(title: str, *records: dict[str, Any], having: str) -> list[dict[str, Any]]:
    """The plot's data whose rows have this field."""
    plot = FIGURES[title].plot(records, Frame(DAYS))
    assert plot is not None
    rows: list[dict[str, Any]] = next(
        rows for rows in plot.chart.to_dict()["datasets"].values() if having in rows[0]
    )
    return rows


def a_day(dt: str, **values: Any) -> dict[str, Any]:
    return {"dt": dt} | values


def a_stage(stage: str, target: int, *ms: float) -> dict[str, Any]:
    percentiles = dict(zip(("p50_ms", "p90_ms", "p95_ms", "p99_ms"), ms, strict=True))
    return {
        "dt": "2026-11-21",
        "stage": stage,
        "target_ms": target,
        "within_target_percent": 61.5,
    } | percentiles


def test_a_column_stands_for_each_day_with_calls() -> None:
    days = (a_day("2026-11-20", calls=7), a_day("2026-11-22", calls=3))
    assert drawn("Calls by day", *days, having="value") == [
        {"day": "2026-11-20", "value": 7},
        {"day": "2026-11-22", "value": 3},
    ]


def test_a_day_whose_cost_is_not_known_has_no_column() -> None:
    days = (a_day("2026-11-20", cost_usd=None), a_day("2026-11-22", cost_usd=1.5))
    assert drawn("Cost by day", *days, having="value") == [{"day": "2026-11-22", "value": 1.5}]


def test_the_axis_has_every_day_of_the_period() -> None:
    plot = FIGURES["Calls by day"].plot([a_day("2026-11-20", calls=7)], Frame(DAYS))
    assert plot is not None
    assert plot.chart.to_dict()["layer"][0]["encoding"]["x"]["scale"]["domain"] == [
        "2026-11-20",
        "2026-11-21",
        "2026-11-22",
    ]


@pytest.mark.parametrize(("days", "labels"), [(1, 1), (10, 10), (11, 6), (92, 10), (366, 10)])
def test_the_axis_has_no_more_labels_than_fit(days: int, labels: int) -> None:
    plot = FIGURES["Calls by day"].plot(
        [a_day("2026-11-20", calls=7)], Frame(Days.ending_on(DAYS.last, days))
    )
    assert plot is not None
    assert len(plot.chart.to_dict()["layer"][0]["encoding"]["x"]["axis"]["values"]) == labels


def test_a_provider_without_a_cost_has_no_bar() -> None:
    known = {"provider": "openai", "cost_usd": 1234.5, "cost_percent": 99.6}
    unknown = {"provider": "unleash", "cost_usd": None, "cost_percent": None}
    assert drawn("Cost by provider", known, unknown, having="text") == [
        {"row": 0, "label": "openai", "text": "$1,234.50 · 99.6 %"}
    ]


def test_a_stage_has_its_percentiles_and_its_target() -> None:
    stage = a_stage("first token", 700, 613.0, 1091.0, 1305.0, 1784.0)
    points = drawn("Latency by stage", stage, having="ms")
    assert [(point["percentile"], point["ms"]) for point in points] == [
        ("p50", 613.0),
        ("p90", 1091.0),
        ("p95", 1305.0),
        ("p99", 1784.0),
    ]
    (row,) = drawn("Latency by stage", stage, having="target")
    assert row["target"] == 700
    assert row["label"] == "first token, target 700 ms"
    assert row["text"] == "61.5 % within"


def test_latency_by_day_is_that_of_the_whole_wait_beside_its_target() -> None:
    stages = (
        a_stage("first token", 700, 1.0, 2.0, 3.0, 4.0),
        a_stage("total", 1500, 10.0, 20.0, 30.0, 40.0),
    )
    points = drawn("Total latency by day", *stages, having="percentile")
    assert [(point["percentile"], point["ms"]) for point in points] == [
        ("p50", 10.0),
        ("p95", 30.0),
        ("p99", 40.0),
    ]
    assert drawn("Total latency by day", *stages, having="text") == [
        {"ms": 1500, "text": "target 1,500 ms"}
    ]


def test_outcomes_are_words_and_say_of_how_many_the_agent_said_one() -> None:
    outcomes = [
        {"outcome": "meeting_booked", "calls": 235, "calls_percent": 58.8, "said_by_agent": 85},
        {"outcome": "abandoned", "calls": 165, "calls_percent": 41.2, "said_by_agent": 100},
    ]
    assert [
        (row["label"], row["text"]) for row in drawn("How calls end", *outcomes, having="text")
    ] == [
        ("meeting booked", "235 · 58.8 %"),
        ("caller left before the end", "165 · 41.2 %"),
    ]
    note = FIGURES["How calls end"].note
    assert note(outcomes).startswith("The agent said the outcome of 185 of the 400 calls;")
    assert note([outcomes[0] | {"said_by_agent": 235}]) == ""


def test_the_period_before_is_pale_at_the_day_that_it_is_compared_with() -> None:
    before = [a_day("2026-11-17", calls=4), a_day("2026-11-19", calls=6)]
    plot = FIGURES["Calls by day"].plot([a_day("2026-11-20", calls=7)], Frame(DAYS, before))
    assert plot is not None
    rows = next(rows for rows in plot.chart.to_dict()["datasets"].values() if "before" in rows[0])
    assert rows == [
        {"day": "2026-11-20", "before": "2026-11-17", "value": 4},
        {"day": "2026-11-22", "before": "2026-11-19", "value": 6},
    ]


def test_a_version_has_a_rule_on_the_day_of_its_first_call() -> None:
    first_days = {"2.0": "2026-11-21", "2.1": "2026-11-21", "3.0": "2026-12-24"}
    frame = Frame(DAYS, (), first_days)
    plot = FIGURES["Calls by day"].plot([a_day("2026-11-20", calls=7)], frame)
    assert plot is not None
    rows = next(rows for rows in plot.chart.to_dict()["datasets"].values() if "versions" in rows[0])
    assert rows == [{"day": "2026-11-21", "versions": "2.0, 2.1"}]


def test_every_hour_of_the_week_has_a_cell() -> None:
    calls = {"weekday": 2, "hour": 16, "calls": 22}
    cells = drawn("Calls by weekday and hour", calls, having="hour")
    assert len(cells) == 7 * 24
    assert [cell for cell in cells if cell["calls"]] == [{"day": "Tue", "hour": 16, "calls": 22}]


def test_a_histogram_has_a_column_for_each_bin_and_a_rule_at_the_target() -> None:
    answers = {"from_ms": 1250, "answers": 7, "target_ms": 1500}
    assert drawn("Waits for an answer", answers, having="count") == [
        {"from": 1250, "to": 1500, "count": 7}
    ]
    assert drawn("Waits for an answer", answers, having="target") == [{"target": 1500}]


@pytest.mark.parametrize(
    ("title", "record", "result"),
    [
        (
            "Calls by day",
            a_day("2026-11-20", calls=7),
            "most calls on Friday, November 20, 7; least on Friday, November 20, 7",
        ),
        (
            "Calls by weekday and hour",
            {"weekday": 2, "hour": 16, "calls": 22},
            "most calls, 22, on Tuesday from 16:00 to 16:59",
        ),
        (
            "Waits for an answer",
            {"from_ms": 1250, "answers": 7, "target_ms": 1500},
            "most answers, 7, from 1,250 to 1,500 milliseconds",
        ),
        (
            "Latency by stage",
            a_stage("total", 1500, 10.0, 20.0, 30.0, 40.0),
            "total, target 1,500 ms: 10 ms at the median, 30 at p95, 61.5 % within",
        ),
    ],
)
def test_a_plot_says_its_result(title: str, record: dict[str, Any], result: str) -> None:
    plot = FIGURES[title].plot([record], Frame(DAYS))
    assert plot is not None
    assert plot.result == result


def test_a_tool_that_failed_has_a_bar_of_two_parts() -> None:
    tool = {"tool": "book", "uses": 8, "failed": 1, "success_percent": 87.5}
    parts = drawn("Tool success", tool, having="kind")
    assert [(part["kind"], part["amount"]) for part in parts] == [("worked", 7), ("failed", 1)]
    assert drawn("Tool success", tool, having="text")[0]["text"] == "87.5 % of 8"


def test_the_funnel_draws_the_steps_in_order_and_no_score() -> None:
    counts = {"calls": 1000, "qualified": 605, "hot": 60, "meeting booked": 235}
    steps = [
        {"stage": stage, "calls": calls, "calls_percent": calls / 10}
        for stage, calls in counts.items()
    ]
    assert [
        (row["label"], row["text"])
        for row in drawn("From call to booked meeting", *steps, having="text")
    ] == [
        ("calls", "1,000 · 100.0 %"),
        ("qualified", "605 · 60.5 %"),
        ("meeting booked", "235 · 23.5 %"),
    ]


def test_no_more_than_ten_gaps_are_drawn() -> None:
    gaps = [
        {"question": f"q{number}", "searches_without_result": 20 - number} for number in range(12)
    ]
    labels = [row["label"] for row in drawn("Searches without a result", *gaps, having="text")]
    assert labels == [f"q{number}" for number in range(10)]


def test_what_was_wrong_is_stacked_by_kind() -> None:
    flaws = {
        "repeated_deliveries": 0,
        "repeated_events": 2,
        "rejects": 3,
        "events_with_violations": 0,
        "late_events": 1,
    }
    parts = drawn(
        "Copies, rejects and wrong values by day", a_day("2026-11-21", **flaws), having="kind"
    )
    assert [(part["kind"], part["value"]) for part in parts] == [
        ("logged again", 2),
        ("rejected", 3),
        ("late", 1),
    ]


@pytest.mark.parametrize("title", FIGURES)
def test_without_an_answer_there_is_no_plot(title: str) -> None:
    assert FIGURES[title].plot([], Frame(DAYS)) is None
