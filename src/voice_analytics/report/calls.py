"""The calls behind the numbers: whom to call back, which calls to look at, and their transcripts.

Names and addresses are shown only where people are asked for; see `Privacy`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from voice_analytics.report.privacy import Privacy
from voice_analytics.report.sources import Record
from voice_analytics.report.words import needs, readable

CALLS, TIMELINE = "call_list", "call_timeline"
MAX_ROWS = 25  # of a list; its saved query returns more


class Row(NamedTuple):
    """A line of a list; `anchor` is the id of its call on the page, "" where that is left out."""

    title: str
    detail: str
    reason: str
    anchor: str
    score: int | None = None


class Listing(NamedTuple):
    """A list of calls with the saved query that returned them."""

    query: str
    title: str
    look_for: str
    empty: str
    rows: list[Row]
    total: int


class Step(NamedTuple):
    """A turn or a tool call of a conversation; `facts` are latencies or the tool's result."""

    kind: str
    speaker: str
    text: str
    facts: str
    offset: str
    failed: bool


class Conversation(NamedTuple):
    """A call as it is read: who and how it went, and its steps in their order."""

    anchor: str
    title: str
    facts: list[tuple[str, str]]
    steps: list[Step]


LISTS = ("follow_up_list", "slow_calls", "abrupt_endings")


def listings(
    records: Mapping[str, Sequence[Record]], privacy: Privacy
) -> tuple[list[Listing], list[Conversation]]:
    """The lists of calls, and the conversations that their rows open."""
    calls = {record["session_id"]: record for record in records[CALLS]}
    anchors = {session_id: f"call-{number}" for number, session_id in enumerate(calls, start=1)}
    lists = [
        Listing(
            "follow_up_list",
            "Call these people first",
            "Qualified, and no meeting booked yet; the most promising stands on top.",
            "Nobody is waiting for a call in this period.",
            [_lead(record, anchors, privacy) for record in records["follow_up_list"][:MAX_ROWS]],
            len(records["follow_up_list"]),
        ),
        Listing(
            "abrupt_endings",
            "Calls that ended abruptly",
            "The caller left without an answer, or an error closed the call.",
            "No call of this period ended abruptly.",
            [
                _call_row(
                    record,
                    readable(record["ended_how"]),
                    privacy.mask(record["last_words"] or "", calls.get(record["session_id"], {})),
                    anchors,
                )
                for record in records["abrupt_endings"][:MAX_ROWS]
            ],
            len(records["abrupt_endings"]),
        ),
        Listing(
            "slow_calls",
            "Calls with slow answers",
            "Open one to see which stage of which answer was slow.",
            "Every measured answer of this period was within its target.",
            [
                _call_row(
                    record,
                    f"{record['answers_over_target']} of {record['answers']} answers over "
                    f"{record['target_ms']:,} ms",
                    f"slowest {record['slowest_ms']:,.0f} ms",
                    anchors,
                )
                for record in records["slow_calls"][:MAX_ROWS]
            ],
            len(records["slow_calls"]),
        ),
    ]
    steps: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records[TIMELINE]:
        steps[record["session_id"], record["started_at"]].append(record)
    opened = {row.anchor for listing in lists for row in listing.rows}
    conversations = [
        _conversation(call, steps[session_id, call["started_at"]], anchors[session_id], privacy)
        for session_id, call in calls.items()
        if anchors[session_id] in opened
    ]
    return lists, conversations


def moment(value: str) -> str:
    """A time as people read it, to the minute."""
    return value[:16].replace("T", " ")


def _lead(record: Record, anchors: Mapping[str, str], privacy: Privacy) -> Row:
    who = privacy.name(record)
    address = f" · {record['user_email']}" if privacy.people and record["user_email"] else ""
    return Row(
        title=f"{who}, {record['company'] or 'company not known'}",
        detail=f"last call {moment(record['last_called_at'])}{address}",
        reason=needs(record),
        anchor=anchors.get(record["session_id"], ""),
        score=record["score"],
    )


def _call_row(record: Record, title: str, reason: str, anchors: Mapping[str, str]) -> Row:
    detail = f"{moment(record['started_at'])} · {record['session_id']}"
    return Row(title, detail, reason, anchors.get(record["session_id"], ""))


def _conversation(
    call: Record, steps: Sequence[Record], anchor: str, privacy: Privacy
) -> Conversation:
    facts = {
        "Called": f"{moment(call['started_at'])} UTC",
        "Minutes": call["minutes"],
        "Outcome": readable(call["outcome"]) or "the agent named none",
        "Ended": readable(call["ended_because"]),
        "Meeting": "booked" if call["meeting_booked"] else "none",
        "Score": call["score"],
        "Why": needs(call),
        "Problems": privacy.mask(call["pain_points"] or "", call),
        "Notes": privacy.mask(call["notes"] or "", call),
        "Errors": call["errors"],
        "Interruptions": call["interruptions"],
        "Cost": None if call["cost_usd"] is None else f"${call['cost_usd']:.4f}",
        "Agent": " ".join(filter(None, (call["agent_name"], call["agent_version"]))),
        "E-mail": call["user_email"] if privacy.people else None,
        "Session": call["session_id"],
    }
    shown = [(name, str(value)) for name, value in facts.items() if value not in (None, "")]
    ordered = sorted(steps, key=_place) if all(step["happened_at"] for step in steps) else steps
    who = f"{privacy.name(call)}, {call['company'] or 'company not known'}"
    return Conversation(anchor, who, shown, [_step(step, call, privacy) for step in ordered])


def _place(step: Record) -> Any:
    return step["happened_at"], step["kind"]


def _step(step: Record, call: Record, privacy: Privacy) -> Step:
    parts = {
        "total": step["total_ms"],
        "end of turn": step["end_of_turn_ms"],
        "first token": step["first_token_ms"],
        "first audio": step["first_audio_ms"],
        "took": step["duration_ms"],
    }
    facts = [f"{name} {ms:,.0f} ms" for name, ms in parts.items() if ms is not None]
    facts += ["interrupted"] if step["interrupted"] else []
    facts += [f"failed: {privacy.mask(step['error'] or '', call)}"] if step["failed"] else []
    speaker = readable(step["tool"]) if step["kind"] == "tool" else step["speaker"]
    text = privacy.mask(step["content"] or "", call)
    return Step(
        step["kind"],
        speaker or "speaker not known",
        text,
        " · ".join(facts),
        moment(step["happened_at"] or "")[11:],
        step["failed"],
    )
