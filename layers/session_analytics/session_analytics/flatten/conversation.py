"""The transcript: an agent's own, or the messages in LiveKit's chat history.

An own one wins; the other is kept where it says something else. What is not understood is not
zero: a count is NULL where a turn, its role or its words could not be read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from session_analytics.flatten.caller import texts
from session_analytics.flatten.columns import ColumnMap, Columns, mapping
from session_analytics.flatten.history import History, Item, keep_all
from session_analytics.schema.values import NO_LATENCY, column_text, is_masked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from session_analytics.flatten.extras import Extras
    from session_analytics.schema.event import Event, TurnMetrics
    from session_analytics.schema.pointer import Path

_ROLES = {
    **dict.fromkeys(("user", "human", "customer", "caller"), "user"),
    **dict.fromkeys(("assistant", "agent", "bot", "ai", "model"), "assistant"),
    **{role: role for role in ("system", "developer", "tool")},
}
_CONTENT_KEYS = ("content", "text", "message", "transcript")
# The keys of a turn's role, content and time; the first that has a value wins.
_KEYS = (("role", "speaker"), _CONTENT_KEYS, ("created_at", "timestamp", "time"))
_FIRST_KEYS = tuple(keys[0] for keys in _KEYS)
_OTHER_KEYS = frozenset(key for keys in _KEYS for key in keys[1:])
MAX_PARTS = 1_000  # of a turn's content
# LiveKit's markup in what is spoken: `<expr type="…"/>`, `<break time="1s"/>`.
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")


def milliseconds(seconds: float) -> float | None:
    """Seconds as milliseconds, to the nanosecond; None for LiveKit's word for none."""
    return None if seconds == NO_LATENCY else round(seconds * 1e9) / 1e6


def known(number: float | None) -> float | None:
    """The number; None for LiveKit's word for none."""
    return None if number == NO_LATENCY else number


_MEASURED: dict[str, tuple[str, Callable[[Any], Any] | None]] = {
    "e2e_latency": ("e2e_latency_ms", milliseconds),
    "llm_node_ttft": ("llm_ttft_ms", milliseconds),
    "llm_node_ttfs": ("tts_first_sentence_ms", milliseconds),
    "llm_node_tps": ("llm_tokens_per_second", known),
    "tts_node_ttfb": ("tts_ttfb_ms", milliseconds),
    "end_of_turn_delay": ("end_of_turn_delay_ms", milliseconds),
    "transcription_delay": ("transcription_delay_ms", milliseconds),
    "on_user_turn_completed_delay": ("turn_completed_delay_ms", milliseconds),
    "playback_latency": ("playback_latency_ms", milliseconds),
    "started_speaking_at": ("started_speaking_at", column_text),
    "stopped_speaking_at": ("stopped_speaking_at", column_text),
    "provider_request_ids": ("provider_request_ids", texts),
}
_MODELS = {
    "llm_metadata": mapping("ModelMetadata", llm_model="model_name", llm_provider="model_provider"),
    "stt_metadata": mapping("ModelMetadata", stt_model="model_name"),
    "tts_metadata": mapping("ModelMetadata", tts_model="model_name"),
}
_METRICS: ColumnMap = {**mapping("TurnMetrics"), **_MEASURED}
_TURN: ColumnMap = {
    **mapping("ChatItem", ("interrupted", "agent"), confidence="transcript_confidence"),
    **_MEASURED,
}
# Where a field of the struct stands in the metrics.
_SENT_AS = {field: (key,) for key, (field, _) in _MEASURED.items()} | {
    column[0]: (key, name)
    for key, models in _MODELS.items()
    for name, column in models.items()
    if column
}


class _Turns:
    """The structs of the turns, and what is counted from them."""

    def __init__(self, items: Iterable[Item], extras: Extras, *, is_complete: bool) -> None:
        self.is_complete = is_complete
        self.knows_roles = self.knows_words = is_complete
        self.roles: list[str] = []  # as sent
        self._extras = extras
        self.structs = [self._struct(item) for item in items]

    def _struct(self, item: Item) -> Columns:
        """The struct of a turn; a metric or model in the turn wins over one in its `metrics`."""
        path, turn, agent = item
        extras = self._extras
        keys = _FIRST_KEYS if _OTHER_KEYS.isdisjoint(turn) else self._keys(item)
        values: list[Any] = [turn.get(key) for key in keys]
        sent_role, content, said_at = values
        struct = _measured(turn, _TURN, path, extras)
        if role := self._role(sent_role, path, keys[0]):
            struct["role"] = role
        if text := self._text(content, path, keys[1]):
            struct["content"] = text
        if said_at is not None:
            struct["said_at"] = column_text(said_at)
        if agent and role == "assistant":
            struct.setdefault("agent", agent)
        if "metrics" in turn:
            struct = self._with_metrics(struct, item)
        if "id" in turn and "type" not in turn:  # LiveKit's ids of items are of no use
            extras.keep(*path, "id")
        if not role or not text or extras.has_invalid:
            self._check(item, role)
        return struct

    def _with_metrics(self, struct: Columns, item: Item) -> Columns:
        """The struct with the fields of the turn's `metrics`; one that differs is kept."""
        path = (*item.path, "metrics")
        measured = _measured(item.value["metrics"] or {}, _METRICS, path, self._extras)
        if not struct.keys().isdisjoint(measured):
            for field, value in measured.items():
                if struct.get(field, value) != value:
                    self._extras.keep(*path, *_SENT_AS[field])
        return measured | struct

    def _keys(self, item: Item) -> Sequence[str]:
        """The key of each kind that the turn has a value under; another that differs is kept."""
        chosen: list[str] = []
        for keys in _KEYS:
            sent = [key for key in keys if item.value.get(key) not in (None, "")]
            chosen += sent[:1] or keys[:1]
            for key in sent[1:]:
                if item.value.get(key) != item.value.get(sent[0]):
                    self._extras.keep(*item.path, key)
        return chosen

    def _role(self, sent: str | None, path: Path, key: str) -> str | None:
        self.roles.append(sent or "")
        role = _ROLES.get(sent or "") or _ROLES.get((sent or "").strip().lower())
        if role is None:
            self.knows_roles = False
            if sent:
                expected = "a role: user, assistant, system, developer or tool"
                self._extras.suspicious((*path, key), expected)
        return role or sent or None

    def _text(self, content: Any, path: Path, key: str) -> str | None:
        """The words of a turn: its text, or those of its parts, one a line."""
        if isinstance(content, str) and not is_masked(content):
            return content or None
        expected = ""
        if isinstance(content, list):
            if len(content) > MAX_PARTS:
                expected = f"at most {MAX_PARTS} parts"
            else:
                parts = [
                    part if isinstance(part, str) else self._part(part, (*path, key, index))
                    for index, part in enumerate(content)
                ]
                content = "\n".join([part for part in parts if part is not None])
        if not expected and content and is_masked(content):
            expected = "a text that is not masked"
        if expected:
            self._extras.invalid((*path, key), expected)
            self.knows_words = False
            return None
        return content or None

    def _part(self, part: Any, path: Path) -> str | None:
        """The words of a part: a text, or what an audio says. Images have no column."""
        if part is None:
            return None
        if isinstance(part, dict):
            for key in ("text", "transcript"):
                if isinstance(part.get(key), str):
                    if part.keys() - {"type", key}:
                        self._extras.keep(*path)
                    return str(part[key])
            kind = part.get("type")
            if isinstance(kind, str) and "audio" not in kind and "text" not in kind:
                self._extras.keep(*path)
                return None
        self._extras.invalid(path, "a text, or a part with one")
        self.knows_words = False
        return None

    def _check(self, item: Item, role: str | None) -> None:
        """Note a turn in which no role or no words are found, though there may be some."""
        path, turn, _ = item
        has_words = any(key in turn for key in _CONTENT_KEYS)
        may_have_words = any(key not in _TURN for key in turn)
        if any(self._extras.is_invalid(*path, key) for key in _CONTENT_KEYS) or (
            not has_words and may_have_words
        ):
            self.knows_words = False
        is_unclear = not role or (not has_words and may_have_words)
        if is_unclear and not self._extras.is_invalid(*path):
            expected = "a turn: who speaks (role) and what is said (content)"
            self._extras.suspicious(path, expected)

    def counts(self, interruptions: int | None) -> Columns:
        """The columns that are counted. None where something was not understood."""
        users = [turn for turn in self.structs if turn.get("role") == "user"]
        agents = [turn for turn in self.structs if turn.get("role") == "assistant"]
        knows_words = self.knows_roles and self.knows_words
        if interruptions is None and self.knows_roles:
            interruptions = sum(turn.get("interrupted", False) for turn in agents)
        return {
            "turn_count": len(self.structs) if self.is_complete else None,
            "user_turn_count": len(users) if self.knows_roles else None,
            "agent_turn_count": len(agents) if self.knows_roles else None,
            "user_word_count": _words(users) if knows_words else None,
            "agent_word_count": _words(agents) if knows_words else None,
            "interruption_count": interruptions,
        }


def conversation_columns(
    event: Event, own: History | None, livekit: History | None, extras: Extras
) -> Columns:
    """The columns of the transcript and what is counted from it."""
    history = _spoken(own, livekit)
    if history is None:
        return {
            "interruption_count": event.get("interruption_count"),
            "transcript_text": event.get("transcript_text") or None,
        }
    turns = _Turns(history.messages, extras, is_complete=history.is_complete)
    if history is own and livekit is not None and not _say_the_same(own, livekit):
        keep_all(livekit.messages, extras)
    return {
        "transcript": turns.structs,
        "transcript_text": _text_of_its_own(event.get("transcript_text"), turns),
        **turns.counts(event.get("interruption_count")),
    }


def _spoken(own: History | None, livekit: History | None) -> History | None:
    """The history that is counted: the agent's own, or LiveKit's where the own one is empty."""
    if own is None or (livekit and livekit.messages and own.is_complete and not own.messages):
        return livekit
    return own


def _say_the_same(own: History, livekit: History) -> bool:
    def words(history: History) -> list[str]:
        contents = [item.value.get("content") for item in history.messages]
        texts = ["\n".join(map(str, text)) if isinstance(text, list) else text for text in contents]
        return [text or "" for text in texts]

    return words(own) == words(livekit)


def _measured(metrics: TurnMetrics, known: ColumnMap, path: Path, extras: Extras) -> Columns:
    struct = extras.map_columns(metrics, known, *path)
    if not _MODELS.keys().isdisjoint(metrics):
        for key, models in _MODELS.items():
            if (model := metrics.get(key)) is not None:
                struct |= extras.map_columns(model, models, *path, key)
    return struct


def _words(turns: list[Columns]) -> int:
    text = " ".join([turn.get("content", "") for turn in turns])
    text = (_MARKUP.sub(" ", text) if "<" in text else text).strip()
    if text.isprintable() and "  " not in text:  # single blanks alone: quickly counted
        return text.count(" ") + 1 if text else 0
    return len(text.split())


def _text_of_its_own(text: str | None, turns: _Turns) -> str | None:
    """The text where it is not just the turns, one `ROLE: content` line each."""
    if not text:
        return None
    contents = [turn.get("content", "") for turn in turns.structs]
    for roles in turns.roles, [turn.get("role", "") for turn in turns.structs]:
        for spelt in str.upper, str:
            lines = zip(roles, contents, strict=True)
            if (
                text.strip()
                == "".join([f"{spelt(r)}: {content}\n" for r, content in lines]).strip()
            ):
                return None
    return text
