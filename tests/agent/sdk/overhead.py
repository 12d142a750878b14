"""How long the recorder's handlers take in real sessions, as JSON on stdout.

Runs in the environment of an SDK. A handler's time includes what LiveKit's emitter does before it
calls one (it inspects the signature). The sessions are the scenario `hour` (130 questions) and
`voice`, with a journal, as many times as the argument says.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

from livekit import agents
from scenarios import SCENARIOS, SalesAgent
from voice_analytics_agent import record
from voice_analytics_agent.background import BACKGROUND

_NANOSECONDS_A_MICROSECOND = 1000


class Timed:
    """A session whose handlers are timed: those that are registered through it."""

    def __init__(self, session: Any, times: dict[str, list[int]]) -> None:
        self._session = session
        self._times = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def on(self, name: str, handler: Callable[[Any], None]) -> None:
        times = self._times.setdefault(name, [])

        def timed(event: Any) -> None:
            began = time.perf_counter_ns()
            inspect.signature(handler)
            handler(event)
            times.append(time.perf_counter_ns() - began)

        self._session.on(name, timed)


async def measure(name: str, times: dict[str, list[int]]) -> dict[str, float]:
    """Runs a scenario; returns what it was and how long its end took."""
    make_session, drive = SCENARIOS[name]
    session = make_session()
    lines: list[str] = []
    events = sum(map(len, times.values()))
    call = record(Timed(session, times), sink=lines.append)
    await session.start(SalesAgent())
    await drive(session)
    thread = BACKGROUND._thread
    assert thread is not None
    assert thread.ident is not None
    in_thread = time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
    began = time.perf_counter()
    line = call._recording._last_line("", is_partial=False)  # what `close` does
    ended = time.perf_counter()
    turns = len(json.loads(line)["transcript"])
    await session.aclose()
    assert len(lines) == 1
    return {
        "turns": turns,
        "events": sum(map(len, times.values())) - events,
        "end_ms": (ended - began) * 1000,
        "thread_ms": in_thread * 1000,
    }


def summary(times: list[int]) -> dict[str, float]:
    """Count, median, 99th percentile and maximum in microseconds."""
    ordered = sorted(times)
    rank = max(0, -(-99 * len(ordered) // 100) - 1)
    microseconds = [statistics.median(ordered), ordered[rank], ordered[-1]]
    median, p99, largest = (each / _NANOSECONDS_A_MICROSECOND for each in microseconds)
    return {"count": len(times), "median": median, "p99": p99, "max": largest}


async def main(repeat: int) -> None:
    """Runs the sessions one after the other."""
    times: dict[str, list[int]] = {}
    sessions = [await measure("hour", times) for _ in range(repeat)]
    for _ in range(repeat):
        await measure("voice", times)
    del times["close"]  # without a job it writes the line; measured as the end
    everything = [each for handler in times.values() for each in handler]
    handlers = {name: summary(each) for name, each in times.items() if each}
    print(
        json.dumps(
            {
                "sdk": agents.__version__,
                "sessions": sessions,
                "handlers": {**handlers, "all events": summary(everything)},
            }
        )
    )


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    asyncio.run(main(int(sys.argv[1])))
