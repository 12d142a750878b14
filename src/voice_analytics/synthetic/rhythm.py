"""When people call: mostly on working days, in the office hours of the United States."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple

A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
WEEKDAY_WEIGHTS = (1.0, 1.2, 1.15, 1.1, 0.8, 0.12, 0.1)  # Monday to Sunday
HOUR_WEIGHTS = (
    0.01, 0.01, 0.01, 0.01, 0.01, 0.02, 0.06, 0.2, 0.6, 1.0, 1.2, 1.1,
    0.7, 0.9, 1.1, 1.0, 0.8, 0.45, 0.2, 0.12, 0.08, 0.05, 0.03, 0.02,
)  # fmt: skip


class Zone(NamedTuple):
    """A time zone and the share of its callers.

    Standard time all year: a rhythm needs no daylight saving.
    """

    utc_offset: timedelta
    share: float


ZONES = (
    Zone(timedelta(hours=-5), 0.47),
    Zone(timedelta(hours=-6), 0.29),
    Zone(timedelta(hours=-7), 0.07),
    Zone(timedelta(hours=-8), 0.17),
)


def start_times(rng: Random, calls: int, days: int, end: date) -> list[datetime]:
    """Returns the starts of all calls in order, naive UTC.

    They lie within the `days` UTC dates of which `end` is the last. Raises OverflowError where the
    first of those dates would lie before the year 1.
    """
    first = datetime.combine(end - (days - 1) * A_DAY, time())
    hours = [first + hour * AN_HOUR for hour in range(24 * days)]
    begun = rng.choices(hours, [_busyness(hour) for hour in hours], k=calls)
    return sorted(hour + timedelta(microseconds=rng.randrange(3_600_000_000)) for hour in begun)


def _busyness(hour: datetime) -> float:
    """How many calls an hour (UTC) sees, relative to the others."""
    local = [(hour + zone.utc_offset, zone.share) for zone in ZONES]
    return sum(
        share * WEEKDAY_WEIGHTS[there.weekday()] * HOUR_WEIGHTS[there.hour]
        for there, share in local
    )
