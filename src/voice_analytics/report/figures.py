"""What the page shows.

Each figure is the answer of one saved query, with one sentence that says what to look for.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from voice_analytics.report.charts import (
    Bar,
    Chart,
    Kind,
    Stage,
    columns,
    latencies,
    percentile_lines,
    ranking,
    stacked_columns,
)
from voice_analytics.report.days import Days
from voice_analytics.report.headlines import TOTALS, WHOLE_WAIT
from voice_analytics.report.number_format import dollars, percent, percentage
from voice_analytics.report.sources import Record
from voice_analytics.report.theme import BLUE, GREEN, GREY, PURPLE, VERMILION

type Records = Sequence[Record]

MOST_BARS = 10  # of a ranking; its table has more
_A_SCORE = "hot"  # of the funnel: no step on the way to a meeting
_NO_CALLS = "No calls in this period."


class Figure(NamedTuple):
    """A figure.

    Its plot, and which columns of the answer stand in its table (never those that may name a
    person).
    """

    query: str
    title: str
    look_for: str
    chart: Callable[[Records, Days], Chart]
    columns: tuple[str, ...]
    empty: str = _NO_CALLS
    wide: bool = False
    by_rank: bool = False


def _calls_by_day(records: Records, days: Days) -> Chart:
    return columns(records, days, "calls", "calls", ",.0f")


def _cost_by_day(records: Records, days: Days) -> Chart:
    return columns(records, days, "cost_usd", "cost (USD)", "$,.2~f")


def _cost_by_provider(records: Records, _: Days) -> Chart:
    return _costs([(record["provider"] or "not said", record) for record in records])


def _cost_by_model(records: Records, _: Days) -> Chart:
    return _costs(
        [
            (f"{record['provider'] or 'not said'}, model {record['models']}", record)
            for record in records
        ]
    )


def _costs(named: Sequence[tuple[str, Record]]) -> Chart:
    bars = [
        Bar(name, _dollars_and_share(record), {"USD": record["cost_usd"]})
        for name, record in named[:MOST_BARS]
        if record["cost_usd"]
    ]
    return ranking(bars, {"USD": BLUE})


def _dollars_and_share(record: Record) -> str:
    return f"{dollars(record['cost_usd'])} · {percentage(record['cost_percent'])}"


def _latency_by_stage(records: Records, _: Days) -> Chart:
    return latencies([_stage(record) for record in records])


def _stage(record: Record) -> Stage:
    label = f"{record['stage']}, target {record['target_ms']:,} ms"
    percentiles = {name: record[f"{name}_ms"] for name in ("p50", "p90", "p95", "p99")}
    return Stage(
        label,
        f"{percentage(record['within_target_percent'])} within",
        record["target_ms"],
        percentiles,
    )


def _latency_by_day(records: Records, days: Days) -> Chart:
    totals = [record for record in records if record["stage"] == WHOLE_WAIT]
    target = totals[0]["target_ms"] if totals else 0
    return percentile_lines(totals, days, ("p50", "p95", "p99"), target)


def _lead_funnel(records: Records, _: Days) -> Chart:
    return _calls([(record["stage"], record) for record in records if record["stage"] != _A_SCORE])


def _integrations_wanted(records: Records, _: Days) -> Chart:
    return _calls([(record["integration"], record) for record in records[:MOST_BARS]])


def _calls(named: Sequence[tuple[str, Record]]) -> Chart:
    bars = [
        Bar(
            name,
            f"{record['calls']:,} · {percentage(record['calls_percent'] or 0)}",
            {"calls": record["calls"]},
        )
        for name, record in named
    ]
    return ranking(bars, {"calls": BLUE})


def _call_endings(records: Records, _: Days) -> Chart:
    calls: Counter[str] = Counter()
    for record in records:
        calls[record["outcome"]] += record["calls"]
    written = {
        outcome: f"{number:,} · {percent(number, calls.total())}"
        for outcome, number in calls.items()
    }
    bars = [
        Bar(outcome, written[outcome], {"calls": number})
        for outcome, number in calls.most_common(MOST_BARS)
    ]
    return ranking(bars, {"calls": BLUE})


def _tool_success(records: Records, _: Days) -> Chart:
    bars = [
        Bar(
            record["tool"],
            f"{percentage(record['success_percent'])} of {record['uses']:,}",
            {"worked": record["uses"] - record["failed"], "failed": record["failed"]},
        )
        for record in records[:MOST_BARS]
    ]
    return ranking(bars, {"worked": BLUE, "failed": VERMILION})


def _content_gaps(records: Records, _: Days) -> Chart:
    bars = [
        Bar(
            record["question"],
            f"{record['searches_without_result']:,}",
            {"searches": record["searches_without_result"]},
        )
        for record in records[:MOST_BARS]
    ]
    return ranking(bars, {"searches": VERMILION})


def _rows_by_day(records: Records, days: Days) -> Chart:
    return columns(records, days, "deliveries", "rows", ",.0f")


def _flaws_by_day(records: Records, days: Days) -> Chart:
    kinds = {
        "repeated_deliveries": Kind("sent again", GREY),
        "repeated_events": Kind("logged again", BLUE),
        "rejects": Kind("rejected", VERMILION),
        "events_with_violations": Kind("wrong values", PURPLE),
        "late_events": Kind("late", GREEN),
    }
    return stacked_columns(records, days, kinds, "log events", ",.0f")


SECTIONS: dict[str, tuple[Figure, ...]] = {
    "Calls and cost": (
        Figure(
            "daily_volume",
            "Calls by day",
            "Look for days without calls, or with far fewer than the same weekday before.",
            _calls_by_day,
            (
                "dt",
                "calls",
                "minutes",
                "average_minutes",
                "qualified_calls",
                "booked_calls",
                "calls_with_errors",
            ),
        ),
        Figure(
            "cost_by_day",
            "Cost by day",
            "It should rise and fall with the calls; where it rises alone, a model or a price has "
            "changed.",
            _cost_by_day,
            (
                "dt",
                "calls",
                "calls_with_cost",
                "cost_usd",
                "cost_per_call_usd",
                "cost_per_minute_usd",
                "cost_per_qualified_usd",
            ),
            "No call in this period has a cost.",
        ),
        Figure(
            "cost_by_provider",
            "Cost by provider",
            "The longest bar is where a cheaper model or a shorter prompt saves most.",
            _cost_by_provider,
            ("provider", "calls", "cost_usd", "cost_percent", "cost_per_call_usd"),
            "No call in this period has costs by provider.",
            by_rank=True,
        ),
        Figure(
            "cost_by_model",
            "Cost by model",
            "Compare the cost per call of a provider's models in the numbers below.",
            _cost_by_model,
            ("provider", "models", "calls", "cost_usd", "cost_percent", "cost_per_call_usd"),
            "No call in this period has costs by provider.",
            by_rank=True,
        ),
    ),
    "How long callers wait": (
        Figure(
            "latency_by_stage",
            "Latency by stage",
            "Points to the right of the orange target came too late; mend the stage that "
            "overshoots most.",
            _latency_by_stage,
            (
                "stage",
                "turns",
                "p50_ms",
                "p90_ms",
                "p95_ms",
                "p99_ms",
                "target_ms",
                "within_target_percent",
            ),
            "No latency was measured in this period.",
        ),
        Figure(
            "latency_by_day",
            "Total latency by day",
            "95 of 100 answers come sooner than p95; a line that climbs tells of a slower provider "
            "or a longer prompt.",
            _latency_by_day,
            (
                "dt",
                "stage",
                "turns",
                "p50_ms",
                "p90_ms",
                "p95_ms",
                "p99_ms",
                "target_ms",
                "within_target_percent",
            ),
            "No latency was measured in this period.",
        ),
    ),
    "Leads": (
        Figure(
            "lead_funnel",
            "From call to booked meeting",
            "Each bar counts by itself, out of all calls: a caller who does not qualify may book a "
            "meeting too.",
            _lead_funnel,
            ("stage", "calls", "calls_percent"),
        ),
        Figure(
            "integrations_wanted",
            "Integrations wanted",
            "What stands high here and is not in the product yet is worth a talk with its makers.",
            _integrations_wanted,
            (
                "integration",
                "calls",
                "calls_percent",
                "qualified_calls",
                "median_team_size",
                "last_asked_on",
            ),
            "Nobody asked for an integration in this period.",
            by_rank=True,
        ),
    ),
    "Conversations and tools": (
        Figure(
            "call_endings",
            "How calls end",
            "Watch the share of calls that were abandoned or that an error closed.",
            _call_endings,
            (
                "outcome",
                "conversation_state",
                "ended_because",
                "calls",
                "calls_percent",
                "average_minutes",
            ),
        ),
        Figure(
            "tool_success",
            "Tool success",
            "Orange is a caller who did not get what the agent promised.",
            _tool_success,
            ("tool", "uses", "failed", "success_percent", "median_ms", "p95_ms"),
            "No tool was used in this period.",
            by_rank=True,
        ),
        Figure(
            "content_gaps",
            "Searches without a result",
            "Callers asked this and the knowledge base had no answer: the longest bars are the "
            "next articles to write.",
            _content_gaps,
            ("question", "searches_without_result", "calls", "categories", "last_asked_on"),
            "No search in this period came back empty.",
            wide=True,
            by_rank=True,
        ),
    ),
    "Data quality": (
        Figure(
            "daily_quality",
            "Rows delivered by day",
            "A gap while there were calls means that the agent's log did not arrive.",
            _rows_by_day,
            ("dt", "calls", "deliveries", "repeated_deliveries", "repeated_events"),
            "Nothing was delivered in this period.",
        ),
        Figure(
            "daily_quality",
            "Copies, rejects and wrong values by day",
            "Copies do no harm, for a call counts once; rejects and wrong values rise when the "
            "agent's code has changed.",
            _flaws_by_day,
            (
                "dt",
                "rejects",
                "rejects_percent",
                "violations",
                "events_with_violations",
                "late_events",
            ),
            "No copies, rejects or wrong values in this period.",
        ),
    ),
}
QUERIES = (
    TOTALS,
    *dict.fromkeys(figure.query for figures in SECTIONS.values() for figure in figures),
)
