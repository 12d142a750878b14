"""Which sentences of a caller are unanswered questions, objections and wishes."""

from typing import Any

import pytest

from voice_analytics.insights.remarks import Remark, remarks


def turn(speaker: str, content: str | None, *, failed: bool = False, call: str = "c") -> Any:
    return {
        "session_id": call,
        "speaker": speaker,
        "content": content,
        "search_failed": failed,
    }


def found(*turns: Any) -> list[tuple[str, str]]:
    return [(remark.kind, remark.text) for remark in remarks(turns)]


def test_a_question_with_an_answer_is_not_a_remark() -> None:
    asked = turn("user", "What does the team plan cost?")
    assert found(asked, turn("agent", "It is 480 dollars a month.")) == []


@pytest.mark.parametrize(
    "answer",
    [
        "I'm not sure about that.",
        "I don\u2019t have information about that, sorry.",
        "Let me get back to you on that one.",
        "I could not find anything in our documents.",
        "I will check with our team.",
    ],
)
def test_an_agent_that_does_not_know_gives_no_answer(answer: str) -> None:
    asked = turn("user", "Do you store data in Europe?")
    expected = [("unanswered question", "Do you store data in Europe?")]
    assert found(asked, turn("agent", answer)) == expected


def test_a_search_that_found_nothing_and_a_call_that_ends_give_no_answer() -> None:
    text = "Can I pay by invoice?"
    searched = turn("user", text, failed=True)
    assert found(searched, turn("agent", "Our plans are monthly.")) == [
        ("unanswered question", text)
    ]
    assert found(turn("user", text)) == [("unanswered question", text)]
    other = turn("agent", "Good morning", call="another call")
    assert found(turn("user", text), other) == [("unanswered question", text)]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Honestly it is too expensive for us.", "objection"),
        ("We already have a tool for that.", "objection"),
        ("I'm worried about the security of it.", "objection"),
        ("I am not convinced it saves time.", "objection"),
        ("We need something that sends reminders.", "wish"),
        ("It would be great to have a calendar in it.", "wish"),
        ("I'd like an app for the phone.", "wish"),
    ],
)
def test_objections_and_wishes(said: str, kind: str) -> None:
    assert found(turn("user", f"Hello there. {said}")) == [(kind, said)]


def test_other_sentences_and_the_agents_own_are_not_remarks() -> None:
    assert found(turn("user", "We are twenty people. Too much. Why?")) == []
    assert found(turn("agent", "I think it is too expensive for you.")) == []
    assert found(turn("user", None), turn("user", "")) == []


def test_a_long_sentence_is_cut() -> None:
    (remark,) = remarks([turn("user", "we need " + "very " * 200 + "much")])
    assert isinstance(remark, Remark)
    assert len(remark.text) == 300
