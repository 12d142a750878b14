"""Other lines of an agent's log, which the subscription filter or the Lambda sets aside."""

import json
from datetime import UTC, datetime
from random import Random

# Some name session_analytics, so that they pass the filter and are ignored by the Lambda.
RECORDS: tuple[dict[str, object], ...] = (
    {
        "message": "received job request",
        "level": "INFO",
        "name": "livekit.agents",
        "resuming": False,
        "agent_name": "trial-assistant",
    },
    {"message": "initializing job process", "level": "INFO", "name": "livekit.agents"},
    {
        "message": "executing tool",
        "level": "DEBUG",
        "name": "livekit.agents",
        "function": "unleash_search_knowledge",
    },
    {
        "message": "stream is slower than realtime",
        "level": "WARNING",
        "name": "livekit.agents",
        "delay": 0.31,
    },
    {"message": "session_analytics written", "level": "DEBUG", "name": "trial.analytics"},
    {"_event_type": "session_analytics_heartbeat", "_log_level": "INFO", "active_sessions": 3},
    {"_event_type": "feedback", "_log_level": "INFO", "rating": 5},
)
TEXTS = (
    "INFO livekit.agents process initialized",
    "DEBUG asyncio Using selector: EpollSelector",
    "WARNING trial.search search took longer than a second, answering from memory",
    "INFO trial.analytics session_analytics: 1 event handed to the logger",
)


def unrelated_line(rng: Random, logged_at: datetime) -> str:
    """A line of another kind, written at that time (naive UTC)."""
    moment = logged_at.replace(tzinfo=UTC)
    if rng.random() < 0.35:
        return f"{moment:%Y-%m-%d %H:%M:%S} {rng.choice(TEXTS)}"
    return json.dumps({**rng.choice(RECORDS), "pid": 4242, "timestamp": moment.isoformat()})
