"""What the queries about the health of calls must answer."""

from collections.abc import Sequence

from tests.queries.arithmetic import (
    average,
    grouped,
    ordered,
    percent,
    percentile,
    ratio,
    rounded,
)
from tests.queries.expected_calls import Call, Row, calls, derived, ended_because
from tests.queries.expected_days import tool_errors
from tests.queries.expected_parts import stage_latencies, tool_calls

_BAD_LOSS_PERCENT, _BAD_JITTER_MS = 1, 30


def latency_by_stage() -> list[Row]:
    by_stage = grouped(stage_latencies(), lambda row: (row["stage_number"], row["stage"]))
    return [{"stage": stage} | _summary(group) for (_, stage), group in sorted(by_stage.items())]


def latency_by_model() -> list[Row]:
    answers = [row for row in stage_latencies() if row["stage"] != "end of turn"]
    by_model = grouped(
        answers, lambda row: (row["llm_model"] or "not said", row["stage_number"], row["stage"])
    )
    return [
        {"llm_model": model, "stage": stage} | _summary(group)
        for (model, _, stage), group in sorted(by_model.items())
    ]


def latency_by_day() -> list[Row]:
    by_day = grouped(stage_latencies(), lambda row: (row["dt"], row["stage_number"], row["stage"]))
    return [
        {"dt": dt, "stage": stage} | _summary(group)
        for (dt, _, stage), group in sorted(by_day.items())
    ]


def _summary(rows: Sequence[Row]) -> Row:
    times, target = [row["latency_ms"] for row in rows], rows[0]["target_ms"]
    within = sum(time <= target for time in times)
    return {
        "turns": len(times),
        **{f"p{share}_ms": rounded(percentile(times, share / 100)) for share in (50, 90, 95, 99)},
        "target_ms": target,
        "turns_within_target": within,
        "within_target_percent": percent(within, len(times)),
    }


def slow_calls() -> list[Row]:
    totals = [row for row in stage_latencies() if row["stage"] == "total"]
    rows = []
    for call in calls():
        answers = [row for row in totals if call.key.items() <= row.items()]
        over = [row for row in answers if row["latency_ms"] > 1500]
        if over:
            slowest = max(answers, key=lambda row: row["latency_ms"])
            rows.append(
                {
                    "session_id": call.event["session_id"],
                    "started_at": call.started_at,
                    **{name: call.event.get(name) for name in ("agent_version", "region", "room")},
                    "answers": len(answers),
                    "answers_over_target": len(over),
                    "target_ms": 1500,
                    "median_ms": rounded(percentile([row["latency_ms"] for row in answers], 0.5)),
                    "slowest_ms": rounded(slowest["latency_ms"]),
                    "slowest_turn": slowest["ordinal"],
                }
            )
    return ordered(rows, "-answers_over_target", "-slowest_ms", "started_at", "session_id")[:100]


def call_endings() -> list[Row]:
    rows = [
        {
            "outcome": outcome,
            "conversation_state": state,
            "ended_because": because,
            "calls": len(group),
            "calls_percent": percent(len(group), len(calls())),
            "average_minutes": ratio(
                average(call.event.get("duration_seconds") for call in group), 60, 1
            ),
        }
        for (outcome, state, because), group in grouped(calls(), _ending).items()
    ]
    return ordered(rows, "-calls", "outcome", "conversation_state", "ended_because")[:100]


def call_outcomes() -> list[Row]:
    rows = [
        {
            "outcome": outcome,
            "calls": len(group),
            "said_by_agent": sum(bool(call.event.get("outcome", "").strip()) for call in group),
            "calls_percent": percent(len(group), len(calls())),
            "average_minutes": ratio(
                average(call.event.get("duration_seconds") for call in group), 60, 1
            ),
        }
        for outcome, group in grouped(
            calls(), lambda call: derived(call.event)["final_outcome"] or "not known"
        ).items()
    ]
    return ordered(rows, "-calls", "outcome")[:100]


def latency_distribution() -> list[Row]:
    totals = [row for row in stage_latencies() if row["stage"] == "total"]
    rows = [
        {
            "from_ms": from_ms,
            "answers": len(group),
            "answers_percent": percent(len(group), len(totals)),
            "target_ms": 1500,
        }
        for from_ms, group in grouped(
            totals, lambda row: min(5000, int(row["latency_ms"] // 250) * 250)
        ).items()
    ]
    return ordered(rows, "from_ms")


def failed_calls() -> list[Row]:
    rows = []
    for call in calls():
        tools, models = tool_errors(call.event), call.event.get("errors", {})
        errors = (tools or 0) + sum(models.values())
        if errors or call.event.get("close_reason") == "CR_ERROR":
            rows.append(
                {
                    "started_at": call.started_at,
                    "session_id": call.event["session_id"],
                    **{name: call.event.get(name) for name in ("agent_name", "agent_version")},
                    "errors": errors,
                    "tool_errors": tools,
                    **{
                        f"{kind}_errors": models.get(kind)
                        for kind in ("llm", "stt", "tts", "realtime")
                    },
                    "failed_tools": _failed_tools(call),
                    "last_error": call.event.get("last_error"),
                    "ended_because": ended_because(call.event),
                }
            )
    return ordered(rows, "-errors", "-started_at", "session_id")[:100]


def _failed_tools(call: Call) -> str | None:
    if "tool_calls" not in call.event:
        return None
    failures = {
        f"{used['tool'] or 'not said'}: {used['error'] or 'failed'}"
        for used in tool_calls()
        if used["failed"] and call.key.items() <= used.items()
    }
    return " / ".join(sorted(failures))


def _ending(call: Call) -> tuple[str, ...]:
    because = call.event.get("close_reason") or call.event.get("disconnect_reason")
    return tuple(
        text or "not said"
        for text in (call.event.get("outcome"), call.event.get("conversation_state"), because)
    )


def network_quality() -> list[Row]:
    connections = [
        call.event["connection"]
        for call in calls()
        if {"packet_loss", "jitter"} & call.event.get("connection", {}).keys()
    ]
    rows = []
    for (browser, system), group in grouped(connections, _device).items():
        losses, jitters = (
            [connection.get(name) for connection in group] for name in ("packet_loss", "jitter")
        )
        bad = sum(
            (connection.get("packet_loss") or 0) > _BAD_LOSS_PERCENT
            or (connection.get("jitter") or 0) > _BAD_JITTER_MS
            for connection in group
        )
        rows.append(
            {
                "browser": browser,
                "operating_system": system,
                "calls_measured": len(group),
                "median_packet_loss_percent": rounded(percentile(losses, 0.5), 2),
                "p95_packet_loss_percent": rounded(percentile(losses, 0.95), 2),
                "median_jitter_ms": rounded(percentile(jitters, 0.5), 1),
                "p95_jitter_ms": rounded(percentile(jitters, 0.95), 1),
                "bad_calls": bad,
                "bad_calls_percent": percent(bad, len(group)),
            }
        )
    return ordered(rows, "-bad_calls", "-calls_measured", "browser", "operating_system")[:100]


def _device(connection: Row) -> tuple[str, ...]:
    info = connection.get("device_info", {})
    return tuple(info.get(name, "not said") for name in ("browser", "os"))
