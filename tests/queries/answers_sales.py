"""What the queries of sales must answer."""

from contextlib import suppress
from datetime import date
from typing import Any

from tests.queries.arithmetic import grouped, ordered, percent, percentile, ratio, total
from tests.queries.expected_calls import (
    Call,
    Row,
    calls,
    derived,
    lead_scores,
    listed,
    number,
    signal,
)


def qualified_leads() -> list[Row]:
    rows = [
        {
            "score": lead["score"],
            "hot": lead["hot"],
            "user_name": lead["user_name"],
            "user_email": lead["user_email"],
            "company": lead["user_email_domain"],
            "called_at": lead["started_at"],
            "qualified_because": ", ".join(lead["qualification_reasons"]),
            "team_size": lead["team_size"],
            "monthly_volume": lead["monthly_volume"],
            "integrations": _listing(lead["integration_needs"], ", "),
            **{
                name: lead[name]
                for name in (
                    "timeline",
                    "authority",
                    "industry",
                    "use_case",
                    "current_tool",
                    "tier",
                )
            },
            "meeting_booked": lead["meeting_booked"],
            "session_id": lead["session_id"],
        }
        for lead in lead_scores()
        if lead["qualified"]
    ]
    return ordered(rows, "-score", "-called_at", "session_id")[:200]


def lead_funnel() -> list[Row]:
    leads = lead_scores()
    facts = (
        "team_size",
        "monthly_volume",
        "integration_needs",
        "timeline",
        "authority",
        "industry",
        "use_case",
        "current_tool",
    )
    stages = {
        "calls": len(leads),
        "told something": sum(any(lead[name] for name in facts) for lead in leads),
        "qualified": sum(lead["qualified"] for lead in leads),
        "hot": sum(lead["hot"] for lead in leads),
        "meeting booked": sum(lead["meeting_booked"] for lead in leads),
    }
    return [
        {"stage": stage, "calls": count, "calls_percent": percent(count, len(leads))}
        for stage, count in stages.items()
    ]


def integrations_wanted() -> list[Row]:
    wanted = [
        (name, call)
        for call in calls()
        for name in {text.lower() for text in _signals(call, "integration_needs")}
    ]
    rows = [
        {
            "integration": name,
            "calls": len(group),
            "calls_percent": percent(len(group), len(calls())),
            "qualified_calls": sum(_qualified(call) for _, call in group),
            "median_team_size": percentile([_known(call, "team_size") for _, call in group], 0.5),
            "last_asked_on": max(call.dt for _, call in group),
        }
        for name, group in grouped(wanted, lambda pair: pair[0]).items()
    ]
    return ordered(rows, "-calls", "integration")[:50]


def tools_replaced() -> list[Row]:
    users = [call for call in calls() if signal(call.event, "current_tool")]
    rows = [
        {
            "current_tool": tool,
            "calls": len(group),
            "qualified_calls": sum(map(_qualified, group)),
            "median_team_size": percentile([_known(call, "team_size") for call in group], 0.5),
            "documents_a_month": total(_known(call, "monthly_volume") for call in group),
            "last_named_on": max(call.dt for call in group),
        }
        for tool, group in grouped(
            users, lambda call: signal(call.event, "current_tool").strip().lower()
        ).items()
    ]
    return ordered(rows, "-calls", "current_tool")[:50]


def time_to_qualification() -> list[Row]:
    rows = []
    for dt, group in grouped(filter(_qualified, calls()), lambda call: call.dt).items():
        lengths = [call.event.get("duration_seconds") for call in group]
        days = [
            (call.started_at.date() - began).days for call in group if (began := _trial_start(call))
        ]
        rows.append(
            {
                "dt": dt,
                "qualified_calls": len(group),
                "median_minutes": ratio(percentile(lengths, 0.5), 60, 1),
                "p90_minutes": ratio(percentile(lengths, 0.9), 60, 1),
                "median_turns_of_caller": percentile(
                    [_turns_of_caller(call) for call in group], 0.5
                ),
                "calls_with_trial_start": len(days),
                "median_days_of_trial": percentile(days, 0.5),
            }
        )
    return ordered(rows, "dt")


def follow_up_list() -> list[Row]:
    events = {tuple(call.key.values()): call.event for call in calls()}
    people = grouped(lead_scores(), lambda lead: (lead["user_email"] or lead["session_id"]).lower())
    rows = []
    for leads in people.values():
        best = ordered(leads, "-qualified", "-score", "-started_at", "session_id")[0]
        event = events[best["dt"], best["session_id"], best["started_at"]]
        if best["qualified"] and not any(lead["meeting_booked"] for lead in leads):
            rows.append(
                {
                    **{name: best[name] for name in ("score", "hot", "user_name", "user_email")},
                    "company": best["user_email_domain"],
                    "calls": len(leads),
                    "last_called_at": max(lead["started_at"] for lead in leads),
                    **{name: best[name] for name in ("team_size", "monthly_volume")},
                    "integrations": _listing(best["integration_needs"], ", "),
                    "pain_points": _listing(
                        event.get("discovered_signals", {}).get("pain_points"), ", "
                    ),
                    **{name: best[name] for name in ("timeline", "authority")},
                    "notes": _listing(event.get("conversation_notes"), " / "),
                    "consent_obtained": event.get("consent_obtained"),
                    **{name: best[name] for name in ("session_id", "started_at")},
                }
            )
    return ordered(rows, "-score", "-last_called_at", "session_id")[:100]


def _listing(texts: list[str] | None, separator: str) -> str | None:
    return None if texts is None else separator.join(texts)


def _signals(call: Call, name: str) -> list[str]:
    values: list[str] = call.event.get("discovered_signals", {}).get(name) or []
    return values


def _known(call: Call, name: str) -> int | None:
    return number(call.event, name) or None


def _qualified(call: Call) -> bool:
    holds: bool = derived(call.event)["qualified"]
    return holds


def _turns_of_caller(call: Call) -> int | None:
    turns: list[dict[str, Any]] = listed(call.event, "transcript")
    return sum(turn["role"] == "user" for turn in turns) if "transcript" in call.event else None


def _trial_start(call: Call) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(call.event.get("user_metadata", {}).get("trial_start_date", ""))
    return None
