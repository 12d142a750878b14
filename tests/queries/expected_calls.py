"""What the views of calls must show for the corner cases, computed from the events in Python.

Nothing here is taken from the SQL: the rules are those of the contract and of the business, and
what words mean is said in `agent_words`. `sessions` and `lead_scores` give the rows of the views of
their names.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from tests.queries.agent_events import Event
from tests.queries.agent_words import (
    AUTHORITIES,
    INTEGRATIONS,
    REGULATED,
    TIERS,
    TIMELINES,
    URGENT,
)
from tests.queries.corner_cases import DELIVERED_AGAIN, LOGGED, Logged

type Row = dict[str, Any]

AGENT = "assistant"  # however it is spelt


class Call(NamedTuple):
    """A call with the log event that is kept of it; its start is naive UTC, in milliseconds."""

    dt: str
    started_at: datetime
    logged: Logged

    @property
    def event(self) -> Event:
        return self.logged.event

    @property
    def key(self) -> Row:
        return {
            "dt": self.dt,
            "session_id": self.event["session_id"],
            "started_at": self.started_at,
        }


def moment(value: str | float) -> datetime:
    """A time as an agent writes it: naive UTC, cut to milliseconds."""
    read = (
        datetime.fromtimestamp(value, UTC)
        if isinstance(value, float)
        else datetime.fromisoformat(value)
    )
    utc = read.astimezone(UTC).replace(tzinfo=None) if read.tzinfo else read
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def partition(logged: Logged) -> str:
    """The day of the call; of the log event where the call's clock was wrong."""
    started, logged_at = moment(logged.event["start_time"]), logged.logged_at
    believed = logged_at - timedelta(days=2) <= started <= logged_at + timedelta(hours=1)
    return (started if believed else logged_at).date().isoformat()


def calls() -> list[Call]:
    """One a call: of its copies the newest, of equally new ones the larger id."""
    newest: dict[tuple[str, str, datetime], Logged] = {}
    for logged in sorted(LOGGED, key=lambda entry: (entry.logged_at, entry.event_id)):
        newest[
            partition(logged), logged.event["session_id"], moment(logged.event["start_time"])
        ] = logged
    return [Call(dt, started_at, logged) for (dt, _, started_at), logged in newest.items()]


def sessions() -> list[Row]:
    """The key, the event that is kept, and what is derived.

    The other columns are the table's, of the kept event.
    """
    return [
        call.key | {"event_id": call.logged.event_id} | _copies(call) | derived(call.event)
        for call in calls()
    ]


def _copies(call: Call) -> Row:
    """How often the call was delivered, and whether what was logged contradicts itself."""
    session_id = call.event["session_id"]
    events = [
        entry.event
        for entry in (*LOGGED, *DELIVERED_AGAIN)
        if entry.event["session_id"] == session_id
        and moment(entry.event["start_time"]) == call.started_at
        and partition(entry) == call.dt
    ]
    facts = (
        [cost_usd(event) for event in events],
        [event.get("duration_seconds") for event in events],
        *(
            [_signals(event).get(name) or None for event in events]
            for name in ("qualification_tier", "team_size", "monthly_volume")
        ),
    )
    differ = any(len(set(values) - {None}) > 1 for values in facts)
    return {"copies": len(events), "copies_differ": differ}


def derived(event: Event) -> Row:
    reasons = qualification_reasons(event)
    users, agents = word_count(event, "user"), word_count(event, AGENT)
    cost, seconds = cost_usd(event), event.get("duration_seconds")
    return {
        "qualified": bool(reasons),
        "qualification_reasons": reasons,
        "tier": TIERS[signal(event, "qualification_tier")],
        "key_integrations": key_integrations(event),
        "timeline": timeline(event),
        "authority": authority(event),
        "meeting_booked": meeting_booked(event),
        "final_outcome": final_outcome(event),
        "conversation_text": conversation_text(event),
        "agent_talk_share": _share(agents, users),
        "cost_per_minute_usd": None if cost is None or not seconds else cost / (seconds / 60),
    }


def meeting_booked(event: Event) -> bool:
    return any(
        used.get("tool") == "book_sales_meeting" and used.get("success") is True
        for used in listed(event, "tool_calls")
    )


def ended_because(event: Event) -> str | None:
    return event.get("close_reason") or event.get("disconnect_reason")


def final_outcome(event: Event) -> str | None:
    """What the call came to: as the tools show, as the agent said, or as it ended."""
    agent_outcome = "_".join((event.get("outcome") or "").lower().replace("-", " ").split())
    agent_outcome = "_".join(filter(None, agent_outcome.split("_")))
    state = (event.get("conversation_state") or "").upper()
    by_caller = ended_because(event) in ("CR_PARTICIPANT_DISCONNECTED", "user_hangup")
    rules = (
        ("meeting_booked", meeting_booked(event)),
        ("booking_unconfirmed", agent_outcome == "meeting_booked"),
        (agent_outcome, bool(agent_outcome)),
        ("error", event.get("close_reason") == "CR_ERROR"),
        ("voicemail", event.get("answered_by", "").startswith("machine")),
        ("completed", state == "CLOSING" or (ended_because(event) and not by_caller)),
        ("abandoned", bool(state) and by_caller),
        ("caller_hung_up", by_caller),
    )
    return next((outcome for outcome, holds in rules if holds), None)


def _share(part: int | None, rest: int | None) -> float | None:
    return part / (part + rest) if part is not None and rest is not None and part + rest else None


def qualification_reasons(event: Event) -> list[str]:
    team = number(event, "team_size")
    reasons = {
        "team_size": team >= 5,
        "monthly_volume": number(event, "monthly_volume") >= 100,
        "integration": bool(key_integrations(event)),
        "urgent_decision_maker": authority(event) == "decision_maker" and _urgent(event),
        "industry": REGULATED[signal(event, "industry")] and team >= 3,
    }
    return [reason for reason, holds in reasons.items() if holds]


def _urgent(event: Event) -> bool:
    return URGENT[signal(event, "urgency")]


def key_integrations(event: Event) -> list[str]:
    wanted = {INTEGRATIONS[text] for text in _signals(event).get("integration_needs") or []}
    return [name for name in ("salesforce", "hubspot", "api", "embedded") if name in wanted]


def timeline(event: Event) -> str | None:
    timelines = [TIMELINES[signal(event, name)] for name in ("urgency", "decision_timeline")]
    return next(
        (near for near in ("this_week", "this_month", "this_quarter") if near in timelines), None
    )


def authority(event: Event) -> str | None:
    return AUTHORITIES[signal(event, "budget_authority")]


def signal(event: Event, name: str) -> str:
    """What the agent found out, as it said it; "" where it did not."""
    return _signals(event).get(name) or ""


def number(event: Event, name: str) -> int:
    """A number that the agent found out; 0 where it did not, or said no number."""
    value = _signals(event).get(name)
    return value if isinstance(value, int) else 0


def _signals(event: Event) -> Event:
    return event.get("discovered_signals") or {}


def listed(event: Event, name: str) -> list[Event]:
    return [item for item in event.get(name) or [] if item is not None]


def content(turn: Event) -> str:
    words = turn["content"] or ""
    return "\n".join(words) if isinstance(words, list) else words


def role_of(turn: Event) -> str | None:
    """The role as the row has it: of the agent's spellings one, in lower case."""
    role: str | None = turn["role"] and turn["role"].lower()
    return AGENT if role == "agent" else role


def word_count(event: Event, role: str) -> int | None:
    """The words of a role; None where a turn does not say whose it is."""
    turns = listed(event, "transcript")
    if any(turn["role"] is None for turn in turns):
        return None
    return sum(len(content(turn).split()) for turn in turns if role_of(turn) == role)


def conversation_text(event: Event) -> str | None:
    lines = [
        f"{(role_of(turn) or '?').upper()}: {content(turn)}" for turn in listed(event, "transcript")
    ]
    return "\n".join(lines) or event.get("transcript_text")


def cost_usd(event: Event) -> float | None:
    """The cost that the agent estimated, else the sum of the providers'."""
    summary: dict[str, float] = event.get("cost_summary", {})
    if "total_estimated_cost" in summary:
        return summary["total_estimated_cost"]
    paid = [value for key, value in summary.items() if key.endswith("_cost")]
    return sum(paid) if paid else None


def field(pointer: str) -> str:
    """A JSON Pointer with * for the places in lists."""
    return "/".join("*" if part.isdecimal() else part for part in pointer.split("/"))


def lead_scores() -> list[Row]:
    return [call.key | _scored(call.event) for call in calls()]


def _scored(event: Event) -> Row:
    points = {
        "team_size_points": _points(number(event, "team_size"), {11: 25, 5: 15, 3: 5}),
        "monthly_volume_points": _points(number(event, "monthly_volume"), {100: 20, 50: 10, 10: 5}),
        "integration_points": max(
            (
                {"salesforce": 20, "hubspot": 15, "api": 10}.get(name, 0)
                for name in key_integrations(event)
            ),
            default=0,
        ),
        "timeline_points": {"this_week": 15, "this_month": 10, "this_quarter": 5}.get(
            timeline(event) or "", 0
        ),
        "authority_points": {"decision_maker": 15, "influencer": 10, "needs_approval": 5}.get(
            authority(event) or "", 0
        ),
    }
    total = sum(points.values())
    score = round(100 * total / 95)
    facts = derived(event)
    email = event.get("user_email")
    needs = _signals(event).get("integration_needs")
    return (
        {"score": score, "hot": score > 80, "points": total}
        | points
        | {
            name: facts[name]
            for name in (
                "qualified",
                "qualification_reasons",
                "tier",
                "meeting_booked",
                "timeline",
                "authority",
            )
        }
        | {
            "user_email": email,
            "user_email_domain": email.rpartition("@")[2].lower() if email else None,
        }
        | {"user_name": event.get("user_name")}
        | {name: number(event, name) or None for name in ("team_size", "monthly_volume")}
        | {"integration_needs": None if needs is None else [text.lower() for text in needs]}
        | {name: signal(event, name) or None for name in ("industry", "use_case", "current_tool")}
    )


def _points(value: int, by_least: dict[int, int]) -> int:
    return next((points for least, points in by_least.items() if value >= least), 0)
