"""Invents the log of a voice agent: realistic lines for demos, benchmarks and tests."""

from collections.abc import Iterator
from datetime import date, datetime
from heapq import heappop, heappush
from itertools import count
from random import Random

from voice_analytics.synthetic.call import Call
from voice_analytics.synthetic.conversation import simulate_call
from voice_analytics.synthetic.corruption import corrupt_one_value
from voice_analytics.synthetic.event import GENERATIONS
from voice_analytics.synthetic.metering import meter_usage
from voice_analytics.synthetic.report import session_report
from voice_analytics.synthetic.rhythm import start_times
from voice_analytics.synthetic.shapes import SHAPES
from voice_analytics.synthetic.unrelated_lines import unrelated_line
from voice_analytics.synthetic.visitor import make_visitor

BODIES, BODY_WEIGHTS = (*GENERATIONS, session_report), (20, 30, 28, 22)
SHAPE_WEIGHTS = (40, 22, 20, 18)
LOGGED_TWICE, CORRUPTED, WITH_UNRELATED_LINES = 0.02, 0.04, 0.25  # shares of the calls

type Line = tuple[datetime, str]


def generate(
    calls: int, days: int, seed: int, end: date, *, corrupted: float = CORRUPTED
) -> Iterator[str]:
    """Yields the lines of a log in order of time.

    Each call is logged once, a few twice, in two shapes; unrelated lines stand between them. The
    calls start within `days` UTC dates, of which `end` is the last. The same arguments give the
    same lines. Each event is valid under the contract, but for one wrong value in a share of them
    (`corrupted`).
    """
    rng = Random(seed)  # noqa: S311 - invented calls, no secret
    order = count()
    # lines that are written after a call yet to come has begun
    waiting: list[tuple[datetime, int, str]] = []
    for started_at in start_times(rng, calls, days, end):
        while waiting and waiting[0][0] <= started_at:
            yield heappop(waiting)[2]
        for written_at, line in _lines(
            simulate_call(rng, make_visitor(rng), started_at), corrupted
        ):
            heappush(waiting, (written_at, next(order), line))
    while waiting:
        yield heappop(waiting)[2]


def _lines(call: Call, corrupted: float) -> Iterator[Line]:
    """Yields the lines that a call leaves in the log, each with its time."""
    rng = call.rng
    while rng.random() < WITH_UNRELATED_LINES:
        moment = call.started_at + rng.random() * (call.now - call.started_at)
        yield moment, unrelated_line(rng, moment)
    body = rng.choices(BODIES, BODY_WEIGHTS)[0]
    event = body(call, meter_usage(call))
    if rng.random() < corrupted:
        corrupt_one_value(rng, event)
    shape = rng.choices(SHAPES, SHAPE_WEIGHTS)[0]
    yield call.now, shape(event, call.job, call.now)
    if rng.random() < LOGGED_TWICE:
        other = rng.choice([candidate for candidate in SHAPES if candidate is not shape])
        yield call.now, other(event, call.job, call.now)
