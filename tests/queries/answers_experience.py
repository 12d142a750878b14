"""What the queries about how calls feel must answer."""

from tests.queries.arithmetic import (
    average,
    grouped,
    ordered,
    percent,
    percentile,
    ratio,
    rounded,
    total,
)
from tests.queries.expected_calls import AGENT, Call, Row, calls, derived, role_of
from tests.queries.expected_parts import turns

_SHOWN = 200  # characters of the last words


def call_experience() -> list[Row]:
    rows = []
    for dt, group in grouped(calls(), lambda call: call.dt).items():
        lengths = [call.event.get("duration_seconds") for call in group]
        shares = [derived(call.event)["agent_talk_share"] for call in group]
        rows.append(
            {
                "dt": dt,
                "calls": len(group),
                "median_minutes": ratio(percentile(lengths, 0.5), 60, 1),
                "p90_minutes": ratio(percentile(lengths, 0.9), 60, 1),
                "average_turns": rounded(
                    average(
                        len(spoken) if (spoken := _turns(call)) is not None else None
                        for call in group
                    ),
                    1,
                ),
                "average_agent_talk_percent": rounded(
                    average(None if share is None else 100 * share for share in shares), 1
                ),
                "average_interruptions": rounded(average(map(interruption_count, group)), 2),
                "calls_without_consent": sum(
                    call.event.get("consent_obtained") is False for call in group
                ),
            }
        )
    return ordered(rows, "dt")


def call_lengths() -> list[Row]:
    lengths = [
        seconds for call in calls() if (seconds := call.event.get("duration_seconds")) is not None
    ]
    rows = [
        {
            "from_minutes": from_minutes,
            "calls": len(group),
            "calls_percent": percent(len(group), len(lengths)),
        }
        for from_minutes, group in grouped(
            lengths, lambda seconds: min(20.0, (seconds // 30) / 2)
        ).items()
    ]
    return ordered(rows, "from_minutes")


def interruptions() -> list[Row]:
    counted = [(call, count) for call in calls() if (count := interruption_count(call)) is not None]
    rows = []
    for (name, version), group in grouped(counted, lambda item: _agent(item[0])).items():
        interrupted = sum(count > 0 for _, count in group)
        with_turns = [
            (count, _agent_turns(call)) for call, count in group if _turns(call) is not None
        ]
        rows.append(
            {
                "agent_name": name,
                "agent_version": version,
                "calls": len(group),
                "interrupted_calls": interrupted,
                "interrupted_calls_percent": percent(interrupted, len(group)),
                "interruptions": sum(count for _, count in group),
                "interruptions_per_100_agent_turns": percent(
                    total(item for item, _ in with_turns), total(item for _, item in with_turns)
                ),
                "most_in_a_call": max(count for _, count in group),
            }
        )
    return ordered(rows, "-interruptions_per_100_agent_turns", "agent_name", "agent_version")[:100]


def abrupt_endings() -> list[Row]:
    spoken = grouped((turn for turn in turns() if turn["speaker"] in ("user", "agent")), _key)
    rows = []
    for call in calls():
        last = spoken.get(
            _key(call.key), [{"speaker": None, "interrupted": None, "content": None}]
        )[-1]
        if how := _ended_how(call, last):
            event = call.event
            rows.append(
                {
                    "started_at": call.started_at,
                    "session_id": event["session_id"],
                    "ended_how": how,
                    "minutes": ratio(event.get("duration_seconds"), 60, 1),
                    "conversation_state": event.get("conversation_state"),
                    "ended_because": event.get("close_reason") or event.get("disconnect_reason"),
                    "last_words": last["content"] and last["content"][:_SHOWN],
                }
            )
    return ordered(rows, "-started_at", "session_id")[:100]


def _ended_how(call: Call, last: Row) -> str | None:
    if call.event.get("close_reason") == "CR_ERROR":
        return "closed with an error"
    if last["speaker"] == "user":
        return "caller left without an answer"
    return "agent was cut off" if last["interrupted"] else None


def _key(row: Row) -> tuple[object, ...]:
    return row["dt"], row["session_id"], row["started_at"]


def _agent(call: Call) -> tuple[str, ...]:
    return tuple(call.event.get(name, "not said") for name in ("agent_name", "agent_version"))


def _turns(call: Call) -> list[Row] | None:
    transcript: list[Row] | None = call.event.get("transcript")
    return None if transcript is None else [turn for turn in transcript if turn]


def _agent_turns(call: Call) -> int:
    return sum(role_of(turn) == AGENT for turn in _turns(call) or [])


def interruption_count(call: Call) -> int | None:
    """As sent, else the agent's turns that were interrupted."""
    sent: int | None = call.event.get("interruption_count")
    spoken = _turns(call)
    if sent is not None or spoken is None or not all(turn["role"] for turn in spoken):
        return sent
    return sum(role_of(turn) == AGENT and turn.get("interrupted", False) for turn in spoken)
