"""The numbers on top of the page, each from one answer: what is rounded is never added up."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from voice_analytics.report.comparison import by_day, change, sparkline
from voice_analytics.report.days import Days
from voice_analytics.report.number_format import NOTHING, percent
from voice_analytics.report.sources import Record

type Records = Mapping[str, Sequence[Record]]

TOTALS = "period_totals"
WHOLE_WAIT = "total"  # the stage that is it, as the view stage_latencies calls it
_COUNTS = (
    "calls",
    "qualified_calls",
    "booked_calls",
    "calls_with_length",
    "calls_with_cost",
    "calls_with_both",
)
_NO_CALLS: Record = dict.fromkeys(_COUNTS, 0) | dict.fromkeys(
    ("minutes", "cost_usd", "cost_per_minute_usd")
)
# by label: the saved query and the column of a value a day
_BY_DAY = {
    "Calls": ("daily_volume", "calls"),
    "Minutes": ("daily_volume", "minutes"),
    "Qualified": ("daily_volume", "qualified_calls"),
    "Meetings booked": ("daily_volume", "booked_calls"),
    "Cost": ("cost_by_day", "cost_usd"),
    "Cost per minute": ("cost_by_day", "cost_per_minute_usd"),
    "Total latency, p95": ("latency_by_day", "p95_ms"),
}
OF_HEADLINES = tuple(dict.fromkeys((TOTALS, "latency_by_stage", *(q for q, _ in _BY_DAY.values()))))


class Headline(NamedTuple):
    """A number; `verdict` says whether it is `good` or `bad`, where there is a target for it.

    `change` is the one from the period before, `spark` the points of a line through the days.
    """

    label: str
    value: str
    note: str = ""
    verdict: str = ""
    change: str = ""
    spark: str = ""


def headlines(now: Records, before: Records, days: Days) -> list[Headline]:
    """What a person asks first; a dash where no call says anything."""
    totals, earlier = _totals(now), _totals(before) if before else {}
    calls = totals["calls"]
    with_length = _of_those_with("length", totals["calls_with_length"], calls)
    with_cost = _of_those_with("cost", totals["calls_with_cost"], calls)
    with_both = _of_those_with("cost and length", totals["calls_with_both"], calls)
    minute = "cost_per_minute_usd"
    plain = [
        (Headline("Calls", f"{calls:,}"), "calls"),
        (Headline("Minutes", _format_value(totals["minutes"], "{:,.1f}"), with_length), "minutes"),
        (_part("Qualified", totals["qualified_calls"], calls), "qualified_calls"),
        (_part("Meetings booked", totals["booked_calls"], calls), "booked_calls"),
        (Headline("Cost", _format_value(totals["cost_usd"], "${:,.2f}"), with_cost), "cost_usd"),
        (Headline("Cost per minute", _format_value(totals[minute], "${:,.4f}"), with_both), minute),
    ]
    compared = [
        headline._replace(change=change(totals[column], earlier.get(column)))
        for headline, column in plain
    ]
    return [
        headline._replace(spark=_spark(headline.label, now, days))
        for headline in [
            *compared,
            _latency(now["latency_by_stage"], before.get("latency_by_stage", [])),
        ]
    ]


def _totals(records: Records) -> Record:
    return records[TOTALS][0] if records[TOTALS] else _NO_CALLS


def _spark(label: str, records: Records, days: Days) -> str:
    query, column = _BY_DAY[label]
    rows = [
        record for record in records.get(query, []) if record.get("stage", WHOLE_WAIT) == WHOLE_WAIT
    ]
    return sparkline(by_day(rows, column, days.dates()))


def _part(label: str, number: int, calls: int) -> Headline:
    return Headline(label, f"{number:,}", f"{percent(number, calls)} of the calls" if calls else "")


def _format_value(value: float | None, form: str) -> str:
    return NOTHING if value is None else form.format(value)


def _of_those_with(what: str, known: int, calls: int) -> str:
    """A note where only some calls say `what` a number is made of."""
    return f"of the {known:,} calls with a known {what}" if 0 < known < calls else ""


def _latency(stages: Sequence[Record], earlier: Sequence[Record]) -> Headline:
    label = "Total latency, p95"
    before = {stage["stage"]: stage["p95_ms"] for stage in earlier}.get(WHOLE_WAIT)
    for stage in stages:
        if stage["stage"] == WHOLE_WAIT:
            met = stage["p95_ms"] <= stage["target_ms"]
            note = f"{'within' if met else 'over'} the target of {stage['target_ms']:,} ms"
            verdict = "good" if met else "bad"
            changed = change(stage["p95_ms"], before)
            return Headline(label, f"{stage['p95_ms']:,.0f} ms", note, verdict, changed)
    return Headline(label, NOTHING)
