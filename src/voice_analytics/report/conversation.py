"""A call as it is read: who and how it went, and its steps in their order.

Names and addresses are shown only where people are asked for; see `Privacy`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from string import Formatter
from typing import NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

from voice_analytics.errors import UsageError
from voice_analytics.report.privacy import Privacy
from voice_analytics.report.sources import Record
from voice_analytics.report.words import needs, readable

CALLS, TIMELINE = "call_list", "call_timeline"
_PLACES = ("session_id", "room", "room_id", "job_id")  # of a call's address elsewhere

type Key = tuple[str, str]  # a call: session_id and started_at


class Step(NamedTuple):
    """A turn, a tool call or a hand-over; `facts` are latencies or the tool's result.

    `offset` is the time since the call began.
    """

    kind: str
    speaker: str
    text: str
    facts: str
    offset: str
    failed: bool
    by_caller: bool


class Conversation(NamedTuple):
    """A call; `link` opens it elsewhere, in its room or the customer's record."""

    anchor: str
    title: str
    facts: list[tuple[str, str]]
    steps: list[Step]
    link: str


class Places(NamedTuple):
    """Where calls are to be found elsewhere, and the time zone in which they are told."""

    call_url: str = ""
    timezone: str = "UTC"


def check_call_url(url: str) -> str:
    """The template of a call's address elsewhere. Raises UsageError where it is none."""
    try:
        named = {name for _, name, form, _ in Formatter().parse(url) if name is not None or form}
    except ValueError:
        named = {"{"}
    if not named <= set(_PLACES):
        hint = f"use {', '.join(f'{{{name}}}' for name in _PLACES)}"
        raise UsageError(f"--call-url has an unknown place in {url}", hint)
    if not url.lower().startswith(("https://", "http://")):
        raise UsageError(f"--call-url is {url}", "begin it with https:// or http://")
    return url


def key_of(record: Record) -> Key:
    """The call that a record is of."""
    return record["session_id"], record["started_at"]


def moment(value: str) -> str:
    """A time as people read it, to the minute."""
    return value[:16].replace("T", " ")


def conversation(
    call: Record, steps: Sequence[Record], anchor: str, privacy: Privacy, places: Places
) -> Conversation:
    """A row of call_list and its rows of call_timeline."""
    facts = {
        "Called": f"{moment(call['started_at'])} {places.timezone}",
        "Minutes": call["minutes"],
        "Outcome": _outcome(call),
        "Ended": readable(call["ended_because"]),
        "Score as a lead": call["score"],
        "Why": needs(call),
        "Problems": privacy.mask(call["pain_points"] or "", call),
        "Found in these words": privacy.mask(call["evidence"] or "", call).replace("_", " "),
        "Notes": privacy.mask(call["notes"] or "", call),
        "Hand-overs": call["handoffs"],
        "Errors": call["errors"],
        "Last error": privacy.mask(call["last_error"] or "", call),
        "Interruptions": call["interruptions"],
        "Slowest answer": _milliseconds(call["slowest_ms"]),
        "Cost": _cost(call),
        "Agent": " ".join(filter(None, (call["agent_name"], call["agent_version"]))),
        "E-mail": call["user_email"] if privacy.people else None,
        "Session": call["session_id"],
    }
    shown = [(name, str(value)) for name, value in facts.items() if value not in (None, "")]
    ordered = sorted(steps, key=_place) if all(step["happened_at"] for step in steps) else steps
    who = f"{privacy.name(call)}, {call['company'] or 'company not known'}"
    began = call["started_at"]
    read = [_step(step, call, privacy, _offset(step, began, places)) for step in ordered]
    return Conversation(anchor, who, shown, read, _link(call, places.call_url))


def _link(call: Record, url: str) -> str:
    values = {name: quote(call[name] or "", safe="") for name in _PLACES}
    return url.format(**values)


def _outcome(call: Record) -> str:
    if not call["final_outcome"]:
        return "not known"
    outcome = (call["outcome"] or "").strip()
    return readable(call["final_outcome"]) + ("" if outcome else " (the agent named none)")


def _cost(call: Record) -> str:
    if call["cost_usd"] is None:
        return ""
    parts = f": {call['costs']}" if call["costs"] else ""
    return f"${call['cost_usd']:.4f}{parts}"


def _milliseconds(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f} ms"


def _place(step: Record) -> tuple[str, str, int]:
    return step["happened_at"], step["kind"], step["ordinal"]


def _offset(step: Record, began: str, places: Places) -> str:
    """The time since the call began, as minutes and seconds; "" where it is not known."""
    if not step["happened_at"]:
        return ""
    happened = datetime.fromisoformat(step["happened_at"]).replace(tzinfo=UTC)
    local = happened.astimezone(ZoneInfo(places.timezone)).replace(tzinfo=None)
    seconds = int((local - datetime.fromisoformat(began)).total_seconds())
    return f"{seconds // 60}:{seconds % 60:02}" if seconds >= 0 else ""


def _step(step: Record, call: Record, privacy: Privacy, offset: str) -> Step:
    parts = {
        "total": step["total_ms"],
        "end of turn": step["end_of_turn_ms"],
        "first token": step["first_token_ms"],
        "first audio": step["first_audio_ms"],
        "took": step["duration_ms"],
    }
    facts = [f"{name} {_milliseconds(ms)}" for name, ms in parts.items() if ms is not None]
    facts += ["interrupted"] if step["interrupted"] else []
    facts += [f"failed: {privacy.mask(step['error'] or '', call)}"] if step["failed"] else []
    text = privacy.mask(step["content"] or "", call)
    by_caller = step["speaker"] == "user"
    speaker = {
        "turn": "caller" if by_caller else step["agent"] or step["speaker"],
        "tool": readable(step["tool"]),
        "handoff": "hand-over",
    }[step["kind"]]
    if step["kind"] == "handoff":
        text = f"{readable(step['agent'])} hands over to {readable(text)}"
    return Step(
        step["kind"],
        speaker or "speaker not known",
        text,
        " · ".join(facts),
        offset,
        step["failed"],
        by_caller,
    )
