"""The event of a call, made from its facts: what is logged as one line.

Keys and shapes. Every key but the first four is left out where nothing is known; a key that the
agent itself set (`call.set`) holds what the agent said. Times are ISO 8601 in UTC with `Z`.

    _event_type        "session_analytics"
    _timestamp         epoch seconds: when the line was made
    session_id         the job's id, else one made by the recorder
    recorder_version   text
    start_time, end_time, duration_seconds
    job_id, room, room_id, agent_name, sdk_version, language
    participant_id, user_name, user_metadata      the first participant who is no agent
    disconnect_reason  of that participant, in words: "client_initiated"; else the job's reason
    close_reason       "CR_USER_INITIATED", "CR_ERROR", "CR_PARTICIPANT_DISCONNECTED", …
    errors             {llm, stt, tts, realtime, interruption: count}
    last_error         text: source, type and message of the last error that was not recoverable
    transcript         [{role, content, created_at, agent, interrupted, transcript_confidence,
                        e2e_latency, llm_node_ttft, llm_node_ttfs, llm_node_tps, tts_node_ttfb,
                        end_of_turn_delay, transcription_delay, on_user_turn_completed_delay,
                        playback_latency (seconds; tps: tokens a second), started_speaking_at,
                        stopped_speaking_at (ISO 8601), provider_request_ids: [text],
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
from typing import Any

from voice_analytics_agent.facts import Facts, latest, of_kind, without_nulls
from voice_analytics_agent.participants import participant_fields
from voice_analytics_agent.prices import PRICE_TABLE, PRICES, Prices
from voice_analytics_agent.serialise import iso_time
from voice_analytics_agent.signals import discover
from voice_analytics_agent.tools import tool_calls
from voice_analytics_agent.transcript import count_away, handoffs, speaking_times, turns
from voice_analytics_agent.usage import usage_fields
from voice_analytics_agent.version import __version__

_COMPONENTS = ("llm", "stt", "tts", "realtime", "interruption")
_ERROR_LENGTH = 300  # characters of the last error
_RECORDER_ERRORS = 20
# Heard from the session itself: the first of them is when the call began.
_SESSION_KINDS = ("handoff", "agent_state", "user_state", "turn")
# Set by the recorder alone.
_RESERVED = frozenset({"_event_type", "_timestamp", "recorder_version", "is_partial", "truncation"})


def build(facts: Facts, now: float, *, is_partial: bool = False) -> dict[str, Any]:
    """The event. The facts say as well how the call is recorded (`settings`: discover, prices)."""
    settings = latest(facts, "settings")
    prices = settings.get("prices")
    start, end = _times(facts, now, is_partial=is_partial)
    transcript = turns(facts)
    found: dict[str, Any] = {
        **latest(facts, "call"),
        "start_time": iso_time(start),
        "end_time": iso_time(end),
        "duration_seconds": round(max(end - start, 0.0), 3),
        "language": latest(facts, "language").get("language"),
        "close_reason": latest(facts, "close").get("reason"),
        "disconnect_reason": latest(facts, "shutdown").get("reason"),
        **_errors(facts),
        **participant_fields(facts),
        "transcript": transcript,
        "tool_calls": tool_calls(facts),
        "agent_handoffs": handoffs(facts),
        **usage_fields(facts, {**PRICES, **(prices or {})}, _price_table(prices)),
        **speaking_times(facts, end),
        "away_count": count_away(facts),
        "false_interruption_count": sum(1 for _ in of_kind(facts, "false_interruption")),
        **latest(facts, "end"),
        "redactions": _redactions(facts),
        "recorder_errors": _unreadable(facts),
    }
    own = _own_fields(facts)
    if tags := own.get("tags"):
        own["tags"] = sorted({*_texts(found.get("tags")), *_texts(tags)})
    notes = [*_texts(own.pop("conversation_notes", None)), *_notes(facts)]
    said = _own_signals(facts, own.pop("discovered_signals", None))
    signals, evidence = discover(transcript) if settings.get("discover", True) else ({}, {})
    return {
        "_event_type": "session_analytics",
        "_timestamp": now,
        **without_nulls(
            {
                **found,
                **own,
                "conversation_notes": notes,
                "discovered_signals": {**signals, **said},
                "signal_evidence": {name: evidence[name] for name in evidence if name not in said},
            }
        ),
        "transcript": own.get("transcript", transcript),
        "tool_calls": own.get("tool_calls", found["tool_calls"]),
        "recorder_version": __version__,
        **({"is_partial": True} if is_partial else {}),
    }


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


def _price_table(prices: Prices | None) -> str:
    return f"{PRICE_TABLE}, and the agent's own" if prices else PRICE_TABLE


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
    said = dict(fields) if isinstance(fields, dict) else {}
    for fact in of_kind(facts, "signal"):
        said.update(fact.data["signals"])
    return without_nulls(said)


def _notes(facts: Facts) -> list[str]:
    return [fact.data["text"] for fact in of_kind(facts, "note") if fact.data.get("text")]


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [each for each in values if isinstance(each, str) and each]
