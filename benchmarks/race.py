"""Contenders against each other: the same invocations in each round, in random order.

Times are the processor's, of this thread: a machine that does other things as well, as a shared one
does, adds little to them. What is compared is the ratio within a round, and its median over the
rounds.
"""

import gc
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median, quantiles
from typing import Any, NamedTuple

from benchmarks.traffic import Invocation

type Contender = Callable[[Invocation], Any]


class Spread(NamedTuple):
    """A median with the quartiles beside it."""

    median: float
    lower: float
    upper: float

    @property
    def percent(self) -> float:
        """Half of what lies between the quartiles, in percent of the median."""
        return 50 * (self.upper - self.lower) / self.median


class Times(NamedTuple):
    """Seconds by contender, round and invocation."""

    rounds: Mapping[str, Sequence[Sequence[float]]]

    def total(self, contender: str) -> Spread:
        """Seconds for all invocations."""
        return spread([sum(times) for times in self.rounds[contender]])

    def ratio(self, contender: str, to: str) -> Spread:
        """How often the time of the other it takes."""
        pairs = zip(self.rounds[contender], self.rounds[to], strict=True)
        return spread([sum(times) / sum(other_times) for times, other_times in pairs])

    def by_invocation(self, contender: str) -> list[float]:
        """Seconds of each invocation."""
        return [median(times) for times in zip(*self.rounds[contender], strict=True)]


def race(
    contenders: Mapping[str, Contender],
    invocations: Sequence[Invocation],
    rounds: Iterable[int],
) -> Times:
    """Time the contenders; round 0, in which caches are filled, does not count."""
    order = list(contenders)
    results: dict[str, list[list[float]]] = {name: [] for name in order}
    dice = random.Random(1)  # noqa: S311 - an order, no secret
    gc.collect()
    gc.freeze()  # what the benchmark itself holds is not to be searched again and again
    try:
        for number in rounds:
            dice.shuffle(order)
            for name in order:
                gc.collect()
                times = [_timed(contenders[name], invocation) for invocation in invocations]
                if number:
                    results[name].append(times)
    finally:
        gc.unfreeze()
    return Times(results)


def spread(values: Sequence[float]) -> Spread:
    """Median and quartiles; of one value alone, that value."""
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    lower, middle, upper = quantiles(values, n=4, method="inclusive")
    return Spread(middle, lower, upper)


def _timed(contender: Contender, invocation: Invocation) -> float:
    started = time.thread_time_ns()
    contender(invocation)
    return (time.thread_time_ns() - started) / 1e9
