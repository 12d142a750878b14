"""The numbers on top of the page, each from one answer: what is rounded is never added up."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from voice_analytics.report.number_format import NOTHING, percent
from voice_analytics.report.sources import Record

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


class Headline(NamedTuple):
    """A number; `verdict` says whether it is `good` or `bad`, where there is a target for it."""

    label: str
    value: str
    note: str = ""
    verdict: str = ""


def headlines(answers: Mapping[str, Sequence[Record]]) -> list[Headline]:
    """What a person asks first; a dash where no call says anything."""
    totals = answers[TOTALS][0] if answers[TOTALS] else _NO_CALLS
    calls = totals["calls"]
    with_length = _of_those_with("length", totals["calls_with_length"], calls)
    with_cost = _of_those_with("cost", totals["calls_with_cost"], calls)
    with_both = _of_those_with("cost and length", totals["calls_with_both"], calls)
    return [
        Headline("Calls", f"{calls:,}"),
        Headline("Minutes", _written(totals["minutes"], "{:,.1f}"), with_length),
        _part("Qualified", totals["qualified_calls"], calls),
        _part("Meetings booked", totals["booked_calls"], calls),
        Headline("Cost", _written(totals["cost_usd"], "${:,.2f}"), with_cost),
        Headline("Cost per minute", _written(totals["cost_per_minute_usd"], "${:,.4f}"), with_both),
        _latency(answers["latency_by_stage"]),
    ]


def _part(label: str, number: int, calls: int) -> Headline:
    return Headline(label, f"{number:,}", f"{percent(number, calls)} of the calls" if calls else "")


def _written(value: float | None, form: str) -> str:
    return NOTHING if value is None else form.format(value)


def _of_those_with(what: str, known: int, calls: int) -> str:
    """A note where only some calls say `what` a number is made of."""
    return f"of the {known:,} calls with a known {what}" if 0 < known < calls else ""


def _latency(stages: Sequence[Record]) -> Headline:
    label = "Total latency, p95"
    for one in stages:
        if one["stage"] == WHOLE_WAIT:
            met = one["p95_ms"] <= one["target_ms"]
            note = f"{'within' if met else 'over'} the target of {one['target_ms']:,} ms"
            return Headline(label, f"{one['p95_ms']:,.0f} ms", note, "good" if met else "bad")
    return Headline(label, NOTHING)
