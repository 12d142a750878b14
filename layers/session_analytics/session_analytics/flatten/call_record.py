"""What a recorder or LiveKit's job knows of the call beyond its conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from session_analytics.flatten.caller import texts
from session_analytics.flatten.columns import Columns, mapping
from session_analytics.flatten.conversation import known
from session_analytics.schema.json_text import json_text
from session_analytics.schema.values import column_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from session_analytics.flatten.columns import ColumnMap
    from session_analytics.flatten.extras import Extras
    from session_analytics.flatten.history import History
    from session_analytics.schema.event import Event

_HANDOFF: ColumnMap = {
    **mapping("AgentHandoff", ("from_agent", "to_agent")),
    "handed_off_at": ("handed_off_at", column_text),
}
_HANDOFF_ITEM: ColumnMap = {
    **mapping("ChatItem", from_agent="old_agent_id", to_agent="new_agent_id"),
    "created_at": ("handed_off_at", column_text),
}
_EVALUATION = mapping("Evaluation", ("name", "verdict", "reasoning"))
_PARTICIPANT: ColumnMap = {
    **mapping("Participant", ("identity", "kind", "disconnect_reason")),
    "joined_at": ("joined_at", column_text),
    "left_at": ("left_at", column_text),
    "attributes": ("attributes", json_text),
}
_TRUNCATION: ColumnMap = {
    **mapping("Truncation", ("original_bytes", "turns_left_out", "characters_left_out")),
    "fields_left_out": ("fields_left_out", texts),
}
_JUDGE = "lk.judge."
_OUTCOMES = {"lk.success": "success", "lk.fail": "fail"}


def record_columns(event: Event, extras: Extras) -> Columns:
    """Columns of the recorder, of the session's options and of the judges."""
    truncation = event.get("truncation")
    options = event.get("options")
    tags = event.get("tags") or []
    return {
        "outcome": event.get("outcome")
        or next((_OUTCOMES[tag] for tag in tags if tag in _OUTCOMES), None),
        "evaluations": _structs(event.get("evaluations"), _EVALUATION, "evaluations", extras)
        or _judged(tags),
        "participants": _structs(event.get("participants"), _PARTICIPANT, "participants", extras),
        "first_response_ms": known(event.get("first_response_ms")),
        "session_options": json_text(options) if options else None,
        "recording_path": _recording_path(event, extras),
        "unpriced_models": texts(event.get("unpriced_models")),
        "truncation": truncation and extras.map_columns(truncation, _TRUNCATION, "truncation"),
        "signal_evidence": _pairs(event.get("signal_evidence"), "signal", "words"),
        "redactions": _pairs(event.get("redactions"), "kind", "count"),
        "recorder_errors": texts(event.get("recorder_errors")),
    }


def handoff_columns(event: Event, histories: Iterable[History], extras: Extras) -> Columns:
    """Hand-overs between agents: as sent, else the items of the chat history."""
    sent = event.get("agent_handoffs")
    there = list(histories)
    if sent is not None:
        handoffs = _structs(sent, _HANDOFF, "agent_handoffs", extras) or []
        is_complete = not extras.has_invalid_items("agent_handoffs")
    elif items := next((each.handoffs for each in there if each.handoffs), []):
        handoffs = [extras.map_columns(item.value, _HANDOFF_ITEM, *item.path) for item in items]
        is_complete = all(each.is_complete for each in there)
    else:
        return {}
    count = sum("from_agent" in handoff for handoff in handoffs)
    return {"agent_handoffs": handoffs, "handoff_count": count if is_complete else None}


def _structs(
    values: list[Any] | None, columns: ColumnMap, key: str, extras: Extras
) -> list[Columns] | None:
    if values is None:
        return None
    return [
        extras.map_columns(value, columns, key, index)
        for index, value in enumerate(values)
        if value is not None
    ]


def _judged(tags: list[str | None]) -> list[Columns] | None:
    """The verdicts in the tags that LiveKit's judges leave: `lk.judge.<name>:<verdict>`."""
    named = (tag.removeprefix(_JUDGE).rpartition(":") for tag in tags if tag and _JUDGE in tag)
    return [{"name": name, "verdict": verdict} for name, _, verdict in named if name] or None


def _recording_path(event: Event, extras: Extras) -> str | None:
    path, reported = event.get("recording_path"), event.get("audio_recording_path")
    if path and reported and path != reported:
        extras.keep("audio_recording_path")
    if event.get("audio_recording_started_at") is not None:
        extras.keep("audio_recording_started_at")
    return path or reported or None


def _pairs(values: dict[str, Any] | None, key: str, value: str) -> list[Columns] | None:
    if values is None:
        return None
    return [{key: name, value: each} for name, each in values.items() if each is not None]
