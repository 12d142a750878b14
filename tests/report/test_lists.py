"""The lists name whom to call and why; a call is read step by step; people are hidden."""

from typing import Any

import pytest

from voice_analytics.errors import UsageError
from voice_analytics.report.conversation import (
    Conversation,
    Places,
    check_call_url,
    conversation,
    key_of,
)
from voice_analytics.report.lists import Listing, listing
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
        "final_outcome": "error",
        "ended_because": "CR_ERROR",
        "meeting_booked": False,
        "score": 95,
        "pain_points": None,
        "notes": "call Ada",
        "evidence": "team_size: we are twelve, says Ada",
        "handoffs": 1,
        "last_error": None,
        "slowest_ms": 1900.0,
        "room": "a room",
        "room_id": None,
        "job_id": None,
        "errors": 1,
        "interruptions": 0,
        "cost_usd": 0.5,
        "costs": "openai $0.5000",
        "agent_name": "guide",
        "agent_version": None,
    }
)
LEAD: dict[str, Any] = (
    CALLER
    | NEEDS
    | {"company": "acme.example", "last_called_at": START, "session_id": "s1", "score": 95}
    | {"started_at": START, "pain_points": None}
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
    more = ("first_audio_ms", "tool", "duration_ms", "error", "agent")
    return (
        dict.fromkeys((*nothing, *more))
        | {"session_id": "s1", "started_at": START, "kind": "turn", "failed": False, "ordinal": 1}
        | {"happened_at": f"2026-11-20T10:00:{second:02}"}
        | values
    )


STEPS = [
    a_step(1, speaker="agent", content="Hi Ada", total_ms=1900.0, first_token_ms=1200.0),
    a_step(9, speaker="user", content="Write to ada@acme.example or call +1 (555) 010-9999"),
    a_step(5, kind="tool", tool="book_sales_meeting", duration_ms=4000.0, failed=True, error="no"),
    a_step(7, kind="handoff", agent="guide", content="sales_agent"),
]
FAILED: dict[str, Any] = {
    "session_id": "s1",
    "started_at": START,
    "errors": 1,
    "failed_tools": "book_sales_meeting: Ada is not in the calendar",
    "last_error": None,
    "ended_because": "CR_ERROR",
}


def listed(name: str, record: dict[str, Any], *, people: bool) -> Listing:
    known = {key_of(CALL): CALL}
    return listing(
        name, [record], known, lambda key: f"#{key[0]}" if key in known else "", Privacy(people)
    )


def read(*, people: bool, steps: list[dict[str, Any]] = STEPS, url: str = "") -> Conversation:
    return conversation(CALL, steps, "call-1", Privacy(people), Places(url))


def test_a_lead_has_a_score_a_reason_and_the_call() -> None:
    (row,) = listed("follow_up_list", LEAD, people=True).rows
    assert row.title == "Ada Lovelace, acme.example"
    assert row.reason == (
        "team of 12, 1,200 documents a month, wants salesforce, this week, decision maker"
    )
    assert (row.score, row.link) == (95, "#s1")


def test_a_slow_call_that_the_page_does_not_have_is_named_without_a_link() -> None:
    (row,) = listed("slow_calls", SLOW, people=True).rows
    assert row.title == "2 of 3 answers over 1,500 ms"
    assert row.link == ""


def test_a_failed_call_says_what_failed() -> None:
    (row,) = listed("failed_calls", FAILED, people=True).rows
    assert row.title == "1 error"
    assert row.reason == "booking of a meeting: Ada is not in the calendar; closed by an error"


def test_a_list_says_how_much_of_it_is_left_out() -> None:
    notes = [
        listing("slow_calls", [SLOW] * number, {}, lambda _: "", Privacy(people=False)).note
        for number in (25, 26, 100)
    ]
    assert notes == ["", "The first 25 of 26.", "The first 25 of at least 100."]


def test_a_call_shows_turns_tools_and_hand_overs_in_the_order_in_which_they_happened() -> None:
    call = read(people=True)
    assert [(step.offset, step.speaker, step.text, step.facts) for step in call.steps] == [
        ("0:01", "agent", "Hi Ada", "total 1,900 ms · first token 1,200 ms"),
        ("0:05", "booking of a meeting", "", "took 4,000 ms · failed: no"),
        ("0:07", "hand-over", "guide hands over to sales agent", ""),
        ("0:09", "caller", "Write to ada@acme.example or call +1 (555) 010-9999", ""),
    ]
    facts = dict(call.facts)
    assert facts["Ended"] == "closed by an error"
    assert facts["Outcome"] == "closed by an error (the agent named none)"
    assert facts["Cost"] == "$0.5000: openai $0.5000"
    assert facts["Found in these words"] == "team size: we are twelve, says Ada"


def test_steps_without_times_stay_as_they_were_logged() -> None:
    steps = [STEPS[1] | {"happened_at": None}, STEPS[0]]
    assert [step.speaker for step in read(people=True, steps=steps).steps] == ["caller", "agent"]


def test_a_call_is_linked_to_where_it_is_elsewhere() -> None:
    url = check_call_url("https://crm.example/{session_id}?room={room}&job={job_id}")
    assert read(people=False, url=url).link == "https://crm.example/s1?room=a%20room&job="


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://crm.example/{user_email}", "unknown place"),
        ("https://crm.example/{", "unknown place"),
        ("https://crm.example/{room.__class__}{0}", "unknown place"),
        ("javascript:alert(1)", "begin it with https"),
    ],
)
def test_another_address_is_refused(url: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        check_call_url(url)


def test_without_people_no_name_address_or_number_is_left() -> None:
    lists = [
        listed(name, record, people=False)
        for name, record in (("follow_up_list", LEAD), ("failed_calls", FAILED))
    ]
    assert lists[0].rows[0].title == "A.L., acme.example"
    call = read(people=False)
    text = f"{lists} {call}"
    for hidden in ("Ada", "Lovelace", "ada@", "555", "9999"):
        assert hidden not in text
    assert [step.text for step in call.steps if step.kind == "turn"] == [
        "Hi […]",
        "Write to […] or call […]",
    ]


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
