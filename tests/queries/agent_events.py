"""Events as agents log them, for the corner cases: a call, a lead, a turn, a tool."""

import json
from datetime import UTC, datetime
from typing import Any

type Event = dict[str, Any]

# Days on which most calls are, some more, those that were logged late, a call that says nothing,
# and nothing but rejects.
DAY, NEXT_DAY, LATE_DAY, SILENT_DAY, REJECTS_DAY = (
    "2026-03-02",
    "2026-03-03",
    "2026-03-04",
    "2026-03-05",
    "2026-03-07",
)
NOON, NEXT_NOON = (
    f"{DAY}T12:00:00.125999",
    f"{NEXT_DAY}T12:00:00",
)  # microseconds are cut, not rounded


def call(session_id: str, start: str = NOON, *, seconds: float | None = 60, **fields: Any) -> Event:
    """A call; a field that is None is left out."""
    given = {
        "start_time": start,
        "duration_seconds": seconds,
        "_timestamp": epoch(start) + (seconds or 0) + 0.25,
    } | fields
    known = {key: value for key, value in given.items() if value is not None}
    return {"_event_type": "session_analytics", "session_id": session_id, **known}


def lead(session_id: str, **signals: Any) -> Event:
    return call(session_id, discovered_signals=signals)


def turn(role: str | None, content: Any, **more: Any) -> Event:
    return {"role": role, "content": content, **more}


def epoch(iso: str) -> float:
    moment = datetime.fromisoformat(iso)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def wrapped(event: Event) -> str:
    return json.dumps(
        {
            "message": "session analytics",
            "level": "INFO",
            "name": "livekit.analytics",
            "analytics_data": event,
        }
    )


def search(query: str | None, **more: Any) -> Event:
    asked = {} if query is None else {"query": query, "category": "templates"}
    return {"tool": "unleash_search_knowledge", "timestamp": f"{DAY}T12:00:20.5", **asked, **more}


def booking(**more: Any) -> Event:
    return {
        "tool": "book_sales_meeting",
        "timestamp": f"{DAY}T12:00:40",
        "customer_email": "ana@example.com",
        **more,
    }
