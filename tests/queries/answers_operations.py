"""What the queries of operations must answer."""

from datetime import datetime, timedelta
from pathlib import Path

from tests.queries.agent_events import Event
from tests.queries.answers_experience import interruption_count
from tests.queries.arithmetic import (
    average,
    grouped,
    joined,
    ordered,
    percent,
    percentile,
    ratio,
    rounded,
)
from tests.queries.corner_calls import UNKNOWN, VIOLATIONS
from tests.queries.corner_cases import DELIVERED_AGAIN, LOGGED, Logged
from tests.queries.expected_calls import (
    Call,
    Row,
    calls,
    cost_usd,
    derived,
    field,
    lead_scores,
    moment,
    partition,
)
from tests.queries.expected_days import daily_summary, data_quality, rejects, tool_errors
from tests.queries.expected_days import failed_records as kept_records
from tests.queries.expected_parts import cost_entries, stage_latencies, tool_calls, turns

_GROUP, _STREAM = "agents", "one"  # where all corner cases are logged
_HOUR, _FIVE_MINUTES, _LONGEST = 3600, 300, 2e6  # seconds; nobody talks longer than the longest


def call_list() -> list[Row]:
    rows = []
    for call, lead in zip(calls(), lead_scores(), strict=True):
        event, facts = call.event, derived(call.event)
        waits = [
            row["latency_ms"]
            for row in stage_latencies()
            if row["stage"] == "total" and call.key.items() <= row.items()
        ]
        rows.append(
            {
                "started_at": call.started_at,
                "session_id": event["session_id"],
                **{
                    name: event.get(name)
                    for name in ("agent_name", "agent_version", "room", "room_id", "job_id")
                },
                "user_name": lead["user_name"],
                "user_email": lead["user_email"],
                "company": lead["user_email_domain"],
                "minutes": ratio(event.get("duration_seconds"), 60, 1),
                "outcome": event.get("outcome"),
                "final_outcome": facts["final_outcome"],
                "conversation_state": event.get("conversation_state"),
                "ended_because": event.get("close_reason") or event.get("disconnect_reason"),
                "meeting_booked": facts["meeting_booked"],
                "tier": facts["tier"],
                "score": lead["score"],
                "qualified_because": ", ".join(facts["qualification_reasons"]),
                "team_size": lead["team_size"],
                "monthly_volume": lead["monthly_volume"],
                "integrations": _joined(lead["integration_needs"], ", "),
                "timeline": facts["timeline"],
                "authority": facts["authority"],
                "pain_points": _joined(
                    event.get("discovered_signals", {}).get("pain_points"), ", "
                ),
                "notes": _joined(event.get("conversation_notes"), " / "),
                "evidence": _joined(
                    [f"{name}: {words}" for name, words in event["signal_evidence"].items()]
                    if "signal_evidence" in event
                    else None,
                    " / ",
                ),
                "handoffs": len(_handoffs(call)) if "agent_handoffs" in event else None,
                "last_error": event.get("last_error"),
                "interruptions": interruption_count(call),
                "slowest_ms": rounded(max(waits, default=None)),
                "errors": _errors(event),
                "cost_usd": rounded(cost_usd(event), 4),
                "costs": _costs(event),
            }
        )
    return ordered(rows, "-started_at", "session_id")[:1000]


def _costs(event: Event) -> str | None:
    entries = cost_entries(event)
    paid = [entry for entry in entries if entry["cost_usd"] is not None]
    texts = [f"{entry['provider']} ${entry['cost_usd']:.4f}" for entry in paid]
    return ", ".join(texts) if entries else None


def _handoffs(call: Call) -> list[tuple[int, Event]]:
    """The hand-overs with their places; the first agent of a call takes over from nobody."""
    numbered = enumerate(call.event.get("agent_handoffs", []), 1)
    return [(ordinal, handoff) for ordinal, handoff in numbered if "from_agent" in handoff]


def _joined(texts: list[str] | None, separator: str) -> str | None:
    return None if texts is None else separator.join(texts)


_TIMELINE = {
    "happened_at": None,
    "speaker": None,
    "content": None,
    "interrupted": None,
    "total_ms": None,
    "end_of_turn_ms": None,
    "first_token_ms": None,
    "first_audio_ms": None,
    "tool": None,
    "duration_ms": None,
    "failed": False,
    "error": None,
    "agent": None,
}


def call_timeline() -> list[Row]:
    spoken = [
        _TIMELINE
        | {
            "happened_at": turn["said_at"],
            **{name: turn[name] for name in ("speaker", "content", "interrupted")},
            "total_ms": rounded(turn["e2e_latency_ms"]),
            "end_of_turn_ms": rounded(turn["end_of_turn_delay_ms"]),
            "first_token_ms": rounded(turn["llm_ttft_ms"]),
            "first_audio_ms": rounded(turn["tts_ttfb_ms"]),
            "agent": turn["agent"],
        }
        for turn in turns()
    ]
    used = [
        _TIMELINE
        | {
            "happened_at": use["called_at"],
            "content": use["query"],
            "duration_ms": rounded(use["duration_ms"]),
            **{name: use[name] for name in ("tool", "failed", "error", "agent")},
        }
        for use in tool_calls()
    ]
    rows = [
        {name: part[name] for name in ("started_at", "session_id")}
        | {"kind": kind, "ordinal": part["ordinal"]}
        | row
        for kind, parts, shown in (("turn", turns(), spoken), ("tool", tool_calls(), used))
        for part, row in zip(parts, shown, strict=True)
    ]
    rows += [
        {"started_at": call.started_at, "session_id": call.event["session_id"]}
        | {"kind": "handoff", "ordinal": ordinal}
        | _TIMELINE
        | {
            "happened_at": moment(handoff["handed_off_at"]),
            "content": handoff["to_agent"],
            "agent": handoff["from_agent"],
        }
        for call in calls()
        for ordinal, handoff in _handoffs(call)
    ]
    return ordered(rows, "started_at", "session_id", "-kind", "ordinal")


def calls_by_hour() -> list[Row]:
    rows = [
        {
            "weekday": weekday,
            "hour": hour,
            "calls": len(group),
            "qualified_calls": sum(derived(call.event)["qualified"] for call in group),
        }
        for (weekday, hour), group in grouped(
            calls(), lambda call: (call.started_at.isoweekday(), call.started_at.hour)
        ).items()
    ]
    return ordered(rows, "weekday", "hour")


def peak_concurrency() -> list[Row]:
    """The start at which most calls were going on: by its day, counted one by one."""
    lasting = [(call, end) for call in calls() if (end := _end(call)) and end > call.started_at]
    starts = [
        {
            "dt": call.dt,
            "calls_at_once": sum(
                other.started_at <= call.started_at < end for other, end in lasting
            ),
            "reached_at": call.started_at,
        }
        for call, _ in lasting
    ]
    return [
        ordered(group, "-calls_at_once", "reached_at")[0]
        for _, group in sorted(grouped(starts, lambda start: str(start["dt"])).items())
    ]


def _end(call: Call) -> datetime | None:
    length = call.event.get("duration_seconds")
    if end_time := call.event.get("end_time"):
        return moment(end_time)
    if length is None or abs(length) >= _LONGEST:
        return None
    return call.started_at + timedelta(milliseconds=round(1000 * length))


def agent_versions() -> list[Row]:
    rows = []
    for (name, version), group in grouped(calls(), _agent).items():
        keys = [call.key.items() for call in group]
        waits = [
            row["latency_ms"]
            for row in stage_latencies()
            if row["stage"] == "total" and any(key <= row.items() for key in keys)
        ]
        failed = sum(bool(_errors(call.event)) for call in group)
        booked = sum(derived(call.event)["meeting_booked"] for call in group)
        qualified = sum(derived(call.event)["qualified"] for call in group)
        rows.append(
            {
                "agent_name": name,
                "agent_version": version,
                "first_called_on": min(call.dt for call in group),
                "last_called_on": max(call.dt for call in group),
                "calls": len(group),
                "qualified_percent": percent(qualified, len(group)),
                "booked_percent": percent(booked, len(group)),
                "calls_with_errors_percent": percent(failed, len(group)),
                "average_minutes": ratio(
                    average(call.event.get("duration_seconds") for call in group), 60, 1
                ),
                "total_p95_ms": rounded(percentile(waits, 0.95)),
                "cost_per_call_usd": rounded(average(cost_usd(call.event) for call in group), 4),
            }
        )
    return ordered(rows, "-calls", "agent_name", "agent_version")[:50]


def _agent(call: Call) -> tuple[str, ...]:
    return tuple(call.event.get(name, "not said") for name in ("agent_name", "agent_version"))


def _errors(event: Event) -> int:
    models: dict[str, int] = event.get("errors", {})
    return (tool_errors(event) or 0) + sum(models.values())


def daily_volume() -> list[Row]:
    rows = [
        {
            **{name: day[name] for name in ("dt", "calls", "callers")},
            "minutes": rounded(day["minutes"], 1),
            "average_minutes": ratio(day["average_seconds"], 60, 1),
            **{
                name: day[name] for name in ("qualified_calls", "booked_calls", "calls_with_errors")
            },
            "calls_with_errors_percent": percent(day["calls_with_errors"], day["calls"]),
        }
        for day in daily_summary()
    ]
    return ordered(rows, "dt")


def daily_quality() -> list[Row]:
    counts = ("calls", "deliveries", "repeated_deliveries", "repeated_events", "rejects")
    rows = [
        {
            **{name: day[name] for name in ("dt", *counts)},
            "rejects_percent": rounded(100 * day["reject_share"], 2),
            **{name: day[name] for name in ("violations", "events_with_violations", "late_events")},
            "emit_to_log_p95_seconds": rounded(day["emit_to_log_p95_seconds"], 1),
            "last_event_at": day["last_event_at"],
        }
        for day in data_quality()
    ]
    return ordered(rows, "dt")


def reject_reasons() -> list[Row]:
    """Without the columns that the function words."""
    rows = [
        {
            "error_code": code,
            "log_lines": len(group),
            "first_logged_at": min(reject["logged_at"] for reject in group),
            "last_logged_at": max(reject["logged_at"] for reject in group),
            "log_groups": _GROUP,
            "example_event_id": max(reject["event_id"] for reject in group),
        }
        for code, group in grouped(rejects(), lambda reject: reject["error_code"]).items()
    ]
    return ordered(rows, "-log_lines", "error_code")


def violations_by_field() -> list[Row]:
    """Without what was expected and came, in the function's words."""
    pairs = [(field(path), call) for call in calls() for path in _listed(call)]
    rows = [
        {
            "field": field,
            "violations": len(group),
            "calls": len({call.logged.event_id for _, call in group}),
            "agent_versions": joined(
                call.event.get("agent_version", "not said") for _, call in group
            ),
            "last_seen_on": max(call.dt for _, call in group),
        }
        for field, group in grouped(pairs, lambda pair: pair[0]).items()
    ]
    return ordered(rows, "-violations", "field")


def unknown_fields() -> list[Row]:
    """Without the example, whose text is the function's."""
    pairs = [
        (field(path), call)
        for call in calls()
        for path in UNKNOWN.get(call.event["session_id"], ())
    ]
    rows = [
        {
            "field": field,
            "calls": len({call.logged.event_id for _, call in group}),
            "agents": joined(call.event.get("agent_name", "not said") for _, call in group),
            "agent_versions": joined(
                call.event.get("agent_version", "not said") for _, call in group
            ),
            "log_groups": _GROUP,
            "last_seen_on": max(call.dt for _, call in group),
        }
        for field, group in grouped(pairs, lambda pair: pair[0]).items()
    ]
    return ordered(rows, "-calls", "field")


def _listed(call: Call) -> list[str]:
    """A row lists a hundred; where there are more, the last stands for the rest."""
    paths = VIOLATIONS.get(call.event["session_id"], [])
    return paths if len(paths) <= 100 else [*paths[:99], "not listed one by one"]


def duplicate_calls() -> list[Row]:
    rows = []
    for (dt, session_id, started_at), group in grouped([*LOGGED, *DELIVERED_AGAIN], _call).items():
        lines = {entry.event_id for entry in group}
        if len(group) > 1:
            once = "delivered again" if len(lines) == 1 else "logged and delivered again"
            rows.append(
                {
                    "dt": dt,
                    "session_id": session_id,
                    "started_at": started_at,
                    "deliveries": len(group),
                    "log_lines": len(lines),
                    "why": "logged again" if len(lines) == len(group) else once,
                    "first_logged_at": min(entry.logged_at for entry in group),
                    "last_logged_at": max(entry.logged_at for entry in group),
                    "log_groups": _GROUP,
                }
            )
    return ordered(rows, "-deliveries", "-dt", "session_id", "started_at")[:100]


def _call(logged: Logged) -> tuple[str, str, object]:
    return partition(logged), logged.event["session_id"], moment(logged.event["start_time"])


def late_data() -> list[Row]:
    rows = []
    for call in calls():
        ended = call.event.get("end_time")
        length = call.event.get("duration_seconds") or 0
        over_at = (
            moment(ended)
            if ended
            else call.started_at + timedelta(seconds=length if abs(length) < _LONGEST else 0)
        )
        seconds = int((call.logged.logged_at - over_at) / timedelta(seconds=1))
        wrong = call.dt != call.started_at.date().isoformat()
        if wrong or seconds > _HOUR or seconds < -_FIVE_MINUTES:
            rows.append(
                {
                    **call.key,
                    "over_at": over_at,
                    "logged_at": call.logged.logged_at,
                    "late_minutes": _whole_minutes(seconds),
                    "why": "wrong clock: filed under the day of the log line"
                    if wrong
                    else "logged late"
                    if seconds > 0
                    else "clock ahead",
                    "log_group": _GROUP,
                    "log_stream": _STREAM,
                    "distance": abs(seconds),
                }
            )
    latest = ordered(rows, "-distance", "session_id", "started_at")[:100]
    return [{name: value for name, value in row.items() if name != "distance"} for row in latest]


def _whole_minutes(seconds: int) -> int:
    """A half goes away from zero."""
    minutes = (abs(seconds) + 30) // 60
    return minutes if seconds > 0 else -minutes


def failed_deliveries(lake: Path) -> list[Row]:
    rows = [
        {
            "error_type": kind,
            "error_code": code,
            "error_message": message,
            "records": len(group),
            "most_attempts": max(record["attempts"] for record in group),
            "first_arrived_at": min(record["arrived_at"] for record in group),
            "last_failed_at": max(record["failed_at"] for record in group),
        }
        for (kind, code, message), group in grouped(
            kept_records(lake),
            lambda record: (record["error_type"], record["error_code"], record["error_message"]),
        ).items()
    ]
    return ordered(rows, "-records", "error_type", "error_code", "error_message")
