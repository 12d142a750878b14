"""The lists name whom to call and why; a call is read step by step; people are hidden."""

from typing import Any

import pytest

from voice_analytics.report.calls import listings
from voice_analytics.report.privacy import Privacy
from voice_analytics.report.words import needs, readable

START = "2026-11-20T10:00:00"
CALLER: dict[str, Any] = {"user_name": "Ada Lovelace", "user_email": "ada@acme.example"}
NEEDS: dict[str, Any] = {
    "team_size": 12,
    "monthly_volume": 1200,
    "integrations": "salesforce",
    "timeline": "this_week",
    "authority": "decision_maker",
}
CALL: dict[str, Any] = (
    CALLER
    | NEEDS
    | {
        "session_id": "s1",
        "started_at": START,
        "company": "acme.example",
        "minutes": 1.5,
        "outcome": None,
        "ended_because": "CR_ERROR",
        "meeting_booked": False,
        "score": 95,
        "pain_points": None,
        "notes": "call Ada",
        "errors": 1,
        "interruptions": 0,
        "cost_usd": 0.5,
        "agent_name": "guide",
        "agent_version": None,
    }
)
LEAD: dict[str, Any] = (
    CALLER
    | NEEDS
    | {"company": "acme.example", "last_called_at": START, "session_id": "s1", "score": 95}
)
SLOW: dict[str, Any] = {
    "session_id": "not listed",
    "started_at": START,
    "answers": 3,
    "answers_over_target": 2,
    "target_ms": 1500,
    "slowest_ms": 2400.0,
}


def a_step(second: int, **values: Any) -> dict[str, Any]:
    nothing = ("speaker", "content", "interrupted", "total_ms", "end_of_turn_ms", "first_token_ms")
    more = ("first_audio_ms", "tool", "duration_ms", "error")
    return (
        dict.fromkeys((*nothing, *more))
        | {"session_id": "s1", "started_at": START, "kind": "turn", "failed": False}
        | {"happened_at": f"2026-11-20T10:00:{second:02}"}
        | values
    )


STEPS = [
    a_step(1, speaker="agent", content="Hi Ada", total_ms=1900.0, first_token_ms=1200.0),
    a_step(9, speaker="user", content="Write to ada@acme.example or call +1 (555) 010-9999"),
    a_step(5, kind="tool", tool="book_sales_meeting", duration_ms=4000.0, failed=True, error="no"),
]


def shown(people: bool) -> tuple[Any, Any]:
    records = {
        "call_list": [CALL],
        "call_timeline": STEPS,
        "follow_up_list": [LEAD],
        "slow_calls": [SLOW],
        "abrupt_endings": [],
    }
    return listings(records, Privacy(people))


def test_a_lead_has_a_score_a_reason_and_the_call() -> None:
    (leads, abrupt, slow), (call,) = shown(people=True)
    (row,) = leads.rows
    assert row.title == "Ada Lovelace, acme.example"
    assert row.reason == (
        "team of 12, 1,200 documents a month, wants salesforce, this week, decision maker"
    )
    assert (row.score, row.anchor) == (95, call.anchor)
    assert abrupt.rows == []
    assert slow.rows[0].title == "2 of 3 answers over 1,500 ms"
    assert slow.rows[0].anchor == ""


def test_a_call_shows_turns_and_tools_in_the_order_in_which_they_happened() -> None:
    _, (call,) = shown(people=True)
    assert [(step.speaker, step.facts) for step in call.steps] == [
        ("agent", "total 1,900 ms · first token 1,200 ms"),
        ("booking of a meeting", "took 4,000 ms · failed: no"),
        ("user", ""),
    ]
    assert dict(call.facts)["Ended"] == "closed by an error"
    assert dict(call.facts)["Outcome"] == "the agent named none"


def test_steps_without_times_stay_as_they_were_logged() -> None:
    records = {
        "call_list": [CALL],
        "call_timeline": [STEPS[1] | {"happened_at": None}, STEPS[0]],
        "follow_up_list": [LEAD],
        "slow_calls": [],
        "abrupt_endings": [],
    }
    _, (call,) = listings(records, Privacy(people=True))
    assert [step.speaker for step in call.steps] == ["user", "agent"]


def test_without_people_no_name_address_or_number_is_left() -> None:
    (leads, _, _), (call,) = shown(people=False)
    assert leads.rows[0].title == "A.L., acme.example"
    text = f"{leads} {call}"
    for hidden in ("Ada", "Lovelace", "ada@", "555", "9999"):
        assert hidden not in text
    assert [step.text for step in call.steps] == ["Hi […]", "", "Write to […] or call […]"]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ADA and adamant", "[…] and adamant"),
        ("10 am, 12 people, 300 a month", "10 am, 12 people, 300 a month"),
        ("0044 20 7946 0958.", "[…]."),
    ],
)
def test_only_what_names_the_caller_is_hidden(text: str, masked: str) -> None:
    assert Privacy(people=False).mask(text, CALLER) == masked


def test_a_caller_without_a_name_is_said_so() -> None:
    nobody = {"user_name": None, "user_email": None}
    assert Privacy(people=True).name(nobody) == "Caller not known"
    assert Privacy(people=False).name(nobody) == "Caller"


def test_identifiers_are_read_as_words() -> None:
    assert readable("meeting_booked") == "meeting booked"
    assert readable(None) == ""
    assert needs(dict.fromkeys(NEEDS)) == ""
