"""`make soak`: the law of conservation, for a million log events while AWS fails.

Realistic calls, other lines, cut and hostile ones, in records of one to nine hundred events; every
fault that `local run --fault` knows, at once. Each round is a lake of its own: every file of it is
read back, and each event looked for by its id (the checks are those of
tests/property/test_conservation.py). Ends with an error at the first thing lost, invented or
answered too large.
"""

import json
import os
import random
import re
import resource
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing import get_context
from typing import Any, NamedTuple

from cyclopts import App
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from tests.fuzz.hostile import small_lines
from tests.property.mixtures import Kind, Line, Parcel, parcel
from tests.property.test_conservation import ROOT, expect_timely_answers, run
from tests.rows import LOGGED_AT, outcome
from voice_analytics.local.faults import FAULTS, Faults
from voice_analytics.local.function.runtime import FunctionError, LambdaFunction, load
from voice_analytics.synthetic import generate
from voice_analytics.template.reader import read_template

RATES = {
    "duplicate-delivery": 0.02,
    "record-corrupted": 0.01,
    "function-crashed": 0.02,
    "rejects-denied": 0.1,
    "rejects-timeout": 0.1,
    "reingest-throttled": 0.3,
    "reingest-denied": 0.1,
    "reingest-timeout": 0.05,
}
assert RATES.keys() == FAULTS.keys()
EVENTS_A_ROUND = 10_000
RECORD_SIZES = (1, 1, 1, 1, 3, 3, 10, 10, 50, 200, 500, 900)  # the last nearly fills a record
_NAMES_EVENT = re.compile(r'_event_type[\\": ]+session_analytics["\\]')
CUT_SHARE = 0.01
HOSTILE_SHARE = 0.001  # from the corpus of tests/fuzz/hostile.py


class Round(NamedTuple):
    """What one round counted; memory is the process's peak so far, in MiB."""

    counts: Counter[str]
    peak_mib: int
    process: int
    slowest_invocation: float  # seconds of a processor, of the process so far


class Counting(LambdaFunction):
    """The function, with its invocations and its largest answer counted."""

    invocations = 0
    largest_answer = 0
    slowest = 0.0  # seconds of a processor

    def invoke(self, event: Any) -> Any:
        started = time.process_time()
        answer = super().invoke(event)
        Counting.slowest = max(Counting.slowest, time.process_time() - started)
        Counting.invocations += 1
        if not isinstance(answer, FunctionError):
            Counting.largest_answer = max(Counting.largest_answer, len(json.dumps(answer)))
        return answer


@cache
def function() -> LambdaFunction:
    described = read_template(ROOT / "template.yaml").stream.function
    assert described
    loaded = load(described)
    loaded.__class__ = Counting
    return loaded


@cache
def lines(seed: int) -> list[Line]:
    """A pool of lines, from which every round draws its own mixture."""
    pool = [
        Line("valid" if _NAMES_EVENT.search(text) else "foreign", text)
        for text in generate(calls=4_000, days=2, seed=seed, end=LOGGED_AT.date())
    ]
    cut = [
        Line("invalid", line.text[:300]) for line in pool if _NAMES_EVENT.search(line.text[:300])
    ]
    pool += cut[: round(len(pool) * CUT_SHARE)]
    return pool + _hostile(seed, round(len(pool) * HOSTILE_SHARE))


def _hostile(seed: int, count: int) -> list[Line]:
    """Hostile lines of one event or none; what each must become is what it becomes by itself."""
    hostile_lines: list[Line] = []
    while len(hostile_lines) < count:
        for text in small_lines(f"{seed} {len(hostile_lines)}"):
            alone = outcome(text)
            if alone.events == 1:
                kind: Kind = "valid" if alone.lines else "invalid" if alone.rejects else "foreign"
                hostile_lines.append(Line(kind, text))
    return hostile_lines[:count]


def parcels(dice: random.Random, seed: int) -> list[Parcel]:
    sent: list[Parcel] = []
    while sum(len(sent_parcel.events) for sent_parcel in sent) < EVENTS_A_ROUND:
        size = dice.choice(RECORD_SIZES)
        sent.append(
            parcel(
                len(sent),
                [
                    line._replace(days_ago=dice.random() < 0.02)
                    for line in dice.choices(lines(seed), k=size)
                ],
            )
        )
    return sent


def one_round(number: int, seed: int) -> Round:
    """Sends a round through the chain and checks it. Raises AssertionError."""
    dice = random.Random(f"{seed} {number}")
    Counting.invocations = Counting.largest_answer = 0
    summary, places = run(function(), parcels(dice, seed), Faults(RATES, number))
    expect_timely_answers(summary, RATES)
    counts = Counter(
        rounds=1,
        invocations=Counting.invocations,
        records_in=summary.records_in,
        records_reingested=summary.records_reingested,
        records_failed=summary.records_failed,
        events_in=summary.events_in,
        rows=places.table.total(),
        rejects=places.rejects.total(),
        in_errors=places.errors.total(),
        ignored=summary.events_ignored,
        copies_by_faults=summary.events_duplicated,
    )
    counts["largest_answer"] = Counting.largest_answer
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Round(counts, peak, os.getpid(), Counting.slowest)


app = App(help=__doc__)


@app.default
def soak(*, events: int = 1_000_000, processes: int = 2, seed: int = 1) -> int:
    """Send so many events through the chain, and print the figures as JSON.

    Parameters
    ----------
    events
        How many; rounded up to rounds of 10,000.
    processes
        How many at once.
    seed
        Another number, other mixtures and faults.

    """
    rounds = -(-events // EVENTS_A_ROUND)
    started = time.monotonic()
    totals: Counter[str] = Counter()
    peaks: dict[int, list[int]] = {}
    slowest = 0.0
    columns = (
        TextColumn("rounds"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with (
        ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool,
        Progress(*columns) as progress,
    ):
        task = progress.add_task("", total=rounds)
        for done in as_completed(
            [pool.submit(one_round, number, seed) for number in range(rounds)]
        ):
            result = done.result()
            largest = max(totals["largest_answer"], result.counts.pop("largest_answer"))
            totals += result.counts
            totals["largest_answer"] = largest
            peaks.setdefault(result.process, []).append(result.peak_mib)
            slowest = max(slowest, result.slowest_invocation)
            progress.update(task, advance=1)
    figures = dict(totals) | {
        "lost": 0,  # a round that loses one raises
        "slowest_invocation_seconds": round(slowest, 2),
        "peak_mib_after_a_tenth_and_at_the_end": [
            [peak[len(peak) // 10], peak[-1]] for peak in peaks.values()
        ],
        "minutes": round((time.monotonic() - started) / 60, 1),
    }
    print(json.dumps(figures, indent=2))
    level = all(peak[-1] < 1.5 * peak[len(peak) // 10] for peak in peaks.values())
    if not level:
        print("memory grew by more than half after the first tenth", file=sys.stderr)
    return 0 if level else 1


if __name__ == "__main__":
    sys.exit(app())
