"""The four shapes in which LiveKit's production JSON formatter and agents have logged an event.

As recorded from livekit-agents 1.8.9 in tests/fixtures/livekit/lines, key order included.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

type Json = dict[str, Any]
type Job = dict[str, str]

_SOURCE = {
    "pid": 4242,
    "code.file.path": "/app/agent.py",
    "code.function.name": "on_session_end",
    "code.line.number": 87,
}


def flat(event: Json, job: Job, logged_at: datetime) -> str:  # noqa: ARG001 - one signature for all shapes
    """`print(json.dumps(event))`, or a handler that does as much."""
    return json.dumps(event)


def wrapped(event: Json, job: Job, logged_at: datetime) -> str:
    """`logger.info("session analytics", extra={"analytics_data": event})`."""
    return _formatted("session analytics", {"analytics_data": event}, job, logged_at)


def dict_as_message(event: Json, job: Job, logged_at: datetime) -> str:  # noqa: ARG001 - one signature for all shapes
    """`logger.info(event)`.

    No level, and the formatter's time takes the place of a `timestamp` in the event.
    """
    return json.dumps(
        {"message": "", **event, **_SOURCE, "timestamp": _iso(logged_at)}, ensure_ascii=False
    )


def escaped_string(event: Json, job: Job, logged_at: datetime) -> str:
    """`logger.info(json.dumps(event))`."""
    return _formatted(json.dumps(event), {}, job, logged_at)


SHAPES: tuple[Callable[[Json, Job, datetime], str], ...] = (
    flat,
    wrapped,
    dict_as_message,
    escaped_string,
)


def _formatted(message: str, extra: Json, job: Job, logged_at: datetime) -> str:
    """A record of a job, to which LiveKit's worker has added the job's fields.

    Times are naive UTC.
    """
    record = {
        "message": message,
        "level": "INFO",
        "name": "livekit.analytics",
        **extra,
        **job,
        **_SOURCE,
        "timestamp": _iso(logged_at),
    }
    return json.dumps(record, ensure_ascii=False)


def _iso(moment: datetime) -> str:
    return moment.replace(tzinfo=UTC).isoformat()
