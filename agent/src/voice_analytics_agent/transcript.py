"""The turns of a conversation and who spoke for how long."""

from __future__ import annotations

from typing import Any

from voice_analytics_agent.facts import Fact, Facts, of_kind, without_nulls
from voice_analytics_agent.serialise import iso_time

_LEFT_OUT = ("provider_request_ids",)  # no column: only a provider can look them up
_EPOCH_TIMES = ("started_speaking_at", "stopped_speaking_at")
Spans = list[tuple[float, float]]


def turns(facts: Facts) -> list[dict[str, Any]]:
    """The messages in the order of LiveKit's chat history, each with the agent that had the call.

    Metrics stand in the turn under LiveKit's names, in seconds. A message that came twice is one.
    """
    messages: dict[str, dict[str, Any]] = {}
    agent: str | None = None
    for fact in facts:
        if fact.kind == "handoff":
            agent = fact.data.get("to_agent")
        elif fact.kind == "turn":
            key = fact.data.get("id") or f"turn {len(messages)}"
            messages[key] = {"_at": fact.at, **_turn(fact, agent)}
    ordered = sorted(messages.values(), key=lambda turn: turn["_at"])
    return [{key: value for key, value in turn.items() if key != "_at"} for turn in ordered]


def _turn(fact: Fact, agent: str | None) -> dict[str, Any]:
    data = fact.data
    metrics = data.get("metrics")
    metrics = dict(metrics) if isinstance(metrics, dict) else {}
    for name in _LEFT_OUT:
        metrics.pop(name, None)
    for name in _EPOCH_TIMES:
        if isinstance(metrics.get(name), (int, float)):
            metrics[name] = iso_time(metrics[name])
    shown = {
        "role": data.get("role"),
        "content": data.get("content"),
        "created_at": iso_time(fact.at),
        "agent": agent if data.get("role") == "assistant" else None,
        "interrupted": data.get("interrupted") or None,
        "transcript_confidence": data.get("transcript_confidence"),
    }
    return without_nulls({**metrics, **shown})


def handoffs(facts: Facts) -> list[dict[str, Any]]:
    """Which agent handed over to which. The first, from nobody, is the start."""
    return [{**fact.data, "handed_off_at": iso_time(fact.at)} for fact in of_kind(facts, "handoff")]


def speaking_times(facts: Facts, end: float) -> dict[str, Any]:
    """Seconds that agent and caller spoke and that nobody did, and the first answer's delay.

    Nothing where no speech was seen (a text session): that is unknown, not zero. Speech that was
    still going on counts until the call's end. `first_response_ms` runs from the end of the
    caller's first utterance to the agent's next word.
    """
    agent = _spans(facts, "agent_state", end)
    user = _spans(facts, "user_state", end)
    if not agent and not user:
        return {}
    start = min(fact.at for fact in facts)
    spoken = _length(_union(agent + user))
    answers = [began for began, _ in agent if user and began >= user[0][1]]
    return without_nulls(
        {
            "agent_talk_seconds": round(_length(_union(agent)), 3),
            "user_talk_seconds": round(_length(_union(user)), 3),
            "silence_seconds": round(max(end - start - spoken, 0.0), 3),
            "first_response_ms": round((answers[0] - user[0][1]) * 1000, 3) if answers else None,
        }
    )


def count_away(facts: Facts) -> int:
    """How often the caller was away: silent for as long as the session's option says."""
    return sum(fact.data.get("state") == "away" for fact in of_kind(facts, "user_state"))


def _spans(facts: Facts, kind: str, end: float) -> Spans:
    """From when to when the state was `speaking`."""
    spans: Spans = []
    began: float | None = None
    for fact in sorted(of_kind(facts, kind), key=lambda fact: fact.at):
        speaking = fact.data.get("state") == "speaking"
        if speaking and began is None:
            began = fact.at
        elif not speaking and began is not None:
            spans.append((began, fact.at))
            began = None
    if began is not None and end > began:
        spans.append((began, end))
    return spans


def _union(spans: Spans) -> Spans:
    merged: Spans = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _length(spans: Spans) -> float:
    return sum(end - begin for begin, end in spans)
