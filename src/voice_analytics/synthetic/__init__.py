"""The log of a voice agent that never was: realistic lines for demos, benchmarks and tests."""

from collections.abc import Iterator
from datetime import date, datetime
from heapq import heappop, heappush
from itertools import count
from random import Random

from voice_analytics.synthetic.unrelated_lines import bystander
from voice_analytics.synthetic.call import Call
from voice_analytics.synthetic.conversation import hold
from voice_analytics.synthetic.event import GENERATIONS
from voice_analytics.synthetic.corruption import flaw
from voice_analytics.synthetic.metering import meter
from voice_analytics.synthetic.report import session_report
from voice_analytics.synthetic.rhythm import start_times
from voice_analytics.synthetic.shapes import SHAPES
from voice_analytics.synthetic.visitor import meet

BODIES, BODY_WEIGHTS = (*GENERATIONS, session_report), (20, 30, 28, 22)
SHAPE_WEIGHTS = (40, 22, 20, 18)
LOGGED_TWICE, FLAWED, WITH_BYSTANDERS = 0.02, 0.04, 0.25  # shares of the calls

type Line = tuple[datetime, str]


def generate(
    calls: int, days: int, seed: int, end: date, *, flawed: float = FLAWED
) -> Iterator[str]:
    """Lines in order of time: each of `calls` calls once (a few twice, in two shapes), and lines of
    other kinds between them.

    The calls start within `days` UTC dates, of which `end` is the last. The same arguments give the
    same lines. Each event is valid under the contract, but for single wrong values in a few
    (`flawed` is their share).
    """
    chance = Random(seed)  # noqa: S311 - invented calls, no secret
    order = count()
    waiting: list[
        tuple[datetime, int, str]
    ] = []  # lines that are written after a call yet to come has begun
    for started_at in start_times(chance, calls, days, end):
        while waiting and waiting[0][0] <= started_at:
            yield heappop(waiting)[2]
        for written_at, line in _lines(hold(chance, meet(chance), started_at), flawed):
            heappush(waiting, (written_at, next(order), line))
    while waiting:
        yield heappop(waiting)[2]


def _lines(call: Call, flawed: float) -> Iterator[Line]:
    """All that a call leaves in the log."""
    chance = call.chance
    while chance.random() < WITH_BYSTANDERS:
        moment = call.started_at + chance.random() * (call.now - call.started_at)
        yield moment, bystander(chance, moment)
    body = chance.choices(BODIES, BODY_WEIGHTS)[0]
    event = body(call, meter(call))
    if chance.random() < flawed:
        flaw(chance, event)
    shape = chance.choices(SHAPES, SHAPE_WEIGHTS)[0]
    yield call.now, shape(event, call.job, call.now)
    if chance.random() < LOGGED_TWICE:
        other = chance.choice([one for one in SHAPES if one is not shape])
        yield call.now, other(event, call.job, call.now)
