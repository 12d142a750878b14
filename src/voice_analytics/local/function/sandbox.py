"""The function's surroundings on this machine: log, environment, clock and random numbers.

Waiting takes no time here: `time.sleep` moves a clock of its own, by which the function's remaining
time is told. So a back-off of two minutes is over at once, and a slow machine changes no outcome.
"""

import contextlib
import io
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from typing import SupportsIndex

type Log = Callable[[str], object]


def silent(_: str) -> None:
    """For a function whose log nobody reads."""


class Clock:
    """Seconds that the function has waited."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def sleep(self, seconds: float | SupportsIndex, /) -> None:
        self.seconds += float(seconds)


class _Output(io.TextIOBase):
    """The function's standard output, which is its log.

    Never this program's, which is for results.
    """

    def __init__(self) -> None:
        self.log: Log = silent

    def write(self, text: str, /) -> int:
        self.log(text)
        return len(text)


# One of each for the process, because a module keeps the `sleep` and a logger the stream that it
# was loaded with.
CLOCK = Clock()
_OUTPUT = _Output()
_DICE = random.Random(0).getstate()  # noqa: S311 - jitter: the same command has the same pauses


@contextlib.contextmanager
def running(environment: Mapping[str, str], log: Log) -> Iterator[None]:
    """The function's surroundings, and ours again afterwards."""
    _OUTPUT.log = log
    before, dice, sleep = dict(os.environ), random.getstate(), time.sleep
    os.environ.update(environment)
    random.setstate(_DICE)
    time.sleep = CLOCK.sleep
    try:
        with contextlib.redirect_stdout(_OUTPUT):
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        random.setstate(dice)
        time.sleep = sleep
