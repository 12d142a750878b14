"""Peak memory of the function's process, over all of an invocation.

Event as JSON, answer as JSON, and what is between.
"""

import json
import subprocess
from itertools import batched
from pathlib import Path

from session_analytics.schema.envelope import LogEvent

from benchmarks.contenders.this_project import this_project
from benchmarks.data_sets import MOST_EVENTS_A_RECORD, long_calls, on_the_busiest_day
from benchmarks.deployed import Deployed
from benchmarks.race import Contender
from benchmarks.tables import Column, Table
from benchmarks.traffic import Invocation, one_invocation, week
from voice_analytics.local.function.runtime import MAX_RESPONSE_BYTES

_MEGABYTE = 1_000_000
_CALL = Path(__file__).with_name("peak.py")
_ENOUGH = 2_000  # events whose rows are more than a response holds
_TIMES = 4  # the long calls of a day alone do not fill a response
_PATIENCE_SECONDS = 60


def memory(deployed: Deployed, calls: int) -> Table:
    """Megabytes after the start, and at the peak of invocations with the largest responses."""
    events = on_the_busiest_day(week(calls), _ENOUGH)
    with this_project() as handler:
        cases = {
            "nothing in it": {**_of(events[:1]), "records": []},
            "typical calls, the response at its limit": _fullest(events, handler),
            "long transcripts, the response at its limit": _fullest(
                long_calls(events) * _TIMES, handler
            ),
        }
    columns = [
        Column("an invocation with"),
        Column("request, MB", ".2f"),
        Column("response, MB", ".2f"),
        Column("peak, MB", ",.0f"),
    ]
    note = (
        f"Resident memory of the whole process (VmHWM). A response may have {MAX_RESPONSE_BYTES:,} "
        f"bytes."
        " Nothing is rejected: the AWS SDK, which a reject needs, would come on top."
    )
    return Table(
        "Memory",
        columns,
        [(name, *_measured(deployed, case)) for name, case in cases.items()],
        note,
    )


def peak(found: Table) -> float:
    """The highest, in megabytes."""
    return max(float(row[-1] or 0) for row in found.rows)


def _fullest(events: list[LogEvent], handler: Contender) -> Invocation:
    """As many of the events as are answered at once."""
    fit, too_many = 0, len(events) + 1
    while too_many - fit > 1:
        middle = (fit + too_many) // 2
        fit, too_many = (
            (middle, too_many) if _is_answered(_of(events[:middle]), handler) else (fit, middle)
        )
    return _of(events[:fit])


def _of(events: list[LogEvent]) -> Invocation:
    return one_invocation(list(batched(events, MOST_EVENTS_A_RECORD, strict=False)))


def _is_answered(invocation: Invocation, handler: Contender) -> bool:
    return all(record["result"] == "Ok" for record in handler(invocation)["records"])


def _measured(deployed: Deployed, event: Invocation) -> tuple[float, float, float]:
    """Megabytes of request, response and memory."""
    request = json.dumps(event).encode()
    answered = subprocess.run(  # noqa: S603 - our own command
        [*deployed.python, _CALL],
        input=request,
        env=deployed.environment(),
        capture_output=True,
        check=True,
        timeout=_PATIENCE_SECONDS,
    )
    response = answered.stdout[answered.stdout.index(b'{"records"') :]  # behind the function's log
    highest = float(answered.stderr.splitlines()[-1])
    return len(request) / _MEGABYTE, len(response) / _MEGABYTE, highest / _MEGABYTE
