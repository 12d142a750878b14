"""Which calls are meant: conditions as people give them, on a command line or in an address."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from voice_analytics.catalog.slices import condition, literal
from voice_analytics.errors import UsageError

# columns of `sessions` that tell kinds of calls apart
COLUMNS = (
    *("agent_name", "agent_version", "sdk_version", "region", "language"),
    *("outcome", "final_outcome", "conversation_state", "close_reason", "disconnect_reason"),
    *("answered_by", "call_direction", "tier", "qualified", "meeting_booked", "consent_obtained"),
    *("timeline", "authority", "industry", "location", "use_case", "current_tool"),
    *("plan_tier", "utm_source", "utm_campaign", "device_browser", "device_os", "room", "job_id"),
    *("session_id", "user_email_domain"),
)
SLOW = "any_match(transcript, turn -> turn.e2e_latency_ms > 1500)"  # the target of stage_latencies


def parse_where(texts: Sequence[str]) -> dict[str, list[str]]:
    """The values wanted of each column, of texts such as agent_name=guide.

    An empty value stands for what the agent did not say. Raises UsageError for what is not a
    condition.
    """
    filters: dict[str, list[str]] = {}
    for text in texts:
        column, sign, value = text.partition("=")
        if not sign:
            raise UsageError(f"--where {text} has no =", "write it as agent_name=NAME")
        filters.setdefault(check_column(column), []).append(value)
    return filters


def check_column(name: str) -> str:
    """The name of a column that calls can be chosen by. Raises UsageError for another."""
    if name not in COLUMNS:
        near = get_close_matches(name, COLUMNS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"use one of {', '.join(COLUMNS)}"
        raise UsageError(f"--where does not know {name}", hint)
    return name


def conditions(filters: Mapping[str, list[str]]) -> tuple[str, ...]:
    """These, in SQL: of a column one of the values holds, and that of every column."""
    return tuple(condition(column, values) for column, values in filters.items())


def described(filters: Mapping[str, list[str]]) -> str:
    """These, in words."""
    return ", ".join(
        f"{column.replace('_', ' ')} {' or '.join(value or 'not said' for value in values)}"
        for column, values in filters.items()
    )


def transcript_contains(text: str) -> str:
    """The condition that a text was said in the call, in any case."""
    return f"strpos(lower(conversation_text), {literal(text.lower())}) > 0"


def check_timezone(name: str) -> str:
    """The name of a time zone, as the IANA database has it. Raises UsageError for another."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            f"unknown time zone {name}", "use a name such as Europe/Berlin or America/New_York"
        ) from None
    return name
