"""One log line in, one row out: what most tests of the transformation need."""

import json
from datetime import UTC, date, datetime
from typing import Any

from session_analytics.batch import Outcome, transform
from session_analytics.partition import Partitions
from session_analytics.schema.envelope import LogBatch

LOGGED_AT = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
FIRST_DAY = date(2025, 1, 1)


def log_batch(*lines: str, logged_at: datetime = LOGGED_AT) -> LogBatch:
    """A batch as CloudWatch Logs sends it; the ids of the events are e0, e1 and so on."""
    return {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": "/aws/livekit/agent",
        "logStream": "worker-1",
        "subscriptionFilters": ["analytics"],
        "logEvents": [
            {"id": f"e{index}", "timestamp": round(logged_at.timestamp() * 1000), "message": line}
            for index, line in enumerate(lines)
        ],
    }


def outcome(
    *lines: str, logged_at: datetime = LOGGED_AT, arrived: datetime | None = None
) -> Outcome:
    """What becomes of the lines; they arrive when they were logged, if not said otherwise."""
    return transform(
        log_batch(*lines, logged_at=logged_at), Partitions(FIRST_DAY, (arrived or logged_at).date())
    )


def row_of_line(
    line: str, *, logged_at: datetime = LOGGED_AT, arrived: datetime | None = None
) -> dict[str, Any]:
    """The one row of a line, with its partition as `dt` and `extras` parsed."""
    result = outcome(line, logged_at=logged_at, arrived=arrived)
    ((dt, (made,)),) = result.lines.items()
    row: dict[str, Any] = json.loads(made.text)
    return row | {"dt": dt, "extras": json.loads(row.get("extras", "{}"))}


def event(**fields: Any) -> dict[str, Any]:
    """A valid event with these fields."""
    return {
        "_event_type": "session_analytics",
        "session_id": "s1",
        "start_time": "2026-03-05T11:50:00",
    } | fields


def row(**fields: Any) -> dict[str, Any]:
    """The row of a valid event with these fields."""
    return row_of_line(json.dumps(event(**fields)))
