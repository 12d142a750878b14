"""Keeps the line of a call below the size that CloudWatch Logs and loggers take.

A line that is too long is trimmed in steps, the least valuable first: long results of tools, then
long turns, then turns from the middle (how a call began and ended is what is read), then whole
fields. What went is said in the event's `truncation`; nothing is cut silently.
"""

from __future__ import annotations

from typing import Any

from voice_analytics_agent.serialise import to_json

DEFAULT_LIMIT = (
    900_000  # CloudWatch Logs takes 1,048,576 bytes an event, the logger's keys included
)
SMALLEST_LIMIT = 2_000  # what the fields that are always kept can need

# Characters that a text may have: (in a turn, elsewhere). Tried in turn.
_STEPS = ((None, 16_000), (None, 2_000), (4_000, 1_000), (1_000, 250), (250, 100), (60, 40))
_KEPT = frozenset(
    {
        "_event_type",
        "_timestamp",
        "session_id",
        "start_time",
        "end_time",
        "duration_seconds",
        "is_partial",
        "recorder_version",
        "truncation",
    }
)
_FIELDS_NAMED = 10  # of those that were left out
_NAME_LENGTH = 40
_ROOM_FOR_TRUNCATION = 700  # bytes
_KEPT_TEXT = 100  # characters of a text in a field that is always kept


def fit(event: dict[str, Any], limit: int = DEFAULT_LIMIT) -> str:
    """The event as a line of at most `limit` bytes, also when a logger escapes it once more."""
    limit = max(limit if isinstance(limit, int) else DEFAULT_LIMIT, SMALLEST_LIMIT)
    line = to_json(event)
    original = _size(line)
    if original <= limit:
        return line
    for turn, other in _STEPS:
        trimmed = _Trimmed(original)
        event_now = trimmed.texts(event, turn, other)
        line = trimmed.line(event_now)
        if _size(line) <= limit:
            return line
    return _fewer_turns(event_now, trimmed, limit)


def _size(line: str) -> int:
    """The bytes of an ASCII line when it stands as text in another JSON object."""
    return len(line) + line.count('"') + line.count("\\") + 2


class _Trimmed:
    """An event that is being trimmed, and what has been left out of it."""

    def __init__(self, original_bytes: int) -> None:
        self.original_bytes = original_bytes
        self.turns = 0
        self.characters = 0
        self.fields: list[str] = []

    def line(self, event: dict[str, Any]) -> str:
        truncation: dict[str, Any] = {
            "original_bytes": self.original_bytes,
            "turns_left_out": self.turns,
            "characters_left_out": self.characters,
        }
        if self.fields:
            truncation["fields_left_out"] = self.fields
        return to_json({**event, "truncation": truncation})

    def texts(self, event: dict[str, Any], turn: int | None, other: int) -> dict[str, Any]:
        """The event with long texts cut."""
        return {
            key: self._cut(value, turn if key == "transcript" else other)
            for key, value in event.items()
        }

    def _cut(self, value: Any, length: int | None) -> Any:
        if length is None:
            return value
        if isinstance(value, str) and len(value) > length:
            self.characters += len(value) - length
            return f"{value[:length]}…"
        if isinstance(value, list):
            return [self._cut(each, length) for each in value]
        if isinstance(value, dict):
            return {self._cut(key, length): self._cut(each, length) for key, each in value.items()}
        return value


def _fewer_turns(event: dict[str, Any], trimmed: _Trimmed, limit: int) -> str:
    """Half of the turns at a time, from the middle; then fewer fields."""
    turns = event.get("transcript") or []
    line = trimmed.line(event)
    while _size(line) > limit and isinstance(turns, list) and turns:
        keep = len(turns) // 4
        left_out = turns[keep : len(turns) - keep]
        turns = turns[:keep] + turns[len(turns) - keep :]
        trimmed.turns += len(left_out)
        trimmed.characters += sum(_characters(turn) for turn in left_out)
        event = {**event, "transcript": turns}
        line = trimmed.line(event)
    return line if _size(line) <= limit else _fewer_fields(event, trimmed, limit)


def _fewer_fields(event: dict[str, Any], trimmed: _Trimmed, limit: int) -> str:
    """The largest fields go; those that are always kept are cut."""
    sizes = {key: _size(to_json({key: value})) for key, value in event.items()}
    room = limit - _ROOM_FOR_TRUNCATION - sum(sizes[key] for key in event.keys() & _KEPT)
    remainder = dict(event)
    excess = sum(sizes[key] for key in event.keys() - _KEPT) - room
    for key in sorted(event.keys() - _KEPT, key=lambda key: sizes[key], reverse=True):
        if excess <= 0:
            break
        excess -= sizes[key]
        trimmed.characters += _characters(remainder.pop(key))
        if len(trimmed.fields) < _FIELDS_NAMED:
            trimmed.fields.append(key[:_NAME_LENGTH])
    line = trimmed.line(remainder)
    if _size(line) > limit:
        line = trimmed.line(trimmed.texts(remainder, _KEPT_TEXT, _KEPT_TEXT))
    return line


def _characters(value: Any) -> int:
    """How many characters of text a value holds."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list):
        return sum(_characters(each) for each in value)
    if isinstance(value, dict):
        return sum(_characters(each) for each in value.values())
    return 0
