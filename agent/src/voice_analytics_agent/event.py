"""The event of a call, made from its facts: what is logged as one line.

Keys and shapes. Every key but the first four is left out where nothing is known; a key that the
agent itself set (`call.set`) holds what the agent said. Times are ISO 8601 in UTC with `Z`.

    _event_type        "session_analytics"
    _timestamp         when the line was made
    session_id         the job's id, else one made by the recorder
    recorder_version   text
    start_time, end_time, duration_seconds
    job_id, room, room_id, agent_name, sdk_version, language
    participant_id, user_name, user_metadata      the first participant who is not an agent
    disconnect_reason  of that participant, in words: "client_initiated"; else the job's reason
    close_reason       "CR_USER_INITIATED", "CR_ERROR", "CR_PARTICIPANT_DISCONNECTED", …
    errors             {llm, stt, tts, realtime, interruption: count}
    last_error         text: source, type and message of the last error that was not recoverable
    transcript         [{role, content, created_at, agent, interrupted, transcript_confidence,
                        e2e_latency, llm_node_ttft, llm_node_ttfs, llm_node_tps, tts_node_ttfb,
                        end_of_turn_delay, transcription_delay, on_user_turn_completed_delay,
                        playback_latency (seconds; tps: tokens a second), started_speaking_at,
                        stopped_speaking_at (ISO 8601),
                        llm_metadata, stt_metadata, tts_metadata: {model_name, model_provider}}]
    tool_calls         [{tool, timestamp, success, status: done | error | cancelled, duration_ms,
                        error, call_id, agent, arguments (as the model sent them), result}]
    agent_handoffs     [{from_agent, to_agent, handed_off_at}]; the first has no from_agent
    model_usage        [LiveKit's fields, and cost_usd where the model has a price]
    cost_summary       {<provider>_tokens | _characters | _minutes, <provider>_cost,
                        total_estimated_cost}; costs only where every model has a price
    price_table, unpriced_models: ["provider/model"]
    agent_talk_seconds, user_talk_seconds, silence_seconds, first_response_ms
    away_count, false_interruption_count
    participants       [{identity, kind, joined_at, left_at, disconnect_reason, attributes: {}}]
    call_direction ("inbound", "outbound"), caller_number, dialed_number, sip_call_id
    tags, outcome, outcome_reason, answered_by, evaluations: [{name, verdict, reasoning}]
    options            the session's options, as in LiveKit's report
    recording_path
    consent_obtained, consent_timestamp, conversation_notes: [text]
    discovered_signals {team_size, monthly_volume, integration_needs: [], urgency, …}
    signal_evidence    {signal: the caller's words}; none for what the agent said itself
    redactions         {kind: count}
    is_partial         true, or absent
    truncation         {original_bytes, turns_left_out, characters_left_out, fields_left_out: []}
    recorder_errors    ["event name: error"], where an event could not be read
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from voice_analytics_agent.facts import Facts, latest, of_kind, without_nulls
from voice_analytics_agent.participants import participant_fields
from voice_analytics_agent.prices import PRICE_TABLE, PRICES
from voice_analytics_agent.serialise import iso_time
from voice_analytics_agent.signals import Evidence, Signals, discover
from voice_analytics_agent.tools import tool_calls
from voice_analytics_agent.transcript import count_away, handoffs, speaking_times, turns
from voice_analytics_agent.usage import usage_fields
from voice_analytics_agent.version import __version__

_Made = TypeVar("_Made")
_COMPONENTS = ("llm", "stt", "tts", "realtime", "interruption")
_ERROR_LENGTH = 300  # characters of the last error
_RECORDER_ERRORS = 20
# Heard from the session itself: the first of them is when the call began.
_SESSION_KINDS = ("handoff", "agent_state", "user_state", "turn")
# Set by the recorder alone.
_RESERVED = frozenset({"_event_type", "_timestamp", "recorder_version", "is_partial", "truncation"})


def build(facts: Facts, now: float, *, is_partial: bool = False) -> dict[str, Any]:
    """The event. The facts say as well how the call is recorded (`settings`: discover, prices).

    What cannot be made costs its own fields, and is named in `recorder_errors`.
    """
    sections = _Sections()
    settings = latest(facts, "settings")
    start, end = sections.get(
        "times", lambda: _times(facts, now, is_partial=is_partial), (now, now)
    )
    transcript = sections.list("transcript", lambda: turns(facts))
    calls = sections.list("tools", lambda: tool_calls(facts))
    fields: dict[str, Any] = {
        **latest(facts, "call"),
        "start_time": iso_time(start),
        "end_time": iso_time(end),
        "duration_seconds": round(max(end - start, 0.0), 3),
        "language": latest(facts, "language").get("language"),
        "close_reason": latest(facts, "close").get("reason"),
        "disconnect_reason": latest(facts, "shutdown").get("reason"),
        **sections.fields("errors", lambda: _errors(facts)),
        **sections.fields("participants", lambda: participant_fields(facts)),
        "transcript": transcript,
        "tool_calls": calls,
        "agent_handoffs": sections.list("handoffs", lambda: handoffs(facts)),
        **sections.fields("usage", lambda: _usage(facts, settings.get("prices"))),
        **sections.fields("speaking times", lambda: speaking_times(facts, end)),
        "away_count": count_away(facts),
        "false_interruption_count": sum(1 for _ in of_kind(facts, "false_interruption")),
        **latest(facts, "end"),
        "redactions": _redactions(facts),
    }
    own = sections.fields("set", lambda: _own_fields(facts))
    if tags := own.get("tags"):
        own["tags"] = sorted({*_texts(fields.get("tags")), *_texts(tags)})
    notes = [*_texts(own.pop("conversation_notes", None)), *_notes(facts)]
    said_in_fields = own.pop("discovered_signals", None)
    spoken_signals = sections.fields("signals", lambda: _own_signals(facts, said_in_fields))
    discovered: tuple[Signals, Evidence] = ({}, {})
    if settings.get("discover", True):
        discovered = sections.get("discovery", lambda: discover(transcript), discovered)
    signals, evidence = discovered
    return {
        "_event_type": "session_analytics",
        "_timestamp": iso_time(now),
        **without_nulls(
            {
                **fields,
                **own,
                "conversation_notes": notes,
                "discovered_signals": {**signals, **spoken_signals},
                "signal_evidence": {
                    name: evidence[name] for name in evidence if name not in spoken_signals
                },
                "recorder_errors": [*_unreadable(facts), *sections.errors],
            }
        ),
        "transcript": own.get("transcript", transcript),
        "tool_calls": own.get("tool_calls", calls),
        "recorder_version": __version__,
        **({"is_partial": True} if is_partial else {}),
    }


def has_begun(facts: Facts) -> bool:
    """Whether the session itself has been heard: from then on the start of the call is known."""
    return any(of_kind(facts, *_SESSION_KINDS))


class _Sections:
    """Makes the parts of an event, each by itself."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def get(self, name: str, make: Callable[[], _Made], otherwise: _Made) -> _Made:
        """What `make` gives; `otherwise` where it fails."""
        try:
            return make()
        except Exception as error:
            self.errors.append(f"{name}: {type(error).__name__}")
            return otherwise

    def fields(self, name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Fields of the event, or none."""
        return self.get(name, make, {})

    def list(self, name: str, make: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
        """A list of the event, or an empty one."""
        return self.get(name, make, [])


def _usage(facts: Facts, own_prices: Any) -> dict[str, Any]:
    """Usage and costs; the agent's own prices add to the recorder's, or replace entries of it."""
    own = own_prices if isinstance(own_prices, dict) else {}
    prices = {
        model: {unit: usd for unit, usd in price.items() if isinstance(usd, (int, float))}
        for model, price in own.items()
        if isinstance(price, dict)
    }
    name = f"{PRICE_TABLE}, and the agent's own" if prices else PRICE_TABLE
    return usage_fields(facts, {**PRICES, **prices}, name)


def _times(facts: Facts, now: float, *, is_partial: bool) -> tuple[float, float]:
    """When the call began and ended: by the session's own events, else by the recorder's."""
    heard = [fact.at for fact in of_kind(facts, *_SESSION_KINDS)]
    recorded = [fact.at for fact in of_kind(facts, "call")]
    # A message that was made beforehand is older than the call.
    start = max(min(heard), recorded[0]) if heard and recorded else (recorded or [now])[0]
    closed = [fact.at for fact in of_kind(facts, "close")]
    if closed:
        return start, closed[-1]
    return start, max(fact.at for fact in facts) if is_partial and facts else now


def _errors(facts: Facts) -> dict[str, Any]:
    counts = Counter(fact.data["source"] for fact in of_kind(facts, "error"))
    last = None
    for fact in of_kind(facts, "error"):
        if message := fact.data.get("message"):
            last = f"{fact.data['source']}: {message}"[:_ERROR_LENGTH]
    return {
        "errors": {name: counts.get(name, 0) for name in (*_COMPONENTS, *counts)},
        "last_error": last,
    }


def _redactions(facts: Facts) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for fact in of_kind(facts, "redacted"):
        counts.update(fact.data)
    return dict(counts)


def _unreadable(facts: Facts) -> list[str]:
    errors = Counter(fact.data["what"] for fact in of_kind(facts, "unreadable"))
    shown = [what if count == 1 else f"{what} ({count} times)" for what, count in errors.items()]
    return shown[:_RECORDER_ERRORS]


def _own_fields(facts: Facts) -> dict[str, Any]:
    """What the agent set, the later wins; None takes back what it set before."""
    own: dict[str, Any] = {}
    for fact in of_kind(facts, "set"):
        own.update(fact.data)
    return {key: value for key, value in own.items() if value is not None and key not in _RESERVED}


def _own_signals(facts: Facts, fields: Any) -> dict[str, Any]:
    given = dict(fields) if isinstance(fields, dict) else {}
    for fact in of_kind(facts, "signal"):
        given.update(fact.data["signals"])
    return without_nulls(given)


def _notes(facts: Facts) -> list[str]:
    return [fact.data["text"] for fact in of_kind(facts, "note") if fact.data.get("text")]


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [each for each in values if isinstance(each, str) and each]
