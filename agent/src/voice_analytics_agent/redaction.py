"""Applies a redaction function to what a caller or a tool said, before journal and line.

What the agent itself sets (`user_email`, `participant_id`, a SIP call's numbers) is not touched:
those are identifiers with columns of their own, for which the pipeline has a privacy policy.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from voice_analytics_agent.serialise import clean_text

Redact = Callable[[str], str]

LEFT_OUT = "left_out"
# What a redaction function puts in place of a text: its kind in brackets, as [email].
_MARK = re.compile(r"\[([A-Za-z][A-Za-z0-9_]{1,30})\]")
# kind of fact: the keys under which it holds what a caller or a tool said, at any depth
_SPOKEN: dict[str, frozenset[str]] = {
    "turn": frozenset({"content"}),
    "tool_started": frozenset({"arguments"}),
    "tool_ended": frozenset({"message"}),
    "tool_outputs": frozenset({"arguments", "output"}),
    "error": frozenset({"message"}),
    "note": frozenset({"text"}),
    "signal": frozenset({"signals"}),
    "end": frozenset({"outcome_reason", "reasoning"}),
    "set": frozenset(
        {
            "chat_history",
            "conversation_notes",
            "discovered_signals",
            "last_error",
            "outcome_reason",
            "tool_calls",
            "transcript",
            "transcript_text",
        }
    ),
}


class Redactor:
    """Redacts facts and counts what was taken out, by kind."""

    def __init__(self, redact: Redact) -> None:
        self._redact = redact
        self.counts: Counter[str] = Counter()
        self._counted: set[int] = set()  # texts of tool calls: an SDK states most of them twice

    def apply(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        """The data of a fact with each spoken text redacted."""
        if kind == "own_tool":
            spoken = frozenset(data) - {"tool", "call_id", "agent"}
        else:
            spoken = _SPOKEN.get(kind, frozenset())
        return self._within(data, spoken, None) if spoken else data

    def take_counts(self) -> dict[str, int]:
        """The counts since they were last taken."""
        counts = dict(self.counts)
        self.counts.clear()
        return counts

    def _within(self, value: Any, spoken: frozenset[str], call_id: Any) -> Any:
        if isinstance(value, dict):
            call_id = value.get("call_id", call_id)
            return {
                key: self._all(each, call_id)
                if key in spoken
                else self._within(each, spoken, call_id)
                for key, each in value.items()
            }
        if isinstance(value, list):
            return [self._within(each, spoken, call_id) for each in value]
        return value

    def _all(self, value: Any, call_id: Any) -> Any:
        if isinstance(value, str):
            return self._text(value, call_id)
        if isinstance(value, list):
            return [self._all(each, call_id) for each in value]
        if isinstance(value, dict):
            return {
                self._text(key, call_id) or LEFT_OUT: self._all(each, call_id)
                for key, each in value.items()
            }
        return value

    def _text(self, text: str, call_id: Any) -> str | None:
        """The redacted text; None where the function fails: such a text is never let through."""
        try:
            redacted = self._redact(text)
            if not isinstance(redacted, str):
                raise TypeError  # noqa: TRY301
            redacted = clean_text(redacted)
        except Exception:
            self.counts[LEFT_OUT] += 1
            return None
        if redacted != text and not self._is_counted(text, call_id):
            marks = Counter(_MARK.findall(redacted))
            marks.subtract(_MARK.findall(text))
            for mark, count in marks.items():
                if count > 0:
                    self.counts[mark.lower()] += count
        return redacted

    def _is_counted(self, text: str, call_id: Any) -> bool:
        """Whether this text of a tool call has been counted; it is from now on."""
        if call_id is None:
            return False
        key = hash((str(call_id), text))
        is_counted = key in self._counted
        self._counted.add(key)
        return is_counted
