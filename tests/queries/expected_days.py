"""What the views of rejects, failures and days must show for the corner cases."""

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from tests.queries import expected_calls
from tests.queries.agent_events import Event
from tests.queries.arithmetic import average, percentile, total
from tests.queries.corner_calls import VIOLATIONS
from tests.queries.corner_cases import (
    DELIVERED_AGAIN,
    LOGGED,
    REJECTED,
    REJECTED_AGAIN,
    Logged,
    Rejected,
)
from tests.queries.expected_calls import (
    AGENT,
    Call,
    Row,
    cost_usd,
    derived,
    field,
    listed,
    moment,
    partition,
    role_of,
)
from tests.queries.expected_parts import latency_ms


def rejects() -> list[Row]:
    """Without what the function says in words, and its version."""
    newest = {
        reject.event_id: reject for reject in [*REJECTED, *REJECTED_AGAIN]
    }  # those that came again came later
    return [
        {
            "dt": _day(reject),
            "event_id": reject.event_id,
            "logged_at": reject.logged_at,
            "rejected_at": reject.rejected_at,
            "error_code": reject.code,
            "raw_message": reject.line,
        }
        for reject in newest.values()
    ]


def failed_records(lake: Path) -> list[Row]:
    """The objects under errors/, read as JSON."""
    return [
        {
            "dt": file.parent.name.removeprefix("dt="),
            "error_type": file.parent.parent.name,
            "error_code": kept.get("errorCode") or kept["lastErrorCode"],
            "error_message": kept.get("errorMessage") or kept["lastErrorMessage"],
            "attempts": kept["attemptsMade"],
            "arrived_at": _from_epoch(kept["arrivalTimestamp"]),
            "failed_at": _from_epoch(kept["attemptEndingTimestamp"]),
            "raw_data": kept["rawData"],
        }
        for file in lake.glob("errors/*/*/*")
        for kept in map(json.loads, file.read_text().splitlines())
    ]


def daily_summary() -> list[Row]:
    calls = expected_calls.calls()
    return [
        {"dt": day} | _summary([call for call in calls if call.dt == day])
        for day in sorted({call.dt for call in calls})
    ]


def _summary(calls: list[Call]) -> Row:
    events = [call.event for call in calls]
    facts = [derived(event) for event in events]
    lengths = [event.get("duration_seconds") for event in events]
    bills = [cost_usd(event) for event in events]
    both = [
        (bill, length)
        for bill, length in zip(bills, lengths, strict=True)
        if bill is not None and length is not None
    ]
    qualified = sum(fact["qualified"] for fact in facts)
    cost, seconds = total(bills), total(lengths)
    turns = [turn for event in events for turn in listed(event, "transcript")]

    def latency(name: str, share: float) -> float | None:
        return percentile(
            [value for turn in turns if (value := latency_ms(turn, name)) is not None], share
        )

    return {
        "calls": len(calls),
        "callers": len(
            {event["user_email"].lower() for event in events if event.get("user_email")}
        ),
        "minutes": _divided(seconds, 60),
        "average_seconds": average(lengths),
        "qualified_calls": qualified,
        "sales_ready_calls": sum(fact["tier"] == "sales_ready" for fact in facts),
        "booked_calls": sum(fact["meeting_booked"] for fact in facts),
        "calls_with_cost": sum(bill is not None for bill in bills),
        "cost_usd": cost,
        "average_cost_usd": average(bills),
        "cost_per_minute_usd": _divided(
            total(bill for bill, _ in both), (total(length for _, length in both) or 0) / 60
        ),
        "cost_per_qualified_call_usd": _divided(cost, qualified),
        **{column: total(tokens(event)[column] for event in events) for column in _TOKENS},
        "stt_minutes": _divided(total(_heard_seconds(event) for event in events), 60),
        "turns": total(_count(event, "transcript") for event in events),
        "interruptions": total(map(_interruptions, events)),
        "tool_calls": total(_count(event, "tool_calls") for event in events),
        "tool_errors": total(tool_errors(event) for event in events),
        **{
            f"{part}_errors": total(event.get("errors", {}).get(part) for event in events)
            for part in _PARTS
        },
        "calls_with_errors": sum(
            any([tool_errors(event), *event.get("errors", {}).values()]) for event in events
        ),
        **{
            f"e2e_latency_p{percent}_ms": latency("e2e_latency", percent / 100)
            for percent in (50, 90, 95, 99)
        },
        "end_of_turn_delay_p95_ms": latency("end_of_turn_delay", 0.95),
        "llm_ttft_p95_ms": latency("llm_node_ttft", 0.95),
        "tts_ttfb_p95_ms": latency("tts_node_ttfb", 0.95),
    }


_PARTS = ("llm", "stt", "tts", "realtime")
# column: its name in the sums that LiveKit or the agent sent, and in the usage of each model
_TOKENS = {
    "llm_input_tokens": ("llm_prompt_tokens", "input_tokens"),
    "llm_cached_input_tokens": ("llm_prompt_cached_tokens", "input_cached_tokens"),
    "llm_output_tokens": ("llm_completion_tokens", "output_tokens"),
    "llm_total_tokens": ("llm_tokens", ""),
    "tts_characters": ("tts_characters", "characters_count"),
}


def tokens(event: Event) -> dict[str, int | None]:
    """The sums as sent, else those of the models.

    The total is input and output where it was not sent.
    """
    sent, models = event.get("metrics_summary", {}), listed(event, "model_usage")
    sums = {
        column: sent[name] if name in sent else total(model.get(field) for model in models)
        for column, (name, field) in _TOKENS.items()
    }
    if sums["llm_total_tokens"] is None:
        sums["llm_total_tokens"] = total([sums["llm_input_tokens"], sums["llm_output_tokens"]])
    return sums


def _heard_seconds(event: Event) -> float | None:
    sent: float | None = event.get("metrics_summary", {}).get("stt_audio_duration")
    return sent or total(
        model.get("audio_duration")
        for model in listed(event, "model_usage")
        if model["type"] == "stt_usage"
    )


def _count(event: Event, name: str) -> int | None:
    return len(listed(event, name)) if name in event else None


def _interruptions(event: Event) -> int | None:
    if "interruption_count" in event:
        return int(event["interruption_count"])
    turns = listed(event, "transcript")
    return (
        sum(bool(turn.get("interrupted")) and role_of(turn) == AGENT for turn in turns)
        if "transcript" in event and all(turn["role"] for turn in turns)
        else None
    )


def tool_errors(event: Event) -> int | None:
    calls = listed(event, "tool_calls")
    return (
        sum(call.get("success") is False or "error" in call for call in calls)
        if "tool_calls" in event
        else None
    )


def data_quality() -> list[Row]:
    days = {*map(partition, LOGGED), *map(_day, REJECTED)}
    return [{"dt": day} | _quality(day) for day in sorted(days)]


def _quality(day: str) -> Row:
    events, repeats = _of_day(LOGGED, day), _of_day(DELIVERED_AGAIN, day)
    rejected = [entry for entry in REJECTED if _day(entry) == day]
    rejected_again = [entry for entry in REJECTED_AGAIN if _day(entry) == day]
    calls = [call for call in expected_calls.calls() if call.dt == day]
    violations = [
        path for entry in events for path in VIOLATIONS.get(entry.event["session_id"], [])
    ]
    listed_by_field = Counter(field(path) for entry in events for path in _listed_violations(entry))
    emitted = [
        (moment(entry.event["_timestamp"]), entry.logged_at)
        for entry in events
        if "_timestamp" in entry.event
    ]
    started = [(moment(entry.event["start_time"]), entry.logged_at) for entry in events]
    seen = [*(entry.logged_at for entry in events), *(entry.logged_at for entry in rejected)]
    return {
        "deliveries": len(events) + len(repeats),
        "repeated_deliveries": len(repeats),
        "events": len(events),
        "repeated_events": len(events) - len(calls),
        "calls": len(calls),
        "rejects": len(rejected),
        "repeated_rejects": len(rejected_again),
        "reject_share": len(rejected) / (len(events) + len(rejected)),
        "rejects_by_reason": dict(Counter(entry.code for entry in rejected)) or None,
        "violations": len(violations),
        "events_with_violations": sum(entry.event["session_id"] in VIOLATIONS for entry in events),
        "violations_by_field": dict(listed_by_field) or None,
        **_delays("emit_to_log", emitted),
        **_delays("start_to_log", started),
        "late_events": sum(entry.logged_at.date().isoformat() > day for entry in events),
        "first_event_at": min(seen),
        "last_event_at": max(seen),
    }


def _listed_violations(entry: Logged) -> list[str]:
    """A row lists a hundred at most; where there are more, the last says how many."""
    paths = VIOLATIONS.get(entry.event["session_id"], [])
    return paths if len(paths) <= 100 else paths[:99]


def _delays(name: str, spans: list[tuple[datetime, datetime]]) -> Row:
    seconds = [(end - start) / timedelta(seconds=1) for start, end in spans]
    return {
        f"{name}_p50_seconds": percentile(seconds, 0.5),
        f"{name}_p95_seconds": percentile(seconds, 0.95),
        f"{name}_max_seconds": max(seconds, default=None),
    }


def _of_day(logged: list[Logged], day: str) -> list[Logged]:
    return [entry for entry in logged if partition(entry) == day]


def _day(rejected: Rejected) -> str:
    return rejected.logged_at.date().isoformat()


def _from_epoch(milliseconds: int) -> datetime:
    return datetime(1970, 1, 1) + timedelta(milliseconds=milliseconds)  # noqa: DTZ001 - times are naive UTC


def _divided(value: float | None, by: float) -> float | None:
    return value / by if value is not None and by else None
