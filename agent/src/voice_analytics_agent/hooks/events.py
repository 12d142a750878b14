"""Events as facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from voice_analytics_agent.facts import Fact, without_nulls
from voice_analytics_agent.serialise import plain

STATES = {"agent_state_changed": "agent_state", "user_state_changed": "user_state"}
_LATEST = 1e11  # epoch seconds: a time beyond is a wrong clock, or milliseconds
_USAGE_TEXTS = frozenset({"type", "provider", "model"})
# LiveKit's protocol: livekit_models.proto, ParticipantInfo.Kind and DisconnectReason.
_PARTICIPANT_KINDS = ("standard", "ingress", "egress", "sip", "agent", "connector", "bridge")
_DISCONNECT_REASONS = (
    None,  # unknown
    "client_initiated",
    "duplicate_identity",
    "server_shutdown",
    "participant_removed",
    "room_deleted",
    "state_mismatch",
    "join_failure",
    "migration",
    "signal_close",
    "room_closed",
    "user_unavailable",
    "user_rejected",
    "sip_trunk_failure",
    "connection_timeout",
    "media_failure",
    "agent_error",
)


def read(name: str, event: Any, timestamp: float) -> Fact | None:
    """The fact that an event states; None where it states nothing that is recorded.

    `timestamp` is when it was heard, for events without a time of their own. Raises what the
    event's own attributes raise.
    """
    if name in STATES:
        return Fact(STATES[name], _created(event, timestamp), {"state": _word_of(event.new_state)})
    reader = _READERS.get(name)
    return None if reader is None else reader(event, timestamp)


def _created(event: Any, timestamp: float) -> float:
    """The event's own time; where that is not a time, the time at which it was heard."""
    created = getattr(event, "created_at", None)
    if isinstance(created, (int, float)) and 0 < created < _LATEST:
        return float(created)
    return timestamp


def _word_of(value: Any) -> str | None:
    """The value if it is a text: roles, names and ids are nothing else."""
    text = plain(value)
    return text if isinstance(text, str) else None


def _item(event: Any, timestamp: float) -> Fact | None:
    item = event.item
    kind = getattr(item, "type", None)
    timestamp = _created(item, timestamp)
    if kind == "agent_handoff":
        handoff = {
            "from_agent": _word_of(item.old_agent_id),
            "to_agent": _word_of(item.new_agent_id),
        }
        return Fact("handoff", timestamp, without_nulls(handoff))
    if kind != "message":
        return None
    metrics = plain(getattr(item, "metrics", None))
    turn = {
        "id": _word_of(getattr(item, "id", None)),
        "role": _word_of(item.role),
        "content": _text(item.content),
        "interrupted": getattr(item, "interrupted", None) is True or None,
        "transcript_confidence": plain(getattr(item, "transcript_confidence", None)),
        "metrics": metrics if isinstance(metrics, dict) else None,
    }
    return Fact("turn", timestamp, plain(without_nulls(turn)))


def _text(content: Any) -> str:
    """The texts of a message, one a line, as the SDK's `text_content` has them."""
    if isinstance(content, str):
        return content
    texts = [
        part if isinstance(part, str) else getattr(part, "transcript", None)
        for part in content or ()
    ]
    return "\n".join([text for text in texts if isinstance(text, str)])


def _tool_update(event: Any, timestamp: float) -> Fact | None:
    update = event.update
    timestamp = _created(event, timestamp)
    if update.type == "tool_call_started":
        call = update.function_call
        return Fact("tool_started", timestamp, _call(call))
    if update.type == "tool_call_ended":
        ended = {
            "call_id": _word_of(update.call_id),
            "status": _word_of(update.status),
            "message": plain(update.message),
        }
        return Fact("tool_ended", timestamp, without_nulls(ended))
    return None


def _tools_executed(event: Any, timestamp: float) -> Fact:
    """A step's calls with their outputs: all that SDKs before 1.6 say of a tool."""
    outputs = {output.call_id: output for output in event.function_call_outputs if output}
    calls = []
    for call in event.function_calls:
        output = outputs.get(call.call_id)
        calls.append(
            {
                **_call(call),
                "called_at": _created(call, timestamp),
                "returned_at": None if output is None else _created(output, timestamp),
                "output": plain(getattr(output, "output", None)),
                "is_error": getattr(output, "is_error", None) is True if output else None,
            }
        )
    return Fact("tool_outputs", timestamp, {"calls": calls})


def _call(call: Any) -> dict[str, Any]:
    return {
        "call_id": _word_of(call.call_id),
        "tool": _word_of(call.name),
        "arguments": plain(call.arguments),
    }


def _usage(event: Any, timestamp: float) -> Fact:
    return Fact(
        "usage", timestamp, {"models": [_set_fields(row) for row in event.usage.model_usage]}
    )


def _set_fields(row: Any) -> dict[str, Any]:
    """A model's usage; fields at 0 or empty are left out, as in the SDK's report."""
    usage = plain(row)
    if not isinstance(usage, dict):
        return {}
    return {
        key: value
        for key, value in usage.items()
        if value and isinstance(value, str if key in _USAGE_TEXTS else (int, float))
    }


def _error(event: Any, at: float) -> Fact:
    error = event.error
    kind = plain(getattr(error, "type", None)) or type(error).__name__
    source = str(kind).removesuffix("_error").removesuffix("_model").removesuffix("_detection")
    data: dict[str, Any] = {"source": source}
    if getattr(error, "recoverable", True) is False:
        cause = getattr(error, "error", error)
        text = plain(str(cause))
        data["message"] = f"{type(cause).__name__}: {text}" if text else type(cause).__name__
    return Fact("error", _created(event, at), data)


def _close(event: Any, timestamp: float) -> Fact:
    reason = str(plain(event.reason)).upper()
    name = (
        "CR_COMPLETED" if reason == "TASK_COMPLETED" else f"CR_{reason}"
    )  # as in LiveKit's report
    return Fact("close", _created(event, timestamp), {"reason": name})


def _transcribed(event: Any, timestamp: float) -> Fact | None:
    language = plain(getattr(event, "language", None))
    if not event.is_final or not language:
        return None
    return Fact("language", timestamp, {"language": str(language)})


def _false_interruption(event: Any, timestamp: float) -> Fact:
    return Fact("false_interruption", _created(event, timestamp), {})


def _note_joined(participant: Any, timestamp: float) -> Fact:
    return Fact("participant_joined", timestamp, _participant(participant))


def _note_seen(participant: Any, timestamp: float) -> Fact:
    return Fact("participant_seen", timestamp, _participant(participant))


def _note_left(participant: Any, timestamp: float) -> Fact:
    data = _participant(participant)
    reason = _word(getattr(participant, "disconnect_reason", None), _DISCONNECT_REASONS)
    if reason:
        data["disconnect_reason"] = reason
    return Fact("participant_left", timestamp, data)


def _participant(participant: Any) -> dict[str, Any]:
    texts = {
        name: _word_of(getattr(participant, name, None))
        for name in ("identity", "name", "metadata")
    }
    attributes = getattr(participant, "attributes", None)
    joined = getattr(participant, "joined_at", None)
    known: dict[str, Any] = plain(
        without_nulls(
            {
                **texts,
                "kind": _word(getattr(participant, "kind", None), _PARTICIPANT_KINDS),
                "attributes": dict(attributes) if isinstance(attributes, dict) else None,
                "joined_at": joined.timestamp() if isinstance(joined, datetime) else None,
            }
        )
    )
    return known


def _word(value: Any, words: tuple[str | None, ...]) -> str | None:
    """A protocol's number as its word; a number of a newer protocol as its digits."""
    if isinstance(value, str):
        return value.lower()
    if not isinstance(value, int):
        return None
    return words[value] if 0 <= value < len(words) else str(int(value))


_READERS: dict[str, Callable[[Any, float], Fact | None]] = {
    "conversation_item_added": _item,
    "tool_execution_updated": _tool_update,
    "function_tools_executed": _tools_executed,
    "session_usage_updated": _usage,
    "error": _error,
    "close": _close,
    "user_input_transcribed": _transcribed,
    "agent_false_interruption": _false_interruption,
    "participant_connected": _note_joined,
    "participant_seen": _note_seen,
    "participant_disconnected": _note_left,
}
