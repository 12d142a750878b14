"""The transcript: an agent's own, or the messages in LiveKit's chat history. An own one wins; the other is kept."""

from typing import Any

from session_analytics.chat_history import History, keep_all
from session_analytics.event import Event, ModelMetadata, Turn, TurnMetrics
from session_analytics.findings import Findings
from session_analytics.logline import Path
from session_analytics.row import Columns, without_nulls
from session_analytics.values import column_text

_TURN_KEYS = frozenset(Turn.__annotations__)
_MESSAGE_KEYS = _TURN_KEYS | {"type"}
_METRICS_KEYS = frozenset(TurnMetrics.__annotations__)
_MODEL_KEYS = frozenset(ModelMetadata.__annotations__)
_AGENT_ROLES = frozenset({"assistant", "agent"})
_NO_LATENCY = -1  # LiveKit's word for it

# the struct's field: LiveKit's metric, in seconds
_LATENCIES = {
    "e2e_latency_ms": "e2e_latency",
    "llm_ttft_ms": "llm_node_ttft",
    "tts_ttfb_ms": "tts_node_ttfb",
    "end_of_turn_delay_ms": "end_of_turn_delay",
    "transcription_delay_ms": "transcription_delay",
    "playback_latency_ms": "playback_latency",
}


def conversation_columns(event: Event, history: History | None, findings: Findings) -> Columns:
    """The columns of the transcript and what is counted from it."""
    own = event.get("transcript")
    if own is not None:
        turns = [_turn(turn, _TURN_KEYS, ("transcript", index), findings) for index, turn in enumerate(own) if turn is not None]
        keep_all(history.messages if history else [], findings)
    elif history is not None:
        turns = [_turn(item, _MESSAGE_KEYS, path, findings) for path, item in history.messages]
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


def _turn(turn: Turn, known: frozenset[str], path: Path, findings: Findings) -> Columns:
    findings.keep_unknown(turn, known, *path)
    content = turn.get("content")
    if isinstance(content, list):
        content = _joined(content, (*path, "content"), findings)
    said_at = turn.get("created_at")
    struct = without_nulls(
        {
            "role": turn.get("role") or None,
            "content": content or None,
            "said_at": None if said_at is None else column_text(said_at),
            "interrupted": turn.get("interrupted"),
            "confidence": turn.get("transcript_confidence"),
        }
    )
    _measure(turn, path, struct, findings)
    metrics = turn.get("metrics")
    if metrics:
        path = (*path, "metrics")
        findings.keep_unknown(metrics, _METRICS_KEYS, *path)
        _measure(metrics, path, struct, findings)
    return struct


def _measure(metrics: TurnMetrics, path: Path, struct: Columns, findings: Findings) -> None:
    """Puts the latencies, in milliseconds, and the model into the struct; what it already has wins."""
    if _METRICS_KEYS.isdisjoint(metrics):
        return
    for field, name in _LATENCIES.items():
        seconds: Any = metrics.get(name)
        if seconds is None or seconds == _NO_LATENCY:
            continue
        milliseconds = round(seconds * 1000, 6)  # nanoseconds: without the noise of the multiplication
        if struct.setdefault(field, milliseconds) != milliseconds:
            findings.keep(*path, name)
    model = metrics.get("llm_metadata")
    if model is not None:
        findings.keep_unknown(model, _MODEL_KEYS, *path, "llm_metadata")
        used = model.get("model_name")
        if used and struct.setdefault("llm_model", used) != used:
            findings.keep(*path, "llm_metadata", "model_name")


def _joined(content: list[Any], path: Path, findings: Findings) -> str:
    """The texts of a turn, one a line, as LiveKit's `text_content` has them; audio and images have no column."""
    for index, part in enumerate(content):
        if not isinstance(part, str):
            findings.keep(*path, index)
    return "\n".join(part for part in content if isinstance(part, str))


def _words(turns: list[Columns]) -> int:
    return len(" ".join([turn.get("content", "") for turn in turns]).split())


def _text_of_its_own(text: str | None, turns: list[Columns]) -> str | None:
    """The text where it is not just the turns, one `ROLE: content` line each."""
    if not text:
        return None
    for spelt in str.upper, str:
        repeated = "".join([f"{spelt(turn.get('role', ''))}: {turn.get('content', '')}\n" for turn in turns])
        if text.strip() == repeated.strip():
            return None
    return text
