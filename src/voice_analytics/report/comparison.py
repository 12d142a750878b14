"""How a number compares with the period before, and its way through the days."""

from collections.abc import Mapping, Sequence

from voice_analytics.report.sources import Record

_WIDTH, _HEIGHT, _MARGIN = 100, 24, 2  # of a sparkline, in its own units


def change(now: float | None, before: float | None) -> str:
    """The change in percent; "" where one of the two is not known or there was nothing before."""
    if now is None or not before:
        return ""
    percent = 100 * (now - before) / before
    if abs(percent) < 0.05:
        return "unchanged"
    return f"{'+' if percent > 0 else '\N{MINUS SIGN}'}{abs(percent):,.1f} %"


def by_day(records: Sequence[Record], column: str, days: Sequence[str]) -> list[float | None]:
    """A column's value for each day; None for a day without a record."""
    values: Mapping[str, float | None] = {record["dt"]: record[column] for record in records}
    return [values.get(day) for day in days]


def sparkline(values: Sequence[float | None]) -> str:
    """The points of an SVG polyline through the known values; "" of fewer than two.

    Its bottom is 0, so that a line half as high is half as much.
    """
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    most = max((value for _, value in known), default=0)
    if len(known) < 2 or not most:
        return ""
    across, up = _WIDTH / (len(values) - 1), (_HEIGHT - 2 * _MARGIN) / most
    return " ".join(
        f"{place * across:.1f},{_HEIGHT - _MARGIN - value * up:.1f}" for place, value in known
    )
