"""The transcript: an agent's own, or the messages in LiveKit's chat history.

An own one wins; the other is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from session_analytics.flatten.chat_history import History, keep_all
from session_analytics.flatten.columns import ColumnMap, Columns, mapping
from session_analytics.schema.values import column_text

if TYPE_CHECKING:
    from session_analytics.flatten.extras import Extras
    from session_analytics.schema.event import Event, Turn, TurnMetrics
    from session_analytics.schema.pointer import Path

_AGENT_ROLES = frozenset({"assistant", "agent"})
_NO_LATENCY = -1  # LiveKit's word for it


def _milliseconds(seconds: float) -> float | None:
    return (
        None if seconds == _NO_LATENCY else round(seconds * 1000, 6)
    )  # nanoseconds: without the noise of the multiplication


_LATENCIES = {
    "e2e_latency": ("e2e_latency_ms", _milliseconds),
    "llm_node_ttft": ("llm_ttft_ms", _milliseconds),
    "tts_node_ttfb": ("tts_ttfb_ms", _milliseconds),
    "end_of_turn_delay": ("end_of_turn_delay_ms", _milliseconds),
    "transcription_delay": ("transcription_delay_ms", _milliseconds),
    "playback_latency": ("playback_latency_ms", _milliseconds),
}
_METRICS: ColumnMap = {**mapping("TurnMetrics"), **_LATENCIES}
_MODEL = mapping("ModelMetadata", llm_model="model_name")
_TURN: ColumnMap = {
    **mapping("Turn", ("role", "interrupted"), confidence="transcript_confidence"),
    **_LATENCIES,
    "created_at": ("said_at", column_text),
}
_MESSAGE: ColumnMap = {**_TURN, "type": None}
_SENT_AS = {field: (key,) for key, (field, _) in _LATENCIES.items()} | {
    "llm_model": ("llm_metadata", "model_name")
}


def conversation_columns(event: Event, history: History | None, extras: Extras) -> Columns:
    """The columns of the transcript and what is counted from it."""
    own = event.get("transcript")
    if own is not None:
        turns = [
            _turn(turn, _TURN, ("transcript", index), extras)
            for index, turn in enumerate(own)
            if turn is not None
        ]
        keep_all(history.messages if history else [], extras)
    elif history is not None:
        turns = [_turn(item, _MESSAGE, path, extras) for path, item in history.messages]
    else:
        return {
            "interruption_count": event.get("interruption_count"),
            "transcript_text": event.get("transcript_text") or None,
        }
    users = [turn for turn in turns if turn.get("role") == "user"]
    agents = [turn for turn in turns if turn.get("role") in _AGENT_ROLES]
    interruptions = event.get("interruption_count")
    if interruptions is None:
        interruptions = sum(turn.get("interrupted", False) for turn in agents)
    return {
        "transcript": turns,
        "transcript_text": _text_of_its_own(event.get("transcript_text"), turns),
        "turn_count": len(turns),
        "user_turn_count": len(users),
        "agent_turn_count": len(agents),
        "user_word_count": _words(users),
        "agent_word_count": _words(agents),
        "interruption_count": interruptions,
    }


def _turn(turn: Turn, known: ColumnMap, path: Path, extras: Extras) -> Columns:
    """The struct of a turn; a metric or model in the turn itself wins over one in its `metrics`."""
    struct = _measured(turn, known, path, extras)
    content = turn.get("content")
    if isinstance(content, list):
        content = _joined(content, (*path, "content"), extras)
    if content:
        struct["content"] = content
    if metrics := turn.get("metrics"):
        for field, value in _measured(metrics, _METRICS, (*path, "metrics"), extras).items():
            if struct.setdefault(field, value) != value:
                extras.keep(*path, "metrics", *_SENT_AS[field])
    return struct


def _measured(metrics: TurnMetrics, known: ColumnMap, path: Path, extras: Extras) -> Columns:
    struct = extras.map_columns(metrics, known, *path)
    if (model := metrics.get("llm_metadata")) is not None:
        struct |= extras.map_columns(model, _MODEL, *path, "llm_metadata")
    return struct


def _joined(content: list[Any], path: Path, extras: Extras) -> str:
    """The texts of a turn, one a line, as LiveKit's `text_content` has them.

    Audio and images have no column.
    """
    for index, part in enumerate(content):
        if not isinstance(part, str):
            extras.keep(*path, index)
    return "\n".join(part for part in content if isinstance(part, str))


def _words(turns: list[Columns]) -> int:
    return len(" ".join([turn.get("content", "") for turn in turns]).split())


def _text_of_its_own(text: str | None, turns: list[Columns]) -> str | None:
    """The text where it is not just the turns, one `ROLE: content` line each."""
    if not text:
        return None
    for spelt in str.upper, str:
        repeated = "".join(
            [f"{spelt(turn.get('role', ''))}: {turn.get('content', '')}\n" for turn in turns]
        )
        if text.strip() == repeated.strip():
            return None
    return text
