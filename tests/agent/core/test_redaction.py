"""What is taken out of a text, and what only looks alike."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from tests.agent.core.duck import START, Session, finished
from voice_analytics_agent import Call, redact_personal_data


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("write to ana.lopez+sales@mail.example.com.", "write to [email]."),
        ("ana dot lopez at example dot com", "[email]"),
        ("call +49 30 1234567 now", "call [phone] now"),
        ("(415) 555-0123 or 415-555-0123", "[phone] or [phone]"),
        ("4155550123", "[phone]"),
        ("0171 1234567", "[phone]"),
        ("five five five oh one two three", "[phone]"),
        ("4111 1111 1111 1111", "[card]"),
        ("378282246310005", "[card]"),
        ("DE89 3704 0044 0532 0130 00", "[iban]"),
        ("GB29NWBK60161331926819", "[iban]"),
    ],
)
def test_personal_data_is_replaced_by_its_kind(text: str, redacted: str) -> None:
    assert redact_personal_data(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",  # the check digit is wrong
        "DE88 3704 0044 0532 0130 00",
        "on 2025-10-31 at 10:30",
        "31.10.2025",
        "order 12345678, invoice 2024-000123",
        "version 1.2.3.4 on 192.168.100.200",
        "1,200,000 dollars or 1.234.567,89 euros",
        "123e4567-e89b-12d3-a456-426614174000",
        "one two three",
        "we are 25 people and pay $500",
        "1700000000.123",
        "see you @ five",
        "0000000000",
    ],
)
def test_what_only_looks_alike_stays(text: str) -> None:
    assert redact_personal_data(text) == text


def test_patterns_take_linear_time() -> None:
    for piece in ("a@", "1 ", "a.", "+1", "0", "five ", "A1 ", "a at b dot "):
        redact_personal_data(piece * 20_000)


def drive(session: Session, call: Call) -> None:
    session.say("user", "I am ana@example.com", at=START)
    session.say("assistant", "Thanks ana@example.com", at=START + 1)
    function = SimpleNamespace(
        call_id="call_4155550123", name="book", arguments='{"email": "ana@example.com"}'
    )
    update = SimpleNamespace(type="tool_call_started", function_call=function)
    session.emit("tool_execution_updated", SimpleNamespace(update=update, created_at=START))
    update = SimpleNamespace(
        type="tool_call_ended", call_id="call_4155550123", status="done", message="+493012345678"
    )
    session.emit("tool_execution_updated", SimpleNamespace(update=update, created_at=START))
    call.note("ana@example.com called")
    call.signal("pain_points", ["ana@example.com"])
    call.tool("crm", result={"phone": "+493012345678"})
    call.set(user_email="ana@example.com")


def test_redaction_holds_for_all_that_was_said_and_counts_by_kind() -> None:
    event = finished(drive, redact=redact_personal_data)
    assert event.pop("user_email") == "ana@example.com"  # the agent's own word
    assert "ana@example.com" not in str(event)
    assert "+4930" not in str(event)
    assert event["redactions"] == {"email": 5, "phone": 2}
    assert event["tool_calls"][0]["call_id"] == "call_4155550123"


def test_where_redaction_fails_the_text_is_left_out() -> None:
    def failing(text: str) -> str:
        if "ana" in text:
            raise ValueError(text)
        return text

    event = finished(drive, redact=failing)
    event.pop("user_email")
    assert "ana@example.com" not in str(event)
    assert event["redactions"]["left_out"] == 5
    assert [turn["role"] for turn in event["transcript"]] == ["user", "assistant"]


def test_a_redaction_that_gives_no_text_lets_nothing_through() -> None:
    event = finished(drive, redact=lambda text: None)  # type: ignore[arg-type,return-value,unused-ignore]
    assert "content" not in event["transcript"][0]
    assert "ana" not in str(event["transcript"])
