"""What is logged, and becomes the lake of the corner cases.

`LOGGED` are the log events that become rows, `REJECTED` those that do not, `FAILED` the records
that stay in the error prefix.
"""

import json
from datetime import datetime, timedelta
from typing import NamedTuple

from tests.queries.agent_events import (
    DAY,
    LATE_DAY,
    NEXT_DAY,
    NEXT_NOON,
    NOON,
    REJECTS_DAY,
    Event,
    call,
    epoch,
    search,
    turn,
    wrapped,
)
from tests.queries.corner_calls import CALLS, MODELS, SILENT

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - times here are naive UTC


class Logged(NamedTuple):
    """A log event: the event, and the line that says it. Times are naive UTC."""

    event_id: str
    logged_at: datetime
    event: Event
    line: str


class Rejected(NamedTuple):
    """A log event that is not a call, and when Firehose got it."""

    event_id: str
    logged_at: datetime
    line: str
    code: str
    rejected_at: datetime


def _log(events: list[Event]) -> list[Logged]:
    """The events as lines, each logged a quarter of a second after its `_timestamp`."""
    return [Logged("", _logged_at(event), event, json.dumps(event)) for event in events]


def _logged_at(event: Event) -> datetime:
    emitted = event.get("_timestamp") or epoch(event["start_time"]) + event.get(
        "duration_seconds", 0
    )
    return EPOCH + timedelta(milliseconds=int(emitted * 1000) + 250)


def _copies() -> list[Logged]:
    """Calls that were logged more than once, or that only look like it.

    In a pair of one time the second has the larger id.
    """
    poor, rich = (
        call("logged-twice", agent_version="1"),
        call("logged-twice", agent_version="2", **_paid(3.0)),
    )
    newer, older = (
        call("older-last", agent_version="new", **_paid(1.0)),
        call("older-last", agent_version="old", **_paid(9.0)),
    )
    tied = [
        call("tied", agent_version=version, discovered_signals={"team_size": 6}) for version in "ab"
    ]
    same_room = [
        call("same-room", f"{DAY}T{hour}:00:00", discovered_signals={"team_size": 5})
        for hour in ("09", "17")
    ]
    tomorrow = call("same-room", f"{NEXT_DAY}T09:00:00")
    late = call("three-hours-late", NEXT_NOON)
    return [
        Logged("", _at(1), poor, json.dumps(poor)),
        Logged("", _at(2), rich, wrapped(rich)),
        Logged("", _at(4), newer, json.dumps(newer)),
        Logged("", _at(3), older, wrapped(older)),
        *(Logged("", _at(5), event, json.dumps(event)) for event in tied),
        *_log([*same_room, tomorrow]),
        Logged("", _at(180, NEXT_DAY), late, json.dumps(late)),
    ]


def _late() -> list[Logged]:
    """Calls of no length that cost something and qualify nobody, each logged after the last."""
    events = [
        call(
            f"minutes-late-{n}",
            f"{LATE_DAY}T13:00:00",
            seconds=0,
            cost_summary={"openai_cost": 0.1},
        )
        for n in range(1, 8)
    ]
    return [
        Logged("", _at(n * n, LATE_DAY), event, json.dumps(event))
        for n, event in enumerate(events, 1)
    ]


def _paid(usd: float) -> Event:
    return {
        "cost_summary": {"openai_cost": usd},
        "tool_calls": [search("twice", results_found=False)],
        "model_usage": MODELS[:1],
        "transcript": [turn("user", "said once", end_of_turn_delay=0.5)],
    }


def _at(minutes: int, day: str = DAY) -> datetime:
    return datetime.fromisoformat(f"{day}T13:00:00") + timedelta(minutes=minutes)


def _numbered(logged: list[Logged]) -> list[Logged]:
    return [entry._replace(event_id=f"{number:056d}") for number, entry in enumerate(logged, 1)]


LOGGED = _numbered([*_log(CALLS), *_copies(), *_late(), *_log([SILENT])])
# Log events that CloudWatch Logs or Firehose delivers once more.
DELIVERED_AGAIN = [
    one for one in LOGGED if one.event["session_id"] in ("team-5", "models", "wrong-again")
]

_CUT = json.dumps(call("cut"))[:-20]
_NOBODY = json.dumps({"_event_type": "session_analytics", "start_time": NOON})
_TIMELESS = json.dumps({"_event_type": "session_analytics", "session_id": "timeless"})
_DEEP = json.dumps(call("deep"))[:-1] + ', "deep": ' + "[" * 300 + "]" * 300 + "}"
REJECTED = [
    Rejected(f"{900 + number:056d}", logged_at, line, code, arrived)
    for number, (logged_at, line, code, arrived) in enumerate(
        [
            (_at(0), _CUT, "not_json", _at(60)),
            (_at(1), _NOBODY, "missing_session_id", _at(60)),
            (_at(2), _NOBODY, "missing_session_id", _at(60)),
            (_at(3), _TIMELESS, "no_start_time", _at(60)),
            (_at(4), _DEEP, "too_deep", _at(61)),
            (_at(4, REJECTS_DAY), _CUT, "not_json", _at(60, REJECTS_DAY)),
        ]
    )
]
REJECTED_AGAIN = [one._replace(rejected_at=_at(90)) for one in REJECTED[1:2]]


class Failed(NamedTuple):
    """A record that Firehose could not deliver; `raw` is what it keeps."""

    error_type: str
    code: str
    arrived_at: datetime
    raw: bytes


CORRUPT = [
    Failed("processing-failed", "Lambda.ProcessingFailedStatus", arrived_at, raw)
    for arrived_at, raw in (
        (_at(30), b"no gzip"),
        (_at(31), b"\x1f\x8bnor this"),
        (_at(31, NEXT_DAY), b"\x1f\x8bnor this"),
    )
]
UNCONVERTED = Failed(
    "format-conversion-failed", "DataFormatConversion.ParseError", _at(32), b"{broken\n"
)
FAILED = [*CORRUPT, UNCONVERTED]
