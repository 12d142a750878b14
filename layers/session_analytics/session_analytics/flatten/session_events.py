"""The events of LiveKit's session: what no other field of the report says.

Only livekit-agents 1.8.9 writes the close reason and the counts of errors beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from session_analytics.schema.json_text import json_text

if TYPE_CHECKING:
    from datetime import datetime

    from session_analytics.flatten.columns import Columns
    from session_analytics.flatten.extras import Extras
    from session_analytics.schema.event import Event, SessionEvent, Usage
    from session_analytics.schema.pointer import Path

# By the type of the error. Retried attempts count too.
_ERROR_COLUMNS = {
    "llm_error": "llm_error_count",
    "stt_error": "stt_error_count",
    "tts_error": "tts_error_count",
    "realtime_model_error": "realtime_error_count",
    "interruption_detection_error": "interruption_error_count",
}
_CLOSE_REASONS = {"TASK_COMPLETED": "CR_COMPLETED"}
# What columns say, or the items of the chat history, or usage (cumulative: the last says it all).
_SAID_ELSEWHERE = frozenset(
    {
        "agent_false_interruption",
        "agent_state_changed",
        "close",
        "conversation_item_added",
        "function_tools_executed",
        "metrics_collected",
        "session_usage_updated",
        "speech_created",
        "tool_execution_updated",
        "user_input_transcribed",
        "user_state_changed",
    }
)


class Moment(NamedTuple):
    """A time, and the path of the value that told it."""

    path: Path
    at: datetime


def event_columns(event: Event, extras: Extras) -> Columns:
    """The columns that are worked out of the session's events; those sent win over them."""
    events = event.get("events")
    if events is None:
        return {}
    there = [each for each in events if each is not None]
    for index, each in enumerate(events):
        if each is not None and _says_more(each):
            extras.keep("events", index)
    columns = _errors(there) if not extras.has_invalid_items("events") else {}
    languages = [each.get("language") for each in there if each.get("language")]
    return columns | {
        "close_reason": _close_reason(there),
        "language": languages[-1] if languages else None,
        "last_error": _last_error(there),
    }


def first_moment(event: Event) -> Moment | None:
    """The time of the earliest event."""
    moments = [
        Moment(("events", index, "created_at"), created_at)
        for index, each in enumerate(event.get("events") or ())
        if each is not None and (created_at := each.get("created_at")) is not None
    ]
    return min(moments, key=lambda moment: moment.at, default=None)


def close_moment(event: Event) -> Moment | None:
    """The time at which the session was closed."""
    for index, each in reversed(list(enumerate(event.get("events") or ()))):
        if each is None or each.get("type") != "close":
            continue
        if (created_at := each.get("created_at")) is not None:
            return Moment(("events", index, "created_at"), created_at)
    return None


def last_usage(event: Event) -> tuple[list[Usage | None], Path]:
    """The usage by model as the session last told it; it is cumulative."""
    for index, each in reversed(list(enumerate(event.get("events") or ()))):
        if each is not None and (usage := each.get("usage")) and usage.get("model_usage"):
            return usage["model_usage"] or [], ("events", index, "usage", "model_usage")
    return [], ()


def _errors(events: list[SessionEvent]) -> Columns:
    """How many errors of each kind, of interruptions that were none, of the caller's absences."""
    counts = dict.fromkeys(_ERROR_COLUMNS.values(), 0)
    for each in events:
        if each.get("type") != "error":
            continue
        error = each.get("error")
        kind = error.get("type") if isinstance(error, dict) else None
        if kind not in _ERROR_COLUMNS:
            counts = {}  # not understood: it may be of any kind
            break
        counts[_ERROR_COLUMNS[kind]] += 1
    kinds = [each.get("type") for each in events]
    return {
        **counts,
        "away_count": sum(
            each.get("type") == "user_state_changed" and each.get("new_state") == "away"
            for each in events
        ),
        "false_interruption_count": kinds.count("agent_false_interruption"),
    }


def _close_reason(events: list[SessionEvent]) -> str | None:
    """The reason in the words of LiveKit's report: `CR_USER_INITIATED`."""
    for each in reversed(events):
        if each.get("type") == "close" and (reason := each.get("reason")):
            reason = reason.upper()
            return _CLOSE_REASONS.get(
                reason, reason if reason.startswith("CR_") else f"CR_{reason}"
            )
    return None


def _last_error(events: list[SessionEvent]) -> str | None:
    for each in reversed(events):
        error = each.get("error")
        if isinstance(error, dict) and error.get("recoverable") is False:
            message = error.get("message") or error.get("error") or error.get("label")
            parts = [error.get("type"), message]
            return ": ".join(
                part if isinstance(part, str) else json_text(part) for part in parts if part
            )
    return None


def _says_more(each: SessionEvent) -> bool:
    """Whether an event says what no column does."""
    if each.get("type") == "error":
        return True
    return each.get("type") not in _SAID_ELSEWHERE
