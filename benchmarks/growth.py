"""How time grows with the events of an invocation, from 1 to 10,000 of them.

The calls are short, a start and a length, so that the rows of 10,000 fit in one response: with
longer ones, what does not fit is reingested and not transformed further, and time would grow the
slower for it.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
from math import log
from statistics import linear_regression, median
from typing import NamedTuple

from rich.table import Table
from session_analytics.schema.envelope import LogEvent

from benchmarks.contenders import PROJECT, UNPACK
from benchmarks.data_sets import MOST_EVENTS_A_RECORD
from benchmarks.race import Contender, race
from benchmarks.report import steps, table
from benchmarks.traffic import LAST_DAY, Invocation, one_invocation

SIZES = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000)
FITTED_FROM = 100  # events; below, what an invocation costs by itself shows
_EVENTS_A_ROUND = 300  # small invocations are timed several times in a round
_NOON = datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, 12, tzinfo=UTC)


class Growth(NamedTuple):
    """Seconds of an invocation by contender and number of events."""

    seconds: Mapping[str, Mapping[int, float]]

    def exponent(self, contender: str) -> float:
        """Exponent of the power law that fits the times from 100 events on; 1 is linear.

        Least squares of the logarithms.
        """
        points = [
            (log(size), log(seconds))
            for size, seconds in self.seconds[contender].items()
            if size >= FITTED_FROM
        ]
        return linear_regression(*zip(*points, strict=True)).slope

    def table(self) -> Table:
        columns = {"events": ",d"} | {f"{name}, µs an event": ",.1f" for name in self.seconds}
        rows = [
            (size, *(times[size] / size * 1e6 for times in self.seconds.values()))
            for size in next(iter(self.seconds.values()))
        ]
        exponents = ", ".join(f"{name} {self.exponent(name):.3f}" for name in self.seconds)
        note = (
            f"Short calls, an invocation each. Exponents fitted from {FITTED_FROM} events on: "
            f"{exponents}."
        )
        return table("Growth with the events of an invocation", columns, rows, note)


def growth(
    contenders: Mapping[str, Contender],
    rounds: int,
    sizes: Sequence[int] = SIZES,
) -> Growth:
    """Time this project and unpacking only."""
    runners = {name: contenders[name] for name in (UNPACK, PROJECT)}
    seconds: dict[str, dict[int, float]] = {name: {} for name in runners}
    for size in steps(sizes, "growth"):
        several = [short_calls(size)] * max(1, _EVENTS_A_ROUND // size)
        times = race(runners, several, range(rounds + 1))
        for name in runners:
            seconds[name][size] = median(times.by_invocation(name))
    return Growth(seconds)


def short_calls(count: int) -> Invocation:
    """So many of them, in records of up to 500."""
    noon_ms = round(_NOON.timestamp() * 1000)
    events = (
        LogEvent(id=f"{number:056d}", timestamp=noon_ms + number, message=_short_call(number))
        for number in range(count)
    )
    return one_invocation(list(batched(events, MOST_EVENTS_A_RECORD, strict=False)))


def _short_call(number: int) -> str:
    return json.dumps(
        {
            "_event_type": "session_analytics",
            "session_id": f"session_{number}",
            "start_time": f"{_NOON:%Y-%m-%dT%H:%M:%S}",
            "duration_seconds": number % 600 / 10,
        }
    )
