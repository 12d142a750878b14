"""Lines that look like the event of a call and do not say that they are one."""

from typing import Any

import orjson

_EVENT_TYPE = "session_analytics"
# two of these in one object: no other line of an agent has them
_OF_A_CALL = (
    "session_id",
    "start_time",
    "started_at",
    "end_time",
    "ended_at",
    "transcript",
    "transcript_text",
    "chat_history",
    "tool_calls",
    "metrics_summary",
    "model_usage",
    "cost_summary",
    "discovered_signals",
    "conversation_notes",
    "disconnect_reason",
    "close_reason",
)


def unmarked_fields(line: str) -> list[str]:
    """The fields of a call in a line without `"_event_type": "session_analytics"`.

    Empty for a line that says it, and for one of another kind.
    """
    outer = _object(line)
    for fields in (outer, _object(outer.get("message")), _object(outer.get("analytics_data"))):
        if fields.get("_event_type") == _EVENT_TYPE:
            return []
        names = [name for name in _OF_A_CALL if name in fields]
        if len(names) > 1:
            return names
    return []


def _object(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        if not value.lstrip().startswith("{"):
            return {}
        try:
            value = orjson.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}
