"""The event that the agent itself builds at the end of a call, as its three generations do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from session_analytics.logline import EVENT_TYPE

from voice_analytics.synthetic.call import Call, ToolUse, Turn
from voice_analytics.synthetic.conversation import SEARCH_TOOL
from voice_analytics.synthetic.metering import (
    Metering,
    cost_summary,
    model_usage,
    own_summaries,
    usage_summary,
)

AGENT_NAME = "trial-assistant"
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - all times here are naive UTC
NEW_YORK = timezone(timedelta(hours=-5))

type Json = dict[str, Any]


def epoch_seconds(moment: datetime) -> float:
    """Returns a naive UTC time as epoch seconds, as LiveKit writes times."""
    return (moment - EPOCH).total_seconds()


def first_generation(call: Call, used: Metering) -> Json:
    """Returns an event from before LiveKit's metrics.

    It has a plain transcript, the same as text, sums of its own, tiers by number.
    """
    return _common(call, "1.8.2", "1.2.15", ("Tier 2", "Tier 1")) | {
        "tool_calls": [_tool_call(use) for use in call.tools],
        "transcript": [{"role": turn.role, "content": turn.text} for turn in call.turns],
        "transcript_text": "".join(f"{turn.role.upper()}: {turn.text}\n" for turn in call.turns),
        "metrics_summary": call.rng.choice(own_summaries(used)),
        "cost_summary": cost_summary(used),
    }


def second_generation(call: Call, used: Metering) -> Json:
    """Returns an event with LiveKit's `UsageSummary`, generic tool calls, and the connection."""
    return _common(
        call, "2.1.0", "1.3.6", ("low", call.rng.choice(("medium", "high_value", "qualified")))
    ) | {
        "tool_calls": [_general_tool_call(use) for use in call.tools],
        "transcript": [_measured_turn(turn) for turn in call.turns],
        "metrics_summary": usage_summary(used) | {"avg_latency_ms": used.latency_ms},
        "cost_summary": cost_summary(used),
        "interruption_count": sum(turn.interrupted for turn in call.turns),
        "connection": _connection(call),
    }


def third_generation(call: Call, used: Metering) -> Json:
    """Returns an event with usage per model, in one of the places where SDK 1.5 users put it."""
    usages = model_usage(used, typed=call.rng.random() < 0.7)
    place: Json = call.rng.choice(
        (
            {"usage": usages},
            {"usage": {"model_usage": usages}},
            {"metrics_summary": usages},
            {"model_usage": usages},
        )
    )
    return _common(call, "2.4.1", "1.5.9", ("self_serve", "sales_ready")) | {
        "schema_version": "1",
        **call.job,
        "tool_calls": [_tool_call(use) for use in call.tools],
        "transcript": [_measured_turn(turn) for turn in call.turns],
        "cost_summary": cost_summary(used),
        "connection": _connection(call),
        "outcome": call.outcome,
        "tags": ["trial", call.visitor.utm_source],
        **place,
    }


GENERATIONS: tuple[Callable[[Call, Metering], Json], ...] = (
    first_generation,
    second_generation,
    third_generation,
)


def findings(call: Call, tiers: tuple[str, str]) -> Json:
    """Returns what the agent learnt about the visitor; `0` and `""` mean "not mentioned".

    `tiers`: the lower and the higher.
    """
    visitor, heard = call.visitor, call.qualified
    return {
        "consent_obtained": bool(call.consent),
        "conversation_notes": call.notes,
        "discovered_signals": {
            "team_size": visitor.team_size if heard else 0,
            "monthly_volume": visitor.monthly_volume if heard else 0,
            "integration_needs": list(visitor.integrations) if heard else [],
            "urgency": visitor.urgency if heard else "",
            "qualification_tier": tiers[visitor.worth_a_call] if heard else "",
            "industry": visitor.industry if heard else "",
            "location": visitor.location if heard else "",
            "use_case": visitor.use_case if heard else "",
            "current_tool": visitor.current_tool if heard else "",
            "pain_points": list(visitor.pain_points) if heard else [],
            "decision_timeline": visitor.decision_timeline if heard else "",
            "budget_authority": visitor.budget_authority if heard else "",
            "team_structure": visitor.team_structure if heard else "",
        },
    }


def visitor_fields(call: Call) -> Json:
    """Returns the visitor as the sign-up form knows them."""
    visitor = call.visitor
    trial_start = call.started_at.date() - timedelta(days=visitor.team_size % 14)
    return {
        "user_email": visitor.email,
        "user_name": visitor.name,
        "user_metadata": {
            "company": visitor.company,
            "utm_source": visitor.utm_source,
            "utm_campaign": visitor.utm_campaign,
            "plan_tier": visitor.plan_tier,
            "trial_start_date": trial_start.isoformat(),
        },
    }


def _common(call: Call, agent_version: str, sdk_version: str, tiers: tuple[str, str]) -> Json:
    iso = call.rng.choices((datetime.isoformat, _with_z, _in_new_york), (85, 10, 5))[0]
    session_id = f"session_{call.rng.getrandbits(48):012x}"
    return {
        "_event_type": EVENT_TYPE,
        "_timestamp": epoch_seconds(call.now),
        "_log_level": "INFO",
        "_session_id": session_id,
        "session_id": session_id,
        "agent_name": AGENT_NAME,
        "agent_version": agent_version,
        "sdk_version": sdk_version,
        "language": "en",
        "start_time": iso(call.started_at),
        "end_time": iso(call.now),
        "duration_seconds": call.seconds,
        "participant_id": f"PA_{call.rng.getrandbits(48):012x}",
        **visitor_fields(call),
        "conversation_state": call.state,
        "disconnect_reason": "user_hangup" if call.outcome == "abandoned" else "agent_ended_call",
        "consent_timestamp": iso(call.consent_at) if call.consent_at else None,
        **findings(call, tiers),
    }


def _with_z(moment: datetime) -> str:
    return f"{moment.isoformat()}Z"


def _in_new_york(moment: datetime) -> str:
    return moment.replace(tzinfo=UTC).astimezone(NEW_YORK).isoformat()


def _tool_call(use: ToolUse) -> Json:
    outcome: Json = (
        {"results_found": False, "total_results": 0}
        if use.tool == SEARCH_TOOL
        else {"success": use.error is None}
    )
    failed = {"error": use.error, "success": False} if use.error else {}
    return {
        "tool": use.tool,
        "timestamp": use.called_at.isoformat(),
        **use.arguments,
        **outcome,
        **use.result,
        **failed,
    }


def _general_tool_call(use: ToolUse) -> Json:
    return {
        "tool": use.tool,
        "timestamp": use.called_at.isoformat(),
        "duration_ms": round(1000 * use.seconds, 1),
        "success": use.error is None,
        "arguments": use.arguments,
        "result": use.result or None,
        "error": use.error,
        **use.arguments,
        **use.result,
    }


def _measured_turn(turn: Turn) -> Json:
    measured: Json = {
        "role": turn.role,
        "content": turn.text,
        "created_at": epoch_seconds(turn.said_at),
        "interrupted": turn.interrupted,
    }
    return measured | turn.latencies


def _connection(call: Call) -> Json:
    seconds = call.seconds
    return {
        "bandwidth_in": round(seconds * call.rng.uniform(3_500, 6_500)),
        "bandwidth_out": round(seconds * call.rng.uniform(3_500, 6_500)),
        "packet_loss": round(call.rng.lognormvariate(-1.5, 0.8), 3),
        "jitter": round(call.rng.lognormvariate(1.8, 0.5), 2),
        "device_info": {
            "browser": call.visitor.browser,
            "os": call.visitor.system,
            "location": call.visitor.location,
        },
    }
