"""Tool calls: every way in which an SDK states one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.agent.core.duck import START, Session, finished
from voice_analytics_agent import Call


def started(session: Session, call_id: str, at: float = 0, name: str = "search") -> None:
    call = SimpleNamespace(call_id=call_id, name=name, arguments='{"query": "a"}')
    update = SimpleNamespace(type="tool_call_started", function_call=call)
    emit(session, update, at)


def ended(session: Session, call_id: str, status: str, message: Any, at: float) -> None:
    update = SimpleNamespace(
        type="tool_call_ended", call_id=call_id, status=status, message=message
    )
    emit(session, update, at)


def emit(session: Session, update: Any, at: float) -> None:
    event = SimpleNamespace(update=update, created_at=START + at)
    session.emit("tool_execution_updated", event)


def executed(session: Session, call_id: str, output: str, *, is_error: bool = False) -> None:
    call = SimpleNamespace(call_id=call_id, name="search", arguments="{}", created_at=START)
    result = SimpleNamespace(
        call_id=call_id, output=output, is_error=is_error, created_at=START + 2
    )
    event = SimpleNamespace(function_calls=[call], function_call_outputs=[result])
    session.emit("function_tools_executed", event)


def test_an_end_after_the_turns_item_still_closes_its_call() -> None:
    def drive(session: Session, _: Call) -> None:
        started(session, "1")
        session.say("assistant", "One moment", at=START + 1)
        ended(session, "1", "done", "found", at=3)

    (call,) = finished(drive)["tool_calls"]
    assert call["status"] == "done"
    assert call["success"] is True
    assert call["duration_ms"] == 3000
    assert call["result"] == "found"
    assert call["arguments"] == '{"query": "a"}'


def test_errors_and_cancellations_are_failures_with_a_reason() -> None:
    def drive(session: Session, _: Call) -> None:
        started(session, "1")
        ended(session, "1", "error", "no calendar", at=1)
        started(session, "2", at=2)
        ended(session, "2", "cancelled", None, at=3)

    failed, cancelled = finished(drive)["tool_calls"]
    assert (failed["success"], failed["error"]) == (False, "no calendar")
    assert (cancelled["status"], cancelled["error"]) == ("cancelled", "cancelled")


def test_sdks_without_tool_updates_state_outputs_only() -> None:
    def drive(session: Session, _: Call) -> None:
        executed(session, "1", "found")
        executed(session, "2", "broken", is_error=True)

    done, failed = finished(drive)["tool_calls"]
    assert (done["success"], done["result"], done["duration_ms"]) == (True, "found", 2000)
    assert (failed["success"], failed["error"], failed["status"]) == (False, "broken", "error")


def test_the_end_of_a_tool_in_the_background_wins_over_its_first_output() -> None:
    def drive(session: Session, _: Call) -> None:
        started(session, "1")
        executed(session, "1", "still searching")
        ended(session, "1", "error", "gave up", at=9)

    (call,) = finished(drive)["tool_calls"]
    assert (call["success"], call["error"]) == (False, "gave up")
    assert "result" not in call


def test_a_call_that_never_ended_has_no_success() -> None:
    (call,) = finished(lambda session, _: started(session, "1"))["tool_calls"]
    assert "success" not in call
    assert "status" not in call


def test_calls_are_in_the_order_in_which_they_began() -> None:
    def drive(session: Session, _: Call) -> None:
        started(session, "2", at=2, name="second")
        started(session, "1", at=1, name="first")

    assert [call["tool"] for call in finished(drive)["tool_calls"]] == ["first", "second"]
