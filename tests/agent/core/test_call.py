"""What a call's event holds, and that nothing in a call can break it."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timezone
from enum import Enum
from types import SimpleNamespace
from typing import Any

import pytest
from tests.agent.core.duck import START, Context, Session, finished
from voice_analytics_agent import Call, record
from voice_analytics_agent.serialise import iso_time


def test_a_call_is_one_line_after_all_callbacks() -> None:
    def drive(session: Session, _: Call) -> None:
        session.say("user", "Hello", at=START)
        session.say("assistant", "Good morning", at=START + 1)

    event = finished(drive)
    assert event["session_id"] == event["job_id"] == "AJ_1"
    assert [turn["content"] for turn in event["transcript"]] == ["Hello", "Good morning"]
    assert event["close_reason"] == "CR_USER_INITIATED"
    assert "is_partial" not in event
    assert "recorder_errors" not in event


def test_without_a_job_the_line_is_written_when_the_session_closes() -> None:
    lines: list[str] = []
    session = Session()
    record(session, sink=lines.append, journal=False)
    session.say("user", "Hello")
    session.close()
    (line,) = lines
    assert json.loads(line)["session_id"].startswith("call-")


def test_recording_a_session_twice_gives_no_turn_twice() -> None:
    lines: list[str] = []
    session, context = Session(), Context()
    call = record(session, context, sink=lines.append, journal=False)
    assert record(session, context, participant_id="ana") is call
    session.say("user", "Hello")
    session.close()
    context.shut_down()
    (line,) = lines
    event = json.loads(line)
    assert len(event["transcript"]) == 1
    assert event["participant_id"] == "ana"


def test_two_calls_in_a_process_keep_to_themselves() -> None:
    lines: dict[str, list[str]] = {"AJ_1": [], "AJ_2": []}
    calls = []
    for job, sink in lines.items():
        session, context = Session(), Context(job)
        record(session, context, sink=sink.append, journal=False)
        calls.append((session, context))
    for number, (session, _) in enumerate(calls):
        session.say("user", f"call {number}")
    for session, context in reversed(calls):
        session.close()
        context.shut_down()
    for number, (job, (line,)) in enumerate(lines.items()):
        event = json.loads(line)
        assert event["session_id"] == job
        assert [turn["content"] for turn in event["transcript"]] == [f"call {number}"]


def test_sessions_of_one_job_are_calls_of_their_own() -> None:
    lines: list[str] = []
    session, context = Session(), Context("AJ_two")
    for text in ("first", "second"):
        record(session, context, sink=lines.append, journal=False)
        session.say("user", text, id=text)
        session.close()
        context.shut_down()
    events = [json.loads(line) for line in lines]
    assert [event["session_id"] for event in events] == ["AJ_two", "AJ_two-2"]
    assert [event["transcript"][0]["content"] for event in events] == ["first", "second"]
    assert [event["job_id"] for event in events] == ["AJ_two", "AJ_two"]


def sdk(version: str, job: Any = None) -> Any:
    """The module `livekit.agents`, as far as the recorder looks at it."""
    return SimpleNamespace(__version__=version, get_job_context=lambda required: job)


def test_the_running_job_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    context = Context("AJ_running")
    monkeypatch.setitem(sys.modules, "livekit.agents", sdk("1.8.9", context))
    lines: list[str] = []
    session = Session()
    record(session, sink=lines.append, journal=False)
    session.close()
    assert lines == []
    context.shut_down()
    event = json.loads(lines[0])
    assert (event["session_id"], event["sdk_version"]) == ("AJ_running", "1.8.9")


@pytest.mark.parametrize(
    ("session", "version", "problem"),
    [
        (object(), "1.8.9", "needs an AgentSession"),
        (Session(), "1.4.6", "livekit-agents 1.4.6 says nothing of usage"),
        (SimpleNamespace(on=print, _started=True), "2.0.0b1", "before session.start()"),
    ],
)
def test_what_will_be_missing_is_said_at_once(
    session: Any,
    version: str,
    problem: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setitem(sys.modules, "livekit.agents", sdk(version))
    record(session, journal=False, sink=[].append)._recording.finish()
    (warning,) = [each for each in caplog.records if each.levelname == "WARNING"]
    assert problem in warning.getMessage()


def test_a_session_that_can_be_recorded_gives_no_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for version in ("1.5.0", "1.10.2", "2.0.0b1", "odd"):
        monkeypatch.setitem(sys.modules, "livekit.agents", sdk(version))
        record(Session(), journal=False, sink=[].append)._recording.finish()
    assert [each for each in caplog.records if each.levelname == "WARNING"] == []


def test_the_agents_own_word_is_in_the_event_and_the_later_wins() -> None:
    def drive(session: Session, call: Call) -> None:
        session.say("user", "We are a team of twenty five")
        call.set(outcome="open", user_email="ana@example.com")
        call.set(outcome="resolved")
        call.note("wants a demo")
        call.signal("team_size", 30)
        call.consent(at=datetime(2025, 1, 2, tzinfo=timezone.utc))
        call.tool("crm", success=False, error="no such lead", lead="L7")

    event = finished(drive, agent_version="7")
    assert event["outcome"] == "resolved"
    assert event["user_email"] == "ana@example.com"
    assert event["agent_version"] == "7"
    assert event["conversation_notes"] == ["wants a demo"]
    assert event["discovered_signals"]["team_size"] == 30
    assert "team_size" not in event.get("signal_evidence", {})
    assert event["consent_obtained"] is True
    assert event["consent_timestamp"] == "2025-01-02T00:00:00+00:00"
    (tool,) = event["tool_calls"]
    assert {key: tool[key] for key in ("tool", "success", "error", "lead")} == {
        "tool": "crm",
        "success": False,
        "error": "no such lead",
        "lead": "L7",
    }


def test_what_is_said_after_the_end_has_no_effect_and_raises_nothing() -> None:
    lines: list[str] = []
    session, context = Session(), Context()
    call = record(session, context, sink=lines.append, journal=False)
    session.close()
    context.shut_down()
    call.set(outcome="late")
    call.note("late")
    call.signal("team_size", 1)
    call.consent()
    call.tool("late")
    session.say("user", "late")
    session.close()
    context.shut_down()
    assert len(lines) == 1
    assert "late" not in lines[0]


@pytest.mark.slow
def test_methods_work_from_many_threads() -> None:
    def drive(session: Session, call: Call) -> None:
        def talk(number: int) -> None:
            for index in range(50):
                call.note(f"{number}.{index}")
                session.say("user", "Hello", at=START + index, id=f"{number}.{index}")
                call.event()

        threads = [threading.Thread(target=talk, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    event = finished(drive)
    assert len(event["conversation_notes"]) == 200
    assert len(event["transcript"]) == 200


class Odd:
    """Raises whatever is asked of it."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


class OddText(str):
    __slots__ = ()

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


class Colour(Enum):
    RED = float("nan")


CYCLE: dict[str, Any] = {}
CYCLE["itself"] = [CYCLE, CYCLE]
DEEP: list[Any] = []
for _ in range(5_000):
    DEEP = [DEEP]
HOSTILE = {
    "nan": float("nan"),
    "infinity": float("-inf"),
    "huge": 10**5_000,
    "surrogate": "\ud83d half",
    "bytes": b"\xff\xfe",
    "set": {3, 1, 2},
    "enum": {Colour.RED, "b"},
    "time": datetime.max.replace(tzinfo=timezone.utc),
    "odd": Odd(),
    "odd text": OddText("text"),
    "cycle": CYCLE,
    "deep": DEEP,
    "keys": {1: "a", "1": "b", None: "c", (2, 3): "d", Odd(): "e"},
    "type": int,
    "generator": (each for each in "ab"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_odd_value_costs_that_value(name: str) -> None:
    value = HOSTILE[name]

    def drive(session: Session, call: Call) -> None:
        session.say("user", "Hello")
        call.set(user_metadata={"odd": value, "sound": 1}, user_email="ana@example.com")
        call.set(odd=value)
        call.note(value)
        call.signal("odd", value)
        call.signal(value, 1)
        call.consent(value, at=value)
        call.tool(value, success=value, result=value)

    event = finished(drive)
    assert event["user_metadata"]["sound"] == 1
    assert event["user_email"] == "ana@example.com"
    assert [turn["content"] for turn in event["transcript"]] == ["Hello"]


@pytest.mark.parametrize("name", HOSTILE)
def test_an_odd_event_costs_that_event(name: str) -> None:
    value = HOSTILE[name]

    def drive(session: Session, _: Call) -> None:
        session.say("user", "Before", at=START)
        session.say(value, value, at=START + 1, metrics=value)
        for event in list(session.handlers):
            if event != "close":
                session.emit(event, value)
                session.emit(event, SimpleNamespace(item=value, update=value, usage=value))
                session.emit(event, None)
        session.use(type="llm_usage", model=value, provider=value, input_tokens=value)
        session.say("user", "After", at=START + 2)

    event = finished(drive)
    contents = [turn.get("content") for turn in event["transcript"]]
    assert contents[0] == "Before"
    assert contents[-1] == "After"
    assert all(isinstance(error, str) for error in event["recorder_errors"])


@pytest.mark.parametrize("ctx", [lambda: None, object, Odd, SimpleNamespace, Context])
@pytest.mark.parametrize("session", [lambda: None, object, Odd, SimpleNamespace, Session])
def test_record_never_raises(session: Callable[[], Any], ctx: Callable[[], Any]) -> None:
    call = record(session(), ctx(), sink=[].append, journal=False)
    call.set(a=1)
    assert call.event()["_event_type"] == "session_analytics"
    call._recording.finish()


def test_an_option_that_is_wrong_does_not_lose_the_call(caplog: pytest.LogCaptureFixture) -> None:
    lines: list[str] = []
    session = Session()
    record(session, sink="nowhere", journal=False, redact=None, prices={"x": "y"}, limit="z")
    session.say("user", "Hello")
    session.close()
    lines = [each.getMessage() for each in caplog.records if each.levelname == "INFO"]
    assert "Hello" in lines[-1]


def test_participants_have_kind_reason_and_telephone_numbers_in_words() -> None:
    lines: list[str] = []
    session, context = Session(), Context()
    there = SimpleNamespace(identity="there", name="", kind=0, attributes={}, metadata="")
    context.room.remote_participants = {"PA_1": there}  # type: ignore[attr-defined]
    record(session, context, sink=lines.append, journal=False)
    caller = SimpleNamespace(
        identity="sip_1", name="Ana", kind=3, metadata='{"utm_source": "ads"}',
        attributes={
            "sip.phoneNumber": "+4930123456", "sip.trunkPhoneNumber": "+18005550100",
            "sip.callID": "SCL_1", "sip.ruleID": "SDR_1", "sip.callStatus": "ringing",
        },
        disconnect_reason=None,
    )  # fmt: skip
    context.room.emit("participant_connected", caller)
    caller.attributes["sip.callStatus"] = "active"
    context.room.emit("participant_attributes_changed", {}, caller)
    caller.disconnect_reason = 1
    context.room.emit("participant_disconnected", caller)
    session.close()
    context.shut_down("room disconnected")
    event = json.loads(lines[0])
    first = event["participants"][0]
    assert {key: first[key] for key in ("identity", "kind", "disconnect_reason")} == {
        "identity": "sip_1",
        "kind": "sip",
        "disconnect_reason": "client_initiated",
    }
    assert first["attributes"]["sip.callStatus"] == "active"
    assert [each["identity"] for each in event["participants"]] == ["sip_1", "there"]
    assert event["call_direction"] == "inbound"
    assert event["caller_number"] == "+4930123456"
    assert event["dialed_number"] == "+18005550100"
    assert event["sip_call_id"] == "SCL_1"
    assert event["participant_id"] == "sip_1"
    assert event["user_name"] == "Ana"
    assert event["user_metadata"] == {"utm_source": "ads"}
    assert event["disconnect_reason"] == "client_initiated"


def test_outbound_call_dials_the_participants_number() -> None:
    session, context = Session(), Context()
    call = record(session, context, sink=[].append, journal=False)
    attributes = {"sip.phoneNumber": "+4930123456", "sip.trunkPhoneNumber": "+18005550100"}
    callee = SimpleNamespace(identity="callee", kind=3, attributes=attributes)
    context.room.emit("participant_connected", callee)
    event = call.event()
    assert event["call_direction"] == "outbound"
    assert event["dialed_number"] == "+4930123456"
    assert event["caller_number"] == "+18005550100"
    call._recording.finish()


def test_states_give_speaking_times() -> None:
    def drive(session: Session, _: Call) -> None:
        states = [
            ("agent", "listening", 0), ("user", "speaking", 1), ("user", "listening", 3),
            ("agent", "thinking", 3), ("agent", "speaking", 4), ("user", "speaking", 5),
            ("agent", "listening", 6), ("user", "away", 7),
        ]  # fmt: skip
        for who, state, second in states:
            moved = SimpleNamespace(new_state=state, created_at=START + second)
            session.emit(f"{who}_state_changed", moved)
        session.emit("agent_false_interruption", SimpleNamespace(created_at=START))

    event = finished(drive)
    assert event["agent_talk_seconds"] == 2
    assert event["user_talk_seconds"] == 4
    assert event["first_response_ms"] == 1000
    assert event["away_count"] == 1
    assert event["false_interruption_count"] == 1


def test_speaking_times_of_a_text_session_are_unknown_and_not_zero() -> None:
    event = finished(lambda session, _: session.say("user", "Hello"))
    assert "agent_talk_seconds" not in event
    assert "silence_seconds" not in event


def test_errors_are_counted_and_the_last_that_could_not_be_mended_is_named() -> None:
    def drive(session: Session, _: Call) -> None:
        for kind, recoverable in (("llm_error", True), ("llm_error", False), ("stt_error", True)):
            error = SimpleNamespace(type=kind, recoverable=recoverable, error=ValueError("why"))
            session.emit("error", SimpleNamespace(error=error, created_at=START))

    event = finished(drive)
    assert event["errors"] == {"llm": 2, "stt": 1, "tts": 0, "realtime": 0, "interruption": 0}
    assert event["last_error"] == "llm: ValueError: why"


def test_tags_outcome_evaluations_and_machine_detection_come_from_the_tagger() -> None:
    lines: list[str] = []
    session, context = Session(), Context()
    record(session, context, sink=lines.append, journal=False, tags=["own"])
    session.close()
    context.tagger.tags |= {"lk.amd:machine-vm", "lk.fail"}
    context.tagger.outcome, context.tagger.outcome_reason = "fail", "voicemail"
    verdict = {"name": "accuracy", "verdict": "fail", "reasoning": "why", "instructions": "long"}
    context.tagger.evaluations.append(verdict)
    context.shut_down()
    event = json.loads(lines[0])
    assert event["tags"] == ["lk.amd:machine-vm", "lk.fail", "own"]
    assert event["outcome"] == "fail"
    assert event["outcome_reason"] == "voicemail"
    assert event["answered_by"] == "machine-vm"
    assert event["evaluations"] == [{"name": "accuracy", "verdict": "fail", "reasoning": "why"}]


def test_turns_bear_the_agent_that_had_the_call() -> None:
    def drive(session: Session, _: Call) -> None:
        for old, new, second in ((None, "sales", 0), ("sales", "support", 2)):
            item = SimpleNamespace(
                type="agent_handoff", old_agent_id=old, new_agent_id=new, created_at=START + second
            )
            session.emit("conversation_item_added", SimpleNamespace(item=item))
            session.say("assistant", "Hello", at=START + second + 1)
            session.say("user", "Hi", at=START + second + 1.5)

    event = finished(drive)
    agents = [turn.get("agent") for turn in event["transcript"]]
    assert agents == ["sales", None, "support", None]
    assert event["agent_handoffs"] == [
        {"to_agent": "sales", "handed_off_at": iso_time(START)},
        {"from_agent": "sales", "to_agent": "support", "handed_off_at": iso_time(START + 2)},
    ]


def test_another_callbacks_exception_loses_nothing() -> None:
    lines: list[str] = []
    session, context = Session(), Context()

    async def failing(reason: str) -> None:
        raise RuntimeError(reason)

    context.add_shutdown_callback(failing)
    record(session, context, sink=lines.append, journal=False)
    session.close()
    with pytest.raises(RuntimeError):
        context.shut_down("end")
    assert len(lines) == 1


def test_a_sink_that_fails_leaves_the_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    session = Session()

    def failing(_: str) -> None:
        raise OSError

    record(session, sink=failing, journal=False)
    session.say("user", "Hello")
    session.close()
    assert "Hello" in caplog.records[-1].getMessage()
