"""What the queries about one call must answer; each takes a value."""

from datetime import timedelta

from tests.queries.arithmetic import ordered, ratio, rounded
from tests.queries.expected_calls import Call, Row, calls, cost_usd, derived
from tests.queries.expected_parts import turns


def find_session(value: str) -> list[Row]:
    names = ("session_id", "job_id", "room_id", "room", "user_email")
    rows = [
        {
            "started_at": call.started_at,
            **{
                name: call.event.get(name)
                for name in (
                    "session_id",
                    "job_id",
                    "room",
                    "user_email",
                    "user_name",
                    "agent_name",
                )
            },
            "minutes": ratio(call.event.get("duration_seconds"), 60, 1),
            **{name: call.event.get(name) for name in ("outcome", "conversation_state")},
            "qualified": derived(call.event)["qualified"],
            "cost_total_usd": cost_usd(call.event),
        }
        for call in calls()
        if value.strip().lower()
        in {str(call.event[name]).lower() for name in names if name in call.event}
    ]
    return ordered(rows, "-started_at", "session_id")[:100]


def session_transcript(session_id: str) -> list[Row]:
    rows = []
    for call in (call for call in calls() if call.event["session_id"] == session_id):
        spoken = [turn for turn in turns() if call.key.items() <= turn.items()]
        rows += [_said(call, turn) for turn in spoken] or [_text_alone(call)]
    return ordered(rows, "started_at", "turn")


def _said(call: Call, turn: Row) -> Row:
    into = turn["said_at"] and int((turn["said_at"] - call.started_at) / timedelta(seconds=1))
    times = {
        "total": "e2e_latency",
        "end_of_turn": "end_of_turn_delay",
        "first_token": "llm_ttft",
        "first_audio": "tts_ttfb",
    }
    return {
        "started_at": call.started_at,
        "turn": turn["ordinal"],
        "seconds_into_call": into,
        "speaker": turn["speaker"] or "not said",
        "content": turn["content"],
        "interrupted": turn["interrupted"],
        **{f"{stage}_ms": rounded(turn[f"{name}_ms"]) for stage, name in times.items()},
    }


def _text_alone(call: Call) -> Row:
    nothing = dict.fromkeys(
        ("interrupted", "total_ms", "end_of_turn_ms", "first_token_ms", "first_audio_ms")
    )
    text = derived(call.event)["conversation_text"]
    return {
        "started_at": call.started_at,
        "turn": None,
        "seconds_into_call": None,
        "speaker": "not said",
        "content": text,
        **nothing,
    }
