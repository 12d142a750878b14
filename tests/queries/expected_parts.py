"""What the views of a call's parts must show for the corner cases.

Each function gives the rows of the view of its name.
"""

import json
from collections.abc import Iterator

from tests.queries.agent_events import Event
from tests.queries.expected_calls import AGENT, Call, Row, calls, content, listed, moment, role_of

_STAGES = (
    ("end of turn", "end_of_turn_delay", 300),
    ("first token", "llm_node_ttft", 700),
    ("first audio", "tts_node_ttfb", 300),
    ("total", "e2e_latency", 1500),
)


def tool_calls() -> list[Row]:
    return [
        call.key | {"ordinal": ordinal} | _tool_call(used)
        for call in calls()
        for ordinal, used in _numbered(call, "tool_calls")
    ]


def _tool_call(used: Event) -> Row:
    known = (
        "tool",
        "timestamp",
        "success",
        "error",
        "duration_ms",
        "query",
        "category",
        "results_found",
        "total_results",
        "agent",
    )
    others = {key: value for key, value in used.items() if key not in known}
    error, duration = used.get("error"), used.get("duration_ms")
    results_found, total = used.get("results_found"), used.get("total_results")
    nothing = (
        (None if total is None else total == 0) if results_found is None else not results_found
    )
    return {
        "tool": used.get("tool"),
        "called_at": moment(used["timestamp"]) if "timestamp" in used else None,
        "success": used.get("success"),
        "failed": used.get("success") is False or error is not None,
        "error": json.dumps(error, separators=(",", ":")) if isinstance(error, dict) else error,
        "duration_ms": None if isinstance(duration, str) else duration,
        "query": used.get("query"),
        "category": used.get("category"),
        "results_found": results_found,
        "total_results": total,
        "found_nothing": nothing if "query" in used else None,
        "agent": used.get("agent"),
        "details": json.dumps(others, separators=(",", ":")) if others else None,
    }


def turns() -> list[Row]:
    return [
        call.key | {"ordinal": ordinal} | _turn(turn) | _of_the_call(call)
        for call in calls()
        for ordinal, turn in _numbered(call, "transcript")
    ]


def _turn(turn: Event) -> Row:
    role, said_at = role_of(turn), turn.get("created_at")
    return {
        "role": role,
        "speaker": "agent" if role == AGENT else role,
        "content": content(turn) or None,
        "said_at": moment(said_at) if said_at not in (None, "soon") else None,
        "interrupted": turn.get("interrupted"),
        "e2e_latency_ms": latency_ms(turn, "e2e_latency"),
        "end_of_turn_delay_ms": latency_ms(turn, "end_of_turn_delay"),
        "transcription_delay_ms": latency_ms(turn, "transcription_delay"),
        "llm_ttft_ms": latency_ms(turn, "llm_node_ttft"),
        "tts_ttfb_ms": latency_ms(turn, "tts_node_ttfb"),
        "playback_latency_ms": latency_ms(turn, "playback_latency"),
        "confidence": turn.get("transcript_confidence"),
        "llm_model": _model(turn),
        "agent": turn.get("agent"),
    }


def _of_the_call(call: Call) -> Row:
    return {name: call.event.get(name) for name in ("agent_version", "region", "room")}


def latency_ms(turn: Event, name: str) -> float | None:
    """A latency, which stands in the turn or in its metrics; -1 is LiveKit's word for none."""
    seconds = turn.get(name, (turn.get("metrics") or {}).get(name))
    return None if seconds in (None, -1) else round(seconds * 1000, 6)


def _model(turn: Event) -> str | None:
    name: str | None = (turn.get("metrics") or {}).get("llm_metadata", {}).get("model_name")
    return name


def stage_latencies() -> list[Row]:
    return [
        call.key
        | {
            "ordinal": ordinal,
            "llm_model": _model(turn),
            "stage_number": stage_number,
            "stage": stage,
        }
        | {"latency_ms": measured, "target_ms": target, "within_target": measured <= target}
        | _of_the_call(call)
        for call in calls()
        for ordinal, turn in _numbered(call, "transcript")
        for stage_number, (stage, name, target) in enumerate(_STAGES, 1)
        if (measured := latency_ms(turn, name)) is not None
    ]


def model_usage() -> list[Row]:
    names = {
        "type": "type",
        "provider": "provider",
        "model": "model",
        "input_tokens": "input_tokens",
        "cached_input_tokens": "input_cached_tokens",
        "output_tokens": "output_tokens",
        "characters": "characters_count",
        "audio_seconds": "audio_duration",
        "session_seconds": "session_duration",
        "requests": "total_requests",
    }
    return [
        call.key | {"ordinal": ordinal} | {column: used.get(name) for column, name in names.items()}
        for call in calls()
        for ordinal, used in _numbered(call, "model_usage")
    ]


def costs() -> list[Row]:
    return [
        call.key | {"ordinal": ordinal} | entry
        for call in calls()
        for ordinal, entry in enumerate(cost_entries(call.event), 1)
    ]


def cost_entries(event: Event) -> list[Row]:
    """A row a provider and unit, in the order of the providers.

    A provider's cost stands on the first.
    """
    summary = {
        key: value
        for key, value in event.get("cost_summary", {}).items()
        if key != "total_estimated_cost" and not isinstance(value, str)
    }
    entries = []
    for provider in dict.fromkeys(key.rpartition("_")[0] for key in summary):
        units = [
            key.rpartition("_")[2]
            for key in summary
            if key.startswith(f"{provider}_") and key != f"{provider}_cost"
        ]
        for index, unit in enumerate(units or [None]):
            cost = summary.get(f"{provider}_cost") if index == 0 else None
            entries.append(
                {
                    "provider": provider,
                    "cost_usd": cost,
                    "quantity": summary.get(f"{provider}_{unit}"),
                    "unit": unit,
                }
            )
    return entries


def _numbered(call: Call, name: str) -> Iterator[tuple[int, Event]]:
    return enumerate(listed(call.event, name), 1)
