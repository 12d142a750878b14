"""The numbers on top of the page, from the answers that the figures show."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from voice_analytics.report.number_format import NOTHING, dollars
from voice_analytics.report.sources import Record


class Headline(NamedTuple):
    """A number; `verdict` says whether it is `good` or `bad`, where there is a target for it."""

    label: str
    value: str
    note: str = ""
    verdict: str = ""


def headlines(answers: Mapping[str, Sequence[Record]]) -> list[Headline]:
    """What a person asks first; a dash where no call says anything."""
    volume, costs = answers["daily_volume"], answers["cost_by_day"]
    calls = _sum(volume, "calls") or 0
    cost = _sum(costs, "cost_usd")
    minutes = _sum(volume, "minutes")
    return [
        Headline("Calls", f"{calls:,.0f}"),
        Headline("Minutes", NOTHING if minutes is None else f"{minutes:,.0f}"),
        _part("Qualified", _sum(volume, "qualified_calls") or 0, calls),
        _part("Meetings booked", _sum(volume, "booked_calls") or 0, calls),
        Headline("Cost", NOTHING if cost is None else dollars(cost)),
        _cost_per_minute(costs),
        _latency(answers["latency_by_stage"]),
    ]


def _part(label: str, number: float, calls: float) -> Headline:
    return Headline(label, f"{number:,.0f}", f"{100 * number / calls:.0f} % of the calls" if calls else "")


def _cost_per_minute(costs: Sequence[Record]) -> Headline:
    """That of the days, weighted by their minutes: a day's own leaves out the calls whose cost or length is not known."""
    known = [(one["cost_per_minute_usd"], one["minutes"]) for one in costs if one["cost_per_minute_usd"] is not None]
    minutes = sum(weight for _, weight in known)
    if not minutes:
        return Headline("Cost per minute", NOTHING)
    rate = sum(rate * weight for rate, weight in known) / minutes
    return Headline("Cost per minute", f"${rate:.3f}" if rate < 1 else dollars(rate))


def _latency(stages: Sequence[Record]) -> Headline:
    label = "Total latency, p95"
    for one in stages:
        if one["stage"] == "total":
            met = one["p95_ms"] <= one["target_ms"]
            note = f"{'within' if met else 'over'} the target of {one['target_ms']:,} ms"
            return Headline(label, f"{one['p95_ms']:,.0f} ms", note, "good" if met else "bad")
    return Headline(label, NOTHING)


def _sum(records: Sequence[Record], column: str) -> float | None:
    """Of what is known; None where nothing is."""
    known = [one[column] for one in records if one[column] is not None]
    return sum(known) if known else None
